"""Recognise the two-column heading of an official document that is laid out with spaces or tabs instead of a
table.

This module decides whether a text begins with such a heading, and turns it into the cells of a table with
two columns.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from docmgr.reading.types import Block
from legaltext.letters import is_capitals
from legaltext.text import clean_line

_GAP = re.compile(r"(?<=\S)(?: {3,}|[ \u00a0]*\t[ \t\u00a0]*|\u00a0{3,})(?=\S)")
_NATION = re.compile(r"C[ỘÔ]NG\s+H(?:ÒA|OÀ)\s+X[ÃA]|ĐẢNG CỘNG SẢN", re.I)
_MOTTO_OR_DATE = re.compile(r"Độc lập|ngày\s.*tháng|^\W+$", re.I)
_HEAD_LINES = 16


def head_blocks(lines: Sequence[str]) -> tuple[list[Block], int]:
    """Read the two-column heading at the beginning of `lines`. Returns (blocks, count). `blocks` are the
    lines above the heading, then its table cells. The text below the heading begins at `lines[count]`.
    Returns ([], 0) when there is no such heading."""
    split = [_GAP.split(line.strip()) if line.strip() else [] for line in lines[:_HEAD_LINES]]
    top = next((n for n, parts in enumerate(split) if len(parts) == 2 and _NATION.search(parts[1])), None)
    if top is None:
        return [], 0
    left: list[tuple[int, str]] = []
    right: list[tuple[int, str]] = []
    end = top
    edge = lines[top].find(split[top][1])
    for n, parts in enumerate(split[top:], start=top):
        if len(parts) == 2:
            left.append((n, parts[0]))
            right.append((n, parts[1]))
        elif len(parts) == 1 and _MOTTO_OR_DATE.search(parts[0]) and not _starts_body(parts[0]):
            right.append((n, parts[0]))
        elif len(parts) == 1 and is_capitals(parts[0]) and len(lines[n].rstrip()) <= edge and left[-1][0] == n - 1:
            # The third line of a long name stands alone, to the left of the right column.
            left.append((n, parts[0]))
        elif parts:
            break
        end = n + 1
    before = [Block(text) for text in map(clean_line, lines[:top]) if text]
    return before + _cells(left, right), end


def _starts_body(text: str) -> bool:
    return text.lstrip().lower().startswith(("căn cứ", "điều", "kính gửi"))


def _cells(left: list[tuple[int, str]], right: list[tuple[int, str]]) -> list[Block]:
    """Build the cells of the heading as blocks of table 0, which has two rows. `left` and `right` are its
    two columns, as (line number from 0, text) pairs. Row 1 begins at the first line with the document
    number or the date. Without such a line all lines are row 0."""
    blocks = []
    number = next((n for n, text in left if re.match(r"\W*(?:\w+\s+)?Số\b", text, re.I)), None)
    date = next((n for n, text in right if re.search(r"ngày\s.*tháng|ngày\s.*năm", text, re.I)), None)
    below = min((n for n in (number, date) if n is not None), default=None)
    for row in (0, 1):
        for col, side in ((0, left), (1, right)):
            for n, text in side:
                cleaned = clean_line(text)
                if cleaned and row == (below is not None and n >= below):
                    blocks.append(Block(cleaned, "cell", table=0, row=row, col=col))
    return blocks
