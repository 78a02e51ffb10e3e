"""Cut a very long text into parts that a page can show, each with an address of its own.

This module decides from which length a text is cut, and where: before a provision if one is near, else after a line,
else after a word. services.texts.view decides how a text is shown.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from docmgr.services.texts.view import OUTLINE_KINDS, ShownProvision

# The size of the markup that a provision and a citation add to the page, in characters.
PROVISION_COST, CITATION_COST = 250, 450
# A law of 250 articles with 2,000 clauses stays whole; a longer text is cut into parts of about PART characters.
WHOLE = 1_200_000
PART = 100_000


@dataclass(frozen=True)
class PagePart:
    """One of the parts into which a text is cut. `no` is its number, from 1; `start` and `end` are offsets in the
    text, in characters. `label` and `title` come from the first heading in the part, else from its first provision.
    Both are "" when the part has no provision."""

    no: int
    start: int
    end: int
    label: str
    title: str


def cut(text: str, units: Sequence[ShownProvision], citations: int) -> tuple[PagePart, ...]:
    """Cut a text into parts that one page can show; return them in order. There is a single part when the text fits
    on one page. `units` are the provisions of the text in reading order, and `citations` is how many citations it
    has; both are counted because their markup makes the page longer."""
    cost = len(text) + PROVISION_COST * len(units) + CITATION_COST * citations
    count = -(-cost // PART) if cost > WHOLE else 1
    begins = [unit.start for unit in units]
    starts = _starts(text, begins, max(1, count))
    # One past the end of the text, because a provision without text may be there.
    ends = [*starts[1:], len(text) + 1]
    return tuple(
        PagePart(no, start, end, *_heading(units[bisect_left(begins, start) : bisect_left(begins, end)]))
        for no, (start, end) in enumerate(zip(starts, ends, strict=True), 1)
    )


def holding(parts: Sequence[PagePart], units: Sequence[ShownProvision], anchor: str) -> int:
    """Find the number of the part in which the provision with this anchor begins; 1 when there is no such provision.
    `units` are the provisions of the text, and `parts` its parts."""
    unit = next((unit for unit in units if unit.anchor == anchor), None)
    starts = [part.start for part in parts]
    return max(1, bisect_right(starts, unit.start)) if unit is not None else 1


def _starts(text: str, begins: Sequence[int], count: int) -> list[int]:
    """Compute the offsets in the text, in characters, where the parts begin. There are about `count` parts of about
    equal length. `begins` are the offsets where provisions begin."""
    size = max(1, -(-len(text) // count))
    starts = [0]
    while len(text) - starts[-1] > size + size // 2:
        aim = starts[-1] + size
        starts.append(_near(text, begins, aim, aim + size // 2))
    return starts


def _near(text: str, begins: Sequence[int], aim: int, latest: int) -> int:
    """Find a good offset to cut the text, between `aim` and `latest`: the first beginning of a provision, else the
    first end of a line, else the first end of a word. Returns `aim` when there is none. `begins` are the offsets
    where provisions begin."""
    at = bisect_left(begins, aim)
    if at < len(begins) and begins[at] <= latest:
        return begins[at]
    for separator in ("\n", " "):
        if (found := text.find(separator, aim, latest)) >= 0:
            return found + 1
    return aim


def _heading(units: Sequence[ShownProvision]) -> tuple[str, str]:
    """Return the label and title of the first heading among `units`, else of the first provision. ("", "") when
    `units` is empty."""
    first = next((unit for unit in units if unit.kind in OUTLINE_KINDS), units[0] if units else None)
    return (first.label, first.title) if first is not None else ("", "")
