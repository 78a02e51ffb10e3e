"""Decide whether a word has the spelling of a Vietnamese syllable.

The rule is one of form: it knows which sounds may follow each other, and no list of words.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_ONSET = r"(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdđghklmnpqrstvx])?"
_CODA = r"(ch|ng|nh|[cmnpt]|[iyou])?"
_SYLLABLE = re.compile(
    rf"{_ONSET}(?:iê|yê|uô|ươ|ưa|ia|ya|ua|uyê|uya|uâ|uê|uơ|uy|oa|oă|oe|oo|[aăâeêioôơuưy]){_CODA}"
)
_TONES = str.maketrans(dict.fromkeys("\u0300\u0301\u0303\u0309\u0323"))
# A syllable that ends in one of these has an acute accent or a dot below.
_STOPS = ("c", "ch", "p", "t")


@lru_cache(maxsize=50_000)
def is_syllable(word: str) -> bool:
    """Whether a lower-case word has the spelling of one Vietnamese syllable, with at most one tone. A tone that
    the last consonant does not allow counts against it."""
    apart = unicodedata.normalize("NFD", word)
    flat = apart.translate(_TONES)
    if len(apart) - len(flat) > 1:
        return False
    found = _SYLLABLE.fullmatch(unicodedata.normalize("NFC", flat))
    if found is None:
        return False
    return found.group(1) not in _STOPS or "\u0301" in apart or "\u0323" in apart


def is_natural(word: str) -> bool:
    """Whether a word is a Vietnamese syllable as people write it: in small letters, in capitals, or with a
    capital at its beginning. "vÒ" is none."""
    return (word.islower() or word.isupper() or word[1:].islower()) and is_syllable(word.lower())
