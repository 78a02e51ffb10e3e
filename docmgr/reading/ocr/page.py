"""Recognise one page: make its picture, prepare it, and let Tesseract read it in the direction that makes sense."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from PIL import Image

from docmgr.reading.formats import pictures
from docmgr.reading.formats.pictures import Picture
from docmgr.reading.ocr import cells, red, tesseract
from docmgr.reading.ocr.handwriting import doubted
from docmgr.reading.ocr.prepare import StraightPicture, prepare
from docmgr.reading.ocr.ruling import grids, without_rules
from docmgr.reading.ocr.words import OcrPage, OcrWord, Rule

# A page whose words are recognised with less confidence than this may be upside down.
_UPRIGHT = 60.0


@dataclass(frozen=True, slots=True)
class _Try:
    """What was recognised on a picture that was turned by `turn` degrees in all."""

    turn: int
    size: tuple[int, int]
    words: tuple[OcrWord, ...]
    rules: tuple[Rule, ...]

    @property
    def letters(self) -> float:
        """How many letters were recognised, each counted by its confidence."""
        return sum(len(word.text) * word.confidence for word in self.words)

    @property
    def upright(self) -> bool:
        """Whether the words are recognised so well that the page cannot be upside down."""
        letters = sum(len(word.text) for word in self.words)
        return self.letters >= _UPRIGHT * letters


def recognise(path: Path, kind: str, number: int, turned: int = 0) -> OcrPage:
    """Recognise page `number` (from 1) of the file at `path`; `kind` is its kind of file. Its picture is turned clockwise
    by `turned` degrees before. Raises Unreadable with the reason when the page cannot be drawn or recognised."""
    return of_picture(pictures.picture(path, kind, number, turned), number)


def of_picture(picture: Picture, number: int) -> OcrPage:
    """Recognise the words on the picture of the page `number`. Raises Unreadable when Tesseract fails."""
    prepared = prepare(picture.image)
    best = _read(prepared, prepared.turn, picture.points)
    if not best.upright:
        # Half a turn leaves the lines straight, so the picture need not be prepared again.
        other = _read(prepared, prepared.turn + 180, picture.points)
        best = max(best, other, key=lambda one: one.letters)
    width, height = (side * picture.points for side in best.size)
    # Turning by half a turn and by a small angle give the same in either order.
    found = OcrPage(number, width, height, best.turn % 360, prepared.skew, best.words, rules=best.rules)
    found = doubted(found, picture.image)
    if number > red.FIRST_PAGES and not red.has_some(picture.image):
        return found
    return replace(found, stamp=red.stamp(picture.image, found.turn, found.skew, picture.points))


def _read(prepared: StraightPicture, turn: int, points: float) -> _Try:
    image = prepared.image if turn == prepared.turn else prepared.image.transpose(Image.Transpose.ROTATE_180)
    ruled = without_rules(image, points)
    tables = grids(ruled.rules, image.height * points)
    if not tables:
        # A line under a heading or a name does no harm.
        return _Try(turn, image.size, tesseract.recognise(image, points), ())
    return _Try(turn, image.size, cells.recognise(ruled.image, tables, points), ruled.rules)
