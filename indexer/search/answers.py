"""Finds the entries that match a request, applies the filters, and counts the documents of each filter value."""

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
from indexer.suggest.certain_reading import certain_reading
from indexer.types import Access, FacetValue, Request
from legaltext.dates import today


@dataclass(frozen=True)
class Answers:
    """Everything that matches a request, in no order.
    - `readable`: what the actor may read.
    - `asked`: the query, bound to the snapshot.
    - `matched`: the matching entries.
    - `kept`: the matching entries that the filters let through.
    - `passing`: a mask of the documents of `kept`.
    - `columns`: the column of each filter, by the name of the filter.
    - `facets`: the values of each filter with their counts, by the name of the filter.
    - `typed`: for each field typed in the query and each of its values, the stored values that it means.
    - `suggestion`: the query that was probably meant, if nothing matches. Otherwise it is not looked for, and None."""

    readable: Visible
    asked: BoundQuery
    matched: Matches
    kept: Matches
    passing: Bools
    columns: Mapping[str, FacetColumn]
    facets: dict[str, tuple[FacetValue, ...]]
    typed: Meant
    suggestion: str | None = None

    @property
    def all_words(self) -> bool:
        """Whether a result must have all words of the query in one provision. It must if the query is short and some
        provision has them all."""
        return len(self.asked.query.free) <= ALL_WORDS and bool(np.isin(self.matched.steps, (WHOLE, SIDE_BY_SIDE)).any())


def scope_of(snapshot: Snapshot, readable: Visible, request: Request, query: Query) -> Bools:
    """Compute a mask of the entries that are searched. The actor may read them (`readable`). They are in the document,
    the folders and the days of issue that `request` and `query` set."""
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
    """Return the query of `request` as a `Query`. Text is parsed, and a tree of Whoosh queries is converted. Raises
    TypeError for any other object. Raises ValueError for a tree that exceeds the limits of `parts.check`."""
    if isinstance(request.query, str):
        return parse(request.query, request.abbreviations, request.thesaurus)
    if isinstance(request.query, Query):
        return request.query
    from indexer.trees import given

    return given.question(request.query)


def bound(snapshot: Snapshot, request: Request, access: Access, query: Query, started: float) -> BoundQuery:
    """Bind `query` to `snapshot` and to the rights `access`: look up its words, and decide which spellings match. Words
    that cannot be right are read as they were meant, where one reading is certain.

    Validity is judged on the day of `request`. Without one, it is judged on the day in the query, or else today. The
    request's time limit begins at `started`, a time of `time.monotonic`."""
    at = request.at or query.at or today()
    asked = settled(snapshot, access, query, at, started + request.time_limit_seconds)
    read = certain_reading(asked) if query.given is None else None
    if read is None:
        return asked
    query = replace(parse(read.text, request.abbreviations, request.thesaurus), typed=read)
    return settled(snapshot, access, query, at, started + request.time_limit_seconds)


def answers(snapshot: Snapshot, request: Request, access: Access, started: float) -> Answers:
    """Find the entries that match `request`, among those that `access` allows, and apply the filters. Everything that
    shows, counts or explains results uses this function. The request's time limit begins at `started`, a time of
    `time.monotonic`.

    Fields typed in the query restrict the entries that are searched. Ticked filters are applied to the matches
    afterwards, so that their other values can be counted. If they leave no match, the search is repeated within the
    ticked filters."""
    query = understood(request)
    readable = snapshot.readable(access)
    asked = bound(snapshot, request, access, query, started)
    query = asked.query
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
    """Match the query `asked` in the entries of the mask `scope`. Conditions that only Whoosh's matchers evaluate
    narrow the scope first. These are a tree of Whoosh queries from a program, and words near each other in the order
    typed. Raises ValueError or QueryError for a tree that makes no sense."""
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
