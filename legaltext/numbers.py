"""Document numbers as printed: one key for one number, its parts, and how one looks inside text.

Follows the parts of Decree 30/2020, Appendix I (number / year / symbol). A key alone is not unique: the same
number is given in each province and each year.
"""

import re
from dataclasses import dataclass
from string import ascii_uppercase

from legaltext.letters import squeeze
from legaltext.text import fold

_PIECE = r"(?:[A-ZĐƯƠÔ]+[a-zđ]?)+\d{0,2}"
_SYMBOL = _PIECE + r"(?:(?:\s?[-–—]\s?|&)" + _PIECE + r")*"
# A full number (with its symbol) in clean text: of the state, and of the party ("18-NQ/TW").
WRITTEN = re.compile(
    r"(?<![\w/.\-])(?P<no>\d{1,5}[a-zA-Z]?)\s?/\s?(?:(?P<year>(?:19|20)\d{2})\s?/\s?)?(?P<sym>"
    + _SYMBOL
    + r")(?!\w)"
)
PARTY = re.compile(
    r"(?<![\w/])(?P<no>\d{1,4})\s?[-–]\s?(?P<sym>[A-ZĐ]{1,4}[a-zđ]?[A-ZĐ]?\s?/\s?[A-ZĐ]{2,10})(?!\w)"
)
_KEY = re.compile(r"(?P<no>\d{1,5}[A-Z]?)(?:/(?P<year>(?:19|20)\d{2})(?=/|$))?[/\-]?(?P<sym>.*)")


@dataclass(frozen=True)
class NumberParts:
    """A normalised key taken apart."""

    no: str
    year: int | None
    symbol: tuple[str, ...]


def normalise_number(text: str) -> str:
    """Key of a printed number: no leading zeros, folded upper case, no spaces: "05 /QyĐ–SGDĐT" → "5/QYD-
    SGDDT"."""
    key = re.sub(r"\s+", "", fold(text).upper())
    key = re.sub(r"[‐-―−_]", "-", key)
    key = re.sub(r"^(?:SO|SỐ):?(?=\d)", "", key)
    return re.sub(r"^0+(?=\d)", "", key)


def split_number(key: str) -> NumberParts | None:
    """The parts of a key made by `normalise_number`; None where it is no number ("KHÔNG SỐ")."""
    found = _KEY.fullmatch(key)
    if not found:
        return None
    year = int(found["year"]) if found["year"] else None
    return NumberParts(found["no"], year, tuple(re.findall(r"[A-Z0-9]+", found["sym"])))


def parts_of(number: str) -> NumberParts | None:
    """The parts of a printed number; None where it is none."""
    return split_number(normalise_number(number))


def figures(no: str) -> int:
    """A number without the letter behind it: "5A" → 5."""
    return int(no.rstrip(ascii_uppercase))


def without_zeros(no: str) -> str:
    """A number without the zeros before it: "05" → "5", "0" stays."""
    bare = no.lstrip("0")
    return bare if bare[:1].isdigit() else f"0{bare}"


def is_year(word: str) -> bool:
    """Whether a word can be the year of a number."""
    return len(word) == 4 and word.isdecimal() and 1900 <= int(word) <= 2099


def tidy_number(raw: str) -> str:
    """A number without spaces around separators, en dashes as hyphens ("140 /KH – X" → "140/KH-X")."""
    return re.sub(r"\s*([-–/&])\s*", lambda m: m[1].replace("–", "-"), squeeze(raw)).rstrip("-/.")
