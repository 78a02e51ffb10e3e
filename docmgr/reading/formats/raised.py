"""Raised numbers behind a word: those of footnotes, which are no part of the word, and powers, which are.

Readers whose files say what is raised call `without_note_numbers`; that of PDF, which only sees sizes and places, uses the
patterns.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import groupby
from typing import TypeVar

# "QH15¹", "Luật¹;", "[1]"; the signs behind it stay with the word.
NUMBER = re.compile(r"(?P<open>\[?)(?P<no>\d{1,3})(?P<close>\]?)(?=[.,;:)”\"]*$)")
# Powers of units and of ten are no footnotes: "50 cm³", "mg/Nm³", "m/s²", "10⁶".
POWER = re.compile(r"(?:^|[\d/(])(?:[kcdm]?m|Nm|dam|hm|10)$|/(?:s|h)$")
# The last word of a line is never longer.
_NEAR = 60
Look = TypeVar("Look")


def without_note_numbers(pieces: Iterable[tuple[str, Look]], is_raised: Callable[[Look], bool]) -> list[tuple[str, Look]]:
    """Leave raised numbers out of a paragraph, given as its pieces of text with their looks; `is_raised` asks a look. Powers
    stay ("50 cm³"), and so does a number at the beginning of a line, where the words of the footnote may follow it."""
    kept: list[tuple[str, Look]] = []
    before = ""
    for raised, group in groupby(pieces, key=lambda piece: is_raised(piece[1])):
        run = list(group)
        if raised:
            run = _without(run, before)
        kept += run
        before = (before + "".join(text for text, _ in run)).rpartition("\n")[2][-_NEAR:]
    return kept


def _without(run: list[tuple[str, Look]], before: str) -> list[tuple[str, Look]]:
    """Leave the number out of a raised run; `before` is the text before it in its line."""
    text = "".join(part for part, _ in run)
    found = NUMBER.match(text.strip())
    words = before.split()
    if found is None or not words or POWER.search(words[-1]):
        return run
    rest = text.replace(found.group(), "", 1)
    return [(rest, run[-1][1])] if rest else []
