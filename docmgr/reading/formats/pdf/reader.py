"""Read PDF files with the library pypdfium2, or with the tool pdftotext when pypdfium2 cannot open the file.

This module decides which file is a scan (images of pages with hardly any text), which pages of another file are
pictures, and which file is locked by a password.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, groupby
from pathlib import Path
from types import MappingProxyType

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
_NOTHING: Mapping[int, Page] = MappingProxyType({})


def read_pdf(path: Path, limits: ReadingLimits = DEFAULT_LIMITS, recognised: Mapping[int, Page] = _NOTHING) -> PartContents:
    """Read the PDF file at `path` within `limits`. `recognised` are the words of pages that are pictures, by page
    number; they take the place of these pages. Raises Unreadable: "encrypted" when it needs a password,
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
    pictures: list[int] = []
    lost = 0
    for number in range(count):
        try:
            page, lines = read_page(document, number)
        except pdfium.PdfiumError:
            lost += 1
            continue
        if _is_picture(page, lines):
            pictures.append(lines.number)
        pages.append(lines)
        page.close()
    if not any(page.lines for page in pages if page.number not in pictures):
        # The pages can still be shown as images, so their number is kept.
        raise Unreadable("no_text_layer", pages=count) if pages else Unreadable("broken")
    known = [number for number in pictures if number in recognised]
    pages = [_in_place(page, recognised[page.number]) if page.number in known else page for page in pages]
    boxes = (Block(note, "footnote", page=page.number) for page in pages for note in page.notes)
    blocks = capped(chain(_blocks(pages, pictures), boxes), limits)
    counts = ((BROKEN_PAGES, lost), (PICTURE_PAGES, len(pictures) - len(known)))
    notes = tuple(note(sentence, count=pages_) for sentence, pages_ in counts if pages_)
    return PartContents("pdf", tuple(blocks), pages=count, notes=notes, picture_pages=tuple(pictures))


def _blocks(pages: Sequence[Page], pictures: Container[int]) -> Iterator[Block]:
    """Yield the blocks of all pages. Pages that are pictures have margins of their own, so they are laid out by
    themselves, and the text of the others is the same before they are recognised and after."""
    own = without_margins([page for page in pages if page.number not in pictures])
    pages = sorted((*own, *without_margins([page for page in pages if page.number in pictures])), key=lambda page: page.number)
    table = 0
    for pictured, run in groupby(pages, key=lambda page: page.number in pictures):
        group = list(run)
        for block in layout(group, table, group if pictured else own):
            yield block
            table = max(table, -1 if block.table is None else block.table + 1)


def _in_place(page: Page, recognised: Page) -> Page:
    """Put the recognised words in the place of a page that is a picture. The words that it has of its own, such as a number
    in a form field, are kept as notes where they were not recognised."""
    seen = _letters(" ".join(line.text for line in recognised.lines))
    kept = tuple(line.text for line in page.lines if _letters(line.text) not in seen)
    return replace(recognised, notes=(*page.notes, *kept))


def _letters(text: str) -> str:
    return "".join(text.split()).casefold()


def _is_picture(page: pdfium.PdfPage, lines: Page) -> bool:
    """Whether a page is mostly covered by images and has hardly any text. `lines` is the text that was read from the
    page."""
    characters = sum(len(line.text) for line in lines.lines)
    if characters >= _SCAN_CHARACTERS:
        return False
    covered = 0.0
    for image in page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        left, bottom, right, top = image.get_bounds()
        covered += max(right - left, 0.0) * max(top - bottom, 0.0)
    return covered > _SCAN_AREA * max(lines.width * lines.height, 1.0)


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
