"""Says how a search query is read, and whether it finds a given document."""

from __future__ import annotations

import time

from indexer.index.damage import damage_told
from indexer.index.index import Index
from indexer.index.snapshot import Snapshot
from indexer.search.suggestion import answered
from indexer.types import Access, QueryDiagnosis, Request


def diagnose(store: Index | Snapshot, request: Request, access: Access, document: int) -> QueryDiagnosis:
    """Say how `search` reads the query of `request`, and whether it finds the document with the id `document`
    under the rights `access`. Raises IndexUnusable when the index cannot be read."""
    snapshot = store if isinstance(store, Snapshot) else store.snapshot()
    with damage_told(snapshot):
        found = answered(snapshot, request, access, time.monotonic())
        finds = bool(found.passing[snapshot.documents == document].any())
        return QueryDiagnosis(found.asked.query, found.asked.folded, found.all_words, finds)
