"""Make the blocks of a sheet: its name as a heading, and each cell with its row and column.

This module decides where a long sheet or workbook is cut. The readers next to it say what a cell shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from docmgr.reading.letters.lines import raw_lines
from docmgr.reading.limits import ReadingLimits
from docmgr.reading.notes import CELLS, ROWS, Remark, note
from docmgr.reading.types import Block

# The cells of one row, as (column from 0, text).
Cells = Iterable[tuple[int, str]]


def sheet_blocks(
    name: str, number: int, rows: Iterable[tuple[int, Cells]], limits: ReadingLimits, notes: list[Remark]
) -> Iterator[Block]:
    """Yield the blocks of one sheet. `number` counts the sheets from 0, and `rows` are pairs of a row number from 0
    and its cells. A sheet without words yields nothing. Where a sheet has more rows with words than `limits` allows,
    the rest is left out, and a sentence about this is added to `notes`."""
    filled = 0
    for row, cells in rows:
        blocks = [
            Block(line, "cell", table=number, row=row, col=col) for col, text in cells for line in raw_lines(text)
        ]
        if not blocks:
            continue
        if filled >= limits.sheet_rows:
            notes.append(note(ROWS, name=name, count=limits.sheet_rows))
            return
        if not filled:
            yield from (Block(line, "heading", level=1) for line in raw_lines(name))
        filled += 1
        yield from blocks


def workbook_blocks(blocks: Iterable[Block], limits: ReadingLimits, notes: list[Remark]) -> list[Block]:
    """Collect the blocks of all sheets in a list. Where a workbook has more cells or characters than `limits` allows,
    the rest is left out, with the row that is cut, and a sentence about this is added to `notes`."""
    kept: list[Block] = []
    characters = 0
    for block in blocks:
        characters += len(block.text)
        if len(kept) < limits.sheet_cells and characters <= limits.characters:
            kept.append(block)
            continue
        cut = (block.table, block.row)
        while len(kept) > 1 and (kept[-1].table, kept[-1].row) == cut:
            kept.pop()
        notes.append(note(CELLS, count=len(kept)))
        break
    return kept
