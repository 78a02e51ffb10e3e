"""The tables that this package writes, and tables as CSV. In CSV, a cell that begins like a formula gets an
apostrophe in front. So no spreadsheet program takes it for a formula (OWASP, CSV Injection).
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass

Cell = str | int | float | dt.date | dt.datetime | None

PAGE, SHEET = "Trang", "Dữ liệu"

# Full-width and small forms are included: East Asian versions of Excel treat them like the plain signs.
_STARTS = "=+\\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b"
# When a program uses another separator than the comma, one of its cells may begin in the middle of ours.
FORMULA = re.compile(rf"(^|[;\t\r\n\v\f\x85\u2028\u2029])(?=[\s\x00\ufeff\u200b]*[{_STARTS}])")
_EDGE = re.compile(r"^(?=[\t\r\n])")
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
    return _EDGE.sub("'", FORMULA.sub(r"\1'", text))
