"""The pages of a DOCX as the rules see them: each section's paper and margins, and where and how its page number stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from docmgr.writing.layout.looks import Looks, RunLook, qn, whole

_TWIPS_PER_MM = 1440 / 25.4
# A page number, whichever switches follow, and the switch that says how it is written.
_PAGE_FIELD = re.compile(r"^\s*PAGE\b")
_SWITCH = re.compile(r"\\\*\s*([A-Za-z]+)")
_WRITTEN = {"roman": "roman", "alphabetic": "letters", "cardtext": "words", "ordtext": "words"}
_FORMATS = {"lowerRoman": "roman", "upperRoman": "roman", "lowerLetter": "letters", "upperLetter": "letters", "cardinalText": "words", "ordinalText": "words"}
_POSITION = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"


@dataclass(frozen=True, slots=True)
class PageSetup:
    """A section's page: sizes and margins in millimetres. The gutter counts to the left margin. `first_number` is the number of its first
    page, None where it goes on from the section before. `known` says that the file gives the margins."""

    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float
    first_number: int | None = None
    known: bool = True


@dataclass(frozen=True, slots=True)
class PageNumber:
    """Where a page number stands: in the section `section`, counted from 0, in its `header` or footer, of the first page only (`first`)
    or of all; and how: `digits` are decimal, roman, letters or words."""

    section: int
    header: bool
    first: bool
    align: str
    digits: str
    look: RunLook


def setup(section: Any) -> PageSetup:
    """The page of a section (w:sectPr)."""

    def mm(name: str, side: str) -> float:
        element = section.find(qn(f"w:{name}"))
        try:
            return float(element.get(qn(f"w:{side}"))) / _TWIPS_PER_MM
        except (AttributeError, TypeError, ValueError):
            return 0.0

    left, right, top, bottom, gutter = (mm("pgMar", side) for side in ("left", "right", "top", "bottom", "gutter"))
    known = section.find(qn("w:pgMar")) is not None
    return PageSetup(mm("pgSz", "w"), mm("pgSz", "h"), left + gutter, right, top, bottom, _first_number(section), known)


def _first_number(section: Any) -> int | None:
    kind = section.find(qn("w:pgNumType"))
    return whole(kind.get(qn("w:start"))) if kind is not None else None


def numbering(document: Any, looks: Looks) -> tuple[tuple[PageNumber, ...], bool]:
    """The page numbers of an opened document of python-docx, and whether its first page differs. It does too where it is a section of its
    own without number."""
    sections, even = list(document.sections), bool(document.settings.odd_and_even_pages_header_footer)
    found = [tuple(_numbers(one, place, looks, even)) for place, one in enumerate(sections)]
    for place, numbers in enumerate(found[:2]):
        if numbers:
            differs = bool(place or sections[place].different_first_page_header_footer)
            return tuple(number for one in found for number in one), differs
    return (), False


def _numbers(section: Any, place: int, looks: Looks, even: bool) -> Iterator[PageNumber]:
    """The page numbers in the headers and footers of a section. Reading a header that a section lacks would add one to it, so those
    that are only inherited are left out."""
    every = [(section.header, True, False), (section.footer, False, False)]
    if section.different_first_page_header_footer:
        every += [(section.first_page_header, True, True), (section.first_page_footer, False, True)]
    if even:
        every += [(section.even_page_header, True, False), (section.even_page_footer, False, False)]
    for part, header, first in every:
        if part.is_linked_to_previous:
            continue
        for paragraph in part._element.iter(qn("w:p")):
            found = _page_run(paragraph)
            if found is not None:
                run, code = found
                yield PageNumber(place, header, first, _across(paragraph, looks), _digits(section._sectPr, code), looks.run(run, paragraph))


def _page_run(paragraph: Any) -> tuple[Any, str] | None:
    """The run that shows the page number, and the code of its field; None where the paragraph has none of its own. A field has its code
    in one run and its result in a later one."""
    for simple in paragraph.iter(qn("w:fldSimple")):
        code = simple.get(qn("w:instr")) or ""
        if _PAGE_FIELD.match(code) and _is_own(simple, paragraph):
            return next(simple.iter(qn("w:r")), simple), code
    for element in paragraph.iter(qn("w:instrText")):
        if _PAGE_FIELD.match(element.text or "") and _is_own(element, paragraph):
            return element.getparent(), "".join(one.text or "" for one in paragraph.iter(qn("w:instrText")))
    return None


def _is_own(element: Any, paragraph: Any) -> bool:
    """Whether the element is of the paragraph itself, and not of a text box in it."""
    return next(element.iterancestors(qn("w:p")), None) is paragraph


def _digits(section: Any, code: str) -> str:
    for switch in _SWITCH.findall(code):
        if switch.lower() in _WRITTEN:
            return _WRITTEN[switch.lower()]
    kind = section.find(qn("w:pgNumType"))
    return _FORMATS.get(str(kind.get(qn("w:fmt"))), "decimal") if kind is not None else "decimal"


def _across(paragraph: Any, looks: Looks) -> str:
    """How a page number is aligned: by the frame or the text box around it, a tab before it, or its paragraph."""
    frame = paragraph.find(f"{qn('w:pPr')}/{qn('w:framePr')}")
    if frame is not None and frame.get(qn("w:xAlign")):
        return str(frame.get(qn("w:xAlign")))
    for anchor in paragraph.iterancestors(f"{_POSITION}anchor"):
        boxed = anchor.find(f"{_POSITION}positionH/{_POSITION}align")
        if boxed is not None and boxed.text:
            return str(boxed.text)
    for tab in paragraph.iter(qn("w:ptab")):
        return str(tab.get(qn("w:alignment")) or "left")
    tabs = sum(1 for run in paragraph.iter(qn("w:r")) if run.find(qn("w:tab")) is not None)
    return "center" if tabs == 1 else looks.paragraph(paragraph).align
