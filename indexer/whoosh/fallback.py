"""Evaluates a query in one segment with the query's own Whoosh matcher.

This serves all types of queries that are not evaluated as masks. The matcher runs under a budget. It sees only the
entries that the caller gives, so no type of query can reveal other entries."""

# Whoosh's functions have no type annotations.
# mypy: allow-untyped-calls

from typing import Any

import numpy as np
from whoosh.query import spans
from whoosh.query.qcore import Query
from whoosh.reading import TermNotFound
from whoosh.scoring import BaseScorer, WeightingModel
from whoosh.searching import Searcher

from indexer.index.snapshot import Bools, Segment
from indexer.whoosh.budget import Budget, OverBudget
from indexer.whoosh.codec import ReaderWithin


class SpanNot(spans.SpanNot):
    """Whoosh's SpanNot, corrected. The matcher in Whoosh-Reloaded fails once the excluded query has no further
    entry."""

    class _Matcher(spans.SpanNot._Matcher):
        def _get_spans(self) -> Any:
            return super()._get_spans() if self.b.is_active() else self.a.spans()


class Unscored(WeightingModel):
    """A Whoosh weighting that gives every posting the score 1, because only matching matters. The score is not 0, because
    Whoosh treats 0 as no match."""

    def scorer(self, searcher: Any, fieldname: str, text: Any, qf: int = 1) -> BaseScorer:
        """Return the same scorer for every term; all parameters are ignored."""
        return _ONE


class _One(BaseScorer):
    def score(self, matcher: Any) -> float:
        return 1.0

    def max_quality(self) -> float:
        return 1.0


_ONE = _One()


def matched(segment: Segment, query: Query, within: Bools, budget: Budget) -> Bools:
    """Return a mask of the entries in the mask `within` that `query` matches in `segment`. Where `budget` runs out,
    entries that were not reached are False. Then `budget.late` or `budget.cut` is True. Raises what Whoosh raises for a
    query that makes no sense. For a phrase in a field without positions, this is QueryError."""
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
