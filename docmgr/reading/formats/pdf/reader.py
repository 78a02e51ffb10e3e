"""Read PDF files with the library pypdfium2, or with the tool pdftotext when pypdfium2 cannot open the file.

This module decides which file is a scan (images of pages with hardly any text) and which is locked by a
password.
"""

from __future__ import annotations

from itertools import chain
from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from docmgr.reading.formats.blocks import capped
from docmgr.reading.formats.pdf.annotations import read_page
from docmgr.reading.formats.pdf.layout import layout
from docmgr.reading.formats.pdf.lines import Page, without_margins
from docmgr.reading.formats.tools import run_tool
from docmgr.reading.letters.lines import raw_line, split
from docmgr.reading.limits import DEFAULT_LIMITS, ReadingLimits
from docmgr.reading.notes import BROKEN_PAGES, NO_LAYOUT, PICTURE_PAGES, note
from docmgr.reading.outcomes import Unreadable
from docmgr.reading.types import Block, PartContents

_SCAN_CHARACTERS = 100
_SCAN_AREA = 0.5


def read_pdf(path: Path, limits: ReadingLimits = DEFAULT_LIMITS) -> PartContents:
    """Read the PDF file at `path` within `limits`. Raises Unreadable: "encrypted" when it needs a password,
    "no_text_layer" for a scan, "too_large" for too much text, or "broken" when it cannot be opened."""
    try:
        document = pdfium.PdfDocument(path)
        count = len(document)
        if document.get_formtype() != pdfium_c.FORMTYPE_NONE:
            document.init_forms()  # Fields without a look of their own get one.
    except pdfium.PdfiumError as fault:
        if getattr(fault, "err_code", None) == pdfium_c.FPDF_ERR_PASSWORD:
            raise Unreadable("encrypted") from fault
        return _by_pdftotext(path, limits)
    if count > limits.pdf_pages:
        raise Unreadable("too_large")
    pages: list[Page] = []
    scanned = lost = 0
    for number in range(count):
        try:
            page, lines = read_page(document, number)
        except pdfium.PdfiumError:
            lost += 1
            continue
        scanned += _is_scan(page, lines)
        pages.append(lines)
        page.close()
    if scanned and scanned >= 0.8 * len(pages) or not any(page.lines for page in pages):
        # The pages can still be shown as images, so their number is kept.
        raise Unreadable("no_text_layer", pages=count) if pages else Unreadable("broken")
    boxes = (Block(note, "footnote", page=page.number) for page in pages for note in page.notes)
    blocks = capped(chain(layout(without_margins(pages)), boxes), limits)
    counts = ((BROKEN_PAGES, lost), (PICTURE_PAGES, scanned))
    notes = tuple(note(sentence, count=pages_) for sentence, pages_ in counts if pages_)
    return PartContents("pdf", tuple(blocks), pages=count, notes=notes)


def _is_scan(page: pdfium.PdfPage, lines: Page) -> bool:
    """Whether a page is mostly one image and has hardly any text. `lines` is the text that was read from the
    page."""
    characters = sum(len(line.text) for line in lines.lines)
    if characters >= _SCAN_CHARACTERS:
        return False
    area = max(lines.width * lines.height, 1.0)
    for image in page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        left, bottom, right, top = image.get_bounds()
        if (right - left) * (top - bottom) > _SCAN_AREA * area:
            return True
    return False


def _by_pdftotext(path: Path, limits: ReadingLimits) -> PartContents:
    answer = run_tool("pdftotext", ["-enc", "UTF-8", "-q", path, "-"])
    if answer is None or not answer[1].strip():
        raise Unreadable("broken")
    lines = (raw_line(line) for line in split(answer[1]))
    return PartContents(
        "pdf",
        tuple(capped((Block(line) for line in lines if line), limits)),
        notes=(note(NO_LAYOUT),),
    )
