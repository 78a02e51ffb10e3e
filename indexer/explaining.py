"""Why a provision stands where it stands: its place, its first score, what counted when the best were re-ranked.

For the curious and for reports of what was ranked wrongly. Only what the actor may read is explained.
"""

import time
from dataclasses import dataclass
from datetime import date

import numpy as np

from indexer import model, ordering, reranking
from indexer.matching import match, understand
from indexer.query import parse
from indexer.rerank import Reason
from indexer.search import damage_told
from indexer.snapshot import Snapshot
from indexer.store import Store
from indexer.types import Access, Request


@dataclass(frozen=True)
class Explanation:
    """The place of a provision among all that answer (1 is the first), its score from words alone, the step that
    goes before any score (0: none, 1: it holds all words, from 2 on: it was asked for by number or name), and what
    counted among the best hundred, most first (() below them)."""

    place: int
    among: int
    score: float
    step: float
    reasons: tuple[Reason, ...]


def explain(
    store: Store | Snapshot, request: Request, access: Access, document: int, anchor: str
) -> Explanation | None:
    """Explain one provision of the answer to a request without its filters; None where it is not in the answer.
    IndexUnusable."""
    snapshot = store if isinstance(store, Snapshot) else store.snapshot()
    with damage_told(snapshot):
        return _explain(snapshot, request, access, document, anchor)


def _explain(
    snapshot: Snapshot, request: Request, access: Access, document: int, anchor: str
) -> Explanation | None:  # fmt: skip
    readable = snapshot.readable(access).entries
    query = parse(request.query, request.abbreviations)
    at = request.at or query.at or date.today()
    asked = understand(snapshot, access, query, at, time.monotonic() + request.time_limit_seconds)
    found = match(snapshot, asked, readable)
    own = snapshot.integers["document"][found.entries] == document
    places = [place for place in np.flatnonzero(own).tolist() if snapshot.anchor(int(found.entries[place])) == anchor]
    if not places:
        return None
    keys = ordering.keys(snapshot, asked, found, readable)
    best = ordering.best(snapshot, found)
    reasons: tuple[Reason, ...] = ()
    weights = model.weights()
    if places[0] in best.tolist() and weights and any(one.idf for one in asked.weighted):
        made, order = reranking.features(snapshot, asked, found.entries[best], found.scores[best])
        reasons = made.explain(order.tolist().index(best.tolist().index(places[0])), weights)
    place = int(np.count_nonzero(keys > keys[places[0]])) + 1
    return Explanation(place, len(keys), float(found.scores[places[0]]), float(found.steps[places[0]]), reasons)
