"""Turn the lines of a PDF into blocks. Lines in columns become table cells, other lines become paragraphs.

This module decides where a paragraph ends. `zones` finds the columns.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from docmgr.reading.formats.pdf.lines import BROKEN, Page, PdfLine, joined
from docmgr.reading.formats.pdf.zones import parts, without_float, zone_blocks
from docmgr.reading.letters.lines import raw_line
from docmgr.reading.types import Block

_OPENS = re.compile(
    r"(?:Điều\s+\d|Chương\s+[IVXL\d]|Mục\s+\d|Phần\s|Phụ lục|PHỤ LỤC|CHƯƠNG\s|Căn cứ\s"
    r"|Theo đề nghị|Xét đề nghị|Nơi nhận|Kính gửi|[-–—+•*▪]\s"
    r"|\d{1,2}(?:\.\d{1,2})*[.)]\s|[a-zđ]\)\s|[IVXL]{1,5}[.)]\s)"
)
_BIG_GAP = 0.75


@dataclass(frozen=True, slots=True)
class _Frame:
    """The left and right edges of the running text on the pages, in points from the left edge of the page."""

    left: float
    right: float


def layout(pages: Sequence[Page]) -> Iterator[Block]:
    """Yield the blocks of all pages in reading order. A paragraph that crosses a page break is one block."""
    table = 0
    waiting: list[PdfLine] = []
    frame = _frame(pages)
    for page in pages:
        for part in parts(page):
            if isinstance(part, PdfLine):
                if waiting and not _continues(waiting, part, frame):
                    yield from _paragraph(waiting, frame)
                    waiting = []
                waiting.append(part)
                continue
            yield from _paragraph(waiting, frame)
            rows, floated = without_float(part)
            waiting = [floated] if floated else []
            yield from zone_blocks(rows, table)
            table += 1
    yield from _paragraph(waiting, frame)


def _frame(pages: Sequence[Page]) -> _Frame:
    lines = [row[0] for page in pages for row in page.rows if len(row) == 1 and len(row[0].text) > 40]
    if not lines:
        lines = [line for page in pages for row in page.rows for line in row]
    lefts, rights = sorted(line.x0 for line in lines), sorted(line.x1 for line in lines)
    if not lefts:
        return _Frame(0.0, 0.0)
    return _Frame(lefts[len(lefts) // 20], rights[-1 - len(rights) // 20])


def _continues(waiting: Sequence[PdfLine], line: PdfLine, frame: _Frame) -> bool:
    """Whether `line` continues the paragraph whose lines so far are `waiting`. `frame` has the edges of the
    running text."""
    before = waiting[-1]
    if before.text.isupper() and line.text.isupper() and before.x0 > line.x1 and before.y0 > line.y1:
        return True  # without_float has moved the first word of the title here.
    if before.text.endswith(BROKEN):
        return True
    width = max(frame.right - frame.left, 1.0)
    if _is_centred(before, frame) or _is_centred(line, frame):
        wide = _is_full(before, line, frame)
        return (wide or _is_centred(before, frame)) and _same_centred(before, line, wide)
    if _OPENS.match(line.text) or abs(before.size - line.size) > 0.25 * line.size:
        return False
    ended_full = _is_full(before, line, frame)
    indented = line.x0 > frame.left + 0.02 * width
    # Every line of a hanging list item has the same indent.
    hanging = indented and len(waiting) > 1 and abs(line.x0 - before.x0) < 2
    if line.page != before.page:
        return ended_full and not indented and not before.text.endswith((".", ":", ";"))
    gap = before.y0 - line.y1
    if gap > _BIG_GAP * line.size or gap < -2 * line.size:
        return False
    return ended_full and (not indented or hanging or line.text[:1].islower())


def _is_full(before: PdfLine, line: PdfLine, frame: _Frame) -> bool:
    """Whether the line `before` has no room for the first word of the next line, `line`. `frame` has the
    edges of the running text."""
    word = line.text.split(" ", 1)[0]
    needed = (line.x1 - line.x0) * (len(word) + 1) / max(len(line.text), 1)
    return frame.right - before.x1 < needed + 0.01 * (frame.right - frame.left)


def _is_centred(line: PdfLine, frame: _Frame) -> bool:
    width = max(frame.right - frame.left, 1.0)
    left, right = line.x0 - frame.left, frame.right - line.x1
    sentence = not line.text.isupper() and line.text.endswith((".", ":", ";"))
    return abs(left - right) < 0.035 * width and left > 0.04 * width and not sentence


def _same_centred(before: PdfLine, line: PdfLine, wide: bool) -> bool:
    """Whether the centred lines `before` and `line` belong to one title. `wide` says that `before` was
    broken because it was too wide."""
    close = before.y0 - line.y1 < 0.5 * line.size and line.page == before.page
    same_case = before.text.isupper() == line.text.isupper()
    goes_on = wide or line.text[:1].islower()
    return close and before.bold == line.bold and same_case and goes_on


def _paragraph(lines: Sequence[PdfLine], frame: _Frame) -> Iterator[Block]:
    text = raw_line(joined(lines))
    if text:
        # The first line of a centred title is often as wide as the page.
        centred = _is_centred(lines[-1], frame) and (len(lines) < 3 or _is_centred(lines[1], frame))
        yield Block(
            text,
            bold=all(line.bold for line in lines),
            italic=all(line.italic for line in lines),
            centered=centred,
            page=lines[0].page,
        )
