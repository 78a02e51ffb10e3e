"""One index folder: making it, reading its newest generation, committing changes to it.

Decides that a folder whose settings do not fit, or whose files are damaged, is unusable. `Store` decides
which folder counts.
"""

# Whoosh's functions carry no types.
# mypy: allow-untyped-calls

import json
import os
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
from whoosh.index import TOC, FileIndex, LockError

from indexer import safe_pickle as _safe_pickle  # noqa: F401  (installs the allow-list before any index is opened)
from indexer import schema
from indexer.analysis import Analysed, Vocabulary
from indexer.segments import SafeStorage, SegmentView, expected_sums, file_sum, open_segment, sync_folder
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
            raise IndexUnusable(f"Không đọc được thiết lập của chỉ mục: {error}") from error
        if not isinstance(settings, dict) or settings.get("format") != schema.FORMAT:
            raise IndexUnusable(f"Chỉ mục do phiên bản khác ghi: {settings}")

    def snapshot(self) -> Snapshot:
        """The newest generation; IndexUnusable when it cannot be read."""
        with self._lock:
            generation = self._generation()
            if self._snapshot is None or self._snapshot.key[1] != generation:
                self._snapshot = self._open()
            return self._snapshot

    def _generation(self) -> int:
        try:
            return int(TOC._latest_generation(self._storage, schema.INDEX_NAME))
        except OSError as error:
            raise IndexUnusable(f"Không đọc được thư mục chỉ mục: {error}") from error

    def _open(self) -> Snapshot:
        known = {view.name: view for view in self._snapshot.views} if self._snapshot else {}
        if not known:
            self.verify_settings()
        for attempt in range(_TRIES):
            before = self._generation()
            try:
                contents = read_contents(self._storage)
                views = [
                    known.get(segment.segment_id()) or open_segment(self._storage, segment)
                    for segment in contents.segments
                ]
                deleted = [deleted_mask(segment) for segment in contents.segments]
                return join((self.folder.name, contents.generation), views, deleted)
            except FileNotFoundError as error:
                # A writer replaced the generation while it was being opened: read the newer one.
                if attempt + 1 == _TRIES or (self._generation() == before and attempt > 2):
                    raise IndexUnusable(f"Thiếu tệp chỉ mục: {error}") from error
            except IndexUnusable:
                raise
            except Exception as error:  # Whoosh raises a different type for each kind of damage
                raise IndexUnusable(f"Chỉ mục hỏng: {type(error).__name__}: {error}") from error
        raise IndexUnusable("Chỉ mục thay đổi liên tục, chưa mở được.")

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
        except FileNotFoundError as error:
            if any(view.name == other.name for other in self.snapshot().views):
                yield f"Phần {view.name} của chỉ mục hỏng: {error}"
        except (OSError, ValueError) as error:
            yield f"Phần {view.name} của chỉ mục hỏng: {error}"
