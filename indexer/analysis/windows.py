"""Finds words that are near each other, in any order or in the order typed."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
_NEVER = 1 << 60


def near(places: Ints, fills: Bools, distance: int, ordered: bool = False) -> Bools:
    """Find words of a text that are near each other. They lie in a stretch of the text that contains all words of a query, and
    the position of its last word is at most `distance` greater than that of its first.

    `places` are positions in the text, ascending. `fills` is a mask of shape (words of the query, places): `fills[w, i]` is
    True where the text has word number w of the query at `places[i]`. One place may match several words of the query that share
    a spelling. With `ordered` True the words must also come in the order of the rows of `fills`.

    Returns a mask over `places`. It is True for the places that match a word of the query and belong to such a stretch."""
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
    """Compute what `near` returns with `ordered` True, from the same `places`, `fills` and `distance`. For each place of the
    first word of the query, the nearest place of the second word behind it is taken, from there the nearest of the third, and
    so on."""
    count = len(places)
    # Index `count` means that there is no such place.
    nearest = np.full((len(fills), count + 2), count)
    nearest[:, :count][fills] = np.nonzero(fills)[1]
    nearest = np.minimum.accumulate(nearest[:, ::-1], axis=1)[:, ::-1]
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
    """Find words of a text that are near each other, as `near` does, from the words themselves. `words` are the words of
    the text in order, each as (with diacritics, without diacritics). `asked` are the words of the query, each as (spelling,
    any): `any` is True if any spelling matches, and then `spelling` has no diacritics. `distance` and `ordered` are as in
    `near`. Returns a mask over `words`, True for those that match a word of the query and belong to such a stretch.
    """
    exact, folded = ({text for text, free in asked if free is any_spelling} for any_spelling in (False, True))
    places = [place for place, (toned, bare) in enumerate(words) if toned in exact or bare in folded]
    fills = [[words[place][free] == text for place in places] for text, free in asked]
    kept = np.zeros(len(words), bool)
    kept[places] = near(np.array(places, np.int64), np.array(fills, bool), distance, ordered)
    return kept
