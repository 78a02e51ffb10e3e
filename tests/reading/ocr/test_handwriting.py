"""What may be written by hand into printed text is doubted."""

from __future__ import annotations

import pytest
from PIL import Image, ImageDraw

from docmgr.reading.ocr.handwriting import WRITTEN, doubted
from docmgr.reading.ocr.words import OcrPage, OcrWord

BLUE, BLACK = (30, 40, 150), (20, 20, 20)


def page(*words: OcrWord) -> OcrPage:
    return OcrPage(1, 100, 100, words=words)


def inked(found: OcrPage, *colours: tuple[int, int, int]) -> Image.Image:
    """A picture on which a bar of this colour stands in the place of each word."""
    paper = Image.new("RGB", (200, 200), "white")
    pen = ImageDraw.Draw(paper)
    for word, colour in zip(found.words, colours, strict=True):
        pen.rectangle((2 * word.x0 + 4, 2 * word.y0 + 4, 2 * word.x1 - 4, 2 * word.y1 - 4), fill=colour)
    return paper


def confidences(found: OcrPage, picture: Image.Image) -> list[float]:
    return [word.confidence for word in doubted(found, picture).words]


def test_words_in_blue_ink_are_doubted() -> None:
    found = page(OcrWord("Số:", 10, 10, 40, 20, 95, 0), OcrWord("47/QĐ", 45, 10, 80, 20, 95, 0), OcrWord("là", 10, 50, 90, 80, 95, 1))
    assert confidences(found, inked(found, BLACK, BLUE, BLACK)) == [95, WRITTEN, 95]
    # Where all print is blue, the colour says nothing.
    assert confidences(found, inked(found, BLUE, BLUE, BLUE)) == [95, 95, 95]


@pytest.mark.parametrize(("y0", "y1", "expected"), [(10, 20, 95), (7, 20, WRITTEN), (13, 23, WRITTEN), (9, 20, 95)])
def test_digits_unlike_the_year_of_their_line_are_doubted(y0: float, y1: float, expected: float) -> None:
    found = page(
        OcrWord("ngày", 5, 5, 20, 24, 95, 0), OcrWord("05", 25, y0, 35, y1, 95, 0), OcrWord("2024", 60, 10, 90, 20, 95, 0)
    )
    assert confidences(found, inked(found, BLACK, BLACK, BLACK)) == [95, expected, 95]


def test_doubt_never_grows_confidence() -> None:
    found = page(OcrWord("4", 10, 10, 30, 20, 30, 0), OcrWord("là", 10, 50, 90, 80, 95, 1))
    assert confidences(found, inked(found, BLUE, BLACK)) == [30, 95]
    assert confidences(page(), Image.new("RGB", (10, 10), "white")) == []
