"""Words that are near each other, in any order."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
_NEVER = 1 << 60


def near(places: Ints, fills: Bools, distance: int) -> Bools:
    """Which of some places have a word asked for and belong to a stretch that has all of them, whose first and last place
    are at most `distance` apart.

    `places` ascend; `fills[word, place]` tells whether the word at a place answers for a word asked for. One place may
    answer for several words that have a spelling in common.
    """
    if not len(places) or not len(fills):
        return np.zeros(len(places), bool)
    ahead = np.where(fills, places, _NEVER)[:, ::-1]
    # For each place where the nearest stretch that begins there ends.
    behind = np.minimum.accumulate(ahead, axis=1)[:, ::-1].max(0)
    begun = np.where(behind - places <= distance, places, -_NEVER)
    kept: Bools = (places - np.maximum.accumulate(begun) <= distance) & fills.any(0)
    return kept


def near_words(words: Sequence[tuple[str, str]], asked: Sequence[tuple[str, bool]], distance: int) -> Bools:
    """The same for the words of a text in their order, each as (with tones, folded). A word asked for is given with whether
    any spelling of it answers: then it is folded."""
    exact, folded = ({text for text, free in asked if free is any_spelling} for any_spelling in (False, True))
    places = [place for place, (toned, bare) in enumerate(words) if toned in exact or bare in folded]
    fills = [[words[place][free] == text for place in places] for text, free in asked]
    kept = np.zeros(len(words), bool)
    kept[places] = near(np.array(places, np.int64), np.array(fills, bool), distance)
    return kept
