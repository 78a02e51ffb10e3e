"""Find where words stand on the pictures of PDF pages, also those of stamps, boxes of signatures and form fields.

Places are shares of the picture: (left, top, width, height), each from 0 to 1, from the upper left corner. This module
decides where to look and what is one line; `process.page_words` runs it within limits.
"""

from __future__ import annotations

import ctypes
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from docmgr.reading.formats.pdf.annotations import has_annotations, read_page
from docmgr.reading.formats.pdf.segments import PdfLine, text_of
from docmgr.reading.letters import quotes

MOST_PAGES = 200
# The end of processor time after which no further page is looked at; the process itself has a little more.
STOP_CPU_S = 1.6
# Pages are measured on a grid of so many units each way.
_GRID = 100_000
_GAP = 3.0

Box = tuple[float, float, float, float]
# The places of quotes: for each key the number of the page, and one box a line.
Found = dict[str, tuple[int, list[Box]]]


def find(document: pdfium.PdfDocument, wanted: Mapping[str, str], encodings: Sequence[str] = ()) -> Found:
    """Find the first place of each quote in `wanted`; those of BESIDE_SIGNER are looked for where the signer's name
    stands. Keys whose quote is not found are missing. `encodings` are the old encodings in which the text may be, of
    letters.encodings.ENCODINGS. Stops early when the process has used STOP_CPU_S of processor time."""
    def beside(known: Found) -> dict[str, str]:
        return {key: quote for key, quote in _left(wanted, known).items() if key in quotes.BESIDE_SIGNER}

    search = _Search(document, encodings)
    pages = range(min(len(document), MOST_PAGES))
    found = search.on(pages, {key: quote for key, quote in wanted.items() if key not in quotes.BESIDE_SIGNER})
    if "signer" in found:
        index = found["signer"][0] - 1
        found |= search.on(range(index, max(index - 2, -1), -1), beside(found))
    return found | search.on(pages, beside(found))


def _left(wanted: Mapping[str, str], found: Found) -> dict[str, str]:
    return {key: quote for key, quote in wanted.items() if key not in found}


class _Search:
    """Looks for quotes on pages by their indexes, from 0."""

    def __init__(self, document: pdfium.PdfDocument, encodings: Sequence[str]) -> None:
        self._document = document
        self._encodings = (None, *encodings)
        # The lines of pages with stamps; reading such a page draws the stamps into it, so it is read once.
        self._stamped: dict[int, tuple[PdfLine, ...]] = {}

    def on(self, pages: range, wanted: Mapping[str, str]) -> Found:
        """Look for the quotes on these pages, in this order. The text is looked at as it comes in the file, then as it
        is read."""
        found: Found = {}
        for look in (self.words, self.lines):
            for index in pages:
                left = _left(wanted, found)
                if not left or time.process_time() > STOP_CPU_S:
                    return found
                try:
                    found |= {key: (index + 1, boxes) for key, boxes in look(index, left) if boxes}
                except pdfium.PdfiumError:
                    # A damaged page has no picture either; the others are sound.
                    continue
        return found

    def words(self, index: int, wanted: Mapping[str, str]) -> Iterator[tuple[str, list[Box]]]:
        """Look for whole words, in the order of the file. Where the page has stamps, look in its lines too: a number
        in a stamp stands in the middle of one."""
        page = self._page(index)
        textpage = page.get_textpage()
        missing = dict(wanted)
        try:
            written = text_of(textpage)
            for text in [quotes.compared(written, encoding) for encoding in self._encodings]:
                for key, quote in list(missing.items()):
                    span = quotes.find(text, quote)
                    if span is not None:
                        del missing[key]
                        yield key, _lines(_share(page, box) for box in _boxes(textpage, *span))
            if index in self._stamped:
                yield from _in_lines(page, self._stamped[index], missing)
        finally:
            textpage.close()
            page.close()

    def lines(self, index: int, wanted: Mapping[str, str]) -> Iterator[tuple[str, list[Box]]]:
        """Look in the lines as the reader joins them, also inside words."""
        if index in self._stamped:
            page, lines = self._document[index], self._stamped[index]
        else:
            page, read = read_page(self._document, index)
            lines = tuple(read.lines)
        try:
            yield from _in_lines(page, lines, wanted, inside_words=True)
        finally:
            page.close()

    def _page(self, index: int) -> pdfium.PdfPage:
        page = self._document[index]
        if index in self._stamped or not has_annotations(page):
            return page
        page.close()
        page, read = read_page(self._document, index)
        self._stamped[index] = tuple(read.lines)
        return page


def _in_lines(
    page: pdfium.PdfPage, lines: Sequence[PdfLine], wanted: Mapping[str, str], *, inside_words: bool = False
) -> Iterator[tuple[str, list[Box]]]:
    text = quotes.compared("\n".join(line.text for line in lines))
    for key, quote in wanted.items():
        span = quotes.find(text, quote, inside_words=inside_words)
        spans = [span] if span is not None else quotes.find_pieces(text, quote) if inside_words else []
        if spans:
            yield key, _lines(_share(page, box) for one in spans for box in _parts(lines, *one))


def lines_of(document: pdfium.PdfDocument, index: int) -> list[tuple[str, Box]]:
    """Read the lines of the page with this index (from 0), each with its place on the picture."""
    page, read = read_page(document, index)
    try:
        return [(line.text, _share(page, (line.x0, line.y0, line.x1, line.y1))) for line in read.lines]
    finally:
        page.close()


def _boxes(textpage: pdfium.PdfTextPage, start: int, end: int) -> Iterator[Box]:
    """Yield the boxes (left, bottom, right, top) of characters, in points; there is one for each run of a font."""
    left, top, right, bottom = (ctypes.c_double() for _ in range(4))
    for number in range(pdfium_c.FPDFText_CountRects(textpage.raw, start, end - start)):
        if pdfium_c.FPDFText_GetRect(textpage.raw, number, left, top, right, bottom):
            yield left.value, bottom.value, right.value, top.value


def _parts(lines: Iterable[PdfLine], start: int, end: int) -> Iterator[Box]:
    """Yield the boxes of a range of the text of these lines, with one character between two lines. In a line all
    characters count as equally wide."""
    at = 0
    for line in lines:
        first, after = max(start - at, 0), min(end - at, len(line.text))
        if first < after:
            width = (line.x1 - line.x0) / len(line.text)
            yield line.x0 + first * width, line.y0, line.x0 + after * width, line.y1
        at += len(line.text) + 1


def _share(page: pdfium.PdfPage, box: Box) -> Box:
    """Convert a box (left, bottom, right, top) in points to shares of the picture; pages may be turned or cut."""
    corners = [_on_grid(page, x, y) for x in (box[0], box[2]) for y in (box[1], box[3])]
    xs = [min(max(x / _GRID, 0.0), 1.0) for x, _ in corners]
    ys = [min(max(y / _GRID, 0.0), 1.0) for _, y in corners]
    return min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)


def _on_grid(page: pdfium.PdfPage, x: float, y: float) -> tuple[int, int]:
    across, down = ctypes.c_int(), ctypes.c_int()
    pdfium_c.FPDF_PageToDevice(page.raw, 0, 0, _GRID, _GRID, 0, x, y, across, down)
    return across.value, down.value


def _lines(boxes: Iterable[Box]) -> list[Box]:
    """Join the boxes of neighbours on one line. Boxes of no size are left out."""
    joined: list[Box] = []
    for box in boxes:
        if box[2] <= 0 or box[3] <= 0:
            continue
        if joined and _on_one_line(joined[-1], box):
            joined[-1] = _around(joined[-1], box)
        else:
            joined.append(box)
    return joined


def _on_one_line(one: Box, other: Box) -> bool:
    height = min(one[3], other[3])
    overlap = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    gap = max(one[0], other[0]) - min(one[0] + one[2], other[0] + other[2])
    return overlap > 0.5 * height and gap < _GAP * max(one[3], other[3])


def _around(one: Box, other: Box) -> Box:
    left, top = min(one[0], other[0]), min(one[1], other[1])
    right, bottom = max(one[0] + one[2], other[0] + other[2]), max(one[1] + one[3], other[1] + other[3])
    return left, top, right - left, bottom - top
