"""Conditions that an entry must meet (words, phrases, beginnings, AND, OR, NOT), evaluated as masks.

Decides what each node of `lexer` means in the index; a phrase stands within one run of an entry. Works
segment by segment; past the deadline what was not reached does not match.
"""

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from indexer.index.segment import RUNS, SegmentData
from indexer.index.snapshot import Bools, Segment, Snapshot
from indexer.match.terms import Terms, pair_terms, word_terms
from indexer.query.parser import All, AnyOf, Node, Phrase, Prefix, Without
from indexer.store.ragged import Numbers, places_from
from legaltext.text import fold, has_marks

MOST_EXPANDED = 1_000
# Words of texts looked at between two looks at the clock.
_CHUNK = 1 << 21


@dataclass
class Evaluation:
    """How conditions are read, and what came of it.

    `folded` tells for a word whether any spelling answers; where it says nothing, any does unless the question has marks
    (`marked`). `deadline` is a time of `time.monotonic`. Filled in meanwhile: `late` (the deadline passed), `cut`
    (beginnings stand for fewer words than begin so), `expanded` (the words that each beginning stands for).
    """

    folded: dict[str, bool]
    marked: bool
    deadline: float
    late: bool = False
    cut: bool = False
    expanded: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def free(self, word: str) -> bool:
        """Whether any spelling of a word answers."""
        return self.folded.get(word, not self.marked)


def mask(snapshot: Snapshot, node: Node, reading: Evaluation, scope: Bools) -> Bools:
    """The entries of the scope that meet a condition."""
    _expand(snapshot, dict.fromkeys(_prefixes(node)), reading, scope)
    held = [np.zeros(0, bool)]
    for segment, place in snapshot.parts():
        held.append(_met(segment, node, reading, scope[place]))
    return np.concatenate(held)


def _met(segment: Segment, node: Node, reading: Evaluation, scope: Bools, exhaustive: bool = False) -> Bools:
    """The entries of the scope in one segment that meet a condition; `exhaustive`: a beginning stands for all words that
    begin so, however many."""
    if isinstance(node, Without):
        unwanted = _met(segment, node.node, reading, scope, exhaustive=True)
        # What was not read in time may hold what is not wanted.
        return np.zeros_like(scope) if reading.late else scope & ~unwanted
    if isinstance(node, All):
        return reduce(lambda left, each: _met(segment, each, reading, left, exhaustive), node.nodes, scope)
    if isinstance(node, AnyOf):
        none = np.zeros_like(scope)
        return reduce(lambda left, each: left | _met(segment, each, reading, scope, exhaustive), node.nodes, none)
    if isinstance(node, Phrase):
        return with_phrase(segment, node.words, reading, scope)
    if isinstance(node, Prefix):
        known = segment.held.numbers
        if exhaustive:
            return scope & _union(segment.held, _begun(segment.held, node.text, reading))
        return scope & _union(segment.held, [known[word] for word in reading.expanded[node.text] if word in known])
    return scope & _union(segment.held, word_terms(segment.held, node.text, reading.free(node.text)))


def _union(held: SegmentData, terms: Sequence[int]) -> Bools:
    found = np.zeros(held.size, bool)
    found[held.gathered(terms)[0]] = True
    return found


def _prefixes(node: Node) -> Iterator[str]:
    """The beginnings that must be there; those that must not stand for all words anyway."""
    if isinstance(node, Prefix):
        yield node.text
    elif isinstance(node, All | AnyOf):
        for each in node.nodes:
            yield from _prefixes(each)


def _expand(snapshot: Snapshot, prefixes: Iterable[str], reading: Evaluation, scope: Bools) -> None:
    """Note what each beginning stands for: the most frequent words where the question has no room for all. The room is
    shared, so that none is left without words; what one leaves over is for those that need more."""
    held = {prefix: _counted(snapshot, prefix, reading, scope) for prefix in prefixes}
    room = MOST_EXPANDED
    for place, prefix in enumerate(sorted(held, key=lambda one: (len(held[one]), one))):
        counts, share = held[prefix], room // (len(held) - place)
        reading.cut = reading.cut or len(counts) > share
        reading.expanded[prefix] = tuple(sorted(counts, key=lambda word: (-counts[word], word))[:share])
        room -= len(reading.expanded[prefix])


def _counted(snapshot: Snapshot, prefix: str, reading: Evaluation, scope: Bools) -> Counter[str]:
    """The words that begin so, with the entries of the scope that each is in."""
    counts: Counter[str] = Counter()
    for segment, place in snapshot.parts():
        terms = np.array(_begun(segment.held, prefix, reading), np.int64)
        if not len(terms):
            continue
        read = scope[place][segment.held.gathered(terms)[0]]
        lengths = segment.held.counts(terms)
        own = np.add.reduceat(read.astype(np.int64), np.cumsum(lengths) - lengths)
        for term, count in zip(terms[own > 0].tolist(), own[own > 0].tolist(), strict=True):
            counts[segment.held.words[term]] += count
    return counts


def _begun(held: SegmentData, prefix: str, reading: Evaluation) -> Sequence[int]:
    """The words that begin so; without marks, in any spelling."""
    if reading.marked and has_marks(prefix):
        return held.beginning(prefix)
    begun: list[int] = held.beginning_folded(fold(prefix)).tolist()
    return begun


def with_phrase(segment: Segment, words: Sequence[str], reading: Evaluation, scope: Bools) -> Bools:
    """The entries of the scope in which the words stand side by side in one run."""
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
    """The runs of the scope in which three words or more stand side by side: one or two words are terms of the index,
    longer phrases are looked up in the words of the entries that hold all their pairs."""
    held = segment.held
    spelled = [word_terms(held, word, reading.free(word)) for word in words]
    candidates = scope.copy() if all(spelled) else np.zeros(held.size, bool)
    for first, second in pairwise(spelled if candidates.any() else ()):
        candidates &= _union(held, pair_terms(held, first, second))
    found = [np.empty(0, np.int64)]
    entries = np.flatnonzero(candidates)
    firsts = held.runs[entries * RUNS].astype(np.int64)
    lengths = held.runs[entries * RUNS + RUNS].astype(np.int64) - firsts
    chunk = (np.cumsum(lengths) // _CHUNK).astype(np.int64)
    for number in range(int(chunk[-1]) + 1 if len(chunk) else 0):
        if time.monotonic() > reading.deadline:
            reading.late = True
            break
        own = chunk == number
        found.append(_run_of(held, _positions(held, firsts[own], lengths[own], spelled)))
    return np.unique(np.concatenate(found))


def _positions(held: SegmentData, firsts: Numbers, lengths: Numbers, spelled: Sequence[Terms]) -> NDArray[np.int64]:
    """Where in `tokens` the words (each any of `spelled`) stand side by side within one run, in these stretches."""
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
    """The run that holds each place in `tokens`."""
    return held.runs.searchsorted(places.astype(held.runs.dtype), side="right") - 1
