"""How well entries answer a question: BM25 over syllables and adjacent pairs with one joint length ("S").

score = Σ asked · idf^.8 · (k+1)·tf / (tf + k·(1-b + b·length)), tf and length summed over text, heading (6),
document title (3) and label (3); k 1.2, b .60 for syllables and k .5, b .75 for pairs.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexer.arrays import Numbers
from indexer.slots import Slot, Terms, held_by_any, segment_postings
from indexer.snapshot import Bools, Floats, Readable, Segment, Snapshot
from indexer.statistics import PAIR_NORM, SYLLABLE_NORM, Statistics

SYLLABLE_GAIN, PAIR_GAIN = SYLLABLE_NORM[0] + 1, PAIR_NORM[0] + 1
# A word that more than one in eight entries holds is added as a whole row: cheaper than by place.
_DENSE = 8
# Of more than so many entries the best are first bounded from below, in blocks.
_MANY, _BLOCK = 4_096, 64
# Looking an entry up among the postings of a word costs as much as spreading eight of them over all entries, or as
# clearing 512 of these.
_SOUGHT, _BLANK = 8, 64
# The weights of a word that more than one in this many entries holds are kept by entry.
_OFTEN = 16
# Postings added together: few steps for many short lists, yet no arrays so large that the system takes them back and
# gives them out anew for each question (without a bound the slowest took more than twice as long).
_TOGETHER = 1 << 17
Weights = NDArray[np.uint8]
# Words of a slot → its weight in each of some entries.
Known = Mapping[tuple[str, ...], Weights]


class Weighted(NamedTuple):
    """A slot and what its full match is worth in the sum."""

    slot: Slot
    idf: float
    most: float


def weigh(
    snapshot: Snapshot, readable: Readable, statistics: Statistics, slots: Sequence[Slot]
) -> tuple[Weighted, ...]:  # fmt: skip
    """The slots with their weights, 0 where no readable entry holds them, in the order given."""
    made = []
    for slot in slots:
        idf = statistics.idf(slot) if held_by_any(readable, slot, snapshot) else 0.0
        gain = SYLLABLE_GAIN if slot.single else PAIR_GAIN
        made.append(Weighted(slot, idf, slot.asked * idf * gain))
    return tuple(made)


def _impacts(weights: Numbers, norm: Floats) -> Floats:
    frequencies = weights.astype(np.float32)
    impacts: Floats = frequencies / (frequencies + norm)
    return impacts


def _row(segment: Segment, terms: Terms, norm: Floats, mean: float) -> Floats:
    """The impact of a frequent slot on every entry of a segment."""

    def make() -> tuple[Floats]:
        entries, weights = segment_postings(segment, terms)
        row = np.zeros(segment.size, np.float32)
        row[entries] = _impacts(weights, norm[entries])
        return (row,)

    return segment.cached(("row", terms, mean), make)[0]


@dataclass
class _Batch:
    """Postings of slots in a row, those of syllables before those of pairs, added to the scores of a segment together,
    in their order; `norms` are those of either kind."""

    norms: tuple[Floats, Floats]
    entries: list[Numbers] = field(default_factory=list)
    weights: list[Numbers] = field(default_factory=list)
    most: list[float] = field(default_factory=list)
    singles: int = 0
    held: int = 0

    def take(self, postings: tuple[Numbers, Numbers], one: Weighted, scores: Floats) -> None:
        """Take the postings of a slot; add all that was taken where that is enough."""
        self.entries.append(postings[0])
        self.weights.append(postings[1])
        self.most.append(one.most)
        self.held += len(postings[0])
        if one.slot.single:
            self.singles = self.held
        if self.held > _TOGETHER:
            self.add(scores)

    def add(self, scores: Floats) -> None:
        """Add what was taken, and begin anew."""
        if not self.entries:
            return
        places = np.concatenate(self.entries, dtype=np.intp)
        impacts = np.concatenate(self.weights, dtype=np.float32)
        # In place: for some ten thousand postings, making arrays costs as much as reckoning.
        norms = np.empty_like(impacts)
        for kind, part in enumerate((slice(self.singles), slice(self.singles, None))):
            self.norms[kind].take(places[part], out=norms[part], mode="clip")
        norms += impacts
        impacts /= norms
        impacts *= np.repeat(np.array(self.most, np.float32), list(map(len, self.entries)))
        np.add.at(scores, places, impacts)
        for taken in (self.entries, self.weights, self.most):
            taken.clear()
        self.singles = self.held = 0


def _norms(statistics: Statistics, segment: Segment) -> tuple[Floats, Floats]:
    """The norms of syllables and of pairs for each entry."""
    return statistics.norm(segment, True), statistics.norm(segment, False)


def _in_order(asked: Sequence[Weighted]) -> list[Weighted]:
    """The slots that count: syllables, then pairs, of either the frequent ones first (by figures that no hidden document
    changes): those are added as whole rows, all others of a kind then together."""
    return sorted([one for one in asked if one.most], key=lambda one: (len(one.slot.words), one.idf))


def score_all(
    snapshot: Snapshot, statistics: Statistics, asked: Sequence[Weighted], deadline: float
) -> Floats:  # fmt: skip
    """The score of every entry, hidden ones too: the caller masks them; past the deadline segments keep 0.

    Sums are made in one order, whichever way each slot is added: a hidden document, which may make a word frequent,
    then changes no digit.
    """
    scores = np.zeros(snapshot.size, np.float32)
    wanted = _in_order(asked)
    for number, (segment, place) in enumerate(snapshot.parts()):
        part, norms = scores[place], _norms(statistics, segment)
        batch = _Batch(norms)
        frequent = _frequent(snapshot, segment)
        own = np.empty(segment.size, np.float32)
        for one in wanted:
            if one.slot.counts[number] > frequent:
                batch.add(part)
                row = _row(segment, one.slot.terms[number], norms[not one.slot.single], statistics.mean_length)
                part += np.multiply(row, np.float32(one.most), out=own)
            elif terms := one.slot.terms[number]:
                batch.take(segment_postings(segment, terms), one, part)
        batch.add(part)
        if time.monotonic() > deadline:
            break
    return scores


def score_some(
    snapshot: Snapshot,
    statistics: Statistics,
    asked: Sequence[Weighted],
    chosen: Numbers,
    known: Known = MappingProxyType({}),
) -> Floats:
    """The scores of some entries (ascending): to the last digit those of `score_all`; `known` are weights found
    before."""
    scores = np.zeros(len(chosen), np.float32)
    wanted = _in_order(asked)
    for number, segment, own, place in _chosen(snapshot, chosen):
        held = [one for one in wanted if one.slot.terms[number]]
        if not held:
            continue
        impacts = np.empty((len(held), len(own)), np.float32)
        for row, one in zip(impacts, held, strict=True):
            found = known.get(one.slot.words)
            row[:] = _weights(segment, one.slot, number, own) if found is None else found[place]
        singles = sum([one.slot.single for one in held])
        norms = np.empty_like(impacts)
        for kind, part in zip(_norms(statistics, segment), (norms[:singles], norms[singles:]), strict=True):
            part[:] = kind.take(own)
        norms += impacts
        impacts /= norms
        impacts *= np.array([one.most for one in held], np.float32)[:, None]
        # Row after row, as `score_all` adds them; numpy sums what lies side by side, as one column does, in pairs.
        scores[place] = np.add.reduce(impacts) if len(own) > 1 else np.add.accumulate(impacts)[-1]
    return scores


def _chosen(snapshot: Snapshot, chosen: Numbers) -> Iterator[tuple[int, Segment, Numbers, slice]]:
    """Each segment that holds some of the entries (ascending): (its number, itself, their numbers there, their places in
    `chosen`)."""
    if len(snapshot.segments) == 1:
        yield 0, snapshot.segments[0], chosen, slice(0, len(chosen))
        return
    for number, (segment, place) in enumerate(snapshot.parts()):
        first, last = chosen.searchsorted((place.start, place.stop)).tolist()
        if first < last:
            yield number, segment, chosen[first:last] - place.start, slice(first, last)


def _frequent(snapshot: Snapshot, segment: Segment) -> int:
    """From how many entries on a slot is added as a whole row."""
    return max(segment.frequent(snapshot.rows), segment.size // _DENSE)


def _weights(segment: Segment, slot: Slot, number: int, own: Numbers) -> Weights:
    """The weight of a slot in each of some entries of a segment (the one with this number), 0 where it is not."""
    terms = slot.terms[number]
    if slot.counts[number] * _OFTEN > segment.size:
        return _weight_row(segment, terms).take(own)
    entries, weights = segment_postings(segment, terms)
    if len(entries) + segment.size // _BLANK < _SOUGHT * len(own):
        return _spread(segment, entries, weights).take(own)
    at = entries.searchsorted(own.astype(entries.dtype))
    found: Weights = weights.take(at, mode="clip")
    found *= entries.take(at, mode="clip") == own
    return found


def _weight_row(segment: Segment, terms: Terms) -> Weights:
    """The weight of a slot that comes often in every entry of a segment."""

    return segment.cached(("weights", terms), lambda: (_spread(segment, *segment_postings(segment, terms)),))[0]


def _spread(segment: Segment, entries: Numbers, weights: Numbers) -> Weights:
    row = np.zeros(segment.size, np.uint8)
    # As numbers of this kind places are found twice as fast.
    row[entries.astype(np.intp)] = weights
    return row


def weights_of(snapshot: Snapshot, slot: Slot, chosen: Numbers) -> Weights:
    """The weight of a slot in each of some entries (ascending), 0 where it is not."""
    found = np.zeros(len(chosen), np.uint8)
    for number, segment, own, place in _chosen(snapshot, chosen):
        if slot.terms[number]:
            found[place] = _weights(segment, slot, number, own)
    return found


def common(snapshot: Snapshot, slots: Sequence[Slot], scope: Bools) -> tuple[Numbers, Known]:
    """(the entries of the scope that hold all slots, ascending; the weight of each slot in them)."""
    entries: list[Numbers] = [np.empty(0, np.intp)]
    weights: list[list[Weights]] = [[np.empty(0, np.uint8)] for _ in slots]
    for number, (segment, place) in enumerate(snapshot.parts()):
        if all([slot.terms[number] for slot in slots]):
            own, held = _common(segment, slots, number, scope[place])
            entries.append(own + place.start)
            for before, more in zip(weights, held, strict=True):
                before.append(more)
    held = [_joined(before) for before in weights]
    return _joined(entries), {slot.words: own for slot, own in zip(slots, held, strict=True)}


def _joined(arrays: Sequence[Numbers]) -> Numbers:
    """All of these, the first of which is empty; one is what most indexes have, and is not copied."""
    return np.concatenate(arrays) if len(arrays) > 2 else arrays[-1]


def _common(
    segment: Segment, slots: Sequence[Slot], number: int, scope: Bools
) -> tuple[Numbers, list[Weights]]:  # fmt: skip
    """`common` in one segment, in its own numbers; rare words are read first."""
    first, *others = sorted(range(len(slots)), key=lambda place: slots[place].counts[number])
    entries, weights = segment_postings(segment, slots[first].terms[number])
    kept, held = entries.astype(np.intp), {first: weights}
    if not scope.all():
        places = np.flatnonzero(scope[kept])
        kept, held[first] = kept.take(places), weights.take(places)
    for place in others:
        held[place] = _weights(segment, slots[place], number, kept)
        # As truth values, and places first: a mask, or weights, take several times as long.
        places = held[place].astype(bool).nonzero()[0]
        if len(places) < len(kept):
            kept = kept.take(places)
            held = {known: own.take(places) for known, own in held.items()}
    return kept, [held[place] for place in range(len(slots))]


def best(snapshot: Snapshot, entries: Numbers, key: NDArray[Any], limit: int) -> Numbers:
    """The `limit` entries with the highest keys, best first; equal ones by document and order, so that the place
    of an entry in the index does not matter."""
    if len(entries) > max(limit, _MANY):
        entries, key = _reaching(_lower_bound(key, limit), entries, key)
    if len(entries) > limit:
        entries, key = _reaching(_least(key, limit), entries, key)
    order = np.lexsort((snapshot.integers["order"][entries], snapshot.integers["document"][entries], -key))
    chosen: Numbers = entries[order[:limit]]
    return chosen


def _lower_bound(key: NDArray[Any], limit: int) -> float:
    """A value that at least `limit` keys reach: the limit-th best of the best of each block."""
    blocks = len(key) // _BLOCK
    if blocks < limit:
        return _least(key, limit)
    return _least(key[: blocks * _BLOCK].reshape(blocks, _BLOCK).max(1), limit)


def _least(key: NDArray[Any], limit: int) -> float:
    """The least of the `limit` highest keys."""
    return float(np.partition(key, len(key) - limit)[len(key) - limit])


def _reaching(bound: float, entries: Numbers, key: NDArray[Any]) -> tuple[Numbers, NDArray[Any]]:
    """The entries with a key of at least so much, and their keys."""
    places = np.flatnonzero(key >= bound)
    return entries.take(places), key.take(places)
