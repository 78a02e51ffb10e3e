"""Measures how much each public provision is about what a half-typed query says, so that completions come from such provisions.

The measure counts pairs of neighbouring syllables ("tồn kho"), the rare ones for more. How rare a pair is comes from the base
model, and a provision is measured by its own words alone, so hidden documents change nothing."""

import math
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from indexer.analysis import language_model
from indexer.analysis.language_model import ModelTerm
from indexer.index.segment import SegmentData
from indexer.index.snapshot import Snapshot
from indexer.match.statistics import Statistics
from indexer.suggest.function_words import ASKING, CONNECTING

# At most so many pairs of a query are looked up, the rarest ones.
_MOST_PAIRS = 8
_SILENT = ASKING | CONNECTING
Words = tuple[str, ...]
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Subject:
    """A half-typed query as normalised syllables with diacritics, `said`, over the public entries of `snapshot`, which `counted`
    knows."""

    snapshot: Snapshot
    counted: Statistics
    said: Words

    @cached_property
    def shares(self) -> tuple[Floats, ...] | None:
        """For each segment an array with one share for each entry: how much of the weight of the pairs of the query it has. None
        where the query has no pair that says something."""
        pairs = self._pairs()
        if not pairs:
            return None
        total = sum(pairs.values())
        return tuple(_of_segment(segment.held, pairs, total) for segment, _ in self.snapshot.parts())

    def _pairs(self) -> dict[tuple[str, str], float]:
        """The pairs of the query that say something, each with its weight: the logarithm of how rare it is."""
        base = language_model.base()
        weights = {
            both: math.log((base.documents + 1) / (base.frequency(ModelTerm(both, (False, False))) + 1))
            for both in pairwise(self.said)
            if _SILENT.isdisjoint(both)
        }
        rarest = sorted(weights, key=lambda both: (-weights[both], both))[:_MOST_PAIRS]
        return {both: weights[both] for both in rarest}


def _of_segment(held: SegmentData, pairs: dict[tuple[str, str], float], total: float) -> Floats:
    shares = np.zeros(held.size, np.float32)
    for (first, second), weight in pairs.items():
        numbers = [held.numbers.get(word, -1) for word in (first, second)]
        term = held.pair(*numbers) if min(numbers) >= 0 else -1
        if term >= 0:
            shares[held.postings(term)[0]] += np.float32(weight / total)
    return shares
