"""The passage that shows why a provision was found, as pieces of text with the matched words told apart.

Never markup: the caller's template escapes each piece.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from indexer.query import Query, parse
from indexer.text import SYLLABLE, clean, fold, forms, spans
from indexer.types import Segment

_WINDOW = 40
# How far before the first match a sentence may begin, how far after the window it may end.
_BEFORE, _LEAD, _AFTER = 14, 6, 10
_REPEATED = 0.1
_MOST_MATCHES = 2_000
_MARK_LIMIT = 2_000_000
_BLANKS = re.compile(r"\s+")
_SENTENCE_END = re.compile(r"[.;:!?\n…]")
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
    total = (np.minimum(counts, 1.0) * (1 - _REPEATED) + counts * _REPEATED) @ values
    # The first of equal ones; sums of shares differ in the last digits.
    place = int(at[np.flatnonzero(total >= total.max() * (1 - 1e-5))[0]])
    return place, place


def _bounds(text: str, found: Sequence[Span], first: int) -> tuple[int, int]:
    """(first word, end) of the passage around a match: a sentence's beginning and end where one is near."""

    def begins(place: int) -> bool:
        """Whether a sentence may begin at a word: mostly a mere blank goes before it."""
        gap = text[found[place - 1][1] : found[place][0]] if place else "\n"
        return gap != " " and _SENTENCE_END.search(gap) is not None

    nearest = range(first, max(-1, first - _BEFORE), -1)
    start = next(filter(begins, nearest), max(0, first - _LEAD))
    end = min(len(found), start + _WINDOW)
    if end < len(found):
        later = range(end, min(len(found), end + _AFTER))
        earlier = range(end, max(first + 1, end - _AFTER), -1)
        end = next(filter(begins, (*later, *earlier)), end)
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
    wanted = int(np.searchsorted(lines, place, side="right"))
    position = 0
    while wanted:
        position = text.index("\n", position) + 1
        # A line without a word is none.
        end = text.find("\n", position)
        if SYLLABLE.search(text, position, len(text) if end < 0 else end) and SYLLABLE.search(text, 0, position):
            wanted -= 1
    before = int(np.searchsorted(lines, place, side="right"))
    return (int(lines[before - 1]) if before else 0), position


def snippet(
    text: str, kinds: NDArray[np.int32], values: NDArray[np.float32], lines: NDArray[np.int64]
) -> tuple[Segment, ...]:  # fmt: skip
    """The best passage of clean text, about 40 words, with every matched word marked; the beginning when none is
    found. `kinds` has one item a syllable of the text; `lines` are the places of those that begin a line."""
    start, first = best_window(kinds, values)
    skipped, begun = _line_of(text, lines, start)
    reach = start - skipped + _WINDOW + _AFTER + 1
    found = [match.span() for match in islice(SYLLABLE.finditer(text, begun), reach)]
    if not found:
        return ()
    begin, end = _bounds(text, found, max(first - skipped, 0))
    ahead = begin > 0 or skipped > 0
    matched = np.flatnonzero(kinds[skipped + begin : skipped + end]) + begin
    runs = _runs(text, [found[place] for place in matched.tolist()])
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


def mark(text: str, query: str) -> tuple[Segment, ...]:
    """Any text with the words of a question marked; the pieces joined give the text back (in NFC)."""
    cleaned = clean(text[:_MARK_LIMIT])
    return _marked(cleaned, parse(query))


def _marked(text: str, query: Query) -> tuple[Segment, ...]:
    words = frozenset(query.words if query.marked else map(fold, query.words))
    pieces: list[Segment] = []
    position = 0
    for first, last, token in spans(text):
        if forms(token)[0 if query.marked else 1] not in words:
            continue
        between = text[position:first]
        if between.isspace() and pieces and pieces[-1].match:
            pieces[-1] = Segment(pieces[-1].text + between + text[first:last], True)
        else:
            pieces += [Segment(between, False)] * bool(between) + [Segment(text[first:last], True)]
        position = last
    if position < len(text):
        pieces.append(Segment(text[position:], False))
    return tuple(pieces)
