"""Writes entries through Whoosh's writer interface. They are analysed and committed like the entries of the product.

This module decides which field of Whoosh's schema belongs to which field of an `Entry`. An unknown field is an error,
because its value would be lost silently."""

# Whoosh's functions have no type annotations.
# mypy: allow-untyped-calls

from contextlib import ExitStack
from dataclasses import fields as fields_of
from datetime import date
from typing import Any

import numpy as np
from whoosh.fields import FieldConfigurationError, FieldType, UnknownFieldError
from whoosh.index import LockError
from whoosh.reading import IndexReader
from whoosh.writing import IndexingError, IndexWriter

from indexer.errors import IndexBusy
from indexer.index.batch import Batch
from indexer.index.index import Index
from indexer.index.snapshot import Bools, Snapshot
from indexer.types import Entry
from indexer.whoosh.codec import snapshot_reader
from indexer.whoosh.schema import DATES, SCHEMA
from indexer.whoosh.searcher import Evaluate, SnapshotSearcher, searcher

# Fields whose names differ: field of an `Entry` → field of Whoosh's schema.
_FIELD_OF = {"doc_type": "type", "issued_on": "issued"}
_ENTRY_FIELDS = {_FIELD_OF.get(field.name, field.name): field for field in fields_of(Entry)}
_NUMBERS = ("document", "version", "access", "folder", "order")
# Required, because an entry without an access list, or with an unknown version, must not get into the index.
_REQUIRED = ("document", "version", "access")


def entry_of(given: dict[str, Any]) -> Entry:
    """Make an entry from `given`, which maps fields of Whoosh's schema to values; None means no value. Raises
    UnknownFieldError for an unknown field. Raises ValueError where `document`, `version` or `access` has no value.
    Raises TypeError for a value of a wrong type."""
    if unknown := sorted(given.keys() - _ENTRY_FIELDS.keys()):
        raise UnknownFieldError(f"no field that can be written: {', '.join(unknown)}")
    values = {name: value for name, value in given.items() if value is not None}
    if missing := [name for name in _REQUIRED if name not in values]:
        raise ValueError(f"an entry needs {', '.join(missing)}")
    for name, value in values.items():
        wanted = int if name in _NUMBERS else date if name in DATES else str
        if not isinstance(value, wanted):
            raise TypeError(f"{name}: {type(value).__name__} instead of {wanted.__name__}")
    blank = dict.fromkeys(("anchor", "label", "title", "text", "doc_title"), "")
    return Entry(**blank | {_ENTRY_FIELDS[name].name: value for name, value in values.items()})


def refuse_options(given: dict[str, Any]) -> None:
    """Raise TypeError if `given`, the options of a call, has any option. Otherwise options would be ignored
    silently."""
    if given:
        raise TypeError(f"no such option here: {', '.join(sorted(given))}")


class EntryWriter(IndexWriter):
    """Collects new entries and deletions, and commits them in one step. The writer holds the lock of all
    writers of the index until `commit` or `cancel`; meanwhile the product's writer waits."""

    def __init__(self, index: Index, evaluate: Evaluate, timeout: float = 0.0) -> None:
        """Open a writer of `index`, and wait up to `timeout` seconds for the lock of writers. `evaluate` finds the
        entries that a query matches. Raises LockError where the lock is not free by then. Raises IndexUnusable where
        the index cannot be read."""
        self.schema, self.is_closed, self._timeout = SCHEMA, False, timeout
        self._index, self._evaluate, self._batch = index, evaluate, Batch()
        with ExitStack() as stack:
            try:
                self._folder = stack.enter_context(index.exclusive(timeout))
            except IndexBusy as error:
                raise LockError(str(error)) from error
            self._snapshot = self._folder.snapshot()
            self._taken: Bools = np.zeros(self._snapshot.size, bool)
            self._lock = stack.pop_all()

    def _check_open(self) -> None:
        if self.is_closed:
            raise IndexingError("this writer is closed")

    def reader(self, **kwargs: Any) -> IndexReader:
        """Make a Whoosh reader of the index as it was when the writer was made. `kwargs` are ignored."""
        self._check_open()
        return snapshot_reader(self._snapshot)

    def searcher(self, **kwargs: Any) -> SnapshotSearcher:
        """Make a Whoosh searcher of the index as it was when the writer was made. `kwargs` are the options of
        Whoosh's searcher."""
        self._check_open()
        return searcher(self._snapshot, self._evaluate, **kwargs)

    def add_field(self, fieldname: str, fieldtype: FieldType, **kwargs: Any) -> None:
        """Raise FieldConfigurationError whatever is passed, because the schema belongs to the format of the
        index."""
        raise FieldConfigurationError("the fields of this index are fixed")

    def remove_field(self, fieldname: str, **kwargs: Any) -> None:
        """Raise FieldConfigurationError whatever is passed, because the schema belongs to the format of the
        index."""
        raise FieldConfigurationError("the fields of this index are fixed")

    def add_document(self, **fields: Any) -> None:
        """Add one entry with the values `fields`. Raises UnknownFieldError, ValueError or TypeError for fields that are
        not a complete entry (see `entry_of`). Raises ValueError when the batch is full. After an error, nothing is
        added."""
        self._check_open()
        self._batch.add(entry_of(fields))

    def update_document(self, **fields: Any) -> None:
        """Add one entry, and delete all entries of its document that were committed before. Entries that this writer
        has added stay. So a document of several entries is replaced by one call for each entry."""
        self._check_open()
        entry = entry_of(fields)
        self._batch.add(entry)
        self._taken |= self._snapshot.integers["document"] == entry.document

    def add_reader(self, reader: IndexReader) -> None:
        """Add all entries of `reader`, which reads another index of this engine, except the deleted ones.
        Raises what `add_document` raises for an entry that cannot be added."""
        for _, stored in reader.iter_docs():
            self.add_document(**stored)

    def delete_document(self, docnum: int, delete: bool = True) -> None:
        """Delete the committed entry `docnum`. With `delete` False, undo that. Raises ValueError for a number that no
        entry has."""
        self._check_open()
        if not 0 <= docnum < self._snapshot.size:
            raise ValueError(f"no entry {docnum}")
        self._taken[docnum] = delete

    def is_deleted(self, docnum: int) -> bool:
        """Whether the entry `docnum` is deleted, by this writer or before. Raises IndexError for a number
        that no entry has."""
        return bool(self._taken[docnum] or not self._snapshot.alive[docnum])

    def _still_there(self, snapshot: Snapshot) -> Bools:
        if snapshot.key != self._snapshot.key:
            raise IndexBusy("Chỉ mục vừa được thay bằng chỉ mục khác.")
        return self._taken

    def commit(self, merge: bool = True, optimize: bool = False, **kwargs: Any) -> None:
        """Write everything and release the lock. The lock is also released when writing fails.

        With `merge` True small segments are merged as the product does it. With `optimize` True segments are then
        merged until as few as possible are left. Raises TypeError for any other option of Whoosh. Raises IndexingError
        where the writer is closed. Raises IndexBusy where the index was changed or replaced meanwhile, and
        IndexUnusable where it cannot be read."""
        refuse_options(kwargs)
        self._check_open()
        with self._lock:
            self.is_closed = True
            held = self._batch.arrays(self._folder.model)
            self._folder.change(self._still_there, held, self._timeout, merge)
        while optimize and self._index.tidy(pack=True):
            pass

    def cancel(self, **kwargs: Any) -> None:
        """Drop all changes and release the lock. Raises TypeError if an option is given, and IndexingError
        where the writer is closed."""
        refuse_options(kwargs)
        self._check_open()
        self.is_closed = True
        self._lock.close()
