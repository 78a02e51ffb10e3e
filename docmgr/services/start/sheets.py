"""Read the rows of a workbook that somebody filled in: find the line with the names of the columns, and the cells below.

The workbook is read where other uploads are read, in a process with limits; this module gets plain text only. Columns
are recognised by their names, with and without diacritics, in any order. Errors name the row and the column as the
person sees them.
"""

from __future__ import annotations

import re
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from docmgr.reading.limits import DEFAULT_LIMITS, MIB, ReadingLimits
from docmgr.reading.process.runner import Reader
from docmgr.reading.types import TEXT, Reading
from docmgr.services.errors import Invalid
from docmgr.services.message import Message, Translate, vietnamese
from docmgr.writing import formats, tables
from docmgr.writing.tables import Table
from indexer import fold
from legaltext.text import clean_line

MAX_BYTES = 2 * MIB
# In characters. Longer texts fit no field.
MAX_CELL = 500
# The line with the names may stand below a title and notes.
MAX_ABOVE = 30
# One workbook is read at a time in a web process, and less of it than of a document.
LIMITS = replace(
    DEFAULT_LIMITS, file_bytes=MAX_BYTES, wall_s=60.0, archive_total_bytes=64 * MIB, sheet_rows=3_000, sheet_cells=40_000, output_bytes=16 * MIB
)
TOO_MANY = Message("Tệp có quá nhiều dòng hoặc quá nhiều chữ; hãy chia ra nhiều tệp.")
NO_WORKBOOK = Message("Hãy chọn một tệp XLSX (Excel).")
_BESIDES = re.compile(r"\(.*?\)|[*:.]")


@dataclass(frozen=True)
class SheetColumn:
    """A column that is looked for. `label` is its name in the sample; `names` are other names that count as well, without
    diacritics. A workbook must have it when it is `required`."""

    label: Message
    names: tuple[str, ...] = ()
    required: bool = False


Columns = Mapping[str, SheetColumn]
# The filled rows of a sheet: text by column, by row, both counted from 0.
Sheet = Mapping[int, Mapping[int, str]]


@dataclass(frozen=True)
class SheetRow:
    """One filled row. `number` is the row as the program of the workbook counts, from 1. `cells` have the texts by key of
    the columns; a blank cell is ""."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class CellFault:
    """What is wrong with one cell. `label` names its column."""

    number: int
    label: Message
    fault: Message

    @property
    def message(self) -> Message:
        """The whole sentence, such as "Dòng 7, cột Vai trò: …"."""
        return Message("Dòng %(row)s, cột %(column)s: %(fault)s", row=self.number, column=self.label, fault=self.fault)


def read(data: bytes, columns: Columns, most: int) -> tuple[SheetRow, ...]:
    """Read the rows below the names of the `columns` from the bytes of a workbook. Only the first sheet that has these names
    counts. Raises Invalid with the field "file" when the bytes are no workbook that can be read, a required column is
    missing, a column comes twice, a text is too long, no row is filled, or more than `most` are."""
    return _rows(raw(data), columns, most)


def raw(data: bytes, limits: ReadingLimits = LIMITS, too_many: Message = TOO_MANY) -> list[Sheet]:
    """Read the filled rows of each sheet from the bytes of a workbook, within `limits`. Raises Invalid with the field "file" when they are no
    workbook that can be read, and with the words `too_many` when it has more rows or words than that."""
    if len(data) > limits.file_bytes:
        raise Invalid(Message("Tệp lớn hơn %(limit)s MB.", limit=limits.file_bytes // MIB), "file")
    if not data.startswith(b"PK"):
        raise Invalid(NO_WORKBOOK, "file")
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file, Reader() as reader:
        file.write(data)
        file.flush()
        reading = reader.read(Path(file.name), limits=limits, interpret=False, name="danh-sach.xlsx", convert=False)
    sheets: dict[int, dict[int, dict[int, str]]] = defaultdict(lambda: defaultdict(dict))
    for block in _readable(reading, too_many).blocks:
        if block.table is not None and block.row is not None and block.col is not None:
            row = sheets[block.table][block.row]
            row[block.col] = clean_line(f"{row.get(block.col, '')} {block.text}")
    return list(sheets.values())


def _readable(reading: Reading, too_many: Message) -> Reading:
    if reading.kind != "xlsx":
        raise Invalid(NO_WORKBOOK, "file")
    # Where something was left out, this would not be all.
    if reading.reason_code in ("too_large", "too_long") or any(note.is_cut for note in reading.notes):
        raise Invalid(too_many, "file")
    if reading.outcome != TEXT:
        raise Invalid(Message("Không đọc được tệp này; hãy lưu lại ở dạng XLSX, không đặt mật khẩu, rồi chọn lại."), "file")
    return reading


def _rows(sheets: Sequence[Sheet], columns: Columns, most: int) -> tuple[SheetRow, ...]:
    for rows in sheets:
        for number in sorted(rows)[:MAX_ABOVE]:
            if places := _named(rows[number], columns):
                return _below(rows, number, places, most)
    names = ", ".join(f"“{column.label.told()}”" for column in columns.values() if column.required)
    raise Invalid(Message("Không thấy dòng tên cột; tệp cần có các cột %(names)s, như trong tệp mẫu.", names=names), "file")


def _named(cells: Mapping[int, str], columns: Columns) -> dict[str, int] | None:
    """Find the places of the columns in a row, by key; None unless it has all names that are required. Raises Invalid when
    it has one of them twice."""
    places: dict[str, int] = {}
    for col, text in cells.items():
        said = " ".join(fold(_BESIDES.sub(" ", text)).split())
        for key, column in columns.items():
            if said in (fold(column.label.told()), *column.names):
                if key in places:
                    raise Invalid(Message("Tệp có hai cột “%(column)s”.", column=column.label), "file")
                places[key] = col
    return places if all(key in places for key, column in columns.items() if column.required) else None


def _below(rows: Mapping[int, Mapping[int, str]], head: int, places: Mapping[str, int], most: int) -> tuple[SheetRow, ...]:
    found = []
    for number in sorted(rows):
        cells = {key: rows[number].get(col, "") for key, col in places.items()}
        if number > head and any(cells.values()):
            if any(len(text) > MAX_CELL for text in cells.values()):
                raise Invalid(Message("Dòng %(row)s có ô dài quá %(limit)s ký tự.", row=number + 1, limit=MAX_CELL), "file")
            found.append(SheetRow(number + 1, cells))
    if not found:
        raise Invalid(Message("Dưới dòng tên cột chưa có dòng nào."), "file")
    if len(found) > most:
        raise Invalid(Message("Tệp có %(rows)s dòng; mỗi lần nhập nhiều nhất %(most)s dòng.", rows=len(found), most=most), "file")
    return tuple(found)


def sample(title: str, notes: Sequence[str], columns: Columns, rows: Iterable[Sequence[str]], translated: Translate = vietnamese) -> bytes:
    """Write a workbook to fill in, with examples in its `rows`. Returns its bytes; `translated` translates Vietnamese words."""
    names = tuple(column.label.told(translated) for column in columns.values())
    table = Table(title, tuple(notes), names, [tuple(row) for row in rows], translated(tables.PAGE), translated(tables.SHEET))
    return formats.write(table, "xlsx")[0]
