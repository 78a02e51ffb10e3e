"""Secrecy stamps.

Decides whether a document is stamped Mật, Tối mật or Tuyệt mật (Law 29/2018/QH14 Article 8; Decree 30
Annex I: a stamp of its own, near the top). Words in running text ("bí mật nhà nước", a list of levels)
are not a stamp. What follows from a stamp is decided elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from docmgr.reading.types import Block

LEVELS = ("Tuyệt mật", "Tối mật", "Mật")
_SPACED = {"TUYỆTMẬT": "Tuyệt mật", "TỐIMẬT": "Tối mật", "MẬT": "Mật"}
_FRAME = " \t[](){}|*_.-–—:“”\"'"
_FIELD = re.compile(
    r"^(?:dấu\s+(?:chỉ\s+)?)?(?:mức\s+)?độ\s+mật\s*:\s*(tuyệt\s+mật|tối\s+mật|mật)\s*\.?$", re.IGNORECASE
)
TOP_BLOCKS = 30


def stamp_of(line: str) -> str | None:
    """The level that one line states as a stamp, or None."""
    field = _FIELD.match(line.strip())
    if field:
        words = re.sub(r"\s", "", field.group(1)).upper()
        return _SPACED[words]
    # A stamp is in capitals; "Mật" in mixed case also names a person or a column.
    return _SPACED.get(re.sub(r"\s", "", line.strip(_FRAME)))


def find_secrecy(blocks: Sequence[Block]) -> str | None:
    """The highest level stamped near the top of page one (mixed content: the highest counts, Article 10)."""
    found: set[str] = set()
    for block in _top(blocks):
        level = stamp_of(block.text)
        if level is not None:
            found.add(level)
    return next((level for level in LEVELS if level in found), None)


def _top(blocks: Sequence[Block]) -> list[Block]:
    """Blocks where a stamp may stand: page headers, and the top of page one outside tables of data."""
    data = _data_tables(blocks[: TOP_BLOCKS * 4])
    first = next((b.page for b in blocks if b.page is not None), None)
    top = [b for b in blocks[:TOP_BLOCKS] if b.table not in data and b.page == first]
    return top + [b for b in blocks if b.kind == "header"]


def _data_tables(blocks: Sequence[Block]) -> set[int]:
    """Tables of many cells that are not the layout table of the heading: a register may list levels."""
    cells: dict[int, set[tuple[int | None, int | None]]] = {}
    heading: set[int] = set()
    for block in blocks:
        if block.table is None:
            continue
        cells.setdefault(block.table, set()).add((block.row, block.col))
        if re.search(r"Độc lập\s*[-–]", block.text):
            heading.add(block.table)
    return {table for table, places in cells.items() if len(places) > 10} - heading
