"""Decides which neighbouring syllables form one word ("giáo dục", education), by how often they are
neighbours in legal and public texts. Syllables typed without diacritics match any spelling.

The result decides what a minus in a query excludes: the whole word after it, not a single syllable.
"""

import math
from functools import lru_cache

from indexer.analysis import language_model
from indexer.analysis.language_model import ModelTerm
from legaltext.text import has_marks

# The share of the occurrences of either syllable in which the other is its neighbour: "thanh tra" .14, "công chức"
# .07. Across the border of two words it is mostly lower ("giám sát | đầu tư" .007, "ở | cơ" .055, but "dịch vụ |
# công" .079).
_LINKED = 0.06
# The geometric mean of both shares finds words of two frequent syllables ("dân chủ" .047, "đại hội" .044). Across a
# border it is lower ("ở | cơ" .026, "đào tạo | nghề" .036).
_LINKED_BOTH = 0.04
# Some words of two frequent syllables have less ("công nhân" .025), no more than some borders ("ở | cơ" .055).
_PERHAPS_LINKED = 0.02


@lru_cache(maxsize=16384)
def _shares(first: str, second: str) -> tuple[float, float]:
    """Count the provisions of the base model in which the syllable `second` directly follows `first`. Returns this
    count divided by the number of provisions with `first`, and divided by the number with `second`."""
    words, free = (first, second), (not has_marks(first), not has_marks(second))
    frequency = language_model.base().frequency
    both = frequency(ModelTerm(words, free))
    alone = [frequency(ModelTerm((word,), (bare,))) for word, bare in zip(words, free, strict=True)]
    return both / max(alone[0], 1), both / max(alone[1], 1)


def together(first: str, second: str) -> float:
    """The share of provisions in which `second` directly follows `first`, among the provisions that contain the
    rarer of the two syllables."""
    return max(_shares(first, second))


def is_linked(first: str, second: str) -> bool:
    """Whether the neighbouring syllables `first` and `second` belong to one word, or to a fixed name."""
    shares = _shares(first, second)
    return max(shares) >= _LINKED or math.prod(shares) >= _LINKED_BOTH**2


def leans_on(first: str, second: str, third: str) -> bool:
    """Whether the syllable `second` is followed by `third` more often than preceded by `first`: in "chỉ | tiêu chuẩn" it forms a
    word with what follows."""
    return _shares(second, third)[0] > _shares(first, second)[1]


def is_perhaps_linked(first: str, second: str) -> bool:
    """Whether the neighbouring syllables `first` and `second` may belong to one word. The test is less strict than
    `is_linked`; callers use it where a wrong True does no harm."""
    return together(first, second) >= _PERHAPS_LINKED

