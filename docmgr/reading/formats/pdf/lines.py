"""Turn the pages of a PDF into lines. Words are joined to lines by their positions on the page.

This module decides which words are on one line, and which lines are running headers or page numbers. `zones`
and `layout` find columns and paragraphs.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import pypdfium2 as pdfium

from docmgr.reading.formats.pdf.rules import Grid, grids
from docmgr.reading.formats.pdf.segments import BLANK_AFTER, BLANK_BEFORE, PdfLine, segments, text_of
from docmgr.reading.formats.pdf.tables import RuledTable, cells_of

_SAME_LINE = 0.5
_JOIN_GAP = 0.7
_MARKER = re.compile(r"(?:[-–—+•*o▪·]|\d{1,3}[.)]?|[a-zđ][.)]|[IVXLC]{1,6}[.)]|Điều\s\d+[a-zđ]?\.?)$")
# A number or date that was typed far behind its label.
_TYPED_AFTER = re.compile(r"\d{1,2}\s+(?:tháng|năm)\b|\d+\w?/", re.I)
_PAGE_NUMBER = re.compile(
    r"(?:trang|page)?\W*(?:\d{1,4}|[ivxl]{1,6})\W*(?:(?:/|of|trên)\W*\d{1,4}\W*)?$", re.I
)
_DIGITS = re.compile(r"\d{1,6}")
# The beginning of an article, a clause or another numbered line of the text.
_NUMBERED = re.compile(r"(?:(?:điều|khoản|chương|mục|phần|phụ lục|bảng|hình)\s+\d|\d{1,4}(?:\.\d+)*[.)]\s)", re.I)
_EDGE = 0.13
_RUNNING_SHARE = 0.4


@dataclass(frozen=True, slots=True)
class Page:
    """One page. `rows` go from top to bottom; each is the lines side by side, from left to right. Sizes are in points.
    `notes` are the words in boxes of signatures that say who signed and when; they belong to no line.
    `tables` go from top to bottom; their words are in no row."""

    number: int
    width: float
    height: float
    rows: tuple[tuple[PdfLine, ...], ...]
    notes: tuple[str, ...] = ()
    tables: tuple[RuledTable, ...] = ()

    @property
    def lines(self) -> list[PdfLine]:
        """All lines of the page, those in tables last."""
        return [line for row in self.rows for line in row] + [
            line for table in self.tables for line in table.lines
        ]


def page_lines(page: pdfium.PdfPage, number: int) -> Page:
    """Read the text of a PDF page as rows of lines. `number` is its page number."""
    width, height = page.get_size()
    found = grids(page)
    textpage = page.get_textpage()
    try:
        pieces = list(segments(textpage, number, text_of(textpage), found))
    finally:
        textpage.close()
    return page_of(pieces, found, Page(number, width, height, ()))


def page_of(pieces: Iterable[PdfLine], found: Iterable[Grid], empty: Page) -> Page:
    """Put the pieces of a page into tables and rows. `found` are the ruling lines of its tables, and `empty` is the
    page without its words."""
    pieces = list(pieces)
    tables = []
    for grid in found:
        cells, pieces = cells_of(grid, pieces)
        if cells:
            lines = {
                place: tuple(line for row in rows_of(inside) for line in row)
                for place, inside in cells.items()
            }
            tables.append(
                RuledTable(
                    grid.rows[0], grid.columns, tuple((*place, lines[place]) for place in sorted(lines))
                )
            )
    return replace(empty, rows=tuple(rows_of(pieces)), tables=tuple(tables))


def rows_of(pieces: Iterable[PdfLine]) -> Iterable[tuple[PdfLine, ...]]:
    """Yield the pieces of a page as rows from top to bottom. Pieces that are close in one row are joined."""
    row: list[PdfLine] = []
    low = high = 0.0
    for line in sorted(pieces, key=lambda one: -(one.y0 + one.y1)):
        overlap = min(high, line.y1) - max(low, line.y0)
        if row and overlap > _SAME_LINE * min(line.size, high - low):
            row.append(line)
            continue
        if row:
            yield _join_row(row)
        row, low, high = [line], line.y0, line.y1
    if row:
        yield _join_row(row)


def _join_row(row: Sequence[PdfLine]) -> tuple[PdfLine, ...]:
    joined: list[PdfLine] = []
    for line in sorted(row, key=lambda one: one.x0):
        if joined:
            before = joined[-1]
            gap = line.x0 - before.x1
            mark = len(row) == 2 and gap < 6 * line.size and _MARKER.match(before.text)
            if gap < _JOIN_GAP * min(line.size, before.size) or mark or _is_blank(before, line, gap):
                joined[-1] = _merged(before, line, _between(before, line, gap))
                continue
        joined.append(line)
    return tuple(joined)


def _between(before: PdfLine, line: PdfLine, gap: float) -> str:
    """What separates two neighbours in a row. What fills a blank may touch the words around it."""
    if before.filled or line.filled:
        return "" if line.text.startswith("/") else " "
    return "" if gap < 0.05 * line.size else " "


def _is_blank(before: PdfLine, line: PdfLine, gap: float) -> bool:
    """Whether two neighbours in a row belong to one number or date with a blank in it, or to what fills the
    blank. `gap` is the space between them in points."""
    opened = line.filled or BLANK_AFTER.match(line.text) or _TYPED_AFTER.match(line.text)
    return gap < 10 * line.size and bool(opened and (before.filled or BLANK_BEFORE.search(before.text)))


def _merged(left: PdfLine, right: PdfLine, between: str) -> PdfLine:
    return replace(
        left,
        text=left.text + between + right.text,
        x1=max(left.x1, right.x1),
        y0=min(left.y0, right.y0),
        y1=max(left.y1, right.y1),
        bold=left.bold and right.bold,
        filled=right.filled,
        marks=left.marks + right.marks,
    )


def without_margins(pages: Sequence[Page]) -> list[Page]:
    """Remove page numbers from the pages, and running headers and footers, which recur on many pages."""
    running = _running_texts(pages)
    kept = []
    for page in pages:
        edge = {id(row) for row in _edge_rows(page)}
        rows = [
            row for row in page.rows if id(row) not in edge or not (_is_number(row) or _keys(page, row) & running)
        ]
        kept.append(replace(page, rows=tuple(rows)))
    return kept


def _edge_rows(page: Page) -> list[tuple[PdfLine, ...]]:
    """Choose from the first two and last two rows of the page those that are near its upper or lower edge."""
    if len(page.rows) < 2:
        return []
    candidates = page.rows[:2] + page.rows[-2:]
    return [
        row for row in candidates if row[0].y0 > (1 - _EDGE) * page.height or row[0].y1 < _EDGE * page.height
    ]


def _is_number(row: tuple[PdfLine, ...]) -> bool:
    return len(row) == 1 and len(row[0].text) < 20 and bool(_PAGE_NUMBER.match(row[0].text.strip()))


def _keys(page: Page, row: tuple[PdfLine, ...]) -> set[str]:
    """What a running header shares with its like on other pages: its words, or its words with one number that
    counts the pages. A number of the text, as in "Điều 5", counts something else."""
    text = " ".join(line.text for line in row)
    keys = {text}
    if not _NUMBERED.match(text):
        for found in _DIGITS.finditer(text):
            keys.add(f"{text[: found.start()]}#{int(found[0]) - page.number}#{text[found.end() :]}")
    return keys


def _running_texts(pages: Sequence[Page]) -> set[str]:
    counted: Counter[str] = Counter()
    for page in pages:
        counted.update({key for row in _edge_rows(page) for key in _keys(page, row)})
    enough = max(3, _RUNNING_SHARE * len(pages))
    return {key for key, times in counted.items() if times >= enough}
