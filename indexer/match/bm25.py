"""BM25 scores of entries, over syllables and over pairs of neighbouring syllables.

score = Σ asked · idf^.8 · (k+1)·tf / (tf + k·(1-b + b·length))

`asked` is how often the query has the term, tf is its weight in the entry, and length is the length of the
entry divided by the mean. tf and length are weighted sums over the text (1), the heading (6), the document
title (3) and the label (3). k is 1.2 and b .60 for syllables; k is .5 and b .75 for pairs.
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
from indexer.match.statistics import Statistics
from indexer.match.terms import QueryTerm, Terms
from indexer.store.ragged import Numbers

# (k, b) for syllables and for pairs.
SYLLABLE_NORM, PAIR_NORM = (1.2, 0.60), (0.5, 0.75)
SYLLABLE_GAIN, PAIR_GAIN = SYLLABLE_NORM[0] + 1, PAIR_NORM[0] + 1
# A term that occurs in more than one of eight entries is added as a whole row. That is cheaper than adding it by
# place.
_DENSE = 8
# The number of postings added together. It makes few steps of many short lists. Without this bound arrays become so
# large that the system takes their memory back and allocates it anew for each query; the slowest queries took more
# than twice as long.
_TOGETHER = 1 << 17


class WeightedTerm(NamedTuple):
    """A term of a query with its weight. `slot` is the term as it was found in the index. `idf` is its inverse document
    frequency. `most` is the most that it can add to a score. Both are 0 if no entry that the actor may read contains the
    term."""

    slot: QueryTerm
    idf: float
    most: float


def weigh(
    snapshot: Snapshot, readable: Visible, statistics: Statistics, slots: Sequence[QueryTerm]
) -> tuple[WeightedTerm, ...]:  # fmt: skip
    """Compute the weight of each of the query terms `slots`, in their order. `statistics` gives the frequencies. A
    term that occurs in no entry that the actor may read (`readable`) gets the weight 0."""
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


def norm_of(statistics: Statistics, segment: Segment, single: bool) -> Floats:
    """Compute the length norm of each entry of `segment`: the part of the BM25 formula that depends on the entry's length.
    Returns one float32 per entry: k · (1 − b + b · length / mean). With `single` True k and b are the parameters for
    syllables, otherwise for pairs. `statistics` gives the mean length. The result is cached."""
    mean = statistics.mean_length
    k, b = SYLLABLE_NORM if single else PAIR_NORM

    def make() -> tuple[Floats]:
        lengths = segment.held.integers["length"].astype(np.float64)
        return ((k * (1 - b + b * lengths / mean)).astype(np.float32),)

    return segment.cached(("norm", single, mean), make)[0]


def _row(segment: Segment, terms: Terms, norm: Floats, mean: float) -> Floats:
    """Compute tf / (tf + norm) of a frequent query term for every entry of `segment`: one float32 per entry. It is 0 where
    the term does not occur. `terms` are the terms of the segment that match the query term. `norm` are the length norms,
    computed with the mean length `mean`. The result is cached."""

    def make() -> tuple[Floats]:
        entries, weights = segment_postings(segment, terms)
        row = np.zeros(segment.size, np.float32)
        row[entries] = _impacts(weights, norm[entries])
        return (row,)

    return segment.cached(("row", terms, mean), make)[0]


@dataclass
class _Batch:
    """Collects the postings of several query terms, and adds them to the scores of a segment together. Syllables must be
    collected first, then pairs. `norms` are the length norms of all entries (for syllables, for pairs).

    `entries`, `weights` and `most` have one item per term: its entries, its weights there, and the most that it can add.
    `held` counts the postings collected, and `singles` the postings of syllables."""

    norms: tuple[Floats, Floats]
    entries: list[Numbers] = field(default_factory=list)
    weights: list[Numbers] = field(default_factory=list)
    most: list[float] = field(default_factory=list)
    singles: int = 0
    held: int = 0

    def take(self, postings: tuple[Numbers, Numbers], one: WeightedTerm, scores: Floats) -> None:
        """Collect the postings of the query term `one`. `postings` are two parallel arrays: entry numbers, and the weight of
        the term in each entry. When enough postings are collected, add all of them to `scores`, the scores of the segment."""
        self.entries.append(postings[0])
        self.weights.append(postings[1])
        self.most.append(one.most)
        self.held += len(postings[0])
        if one.slot.single:
            self.singles = self.held
        if self.held > _TOGETHER:
            self.add(scores)

    def add(self, scores: Floats) -> None:
        """Add the collected postings to `scores`, and begin a new, empty collection."""
        if not self.entries:
            return
        places = np.concatenate(self.entries, dtype=np.intp)
        impacts = np.concatenate(self.weights, dtype=np.float32)
        # In place: for some ten thousand postings, allocating arrays takes as long as the computation.
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
    """Compute the length norm of each entry of `segment`. Returns (array for syllables, array for pairs), both made by
    `norm_of`."""
    return norm_of(statistics, segment, True), norm_of(statistics, segment, False)


def _in_order(asked: Sequence[WeightedTerm]) -> list[WeightedTerm]:
    """Sort the query terms `asked` in the order in which they are added to scores. Terms of weight 0 are left out.
    Syllables come before pairs; within each group, frequent terms come first."""
    return sorted([one for one in asked if one.most], key=lambda one: (len(one.slot.words), one.idf))


def score_all(
    snapshot: Snapshot, statistics: Statistics, asked: Sequence[WeightedTerm], deadline: float
) -> Floats:  # fmt: skip
    """Compute the score of every entry for the query terms `asked`: float32 of shape (entries,). `statistics` gives the mean
    length. Hidden entries have scores too, so the caller must mask them. Segments that are not reached before `deadline` (a
    time of `time.monotonic`) score 0.

    A hidden document never changes the score of another document, not even in the last digit."""
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
    """Compute the scores of the entries `chosen` (ascending) for the query terms `asked`: one float32 per entry. They equal
    the scores that `score_all` computes. `statistics` gives the mean length.

    `known` may map the words of a term to its weight in each entry of `chosen`. Other weights are read from the index."""
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
        # Rows are added one after the other, as `score_all` adds them. For a single column numpy would sum in pairs.
        scores[place] = np.add.reduce(impacts) if len(own) > 1 else np.add.accumulate(impacts)[-1]
    return scores


def _frequent(snapshot: Snapshot, segment: Segment) -> int:
    """Return how many postings a query term may have in `segment` before it counts as frequent. A frequent term is added to
    the scores of all entries at once, which is faster."""
    return max(segment.frequent(snapshot.rows), segment.size // _DENSE)

