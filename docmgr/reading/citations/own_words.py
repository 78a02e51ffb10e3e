"""Find the words by which a text may refer to itself, in one line: "Điều 5 của Nghị định này" (article 5 of this
decree), "khoản 2" without a document, "Quy chế ban hành kèm theo Quyết định này" (the rules issued with it).

What such words mean, and whether they mean the text at all, is decided in `own`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from docmgr.reading.citations.numbers import standard_matches, standard_of
from docmgr.reading.citations.pointing import Pointing, pointings
from legaltext import doctypes
from legaltext.letters import UPPER
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
LONGEST_CLOSING = 160


@dataclass(frozen=True, slots=True)
class OwnWords:
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


def own_words(line: str, own_number: str) -> Iterator[OwnWords]:
    """Yield the words in a line that may refer to the text itself, in order and without overlaps.
    `own_number` is the normalised number of the document, "" when it is unknown."""
    found = list(_pointed(line, own_number))
    if "kèm" in line:
        found += _attached(line, own_number)
    if " này" in line:
        found += [OwnWords(one.start(), one.end(), None, one["type"]) for one in _THIS.finditer(line)]
    if own_number and "số" in line:
        numbered = (one for one in _NUMBERED.finditer(line) if _is_this(one, own_number))
        found += [OwnWords(one.start(), one.end(), None, one["type"]) for one in numbered]
    if "QC" in line or "TC" in line:
        found += [
            OwnWords(m.start(), m.end(), None, None, standard=standard_of(m)) for m in standard_matches(line)
        ]
    last = 0
    for one in sorted(found, key=lambda one: (one.start, -one.end)):
        if one.start >= last:
            last = one.end
            yield one


def _pointed(line: str, own_number: str) -> Iterator[OwnWords]:
    for pointing in pointings(line):
        window = line[pointing.end : pointing.end + LONGEST_CLOSING]
        if pointing.in_this:
            # "điều này" in small letters is an ordinary word: this thing.
            if not line.startswith("điều này", pointing.start):
                yield OwnWords(pointing.start, pointing.end, pointing, None, this=True)
        elif closing := _OF_THIS.match(window) or _of_number(window, own_number):
            yield OwnWords(pointing.start, pointing.end + closing.end(), pointing, closing["type"])
        elif (closing := _OF_ATTACHED.match(window)) and _is_this(closing, own_number):
            yield OwnWords(
                pointing.start, pointing.end + closing.end(), pointing, closing["type"], closing["what"]
            )
        elif not _OF_OTHER.match(window):
            yield OwnWords(pointing.start, pointing.end, pointing, None)


def _of_number(window: str, own_number: str) -> re.Match[str] | None:
    """The words that give the document by its own number, as a text does that was amended later."""
    found = _OF_NUMBER.match(window)
    return found if found is not None and _is_this(found, own_number) else None


def _is_this(found: re.Match[str], own_number: str) -> bool:
    """Whether words mean the document itself: they say "này" (this), or its own number."""
    return found["number"] is None or (bool(own_number) and normalise_number(found["number"]) == own_number)


def _attached(line: str, own_number: str) -> Iterator[OwnWords]:
    for one in _ATTACHED.finditer(line):
        if _is_this(one, own_number):
            yield OwnWords(one.start(), one.end(), None, one["type"], one["what"])
