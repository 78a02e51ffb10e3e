"""Finds words that are near each other, in any order or in the order typed."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
_NEVER = 1 << 60


def near(places: Ints, fills: Bools, distance: int, ordered: bool = False) -> Bools:
    """Find the words of a text that lie near each other. All words of the query must occur in one stretch of the text. The
    last word of the stretch is at most `distance` positions behind the first.

    `places` are positions in the text, ascending. `fills[w, i]` is True where the text has word number w of the query at
    `places[i]`. Several words of the query may match one place. With `ordered` True the words must come in the order of the
    query.

    Returns a mask over `places`, True for the words of the query in such a stretch."""
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
    """Find the words of a text that lie near each other in the order of the query. Parameters and result are the same as
    those of `near`."""
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
    """Find the words of a text that lie near each other. All words of the query must occur in one stretch of the text. The
    last word of the stretch is at most `distance` positions behind the first.

    `words` are the words of the text in order, each as (with diacritics, without diacritics). `asked` are the words of the
    query as (spelling, free). With free True any spelling matches, and the given one has no diacritics. With `ordered` True
    the words must come in the order of `asked`. Returns a mask over `words`, True for the words of the query in such a
    stretch.
    """
    exact, folded = ({text for text, free in asked if free is any_spelling} for any_spelling in (False, True))
    places = [place for place, (toned, bare) in enumerate(words) if toned in exact or bare in folded]
    fills = [[words[place][free] == text for place in places] for text, free in asked]
    kept = np.zeros(len(words), bool)
    kept[places] = near(np.array(places, np.int64), np.array(fills, bool), distance, ordered)
    return kept
