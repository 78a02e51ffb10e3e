"""Whoosh's writer: complete entries, written through the same batch and the same commit as the product's.

Decides which field of Whoosh's schema is which of an `Entry`. A field that is none of them is an error: what nobody
reads would be lost silently. Vectors, lines and lengths follow from the texts.
"""

# Whoosh's functions carry no types.
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

# Whoosh's field, where an entry calls it otherwise.
_FIELD_OF = {"doc_type": "type", "issued_on": "issued"}
_ENTRY_FIELDS = {_FIELD_OF.get(field.name, field.name): field for field in fields_of(Entry)}
_NUMBERS = ("document", "version", "access", "folder", "order")
# An entry that nobody gave an access list, or whose version is not known, must not come into the index.
_REQUIRED = ("document", "version", "access")


def entry_of(given: dict[str, Any]) -> Entry:
    """The entry that these fields of Whoosh's schema describe, None being no value; UnknownFieldError for any other
    field, ValueError where one is missing, TypeError for a value of another kind."""
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
    """TypeError where an option was given that would be dropped silently."""
    if given:
        raise TypeError(f"no such option here: {', '.join(sorted(given))}")


class EntryWriter(IndexWriter):
    """Collects entries and deletions, and commits them in one step. It holds the lock of all writers of the index from
    its making until `commit` or `cancel`; a writer of the product waits meanwhile."""

    def __init__(self, index: Index, evaluate: Evaluate, timeout: float = 0.0) -> None:
        """Wait `timeout` seconds for the lock; LockError, IndexUnusable."""
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
        """What was committed before this writer was made."""
        self._check_open()
        return snapshot_reader(self._snapshot)

    def searcher(self, **kwargs: Any) -> SnapshotSearcher:
        """A searcher of what was committed before this writer was made."""
        self._check_open()
        return searcher(self._snapshot, self._evaluate, **kwargs)

    def add_field(self, fieldname: str, fieldtype: FieldType, **kwargs: Any) -> None:
        """The schema belongs to the format of the index: FieldConfigurationError."""
        raise FieldConfigurationError("the fields of this index are fixed")

    def remove_field(self, fieldname: str, **kwargs: Any) -> None:
        """The schema belongs to the format of the index: FieldConfigurationError."""
        raise FieldConfigurationError("the fields of this index are fixed")

    def add_document(self, **fields: Any) -> None:
        """Take one entry; raises what `entry_of` and `Batch.add` raise, and then nothing of it was taken."""
        self._check_open()
        self._batch.add(entry_of(fields))

    def update_document(self, **fields: Any) -> None:
        """Take one entry in place of all entries of its document that were committed before; those added by this
        writer stay, so a document of several entries is replaced by calling this for each."""
        self._check_open()
        entry = entry_of(fields)
        self._batch.add(entry)
        self._taken |= self._snapshot.integers["document"] == entry.document

    def add_reader(self, reader: IndexReader) -> None:
        """Take all living entries of another such index; raises what `add_document` raises."""
        for _, stored in reader.iter_docs():
            self.add_document(**stored)

    def delete_document(self, docnum: int, delete: bool = True) -> None:
        """Delete a committed entry, or take that back; ValueError for a number that no entry has."""
        self._check_open()
        if not 0 <= docnum < self._snapshot.size:
            raise ValueError(f"no entry {docnum}")
        self._taken[docnum] = delete

    def is_deleted(self, docnum: int) -> bool:
        """Whether an entry is deleted, by this writer or before; IndexError for a number that no entry has."""
        return bool(self._taken[docnum] or not self._snapshot.alive[docnum])

    def _still_there(self, snapshot: Snapshot) -> Bools:
        if snapshot.key != self._snapshot.key:
            raise IndexBusy("Chỉ mục vừa được thay bằng chỉ mục khác.")
        return self._taken

    def commit(self, merge: bool = True, optimize: bool = False, **kwargs: Any) -> None:
        """Write everything and free the lock, also when it fails; small segments are joined as the product joins them
        (`merge`), and afterwards all that may be joined (`optimize`). TypeError for any other option of Whoosh's,
        IndexingError for a closed writer, IndexBusy, IndexUnusable."""
        refuse_options(kwargs)
        self._check_open()
        with self._lock:
            self.is_closed = True
            held = self._batch.arrays(self._folder.model)
            self._folder.change(self._still_there, held, self._timeout, merge)
        while optimize and self._index.tidy(pack=True):
            pass

    def cancel(self, **kwargs: Any) -> None:
        """Forget everything and free the lock. TypeError for an option, IndexingError for a closed writer."""
        refuse_options(kwargs)
        self._check_open()
        self.is_closed = True
        self._lock.close()
