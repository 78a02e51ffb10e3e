"""How well entries answer a question: BM25 over syllables and adjacent pairs with one joint length ("S").

score = Σ asked · idf^.8 · (k+1)·tf / (tf + k·(1-b + b·length)), tf and length summed over text, heading (6),
document title (3) and label (3); k 1.2, b .60 for syllables and k .5, b .75 for pairs.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from indexer.index.snapshot import Floats, Segment, Snapshot, Visible
from indexer.match.intersection import Known, _chosen, _weights
from indexer.match.postings import held_by_any, segment_postings
from indexer.match.statistics import PAIR_NORM, SYLLABLE_NORM, Statistics
from indexer.match.terms import QueryTerm, Terms
from indexer.store.ragged import Numbers

SYLLABLE_GAIN, PAIR_GAIN = SYLLABLE_NORM[0] + 1, PAIR_NORM[0] + 1
# A word that more than one in eight entries holds is added as a whole row: cheaper than by place.
_DENSE = 8
# Postings added together: few steps for many short lists, yet no arrays so large that the system takes them back and
# gives them out anew for each question (without a bound the slowest took more than twice as long).
_TOGETHER = 1 << 17


class WeightedTerm(NamedTuple):
    """A slot and what its full match is worth in the sum."""

    slot: QueryTerm
    idf: float
    most: float


def weigh(
    snapshot: Snapshot, readable: Visible, statistics: Statistics, slots: Sequence[QueryTerm]
) -> tuple[WeightedTerm, ...]:  # fmt: skip
    """The slots with their weights, 0 where no readable entry holds them, in the order given."""
    made = []
    for slot in slots:
        idf = statistics.idf(slot) if held_by_any(readable, slot, snapshot) else 0.0
        gain = SYLLABLE_GAIN if slot.single else PAIR_GAIN
        made.append(WeightedTerm(slot, idf, slot.asked * idf * gain))
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

    def take(self, postings: tuple[Numbers, Numbers], one: WeightedTerm, scores: Floats) -> None:
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


def _in_order(asked: Sequence[WeightedTerm]) -> list[WeightedTerm]:
    """The slots that count: syllables, then pairs, of either the frequent ones first (by figures that no hidden document
    changes): those are added as whole rows, all others of a kind then together."""
    return sorted([one for one in asked if one.most], key=lambda one: (len(one.slot.words), one.idf))


def score_all(
    snapshot: Snapshot, statistics: Statistics, asked: Sequence[WeightedTerm], deadline: float
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
    asked: Sequence[WeightedTerm],
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


def _frequent(snapshot: Snapshot, segment: Segment) -> int:
    """From how many entries on a slot is added as a whole row."""
    return max(segment.frequent(snapshot.rows), segment.size // _DENSE)

