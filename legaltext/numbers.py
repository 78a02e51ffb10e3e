"""Document numbers as printed: the patterns that find them in a text, their normalised keys, and their parts.

The parts follow Decree 30/2020/NĐ-CP, Appendix I (serial number / year / symbol). Reading uses the patterns
to find citations and the number of a document itself; the search engine uses them to find numbers in a query.
`indexer.query.numbers` handles numbers that people type carelessly. A key alone does not identify a document,
because each province gives the same numbers each year.
"""

import re
from dataclasses import dataclass
from string import ascii_uppercase

from legaltext.letters import UPPER, squeeze
from legaltext.text import clean, fold

# The content of a character class: the hyphen and every dash found for it in files, also the no-break hyphen of
# Word.
_DASHES = r"\-‐-―−"
_PIECE = r"(?:[A-ZĐƯƠÔ]++[a-zđ]?)+\d{0,2}"
_SYMBOL = rf"{_PIECE}(?:(?:\s?[{_DASHES}/]\s?|&){_PIECE})*"
_NO, _YEAR = r"(?P<no>\d{1,5}[a-zA-Z]?)", r"(?P<year>(?:19|20)\d{2})"
# A full number of a state body in clean text: "30/2020/NĐ-CP", "18/NQ/TW". Some files lose the space after it:
# "CPngày".
WRITTEN = re.compile(
    rf"(?<![\w/.\-])(?<!\d[:,]){_NO}\s?/\s?(?:{_YEAR}\s?/\s?)?(?P<symbol>{_SYMBOL})(?:(?!\w)|(?=ngày|của|về|do|và))"
)
# A full number of a body of the Party: "18-NQ/TW", "12-KH/ĐU".
PARTY = re.compile(
    rf"(?<![\w/])(?P<no>\d{{1,4}})\s?[{_DASHES}]\s?(?P<symbol>[A-ZĐ]{{1,4}}[a-zđ]?[A-ZĐ]?\s?/\s?[A-ZĐƯ]{{2,10}})(?!\w)"
)
# Numbers from before 1997 have no slash ("113-CP", "157-HĐBT"); only the word "số" before them shows that they
# are numbers.
OLD = re.compile(rf"(?<=số )(?P<no>\d{{1,4}})\s?[{_DASHES}]\s?(?P<symbol>CP|HĐBT|TTg|LCT|CT)(?!\w|/)")
# The number after the label "Số:" of a heading. Here lower-case letters and a dash before the symbol are intended.
LABELLED = re.compile(
    rf"^{_NO}\s?(?:/\s?{_YEAR}\s?)?[/{_DASHES}]\s?"
    rf"(?P<symbol>[{UPPER}][\w&Đđ]*(?:\s?[{_DASHES}/&]\s?[{UPPER}\d][\w&]*)*)"
)
# "TƯ" at the end of a part that has a separator before it: "NQ/TƯ", "HD/BTCTƯ". After a blank it is the word "tư" (đầu tư).
_CENTRE = re.compile(rf"([/{_DASHES}]\s?[^\W\d_]*)T[Ưư](?!\w)", re.IGNORECASE)
# A symbol alone, in capitals: "TƯ", "BTCTƯ".
_CENTRE_ALONE = re.compile(r"([A-ZĐ]*)T[Ưư]")
_PRINTED = re.compile(rf"(?:số\s*:?\s*)?\d{{1,5}}[A-ZĐ]?\s*(?:/\s*(?:19|20)\d{{2}}\s*(?=/|$))?[/{_DASHES}]?\s*(?P<sym>.*)", re.I)
_KEY = re.compile(r"(?P<no>\d{1,5}[A-Z]?)(?:/(?P<year>(?:19|20)\d{2})(?=/|$))?[/\-]?(?P<sym>.*)")


@dataclass(frozen=True)
class NumberParts:
    """The parts of a normalised document number: `no` is the serial number with the letter after it, if any
    ("5A"), `year` is the year or None, and `symbol` is the symbol split at its separators ("QD-UBND" gives
    ("QD", "UBND"))."""

    no: str
    year: int | None
    symbol: tuple[str, ...]


def normalise_number(text: str) -> str:
    """Return the key by which the document number `text` is compared with others: without diacritics, spaces and leading
    zeros, and in capitals. "05 /QyĐ–SGDĐT" gives "5/QYD-SGDDT"."""
    key = re.sub(r"\s+", "", fold(with_centre(text)).upper())
    key = re.sub(rf"[{_DASHES}_]", "-", key)
    key = re.sub(r"^(?:SO|SỐ):?(?=\d)", "", key)
    return re.sub(r"^0+(?=\d)", "", key)


def with_centre(text: str) -> str:
    """Clean `text` as `legaltext.text.clean` does, and correct "TƯ" to "TW" in document numbers: "18-NQ/TƯ" gives
    "18-NQ/TW". Both stand for "trung ương", the central bodies of the Party. Without diacritics "TƯ" would look like "TU", a
    provincial committee. The word "tư" in a text stays."""
    text = clean(text)
    alone = _CENTRE_ALONE.fullmatch(text.strip())
    return f"{alone[1]}TW" if alone else _CENTRE.sub(r"\1TW", text)


def split_number(key: str) -> NumberParts | None:
    """Split `key`, a document number in the form that `normalise_number` returns, into its parts. Returns None where `key`
    is not a document number ("KHONG SO", that is "without a number")."""
    found = _KEY.fullmatch(key)
    if not found:
        return None
    year = int(found["year"]) if found["year"] else None
    return NumberParts(found["no"], year, tuple(re.findall(r"[A-Z0-9]+", found["sym"])))


def parts_of(number: str) -> NumberParts | None:
    """Split `number`, a document number as printed, into its parts. Returns None where `number` is not a document
    number."""
    return split_number(normalise_number(number))


def printed_symbol(number: str) -> str:
    """The symbol of `number`, a document number as printed, which follows the serial number and the year: "12/QĐ-SGDĐT" gives
    "QĐ-SGDĐT", and "18/2020/NĐ-CP" gives "NĐ-CP". A number that does not begin with a serial number is returned whole."""
    found = _PRINTED.fullmatch(with_centre(number).strip())
    return found["sym"] if found else number


def figures(no: str) -> int:
    """The serial number `no` as an integer, without the letter after it: "5A" gives 5. Raises ValueError where `no` has no
    digits."""
    return int(no.rstrip(ascii_uppercase))


def printed_serial(no: int) -> str:
    """Print a serial number as documents and registers do, with a leading zero below 10 (Decree 30/2020/NĐ-CP, Annex I):
    5 gives "05"."""
    return f"{no:02d}"


def printed_number(no: int, symbol: str, organ: str, *, year: int | None = None, field: str = "") -> str:
    """Print a document number: 46, "QĐ", "SGDĐT" give "46/QĐ-SGDĐT". Without a type symbol `field` follows the organ, the
    abbreviation of the drafting unit or of the field of work: 5, "", "BNV", field="VP" give "05/BNV-VP". With `year` it
    stands after the serial number: "45/2020/NĐ-CP" (Decree 30/2020/NĐ-CP, Annex I)."""
    parts = (symbol, organ) if symbol else (organ, field)
    serial = printed_serial(no) if year is None else f"{printed_serial(no)}/{year}"
    return f"{serial}/{'-'.join(part for part in parts if part)}"


def without_zeros(no: str) -> str:
    """Remove leading zeros from the serial number `no`: "05" gives "5", and "0" stays "0"."""
    bare = no.lstrip("0")
    return bare if bare[:1].isdigit() else f"0{bare}"


def is_year(word: str) -> bool:
    """Whether `word` can be the year in a document number: four digits from 1900 to 2099."""
    return len(word) == 4 and word.isdecimal() and 1900 <= int(word) <= 2099


def tidy_number(raw: str) -> str:
    """Remove spaces around the separators of `raw`, a printed document number, and write hyphens in place of dashes: "140
    /KH – X" gives "140/KH-X"."""
    joined = re.sub(r"\s*([/&])\s*", r"\1", re.sub(rf"\s*[{_DASHES}]\s*", "-", squeeze(raw)))
    return joined.rstrip("-/.")
