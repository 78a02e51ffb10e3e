"""Which documents a search answers with, without their text. Alerts of followed searches ask this; nothing is shown, so
nothing is recorded as read."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from docmgr import context, db
from docmgr.policy import Actor, require
from docmgr.services.indexing import access
from docmgr.services.search import find
from docmgr.services.search.request import SearchRequest
from indexer import IndexUnusable

# A search with more answers than this is too wide to be followed.
MOST = 2_000


@dataclass(frozen=True)
class AnsweringDocuments:
    """The ids of at most MOST documents with which a search answers, the best first. `total` counts all of them."""

    ids: tuple[int, ...]
    total: int


def documents(actor: Actor, wanted: SearchRequest, without: Collection[int] = ()) -> AnsweringDocuments | None:
    """Find the documents with which the search answers for this actor; those with an id in `without` are left out. None
    without a usable index, or when a folder of the search is not there. Raises Denied when the actor's roles may not
    search."""
    require(actor, "search:find")
    with db.read() as session:
        ready = find.prepared(session, actor, wanted)
        if wanted.folder_in is not None and ready.folder is None:
            return None
        allowed = access.index_access(session, actor)
    request = replace(ready.request, limit=MOST, provisions_per_document=1)
    try:
        results = context.current().backend.search(request, replace(allowed, without=allowed.without | frozenset(without)))
    except IndexUnusable:
        return None
    return AnsweringDocuments(tuple(hit.document for hit in results.hits), results.total)
