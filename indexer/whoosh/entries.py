"""The stored data of each entry through Whoosh's interface: deletions, columns, lengths of fields, and the
shown texts."""

# Whoosh's functions have no type annotations.
# mypy: allow-untyped-calls

from collections.abc import Iterator, Sequence
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.codec import base

from indexer.analysis.analyzer import unpack_row
from indexer.index import schema
from indexer.index.segment import SegmentData
from indexer.whoosh.schema import COMPUTED, DATES, TEXTS, field_lengths

# Whoosh sorts numbers as unsigned integers.
_ZERO = 1 << 31


class ColumnReader:
    """A column through Whoosh's interface, for sorting and grouping. It has one value per entry: an unsigned
    integer in a column of numbers, UTF-8 bytes in a column of names."""

    def __init__(self, values: Sequence[Any]) -> None:
        self._values, self._reversed = values, False

    def __len__(self) -> int:
        return len(self._values)

    def __getitem__(self, entry: int) -> Any:
        return self._values[entry]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._values)

    def load(self) -> list[Any]:
        """All values of the column, one per entry."""
        return list(self._values)

    def set_reverse(self) -> None:
        """Let `sort_key` return keys for the descending order from now on. Only columns of numbers need this,
        because Whoosh reverses the order of other columns itself."""
        self._reversed = True

    def sort_key(self, entry: int) -> Any:
        """The sort key of `entry`."""
        return -self._values[entry] if self._reversed else self._values[entry]


class Entries(base.PerDocumentReader):
    """The stored data of each entry of a segment, as a Whoosh per-document reader."""

    def __init__(self, held: SegmentData, segment: Any) -> None:
        self._held, self._segment = held, segment

    @cached_property
    def _lengths(self) -> dict[str, NDArray[np.int64]]:
        return {name: field_lengths(self._held, name) for name in (schema.WORDS, schema.PAIRS)}

    def doc_count(self) -> int:
        """The number of entries of the segment that are not deleted."""
        return self._held.size - int(self._segment.deleted_count())

    def doc_count_all(self) -> int:
        """The number of entries, deleted ones included."""
        return self._held.size

    def has_deletions(self) -> bool:
        """Whether any entry of the segment is deleted."""
        return bool(self._segment.has_deletions())

    def is_deleted(self, docnum: int) -> bool:
        """Whether the entry `docnum` is deleted."""
        return bool(self._segment.is_deleted(docnum))

    def deleted_docs(self) -> Any:
        """The entry numbers of the deleted entries."""
        return self._segment.deleted_docs()

    def all_doc_ids(self) -> Iterator[int]:
        """Iterate over the entry numbers of the entries that are not deleted, ascending."""
        living: list[int] = np.flatnonzero(self._segment.living).tolist()
        return iter(living)

    def supports_columns(self) -> bool:
        """Return True, because the segment has columns."""
        return True

    def has_column(self, fieldname: str) -> bool:
        """Whether the field `fieldname` has a column."""
        return fieldname in schema.INTEGERS or fieldname in schema.NAMES

    def list_columns(self) -> list[str]:
        """The names of the fields that have a column."""
        return [*schema.INTEGERS, *schema.NAMES]

    def column_reader(self, fieldname: str, column: Any) -> ColumnReader:
        """Make a reader of the column of the field `fieldname`; `column` is ignored. Raises KeyError for a
        field without a column."""
        if fieldname in schema.INTEGERS:
            return ColumnReader((self._held.integers[fieldname].astype(np.int64) + _ZERO).tolist())
        names = self._held.names[fieldname]
        values = [value.encode() for value in names.values]
        return ColumnReader([values[code] for code in names.codes.tolist()])

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        """Return the length of the field `fieldname` in the entry `docnum`: how many terms it has. A term in a title
        counts several times, as its weight says. Whoosh would round the length; this one is exact. Returns `default`
        for a field without lengths."""
        lengths = self._lengths.get(fieldname)
        return default if lengths is None else int(lengths[docnum])

    def field_length(self, fieldname: str) -> int:
        """The sum of the lengths (see `doc_field_length`) of the field `fieldname` over all entries; 0 for a
        field without lengths."""
        return self._reduced(fieldname, np.sum)

    def min_field_length(self, fieldname: str) -> int:
        """The smallest length of the field `fieldname` in any entry; 0 for a field without lengths."""
        return self._reduced(fieldname, np.min)

    def max_field_length(self, fieldname: str) -> int:
        """The largest length of the field `fieldname` in any entry; 0 for a field without lengths."""
        return self._reduced(fieldname, np.max)

    def _reduced(self, fieldname: str, reduce: Any) -> int:
        lengths = self._lengths.get(fieldname)
        return 0 if lengths is None or not len(lengths) else int(reduce(lengths))

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        """Return the stored values of the entry `docnum`; keys are the names of the fields.
        `EntryWriter.add_document` accepts them as its arguments. Days are dates, None for no day."""
        row = unpack_row(self._held.row(docnum))
        stored: dict[str, Any] = {name: getattr(row, name) for name in TEXTS}
        for name in schema.NAMES:
            column = self._held.names[name]
            stored[name] = column.values[int(column.codes[docnum])]
        for name in schema.INTEGERS:
            number = int(self._held.integers[name][docnum])
            if name in DATES:
                stored[name] = date.fromordinal(number) if number else None
            elif name not in COMPUTED:
                stored[name] = number
        return stored
