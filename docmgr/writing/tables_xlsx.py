"""Write a table as an XLSX. A cell that begins like a formula is marked as text, so no spreadsheet program
takes it for a formula.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from docmgr.writing.tables import FORMULA, Cell, Table

CELL_LIMIT = 32_767
WIDTH_LIMIT = 60
# Characters that XML 1.0 does not allow: control characters, lone surrogates, two noncharacters.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


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
    if len(text) > CELL_LIMIT:
        text = text[: CELL_LIMIT - 1] + "…"
    cell = WriteOnlyCell(page, text)
    # The library would treat "=…" as a formula and "#N/A" as an error; here every string is written as a string.
    cell.data_type = "s"
    if FORMULA.match(text):
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
