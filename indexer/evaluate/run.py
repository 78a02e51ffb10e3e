"""Runs all judged queries of a corpus, and cross-validates the weights of ranking."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from indexer.analysis import language_model
from indexer.evaluate.corpus import JudgedQuery, _lot
from indexer.evaluate.metrics import measure
from indexer.index.index import Index
from indexer.learn.judgements import judge
from indexer.learn.weights import fit
from indexer.rank.feature_matrix import ANSWERING
from indexer.search.search import rank_provisions
from indexer.types import Access, Request

# How many provisions are ranked for the measures, and for the timing of a query.
_DEPTH, _ASKED = 100, 10


def _as_is(text: str) -> str:
    return text


def ask(
    store: Index, questions: Sequence[JudgedQuery], typed: Callable[[str], str] = _as_is
) -> tuple[list[dict[str, float]], list[float]]:
    """Run the judged queries `questions` on the index `store`. Returns (measures, latencies), both with one
    item per query. Measures are dicts from the name of a measure to its value. A latency is the time of
    ranking ten provisions, in milliseconds.

    `typed` changes the text of each query before it is run."""
    measured, latencies = [], []
    for question in questions:
        text = typed(question.text)
        started = time.perf_counter()
        rank_provisions(store, Request(text, limit=_ASKED), Access(None))
        latencies.append((time.perf_counter() - started) * 1000)
        ranked = rank_provisions(store, Request(text, limit=_DEPTH), Access(None))
        measured.append(measure(question, [provision.anchor for provision in ranked]))
    return measured, latencies


def folds_of(questions: Sequence[JudgedQuery], count: int) -> list[list[int]]:
    """Divide the judged queries `questions` into `count` folds. Returns for each fold the positions of its
    queries, ascending. Queries are dealt out in the order of the SHA-1 of their id, so that every run gives
    the same folds."""
    order = sorted(range(len(questions)), key=lambda place: _lot(questions[place]))
    return [sorted(order[start::count]) for start in range(count)]


def cross_validate(
    store: Index, questions: Sequence[JudgedQuery], typed: Callable[[str], str], folds: Sequence[Sequence[int]]
) -> list[dict[str, float]]:
    """Measure how well unseen queries are ranked: each fold with weights fitted on all other folds.
    `questions` are the judged queries and `store` the index. `folds` holds the positions of the queries of
    each fold. `typed` changes the text of a query before it is measured; fitting uses the text unchanged.

    Returns one dict per query, in their order, from the name of each measure to its value."""
    snapshot = store.snapshot()
    judged = {
        long: [judge(snapshot, question.text, question.right, 1.0, long) for question in questions] for long in (False, True)
    }
    measured: list[dict[str, float]] = [{} for _ in questions]
    for own in folds:
        plain, long = (
            [one for place, one in enumerate(judged[kind]) if one is not None and place not in own] for kind in (False, True)
        )
        with language_model.weighing(fit(plain), fit(long, prior=ANSWERING)):
            figures, _ = ask(store, [questions[place] for place in own], typed)
        for place, figure in zip(own, figures, strict=True):
            measured[place] = figure
    return measured
