"""Evaluates the conditions of a query on entries: words, phrases, words near each other, patterns, AND, OR and NOT.

This module decides what each node of `query.tree` means in the index. An entry that is not reached before the deadline does
not match."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import reduce
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from indexer.analysis import windows
from indexer.index.segment import RUNS, SegmentData
from indexer.index.snapshot import Bools, Segment, Snapshot
from indexer.match import expansion
from indexer.match.terms import Terms, pair_terms, word_terms
from indexer.query.tree import All, AnyOf, Expandable, Near, Node, Phrase, Without, word_test
from indexer.store.ragged import Numbers, places_from

# How many words of texts are examined before the clock is checked again.
_CHUNK = 1 << 21


@dataclass
class Evaluation:
    """How conditions are evaluated, and what happened meanwhile.

    `folded` maps words of the query to True where their diacritics are ignored. Diacritics of other words are ignored if
    `marked` is False, that is in a query without diacritics. `deadline` is a time of `time.monotonic`.

    The evaluation sets the rest. `late` is True if the deadline passed. `expanded` maps each prefix, pattern and similar
    word to the words that it stands for. `cut` is True if one of them stands for fewer words than it matches. `left` is how
    many seconds remain for finding such words."""

    folded: dict[str, bool]
    marked: bool
    deadline: float
    late: bool = False
    cut: bool = False
    expanded: expansion.Expanded = field(default_factory=dict)
    left: float = field(default_factory=lambda: expansion.SECONDS)

    def free(self, word: str) -> bool:
        """Whether the diacritics of `word`, a word of the query, are ignored."""
        return self.folded.get(word, not self.marked)

    @contextmanager
    def expanding(self) -> Iterator[float]:
        """Limit the time for finding the words that patterns stand for, in the block of a `with` statement. Yields the time
        (of `time.monotonic`) at which the block must stop. The seconds that it took are subtracted from `left`."""
        begun = time.monotonic()
        yield min(self.deadline, begun + self.left)
        self.left -= time.monotonic() - begun


def mask(snapshot: Snapshot, node: Node, reading: Evaluation, scope: Bools) -> Bools:
    """Return a mask of the entries that meet the condition `node`, among the entries of the mask `scope`. `reading` holds
    the settings. Its `expanded`, `late` and `cut` report what happened."""
    nodes = tuple(dict.fromkeys(expansion.expandable(node)))
    with reading.expanding() as until:
        expanded, cut = expansion.expand(snapshot, nodes, reading.marked, scope, until)
    reading.expanded, reading.cut = reading.expanded | expanded, reading.cut or cut
    held = [np.zeros(0, bool)]
    for segment, place in snapshot.parts():
        held.append(_met(segment, node, reading, scope[place]))
    return np.concatenate(held)


def _met(segment: Segment, node: Node, reading: Evaluation, scope: Bools, exhaustive: bool = False) -> Bools:
    """Return a mask of the entries of `segment` that meet the condition `node`, among the entries of the mask `scope`. With
    `exhaustive` True a pattern stands for all words that it matches, without a limit. Conditions under NOT need this."""
    if isinstance(node, Without):
        unwanted = _met(segment, node.node, reading, scope, exhaustive=True)
        # Entries that were not read in time may contain what is excluded.
        return np.zeros_like(scope) if reading.late else scope & ~unwanted
    if isinstance(node, All):
        return reduce(lambda left, each: _met(segment, each, reading, left, exhaustive), node.nodes, scope)
    if isinstance(node, AnyOf):
        none = np.zeros_like(scope)
        return reduce(lambda left, each: left | _met(segment, each, reading, scope, exhaustive), node.nodes, none)
    if isinstance(node, Phrase):
        return with_phrase(segment, node.words, reading, scope)
    if isinstance(node, Near):
        return _with_near(segment, node, reading, scope)
    if isinstance(node, Expandable):
        return scope & _union(segment.held, _standing_for(segment.held, node, reading, exhaustive))
    return scope & _union(segment.held, word_terms(segment.held, node.text, reading.free(node.text)))


def _union(held: SegmentData, terms: Sequence[int] | Numbers) -> Bools:
    found = np.zeros(held.size, bool)
    found[held.gathered(terms)[0]] = True
    return found


def _standing_for(held: SegmentData, node: Expandable, reading: Evaluation, exhaustive: bool) -> Sequence[int] | Numbers:
    """Return the word numbers in `held` that `node`, a prefix, a pattern or a similar word, stands for. With
    `exhaustive` True these are all words that it matches, otherwise the words chosen in `reading.expanded`."""
    if not exhaustive:
        return [held.numbers[word] for word in reading.expanded[node] if word in held.numbers]
    with reading.expanding() as until:
        terms, whole = held.passing(word_test(node, reading.marked), until)
    if not whole:
        reading.late = reading.cut = True
    return terms


def with_phrase(segment: Segment, words: Sequence[str], reading: Evaluation, scope: Bools) -> Bools:
    """Return a mask of the entries of `segment` that contain `words` side by side in one run (field). Only entries of the
    mask `scope` are searched. `reading` says which words match without regard to diacritics."""
    held = segment.held
    if len(words) > 2:
        found = np.zeros(held.size, bool)
        found[runs_with_phrase(segment, words, reading, scope) // RUNS] = True
        return found
    spelled = [word_terms(held, word, reading.free(word)) for word in words]
    if not all(spelled):
        return np.zeros(held.size, bool)
    if len(words) == 1:
        return scope & _union(held, spelled[0])
    return scope & _union(held, pair_terms(held, *spelled))


def runs_with_phrase(segment: Segment, words: Sequence[str], reading: Evaluation, scope: Bools) -> Numbers:
    """Find the runs (fields) of `segment` in which `words`, three or more, occur side by side. Returns the numbers of the
    runs, ascending. Only entries of the mask `scope` are searched. `reading` says which words match without regard to
    diacritics."""
    held = segment.held
    spelled = [word_terms(held, word, reading.free(word)) for word in words]
    candidates = scope.copy() if all(spelled) else np.zeros(held.size, bool)
    for first, second in pairwise(spelled if candidates.any() else ()):
        candidates &= _union(held, pair_terms(held, first, second))
    found = [np.empty(0, np.int64)]
    for firsts, lengths in _stretches(held, np.flatnonzero(candidates), _CHUNK, reading):
        found.append(_run_of(held, _positions(held, firsts, lengths, spelled)))
    return np.unique(np.concatenate(found))


def _stretches(
    held: SegmentData, entries: Numbers, at_once: int, reading: Evaluation
) -> Iterator[tuple[Numbers, Numbers]]:  # fmt: skip
    """Divide `entries` into groups of about `at_once` words each. Yields for each group two parallel arrays: where each
    entry begins in `held.tokens`, and how many words it has. At the deadline it stops and sets `reading.late`."""
    firsts = held.runs[entries * RUNS].astype(np.int64)
    lengths = held.runs[entries * RUNS + RUNS].astype(np.int64) - firsts
    chunk = (np.cumsum(lengths) // at_once).astype(np.int64)
    for number in np.unique(chunk).tolist():
        if time.monotonic() > reading.deadline:
            reading.late = True
            return
        own = chunk == number
        yield firsts[own], lengths[own]


def _with_near(segment: Segment, node: Near, reading: Evaluation, scope: Bools) -> Bools:
    """Return a mask of the entries of `segment` with the words of `node` near each other in one run (field). Only entries of
    the mask `scope` are searched."""
    held = segment.held
    spelled = [word_terms(held, word, reading.free(word)) for word in node.different]
    candidates = reduce(lambda left, terms: left & _union(held, terms), spelled, scope)
    # For each word of the vocabulary its row in `answers`: which words asked for it answers; row 0 answers none.
    asked = sorted({term for terms in spelled for term in terms})
    row = np.zeros(len(held.words), np.int32)
    row[asked] = np.arange(1, len(asked) + 1)
    answers = np.array([np.isin([-1, *asked], terms) for terms in spelled])
    found = np.zeros(held.size, bool)
    for firsts, lengths in _stretches(held, np.flatnonzero(candidates), _CHUNK // len(spelled), reading):
        places = _places_of(held, row, firsts, lengths)
        fills, run = answers[:, row[held.tokens[places]]], _run_of(held, places)
        # As if between two runs there were more words than may be between those asked for.
        found[run[windows.near(places + run * (node.reach + 1), fills, node.reach)] // RUNS] = True
    return found & scope


def _places_of(held: SegmentData, row: Numbers, firsts: Numbers, lengths: Numbers) -> Numbers:
    """Find the positions in `held.tokens` of wanted words, ascending. `row` has one item per word of the segment, 0 for an
    unwanted word. `firsts` and `lengths` give the stretches to search. Positions between the stretches may be found too."""
    first, end = int(firsts[0]), int(firsts[-1] + lengths[-1])
    if end - first <= 2 * int(lengths.sum()):
        return first + np.flatnonzero(row[held.tokens[first:end]])
    places = places_from(firsts, lengths)
    return places[np.flatnonzero(row[held.tokens[places]])]


def _positions(held: SegmentData, firsts: Numbers, lengths: Numbers, spelled: Sequence[Terms]) -> NDArray[np.int64]:
    """Find the positions in `held.tokens` where a phrase begins that lies within one run (field). `firsts` and `lengths`
    give the stretches to search. `spelled` holds, for each word of the phrase, the numbers of the words that match it."""
    places = places_from(firsts, lengths)
    for shift, terms in enumerate(spelled):
        inside = places + shift < len(held.tokens)
        places = places[inside]
        words = held.tokens[places + shift]
        if len(terms) == 1:
            places = places[words == terms[0]]
        else:
            places = places[np.isin(words, terms)]
    kept: NDArray[np.int64] = places[_run_of(held, places) == _run_of(held, places + len(spelled) - 1)]
    return kept


def _run_of(held: SegmentData, places: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return, for each of `places`, which are positions in `held.tokens`, the number of the run (field) that contains it."""
    return held.runs.searchsorted(places.astype(held.runs.dtype), side="right") - 1
