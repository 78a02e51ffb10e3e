"""The provisions of a workbook and of a presentation: each row of a sheet is one, and each slide.

Their anchors are `bang-1` (the first sheet), `bang-1.12` (its row 12, as the workbook numbers it) and `trang-3`
(slide 3). Words of a law inside them begin no provisions.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from docmgr.reading.types import Provision
from legaltext.anchors import Registry
from legaltext.labels import UNNUMBERED

if TYPE_CHECKING:
    from docmgr.reading.types import Block

SHEETS = frozenset({"xlsx", "xls", "ods", "csv"})
SLIDES = frozenset({"pptx", "ppt", "odp"})
MAX_PROVISIONS = 20_000
# A row with so many filled cells belongs to a table; a heading has two columns.
_TABLE_CELLS = 3
# Where a provision begins: offset, anchor, anchor above or None, kind, number, title.
_Begin = tuple[int, str, str | None, str, int, str]


def sheet_provisions(blocks: Sequence[Block], starts: Sequence[int], text: str) -> tuple[Provision, ...]:
    """Make a provision of each sheet and of each row of a workbook, in order; empty for an empty text. `starts[i]` is
    the offset of block i in `text`. A very long workbook has all rows after the last allowed one in that one."""
    found: list[_Begin] = []
    place, above = (-1, -1), None
    for index, block in enumerate(blocks):
        start = starts[index]
        if block.table is None:
            # Several lines are one name.
            if above is None or place != (-1, -1):
                number = _sheet_below(blocks, index) + 1
                above, place = f"bang-{number}", (-1, -1)
                found.append((start, above, None, "bang", number, block.text))
            continue
        if block.table != place[0] and place != (-1, -1):
            # A sheet without a name follows the one before.
            above = None
        if (block.table, block.row or 0) == place:
            continue
        place = (block.table, block.row or 0)
        found.append((start, f"bang-{place[0] + 1}.{place[1] + 1}", above, "hang", place[1] + 1, ""))
    return _spans(found[:MAX_PROVISIONS], text)


def rows_above_table(blocks: Sequence[Block]) -> list[Block]:
    """Take the cells of the first sheet of a workbook that stand above its first table, in order. Empty when the table
    begins in the first row, or when there is no sheet."""
    cells = [block for block in blocks if block.table is not None]
    found: list[Block] = []
    for _, row in groupby(cells, key=lambda block: (block.table, block.row)):
        same = list(row)
        if same[0].table != cells[0].table or len({block.col for block in same}) >= _TABLE_CELLS:
            break
        found += same
    return found


def _sheet_below(blocks: Sequence[Block], at: int) -> int:
    return next((block.table for block in blocks[at : at + 10] if block.table is not None), 0)


def slide_provisions(blocks: Sequence[Block], starts: Sequence[int], text: str) -> tuple[Provision, ...]:
    """Make a provision of each slide of a presentation, with its title; empty for an empty text. `starts[i]` is the
    offset of block i in `text`."""
    found: list[_Begin] = []
    page: int | None = None
    for index, block in enumerate(blocks):
        if block.page == page:
            continue
        page = block.page
        title = block.text if block.kind == "heading" else ""
        found.append((starts[index], f"trang-{page}", None, "trang", page or 0, title))
    return _spans(found[:MAX_PROVISIONS], text)


def _spans(found: Sequence[_Begin], text: str) -> tuple[Provision, ...]:
    ends = [*(begin[0] for begin in found[1:]), len(text)] if found else []
    names = Registry()
    return tuple(
        Provision(
            names.unique(anchor), parent, kind, f"{UNNUMBERED[kind]} {number}", title, text[start:end].rstrip("\n"), start, end
        )
        for (start, anchor, parent, kind, number, title), end in zip(found, ends, strict=True)
    )
