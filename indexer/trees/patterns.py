"""The terms that patterns of Whoosh's stand for: beginnings, wildcards, regular expressions, similar spellings, ranges.

Decides how many they may be: a tree has room for `MOST_EXPANDED` terms, and the most frequent ones among the entries that it
looks through are taken. Whoosh would take all, and look for them without an end: over a minute for `?*?*`.
"""

# Whoosh's functions have no type annotations.
# mypy: allow-untyped-calls

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from whoosh.query.qcore import Query
from whoosh.query.ranges import TermRange
from whoosh.query.terms import FuzzyTerm, Prefix, Regex, Variations, Wildcard

from indexer.index.snapshot import Bools, Snapshot
from indexer.match.expansion import MOST_EXPANDED
from indexer.whoosh.budget import Budget, OverBudget
from indexer.whoosh.codec import ReaderWithin
from indexer.whoosh.parts import leaves
from indexer.whoosh.query_tree import AnySpelling, WordsPassing
from indexer.whoosh.schema import SCHEMA

PATTERNS = frozenset((Prefix, Wildcard, Regex, FuzzyTerm, Variations, TermRange, AnySpelling, WordsPassing))
# For each pattern of a tree, by its identity, the terms that it stands for.
Chosen = dict[int, tuple[bytes, ...]]


def choose(snapshot: Snapshot, tree: Query, scope: Bools, budget: Budget) -> tuple[Chosen, bool]:
    """(the terms of each pattern, whether they are fewer than fit it). The room is shared, so that no pattern is left without
    terms; what one leaves over is for those that need more."""
    patterns = {id(leaf): leaf for leaf in leaves(tree) if type(leaf) in PATTERNS}
    counted, whole = {}, True
    for key, pattern in patterns.items():
        counted[key], complete = _counted(snapshot, pattern, scope, budget)
        whole = whole and complete
    chosen: Chosen = {}
    room = MOST_EXPANDED
    for place, key in enumerate(sorted(counted, key=lambda one: len(counted[one]))):
        counts, share = counted[key], room // (len(counted) - place)
        whole = whole and len(counts) <= share
        chosen[key] = tuple(sorted(counts, key=lambda text: (-counts[text], text))[:share])
        room -= len(chosen[key])
    return chosen, not whole


def _counted(snapshot: Snapshot, pattern: Any, scope: Bools, budget: Budget) -> tuple[Counter[bytes], bool]:
    """(the terms of a pattern with the entries of the scope that each is in, whether there was time for all)."""
    counts: Counter[bytes] = Counter()
    try:
        for segment, place in snapshot.parts():
            reader = ReaderWithin(segment, scope[place], budget)
            for text, number in terms(reader, pattern):
                if count := len(reader.terms.postings(pattern.field(), number)[0]):
                    counts[text] += count
    except OverBudget:
        return counts, False
    return counts, True


def terms(reader: ReaderWithin, pattern: Any, only: Sequence[bytes] | None = None) -> Iterator[tuple[bytes, int]]:
    """The terms of a segment that a pattern fits, or those of some terms that the segment has, with their numbers. OverBudget."""
    name = pattern.field()
    if name not in SCHEMA:
        return
    for text in pattern._btexts(reader) if only is None else only:
        term = (name, SCHEMA[name].to_bytes(text))
        if term in reader:
            reader.terms.step()
            yield term[1], reader.terms.number(*term)
