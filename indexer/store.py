"""The index as a service sees it: a folder with a pointer to the index in use, batches, checks, rebuilding
beside.

Decides which index counts and who may write. An index is disposable: what is missing or damaged raises
`IndexUnusable`, is never made again silently, and is rebuilt by the caller from the database.
"""

import fcntl
import os
import secrets
import shutil
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from indexer import schema
from indexer.analysis import Analysed, Vocabulary
from indexer.segments import sync_folder
from indexer.shelf import Shelf, write_durably
from indexer.snapshot import Snapshot
from indexer.types import Entry, IndexBusy, IndexUnusable
from indexer.writer import BATCH_LIMIT, SEGMENT_LIMIT

_CURRENT = "current"
_BUILDING = "building"
_PREFIX = "index-"


class Batch:
    """Changes to be written together: the last word on a document counts. Analysed at once, written at
    commit."""

    def __init__(self) -> None:
        self.changes: dict[int, list[Analysed]] = {}
        self.vocabulary = Vocabulary()
        self.size = 0

    def replace(self, document_id: int, entries: Iterable[Entry]) -> None:
        """Put these entries in place of all entries of a document; ValueError when one belongs to another
        document."""
        analysed = [self.vocabulary.analyse(entry) for entry in entries]
        if any(item.entry.document != document_id for item in analysed):
            raise ValueError(f"an entry belongs to another document than {document_id}")
        self.delete(document_id)
        if self.size + len(analysed) > BATCH_LIMIT:
            raise ValueError(f"a batch holds at most {BATCH_LIMIT} entries")
        self.changes[document_id] = analysed
        self.size += len(analysed)

    def delete(self, document_id: int) -> None:
        """Remove a document; one that is not there does not matter."""
        self.size -= len(self.changes.get(document_id, []))
        self.changes[document_id] = []


@contextmanager
def _locked(path: Path, timeout: float) -> Iterator[None]:
    """Hold a file lock that the system frees when the process dies; IndexBusy after `timeout` seconds."""
    end = time.monotonic() + timeout
    with path.open("a") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:
                if time.monotonic() >= end:
                    raise IndexBusy(f"{path.name} is held by another writer") from error
                time.sleep(0.02)
        yield


class Store:
    """An index folder for one writing and many reading processes; keep one object in a process."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self._lock = threading.Lock()
        self._shelf: Shelf | None = None

    def create(self) -> "Store":
        """Make an empty index where there is none at all; an existing one, even a damaged one, is left
        alone."""
        self._make_folder()
        with _locked(self.path / "write.lock", 10.0):
            if not (self.path / _CURRENT).exists() and not any(self.path.glob(f"{_PREFIX}*")):
                shelf = Shelf.create(self.path / f"{_PREFIX}{secrets.token_hex(6)}")
                write_durably(self.path / _CURRENT, shelf.folder.name)
        return self

    def _make_folder(self) -> None:
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path.chmod(0o700)

    def _current(self) -> Shelf:
        try:
            name = (self.path / _CURRENT).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise IndexUnusable("Chưa có chỉ mục.") from error
        if not name.startswith(_PREFIX) or "/" in name:
            raise IndexUnusable("Con trỏ tới chỉ mục bị hỏng.")
        with self._lock:
            if self._shelf is None or self._shelf.folder.name != name:
                self._shelf = Shelf(self.path / name)
            return self._shelf

    def snapshot(self) -> Snapshot:
        """The newest generation for reading; it stays readable while writers go on. IndexUnusable."""
        for _ in range(3):
            shelf = self._current()
            try:
                return shelf.snapshot()
            except IndexUnusable:
                # A rebuild may have switched and removed the folder between the two steps.
                if shelf is self._current():
                    raise
        return self._current().snapshot()

    @contextmanager
    def write_batch(self, timeout_seconds: float = 10.0) -> Iterator[Batch]:
        """Collect changes and commit them when the block ends well; nothing is written when it raises.
        IndexBusy."""
        batch = Batch()
        yield batch
        if batch.changes:
            with _locked(self.path / "write.lock", timeout_seconds):
                self._current().commit(batch.changes, batch.vocabulary, timeout=timeout_seconds)

    def tidy(self, timeout_seconds: float = 10.0) -> bool:
        """Join segments that commits left apart, one round; True when there was something to join. For idle
        times."""
        with _locked(self.path / "write.lock", timeout_seconds):
            shelf = self._current()
            shelf.snapshot()
            if not shelf.merges_waiting():
                return False
            shelf.commit({}, Vocabulary(), merge_limit=SEGMENT_LIMIT, timeout=timeout_seconds)
            return True

    def versions(self) -> dict[int, tuple[int, int]]:
        """Document → (version, access list) as indexed; IndexUnusable."""
        return _versions(self.snapshot())

    def document_count(self) -> int:
        """Documents in the index; IndexUnusable."""
        return len(self.snapshot().documents)

    def entry_count(self) -> int:
        """Entries in the index; IndexUnusable."""
        return int(self.snapshot().alive.sum())

    def check(self) -> list[str]:
        """Problems found by reading everything; an empty list means sound. Content is compared by
        `versions`."""
        try:
            problems = list(self._current().problems())
            if not problems:
                problems = list(_mixed_versions(self.snapshot()))
        except IndexUnusable as error:
            return [str(error)]
        if self.path.stat().st_mode & 0o077:
            problems.append("Thư mục chỉ mục mở cho người dùng khác của máy.")
        return problems

    @contextmanager
    def rebuild(self, timeout_seconds: float = 10.0) -> Iterator["Rebuild"]:
        """Build a new index beside the one in use and switch when the block ends well.

        A block that raises leaves what it wrote; the next `rebuild` goes on from `Rebuild.done`. IndexBusy
        when another rebuild is running. Changes written to the old index meanwhile are not in the new one:
        compare `versions` after.
        """
        self._make_folder()
        with _locked(self.path / "rebuild.lock", timeout_seconds):
            rebuild = Rebuild(self._building())
            yield rebuild
            while rebuild.shelf.merges_waiting():
                rebuild.shelf.commit({}, Vocabulary(), merge_limit=SEGMENT_LIMIT)
            with _locked(self.path / "write.lock", timeout_seconds):
                self._switch(rebuild.shelf.folder.name)

    def _building(self) -> Shelf:
        marker = self.path / _BUILDING
        if marker.exists():
            shelf = Shelf(self.path / marker.read_text(encoding="utf-8").strip())
            try:
                shelf.snapshot()
                return shelf
            except IndexUnusable:
                shutil.rmtree(shelf.folder, ignore_errors=True)
        shelf = Shelf.create(self.path / f"{_PREFIX}{secrets.token_hex(6)}")
        write_durably(marker, shelf.folder.name)
        return shelf

    def _switch(self, name: str) -> None:
        write_durably(self.path / _CURRENT, name)
        (self.path / _BUILDING).unlink(missing_ok=True)
        for folder in self.path.glob(f"{_PREFIX}*"):
            if folder.name != name:
                shutil.rmtree(folder)
        sync_folder(self.path)

    def describe(self) -> dict[str, int | str]:
        """Figures for a status page: format, documents, entries, segments, bytes on disk; IndexUnusable."""
        snapshot = self.snapshot()
        folder = self.path / snapshot.key[0]
        size = sum(path.stat().st_size for path in folder.glob("*") if path.is_file())
        return {
            "format": schema.FORMAT,
            "generation": snapshot.key[1],
            "documents": len(snapshot.documents),
            "entries": int(snapshot.alive.sum()),
            "segments": len(snapshot.views),
            "bytes": size,
        }


class Rebuild:
    """A new index being filled in chunks; each chunk is on disk when `write` returns."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self.done: dict[int, tuple[int, int]] = _versions(shelf.snapshot())

    def write(self, documents: Iterable[tuple[int, Sequence[Entry]]]) -> None:
        """Write one chunk of (document, entries); a document that is already there is replaced."""
        batch = Batch()
        for document, entries in documents:
            batch.replace(document, entries)
        self.shelf.commit(batch.changes, batch.vocabulary)
        self.done = _versions(self.shelf.snapshot())


def _versions(snapshot: Snapshot) -> dict[int, tuple[int, int]]:
    columns = (snapshot.documents, snapshot.of_documents("version"), snapshot.of_documents("access"))
    documents, versions, access = (column.tolist() for column in columns)
    return dict(zip(documents, zip(versions, access, strict=True), strict=True))


def _mixed_versions(snapshot: Snapshot) -> Iterator[str]:
    living = np.flatnonzero(snapshot.alive)
    names = {"version": "phiên bản", "access": "quyền đọc"}
    for column in names:
        own = snapshot.integers[column][living]
        first = snapshot.of_documents(column)[snapshot.document_of[living]]
        for document in np.unique(snapshot.integers["document"][living[own != first]]).tolist():
            yield f"Văn bản {document} có các điều khác {names[column]} trong chỉ mục."
