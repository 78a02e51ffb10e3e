"""Read XLSX files. Each sheet becomes a heading and a table, with values as a person sees them."""

from __future__ import annotations

import contextlib
import html
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from lxml import etree
from openpyxl.reader.excel import ExcelReader
from openpyxl.utils.exceptions import InvalidFileException

from docmgr.reading.formats.ooxml import (
    ZIP_FAULTS,
    Package,
    has_doctype,
    open_package,
    parse_xml,
    transitional,
)
from docmgr.reading.formats.sheets.margins import printed_lines
from docmgr.reading.formats.sheets.rows import Cells, sheet_blocks, workbook_blocks
from docmgr.reading.formats.sheets.values import shown
from docmgr.reading.letters.lines import raw_lines
from docmgr.reading.limits import DEFAULT_LIMITS, ReadingLimits
from docmgr.reading.notes import Remark
from docmgr.reading.outcomes import Unreadable
from docmgr.reading.types import Block, PartContents

_FAULTS = (*ZIP_FAULTS, InvalidFileException, etree.XMLSyntaxError, TypeError, AttributeError, SyntaxError)
_SHEET = re.compile(r"xl/(?:work|chart|dialog|macro)sheets/[^/]+\.xml$")
_DRAWING = re.compile(r"xl/drawings/drawing[^/]*\.xml$")
_EDGE = re.compile(rb"<(?:\w+:)?(?:odd|even|first)(Header|Footer)(?:\s[^>]*)?>([^<]{1,4000})<")
# A row without cells before a row that says its own number: nothing follows from it.
_EMPTY_ROW = re.compile(rb"""<(?:\w+:)?row\s+r="\d+"(?:\s+[\w:.-]+="[^"<>]*")*\s*(?:/>|>\s*</(?:\w+:)?row>)\s*(?=<(?:\w+:)?row\s+r="\d)""")
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"


def read_xlsx(path: Path, limits: ReadingLimits = DEFAULT_LIMITS) -> PartContents:
    """Read the XLSX workbook at `path` within `limits`. Raises Unreadable when it is broken, encrypted, too
    large or declares a DTD."""
    package = open_package(path, limits)
    apart = _looked_through(package)
    notes: list[Remark] = []
    # openpyxl refuses a path without its own endings, and stored files have none.
    with path.open("rb") as stream:
        with _parsing():
            book = _opened(stream)
        blocks = workbook_blocks(_sheets(book, limits, notes), limits, notes)
    return PartContents("xlsx", tuple(blocks), notes=tuple(notes), apart=apart)


@contextlib.contextmanager
def _parsing() -> Iterator[None]:
    """Around what openpyxl does alone: its faults are those of the file, and faults elsewhere are ours."""
    try:
        yield
    except _FAULTS as fault:
        raise Unreadable("broken") from fault


def _opened(stream: IO[bytes]) -> Any:
    reader = ExcelReader(stream, read_only=True, data_only=True, keep_links=False)
    reader.archive.close()
    reader.archive = _Thinned(stream)
    reader.read()
    return reader.wb


class _Thinned(zipfile.ZipFile):
    """The zip file of a workbook whose sheets are opened without their empty rows: programs write a million of them, and each costs
    as much as a row with cells."""

    def open(self, name: str | zipfile.ZipInfo, mode: Any = "r", *rest: Any, **more: Any) -> IO[bytes]:
        """Open a part."""
        found = super().open(name, mode, *rest, **more)
        if not _SHEET.match(name.lower() if isinstance(name, str) else name.filename.lower()):
            return found
        with found:
            data = found.read()
        # In a CDATA section, what looks like a row is text.
        return io.BytesIO(data if b"<![CDATA[" in data else _EMPTY_ROW.sub(b"", data))


def _looked_through(package: Package) -> tuple[Block, ...]:
    """Read the page headers and footers of all sheets, and the text boxes on them. Raises Unreadable("doctype") when any part
    declares a DTD."""
    found: list[Block] = []
    for name in package.names():
        if not name.endswith((".xml", ".rels")):
            continue
        data = package.read(name)
        if has_doctype(data[:4096]):
            raise Unreadable("doctype")
        if _SHEET.match(name):
            found += _edges(transitional(data))
        elif _DRAWING.match(name):
            found += (Block(line, "box") for line in _boxes(transitional(data)))
    return tuple(dict.fromkeys(found))


def _edges(data: bytes) -> Iterator[Block]:
    """Yield the lines of page headers and footers of a sheet, whose part is `data`. They follow its cells, so a sheet of many
    megabytes need not be parsed for them."""
    tail = data[max(0, data.rfind(b"sheetData")) :]
    for found in _EDGE.finditer(tail):
        for line in printed_lines(html.unescape(found[2].decode("utf-8", "replace"))):
            yield Block(line, found[1].decode().lower())


def _boxes(data: bytes) -> Iterator[str]:
    for paragraph in parse_xml(data).iter(_A + "p"):
        yield from raw_lines("".join(piece.text or "" for piece in paragraph.iter(_A + "t")))


def _sheets(book: Any, limits: ReadingLimits, notes: list[Remark]) -> Iterator[Block]:
    for number, sheet in enumerate(book.worksheets):
        with _parsing():
            # The stored dimension can be too small or too large, so rows are counted as they are read.
            sheet.reset_dimensions()
        yield from sheet_blocks(sheet.title or "", number, _rows(sheet), limits, notes)


def _rows(sheet: Any) -> Iterator[tuple[int, Cells]]:
    for row, cells in _read_rows(sheet):
        yield row, [(col, shown(value, form)) for col, value, form in cells]


def _read_rows(sheet: Any) -> Iterator[tuple[int, list[tuple[int, Any, str]]]]:
    """Yield the number from 0 of each row that has cells, and those that are filled, as (column from 0, value, number format)."""
    rows = ((row, cells) for row, cells in enumerate(sheet.iter_rows()) if cells)
    while True:
        with _parsing():
            row, cells = next(rows, (0, None))
            if cells is None:
                return
            filled = [(col, cell.value, cell.number_format) for col, cell in enumerate(cells) if cell.value is not None]
        yield row, filled
