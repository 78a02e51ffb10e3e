"""The product's own engine in the benchmark, with all fields and through the product's own batches.

`open_asking` times only the candidates, as for the other engines: parsing, matching, BM25F, the best ten entries.
`layers` times everything that the product does besides.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from indexer import Access, Entry, Index, Request, search
from indexer.index.snapshot import Snapshot
from indexer.match import bound_query, matching, top_k
from indexer.query.parser import parse
from indexer.search.search import rank_provisions
from tests.bench.asking import TOP, Asking, Question
from tests.bench.measure import memory, spread, timed

BATCH = 4_000
EVERYTHING = Access(None)
PAGE = 20
NEVER = float("inf")


def build(folder: Path, articles: Iterable[Entry], _variant: str) -> int:
    """Index documents in chunks as a rebuild of the product does, and merge segments at its end; returns their
    number."""
    store = Index(folder).create()
    with store.rebuild() as rebuild:
        for batch in _batches(articles):
            rebuild.write(batch)
    return len(store.snapshot().segments)


def _batches(articles: Iterable[Entry]) -> Iterator[list[tuple[int, list[Entry]]]]:
    """Batches of whole documents (their articles are adjacent) with about `BATCH` articles."""
    batch: list[tuple[int, list[Entry]]] = []
    for document, entries in groupby(articles, key=lambda entry: entry.document):
        batch.append((document, list(entries)))
        if sum(len(own) for _, own in batch) >= BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _read(snapshot: Snapshot, text: str) -> bound_query.BoundQuery:
    return bound_query.understand(snapshot, EVERYTHING, parse(text), dt.date.today(), NEVER)


def candidates(store: Index, text: str) -> Sequence[int]:
    """The best ten entries before re-ranking."""
    snapshot = store.snapshot()
    found = matching.match(snapshot, _read(snapshot, text), snapshot.readable(EVERYTHING).entries)
    best: list[int] = top_k.best(snapshot, found.entries, found.scores, TOP).tolist()
    return best


def open_asking(folder: Path, _variant: str) -> Asking:
    """Open the index for queries."""
    store = Index(folder)

    def ask(asked: Question) -> Sequence[int]:
        return candidates(store, asked["text"])

    def anchors(hits: Sequence[Any]) -> list[str]:
        return [store.snapshot().row(hit)[0] for hit in hits]

    return Asking(ask, ask, ask, anchors)


def layers(folder: Path, questions: Mapping[str, Sequence[Question]]) -> dict[str, Any]:
    """Whole queries through each layer with warm caches: ten ranked provisions, a page of twenty documents. And the
    share of the candidates' time that is used for reading each kind of query and for finding and weighting its
    words."""
    store = Index(folder)

    def ranked(asked: Question) -> object:
        return rank_provisions(store, Request(asked["text"], limit=TOP), EVERYTHING)

    def page(asked: Question) -> object:
        return search(store.snapshot(), Request(asked["text"], limit=PAGE), EVERYTHING)

    def read(asked: Question) -> object:
        return _read(store.snapshot(), asked["text"])

    def taken(ask: Callable[[Question], object], asked: Sequence[Question]) -> dict[str, float]:
        timed(ask, asked)
        return spread(timed(ask, asked))

    figures: dict[str, Any] = {
        "ranked": taken(ranked, questions["whole"]), "page": taken(page, questions["whole"]), "memory": memory(),
    }  # fmt: skip
    return {**figures, "read": {shape: taken(read, asked)["p50"] for shape, asked in questions.items()}}
