"""Read CSV files: text whose lines are the rows of a table.

This module decides whether a text has the shape of a table, and which character separates its cells.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from docmgr.reading.formats.encoding import decode
from docmgr.reading.formats.sheets.rows import Cells, sheet_blocks, workbook_blocks
from docmgr.reading.letters.lines import split
from docmgr.reading.limits import DEFAULT_LIMITS, ReadingLimits
from docmgr.reading.notes import Remark
from docmgr.reading.outcomes import Unreadable
from docmgr.reading.types import PartContents

NAMES = (".csv", ".tsv")
_DELIMITERS = ";\t,|"
_SAMPLE_LINES = 60
_MAX_CELL = 1_000_000
# Excel writes and reads this first line.
_SEPARATOR = re.compile(r"sep=(?P<mark>.)", re.I)


def delimiter_of(text: str) -> str | None:
    """Find the character that separates the cells of the table in `text`, which may be only its beginning. It is the
    one by which most rows get the same number of cells, at least two. None where `text` is no table."""
    lines = split(text)[:_SAMPLE_LINES]
    if lines and (named := _SEPARATOR.fullmatch(lines[0])):
        return named["mark"]
    best, found = 0.5, None
    for mark in _DELIMITERS:
        try:
            widths = Counter(len(row) for row in csv.reader(lines, delimiter=mark) if any(map(str.strip, row)))
        except csv.Error:
            continue
        wide = [(count, width) for width, count in widths.items() if width > 1]
        share = max(wide)[0] / sum(widths.values()) if wide and sum(widths.values()) > 1 else 0.0
        if share > best:
            best, found = share, mark
    return found


def read_csv(path: Path, limits: ReadingLimits = DEFAULT_LIMITS) -> PartContents:
    """Read the CSV file at `path` within `limits`, as one table without a name. The encoding is found from the bytes.
    Raises Unreadable when a cell is longer than any is, as where a quotation never ends, or the file is too large."""
    text = decode(path.read_bytes())
    mark = delimiter_of(text[:100_000]) or ","
    notes: list[Remark] = []
    csv.field_size_limit(_MAX_CELL)
    try:
        blocks = workbook_blocks(sheet_blocks("", 0, _rows(text, mark), limits, notes), limits, notes)
    except csv.Error as fault:
        raise Unreadable("broken") from fault
    return PartContents("csv", tuple(blocks), notes=tuple(notes))


def _rows(text: str, mark: str) -> Iterator[tuple[int, Cells]]:
    first, _end, rest = text.partition("\n")
    # The first line stays in the count of rows.
    lines = io.StringIO(f"\n{rest}" if _SEPARATOR.fullmatch(first.rstrip("\r")) else text, newline="")
    for row, cells in enumerate(csv.reader(lines, delimiter=mark)):
        yield row, [(col, cell) for col, cell in enumerate(cells) if cell.strip()]
