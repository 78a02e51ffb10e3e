"""Leave out the numbers of footnotes that were typed by hand and raised: "Căn cứ⁷" is the words "Căn cứ"."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from docmgr.reading.formats.docx.styles import Look
from docmgr.reading.formats.raised import NUMBER, POWER

# The last word of a line is never longer.
_NEAR = 60
Piece = tuple[str, Look]


def without_note_numbers(pieces: Iterable[Piece]) -> list[Piece]:
    """Leave raised numbers out of a paragraph, given as its pieces of text with their looks. Powers stay ("50 cm³"), and
    so does a number at the beginning of a line, where the words of the footnote may follow it."""
    kept: list[Piece] = []
    before = ""
    for raised, group in groupby(pieces, key=lambda piece: bool(piece[1].raised)):
        run = list(group)
        if raised:
            run = _without(run, before)
        kept += run
        before = (before + "".join(text for text, _ in run)).rpartition("\n")[2][-_NEAR:]
    return kept


def _without(run: list[Piece], before: str) -> list[Piece]:
    """Leave the number out of a raised run; `before` is the text before it in its line."""
    text = "".join(part for part, _ in run)
    found = NUMBER.match(text.strip())
    words = before.split()
    if found is None or not words or POWER.search(words[-1]):
        return run
    rest = text.replace(found.group(), "", 1)
    return [(rest, run[-1][1])] if rest else []
