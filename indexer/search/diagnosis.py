"""Why a query does not find an entry."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from indexer.index.damage import damage_told
from indexer.index.index import Index
from indexer.index.snapshot import Snapshot
from indexer.match.matching import ALL_WORDS, SIDE_BY_SIDE, WHOLE
from indexer.search.answers import answers, understood
from indexer.types import Access, Request, UnderstoodQuery


@dataclass(frozen=True)
class QueryDiagnosis:
    """What a question asks of a document: `query` is the question as it was parsed, `folded` tells for a word whether any spelling of it answers, `whole` whether
    only provisions with all of its words do, `answered` whether the document is among the answers."""

    query: UnderstoodQuery
    folded: Mapping[str, bool]
    whole: bool
    answered: bool


def diagnose(store: Index | Snapshot, request: Request, access: Access, document: int) -> QueryDiagnosis:
    """How `search` reads a question, and whether it finds a document; IndexUnusable when the index cannot be read."""
    snapshot = store if isinstance(store, Snapshot) else store.snapshot()
    with damage_told(snapshot):
        query = understood(request)
        found = answers(snapshot, replace(request, query=query), access, time.monotonic())
        whole = len(found.asked.query.free) <= ALL_WORDS and bool(np.isin(found.matched.steps, (WHOLE, SIDE_BY_SIDE)).any())
        answered = bool(found.passing[snapshot.documents == document].any())
        return QueryDiagnosis(query, found.asked.folded, whole, answered)
