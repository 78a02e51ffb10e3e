"""Read the words that annotations and form fields show on a PDF page: stamps, signature boxes, filled fields.

An office's program for electronic signatures puts number, date and signer there. PDFium draws the annotations
into a copy of the page in memory, and their words come after those of the page. This module decides which of
these words belong to a line of the page. `lines` joins them to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from docmgr.reading.formats.pdf.lines import Page, page_lines, page_of, rows_of
from docmgr.reading.formats.pdf.rules import Grid, grids
from docmgr.reading.formats.pdf.segments import BLANK_AFTER, BLANK_BEFORE, PdfLine, segments, text_of
from legaltext.text import clean_line

# Kinds of annotations whose look can have words that belong to the document. Notes and links of readers do not.
_KINDS = (pdfium_c.FPDF_ANNOT_WIDGET, pdfium_c.FPDF_ANNOT_STAMP, pdfium_c.FPDF_ANNOT_FREETEXT)
_MOST_BOXES = 1_000
# The description in the box of a signature, and the stamp of an office that has received the document.
_NOTICE = re.compile(
    r"Người ký\s*:|(?:Được )?ký (?:số )?bởi|Thời gian ký|Ngày ký\s*:|Chữ ký số|Digitally signed|Signed by"
    r"|Signature (?:not |is )?(?:valid|verified)|^\W*(?:CÔNG VĂN )?ĐẾN\b|(?:Số|Ngày) đến\b",
    re.I,
)
_DOTTED_BLANK = re.compile(r"(?<!\w)(?:(?:Số|SỐ)\s*:?|ngày|tháng|năm)\s*([.…_]{2,}|…)")
_OWN_NUMBER = re.compile(r"(?:Số|SỐ)\s*:?\s*\d+\w?\s*[/-].*\w$")
_BLANK_NUMBER = re.compile(r"(?:Số|SỐ)\s*:?\W*$")
_OWN_DATE = re.compile(r"(?:.{2,40},\s*)?(ngày\s*\d{1,2}\s*tháng\s*\d{1,2}\s*năm\s*\d{4})$")
_BLANK_DATE = re.compile(r"ngày\W*$")
_REACH = 10.0

Box = tuple[float, float, float, float]


def read_page(document: pdfium.PdfDocument, index: int) -> tuple[pdfium.PdfPage, Page]:
    """Read the page with this index (from 0) of a PDF, with the words of its annotations. Returns (page, its
    lines); the caller closes the page. Raises PdfiumError when the page is damaged."""
    page = document[index]
    boxes = _boxes(page)
    if not boxes:
        return page, page_lines(page, index + 1)
    own_text, found = _text(page), grids(page)
    if pdfium_c.FPDFPage_Flatten(page.raw, pdfium_c.FLAT_NORMALDISPLAY) != pdfium_c.FLATTEN_SUCCESS:
        return page, page_lines(page, index + 1)
    page.close()
    page = document[index]
    return page, _with_added(page, index + 1, own_text, boxes, found)


def has_annotations(page: pdfium.PdfPage) -> bool:
    """Whether the page has annotations that may show words."""
    return bool(_boxes(page))


def _boxes(page: pdfium.PdfPage) -> list[Box]:
    """List the boxes (left, bottom, right, top) of the annotations that may show words, in points.
    Those that are hidden are drawn by nobody, so nothing is found in their boxes."""
    found: list[Box] = []
    for number in range(min(pdfium_c.FPDFPage_GetAnnotCount(page.raw), _MOST_BOXES)):
        note = pdfium_c.FPDFPage_GetAnnot(page.raw, number)
        if not note:
            continue
        kind = pdfium_c.FPDFAnnot_GetSubtype(note)
        box = pdfium_c.FS_RECTF()
        placed = pdfium_c.FPDFAnnot_GetRect(note, box) and box.right > box.left and box.top > box.bottom
        pdfium_c.FPDFPage_CloseAnnot(note)
        if placed and kind in _KINDS:
            found.append((box.left, box.bottom, box.right, box.top))
    return found


def _text(page: pdfium.PdfPage) -> str:
    textpage = page.get_textpage()
    try:
        return text_of(textpage)
    finally:
        textpage.close()


def _with_added(
    page: pdfium.PdfPage, number: int, own_text: str, boxes: Sequence[Box], found: Sequence[Grid]
) -> Page:
    """Read page `number` after its annotations were drawn into it. `own_text` are its characters from before, and
    `found` are the ruling lines of its tables."""
    width, height = page.get_size()
    textpage = page.get_textpage()
    try:
        text = text_of(textpage)
        length = len(own_text) if text.startswith(own_text) else len(text)
        own = list(segments(textpage, number, _without_dots(text[:length]), found, blanks=True))
        added = list(segments(textpage, number, " " * length + text[length:]))
    finally:
        textpage.close()
    notes: list[str] = []
    for words in _by_box(added, boxes):
        lines = [line for row in rows_of(words) for line in row]
        whole = clean_line(" ".join(line.text for line in lines))
        notice = _NOTICE.search(whole) is not None
        notes += [whole] if notice else []
        for line in lines:
            if not _replaced(own, line) and not notice:
                own.append(_snapped(line, own))
    return page_of(own, found, Page(number, width, height, (), tuple(notes)))


def _without_dots(text: str) -> str:
    """Replace the dots of blanks by spaces: "Số:……/QĐ" must leave room for the number that is stamped on them."""

    def spaces(found: re.Match[str]) -> str:
        return found.group(0)[: found.start(1) - found.start()] + " " * len(found.group(1))

    return _DOTTED_BLANK.sub(spaces, text)


def _by_box(added: Iterable[PdfLine], boxes: Sequence[Box]) -> Iterator[list[PdfLine]]:
    """Yield the pieces of each box, and at last those in no box, one by one."""
    inside: dict[int, list[PdfLine]] = {}
    for line in added:
        x, y = (line.x0 + line.x1) / 2, (line.y0 + line.y1) / 2
        at = next((n for n, (x0, y0, x1, y1) in enumerate(boxes) if x0 <= x <= x1 and y0 <= y <= y1), -1)
        inside.setdefault(at, []).append(line)
    outside = inside.pop(-1, [])
    yield from inside.values()
    yield from ([line] for line in outside)


def _replaced(own: list[PdfLine], line: PdfLine) -> bool:
    """Whether the line of a stamp is a whole number or date that the page leaves blank. Then the blank pieces in
    `own` are replaced by it."""
    date = _OWN_DATE.match(line.text)
    if date:
        blank, words = _BLANK_DATE, date.group(1)
    elif _OWN_NUMBER.match(line.text):
        blank, words = _BLANK_NUMBER, line.text
    else:
        return False
    for at, piece in enumerate(own):
        if not blank.search(piece.text):
            continue
        rest = _right_of(own, piece)
        if date and not (rest and rest[0].text.startswith("tháng")):
            continue
        end = max([piece.x1, *(one.x1 for one in rest)])
        own[at] = replace(piece, text=blank.sub("", piece.text) + words, x1=end)
        own[:] = [one for one in own if one not in rest]
        return True
    return False


def _right_of(own: Iterable[PdfLine], piece: PdfLine) -> list[PdfLine]:
    """List the pieces that continue a blank number or date, from left to right."""
    row = [one for one in own if abs(one.y0 - piece.y0) < 0.5 * piece.size and one.x0 > piece.x0]
    rest: list[PdfLine] = []
    end = piece.x1
    for one in sorted(row, key=lambda one: one.x0):
        if not BLANK_AFTER.match(one.text) or one.x0 - end > _REACH * piece.size:
            break
        rest.append(one)
        end = one.x1
    return rest


def _snapped(line: PdfLine, own: Iterable[PdfLine]) -> PdfLine:
    """Move what stands on a blank of the page to the height of the words around the blank. Stamps are set by
    hand, often a little too high or too low. Other lines stay where they are."""
    for piece in own:
        if abs(line.y0 + line.y1 - piece.y0 - piece.y1) > 2 * piece.size:
            continue
        after = line.x0 - piece.x1
        before = piece.x0 - line.x1
        left = BLANK_BEFORE.search(piece.text) and -piece.size < after < _REACH * piece.size
        right = BLANK_AFTER.match(piece.text) and -piece.size < before < _REACH * piece.size
        if left or right:
            return replace(line, y0=piece.y0, y1=piece.y1, filled=True)
    return line
