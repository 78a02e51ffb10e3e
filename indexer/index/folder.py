"""One index folder: creating it, reading its newest generation, committing changes, merging segments.

A folder is unusable where its settings do not fit this version of the software or its files are damaged. `Index`
decides which folder is in use.
"""

import json
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from indexer.analysis import language_model
from indexer.analysis.language_model import LanguageModel
from indexer.errors import IndexDamaged, IndexUnusable
from indexer.index import commit as writer
from indexer.index import merge_policy, schema
from indexer.index.commit import Source
from indexer.index.folder_model import OWN_MODEL, folder_model, sound_model
from indexer.index.manifest import (
    Manifest,
    ManifestEntry,
    contents_name,
    latest_generation,
    read_manifest,
    remove_others,
    remove_unlisted,
    write_manifest,
)
from indexer.index.segment import SegmentData
from indexer.index.segment_file import open_segment, segment_path
from indexer.index.snapshot import Bools, Snapshot, join
from indexer.store.container import Container, Damaged, WrongSum
from indexer.store.durable import FileStamp, file_stamp, locked, locked_if_free, sync_file, write_durably

SETTINGS = "settings.json"
# Whoosh's own writers take the same lock.
WRITE_LOCK = f"{schema.INDEX_NAME}_WRITELOCK"
# Held while segments are merged without the write lock. Meanwhile commits leave all segments unmerged.
MERGE_LOCK = f"{schema.INDEX_NAME}_MERGELOCK"
_TRIES = 40
# Reading the stamps of a hundred files takes some milliseconds, so it is not done for every page of results.
_LOOK_SECONDS = 1.0
# In nanoseconds. File times have a coarse clock: a change of the folder must be this old before the next change is
# certain to have another time.
_SETTLED = 100_000_000
# With more segments than this a commit also merges larger ones, which takes about a second and happens rarely.
CROWDED, CROWDED_MERGE = 48, 10_000
# How long to wait for a lock.
LOCK_SECONDS = 10.0
# Segments are merged only where this many times their size is free on the disk.
ROOM = 2


@dataclass(frozen=True)
class OpenedFolder:
    """One generation of an index folder, opened: its manifest (`contents`) and the snapshot of its mapped segments. `marks`
    are the stamps (`FileStamp`) of its files at opening; another stamp now means that the file has changed."""

    contents: Manifest
    snapshot: Snapshot
    marks: dict[Path, FileStamp | None]


def _waiting(sizes: Sequence[tuple[int, int]], limit: int) -> list[int]:
    """Choose the segments that `tidy` merges in idle times. Returns their positions in `sizes`, [] for none. `sizes`
    holds (entries not deleted, all entries) of each segment, and `limit` is the most entries of a merged segment."""
    return merge_policy.choose_merges(sizes, limit, merge_policy.TIDY_FANOUT)


def _written_by() -> dict[str, int]:
    """The settings by which this version of the software recognises an index as its own. An index with other settings
    is rebuilt."""
    return {"format": schema.FORMAT, "base": language_model.base().stamp}


class IndexFolder:
    """Reads and changes one index folder. A process keeps one object per folder. A segment stays mapped into memory
    as long as some generation needs it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._opened: OpenedFolder | None = None
        self._model: LanguageModel | None = None
        self._model_file: Container | None = None
        self._looked = 0.0
        # (time of the folder's last change, its newest generation then), stored once that change is old enough.
        self._listed = (-1, -1)

    @classmethod
    def create(cls, folder: Path, own_model: Path | None = None) -> "IndexFolder":
        """Create an empty index folder (mode 0700). Its vectors will come from a copy of the model file `own_model`,
        or from the base model where that is None. Raises FileExistsError where `folder` exists."""
        folder.mkdir(mode=0o700)
        try:
            if own_model:
                sync_file(Path(shutil.copyfile(own_model, folder / OWN_MODEL)))
            write_manifest(folder, Manifest(0, ()))
            made = {**_written_by(), "model": folder_model(folder)[0].stamp}
            write_durably(folder / SETTINGS, json.dumps(made))
        except BaseException:
            shutil.rmtree(folder)
            raise
        return cls(folder)

    def _settings(self) -> dict[str, int]:
        """Read the settings that were written when the folder was created; keys are their names. Raises IndexUnusable
        where they cannot be read."""
        try:
            settings = json.loads((self.folder / SETTINGS).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise IndexUnusable("Không đọc được thiết lập của chỉ mục.") from error
        if not isinstance(settings, dict):
            raise IndexUnusable("Không đọc được thiết lập của chỉ mục.")
        return settings

    def _is_ours(self) -> bool:
        """Whether this version of the software, with its base model, wrote this index folder. Raises IndexUnusable
        where the settings cannot be read."""
        return _written_by().items() <= self._settings().items()

    def outdated(self) -> bool:
        """Whether another version of the software wrote this index folder. False where its settings cannot be read.
        """
        try:
            return not self._is_ours()
        except IndexUnusable:
            return False

    @property
    def model(self) -> LanguageModel:
        """The model from which the vectors of this index folder come. It never changes. Raises IndexUnusable where
        the model file is damaged or missing."""
        if self._model is None:
            try:
                made, file = folder_model(self.folder)
            except (OSError, ValueError) as error:
                raise IndexDamaged(f"Mô hình {OWN_MODEL} của chỉ mục hỏng, không mở được.") from error
            if made.stamp != self._settings().get("model"):
                raise IndexUnusable(f"Mô hình {OWN_MODEL} của chỉ mục bị mất hoặc bị thay.")
            self._model, self._model_file = made, file
        return self._model

    def snapshot(self) -> Snapshot:
        """The newest generation of this index folder, for reading. Raises IndexUnusable when it cannot be read, or
        when its files were removed or cut short."""
        return self.opened().snapshot

    def opened(self) -> OpenedFolder:
        """Return the newest generation of this index folder with its mapped segments. It is opened again only when
        the generation or its files have changed. Raises IndexUnusable when it cannot be read."""
        with self._lock:
            generation = self._generation()
            current = self._opened
            if current and current.contents.generation == generation and self._damaged(current):
                # The files are not those that were opened. All are opened again, which checks their checksums.
                self._opened, self._model = None, None
            if self._opened is None or self._opened.contents.generation != generation:
                self._opened = self._open()
            return self._opened

    def _damaged(self, opened: OpenedFolder) -> bool:
        """Whether a file of the generation `opened` was cut short (checked at every call), removed or replaced
        (checked once a second)."""
        files = [segment.file for segment in opened.snapshot.segments]
        if not all(file.whole() for file in (*files, self._model_file) if file):
            return True
        if time.monotonic() < self._looked + _LOOK_SECONDS:
            return False
        if any(file_stamp(path) != mark for path, mark in opened.marks.items()):
            # A writer removes files only after it has published the next generation.
            return self._generation() == opened.contents.generation
        self._looked = time.monotonic()
        return False

    def _generation(self) -> int:
        """The number of the newest generation. The folder is listed again only when it has changed. Raises
        IndexUnusable where the folder cannot be read."""
        try:
            now, changed = time.time_ns(), os.stat(self.folder).st_mtime_ns
            if changed == self._listed[0]:
                return self._listed[1]
            generation = latest_generation(self.folder)
            self._listed = (changed if now - changed > _SETTLED else -1, generation)
            return generation
        except OSError as error:
            raise IndexUnusable("Không đọc được thư mục chỉ mục.") from error

    def _open(self) -> OpenedFolder:
        if self._opened is None and not self._is_ours():
            raise IndexUnusable("Chỉ mục do phiên bản khác của phần mềm ghi.")
        for attempt in range(_TRIES):
            before = self._generation()
            try:
                return self._read_generation(before)
            except FileNotFoundError as error:
                # A writer replaced the generation while it was being opened. The next attempt reads the newer one.
                if attempt + 1 == _TRIES or (self._generation() == before and attempt > 2):
                    raise IndexUnusable("Thiếu tệp của chỉ mục.") from error
            except WrongSum as error:
                raise IndexDamaged(f"Tệp {error.file} của chỉ mục sai tổng kiểm, không mở được.") from error
            except (OSError, ValueError, LookupError) as error:
                raise IndexDamaged("Chỉ mục hỏng, không mở được.") from error
        raise IndexUnusable("Chỉ mục thay đổi liên tục, chưa mở được.")

    def _read_generation(self, generation: int) -> OpenedFolder:
        known = {segment.name: segment for segment in self._opened.snapshot.segments} if self._opened else {}
        marks = self._opened.marks if self._opened else {}
        # Stamps are taken before opening, so that a change in between is noticed later.
        toc = self.folder / contents_name(generation)
        held = {toc: file_stamp(toc), self.folder / OWN_MODEL: file_stamp(self.folder / OWN_MODEL)}
        contents = read_manifest(self.folder, generation)
        segments = []
        for listed in contents.segments:
            path = segment_path(self.folder, listed.name)
            held[path] = marks[path] if listed.name in known else file_stamp(path)
            segments.append(known.get(listed.name) or open_segment(self.folder, listed, self.model))
        deleted = [listed.deleted for listed in contents.segments]
        snapshot = join((self.folder.name, generation), segments, deleted, self.model, self._model_file)
        return OpenedFolder(contents, snapshot, held)

    def commit(self, documents: Sequence[int], held: SegmentData | None, timeout: float = LOCK_SECONDS) -> None:
        """Remove the entries of the documents with the ids `documents` and add those of `held`, in one step. `held`
        is None where nothing is added. Raises IndexBusy when another writer holds the lock for `timeout` seconds, and
        IndexUnusable when the folder is damaged."""
        numbers = np.array(documents, np.int64)
        self.change(lambda snapshot: np.isin(snapshot.integers["document"], numbers), held, timeout)

    def change(
        self,
        taken: Callable[[Snapshot], Bools],
        held: SegmentData | None,
        timeout: float = LOCK_SECONDS,
        merge: bool = True,
    ) -> None:
        """Remove the entries that `taken` selects and add those of `held` (None: add nothing), in one step.

        `taken` gets the newest snapshot and returns a mask over its entries. With `merge` False no segments are
        merged. Raises what `taken` raises, IndexBusy when the lock is held for `timeout` seconds, and IndexUnusable
        when the folder is damaged.
        """
        self.opened()
        with locked(self.folder / WRITE_LOCK, timeout):
            opened = self.opened()
            replaced = taken(opened.snapshot)
            if not held and not (replaced & opened.snapshot.alive).any():
                return
            sources = writer.sources_of(
                opened.snapshot.segments, writer.spread(replaced | ~opened.snapshot.alive, opened.contents)
            )
            if held:
                sources.append(Source(held, np.zeros(held.size, bool)))
            with locked_if_free(self.folder / MERGE_LOCK) as free:
                limit = CROWDED_MERGE if len(sources) > CROWDED else merge_policy.QUICK_MERGE
                chosen = merge_policy.choose_merges([source.sizes for source in sources], limit) if free else []
                if not merge or not self._fits(sources, chosen):
                    chosen = []
                with self._laid_down(sources, chosen) as made:
                    self._publish(opened.contents, made, sweep=free)

    def _fits(self, sources: Sequence[Source], chosen: Sequence[int]) -> bool:
        """Whether the disk has enough free space for merging the `sources` at the positions `chosen`."""
        return shutil.disk_usage(self.folder).free >= ROOM * sum(sources[place].bytes for place in chosen)

    @contextmanager
    def _laid_down(self, sources: Sequence[Source], chosen: Sequence[int]) -> Iterator[tuple[ManifestEntry, ...]]:
        """Merge the `sources` at the positions `chosen`, write the segments of the next generation and yield their
        manifest entries. If the block raises before it publishes these, the new files are removed. Raises
        IndexUnusable where a segment is damaged."""
        written: list[str] = []
        try:
            yield writer.lay_down(self.folder, sources, chosen, self.model, written)
        except BaseException as error:
            remove_unlisted(self.folder, written)
            if isinstance(error, Damaged):
                raise IndexUnusable("Chỉ mục hỏng, không ghép được.") from error
            raise

    def _publish(self, before: Manifest, segments: tuple[ManifestEntry, ...], sweep: bool) -> None:
        after = Manifest(before.generation + 1, segments)
        write_manifest(self.folder, after)
        names = {listed.name for listed in before.segments} - {listed.name for listed in segments}
        remove_others(self.folder, after, None if sweep else names)

    def tidy(
        self,
        timeout: float = LOCK_SECONDS,
        publishing: Callable[[], AbstractContextManager[None]] = nullcontext,
        pack: bool = False,
    ) -> bool:
        """Merge small segments that commits left, in one round. Returns whether segments were merged; False where
        there was nothing to merge or no room on the disk.

        Commits need not wait during the merge. The context manager `publishing` is entered for the last step, in
        which the new segment replaces the old ones. With `pack` True as many segments are merged as fit into one.
        Raises IndexBusy when a lock is held for `timeout` seconds, and IndexUnusable when the folder is damaged.
        """
        with locked(self.folder / MERGE_LOCK, timeout):
            opened = self.opened()
            sources = writer.sources_of(
                opened.snapshot.segments, [listed.deleted for listed in opened.contents.segments]
            )
            sizes = [source.sizes for source in sources]
            choose = merge_policy.pack_merges if pack else _waiting
            chosen = choose(sizes, merge_policy.SEGMENT_LIMIT)
            if not chosen or not self._fits(sources, chosen):
                return False
            joined = [sources[place] for place in chosen]
            with (
                self._laid_down(joined, range(len(joined))) as made,
                publishing(),
                locked(self.folder / WRITE_LOCK, timeout),
            ):
                self._replace(joined, made)
            return True

    def _replace(self, joined: Sequence[Source], made: tuple[ManifestEntry, ...]) -> None:
        """Replace the merged segments `joined` by the new one (`made`) in the manifest. Entries that were deleted
        while the merge ran are deleted in the new segment too."""
        contents = self.opened().contents
        deleted = writer.moved_deletions(joined, contents)
        names = {source.name for source in joined}
        kept = [listed for listed in contents.segments if listed.name not in names]
        self._publish(contents, (*kept, *(ManifestEntry(listed.name, deleted) for listed in made)), sweep=True)

    def problems(self) -> Iterator[str]:
        """Yield a Vietnamese sentence for each damaged file. This reads every byte of the newest generation and
        compares it with the checksums."""
        try:
            with self._lock:
                self._looked = 0.0
            segments = self.opened().snapshot.segments
        except IndexUnusable as error:
            yield str(error)
            return
        if not sound_model(self.folder):
            yield f"Tệp {OWN_MODEL} của chỉ mục sai tổng kiểm."
        for segment in segments:
            if list(segment.file.problems()):
                yield f"Tệp {segment_path(self.folder, segment.name).name} của chỉ mục sai tổng kiểm."
