"""Recognise the words in the cells of tables: the cells are put below each other on a picture of their own.

Small cells beside each other are often overlooked, or taken for one line of text. Below each other they are the lines
of a plain column. The rest of the page is recognised without them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from docmgr.reading.formats.pdf.rules import Grid
from docmgr.reading.ocr import tesseract
from docmgr.reading.ocr.words import OcrWord

Grey = NDArray[np.uint8]

# White around each cell on the picture of cells, in points; and around its ink when it is cut out.
_GAP, _MARGIN = 6.0, 1.5
# The longest side of the picture of cells, in pixels. Tesseract takes none above 32,767.
_LONGEST = 12_000
# Pixels darker than this are ink. What has fewer of them is an empty cell, or a rest of the page without words.
_INK, _LEAST, _LEAST_REST = 140, 25, 200
# A table with more places than this is a drawing.
_MOST_PLACES = 4_000


@dataclass(frozen=True, slots=True)
class _Cell:
    """The inked part of a cell, and where its upper left corner is on the page, in pixels."""

    pixels: Grey
    left: int
    top: int


def recognise(image: Image.Image, grids: Sequence[Grid], points: float) -> tuple[OcrWord, ...]:
    """Recognise the words of a page that lies straight and has the tables `grids`; `image` is its picture without their
    ruling lines, and `points` the size of one pixel in points. The words of cells come last. Raises Unreadable as
    `tesseract.recognise` does."""
    page = np.asarray(image)
    rest, found = page.copy(), list[_Cell]()
    for grid in grids:
        boxes = list(_boxes(grid, points, page.shape[0]))
        inked = {column for column, (left, top, right, bottom) in boxes if _has_ink(page[top:bottom, left:right])}
        if len(inked) < 2:
            continue  # A frame around text is no table.
        for _, (left, top, right, bottom) in boxes:
            found += _cut(page[top:bottom, left:right], left, top, round(_MARGIN / points))
            rest[top:bottom, left:right] = 255
    words: list[OcrWord] = []
    if np.count_nonzero(rest < _INK) > _LEAST_REST:
        words += tesseract.recognise(Image.fromarray(rest), points)
    gap = round(_GAP / points)
    for some in _stacks(found, gap):
        first = max((word.line for word in words), default=-1) + 1
        words += (replace(word, line=first + word.line) for word in _of_cells(some, gap, points))
    return tuple(words)


def _boxes(grid: Grid, points: float, height: int) -> Iterator[tuple[int, tuple[int, int, int, int]]]:
    """Yield (column, box) for each cell of a table, in pixels from the upper left corner of a picture of this height."""
    found: dict[tuple[int, int], tuple[float, float, float, float]] = {}
    if len(grid.columns) * len(grid.rows) > _MOST_PLACES:
        return
    for left, right in zip(grid.columns, grid.columns[1:], strict=False):
        for top, bottom in zip(grid.rows, grid.rows[1:], strict=False):
            place = grid.cell((left + right) / 2, (top + bottom) / 2)
            if place is not None:
                box = found.get(place, (left, top, right, bottom))
                found[place] = (min(box[0], left), max(box[1], top), max(box[2], right), min(box[3], bottom))
    for place in sorted(found):
        left, top, right, bottom = found[place]
        upper, lower = max(int(height - top / points), 0), int(height - bottom / points)
        yield place[1], (int(left / points), upper, int(right / points), lower)


def _has_ink(cell: Grey) -> bool:
    return bool(np.count_nonzero(cell < _INK) >= _LEAST)


def _cut(cell: Grey, left: int, top: int, margin: int) -> list[_Cell]:
    """Cut the ink out of a cell whose corner is at (left, top); nothing when it is empty."""
    ink = cell < _INK
    if not _has_ink(cell):
        return []
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    y, x = max(int(rows[0]) - margin, 0), max(int(columns[0]) - margin, 0)
    return [_Cell(cell[y : int(rows[-1]) + margin + 1, x : int(columns[-1]) + margin + 1], left + x, top + y)]


def _stacks(cells: Iterable[_Cell], gap: int) -> Iterator[list[_Cell]]:
    """Divide the cells into as many pictures as are needed."""
    some: list[_Cell] = []
    height = gap
    for cell in cells:
        if some and height + cell.pixels.shape[0] + gap > _LONGEST:
            yield some
            some, height = [], gap
        some.append(cell)
        height += cell.pixels.shape[0] + gap
    if some:
        yield some


def _of_cells(cells: Sequence[_Cell], gap: int, points: float) -> Iterator[OcrWord]:
    """Recognise cells on one picture, and yield their words where they stand on the page."""
    tops = np.cumsum([gap, *(cell.pixels.shape[0] + gap for cell in cells)])
    stack = np.full((int(tops[-1]), max(cell.pixels.shape[1] for cell in cells) + 2 * gap), 255, np.uint8)
    for cell, top in zip(cells, tops, strict=False):
        stack[top : top + cell.pixels.shape[0], gap : gap + cell.pixels.shape[1]] = cell.pixels
    lines: dict[tuple[int, int], int] = {}
    for word in tesseract.recognise(Image.fromarray(stack), points, tesseract.BLOCK):
        middle = (word.y0 + word.y1) / 2 / points
        at = max(int(np.searchsorted(tops, middle + gap / 2, side="right")) - 1, 0)
        if at >= len(cells):
            continue
        right, down = (cells[at].left - gap) * points, (cells[at].top - int(tops[at])) * points
        line = lines.setdefault((at, word.line), len(lines))
        yield OcrWord(word.text, word.x0 + right, word.y0 + down, word.x1 + right, word.y1 + down, word.confidence, line)
