"""Whoosh's searcher over a snapshot of the index."""

# Whoosh's functions have no type annotations.
# mypy: allow-untyped-calls

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from whoosh.matching.wrappers import FilterMatcher
from whoosh.query.qcore import Query
from whoosh.query.wrappers import WrappingQuery
from whoosh.searching import Results, Searcher

from indexer.index.snapshot import Bools, Snapshot
from indexer.whoosh.codec import snapshot_reader
from indexer.whoosh.highlighting import EntryHighlighter

Evaluate = Callable[[Snapshot, Query], Bools]


class Answering(WrappingQuery):
    """A Whoosh query that wraps the query `child`, and matches only entries that were found beforehand. `answering` is
    the mask of these entries over all entries of `snapshot`."""

    def __init__(self, child: Query, snapshot: Snapshot, answering: Bools) -> None:
        super().__init__(child)
        self._answering = {
            segment.name: frozenset(np.flatnonzero(answering[place]).tolist()) for segment, place in snapshot.parts()
        }

    def matcher(self, searcher: Any, context: Any = None) -> FilterMatcher:
        """Make the matcher of the wrapped query in one segment, limited to the entries found beforehand. `searcher` is the
        searcher of the segment; `context` is passed on to the wrapped query."""
        segment = searcher.reader().segment()
        kept = self._answering[segment.segment_id()] if segment else frozenset()
        return FilterMatcher(self.child.matcher(searcher, context), kept)


class SnapshotSearcher(Searcher):
    """Whoosh's searcher over `snapshot`, which never changes. `evaluate` finds the entries that a query matches. What
    Whoosh calls a document number is the number of an entry in the snapshot.

    Only the function `searcher` makes it with both attributes. Whoosh also makes a searcher of this class for each
    segment, without them."""

    snapshot: Snapshot
    evaluate: Evaluate

    def up_to_date(self) -> bool:
        """Whether the searcher uses the newest generation of the index. Raises ValueError for a searcher
        without an index, and IndexUnusable where the index cannot be read."""
        if not self._ix:
            raise ValueError("a searcher of no index")
        # A rebuilt index is in another folder, where a generation may have the same number.
        return bool(self._ix.snapshot().key == self.snapshot.key)

    def refresh(self) -> "SnapshotSearcher":
        """Return a searcher that uses the newest generation: this one if it does, otherwise a new one with the same
        weighting. This searcher stays usable even then, and its owner must close it. Raises ValueError for a searcher
        without an index. Raises IndexUnusable where the index cannot be read."""
        if self.up_to_date():
            return self
        return searcher(self._ix.snapshot(), self.evaluate, fromindex=self._ix, weighting=self.weighting)

    def search(self, q: Query, **kwargs: Any) -> Results:
        """Run the query `q` and return Whoosh's results. The function `evaluate` decides which entries match, and
        Whoosh scores them. The hits can highlight each stored text of an entry. `kwargs` are the options of Whoosh's
        method."""
        results = super().search(Answering(q, self.snapshot, self.evaluate(self.snapshot, q)), **kwargs)
        results.q, results.highlighter = q, EntryHighlighter()
        return results

    def docs_for_query(self, q: Query, for_deletion: bool = False) -> Iterator[int]:
        """Iterate over the entry numbers of the entries that match the query `q`, ascending. `for_deletion` has no
        effect."""
        if self.get_parent() is not self:
            return iter(super().docs_for_query(q, for_deletion))
        return iter(np.flatnonzero(self.evaluate(self.snapshot, q)).tolist())


def searcher(snapshot: Snapshot, evaluate: Evaluate, **options: Any) -> SnapshotSearcher:
    """Make a searcher over `snapshot`. `options` are those of Whoosh's searcher (such as `weighting` and `fromindex`), and
    `evaluate` returns a mask of the entries that a query matches."""
    made = SnapshotSearcher(snapshot_reader(snapshot), **options)
    made.snapshot, made.evaluate = snapshot, evaluate
    return made
