"""Make tables of the words that stand between ruling lines: each cell keeps its row and column.

This module decides what is a paragraph inside a cell, and when a table goes on over a page break.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from docmgr.reading.formats.pdf.rules import Grid
from docmgr.reading.formats.pdf.segments import PdfLine, joined
from docmgr.reading.letters.lines import raw_line
from docmgr.reading.types import Block

_ITEM = re.compile(r"(?:[-–—+•*▪]\s|\d{1,2}(?:\.\d{1,2})*[.)]\s|[a-zđ]\)\s|[IVXL]{1,5}[.)]\s|Điều\s+\d)")
_ENDED = (".", ";", ":")
_SAME_EDGE = 4.0


@dataclass(frozen=True, slots=True)
class RuledTable:
    """A table of a page. `top` is its upper edge and `columns` are the edges of its columns, in points. `cells` are
    (row, column, lines) triples in reading order; empty cells are left out."""

    top: float
    columns: tuple[float, ...]
    cells: tuple[tuple[int, int, tuple[PdfLine, ...]], ...]

    @property
    def lines(self) -> list[PdfLine]:
        """All lines of the table, cell after cell."""
        return [line for _, _, lines in self.cells for line in lines]

    def goes_on_from(self, other: RuledTable) -> bool:
        """Whether this table can be the rest of `other`, a table at the end of the page before."""
        if self.lines[0].page == other.lines[0].page:
            return False
        edges = zip(self.columns, other.columns, strict=False)
        return len(self.columns) == len(other.columns) and all(abs(a - b) < _SAME_EDGE for a, b in edges)


def cells_of(
    grid: Grid, pieces: Iterable[PdfLine]
) -> tuple[dict[tuple[int, int], list[PdfLine]], list[PdfLine]]:
    """Sort the pieces of a page into the cells of a table. Returns (pieces by row and column, the pieces in no cell).
    Lines around words of a single column are no table; then all pieces are in no cell."""
    cells: dict[tuple[int, int], list[PdfLine]] = {}
    outside: list[PdfLine] = []
    pieces = list(pieces)
    for piece in pieces:
        place = grid.cell((piece.x0 + piece.x1) / 2, (piece.y0 + piece.y1) / 2)
        if place is None:
            outside.append(piece)
        else:
            cells.setdefault(place, []).append(piece)
    if len({column for _, column in cells}) < 2:
        return {}, pieces
    return cells, outside


def table_blocks(tables: Sequence[RuledTable], number: int) -> Iterator[Block]:
    """Yield the cells of one table as blocks of the table `number`. `tables` are its parts on consecutive pages; the
    names of the columns are left out where a page repeats them."""
    head = _first_row(tables[0])
    first = 0
    for n, table in enumerate(tables):
        again = n > 0 and bool(head) and _first_row(table) == head
        rows = sorted({row for row, _, _ in table.cells if not again or row != table.cells[0][0]})
        for row, column, lines in table.cells:
            if row in rows:
                for part in _paragraphs(lines):
                    yield cell_block(part, number, first + rows.index(row), column)
        first += len(rows)


def _first_row(table: RuledTable) -> list[tuple[int, str]]:
    first = table.cells[0][0]
    return [
        (column, " ".join(line.text for line in lines)) for row, column, lines in table.cells if row == first
    ]


def _paragraphs(lines: Sequence[PdfLine]) -> Iterator[list[PdfLine]]:
    """Yield the paragraphs of a cell, each as its list of lines."""
    part: list[PdfLine] = []
    for line in lines:
        ended = part and part[-1].text.endswith(_ENDED) and not line.text[:1].islower()
        if part and (ended or _ITEM.match(line.text)):
            yield part
            part = []
        part.append(line)
    if part:
        yield part


def cell_block(lines: Sequence[PdfLine], table: int, row: int, col: int) -> Block:
    """Make the block of a cell of table `table`, from the lines of its words. `row` and `col` count from 0."""
    return Block(
        raw_line(joined(lines)),
        "cell",
        bold=all(line.bold for line in lines),
        italic=all(line.italic for line in lines),
        table=table,
        row=row,
        col=col,
        page=lines[0].page,
    )
