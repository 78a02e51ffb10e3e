"""Find the references of a text to itself: "khoản 2 Điều này" (clause 2 of this article), "Điều 5 của Nghị
định này" (article 5 of this decree), "Chương II", "Nghị định này".

Words that name provisions belong to the text itself when no other document follows them. In a quotation and
in what an amending document amends they belong to another document. `pointing` reads the words, and `places`
decides which provisions they mean.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from docmgr.reading.citations.places import Place, Places
from docmgr.reading.citations.pointing import THIS, Pointing, pointings
from docmgr.reading.structure.quoted import quoted_blocks
from docmgr.reading.types import Block, OwnReference, Provision
from legaltext import doctypes
from legaltext.letters import UPPER, squeeze
from legaltext.numbers import normalise_number

_TYPES = "|".join(map(re.escape, (*doctypes.CITED_NAMES, "Quy chuẩn", "Văn bản")))
_KEEPS = r"(?:(?:được\s+)?(?:ban\s+hành\s+)?kèm\s+theo)"
# "của Nghị định này" after a provision; a list of what else may stand between keeps the search short.
_OF_THIS = re.compile(rf"[\s,]*(?:(?:của|thuộc|tại|trong|theo|{_KEEPS})\s+){{0,2}}(?P<type>{_TYPES})\s+này(?!\w)")
_THIS = re.compile(rf"(?<!\w)(?P<type>{_TYPES})\s+này(?!\w)")
# "Quy chế ban hành kèm theo Quyết định này" (the rules issued together with this decision).
_ATTACHED = re.compile(
    rf"(?<!\w)(?P<what>Phụ lục|{_TYPES}|Danh mục)\s+{_KEEPS}\s+(?P<type>{_TYPES})\s+(?:này(?!\w)|số\s*:?\s*(?P<number>\d[\w/–-]*\w))"
)
# What follows a provision of another document: its type, or a name in capitals.
_OF_OTHER = re.compile(
    rf"[\s,]*(?:(?:của|thuộc|tại|trong|theo|{_KEEPS})\s+){{0,2}}(?:{_TYPES}|Công ước|Hiệp định|Quy tắc|Bộ\s|QCVN|TCVN)"
    rf"|\s+(?:của|thuộc)\s|\s+(?:[{UPPER}]|nêu\s+trên|nói\s+trên)"
)
_HEADING = re.compile(rf"\s*(?:$|[.:\-–](?:\s|$)|\s[{UPPER}]{{2}})")
_AMENDS = re.compile(
    r"(?:(?:Điều\s+)?[\w.]{1,5}[.):]\s*)?(?:Sửa đổi|Bổ sung|Bãi bỏ|Thay thế|Thay cụm từ|Bỏ cụm từ|Đính chính)"
)
_QUOTED = re.compile(r"“[^”]*(?:”|$)|\"[^\"]*\"")
LONGEST_CLOSING = 160


@dataclass(frozen=True, slots=True)
class _Found:
    """A reference within a line: its offsets there, the words that name provisions if there are any, and the
    type of document that is called "this" if one is."""

    start: int
    end: int
    pointing: Pointing | None
    type: str | None
    attached: str | None = None


def find_own_references(
    text: str, provisions: Sequence[Provision], own_type: str | None, own_number: str | None
) -> tuple[OwnReference, ...]:
    """Find the references of a text to itself; return them in reading order, without overlaps. `provisions`
    are the provisions of the text. `own_type` and `own_number` are the type and number of the document, None
    when they are unknown. The time is linear in the length of the text."""
    places = Places(provisions, own_type)
    lines = text.split("\n")
    quoted = quoted_blocks([Block(line) for line in lines], range(len(lines)))
    found: list[OwnReference] = []
    offset = 0
    for number, line in enumerate(lines):
        if number not in quoted and _likely(line):
            found += _in_line(line, offset, places, own_number)
        offset += len(line) + 1
    return tuple(found)


def _likely(line: str) -> bool:
    """Whether a line can hold a reference at all; most lines cannot, and this is quick to see."""
    low = line.lower()
    return " này" in low or any(word in low for word in ("điều ", "khoản ", "điểm ", "mục ", "chương ", "phần ", "phụ lục"))


def _in_line(line: str, offset: int, places: Places, own_number: str | None) -> Iterator[OwnReference]:
    hidden = [found.span() for found in _QUOTED.finditer(line)] if "“" in line or '"' in line else []
    for one in _references(line, own_number):
        if any(start <= one.start < end for start, end in hidden):
            continue
        place = places.at(offset + one.start)
        anchors = _meant(line, one, place, places)
        if anchors is not None:
            yield OwnReference(
                offset + one.start, offset + one.end, squeeze(line[one.start : one.end]), anchors, one.type
            )


def _meant(line: str, one: _Found, place: Place, places: Places) -> tuple[str, ...] | None:
    """The anchors that a reference means, () for the whole document; None when it is no reference of the text
    to itself."""
    if one.type is not None and not places.is_own(one.type, place):
        return None
    if one.attached is not None:
        return places.attached(one.attached)
    if one.pointing is None:
        return places.document(one.type or "", place)
    explicit = one.type is not None or one.pointing.targets[-1].steps[0][1] == THIS
    if not explicit and (_is_heading(line, one) or _amended(places, place)):
        return None
    anchors = places.anchors(one.pointing, place, one.type)
    return anchors if anchors or explicit else None


def _is_heading(line: str, one: _Found) -> bool:
    """Whether the words are the heading of a provision, or a line of a table of contents."""
    return not line[: one.start].strip() and _HEADING.match(line, one.end) is not None


def _amended(places: Places, place: Place) -> bool:
    """Whether the place lies in a provision that amends another document, so that "Điều 5" is one of that."""
    return any(_AMENDS.match(provision.text) for provision in places.around(place))


def _references(line: str, own_number: str | None) -> Iterator[_Found]:
    """Yield the places in a line that may refer to the text itself, in order and without overlaps."""
    found = [*_pointed(line), *_attached(line, own_number)]
    found += [_Found(one.start(), one.end(), None, one["type"]) for one in _THIS.finditer(line)]
    last = 0
    for one in sorted(found, key=lambda one: (one.start, -one.end)):
        if one.start >= last:
            last = one.end
            yield one


def _pointed(line: str) -> Iterator[_Found]:
    for pointing in pointings(line):
        window = line[pointing.end : pointing.end + LONGEST_CLOSING]
        closing = None if _ends_in_this(pointing) else _OF_THIS.match(window)
        if closing is not None:
            yield _Found(pointing.start, pointing.end + closing.end(), pointing, closing["type"])
        elif _ends_in_this(pointing):
            if not line[pointing.start].islower() or pointing.targets[-1].steps[-1] != ("điều", THIS) or "Điều" in line[pointing.start : pointing.end]:
                yield _Found(pointing.start, pointing.end, pointing, None)
        elif not _OF_OTHER.match(window):
            yield _Found(pointing.start, pointing.end, pointing, None)


def _ends_in_this(pointing: Pointing) -> bool:
    return any(number == THIS for _, number in pointing.targets[-1].steps)


def _attached(line: str, own_number: str | None) -> Iterator[_Found]:
    own = normalise_number(own_number or "")
    for one in _ATTACHED.finditer(line):
        if one["number"] is None or (own and normalise_number(one["number"]) == own):
            yield _Found(one.start(), one.end(), None, one["type"], one["what"])
