"""Find zones with columns on a PDF page: the two-column heading, the signature block, and simple tables.

This module decides where such a zone begins and ends and what its cells are. Tables with
ruling lines are found by `rules`. In others, long cells of dense tables may be split or joined wrongly.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from docmgr.reading.formats.pdf.segments import BROKEN, PdfLine
from docmgr.reading.formats.pdf.tables import cell_block
from docmgr.reading.types import Block

_STRUCTURE = re.compile(r"(?:Điều\s+\d|Chương\s+[IVXL\d]|Mục\s+\d|\d{1,2}\.\s|[a-zđ]\)\s|[IVXL]{1,5}\.\s)")
# As a line of its own: "Vận hành độc lập" or "nước Cộng hòa …" in the cell of a table is no heading.
_HEAD = re.compile(
    r"C[ỘÔ]NG\s+H(?:ÒA|OÀ)|(?i:c[ộô]ng\s+h(?:òa|oà)\s+xã\s+hội\s+chủ\s+ngh(?:ĩa|iã)\s+việt\s+nam\W*$)"
    r"|(?i:độc\s+lập)\s*[-–—]|ĐẢNG\s+CỘNG\s+SẢN"
)
_NUMBER = re.compile(r"(?:\w+\s+)?Số\b", re.I)
_DATE = re.compile(r"ngày\b.*(?:tháng|năm)|ngày\s+\d", re.I)
_PLACE_DATE = re.compile(r".{2,40},\s+ngày\b.{0,12}tháng\b", re.I)
# A date that was too wide for its column: "…, ngày 05 tháng 02 năm" above "2024".
_YEAR_MISSING, _YEAR = re.compile(r"tháng\W+\d{1,2}\W+năm$"), re.compile(r"\d{4}$")
_ZONE_GAP = 5.0


def parts(
    rows: Sequence[tuple[PdfLine, ...]], *, top: bool = True
) -> Iterator[PdfLine | list[tuple[PdfLine, ...]]]:
    """Yield the rows of a page from top to bottom. A line outside of zones is a PdfLine, and a zone is the list of
    its rows. `top` says whether the rows are at the top of the page, where a heading may be."""
    at = 0
    while at < len(rows):
        end, start = _zone_end(rows, at, top=top), at
        if end is None:
            yield from rows[at]
            at += 1
            continue
        yield list(rows[start:end])
        at = end


def _zone_end(rows: Sequence[tuple[PdfLine, ...]], at: int, *, top: bool) -> int | None:
    """Find the end of the zone that begins at `rows[at]`. Returns the index of the row after it, or None when
    no zone begins there."""
    first = _first_columns(rows, at, top=top)
    if first is None:
        return None
    columns, end = first
    last_multi = end
    for n in range(end, len(rows)):
        row, above = rows[n], rows[n - 1]
        far = min(line.y0 for line in above) - max(line.y1 for line in row) > _ZONE_GAP * row[0].size
        if far and not (_NUMBER.match(row[0].text) or _PLACE_DATE.match(row[0].text)):
            break
        if len(row) == 1 and _STRUCTURE.match(row[0].text) and not _beside(row[0], columns):
            break
        wider = _merge(columns, row)
        if len(wider) < 2:
            break
        columns, end = wider, n + 1
        last_multi = end if len(row) > 1 else last_multi
    return _trim(rows, last_multi, end)


def _first_columns(
    rows: Sequence[tuple[PdfLine, ...]], at: int, *, top: bool
) -> tuple[list[tuple[float, float]], int] | None:
    """Find the columns of the zone that begins at `rows[at]`. Returns (columns, next). `columns` are
    (left, right) edges in points. `next` is the index after the first row with several lines. None when no
    zone begins there."""
    columns: list[tuple[float, float]] = []
    for n in range(at, min(at + 3, len(rows))):
        columns = _merge(columns, rows[n])
        if n > at and (at > 1 or not top):
            return None
        if n > at and rows[n - 1][0].y0 - rows[n][0].y1 > rows[n][0].size:
            return None
        if len(rows[n]) > 1:
            return (columns, n + 1) if len(columns) > 1 else None
    return None


def _trim(rows: Sequence[tuple[PdfLine, ...]], last_multi: int, end: int) -> int:
    """Cut rows that stand below a wide gap off the end of a zone. The zone ends before `rows[end]`, and
    its rows from `last_multi` on have a single line each. Returns the new end."""
    head = [
        n
        for n in range(last_multi, end)
        if _NUMBER.match(rows[n][0].text) or _PLACE_DATE.match(rows[n][0].text)
    ]
    for n in range(head[-1] + 1 if head else last_multi, end):
        gap = min(line.y0 for line in rows[n - 1]) - rows[n][0].y1
        if gap > 1.2 * rows[n][0].size:
            return n
    return end


def _beside(line: PdfLine, columns: Sequence[tuple[float, float]]) -> bool:
    return line.x0 > columns[0][1]


def _merge(columns: Sequence[tuple[float, float]], row: Sequence[PdfLine]) -> list[tuple[float, float]]:
    spans = sorted([*columns, *((line.x0, line.x1) for line in row)])
    merged: list[tuple[float, float]] = []
    for left, right in spans:
        if merged and left <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], right))
        else:
            merged.append((left, right))
    return merged


def zone_blocks(rows: Sequence[tuple[PdfLine, ...]], table: int) -> Iterator[Block]:
    """Yield the cells of a zone, given its `rows`, as blocks of the table number `table`. A heading or
    signature becomes a table of at most two rows and two columns; any other zone becomes a table with rows
    and columns of its own."""
    columns: list[tuple[float, float]] = []
    for row in rows:
        columns = _merge(columns, row)
    placed = [(n, _column(line, columns), line) for n, row in enumerate(rows) for line in row]
    sides = any(_HEAD.match(line.text) or line.text.startswith("Nơi nhận") for _, _, line in placed)
    if len(columns) == 2 and sides:
        yield from _side_by_side(placed, table)
    else:
        yield from _grid(placed, table)


def without_float(
    rows: Sequence[tuple[PdfLine, ...]],
) -> tuple[Sequence[tuple[PdfLine, ...]], PdfLine | None]:
    """Take out of a heading the one line that stands to the right of its two columns. Returns (the other
    rows, this line), or (all rows, None) when there is no such line. In a web page printed to PDF, this
    line is the first word of the title."""
    columns: list[tuple[float, float]] = []
    for row in rows:
        columns = _merge(columns, row)
    lines = [line for row in rows for line in row]
    outside = [line for line in lines if _column(line, columns) == 2]
    head = any(_HEAD.match(line.text) for line in lines)
    if len(columns) != 3 or len(outside) != 1 or not head or not outside[0].text.isupper():
        return rows, None
    kept = [tuple(line for line in row if line is not outside[0]) for row in rows]
    return [row for row in kept if row], outside[0]


def _column(line: PdfLine, columns: Sequence[tuple[float, float]]) -> int:
    return next(n for n, (left, right) in enumerate(columns) if left <= line.x0 <= right)


def _side_by_side(placed: Sequence[tuple[int, int, PdfLine]], table: int) -> Iterator[Block]:
    """Yield the cells of a heading or signature as blocks of the table number `table`. `placed` are (row
    on the page, column, line) triples. Row 1 of the table begins at the first line with a document number
    or a date. Without such a line everything is row 0."""
    starts = [
        n for n, col, line in placed if (_NUMBER.match(line.text) if col == 0 else _DATE.search(line.text))
    ]
    second = min(starts, default=len(placed))
    for row in (0, 1):
        for col in (0, 1):
            lines = [line for n, at, line in placed if at == col and (n >= second) == bool(row)]
            for part in _cell_paragraphs(lines):
                yield cell_block(part, table, row, col)


def _cell_paragraphs(lines: Sequence[PdfLine]) -> Iterator[list[PdfLine]]:
    """Yield the paragraphs of a cell, each as its list of lines. A line that begins with a small letter
    continues the paragraph above it, and so does the year of a date."""
    part: list[PdfLine] = []
    for line in lines:
        goes_on = line.text[:1].islower() or (
            part and _YEAR_MISSING.search(part[-1].text) and _YEAR.match(line.text)
        )
        if part and not goes_on and not part[-1].text.endswith(BROKEN):
            yield part
            part = []
        part.append(line)
    if part:
        yield part


def _grid(placed: Sequence[tuple[int, int, PdfLine]], table: int) -> Iterator[Block]:
    """Yield the cells of a plain table as blocks of the table number `table`. A new row begins where the
    first column has text. `placed` are (row, column, line) triples."""
    rows: list[dict[int, list[PdfLine]]] = []
    seen = -1
    for n, col, line in placed:
        if n != seen and (col == 0 or not rows):
            rows.append({})
        seen = n
        rows[-1].setdefault(col, []).append(line)
    for row, cells in enumerate(rows):
        for col in sorted(cells):
            yield cell_block(cells[col], table, row, col)
