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

from docmgr.reading.citations.numbers import standard_matches, standard_of
from docmgr.reading.citations.places import Extent, Place, Places
from docmgr.reading.citations.pointing import Pointing, Target, pointings
from docmgr.reading.structure.quoted import quoted_blocks
from docmgr.reading.types import Block, OwnReference
from legaltext import doctypes
from legaltext.letters import UPPER, squeeze
from legaltext.numbers import normalise_number

# In small letters only what is no ordinary word: "quyết định này" may be the decision of a court.
_SMALL = "nghị định|thông tư|quy chế|pháp lệnh"
_TYPES = "|".join(
    (
        *map(
            re.escape,
            (
                *doctypes.CITED_NAMES,
                "Quy chuẩn kỹ thuật quốc gia",
                "Quy chuẩn kỹ thuật",
                "Quy chuẩn",
                "Tiêu chuẩn",
                "Văn bản",
            ),
        ),
        _SMALL,
    )
)
_KEEPS = r"(?:(?:được\s+)?(?:ban\s+hành\s+kèm(?:\s+theo)?|kèm\s+theo))"
# "của Nghị định này" after a provision; a list of what else may stand between keeps the search short.
_OF_THIS = re.compile(
    rf"[\s,]*(?:(?:của|thuộc|tại|trong|theo|{_KEEPS})\s+){{0,2}}(?P<type>{_TYPES})\s+này(?!\w)"
)
_OF_NUMBER = re.compile(
    rf"[\s,]*(?:(?:của|thuộc|tại|trong)\s+)?(?P<type>{_TYPES})\s+(?:số\s*:?\s*)?(?P<number>\d[\w/–-]*\w)"
)
# The document by its own number, with its date.
_NUMBERED = re.compile(
    rf"(?<!\w)(?P<type>{_TYPES})\s+số\s*:?\s*(?P<number>\d[\w/–-]*\w)"
    r"(?:,?\s+ngày\s+\d{1,2}(?:/\d{1,2}/\d{4}|\s+tháng\s+\d{1,2}\s+năm\s+\d{4}))?"
)
_THIS = re.compile(rf"(?<!\w)(?P<type>{_TYPES})\s+này(?!\w)")
# "Quy chế ban hành kèm theo Quyết định này" (the rules issued together with this decision).
_WITH = (
    rf"(?P<what>Phụ lục|{_TYPES}|Danh mục)\s+{_KEEPS}\s+(?P<type>{_TYPES})\s+"
    r"(?:này(?!\w)|số\s*:?\s*(?P<number>\d[\w/–-]*\w))"
)
_ATTACHED = re.compile(rf"(?<!\w){_WITH}")
_OF_ATTACHED = re.compile(rf"[\s,]*(?:(?:của|thuộc|tại|trong|theo)\s+)?{_WITH}")
# What follows a provision of another document: its type, or a name in capitals.
_OF_OTHER = re.compile(
    rf"[\s,]*(?:(?:của|thuộc|tại|trong|theo|{_KEEPS})\s+){{0,2}}(?:{_TYPES}|nghị quyết|điều lệ|nội quy|luật|bộ luật|Công ước|Hiệp định|Quy tắc|Bộ|QCVN|TCVN)(?!\w)"
    rf"|\s+(?:của|thuộc)\s|\s+(?:[{UPPER}]|nêu\s+trên|nói\s+trên)"
)
_HEADING = re.compile(rf"\s*(?:$|[.:\-–](?:\s|$)|\s[{UPPER}]{{2}})")
_AMENDS = re.compile(
    r"(?:(?:Điều\s+)?[\w.]{1,5}[.):]\s*)?(?:Sửa đổi|Bổ sung|Bãi bỏ|Thay thế|Thay cụm từ|Bỏ cụm từ|Đính chính)"
)
_DETAILS = re.compile(
    r"(?:quy định chi tiết|hướng dẫn)[^.;]{0,300}?\s(?:Luật|Bộ luật|Pháp lệnh|Nghị định)\s(?!này)"
)
_QUOTED = re.compile(r"“[^”]*(?:”|$)|\"[^\"]*\"")
# Most lines hold no reference, and this is quick to see.
_LIKELY = re.compile(
    r"[Đđ]iều |[Kk]hoản |[Đđ]iểm |[Mm]ục |[Cc]hương |[Pp]hần |[Pp]hụ lục|[Mm]ẫu số| này|kèm theo| số |QC|TC"
)
# The official codification adds such a note to a provision, with articles of other documents.
_CODIFIED = re.compile(r"\((?:Điều|Chương|Mục|Tiểu mục|Phần) này có nội dung liên quan")
LONGEST_CLOSING = 160


@dataclass(frozen=True, slots=True)
class _Found:
    """What may be a reference within a line: its offsets there, the words that name provisions, and the type
    of document that is called "this", both None when there are none. `attached` is what is issued together
    with "this" document. `this` is true for words that end in "Điều này" and the like."""

    start: int
    end: int
    pointing: Pointing | None
    type: str | None
    attached: str | None = None
    this: bool = False
    standard: str | None = None


def find_own_references(
    text: str,
    provisions: Sequence[Extent],
    own_type: str | None,
    own_number: str | None,
    within: range | None = None,
) -> tuple[OwnReference, ...]:
    """Find the references of a text to itself; return them in reading order, without overlaps. `provisions`
    are all provisions of the text. `own_type` and `own_number` are the type and number of the document, None
    when they are unknown. With `within`, only the lines in this range of the text, in characters, are
    searched. The time is linear in the length of what is searched."""
    places = Places(provisions, own_type)
    offset = within.start if within is not None else 0
    lines = text[offset : within.stop if within is not None else len(text)].split("\n")
    quoted = quoted_blocks([Block(line) for line in lines], range(len(lines)))
    own = normalise_number(own_number or "")
    found: list[OwnReference] = []
    for number, line in enumerate(lines):
        if number not in quoted and _LIKELY.search(line) and not _CODIFIED.match(line):
            found += _in_line(text, line, offset, places, own)
        offset += len(line) + 1
    return tuple(found)


def _in_line(text: str, line: str, offset: int, places: Places, own_number: str) -> Iterator[OwnReference]:
    hidden = [found.span() for found in _QUOTED.finditer(line)] if "“" in line or '"' in line else []
    for one in _references(line, own_number):
        if any(start <= one.start < end for start, end in hidden):
            continue
        place = places.at(offset + one.start)
        meant = _meant(text, line, one, place, places)
        if meant is not None:
            yield _made(line, offset, one, meant)


def _made(line: str, offset: int, one: _Found, meant: list[tuple[Target | None, list[str]]]) -> OwnReference:
    anchors = dict.fromkeys(anchor for _, several in meant for anchor in several)
    starts = [
        (target.start if target is not None else one.start, several[0])
        for target, several in meant
        if several
    ]
    ends = [target.end if target is not None else one.end for target, several in meant if several]
    # The words after the last numeral, such as "Điều này", belong to its link.
    ends[-1:] = [one.end] if ends else []
    links = [
        (offset + start, offset + end, anchor) for (start, anchor), end in zip(starts, ends, strict=True)
    ]
    return OwnReference(
        offset + one.start,
        offset + one.end,
        squeeze(line[one.start : one.end]),
        tuple(anchors),
        one.type,
        tuple(links),
    )


def _meant(
    text: str, line: str, one: _Found, place: Place, places: Places
) -> list[tuple[Target | None, list[str]]] | None:
    """What a reference means: pairs of one thing that its words name, None for the whole of them, and its
    anchors. Empty for the whole document, None when it is no reference of the text to itself."""
    if one.type is not None and not places.is_own(one.type, place):
        return None
    if one.standard is not None:
        standard = places.standard(one.standard)
        return [(None, [standard])] if standard else None
    if one.attached is not None:
        part = places.attached(one.attached)
        return [*places.meant(one.pointing, place, one.attached)] if one.pointing else [(None, list(part))]
    if one.pointing is None:
        return [(None, list(places.document(one.type or "", place)))]
    explicit = one.type is not None or one.this
    if not explicit and (_is_heading(line, one) or _amended(text, place)):
        return None
    found = places.meant(one.pointing, place, one.type)
    return [*found] if found or explicit else None


def _is_heading(line: str, one: _Found) -> bool:
    """Whether the words are the heading of a provision, a line of a table of contents, or a heading in a list
    of headings."""
    before = line[: one.start].strip(" *")
    return (not before or before.endswith((";", ")"))) and _HEADING.match(line, one.end) is not None


def _amended(text: str, place: Place) -> bool:
    """Whether the place lies in a provision that amends another document, or in the scope of a document that
    details another one, so that "Điều 5" is one of that."""
    return any(
        _AMENDS.match(text, one.start, one.end)
        or ("Phạm vi" in one.title and _DETAILS.search(text, one.start, one.end))
        for one in place.path
    )


def _references(line: str, own_number: str) -> Iterator[_Found]:
    """Yield the places in a line that may refer to the text itself, in order and without overlaps."""
    found = [*_pointed(line, own_number), *_attached(line, own_number)]
    found += [_Found(one.start(), one.end(), None, one["type"]) for one in _THIS.finditer(line)]
    if own_number and "số" in line:
        numbered = (one for one in _NUMBERED.finditer(line) if _is_this(one, own_number))
        found += [_Found(one.start(), one.end(), None, one["type"]) for one in numbered]
    if "QC" in line or "TC" in line:
        found += [
            _Found(m.start(), m.end(), None, None, standard=standard_of(m)) for m in standard_matches(line)
        ]
    last = 0
    for one in sorted(found, key=lambda one: (one.start, -one.end)):
        if one.start >= last:
            last = one.end
            yield one


def _pointed(line: str, own_number: str) -> Iterator[_Found]:
    for pointing in pointings(line):
        window = line[pointing.end : pointing.end + LONGEST_CLOSING]
        if pointing.in_this:
            # "điều này" in small letters is an ordinary word: this thing.
            if not line.startswith("điều này", pointing.start):
                yield _Found(pointing.start, pointing.end, pointing, None, this=True)
        elif closing := _OF_THIS.match(window) or _of_number(window, own_number):
            yield _Found(pointing.start, pointing.end + closing.end(), pointing, closing["type"])
        elif (closing := _OF_ATTACHED.match(window)) and _is_this(closing, own_number):
            yield _Found(
                pointing.start, pointing.end + closing.end(), pointing, closing["type"], closing["what"]
            )
        elif not _OF_OTHER.match(window):
            yield _Found(pointing.start, pointing.end, pointing, None)


def _of_number(window: str, own_number: str) -> re.Match[str] | None:
    """The words that give the document by its own number, as a text does that was amended later."""
    found = _OF_NUMBER.match(window)
    return found if found is not None and _is_this(found, own_number) else None


def _is_this(found: re.Match[str], own_number: str) -> bool:
    """Whether words mean the document itself: they say "này" (this), or its own number."""
    return found["number"] is None or (bool(own_number) and normalise_number(found["number"]) == own_number)


def _attached(line: str, own_number: str) -> Iterator[_Found]:
    for one in _ATTACHED.finditer(line):
        if _is_this(one, own_number):
            yield _Found(one.start(), one.end(), None, one["type"], one["what"])
