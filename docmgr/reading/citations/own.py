"""Find the references of a text to itself: "khoản 2 Điều này" (clause 2 of this article), "Điều 5 của Nghị
định này" (article 5 of this decree), "Chương II", "Nghị định này".

Words that name provisions belong to the text itself when no other document follows them. In a quotation and
in what an amending document amends they belong to another document. `pointing` reads the words, and `places`
decides which provisions they mean.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from docmgr.reading.citations.attached import Extent
from docmgr.reading.citations.own_words import OwnWords, own_words
from docmgr.reading.citations.places import CitingPlace, Places
from docmgr.reading.citations.pointing import Target
from docmgr.reading.structure.quoted import quoted_blocks
from docmgr.reading.types import Block, OwnReference
from legaltext.letters import UPPER, squeeze
from legaltext.numbers import normalise_number

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
# How much of an article is searched for words that say what it details.
_OPENING = 2_000


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
    quotes = [found.span() for found in _QUOTED.finditer(line)] if "“" in line or '"' in line else []
    for one in own_words(line, own_number):
        before = bisect_right(quotes, (one.start, len(line))) - 1
        if before >= 0 and one.start < quotes[before][1]:
            continue
        place = places.at(offset + one.start)
        meant = _meant(text, line, one, place, places)
        if meant is not None:
            yield _made(line, offset, one, meant)


def _made(
    line: str, offset: int, one: OwnWords, meant: list[tuple[Target | None, list[str]]]
) -> OwnReference:
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
        whole=one.pointing is None and one.attached is None and one.standard is None,
    )


def _meant(
    text: str, line: str, one: OwnWords, place: CitingPlace, places: Places
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


def _is_heading(line: str, one: OwnWords) -> bool:
    """Whether the words are the heading of a provision, a line of a table of contents, or a heading in a list
    of headings."""
    before = line[max(0, one.start - 40) : one.start].strip(" *")
    return (not before or before.endswith((";", ")"))) and _HEADING.match(line, one.end) is not None


def _amended(text: str, place: CitingPlace) -> bool:
    """Whether the place lies in a provision that amends another document, or in the scope of a document that
    details another one, so that "Điều 5" is one of that."""
    return any(
        _AMENDS.match(text, one.start, one.end)
        or ("Phạm vi" in one.title and _DETAILS.search(text, one.start, min(one.end, one.start + _OPENING)))
        for one in place.path
    )
