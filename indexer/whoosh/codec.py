"""Whoosh's codec interface over segments of arrays, for reading: segments are written by `index` alone."""

# Whoosh's functions carry no types.
# mypy: allow-untyped-calls

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from whoosh.codec import base
from whoosh.filedb.filestore import RamStorage
from whoosh.reading import EmptyReader, IndexReader, MultiReader, SegmentReader
from whoosh.writing import IndexingError

from indexer.index.segment import SegmentData
from indexer.index.snapshot import Snapshot
from indexer.whoosh.entries import Entries
from indexer.whoosh.schema import SCHEMA
from indexer.whoosh.terms import Terms

_WRITTEN_ELSEWHERE = "segments are written by the index's own writer"


class ArraySegment(base.Segment):
    """A segment's name, size and deletions."""

    def __init__(self, codec: "ArrayCodec", name: str, size: int, deleted: Iterable[int] = ()) -> None:
        self.indexname, _, self.segid = name.rpartition("_")
        self.compound = False
        self._codec, self._size, self._deleted = codec, size, set(deleted)

    def codec(self) -> "ArrayCodec":
        """The codec that reads it."""
        return self._codec

    def doc_count_all(self) -> int:
        """Entries, deleted ones included."""
        return self._size

    def deleted_count(self) -> int:
        """How many entries are deleted."""
        return len(self._deleted)

    def deleted_docs(self) -> set[int]:
        """The deleted entries."""
        return self._deleted

    def is_deleted(self, docnum: int) -> bool:
        """Whether an entry is deleted."""
        return docnum in self._deleted

    def delete_document(self, docnum: int, delete: bool = True) -> None:
        """A segment never changes, deletions are kept beside it: IndexingError."""
        raise IndexingError("entries are deleted by a writer of the index")


class ArrayCodec(base.Codec):
    """Reads segments that are opened already, `held` by name."""

    # Lengths follow from the words, so Whoosh need not ask the segment for them.
    length_stats = False

    def __init__(self, held: Mapping[str, SegmentData]) -> None:
        self._held = held

    def held(self, segment: ArraySegment) -> SegmentData:
        """The arrays of a segment."""
        return self._held[segment.segment_id()]

    def terms_reader(self, storage: Any, segment: ArraySegment) -> Terms:
        """The terms of a segment."""
        return Terms(self.held(segment))

    def per_document_reader(self, storage: Any, segment: ArraySegment) -> Entries:
        """What is kept for each entry."""
        return Entries(self.held(segment), segment)

    def postings_reader(
        self, dbfile: Any, terminfo: Any, format_: Any, term: Any = None, scorer: Any = None
    ) -> Any:
        """Postings are read with their term: NotImplementedError."""
        raise NotImplementedError("postings are read with their term")

    def new_segment(self, storage: Any, indexname: str) -> Any:
        """`EntryWriter` writes, no codec: NotImplementedError, as for the three below."""
        raise NotImplementedError(_WRITTEN_ELSEWHERE)

    def per_document_writer(self, storage: Any, segment: Any) -> Any:
        """See `new_segment`."""
        raise NotImplementedError(_WRITTEN_ELSEWHERE)

    def field_writer(self, storage: Any, segment: Any) -> Any:
        """See `new_segment`."""
        raise NotImplementedError(_WRITTEN_ELSEWHERE)

    def postings_writer(self, dbfile: Any, byteids: bool = False) -> Any:
        """See `new_segment`."""
        raise NotImplementedError(_WRITTEN_ELSEWHERE)


def snapshot_reader(snapshot: Snapshot) -> IndexReader:
    """A Whoosh reader over a snapshot; its document numbers are the snapshot's entries."""
    codec = ArrayCodec({segment.name: segment.held for segment in snapshot.segments})
    generation = snapshot.key[1]
    readers: list[IndexReader] = []
    for segment, place in snapshot.parts():
        deleted = np.flatnonzero(~snapshot.alive[place]).tolist()
        own = ArraySegment(codec, segment.name, segment.size, deleted)
        # Nothing is read from a storage: the codec has all arrays.
        readers.append(SegmentReader(RamStorage(), SCHEMA, own, generation=generation))
    if len(readers) == 1:
        return readers[0]
    return MultiReader(readers, generation=generation) if readers else EmptyReader(SCHEMA)
