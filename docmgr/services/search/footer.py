"""The lines under the search box: how many documents the actor can find, how many have no text, how many still
wait and since when. Only documents that the actor may read are counted, so that the counts reveal nothing
hidden. The state of the whole index is shown to administrators only.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session

from docmgr import context, db, policy
from docmgr.models import Document, Job
from docmgr.policy import Actor
from docmgr.services import jobs
from docmgr.services.access import rule
from docmgr.services.access.rule import visible
from docmgr.services.indexing import access, sync
from docmgr.services.indexing.sync import IndexStatus
from indexer import Access, IndexCount, IndexUnusable


@dataclass(frozen=True)
class Footer:
    """The counts under the search box, of documents that the actor may read.

    `documents` and `provisions` say how many documents and entries are in the index, None while there is no index.
    `without_text` and `unreadable` count documents without text and documents that could not be read. `waiting`
    counts documents with waiting jobs, and `waiting_since` is the time of the oldest job. `whole` is the state of
    the index, for administrators only.
    """

    documents: int | None
    provisions: int | None
    without_text: int
    unreadable: int
    waiting: int
    waiting_since: dt.datetime | None
    whole: IndexStatus | None


def footer(actor: Actor, findable: IndexCount | None = None) -> Footer:
    """Count what the lines under the search box show, as of now. `findable` says how many documents and entries
    a search on the same page searched; when it is None, the index is asked. Raises Denied when the
    actor's roles may not search."""
    policy.require(actor, "search:find")
    with db.read() as session:
        findable = findable or _findable(access.index_access(session, actor))
        waiting, since = waiting_since(session, actor)
        bare_of = {state: count for state, count in session.execute(_without_text(actor))}
    whole = sync.status(actor) if policy.may(actor, "health:read") else None
    documents, provisions = (findable.documents, findable.entries) if findable else (None, None)
    return Footer(
        documents, provisions, bare_of.get("no_text", 0), bare_of.get("unreadable", 0), waiting, since, whole
    )


def _findable(allowed: Access) -> IndexCount | None:
    """Count the documents and entries in the index that `allowed` lets through. None while the index is being
    rebuilt."""
    try:
        return context.current().backend.count(allowed)
    except IndexUnusable:
        return None


def waiting_since(session: Session, actor: Actor) -> tuple[int, dt.datetime | None]:
    """Count the documents with waiting jobs that the actor may read. Returns (number of documents, time when the
    oldest of these jobs was added or None)."""
    count, since = session.execute(_waiting(actor)).one()
    return count, since


# Each page of a search asks both, and making them anew takes longer than the answers.
@lru_cache(maxsize=256)
def _without_text(actor: Actor) -> Select[str, int]:
    bare = select(Document.state, func.count()).where(Document.state.in_(("no_text", "unreadable")), rule.visible(actor))
    return bare.group_by(Document.state)


@lru_cache(maxsize=256)
def _waiting(actor: Actor) -> Select[int, dt.datetime | None]:
    # A subquery per job: the queue is short, and a join would start with all documents.
    theirs = exists(select(Document.id).where(Document.id == Job.document_id, visible(actor)))
    query = select(func.count(func.distinct(Job.document_id)), func.min(Job.created_at))
    return query.where(Job.kind.in_(jobs.AWAITED), theirs)
