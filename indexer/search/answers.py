"""Finds the entries that match a request, applies the filters, and counts their values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from whoosh.query.qcore import Query as WhooshQuery

from indexer.index.snapshot import Bools, Snapshot, Visible
from indexer.match import facets
from indexer.match.bound_query import BoundQuery
from indexer.match.facets import FacetColumn
from indexer.match.matching import ALL_WORDS, SIDE_BY_SIDE, WHOLE, Matches, match, settled
from indexer.match.stored_values import Meant, meant
from indexer.query.parser import parse
from indexer.query.query import Query
from indexer.trees import evaluation
from indexer.trees.given import demanded, question
from indexer.types import Access, FacetValue, Request
from legaltext.dates import today


@dataclass(frozen=True)
class Answers:
    """Everything that matches a request, in no order.

    `asked` is the query as understood. `matched` are the matching entries, and `kept` are those of them that
    pass the filters. `passing` is a mask of the documents that match and pass. `columns` and `facets` are the
    columns of the filters and the counts of their values. `typed` holds the stored values that the fields
    typed in the query mean.
    """

    readable: Visible
    asked: BoundQuery
    matched: Matches
    kept: Matches
    passing: Bools
    columns: Mapping[str, FacetColumn]
    facets: dict[str, tuple[FacetValue, ...]]
    typed: Meant

    @property
    def all_words(self) -> bool:
        """Whether only provisions with all words of the query match."""
        return len(self.asked.query.free) <= ALL_WORDS and bool(np.isin(self.matched.steps, (WHOLE, SIDE_BY_SIDE)).any())


def scope_of(snapshot: Snapshot, readable: Visible, request: Request, query: Query) -> Bools:
    """A mask of the entries that the actor may read and that are in the folder, the document and the days of
    issue of the request. `readable` is what the actor may read, and `query` is the parsed query."""
    scope = readable.entries
    if request.document is not None:
        scope = scope & (snapshot.integers["document"] == request.document)
    if request.folder_tree is not None:
        scope = scope & np.isin(snapshot.integers["folder"], np.array(sorted(request.folder_tree), np.int64))
    issued = snapshot.integers["issued"]
    for since in filter(None, (request.since, query.since)):
        scope = scope & (issued >= since.toordinal())
    for until in filter(None, (request.until, query.until)):
        scope = scope & (issued <= until.toordinal()) & (issued > 0)
    return scope


def understood(request: Request) -> Query:
    """Return the query of `request`, parsed if it was given as text or as a tree of Whoosh queries. Raises TypeError where
    it is no query at all, and ValueError for a tree of Whoosh queries that exceeds the limits of `parts.check`."""
    if isinstance(request.query, str):
        return parse(request.query, request.abbreviations)
    if isinstance(request.query, WhooshQuery):
        return question(request.query)
    if not isinstance(request.query, Query):
        raise TypeError(f"not a question that indexer.parse made: {request.query!r}")
    return request.query


def bound(snapshot: Snapshot, request: Request, access: Access, query: Query, started: float) -> BoundQuery:
    """Bind the query to the snapshot and to the rights `access`. Whether a document is in force is judged on
    the day of the request, else of the query, else today. `started` is the time (of `time.monotonic`) at
    which the request's time limit begins."""
    at = request.at or query.at or today()
    return settled(snapshot, access, query, at, started + request.time_limit_seconds)


def answers(snapshot: Snapshot, request: Request, access: Access, started: float) -> Answers:
    """Match and filter. Everything that shows, counts or explains results uses this function. `started` is
    the time (of `time.monotonic`) at which the request's time limit begins.

    Fields typed in the query restrict the entries that are searched, as a folder does. Filters that the user
    has ticked are applied to the matches afterwards, so that their other values can be counted. If no match
    is left then, the ticked filters restrict the search too, because entries with all words may be elsewhere.
    """
    query = understood(request)
    readable = snapshot.readable(access)
    asked = bound(snapshot, request, access, query, started)
    columns, typed = facets.columns(snapshot, access, readable, asked.at), meant(snapshot, query.filters)
    scope = scope_of(snapshot, readable, request, query)
    if (typed_for := facets.meeting(columns, typed)) is not None:
        scope = scope & typed_for[snapshot.document_of]
    matched = matching(snapshot, asked, scope)
    held, passing = _documents(snapshot, matched), facets.ticked(columns, request.filters)
    if passing is not None and held.any() and not (held & passing).any():
        narrowed = matching(snapshot, asked, scope & passing[snapshot.document_of])
        if len(narrowed.entries):
            matched, held = narrowed, _documents(snapshot, narrowed)
    counted = facets.counts(columns, request.filters, held)
    passing = held if passing is None else held & passing
    kept = matched.of(passing[snapshot.document_of[matched.entries]])
    return Answers(readable, asked, matched, kept, passing, columns, counted, typed)


def matching(snapshot: Snapshot, asked: BoundQuery, scope: Bools) -> Matches:
    """Match the query in the scope, a mask of entries. What `match` does not evaluate (a tree of Whoosh queries given by a
    program, words in order) goes to `trees.evaluation` first. Raises ValueError or QueryError for a tree that makes no sense."""
    tree = demanded(asked)
    if tree is None:
        return match(snapshot, asked, scope)
    limits = evaluation.Limits(asked.deadline)
    matched = match(snapshot, asked, evaluation.mask(snapshot, tree, limits, scope))
    return replace(matched, truncated=matched.truncated or limits.cut or limits.late, expanded=limits.expanded)


def _documents(snapshot: Snapshot, matched: Matches) -> Bools:
    held = np.zeros(len(snapshot.documents), bool)
    held[snapshot.document_of[matched.entries]] = True
    return held
