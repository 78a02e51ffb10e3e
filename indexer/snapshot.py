"""One generation of the index, as arrays over all entries, and what one actor may read of it.

Statistics for ranking are taken over readable entries only, so nothing an actor sees depends on what is
hidden.
"""

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer import schema
from indexer.numbers import NumberParts, normalise_number, split_number
from indexer.segments import Names, SegmentView
from indexer.types import Access

Bools = NDArray[np.bool_]
Ints = NDArray[np.int32]
Floats = NDArray[np.float32]
Postings = tuple[Ints, Floats]
_POSTING_CACHE_BYTES = 24 << 20
_ACCESS_CACHE = 8
_EPOCH = 719_163


@dataclass(frozen=True)
class Readable:
    """What one actor may read: masks over entries and documents, and the length parts of BM25 over readable
    entries."""

    entries: Bools
    documents: Bools
    count: int
    syllable_norm: Floats
    pair_norm: Floats


@dataclass(frozen=True)
class Snapshot:
    """All segments of one generation; entries are numbered through them, documents by position in
    `documents`."""

    key: tuple[str, int]
    views: tuple[SegmentView, ...]
    bases: tuple[int, ...]
    alive: Bools
    integers: dict[str, Ints]
    names: dict[str, Names]
    documents: Ints
    document_of: Ints
    first_entry: NDArray[np.int64]
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _postings: OrderedDict[tuple[str, bytes], Postings] = field(default_factory=OrderedDict, repr=False)
    _readable: OrderedDict[Access, Readable] = field(default_factory=OrderedDict, repr=False)

    @property
    def size(self) -> int:
        """Entries, deleted ones included."""
        return len(self.alive)

    def postings(self, field_name: str, term: str) -> Postings:
        """(entries ascending, weights) of a term over all segments; recently read ones are kept."""
        wanted = (field_name, term.encode())
        with self._lock:
            if (kept := self._postings.get(wanted)) is not None:
                self._postings.move_to_end(wanted)
                return kept
        read = self._read_postings(*wanted)
        with self._lock:
            self._postings[wanted] = read
            used = sum(entries.nbytes + weights.nbytes for entries, weights in self._postings.values())
            while used > _POSTING_CACHE_BYTES:
                _, (entries, weights) = self._postings.popitem(last=False)
                used -= entries.nbytes + weights.nbytes
        return read

    def _read_postings(self, field_name: str, key: bytes) -> Postings:
        entries, weights = [np.empty(0, np.int32)], [np.empty(0, np.float32)]
        for view, base in zip(self.views, self.bases, strict=True):
            if found := view.postings(field_name, key):
                entries.append(found[0].astype(np.int32) + np.int32(base))
                weights.append(found[1].astype(np.float32))
        return np.concatenate(entries), np.concatenate(weights)

    def count(self, field_name: str, term: str) -> int:
        """Entries holding a term, deleted and hidden ones included: for ordering work, never for showing."""
        key = term.encode()
        return sum(view.count(field_name, key) for view in self.views)

    def row(self, entry: int) -> tuple[str, str, str, str, str, str]:
        """(anchor, label, title, text, type, document title) of an entry."""
        place = int(np.searchsorted(self.bases, entry, side="right")) - 1
        return self.views[place].row(entry - self.bases[place])

    def readable(self, access: Access) -> Readable:
        """Masks and statistics for one actor; those of the last few actors are kept."""
        with self._lock:
            if (kept := self._readable.get(access)) is not None:
                self._readable.move_to_end(access)
                return kept
        made = self._make_readable(access)
        with self._lock:
            self._readable[access] = made
            while len(self._readable) > _ACCESS_CACHE:
                self._readable.popitem(last=False)
        return made

    def _make_readable(self, access: Access) -> Readable:
        entries = self.alive.copy()
        if access.lists is not None:
            entries &= np.isin(self.integers["access"], np.array(sorted(access.lists), np.int64))
        if access.without:
            entries &= ~np.isin(self.integers["document"], np.array(sorted(access.without), np.int64))
        documents = np.zeros(len(self.documents), bool)
        documents[self.document_of[entries]] = True
        count = int(entries.sum())
        lengths = self.integers["length"].astype(np.float64)
        mean = max(float(lengths[entries].sum()) / max(count, 1), 1.0)
        relative = lengths / mean
        syllable = (1.2 * (0.40 + 0.60 * relative)).astype(np.float32)
        return Readable(
            entries, documents, count, syllable, (0.5 * (0.25 + 0.75 * relative)).astype(np.float32)
        )

    def of_documents(self, column: str) -> Ints:
        """An integer column with one value a document."""
        values: Ints = self.integers[column][self.first_entry]
        return values

    def names_of_documents(self, column: str) -> Names:
        """A name column with one value a document."""
        held = self.names[column]
        return Names(held.codes[self.first_entry], held.values)

    @cached_property
    def years(self) -> Ints:
        """Year of issue of each document, 0 where unknown."""
        issued = self.of_documents("issued")
        days = (issued.astype(np.int64) - _EPOCH).astype("datetime64[D]")
        years: Ints = np.where(issued > 0, days.astype("datetime64[Y]").astype(np.int64) + 1970, 0).astype(
            np.int32
        )
        return years

    @cached_property
    def number_parts(self) -> list[NumberParts | None]:
        """The parts of each distinct document number, by its code."""
        return [
            split_number(normalise_number(value)) if value else None for value in self.names["number"].values
        ]


def _join_names(held: list[Names]) -> Names:
    places: dict[str, int] = {}
    codes = [np.empty(0, np.int32)]
    for names in held:
        own = np.array([places.setdefault(value, len(places)) for value in names.values], np.int32)
        codes.append(own[names.codes])
    return Names(np.concatenate(codes), list(places))


def join(key: tuple[str, int], views: list[SegmentView], deleted: list[Bools]) -> Snapshot:
    """The snapshot of these segments with their deletions."""
    bases, total = [], 0
    for view in views:
        bases.append(total)
        total += view.size
    alive = ~np.concatenate([np.zeros(0, bool), *deleted])
    integers = {
        name: np.concatenate([np.empty(0, np.int32), *(view.integers[name] for view in views)])
        for name in schema.INTEGERS
    }
    names = {name: _join_names([view.names[name] for view in views]) for name in schema.NAMES}
    living = np.flatnonzero(alive)
    documents, first, positions = np.unique(
        integers["document"][living], return_index=True, return_inverse=True
    )
    document_of: Any = np.zeros(total, np.int32)
    document_of[living] = positions
    return Snapshot(
        key, tuple(views), tuple(bases), alive, integers, names, documents, document_of, living[first]
    )
