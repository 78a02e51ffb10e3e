"""Look for a secrecy stamp in the red ink of a page, which is taken away before its words are recognised.

Stamps of secrecy are red, like the seals that would spoil the words under them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from docmgr.reading.ocr import tesseract
from docmgr.reading.ocr.words import OcrWord
from legaltext.text import fold

# Only the upper third of a page is looked at: there the stamp stands (Decree 30/2020, Annex I). Later pages of a file may
# be the first of another paper, but few have red ink there. So they are looked at closely when a small picture has some.
FIRST_PAGES = 3
_UPPER = 3
_SMALLER = 4
# How much more red than green and blue a pixel has, from 0 to 255, to count as red ink.
_RED = 40
# A page with a smaller share of red pixels there has no stamp: specks, a red line.
_ENOUGH = 0.0004
# The marks of the vowels are small, and red ink is often pale. A word alone in red can hardly be another one.
_LEVELS = {"tuyetmat": "Tuyệt mật", "toimat": "Tối mật", "mat": "Mật"}


def has_some(image: Image.Image) -> bool:
    """Whether a small copy of the picture of a page, in RGB, has red ink anywhere. This takes a fraction of the time that
    looking for a stamp takes."""
    colours = np.asarray(image.reduce(_SMALLER)).astype(np.int16)
    excess = colours[..., 0] - colours[..., 1:].max(axis=2)
    # Thin strokes are paler in a small picture.
    return bool(np.count_nonzero(excess > _RED / 2) >= _ENOUGH * excess.size / _UPPER)


def stamp(image: Image.Image, turn: int, skew: float, points: float) -> str | None:
    """Find the level of secrecy that is stamped in red on the upper third of a page. None when there is no such stamp.
    `image` is its picture in RGB, which lies straight when it is turned anticlockwise by `turn` degrees and then by
    `skew`. `points` is the size of one pixel in points. Raises Unreadable when Tesseract fails."""
    colours = np.asarray(image).astype(np.int16)
    excess = colours[..., 0] - colours[..., 1:].max(axis=2)
    del colours
    if np.count_nonzero(excess > _RED) < _ENOUGH * excess.size / _UPPER:
        return None
    # Full ink keeps small letters; plain black at half the size joins what is pale and rough.
    ink = _upper(np.where(excess > _RED, 255 - np.clip(2 * excess, 0, 255), 255), turn, skew)
    if np.count_nonzero(np.asarray(ink) < 255 - _RED) < _ENOUGH * ink.width * ink.height:
        return None
    black = _upper(np.where(excess > _RED, 0, 255), turn, skew).reduce(2)
    for picture, size in ((ink, points), (black, 2 * points)):
        found = {_level(line) for line in _lines(tesseract.recognise(picture, size, tesseract.SPARSE))}
        if found - {None}:
            return next(level for level in _LEVELS.values() if level in found)
    return None


def _upper(ink: NDArray[Any], turn: int, skew: float) -> Image.Image:
    """Straighten the ink of a page and cut off its upper third."""
    picture = Image.fromarray(ink.astype(np.uint8)).rotate(turn, expand=True)
    straight = picture.rotate(skew, Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    return straight.crop((0, 0, straight.width, straight.height // _UPPER))


def _lines(words: tuple[OcrWord, ...]) -> list[str]:
    lines: dict[int, list[str]] = defaultdict(list)
    for word in words:
        lines[word.line].append(word.text)
    return [" ".join(line) for line in lines.values()]


def _level(line: str) -> str | None:
    """Find the level that a line states. Single letters may be pieces of the frame, or of a word."""
    words = [re.sub(r"[^a-z]", "", fold(word)) for word in line.split()]
    return _LEVELS.get("".join(words)) or _LEVELS.get("".join(word for word in words if len(word) > 1))
