"""Finds amounts in texts, for questions such as "vượt đèn đỏ phạt bao nhiêu tiền".

This module decides which words are an amount: a number before a unit of money, or before what a share is taken of. Signs
such as % are not in the index. Terms, bodies and persons were tried in the same way and brought nothing.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.index.snapshot import Segment

Words = NDArray[Any]
Kinds = NDArray[np.uint8]
_NUMBER, _UNIT = 1, 2
_UNITS = "đồng triệu tỷ nghìn lần phần mức tiền giá tổng lương vốn doanh thuế".split()


def kinds(segment: Segment) -> Kinds:
    """For each word of `segment`, whether it is a number, or a word that follows the number of an amount. The result is
    cached."""

    def make() -> tuple[Kinds]:
        made = np.zeros(len(segment.held.words), np.uint8)
        made[[place for place, word in enumerate(segment.held.words) if word[0].isdigit()]] = _NUMBER
        made[[segment.held.numbers[word] for word in _UNITS if word in segment.held.numbers]] = _UNIT
        return (made,)

    return segment.cached(("amount words",), make)[0]


def places(words: Words, of_word: Kinds, begins: NDArray[np.int64]) -> NDArray[np.int64]:
    """Find the amounts in `words`, the word numbers of texts put one after the other. `begins` are the positions at which texts
    begin, and `of_word` comes from `kinds`. Returns the positions of their numbers in `words`, ascending."""
    said = of_word[words]
    found = np.flatnonzero((said[:-1] == _NUMBER) & (said[1:] == _UNIT))
    # The last word of a text and the first of the next say nothing together.
    return found[~np.isin(found + 1, begins)]
