"""Cuts out the passage that shows why a provision was found, as fragments of text that are highlighted or
plain.

The fragments contain no markup; the template of the caller escapes each of them.
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

# The usual number of words of a passage.
_WINDOW = 40
# In words. _BEFORE: how far before the first match a sentence may begin; _LEAD: the same for a part of a sentence.
# _AFTER and _BACK: how far after, or before, the end of the window a sentence may end.
_BEFORE, _LEAD, _AFTER, _BACK = 16, 6, 12, 20
# Neighbouring words that match are not separated by the end of a passage: "[Ủy ban nhân dân] …".
_TOGETHER = 4
# _REPEATED: the share of its weight that each occurrence of a word adds. _MOST_MATCHES: how many matches of a text
# are considered.
_REPEATED = 0.1
_MOST_MATCHES = 2_000
# A run of blanks that is not one space.
_UNEVEN = re.compile(r" *[^\S ]\s*|  \s*")
# The end of a sentence between two words. A stop without a space belongs to a number ("1.490.000").
_SENTENCE_END = re.compile(r"[.;:!?…][\"”’»)\]]*\s|\n")
# The number of a paragraph: "1.", "12.", "IV.".
_ITEM = re.compile(r"\d{1,3}|[IVX]{1,5}|[A-Z]")
_HEADING_END = re.compile(r"[\s.:)]*")


def best_windows(texts: Joined, values: NDArray[np.float32]) -> list[int]:
    """Find the best window of about 40 words in each text of `texts`. Returns for each text the position of the first
    match in its best window, -1 without a match.

    The best window has the highest sum of weights. `values[k]` is the weight of a word that matches query word number
    k. A repeated word adds little."""
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
    # Windows begin at a match. `ends` is the first match after each window.
    ends = np.minimum(np.searchsorted(at, at + _WINDOW), behind[text])
    counts = held[ends] - held[:-1]
    # Not a matrix product: with few columns numpy sometimes warns of invalid values that do not exist.
    total = np.einsum("ij,j->i", np.minimum(counts, 1.0) * (1 - _REPEATED) + counts * _REPEATED, values)
    some = np.flatnonzero(counted)
    best = np.zeros(len(texts.starts), np.float32)
    best[some] = np.maximum.reduceat(total, (behind - counted)[some])
    # The first of equal windows. Sums of the same numbers may differ in the last digits.
    good = np.flatnonzero(total >= best[text] * (1 - 1e-5))
    first[some] = at[good[np.searchsorted(text[good], some)]] - texts.starts[some]
    return first.tolist()


def _bounds(text: str, found: Sequence[Span], first: int, matched: Sequence[int]) -> tuple[int, int]:
    """Choose where the passage around the match at word number `first` begins and ends. Returns (number of its first
    word, number of the word after its last). `found` are the character spans of all words of `text`, and `matched` the
    numbers of the matched words, ascending. Whole sentences are preferred."""

    def begins(place: int) -> bool:
        """Whether a sentence begins at the word number `place`. In "… hết. 1. Người lao động" it begins at "1", not at
        "Người"."""
        if not place:
            return True
        before = text[found[place - 1][1] : found[place][0]]
        if before == " " or not _SENTENCE_END.search(before):
            return False
        numbered = "\n" not in before and _ITEM.fullmatch(text, *found[place - 1]) is not None
        return not (numbered and (place == 1 or _SENTENCE_END.search(text, found[place - 2][1], found[place - 1][0])))

    def ends(place: int) -> bool:
        """Whether a sentence ends before the word number `place`. After a colon comes what the sentence says."""
        return begins(place) and not text[found[place - 1][1] : found[place][0]].startswith(":")

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
        whole = next(filter(ends, chain(range(end, min(len(found), end + _AFTER)), earlier)), -1)
        end = whole if whole >= 0 else next(filter(parted, earlier), end)
        limit, hits = min(len(found), end + _TOGETHER), frozenset(matched)
        while whole < 0 and end < limit and {end - 1, end} <= hits:
            end += 1
    return start, end


def _even(text: str, begin: int, end: int, pieces: list[Fragment]) -> list[Fragment]:
    """Return `pieces`, the fragments of `text` from offset `begin` to `end`, with every run of blanks shortened to
    one space. Fragments without such a run are returned unchanged."""
    if not _UNEVEN.search(text, begin, end):
        return pieces
    return [Fragment(_UNEVEN.sub(" ", piece.text), piece.match) if _UNEVEN.search(piece.text) else piece for piece in pieces]


def _line_of(text: str, lines: NDArray[np.int64], place: int) -> tuple[int, int]:
    """Find the line of `text` that contains the word number `place`. Returns (number of the first word of the line,
    character offset of the line). `lines` are the numbers of the words that begin the second and later lines."""
    before = wanted = int(lines.searchsorted(place, side="right"))
    position, first = 0, SYLLABLE.search(text) if wanted else None
    while wanted:
        position = text.index("\n", position) + 1
        # A line without a word does not count.
        end = text.find("\n", position)
        worded = SYLLABLE.search(text, position, len(text) if end < 0 else end)
        if worded and first and first.start() < position:
            wanted -= 1
    return (int(lines[before - 1]) if before else 0), position


def _after(text: str, words: int) -> str:
    """Return `text` without its first `words` words and the punctuation after them; "" for a shorter text."""
    last = next(islice(SYLLABLE.finditer(text), words - 1, None), None)
    end = _HEADING_END.match(text, last.end()) if last else None
    return text[end.end() :] if end else ""


def snippet(
    text: str, kinds: NDArray[np.int32], first: int, lines: NDArray[np.int64], heading: int
) -> tuple[Fragment, ...]:  # fmt: skip
    """Cut the best passage of about 40 words out of `text`, which `legaltext.text.clean` returned. Returns
    fragments; the matched words are highlighted fragments. Where nothing matches, the passage is the beginning of
    the text.

    `kinds` has one item for each syllable of the text, 0 where the syllable is not highlighted. `first` is the
    position of the first highlighted syllable in the best window, as `best_windows` returns it; -1 for none.
    `lines` are the positions of the syllables that begin a line. The first `heading` syllables are left out,
    because the page shows them above the passage."""
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
