"""Vietnamese letters: the alphabet in small and capital letters, and functions that test for capitals, write a
capital at the beginning of a text, and reduce spaces to one between words."""

from __future__ import annotations

import re

LOWER = "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệfghiìíỉĩịjklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvwxyỳýỷỹỵz"
UPPER = LOWER.upper()
# The vowels as letters without diacritics.
VOWELS = frozenset("aeiouy")


def squeeze(text: str) -> str:
    """Return `text` with one space between words and none at either end. Tabs and line ends count as
    spaces."""
    return re.sub(r"\s+", " ", text).strip()


def is_capitals(text: str) -> bool:
    """Whether at least nine in ten letters of `text` are capitals, so that a few small letters do not matter.
    False for a text without letters."""
    letters = [c for c in text if c.isalpha()]
    return bool(letters) and sum(c.isupper() for c in letters) >= 0.9 * len(letters)


def capitalise(text: str) -> str:
    """Return `text` with its first letter as a capital and the rest unchanged."""
    for place, letter in enumerate(text):
        if letter.isalpha():
            return text[:place] + letter.upper() + text[place + 1 :]
    return text
