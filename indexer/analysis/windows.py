"""Finds words that are near each other, in any order or in the order typed."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
_NEVER = 1 << 60


def near(places: Ints, fills: Bools, distance: int, ordered: bool = False) -> Bools:
    """Find the stretches that hold all words of a query and whose first and last place are at most `distance` apart.

    `places` are the positions of words, ascending. `fills[word, i]` tells whether the word at `places[i]` matches the query
    word `word`; one place may match several words that share a spelling. With `ordered` the words must also come in the order
    of the rows of `fills`. Returns a mask over `places`: those that match a word and belong to such a stretch.
    """
    if not len(places) or not len(fills):
        return np.zeros(len(places), bool)
    if ordered:
        return _in_order(places, fills, distance)
    ahead = np.where(fills, places, _NEVER)[:, ::-1]
    # For each place where the nearest stretch that begins there ends.
    behind = np.minimum.accumulate(ahead, axis=1)[:, ::-1].max(0)
    begun = np.where(behind - places <= distance, places, -_NEVER)
    kept: Bools = (places - np.maximum.accumulate(begun) <= distance) & fills.any(0)
    return kept


def _in_order(places: Ints, fills: Bools, distance: int) -> Bools:
    """`near` for words in order: from each place of the first word, the nearest place of each next word behind it."""
    count = len(places)
    nearest = np.where(fills, np.arange(count), count)
    nearest = np.minimum.accumulate(nearest[:, ::-1], axis=1)[:, ::-1]
    # Index `count` means that there is no such place.
    nearest = np.pad(nearest, ((0, 0), (0, 2)), constant_values=count)
    chain = [np.flatnonzero(fills[0])]
    for row in nearest[1:]:
        chain.append(row[chain[-1] + 1])
    steps = np.stack(chain)
    steps = steps[:, steps[-1] < count]
    kept = np.zeros(count, bool)
    kept[steps[:, places[steps[-1]] - places[steps[0]] <= distance]] = True
    return kept


def near_words(
    words: Sequence[tuple[str, str]], asked: Sequence[tuple[str, bool]], distance: int, ordered: bool = False
) -> Bools:  # fmt: skip
    """`near` for a text. `words` are its words in order, each as (with tones, without diacritics). `asked` are the query
    words, each as (text, whether any spelling matches, in which case the text has no diacritics). Returns a mask over `words`.
    """
    exact, folded = ({text for text, free in asked if free is any_spelling} for any_spelling in (False, True))
    places = [place for place, (toned, bare) in enumerate(words) if toned in exact or bare in folded]
    fills = [[words[place][free] == text for place in places] for text, free in asked]
    kept = np.zeros(len(words), bool)
    kept[places] = near(np.array(places, np.int64), np.array(fills, bool), distance, ordered)
    return kept
