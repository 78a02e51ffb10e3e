"""What lies behind the search box: how much the actor can find, what has no text, what still waits and how long.

Everybody sees counts of what they may read, so that nothing hidden shows in them; how the index as a whole stands is
for administrators.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, select

from docmgr import context, db, policy
from docmgr.models import Document
from docmgr.policy import Actor
from docmgr.services import access, index_sync, jobs, search
from docmgr.services.index_sync import IndexStatus
from indexer import Access, IndexUnusable


@dataclass(frozen=True)
class Footer:
    """Documents and their parts (each Điều, heading, opening or annex) that the actor finds among, None while there is
    no index; documents without text, those that could not be read, those waiting and since when the oldest does; `whole`
    is the index itself, for administrators."""

    documents: int | None
    provisions: int | None
    without_text: int
    unreadable: int
    waiting: int
    waiting_since: dt.datetime | None
    whole: IndexStatus | None


def footer(actor: Actor) -> Footer:
    """All of it, as of now. Raises Denied."""
    policy.require(actor, "search:find")
    bare = select(Document.state, func.count()).where(
        Document.state.in_(("no_text", "unreadable")), access.visible(actor)
    )
    with db.read() as session:
        documents, provisions = _findable(search.index_access(session, actor))
        waiting, since = jobs.waiting_since(session, actor)
        bare_of = {state: count for state, count in session.execute(bare.group_by(Document.state))}
    whole = index_sync.status(actor) if policy.may(actor, "health:read") else None
    return Footer(
        documents, provisions, bare_of.get("no_text", 0), bare_of.get("unreadable", 0), waiting, since, whole
    )


def _findable(allowed: Access) -> tuple[int, int] | tuple[None, None]:
    """(documents, provisions) in the index that these lists let through; None while it is being rebuilt."""
    try:
        readable = context.current().index.snapshot().readable(allowed)
    except IndexUnusable:
        return None, None
    return int(readable.documents.sum()), int(readable.entries.sum())
