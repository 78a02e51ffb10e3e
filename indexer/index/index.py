"""The index as a service uses it: a folder with a pointer to the index folder in use, batches of changes, checks, and
rebuilding next to the folder in use.

This module decides which index folder is in use and who may write. The content of an index can be made again from the
database. Where the index is missing or damaged, `IndexUnusable` is raised; no empty index replaces it silently, and
the caller rebuilds it.
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
# Damaged indexes get this prefix. Each takes as much space as the index, so only a few are kept.
_DAMAGED = "damaged-"
_DAMAGED_KEPT = 2
# The prefix of indexes that are being removed.
_GONE = "gone-"
_NAME = re.compile(rf"{_PREFIX}[0-9a-f]{{12}}")


class Index:
    """An index for one writing process and many reading processes. A process should keep one object, since it caches
    the opened files."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self._lock = threading.Lock()
        self._shelf: IndexFolder | None = None
        self._pointer_file = self.path / _CURRENT
        self._pointer: FileStamp | None = None

    def create(self) -> "Index":
        """Create an empty index where there is none at all, and return this object. An existing index is not changed,
        even if it is damaged. Raises IndexBusy when another process writes."""
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
            # The stamp was taken before the name was read, so a pointer replaced in between is read again next time.
            self._pointer = mark
            return self._shelf

    def snapshot(self) -> Snapshot:
        """Return the newest generation of the index, for reading. It stays readable while writers go on. Raises
        IndexUnusable where there is no index or it cannot be read."""
        for _ in range(3):
            shelf = self._current()
            try:
                return shelf.snapshot()
            except IndexUnusable:
                # A rebuild may have switched folders and removed the old one between the two steps.
                if shelf is self._current():
                    raise
        return self._current().snapshot()

    @contextmanager
    def write_batch(self, timeout_seconds: float = LOCK_SECONDS) -> Iterator[Batch]:
        """Yield a batch that collects changes, and commit it when the block ends without an error. After an error
        nothing is written. Raises IndexBusy when another process writes for `timeout_seconds`, and IndexUnusable
        where the index cannot be read."""
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
        """Yield the index folder in use and keep all other writers out while the block runs. Raises IndexBusy when
        another process writes for `timeout_seconds`, and IndexUnusable where there is no index."""
        with self._writing(timeout_seconds):
            yield self._current()

    def tidy(self, timeout_seconds: float = LOCK_SECONDS, pack: bool = False) -> bool:
        """Merge small segments that commits left: one round, or with `pack` True as many segments as fit into one.
        Returns whether segments were merged. If not, the folders that a killed process left are removed.

        Call this in idle times; readers and writers go on meanwhile. Raises IndexBusy when another process merges or
        replaces the index, or when a lock is held for `timeout_seconds`, and IndexUnusable where the index cannot be
        read."""
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
        """Return the lock of writing, to be used in a `with` block. Inside, no other process commits changes to the
        index or switches to another index folder. Entering raises IndexBusy when another process holds the lock for
        `timeout` seconds."""
        return locked(self.path / "write.lock", timeout)

    def versions(self) -> dict[int, tuple[int, int]]:
        """A dict that maps the id of each document in the index to (the revision of the document that was indexed, the
        id of its access list). Raises IndexUnusable where the index cannot be read."""
        return held_versions(self.snapshot())

    def check(self) -> list[str]:
        """Check the whole index. Returns a Vietnamese sentence for each problem, [] for a sound index. The check does
        not compare the index with the database; the caller does that with `versions`."""
        try:
            return self.damage() or self.flaws()
        except IndexUnusable as error:
            return [str(error)]

    def damage(self) -> list[str]:
        """Read all files of the index and return a Vietnamese sentence for each damaged one, [] where none is. A
        rebuild is the remedy. Raises IndexUnusable where there is no index."""
        while True:
            shelf = self._current()
            problems = list(shelf.problems())
            # Problems of an index that was replaced and removed during the check do not count.
            if not problems or self._current() is shelf:
                return problems

    def flaws(self) -> list[str]:
        """Find problems other than damaged files: mixed versions, a bad model of the site, a folder open to other
        users. Returns a Vietnamese sentence for each, [] for none. Raises IndexUnusable where the index cannot be
        read."""
        problems = list(mixed_versions(self.snapshot()))
        if not sound_model(self.path):
            problems.append(f"Tệp {OWN_MODEL} (từ riêng đã học) hỏng hoặc của phiên bản khác; hãy học lại.")
        if self.path.stat().st_mode & 0o077:
            problems.append("Thư mục chỉ mục mở cho người dùng khác của máy.")
        return problems

    @contextmanager
    def rebuild(self) -> Iterator["Rebuild"]:
        """Build a new index next to the one in use, and switch to it when the block ends without an error.

        When the block raises, what it wrote stays, and the next `rebuild` continues from `Rebuild.done`. Changes that
        are written to the old index meanwhile are not in the new one, so the caller compares `versions` afterwards.
        Raises IndexBusy when another rebuild is running.
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
        """Save the model `made` of the site, so that the next rebuild uses it. With None the next rebuild uses the
        base model. Raises IndexBusy when a rebuild is running."""
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
        """Whether the site has a model of its own, which the next rebuild would use."""
        return (self.path / OWN_MODEL).exists()

    def discard(self) -> None:
        """Stop using the index folder, an unfinished rebuild, and the model of the site. From then on the index counts
        as missing, until a rebuild makes a new one. This is called when the content of the index belongs to another
        database."""
        for name in (_CURRENT, _BUILDING, OWN_MODEL):
            (self.path / name).unlink(missing_ok=True)
        if self.path.exists():
            sync_folder(self.path)

    def taught_anew(self) -> bool:
        """Whether a rebuild would use another model than the index in use. Raises IndexUnusable where the index
        cannot be read."""
        return self._taught().stamp != self.snapshot().model.stamp

    def _taught(self) -> LanguageModel:
        """The model of the site if it is undamaged and made for this version of the software, otherwise the base
        model."""
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
        """Find the folder that an interrupted rebuild left; None where there is none. It is never the folder in use."""
        name, used = (_name_in(self.path / file) for file in (_BUILDING, _CURRENT))
        return IndexFolder(self.path / name) if name and name != used and (self.path / name).is_dir() else None

    def _switch(self, name: str) -> None:
        before = _name_in(self.path / _CURRENT)
        write_durably(self.path / _CURRENT, name)
        (self.path / _BUILDING).unlink(missing_ok=True)
        sync_folder(self.path)
        for folder in self.path.glob(f"{_PREFIX}*"):
            # Where the pointer was lost, any folder may have been the current one.
            if folder.name != name and (not before or folder.name == before):
                self._retire(folder)
        self._sweep()
        kept = sorted(self.path.glob(f"{_DAMAGED}*"), key=lambda folder: folder.stat().st_mtime)
        for folder in kept[:-_DAMAGED_KEPT]:
            shutil.rmtree(folder)
        sync_folder(self.path)

    def _retire(self, folder: Path) -> None:
        """Remove an index folder that is no longer in use. A damaged one is kept under another name, so that the
        cause can be found."""
        shelf = IndexFolder(folder)
        if not shelf.outdated() and any(shelf.problems()):
            aside = self.path / f"{_DAMAGED}{folder.name.removeprefix(_PREFIX)}"
            folder.rename(aside)
            os.utime(aside)
        else:
            self._remove(folder)

    def _remove(self, folder: Path) -> None:
        """Remove an index folder. It is renamed first, so that a folder removed only in part does not look like an
        index."""
        gone = folder.with_name(f"{_GONE}{folder.name.removeprefix(_PREFIX)}")
        folder.rename(gone)
        shutil.rmtree(gone)

    def _sweep(self) -> None:
        """Remove index folders that killed processes left. The caller must hold the lock of rebuilding."""
        used = {_name_in(self.path / file) for file in (_CURRENT, _BUILDING)}
        for folder in self.path.glob(f"{_PREFIX}*"):
            if folder.name not in used:
                self._remove(folder)
        for folder in self.path.glob(f"{_GONE}*"):
            shutil.rmtree(folder)

    def describe(self) -> dict[str, int | str]:
        """Report the state of the index for a status page. Keys: format, generation, documents, entries,
        segments, and bytes on disk. Raises IndexUnusable where the index cannot be read."""
        snapshot = self.snapshot()
        folder = self.path / snapshot.key[0]
        # A file may be removed between the listing and `file_stamp`.
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
    """Read the name of an index folder from the pointer file `file`. Returns "" where the file holds no valid name,
    None where there is no such file."""
    try:
        name = file.read_text(encoding="utf-8").strip()
    except OSError:
        return None
    except ValueError:
        return ""
    return name if _NAME.fullmatch(name) else ""


def _goes_on(begun: IndexFolder, taught: LanguageModel) -> bool:
    """Whether the interrupted rebuild in `begun` can be continued. It can if its folder is sound and its vectors come
    from the model `taught`."""
    try:
        return begun.snapshot().model.stamp == taught.stamp and not any(begun.problems())
    except IndexUnusable:
        return False

