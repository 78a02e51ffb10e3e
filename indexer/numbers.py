"""Document numbers: one key for one number, and understanding a number as people type it.

Follows the parts of Decree 30/2020, Appendix I (number / year / symbol). A key alone is not unique: the
same number is given in each province and each year; who resolves it uses issuer and year too.
"""

import re
from dataclasses import dataclass, replace

from indexer.text import clean, fold

# Printed type names (folded) and the abbreviations that symbols carry: Decree 30/2020, Appendix III, and
# legislation.
TYPE_ABBREVIATIONS = {
    "nghi quyet": "NQ",
    "quyet dinh": "QD",
    "chi thi": "CT",
    "quy che": "QC",
    "quy dinh": "QYD",
    "thong cao": "TC",
    "thong bao": "TB",
    "huong dan": "HD",
    "chuong trinh": "CTR",
    "ke hoach": "KH",
    "phuong an": "PA",
    "de an": "DA",
    "du an": "DA",
    "bao cao": "BC",
    "bien ban": "BB",
    "to trinh": "TTR",
    "hop dong": "HD",
    "cong dien": "CD",
    "ban ghi nho": "BGN",
    "ban thoa thuan": "BTT",
    "giay uy quyen": "GUQ",
    "giay moi": "GM",
    "giay gioi thieu": "GGT",
    "giay nghi phep": "GNP",
    "phieu gui": "PG",
    "phieu chuyen": "PC",
    "phieu bao": "PB",
    "nghi dinh": "ND",
    "thong tu lien tich": "TTLT",
    "thong tu": "TT",
    "phap lenh": "PL",
    "van ban hop nhat": "VBHN",
    "nghi quyet lien tich": "NQLT",
    "luat": "",
    "bo luat": "",
    "cong van": "",
    "thu cong": "",
    "lenh": "L",
}
_OTHERS = ("SY", "SL", "TRS", "CP", "TTG", "UBND", "HDND")
_KNOWN = {value for value in TYPE_ABBREVIATIONS.values() if value}.union(_OTHERS)
_TYPES_FIRST = sorted(TYPE_ABBREVIATIONS, key=len, reverse=True)

_PIECE = r"(?:[A-ZĐƯƠÔ]+[a-zđ]?)+\d{0,2}"
_SYMBOL = _PIECE + r"(?:(?:\s?[-–—]\s?|&)" + _PIECE + r")*"
_WRITTEN = re.compile(
    r"(?<![\w/.\-])(?P<no>\d{1,5}[a-zA-Z]?)\s?/\s?(?:(?P<year>(?:19|20)\d{2})\s?/\s?)?(?P<sym>"
    + _SYMBOL
    + r")(?!\w)"
)
_PARTY = re.compile(
    r"(?<![\w/])(?P<no>\d{1,4})\s?[-–]\s?(?P<sym>[A-ZĐ]{1,4}[a-zđ]?[A-ZĐ]?\s?/\s?[A-ZĐ]{2,10})(?!\w)"
)
_NO_YEAR = re.compile(r"(?<![\w/.\-])(?P<no>\d{1,5}[a-zA-Z]?)/(?P<year>(?:19|20)\d{2})(?![\w/])")
# As typed in lower case; what counts as a symbol is judged piece by piece.
_TYPED = re.compile(
    r"(?<![\w/.\-])(?P<no>\d{1,5}[a-z]?)/(?:(?P<year>(?:19|20)\d{2})/)?(?P<sym>[^\W\d_]+\d{0,2}(?:-[^\W\d_]+\d{0,2})*)"
    r"(?![\w/])",
    re.IGNORECASE,
)
# "khoản 2 Điều 3 của", with or without marks: where in the document, not which one.
_PLACE = re.compile(
    r"(?<!\w)(?:điều|dieu|khoản|khoan|điểm|diem)\s+(?:\d{1,4}[a-zđ]?|[a-zđ])(?!\w)[,;]?(?:\s+(?:của|cua)(?!\w))?",
    re.IGNORECASE,
)
_KEY = re.compile(r"(?P<no>\d{1,5}[A-Z]?)(?:/(?P<year>(?:19|20)\d{2})(?=/|$))?[/\-]?(?P<sym>.*)")
_VIETNAMESE_SYLLABLE = re.compile(
    r"(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdghklmnpqrstvx])?[aeiouy]{1,3}(?:ng|nh|ch|[cmnpt])?"
)
_NUMBER_TOKEN = re.compile(r"\d{1,5}[a-z]?")


@dataclass(frozen=True)
class NumberQuery:
    """A document number in a question; `rest` is what else was asked ("" when the number is the whole
    question)."""

    no: str
    year: int | None
    symbol: tuple[str, ...]
    type_name: str = ""
    rest: str = ""


@dataclass(frozen=True)
class NumberParts:
    """A normalised key taken apart."""

    no: str
    year: int | None
    symbol: tuple[str, ...]


def _strip_zeros(no: str) -> str:
    bare = no.lstrip("0")
    return bare if bare[:1].isdigit() else f"0{bare}"


def normalise_number(text: str) -> str:
    """Key of a printed number: no leading zeros, folded upper case, no spaces: "05 /QyĐ–SGDĐT" → "5/QYD-
    SGDDT"."""
    key = re.sub(r"\s+", "", fold(text).upper())
    key = re.sub(r"[‐-―−]", "-", key)
    key = re.sub(r"^(?:SO|SỐ):?(?=\d)", "", key)
    return re.sub(r"^0+(?=\d)", "", key)


def split_number(key: str) -> NumberParts | None:
    """The parts of a key made by `normalise_number`; None where it is no number ("KHÔNG SỐ")."""
    found = _KEY.fullmatch(key)
    if not found:
        return None
    year = int(found["year"]) if found["year"] else None
    return NumberParts(found["no"], year, tuple(re.findall(r"[A-Z0-9]+", found["sym"])))


def find_numbers(text: str) -> list[str]:
    """Keys of all full numbers written in a text (number with symbol), in order."""
    cleaned = clean(text)
    found = [*_WRITTEN.finditer(cleaned), *_PARTY.finditer(cleaned)]
    return [normalise_number(match.group()) for match in sorted(found, key=lambda match: match.start())]


def _is_symbol_token(token: str) -> bool:
    if token.upper() in _KNOWN or re.fullmatch(r"qh\d{1,2}|ubtvqh\d{1,2}", token):
        return True
    return token.isalnum() and not token[0].isdigit() and not _VIETNAMESE_SYLLABLE.fullmatch(token)


def _type_prefix(words: str) -> tuple[str, str]:
    for name in _TYPES_FIRST:
        if words == name or words.startswith(name + " "):
            return name, words[len(name) :].strip()
    return "", words


def _is_year(token: str) -> bool:
    return len(token) == 4 and token.isdigit() and 1900 <= int(token) <= 2099


def _whole(text: str) -> NumberQuery | None:
    """The whole question as a number in any spelling, or None."""
    spaced = re.sub(r"[^\w]+|_", " ", fold(text)).strip()
    type_name, spaced = _type_prefix(spaced)
    spaced = re.sub(r"^so (?=\S)", "", spaced)
    glued = re.sub(r"^([a-z]+)(\d{1,5})(?=\s|$)", r"\1 \2", spaced)
    pieces = spaced.split() if re.match(r"(?:qh|ubtvqh)\d", spaced) else glued.split()
    numbers = [piece for piece in pieces if _NUMBER_TOKEN.fullmatch(piece)]
    symbols = [piece for piece in pieces if not _NUMBER_TOKEN.fullmatch(piece)]
    if not 1 <= len(numbers) <= 2 or not all(map(_is_symbol_token, symbols)):
        return None
    years = [number for number in numbers[1:] if _is_year(number)]
    if len(numbers) - len(years) != 1 or (_is_year(numbers[0]) and not (years or symbols or type_name)):
        return None
    abbreviation = TYPE_ABBREVIATIONS.get(type_name, "")
    symbol = tuple(([abbreviation] if abbreviation else []) + [piece.upper() for piece in symbols])
    year = int(years[0]) if years else None
    return NumberQuery(_strip_zeros(numbers[0].upper()), year, symbol, "" if abbreviation else type_name)


def parse_number_query(text: str) -> NumberQuery | None:
    """The document number that a question is, or holds in full; None where it holds none.

    Điều, khoản and điểm asked for beside it are in `rest`.
    """
    cleaned = " ".join(clean(text).replace('"', " ").split())
    if len(cleaned) <= 80 and (whole := _whole(cleaned) or _beside_places(cleaned)):
        return whole
    for pattern in (_WRITTEN, _PARTY, _NO_YEAR, _TYPED):
        if found := pattern.search(cleaned):
            parts = split_number(normalise_number(found.group()))
            if parts and (pattern is not _TYPED or all(map(_is_symbol_token, fold(found["sym"]).split("-")))):
                rest = f"{cleaned[: found.start()]} {cleaned[found.end() :]}"
                return NumberQuery(parts.no, parts.year, parts.symbol, "", " ".join(rest.split()))
    return None


def _beside_places(cleaned: str) -> NumberQuery | None:
    """The number that is left once the Điều, khoản and điểm are taken out: "nđ 151/2024 điều 3"."""
    places = _PLACE.findall(cleaned)
    found = _whole(_PLACE.sub(" ", cleaned)) if places else None
    if found is None or not (found.year or found.symbol or found.type_name):
        return None
    return replace(found, rest=" ".join(places))


def number_matches(query: NumberQuery, parts: NumberParts, year: int | None, type_name: str) -> bool:
    """Whether a document (its number taken apart, its year, its folded type name) is the one asked for."""
    if query.no != parts.no:
        return False
    if query.year is not None and query.year not in (parts.year, None if parts.year else year):
        return False
    if query.type_name and query.type_name not in type_name:
        return False
    joined = {
        "".join(parts.symbol[i:j])
        for i in range(len(parts.symbol))
        for j in range(i + 1, len(parts.symbol) + 1)
    }
    return all(piece in joined for piece in query.symbol)
