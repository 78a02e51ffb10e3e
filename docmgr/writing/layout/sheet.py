"""A DOCX as the rules see it: the page, and the lines of the body in their order, those in tables included, each with its effective
format.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from docmgr.writing.layout.looks import Looks, ParagraphLook, RunLook, parsed, qn

_THEME = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/theme"
_TWIPS_PER_MM = 1440 / 25.4
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_V = "{urn:schemas-microsoft-com:vml}"
_STRAIGHT = ("line", "straightConnector1")
_SKIPPED = frozenset(qn(name) for name in ("w:del", "w:moveFrom", "w:txbxContent", "w:pPr"))
# A page number, whichever switches follow.
_PAGE_FIELD = re.compile(r"^\s*PAGE\b")


@dataclass(frozen=True, slots=True)
class LaidRun:
    """A stretch of text with one look."""

    text: str
    look: RunLook


@dataclass(slots=True)
class LaidLine:
    """One line of a paragraph: what stands between two forced line ends. `paragraph` counts the paragraphs with words, from 1; a blank
    one has the number of the paragraph before it. `cell` is (table, row, column) from 0, or None outside tables. `ruled` says that a
    rule stands at it: a border below, or a row of underscores; `drawn` that a drawn line is tied to its paragraph. `role` is what the line is for, once it is known.
    The words and the runs have letters with their marks as one character each; `composed` says that the file has them so too."""

    paragraph: int
    words: str
    runs: tuple[LaidRun, ...]
    look: ParagraphLook
    cell: tuple[int, int, int] | None = None
    ruled: bool = False
    drawn: bool = False
    role: str = ""
    composed: bool = True

    @property
    def shown(self) -> str:
        """The words as people see them: in capitals where the format says so."""
        return "".join(run.text.upper() if run.look.capitals else run.text for run in self.runs)


@dataclass(frozen=True, slots=True)
class PageSetup:
    """A section's page: sizes and margins in millimetres. The gutter counts to the left margin."""

    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float


@dataclass(frozen=True, slots=True)
class PageNumber:
    """Where a page number stands: in the `header` or the footer, of the first page only (`first`) or of all, and how."""

    header: bool
    first: bool
    align: str
    look: RunLook


@dataclass(slots=True)
class LaidSheet:
    """A document to be checked. `first_differs` says that the first page has a header of its own. `own_form` is set where an annex of the
    Decree gives the whole form, which lacks some parts (`slip`: the slip of incoming documents); `law` where the number has the year in it; `attached` where the file is an annex
    by itself and has no heading."""

    pages: tuple[PageSetup, ...]
    lines: list[LaidLine]
    numbers: tuple[PageNumber, ...]
    first_differs: bool
    own_form: bool = False
    slip: bool = False
    law: bool = False
    attached: bool = False
    by_role: dict[str, list[LaidLine]] = field(default_factory=dict)

    def of(self, *roles: str) -> list[LaidLine]:
        """The lines with these roles, in the order of the roles and of the document."""
        return [line for role in roles for line in self.by_role.get(role, ())]


def read(document: Any) -> LaidSheet:
    """Read an opened document of python-docx. The lines have no roles yet."""
    looks = Looks(document.styles.element, _theme(document.part))
    lines = list(_lines(document.element.body, looks))
    sections = list(document.sections)
    numbers, differs = _numbering(sections[:2], looks)
    return LaidSheet(tuple(_setup(one._sectPr) for one in sections), lines, numbers, differs)


def _numbering(sections: list[Any], looks: Looks) -> tuple[tuple[PageNumber, ...], bool]:
    """The page numbers, and whether the first page differs. It does too where it is a section of its own without number."""
    for place, one in enumerate(sections):
        numbers = tuple(_numbers(one, looks))
        if numbers:
            return numbers, bool(place or one.different_first_page_header_footer)
    return (), False


def _theme(part: Any) -> Any | None:
    for relation in part.rels.values():
        if relation.reltype == _THEME and not relation.is_external:
            return parsed(relation.target_part.blob)
    return None


def _setup(section: Any) -> PageSetup:
    def mm(name: str, side: str) -> float:
        element = section.find(qn(f"w:{name}"))
        try:
            return float(element.get(qn(f"w:{side}"))) / _TWIPS_PER_MM
        except (AttributeError, TypeError, ValueError):
            return 0.0

    left, right, top, bottom, gutter = (mm("pgMar", side) for side in ("left", "right", "top", "bottom", "gutter"))
    return PageSetup(mm("pgSz", "w"), mm("pgSz", "h"), left + gutter, right, top, bottom)


def _lines(body: Any, looks: Looks) -> Iterator[LaidLine]:
    count = tables = 0
    for paragraph, cell, style in _paragraphs(body):
        if cell is not None:
            tables = max(tables, cell[0])
        about, split = looks.paragraph(paragraph, style), _split(paragraph, looks, style)
        count += any(run.text.strip() for runs in split for run in runs)
        drawn = _has_drawn_line(paragraph)
        for place, raw in enumerate(split):
            runs = tuple(LaidRun(unicodedata.normalize("NFC", run.text), run.look) for run in raw)
            words = " ".join("".join(run.text for run in runs).replace("\t", " ").split())
            # The rule below a paragraph of several lines stands below the last.
            last = place == len(split) - 1
            ruled = (about.bordered and last) or _is_row(words)
            yield LaidLine(count, words, runs, about, cell, ruled, drawn and last, composed=all(map(_is_composed, raw)))


def _is_composed(run: LaidRun) -> bool:
    return unicodedata.is_normalized("NFC", run.text)


def _is_row(words: str) -> bool:
    return re.fullmatch(r"[_\-–—─]{4,}", words.replace(" ", "")) is not None


def _paragraphs(body: Any) -> Iterator[tuple[Any, tuple[int, int, int] | None, str]]:
    """Each paragraph with its cell and the style of its table. Tables inside tables belong to the outer one's cell."""
    tables = -1
    for child in _unwrapped(body):
        if child.tag == qn("w:p"):
            yield child, None, ""
        elif child.tag == qn("w:tbl"):
            tables += 1
            named = child.find(f"{qn('w:tblPr')}/{qn('w:tblStyle')}")
            style = (named.get(qn("w:val")) or "") if named is not None else ""
            for row, line in enumerate(child.iter(qn("w:tr"))):
                for column, cell in enumerate(one for one in line if one.tag == qn("w:tc")):
                    for paragraph in _unwrapped(cell):
                        if paragraph.tag == qn("w:p"):
                            yield paragraph, (tables, row, column), style


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


def _has_drawn_line(paragraph: Any) -> bool:
    for element in paragraph.iter(_A + "prstGeom", _V + "line", _V + "shape"):
        if element.tag == _V + "line" or element.get("prst") in _STRAIGHT or (element.get("type") or "").endswith("_t32"):
            return True
    return False


def _numbers(section: Any, looks: Looks) -> Iterator[PageNumber]:
    """The page numbers in the headers and footers of a section. Reading a header that a section lacks would add one to it, so those
    that are only inherited are left out."""
    parts = ((section.header, True, False), (section.footer, False, False))
    own = ((section.first_page_header, True, True), (section.first_page_footer, False, True))
    for part, header, first in (*parts, *(own if section.different_first_page_header_footer else ())):
        if part.is_linked_to_previous:
            continue
        for paragraph in part._element.iter(qn("w:p")):
            run = _page_run(paragraph)
            if run is not None:
                yield PageNumber(header, first, _across(paragraph, looks), looks.run(run, paragraph))


def _page_run(paragraph: Any) -> Any | None:
    """The run that shows the page number, or None. A field has its code in one run and its result in a later one."""
    for simple in paragraph.iter(qn("w:fldSimple")):
        if _PAGE_FIELD.match(simple.get(qn("w:instr")) or ""):
            return next(simple.iter(qn("w:r")), simple)
    for code in paragraph.iter(qn("w:instrText")):
        if _PAGE_FIELD.match(code.text or ""):
            return code.getparent()
    return None


def _across(paragraph: Any, looks: Looks) -> str:
    """How a page number is aligned: by its paragraph, the frame around it, or a tab before it."""
    frame = paragraph.find(f"{qn('w:pPr')}/{qn('w:framePr')}")
    if frame is not None and frame.get(qn("w:xAlign")):
        return str(frame.get(qn("w:xAlign")))
    tabs = sum(1 for run in _runs(paragraph) if run.find(qn("w:tab")) is not None)
    return "center" if tabs == 1 else looks.paragraph(paragraph).align
