"""What the lines of annexes (phụ lục) are for: the word with its number, the title, and the reference to the document they belong to; the
rest stays `annex`. A line is known by its words and its place; its look helps only where a title has no reference below it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from docmgr.writing.layout.body_roles import begins_part
from docmgr.writing.layout.sheet import LaidLine, LaidSheet
from legaltext.letters import is_capitals
from legaltext.text import fold

_ORDINAL = r"(?P<no>[IVXLC]+|\d{1,3}[a-zđ]?|[A-ZĐ]|[….\d\s]+)"
HEAD = re.compile(rf"phụ lục(?:\s+(?:số\s*)?{_ORDINAL})?\s*[.:]?", re.IGNORECASE)
# The title goes on in the line of the word.
_JOINED = re.compile(rf"phụ lục(?:\s+(?:số\s*)?{_ORDINAL}\s*[.:–-]|\s*[:–-])\s*[^\s.…].{{5,150}}", re.IGNORECASE)
_REFERENCE = re.compile(r"\(?\s*(?:được )?(?:ban hành )?kèm theo\b", re.IGNORECASE)
# What one may be attached to has a number, or is an act of law.
_ATTACHED_TO = re.compile(r"\b(?:số|luật|nghị định|thông tư|quyết định|nghị quyết|văn bản)\b", re.IGNORECASE)
_FORM = re.compile(r"mẫu\s+(?:số\s+)?[\dIVX]", re.IGNORECASE)
# A technical standard has annexes of its own, with rules of their own.
_STANDARD = re.compile(r"quy chuan ky thuat quoc gia\b|qcvn \d")
# A title is not longer, and a reference not longer than so many lines.
_TITLE_LINES, _REFERENCE_LINES, _REFERENCE_LETTERS = 8, 4, 600


@dataclass(slots=True)
class Annex:
    """One annex: the line with the word, the lines of the title and of the reference, and how many letters it has in all."""

    head: LaidLine
    title: list[LaidLine] = field(default_factory=list)
    reference: list[LaidLine] = field(default_factory=list)
    letters: int = 0


def annexes(sheet: LaidSheet) -> list[Annex]:
    """The annexes of a sheet whose lines have their roles."""
    found: list[Annex] = []
    for line in sheet.lines:
        if line.role == "annex_head":
            found.append(Annex(line))
        elif found and line.role == "annex_title":
            found[-1].title.append(line)
        elif found and line.role == "reference":
            found[-1].reference.append(line)
        if found:
            found[-1].letters += len(line.words)
    return found


def is_reference(line: LaidLine) -> bool:
    """Whether the line begins the words "(Kèm theo …)" below a title."""
    return _REFERENCE.match(line.words) is not None and len(line.words) < _REFERENCE_LETTERS and _ATTACHED_TO.search(line.words) is not None


def fill_reference(lines: Sequence[LaidLine], place: int) -> int:
    """Give the line at `place` and those that go on up to the closing parenthesis the role reference. Returns the place behind them."""
    for after in range(place, min(place + _REFERENCE_LINES, len(lines))):
        if after > place and (not lines[after].words or lines[after].ruled):
            return after
        lines[after].role = "reference"
        if re.search(r"\)\W*\d?$", lines[after].words) or not lines[place].words.startswith("("):
            return after + 1
    return min(place + _REFERENCE_LINES, len(lines))


def fill_annexes(lines: Sequence[LaidLine]) -> None:
    """Give the lines behind a document, or of a file that is an annex by itself, their roles."""
    place, in_form = 0, False
    while place < len(lines):
        line = lines[place]
        if _STANDARD.match(fold(line.words)) and len(line.words) < 60:
            return
        if _is_head(lines, place) and not (in_form and re.search("[….]", line.words)):
            place, in_form = _fill_head(lines, place), False
        elif line.words.startswith("(") and line.cell is None and not in_form and is_reference(line):
            place = fill_reference(lines, place)
        else:
            in_form = in_form or _FORM.match(line.words) is not None
            place += 1


def _is_head(lines: Sequence[LaidLine], place: int) -> bool:
    line = lines[place]
    if line.cell is not None or line.boxed or len(line.words) > _REFERENCE_LETTERS:
        return False
    if HEAD.fullmatch(line.words):
        return True
    return _JOINED.fullmatch(line.words) is not None and _reference_near(lines, place + 1) is not None


def _reference_near(lines: Sequence[LaidLine], start: int) -> int | None:
    """The place of the reference among the next few lines with words, or None."""
    seen = 0
    for place in range(start, len(lines)):
        line = lines[place]
        if not line.words:
            continue
        if _REFERENCE.match(line.words) and len(line.words) < _REFERENCE_LETTERS:
            return place
        seen += 1
        if seen > _TITLE_LINES or line.cell is not None or HEAD.fullmatch(line.words):
            return None
    return None


def _fill_head(lines: Sequence[LaidLine], head: int) -> int:
    """Give the lines of one annex's head their roles. Returns the place behind them."""
    lines[head].role = "annex_head"
    reference = _reference_near(lines, head + 1)
    stop = reference if reference is not None else min(head + 1 + _TITLE_LINES, len(lines))
    for place in range(head + 1, stop):
        line = lines[place]
        if not line.words or line.ruled:
            continue
        if reference is None and not _is_title(line):
            return place
        line.role = "annex_title"
    if reference is None:
        return stop
    after = fill_reference(lines, reference)
    if not any(line.role == "annex_title" for line in lines[head:reference]):
        # Some put the reference above the title.
        for line in lines[after : after + 2]:
            if line.words and not line.ruled and is_capitals(line.shown) and _is_title(line):
                line.role = "annex_title"
    return after


def _is_title(line: LaidLine) -> bool:
    if line.cell is not None or len(line.words) > 250 or _FORM.match(line.words) or begins_part(line):
        return False
    return line.look.align == "center" or is_capitals(line.shown)
