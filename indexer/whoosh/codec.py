"""Whoosh's codec interface over the segments of this index, for reading only. Segments are written by
`indexer.index` alone."""

# Whoosh's functions have no type annotations.
# mypy: allow-untyped-calls

from collections.abc import Mapping
from typing import Any

import numpy as np
from whoosh.codec import base
from whoosh.filedb.filestore import RamStorage
from whoosh.reading import EmptyReader, IndexReader, MultiReader, SegmentReader
from whoosh.writing import IndexingError

from indexer.index.segment import SegmentData
from indexer.index.snapshot import Bools, Segment, Snapshot
from indexer.whoosh.budget import Budget
from indexer.whoosh.entries import Entries
from indexer.whoosh.schema import SCHEMA
from indexer.whoosh.terms import Terms

_WRITTEN_ELSEWHERE = "segments are written by the index's own writer"


class ArraySegment(base.Segment):
    """A segment of the index as Whoosh sees it. `living` is a mask over its entries; the other entries appear as
    deleted."""

    def __init__(self, codec: "ArrayCodec", name: str, living: Bools) -> None:
        self.indexname, _, self.segid = name.rpartition("_")
        self.compound = False
        self._codec, self.living = codec, living

    def codec(self) -> "ArrayCodec":
        """The codec that reads the segment."""
        return self._codec

    def doc_count_all(self) -> int:
        """The number of entries of the segment, deleted ones included."""
        return len(self.living)

    def deleted_count(self) -> int:
        """The number of deleted entries of the segment."""
        return int(np.count_nonzero(~self.living))

    def deleted_docs(self) -> set[int]:
        """The entry numbers of the deleted entries of the segment."""
        return set(np.flatnonzero(~self.living).tolist())

    def is_deleted(self, docnum: int) -> bool:
        """Whether the entry `docnum` is deleted. True also for a number after the last entry, because Whoosh's matcher of
        NOT looks one entry too far."""
        return docnum >= len(self.living) or not self.living[docnum]

    def delete_document(self, docnum: int, delete: bool = True) -> None:
        """Raise IndexingError whatever is passed, because a segment never changes. Deletions are stored in the
        manifest of the index."""
        raise IndexingError("entries are deleted by a writer of the index")


class ArrayCodec(base.Codec):
    """A Whoosh codec that reads segments which are already open. `held` maps the name of each segment to its arrays.
    With a `budget`, every step through terms and postings counts against it. Postings then contain only living
    entries."""

    # Lengths are computed from the words, so Whoosh need not ask the segment for them.
    length_stats = False

    def __init__(self, held: Mapping[str, SegmentData], budget: Budget | None = None) -> None:
        self._held, self._budget = held, budget

    def held(self, segment: ArraySegment) -> SegmentData:
        """The arrays of `segment`."""
        return self._held[segment.segment_id()]

    def terms_reader(self, storage: Any, segment: ArraySegment) -> Terms:
        """Make a Whoosh terms reader over the terms of `segment`. `storage` is ignored."""
        return Terms(self.held(segment), segment.living if self._budget else None, self._budget)

    def per_document_reader(self, storage: Any, segment: ArraySegment) -> Entries:
        """Make a Whoosh per-document reader over the stored data of each entry of `segment`. `storage` is ignored."""
        return Entries(self.held(segment), segment)

    def postings_reader(
        self, dbfile: Any, terminfo: Any, format_: Any, term: Any = None, scorer: Any = None
    ) -> Any:
        """Raise NotImplementedError whatever is passed, because postings are read through `Terms.matcher`."""
        raise NotImplementedError("postings are read with their term")

    def new_segment(self, storage: Any, indexname: str) -> Any:
        """Raise NotImplementedError whatever is passed, because `EntryWriter` writes segments, not the codec."""
        raise NotImplementedError(_WRITTEN_ELSEWHERE)

    def per_document_writer(self, storage: Any, segment: Any) -> Any:
        """Raise NotImplementedError whatever is passed, because `EntryWriter` writes segments, not the codec."""
        raise NotImplementedError(_WRITTEN_ELSEWHERE)

    def field_writer(self, storage: Any, segment: Any) -> Any:
        """Raise NotImplementedError whatever is passed, because `EntryWriter` writes segments, not the codec."""
        raise NotImplementedError(_WRITTEN_ELSEWHERE)

    def postings_writer(self, dbfile: Any, byteids: bool = False) -> Any:
        """Raise NotImplementedError whatever is passed, because `EntryWriter` writes segments, not the codec."""
        raise NotImplementedError(_WRITTEN_ELSEWHERE)


class ReaderWithin(SegmentReader):
    """A Whoosh reader of one segment that shows only the entries in the mask `within`. Steps and terms are counted
    against `budget`. A Whoosh query that reads the segment through it cannot learn of the other entries."""

    # The postings have none of the entries left out.
    deleted_docs_set: frozenset[int] = frozenset()

    def __init__(self, segment: Segment, within: Bools, budget: Budget) -> None:
        codec = ArrayCodec({segment.name: segment.held}, budget)
        super().__init__(RamStorage(), SCHEMA, ArraySegment(codec, segment.name, within))

    @property
    def terms(self) -> Terms:
        """The terms of the segment. Their postings contain only the entries that this reader shows."""
        terms: Terms = self._terms
        return terms


def snapshot_reader(snapshot: Snapshot) -> IndexReader:
    """Make a Whoosh reader over `snapshot`. What Whoosh calls a document number is the number of an
    entry in the snapshot."""
    codec = ArrayCodec({segment.name: segment.held for segment in snapshot.segments})
    generation = snapshot.key[1]
    readers: list[IndexReader] = []
    for segment, place in snapshot.parts():
        own = ArraySegment(codec, segment.name, snapshot.alive[place])
        # The storage stays empty, because the codec has all arrays.
        readers.append(SegmentReader(RamStorage(), SCHEMA, own, generation=generation))
    if len(readers) == 1:
        return readers[0]
    return MultiReader(readers, generation=generation) if readers else EmptyReader(SCHEMA)
