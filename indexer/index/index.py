"""The index as a service sees it: a folder with a pointer to the index in use, batches, checks, rebuilding
beside.

Decides which index counts and who may write. An index is disposable: what is missing or damaged raises
`IndexUnusable`, is never made again silently, and is rebuilt by the caller from the database.
"""

import os
import re
import secrets
import shutil
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from indexer.analysis import language_model
from indexer.analysis.language_model import LanguageModel
from indexer.errors import IndexBusy, IndexUnusable
from indexer.index import schema
from indexer.index.batch import Batch
from indexer.index.folder import LOCK_SECONDS, IndexFolder
from indexer.index.folder_model import OWN_MODEL, folder_model, sound_model
from indexer.index.rebuild import Rebuild
from indexer.index.snapshot import Snapshot
from indexer.index.versions import held_versions, mixed_versions
from indexer.store.container import write
from indexer.store.durable import FileStamp, file_stamp, locked, locked_if_free, sync_folder, write_durably

_CURRENT = "current"
_BUILDING = "building"
_REBUILD_LOCK = "rebuild.lock"
_PREFIX = "index-"
# Damaged indexes are put aside under this name; each takes as much room as the index, so few are kept.
_DAMAGED = "damaged-"
_DAMAGED_KEPT = 2
# Indexes on their way out.
_GONE = "gone-"
_NAME = re.compile(rf"{_PREFIX}[0-9a-f]{{12}}")


class Index:
    """An index folder for one writing and many reading processes; keep one object in a process."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self._lock = threading.Lock()
        self._shelf: IndexFolder | None = None
        self._pointer_file = self.path / _CURRENT
        self._pointer: FileStamp | None = None

    def create(self) -> "Index":
        """Make an empty index where there is none at all; an existing one, even a damaged one, is left alone.
        IndexBusy."""
        self._make_folder()
        with self._writing(LOCK_SECONDS):
            if not (self.path / _CURRENT).exists() and not any(self.path.glob(f"{_PREFIX}*")):
                shelf = IndexFolder.create(self.path / f"{_PREFIX}{secrets.token_hex(6)}")
                write_durably(self.path / _CURRENT, shelf.folder.name)
        return self

    def _make_folder(self) -> None:
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path.chmod(0o700)

    def _current(self) -> IndexFolder:
        mark = file_stamp(self._pointer_file)
        with self._lock:
            if self._shelf is not None and mark is not None and mark == self._pointer:
                return self._shelf
        name = _name_in(self.path / _CURRENT)
        if name is None:
            raise IndexUnusable("Chưa có chỉ mục.")
        if not name:
            raise IndexUnusable("Con trỏ tới chỉ mục bị hỏng.")
        with self._lock:
            if self._shelf is None or self._shelf.folder.name != name:
                self._shelf = IndexFolder(self.path / name)
            # Read before the name was: a pointer replaced since is read again.
            self._pointer = mark
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
    def write_batch(self, timeout_seconds: float = LOCK_SECONDS) -> Iterator[Batch]:
        """Collect changes and commit them when the block ends well; nothing is written when it raises. IndexBusy,
        IndexUnusable."""
        batch = Batch()
        yield batch
        if batch.changes:
            used = self._current().model
            held = batch.arrays(used)
            with self.exclusive(timeout_seconds) as shelf:
                if shelf.model.stamp != used.stamp:
                    held = batch.arrays(shelf.model)
                shelf.commit(list(batch.changes), held, timeout=timeout_seconds)

    @contextmanager
    def exclusive(self, timeout_seconds: float = LOCK_SECONDS) -> Iterator[IndexFolder]:
        """The folder in use, which no other writer changes or replaces while the block runs. IndexBusy,
        IndexUnusable."""
        with self._writing(timeout_seconds):
            yield self._current()

    def tidy(self, timeout_seconds: float = LOCK_SECONDS, pack: bool = False) -> bool:
        """Join segments that commits left apart, one round, or as many as fit into one (`pack`); True when there was
        something to join. Where there is nothing, indexes that a process left when it died are removed. For idle times;
        readers and writers go on meanwhile. IndexBusy when another process does the same."""
        shelf = self._current()

        @contextmanager
        def publishing() -> Iterator[None]:
            with self._writing(timeout_seconds):
                if self._current() is not shelf:
                    raise IndexBusy("Chỉ mục vừa được thay bằng chỉ mục khác.")
                yield

        try:
            joined = shelf.tidy(timeout_seconds, publishing, pack)
        except (FileNotFoundError, IndexUnusable) as error:
            if self._current() is not shelf:
                raise IndexBusy("Chỉ mục vừa được thay bằng chỉ mục khác.") from error
            if isinstance(error, IndexUnusable):
                raise
            raise IndexUnusable("Thiếu tệp của chỉ mục.") from error
        if not joined:
            with locked_if_free(self.path / _REBUILD_LOCK) as free:
                if free and self._current() is shelf:
                    self._sweep()
        return joined

    def _writing(self, timeout: float) -> AbstractContextManager[None]:
        """The lock under which the index in use does not change places. IndexBusy."""
        return locked(self.path / "write.lock", timeout)

    def versions(self) -> dict[int, tuple[int, int]]:
        """Document → (version, access list) as indexed; IndexUnusable."""
        return held_versions(self.snapshot())

    def document_count(self) -> int:
        """Documents in the index; IndexUnusable."""
        return len(self.snapshot().documents)

    def check(self) -> list[str]:
        """Problems found by reading everything; an empty list means sound. Content is compared by
        `versions`."""
        try:
            return self.damage() or self.flaws()
        except IndexUnusable as error:
            return [str(error)]

    def damage(self) -> list[str]:
        """What of the index in use is not what was written, by reading all of it: a rebuild mends that. IndexUnusable."""
        while True:
            shelf = self._current()
            problems = list(shelf.problems())
            # Nothing is wrong with an index that was replaced and removed meanwhile.
            if not problems or self._current() is shelf:
                return problems

    def flaws(self) -> list[str]:
        """What is wrong with a sound index and beside it. IndexUnusable."""
        problems = list(mixed_versions(self.snapshot()))
        if not sound_model(self.path):
            problems.append(f"Tệp {OWN_MODEL} (từ riêng đã học) hỏng hoặc của phiên bản khác; hãy học lại.")
        if self.path.stat().st_mode & 0o077:
            problems.append("Thư mục chỉ mục mở cho người dùng khác của máy.")
        return problems

    @contextmanager
    def rebuild(self) -> Iterator["Rebuild"]:
        """Build a new index beside the one in use and switch when the block ends well.

        A block that raises leaves what it wrote; the next `rebuild` goes on from `Rebuild.done`. IndexBusy
        when another rebuild is running. Changes written to the old index meanwhile are not in the new one:
        compare `versions` after.
        """
        self._make_folder()
        with locked(self.path / _REBUILD_LOCK, LOCK_SECONDS):
            rebuild = Rebuild(self._building())
            yield rebuild
            while rebuild.shelf.tidy(pack=True):
                pass
            with self._writing(LOCK_SECONDS):
                self._switch(rebuild.shelf.folder.name)

    def keep_model(self, made: LanguageModel | None) -> None:
        """Let the next rebuild use this model, or the base model where there is none. IndexBusy."""
        own, beside = self.path / OWN_MODEL, self.path / f"{OWN_MODEL}.new"
        with locked(self.path / _REBUILD_LOCK, LOCK_SECONDS):
            if made is None:
                own.unlink(missing_ok=True)
            else:
                beside.unlink(missing_ok=True)
                arrays, notes = language_model.contents(made)
                write(beside, arrays, {**notes, "base": language_model.base().stamp})
                beside.replace(own)
            sync_folder(self.path)

    def has_learnt(self) -> bool:
        """Whether something was learnt that the next rebuild would use."""
        return (self.path / OWN_MODEL).exists()

    def discard(self) -> None:
        """Leave the index, and one under way, as if there were none: they belong to another database."""
        for name in (_CURRENT, _BUILDING, OWN_MODEL):
            (self.path / name).unlink(missing_ok=True)
        if self.path.exists():
            sync_folder(self.path)

    def taught_anew(self) -> bool:
        """Whether a rebuild would use another model than the index in use; IndexUnusable."""
        return self._taught().stamp != self.snapshot().model.stamp

    def _taught(self) -> LanguageModel:
        """What was learnt last, if it is sound and of this version, else the base model."""
        return folder_model(self.path)[0] if sound_model(self.path) else language_model.base()

    def _building(self) -> IndexFolder:
        marker = self.path / _BUILDING
        taught = self._taught()
        if begun := self._begun():
            if _goes_on(begun, taught):
                return begun
            self._remove(begun.folder)
        own = None if taught is language_model.base() else self.path / OWN_MODEL
        shelf = IndexFolder.create(self.path / f"{_PREFIX}{secrets.token_hex(6)}", own)
        write_durably(marker, shelf.folder.name)
        return shelf

    def _begun(self) -> IndexFolder | None:
        """The folder that a rebuild which was cut short left; never the one in use, to which a power cut within the
        switch may leave the marker pointing, nor one that is gone."""
        name, used = (_name_in(self.path / file) for file in (_BUILDING, _CURRENT))
        return IndexFolder(self.path / name) if name and name != used and (self.path / name).is_dir() else None

    def _switch(self, name: str) -> None:
        before = _name_in(self.path / _CURRENT)
        write_durably(self.path / _CURRENT, name)
        (self.path / _BUILDING).unlink(missing_ok=True)
        sync_folder(self.path)
        for folder in self.path.glob(f"{_PREFIX}*"):
            # Which one was in use nobody knows where the pointer was lost.
            if folder.name != name and (not before or folder.name == before):
                self._retire(folder)
        self._sweep()
        kept = sorted(self.path.glob(f"{_DAMAGED}*"), key=lambda folder: folder.stat().st_mtime)
        for folder in kept[:-_DAMAGED_KEPT]:
            shutil.rmtree(folder)
        sync_folder(self.path)

    def _retire(self, folder: Path) -> None:
        """Remove an index that is no longer used, or put it aside for whoever asks why it was damaged."""
        shelf = IndexFolder(folder)
        if not shelf.outdated() and any(shelf.problems()):
            aside = self.path / f"{_DAMAGED}{folder.name.removeprefix(_PREFIX)}"
            folder.rename(aside)
            os.utime(aside)
        else:
            self._remove(folder)

    def _remove(self, folder: Path) -> None:
        """Remove an index folder, half of which is none by its name."""
        gone = folder.with_name(f"{_GONE}{folder.name.removeprefix(_PREFIX)}")
        folder.rename(gone)
        shutil.rmtree(gone)

    def _sweep(self) -> None:
        """Remove what processes that died left behind; for the one that holds the lock of rebuilding."""
        used = {_name_in(self.path / file) for file in (_CURRENT, _BUILDING)}
        for folder in self.path.glob(f"{_PREFIX}*"):
            if folder.name not in used:
                self._remove(folder)
        for folder in self.path.glob(f"{_GONE}*"):
            shutil.rmtree(folder)

    def describe(self) -> dict[str, int | str]:
        """Figures for a status page: format, documents, entries, segments, bytes on disk; IndexUnusable."""
        snapshot = self.snapshot()
        folder = self.path / snapshot.key[0]
        # A file may go between listing and looking.
        size = sum(mark[1] for mark in map(file_stamp, folder.glob("*")) if mark)
        return {
            "format": schema.FORMAT,
            "generation": snapshot.key[1],
            "documents": len(snapshot.documents),
            "entries": int(snapshot.alive.sum()),
            "segments": len(snapshot.segments),
            "bytes": size,
        }


def _name_in(file: Path) -> str | None:
    """The index folder that a small file names: "" where it names none, None without the file."""
    try:
        name = file.read_text(encoding="utf-8").strip()
    except OSError:
        return None
    except ValueError:
        return ""
    return name if _NAME.fullmatch(name) else ""


def _goes_on(begun: IndexFolder, taught: LanguageModel) -> bool:
    """Whether a rebuild can go on where it stopped: its folder is sound, its vectors those of this model."""
    try:
        return begun.snapshot().model.stamp == taught.stamp and not any(begun.problems())
    except IndexUnusable:
        return False

