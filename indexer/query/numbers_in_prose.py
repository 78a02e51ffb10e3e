"""Finds document numbers within a sentence, after the name of a document type ("theo nghị định 100 thì phạt …").

This module decides which numerals after a type are its number, and which words still belong to the number.
"""

import re
from dataclasses import dataclass, replace

from indexer.query.number import LETTER
from indexer.query.title_words import NOT_BEFORE
from indexer.types import NumberQuery
from legaltext.doctypes import TYPE_ABBREVIATIONS
from legaltext.issuers import ISSUED, ISSUERS_FIRST, ISSUERS_OF_NUMBERS
from legaltext.numbers import is_year, without_zeros
from legaltext.text import fold, forms, spans

NUMBER_TOKEN = re.compile(r"\d{1,5}[a-z]?")
# Types whose number may follow them in a sentence.
_SURE = (
    "nghi dinh",
    "thong tu lien tich",
    "thong tu",
    "nghi quyet",
    "chi thi",
    "quyet dinh",
    "phap lenh",
)
_SURE_SHORT = {
    "nd": "nghi dinh",
    "tt": "thong tu",
    "ttlt": "thong tu lien tich",
    "qd": "quyet dinh",
    "nq": "nghi quyet",
}
# These types often have another numeral after them: "kế hoạch 5 năm", "hướng dẫn 3 bước".
_UNSURE = ("ke hoach", LETTER, "thong bao", "huong dan", "bao cao", "to trinh", "ket luan")
_UNSURE_SHORT = {
    "kh": "ke hoach",
    "cv": LETTER,
    "tb": "thong bao",
    "hd": "huong dan",
    "bc": "bao cao",
    "ttr": "to trinh",
    "kl": "ket luan",
    "ct": "chi thi",
}
_SHORT = _SURE_SHORT | _UNSURE_SHORT
_LONGEST_TYPE = 5
# Conclusions of a meeting are published in a thông báo, which has the number.
_CONCLUDED = "thong bao ket luan"
# So many digits after "công văn" do not count anything: "công văn 5512 môn toán".
_MANY = 3
_GLUED = re.compile(rf"({'|'.join(sorted(_SHORT, key=len, reverse=True))})({NUMBER_TOKEN.pattern})")
# Text without diacritics before a numeral that is surely a number: "theo nghi dinh so".
TYPE_BEFORE = re.compile(rf"(?<!\w)(?:{'|'.join((*_SURE, *_SURE_SHORT))})(?: so)?[\s:.]*$")
# Words that numerals count, so that they are no number: "quyết định 5 người". Without diacritics only words that
# hardly mean anything else after a number: "thong tu 22 quy dinh", "nghi dinh 30 van thu".
_COUNTED = frozenset(
    "ngày tháng năm người lần phần trăm triệu tỷ tỉ đồng giờ tuần quý bản ca loại việc vạn "
    "ngay thang nam nguoi lan tram trieu ty dong gio tuan loai viec".split()
)
# Further words that numerals count, after less certain types and after "luật".
_COUNTED_PERHAPS = _COUNTED | frozenset(
    "bước cấp chương điểm điều đợt buổi bên bộ cột dòng hạng học khoản kỳ kì lớp lượt mục mức môn mẫu nhóm nội tập tiết "
    "tổ trang trường vòng ý buoc cap diem dieu dot buoi ky lop luot muc mon mau nhom tiet trang truong vong ti trieu".split()
)
# Numerals that continue: a day, a range, a percentage.
_MORE_FIGURES = re.compile(r"\s?[/.,–-]\s?\d|\s\d{1,3}(?!\w)|\s?%")
_ABOUT = frozenset({"về", "ve"})
# The day of issue in words without diacritics: "ngay 05 3 2020", "ngay 02 thang 01 nam 2024".
DAY = re.compile(
    r"(?<!\S)(?:ban hanh |ky )?ngay (?:0?[1-9]|[12]\d|3[01]) (?:thang )?(?:0?[1-9]|1[0-2])"
    r"(?: (?:nam )?(?P<year>(?:19|20)\d\d))?(?!\S)"
)
_LONGEST_DAY = 8
# After these types a ministry without "của" is the subject, not the issuer: "nghị định 69 bộ giáo dục".
_OF_OTHERS = frozenset({"nghi dinh", "phap lenh", "luat"})
# People name the government as the issuer of these types, although its head issues them.
_OF_THE_HEAD = frozenset({"quyet dinh", "chi thi", "cong dien"})


@dataclass(frozen=True)
class _Type:
    """The name of a document type in a query, of `count` words. With `sure` True a numeral after it is a document number,
    unless it counts something. Otherwise further words must show this. With `closes` True they are not needed at the end of
    the query."""

    name: str
    count: int
    sure: bool = True
    closes: bool = True


@dataclass(frozen=True)
class _Behind:
    """The words after a numeral that still belong to the document number. `year` is None for none, and `issuer` (a symbol)
    is "" for none. `count` is how many words they are."""

    year: int | None = None
    issuer: str = ""
    count: int = 0


def issued_by(type_name: str, issuer: str) -> str:
    """Return the symbol of an issuer as document numbers of the type `type_name` have it. `issuer` is its symbol in the
    query. For ("quyet dinh", "CP") this is "TTG": people name the government, but its head issues decisions."""
    return "TTG" if issuer == "CP" and type_name in _OF_THE_HEAD else issuer


def in_passing(cleaned: str, perhaps: bool = False) -> NumberQuery | None:
    """Find the first document number after the name of a type in the sentence `cleaned`; None where there is none. With
    `perhaps` True a possible number ("luật 43 giáo dục") is found too, which counts only if a document has it."""
    words = _apart(cleaned)
    plain = [fold(cleaned[start:end]) for start, end in words]
    for place in range(len(words) - 1):
        kind = _type_at(plain[place : place + _LONGEST_TYPE]) or (_law_at(plain, place) if perhaps else None)
        if kind is None:
            continue
        first = place + kind.count
        if words[place][1] == words[first][0]:  # written together: "kh16"
            kind = replace(kind, closes=True)
        typed = [forms(cleaned[start:end])[0] for start, end in words[first : first + 3]]
        found = _number_from(kind, plain[first:], typed)
        if found is None and perhaps and not _MORE_FIGURES.match(cleaned, words[first][1]):
            found = _number_perhaps(kind, plain[first:], typed)
        if found is None:
            continue
        no, behind = found
        start, end = words[place][0], words[first + behind.count - 1][1]
        short = TYPE_ABBREVIATIONS[kind.name]
        issuer = issued_by(kind.name, behind.issuer)
        return NumberQuery(
            no=without_zeros(no.upper()),
            year=behind.year,
            symbol=tuple(piece for piece in (short, issuer) if piece),
            type_name="" if short else kind.name,
            rest=" ".join(f"{cleaned[:start]} {cleaned[end:]}".split()),
            said=cleaned[start:end],
            perhaps=perhaps,
        )
    return None


def behind_day(text: str) -> str:
    """Return `text`, which follows a document number, without the day of issue at its beginning."""
    words = spans(text)[:_LONGEST_DAY]
    found = DAY.match(" ".join(fold(word) for _, _, word in words))
    return text[words[found.group().count(" ")][1] :] if found else text


def _apart(cleaned: str) -> list[tuple[int, int]]:
    """Find the character spans (start, end) of the words of the query `cleaned`. A short type and a number that are written
    together ("nđ59") are two words."""
    places: list[tuple[int, int]] = []
    for start, end, word in spans(cleaned):
        glued = _GLUED.fullmatch(fold(word)) if word[-1:].isdigit() or word[-2:-1].isdigit() else None
        if glued and len(word) == len(glued.group()):
            places += [(start, start + glued.end(1)), (start + glued.end(1), end)]
        else:
            places.append((start, end))
    return places


def _type_at(words: list[str]) -> _Type | None:
    """Read the document type with which `words` (without diacritics) begin. Returns None for no type, or where no word
    follows."""
    if words[:2] == ["luat", "so"]:
        return _Type("luat", 1)
    if " ".join(words[:4]) == _CONCLUDED:
        return _Type("thong bao", 4, sure=False) if words[4:] else None
    for name in (*_SURE, *_UNSURE):
        count = name.count(" ") + 1
        if " ".join(words[:count]) == name:
            return _Type(name, count, name in _SURE) if words[count:] else None
    if words[0] in _SHORT and words[1:]:
        return _Type(_SHORT[words[0]], 1, words[0] in _SURE_SHORT, words[0] == "cv")
    return None


def _law_at(words: list[str], place: int) -> _Type | None:
    """Read the type "luật" (law) or "bộ luật" (code) at position `place` of `words`, which have no diacritics. Returns None
    where there is neither, or where no word follows "bộ luật"."""
    if words[place : place + 2] == ["bo", "luat"] and words[place + 2 :]:
        return _Type("bo luat", 2, sure=False)
    is_law = words[place] == "luat" and not (place and words[place - 1] in NOT_BEFORE)
    return _Type("luat", 1, sure=False) if is_law else None


def _number_from(kind: _Type, words: list[str], typed: list[str]) -> tuple[str, _Behind] | None:
    """Read the document number at the beginning of `words`, which have no diacritics and follow the type `kind`. `typed` are
    the first of these words with diacritics. Returns (serial number, year and issuer), or None. `count` of the second item
    covers all words read, with "số" and the serial number."""
    start = int(words[:1] == ["so"])
    after = start + 1
    if not words[start:] or not NUMBER_TOKEN.fullmatch(words[start]) or is_year(words[start]):
        return None
    no = words[start]
    behind = _behind(kind, words[after : after + 24])
    if not behind.count and _COUNTED.intersection(typed[after : after + 1]):
        return None
    if (
        not kind.sure
        and not start
        and not _is_told(kind, no, words[after:], typed[after : after + 1], behind)
    ):
        return None
    return no, _Behind(behind.year, behind.issuer, after + behind.count)


def _number_perhaps(kind: _Type, words: list[str], typed: list[str]) -> tuple[str, _Behind] | None:
    """Read a possible document number at the beginning of `words`. It takes and returns the same as `_number_from`, but
    accepts any numeral. A year, or a numeral that counts something ("5 bước", 5 steps), gives None."""
    if not NUMBER_TOKEN.fullmatch(words[0]) or is_year(words[0]) or _COUNTED_PERHAPS.intersection(typed[1:2]):
        return None
    behind = _behind(kind, words[1:24])
    return words[0], _Behind(behind.year, behind.issuer, 1 + behind.count)


def _is_told(kind: _Type, no: str, words: list[str], typed: list[str], behind: _Behind) -> bool:
    """Whether the numeral `no` after the type `kind` is a document number. For "kế hoạch 5 năm" (five-year plan) this is
    False. `words` follow the numeral, `typed` is the first of them with diacritics, and `behind` is the year and issuer
    among them."""
    if len(no) >= _MANY and kind.name == LETTER:
        return True
    if not words:
        return kind.closes
    if words[0] == "nam":  # "kế hoạch 5 năm 2021", but not "kế hoạch 125 năm 2024"
        return bool(behind.count) and len(no) >= _MANY
    return bool(behind.count) or words[0] == "cua" or typed[0] in _ABOUT


def _behind(kind: _Type, words: list[str]) -> _Behind:
    """Read the year or day of issue, and the issuer, at the beginning of `words` (without diacritics). `kind`
    is the type of the document."""
    year, issuer, used = None, "", 0
    while used < len(words):
        said, count = _year_at(words[used:])
        if count and (year is None or count > 2):
            year = year or said
        elif not issuer:
            issuer, count = _issuer_at(words[used:], kind.name not in _OF_OTHERS)
        else:
            count = 0
        if not count:
            break
        used += count
    return _Behind(year, issuer, used)


def _year_at(words: list[str]) -> tuple[int | None, int]:
    """Read a year at the beginning of `words`, with "năm" (year) before it or as a part of a day. Returns
    (the year, how many words it takes), or (None, 0) for none. The first year of a range of years does not
    count."""
    day = DAY.match(" ".join(words[:_LONGEST_DAY]))
    if day:
        return int(day["year"]) if day["year"] else None, day.group().count(" ") + 1
    count = 1 + int(words[:1] == ["nam"])
    years = list(map(is_year, words[count - 1 : count + 1]))
    return (int(words[count - 1]), count) if years[:1] == [True] and years[1:] != [True] else (None, 0)


def _issuer_at(words: list[str], bare: bool) -> tuple[str, int]:
    """Read an issuer at the beginning of `words`, after "của" (of). With `bare` True that word may be
    missing. Returns (the symbol, how many words it takes), or ("", 0) for none."""
    of = int(words[:1] == ["cua"])
    if not of and not bare:
        return "", 0
    said = f"{' '.join(words[of:])} "
    for name in ISSUERS_FIRST:
        if said.startswith(f"{name} "):
            return ISSUERS_OF_NUMBERS[name], of + name.count(" ") + 1
    symbol = words[of].upper() if of and words[of:] else ""
    return (symbol, of + 1) if symbol in ISSUED else ("", 0)
