"""Finds the provision that a query names by Điều (article), khoản (clause) and điểm (point). A provision says
where in a document to look, not in which document."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from legaltext import anchors
from legaltext.doctypes import TYPE_ABBREVIATIONS
from legaltext.issuers import SYMBOLS_OF_ISSUERS
from legaltext.text import clean, fold

_LETTERS = {
    "a": "aàáảãạăằắẳẵặâầấẩẫậ",
    "d": "dđ",
    "e": "eèéẻẽẹêềếểễệ",
    "i": "iìíỉĩị",
    "o": "oòóỏõọôồốổỗộơờớởỡợ",
    "u": "uùúủũụưừứửữự",
}


def _any_marks(words: str) -> str:
    """Make a regular expression (as text) that matches `words` with any diacritics, because hasty people type
    "đieu" or "điêu" for "điều". `words` has no diacritics; "|" in it separates alternatives."""
    return "".join(f"[{_LETTERS[letter]}]" if letter in _LETTERS else letter for letter in words)


# "khoản 2 Điều 3", "điều5", "điểm a". "khoán" is another word. The dot after "đ" may be missing.
_PLACE = re.compile(
    rf"(?<!\w)(?:(?P<article>{_any_marks('dieu')}|đ\.|đ(?=\d)|(?P<lone>đ)(?=\s\d{{1,3}}[a-zđ]?(?![\w/])))"
    rf"|(?!khoán)(?P<clause>{_any_marks('khoan')})|(?P<point>{_any_marks('diem')}))\s*"
    r"(?P<name>\d{1,4}[a-zđ]?|(?<=\s)[a-zđ])(?!\w)\)?",
    re.IGNORECASE,
)
# Short forms as in notes: "k2 đ46", "k1, 2 điều 46", and the other way round: "đ46 k2", "đ46k2".
_CLAUSES = r"k\.?\s?(\d{1,3}(?:[\s,;–-]+\d{1,2})*)"
_ARTICLE = rf"(?:{_any_marks('dieu')}\s*|đ\.?\s?)(\d{{1,4}}(?:[a-jl-zđ](?!\w))?)"
_SHORT = re.compile(rf"(?<!\w){_CLAUSES}[\s,]*{_ARTICLE}(?!\w)", re.IGNORECASE)
_SHORT_BEHIND = re.compile(rf"(?<!\w){_ARTICLE}[\s,]*{_CLAUSES}(?!\w)", re.IGNORECASE)
# A query without a digit and without "điểm" cannot name a provision.
_LIKELY = re.compile(rf"\d|{_any_marks('diem')}", re.IGNORECASE)
_KINDS = ("article", "clause", "point")
# "500 đ 3" is an amount of money (đồng), unless the number is a year.
_AMOUNT = re.compile(r"\d\s*\Z")
_YEAR = re.compile(r"(?<!\w)(?:19|20)(?!00)\d\d\s*\Z")
# The number in "nghị định 30 đ 5" is not an amount of money either.
_NUMBER = re.compile(rf"(?<!\w)(?:{'|'.join(TYPE_ABBREVIATIONS)}|nd|tt|qd|nq)(?: so)?\s*\d{{1,5}}\s*\Z")
# Words that are also followed by a letter as a name: "khối đ 2" is a class, not a Điều.
_LETTERED = re.compile(
    r"(?<!\w)(?:bảng|điểm|đội|hạng|khối|khu|loại|lớp|mẫu|mục|nhóm|phần|tổ|vần|ý)\s*\Z", re.IGNORECASE
)

_AND = rf"(?<!\w)(?:{_any_marks('va|hoac|hay|den')})(?!\w)"
_OF = re.compile(r"[,;]?(?:\s+(?:của|cua|trong)(?!\w))?", re.IGNORECASE)
_JOINED = re.compile(rf"\s*(?:[-–—]|{_AND})\s*", re.IGNORECASE)
# Words before a list: "các điều 46, 47", "từ điều 46 đến điều 48". "thong tu dieu 46" has "tu" as a part of
# another word.
_LEAD = re.compile(r"(?:(?<!\w)(?:các|cac|từ)|\A\s*tu)\s+\Z", re.IGNORECASE)


def _more(name: str) -> re.Pattern[str]:
    """Compile the pattern for the next name in a list of provisions, together with the separator before it.
    `name` is the pattern of one name. Commas and dashes between names may be missing: "1, 2", "46-48", "a và
    b", "1 2"."""
    parted = rf"(?:\s*[,;]\s*|\s*[-–—]\s*|\s+)(?:{_AND}\s*)?"
    return re.compile(rf"{parted}(?<!\w)(?P<name>{name})(?![\w/]|[-–]\d{{3}}|\.\d)\)?", re.IGNORECASE)


_MORE = {
    "article": _more(r"\d{1,3}[a-zđ]?"),
    "clause": _more(r"\d{1,2}[a-zđ]?"),
    # "o" and "y" may be words of their own: "y tế".
    "point": _more(r"(?:[a-np-xzđ]|[oy](?=[\s,;)]*(?:\Z|\w\b|kho|đi|di)))(?!\.?\s*\d)"),
}
_ALPHABET = "abcdđefghijklmnopqrstuvwxyz"
_SYMBOLS = {fold(one) for one in (*TYPE_ABBREVIATIONS.values(), *SYMBOLS_OF_ISSUERS.values()) if len(one) > 1}
# Words after a numeral that show it is not the next in a list: it belongs to a document number, or it counts
# something.
_NO_LIST = re.compile(
    rf"\s+(?:(?:19|20)\d\d|(?:{'|'.join(sorted(_SYMBOLS))}|qh\d*)(?!\s+(?:so\s+)?\d)"
    r"|nam(?!\s+(?:19|20)\d\d)|ngay|thang|tuoi|nguoi|lan|phan|trieu|ty|dong|gio|phut|tuan)(?!\w)|\s*%"
)
_LOOKED_AT = 24


@dataclass(frozen=True)
class Locator:
    """The provision that a query names: the numbers of its Điều (article), khoản (clause) and điểm (point) in
    lower case, such as "46a", "2" and "đ". A level that the query does not name is "". A locator without any
    level is false."""

    article: str = ""
    clause: str = ""
    point: str = ""

    def __bool__(self) -> bool:
        """Whether the locator names at least one level."""
        return bool(self.article or self.clause or self.point)

    @property
    def anchor(self) -> str:
        """The anchor that the named provision has in the body of a document: "dieu-46.khoan-2.diem-dd". In an
        appendix its anchor is another one. Returns "" where the locator names no Điều (article)."""
        if not self.article:
            return ""
        article = anchors.component("dieu", self.article)
        return next(iter(self.below(article)), article)

    def below(self, article: str) -> tuple[str, ...]:
        """The anchors of the named điểm (point) and khoản (clause) inside the Điều with the anchor `article`,
        the deepest level first. Returns () where the locator names neither."""
        found = [article]
        for kind, name in (("khoan", self.clause), ("diem", self.point)):
            if name:
                found.append(anchors.inside(found[-1], anchors.component(kind, name)))
        return tuple(reversed(found[1:]))

    @property
    def cited(self) -> str:
        """The named provision as people cite it, deepest level first: "điểm a khoản 2 Điều 46". Returns ""
        for a locator that names nothing."""
        parts = (("điểm", self.point), ("khoản", self.clause), ("Điều", self.article))
        return " ".join(f"{kind} {name}" for kind, name in parts if name)


def _order(name: str) -> tuple[int, int]:
    """A sort key that puts names of provisions in their printed order (1, 1a, 2 and c, d, đ): (the number in
    `name` or 0, the position of its letter in the alphabet or -1)."""
    figures = name.rstrip(_ALPHABET)
    return int(figures or 0), _ALPHABET.find(name.removeprefix(figures) or "-")


def _is_named(text: str, found: re.Match[str], behind: int) -> bool:
    """Whether `found` really names a provision and is not, for example, an amount of money. `found` is a
    match in `text` of the pattern `_PLACE`. `behind` is the offset in `text` at which the previous provision
    ended, 0 where there is none."""
    name, before = found["name"], text[: found.start()]
    is_next = behind > 0 and not text[behind : found.start()].strip()
    if found["lone"] and not is_next and (_LETTERED.search(before) or _AMOUNT.search(before)):
        return bool(_YEAR.search(before) or _NUMBER.search(fold(before)))
    return not name.isdigit() if found["point"] else name[0].isdigit()


def _list_end(text: str, end: int, kind: str, name: str) -> int:
    """Find the offset in `text` at which a list of provisions ends. `name`, the first name in the list, ends
    at offset `end`. `kind` is "article", "clause" or "point". Names in a list ascend: in "khoản 2, 3, 1" the
    list ends after the 3."""
    while more := _MORE[kind].match(text, end):
        other = more["name"].lower()
        counts = kind != "point" and _NO_LIST.match(fold(text[more.end() : more.end() + _LOOKED_AT]))
        if counts or _order(other) <= _order(name):
            break
        end, name = more.end(), other
    return end


def _places(text: str) -> Iterator[tuple[str, str, int, int]]:
    """Yield (kind, name, start, end) for each provision that `text` names; kind is "article", "clause" or
    "point", and start and end are offsets in `text`. A list ("khoản 1, 2") gives only its first name, with
    the start and end of the whole list."""
    looked = behind = 0
    while found := _PLACE.search(text, looked):
        looked = found.end()
        if not _is_named(text, found, behind):
            continue
        kind, name = next(kind for kind in _KINDS if found[kind]), found["name"].lower()
        end = _list_end(text, found.end(), kind, name)
        several = end > found.end()
        if of := _OF.match(text, end):
            end = of.end()
        if (joined := _JOINED.match(text, end)) and _PLACE.match(text, joined.end()):
            end, several = joined.end(), True
        lead = _LEAD.search(text[behind : found.start()]) if several else None
        yield kind, name, behind + lead.start() if lead else found.start(), end
        looked = behind = end


def find_locator(text: str) -> tuple[Locator, str]:
    """Find the provision that `text` names. Returns (the provision, the rest of `text` without any names of
    provisions). Where several names of one kind occur, the first is used. The locator is empty where no
    provision is named."""
    cleaned = clean(text)
    if not _LIKELY.search(cleaned):
        return Locator(), " ".join(cleaned.split())
    cleaned = _SHORT.sub(r"khoản \1 điều \2", cleaned)
    cleaned = _SHORT_BEHIND.sub(r"điều \1 khoản \2", cleaned)
    said: dict[str, str] = {}
    rest, behind = "", 0
    for kind, name, begin, end in _places(cleaned):
        said.setdefault(kind, name.lstrip("0") or name)
        rest, behind = f"{rest}{cleaned[behind:begin]} ", end
    return Locator(**said), " ".join(f"{rest}{cleaned[behind:]}".split())


def in_words(runs: Iterable[Iterable[str]]) -> tuple[Locator, str]:
    """Find the provision that a query names. `runs` are the runs of neighbouring words of the query. Returns
    (the provision, the other words as text). The provision is an empty locator where the query names none."""
    return find_locator(" ".join(word for run in runs for word in run))


def place_words(place: Locator) -> str:
    """Write the provision `place` as words without diacritics: "dieu 46 khoan 2"; "" for an empty locator."""
    parts = (("dieu", place.article), ("khoan", place.clause), ("diem", place.point))
    return " ".join(f"{kind} {fold(name)}" for kind, name in parts if name)
