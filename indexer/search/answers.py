"""Finds the entries that match a request, applies the filters, and counts their values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from indexer.index.snapshot import Bools, Snapshot, Visible
from indexer.match import boolean, facets
from indexer.match.bound_query import BoundQuery
from indexer.match.facets import FacetColumn
from indexer.match.matching import ALL_WORDS, SIDE_BY_SIDE, WHOLE, Matches, match, settled
from indexer.match.stored_values import Meant, meant
from indexer.query.parser import parse
from indexer.query.query import Query
from indexer.query.tree import ordered
from indexer.types import Access, FacetValue, Request
from legaltext.dates import today


@dataclass(frozen=True)
class Answers:
    """Everything that matches a request, in no order.

    `readable` is what the actor may read, and `asked` is the query bound to the snapshot. `matched` are the
    matching entries; `kept` are those of them that the filters let through. `passing` is a mask of the documents
    that match and that the filters let through. Keys of `columns` and `facets` are the names of the filters:
    `columns` holds the column of each, `facets` its values with their counts. `typed` maps each field typed in
    the query to the stored values that it means.
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
        """Whether the search requires all words of the query in one provision: the query has few words, and some
        provision has them all."""
        return len(self.asked.query.free) <= ALL_WORDS and bool(np.isin(self.matched.steps, (WHOLE, SIDE_BY_SIDE)).any())


def scope_of(snapshot: Snapshot, readable: Visible, request: Request, query: Query) -> Bools:
    """Compute a mask of the entries of `snapshot` that the actor may read and that are in the document, the folders
    and the days of issue to which `request` and `query` restrict the search. `readable` is what the actor may
    read."""
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
    """Return the query of `request` as a `Query`. Text is parsed, and a tree of Whoosh queries is converted. Raises TypeError
    for any other object, and ValueError for a tree that exceeds the limits of `parts.check`."""
    if isinstance(request.query, str):
        return parse(request.query, request.abbreviations)
    if isinstance(request.query, Query):
        return request.query
    from indexer.trees import given

    return given.question(request.query)


def bound(snapshot: Snapshot, request: Request, access: Access, query: Query, started: float) -> BoundQuery:
    """Bind `query` to `snapshot` and to the rights `access`: look up its words, and decide which spellings match.
    Whether a document is in force is judged on the day that `request` gives, else on the day in the query, else
    today. `started` is the time (of `time.monotonic`) at which the request's time limit begins."""
    at = request.at or query.at or today()
    return settled(snapshot, access, query, at, started + request.time_limit_seconds)


def answers(snapshot: Snapshot, request: Request, access: Access, started: float) -> Answers:
    """Find the entries that match `request` and that the actor with the rights `access` may read, and apply the
    filters. Everything that shows, counts or explains results uses this function. `started` is the time (of
    `time.monotonic`) at which the request's time limit begins.

    Fields typed in the query restrict the entries that are searched, as a folder does. Filters that the user
    has ticked are applied to the matches afterwards, so that their other values can be counted. If no match is
    left then, the search is repeated within the ticked filters: the first search may have required all words of the
    query, and documents that the filters let through may contain only some of them.
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
    """Match the query `asked` in the entries of the mask `scope`. `trees.evaluation` first narrows the scope by the conditions
    that `match` does not evaluate: a tree of Whoosh queries that a program passed, and words in the order typed. Raises
    ValueError or QueryError for a tree that makes no sense."""
    if asked.query.given is None and not any(ordered(asked.query.strict)):
        return match(snapshot, asked, scope)
    # Importing the trees imports Whoosh, which takes a tenth of the time in which a process starts.
    from indexer.trees import evaluation, given

    # Whoosh's matcher needs some .2 ms for an entry, so it gets only those that have the words near each other.
    for near in ordered(asked.query.strict):
        reading = boolean.Evaluation(asked.folded, asked.query.marked, asked.deadline)
        scope = boolean.mask(snapshot, near, reading, scope)
    limits = evaluation.Limits(asked.deadline)
    matched = match(snapshot, asked, evaluation.mask(snapshot, given.demanded(asked), limits, scope))
    # The patterns of a typed query are those that `match` expanded.
    expanded = matched.expanded if asked.query.given is None else limits.expanded
    return replace(matched, truncated=matched.truncated or limits.cut or limits.late, expanded=expanded)


def _documents(snapshot: Snapshot, matched: Matches) -> Bools:
    held = np.zeros(len(snapshot.documents), bool)
    held[snapshot.document_of[matched.entries]] = True
    return held
