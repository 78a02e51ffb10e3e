"""The entries that a query matches by Whoosh's own matchers, over our files."""

from functools import reduce

import numpy as np
from whoosh.query import And, AndMaybe, AndNot, ConstantScoreQuery, DisjunctionMax, Not, Or, Require
from whoosh.query.qcore import Query
from whoosh.searching import Searcher

from indexer.index.snapshot import Bools


def matching_entries(searching: Searcher, query: Query) -> Bools:
    """Which entries Whoosh finds, deleted ones never.

    Joined queries are put together here: Whoosh's matcher for AND NOT may return an entry that it excludes, and those that
    join others cannot tell how many entries a query of positions may match, and raise.
    """
    if isinstance(query, And | Or | DisjunctionMax | Require) and len(query):
        join = np.logical_and if isinstance(query, And | Require) else np.logical_or
        return reduce(join, [matching_entries(searching, each) for each in query])
    if isinstance(query, Not):
        return _every(searching) & ~matching_entries(searching, query.query)
    if isinstance(query, AndNot):
        return matching_entries(searching, query.a) & ~matching_entries(searching, query.b)
    if isinstance(query, AndMaybe | ConstantScoreQuery):
        return matching_entries(searching, next(iter(query.children())))
    mask = np.zeros(searching.doc_count_all(), bool)
    mask[list(Searcher.docs_for_query(searching, query))] = True
    return mask


def _every(searching: Searcher) -> Bools:
    mask = np.zeros(searching.doc_count_all(), bool)
    mask[list(searching.reader().all_doc_ids())] = True
    return mask
