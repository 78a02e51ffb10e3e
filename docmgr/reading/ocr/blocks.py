"""Turn recognised pages into blocks, by the same rules as for the lines of a PDF: columns, tables, paragraphs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from statistics import median

from docmgr.reading.formats.pdf import lines as pdf_lines
from docmgr.reading.formats.pdf.layout import layout
from docmgr.reading.formats.pdf.lines import Page, without_margins
from docmgr.reading.formats.pdf.segments import PdfLine
from docmgr.reading.ocr.ruling import grids
from docmgr.reading.ocr.words import OcrPage, OcrWord
from docmgr.reading.types import Block

# Words farther apart than this many heights of their line are in different columns.
_GAP = 1.3
# Lines whose heights differ less than this from the usual one are of the same size of letters.
_SAME_SIZE = (0.6, 1.45)


def blocks_of(pages: Sequence[OcrPage]) -> tuple[Block, ...]:
    """Put the words of all pages together as blocks in reading order. Page numbers and running heads are left out."""
    return tuple(layout(without_margins([page_of(page) for page in pages])))


def page_of(page: OcrPage) -> Page:
    """Convert a recognised page to a page of lines and tables, as if it had been read from a PDF."""
    lines = [list(words) for _, words in groupby(page.words, key=lambda word: word.line)]
    usual = median([_height(line) for line in lines]) if lines else 0.0
    pieces = (piece for line in lines for piece in _pieces(line, page, usual))
    return pdf_lines.page_of(pieces, grids(page.rules, page.height), Page(page.number, page.width, page.height, ()))


def _height(words: Iterable[OcrWord]) -> float:
    words = list(words)
    return max(median([word.y1 for word in words]) - median([word.y0 for word in words]), 1.0)


def _pieces(words: Sequence[OcrWord], page: OcrPage, usual: float) -> Iterator[PdfLine]:
    """Yield the pieces of a line. Its height is the usual one where it differs only by the letters that it has."""
    height = _height(words)
    size = usual if _SAME_SIZE[0] * usual < height < _SAME_SIZE[1] * usual else height
    middle = (median([word.y0 for word in words]) + median([word.y1 for word in words])) / 2
    piece: list[OcrWord] = []
    for word in words:
        if piece and word.x0 - piece[-1].x1 > _GAP * size:
            yield _line(piece, page, middle, size)
            piece = []
        piece.append(word)
    if piece:
        yield _line(piece, page, middle, size)


def _line(words: Sequence[OcrWord], page: OcrPage, middle: float, size: float) -> PdfLine:
    text = " ".join(word.text for word in words)
    # A PDF counts from the lower left corner.
    low = page.height - middle - size / 2
    return PdfLine(text, words[0].x0, low, words[-1].x1, low + size, page.number)
