"""Reads the lines of a provision: the khoản (clause) and điểm (point) to which each belongs.

This module decides which lines open a clause or a point. The index stores an article as one text, so only its printed
numbers say where its clauses are.
"""

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from legaltext.locators import Locator

# A line with a word, and the number of a clause or the letter of a point at its beginning.
_LINE = re.compile(
    r"^(?=[^\n]*[^\W_])(?:[^\w\n]*(?:(?P<number>\d{1,3})(?P<letter>[a-zđ]?)\s?[.)](?!\d)|(?P<point>[a-zđ])\s?[.)]))?[^\n]*",
    re.MULTILINE,
)
# So many lines of a text are read; the longest article has some 2,000.
_MOST_LINES = 4_000


class Line(NamedTuple):
    """A line of a text between the offsets `start` and `end`. `clause` and `point` are the printed numbers of the clause and the
    point to which it belongs, "" for none. `head` is the position in the list of the line that opens its clause, or its own."""

    start: int
    end: int
    clause: str
    point: str
    head: int

    @property
    def place(self) -> Locator:
        """The clause and the point of the line, as a locator without an article."""
        return Locator("", self.clause, self.point)


def lines_of(text: str) -> list[Line]:
    """List the lines of `text` that contain a word, in order."""
    made, head, last = list[Line](), -1, ""
    for (start, end), clause, point in islice(_read(text), _MOST_LINES):
        if clause != last:
            head, last = len(made), clause
        made.append(Line(start, end, clause, point, head if head >= 0 else len(made)))
    return made


def place_at(text: str, line: int) -> Locator:
    """Return the clause and the point of line number `line` of `text`, as a locator without an article. Only lines with a word
    are counted, from 0."""
    found = next(islice(_read(text), line, None), None)
    return Locator("", *found[1:]) if found else Locator()


def _read(text: str) -> Iterator[tuple[tuple[int, int], str, str]]:
    """Yield (stretch of offsets, clause, point) for each line of `text` with a word."""
    quoted, quotes, clause, point = 0, "“" in text, "", ""
    for found in _LINE.finditer(text):
        number, letter, named = found.groups()
        # What an amending law quotes has numbers of its own.
        if quotes and (quoted > 0 or found[0].lstrip().startswith("“")):
            number = named = None
        if number and _follows(clause, number, letter):
            clause, point = number + letter, ""
        elif named:
            point = named
        yield found.span(), clause, point
        if quotes:
            quoted += found[0].count("“") - found[0].count("”")


def _follows(clause: str, number: str, letter: str) -> bool:
    """Whether the clause `number` with `letter` may come after `clause` ("" for none)."""
    last = int(clause.rstrip("abcdefghijklmnopqrstuvwxyzđ") or 0)
    return int(number) == last + 1 or bool(letter) and int(number) == last
