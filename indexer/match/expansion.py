"""Finds the words of the index that prefixes, patterns and similar words stand for.

This module decides how many words they may stand for, and how long the index is searched for words. Words are counted only
in entries that the search may return, so that no hidden document decides which words are taken."""

import time
from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from indexer.index.segment import SegmentData
from indexer.index.snapshot import Bools, Snapshot
from indexer.query.tree import All, AnyOf, Expandable, Node, word_test

MOST_EXPANDED = 1_000
# For all nodes of a question together; the words of 49,094 articles are put to a test in some 20 ms.
SECONDS = 0.5
# Postings counted between two looks at the clock.
_COUNTED = 1 << 21
# The words that each node stands for.
Expanded = dict[Expandable, tuple[str, ...]]
_Asking = TypeVar("_Asking", bound=Hashable)
_Term = TypeVar("_Term", str, bytes)


def expandable(node: Node) -> Iterator[Expandable]:
    """Yield the prefixes, patterns and similar words in the condition `node`. Exclusions (NOT) are passed over."""
    if isinstance(node, Expandable):
        yield node
    elif isinstance(node, All | AnyOf):
        for each in node.nodes:
            yield from expandable(each)


def expand(
    snapshot: Snapshot, nodes: Sequence[Expandable], marked: bool, scope: Bools, deadline: float
) -> tuple[Expanded, bool]:  # fmt: skip
    """Choose the words that each of `nodes` stands for, at most `MOST_EXPANDED` in all. Returns (words, cut). `words` maps
    each node to its words, the most frequent first. `cut` is True where a node got fewer words than it matches.

    Words are counted in the entries of the mask `scope`, until `deadline`, a time of `time.monotonic`. `marked` says whether
    the query has diacritics."""
    counted, whole = {}, True
    for node in nodes:
        counted[node], complete = _counted(snapshot, node, marked, scope, deadline)
        whole = whole and complete
    expanded = shared({node: counted[node] for node in sorted(counted, key=lambda one: one.text)}, MOST_EXPANDED)
    return expanded, not (whole and all(len(counted[node]) == len(words) for node, words in expanded.items()))


def shared(counts: Mapping[_Asking, Mapping[_Term, int]], room: int) -> dict[_Asking, tuple[_Term, ...]]:
    """Divide at most `room` words among the nodes of a query. `counts` maps each node to the words that it matches, with
    their frequencies. Returns for each node the words that it gets, the most frequent first. A node that needs less than an
    equal share leaves the rest to the others."""
    given: dict[_Asking, tuple[_Term, ...]] = {}
    for place, one in enumerate(sorted(counts, key=lambda key: len(counts[key]))):
        own, share = counts[one], room // (len(counts) - place)
        given[one] = tuple(sorted(own, key=lambda word: (-own[word], word))[:share])
        room -= len(given[one])
    return given


def _counted(
    snapshot: Snapshot, node: Expandable, marked: bool, scope: Bools, deadline: float
) -> tuple[Counter[str], bool]:  # fmt: skip
    """Count the words that `node` matches, in the entries of the mask `scope`. Returns (counts, complete). `counts` maps
    each word to how many entries contain it. `complete` is False where `deadline` came first."""
    counts: Counter[str] = Counter()
    test = word_test(node, marked)
    for segment, place in snapshot.parts():
        held, read = segment.held, scope[place]
        terms, whole = held.passing(test, deadline)
        for some in _portions(held, terms):
            if time.monotonic() > deadline:
                return counts, False
            lengths = held.counts(some)
            own = np.add.reduceat(read[held.gathered(some)[0]].astype(np.int64), np.cumsum(lengths) - lengths)
            for term, count in zip(some[own > 0].tolist(), own[own > 0].tolist(), strict=True):
                counts[held.words[term]] += count
        if not whole:
            return counts, False
    return counts, True


def _portions(held: SegmentData, terms: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    """Yield the term numbers `terms` of the segment `held` in groups. Each group has about `_COUNTED` postings, so that the
    clock can be checked between two groups."""
    terms = terms.astype(np.int64)
    portion = np.cumsum(held.counts(terms)) // _COUNTED
    for number in np.unique(portion).tolist():
        yield terms[portion == number]
