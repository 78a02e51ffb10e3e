"""Read XLSX files. Each sheet becomes a heading and a table, with values as a person sees them.

This module decides how numbers and dates are written, and where a long sheet is cut.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from docmgr.reading.formats.blocks import capped
from docmgr.reading.formats.ooxml import ZIP_FAULTS, has_doctype, open_package
from docmgr.reading.limits import DEFAULT_LIMITS, ReadingLimits
from docmgr.reading.outcomes import Unreadable
from docmgr.reading.types import Block, PartContents
from legaltext.text import clean_lines

_FAULTS = (*ZIP_FAULTS, InvalidFileException, etree.XMLSyntaxError, TypeError, AttributeError, SyntaxError)


def read_xlsx(path: Path, limits: ReadingLimits = DEFAULT_LIMITS) -> PartContents:
    """Read the XLSX workbook at `path` within `limits`. Raises Unreadable when it is broken, encrypted, too
    large or declares a DTD."""
    package = open_package(path, limits)
    for name in package.names():
        if name.endswith((".xml", ".rels")) and has_doctype(package.read(name)[:4096]):
            raise Unreadable("doctype")
    notes: list[str] = []
    try:
        book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
        blocks = capped(_sheets(book, limits, notes), limits)
    except _FAULTS as fault:
        raise Unreadable("broken") from fault
    return PartContents("xlsx", tuple(blocks), notes=tuple(notes))


def _sheets(book: Any, limits: ReadingLimits, notes: list[str]) -> Iterator[Block]:
    for number, sheet in enumerate(book.worksheets):
        yield from (Block(line, "heading", level=1) for line in clean_lines(sheet.title or ""))
        # The stored dimension can be too small or too large, so rows are counted as they are read.
        sheet.reset_dimensions()
        for row, cells in enumerate(sheet.iter_rows(values_only=True)):
            if row >= limits.sheet_rows:
                notes.append(f"Trang tính “{sheet.title}” chỉ đọc {limits.sheet_rows} dòng đầu.")
                break
            for col, value in enumerate(cells):
                for line in clean_lines(shown(value)):
                    yield Block(line, "cell", table=number, row=row, col=col)


def shown(value: object) -> str:
    """Format the value of a cell as text: whole numbers without decimals, dates as dd/mm/yyyy, and "" for
    None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.10g}"
    if isinstance(value, datetime.datetime):
        at_midnight = value.time() == datetime.time()
        return value.strftime("%d/%m/%Y" if at_midnight else "%d/%m/%Y %H:%M")
    if isinstance(value, datetime.date):
        return value.strftime("%d/%m/%Y")
    return str(value)
