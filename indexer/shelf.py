"""One index folder: making it, reading its newest generation, committing changes to it.

Decides that a folder whose settings do not fit, or whose files are damaged, is unusable. `Store` decides
which folder counts.
"""

# Whoosh's functions carry no types.
# mypy: allow-untyped-calls

import json
import os
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
from whoosh.index import TOC, FileIndex, LockError

from indexer import safe_pickle as _safe_pickle  # noqa: F401  (installs the allow-list before any index is opened)
from indexer import schema
from indexer.analysis import Analysed, Vocabulary
from indexer.segments import (
    Mark,
    SafeStorage,
    SegmentView,
    expected_sums,
    file_mark,
    file_sum,
    open_segment,
    sync_folder,
)
from indexer.snapshot import Snapshot, join
from indexer.types import IndexBusy, IndexUnusable
from indexer.writer import (
    CROWDED,
    CROWDED_MERGE,
    QUICK_MERGE,
    SEGMENT_LIMIT,
    ArrayWriter,
    choose_merges,
    deleted_mask,
    merge_policy,
    read_contents,
    sweep_leftovers,
)

SETTINGS = "settings.json"
_TRIES = 40
# Looking at the files of a hundred segments takes some milliseconds; a page of results should not pay it.
_LOOK_SECONDS = 1.0


def write_durably(path: Path, text: str) -> None:
    """Replace a small file at once: written beside it, synced, renamed, folder synced."""
    beside = path.with_name(f"{path.name}.new")
    with beside.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    sync_folder(path.parent)


class Shelf:
    """An index folder, opened once in a process; segments stay open as long as some generation needs them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._storage = SafeStorage(str(folder))
        self._lock = threading.Lock()
        self._snapshot: Snapshot | None = None
        self._marks: dict[str, Mark | None] = {}
        self._looked = 0.0
        self._doubtful = False

    @classmethod
    def create(cls, folder: Path) -> "Shelf":
        """A new, empty index folder (mode 0700)."""
        folder.mkdir(mode=0o700)
        shelf = cls(folder)
        TOC.create(shelf._storage, schema.SCHEMA, schema.INDEX_NAME)
        write_durably(folder / SETTINGS, json.dumps({"format": schema.FORMAT}))
        return shelf

    def verify_settings(self) -> None:
        """IndexUnusable unless this folder was written by this version."""
        try:
            settings = json.loads((self.folder / SETTINGS).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise IndexUnusable("Không đọc được thiết lập của chỉ mục.") from error
        if not isinstance(settings, dict) or settings.get("format") != schema.FORMAT:
            raise IndexUnusable("Chỉ mục do phiên bản khác của phần mềm ghi.")

    def snapshot(self) -> Snapshot:
        """The newest generation; IndexUnusable when it cannot be read, or its files were lost or cut short."""
        with self._lock:
            generation = self._generation()
            if self._snapshot and self._snapshot.key[1] == generation and self._damaged():
                # What was opened is not what lies there: nothing of it is trusted before its sums are right.
                self._snapshot, self._doubtful = None, True
            if self._snapshot is None or self._snapshot.key[1] != generation:
                self._snapshot = self._open()
            return self._snapshot

    def _damaged(self) -> bool:
        """Whether a file of this generation is gone, cut short or replaced; looked at once a second."""
        if time.monotonic() < self._looked + _LOOK_SECONDS:
            return False
        if any(file_mark(f"{self.folder}/{file}") != mark for file, mark in self._marks.items()):
            # A writer removes files only after it has published the next generation.
            return self._snapshot is not None and self._generation() == self._snapshot.key[1]
        self._looked = time.monotonic()
        return False

    def _generation(self) -> int:
        try:
            return int(TOC._latest_generation(self._storage, schema.INDEX_NAME))
        except OSError as error:
            raise IndexUnusable("Không đọc được thư mục chỉ mục.") from error

    def _open(self) -> Snapshot:
        if self._snapshot is None:
            self.verify_settings()
        for attempt in range(_TRIES):
            before = self._generation()
            try:
                return self._read_generation()
            except FileNotFoundError as error:
                # A writer replaced the generation while it was being opened: read the newer one.
                if attempt + 1 == _TRIES or (self._generation() == before and attempt > 2):
                    raise IndexUnusable("Thiếu tệp của chỉ mục.") from error
            except IndexUnusable:
                raise
            except Exception as error:  # Whoosh raises a different type for each kind of damage
                raise IndexUnusable("Chỉ mục hỏng, không mở được.") from error
        raise IndexUnusable("Chỉ mục thay đổi liên tục, chưa mở được.")

    def _read_generation(self) -> Snapshot:
        known = {view.name: view for view in self._snapshot.views} if self._snapshot else {}
        contents = read_contents(self._storage)
        if self._doubtful:
            self._verify_sums([segment.segment_id() for segment in contents.segments])
        views = [
            known.get(segment.segment_id()) or open_segment(self._storage, segment)
            for segment in contents.segments
        ]
        deleted = [deleted_mask(segment) for segment in contents.segments]
        made = join((self.folder.name, contents.generation), views, deleted)
        listed = f"_{schema.INDEX_NAME}_{contents.generation}.toc"
        self._marks = {listed: file_mark(f"{self.folder}/{listed}")}
        for view in views:
            self._marks |= view.marks
        self._doubtful = False
        return made

    def _verify_sums(self, names: Iterable[str]) -> None:
        for name in names:
            for file, expected in expected_sums(self.folder, name).items():
                if list(file_sum(self.folder / file)) != expected:
                    raise IndexUnusable(f"Tệp {file} của chỉ mục sai tổng kiểm.")

    def commit(
        self, changes: dict[int, list[Analysed]], vocabulary: Vocabulary, merge_limit: int = QUICK_MERGE,
        timeout: float = 10.0,
    ) -> None:  # fmt: skip
        """Replace documents in one step; IndexBusy when another writer holds the folder, IndexUnusable when
        damaged."""
        snapshot = self.snapshot()
        try:
            writer = ArrayWriter(FileIndex(self._storage, schema=schema.SCHEMA), timeout)
        except LockError as error:
            raise IndexBusy("another writer holds the index") from error
        try:
            sweep_leftovers(self._storage)
            if writer.generation - 1 != snapshot.key[1]:
                snapshot = self.snapshot()
            replaced = (
                np.isin(snapshot.integers["document"], np.array(list(changes), np.int64)) & snapshot.alive
            )
            for entry in np.flatnonzero(replaced).tolist():
                writer.delete_document(entry)
            writer.add_entries([analysed for entries in changes.values() for analysed in entries], vocabulary)
        except BaseException:
            writer.cancel()
            raise
        limit = max(merge_limit, CROWDED_MERGE) if len(writer.segments) > CROWDED else merge_limit
        writer.commit(mergetype=merge_policy(self._view, limit))

    def _view(self, segment: Any) -> SegmentView:
        known = {view.name: view for view in self._snapshot.views} if self._snapshot else {}
        return known.get(segment.segment_id()) or open_segment(self._storage, segment)

    def merges_waiting(self) -> bool:
        """Whether `commit` with the full merge limit would join segments."""
        contents = read_contents(self._storage)
        sizes = [
            (segment.doc_count_all() - segment.deleted_count(), segment.doc_count_all())
            for segment in contents.segments
        ]
        return bool(choose_merges(sizes, SEGMENT_LIMIT))

    def problems(self, progress: Callable[[str], None] | None = None) -> Iterable[str]:
        """Damage found by reading every byte of the newest generation against its checksums."""
        try:
            snapshot = self.snapshot()
        except IndexUnusable as error:
            yield str(error)
            return
        for view in snapshot.views:
            if progress:
                progress(view.name)
            yield from self._segment_problems(view)

    def _segment_problems(self, view: SegmentView) -> Iterable[str]:
        try:
            sums = expected_sums(self.folder, view.name)
            for file, expected in sums.items():
                if list(file_sum(self.folder / file)) != expected:
                    yield f"Tệp {file} của chỉ mục sai tổng kiểm."
        except FileNotFoundError:
            if any(view.name == other.name for other in self.snapshot().views):
                yield f"Phần {view.name} của chỉ mục hỏng."
        except (OSError, ValueError):
            yield f"Phần {view.name} của chỉ mục hỏng."
