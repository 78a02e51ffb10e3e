"""Make pictures of the pages of a scan: of a PDF by pypdfium2, of PNG, JPEG and TIFF files by Pillow.

This module decides their resolution and how large a picture may be. Files that are pictures have no text of their own;
a later job recognises it.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from PIL import Image, ImageOps, UnidentifiedImageError

from docmgr.reading.limits import DEFAULT_LIMITS, ReadingLimits
from docmgr.reading.outcomes import Unreadable
from docmgr.reading.types import PartContents

# Tesseract's model was trained at this resolution.
DPI = 300
# A picture larger than this is refused before it is unpacked; an A3 page at 600 dpi has 70 million pixels.
MAX_PIXELS = 75_000_000
# Larger pages are drawn at a lower resolution; an A3 page at 300 dpi has 17 million pixels.
DRAWN_PIXELS = 20_000_000
A4_INCHES = (8.27, 11.69)
_FORMATS = ("PNG", "JPEG", "TIFF")
# Pillow turns the other way round.
_TURNS = {90: Image.Transpose.ROTATE_270, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_90}
_FAULTS = (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError)


@dataclass(frozen=True, slots=True)
class Picture:
    """The picture of a page. `points` is the size of one pixel in points (1/72 inch)."""

    image: Image.Image
    points: float


def read_picture(path: Path, limits: ReadingLimits = DEFAULT_LIMITS) -> PartContents:
    """Look at the picture at `path` without unpacking it. Always raises Unreadable: "no_text_layer" with the number of
    pages, "broken" when it cannot be opened, or "picture_too_large"."""
    pages = _count_frames(path)
    if pages > limits.pdf_pages:
        raise Unreadable("too_large")
    raise Unreadable("no_text_layer", pages=pages)


def _count_frames(path: Path) -> int:
    with _opened(path) as image:
        return int(getattr(image, "n_frames", 1))


def picture(path: Path, kind: str, number: int, angle: int = 0) -> Picture:
    """Make the picture of page `number` (from 1) of the file at `path`; `kind` is its kind of file. It has about 300
    dots an inch, and is turned clockwise by `angle` degrees: 0, 90, 180 or 270. Raises Unreadable: "broken" when there is no such page or it cannot be drawn, "picture_too_large"
    when it is larger than MAX_PIXELS."""
    try:
        made = _of_pdf(path, number) if kind == "pdf" else _of_image(path, number)
    except pdfium.PdfiumError as fault:
        raise Unreadable("broken") from fault
    return Picture(made.image.transpose(_TURNS[angle]), made.points) if angle else made


def _document(path: Path) -> pdfium.PdfDocument:
    try:
        return pdfium.PdfDocument(path)
    except pdfium.PdfiumError as fault:
        raise Unreadable("broken") from fault


def _of_pdf(path: Path, number: int) -> Picture:
    document = _document(path)
    if not 1 <= number <= len(document):
        raise Unreadable("broken")
    if document.get_formtype() != pdfium_c.FORMTYPE_NONE:
        # Otherwise stamps of signatures, with the number of the document in them, would not be drawn.
        document.init_forms()
    page = document[number - 1]
    width, height = page.get_size()
    if width < 1 or height < 1:
        raise Unreadable("broken")
    scale = min(DPI / 72, (DRAWN_PIXELS / (width * height)) ** 0.5)
    drawn = page.render(scale=scale, rev_byteorder=True, prefer_bgrx=False).to_pil()
    return Picture(drawn.convert("RGB"), 1 / scale)


def _of_image(path: Path, number: int) -> Picture:
    with _opened(path) as opened:
        try:
            opened.seek(number - 1)
            _refuse_huge(opened)
            dpi = _resolution(opened)
            image = _without_transparency(ImageOps.exif_transpose(opened))
        except _FAULTS as fault:
            raise Unreadable("broken") from fault
    scale = min(DPI / dpi, (DRAWN_PIXELS / (image.width * image.height)) ** 0.5)
    if abs(scale - 1) > 0.05:
        size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
        image = image.resize(size, Image.Resampling.BICUBIC)
    return Picture(image, 72 / (dpi * scale))


def _opened(path: Path) -> Image.Image:
    """Open a picture without unpacking it."""
    # Pillow's own warning comes at a smaller size than the limit here.
    warnings.simplefilter("ignore", Image.DecompressionBombWarning)
    try:
        image = Image.open(path, formats=_FORMATS)
    except Image.DecompressionBombError as fault:
        raise Unreadable("picture_too_large") from fault
    except _FAULTS as fault:
        raise Unreadable("broken") from fault
    _refuse_huge(image)
    return image


def _refuse_huge(image: Image.Image) -> None:
    if image.width * image.height > MAX_PIXELS:
        raise Unreadable("picture_too_large")


def _resolution(image: Image.Image) -> float:
    """The resolution of a picture in dots an inch. Cameras and screens give none or a wrong one, so it is then worked
    out as if the picture showed a page of A4."""
    longer, shorter = max(image.size), min(image.size)
    given = float(image.info.get("dpi", (0, 0))[0] or 0)
    if given >= 100 and 4 < longer / given < 24:
        return given
    return max(longer / A4_INCHES[1], shorter / A4_INCHES[0], 72.0)


def _without_transparency(image: Image.Image) -> Image.Image:
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        shown = image.convert("RGBA")
        paper = Image.new("RGBA", shown.size, "white")
        return Image.alpha_composite(paper, shown).convert("RGB")
    if image.mode.startswith("I") or image.mode == "F":
        return _deep(image)
    return image.convert("RGB")


def _deep(image: Image.Image) -> Image.Image:
    """Convert a picture with 16 or 32 bits a pixel, whose values go up to an unknown white."""
    exact = image.convert("I").convert("F") if image.mode.startswith("I") else image
    low, high = cast(tuple[float, float], exact.getextrema())
    scale = 255 / max(high - low, 1.0)
    return exact.point(lambda value: value * scale - low * scale).convert("L").convert("RGB")
