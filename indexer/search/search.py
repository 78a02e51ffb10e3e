"""The search: answers a request with a page of results.

`access` has no default, so no search can forget it. Totals, filters, snippets and suggestions come only from what it
allows."""

import time
from dataclasses import dataclass

import numpy as np

from indexer.highlight.document_marker import DocumentMarker
from indexer.highlight.text_marker import marker
from indexer.index.damage import damage_told
from indexer.index.index import Index
from indexer.index.snapshot import Snapshot
from indexer.match import facets, top_k
from indexer.match.matching import NAMED
from indexer.rank import ordering
from indexer.search import answer, whole_words
from indexer.search.answers import Answers, bound, matching, scope_of, understood
from indexer.search.page import Ordered, page
from indexer.search.suggestion import answered, suggestion
from indexer.types import Access, Request, Results
from legaltext.locators import Locator


@dataclass(frozen=True)
class RankedProvision:
    """A provision in the results before they are grouped by document: the id of its document, its anchor and its score."""

    document: int
    anchor: str
    score: float


def search(store: Index | Snapshot, request: Request, access: Access) -> Results:
    """Answer `request` with one page of documents that `access` allows. `store` is the index or a snapshot of it.
    Raises IndexUnusable when the index cannot be read. Raises TypeError where `request.query` is no query. Raises
    ValueError or Whoosh's QueryError for a tree of Whoosh queries that is too large or makes no sense."""
    started = time.monotonic()
    snapshot = store if isinstance(store, Snapshot) else store.snapshot()
    with damage_told(snapshot):
        return results(snapshot, request, access, answered(snapshot, request, access, started), started)


def rank_provisions(store: Index | Snapshot, request: Request, access: Access) -> list[RankedProvision]:
    """Find the best `request.limit` provisions, best first, in the order in which `search` ranks them. This measures
    the quality of ranking. Ticked filters are ignored, and so are types, issuers, years and statuses typed in the
    query. Raises IndexUnusable when the index cannot be read."""
    snapshot = store if isinstance(store, Snapshot) else store.snapshot()
    readable = snapshot.readable(access)
    query = understood(request)
    asked = bound(snapshot, request, access, query, time.monotonic())
    found = matching(snapshot, asked, scope_of(snapshot, readable, request, asked.query))
    keys = ordering.keys(snapshot, asked, found, readable.entries)
    best = top_k.best(snapshot, found.entries, keys, request.limit)
    documents = snapshot.integers["document"]
    shown = keys[np.searchsorted(found.entries, best)].tolist()
    return [
        RankedProvision(int(documents[entry]), snapshot.anchor(entry), score)
        for entry, score in zip(best.tolist(), shown, strict=True)
    ]


def results(snapshot: Snapshot, request: Request, access: Access, found: Answers, started: float) -> Results:
    """Make the page of `request` from the entries `found`. `started` is a time of `time.monotonic`."""
    asked, kept, query = found.asked, found.kept, found.asked.query
    keys = ordering.keys(snapshot, asked, kept, found.readable.entries)
    ordered = Ordered(asked, kept, keys, snapshot.document_of[kept.entries])
    within = _within(snapshot, found, request)
    hits, count = page(snapshot, request, ordered, np.flatnonzero(found.passing), within)
    named = bool((kept.steps >= NAMED).any())
    best = float(kept.scores.max(initial=0.0)) / asked.ceiling
    wanted = (frozenset(query.words_beside) if named else frozenset(asked.missing)) - query.joining
    return Results(
        total=int(np.count_nonzero(found.passing)),
        hits=hits,
        facets=found.facets,
        took_ms=round((time.monotonic() - started) * 1000, 2),
        query=query,
        mark=within.marking if within else marker(query, asked.folded),
        truncated=kept.truncated,
        missing_words=tuple(word for word in asked.missing if word in wanted),
        suggestion=suggestion(snapshot, request, access, found) if found.passing.any() else found.suggestion,
        place=query.place if named or query.is_place else Locator(),
        unknown_number=query.number.said if query.number and kept.unknown_number else "",
        unheard=facets.unheard(found.columns, found.typed, query.named, found.readable.documents),
        answered=answer.answered(request, asked, hits, best),
        hit_count=count,
        whole=whole_words.documents(snapshot, asked, found.kept, found.passing, found.readable.entries),
    )


def _within(snapshot: Snapshot, found: Answers, request: Request) -> DocumentMarker | None:
    """Make the highlighter for a search within one document. Returns None where the search is in all documents, or
    where nothing matches."""
    if request.document is None or not len(found.kept.entries):
        return None
    own = np.flatnonzero(found.readable.entries & (snapshot.integers["document"] == request.document))
    return DocumentMarker(snapshot, marker(found.asked.query, found.asked.folded), own.tolist())
