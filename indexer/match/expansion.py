"""The words of the index that beginnings, patterns and similar words stand for.

Decides how many words they may stand for and how long they are looked for: a question has room for `MOST_EXPANDED` words,
and the most frequent ones in what it looks through are taken. Only entries of the scope are counted, so that no document
that the actor may not read decides which words are taken.
"""

import time
from collections import Counter
from collections.abc import Iterator, Sequence

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


def expandable(node: Node) -> Iterator[Expandable]:
    """The nodes of a condition for which words must be found; one that must not occur means all of its words, and is none."""
    if isinstance(node, Expandable):
        yield node
    elif isinstance(node, All | AnyOf):
        for each in node.nodes:
            yield from expandable(each)


def expand(
    snapshot: Snapshot, nodes: Sequence[Expandable], marked: bool, scope: Bools, deadline: float
) -> tuple[Expanded, bool]:  # fmt: skip
    """(what each node stands for, whether these are fewer words than fit it). The room is shared, so that no node is left
    without words; what one leaves over is for those that need more."""
    counted, whole = {}, True
    for node in nodes:
        counted[node], complete = _counted(snapshot, node, marked, scope, deadline)
        whole = whole and complete
    expanded: Expanded = {}
    room = MOST_EXPANDED
    for place, node in enumerate(sorted(counted, key=lambda one: (len(counted[one]), one.text))):
        counts, share = counted[node], room // (len(counted) - place)
        whole = whole and len(counts) <= share
        expanded[node] = tuple(sorted(counts, key=lambda word: (-counts[word], word))[:share])
        room -= len(expanded[node])
    return expanded, not whole


def _counted(
    snapshot: Snapshot, node: Expandable, marked: bool, scope: Bools, deadline: float
) -> tuple[Counter[str], bool]:  # fmt: skip
    """(the words that fit a node, with the entries of the scope that each is in; whether there was time for all)."""
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
    """Terms in portions of about `_COUNTED` postings."""
    terms = terms.astype(np.int64)
    portion = np.cumsum(held.counts(terms)) // _COUNTED
    for number in np.unique(portion).tolist():
        yield terms[portion == number]
