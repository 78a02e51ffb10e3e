"""Finds the terms that patterns in a tree of Whoosh queries stand for. A pattern is a prefix, a wildcard, a regular
expression, a similar spelling or a range of terms.

This module decides how many terms one tree may have: `MOST_EXPANDED`, the most frequent ones. Whoosh by itself has no
limit, and takes over a minute for `?*?*`."""

# Whoosh's functions have no type annotations.
# mypy: allow-untyped-calls

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from whoosh.query.qcore import Query
from whoosh.query.ranges import TermRange
from whoosh.query.terms import FuzzyTerm, Prefix, Regex, Variations, Wildcard

from indexer.index.snapshot import Bools, Snapshot
from indexer.match.expansion import MOST_EXPANDED, shared
from indexer.whoosh.budget import Budget, OverBudget
from indexer.whoosh.codec import ReaderWithin
from indexer.whoosh.parts import leaves
from indexer.whoosh.query_tree import AnySpelling, WordsPassing
from indexer.whoosh.schema import SCHEMA

PATTERNS = frozenset((Prefix, Wildcard, Regex, FuzzyTerm, Variations, TermRange, AnySpelling, WordsPassing))
# For each pattern of a tree, by its identity, the terms that it stands for.
Chosen = dict[int, tuple[bytes, ...]]


def choose(snapshot: Snapshot, tree: Query, scope: Bools, budget: Budget) -> tuple[Chosen, bool]:
    """Choose the terms that each pattern of `tree` stands for. Returns (terms, cut). `terms` maps the `id` of each
    pattern to its terms, the most frequent first. `cut` is True where a pattern got fewer terms than it matches.

    The patterns share `MOST_EXPANDED` terms, so that none is left without terms. Terms are counted in the entries of
    the mask `scope`, as far as `budget` allows."""
    patterns = {id(leaf): leaf for leaf in leaves(tree) if type(leaf) in PATTERNS}
    counted, whole = {}, True
    for key, pattern in patterns.items():
        counted[key], complete = _counted(snapshot, pattern, scope, budget)
        whole = whole and complete
    chosen = shared(counted, MOST_EXPANDED)
    return chosen, not (whole and all(len(counted[key]) == len(own) for key, own in chosen.items()))


def _counted(snapshot: Snapshot, pattern: Any, scope: Bools, budget: Budget) -> tuple[Counter[bytes], bool]:
    """Count in how many entries of `scope` each term occurs that `pattern` matches. Returns (counts by term, complete).
    `complete` is False where `budget` was used up first."""
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
    """Yield (term, number of the term) for each term of one segment that `pattern` matches. `pattern` is a Whoosh query
    of a type in PATTERNS. `reader` reads the segment. If `only` is given, its terms are used instead, without those
    that the segment lacks. Yields nothing for an unknown field. Raises OverBudget where the budget of the reader is
    used up."""
    name = pattern.field()
    if name not in SCHEMA:
        return
    for text in pattern._btexts(reader) if only is None else only:
        term = (name, SCHEMA[name].to_bytes(text))
        if term in reader:
            reader.terms.step()
            yield term[1], reader.terms.number(*term)
