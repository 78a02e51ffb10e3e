"""Why a query does not find an entry."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from indexer.index.damage import damage_told
from indexer.index.index import Index
from indexer.index.snapshot import Snapshot
from indexer.match.matching import ALL_WORDS, SIDE_BY_SIDE, WHOLE
from indexer.search.answers import answers, understood
from indexer.types import Access, QueryDiagnosis, Request


def diagnose(store: Index | Snapshot, request: Request, access: Access, document: int) -> QueryDiagnosis:
    """How `search` reads a question, and whether it finds a document; IndexUnusable when the index cannot be read."""
    snapshot = store if isinstance(store, Snapshot) else store.snapshot()
    with damage_told(snapshot):
        query = understood(request)
        found = answers(snapshot, replace(request, query=query), access, time.monotonic())
        whole = len(found.asked.query.free) <= ALL_WORDS and bool(np.isin(found.matched.steps, (WHOLE, SIDE_BY_SIDE)).any())
        answered = bool(found.passing[snapshot.documents == document].any())
        return QueryDiagnosis(query, found.asked.folded, whole, answered)
