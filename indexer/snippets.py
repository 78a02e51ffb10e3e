"""The passage that shows why a provision was found, as pieces of text with the matched words told apart.

Never markup: the caller's template escapes each piece.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import chain, islice

import numpy as np
from numpy.typing import NDArray

from indexer.text import SYLLABLE
from indexer.types import Segment

_WINDOW = 40
# How far before the first match a sentence may begin, how far after the window it may end.
_BEFORE, _LEAD, _AFTER, _BACK = 16, 6, 12, 20
# Words that match side by side are not parted by the end: "[Ủy ban nhân dân] …".
_TOGETHER = 4
_REPEATED = 0.1
_MOST_MATCHES = 2_000
_BLANKS = re.compile(r"\s+")
# Between two words; a stop without a blank is that of a number ("1.490.000").
_SENTENCE_END = re.compile(r"[.;:!?…][\"”’»)\]]*\s|\n")
# What numbers a paragraph: "1.", "12.", "IV.".
_ITEM = re.compile(r"\d{1,3}|[IVX]{1,5}|[A-Z]")
_HEADING_END = re.compile(r"[\s.:)]*")
Span = tuple[int, int]


def best_window(kinds: NDArray[np.int32], values: NDArray[np.float32]) -> tuple[int, int]:
    """(start, first match) of the window worth most: `kinds[i]` is which word asked stands at place i (0: none),
    `values[k]` what it is worth; a repeated word counts little."""
    at = np.flatnonzero(kinds)
    if not len(at):
        return 0, -1
    at = at[:_MOST_MATCHES]
    held = np.zeros((len(at) + 1, len(values)), np.float32)
    held[np.arange(1, len(at) + 1), kinds[at]] = 1.0
    np.cumsum(held, axis=0, out=held)
    # Windows begin at a match; `ends` is the first match that a window does not hold.
    ends = np.searchsorted(at, at + _WINDOW)
    counts = held[ends] - held[:-1]
    # No matrix product: of few columns it warns now and then of invalid values where there are none.
    total = np.einsum("ij,j->i", np.minimum(counts, 1.0) * (1 - _REPEATED) + counts * _REPEATED, values)
    # The first of equal ones; sums of shares differ in the last digits.
    place = int(at[np.flatnonzero(total >= total.max() * (1 - 1e-5))[0]])
    return place, place


def _bounds(text: str, found: Sequence[Span], first: int, matched: Sequence[int]) -> tuple[int, int]:
    """(first word, end) of the passage around the first of some matches (all of the text, ascending): a sentence's
    beginning and end where one is near, else that of a part of a sentence; no match in it is cut away."""

    def begins(place: int) -> bool:
        """Whether a sentence may begin at a word: mostly a mere blank goes before it. "1. " belongs to what follows."""
        if not place:
            return True
        before = text[found[place - 1][1] : found[place][0]]
        if before == " " or not _SENTENCE_END.search(before):
            return False
        numbered = "\n" not in before and _ITEM.fullmatch(text, *found[place - 1]) is not None
        return not (numbered and (place == 1 or _SENTENCE_END.search(text, found[place - 2][1], found[place - 1][0])))

    def parted(place: int) -> bool:
        return text[found[place - 1][1] : found[place][0]] == ", "

    start = next(filter(begins, range(first, max(-1, first - _BEFORE), -1)), -1)
    if start < 0:
        start = next(filter(parted, range(first, first - _LEAD, -1)), first - _LEAD)
    end = min(len(found), start + _WINDOW)
    if end < len(found):
        held = matched[: bisect_left(matched, end)]
        last = max(first, held[-1]) if held else first
        earlier = range(end, max(last, end - _BACK), -1)
        whole = next(filter(begins, chain(range(end, min(len(found), end + _AFTER)), earlier)), -1)
        end = whole if whole >= 0 else next(filter(parted, earlier), end)
        limit, hits = min(len(found), end + _TOGETHER), frozenset(matched)
        while whole < 0 and end < limit and {end - 1, end} <= hits:
            end += 1
    return start, end


def _runs(text: str, matched: Iterable[Span]) -> list[Span]:
    """Matched words joined with those that only blanks part them from."""
    runs: list[Span] = []
    for first, last in matched:
        if runs and text[runs[-1][1] : first].isspace():
            first = runs.pop()[0]
        runs.append((first, last))
    return runs


def _told_apart(text: str, runs: Iterable[Span], position: int, end: int) -> list[Segment]:
    """The text from a position to an end as pieces, blanks as one space, none of them empty."""
    pieces: list[Segment] = []
    for first, last in (*runs, (end, end)):
        for piece, match in ((text[position:first], False), (text[first:last], True)):
            if spaced := _BLANKS.sub(" ", piece):
                pieces.append(Segment(spaced, match))
        position = last
    return pieces


def _line_of(text: str, lines: NDArray[np.int64], place: int) -> tuple[int, int]:
    """(first word, first character) of the line that holds a word; `lines` are the words that begin a line after
    the first one."""
    before = wanted = int(lines.searchsorted(place, side="right"))
    position, first = 0, SYLLABLE.search(text) if wanted else None
    while wanted:
        position = text.index("\n", position) + 1
        # A line without a word is none.
        end = text.find("\n", position)
        worded = SYLLABLE.search(text, position, len(text) if end < 0 else end)
        if worded and first and first.start() < position:
            wanted -= 1
    return (int(lines[before - 1]) if before else 0), position


def _after(text: str, words: int) -> str:
    """A text without its first words and the stop behind them."""
    *_, last = islice(SYLLABLE.finditer(text), words)
    end = _HEADING_END.match(text, last.end())
    return text[end.end() if end else last.end() :]


def snippet(
    text: str, kinds: NDArray[np.int32], values: NDArray[np.float32], lines: NDArray[np.int64], heading: int = 0
) -> tuple[Segment, ...]:  # fmt: skip
    """The best passage of clean text, about 40 words, with every matched word marked; the beginning when none is
    found. `kinds` has one item a syllable of the text; `lines` are the places of those that begin a line; the first
    `heading` syllables are shown elsewhere."""
    if heading:
        text, kinds = _after(text, heading), kinds[heading:]
        lines = lines[lines > heading] - heading
    start, first = best_window(kinds, values)
    skipped, begun = _line_of(text, lines, start)
    reach = start - skipped + _WINDOW + _AFTER + 1
    found = [match.span() for match in islice(SYLLABLE.finditer(text, begun), reach)]
    if not found:
        return ()
    matched = np.flatnonzero(kinds[skipped : skipped + reach]).tolist()
    begin, end = _bounds(text, found, max(first - skipped, 0), matched)
    ahead = begin > 0 or skipped > 0
    runs = _runs(text, [found[place] for place in matched[bisect_left(matched, begin) : bisect_left(matched, end)]])
    whole = end == len(found) and len(found) < reach
    last = len(text) if whole else found[end][0] if end < len(found) else found[-1][1]
    pieces = _told_apart(text, runs, found[begin][0] if ahead else 0, last)
    if ahead and pieces[0].match:
        pieces.insert(0, Segment("… ", False))
    elif ahead:
        pieces[0] = Segment("… " + pieces[0].text, False)
    if not whole:
        pieces[-1] = Segment(pieces[-1].text.rstrip() + " …", pieces[-1].match)
    return tuple(pieces)
