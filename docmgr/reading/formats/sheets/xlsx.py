"""Read XLSX files. Each sheet becomes a heading and a table, with values as a person sees them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from docmgr.reading.formats.ooxml import ZIP_FAULTS, has_doctype, open_package
from docmgr.reading.formats.sheets.rows import Cells, sheet_blocks, workbook_blocks
from docmgr.reading.formats.sheets.values import shown
from docmgr.reading.limits import DEFAULT_LIMITS, ReadingLimits
from docmgr.reading.notes import Remark
from docmgr.reading.outcomes import Unreadable
from docmgr.reading.types import Block, PartContents

_FAULTS = (*ZIP_FAULTS, InvalidFileException, etree.XMLSyntaxError, TypeError, AttributeError, SyntaxError)


def read_xlsx(path: Path, limits: ReadingLimits = DEFAULT_LIMITS) -> PartContents:
    """Read the XLSX workbook at `path` within `limits`. Raises Unreadable when it is broken, encrypted, too
    large or declares a DTD."""
    package = open_package(path, limits)
    for name in package.names():
        if name.endswith((".xml", ".rels")) and has_doctype(package.read(name)[:4096]):
            raise Unreadable("doctype")
    notes: list[Remark] = []
    try:
        # openpyxl refuses a path without its own endings, and stored files have none.
        with path.open("rb") as stream:
            book = load_workbook(stream, read_only=True, data_only=True, keep_links=False)
            blocks = workbook_blocks(_sheets(book, limits, notes), limits, notes)
    except _FAULTS as fault:
        raise Unreadable("broken") from fault
    return PartContents("xlsx", tuple(blocks), notes=tuple(notes))


def _sheets(book: Any, limits: ReadingLimits, notes: list[Remark]) -> Iterator[Block]:
    for number, sheet in enumerate(book.worksheets):
        # The stored dimension can be too small or too large, so rows are counted as they are read.
        sheet.reset_dimensions()
        yield from sheet_blocks(sheet.title or "", number, _rows(sheet), limits, notes)


def _rows(sheet: Any) -> Iterator[tuple[int, Cells]]:
    for row, cells in enumerate(sheet.iter_rows()):
        yield (
            row,
            [(col, shown(cell.value, cell.number_format)) for col, cell in enumerate(cells) if cell.value is not None],
        )
