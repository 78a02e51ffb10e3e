"""The passage that shows why a provision was found, as pieces of text with the matched words told apart.

Never markup: the caller's template escapes each piece.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from itertools import chain, islice

import numpy as np
from numpy.typing import NDArray

from indexer.fragments import Span, fragments
from indexer.highlight.index_marker import Joined
from indexer.types import Fragment
from legaltext.text import SYLLABLE

# Words of a passage, mostly.
_WINDOW = 40
# In words: how far before the first match a sentence may begin, or else a part of one; how far after the window a sentence
# may end, how far before its end.
_BEFORE, _LEAD, _AFTER, _BACK = 16, 6, 12, 20
# Words that match side by side are not parted by the end: "[Ủy ban nhân dân] …".
_TOGETHER = 4
# What a word counts each time, beside what it counts for being there; matches of a text looked at.
_REPEATED = 0.1
_MOST_MATCHES = 2_000
_BLANKS = re.compile(r"\s+")
_UNEVEN = re.compile(r"[^\S ]|  ")
# Between two words; a stop without a blank is that of a number ("1.490.000").
_SENTENCE_END = re.compile(r"[.;:!?…][\"”’»)\]]*\s|\n")
# What numbers a paragraph: "1.", "12.", "IV.".
_ITEM = re.compile(r"\d{1,3}|[IVX]{1,5}|[A-Z]")
_HEADING_END = re.compile(r"[\s.:)]*")


def best_windows(texts: Joined, values: NDArray[np.float32]) -> list[int]:
    """For each of some texts the first match of the window worth most, -1 where nothing matches: the kind of a word is
    which word asked it is (0: none), `values[k]` what kind k is worth; a repeated word counts little."""
    at = np.flatnonzero(texts.kinds)
    text = np.searchsorted(texts.starts, at, side="right") - 1
    counted = np.bincount(text, minlength=len(texts.starts))
    if counted.size and counted.max() > _MOST_MATCHES:
        kept = np.arange(len(at)) - (np.cumsum(counted) - counted)[text] < _MOST_MATCHES
        at, text, counted = at[kept], text[kept], np.minimum(counted, _MOST_MATCHES)
    first = np.full(len(texts.starts), -1)
    if not len(at):
        return first.tolist()
    behind = np.cumsum(counted)
    held = np.zeros((len(at) + 1, len(values)), np.float32)
    held[np.arange(1, len(at) + 1), texts.kinds[at]] = 1.0
    np.cumsum(held, axis=0, out=held)
    # Windows begin at a match; `ends` is the first match that a window does not hold.
    ends = np.minimum(np.searchsorted(at, at + _WINDOW), behind[text])
    counts = held[ends] - held[:-1]
    # No matrix product: of few columns it warns now and then of invalid values where there are none.
    total = np.einsum("ij,j->i", np.minimum(counts, 1.0) * (1 - _REPEATED) + counts * _REPEATED, values)
    some = np.flatnonzero(counted)
    best = np.zeros(len(texts.starts), np.float32)
    best[some] = np.maximum.reduceat(total, (behind - counted)[some])
    # The first of equal ones; sums of shares differ in the last digits.
    good = np.flatnonzero(total >= best[text] * (1 - 1e-5))
    first[some] = at[good[np.searchsorted(text[good], some)]] - texts.starts[some]
    return first.tolist()


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


def _even(text: str, begin: int, end: int, pieces: list[Fragment]) -> list[Fragment]:
    """The fragments of that part of the text with each run of blanks as one space."""
    if not _UNEVEN.search(text, begin, end):
        return pieces
    return [Fragment(_BLANKS.sub(" ", piece.text), piece.match) for piece in pieces]


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
    last = next(islice(SYLLABLE.finditer(text), words - 1, None), None)
    end = _HEADING_END.match(text, last.end()) if last else None
    return text[end.end() :] if end else ""


def snippet(
    text: str, kinds: NDArray[np.int32], first: int, lines: NDArray[np.int64], heading: int
) -> tuple[Fragment, ...]:  # fmt: skip
    """The best passage of clean text, about 40 words, with every matched word marked; the beginning when none is
    found. `kinds` has one item a syllable of the text, 0 where it is not marked, `first` is the place where the best
    window begins (-1: none); `lines` are the places of those that begin a line; the first `heading` syllables are shown
    elsewhere, and none of them is marked."""
    if heading:
        text, kinds, first = _after(text, heading), kinds[heading:], max(first - heading, -1)
        lines = lines[lines > heading] - heading
    start = max(first, 0)
    skipped, begun = _line_of(text, lines, start)
    reach = start - skipped + _WINDOW + _AFTER + 1
    found = list(map(re.Match[str].span, islice(SYLLABLE.finditer(text, begun), reach)))
    if not found:
        return ()
    matched = np.flatnonzero(kinds[skipped : skipped + reach]).tolist()
    begin, end = _bounds(text, found, max(first - skipped, 0), matched)
    ahead = begin > 0 or skipped > 0
    spans = [found[place] for place in matched[bisect_left(matched, begin) : bisect_left(matched, end)]]
    whole = end == len(found) and len(found) < reach
    last = len(text) if whole else found[end][0] if end < len(found) else found[-1][1]
    opening = found[begin][0] if ahead else 0
    pieces = _even(text, opening, last, fragments(text, spans, opening, last))
    if ahead and pieces[0].match:
        pieces.insert(0, Fragment("… ", False))
    elif ahead:
        pieces[0] = Fragment("… " + pieces[0].text, False)
    if not whole:
        pieces[-1] = Fragment(pieces[-1].text.rstrip() + " …", pieces[-1].match)
    return tuple(pieces)
