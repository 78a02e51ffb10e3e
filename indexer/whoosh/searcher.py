"""Query types that `boolean` does not know: answered by Whoosh's own matchers over the same segments.

The product asks no such question; tests compare both here.
"""

# Whoosh's functions carry no types.
# mypy: allow-untyped-calls

from functools import reduce
from typing import Any

import numpy as np
from whoosh.query.compound import And, AndNot, Or
from whoosh.query.qcore import Query
from whoosh.query.wrappers import Not
from whoosh.searching import Searcher

from indexer.index.snapshot import Bools, Snapshot
from indexer.whoosh.codec import ArrayCodec, ArraySegment, reader_of


def searcher(snapshot: Snapshot, **options: Any) -> Searcher:
    """Whoosh's searcher over a snapshot; its document numbers are the snapshot's entries."""
    codec = ArrayCodec({segment.name: segment.held for segment in snapshot.segments})
    segments = []
    for segment, base in zip(snapshot.segments, snapshot.bases, strict=True):
        deleted = np.flatnonzero(~snapshot.alive[base : base + segment.size]).tolist()
        segments.append(ArraySegment(codec, segment.name, segment.size, deleted))
    return Searcher(reader_of(None, segments, snapshot.key[1]), **options)


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
    mask[list(searching.docs_for_query(query))] = True
    return mask


def _every(searching: Searcher) -> Bools:
    mask = np.zeros(searching.doc_count_all(), bool)
    mask[list(searching.reader().all_doc_ids())] = True
    return mask
