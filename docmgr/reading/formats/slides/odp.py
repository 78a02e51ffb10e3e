"""Read ODP files: the title, text, tables and notes of each slide, in the order of the slides."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from docmgr.reading.formats.blocks import capped
from docmgr.reading.formats.odf import PARAGRAPHS, PRESENTATION, line_of, open_body
from docmgr.reading.formats.odt import OFFICE, TABLE
from docmgr.reading.letters.lines import raw_lines
from docmgr.reading.limits import DEFAULT_LIMITS, ReadingLimits
from docmgr.reading.types import Block, PartContents

_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_TITLES = ("title", "subtitle")


def read_odp(path: Path, limits: ReadingLimits = DEFAULT_LIMITS) -> PartContents:
    """Read the ODP presentation at `path` within `limits`. Raises Unreadable when it is encrypted, broken or too
    large."""
    body, apart = open_body(path, "presentation", limits)
    pages = list(body.iterchildren(_DRAW + "page"))
    return PartContents("odp", tuple(capped(_slides(pages), limits)), pages=len(pages) or None, apart=apart)


def _slides(pages: list[etree._Element]) -> Iterator[Block]:
    tables: dict[etree._Element, int] = {}
    for number, page in enumerate(pages, 1):
        for paragraph in page.iter(*PARAGRAPHS):
            above = list(paragraph.iterancestors())
            if any(element.tag == OFFICE + "annotation" for element in above):
                continue
            for line in raw_lines(line_of(paragraph)):
                yield _block(line, number, above, tables)


def _block(line: str, page: int, above: list[etree._Element], tables: dict[etree._Element, int]) -> Block:
    """Make the block of one line. `above` are the elements that contain it, the innermost first, and `tables` numbers
    the tables so far."""
    if any(element.tag == PRESENTATION + "notes" for element in above):
        return Block(line, "footnote", page=page)
    table = next((element for element in above if element.tag == TABLE + "table"), None)
    if table is not None:
        cell = next(element for element in above if element.tag == TABLE + "table-cell")
        row = next(element for element in above if element.tag == TABLE + "table-row")
        number = tables.setdefault(table, len(tables))
        rows = list(table.iter(TABLE + "table-row"))
        return Block(line, "cell", table=number, row=rows.index(row), col=row.index(cell), page=page)
    kinds = {element.get(PRESENTATION + "class") for element in above}
    title = not kinds.isdisjoint(_TITLES)
    return Block(line, "heading" if title else "paragraph", 1 if title else 0, page=page)
