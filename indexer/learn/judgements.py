"""Judged queries as training data: the best candidates of a query with their features, and which of them are
right."""

import time
from collections.abc import Container

import numpy as np

from indexer.index.snapshot import Snapshot
from indexer.learn.weights import Judged
from indexer.match.matching import match, settled
from indexer.query.parser import parse
from indexer.rank import ordering, reranker
from indexer.types import Access
from legaltext.dates import today

_PATIENCE_SECONDS = 60.0


def judge(snapshot: Snapshot, text: str, right: Container[str], share: float, long: bool | None = None) -> Judged | None:
    """Find the best hundred candidates of the query `text` in `snapshot` and compute their features.
    Candidates whose anchor is in `right` are marked as right. Returns None where nothing is found. `share` is
    the weight of the query in training. `long` says whether the features are those of a long question; None leaves it to the
    query."""
    access = Access(None)
    asked = settled(snapshot, access, parse(text), today(), time.monotonic() + _PATIENCE_SECONDS)
    found = match(snapshot, asked, snapshot.readable(access).entries)
    if not len(found.entries):
        return None
    best = ordering.best(snapshot, asked, found)
    made, order = reranker.features(snapshot, asked, found.entries[best], found.scores[best], long)
    anchors = [snapshot.anchor(entry) for entry in found.entries[best][order].tolist()]
    return Judged(made, np.array([anchor in right for anchor in anchors]), share)
