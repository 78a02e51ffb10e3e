"""Document numbers as printed: what one looks like in a text, its one key, and its parts.

Reading finds citations and a document's own number by these patterns, and the search engine numbers in a question; how
people type one carelessly is left to `indexer.query.parser.numbers`. Follows the parts of Decree 30/2020, Appendix I (number / year / symbol). A key alone is not unique: the same
number is given in each province and each year.
"""

import re
from dataclasses import dataclass
from string import ascii_uppercase

from legaltext.letters import UPPER, squeeze
from legaltext.text import clean, fold

# For a class of characters: the hyphen, and every dash that files carry for it, the no-break hyphen of Word among them.
_DASHES = r"\-‐-―−"
_PIECE = r"(?:[A-ZĐƯƠÔ]++[a-zđ]?)+\d{0,2}"
_SYMBOL = rf"{_PIECE}(?:(?:\s?[{_DASHES}/]\s?|&){_PIECE})*"
_NO, _YEAR = r"(?P<no>\d{1,5}[a-zA-Z]?)", r"(?P<year>(?:19|20)\d{2})"
# A full number of the state in clean text: "30/2020/NĐ-CP", "18/NQ/TW". Files lose the space behind it: "CPngày".
WRITTEN = re.compile(
    rf"(?<![\w/.\-])(?<!\d[:,]){_NO}\s?/\s?(?:{_YEAR}\s?/\s?)?(?P<symbol>{_SYMBOL})(?:(?!\w)|(?=ngày|của|về|do|và))"
)
# A full number of the Party: "18-NQ/TW", "12-KH/ĐU".
PARTY = re.compile(
    rf"(?<![\w/])(?P<no>\d{{1,4}})\s?[{_DASHES}]\s?(?P<symbol>[A-ZĐ]{{1,4}}[a-zđ]?[A-ZĐ]?\s?/\s?[A-ZĐƯ]{{2,10}})(?!\w)"
)
# Numbers of before 1997 have no stroke ("113-CP", "157-HĐBT") and are told by "số" alone.
OLD = re.compile(rf"(?<=số )(?P<no>\d{{1,4}})\s?[{_DASHES}]\s?(?P<symbol>CP|HĐBT|TTg|LCT|CT)(?!\w|/)")
# What stands behind the label "Số:" of a heading, where small letters and a dash before the symbol are no accident.
LABELLED = re.compile(
    rf"^{_NO}\s?(?:/\s?{_YEAR}\s?)?[/{_DASHES}]\s?"
    rf"(?P<symbol>[{UPPER}][\w&Đđ]*(?:\s?[{_DASHES}/&]\s?[{UPPER}\d][\w&]*)*)"
)
_CENTRE = re.compile(rf"([/{_DASHES}]\s?)T[Ưư](?!\w)", re.IGNORECASE)
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
    key = re.sub(r"\s+", "", fold(with_centre(text)).upper())
    key = re.sub(rf"[{_DASHES}_]", "-", key)
    key = re.sub(r"^(?:SO|SỐ):?(?=\d)", "", key)
    return re.sub(r"^0+(?=\d)", "", key)


def with_centre(text: str) -> str:
    """Clean text with the Party's centre as its own numbers write it, TW: newspapers and typists write "18-NQ/TƯ" (trung
    ương), which without diacritics would be the committee of a province ("06-KL/TU", Tỉnh ủy)."""
    return _CENTRE.sub(r"\1TW", clean(text))


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
    """A number without spaces around separators, dashes as hyphens ("140 /KH – X" → "140/KH-X")."""
    joined = re.sub(r"\s*([/&])\s*", r"\1", re.sub(rf"\s*[{_DASHES}]\s*", "-", squeeze(raw)))
    return joined.rstrip("-/.")
