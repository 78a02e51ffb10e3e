"""Short lists of documents for the home page: new for one's unit, and seen lately. Each has only documents
that the person may read, and takes the same number of queries however many there are."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import exists, select

from docmgr import db, policy
from docmgr.models import AccessKey, Document, TrailEvent
from docmgr.policy import Actor
from docmgr.services.access import rule
from docmgr.services.documents import references
from docmgr.services.documents.references import DocumentRef
from docmgr.services.trail.readings import VIEW

SHOWN = 8
NEW_FOR = dt.timedelta(days=30)
# How many of their last acts are looked at for what a person has seen.
ACTS = 300


def new_for_unit(actor: Actor) -> list[DocumentRef]:
    """Find the newest documents of the last days that the actor's unit may read by a right or an assignment of its own, at most SHOWN;
    not what the actor handed in."""
    policy.require(actor, "document:read")
    if actor.unit_id is None:
        return []
    given = exists().where(AccessKey.list_id == Document.access_list_id, AccessKey.right == "read", AccessKey.key == f"unit:{actor.unit_id}")
    query = select(Document.id).where(given, rule.visible(actor), Document.created_at > db.now() - NEW_FOR)
    query = query.where(Document.created_by.is_distinct_from(actor.user_id)).order_by(Document.created_at.desc(), Document.id.desc())
    with db.read() as session:
        ids = list(session.scalars(query.limit(SHOWN)))
        found = references.documents(session, actor, ids)
    return [found[number] for number in ids if number in found]


def seen_lately(actor: Actor) -> list[DocumentRef]:
    """Find the documents that the actor opened last, at most SHOWN, the last one first."""
    policy.require(actor, "document:read")
    acts = select(TrailEvent.seq, TrailEvent.action, TrailEvent.document_id).where(TrailEvent.actor_id == actor.user_id)
    last = acts.order_by(TrailEvent.seq.desc()).limit(ACTS).subquery()
    query = select(last.c.document_id).where(last.c.action == VIEW, last.c.document_id.is_not(None)).order_by(last.c.seq.desc())
    with db.read() as session:
        ids = list(dict.fromkeys(session.scalars(query)))
        found = references.documents(session, actor, ids)
    return [found[number] for number in ids if number in found][:SHOWN]
