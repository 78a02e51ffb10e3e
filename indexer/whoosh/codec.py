"""The index as a Whoosh index: a codec over segments of arrays, read and written by Whoosh's own classes.

The product writes in bulk (`writer`) and evaluates by itself; this is the way in for Whoosh's searcher, for
queries that `boolean` does not know (`fallback`), and for comparing both.
"""

# Whoosh's functions carry no types.
# mypy: allow-untyped-calls

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from whoosh.codec import base
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, FileIndex
from whoosh.reading import EmptyReader, IndexReader, MultiReader, SegmentReader
from whoosh.writing import SegmentWriter

from indexer.index.manifest import (
    Manifest,
    ManifestEntry,
    latest_generation,
    read_manifest,
    remove_others,
    write_manifest,
)
from indexer.index.schema import INDEX_NAME
from indexer.index.segment import SegmentData
from indexer.index.segment_file import new_name, open_segment, segment_path
from indexer.whoosh.entries import Entries
from indexer.whoosh.schema import SCHEMA
from indexer.whoosh.terms import Terms
from indexer.whoosh.writers import Draft, EntriesWriter, PostingsWriter


class ArraySegment(base.Segment):
    """A segment's name, size and deletions."""

    def __init__(self, codec: "ArrayCodec", name: str, size: int = 0, deleted: Iterable[int] = ()) -> None:
        self.indexname, _, self.segid = name.rpartition("_")
        self.compound = False
        self.draft = Draft()
        self._codec, self._size, self._deleted = codec, size, set(deleted)

    def codec(self) -> "ArrayCodec":
        """The codec that reads it."""
        return self._codec

    def should_assemble(self) -> bool:
        """One plain file that can be mapped."""
        return False

    def set_doc_count(self, doccount: int) -> None:
        """Take the number of entries."""
        self._size = doccount

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
        """Delete an entry, or take that back; other readers of this segment keep their own set."""
        self._deleted = self._deleted | {docnum} if delete else self._deleted - {docnum}


class ArrayCodec(base.Codec):
    """Whoosh's codec interface; `known` are segments that are opened already."""

    # Lengths follow from the words, so Whoosh need not hand them over.
    length_stats = False

    def __init__(self, known: Mapping[str, SegmentData] | None = None) -> None:
        self._known = dict(known or {})

    def held(self, storage: Any, segment: ArraySegment) -> SegmentData:
        """The arrays of a segment; FileNotFoundError, Damaged."""
        name = segment.segment_id()
        if name not in self._known:
            listed = ManifestEntry(name, np.zeros(segment.doc_count_all(), bool))
            self._known[name] = open_segment(Path(storage.folder), listed).held
        return self._known[name]

    def new_segment(self, storage: Any, indexname: str) -> ArraySegment:
        """A segment to be written."""
        return ArraySegment(self, new_name())

    def per_document_writer(self, storage: Any, segment: ArraySegment) -> EntriesWriter:
        """Takes columns and rows."""
        return EntriesWriter(segment.draft)

    def field_writer(self, storage: Any, segment: ArraySegment) -> PostingsWriter:
        """Takes postings, writes the file."""
        name = segment.segment_id()
        return PostingsWriter(segment.draft, segment_path(Path(storage.folder), name), name)

    def postings_writer(self, dbfile: Any, byteids: bool = False) -> Any:
        """Postings have no writer of their own: NotImplementedError."""
        raise NotImplementedError("postings are written with their field")

    def postings_reader(
        self, dbfile: Any, terminfo: Any, format_: Any, term: Any = None, scorer: Any = None
    ) -> Any:
        """Postings have no reader of their own: NotImplementedError."""
        raise NotImplementedError("postings are read with their term")

    def terms_reader(self, storage: Any, segment: ArraySegment) -> Terms:
        """The terms of a segment."""
        return Terms(self.held(storage, segment))

    def per_document_reader(self, storage: Any, segment: ArraySegment) -> Entries:
        """What is kept for each entry."""
        return Entries(self.held(storage, segment), segment)


def reader_of(storage: Any, segments: Sequence[ArraySegment], generation: int) -> Any:
    """A Whoosh reader whose document numbers are those of the entries through all segments."""
    readers: list[IndexReader] = [
        SegmentReader(storage, SCHEMA, segment, generation=generation) for segment in segments
    ]
    if len(readers) == 1:
        return readers[0]
    return MultiReader(readers, generation=generation) if readers else EmptyReader(SCHEMA)


class ArrayWriter(SegmentWriter):
    """Whoosh's writer with our table of contents."""

    def reader(self, reuse: Any = None, **kwargs: Any) -> Any:
        """A reader of what was there before; Whoosh would ask its own index class."""
        return reader_of(self.storage, self.segments, self.generation)

    def commit(self, *args: Any, **kwargs: Any) -> None:
        """Finish writing; the lock is free afterwards, whatever happens."""
        try:
            super().commit(*args, **kwargs)
        finally:
            # Whoosh-Reloaded keeps the lock after a commit that failed.
            if not self.is_closed:
                self._finish()

    def _commit_toc(self, segments: Sequence[ArraySegment]) -> None:
        listed = []
        for segment in segments:
            deleted = np.zeros(segment.doc_count_all(), bool)
            deleted[list(segment.deleted_docs())] = True
            listed.append(ManifestEntry(segment.segment_id(), deleted))
        contents = Manifest(self.generation, tuple(listed))
        write_manifest(Path(self.storage.folder), contents)
        before = {segment.segment_id() for segment in self.segments}
        remove_others(Path(self.storage.folder), contents, before - {one.name for one in listed})


class ArrayIndex(FileIndex):
    """An index folder for Whoosh's searchers and writers. Writers take the same lock as `Shelf`."""

    def __init__(self, folder: Path) -> None:
        self.storage, self.indexname, self._schema = FileStorage(str(folder)), INDEX_NAME, SCHEMA
        self._folder = folder

    def latest_generation(self) -> int:
        """The newest generation."""
        return latest_generation(self._folder)

    def _read_toc(self) -> TOC:
        contents = read_manifest(self._folder, self.latest_generation())
        codec = ArrayCodec()
        segments = [
            ArraySegment(codec, one.name, one.size, np.flatnonzero(one.deleted).tolist())
            for one in contents.segments
        ]
        return TOC(SCHEMA, segments, contents.generation)

    @classmethod
    def _reader(cls, storage: Any, schema: Any, segments: Any, generation: int, reuse: Any = None) -> Any:
        # Whoosh's own way of reusing readers misses deletions and keeps merged segments.
        return reader_of(storage, segments, generation)

    def writer(self, procs: int = 1, **kwargs: Any) -> ArrayWriter:
        """Whoosh's writer; one process only. LockError."""
        # Larger pools would be spilled as pickles.
        return ArrayWriter(self, codec=ArrayCodec(), compound=False, limitmb=1 << 20, **kwargs)
