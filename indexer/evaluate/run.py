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
    item per query: a dict from the name of each measure to its value; the milliseconds that ranking ten
    provisions took.

    `typed` changes the text of each query before it is run. The measures need a longer ranking, which is made
    separately and is not timed."""
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
    """Measure each of the judged queries `questions` on the index `store`, ranked with weights that were
    fitted on the queries of all other folds. Returns for each query, in their order, a dict from the name of
    each measure to its value.

    `folds` holds the positions of the queries of each fold. `typed` changes the text of a query before it is
    measured; the queries used for fitting are not changed."""
    snapshot = store.snapshot()
    judged = [judge(snapshot, question.text, question.right, 1.0) for question in questions]
    measured: list[dict[str, float]] = [{} for _ in questions]
    for own in folds:
        others = [one for place, one in enumerate(judged) if one is not None and place not in own]
        with language_model.weighing(fit(others)):
            figures, _ = ask(store, [questions[place] for place in own], typed)
        for place, figure in zip(own, figures, strict=True):
            measured[place] = figure
    return measured
