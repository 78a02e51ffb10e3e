"""Groups documents that are copies of one document, so that results show each answer once.

Two documents are copies where their texts are nearly the same and nothing that is known of them contradicts it: they
have no two numbers, no two days of issue and no two issuers. So an amended law with another number is never folded into
the old one, however alike they are. Groups are made among readable documents alone: what an actor may not read neither
joins nor parts two documents."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice, product

import numpy as np
from numpy.typing import NDArray

from indexer.analysis.sketches import BYTES
from indexer.index.snapshot import Ints, Snapshot
from indexer.types import Access
from legaltext.numbers import normalise_number
from legaltext.text import fold

# The share of equal bytes in the sketches of copies. Where number and day of issue agree, a scan and the file that was
# printed are copies too, though recognition misreads words.
_ALIKE, _SAME_NUMBER = 0.85, 0.6
# Copies share a band of this many bytes almost surely: .85 ** 8 is .27, and there are 16 bands.
_BAND = 8
# So many heads of each band are looked at first.
_FIRST = 8
_ROW_BITS = 24
Hashes = NDArray[np.uint64]
# Normalising a number takes 20 µs, and a new generation of the index has nearly the same numbers. A number takes some 200 bytes.
_number_key = lru_cache(1 << 15)(normalise_number)


@dataclass(frozen=True)
class _Sketched:
    """Documents that may have a copy, in the order in which groups are made. Items of all fields run parallel: the position
    of the document in the snapshot, its number and issuer as codes (0 for none), its day of issue, its sketch, its bands."""

    documents: list[int]
    numbers: list[int]
    issuers: list[int]
    days: list[int]
    sketches: NDArray[np.uint8]
    bands: list[list[int]]

    def least(self, one: int, other: int) -> float:
        """The share of equal bytes from which the documents in the rows `one` and `other` are copies."""
        same = self.numbers[one] == self.numbers[other] != 0 and self.days[one] == self.days[other] != 0
        return _SAME_NUMBER if same else _ALIKE


@dataclass
class _Groups:
    """The groups made so far. The heads are held by number and by band, and by what contradicts: a group is under (day, issuer)
    and under each of both alone, with None for the other. So only heads that a document does not contradict are looked at,
    though thousands of documents are alike but for their day.

    `known` holds the day and the issuer of each group by its head, of whichever member they are known: a document that
    contradicts one member never joins."""

    held: _Sketched
    by_number: dict[int, set[int]] = field(default_factory=dict)
    by_band: dict[int, set[int]] = field(default_factory=dict)
    by_known: dict[tuple[int | None, int | None], set[int]] = field(default_factory=dict)
    known: dict[int, tuple[int, int]] = field(default_factory=dict)

    def head_of(self, row: int) -> int | None:
        """Find the head of the group to which the document in `row` belongs; None for none. A document without a number that
        is like documents with several numbers belongs to none."""
        # Where thousands of numbers have one text, a few of them say already that it belongs to none.
        if not self.held.numbers[row] and self._of_several(self._alike(row, self._near(row, _FIRST))):
            return None
        alike = self._alike(row, self._near(row))
        return None if not alike or self._of_several(alike) else -max(alike)[1]

    def _alike(self, row: int, heads: set[int]) -> list[tuple[float, int]]:
        """Find those of `heads` of which the document in `row` is a copy, each as (share of equal bytes, -head)."""
        held, near = self.held, sorted(heads)
        if not near:
            return []
        shares = (held.sketches[near] == held.sketches[row]).sum(1) / BYTES
        return [(share, -one) for share, one in zip(shares.tolist(), near, strict=True) if share >= held.least(row, one)]

    def _of_several(self, alike: Sequence[tuple[float, int]]) -> bool:
        return len({self.held.numbers[-one] for _, one in alike} - {0}) > 1

    def _near(self, row: int, most: int | None = None) -> set[int]:
        """Find the heads that have the number of the document in `row`, or without one share a band with it, and of whose groups
        it contradicts no member. With `most`, only some of them are found: so many heads of each band are looked at."""
        held, none = self.held, frozenset[int]()
        number, day, issuer = held.numbers[row], held.days[row], held.issuers[row]
        places = [self.by_number.get(number, none)] if number else [self.by_band.get(band, none) for band in held.bands[row]]
        if most is not None:
            places = [set(islice(place, most)) for place in places]
        if not day and not issuer:
            return set().union(*places)
        either = product((day, 0) if day else (None,), (issuer, 0) if issuer else (None,))
        fitting = [self.by_known[key] for key in either if key in self.by_known]
        return set().union(*(place & own for place in places for own in fitting))

    def add(self, row: int) -> None:
        """Make the document in `row` the head of a group."""
        if self.held.numbers[row]:
            self.by_number.setdefault(self.held.numbers[row], set()).add(row)
        for band in self.held.bands[row]:
            self.by_band.setdefault(band, set()).add(row)
        self._hold(row, (self.held.days[row], self.held.issuers[row]))

    def join(self, head: int, row: int) -> None:
        """Add the document in `row` to the group of `head`."""
        day, issuer = self.known[head]
        known = (day or self.held.days[row], issuer or self.held.issuers[row])
        if known != (day, issuer):
            for key in ((day, issuer), (day, None), (None, issuer)):
                self.by_known[key].discard(head)
            self._hold(head, known)

    def _hold(self, head: int, known: tuple[int, int]) -> None:
        self.known[head] = known
        for key in (known, (known[0], None), (None, known[1])):
            self.by_known.setdefault(key, set()).add(head)


def groups(snapshot: Snapshot, access: Access) -> Ints:
    """For each document of `snapshot`, the position of the document whose copy it is; its own position where it is a copy of
    none. Only documents that `access` allows are copies. The result is cached."""

    def make() -> Ints:
        readable = snapshot.readable(access).documents
        heads: Ints = np.arange(len(snapshot.documents), dtype=np.int32)
        held = snapshot.keep(("sketched",), lambda: _sketched(snapshot), costly=True)
        made = _Groups(held)
        for row, document in enumerate(held.documents):
            if readable[document]:
                head = made.head_of(row)
                if head is None:
                    made.add(row)
                else:
                    made.join(head, row)
                    heads[document] = held.documents[head]
        return heads

    return snapshot.keep(("copies", access), make, costly=True)


def _sketched(snapshot: Snapshot) -> _Sketched:
    """Collect the documents of `snapshot` that may have a copy. Documents with a number come first, then those with a day of
    issue, so that a document without them joins one that has them."""
    entries = [segment.held.sketched.astype(np.int64) + place.start for segment, place in snapshot.parts()]
    made = [segment.held.sketches for segment, _ in snapshot.parts()]
    first, sketches = np.concatenate([np.empty(0, np.int64), *entries]), np.concatenate([np.empty((0, BYTES), np.uint8), *made])
    living = snapshot.alive[first]
    documents, sketches = snapshot.document_of[first[living]], sketches[living]
    numbers, issuers = _codes(snapshot, "number", _number_key)[documents], _codes(snapshot, "issuer", fold)[documents]
    days = snapshot.of_documents("issued")[documents]
    kept = _joinable(numbers, days.astype(np.int64))
    bands = _bands(sketches)
    if not numbers.all():
        # Without a number a document joins by a band; those with a number join each other by it alone.
        kept |= _sharing(bands) & np.isin(bands, bands[numbers == 0]).any(axis=1)
    order = np.lexsort((documents, days == 0, numbers == 0))
    order = order[kept[order]]
    columns = [own[order].tolist() for own in (documents, numbers, issuers, days)]
    return _Sketched(columns[0], columns[1], columns[2], columns[3], sketches[order], bands[order].tolist())


def _codes(snapshot: Snapshot, name: str, key: Callable[[str], str]) -> NDArray[np.int64]:
    """For each document, a code of its value in the column `name`; 0 for no value. Values for which `key` returns the same
    text, blanks aside, have one code."""
    column = snapshot.names_of_documents(name)
    used = np.unique(column.codes)
    places: dict[str, int] = {"": 0}
    table = np.zeros(len(column.values) + 1, np.int64)
    keys = ("".join(key(column.values[code]).split()) for code in used.tolist())
    table[used] = [places.setdefault(own, len(places)) for own in keys]
    codes: NDArray[np.int64] = table[column.codes]
    return codes


def _joinable(numbers: NDArray[np.int64], days: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether another document has the number of each document and no other day of issue. Numbers start again each year, so most
    documents share theirs with others that contradict them by the day."""
    dayless = np.zeros(int(numbers.max(initial=0)) + 1, bool)
    dayless[numbers[days == 0]] = True
    both = np.unique(numbers * (int(days.max(initial=0)) + 1) + days, return_inverse=True)[1]
    return _shared(numbers) & (numbers > 0) & (_shared(both) | dayless[numbers])


def _shared(values: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether each of `values` occurs more than once."""
    shared: NDArray[np.bool_] = np.bincount(values)[values] > 1 if len(values) else np.zeros(0, bool)
    return shared


def _bands(sketches: NDArray[np.uint8]) -> Hashes:
    """Hash each band of the `sketches`: uint64 of shape (documents, bands). Equal bytes in other bands give other hashes."""
    whole = np.ascontiguousarray(sketches).view(np.uint64)
    place = np.arange(1, whole.shape[1] + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    mixed = (whole + place) * np.uint64(0xBF58476D1CE4E5B9)
    hashed: Hashes = (mixed ^ mixed >> np.uint64(31)) * np.uint64(0x94D049BB133111EB)
    return hashed


def _sharing(bands: Hashes) -> NDArray[np.bool_]:
    """Whether each row of `bands` has a band that another row has too."""
    rows = np.repeat(np.arange(len(bands), dtype=np.uint64), bands.shape[1])
    # Sorting the hash together with its row is several times as fast as sorting places by hash.
    keys = np.sort(bands.ravel() >> np.uint64(_ROW_BITS) << np.uint64(_ROW_BITS) | rows)
    equal = keys[1:] >> np.uint64(_ROW_BITS) == keys[:-1] >> np.uint64(_ROW_BITS)
    found = np.zeros(len(bands), bool)
    for side in (keys[1:], keys[:-1]):
        found[(side[equal] & np.uint64((1 << _ROW_BITS) - 1)).astype(np.int64)] = True
    return found


def once(documents: NDArray[np.int64], heads: Ints) -> tuple[NDArray[np.int64], dict[int, Sequence[int]]]:
    """Keep the first document of each group in `documents`, positions in the order of results. `heads` is what `groups`
    returns. Returns (the documents kept, the documents folded into each of them, by its position)."""
    own = heads[documents]
    _, first, group = np.unique(own, return_index=True, return_inverse=True)
    kept = np.zeros(len(documents), bool)
    kept[first] = True
    folded: dict[int, list[int]] = {}
    for place in np.flatnonzero(~kept).tolist():
        folded.setdefault(int(documents[first[group[place]]]), []).append(int(documents[place]))
    return documents[kept], dict(folded)
