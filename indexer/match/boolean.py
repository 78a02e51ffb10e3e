"""Evaluates conditions on entries as masks: words, phrases, words near each other, prefixes, patterns, similar words, AND,
OR and NOT.

This module decides what each node of `query.tree` means in the index. The words of a phrase, and words near each other, must
be in one run (field) of an entry. Segments are evaluated one after the other; entries that are not reached before the
deadline do not match."""

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
    """The settings of one evaluation of conditions, and what it reports.

    `folded` maps words of the query to whether any spelling of them matches. A word that it lacks matches in any spelling if
    the query has no diacritics, otherwise only as typed; `marked` says whether the query has diacritics. `deadline` is a
    time of `time.monotonic`.

    The evaluation sets the other fields. `late` is True if the deadline passed. `cut` is True if a prefix, pattern or
    similar word was expanded to fewer words than it matches. `expanded` maps each such node to its words, and `left` is how
    many seconds remain for finding such words."""

    folded: dict[str, bool]
    marked: bool
    deadline: float
    late: bool = False
    cut: bool = False
    expanded: expansion.Expanded = field(default_factory=dict)
    left: float = field(default_factory=lambda: expansion.SECONDS)

    def free(self, word: str) -> bool:
        """Whether `word`, a word of the query, matches in any spelling."""
        return self.folded.get(word, not self.marked)

    @contextmanager
    def expanding(self) -> Iterator[float]:
        """Limit the time in which the block of a `with` statement may look for the words of prefixes, patterns and similar
        words. Yields the time (of `time.monotonic`) at which the block must stop. The seconds that it took are subtracted
        from `left`."""
        begun = time.monotonic()
        yield min(self.deadline, begun + self.left)
        self.left -= time.monotonic() - begun


def mask(snapshot: Snapshot, node: Node, reading: Evaluation, scope: Bools) -> Bools:
    """Evaluate the condition `node` on the entries of the mask `scope`, and return a mask of those that meet it. What
    happened is reported in `reading`: the words of prefixes, patterns and similar words in `reading.expanded`, limits in
    `late` and `cut`."""
    nodes = tuple(dict.fromkeys(expansion.expandable(node)))
    with reading.expanding() as until:
        expanded, cut = expansion.expand(snapshot, nodes, reading.marked, scope, until)
    reading.expanded, reading.cut = reading.expanded | expanded, reading.cut or cut
    held = [np.zeros(0, bool)]
    for segment, place in snapshot.parts():
        held.append(_met(segment, node, reading, scope[place]))
    return np.concatenate(held)


def _met(segment: Segment, node: Node, reading: Evaluation, scope: Bools, exhaustive: bool = False) -> Bools:
    """Return a mask of the entries of `segment` that meet the condition `node`, among those in the mask `scope`. `reading`
    holds the settings and reports what happened. With `exhaustive` True a prefix, a pattern or a similar word stands for all
    words that it matches, without a limit on their number; conditions under NOT need this."""
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
    """Find the words of the segment `held` that `node`, a prefix, a pattern or a similar word, stands for. Returns their
    word numbers. They are the words chosen in `reading.expanded`, or with `exhaustive` True all words that it matches."""
    if not exhaustive:
        return [held.numbers[word] for word in reading.expanded[node] if word in held.numbers]
    with reading.expanding() as until:
        terms, whole = held.passing(word_test(node, reading.marked), until)
    if not whole:
        reading.late = reading.cut = True
    return terms


def with_phrase(segment: Segment, words: Sequence[str], reading: Evaluation, scope: Bools) -> Bools:
    """Return a mask of the entries of `segment` that have `words` side by side in one run (field), among those in the mask
    `scope`. `reading` says which words match in any spelling."""
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
    """Find the runs (fields) of `segment` in which three or more `words` occur side by side, and return their numbers,
    ascending. Only entries of the mask `scope` are searched, and `reading` says which words match in any spelling. Pairs are
    terms of the index, so only entries that contain all pairs of the phrase are read word by word."""
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
    """Divide `entries` into groups that have about `at_once` words each. Yields for each group two parallel arrays: the
    position in `held.tokens` where each entry begins, and how many words it has. At the deadline of `reading` no more groups
    are yielded, and `reading.late` becomes True."""
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
    """Return a mask of the entries of `segment` in which the words of `node` are near each other in one run (field), among
    those in the mask `scope`. Only entries that contain all of the words are read. `reading` says which words match in any
    spelling."""
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
    """Find the positions in `held.tokens` of wanted words, ascending. `row` has one item per word of the segment, 0 for a
    word that is not wanted. `firsts` and `lengths` give the stretches of `tokens` to search. If the gaps between them are
    small in all, the gaps are searched too, because that is faster; then the result may include positions in the gaps."""
    first, end = int(firsts[0]), int(firsts[-1] + lengths[-1])
    if end - first <= 2 * int(lengths.sum()):
        return first + np.flatnonzero(row[held.tokens[first:end]])
    places = places_from(firsts, lengths)
    return places[np.flatnonzero(row[held.tokens[places]])]


def _positions(held: SegmentData, firsts: Numbers, lengths: Numbers, spelled: Sequence[Terms]) -> NDArray[np.int64]:
    """Find where the words of a phrase occur side by side in one run (field). Returns the position in `held.tokens` of the
    first word of each occurrence. `firsts` and `lengths` give the stretches of `tokens` in which an occurrence may begin.
    `spelled` holds, for each word of the phrase, the numbers of the words of the segment that match it."""
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
