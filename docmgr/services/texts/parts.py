"""Cutting a very long text into parts that a page can show, each with an address of its own.

Decides from which size on and where: at the beginning of a provision where one is near, else of a line, else of a
word. What is shown of a text, and how, is decided in services.texts.view.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from docmgr.services.texts.view import OUTLINE_KINDS, ShownProvision

# Markup that a provision and a citation add to the page, in characters.
PROVISION_COST, CITATION_COST = 250, 450
# A law of 250 articles with 2,000 clauses stays whole; what is longer is cut into parts of about PART.
WHOLE = 1_200_000
PART = 100_000


@dataclass(frozen=True)
class PagePart:
    """A part of a text: its number from 1, where it begins and ends, and the headings with which it begins."""

    no: int
    start: int
    end: int
    label: str
    title: str


def cut(text: str, units: Sequence[ShownProvision], citations: int) -> tuple[PagePart, ...]:
    """The parts of a text in order; one where it fits a page."""
    cost = len(text) + PROVISION_COST * len(units) + CITATION_COST * citations
    count = -(-cost // PART) if cost > WHOLE else 1
    begins = [unit.start for unit in units]
    starts = _starts(text, begins, max(1, count))
    # Past the end of the text: a provision without words of its own may stand there.
    ends = [*starts[1:], len(text) + 1]
    return tuple(
        PagePart(no, start, end, *_heading(units[bisect_left(begins, start) : bisect_left(begins, end)]))
        for no, (start, end) in enumerate(zip(starts, ends, strict=True), 1)
    )


def holding(parts: Sequence[PagePart], units: Sequence[ShownProvision], anchor: str) -> int:
    """The number of the part in which a provision begins; 1 where there is no such provision."""
    unit = next((unit for unit in units if unit.anchor == anchor), None)
    starts = [part.start for part in parts]
    return max(1, bisect_right(starts, unit.start)) if unit is not None else 1


def _starts(text: str, begins: Sequence[int], count: int) -> list[int]:
    """Where parts begin, about as long as each other."""
    size = max(1, -(-len(text) // count))
    starts = [0]
    while len(text) - starts[-1] > size + size // 2:
        aim = starts[-1] + size
        starts.append(_near(text, begins, aim, aim + size // 2))
    return starts


def _near(text: str, begins: Sequence[int], aim: int, latest: int) -> int:
    """The first place to cut from `aim` on: a provision, a line or a word; `aim` itself in a text without any."""
    at = bisect_left(begins, aim)
    if at < len(begins) and begins[at] <= latest:
        return begins[at]
    for separator in ("\n", " "):
        if (found := text.find(separator, aim, latest)) >= 0:
            return found + 1
    return aim


def _heading(units: Sequence[ShownProvision]) -> tuple[str, str]:
    """Label and title of the first heading among these, else of the first provision."""
    first = next((unit for unit in units if unit.kind in OUTLINE_KINDS), units[0] if units else None)
    return (first.label, first.title) if first is not None else ("", "")
