"""A table as PDF: A4 on its side, the names of the columns on every page, "Trang 2/5" below.

First every row is broken into lines, then the lines are dealt out to pages, then the pages are drawn: so the number
of pages is known when the first is drawn. The letters are Be Vietnam Pro's, embedded; a sign that it lacks is
printed as "?". Leaves what the rows say to the caller.
"""

from __future__ import annotations

import functools
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import fontpkg
from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from docmgr.writing import paper
from docmgr.writing.tables import Table

PDF_TYPE = "application/pdf"
FAMILY, REGULAR, BOLD = "Be Vietnam Pro", "BeVietnamPro", "BeVietnamPro-Bold"
# Points. A Vietnamese capital with two marks needs a line and a half.
WIDTH, HEIGHT = landscape(A4)
MARGIN, PADDING, FOOT = 36.0, 3.0, 20.0
LINE_CHARACTERS = 165
SIZE, LEADING, TITLE_SIZE, TITLE_LEADING = 8.0, 12.0, 14.0, 22.0
# Where a word that is too long for its column may be broken: "25/KH-UBND", addresses.
_PIECES = re.compile(r"\S+?(?:[/\-_.?&=]+(?=\S)|$|(?=\s))|\S+")
Lines = tuple[str, ...]


@dataclass(frozen=True)
class Strip:
    """A row, or the part of one that fits on a page: the lines of each cell."""

    cells: tuple[Lines, ...]

    @property
    def height(self) -> float:
        """Points from the line above it to the line below."""
        return max((len(lines) for lines in self.cells), default=0) * LEADING + 2 * PADDING


def to_pdf(table: Table) -> bytes:
    """Title, notes (a line each), then the table; what a cell says is drawn, never taken for markup."""
    _load_fonts()
    rows = [[_drawable(paper.printed(cell)) for cell in row] for row in table.rows]
    names = [_drawable(name) for name in table.columns]
    widths = [share * (WIDTH - 2 * MARGIN) for share in paper.shares(names, rows, LINE_CHARACTERS)]
    head = Strip(tuple(_wrap(name, width, BOLD) for name, width in zip(names, widths, strict=True)))
    notes = [
        line
        for note in table.notes
        for line in _wrap(_drawable(paper.printed(note)), WIDTH - 2 * MARGIN, REGULAR)
    ]
    strips = (Strip(tuple(_wrap(c, w, REGULAR) for c, w in zip(row, widths, strict=True))) for row in rows)
    room = HEIGHT - 2 * MARGIN - FOOT - head.height
    pages = list(_pages(strips, room - TITLE_LEADING - LEADING * (len(notes) + 1), room))
    return _draw(table, notes, head, widths, pages)


@functools.cache
def _load_fonts() -> None:
    for name, weight in ((REGULAR, 400), (BOLD, 700)):
        pdfmetrics.registerFont(TTFont(name, str(fontpkg.path(FAMILY, weight=weight))))


def _drawable(text: str) -> str:
    known = pdfmetrics.getFont(REGULAR).face.charToGlyph
    return "".join(char if char == "\n" or ord(char) in known else "?" for char in text)


def _wrap(text: str, width: float, font: str) -> Lines:
    """The text in lines no wider than the column, broken between words, within one where it must be."""
    inside = width - 2 * PADDING
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for piece in _pieces(paragraph, inside, font):
            if line and _width(line + piece.rstrip(), font) > inside:
                lines.append(line.rstrip())
                line = ""
            line += piece
        lines.append(line.rstrip())
    return tuple(lines)


def _pieces(text: str, inside: float, font: str) -> Iterator[str]:
    """What may stand at the beginning of a line: words with the blank behind them, parts of words that are too long."""
    for word in text.split():
        if _width(word, font) <= inside:
            yield f"{word} "
            continue
        parts = [part for piece in _PIECES.findall(word) for part in _cut(piece, inside, font)]
        yield from parts[:-1]
        yield f"{parts[-1]} "


def _cut(piece: str, inside: float, font: str) -> Iterator[str]:
    while _width(piece, font) > inside and len(piece) > 1:
        fits = next((n for n in range(len(piece) - 1, 1, -1) if _width(piece[:n], font) <= inside), 1)
        yield piece[:fits]
        piece = piece[fits:]
    yield piece


def _width(text: str, font: str) -> float:
    return float(pdfmetrics.stringWidth(text, font, SIZE))


def _pages(strips: Iterator[Strip], first: float, other: float) -> Iterator[list[Strip]]:
    """Rows dealt out to pages with so much room; a row taller than a page is continued on the next."""
    page: list[Strip] = []
    left = first
    for strip in strips:
        rest: Strip | None = strip
        while rest is not None:
            if rest.height > left and page:
                yield page
                page, left = [], other
            part, rest = _split(rest, left)
            page.append(part)
            left -= part.height
    yield page


def _split(strip: Strip, room: float) -> tuple[Strip, Strip | None]:
    if strip.height <= room:
        return strip, None
    count = max(int((room - 2 * PADDING) / LEADING), 1)
    return Strip(tuple(lines[:count] for lines in strip.cells)), Strip(
        tuple(lines[count:] for lines in strip.cells)
    )


def _draw(
    table: Table, notes: Sequence[str], head: Strip, widths: Sequence[float], pages: Sequence[Sequence[Strip]]
) -> bytes:
    title, word = (_drawable(paper.printed(words)) for words in (table.title, table.page))
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(WIDTH, HEIGHT), lang="vi", initialFontName=REGULAR)
    canvas.setTitle(title)
    for number, strips in enumerate(pages, 1):
        top = HEIGHT - MARGIN
        if number == 1:
            top = _draw_heading(canvas, title, notes, top)
        top = _draw_strip(canvas, head, widths, top, BOLD)
        for strip in strips:
            top = _draw_strip(canvas, strip, widths, top, REGULAR)
        canvas.setFont(REGULAR, SIZE)
        canvas.drawRightString(WIDTH - MARGIN, MARGIN - PADDING, f"{word} {number}/{len(pages)}")
        canvas.drawString(MARGIN, MARGIN - PADDING, title)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _draw_heading(canvas: Any, title: str, notes: Sequence[str], top: float) -> float:
    canvas.setFont(BOLD, TITLE_SIZE)
    canvas.drawString(MARGIN, top - TITLE_SIZE, title)
    top -= TITLE_LEADING
    canvas.setFont(REGULAR, SIZE)
    for note in notes:
        canvas.drawString(MARGIN, top - SIZE, note)
        top -= LEADING
    return top - LEADING


def _draw_strip(canvas: Any, strip: Strip, widths: Sequence[float], top: float, font: str) -> float:
    """Draw a row below `top`; where the next one begins."""
    left, bottom = MARGIN, top - strip.height
    if font == BOLD:
        canvas.setFillGray(0.92)
        canvas.rect(MARGIN, bottom, sum(widths), strip.height, stroke=0, fill=1)
        canvas.setFillGray(0)
    canvas.setFont(font, SIZE)
    for lines, width in zip(strip.cells, widths, strict=True):
        for number, line in enumerate(lines):
            canvas.drawString(left + PADDING, top - PADDING - SIZE - number * LEADING, line)
        left += width
    canvas.setLineWidth(0.3)
    canvas.line(MARGIN, bottom, left, bottom)
    return bottom
