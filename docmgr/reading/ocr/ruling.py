"""Find the ruling lines of tables on the picture of a page, and take them away before its words are recognised: Tesseract
takes them for letters, and cells side by side for one line of text. The lines themselves are kept for the table.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from docmgr.reading.formats.pdf.rules import Grid, RulingLine, grids_of, joined_lines
from docmgr.reading.ocr.words import Rule

Mask = NDArray[np.bool_]

# Lines are sought on a picture of half the size. Pixels darker than this are ink there.
_REDUCED, _INK = 2, 185
# A line is at least so long, in points, and at least this share of it is ink.
_SHORTEST, _SHARE = 22.0, 0.95
# Where lines cover more than this share of a page it is a drawing.
_MOST = 0.1


@dataclass(frozen=True, slots=True)
class RuledPicture:
    """The grey picture of a page without its ruling lines, and these lines."""

    image: Image.Image
    rules: tuple[Rule, ...]


def without_rules(grey: Image.Image, points: float) -> RuledPicture:
    """Take the ruling lines from a grey picture that lies straight; `points` is the size of one pixel in points."""
    small = np.asarray(grey.reduce(_REDUCED)) < _INK
    size = points * _REDUCED
    length = max(round(_SHORTEST / size), 2)
    across, upright = _runs(small, length), _runs(small.T, length)
    both = across | upright.T
    if not both.any() or both.mean() > _MOST:
        return RuledPicture(grey, ())
    gone = Image.fromarray(np.where(_thick(across) | _thick(upright).T, 255, 0).astype(np.uint8))
    mask = gone.resize((small.shape[1] * _REDUCED, small.shape[0] * _REDUCED), Image.Resampling.NEAREST)
    clean = grey.copy()
    clean.paste(255, (0, 0), mask.crop((0, 0, grey.width, grey.height)))
    lying = [(one.start, one.at, one.end, one.at) for one in _lines(across, size)]
    standing = [(one.at, one.start, one.at, one.end) for one in _lines(upright, size)]
    return RuledPicture(clean, (*lying, *standing))


def grids(rules: Iterable[Rule], height: float) -> list[Grid]:
    """Find the tables that the ruling lines of a page draw, from top to bottom; `height` is the height of the page."""
    rules = list(rules)
    # A PDF counts from the lower left corner.
    across = [RulingLine(height - y0, x0, x1) for x0, y0, x1, y1 in rules if y0 == y1]
    upright = [RulingLine(x0, height - y1, height - y0) for x0, y0, x1, y1 in rules if y0 != y1]
    return grids_of(across, upright)


def _runs(ink: Mask, length: int) -> Mask:
    """Mark the pixels in rows of `ink` that belong to a straight run of at least `length` pixels."""
    # A line may lie a little askew, so that it goes from one row to the next.
    thick = _thick(ink)
    width = thick.shape[1]
    if width <= length:
        return np.zeros_like(ink)
    counted = np.cumsum(np.pad(thick, ((0, 0), (1, 0))), axis=1, dtype=np.int32)
    starts = counted[:, length:] - counted[:, :-length] >= _SHARE * length
    change = np.zeros((thick.shape[0], width + 1), np.int32)
    change[:, : starts.shape[1]] += starts
    change[:, length : length + starts.shape[1]] -= starts
    covered: Mask = np.cumsum(change, axis=1)[:, :width] > 0
    return covered & thick


def _thick(mask: Mask) -> Mask:
    """The mask with the pixels above and below each of its pixels."""
    thicker = mask.copy()
    thicker[1:] |= mask[:-1]
    thicker[:-1] |= mask[1:]
    return thicker


def _lines(mask: Mask, size: float) -> list[RulingLine]:
    """Join the runs in the rows of a mask to lines, in points; `size` is that of one pixel."""
    return joined_lines(RulingLine(row * size, start * size, end * size) for row, start, end in _segments(mask))


def _segments(mask: Mask) -> Iterator[tuple[int, int, int]]:
    for row in np.nonzero(mask.any(axis=1))[0]:
        edges: NDArray[Any] = np.flatnonzero(np.diff(np.pad(mask[row].astype(np.int8), 1)))
        for start, end in edges.reshape(-1, 2):
            yield int(row), int(start), int(end)
