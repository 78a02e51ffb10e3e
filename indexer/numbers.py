"""Understanding a document number as people type it, and which documents it fits.

Decides what in a question is a number and what else was asked. How a printed number is kept is `number_keys`'s.
"""

import re
from dataclasses import dataclass, field, replace

from indexer.number_keys import PARTY, WRITTEN
from indexer.number_keys import NumberParts as NumberParts
from indexer.number_keys import find_numbers as find_numbers
from indexer.number_keys import normalise_number as normalise_number
from indexer.number_keys import split_number as split_number
from indexer.places import Place, find_place, place_words
from indexer.spelling import sound
from indexer.symbols import RANKS_OF_TYPES, SYMBOLS_OF_ISSUERS
from indexer.symbols import TYPE_ABBREVIATIONS as TYPE_ABBREVIATIONS
from indexer.text import clean, fold, forms, spans

_OTHERS = ("SY", "SL", "TRS", "CP", "TTG", "UBND", "HDND", "TW", "TU")
_KNOWN = {value for value in TYPE_ABBREVIATIONS.values() if value}.union(_OTHERS)
_ISSUED = frozenset(SYMBOLS_OF_ISSUERS.values())
_TYPES_GLUED = ("UBTVQH", *(name for name in _KNOWN if len(name) > 1 and not set(name) & set("AEIOUY")))
_VOWELS = frozenset("AEIOUY")
_TYPES_FIRST = sorted(TYPE_ABBREVIATIONS, key=len, reverse=True)
_ISSUERS_FIRST = sorted(SYMBOLS_OF_ISSUERS, key=len, reverse=True)

# Not the month of "từ tháng 12/2020", nor the quarter of "quý 1/2025".
_TIMES = "tháng thang quý quy kỳ ky đợt dot từ tu đến den trước truoc sau".split()
_NO_YEAR = re.compile(
    "".join(f"(?<!{word} )" for word in _TIMES)
    + r"(?<![\w/.\-])(?P<no>\d{1,5}[a-zA-Z]?)/(?P<year>(?:19|20)\d{2})(?![\w/])",
    re.IGNORECASE,
)
# As typed in lower case; what counts as a symbol is judged piece by piece.
_TYPED = re.compile(
    r"(?<![\w/.\-])(?P<no>\d{1,5}[a-z]?)/(?:(?P<year>(?:19|20)\d{2})/)?(?P<sym>[^\W\d_]+\d{0,2}(?:-[^\W\d_]+\d{0,2})*)"
    r"(?![\w/])",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
_NUMBER_TOKEN = re.compile(r"\d{1,5}[a-z]?")
_ASSEMBLY = r"(?:ubtv)?qh(?:1\d|[2-9])"
_GLUED = re.compile(rf"{_ASSEMBLY}|\d+|[^\W\d_]+?(?={_ASSEMBLY}|\d|$)")
# A department behind its ministry: "TT-BCA(X13)".
_DEPARTMENT = re.compile(r"[a-z]\d{1,2}")
# "302020" is 30/2020 with its stroke lost.
_NO_AND_YEAR = re.compile(r"(\d{1,4})((?:19[4-9]|20[0-9])\d)")
_LONGEST_WHOLE = 80
# Types that a running question names with their number: "theo nghị định 100 thì phạt bao nhiêu".
_NAMED_IN_PASSING = (
    "nghi dinh",
    "thong tu lien tich",
    "thong tu",
    "nghi quyet",
    "chi thi",
    "quyet dinh",
    "phap lenh",
)
_SHORT_IN_PASSING = {"nd": "ND", "tt": "TT", "ttlt": "TTLT", "qd": "QD", "nq": "NQ"}
# What figures count, not number: "quyết định 5 người". Without marks only words that mean little else beside a number:
# "thong tu 22 quy dinh", "nghi dinh 30 van thu".
_COUNTED = frozenset(
    "ngày tháng năm người lần phần trăm triệu tỷ tỉ đồng giờ tuần quý bản ca loại việc vạn "
    "ngay thang nam nguoi lan tram trieu ty dong gio tuan loai viec".split()
)


@dataclass(frozen=True)
class NumberQuery:
    """A document number in a question; `rest` is what else was asked ("" when the number is the whole
    question), `place` the provision among it, `said` the number as typed."""

    no: str
    year: int | None
    symbol: tuple[str, ...]
    type_name: str = ""
    rest: str = ""
    place: Place = Place()
    said: str = field(default="", compare=False)


def _strip_zeros(no: str) -> str:
    bare = no.lstrip("0")
    return bare if bare[:1].isdigit() else f"0{bare}"


def _is_symbol_token(token: str) -> bool:
    if token.upper() in _KNOWN or re.fullmatch(rf"{_ASSEMBLY}|{_DEPARTMENT.pattern}", token):
        return True
    return token.isalpha() and not sound(token)


def _type_around(words: str) -> tuple[str, str]:
    """(the type name that words without marks begin or end with, the other words)."""
    padded = f" {words} "
    for name in _TYPES_FIRST:
        if padded.startswith(f" {name} "):
            return name, words[len(name) :].strip()
        if padded.endswith(f" {name} "):
            return name, words[: -len(name)].strip()
    return "", words


def _is_year(token: str) -> bool:
    return len(token) == 4 and token.isdigit() and 1900 <= int(token) <= 2099


def _pieces(word: str) -> list[str]:
    """A typed word taken apart where letters and digits were glued together: "nd30" → nd, 30."""
    return [word] if _NUMBER_TOKEN.fullmatch(word) else _GLUED.findall(word)


def _issuer_apart(words: str) -> tuple[str, list[str]]:
    """(the words without the name of an issuer, its symbol)."""
    padded = f" {words} "
    for name in _ISSUERS_FIRST:
        before, said, after = padded.partition(f" {name} ")
        if said:
            kept = f"{before.removesuffix(' cua')} {after}".strip()
            return " ".join(kept.split()), [SYMBOLS_OF_ISSUERS[name]]
    return words, []


def _no_and_year(
    numbers: list[str], year_said: str | None, has_symbol: bool
) -> tuple[str, int | None] | None:
    """The number and the year among the figures of a question, None where they are something else."""
    if len(numbers) == 1 and year_said is None:
        glued = _NO_AND_YEAR.fullmatch(numbers[0])
        if glued and has_symbol:
            return glued[1], int(glued[2])
    years = [year_said] if year_said else [number for number in numbers[1:] if _is_year(number)][:1]
    if not years and len(numbers) == 2 and _is_year(numbers[0]):
        years, numbers = numbers[:1], numbers[1:]
    others = numbers if year_said else [number for number in numbers if number not in years] or numbers[:1]
    if len(others) != 1 or len(numbers) > 2:
        return None
    return others[0], int(years[0]) if years else None


def _is_known(symbol: str) -> bool:
    """Whether a symbol is one that numbers carry, or several glued, or cannot be said as a word."""
    return (
        symbol in _KNOWN or symbol in _ISSUED or symbol.startswith(_TYPES_GLUED) or not set(symbol) & _VOWELS
    )


def _is_told(no: str, year: int | None, symbols: list[str]) -> bool:
    """Whether figures and symbols are surely a number: not "covid 19", "blds 2015" or "kế hoạch 2024"."""
    if symbols and not any(map(_is_known, symbols)):
        return False
    if not _is_year(no) or year is not None:
        return True
    return len(symbols) > 1 or any(symbol in _OTHERS or symbol in _ISSUED for symbol in symbols)


def _whole(text: str) -> NumberQuery | None:
    """The whole question as a number in any spelling, or None."""
    words = " ".join(re.sub(r"[^\w]+|_", " ", fold(text)).split())
    words, issuer = _issuer_apart(words)
    type_name, words = _type_around(words)
    words = re.sub(r"(?<!\S)so (?=\S)", "", words)
    said = re.search(r"(?<!\S)nam ((?:19|20)\d\d)(?!\S)", words)
    if said:
        words = f"{words[: said.start()]} {words[said.end() :]}"
    typed = words.split()
    pieces = [
        piece
        for place, word in enumerate(typed)
        for piece in ([word] if place > 1 and _DEPARTMENT.fullmatch(word) else _pieces(word))
    ]
    numbers = [piece for piece in pieces if piece[0].isdigit()]
    symbols = [piece for piece in pieces if not piece[0].isdigit()]
    if not numbers or not all(map(_is_symbol_token, symbols)):
        return None
    abbreviation = TYPE_ABBREVIATIONS.get(type_name, "")
    symbol = tuple(([abbreviation] if abbreviation else []) + [piece.upper() for piece in symbols] + issuer)
    found = _no_and_year(numbers, said[1] if said else None, bool(symbol or type_name))
    if found is None or not _NUMBER_TOKEN.fullmatch(found[0]):
        return None
    no, year = found
    if not _is_told(no, year, [piece.upper() for piece in symbols] + issuer):
        return None
    return NumberQuery(_strip_zeros(no.upper()), year, symbol, "" if abbreviation else type_name)


def parse_number_query(text: str) -> NumberQuery | None:
    """The document number that a question is, or holds; None where it holds none.

    Điều, khoản and điểm asked for beside it are in `place`, and in `rest` with all else.
    """
    if not _DIGIT.search(text):
        return None
    cleaned = " ".join(clean(text).replace('"', " ").split())
    place, without = find_place(cleaned)
    if whole := _whole(without) if len(cleaned) <= _LONGEST_WHOLE else None:
        certain = not place or whole.year or whole.symbol or whole.type_name
        return replace(whole, rest=place_words(place), place=place, said=without) if certain else None
    found = (
        _written(cleaned, (WRITTEN, PARTY, _TYPED)) or _in_passing(cleaned) or _written(cleaned, (_NO_YEAR,))
    )
    return found and replace(found, place=place)


def _written(cleaned: str, patterns: tuple[re.Pattern[str], ...]) -> NumberQuery | None:
    """The first number that stands in a question as printed: "30/2020/nđ-cp"."""
    for pattern in patterns:
        if found := pattern.search(cleaned):
            parts = split_number(normalise_number(found.group()))
            if parts and (pattern is not _TYPED or all(map(_is_symbol_token, fold(found["sym"]).split("-")))):
                rest = f"{cleaned[: found.start()]} {cleaned[found.end() :]}"
                return NumberQuery(parts.no, parts.year, parts.symbol, "", " ".join(rest.split()), said=found.group())
    return None


def _in_passing(cleaned: str) -> NumberQuery | None:
    """A number that a running question names by its type: "theo nghị định 100 thì phạt bao nhiêu"."""
    words = [(start, end, fold(word)) for start, end, word in spans(cleaned)]
    for place, (start, _, word) in enumerate(words):
        symbol, after = _type_at([word for _, _, word in words[place : place + 4]])
        if not after:
            continue
        following = words[place + after : place + after + 5]
        typed = [forms(cleaned[begin:end])[0] for begin, end, _ in following]
        numbered = _number_from([word for _, _, word in following], typed)
        if numbered is None:
            continue
        no, year, used = numbered
        end = words[place + after + used - 1][1]
        rest = " ".join(f"{cleaned[:start]} {cleaned[end:]}".split())
        bare, said = _strip_zeros(no.upper()), cleaned[start:end]
        return NumberQuery(bare, year, (symbol,) if symbol else (), "" if symbol else "luat", rest, said=said)
    return None


def _type_at(words: list[str]) -> tuple[str, int]:
    """(symbol of the type that words begin with, how many words it takes); ("", 1) for "luật số", ("", 0) for none."""
    if words[:2] == ["luat", "so"]:
        return "", 1
    for name in _NAMED_IN_PASSING:
        count = name.count(" ") + 1
        if " ".join(words[:count]) == name:
            return TYPE_ABBREVIATIONS[name], count
    short = _SHORT_IN_PASSING.get(words[0], "")
    return short, int(bool(short))


def _number_from(words: list[str], typed: list[str]) -> tuple[str, int | None, int] | None:
    """(number, year, how many words they take) at the beginning of words that follow a type, without marks and as
    `typed`."""
    start = int(words[:1] == ["so"])
    if not words[start:] or not _NUMBER_TOKEN.fullmatch(words[start]) or _is_year(words[start]):
        return None
    after = start + 1
    named = int(words[after : after + 1] == ["nam"])
    if words[after + named : after + named + 1] and _is_year(words[after + named]):
        return words[start], int(words[after + named]), after + named + 1
    return None if _COUNTED.intersection(typed[after : after + 1]) else (words[start], None, after)


def _bears(piece: str, parts: NumberParts) -> bool:
    """Whether a typed piece of a symbol is one of a number's, several of them glued, or the beginning of one."""
    count = len(parts.symbol)
    joined = {
        "".join(parts.symbol[start:end]) for start in range(count) for end in range(start + 1, count + 1)
    }
    if piece in joined:
        return True
    least = 2 if piece == "QH" else 3
    return len(piece) >= least and any(part.startswith(piece) for part in parts.symbol)


def number_matches(query: NumberQuery, parts: NumberParts, year: int | None, type_name: str) -> bool:
    """Whether a document (its number taken apart, its year, its folded type name) is the one asked for."""
    if query.no != parts.no:
        return False
    if query.year is not None and query.year not in (parts.year, None if parts.year else year):
        return False
    if query.type_name and query.type_name not in type_name:
        return False
    own_type = TYPE_ABBREVIATIONS.get(type_name)  # resolutions of the assembly have no NQ in their number
    return all(piece == own_type or _bears(piece, parts) for piece in query.symbol)


def likelihood(
    query: NumberQuery, parts: NumberParts, type_name: str, in_force: bool, issued: int
) -> tuple[bool, bool, bool, int, int]:
    """Key of one of several documents that a number fits, greater for the more probable one.

    What its symbol says in full or in its first place counts first, then whether it is in force, how high its
    type stands, and how new it is (`issued`: days, or a year).
    """
    said, own = "".join(query.symbol), "".join(parts.symbol)
    opens = not query.symbol or bool(parts.symbol) and parts.symbol[0] == query.symbol[0]
    return said == own, opens, in_force, RANKS_OF_TYPES.get(type_name, 0), issued
