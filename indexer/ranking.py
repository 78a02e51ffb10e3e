"""How well entries answer a question: BM25 over syllables and adjacent pairs with one joint length ("S").

score = Σ asked · idf^.8 · (k+1)·tf / (tf + k·(1-b + b·length)), tf and length summed over text, heading (6),
document title (3) and label (3); k 1.2, b .60 for syllables and k .5, b .75 for pairs.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
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
# Entries are looked at in blocks to bound the best ones from below.
_BLOCK = 64
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
    """The slots with their weights, 0 where no readable entry holds them, in the order given (sums are then the
    same whatever else is indexed)."""
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
    """Postings of slots in a row, added to the scores of a segment together, in their order."""

    norms: Floats
    size: int
    entries: list[Numbers]
    weights: list[Numbers]
    most: list[float]
    pairs: list[bool]
    held: int = 0

    def take(self, postings: tuple[Numbers, Numbers], one: Weighted, scores: Floats) -> None:
        """Take the postings of a slot; add all that was taken where that is enough."""
        self.entries.append(postings[0])
        self.weights.append(postings[1])
        self.most.append(one.most)
        self.pairs.append(not one.slot.single)
        self.held += len(postings[0])
        if self.held > _TOGETHER:
            self.add(scores)

    def add(self, scores: Floats) -> None:
        """Add what was taken, and begin anew."""
        if not self.entries:
            return
        lengths = list(map(len, self.entries))
        places = np.concatenate(self.entries, dtype=np.intp)
        impacts = np.concatenate(self.weights, dtype=np.float32)
        own = np.repeat(np.array(self.pairs, np.intp) * self.size, lengths)
        own += places
        # In place: for some ten thousand postings, making arrays costs as much as reckoning.
        norms = self.norms.take(own)
        norms += impacts
        impacts /= norms
        impacts *= np.repeat(np.array(self.most, np.float32), lengths)
        np.add.at(scores, places, impacts)
        for taken in (self.entries, self.weights, self.most, self.pairs):
            taken.clear()
        self.held = 0


def _norms(statistics: Statistics, segment: Segment) -> Floats:
    """The norms of syllables and, after them, of pairs for each entry."""
    mean = statistics.mean_length

    def make() -> tuple[Floats]:
        return (np.concatenate([statistics.norm(segment, True), statistics.norm(segment, False)]),)

    return segment.cached(("norms", mean), make)[0]


def _in_order(asked: Sequence[Weighted]) -> list[Weighted]:
    """The slots that count, the frequent ones first (by figures that no hidden document changes): those are added as
    whole rows, all others then together."""
    return sorted((one for one in asked if one.most), key=lambda one: one.idf)


def score_all(
    snapshot: Snapshot, statistics: Statistics, asked: Sequence[Weighted], deadline: float
) -> tuple[Floats, bool]:  # fmt: skip
    """(score of every entry, hidden ones too: the caller masks them; whether time ran out before the end).

    Sums are made in one order, whichever way each slot is added: a hidden document, which may make a word frequent,
    then changes no digit.
    """
    scores = np.zeros(snapshot.size, np.float32)
    wanted = _in_order(asked)
    for number, (segment, place) in enumerate(snapshot.parts()):
        part, norms = scores[place], _norms(statistics, segment)
        batch = _Batch(norms, segment.size, [], [], [], [])
        frequent = _frequent(snapshot, segment)
        own = np.empty(segment.size, np.float32)
        for one in wanted:
            if not (terms := one.slot.terms[number]):
                continue
            if segment.held.total(terms) > frequent:
                batch.add(part)
                norm = norms[: segment.size] if one.slot.single else norms[segment.size :]
                row = _row(segment, terms, norm, statistics.mean_length)
                part += np.multiply(row, np.float32(one.most), out=own)
            else:
                batch.take(segment_postings(segment, terms), one, part)
        batch.add(part)
        if time.monotonic() > deadline:
            return scores, True
    return scores, False


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
        part, norms = scores[place], [statistics.norm(segment, single).take(own) for single in (False, True)]
        for one in wanted:
            if terms := one.slot.terms[number]:
                found = known.get(one.slot.words)
                weights = _weights(segment, terms, own) if found is None else found[place]
                impacts = _impacts(weights, norms[one.slot.single])
                impacts *= np.float32(one.most)
                part += impacts
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


def _weights(segment: Segment, terms: Terms, own: Numbers) -> Weights:
    """The weight of a slot in each of some entries of a segment, 0 where it is not."""
    if segment.held.total(terms) * _OFTEN > segment.size:
        return _weight_row(segment, terms).take(own)
    entries, weights = segment_postings(segment, terms)
    if len(entries) < len(own):
        row = np.zeros(segment.size, np.uint8)
        row[entries] = weights
        return row.take(own)
    at = entries.searchsorted(own.astype(entries.dtype))
    found: Weights = weights.take(at, mode="clip")
    found *= entries.take(at, mode="clip") == own
    return found


def _weight_row(segment: Segment, terms: Terms) -> Weights:
    """The weight of a slot that comes often in every entry of a segment."""

    def make() -> tuple[Weights]:
        row = np.zeros(segment.size, np.uint8)
        entries, weights = segment_postings(segment, terms)
        row[entries] = weights
        return (row,)

    return segment.cached(("weights", terms), make)[0]


def weights_of(snapshot: Snapshot, slot: Slot, chosen: Numbers) -> Weights:
    """The weight of a slot in each of some entries (ascending), 0 where it is not."""
    found = np.zeros(len(chosen), np.uint8)
    for number, segment, own, place in _chosen(snapshot, chosen):
        if terms := slot.terms[number]:
            found[place] = _weights(segment, terms, own)
    return found


def common(snapshot: Snapshot, slots: Sequence[Slot], scope: Bools) -> tuple[Numbers, Known]:
    """(the entries of the scope that hold all slots, ascending; the weight of each slot in them)."""
    entries: list[Numbers] = [np.empty(0, np.intp)]
    weights: list[list[Weights]] = [[np.empty(0, np.uint8)] for _ in slots]
    for number, (segment, place) in enumerate(snapshot.parts()):
        terms = [slot.terms[number] for slot in slots]
        if all(terms):
            own, held = _common(segment, terms, scope[place])
            entries.append(own + place.start)
            for before, more in zip(weights, held, strict=True):
                before.append(more)
    held = [_joined(before) for before in weights]
    return _joined(entries), {slot.words: own for slot, own in zip(slots, held, strict=True)}


def _joined(arrays: Sequence[Numbers]) -> Numbers:
    """All of these, the first of which is empty; one is what most indexes have, and is not copied."""
    return np.concatenate(arrays) if len(arrays) > 2 else arrays[-1]


def _common(segment: Segment, terms: Sequence[Terms], scope: Bools) -> tuple[Numbers, list[Weights]]:
    """The same in one segment, its own numbers; rare words are read first."""
    counts = [segment.held.total(own) for own in terms]
    first, *others = sorted(range(len(terms)), key=counts.__getitem__)
    entries, weights = segment_postings(segment, terms[first])
    kept, held = entries.astype(np.intp), {first: weights}
    if not scope.all():
        places = np.flatnonzero(scope[kept])
        kept, held[first] = kept.take(places), weights.take(places)
    for number in others:
        held[number] = _weights(segment, terms[number], kept)
        # Places first: twice as fast as a mask over so few.
        places = np.flatnonzero(held[number])
        if len(places) < len(kept):
            kept = kept.take(places)
            held = {known: own.take(places) for known, own in held.items()}
    return kept, [held[number] for number in range(len(terms))]


def best(snapshot: Snapshot, entries: Numbers, key: NDArray[Any], limit: int) -> Numbers:
    """The `limit` entries with the highest keys, best first; equal ones by document and order, so that the place
    of an entry in the index does not matter."""
    if len(entries) > limit:
        bound = _lower_bound(key, limit)
        entries, key = entries[key >= bound], key[key >= bound]
        if len(entries) > 4 * limit:
            bound = np.partition(key, len(key) - limit)[len(key) - limit]
            entries, key = entries[key >= bound], key[key >= bound]
    order = np.lexsort((snapshot.integers["order"][entries], snapshot.integers["document"][entries], -key))
    chosen: Numbers = entries[order[:limit]]
    return chosen


def _lower_bound(key: NDArray[Any], limit: int) -> float:
    """A value that at least `limit` keys reach: the limit-th best of the best of each block."""
    blocks = len(key) // _BLOCK
    if blocks < limit:
        return float(np.partition(key, len(key) - limit)[len(key) - limit])
    tops = key[: blocks * _BLOCK].reshape(blocks, _BLOCK).max(1)
    return float(np.partition(tops, blocks - limit)[blocks - limit])
