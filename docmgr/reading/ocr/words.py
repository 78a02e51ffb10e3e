"""The words that were recognised on a page, with their places and confidences; as JSON for storing and passing on."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class OcrWord:
    """One recognised word. Its box goes from (x0, y0), upper left, to (x1, y1), lower right, in points from the upper
    left corner of the straightened page. `confidence` is Tesseract's, from 0 (guessed) to 100. Words of one printed
    line have the same `line` number, counted from 0 on the page."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    confidence: float
    line: int


# A ruling line on a straightened page: (x0, y0, x1, y1) in points from the upper left corner.
Rule = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class OcrPage:
    """One recognised page. `number` counts from 1. `width` and `height` are the size of the straightened page in
    points. The page was turned anticlockwise by `turn` degrees (0, 90, 180 or 270) and then by the small angle `skew`.
    `words` are in reading order; there are none on an empty page.

    `fault` tells why the page could not be recognised, as a key of outcomes.REASONS; None when it could. `turned` are
    the degrees (0, 90, 180 or 270) by which people had turned its picture clockwise before; that picture is meant
    where others speak of the page as it was stored. `stamp` is the level of secrecy that is stamped in red; None when no such
    stamp was found. `rules` are the ruling lines of its tables."""

    number: int
    width: float
    height: float
    turn: int = 0
    skew: float = 0.0
    words: tuple[OcrWord, ...] = ()
    fault: str | None = None
    turned: int = 0
    stamp: str | None = None
    rules: tuple[Rule, ...] = ()

    @property
    def confidence(self) -> float | None:
        """The mean confidence of the words, weighted by their lengths, from 0 to 100. None on an empty page."""
        letters = sum(len(word.text) for word in self.words)
        return sum(word.confidence * len(word.text) for word in self.words) / letters if letters else None


@dataclass(frozen=True, slots=True)
class Mark:
    """A box on the picture of a page as it was stored. All four are shares of its width or height, from 0 to 1, from
    the upper left corner."""

    left: float
    top: float
    width: float
    height: float


def to_plain(page: OcrPage) -> dict[str, Any]:
    """Convert a page to plain data for JSON: one list for each word."""
    rows = [
        [one.text, *(round(x, 1) for x in (one.x0, one.y0, one.x1, one.y1, one.confidence)), one.line]
        for one in page.words
    ]
    return {
        "number": page.number,
        "width": round(page.width, 1),
        "height": round(page.height, 1),
        "turn": page.turn,
        "skew": page.skew,
        "words": rows,
        "fault": page.fault,
        "turned": page.turned,
        "stamp": page.stamp,
        "rules": [[round(side, 1) for side in rule] for rule in page.rules],
    }


def from_plain(plain: dict[str, Any]) -> OcrPage:
    """Convert plain data from `to_plain` back to the page. Raises ValueError when it does not describe a page."""
    try:
        words = tuple(_word(row) for row in plain["words"])
        return OcrPage(
            int(plain["number"]),
            float(plain["width"]),
            float(plain["height"]),
            int(plain["turn"]),
            float(plain["skew"]),
            words,
            plain["fault"],
            int(plain.get("turned", 0)),  # Pages that were stored before pages could be turned have none.
            plain.get("stamp"),  # Nor this, before red ink was looked at.
            tuple(_rule(row) for row in plain.get("rules", ())),  # Nor these, before lines were sought.
        )
    except (KeyError, TypeError, AttributeError) as fault:
        raise ValueError("not a recognised page") from fault


def _word(row: Sequence[Any]) -> OcrWord:
    text, x0, y0, x1, y1, confidence, line = row
    return OcrWord(str(text), float(x0), float(y0), float(x1), float(y1), float(confidence), int(line))


def _rule(row: Sequence[Any]) -> Rule:
    x0, y0, x1, y1 = row
    return float(x0), float(y0), float(x1), float(y1)


def on_picture(page: OcrPage, word: OcrWord) -> Mark:
    """Find the box of a word on the picture of the page as it was stored, before it was turned and straightened."""
    corners = [stored_point(page, x, y) for x in (word.x0, word.x1) for y in (word.y0, word.y1)]
    xs = [min(max(x, 0.0), 1.0) for x, _ in corners]
    ys = [min(max(y, 0.0), 1.0) for _, y in corners]
    return Mark(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))


def stored_point(page: OcrPage, x: float, y: float) -> tuple[float, float]:
    """Find where the point (x, y) of the straightened page, in points, lies on the picture of the page as it was stored.
    Returns its place as shares of the width and the height, from the upper left corner."""
    angle = math.radians(page.turn + page.skew)
    cos, sin = math.cos(angle), math.sin(angle)
    width, height = _stored_size(page)
    dx, dy = x - page.width / 2, y - page.height / 2
    return (dx * cos - dy * sin) / width + 0.5, (dx * sin + dy * cos) / height + 0.5


def _stored_size(page: OcrPage) -> tuple[float, float]:
    """Work out the width and height, in points, that the page had before it was straightened and turned."""
    angle = math.radians(abs(page.skew))
    cos, sin = math.cos(angle), math.sin(angle)
    # Straightening widens a page: W = w cos + h sin, H = w sin + h cos.
    share = cos * cos - sin * sin
    width, height = (page.width * cos - page.height * sin) / share, (page.height * cos - page.width * sin) / share
    return (height, width) if page.turn in (90, 270) else (width, height)
