"""A DOCX as the rules see it: the page, and the lines of the body in their order, those in tables included, each with its effective
format.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from docmgr.writing.layout.lengths import drawn_lines, words_mm
from docmgr.writing.layout.looks import Looks, ParagraphLook, RunLook, parsed, qn, whole
from docmgr.writing.layout.pages import PageNumber, PageSetup, numbering, setup

_THEME = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/theme"
_TWIPS_PER_MM = 1440 / 25.4
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_SKIPPED = frozenset(qn(name) for name in ("w:del", "w:moveFrom", "w:txbxContent", "w:pPr"))
# What Word leaves free at each side of a cell.
_CELL_SIDES_MM = 3.8


@dataclass(frozen=True, slots=True)
class LaidRun:
    """A stretch of text with one look."""

    text: str
    look: RunLook

    @property
    def shown(self) -> str:
        """The text as people see it: in capitals where the format says so."""
        return self.text.upper() if self.look.capitals else self.text


@dataclass(slots=True)
class LaidLine:
    """One line of a paragraph: what stands between two forced line ends. `paragraph` counts the paragraphs with words, from 1; a blank
    one has the number of the paragraph before it. `cell` is (table, row, column) from 0, or None outside tables. `ruled` says that a
    rule stands at it: a border below, or a row of underscores; `drawn` that a drawn line is tied to its paragraph; `rule_mm` is how long
    that is, and `room` how wide a line of the paragraph may be, both in millimetres where the file tells them. `role` is what the line is
    for, once it is known. `boxed` says that it stands in a text box. The words and the runs have letters with their marks as one
    character each; `composed` says that the file has them so too."""

    paragraph: int
    words: str
    runs: tuple[LaidRun, ...]
    look: ParagraphLook
    cell: tuple[int, int, int] | None = None
    ruled: bool = False
    drawn: bool = False
    role: str = ""
    composed: bool = True
    rule_mm: float | None = None
    room: float | None = None
    boxed: bool = False

    @property
    def shown(self) -> str:
        """The words as people see them."""
        return "".join(run.shown for run in self.runs)

    @property
    def long(self) -> float:
        """How long the words are on one line, in millimetres."""
        return sum(words_mm(run.shown, run.look.size, run.look.bold, run.look.raised) for run in self.runs)


@dataclass(slots=True)
class LaidSheet:
    """A document to be checked. `first_differs` says that the first page has a header of its own. `lacks` are the parts that a document of
    its form has not (`slip`: the form is the slip of incoming documents); `issued_with` is set where it is
    issued with a decision and has a file of its own, `law` where the number has the year in it, `attached` where the file is an annex by
    itself and has no heading."""

    pages: tuple[PageSetup, ...]
    lines: list[LaidLine]
    numbers: tuple[PageNumber, ...]
    first_differs: bool
    lacks: frozenset[str] = frozenset()
    slip: bool = False
    issued_with: bool = False
    law: bool = False
    attached: bool = False
    by_role: dict[str, list[LaidLine]] = field(default_factory=dict)

    def of(self, *roles: str) -> list[LaidLine]:
        """The lines with these roles, in the order of the roles and of the document."""
        return [line for role in roles for line in self.by_role.get(role, ())]


def is_bold(line: LaidLine) -> bool:
    """Whether most letters of the line are bold."""
    return share(line, "bold") > 0.5


def share(line: LaidLine, name: str) -> float:
    """The share of the letters of a line whose look has `name` set, from 0 to 1."""
    letters = [(sum(map(str.isalnum, run.text)), getattr(run.look, name)) for run in line.runs]
    return sum(count for count, is_set in letters if is_set) / max(sum(count for count, _ in letters), 1)


def read(document: Any) -> LaidSheet:
    """Read an opened document of python-docx. The lines have no roles yet."""
    looks = Looks(document.styles.element, _theme(document.part))
    pages = tuple(setup(one._sectPr) for one in document.sections)
    room = pages[0].width - pages[0].left - pages[0].right if pages and pages[0].known else None
    lines = list(_lines(document.element.body, looks, room))
    numbers, differs = numbering(document, looks)
    return LaidSheet(pages, lines, numbers, differs)


def _theme(part: Any) -> Any | None:
    for relation in part.rels.values():
        if relation.reltype == _THEME and not relation.is_external:
            return parsed(relation.target_part.blob)
    return None


@dataclass(frozen=True, slots=True)
class _Around:
    """What is around a paragraph: its cell, the style of its table, how wide its lines may be, and whether it is in a text box."""

    cell: tuple[int, int, int] | None = None
    style: str = ""
    room: float | None = None
    boxed: bool = False


def _lines(body: Any, looks: Looks, room: float | None) -> Iterator[LaidLine]:
    count = 0
    for paragraph, place in _paragraphs(body, room):
        about, split = looks.paragraph(paragraph, place.style), _split(paragraph, looks, place.style)
        count += any(run.text.strip() for runs in split for run in runs)
        drawn = drawn_lines(paragraph)
        for number, raw in enumerate(split):
            runs = tuple(LaidRun(unicodedata.normalize("NFC", run.text), run.look) for run in raw)
            words = " ".join("".join(run.text for run in runs).replace("\t", " ").split())
            # The rule below a paragraph of several lines stands below the last.
            last = number == len(split) - 1
            line = LaidLine(count, words, runs, about, place.cell, composed=all(map(_is_composed, raw)), room=place.room, boxed=place.boxed)
            line.ruled, line.drawn = (about.bordered and last) or _is_row(words), bool(drawn) and last
            line.rule_mm = _rule_mm(line, drawn)
            yield line


def _rule_mm(line: LaidLine, drawn: list[float | None]) -> float | None:
    """How long the rule at a line is; None where the file does not tell or several are tied to it."""
    if _is_row(line.words):
        return line.long
    if line.ruled and line.room is not None:
        return line.room - line.look.left - line.look.right
    return drawn[0] if line.drawn and len(drawn) == 1 else None


def _is_composed(run: LaidRun) -> bool:
    return unicodedata.is_normalized("NFC", run.text)


def _is_row(words: str) -> bool:
    return re.fullmatch(r"[_\-–—─]{4,}", words.replace(" ", "")) is not None


def _paragraphs(body: Any, room: float | None) -> Iterator[tuple[Any, _Around]]:
    """Each paragraph with its place, those in text boxes before the one that the box is tied to. Tables inside tables belong to the outer
    one's cell."""
    tables = -1
    for child in _unwrapped(body):
        if child.tag == qn("w:p"):
            yield from _with_boxes(child, _Around(room=room))
        elif child.tag == qn("w:tbl"):
            tables += 1
            named = child.find(f"{qn('w:tblPr')}/{qn('w:tblStyle')}")
            style = (named.get(qn("w:val")) or "") if named is not None else ""
            for row, line in enumerate(child.iter(qn("w:tr"))):
                for column, cell in enumerate(one for one in line if one.tag == qn("w:tc")):
                    place = _Around((tables, row, column), style, _cell_room(cell))
                    for paragraph in _unwrapped(cell):
                        if paragraph.tag == qn("w:p"):
                            yield from _with_boxes(paragraph, place)


def _with_boxes(paragraph: Any, place: _Around) -> Iterator[tuple[Any, _Around]]:
    for box in paragraph.iter(qn("w:txbxContent")):
        # A box in a box is read with the outer one; what is kept for old programs too is read once.
        if next(box.iterancestors(qn("w:txbxContent"), _FALLBACK), None) is None:
            for inner in box.iter(qn("w:p")):
                if next(inner.iterancestors(_FALLBACK), None) is None:
                    yield inner, _Around(place.cell, place.style, None, boxed=True)
    yield paragraph, place


def _cell_room(cell: Any) -> float | None:
    width = cell.find(f"{qn('w:tcPr')}/{qn('w:tcW')}")
    known = whole(width.get(qn("w:w"))) if width is not None and width.get(qn("w:type")) in (None, "dxa") else None
    return known / _TWIPS_PER_MM - _CELL_SIDES_MM if known is not None else None


def _unwrapped(parent: Any) -> Iterator[Any]:
    """The children of an element, with those of content controls in their place."""
    for child in parent:
        if child.tag == qn("w:sdt"):
            content = child.find(qn("w:sdtContent"))
            yield from _unwrapped(content) if content is not None else ()
        else:
            yield child


def _split(paragraph: Any, looks: Looks, style: str) -> list[tuple[LaidRun, ...]]:
    """The runs of a paragraph, line by line."""
    lines: list[list[LaidRun]] = [[]]
    for run in _runs(paragraph):
        look = looks.run(run, paragraph, style)
        if look.hidden:
            continue
        for place, text in enumerate(_text(run).split("\n")):
            if place:
                lines.append([])
            if text:
                lines[-1].append(LaidRun(text, look))
    return [tuple(line) for line in lines]


def _runs(parent: Any) -> Iterator[Any]:
    for child in parent:
        if child.tag == qn("w:r"):
            yield child
        elif child.tag not in _SKIPPED and isinstance(child.tag, str):
            yield from _runs(child)


def _text(run: Any) -> str:
    found = []
    for child in run:
        if child.tag == qn("w:t"):
            found.append(child.text or "")
        elif child.tag == qn("w:tab"):
            found.append("\t")
        elif child.tag in (qn("w:br"), qn("w:cr")):
            found.append("\n" if child.get(qn("w:type")) in (None, "textWrapping") else "")
        elif child.tag == qn("w:noBreakHyphen"):
            found.append("-")
    return "".join(found)
