"""What a commit writes: new entries as one segment, small neighbours joined with it, deletions beside them all.

Decides which segments are joined when. Everything here happens in memory or in new files: nothing counts
until `contents` says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from indexer.analysis.analyzer import Analysed, Vocabulary
from indexer.analysis.language_model import LanguageModel
from indexer.index import vectors
from indexer.index.builder import build
from indexer.index.manifest import Bools, Manifest, ManifestEntry
from indexer.index.merger import merge
from indexer.index.segment import SegmentData
from indexer.index.segment_file import write_segment
from indexer.index.snapshot import Segment
from indexer.store.container import Damaged

BATCH_LIMIT = 60_000


@dataclass(frozen=True)
class Source:
    """A segment that may be joined with others; without a `segment` where it is new."""

    held: SegmentData
    deleted: Bools
    segment: Segment | None = None

    @property
    def name(self) -> str:
        """The segment's name, blank for one that is not on the disk yet."""
        return self.segment.name if self.segment else ""

    @property
    def bytes(self) -> int:
        """What it takes on the disk."""
        return self.segment.file.length if self.segment else 0

    @property
    def sizes(self) -> tuple[int, int]:
        """(living, all) entries."""
        return len(self.deleted) - int(self.deleted.sum()), len(self.deleted)


def arrays_of(entries: Sequence[Analysed], vocabulary: Vocabulary, used: LanguageModel) -> SegmentData | None:
    """The arrays of new entries with their vectors in a model; None without any."""
    return _embedded(build(entries, vocabulary), used) if entries else None


def _embedded(held: SegmentData, used: LanguageModel) -> SegmentData:
    return replace(held, vectors=vectors.vectors(held, used))


def sources_of(segments: Sequence[Segment], deleted: Sequence[Bools]) -> list[Source]:
    """Opened segments with their deletions."""
    return [Source(segment.held, own, segment) for segment, own in zip(segments, deleted, strict=True)]


def _join(sources: Sequence[Source], used: LanguageModel) -> SegmentData:
    for source in sources:
        # What is copied gets a new sum: damage must not be carried over under it.
        if source.segment and (broken := list(source.segment.file.problems())):
            raise Damaged(f"{source.name}: {broken[0]} damaged")
    if {source.held.vectors.shape[1] for source in sources} == {used.dims}:
        return merge([(source.held, ~source.deleted) for source in sources])
    # Vectors of different models say nothing to each other.
    bare = [(replace(one.held, vectors=one.held.vectors[:, :0]), ~one.deleted) for one in sources]
    return _embedded(merge(bare), used)


def lay_down(
    folder: Path, sources: Sequence[Source], chosen: Sequence[int], used: LanguageModel, written: list[str]
) -> tuple[ManifestEntry, ...]:  # fmt: skip
    """The segments of the next generation: the chosen ones joined, the others as they are; new ones are
    written to the disk, and their names to `written`. Segments without a living entry are dropped. Damaged."""

    def laid(held: SegmentData) -> ManifestEntry:
        made = write_segment(folder, held, used)
        written.append(made.name)
        return made

    kept = []
    for place, source in enumerate(sources):
        if place not in chosen and source.sizes[0]:
            known = ManifestEntry(source.name, source.deleted) if source.segment else None
            kept.append(known or laid(source.held))
    joined = [sources[place] for place in chosen if sources[place].sizes[0]]
    if joined:
        kept.append(laid(_join(joined, used)))
    return tuple(kept)


def moved_deletions(joined: Sequence[Source], contents: Manifest) -> Bools:
    """Which entries of the segment joined from these sources are deleted by now, in their new order."""
    now = {listed.name: listed.deleted for listed in contents.segments}
    # A segment that is listed no more lost its last entry meanwhile.
    moved = [now.get(source.name, np.ones(len(source.deleted), bool))[~source.deleted] for source in joined]
    return np.concatenate(moved)


def spread(deleted: Bools, contents: Manifest) -> list[Bools]:
    """The stretch of a mask over all entries that belongs to each segment."""
    ends = np.cumsum([listed.size for listed in contents.segments])
    return np.split(deleted, ends[:-1]) if len(ends) else []
