"""Which neighbouring syllables make up a word, "giáo dục", by how often law and public texts write them side by side, in any
spelling where they were typed without marks.

Decides what a minus leaves out: the whole word that begins behind it, not one syllable of it and not the other.
"""

import math
from collections.abc import Sequence
from functools import lru_cache
from itertools import takewhile

from indexer import model
from indexer.model import Term
from indexer.syntax import Note, Token
from indexer.text import has_marks

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
    frequency = model.base().frequency
    both = frequency(Term(words, free))
    alone = [frequency(Term((word,), (bare,))) for word, bare in zip(words, free, strict=True)]
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


def left_out_whole(held: Sequence[Token], notes: list[Note]) -> list[Token]:
    """The tokens with words of several syllables behind a minus as phrases, each noted."""
    if not any([token.kind == "not" for token in held]):
        return list(held)
    kept: list[Token] = []
    place = 0
    while place < len(held):
        whole = _word(held, place) if kept and kept[-1].kind == "not" else held[place].said
        if len(whole) > len(held[place].said):
            notes.append(Note("whole_word_left_out", " ".join(whole), whole[0]))
            kept.append(Token("phrase", " ".join(whole), whole))
            place += len(whole)
        else:
            kept.append(held[place])
            place += 1
    return kept


def _word(held: Sequence[Token], place: int) -> tuple[str, ...]:
    """The syllables of the word that begins at a place, each a token of its own."""
    single = takewhile(lambda token: token.kind == "word" and len(token.said) == 1, held[place:])
    syllables = [token.said[0] for token in single]
    linked = list(takewhile(lambda at: is_linked(syllables[at - 1], syllables[at]), range(1, len(syllables))))
    return tuple(syllables[: len(linked) + 1])
