"""One generation of the index: its segments, and columns over all entries and documents.

Entries are numbered through the segments, documents by position in `documents`. Statistics are in
`statistics`, what a question scores in `bm25`.
"""

import threading
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from indexer.analysis.analyzer import VocabularyRow, unpack_row
from indexer.analysis.language_model import LanguageModel
from indexer.index import schema
from indexer.index.segment import SegmentData, StringColumn
from indexer.store.cache import ByteCache, Kept
from indexer.store.container import Container
from indexer.types import Access

Bools = NDArray[np.bool_]
Ints = NDArray[np.int32]
Floats = NDArray[np.float32]
# What was made of a generation for this many askers, days and fields is kept.
_MOST_KEPT = 32
# The day 1970-01-01, from which numpy counts, in days since year 1.
_EPOCH = 719_163
T = TypeVar("T")
# What a process keeps of computed scores, in bytes: whole rows of scores (four bytes an entry) for as many of the most
# frequent words as fit, at least for `_LEAST_ROWS`, so that they are not made again and again, and beside those rows some
# room for all else.
_CACHE_BYTES, _ROW_BYTES, _LEAST_ROWS = 36 << 20, 28 << 20, 64
_BESIDE = 2
_SHARED = ByteCache(_CACHE_BYTES)


class Segment:
    """An opened segment, `held` in a `file`; it never changes, so what was computed from it is kept under its name."""

    def __init__(self, name: str, held: SegmentData, file: Container) -> None:
        self.name, self.held, self.file = name, held, file
        self._frequent: dict[int, int] = {}

    @property
    def size(self) -> int:
        """Entries, deleted ones included."""
        return self.held.size

    def cached(self, key: Hashable, make: Callable[[], Kept]) -> Kept:
        """Arrays computed from this segment."""
        return _SHARED.get((self.name, key), make)

    def frequent(self, rows: int) -> int:
        """In how many entries a term must stand to be among the `rows` most frequent ones."""
        if rows not in self._frequent:
            counts = np.diff(self.held.starts.astype(np.int64))
            known = len(counts) > rows > 0
            self._frequent[rows] = int(np.partition(counts, len(counts) - rows)[-rows]) if known else 0
        return self._frequent[rows]


@dataclass(frozen=True)
class Visible:
    """What one actor may read: masks over entries and documents; for each segment whether it is all of it."""

    entries: Bools
    documents: Bools
    whole: tuple[bool, ...]


@dataclass(frozen=True)
class Snapshot:
    """All segments of one generation, `key` being the name of their folder and its number.

    The entries of a segment begin at its place in `bases`. `alive`, `integers`, `names` and `document_of` (the place of its
    document; of a deleted entry it means nothing) have an item for each entry, `documents` (ids, ascending) and
    `first_entry` one for each document. `model` is what the vectors come from, `model_file` its file where that is the
    site's own.
    """

    key: tuple[str, int]
    segments: tuple[Segment, ...]
    bases: tuple[int, ...]
    alive: Bools
    integers: dict[str, Ints]
    names: dict[str, StringColumn]
    documents: Ints
    document_of: Ints
    first_entry: NDArray[np.int64]
    model: LanguageModel
    model_file: Container | None
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _kept: OrderedDict[Hashable, Any] = field(default_factory=OrderedDict, repr=False)

    @property
    def size(self) -> int:
        """Entries, deleted ones included."""
        return len(self.alive)

    @property
    def rows(self) -> int:
        """How many of the most frequent terms of each segment may be kept as whole rows."""
        return max(_ROW_BYTES // (4 * max(self.size, 1)), _LEAST_ROWS)

    def parts(self) -> list[tuple[Segment, slice]]:
        """The segments with the place of their entries."""
        return self._parts

    @cached_property
    def _parts(self) -> list[tuple[Segment, slice]]:
        places = [
            slice(base, base + segment.size)
            for segment, base in zip(self.segments, self.bases, strict=True)
        ]
        return list(zip(self.segments, places, strict=True))

    def placed(self, entry: int) -> tuple[int, int]:
        """(which segment holds an entry, its number there)."""
        number = bisect_right(self.bases, entry) - 1
        return number, entry - self.bases[number]

    def place(self, entry: int) -> tuple[SegmentData, int]:
        """The arrays that hold an entry, and its number there."""
        number, own = self.placed(entry)
        return self.segments[number].held, own

    def row(self, entry: int) -> VocabularyRow:
        """What is shown of an entry."""
        held, own = self.place(entry)
        return unpack_row(held.row(own))

    def anchor(self, entry: int) -> str:
        """The anchor of an entry."""
        held, own = self.place(entry)
        column = held.names[schema.ANCHOR]
        return column.values[int(column.codes[own])]

    def run(self, entry: int, which: int) -> list[str]:
        """The words of one run of an entry (see `segment`)."""
        held, own = self.place(entry)
        return [held.words[word] for word in held.run(own, which).tolist()]

    def keep(self, key: Hashable, make: Callable[[], T]) -> T:
        """Something computed from this generation, kept while its key is among the last ones asked for."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                kept: T = self._kept[key]
                return kept
        made = make()
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > _MOST_KEPT:
                self._kept.popitem(last=False)
        return made

    def sound(self) -> bool:
        """Whether the bytes of every segment and of the model are those written; reads all of them."""
        files = [*(segment.file for segment in self.segments), self.model_file]
        return all(file.whole() and not any(file.problems()) for file in files if file is not None)

    def readable(self, access: Access) -> Visible:
        """What an actor may read, kept as `keep` says."""
        return self.keep(("readable", access), lambda: self._make_readable(access))

    def _make_readable(self, access: Access) -> Visible:
        entries = self.listed(access.lists, access.without)
        documents = np.zeros(len(self.documents), bool)
        documents[self.document_of[entries]] = True
        return Visible(entries, documents, self.whole(entries))

    def whole(self, mask: Bools) -> tuple[bool, ...]:
        """For each segment whether all of its entries are in a mask."""
        return tuple(bool(mask[place].all()) for _, place in self.parts())

    def listed(self, lists: frozenset[int] | None, without: frozenset[int]) -> Bools:
        """The living entries on these access lists (None: all), less those of some documents."""
        kept = self.alive
        if lists is not None:
            kept = kept & np.isin(self.integers["access"], np.array(sorted(lists), np.int64))
        if without:
            kept = kept & ~np.isin(self.integers["document"], np.array(sorted(without), np.int64))
        return kept

    def of_documents(self, column: str) -> Ints:
        """An integer column with one value a document."""
        values: Ints = self.integers[column][self.first_entry]
        return values

    def names_of_documents(self, column: str) -> StringColumn:
        """A name column with one value a document."""
        held = self.names[column]
        return StringColumn(held.codes[self.first_entry], held.values)

    @cached_property
    def years(self) -> Ints:
        """Year of issue of each document, 0 where unknown."""
        issued = self.of_documents("issued")
        days = (issued.astype(np.int64) - _EPOCH).astype("datetime64[D]")
        years = np.where(issued > 0, days.astype("datetime64[Y]").astype(np.int64) + 1970, 0)
        narrow: Ints = years.astype(np.int32)
        return narrow


def _join_names(held: list[StringColumn]) -> StringColumn:
    if len(held) == 1:
        return held[0]
    places: dict[str, int] = {}
    codes = [np.empty(0, np.int32)]
    for names in held:
        own = np.array([places.setdefault(value, len(places)) for value in names.values] or [0], np.int32)
        codes.append(own[names.codes])
    return StringColumn(np.concatenate(codes), list(places))


def join(
    key: tuple[str, int], segments: Sequence[Segment], deleted: Sequence[Bools], used: LanguageModel, model_file: Container | None
) -> Snapshot:  # fmt: skip
    """The snapshot of these segments with their deletions."""
    bases, total = [], 0
    for segment in segments:
        bases.append(total)
        total += segment.size
    _SHARED.widen(_BESIDE * _LEAST_ROWS * 4 * total)
    alive: Bools = ~np.concatenate([np.zeros(0, bool), *deleted])
    integers = {
        name: np.concatenate([np.empty(0, np.int32), *(segment.held.integers[name] for segment in segments)])
        for name in schema.INTEGERS
    }
    names = {name: _join_names([segment.held.names[name] for segment in segments]) for name in schema.JOINED}
    living = np.flatnonzero(alive)
    documents, first, positions = np.unique(
        integers["document"][living], return_index=True, return_inverse=True
    )
    document_of: Ints = np.zeros(total, np.int32)
    document_of[living] = positions
    return Snapshot(
        key=key,
        segments=tuple(segments),
        bases=tuple(bases),
        alive=alive,
        integers=integers,
        names=names,
        documents=documents,
        document_of=document_of,
        first_entry=living[first],
        model=used,
        model_file=model_file,
    )
