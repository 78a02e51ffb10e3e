"""Điều, khoản and điểm asked for in a question: where in a document, not in which one."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from indexer.text import clean, fold

# "khoản 2 Điều 3 của", "điều5", "điểm a": with or without marks.
_PLACE = re.compile(
    r"(?<!\w)(?:(?P<article>điều|dieu|đ\.|đ(?=\d))|(?P<clause>khoản|khoan)|(?P<point>điểm|diem))\s*"
    r"(?P<name>\d{1,4}[a-zđ]?|(?<=\s)[a-zđ])(?!\w)\)?[,;]?(?:\s+(?:của|cua|trong)(?!\w))?",
    re.IGNORECASE,
)
# "k2 đ46", as in notes.
_SHORT = re.compile(r"(?<!\w)k\.?\s?(\d{1,3})[\s,]*đ\.?\s?(\d{1,4}[a-zđ]?)(?!\w)", re.IGNORECASE)
# Places have a number, or are a điểm of a letter.
_LIKELY = re.compile(r"\d|điểm|diem", re.IGNORECASE)
_KINDS = ("article", "clause", "point")


@dataclass(frozen=True)
class Place:
    """A provision asked for: "46a", "2", "đ", in lower case; "" where not said. False where nothing is said."""

    article: str = ""
    clause: str = ""
    point: str = ""

    def __bool__(self) -> bool:
        """Whether any part is said."""
        return bool(self.article or self.clause or self.point)

    @property
    def anchor(self) -> str:
        """The anchor in the body of a document ("dieu-46.khoan-2.diem-dd"); "" without a Điều."""
        if not self.article:
            return ""
        article = f"dieu-{_spelt(self.article)}"
        return next(iter(self.below(article)), article)

    def below(self, article: str) -> tuple[str, ...]:
        """The anchors below that of the Điều at which the khoản and the điểm stand, the finer one first."""
        found = [article]
        for kind, name in (("khoan", self.clause), ("diem", self.point)):
            if name:
                found.append(f"{found[-1]}.{kind}-{_spelt(name)}")
        return tuple(reversed(found[1:]))

    @property
    def cited(self) -> str:
        """As people cite it: "điểm a khoản 2 Điều 46"."""
        parts = (("điểm", self.point), ("khoản", self.clause), ("Điều", self.article))
        return " ".join(f"{kind} {name}" for kind, name in parts if name)


def _spelt(name: str) -> str:
    return name.replace("đ", "dd")


def find_place(text: str) -> tuple[Place, str]:
    """(the place asked for, the text without it); the first of each kind counts, all are taken out."""
    cleaned = clean(text)
    if not _LIKELY.search(cleaned):
        return Place(), " ".join(cleaned.split())
    cleaned = _SHORT.sub(r"khoản \1 điều \2", cleaned)
    said: dict[str, str] = {}

    def take(found: re.Match[str]) -> str:
        kind = next(kind for kind in _KINDS if found[kind])
        name = found["name"].lower()
        if name.isdigit() if kind == "point" else not name[0].isdigit():
            return found.group()
        said.setdefault(kind, name.lstrip("0") or name)
        return " "

    rest = " ".join(_PLACE.sub(take, cleaned).split())
    return Place(**said), rest


def in_words(runs: Iterable[Iterable[str]]) -> tuple[Place, str]:
    """`find_place` in the stretches of words of a question."""
    return find_place(" ".join(word for run in runs for word in run))


def place_words(place: Place) -> str:
    """The place as words without marks: "dieu 46 khoan 2"."""
    parts = (("dieu", place.article), ("khoan", place.clause), ("diem", place.point))
    return " ".join(f"{kind} {fold(name)}" for kind, name in parts if name)
