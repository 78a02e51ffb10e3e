"""Explains the position of a provision in the results, for curious users and for reports of wrong rankings.

It uses the same functions as the search itself, with the same filters and limits. Only what the actor may read is
explained."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from indexer.index.damage import damage_told
from indexer.index.index import Index
from indexer.index.segment import DOCUMENT, LABEL, TEXT, TITLE
from indexer.index.snapshot import Snapshot
from indexer.match import top_k
from indexer.match.matching import NAMED, tier_of
from indexer.match.stored_values import COMPARED
from indexer.rank import feature_matrix, ordering, own_text, reranker
from indexer.search.answers import Answers
from indexer.search.page import ranked
from indexer.search.suggestion import answered
from indexer.types import Access, Contribution, Explanation, Request
from legaltext.thesaurus import Expansion

if TYPE_CHECKING:
    from whoosh.query.qcore import Query as WhooshQuery


def explain(
    store: Index | Snapshot, request: Request, access: Access, document: int, anchor: str
) -> Explanation | None:
    """Explain the position of a provision in the results of `request` under the rights `access`. `document` is the id
    of its document, and `anchor` its anchor. `store` is the index or a snapshot of it. Returns None where the provision
    is not among the results. Raises IndexUnusable when the index cannot be read."""
    snapshot = store if isinstance(store, Snapshot) else store.snapshot()
    with damage_told(snapshot):
        found = answered(snapshot, request, access, time.monotonic())
        entries = found.kept.entries
        own = np.flatnonzero(snapshot.integers["document"][entries] == document)
        number = next((place for place in own.tolist() if snapshot.anchor(int(entries[place])) == anchor), None)
        return None if number is None else _explained(snapshot, request, found, number)


def _explained(snapshot: Snapshot, request: Request, found: Answers, number: int) -> Explanation:
    """Explain the position of match number `number` of `found.kept` in the results."""
    kept = found.kept
    place = None
    if ranked(found.asked.query):
        keys = ordering.keys(snapshot, found.asked, kept, found.readable.entries)
        order = top_k.best(snapshot, kept.entries, keys, len(keys))
        place = int(np.flatnonzero(order == kept.entries[number])[0]) + 1
    score, tier = float(kept.scores[number]), tier_of(float(kept.steps[number]))
    one = slice(number, number + 1)
    itself = own_text.own_texts(snapshot, found.asked, kept.entries[one], kept.steps[one])[0] > own_text.UNTOLD
    # Whoosh is imported when a process first explains a result, see `answers.matching`.
    from indexer.whoosh import query_tree

    lines = query_tree.printed(tree_of(snapshot, request, found))
    return Explanation(
        place, len(kept.entries), score, tier, bool(itself), _reasons(snapshot, found, number), lines, _widened(snapshot, found, number)
    )


def tree_of(snapshot: Snapshot, request: Request, found: Answers) -> WhooshQuery:
    """Build a tree of Whoosh queries for the query of `request` with all its filters. The tree matches everything in
    `found`. It may match more where a result need not have all words of the query."""
    named = np.unique(snapshot.document_of[found.matched.entries[found.matched.steps >= NAMED]])
    documents = [] if found.asked.query.number else snapshot.documents[named].tolist()
    # A value that only hidden documents have must not be told.
    there = {name: found.columns[name].among(found.readable.documents) for name in found.typed if name in COMPARED}
    typed = {
        name: frozenset().union(*values.values()) & there.get(name, frozenset().union(*values.values()))
        for name, values in found.typed.items()
    }
    from indexer.trees.whole import whole

    return whole(request, found.asked, typed, documents, found.all_words)


def _widened(snapshot: Snapshot, found: Answers, number: int) -> tuple[Expansion, ...]:
    """Find the expansions of the query whose law words match number `number` contains side by side."""
    held, own = snapshot.place(int(found.kept.entries[number]))
    runs = [[held.words[token] for token in held.run(own, run).tolist()] for run in (TEXT, TITLE, LABEL, DOCUMENT)]

    def stands(law: tuple[str, ...]) -> bool:
        return any(tuple(run[at : at + len(law)]) == law for run in runs for at in range(len(run)))

    return tuple(one for one in found.asked.query.expansions if stands(one.law))


def _reasons(snapshot: Snapshot, found: Answers, number: int) -> tuple[Contribution, ...]:
    """Compute the contributions of the features to the score of match number `number`, the largest first. Returns ()
    where this match was not ranked again."""
    asked, kept, weights = found.asked, found.kept, feature_matrix.weights(found.asked.query)
    best = ordering.best(snapshot, asked, kept)
    if number not in best or not weights or not any(one.idf for one in asked.weighted):
        return ()
    made, order = reranker.features(snapshot, asked, kept.entries[best], kept.scores[best])
    return made.explain(order.tolist().index(best.tolist().index(number)), weights)
