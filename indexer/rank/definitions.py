"""Finds the provisions that define the words of a question such as "thử việc là gì".

This module decides how surely a provision defines them. A line "1. Thử việc là …" does so surely, a line "Thử việc theo hợp
đồng là …" nearly so. "(sau đây gọi là thử việc)" gives the words as a name. Anywhere else, "thử việc là …" may say anything
about them."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexer.index.schema import TITLE_WEIGHT
from indexer.index.segment import RUNS, SegmentData
from indexer.index.snapshot import Bools, Segment, Snapshot
from indexer.match import intersection
from indexer.match.bound_query import BoundQuery
from indexer.match.terms import QueryTerm
from indexer.store.ragged import Numbers, places_from

Levels = NDArray[np.float64]
Places = NDArray[np.int64]
_SURE, _NEARLY, _NAMED, _SAID = 1.0, 0.8, 0.6, 0.4
# How many words may be between the words that are defined and "là", and how many numbers and letters begin a line.
_BETWEEN, _NUMBERING = 12, 3
# How many provisions are looked into, and how many of those that define may join the candidates.
_LOOKED_INTO, _JOINING = 150, 30
# What headings say of provisions that define.
_GLOSSARY = (("giải", "thích"), ("thuật", "ngữ"), ("khái", "niệm"), ("định", "nghĩa"))
_IS, _ENDS, _CALLED, _NUMBERS = 1, 2, 4, 8
_KINDS = {"là": _IS | _ENDS, "gồm": _ENDS, "hiểu": _ENDS, "gọi": _CALLED, "tắt": _CALLED, "chung": _CALLED}


class Defined(NamedTuple):
    """How surely each of some entries defines the words asked for, from 0 to 1 (`levels`). `glossary` is a mask: whether the
    heading says that the entry defines words."""

    levels: Levels
    glossary: Bools


def defined(snapshot: Snapshot, asked: BoundQuery, entries: Numbers) -> Defined | None:
    """Say how surely each of `entries` (ascending) defines what the query `asked` asks for; None where it asks for no
    definition."""
    if not asked.query.question.subject:
        return None
    levels, glossary = np.zeros(len(entries)), _headed(snapshot, asked, entries)
    for words in _subjects(asked):
        last = asked.slots.of((words[-1], "là"), (asked.folded.get(words[-1], False), False))
        named = asked.slots.of(("là", words[0]), (False, asked.folded.get(words[0], False)))
        weights = [intersection.weights_of(snapshot, slot, entries) > 0 for slot in (last, named)]
        own = np.flatnonzero(weights[0] | weights[1] | glossary)
        levels[own] = np.maximum(levels[own], _levels(snapshot, asked, words, entries[own]))
    return Defined(levels, glossary)


def joining(snapshot: Snapshot, asked: BoundQuery, entries: Numbers, scores: Numbers) -> Places:
    """Choose the entries among `entries` (ascending) that define what the query `asked` asks for. They are ranked again
    although their `scores` may be low. Returns their positions in `entries`."""
    none = np.empty(0, np.int64)
    if not asked.query.question.subject or not len(entries):
        return none
    scope = np.zeros(snapshot.size, bool)
    scope[entries] = True
    found = [intersection.common(snapshot, _terms(asked, words), scope)[0] for words in _subjects(asked)]
    places = np.searchsorted(entries, np.unique(np.concatenate(found)))
    if len(places) > _LOOKED_INTO:
        key = scores[places] / max(float(scores.max()), 1e-9) + _headed(snapshot, asked, entries[places])
        places = np.sort(places[np.argsort(-key, kind="stable")[:_LOOKED_INTO]])
    known = defined(snapshot, asked, entries[places])
    if known is None:
        return none
    order = np.lexsort((-scores[places], -(known.levels + known.glossary)))[:_JOINING]
    return places[order[known.levels[order] >= _NAMED]]


def _subjects(asked: BoundQuery) -> Iterator[tuple[str, ...]]:
    """Yield the words whose definition is asked for, and their other names."""
    subject = asked.query.question.subject
    yield subject
    for one in asked.query.alternatives:
        if one.asked == subject and one.other in asked.others:
            yield one.other


def _terms(asked: BoundQuery, words: Sequence[str]) -> list[QueryTerm]:
    stretches: list[tuple[str, ...]] = [*pairwise(words)] or [tuple(words)]
    return [asked.slots.of(one, tuple(asked.folded.get(word, False) for word in one)) for one in stretches]


def _headed(snapshot: Snapshot, asked: BoundQuery, entries: Numbers) -> Bools:
    """Return a mask of the `entries` whose heading says that they define words."""
    found = np.zeros(len(entries), bool)
    for both in _GLOSSARY:
        found |= intersection.weights_of(snapshot, asked.slots.of(both, (False, False)), entries) >= TITLE_WEIGHT
    return found


def _levels(snapshot: Snapshot, asked: BoundQuery, words: Sequence[str], entries: Numbers) -> Levels:
    levels = np.zeros(len(entries))
    terms = [asked.slots.of((word,), (asked.folded.get(word, False),)).terms for word in words]
    for number, (segment, place) in enumerate(snapshot.parts()):
        own = np.flatnonzero((entries >= place.start) & (entries < place.stop))
        if len(own) and all(one[number] for one in terms):
            text = _Texts(segment, entries[own] - place.start, [one[number] for one in terms])
            levels[own] = text.levels()
    return levels


class _Texts:
    """The texts of some entries of a segment in one row of words (`words`), and in it the words that are asked for."""

    def __init__(self, segment: Segment, entries: Numbers, wanted: Sequence[Sequence[int]]) -> None:
        held, own = segment.held, entries.astype(np.int64)
        first, end = (held.runs[RUNS * own + which].astype(np.int64) for which in (0, 1))
        self.lengths = end - first
        # At the end is room for the words that are looked at behind a place.
        self.words = np.append(held.tokens[places_from(first, self.lengths)], np.zeros(_BETWEEN + len(wanted) + 2, np.int64))
        self.kinds = _kinds(segment)[self.words]
        self.size = len(self.words) - _BETWEEN - len(wanted) - 2
        self.kinds[self.size :] = 0
        self.begins = np.cumsum(self.lengths) - self.lengths
        self.lines = _lines(held, first, end, self.begins)
        self._wanted = wanted

    def levels(self) -> Levels:
        """How surely each text defines the words."""
        length, levels = len(self._wanted), np.zeros(len(self.lengths))
        found = self._at(np.flatnonzero(self._is(0, self.words[: self.size])))
        if not len(found):
            return levels
        after = self.kinds[found + length]
        direct, at_line = (after & _IS) > 0, self._opens(found)
        ends, line = np.zeros(len(found), bool), self._line(found)
        for step in range(length, length + _BETWEEN):
            ends |= (self.kinds[found + step] & _ENDS > 0) & (self._line(found + step) == line)
        before = [self.kinds[np.maximum(found - step, 0)] for step in (1, 2)]
        named = (before[0] & _IS > 0) & (before[1] & _CALLED > 0)
        values = np.select([at_line & direct, at_line & ends, named, direct], [_SURE, _NEARLY, _NAMED, _SAID], 0.0)
        owner = np.searchsorted(self.begins, found, side="right") - 1
        np.maximum.at(levels, owner, values)
        return levels

    def _is(self, which: int, words: Numbers) -> Bools:
        wanted = self._wanted[which]
        return words == wanted[0] if len(wanted) == 1 else np.isin(words, np.array(wanted))

    def _at(self, places: Places) -> Places:
        """Keep the `places` at which all words that are asked for begin."""
        for step in range(1, len(self._wanted)):
            places = places[self._is(step, self.words[places + step])]
        return places

    def _line(self, places: Places) -> Places:
        lines: Places = np.searchsorted(self.lines, places, side="right")
        return lines

    def _opens(self, places: Places) -> Bools:
        """Whether each of `places` is at the beginning of its line, apart from a number."""
        start = self.lines[self._line(places) - 1]
        opens = places - start <= _NUMBERING
        for step in range(1, _NUMBERING + 1):
            opens &= (places - step < start) | (self.kinds[np.maximum(places - step, 0)] & _NUMBERS > 0)
        return opens


def _kinds(segment: Segment) -> NDArray[np.uint8]:
    """For each word of `segment`, what it means in a definition. The result is cached."""

    def make() -> tuple[NDArray[np.uint8]]:
        held = segment.held
        kinds = np.zeros(len(held.words), np.uint8)
        for word, kind in _KINDS.items():
            if word in held.numbers:
                kinds[held.numbers[word]] = kind
        numbers = [place for place, word in enumerate(held.words) if word[0].isdigit() or len(word) == 1]
        kinds[numbers] |= _NUMBERS
        return (kinds,)

    return segment.cached(("definition words",), make)[0]


def _lines(held: SegmentData, first: Places, end: Places, begins: Places) -> Places:
    """Return the positions at which lines begin in texts put one after the other, ascending. The texts are
    `held.tokens[first:end]`, and `begins` are their positions there."""
    kind = held.lines.dtype.type
    low = np.searchsorted(held.lines, first.astype(kind), side="right")
    high = np.maximum(np.searchsorted(held.lines, end.astype(kind), side="left"), low)
    inner = held.lines[places_from(low.astype(np.int64), high - low)].astype(np.int64)
    lines: Places = np.unique(np.concatenate([begins, inner + np.repeat(begins - first, high - low)]))
    return lines
