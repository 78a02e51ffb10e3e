"""Says how a search query is read, and whether it finds a given document."""

from __future__ import annotations

import time
from dataclasses import replace

from indexer.index.damage import damage_told
from indexer.index.index import Index
from indexer.index.snapshot import Snapshot
from indexer.search.answers import answers, understood
from indexer.types import Access, QueryDiagnosis, Request


def diagnose(store: Index | Snapshot, request: Request, access: Access, document: int) -> QueryDiagnosis:
    """Say how `search` reads the query of `request`, and whether it finds the document with the id `document`
    under the rights `access`. Raises IndexUnusable when the index cannot be read."""
    snapshot = store if isinstance(store, Snapshot) else store.snapshot()
    with damage_told(snapshot):
        query = understood(request)
        found = answers(snapshot, replace(request, query=query), access, time.monotonic())
        answered = bool(found.passing[snapshot.documents == document].any())
        return QueryDiagnosis(query, found.asked.folded, found.all_words, answered)
