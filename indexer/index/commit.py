"""Writes the files of a commit: the new entries as one segment, which may be merged with small segments
already there, and the deletions of all segments.

Everything here happens in memory or in new files. It takes effect only when a manifest lists the new files.
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
    """A segment that takes part in a commit and may be merged with others. `held` are its arrays, and
    `deleted` is a mask of its deleted entries. `segment` is None for a new segment that is not on disk yet.
    """

    held: SegmentData
    deleted: Bools
    segment: Segment | None = None

    @property
    def name(self) -> str:
        """The name of the segment, "" for a new segment."""
        return self.segment.name if self.segment else ""

    @property
    def bytes(self) -> int:
        """The size of the segment's file in bytes, 0 for a new segment."""
        return self.segment.file.length if self.segment else 0

    @property
    def sizes(self) -> tuple[int, int]:
        """The number of entries of the segment as (entries not deleted, all entries)."""
        return len(self.deleted) - int(self.deleted.sum()), len(self.deleted)


def arrays_of(entries: Sequence[Analysed], vocabulary: Vocabulary, used: LanguageModel) -> SegmentData | None:
    """Make the arrays of one segment with `entries` and their vectors. `vocabulary` is the vocabulary with
    which the entries were analysed, and `used` is the model of the vectors. Returns None where `entries`
    is empty.
    """
    return _embedded(build(entries, vocabulary), used) if entries else None


def _embedded(held: SegmentData, used: LanguageModel) -> SegmentData:
    return replace(held, vectors=vectors.vectors(held, used))


def sources_of(segments: Sequence[Segment], deleted: Sequence[Bools]) -> list[Source]:
    """Pair each of `segments` with its mask of deleted entries, as a source of a commit. `deleted` runs
    parallel to `segments`."""
    return [Source(segment.held, own, segment) for segment, own in zip(segments, deleted, strict=True)]


def _join(sources: Sequence[Source], used: LanguageModel) -> SegmentData:
    for source in sources:
        # The copy gets a new checksum, so damaged bytes must be found before they are copied.
        if source.segment and (broken := list(source.segment.file.problems())):
            raise Damaged(f"{source.name}: {broken[0]} damaged")
    if {source.held.vectors.shape[1] for source in sources} == {used.dims}:
        return merge([(source.held, ~source.deleted) for source in sources])
    # Vectors of different models cannot be compared, so all are computed anew.
    bare = [(replace(one.held, vectors=one.held.vectors[:, :0]), ~one.deleted) for one in sources]
    return _embedded(merge(bare), used)


def lay_down(
    folder: Path, sources: Sequence[Source], chosen: Sequence[int], used: LanguageModel, written: list[str]
) -> tuple[ManifestEntry, ...]:  # fmt: skip
    """Write the segments of the next generation to `folder`, and return their manifest entries. The sources
    at the positions `chosen` are merged into one segment; the others stay as they are. Segments whose entries
    are all deleted are dropped. `used` is the model of the vectors.

    The names of new segments are added to the list `written`. After an error the caller can remove these
    files. Raises Damaged where a source is damaged."""

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
    """Find the entries of a merged segment that were deleted while the merge ran. `joined` are the segments
    that were merged. `contents` is the newest manifest. Returns a mask over the entries of the merged
    segment, True for deleted ones."""
    now = {listed.name: listed.deleted for listed in contents.segments}
    # A segment that is no longer listed has lost its last entry.
    moved = [now.get(source.name, np.ones(len(source.deleted), bool))[~source.deleted] for source in joined]
    return np.concatenate(moved)


def spread(deleted: Bools, contents: Manifest) -> list[Bools]:
    """Split `deleted`, a mask over all entries of an index, into one mask per segment of the manifest
    `contents`."""
    ends = np.cumsum([listed.size for listed in contents.segments])
    return np.split(deleted, ends[:-1]) if len(ends) else []
