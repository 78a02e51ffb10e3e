"""Turn the lines of a PDF into blocks. Lines in columns become table cells, other lines become paragraphs.

This module decides where a paragraph ends. `zones` finds the columns.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from docmgr.reading.formats.pdf.footnotes import take_footnotes
from docmgr.reading.formats.pdf.lines import Page
from docmgr.reading.formats.pdf.segments import BROKEN, PdfLine, joined
from docmgr.reading.formats.pdf.tables import RuledTable, table_blocks
from docmgr.reading.formats.pdf.zones import parts, without_float, zone_blocks
from docmgr.reading.letters.lines import raw_line
from docmgr.reading.types import Block

_OPENS = re.compile(
    r"(?:Điều\s+\d|Chương\s+[IVXL\d]|Mục\s+\d|Phần\s|Phụ lục|PHỤ LỤC|CHƯƠNG\s|Căn cứ\s"
    r"|Theo đề nghị|Xét đề nghị|Nơi nhận|Kính gửi|[-–—+•*▪]\s"
    r"|\d{1,2}(?:\.\d{1,2})*[.)]\s|[a-zđ]\)\s|[IVXL]{1,5}[.)]\s)"
)
_BIG_GAP = 0.75


@dataclass(frozen=True, slots=True)
class _Frame:
    """The left and right edges of the running text on the pages, in points from the left edge of the page."""

    left: float
    right: float


def layout(pages: Sequence[Page], table: int = 0, like: Sequence[Page] | None = None) -> Iterator[Block]:
    """Yield the blocks of all pages in reading order. A paragraph or table that crosses a page break is one. A
    footnote follows the paragraph or table that refers to it. `table` is the number of the first table. `like` are
    the pages that tell where the running text begins and ends on a page; None means `pages`."""
    pages, notes = take_footnotes(pages)
    frame = _frame(pages if like is None else take_footnotes(like)[0])
    for group in _groups(pages, frame):
        if isinstance(group, TextGroup):
            yield from _paragraph(group.lines, frame)
        else:
            yield from group.blocks(table)
            table += 1
        yield from notes.of(group.lines)
    yield from notes.rest()


@dataclass(frozen=True, slots=True)
class TextGroup:
    """The lines of one paragraph."""

    lines: list[PdfLine]


@dataclass(frozen=True, slots=True)
class RuledGroup:
    """The parts of one table with ruling lines, on consecutive pages."""

    tables: list[RuledTable]

    @property
    def lines(self) -> list[PdfLine]:
        """All lines of the table."""
        return [line for table in self.tables for line in table.lines]

    def blocks(self, number: int) -> Iterator[Block]:
        """Yield its cells as blocks of the table `number`."""
        return table_blocks(self.tables, number)


@dataclass(frozen=True, slots=True)
class ZoneGroup:
    """A zone with columns but without ruling lines."""

    rows: Sequence[tuple[PdfLine, ...]]

    @property
    def lines(self) -> list[PdfLine]:
        """All lines of the zone."""
        return [line for row in self.rows for line in row]

    def blocks(self, number: int) -> Iterator[Block]:
        """Yield its cells as blocks of the table `number`."""
        return zone_blocks(self.rows, number)


def _groups(pages: Sequence[Page], frame: _Frame) -> Iterator[TextGroup | RuledGroup | ZoneGroup]:
    """Yield the paragraphs, tables and zones of all pages in reading order."""
    last: TextGroup | RuledGroup | None = None
    for page in pages:
        for part in _content(page):
            if (
                isinstance(part, PdfLine)
                and isinstance(last, TextGroup)
                and _continues(last.lines, part, frame)
            ):
                last.lines.append(part)
                continue
            if (
                isinstance(part, RuledTable)
                and isinstance(last, RuledGroup)
                and part.goes_on_from(last.tables[-1])
            ):
                last.tables.append(part)
                continue
            if last:
                yield last
            if isinstance(part, PdfLine):
                last = TextGroup([part])
            elif isinstance(part, RuledTable):
                last = RuledGroup([part])
            else:
                rows, floated = without_float(part)
                yield ZoneGroup(rows)
                last = TextGroup([floated]) if floated else None
    if last:
        yield last


def _content(page: Page) -> Iterator[PdfLine | RuledTable | list[tuple[PdfLine, ...]]]:
    """Yield the tables of a page with ruling lines, and the lines and zones between them, from top to bottom."""
    rows = list(page.rows)
    for n, table in enumerate(page.tables):
        above = [row for row in rows if row[0].y0 > table.top - 1]
        yield from parts(above, top=n == 0)
        yield table
        rows = rows[len(above) :]
    yield from parts(rows, top=not page.tables)


def _frame(pages: Sequence[Page]) -> _Frame:
    lines = [row[0] for page in pages for row in page.rows if len(row) == 1 and len(row[0].text) > 40]
    lines = lines or [line for page in pages for line in page.lines]
    lefts, rights = sorted(line.x0 for line in lines), sorted(line.x1 for line in lines)
    if not lefts:
        return _Frame(0.0, 0.0)
    return _Frame(lefts[len(lefts) // 20], rights[-1 - len(rights) // 20])


def _continues(waiting: Sequence[PdfLine], line: PdfLine, frame: _Frame) -> bool:
    """Whether `line` continues the paragraph whose lines so far are `waiting`. `frame` has the edges of the
    running text."""
    before = waiting[-1]
    if before.text.isupper() and line.text.isupper() and before.x0 > line.x1 and before.y0 > line.y1:
        return True  # without_float has moved the first word of the title here.
    if before.text.endswith(BROKEN):
        return True
    width = max(frame.right - frame.left, 1.0)
    if _is_centred(before, frame) or _is_centred(line, frame):
        wide = _is_full(before, line, frame)
        return (wide or _is_centred(before, frame)) and _same_centred(before, line, wide)
    if _OPENS.match(line.text) or abs(before.size - line.size) > 0.25 * line.size:
        return False
    ended_full = _is_full(before, line, frame)
    indented = line.x0 > frame.left + 0.02 * width
    # Every line of a hanging list item has the same indent.
    hanging = indented and len(waiting) > 1 and abs(line.x0 - before.x0) < 2
    if line.page != before.page:
        return ended_full and not indented and not before.text.endswith((".", ":", ";"))
    gap = before.y0 - line.y1
    if gap > _BIG_GAP * line.size or gap < -2 * line.size:
        return False
    return ended_full and (not indented or hanging or line.text[:1].islower())


def _is_full(before: PdfLine, line: PdfLine, frame: _Frame) -> bool:
    """Whether the line `before` has no room for the first word of the next line, `line`. `frame` has the
    edges of the running text."""
    word = line.text.split(" ", 1)[0]
    needed = (line.x1 - line.x0) * (len(word) + 1) / max(len(line.text), 1)
    return frame.right - before.x1 < needed + 0.01 * (frame.right - frame.left)


def _is_centred(line: PdfLine, frame: _Frame) -> bool:
    width = max(frame.right - frame.left, 1.0)
    left, right = line.x0 - frame.left, frame.right - line.x1
    sentence = not line.text.isupper() and line.text.endswith((".", ":", ";"))
    return abs(left - right) < 0.035 * width and left > 0.04 * width and not sentence


def _same_centred(before: PdfLine, line: PdfLine, wide: bool) -> bool:
    """Whether the centred lines `before` and `line` belong to one title. `wide` says that `before` was
    broken because it was too wide."""
    close = before.y0 - line.y1 < 0.5 * line.size and line.page == before.page
    same_case = before.text.isupper() == line.text.isupper()
    goes_on = wide or line.text[:1].islower()
    return close and before.bold == line.bold and same_case and goes_on


def _paragraph(lines: Sequence[PdfLine], frame: _Frame) -> Iterator[Block]:
    text = raw_line(joined(lines))
    if text:
        # The first line of a centred title is often as wide as the page.
        centred = _is_centred(lines[-1], frame) and (len(lines) < 3 or _is_centred(lines[1], frame))
        yield Block(
            text,
            bold=all(line.bold for line in lines),
            italic=all(line.italic for line in lines),
            centered=centred,
            page=lines[0].page,
        )
