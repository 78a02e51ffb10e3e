"""Where the words of a question stand in candidates: read from the words in order, all candidates at once.

Decides how much of a long text is looked at, and what a passage is: half a window, a line, or a clause (a line that
begins with a number, with the lines under it). What passages are worth is for `features`.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from indexer.analysis.language_model import LanguageModel
from indexer.index.segment import RUNS, TEXT, TITLE, SegmentData
from indexer.store.ragged import Numbers, places_from

# The runs looked at: text, heading, type and title of the document.
FIELDS = 3
# Words looked at in each of them; words in half a window.
_MOST = np.array([1500, 120, 120])
HALF = 20
# Stretches with less in them than this (their vectors' lengths summed) count as if they had as much.
LEAST_SIZE = 1.0
Ints = NDArray[np.int64]
Floats = NDArray[np.float32]
Sums = NDArray[np.float64]


@dataclass(frozen=True)
class CandidateBlock:
    """Candidates of one segment, in its numbers, with their scores S.

    `slots` tell for each asked word which words of this segment fill it; `rows` and `sizes` are the row of each word
    of the segment in the model's embedding (-1 for none) and the length of its vector.
    """

    arrays: SegmentData
    entries: Numbers
    scores: Numbers
    slots: Sequence[Sequence[int]]
    rows: Numbers
    sizes: Floats


@dataclass(frozen=True)
class Hits:
    """Hits in all candidates, in the order of reading: `slot`s found in a `field` of a `candidate`.

    `beside` are the hits directly behind which the next one stands. `half`, `line` and `clause` are the passage of a hit
    in a text (0 elsewhere), numbered through all candidates; `halves`, `lines` and `clauses` tell how many each
    candidate has (at least one). `near` and `size` are sums over the words of each half, `above` how near each heading
    and each title of a document lies: float[candidates, 2]. `lengths` are whole.
    """

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
    near: Sums
    size: Sums
    above: Sums


def begins_of(lengths: Numbers) -> Ints:
    """Where each of stretches of these lengths begins."""
    starts: Ints = np.cumsum(lengths) - lengths
    return starts


def _counted(lengths: Numbers) -> Ints:
    """0, 1, 2 … within each of stretches of these lengths."""
    counted: Ints = np.arange(int(lengths.sum())) - np.repeat(begins_of(lengths), lengths)
    return counted


def _filled(group: CandidateBlock) -> NDArray[np.uint16]:
    """The slot that each word of the segment fills, from 1 on; 0 for none."""
    found = np.zeros(len(group.arrays.words), np.uint16)
    for number, words in enumerate(group.slots, 1):
        found[list(words)] = number
    return found


def read(group: CandidateBlock, model: LanguageModel, vector: Floats) -> Hits:
    """The hits in candidates of one segment; `vector` is the question's."""
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
    halves = np.maximum(-(-looked[:, TEXT] // HALF), 1)
    half = begins_of(halves)[text.run] + (text.place - begins_of(looked[:, TEXT])[text.run]) // HALF
    line, clause, lines, clauses = _lines(held, begins[:, TEXT], looked[:, TEXT], text.place)
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
        near=near,
        size=size,
        above=_mean(group, above.words, looked[:, TITLE:], of_words),
    )


@dataclass(frozen=True)
class _Stream:
    """Words of runs one after the other; for each hit its place among them, run and slot; hits that the next one
    directly follows in the same run."""

    words: NDArray[np.intp]
    place: Ints
    run: Ints
    slot: Ints
    beside: Ints


def _long(held: SegmentData, begins: Ints, lengths: Ints) -> Numbers:
    """Long stretches of words one after the other: cut out one by one at a third of the cost of places for all."""
    ends = (begins + lengths).tolist()
    return np.concatenate([held.tokens[first:end] for first, end in zip(begins.tolist(), ends, strict=True)])


def _stream(words: Numbers, lengths: Ints, filled: NDArray[np.uint16]) -> _Stream:
    # Words are looked up several times; each time numbers of another kind would be converted first.
    words = words.astype(np.intp)
    slots = filled[words]
    hit = np.flatnonzero(slots)
    run = _last_before(begins_of(lengths.ravel()), hit)
    beside = np.flatnonzero((hit[1:] == hit[:-1] + 1) & (run[1:] == run[:-1]))
    return _Stream(words, hit, run, slots[hit].astype(np.int64) - 1, beside)


def _last_before(starts: Ints, places: Ints) -> Ints:
    """The stretch in which each place lies; stretches begin at `starts`, both ascend, and of several that begin at one place
    the last counts. The few stretches are looked up among the places, not the many places among the stretches."""
    begun = np.bincount(places.searchsorted(starts), minlength=len(places) + 1)
    last: Ints = begun[: len(places)].cumsum() - 1
    return last


def _sums(group: CandidateBlock, words: Numbers, looked: Ints, halves: Ints, near: Floats) -> tuple[Sums, Sums]:
    """(nearness, sizes) of the words of texts, summed over each half; 0 for the half of an empty text."""
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


def _mean(group: CandidateBlock, words: Numbers, looked: Ints, near: Floats) -> Sums:
    """How near words lie to the question, all together, for each stretch: float of the shape of `looked`."""
    run = np.repeat(np.arange(looked.size), looked.ravel())
    sums = [np.bincount(run, of_word[words], looked.size) for of_word in (near, group.sizes)]
    means: Sums = (sums[0] / np.maximum(sums[1], LEAST_SIZE)).reshape(looked.shape)
    return means


def _nearness(group: CandidateBlock, model: LanguageModel, vector: Floats, words: Sequence[Numbers]) -> Floats:
    """The part that each of these words has in likeness with the question; 0 for other words of the segment."""
    there = np.zeros(len(group.rows), bool)
    for some in words:
        there[some] = True
    known = np.flatnonzero(there & (group.rows >= 0))
    rows = group.rows[known]
    near = np.zeros(len(group.rows), np.float32)
    # Row by row: a matrix product sums the last rows of a segment in another order, and so would tell segments apart.
    near[known] = np.einsum("ij,j->i", model.vectors[rows], vector) * model.scales[rows].astype(np.float32)
    return near


def _lines(held: SegmentData, begins: Ints, looked: Ints, places: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    """(line, clause of each hit in a text, given by its place among the words looked at; lines, clauses of each
    candidate)."""
    marks = held.lines
    kind = marks.dtype.type
    first = np.searchsorted(marks, begins.astype(kind), side="right")
    last = np.searchsorted(marks, (begins + looked).astype(kind), side="left")
    lines = np.maximum(last - first, 0) + 1
    own = _counted(lines)
    # Which mark begins each line but the first of a candidate.
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
    return line, of_line[line], lines, np.add.reduceat(opens.astype(np.int64), begins_of(lines))


_PASSAGES = {"half": "halves", "line": "lines", "clause": "clauses"}


def joined(parts: Sequence[Hits]) -> Hits:
    """The hits of several segments as one, candidates in the order of the parts."""
    if len(parts) == 1:
        return parts[0]
    held = {one.name: [getattr(part, one.name) for part in parts] for one in fields(Hits)}
    ahead = {
        name: begins_of(np.array([int(count.sum()) for count in held[name]])) for name in _PASSAGES.values()
    }
    offsets = {name: ahead[counts] for name, counts in _PASSAGES.items()}
    offsets["candidate"] = begins_of(np.array([len(part.lengths) for part in parts]))
    offsets["beside"] = begins_of(np.array([len(part.slot) for part in parts]))
    for name, offset in offsets.items():
        held[name] = [values + ahead for values, ahead in zip(held[name], offset, strict=True)]
    return Hits(**{name: np.concatenate(values) for name, values in held.items()})
