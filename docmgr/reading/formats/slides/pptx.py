"""Read PPTX files: the title, text, tables, diagrams and notes of each slide, in the order of the slides.

This module decides which shapes of a slide are text; dates, slide numbers and repeated footers are not. Footers and what
masters and layouts print are only given apart, since a stamp of secrecy may stand there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from docmgr.reading.formats.blocks import capped
from docmgr.reading.formats.ooxml import Package, open_package, parse_xml
from docmgr.reading.letters.lines import raw_lines
from docmgr.reading.limits import DEFAULT_LIMITS, ReadingLimits
from docmgr.reading.outcomes import Unreadable
from docmgr.reading.types import Block, PartContents

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}relIds"
_TITLES = ("title", "ctrTitle")
_FOOTERS = ("ftr", "hdr")
_REPEATED = ("dt", "sldNum", "sldImg", *_FOOTERS)
_NOTES = "notesSlide"
# What a slide and its notes stand on.
_BELOW = ("slideLayout", "slideMaster", _NOTES, "notesMaster")


@dataclass
class _Slide:
    """One slide while it is read. `number` counts from 1, `relations` are those of its part, and `tables` is how many
    tables came before. `apart` gets the lines that are no text of the slide."""

    package: Package
    relations: dict[str, tuple[str, str]]
    number: int
    tables: int
    apart: list[Block]

    def blocks(self, tree: etree._Element) -> Iterator[Block]:
        """Yield the blocks of a shape tree: titles first, then the other shapes in their order."""
        shapes = list(_shapes(tree))
        for shape in shapes:
            if _placeholder(shape) in _TITLES:
                yield from (Block(line, "heading", level=1, page=self.number) for line in _lines(shape))
        for shape in shapes:
            kind = _placeholder(shape)
            if kind in _FOOTERS:
                self.apart += (Block(line, "footer") for line in _lines(shape))
            if kind in _TITLES or kind in _REPEATED:
                continue
            if shape.tag == P + "graphicFrame":
                yield from self._frame(shape)
            else:
                yield from (Block(line, page=self.number) for line in _lines(shape))

    def _frame(self, frame: etree._Element) -> Iterator[Block]:
        for table in frame.iter(A + "tbl"):
            for row, tr in enumerate(table.iterchildren(A + "tr")):
                for col, cell in enumerate(tr.iterchildren(A + "tc")):
                    for line in _lines(cell):
                        yield Block(line, "cell", table=self.tables, row=row, col=col, page=self.number)
            self.tables += 1
        for diagram in frame.iter(_DIAGRAM):
            _, part = self.relations.get(diagram.get(R + "dm") or "", ("", ""))
            if self.package.has(part):
                data = parse_xml(self.package.read_xml(part))
                yield from (Block(line, page=self.number) for line in _lines(data))

    def notes(self) -> Iterator[Block]:
        """Yield what the speaker noted below the slide."""
        for kind, part in self.relations.values():
            if kind == _NOTES and self.package.has(part):
                for shape in _shapes(parse_xml(self.package.read_xml(part))):
                    if _placeholder(shape) == "body":
                        yield from (Block(line, "footnote", page=self.number) for line in _lines(shape))
                    elif _placeholder(shape) in ("", *_FOOTERS):
                        self.apart += (Block(line, "footer") for line in _lines(shape))


def read_pptx(path: Path, limits: ReadingLimits = DEFAULT_LIMITS) -> PartContents:
    """Read the PPTX presentation at `path` within `limits`. Raises Unreadable when it is broken, encrypted, too large
    or declares a DTD."""
    package = open_package(path, limits)
    main = next((part for kind, part in package.relations("").values() if kind == "officeDocument"), "")
    main = main if package.has(main) else "ppt/presentation.xml"
    related = package.relations(main)
    ids = [slide.get(R + "id") or "" for slide in parse_xml(package.read_xml(main)).iter(P + "sldId")]
    parts = [related[one][1] for one in ids if one in related]
    if ids and not parts:
        raise Unreadable("broken")
    apart: list[Block] = []
    blocks = tuple(capped(_slides(package, parts, apart), limits))
    apart += _masters(package, parts)
    return PartContents("pptx", blocks, pages=len(parts) or None, apart=tuple(dict.fromkeys(apart)))


def _slides(package: Package, parts: list[str], apart: list[Block]) -> Iterator[Block]:
    tables = 0
    for number, part in enumerate(parts, 1):
        if not package.has(part):
            continue
        slide = _Slide(package, package.relations(part), number, tables, apart)
        yield from slide.blocks(parse_xml(package.read_xml(part)))
        yield from slide.notes()
        tables = slide.tables


def _masters(package: Package, slides: list[str]) -> Iterator[Block]:
    """Yield the words that layouts and masters print on the slides and notes. Their frames, which wait for text, are left
    out."""
    seen, waiting = set(slides), list(slides)
    while waiting:
        for kind, part in package.relations(waiting.pop()).values():
            if kind not in _BELOW or part in seen or not package.has(part):
                continue
            seen.add(part)
            waiting.append(part)
            for shape in _shapes(parse_xml(package.read_xml(part))) if kind != _NOTES else ():
                if _placeholder(shape) in ("", *_FOOTERS):
                    yield from (Block(line, "footer") for line in _lines(shape))


def _shapes(tree: etree._Element) -> Iterator[etree._Element]:
    """Yield the shapes and frames of a slide, also those in groups, but not the form for older programs."""
    for element in tree.iter(P + "sp", P + "graphicFrame"):
        if not any(above.tag.endswith("}Fallback") for above in element.iterancestors()):
            yield element


def _placeholder(shape: etree._Element) -> str:
    found = next(shape.iter(P + "ph"), None)
    return "" if found is None else found.get("type") or "obj"


def _lines(element: etree._Element) -> Iterator[str]:
    for paragraph in element.iter(A + "p"):
        pieces = (
            "\n" if part.tag == A + "br" else " " if part.tag == A + "tab" else part.text or ""
            for part in paragraph.iter(A + "t", A + "br", A + "tab")
        )
        yield from raw_lines("".join(pieces))
