"""Find words that were probably written by hand into printed text. Tesseract takes strokes of a pen for print, sometimes
with high confidence, so their confidence is lowered: facts with such words are doubtful.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from docmgr.reading.ocr.words import Mark, OcrPage, OcrWord, on_picture

# The highest confidence of a word that may be handwritten.
WRITTEN = 60.0
# The ink of a ballpoint pen: so much more blue than red, on so large a share of the ink.
_BLUE, _BLUE_SHARE, _INK = 45, 0.35, 190
# Printed digits of a line differ less than this from each other, in heights of a digit.
_UNLIKE = 0.22


def doubted(page: OcrPage, picture: Image.Image) -> OcrPage:
    """Lower the confidence of the words on `page` that look handwritten; `picture` is the page as it was stored, in
    RGB. They are words in blue ink, and digits that are larger, smaller, higher or lower than others of their line."""
    unlike = {id(word) for word in _unlike_digits(page.words)}
    colours = np.asarray(picture)
    mostly_blue = _blue(colours[::4, ::4]) > 0.5
    words = []
    for word in page.words:
        written = id(word) in unlike or (not mostly_blue and _in_blue(colours, on_picture(page, word)))
        words.append(replace(word, confidence=min(word.confidence, WRITTEN)) if written else word)
    return replace(page, words=tuple(words))


def _unlike_digits(words: Sequence[OcrWord]) -> list[OcrWord]:
    lines: dict[int, list[OcrWord]] = defaultdict(list)
    for word in words:
        if word.text.strip(".,;:()").isdigit():
            lines[word.line].append(word)
    found = []
    for digits in lines.values():
        # Most often the year is printed, which has the most digits.
        printed = max(digits, key=lambda word: len(word.text))
        height = max(printed.y1 - printed.y0, 1.0)
        slope = _UNLIKE * height
        for word in digits:
            taller = abs((word.y1 - word.y0) - height) > slope
            if taller or abs(word.y1 - printed.y1) > slope:
                found.append(word)
    return found


def _in_blue(colours: NDArray[np.uint8], box: Mark) -> bool:
    height, width = colours.shape[:2]
    top, left = int(box.top * height), int(box.left * width)
    bottom, right = int((box.top + box.height) * height) + 1, int((box.left + box.width) * width) + 1
    return _blue(colours[top:bottom, left:right]) > _BLUE_SHARE


def _blue(part: NDArray[np.uint8]) -> float:
    """The share of the ink in a part of the picture that is blue; 0 where there is no ink."""
    red, blue = part[..., 0].astype(np.int16), part[..., 2].astype(np.int16)
    ink = red < _INK
    return float(((blue - red > _BLUE) & ink).sum() / ink.sum()) if ink.any() else 0.0
