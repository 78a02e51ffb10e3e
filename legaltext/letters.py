"""Vietnamese letters: capital and small, and words spaced out for looks."""

from __future__ import annotations

import re

LOWER = "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệfghiìíỉĩịjklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvwxyỳýỷỹỵz"
UPPER = LOWER.upper()


def squeeze(text: str) -> str:
    """Single spaces, no spaces at the ends."""
    return re.sub(r"\s+", " ", text).strip()


def is_capitals(text: str) -> bool:
    """True where the letters of a text are (almost) all capitals: one lower-case word in ten is forgiven."""
    letters = [c for c in text if c.isalpha()]
    return bool(letters) and sum(c.isupper() for c in letters) >= 0.9 * len(letters)


def capitalise(text: str) -> str:
    """The first letter made a capital, the rest untouched."""
    for place, letter in enumerate(text):
        if letter.isalpha():
            return text[:place] + letter.upper() + text[place + 1 :]
    return text
