"""Make a copy of a scan in which text can be searched and copied: the pages as they are, with invisible words on them."""

from __future__ import annotations

import ctypes
import io
import math
from collections.abc import Sequence
from pathlib import Path

import fontpkg
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from docmgr.reading.formats import pictures
from docmgr.reading.ocr.words import OcrPage, OcrWord, stored_point
from docmgr.reading.outcomes import Unreadable

_FAMILY = "Be Vietnam Pro"
_JPEG_QUALITY = 80
# The baseline of a word lies this share of its height above the lower edge of its box.
_DESCENT = 0.2
# The corners of a page are asked for on a grid of this size; pdfium takes whole numbers only.
_GRID = 1_000_000

Point = tuple[float, float]


def copy(path: Path, kind: str, pages: Sequence[OcrPage]) -> bytes:
    """Make the searchable copy of the scan at `path` as the bytes of a PDF. `kind` is its kind of file, and `pages` are
    its recognised pages. Raises Unreadable("broken") when the scan cannot be opened."""
    try:
        document = pdfium.PdfDocument(path) if kind == "pdf" else _of_pictures(path, kind, [one.turned for one in pages])
        font, _letters = _font(document)
        for one in pages:
            page = document[one.number - 1]
            if kind == "pdf" and one.turned:
                page.set_rotation((page.get_rotation() + one.turned) % 360)
            if one.words:
                _write(document, page, font, one)
        out = io.BytesIO()
        document.save(out)
    except pdfium.PdfiumError as fault:
        raise Unreadable("broken") from fault
    return out.getvalue()


def _of_pictures(path: Path, kind: str, turned: Sequence[int]) -> pdfium.PdfDocument:
    """Build a PDF whose pages are the pictures of a file, turned by so many degrees each."""
    document = pdfium.PdfDocument.new()
    for number, angle in enumerate(turned, start=1):
        picture = pictures.picture(path, kind, number, angle)
        width, height = (side * picture.points for side in picture.image.size)
        page = document.new_page(width, height)
        packed = io.BytesIO()
        picture.image.save(packed, "JPEG", quality=_JPEG_QUALITY)
        image = pdfium.PdfImage.new(document)
        image.load_jpeg(packed, inline=True)
        image.set_matrix(pdfium.PdfMatrix().scale(width, height))
        page.insert_obj(image)
        page.gen_content()
    return document


def _font(document: pdfium.PdfDocument) -> tuple[ctypes.c_void_p, ctypes.Array[ctypes.c_ubyte]]:
    """Load a font with the letters of Vietnamese into a document. Returns the font, and its bytes, which pdfium needs as
    long as the document is open."""
    data = Path(fontpkg.path(_FAMILY, weight=400)).read_bytes()
    letters = (ctypes.c_ubyte * len(data)).from_buffer_copy(data)
    return pdfium_c.FPDFText_LoadFont(document.raw, letters, len(data), pdfium_c.FPDF_FONT_TRUETYPE, True), letters


def _write(document: pdfium.PdfDocument, page: pdfium.PdfPage, font: ctypes.c_void_p, found: OcrPage) -> None:
    corner, right, up = (_on_page(page, *share) for share in ((0, 0), (1, 0), (0, 1)))
    for word in found.words:
        shares = _places(found, word)
        origin, along, above = (
            (
                corner[0] + x * (right[0] - corner[0]) + y * (up[0] - corner[0]),
                corner[1] + x * (right[1] - corner[1]) + y * (up[1] - corner[1]),
            )
            for x, y in shares
        )
        _insert(document, page, font, word.text, (origin, along, above))
    page.gen_content()


def _places(found: OcrPage, word: OcrWord) -> tuple[Point, Point, Point]:
    """Where a word begins on its baseline, where it ends, and the point one letter's height above its beginning, as
    shares of the stored page from the upper left corner."""
    height = word.y1 - word.y0
    base = word.y1 - _DESCENT * height
    return (
        stored_point(found, word.x0, base),
        stored_point(found, word.x1, base),
        stored_point(found, word.x0, base - height),
    )


def _on_page(page: pdfium.PdfPage, x: int, y: int) -> Point:
    """Convert a corner of the page as it is shown to the coordinates of its content."""
    across, down = ctypes.c_double(), ctypes.c_double()
    pdfium_c.FPDF_DeviceToPage(page.raw, 0, 0, _GRID, _GRID, 0, x * _GRID, y * _GRID, across, down)
    return across.value, down.value


def _insert(
    document: pdfium.PdfDocument,
    page: pdfium.PdfPage,
    font: ctypes.c_void_p,
    text: str,
    places: tuple[Point, Point, Point],
) -> None:
    written = pdfium_c.FPDFPageObj_CreateTextObj(document.raw, font, 1.0)
    # A space keeps neighbouring words apart when the text is copied.
    encoded = (text + " ").encode("utf-16-le", "replace") + b"\0\0"
    units = (ctypes.c_ushort * (len(encoded) // 2)).from_buffer_copy(encoded)
    pdfium_c.FPDFText_SetText(written, units)
    pdfium_c.FPDFTextObj_SetTextRenderMode(written, pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE)
    left, low, high = ctypes.c_float(), ctypes.c_float(), ctypes.c_float()
    natural = ctypes.c_float()
    pdfium_c.FPDFPageObj_GetBounds(written, left, low, natural, high)
    (x, y), along, above = places
    share = 1 / max(natural.value, 0.1)
    matrix = (
        (along[0] - x) * share, (along[1] - y) * share, above[0] - x, above[1] - y, x, y,
    )  # fmt: skip
    if all(map(math.isfinite, matrix)):
        pdfium_c.FPDFPageObj_Transform(written, *matrix)
        pdfium_c.FPDFPage_InsertObject(page.raw, written)
