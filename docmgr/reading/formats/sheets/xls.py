"""Read XLS files (Excel 2 to 2003). Each sheet becomes a heading and a table, with values as Excel shows them."""

from __future__ import annotations

import contextlib
import io
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import xlrd

from docmgr.reading.formats.sheets.margins import printed_lines
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
# Records of page headers and footers ([MS-XLS] 2.4.136, 2.4.124), and the first version that writes text in Unicode.
_EDGES = {0x14: "header", 0x15: "footer"}
_RECORD = struct.Struct("<HH")
_UNICODE_BIFF = 80
_ERRORS = xlrd.error_text_from_code


def read_xls(path: Path, limits: ReadingLimits = DEFAULT_LIMITS) -> PartContents:
    """Read the workbook of Excel 2 to 2003 at `path` within `limits`. Macros are not looked at. Raises Unreadable when
    it is encrypted, broken or too large."""
    notes: list[Remark] = []
    with _parsing():
        book = xlrd.open_workbook(
            path,
            logfile=io.StringIO(),
            formatting_info=True,
            on_demand=True,
            ragged_rows=True,
            ignore_workbook_corruption=True,
        )
    blocks = workbook_blocks(_sheets(book, limits, notes), limits, notes)
    return PartContents("xls", tuple(blocks), notes=tuple(notes), apart=tuple(dict.fromkeys(_edges(book))))


@contextlib.contextmanager
def _parsing() -> Iterator[None]:
    """Around what xlrd does alone: its faults are those of the file, and faults elsewhere are ours."""
    try:
        yield
    except _FAULTS as fault:
        raise Unreadable("encrypted" if "encrypted" in str(fault) else "broken") from fault


def _edges(book: Any) -> Iterator[Block]:
    """Yield the lines of page headers and footers of all sheets. xlrd does not keep them, so the records are walked through."""
    at, end = book.base, min(book.base + book.stream_len, len(book.mem))
    while at + _RECORD.size <= end:
        code, size = _RECORD.unpack_from(book.mem, at)
        at += _RECORD.size
        if code in _EDGES:
            codes = _text(bytes(book.mem[at : at + size]), None if book.biff_version >= _UNICODE_BIFF else book.encoding)
            yield from (Block(line, _EDGES[code]) for line in printed_lines(codes))
        at += size


def _text(data: bytes, encoding: str | None) -> str:
    """Read the text of a record: its length, then its letters in `encoding`; None for Unicode, with a byte of flags."""
    if encoding is not None:
        return data[1 : 1 + data[0]].decode(encoding, "replace") if data else ""
    return data[3:].decode("utf-16-le" if data[2] & 1 else "latin-1", "replace") if len(data) > 2 else ""


def _sheets(book: Any, limits: ReadingLimits, notes: list[Remark]) -> Iterator[Block]:
    for number, name in enumerate(book.sheet_names()):
        with _parsing():
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
