"""Find the tables of a PDF page by the lines that are drawn around their cells.

This module decides which drawn lines form a table, and in which cell of it a place of the page is. Boxes around
text, underlines and tables without lines on their sides are no tables here.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

# In points: how far apart two lines are one, and how short a line is only a dash or the end of a thick one.
_NEAR, _SHORT, _THICKEST = 2.5, 4.0, 3.0
# Colours from here on are white paper; the highest value is 255.
_WHITE = 245
# A page with more drawn objects than this is a drawing.
_MOST_OBJECTS, _MOST_EDGES, _MOST_RULES = 20_000, 20_000, 700

Edge = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class RulingLine:
    """A drawn line: a horizontal one at the height `at` from left to right, or a vertical one from below to above."""

    at: float
    start: float
    end: float

    def holds(self, place: float) -> bool:
        """Whether the line reaches past this place along it."""
        return self.start - _NEAR <= place <= self.end + _NEAR


@dataclass(frozen=True, slots=True)
class Grid:
    """The lines of one table. `columns` are the left edges of columns from left to right, and `rows` the upper edges
    of rows from top to bottom, in points."""

    across: tuple[RulingLine, ...]
    upright: tuple[RulingLine, ...]
    columns: tuple[float, ...]
    rows: tuple[float, ...]

    def cell(self, x: float, y: float) -> tuple[int, int] | None:
        """Find the cell that contains a place: (row, column), from 0; None outside of all cells. A cell that spans
        several rows or columns has the first of them."""
        left = max((rule.at for rule in self.upright if rule.at <= x and rule.holds(y)), default=None)
        top = min((rule.at for rule in self.across if rule.at >= y and rule.holds(x)), default=None)
        right = any(rule.at > x and rule.holds(y) for rule in self.upright)
        below = any(rule.at < y and rule.holds(x) for rule in self.across)
        if left is None or top is None or not right or not below:
            return None
        return _nearest(self.rows, top), _nearest(self.columns, left)

    def separates(self, x0: float, x1: float, y: float) -> bool:
        """Whether a vertical line stands between two places at the height `y`."""
        return any(x0 - 1 <= rule.at <= x1 + 1 and rule.holds(y) for rule in self.upright)


def grids(page: pdfium.PdfPage) -> list[Grid]:
    """Find the tables of a page that have lines around at least two cells side by side, from top to bottom."""
    edges = list(_edges(page))
    across = joined_lines(
        RulingLine((y0 + y1) / 2, min(x0, x1), max(x0, x1)) for x0, y0, x1, y1 in edges if abs(y0 - y1) < 1
    )
    upright = joined_lines(
        RulingLine((x0 + x1) / 2, min(y0, y1), max(y0, y1)) for x0, y0, x1, y1 in edges if abs(x0 - x1) < 1
    )
    return grids_of(across, upright)


def grids_of(across: Sequence[RulingLine], upright: Sequence[RulingLine]) -> list[Grid]:
    """Find the tables among the horizontal lines `across` and the vertical lines `upright` of a page, from top to
    bottom. They have lines around at least two cells side by side."""
    if len(upright) < 3 or len(across) < 2 or len(across) + len(upright) > _MOST_RULES:
        return []
    found = [_grid(lying, standing) for lying, standing in _connected(across, upright)]
    return sorted(
        (one for one in found if len(one.columns) > 2 and len(one.rows) > 1), key=lambda one: -one.rows[0]
    )


def _edges(page: pdfium.PdfPage) -> Iterator[Edge]:
    """Yield the straight lines (x0, y0, x1, y1) that are drawn on the page; none for a page that is a drawing."""
    count = pdfium_c.FPDFPage_CountObjects(page.raw)
    if count > _MOST_OBJECTS:
        return
    many = 0
    for number in range(count):
        drawn = pdfium_c.FPDFPage_GetObject(page.raw, number)
        if pdfium_c.FPDFPageObj_GetType(drawn) != pdfium_c.FPDF_PAGEOBJ_PATH:
            continue
        for edge in _path(drawn):
            if max(abs(edge[0] - edge[2]), abs(edge[1] - edge[3])) >= _SHORT:
                yield edge
                many += 1
        if many > _MOST_EDGES:
            return


def _path(drawn: object) -> Iterator[Edge]:
    """Yield the straight lines of a path that can be seen: its strokes, or filled areas that are as thin as a line.
    Coloured areas behind words are no lines."""
    fill, stroke, matrix = ctypes.c_int(), ctypes.c_int(), pdfium_c.FS_MATRIX()
    pdfium_c.FPDFPath_GetDrawMode(drawn, fill, stroke)
    if not pdfium_c.FPDFPageObj_GetMatrix(drawn, matrix):
        return
    if stroke.value and _dark(drawn, pdfium_c.FPDFPageObj_GetStrokeColor):
        for outline in _outlines(drawn, matrix):
            yield from ((*one, *other) for one, other in pairwise(outline))
    elif fill.value and _dark(drawn, pdfium_c.FPDFPageObj_GetFillColor):
        for outline in _outlines(drawn, matrix):
            xs, ys = sorted(x for x, _ in outline), sorted(y for _, y in outline)
            if ys[-1] - ys[0] <= _THICKEST:
                yield xs[0], (ys[0] + ys[-1]) / 2, xs[-1], (ys[0] + ys[-1]) / 2
            elif xs[-1] - xs[0] <= _THICKEST:
                yield (xs[0] + xs[-1]) / 2, ys[0], (xs[0] + xs[-1]) / 2, ys[-1]


def _dark(drawn: object, colour_of: Callable[..., int]) -> bool:
    """Whether a colour of a path differs from white paper."""
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if not colour_of(drawn, red, green, blue, alpha):
        return True
    return alpha.value > 0 and min(red.value, green.value, blue.value) < _WHITE


def _outlines(drawn: object, matrix: pdfium_c.FS_MATRIX) -> Iterator[list[tuple[float, float]]]:
    """Yield the parts of a path as lists of their corners on the page, in points."""
    x, y = ctypes.c_float(), ctypes.c_float()
    outline: list[tuple[float, float]] = []
    for number in range(min(pdfium_c.FPDFPath_CountSegments(drawn), _MOST_EDGES)):
        segment = pdfium_c.FPDFPath_GetPathSegment(drawn, number)
        pdfium_c.FPDFPathSegment_GetPoint(segment, x, y)
        if pdfium_c.FPDFPathSegment_GetType(segment) == pdfium_c.FPDF_SEGMENT_MOVETO and outline:
            yield outline
            outline = []
        across = matrix.a * x.value + matrix.c * y.value + matrix.e
        outline.append((across, matrix.b * x.value + matrix.d * y.value + matrix.f))
        if pdfium_c.FPDFPathSegment_GetClose(segment):
            outline.append(outline[0])
    if outline:
        yield outline


def joined_lines(rules: Iterable[RulingLine]) -> list[RulingLine]:
    """Join lines that lie on each other or continue each other."""
    joined: list[RulingLine] = []
    for rule in sorted(rules, key=lambda one: (round(one.at / _NEAR), one.start)):
        for n in range(len(joined) - 1, max(-1, len(joined) - 9), -1):
            other = joined[n]
            meet = rule.start <= other.end + _NEAR and other.start <= rule.end + _NEAR
            if meet and abs(other.at - rule.at) <= _NEAR:
                joined[n] = replace(other, start=min(other.start, rule.start), end=max(other.end, rule.end))
                break
        else:
            joined.append(rule)
    return joined


def _connected(
    across: Sequence[RulingLine], upright: Sequence[RulingLine]
) -> Iterator[tuple[list[RulingLine], list[RulingLine]]]:
    """Yield the groups of lines that cross or touch each other."""
    waiting, left = list(upright), list(across)
    while waiting:
        standing, lying, at = [waiting.pop()], list[RulingLine](), 0
        while at < len(standing):
            touching = [rule for rule in left if _meet(rule, standing[at])]
            left = [rule for rule in left if rule not in touching]
            lying += touching
            more = [rule for rule in waiting if any(_meet(one, rule) for one in touching)]
            waiting = [rule for rule in waiting if rule not in more]
            standing += more
            at += 1
        yield lying, standing


def _meet(lying: RulingLine, standing: RulingLine) -> bool:
    return lying.holds(standing.at) and standing.holds(lying.at)


def _grid(across: Sequence[RulingLine], upright: Sequence[RulingLine]) -> Grid:
    columns, rows = _places(rule.at for rule in upright), _places(rule.at for rule in across)
    return Grid(tuple(across), tuple(upright), tuple(columns), tuple(reversed(rows)))


def _places(values: Iterable[float]) -> list[float]:
    places: list[float] = []
    for value in sorted(values):
        if not places or value - places[-1] > _NEAR:
            places.append(value)
    return places


def _nearest(places: Sequence[float], value: float) -> int:
    return min(range(len(places)), key=lambda n: abs(places[n] - value))
