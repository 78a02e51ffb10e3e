"""Why a query does not find an entry."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from indexer.index.damage import damage_told
from indexer.index.index import Index
from indexer.index.snapshot import Snapshot
from indexer.match.matching import ALL_WORDS, SIDE_BY_SIDE, WHOLE
from indexer.search.answers import answers
from indexer.types import Access, Request


@dataclass(frozen=True)
class QueryDiagnosis:
    """What a question asks of a document: `folded` tells for a word whether any spelling of it answers, `whole` whether
    only provisions with all of its words do, `answered` whether the document is among the answers."""

    folded: Mapping[str, bool]
    whole: bool
    answered: bool


def diagnose(store: Index | Snapshot, request: Request, access: Access, document: int) -> QueryDiagnosis:
    """How `search` reads a question, and whether it finds a document; IndexUnusable when the index cannot be read."""
    snapshot = store if isinstance(store, Snapshot) else store.snapshot()
    with damage_told(snapshot):
        found = answers(snapshot, request, access, time.monotonic())
        whole = len(found.asked.query.free) <= ALL_WORDS and bool(np.isin(found.matched.steps, (WHOLE, SIDE_BY_SIDE)).any())
        return QueryDiagnosis(found.asked.folded, whole, bool(found.passing[snapshot.documents == document].any()))
