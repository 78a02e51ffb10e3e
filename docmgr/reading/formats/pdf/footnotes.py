"""Take the footnotes off the bottom of PDF pages, so that each can follow the paragraph that refers to it.

A footnote is printed smaller than the text, at the bottom of the page, and begins with a number that is raised
behind a word of that page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from statistics import median

from docmgr.reading.formats.pdf.lines import Page
from docmgr.reading.formats.pdf.segments import PdfLine, joined
from docmgr.reading.letters.lines import raw_line
from docmgr.reading.types import Block

_SMALLER = 0.93
_OPENS = re.compile(r"\[?(\d{1,3})\]?[.)]?(?=\D)\s*")


class Footnotes:
    """The footnotes of a file that were not given out yet."""

    def __init__(self) -> None:
        self._texts: dict[tuple[int, str], str] = {}

    def keep(self, page: int, number: str, text: str) -> None:
        """Keep the footnote with this number of the page `page`."""
        self._texts.setdefault((page, number), text)

    def of(self, lines: Iterable[PdfLine]) -> list[Block]:
        """Give out the footnotes to which these lines refer, as blocks. Each is given out once."""
        wanted = [(line.page, mark) for line in lines for mark in line.marks]
        return [self._block(key) for key in dict.fromkeys(wanted) if key in self._texts]

    def rest(self) -> list[Block]:
        """Give out the footnotes that are left."""
        return [self._block(key) for key in list(self._texts)]

    def _block(self, key: tuple[int, str]) -> Block:
        return Block(f"{key[1]} {self._texts.pop(key)}", "footnote", page=key[0])


def take_footnotes(pages: Sequence[Page]) -> tuple[list[Page], Footnotes]:
    """Separate the pages from their footnotes. Returns (the pages without them, the footnotes)."""
    notes = Footnotes()
    sizes = [
        line.size for page in pages for row in page.rows for line in row for _ in range(0, len(line.text), 20)
    ]
    if not sizes:
        return list(pages), notes
    small = _SMALLER * median(sizes)
    kept = []
    for page in pages:
        at = _first_note(page, small)
        for number, lines in _notes(page.rows[at:]):
            notes.keep(page.number, number, raw_line(joined(lines)))
        kept.append(replace(page, rows=page.rows[:at]))
    return kept, notes


def _first_note(page: Page, small: float) -> int:
    """Find the row with which the footnotes of a page begin; the number of rows when it has none."""
    marks = {mark for row in page.rows for line in row for mark in line.marks}
    first = at = len(page.rows)
    while marks and at and all(line.size < small for line in page.rows[at - 1]):
        at -= 1
        opened = _OPENS.match(page.rows[at][0].text)
        if opened and opened.group(1) in marks:
            first = at
    return first


def _notes(rows: Sequence[tuple[PdfLine, ...]]) -> Iterable[tuple[str, list[PdfLine]]]:
    """Yield (number, lines) of the footnotes in these rows. A number that does not go on counting is text."""
    number, lines = "", list[PdfLine]()
    for row in rows:
        opened = _OPENS.match(row[0].text)
        if opened and (not number or int(opened.group(1)) == int(number) + 1):
            if number:
                yield number, lines
            number = opened.group(1)
            lines = [replace(row[0], text=row[0].text[opened.end() :]), *row[1:]]
        else:
            lines += row
    if number:
        yield number, lines
