"""Finds where the words of a query occur in the candidates of a search.

This module decides how much of a long text is read, and its passages: halves, lines and clauses. A half is `HALF` words in a
row. A clause is a line that begins with a number, and the lines up to the next such line.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from indexer.analysis.language_model import LanguageModel
from indexer.index.segment import DOCUMENT, RUNS, TEXT, TITLE, SegmentData
from indexer.match.statistics import IDF_POWER
from indexer.rank import amounts
from indexer.store.ragged import Numbers, places_from

# The runs that are read: text, heading, type and title of the document.
FIELDS = 3
# How many words of each run are read, and how many words are half a window.
_MOST = np.array([1500, 120, 120])
HALF = 20
# A passage whose word vectors have lengths with a smaller sum than this is treated as if the sum were this.
LEAST_SIZE = 1.0
_STEPS = 1 << 16
Ints = NDArray[np.int64]
Floats = NDArray[np.float32]
Sums = NDArray[np.float64]
_NONE: Sums = np.empty(0)


@dataclass(frozen=True)
class CandidateBlock:
    """Candidates of one segment (`arrays`). `entries` are their entry numbers, and `scores` their first-stage scores. `slots`
    holds, for each word of the query, the numbers of the segment's words that match it. `rows` and `sizes` have one item per
    word of the segment: its vector's row (-1 for none) and length. `amounts` says which words are parts of amounts (see
    `amounts.kinds`); None where the query does not ask for one. `worth` has one item per word of the segment (see `word_worth`);
    None where the query is no long question."""

    arrays: SegmentData
    entries: Numbers
    scores: Numbers
    slots: Sequence[Sequence[int]]
    rows: Numbers
    sizes: Floats
    amounts: NDArray[np.uint8] | None = None
    worth: Floats | None = None


@dataclass(frozen=True)
class Hits:
    """The places in the candidates where words of the query occur. Such a place is called a hit.
    - One item per hit: `candidate`, `field`, and `slot`, the number of its query word.
    - Also per hit: `half`, `line`, `clause`, the number of its passage, counted through all candidates; 0 outside texts.
    - `beside`: the hits that the next hit follows directly, as the very next word of the field.
    - One item per candidate: `halves`, `lines`, `clauses`, how many passages it has, at least one.
    - One item per half: `near` sums the similarity of its words to the query, `size` the lengths of their vectors.
    - `amounts`: the clause of each amount; empty where the query does not ask for one.
    - `above`: the similarity of heading and document title to the query, shape (candidates, 2).
    - For a long question only, otherwise empty: `line_worth`, the summed worth of the words of each line, and `unasked`, that of
      the words of each document title that the query lacks.
    - `lengths`: the full lengths of the fields in words, shape (candidates, fields)."""

    lengths: Ints
    candidate: Ints
    field: Ints
    slot: Ints
    beside: Ints
    half: Ints
    line: Ints
    clause: Ints
    halves: Ints
    lines: Ints
    clauses: Ints
    amounts: Ints
    near: Sums
    size: Sums
    line_worth: Sums
    above: Sums
    unasked: Sums


def word_worth(held: SegmentData, model: LanguageModel) -> Floats:
    """Compute how much each word of the segment `held` is worth: its idf in the corpus of `model`; 0 for a word that the model
    does not know. So hidden documents do not change it. It is rounded to steps that add up exactly, in whatever order."""
    known = np.append(model.word_counts, 0).astype(np.float64)
    counts = known[np.fromiter((model.numbers.get(word, -1) for word in held.words), np.int64, len(held.words))]
    inverse = np.log1p((model.documents - counts + 0.5) / (counts + 0.5)) ** IDF_POWER
    worth: Floats = (np.rint(np.where(counts > 0, inverse, 0) * _STEPS) / _STEPS).astype(np.float32)
    return worth


def begins_of(lengths: Numbers) -> Ints:
    """Compute the position where each of several consecutive rows begins. For the `lengths` 2, 3 and 1 it is 0 2 5."""
    starts: Ints = np.cumsum(lengths) - lengths
    return starts


def _counted(lengths: Numbers) -> Ints:
    """For the `lengths` 2 and 3, return 0 1 0 1 2: the position of each item in its row."""
    counted: Ints = np.arange(int(lengths.sum())) - np.repeat(begins_of(lengths), lengths)
    return counted


def _filled(group: CandidateBlock) -> NDArray[np.uint16]:
    """Return for each word of the segment which query word it matches, counted from 1; 0 where it matches none."""
    found = np.zeros(len(group.arrays.words), np.uint16)
    for number, words in enumerate(group.slots, 1):
        found[list(words)] = number
    return found


def read(group: CandidateBlock, model: LanguageModel, vector: Floats) -> Hits:
    """Find the hits in the candidates `group`. `model` holds the word vectors, and `vector` is the vector of the query."""
    held, entries = group.arrays, group.entries.astype(np.int64)
    places = RUNS * entries[:, None] + np.arange(FIELDS)
    begins = held.runs[places].astype(np.int64)
    lengths = held.runs[places + 1].astype(np.int64) - begins
    looked = np.minimum(lengths, _MOST)
    filled = _filled(group)
    text = _stream(_long(held, begins[:, TEXT], looked[:, TEXT]), looked[:, :1], filled)
    above = _stream(
        held.tokens[places_from(begins[:, 1:].ravel(), looked[:, 1:].ravel())], looked[:, 1:], filled
    )
    halves, ahead = np.maximum(-(-looked[:, TEXT] // HALF), 1), begins_of(looked[:, TEXT])
    half = begins_of(halves)[text.run] + (text.place - ahead[text.run]) // HALF
    priced = amounts.places(text.words, group.amounts, ahead) if group.amounts is not None else np.empty(0, np.int64)
    line, clause, lines, clauses, pricing, begun = _lines(held, begins[:, TEXT], looked[:, TEXT], text.place, priced)
    candidate, field = np.divmod(above.run, FIELDS - 1)
    elsewhere = np.zeros(len(above.run), np.int64)
    of_words = _nearness(group, model, vector, (text.words, above.words))
    near, size = _sums(group, text.words, looked[:, TEXT], halves, of_words)
    return Hits(
        lengths=lengths,
        candidate=np.concatenate([text.run, candidate]),
        field=np.concatenate([np.full(len(text.run), TEXT), field + 1]),
        slot=np.concatenate([text.slot, above.slot]),
        beside=np.concatenate([text.beside, above.beside + len(text.run)]),
        half=np.concatenate([half, elsewhere]),
        line=np.concatenate([line, elsewhere]),
        clause=np.concatenate([clause, elsewhere]),
        halves=halves,
        lines=lines,
        clauses=clauses,
        amounts=pricing,
        near=near,
        size=size,
        line_worth=_NONE if group.worth is None else _between(group.worth[text.words], begun),
        above=_mean(group, above.words, looked[:, TITLE:], of_words),
        unasked=_NONE if group.worth is None else _unasked(group.worth, filled, above.words, looked[:, TITLE:]),
    )


@dataclass(frozen=True)
class _Stream:
    """The words of several fields as word numbers, one field after the other, and the hits in them. Each hit has its position in
    `words` (`place`), the number of its field (`run`) and of its query word (`slot`). `beside` lists the hits that the next hit
    follows directly."""

    words: NDArray[np.intp]
    place: Ints
    run: Ints
    slot: Ints
    beside: Ints


def _long(held: SegmentData, begins: Ints, lengths: Ints) -> Numbers:
    """Return the words of several long rows of `held.tokens`, one row after the other."""
    ends = (begins + lengths).tolist()
    return np.concatenate([held.tokens[first:end] for first, end in zip(begins.tolist(), ends, strict=True)])


def _stream(words: Numbers, lengths: Ints, filled: NDArray[np.uint16]) -> _Stream:
    # Words are used as an index several times; numpy would convert numbers of another type each time.
    words = words.astype(np.intp)
    slots = filled[words]
    hit = np.flatnonzero(slots)
    run = _last_before(begins_of(lengths.ravel()), hit)
    beside = np.flatnonzero((hit[1:] == hit[:-1] + 1) & (run[1:] == run[:-1]))
    return _Stream(words, hit, run, slots[hit].astype(np.int64) - 1, beside)


def _last_before(starts: Ints, places: Ints) -> Ints:
    """Return for each of `places` the number of the row that contains it. Row i begins at `starts[i]`; both arrays ascend."""
    begun = np.bincount(places.searchsorted(starts), minlength=len(places) + 1)
    last: Ints = begun[: len(places)].cumsum() - 1
    return last


def _sums(group: CandidateBlock, words: Numbers, looked: Ints, halves: Ints, near: Floats) -> tuple[Sums, Sums]:
    """Sum up each half of the texts. Returns (similarity to the query, vector lengths), with one item per half. `near` is the
    similarity of each word of the segment. `looked` and `halves` count the words and halves of each text."""
    first = np.repeat(begins_of(looked) - HALF * begins_of(halves), halves) + HALF * np.arange(
        int(halves.sum())
    )
    full = np.repeat(looked > 0, halves)
    sums = []
    for of_word in (near, group.sizes):
        summed = np.zeros(len(first))
        if full.any():
            summed[full] = np.add.reduceat(of_word[words], first[full])
        sums.append(summed)
    return sums[0], sums[1]


def _between(values: Floats, starts: Ints) -> Sums:
    """Sum up `values` from each of `starts` (ascending) to the next one, the last to the end. Values are multiples of one step,
    so sums are exact."""
    upto = np.concatenate([[0.0], np.cumsum(values, dtype=np.float64)])
    sums: Sums = np.diff(upto[np.append(starts, len(values))])
    return sums


def _unasked(worth: Floats, filled: NDArray[np.uint16], words: Numbers, looked: Ints) -> Sums:
    """Sum up the worth of the words of each document title that the query lacks. `words` are those of headings and titles, and
    `looked` counts them, shape (candidates, 2)."""
    summed = _between(np.where(filled[words], 0, worth[words]), begins_of(looked.ravel()))
    return summed.reshape(looked.shape)[:, DOCUMENT - TITLE]


def _mean(group: CandidateBlock, words: Numbers, looked: Ints, near: Floats) -> Sums:
    """Compute the similarity of the heading and the document title of each candidate to the query, shape (candidates, 2)."""
    run = np.repeat(np.arange(looked.size), looked.ravel())
    sums = [np.bincount(run, of_word[words], looked.size) for of_word in (near, group.sizes)]
    means: Sums = (sums[0] / np.maximum(sums[1], LEAST_SIZE)).reshape(looked.shape)
    return means


def _nearness(group: CandidateBlock, model: LanguageModel, vector: Floats, words: Sequence[Numbers]) -> Floats:
    """Compute the similarity of words to the query, one number per word of the segment. It is 0 for a word that is in none of
    the arrays `words`, or has no vector."""
    there = np.zeros(len(group.rows), bool)
    for some in words:
        there[some] = True
    known = np.flatnonzero(there & (group.rows >= 0))
    rows = group.rows[known]
    near = np.zeros(len(group.rows), np.float32)
    # Computed row by row. A matrix product would sum the last rows of a segment in another order, so results would
    # differ between segments.
    near[known] = np.einsum("ij,j->i", model.vectors[rows], vector) * model.scales[rows].astype(np.float32)
    return near


def _lines(
    held: SegmentData, begins: Ints, looked: Ints, places: Ints, priced: Ints
) -> tuple[Ints, Ints, Ints, Ints, Ints, Ints]:
    """Divide the texts into lines and clauses, numbered through all candidates. `places` are the positions of the hits, and
    `priced` those of amounts. Returns (line of each hit, clause of each hit, lines per candidate, clauses per candidate,
    clause of each amount, the position where each line begins)."""
    marks = held.lines
    kind = marks.dtype.type
    first = np.searchsorted(marks, begins.astype(kind), side="right")
    last = np.searchsorted(marks, (begins + looked).astype(kind), side="left")
    lines = np.maximum(last - first, 0) + 1
    own = _counted(lines)
    # For each line, except the first of a candidate, the place where it begins.
    inner = own > 0
    marked = marks[(np.repeat(first, lines) + own - 1)[inner]].astype(np.int64)
    ahead = begins_of(looked)
    begun = np.repeat(ahead, lines)
    begun[inner] += marked - np.repeat(begins, lines)[inner]
    opens = np.ones(len(own), bool)
    number = held.tokens[marked]
    opens[inner] = (number >= bisect_left(held.words, "0")) & (number < bisect_left(held.words, ":"))
    of_line = np.cumsum(opens) - 1
    line = _last_before(begun, places)
    pricing = of_line[_last_before(begun, priced)]
    return line, of_line[line], lines, np.add.reduceat(opens.astype(np.int64), begins_of(lines)), pricing, begun


_PASSAGES = {"half": "halves", "line": "lines", "clause": "clauses"}


def joined(parts: Sequence[Hits]) -> Hits:
    """Join the hits of several segments into one `Hits`. The candidates keep the order of `parts`."""
    if len(parts) == 1:
        return parts[0]
    held = {one.name: [getattr(part, one.name) for part in parts] for one in fields(Hits)}
    ahead = {
        name: begins_of(np.array([int(count.sum()) for count in held[name]])) for name in _PASSAGES.values()
    }
    offsets = {name: ahead[counts] for name, counts in _PASSAGES.items()}
    offsets["amounts"] = ahead["clauses"]
    offsets["candidate"] = begins_of(np.array([len(part.lengths) for part in parts]))
    offsets["beside"] = begins_of(np.array([len(part.slot) for part in parts]))
    for name, offset in offsets.items():
        held[name] = [values + ahead for values, ahead in zip(held[name], offset, strict=True)]
    return Hits(**{name: np.concatenate(values) for name, values in held.items()})
