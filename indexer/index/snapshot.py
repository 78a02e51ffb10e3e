"""A snapshot: all segments of one generation of the index, read as one.

This module decides how entries and documents are numbered: entries through all segments, documents by their position in
`documents`.
"""

import threading
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol, TypeVar

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
# This many results of `Snapshot.keep` are cached, for different actors, days and fields.
_MOST_KEPT = 32
# So many are cached apart that take long to make and are small: what each set of rights needs else would push them out once
# some six sets take turns. With one int32 per document these are 13 MB for 100,000 documents.
_MOST_COSTLY = 32
# 1970-01-01, from which numpy counts, as a number of days since year 1.
_EPOCH = 719_163
T = TypeVar("T")
# The memory of a process for computed scores, in bytes. Whole rows of scores (four bytes per entry) are cached for as
# many of the most frequent words as fit into `_ROW_BYTES`, but for at least `_LEAST_ROWS`, so that they are not
# computed again and again. The rest is for all other arrays.
_CACHE_BYTES, _ROW_BYTES, _LEAST_ROWS = 24 << 20, 18 << 20, 64
_BESIDE = 2
_SHARED = ByteCache(_CACHE_BYTES)


class Segment:
    """An opened segment with its arrays (`held`) and its `file`. A segment never changes, so results computed from it are
    cached under its name."""

    def __init__(self, name: str, held: SegmentData, file: Container) -> None:
        self.name, self.held, self.file = name, held, file
        self._frequent: dict[int, int] = {}
        self._held: dict[Hashable, Kept] = {}

    @property
    def size(self) -> int:
        """The number of entries of the segment, deleted ones included."""
        return self.held.size

    def cached(self, key: Hashable, make: Callable[[], Kept]) -> Kept:
        """Return the arrays that `make` computes from this segment. They are cached under `key` and the name of the segment,
        so `make` runs only where the cache does not have them."""
        return _SHARED.get((self.name, key), make)

    def held_by(self, key: Hashable, make: Callable[[], Kept]) -> Kept:
        """Return the arrays that `make` computes from this segment, and keep them under `key` as long as the segment is open.
        This is for small arrays that take long to compute."""
        if key not in self._held:
            self._held[key] = make()
        return self._held[key]

    def frequent(self, rows: int) -> int:
        """Return the least number of postings among the `rows` most frequent terms of the segment. Returns 0 where the segment
        has no more than `rows` terms."""
        if rows not in self._frequent:
            counts = np.diff(self.held.starts.astype(np.int64))
            known = len(counts) > rows > 0
            self._frequent[rows] = int(np.partition(counts, len(counts) - rows)[-rows]) if known else 0
        return self._frequent[rows]


@dataclass(frozen=True)
class Visible:
    """What one actor may read. `entries` and `documents` are masks over all entries and all documents of a snapshot. `whole`
    says for each segment whether the actor may read all of its entries."""

    entries: Bools
    documents: Bools
    whole: tuple[bool, ...]


class Beyond(Protocol):
    """What is known of all entries of an index where a snapshot holds only some of them: counts for one actor's rights. A term is
    one word or two neighbours; `folded` says for each whether its diacritics are ignored."""

    @property
    def entries(self) -> int:
        """How many entries every signed-in person may read."""

    @property
    def length(self) -> int:
        """Their summed lengths in weighted words."""

    def count(self, words: tuple[str, ...], folded: tuple[bool, ...]) -> int:
        """How many entries that every signed-in person may read have the term."""

    def held(self, words: tuple[str, ...], folded: tuple[bool, ...]) -> bool:
        """Whether an entry that the actor may read has the term."""


@dataclass(frozen=True)
class Snapshot:
    """All segments of one generation, with their columns joined.

    `key` is (the name of the index folder, the number of the generation). The entries of segment i are numbered from
    `bases[i]`.

    Arrays with one item per entry: `alive` is False for a deleted entry. `integers` and `names` hold the columns by name.
    `document_of` is the position of the entry's document in `documents`. It has no meaning for a deleted entry.

    Arrays with one item per document: `documents` holds the ids, ascending. `first_entry` is the first entry of the document
    that is not deleted.

    `model` has the vectors of terms. `model_file` is its file, None for the base model. `beyond` counts what is not held
    here, where the snapshot holds only a part of an index; None where it holds all."""

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
    beyond: Beyond | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _kept: OrderedDict[Hashable, Any] = field(default_factory=OrderedDict, repr=False)
    _costly: OrderedDict[Hashable, Any] = field(default_factory=OrderedDict, repr=False)

    @property
    def size(self) -> int:
        """The number of entries of the snapshot, deleted ones included."""
        return len(self.alive)

    @property
    def rows(self) -> int:
        """For how many of its most frequent terms a segment may keep an array of scores in the cache. The number is smaller in
        a larger index, because each array has one score per entry."""
        return max(_ROW_BYTES // (4 * max(self.size, 1)), _LEAST_ROWS)

    def parts(self) -> list[tuple[Segment, slice]]:
        """A list of (segment, slice), where the slice selects the entries of the segment in the arrays of the snapshot."""
        return self._parts

    @cached_property
    def _parts(self) -> list[tuple[Segment, slice]]:
        places = [
            slice(base, base + segment.size)
            for segment, base in zip(self.segments, self.bases, strict=True)
        ]
        return list(zip(self.segments, places, strict=True))

    def placed(self, entry: int) -> tuple[int, int]:
        """Find where `entry` is stored. Returns (the position of its segment in `segments`, its number within that segment)."""
        number = bisect_right(self.bases, entry) - 1
        return number, entry - self.bases[number]

    def place(self, entry: int) -> tuple[SegmentData, int]:
        """Find where `entry` is stored. Returns (the arrays of its segment, its number within that segment)."""
        number, own = self.placed(entry)
        return self.segments[number].held, own

    def row(self, entry: int) -> VocabularyRow:
        """The texts of `entry` that are shown to people: its label, heading, text and so on."""
        held, own = self.place(entry)
        return unpack_row(held.row(own))

    def anchor(self, entry: int) -> str:
        """The anchor of the provision that `entry` stores."""
        held, own = self.place(entry)
        column = held.names[schema.ANCHOR]
        return column.values[int(column.codes[own])]

    def run(self, entry: int, which: int) -> list[str]:
        """The words of one run (field) of `entry`, in order. `which` is TEXT, TITLE, DOCUMENT or LABEL of
        `indexer.index.segment`."""
        held, own = self.place(entry)
        return [held.words[word] for word in held.run(own, which).tolist()]

    def keep(self, key: Hashable, make: Callable[[], T], costly: bool = False) -> T:
        """Return the value that `make` computes from this generation. The value is cached under `key`. Only the values used
        most recently stay cached; with `costly`, only other such values push it out."""
        held, most = (self._costly, _MOST_COSTLY) if costly else (self._kept, _MOST_KEPT)
        with self._lock:
            if key in held:
                held.move_to_end(key)
                kept: T = held[key]
                return kept
        made = make()
        with self._lock:
            held[key] = made
            while len(held) > most:
                held.popitem(last=False)
        return made

    def sound(self) -> bool:
        """Whether every byte of all segments and of the model is what was written. This reads all the files."""
        files = [*(segment.file for segment in self.segments), self.model_file]
        return all(file.whole() and not any(file.problems()) for file in files if file is not None)

    def readable(self, access: Access) -> Visible:
        """Compute what an actor with the rights `access` may read. The result is cached."""
        return self.keep(("readable", access), lambda: self._make_readable(access))

    def _make_readable(self, access: Access) -> Visible:
        entries = self.listed(access.lists, access.without, access.only)
        documents = np.zeros(len(self.documents), bool)
        documents[self.document_of[entries]] = True
        return Visible(entries, documents, self.whole(entries))

    def whole(self, mask: Bools) -> tuple[bool, ...]:
        """For each segment, whether all of its entries are True in `mask`, a mask over all entries."""
        return tuple(bool(mask[place].all()) for _, place in self.parts())

    def listed(self, lists: frozenset[int] | None, without: frozenset[int], only: frozenset[int] | None = None) -> Bools:
        """Compute a mask over all entries: True for the entries on the access lists `lists` (None: any list). Deleted entries
        are False, and so are the entries of the documents with the ids `without`, and with `only` those of all others than these, and
        what the site says of them."""
        kept = self.alive
        if lists is not None:
            kept = kept & np.isin(self.integers["access"], np.array(sorted(lists), np.int64))
        if without:
            kept = kept & ~np.isin(self.integers["document"], np.array(sorted(without), np.int64))
        if only is not None:
            kept = kept & np.isin(self.integers["document"], np.array(sorted(only), np.int64)) & (self.integers["order"] != schema.OF_THE_SITE)
        return kept

    def of_documents(self, column: str) -> Ints:
        """The values of the integer column `column`, one per document, in the order of `documents`."""
        values: Ints = self.integers[column][self.first_entry]
        return values

    def names_of_documents(self, column: str) -> StringColumn:
        """The values of the string column `column`, one per document, in the order of `documents`."""
        held = self.names[column]
        return StringColumn(held.codes[self.first_entry], held.values)

    @cached_property
    def years(self) -> Ints:
        """The year of issue of each document, in the order of `documents`. Where the day is unknown it is the year in the
        document number; 0 where that has none."""
        return self.of_documents("year")

    @cached_property
    def days(self) -> Ints:
        """The day of issue of each document as a number, to sort by, in the order of `documents`. Where only the year is known
        it is the first day of that year; 0 where nothing is known."""
        issued, years = self.of_documents("issued"), self.years
        first = (years.astype(np.int64) - 1970).astype("datetime64[Y]").astype("datetime64[D]").astype(np.int64) + _EPOCH
        days: Ints = np.where(issued > 0, issued, np.where(years > 0, first, 0)).astype(np.int32)
        return days


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
    """Make the snapshot of one generation from its `segments`. `deleted` has one mask per segment, True for each deleted
    entry. `used` is the model of the vectors, and `model_file` is its file, None for the base model. `key` is (the name of
    the index folder, the number of the generation)."""
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
