"""Recognise the two-column heading and the two-column signature of an official document that is laid out with
spaces or tabs instead of a table.

This module decides which lines are laid out so, and turns them into the cells of a table with two columns.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from docmgr.reading.letters.lines import raw_line
from docmgr.reading.letters.verdicts import in_unicode
from docmgr.reading.types import Block
from legaltext.letters import is_capitals

_GAP = re.compile(r"(?<=\S)(?: {3,}|[ \u00a0]*\t[ \t\u00a0]*|\u00a0{3,})(?=\S)")
_NATION = re.compile(r"C[ỘÔ]NG\s+H(?:ÒA|OÀ)\s+X[ÃA]|ĐẢNG CỘNG SẢN", re.I)
_MOTTO_OR_DATE = re.compile(r"Độc lập|ngày\s.*tháng|^\W+$", re.I)
_HEAD_LINES = 16
_RECIPIENTS = re.compile(r"\s*N(?:ơi|ƠI) (?:nhận|NHẬN)\s*(?::|$)|\s*N(?:ơi|ƠI) (?:nhận|NHẬN)\s*:?\s{6}")
_ANNEX = re.compile(r"\s*(?:PHỤ LỤC|Phụ lục|MẪU|Mẫu|Biểu|BIỂU)(?!\w)")
_WIDE_GAP = re.compile(r"(?<=\S) {6,}(?=\S)")
_RIGHT, _FOOT_LINES = 24, 45
# The number of a line, what stands in one column of it, and the same decoded.
_Line = tuple[int, str, str]


def head_blocks(lines: Sequence[str]) -> tuple[list[Block], int]:
    """Read the two-column heading at the beginning of `lines`. Returns (blocks, count). `blocks` are the
    lines above the heading, then its table cells. The text below the heading begins at `lines[count]`.
    Returns ([], 0) when there is no such heading."""
    # Words in an old encoding are recognised decoded, and kept as they are: they are converted later.
    split = [_parts(line) for line in lines[:_HEAD_LINES]]
    plain = [_parts(line) for line in in_unicode(lines[:_HEAD_LINES])]
    top = next((n for n, parts in enumerate(plain) if len(parts) == 2 and _NATION.search(parts[1])), None)
    if top is None:
        return [], 0
    left: list[_Line] = []
    right: list[_Line] = []
    end = top
    edge = lines[top].find(split[top][1])
    for n, (parts, known) in enumerate(zip(split[top:], plain[top:], strict=True), start=top):
        if len(parts) == len(known) == 2:
            left.append((n, parts[0], known[0]))
            right.append((n, parts[1], known[1]))
        elif len(known) == 1 and _MOTTO_OR_DATE.search(known[0]) and not _starts_body(known[0]):
            right.append((n, " ".join(parts), known[0]))
        elif len(known) == 1 and is_capitals(known[0]) and len(lines[n].rstrip()) <= edge and left[-1][0] == n - 1:
            # The third line of a long name stands alone, to the left of the right column.
            left.append((n, " ".join(parts), known[0]))
        elif parts:
            break
        end = n + 1
    before = [Block(text) for text in map(raw_line, lines[:top]) if text]
    return before + _cells(left, right), end


def _parts(line: str) -> list[str]:
    return _GAP.split(line.strip()) if line.strip() else []


def _starts_body(text: str) -> bool:
    return text.lstrip().lower().startswith(("căn cứ", "điều", "kính gửi"))


def _cells(left: list[_Line], right: list[_Line]) -> list[Block]:
    """Build the cells of the heading as blocks of table 0, which has two rows. `left` and `right` are its
    two columns. Row 1 begins at the first line with the document
    number or the date. Without such a line all lines are row 0."""
    blocks = []
    number = next((n for n, _, known in left if re.match(r"\W*(?:\w+\s+)?Số\b", known, re.I)), None)
    date = next((n for n, _, known in right if re.search(r"ngày\s.*tháng|ngày\s.*năm", known, re.I)), None)
    below = min((n for n in (number, date) if n is not None), default=None)
    for row in (0, 1):
        for col, side in ((0, left), (1, right)):
            for n, text, _ in side:
                cleaned = raw_line(text)
                if cleaned and row == (below is not None and n >= below):
                    blocks.append(Block(cleaned, "cell", table=0, row=row, col=col))
    return blocks


def foot_blocks(lines: Sequence[str]) -> tuple[int, list[Block], int]:
    """Read the signature of a text in which the recipients stand on the left and the signer on the right. Returns
    (first, blocks, end): the cells of the signature, which takes the lines from index `first` up to but not
    including `end`. Returns (len(lines), [], len(lines)) when there is none."""
    at = next((n for n, line in enumerate(lines) if _RECIPIENTS.match(line)), None)
    if at is None:
        return len(lines), [], len(lines)
    first = at
    while first > max(0, at - 4) and (not lines[first - 1].strip() or _is_right(lines[first - 1])):
        first -= 1
    end, archived = at + 1, False
    while end < min(len(lines), at + _FOOT_LINES):
        left = _halves(lines[end])[0]
        bare = bool(left) and not left.startswith(("-", "–", "+"))
        if (bare and (archived or not lines[end - 1].strip())) or _ANNEX.match(lines[end]):
            break
        archived = archived or left.lstrip("-– ").startswith("Lưu")
        end += 1
    halves = [_halves(line) for line in lines[first:end]]
    if not any(right for _, right in halves):
        return len(lines), [], len(lines)
    return first, _two_columns(halves), end


def _is_right(line: str) -> bool:
    wide = line.expandtabs(8)
    return len(wide) - len(wide.lstrip()) >= _RIGHT and len(wide.strip()) < 60


def _halves(line: str) -> tuple[str, str]:
    """Split a line into its (left, right) half; either may be ""."""
    if _is_right(line):
        return "", line.strip()
    left, *right = _WIDE_GAP.split(line.expandtabs(8).strip(), maxsplit=1)
    return left, right[0].strip() if right else ""


def _two_columns(halves: Sequence[tuple[str, str]]) -> list[Block]:
    cells = ((col, raw_line(half[col])) for col in (0, 1) for half in halves)
    return [Block(text, "cell", table=1, row=0, col=col) for col, text in cells if text]
