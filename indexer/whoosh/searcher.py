"""Whoosh's searcher over a snapshot of the index, and the entries that a query of Whoosh's matches."""

# Whoosh's functions carry no types.
# mypy: allow-untyped-calls

from collections.abc import Iterator
from functools import reduce
from typing import Any

import numpy as np
from whoosh.query.compound import And, AndNot, Or
from whoosh.query.qcore import Query
from whoosh.query.wrappers import Not
from whoosh.searching import Results, Searcher

from indexer.index.snapshot import Bools, Snapshot
from indexer.whoosh.codec import snapshot_reader
from indexer.whoosh.highlighting import EntryHighlighter


class SnapshotSearcher(Searcher):
    """Whoosh's searcher; its document numbers are the entries of `snapshot`, which never changes under it.

    Only the searcher that `searcher` makes has a snapshot; Whoosh makes one of the same class for each segment, whose
    parent it is.
    """

    snapshot: Snapshot

    def up_to_date(self) -> bool:
        """Whether the index has no newer generation; ValueError for a searcher of no index, IndexUnusable."""
        if not self._ix:
            raise ValueError("a searcher of no index")
        # A rebuilt index lies in another folder, whose generation may have the same number.
        return bool(self._ix.snapshot().key == self.snapshot.key)

    def refresh(self) -> "SnapshotSearcher":
        """This searcher, or one of the newest generation, with the same weighting; this one then stays usable, and is
        closed by whoever made it. ValueError, IndexUnusable."""
        if self.up_to_date():
            return self
        return searcher(self._ix.snapshot(), fromindex=self._ix, weighting=self.weighting)

    def search(self, q: Query, **kwargs: Any) -> Results:
        """The results of Whoosh's search, whose hits can mark each stored text of an entry."""
        results = super().search(q, **kwargs)
        results.highlighter = EntryHighlighter()
        return results

    def docs_for_query(self, q: Query, for_deletion: bool = False) -> Iterator[int]:
        """The numbers of the entries that a query matches, ascending; the same where they are to be deleted."""
        if self.get_parent() is not self:
            return iter(super().docs_for_query(q, for_deletion))
        return iter(np.flatnonzero(matching_entries(self, q)).tolist())


def searcher(snapshot: Snapshot, **options: Any) -> SnapshotSearcher:
    """A searcher over a snapshot, with the options of Whoosh's (`weighting`, `fromindex`)."""
    made = SnapshotSearcher(snapshot_reader(snapshot), **options)
    made.snapshot = snapshot
    return made


def matching_entries(searching: Searcher, query: Query) -> Bools:
    """Which entries a Whoosh query matches, deleted ones never.

    AND, OR and NOT are put together here: Whoosh's matcher for AND NOT may return an entry that it excludes.
    """
    if isinstance(query, And | Or) and len(query):
        join = np.logical_and if isinstance(query, And) else np.logical_or
        return reduce(join, [matching_entries(searching, each) for each in query])
    if isinstance(query, Not):
        return _every(searching) & ~matching_entries(searching, query.query)
    if isinstance(query, AndNot):
        return matching_entries(searching, query.a) & ~matching_entries(searching, query.b)
    mask = np.zeros(searching.doc_count_all(), bool)
    mask[list(Searcher.docs_for_query(searching, query))] = True
    return mask


def _every(searching: Searcher) -> Bools:
    mask = np.zeros(searching.doc_count_all(), bool)
    mask[list(searching.reader().all_doc_ids())] = True
    return mask
