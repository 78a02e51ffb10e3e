"""One question answered: match, filter, group by document, order, show. The only way to the index for
readers.

`access` has no default, so a question without it cannot be asked; totals, filters, snippets and suggestions
come from what it lets through.
"""

import pickle
import struct
import time
import zlib
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from indexer import facets
from indexer.matching import Matched, match
from indexer.query import Query, parse
from indexer.schema import TONED
from indexer.snapshot import Bools, Readable, Snapshot
from indexer.snippets import Weigh, snippet, weigher
from indexer.store import Store
from indexer.suggest import suggest
from indexer.text import fold
from indexer.types import Access, Hit, IndexUnusable, ProvisionHit, Request, Results

_LEAST_WEIGHT = 0.01
_SUGGEST_SECONDS = 0.4
# What reading damaged bytes ends in; each is told as IndexUnusable with its cause.
_DAMAGE = (ValueError, LookupError, OverflowError, OSError, struct.error, zlib.error, pickle.UnpicklingError)


@dataclass(frozen=True)
class RankedProvision:
    """An entry in the order of the answer, before grouping."""

    document: int
    anchor: str
    score: float


def search(store: Store | Snapshot, request: Request, access: Access) -> Results:
    """Answer a question with a page of documents; IndexUnusable when the index cannot be read."""
    started = time.monotonic()
    snapshot = store if isinstance(store, Snapshot) else store.snapshot()
    try:
        return _answer(snapshot, request, access, started)
    except _DAMAGE as error:
        raise IndexUnusable("Chỉ mục hỏng, không đọc được.") from error


def rank_provisions(store: Store | Snapshot, request: Request, access: Access) -> list[RankedProvision]:
    """The best provisions themselves, `request.limit` of them, in the order in which `search` takes them; the
    filters of the request are not applied."""
    snapshot = store if isinstance(store, Snapshot) else store.snapshot()
    readable = snapshot.readable(access)
    found = _match(snapshot, readable, request, parse(request.query), time.monotonic())
    documents = snapshot.integers["document"]
    return [
        RankedProvision(int(documents[entry]), snapshot.row(entry)[0], float(found.key[entry]))
        for entry in _best_entries(snapshot, found, request.limit)
    ]


def _best_entries(snapshot: Snapshot, found: Matched, limit: int) -> list[int]:
    """The entries that answer, best first, at most `limit`."""
    entries = np.flatnonzero(found.mask)
    key = found.key[entries]
    if len(entries) > limit:
        bound = np.partition(key, len(key) - limit)[len(key) - limit]
        entries, key = entries[key >= bound], key[key >= bound]
    order = np.lexsort((snapshot.integers["order"][entries], snapshot.integers["document"][entries], -key))
    best: list[int] = entries[order[:limit]].tolist()
    return best


def _match(snapshot: Snapshot, readable: Readable, request: Request, query: Query, started: float) -> Matched:
    scope = readable.entries
    if request.document is not None:
        scope = scope & (snapshot.integers["document"] == request.document)
    if not query.runs and not query.excluded and not query.blank:
        scope = np.zeros(snapshot.size, bool)
    return match(snapshot, readable, query, scope, started + request.time_limit_seconds)


def _answer(snapshot: Snapshot, request: Request, access: Access, started: float) -> Results:
    query = parse(request.query)
    readable = snapshot.readable(access)
    found = _match(snapshot, readable, request, query, started)
    matched = np.zeros(len(snapshot.documents), bool)
    matched[snapshot.document_of[found.mask]] = True
    columns = facets.columns(snapshot, readable.documents, request.at or date.today())
    passing, counted = facets.apply(columns, request.filters, matched)
    hits = _page(snapshot, request, query, found, passing)
    deadline = min(started + request.time_limit_seconds, time.monotonic() + _SUGGEST_SECONDS)
    suggestion = None if query.blank else suggest(snapshot, readable, query, found.scores, deadline)
    return Results(
        total=int(passing.sum()),
        hits=hits,
        facets=counted,
        took_ms=round((time.monotonic() - started) * 1000, 2),
        truncated=found.truncated,
        missing_words=found.scores.missing,
        suggestion=suggestion,
    )


def _page(
    snapshot: Snapshot, request: Request, query: Query, found: Matched, passing: Bools
) -> tuple[Hit, ...]:
    """The documents of one page, best first (or newest first; a browse is newest first)."""
    entries = np.flatnonzero(found.mask & passing[snapshot.document_of])
    owner = snapshot.document_of[entries]
    best = np.full(len(snapshot.documents), -np.inf)
    np.maximum.at(best, owner, found.key[entries])
    documents = np.flatnonzero(passing)
    issued = snapshot.of_documents("issued")[documents]
    newest = request.sort == "date" or not query.runs
    keys = (snapshot.documents[documents], -best[documents])
    order = np.lexsort((*keys, -issued) if newest else keys)
    start = max(request.offset, 0)
    chosen = documents[order[start : start + max(request.limit, 0)]]
    weigh = _weigher(found)
    return tuple(
        _hit(snapshot, request, query, found, weigh, entries[owner == place]) for place in chosen.tolist()
    )


def _weigher(found: Matched) -> Weigh:
    toned: dict[str, float] = {}
    folded: dict[str, float] = {}
    for term, weight in found.scores.weights.items():
        if term.word and term.field == TONED:
            toned[term.text] = max(weight, _LEAST_WEIGHT)
        elif term.word:
            folded[fold(term.text)] = max(weight, _LEAST_WEIGHT)
    return weigher(toned, folded)


def _hit(
    snapshot: Snapshot,
    request: Request,
    query: Query,
    found: Matched,
    weigh: Weigh,
    entries: NDArray[np.int64],
) -> Hit:
    """One document with its best provisions; a browse shows none, a number's document at least its first."""
    order = np.lexsort((snapshot.integers["order"][entries], -found.key[entries]))
    ranked = entries[order].tolist()
    scores = found.scores.score
    document = int(snapshot.integers["document"][ranked[0]])
    if not query.runs:
        return Hit(document, 0.0, (), 0)
    telling = ranked[:1] + [entry for entry in ranked[1:] if scores[entry] > 0]
    shown = telling[: max(request.provisions_per_document, 1)]
    provisions = tuple(_provision(snapshot, entry, weigh, float(found.key[entry])) for entry in shown)
    return Hit(document, provisions[0].score, provisions, len(telling) - len(shown))


def _provision(snapshot: Snapshot, entry: int, weigh: Weigh, score: float) -> ProvisionHit:
    anchor, label, title, text, _, _ = snapshot.row(entry)
    return ProvisionHit(anchor, label, title, snippet(text, weigh), round(score, 4))
