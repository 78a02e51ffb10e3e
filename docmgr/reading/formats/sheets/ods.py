"""Read ODS files. Each sheet becomes a heading and a table, with values as LibreOffice shows them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from docmgr.reading.formats.odf import PARAGRAPHS, line_of, open_body
from docmgr.reading.formats.odt import OFFICE, TABLE
from docmgr.reading.formats.sheets.rows import Cells, sheet_blocks, workbook_blocks
from docmgr.reading.limits import DEFAULT_LIMITS, ReadingLimits
from docmgr.reading.notes import Remark
from docmgr.reading.types import Block, PartContents

_GROUPS = {TABLE + n for n in ("table-header-rows", "table-rows", "table-row-group")}
# A filled row or cell that is repeated more often than this is a pattern, no data.
_MAX_REPEAT = 200


def read_ods(path: Path, limits: ReadingLimits = DEFAULT_LIMITS) -> PartContents:
    """Read the ODS workbook at `path` within `limits`. Raises Unreadable when it is encrypted, broken or too large."""
    notes: list[Remark] = []
    book, apart = open_body(path, "spreadsheet", limits)
    blocks = workbook_blocks(_sheets(book, limits, notes), limits, notes)
    return PartContents("ods", tuple(blocks), notes=tuple(notes), apart=apart)


def _sheets(book: etree._Element, limits: ReadingLimits, notes: list[Remark]) -> Iterator[Block]:
    for number, sheet in enumerate(book.iterchildren(TABLE + "table")):
        yield from sheet_blocks(sheet.get(TABLE + "name") or "", number, _rows(sheet), limits, notes)


def _rows(sheet: etree._Element) -> Iterator[tuple[int, Cells]]:
    """Yield (row, cells) of a sheet. A row that the file repeats is one element; empty ones are only counted."""
    row = 0
    for element in _row_elements(sheet):
        cells = list(_cells(element))
        times = _repeated(element, "number-rows-repeated")
        for again in range(min(times, _MAX_REPEAT) if cells else 0):
            yield row + again, cells
        row += times


def _row_elements(sheet: etree._Element) -> Iterator[etree._Element]:
    for child in sheet:
        if child.tag == TABLE + "table-row":
            yield child
        elif child.tag in _GROUPS:
            yield from _row_elements(child)


def _cells(row: etree._Element) -> Iterator[tuple[int, str]]:
    col = 0
    for cell in row:
        if cell.tag not in (TABLE + "table-cell", TABLE + "covered-table-cell"):
            continue
        times = _repeated(cell, "number-columns-repeated")
        text = "\n".join(line_of(child) for child in cell if child.tag in PARAGRAPHS)
        text = text or cell.get(OFFICE + "string-value") or cell.get(OFFICE + "value") or ""
        for again in range(min(times, _MAX_REPEAT) if text.strip() else 0):
            yield col + again, text
        col += times


def _repeated(element: etree._Element, attribute: str) -> int:
    """Find how often a row or cell stands in the sheet; at least once. A sheet has no more than seven digits of rows."""
    text = element.get(TABLE + attribute) or "1"
    return max(1, int(text)) if re.fullmatch(r"[0-9]{1,7}", text) else 1
