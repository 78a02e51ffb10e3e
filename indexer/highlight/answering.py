"""Says for the provisions of a results page in which of their lines the answer to the question stands.

All lines of all provisions are compared with the query together, because one by one this took half of the time of a page.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.fragments import fragments
from indexer.highlight import telling
from indexer.highlight.clauses import Line, lines_of
from indexer.highlight.index_marker import IndexMarks, Joined
from indexer.index.segment import RUNS, SegmentData
from indexer.index.snapshot import Bools
from indexer.store.ragged import Numbers
from indexer.types import Fragment
from legaltext.text import SYLLABLE

_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True)
class LinedText:
    """The text of a provision with its `lines`. `starts` are the numbers of the words that begin the lines, and the first
    `heading` words repeat the heading. `kinds` has for each word of all fields the number of the query word that it matches (see
    `IndexMarks`). `titles` are the words behind those of the text."""

    text: str
    lines: Sequence[Line]
    starts: NDArray[np.int64]
    heading: int
    words: Numbers
    titles: Numbers


def lined(text: str, held: SegmentData, own: int, heading: int, kinds: Numbers) -> LinedText:
    """Make the `LinedText` of entry number `own` of the segment `held`. `kinds` has one item for each word of its fields."""
    length = int(held.runs[RUNS * own + 1]) - int(held.runs[RUNS * own])
    starts = np.concatenate([np.zeros(1, np.int64), held.lines_of(own)])
    return LinedText(text, lines_of(text), starts, heading, kinds[:length], kinds[length:])


@dataclass(frozen=True)
class ShownAnswer:
    """What is shown of a provision that answers. `pieces` are fragments of its text, and `line` is the line of the answer. `cover`
    is the share of the query's words that the pieces and the titles have."""

    pieces: tuple[Fragment, ...]
    line: Line
    cover: float


def answers(texts: Sequence[LinedText], marks: IndexMarks, shown: Joined) -> list[ShownAnswer | None]:
    """Find the answer in each of `texts`; None for a text that does not answer. `shown` says which of their words are
    highlighted. The query must ask for something (`marks.question`) in words (`marks.ways`)."""
    worth, has = _worth(marks), _has(_lines(texts, len(marks.worth)), marks)
    titled = _has(_titles(texts, len(marks.worth)), marks)
    found, first = list[telling.Told | None](), 0
    for one, titles in zip(texts, titled, strict=True):
        own = has[first : first + len(one.lines)]
        # A text may begin with the words of its heading once more, in the middle of a sentence.
        body = int(np.searchsorted(one.starts, one.heading, side="right")) - 1 if one.heading < len(one.words) else len(one.lines)
        found.append(telling.told(one.text, one.lines, own, titles, worth, marks.question, body) if body < len(one.lines) else None)
        first += len(one.lines)
    there = _titles(texts, len(marks.worth))
    made = [_piece(one, told, shown.of(place), there[:, place]) if told else () for place, (one, told) in enumerate(zip(texts, found, strict=True))]
    cover = _has(there, marks) @ worth / (float(worth.sum()) or 1.0)
    return [
        ShownAnswer(pieces, one.lines[told.line], float(own)) if told else None
        for one, told, pieces, own in zip(texts, found, made, cover, strict=True)
    ]


def _lines(texts: Sequence[LinedText], count: int) -> Bools:
    """Return a mask with a column for each line of each text: which numbers its words have."""
    there = np.zeros((2 * count, sum(len(one.lines) for one in texts)), bool)
    first = 0
    for one in texts:
        line = np.searchsorted(one.starts, np.arange(len(one.words)), side="right") - 1
        there[one.words, first + np.minimum(line, len(one.lines) - 1)] = True
        first += len(one.lines)
    return there


def _titles(texts: Sequence[LinedText], count: int) -> Bools:
    """Return a mask with a column for each text: which numbers the words of its titles have."""
    there = np.zeros((2 * count, len(texts)), bool)
    for place, one in enumerate(texts):
        there[one.titles, place] = True
    return there


def _piece(one: LinedText, told: telling.Told, shown: Numbers, there: Bools) -> tuple[Fragment, ...]:
    """Cut out of the text what answers, as fragments. Enters into `there` which numbers the words shown have."""
    spans = telling.cut(one.text, one.lines, told)
    pieces = [Fragment("… ", False)] if spans[0][0] > one.lines[told.head].start else []
    for place, (begin, end) in enumerate(spans):
        if place:
            pieces.append(Fragment(" … " if one.text[spans[place - 1][1] : begin].strip() else " ", False))
        line = told.line if place else told.head
        words = list(enumerate(SYLLABLE.finditer(one.text, one.lines[line].start, end), int(one.starts[line])))
        own = [(number, word.span()) for number, word in words if word.start() >= begin]
        there[one.words[[number for number, _ in own]]] = True
        marked = [span for number, span in own if shown[number]]
        pieces += [Fragment(_BLANKS.sub(" ", piece.text), piece.match) for piece in fragments(one.text, marked, begin, end)]
    if telling.goes_on(one.text, one.lines, told, spans[-1][1]):
        pieces.append(Fragment(" …", False))
    return tuple(pieces)


def _has(there: Bools, marks: IndexMarks) -> Bools:
    """Say for each column of `there` which words of the query it has, themselves or under another name: one row per column.
    `there[k, c]` is True where column c has a word of the number k."""
    has = np.zeros((len(marks.ways), there.shape[1]), bool)
    for own, (_, ways) in zip(has, marks.ways, strict=True):
        for way in ways:
            own |= np.logical_and.reduce([np.logical_or.reduce([there[kind] for kind in some] or [own & False]) for some in way])
    return np.ascontiguousarray(has.T)


def _worth(marks: IndexMarks) -> NDArray[np.float64]:
    """The weight of each word in `marks.ways`. A word that no text has weighs as much as the rarest."""
    count, most = len(marks.worth), float(marks.worth.max())
    own = [[float(marks.worth[kind % count]) for kind in ways[0][0]] for _, ways in marks.ways]
    return np.array([max(some, default=most) for some in own])
