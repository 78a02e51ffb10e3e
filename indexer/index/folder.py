"""One index folder: making it, reading its newest generation, committing changes to it, joining its segments.

Decides that a folder whose settings do not fit, or whose files are damaged, is unusable. `Index` decides
which folder counts.
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
from indexer.errors import IndexUnusable
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
from indexer.types import IndexDamaged

SETTINGS = "settings.json"
# Whoosh's own writers take the same lock.
WRITE_LOCK = f"{schema.INDEX_NAME}_WRITELOCK"
# Held while segments are joined outside the write lock: commits leave them alone meanwhile.
MERGE_LOCK = f"{schema.INDEX_NAME}_MERGELOCK"
_TRIES = 40
# The marks of a hundred files take some milliseconds; a page of results should not pay for them.
_LOOK_SECONDS = 1.0
# How old a change of the folder must be before its time tells it from the next one: clocks of files tick slowly.
_SETTLED = 100_000_000
# With more segments than this a commit joins larger ones too (a second, seldom).
CROWDED, CROWDED_MERGE = 48, 10_000
# How long a lock is waited for.
LOCK_SECONDS = 10.0
# Segments are joined where this many times their size is free.
ROOM = 2


@dataclass(frozen=True)
class OpenedFolder:
    """A generation with its segments mapped; `marks` are those of its files when they were opened."""

    contents: Manifest
    snapshot: Snapshot
    marks: dict[Path, FileStamp | None]


def _waiting(sizes: Sequence[tuple[int, int]], limit: int) -> list[int]:
    """Which segments an idle worker joins, as positions."""
    return merge_policy.choose_merges(sizes, limit, merge_policy.TIDY_FANOUT)


def _written_by() -> dict[str, int]:
    """What tells versions of the software apart: an index made by another one is made anew."""
    return {"format": schema.FORMAT, "base": language_model.base().stamp}


class IndexFolder:
    """An index folder, opened once in a process; segments stay mapped as long as some generation needs them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._opened: OpenedFolder | None = None
        self._model: LanguageModel | None = None
        self._model_file: Container | None = None
        self._looked = 0.0
        # (when the folder was changed, its newest generation then), once that change is old enough.
        self._listed = (-1, -1)

    @classmethod
    def create(cls, folder: Path, own_model: Path | None = None) -> "IndexFolder":
        """A new, empty index folder (mode 0700); its vectors come from a model of its own, or from the base model."""
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
        """What was noted when the folder was made; IndexUnusable."""
        try:
            settings = json.loads((self.folder / SETTINGS).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise IndexUnusable("Không đọc được thiết lập của chỉ mục.") from error
        if not isinstance(settings, dict):
            raise IndexUnusable("Không đọc được thiết lập của chỉ mục.")
        return settings

    def _is_ours(self) -> bool:
        """Whether this version of the software wrote this folder, with its base model; IndexUnusable."""
        return _written_by().items() <= self._settings().items()

    def outdated(self) -> bool:
        """Whether another version of the software wrote this folder; False where nothing tells."""
        try:
            return not self._is_ours()
        except IndexUnusable:
            return False

    @property
    def model(self) -> LanguageModel:
        """What the vectors of this folder come from, the same as long as it is there; IndexUnusable."""
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
        """The newest generation; IndexUnusable when it cannot be read, or its files were lost or cut short."""
        return self.opened().snapshot

    def opened(self) -> OpenedFolder:
        """The newest generation with its segments; IndexUnusable."""
        with self._lock:
            generation = self._generation()
            current = self._opened
            if current and current.contents.generation == generation and self._damaged(current):
                # What was opened is not what lies there: all of it is opened anew, which reads it against its sums.
                self._opened, self._model = None, None
            if self._opened is None or self._opened.contents.generation != generation:
                self._opened = self._open()
            return self._opened

    def _damaged(self, opened: OpenedFolder) -> bool:
        """Whether a file of this generation is cut short (every time), gone or replaced (once a second)."""
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
        """The newest generation; the folder is listed again only when something came or went in it."""
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
                # A writer replaced the generation while it was being opened: read the newer one.
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
        # Marks are taken before opening: what changes in between shows later.
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
        """Take these documents out and put the entries of `held` in, in one step; IndexBusy when another
        writer holds the folder, IndexUnusable when it is damaged."""
        numbers = np.array(documents, np.int64)
        self.change(lambda snapshot: np.isin(snapshot.integers["document"], numbers), held, timeout)

    def change(
        self,
        taken: Callable[[Snapshot], Bools],
        held: SegmentData | None,
        timeout: float = LOCK_SECONDS,
        merge: bool = True,
    ) -> None:
        """Take out the entries that `taken` tells of the newest generation, and put those of `held` in; without `merge`
        no segments are joined. Raises what `commit` raises, and what `taken` does."""
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
        """Whether the disk has room for what joining these makes, and as much again for others: segments that stay
        apart only take time, a full disk stops the database that lies on it."""
        return shutil.disk_usage(self.folder).free >= ROOM * sum(sources[place].bytes for place in chosen)

    @contextmanager
    def _laid_down(self, sources: Sequence[Source], chosen: Sequence[int]) -> Iterator[tuple[ManifestEntry, ...]]:
        """Write the segments of the next generation; where the block does not publish them they are removed."""
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
        """Join segments that commits left apart, one round; True when there was something to join and room for it.

        The joining itself holds no lock that a commit waits for; `publishing` is entered for the last step.
        `pack` joins as much as fits. IndexBusy, IndexUnusable.
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
        """Put a joined segment in the place of its parts, with the deletions that came meanwhile."""
        contents = self.opened().contents
        deleted = writer.moved_deletions(joined, contents)
        names = {source.name for source in joined}
        kept = [listed for listed in contents.segments if listed.name not in names]
        self._publish(contents, (*kept, *(ManifestEntry(listed.name, deleted) for listed in made)), sweep=True)

    def problems(self) -> Iterator[str]:
        """Damage found by reading every byte of the newest generation against its checksums."""
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
