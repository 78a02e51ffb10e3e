"""Write tables as CSV and XLSX in which no spreadsheet program finds a formula.

A cell that begins like a formula must stay text. CSV has no types, so such a cell gets an apostrophe in
front (OWASP, CSV Injection). XLSX has types, so the cell is marked as text and stays unchanged. The caller
decides what the rows contain.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

Cell = str | int | float | dt.date | dt.datetime | None

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
XLSX_CELL_LIMIT = 32_767
WIDTH_LIMIT = 60
PAGE, SHEET = "Trang", "Dữ liệu"

# Full-width and small forms are included: East Asian versions of Excel treat them like the plain signs.
_STARTS = "=+\\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b"
# When a program uses another separator than the comma, one of its cells may begin in the middle of ours.
_FORMULA = re.compile(rf"(^|[;\t\r\n\v\f\x85\u2028\u2029])(?=[\s\x00\ufeff\u200b]*[{_STARTS}])")
_EDGE = re.compile(r"^(?=[\t\r\n])")
# Characters that XML 1.0 does not allow: control characters, lone surrogates, two noncharacters.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SURROGATES = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class Table:
    """A table to be written. `title` and `notes` (one line each) are printed above it; `columns` are the
    column names. `page` is the word for "page" that DOCX and PDF print, and `sheet` the name of the sheet in
    XLSX."""

    title: str
    notes: tuple[str, ...]
    columns: tuple[str, ...]
    rows: Iterable[tuple[Cell, ...]]
    page: str = PAGE
    sheet: str = SHEET


def to_csv(table: Table) -> bytes:
    """Write the table as CSV and return its bytes, in UTF-8 with a byte order mark. It contains the title,
    the notes, an empty line, the column names and the rows; every cell is quoted."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    for line in (table.title, *table.notes):
        writer.writerow([plain(line)])
    out.write("\r\n")
    writer.writerow([plain(name) for name in table.columns])
    writer.writerows([plain(cell) for cell in row] for row in table.rows)
    return out.getvalue().encode("utf-8-sig")


def plain(cell: Cell) -> str:
    """Write a cell as text for CSV that no spreadsheet program takes for a formula. Dates and times are in
    ISO 8601, with their zone; None gives ""."""
    if cell is None:
        return ""
    if isinstance(cell, dt.date):
        return cell.isoformat()
    if not isinstance(cell, str):
        return str(cell)
    text = _SURROGATES.sub("\ufffd", cell.replace("\x00", "\ufffd"))
    return _EDGE.sub("'", _FORMULA.sub(r"\1'", text))


def to_xlsx(table: Table) -> bytes:
    """Write the table as an XLSX with one sheet and return its bytes. It contains the title, the notes, an
    empty row, the column names (bold, frozen, with a filter) and the rows. Datetimes lose their zone, because
    XLSX has none."""
    book = Workbook(write_only=True)
    page = book.create_sheet(table.sheet)
    header = len(table.notes) + 3
    rows = [tuple(row) for row in table.rows]
    _lay_out(page, table, rows, header)
    page.append([_cell(page, table.title, bold=True)])
    for note in table.notes:
        page.append([_cell(page, note)])
    page.append([])
    page.append([_cell(page, name, bold=True) for name in table.columns])
    for row in rows:
        page.append([_cell(page, value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _lay_out(page: Any, table: Table, rows: list[tuple[Cell, ...]], header: int) -> None:
    page.freeze_panes = f"A{header + 1}"
    last = get_column_letter(len(table.columns))
    page.auto_filter.ref = f"A{header}:{last}{header + len(rows)}"
    for number, name in enumerate(table.columns):
        longest = max((len(str(row[number] or "")) for row in rows[:200]), default=0)
        letter = get_column_letter(number + 1)
        page.column_dimensions[letter].width = min(max(len(name), longest) + 2, WIDTH_LIMIT)


def _cell(page: Any, value: Cell, *, bold: bool = False) -> WriteOnlyCell:
    if not isinstance(value, str):
        return _typed(page, value)
    text = _NOT_XML.sub("\ufffd", value)
    if len(text) > XLSX_CELL_LIMIT:
        text = text[: XLSX_CELL_LIMIT - 1] + "…"
    cell = WriteOnlyCell(page, text)
    # The library would treat "=…" as a formula and "#N/A" as an error; here every string is written as a string.
    cell.data_type = "s"
    if _FORMULA.match(text):
        # The cell stays text even when somebody edits it.
        cell.quotePrefix = True
    if bold:
        cell.font = Font(bold=True)
    return cell


def _typed(page: Any, value: dt.date | dt.datetime | float | None) -> WriteOnlyCell:
    if isinstance(value, dt.datetime):
        cell = WriteOnlyCell(page, value.replace(tzinfo=None))
        cell.number_format = "dd/mm/yyyy hh:mm:ss"
        return cell
    cell = WriteOnlyCell(page, value)
    if isinstance(value, dt.date):
        cell.number_format = "dd/mm/yyyy"
    return cell
