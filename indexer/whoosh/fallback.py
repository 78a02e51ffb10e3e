"""The entries that Whoosh's own matcher of a query finds in one segment.

For every type of query that the vectorised evaluation does not know. The matcher reads the segment through a reader that has
nothing but the entries it may look at, so that no type can tell of others, and under a budget.
"""

# Whoosh's functions have no type annotations.
# mypy: allow-untyped-calls

from typing import Any

import numpy as np
from whoosh.query.qcore import Query
from whoosh.reading import TermNotFound
from whoosh.scoring import BaseScorer, WeightingModel
from whoosh.searching import Searcher

from indexer.index.snapshot import Bools, Segment
from indexer.whoosh.budget import Budget, OverBudget
from indexer.whoosh.codec import ReaderWithin


class Unscored(WeightingModel):
    """One for every posting: which entries match is asked, not how well. Whoosh takes a score of 0 for no match."""

    def scorer(self, searcher: Any, fieldname: str, text: Any, qf: int = 1) -> BaseScorer:
        """The same scorer for every term."""
        return _ONE


class _One(BaseScorer):
    def score(self, matcher: Any) -> float:
        return 1.0

    def max_quality(self) -> float:
        return 1.0


_ONE = _One()


def matched(segment: Segment, query: Query, within: Bools, budget: Budget) -> Bools:
    """Those entries among `within` that a query matches, as far as the budget reaches (it tells whether it did); whatever
    Whoosh raises for a query that makes no sense, as QueryError for a phrase in a field without positions."""
    found = np.zeros(segment.size, bool)
    if not within.any():
        return found
    reader = ReaderWithin(segment, within, budget)
    searching = Searcher(reader, weighting=Unscored())
    budget.renew()
    try:
        # Spans can be asked of such matchers alone as stay at the entry where they are.
        matcher = query.matcher(searching, searching.context(needs_current=True))
        while matcher.is_active():
            budget.step()
            found[matcher.id()] = True
            matcher.next()
    except (OverBudget, TermNotFound):
        # Every entry found until now was looked at in full; of a field that there is not Whoosh's own searches answer nothing.
        return found & within
    return found & within
