"""Reads document numbers in queries, as people type them.

A document number has a serial number, mostly a year, and a symbol. "30/2020/NĐ-CP" has the symbol NĐ-CP with two pieces.
NĐ stands for the type nghị định (decree), CP for the issuer Chính phủ (government).

This module decides what in a query is a document number and what is the rest.
"""

import re
from dataclasses import replace

from indexer.query.number import LETTER, LETTER_SAID
from indexer.query.numbers_in_prose import DAY, NUMBER_TOKEN, TYPE_BEFORE, behind_day, in_passing, issued_by
from indexer.types import NumberQuery
from legaltext.abbreviations import BUILT_IN
from legaltext.doctypes import ATTACHED, NUMBERED, TYPE_ABBREVIATIONS
from legaltext.issuers import ISSUED, ISSUERS_FIRST, ISSUERS_OF_NUMBERS, spelled_out
from legaltext.letters import VOWELS
from legaltext.locators import find_locator, place_words
from legaltext.numbers import PARTY, WRITTEN, is_year, parts_of, with_centre, without_zeros
from legaltext.syllable import sound
from legaltext.text import clean, fold

_VOWELS = frozenset(map(str.upper, VOWELS))
_OTHERS = ("SY", "SL", "TRS", "CP", "TTG", "UBND", "HDND", "TW", "TU")
_KNOWN = {value for value in TYPE_ABBREVIATIONS.values() if value}.union(_OTHERS)
_TYPES_GLUED = ("UBTVQH", *(name for name in _KNOWN if len(name) > 1 and not set(name) & _VOWELS))
_NAMED = re.compile(
    rf"(?:{'|'.join(_KNOWN)})?(?:{'|'.join(one for one in ISSUED if len(one) > 2)}|(?:{'|'.join(ISSUED)})\Z)"
    rf"|(?:{'|'.join((LETTER_SAID, *_KNOWN))})\Z|QH\d"
)
# "văn bản", a document of any type.
_ANY_DOCUMENT = "vb"
_TYPES = frozenset(TYPE_ABBREVIATIONS.values())
# Abbreviations that do not mean a ministry: "thông tư 32/2018 GDPT".
_TOPICS = frozenset(
    short
    for short in (spelled_out(fold(one).upper()) for one in BUILT_IN)
    if short not in ISSUED and f"B{short}" not in ISSUED and short not in _KNOWN
)
_OF_GOVERNMENT, _OF_ASSEMBLY = frozenset({"ND", "CP"}), re.compile(r"QH\d+")
_TYPES_FIRST = sorted(NUMBERED, key=len, reverse=True)

# Not the month in "từ tháng 12/2020", nor the quarter in "quý 1/2025".
_TIMES = "tháng thang quý quy kỳ ky đợt dot từ tu đến den trước truoc sau".split()
_NO_YEAR = re.compile(
    "".join(f"(?<!{word} )" for word in _TIMES)
    + r"(?<![\w/.\-])(?P<no>\d{1,5}[a-zA-Z]?)/(?P<year>(?:19|20)\d{2})(?![\w/])",
    re.IGNORECASE,
)
# Numbers in lower case. Whether the letters are a symbol is decided piece by piece.
_TYPED = re.compile(
    r"(?<![\w/.\-])(?P<no>\d{1,5}[a-z]?)/(?:(?P<year>(?:19|20)\d{2})/)?(?P<sym>[^\W\d_]+\d{0,2}(?:[-&][^\W\d_]+\d{0,2})*)"
    r"(?![\w/])",
    re.IGNORECASE,
)
# "12-kh/đu".
_TYPED_PARTY = re.compile(
    r"(?<![\w/])(?P<no>\d{1,4})\s?[-–]\s?(?P<sym>[^\W\d_]{2,4}\s?/\s?[^\W\d_]{2,10})(?!\w)", re.IGNORECASE
)
_DIGIT = re.compile(r"\d")
_ASSEMBLY = r"(?:ubtv)?qh(?:1\d|[2-9])"
_GLUED = re.compile(rf"{_ASSEMBLY}|\d+|[^\W\d_]+?(?={_ASSEMBLY}|\d|$)")
# A department after its ministry: "TT-BCA(X13)".
_DEPARTMENT = re.compile(r"[a-z]\d{1,2}")
# "302020" is 30/2020 without its slash.
_NO_AND_YEAR = re.compile(r"(\d{1,4})((?:19[4-9]|20[0-9])\d)")
_LONGEST_WHOLE = 80
# Years of two digits: "30/20", "30/20/NĐ-CP", but not in the day "05/12/2020".
_SHORT_YEAR = re.compile(
    r"(?<![\d/.\-])(?P<no>\d{1,5}[a-z]?\s?/\s?)(?P<year>\d\d)(?!\w|[.\-]\d|\s?/\s?\d)(?:\s?/\s?(?P<sym>[^\W\d_]+))?",
    re.IGNORECASE,
)
# The day of issue in digits.
_SHORT_DAY = re.compile(r"(?<=[nN][gG][àaÀA][yY] )\d{1,2}([/.\-])\d{1,2}\1(?P<year>\d\d)(?!\w|[/.\-]\d)")
_LAST_OF_THIS_CENTURY = 39


def _is_symbol_token(token: str) -> bool:
    if token.upper() in _KNOWN or re.fullmatch(rf"{_ASSEMBLY}|{_DEPARTMENT.pattern}", token):
        return True
    return token.isalpha() and not sound(token)


def _is_symbol(typed: str) -> bool:
    """Whether `typed`, the letters after a serial number, are the symbol of a document number, such as "nđ-cp" or
    "tt-ca"."""
    first, *others = re.split(r"\s?[-&/]\s?", fold(typed))
    short = 2 if first.upper() in _TYPES_GLUED else 0
    return _is_symbol_token(first) and all(len(piece) == short or _is_symbol_token(piece) for piece in others)


def _type_around(words: str) -> tuple[str, str]:
    """Split off the name of a document type with which `words` (without diacritics) begin or end. Returns
    (the type, the other words); the type is "" where there is none."""
    padded = f" {words} "
    for name in _TYPES_FIRST:
        if padded.startswith(f" {name} "):
            return name, words[len(name) :].strip()
        if padded.endswith(f" {name} "):
            return name, words[: -len(name)].strip()
    return "", words


def _pieces(word: str) -> list[str]:
    """Split a typed word where letters and digits are written together: "nd30" gives "nd" and "30". A word that is a
    serial number is returned whole."""
    return [word] if NUMBER_TOKEN.fullmatch(word) else _GLUED.findall(word)


def _issuer_apart(words: str) -> tuple[str, list[str]]:
    """Take the name of an issuer out of `words`, which have no diacritics. Returns (the other words, a list with the
    symbol of the issuer); the list is [] where `words` name no issuer."""
    padded = f" {words} "
    for name in ISSUERS_FIRST:
        before, said, after = padded.partition(f" {name} ")
        if said:
            kept = f"{before.removesuffix(' cua')} {after}".strip()
            return " ".join(kept.split()), [ISSUERS_OF_NUMBERS[name]]
    return words, []


def _no_and_year(
    numbers: list[str], year_said: str | None, has_symbol: bool
) -> tuple[str, int | None] | None:
    """Find the serial number and the year among `numbers`, the numerals of a query. `year_said` is the year typed after
    "năm" (year), or None. `has_symbol` says whether the query has a symbol or a type. Returns (serial number, year or
    None), or None where the numerals mean something else."""
    if len(numbers) == 1 and year_said is None:
        glued = _NO_AND_YEAR.fullmatch(numbers[0])
        if glued and has_symbol:
            return glued[1], int(glued[2])
    years = [year_said] if year_said else [number for number in numbers[1:] if is_year(number)][:1]
    if not years and len(numbers) == 2 and is_year(numbers[0]):
        years, numbers = numbers[:1], numbers[1:]
    others = numbers if year_said else [number for number in numbers if number not in years] or numbers[:1]
    if len(others) != 1 or len(numbers) > 2:
        return None
    return others[0], int(years[0]) if years else None


def _is_known(piece: str) -> bool:
    """Whether `piece` may be a piece of the symbol of a document number. This is also True without a vowel, because then
    it is no word."""
    return piece in _KNOWN or piece in ISSUED or piece.startswith(_TYPES_GLUED) or not set(piece) & _VOWELS


def _is_named(piece: str) -> bool:
    """Whether `piece`, one piece of a symbol, names a document type or an issuer. "TK" in "tk 331" (an account) names
    neither."""
    return _NAMED.match(piece) is not None


def _says_more(symbol: tuple[str, ...]) -> bool:
    """Whether `symbol`, the typed pieces of a symbol, includes a word of the query that is no part of the
    document number. For "nghị định 61/2018 TTHC" this is True: the symbol of a decree has no TTHC."""
    own = set(symbol)
    if "ND" in own:
        return not own <= _OF_GOVERNMENT
    if "TT" in own and not own.isdisjoint(_TOPICS):
        return True
    return any(map(_OF_ASSEMBLY.fullmatch, own)) and not all(map(_OF_ASSEMBLY.fullmatch, own - _TYPES))


def _is_told(no: str, year: int | None, symbols: list[str]) -> bool:
    """Whether numerals and symbols are certainly a document number, unlike "covid 19", "blds 2015" and "kế hoạch 2024".
    `no` is the serial number, `year` is the year or None, and `symbols` are the pieces of the symbol, [] for none."""
    if symbols and not any(map(_is_known, symbols)):
        return False
    if not is_year(no) or year is not None:
        return True
    return len(symbols) > 1 or any(symbol in _OTHERS or symbol in ISSUED for symbol in symbols)


def _year_apart(words: str) -> tuple[str, str | None, str | None, bool]:
    """Take the year ("năm 2020") and the day of issue out of `words`, a query without diacritics. Returns (the other
    words, the year after "năm", the year of the day of issue, whether there is such a day). A missing year is None."""
    day = DAY.search(words)
    if day:
        words = f"{words[: day.start()]} {words[day.end() :]}"
    said = re.search(r"(?<!\S)nam ((?:19|20)\d\d)(?!\S)", words)
    if said:
        words = f"{words[: said.start()]} {words[said.end() :]}"
    return words, said and said[1], day and day["year"], bool(day)


def _whole(text: str) -> NumberQuery | None:
    """Read the whole query `text` as a document number, however it is spelled. Returns None where it contains anything
    else."""
    words = " ".join(re.sub(r"[^\w]+|_", " ", fold(with_centre(text))).split())
    words, issuer = _issuer_apart(words)
    type_name, words = _type_around(words)
    words, year_said, year_of_day, dated = _year_apart(words)
    typed = re.sub(r"(?<!\S)so (?=\S)", "", words).split()
    pieces = [
        piece
        for place, word in enumerate(typed)
        for piece in ([word] if place > 1 and _DEPARTMENT.fullmatch(word) else _pieces(word))
    ]
    if pieces[:1] == [LETTER_SAID.lower()] and not type_name:
        type_name, pieces = LETTER, pieces[1:]
    if pieces[:1] == [_ANY_DOCUMENT]:
        pieces = pieces[1:]
    numbers = [piece for piece in pieces if piece[0].isdigit()]
    symbols = [piece for piece in pieces if not piece[0].isdigit()]
    if not numbers or not all(map(_is_symbol_token, symbols)):
        return None
    abbreviation = TYPE_ABBREVIATIONS.get(type_name, "")
    said = [spelled_out(piece.upper()) for piece in symbols] + [issued_by(type_name, one) for one in issuer]
    if type_name in ATTACHED and not _TYPES.isdisjoint(filter(None, said)):
        return None
    if dated and not (said or type_name or re.search(r"(?<!\S)so \d", words)):
        return None
    if not any(map(is_year, numbers[1:])):
        year_said = year_said or year_of_day
    found = _no_and_year(numbers, year_said, bool(said or type_name))
    if found is None or not NUMBER_TOKEN.fullmatch(found[0]) or not _is_told(*found, said):
        return None
    symbol = (*([abbreviation] if abbreviation else []), *said)
    return NumberQuery(
        no=without_zeros(found[0].upper()),
        year=found[1],
        symbol=symbol,
        type_name="" if abbreviation else type_name,
        perhaps=bool(symbol) and not type_name and not any(map(_is_named, symbol)),
    )


def _whole_years(cleaned: str) -> tuple[str, str, str]:
    """Write the first year of two digits in full: "30/20/NĐ-CP" becomes "30/2020/NĐ-CP". Returns (the changed query,
    "30/2020", "30/20"). Without such a year the last two are ""."""
    for found in (*_SHORT_YEAR.finditer(cleaned), *_SHORT_DAY.finditer(cleaned)):
        if found.re is _SHORT_YEAR:
            piece = fold(found["sym"] or "").upper()
            named = piece in _KNOWN or piece in ISSUED or piece.startswith("QH")
            if not named if piece else not TYPE_BEFORE.search(fold(cleaned[: found.start()])):
                continue
        start, end = found.start(), found.end("year")
        century = "20" if int(found["year"]) <= _LAST_OF_THIS_CENTURY else "19"
        full = f"{cleaned[start : end - 2]}{century}{found['year']}"
        return f"{cleaned[:start]}{full}{cleaned[end:]}", full, cleaned[start:end]
    return cleaned, "", ""


def parse_number_query(text: str, perhaps: bool = False) -> NumberQuery | None:
    """Find the document number in the query `text`; None where there is none. With `perhaps` True a possible number is
    found too, which counts only if a document has it.

    `place` of the result is the Điều (article), khoản (clause) and điểm (point) named in the query. `rest` holds all
    words of the query outside of the number."""
    if not _DIGIT.search(text):
        return None
    cleaned, full, typed = _whole_years(" ".join(clean(text).replace('"', " ").split()))
    place, without = find_locator(cleaned)
    whole = _whole(without) if len(cleaned) <= _LONGEST_WHOLE else None
    if whole and place and not (whole.year or whole.symbol or whole.type_name):
        return None
    whole = whole and replace(whole, rest=place_words(place), said=without)
    found = None if whole and _says_more(whole.symbol) else whole
    if not found:
        patterns = (WRITTEN, PARTY, _TYPED, _TYPED_PARTY)
        found = _written(cleaned, patterns) or in_passing(cleaned) or _written(cleaned, (_NO_YEAR,))
        found = found or whole or (in_passing(cleaned, perhaps) if perhaps else None)
    return found and replace(found, place=place, said=found.said.replace(full, typed) if full else found.said)


def _written(cleaned: str, patterns: tuple[re.Pattern[str], ...]) -> NumberQuery | None:
    """Find the first document number in the query `cleaned` that has one of the printed forms `patterns`
    ("30/2020/nđ-cp"). Returns None where there is none."""
    for pattern in patterns:
        if found := pattern.search(cleaned):
            parts = parts_of(found.group())
            if parts and (pattern not in (_TYPED, _TYPED_PARTY) or _is_symbol(found["sym"])):
                rest = f"{cleaned[: found.start()]} {behind_day(cleaned[found.end() :])}"
                symbol = tuple(map(spelled_out, parts.symbol))
                return NumberQuery(parts.no, parts.year, symbol, rest=" ".join(rest.split()), said=found.group())
    return None
