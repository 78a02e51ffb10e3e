"""Which neighbouring syllables make up a word, "giáo dục", by how often law and public texts write them side by side, in any
spelling where they were typed without marks.

Decides what a minus leaves out: the whole word that begins behind it, not one syllable of it and not the other.
"""

import math
from functools import lru_cache

from indexer.analysis import language_model
from indexer.analysis.language_model import ModelTerm
from legaltext.text import has_marks

# Of the places where either syllable stands, so many stand beside the other: "thanh tra" .14, "công chức" .07; where a
# word ends it is mostly less ("giám sát | đầu tư" .007, "ở | cơ" .055, but "dịch vụ | công" .079).
_LINKED = 0.06
# Or where the geometric mean of both shares is so large: that tells words of two frequent syllables ("dân chủ" .047, "đại
# hội" .044) from ends of words ("ở | cơ" .026, "đào tạo | nghề" .036).
_LINKED_BOTH = 0.04
# Words of two frequent syllables have less, "công nhân" .025, no more than some ends of words ("ở | cơ" .055).
_PERHAPS_LINKED = 0.02


@lru_cache(maxsize=4096)
def _shares(first: str, second: str) -> tuple[float, float]:
    """Of the provisions with each of two words the share in which they stand side by side."""
    words, free = (first, second), (not has_marks(first), not has_marks(second))
    frequency = language_model.base().frequency
    both = frequency(ModelTerm(words, free))
    alone = [frequency(ModelTerm((word,), (bare,))) for word, bare in zip(words, free, strict=True)]
    return both / max(alone[0], 1), both / max(alone[1], 1)


def together(first: str, second: str) -> float:
    """The share of the provisions with the rarer of two words in which they stand side by side."""
    return max(_shares(first, second))


def is_linked(first: str, second: str) -> bool:
    """Whether two neighbouring syllables belong to one word, or to a name that is always said so."""
    shares = _shares(first, second)
    return max(shares) >= _LINKED or math.prod(shares) >= _LINKED_BOTH**2


def is_perhaps_linked(first: str, second: str) -> bool:
    """Whether they may, where taking two words for one does no harm."""
    return together(first, second) >= _PERHAPS_LINKED

