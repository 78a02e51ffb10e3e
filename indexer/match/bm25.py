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
    """A weighed term of a query. `slot` is the term as it was looked up in the index. `idf` is its inverse document
    frequency, and `most` is the most that it can add to the score of an entry. Both are 0 if the actor may read no entry
    with it."""

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
    """Compute the length norm of each entry of `segment`: k · (1 − b + b · length / mean), one float32 per entry. A length
    is the number of weighted words of the entry, and the mean is taken from `statistics`. k and b are the parameters for
    syllables if `single` is True, otherwise those for pairs of syllables. The result is cached."""
    mean = statistics.mean_length
    k, b = SYLLABLE_NORM if single else PAIR_NORM

    def make() -> tuple[Floats]:
        lengths = segment.held.integers["length"].astype(np.float64)
        return ((k * (1 - b + b * lengths / mean)).astype(np.float32),)

    return segment.cached(("norm", single, mean), make)[0]


def _row(segment: Segment, terms: Terms, norm: Floats, mean: float) -> Floats:
    """Compute tf / (tf + norm) of a frequent query term for every entry of `segment`: one float32 per entry, 0 where the
    term does not occur. tf is the weighted frequency of the term in the entry. `terms` are the terms of the segment that
    match the query term, and `norm` holds the length norm of each entry. The result is cached under `terms` and `mean`, the
    mean length, because `norm` depends on the mean."""

    def make() -> tuple[Floats]:
        entries, weights = segment_postings(segment, terms)
        row = np.zeros(segment.size, np.float32)
        row[entries] = _impacts(weights, norm[entries])
        return (row,)

    return segment.cached(("row", terms, mean), make)[0]


@dataclass
class _Batch:
    """Collects the postings of several query terms, and adds them to the scores of a segment together. The terms must come
    in the order of `_in_order`: syllables first, then pairs. `norms` are two arrays with the length norm of each entry (see
    `norm_of`): the first for syllables, the second for pairs.

    `entries`, `weights` and `most` have one item per collected term: its entry numbers, its weights in these entries, and
    the most that it can add to a score. `held` counts all collected postings, and `singles` those of syllables."""

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
    """Sort the query terms `asked` in the order in which they are added to scores, and leave out those whose weight is 0.
    Syllables come before pairs, and within each kind frequent terms come before rare ones. Only public documents decide how
    frequent a term is, so hidden documents do not change the order."""
    return sorted([one for one in asked if one.most], key=lambda one: (len(one.slot.words), one.idf))


def score_all(
    snapshot: Snapshot, statistics: Statistics, asked: Sequence[WeightedTerm], deadline: float
) -> Floats:  # fmt: skip
    """Compute the score of every entry for the query terms `asked`: float32 of shape (entries,). `statistics` gives the
    length norms. Hidden entries have scores too, so the caller must mask them. Segments that are not reached before
    `deadline` (a time of `time.monotonic`) score 0.

    A frequent term is added to all entries of a segment at once, any other term only to the entries that have it. Both ways
    add the terms in the same order, so they give exactly the same sums. Therefore a hidden document that makes a word
    frequent does not change the score of any other document."""
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
    """Compute the scores of the entries `chosen` (ascending) for the query terms `asked`: one float32 per entry. The scores
    are exactly those of `score_all`. `statistics` gives the length norms.

    `known` may hold term weights in entries that an earlier step has found: keys are the words of a term, values its weight
    in each entry of `chosen`. Weights that it lacks are read from the index."""
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
    """Return the number of entries of `segment` above which a query term counts as frequent. The scores of a frequent term
    are added to all entries of the segment at once, which is then cheaper than adding posting by posting."""
    return max(segment.frequent(snapshot.rows), segment.size // _DENSE)

