"""Write a table as a PDF: A4 landscape, with the column names and a page number on every page. This module
breaks cells into lines itself, because ReportLab takes several times as long for it. The font is Be Vietnam
Pro; a character that it lacks is printed as "?".
"""

from __future__ import annotations

import functools
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import fontpkg
from reportlab.lib.colors import Color, black
from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate, TableStyle
from reportlab.platypus import LongTable as LayoutTable
from reportlab.platypus.flowables import CallerMacro

from docmgr.writing import paper
from docmgr.writing.tables import Table

FAMILY, REGULAR, BOLD = "Be Vietnam Pro", "BeVietnamPro", "BeVietnamPro-Bold"
# In points. A Vietnamese capital with two diacritics needs one and a half times the height.
WIDTH, HEIGHT = landscape(A4)
MARGIN, PADDING, FOOT = 36.0, 3.0, 20.0
LINE_CHARACTERS = 165
SIZE, LEADING, TITLE_SIZE, TITLE_LEADING = 8.0, 12.0, 14.0, 22.0
TABLE_ROWS = 50
_LINES = [
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("LEFTPADDING", (0, 0), (-1, -1), PADDING),
    ("RIGHTPADDING", (0, 0), (-1, -1), PADDING),
    ("TOPPADDING", (0, 0), (-1, -1), PADDING),
    ("BOTTOMPADDING", (0, 0), (-1, -1), PADDING),
    ("LINEBELOW", (0, 0), (-1, -1), 0.3, black),
]
STYLE = TableStyle([("FONT", (0, 0), (-1, -1), REGULAR, SIZE, LEADING), *_LINES])
HEAD_STYLE = TableStyle(
    [("FONT", (0, 0), (-1, -1), BOLD, SIZE, LEADING), ("BACKGROUND", (0, 0), (-1, -1), Color(0.92, 0.92, 0.92)), *_LINES]
)
# Signs after which a word that is too long for its column may be broken: "25/KH-UBND", addresses.
_PIECES = re.compile(r"\S+?(?:[/\-_.?&=]+(?=\S)|$|(?=\s))|\S+")
Lines = tuple[str, ...]


def to_pdf(table: Table) -> bytes:
    """Write the table as a PDF and return its bytes. The title and the notes (one line each) are above the
    table. The text of cells is drawn as it is and never interpreted as markup."""
    load_fonts()
    rows = [[drawable(paper.printed(cell)) for cell in row] for row in table.rows]
    names = [drawable(name) for name in table.columns]
    widths = [share * (WIDTH - 2 * MARGIN) for share in paper.shares(names, rows, LINE_CHARACTERS)]
    head = _laid_out([[_wrap(name, width, BOLD) for name, width in zip(names, widths, strict=True)]], widths, HEAD_STYLE)
    notes = [
        line
        for note in table.notes
        for line in _wrap(drawable(paper.printed(note)), WIDTH - 2 * MARGIN, REGULAR)
    ]
    room = HEIGHT - 2 * MARGIN - FOOT - head.wrap(WIDTH, HEIGHT)[1]
    first_room = room - TITLE_LEADING - LEADING * (len(notes) + 1)
    wrapped = (tuple(_wrap(c, w, REGULAR) for c, w in zip(row, widths, strict=True)) for row in rows)
    parts = list(_parts(wrapped, _lines_in(first_room), _lines_in(room)))
    tables = [_laid_out(parts[start : start + TABLE_ROWS], widths, STYLE) for start in range(0, len(parts), TABLE_ROWS)]
    return _build(table, notes, head, tables, (first_room, room))


@functools.cache
def load_fonts() -> None:
    """Make the fonts known to ReportLab."""
    for name, weight in ((REGULAR, 400), (BOLD, 700)):
        pdfmetrics.registerFont(TTFont(name, str(fontpkg.path(FAMILY, weight=weight))))


def drawable(text: str) -> str:
    """Put "?" for each character that the font lacks."""
    known = pdfmetrics.getFont(REGULAR).face.charToGlyph
    return "".join(char if char == "\n" or ord(char) in known else "?" for char in text)


def _wrap(text: str, width: float, font: str) -> Lines:
    """Break the text into lines that fit a column of `width` points in `font`. Lines break between words; a
    word that is too long is broken."""
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
    """Yield the pieces of `text` between which a line may break. A word is one piece, unless it is wider than
    `inside` points in `font`."""
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


def _lines_in(room: float) -> int:
    return max(int((room - 2 * PADDING) // LEADING), 1)


def _parts(rows: Iterable[Sequence[Lines]], first: int, other: int) -> Iterator[tuple[Lines, ...]]:
    """Yield `rows`, whose cells are broken into lines, and split rows that are too tall for a page. The first
    row yielded has at most `first` lines, and all others have at most `other`.
    """
    most = first
    for row in rows:
        tallest, start = max(map(len, row)), 0
        while start < tallest:
            yield tuple(lines[start : start + most] for lines in row)
            start, most = start + most, other


def _laid_out(rows: Sequence[Sequence[Lines]], widths: Sequence[float], style: TableStyle) -> LayoutTable:
    return LayoutTable([["\n".join(lines) for lines in row] for row in rows], colWidths=widths, style=style, hAlign="LEFT")


def _build(
    table: Table, notes: Sequence[str], head: LayoutTable, tables: Sequence[LayoutTable], rooms: tuple[float, float]
) -> bytes:
    """Build the PDF from `tables`, and return its bytes. `head` has the column names for each page, and
    `notes` are printed on the first page. `rooms` are the heights in points left for rows on the first page
    and on the others."""
    title, word = (drawable(paper.printed(words)) for words in (table.title, table.page))

    def furnish(canvas: Any, _document: BaseDocTemplate) -> None:
        number = canvas.getPageNumber()
        if number == 1:
            _draw_heading(canvas, title, notes)
        head.drawOn(canvas, MARGIN, MARGIN + FOOT + rooms[number > 1])
        canvas.setFont(REGULAR, SIZE)
        canvas.drawString(MARGIN, MARGIN - PADDING, title)
        canvas.doForm(f"page{number}")

    pages = []
    for name, room in zip(("first", "other"), rooms, strict=True):
        frame = Frame(MARGIN, MARGIN + FOOT, WIDTH - 2 * MARGIN, room, 0, 0, 0, 0)
        pages.append(PageTemplate(name, [frame], onPage=furnish, autoNextPageTemplate="other"))
    out = io.BytesIO()
    document = BaseDocTemplate(
        out, pagesize=(WIDTH, HEIGHT), pageTemplates=pages, title=title, lang="vi", initialFontName=REGULAR
    )
    document.build([*tables, CallerMacro(drawCallable=lambda macro: _number_pages(macro.canv, word))])
    return out.getvalue()


def _draw_heading(canvas: Any, title: str, notes: Sequence[str]) -> None:
    top = HEIGHT - MARGIN
    canvas.setFont(BOLD, TITLE_SIZE)
    canvas.drawString(MARGIN, top - TITLE_SIZE, title)
    canvas.setFont(REGULAR, SIZE)
    for number, note in enumerate(notes):
        canvas.drawString(MARGIN, top - TITLE_LEADING - LEADING * number - SIZE, note)


def _number_pages(canvas: Any, word: str) -> None:
    """Draw the page numbers, such as "Trang 2/5" with the `word` "Trang". It is called on the last page, when
    the number of pages is known."""
    count = canvas.getPageNumber()
    for number in range(1, count + 1):
        canvas.beginForm(f"page{number}", 0, 0, WIDTH, HEIGHT)
        canvas.setFont(REGULAR, SIZE)
        canvas.drawRightString(WIDTH - MARGIN, MARGIN - PADDING, f"{word} {number}/{count}")
        canvas.endForm()
