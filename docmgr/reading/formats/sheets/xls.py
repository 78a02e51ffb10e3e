"""Read XLS files (Excel 2 to 2003). Each sheet becomes a heading and a table, with values as Excel shows them."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import xlrd

from docmgr.reading.formats.sheets.rows import Cells, sheet_blocks, workbook_blocks
from docmgr.reading.formats.sheets.values import shown
from docmgr.reading.limits import DEFAULT_LIMITS, ReadingLimits
from docmgr.reading.notes import Remark
from docmgr.reading.outcomes import Unreadable
from docmgr.reading.types import Block, PartContents

# What xlrd raises for damaged records, as seen when files are cut and changed at random.
_FAULTS = (
    xlrd.XLRDError, xlrd.compdoc.CompDocError, struct.error, UnicodeError, AssertionError, IndexError, KeyError,
    ValueError, TypeError, AttributeError, OSError, OverflowError, ArithmeticError,
)  # fmt: skip
_ERRORS = xlrd.error_text_from_code


def read_xls(path: Path, limits: ReadingLimits = DEFAULT_LIMITS) -> PartContents:
    """Read the workbook of Excel 2 to 2003 at `path` within `limits`. Macros are not looked at. Raises Unreadable when
    it is encrypted, broken or too large."""
    notes: list[Remark] = []
    try:
        book = xlrd.open_workbook(
            path,
            logfile=io.StringIO(),
            formatting_info=True,
            on_demand=True,
            ragged_rows=True,
            ignore_workbook_corruption=True,
        )
        blocks = workbook_blocks(_sheets(book, limits, notes), limits, notes)
    except _FAULTS as fault:
        raise Unreadable("encrypted" if "encrypted" in str(fault) else "broken") from fault
    return PartContents("xls", tuple(blocks), notes=tuple(notes))


def _sheets(book: Any, limits: ReadingLimits, notes: list[Remark]) -> Iterator[Block]:
    for number, name in enumerate(book.sheet_names()):
        sheet = book.sheet_by_index(number)
        yield from sheet_blocks(name, number, _rows(book, sheet), limits, notes)
        book.unload_sheet(number)


def _rows(book: Any, sheet: Any) -> Iterator[tuple[int, Cells]]:
    for row in range(sheet.nrows):
        yield row, [(col, _shown(book, cell)) for col, cell in enumerate(sheet.row(row)) if cell.value != ""]


def _shown(book: Any, cell: Any) -> str:
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return shown(bool(cell.value))
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return str(_ERRORS.get(cell.value, ""))
    form = _form(book, cell.xf_index)
    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            moment = xlrd.xldate.xldate_as_datetime(cell.value, book.datemode)
        except (ValueError, OverflowError):
            return shown(cell.value)
        # Excel keeps a time of day as a part of day 0.
        return shown(moment.time() if 0 <= cell.value < 1 else moment, form)
    return shown(cell.value, form)


def _form(book: Any, index: int | None) -> str:
    """Find the number format of a cell by the index of its format record; "" for none."""
    if index is None or not 0 <= index < len(book.xf_list):
        return ""
    found = book.format_map.get(book.xf_list[index].format_key)
    return str(found.format_str) if found is not None else ""
