"""Pair the pieces of two texts by their names, by equal words and by likeness."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Mapping
from itertools import pairwise

Words = tuple[str, ...]
# All pairs are compared up to this many; of more, those that share words that few have, and of these the best of each.
ALL_PAIRS, FEW, BEST = 4_000, 12, 8


class Pairing:
    """The pieces of two lists that have no partner yet, with their words, and the pairs found so far."""

    def __init__(self, left: Mapping[int, Words], right: Mapping[int, Words]) -> None:
        self.left, self.right = dict(left), dict(right)
        self.pairs: list[tuple[int, int]] = []

    def by(self, of_left: Callable[[int], Hashable], of_right: Callable[[int], Hashable]) -> None:
        """Pair pieces for which the two functions give the same value: the first with the first, and so on."""
        groups: dict[Hashable, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
        for i in self.left:
            groups[of_left(i)][0].append(i)
        for j in self.right:
            groups[of_right(j)][1].append(j)
        for ours, theirs in groups.values():
            for i, j in zip(ours, theirs, strict=False):
                self._take(i, j)

    def equal(self, telling: int) -> None:
        """Pair pieces with the same words, at least `telling` of them."""
        # None is no list of words, so that short pieces of the two sides never meet.
        words_left, words_right = dict(self.left), dict(self.right)
        self.by(
            lambda i: words_left[i] if len(words_left[i]) >= telling else (i, "left"),
            lambda j: words_right[j] if len(words_right[j]) >= telling else (j, "right"),
        )

    # Likeness is Dice's coefficient of single words and pairs of words.
    def alike(self, least: float, budget: list[int], extra: Callable[[int, int], float]) -> None:
        """Pair pieces that are alike, the most alike first. `extra` says what counts besides, less than 0 for pieces that
        may not be paired. `budget` holds how many words may still be looked at."""
        ours = {i: _features(words) for i, words in self.left.items() if words}
        theirs = {j: _features(words) for j, words in self.right.items() if words}
        scored = []
        for i, j in _candidates(ours, theirs, budget):
            more = extra(i, j)
            if more < 0:
                continue
            budget[0] -= min(len(ours[i]), len(theirs[j]))
            if budget[0] < 0:
                break
            likeness = 2 * len(ours[i] & theirs[j]) / (len(ours[i]) + len(theirs[j]))
            if likeness >= least:
                scored.append((-likeness - more, i + j, i, j))
        for _score, _sum, i, j in sorted(scored):
            if i in self.left and j in self.right:
                self._take(i, j)

    def _take(self, i: int, j: int) -> None:
        self.pairs.append((i, j))
        del self.left[i], self.right[j]


def _features(words: Words) -> frozenset[Hashable]:
    return frozenset((*words, *pairwise(words)))


def _candidates(
    ours: Mapping[int, frozenset[Hashable]], theirs: Mapping[int, frozenset[Hashable]], budget: list[int]
) -> list[tuple[int, int]]:
    """Pairs that may be alike, the likeliest first. The order does not depend on which side is called left, except where
    it makes no difference. Features of few pieces are looked at first, as far as `budget` reaches."""
    if len(ours) * len(theirs) <= ALL_PAIRS:
        return sorted(((i, j) for i in ours for j in theirs), key=lambda pair: (abs(pair[0] - pair[1]), sum(pair)))
    holders_left, holders_right = _holders(ours), _holders(theirs)
    shared = Counter[tuple[int, int]]()
    both = [(some, others) for feature, some in holders_left.items() if (others := holders_right.get(feature))]
    for some, others in sorted(both, key=lambda sides: (len(sides[0]) * len(sides[1]), sorted(sides))):
        if len(some) > FEW or len(others) > FEW:
            continue
        budget[0] -= len(some) * len(others)
        if budget[0] < 0:
            break
        shared.update((i, j) for i in some for j in others)
    kept = _best(shared, 0) | _best(shared, 1)
    return sorted(kept, key=lambda pair: (-shared[pair], sum(pair)))


def _holders(features: Mapping[int, frozenset[Hashable]]) -> Mapping[Hashable, list[int]]:
    holders: dict[Hashable, list[int]] = defaultdict(list)
    for place, some in features.items():
        for feature in some:
            holders[feature].append(place)
    return holders


def _best(shared: Mapping[tuple[int, int], int], side: int) -> set[tuple[int, int]]:
    """Of each piece on one side, the pairs that share most."""
    by_unit: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for pair in shared:
        by_unit[pair[side]].append(pair)
    return {
        pair
        for pairs in by_unit.values()
        for pair in sorted(pairs, key=lambda pair: (-shared[pair], pair[1 - side]))[:BEST]
    }
