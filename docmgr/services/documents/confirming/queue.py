"""The documents whose facts wait for one person, in order: the oldest first."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select, tuple_

from docmgr import db
from docmgr.models import Document
from docmgr.policy import Actor
from docmgr.services.documents import facts


@dataclass(frozen=True)
class QueuePlace:
    """The place of one document in the queue. `number` counts from 1, and is None when the document does not wait.
    `total` is how many documents wait. `previous_id` and `later_id` are the nearest waiting documents before and after
    it, or None."""

    number: int | None
    total: int
    previous_id: int | None
    later_id: int | None


def place(actor: Actor, document: Document) -> QueuePlace:
    """Find the place of `document` among the documents whose facts wait for the actor. The document itself need not
    wait; then its neighbours are those before and after its time of upload."""
    order = tuple_(Document.created_at, Document.id)
    here = tuple_(document.created_at, document.id)
    waits = facts.waits_for(actor)
    with db.read() as session:
        before = session.scalar(select(func.count(Document.id)).where(waits, order < here)) or 0
        total = session.scalar(select(func.count(Document.id)).where(waits)) or 0
        queue = select(Document.id).where(waits)
        older = queue.where(order < here).order_by(Document.created_at.desc(), Document.id.desc())
        newer = queue.where(order > here).order_by(Document.created_at, Document.id)
        waiting = session.scalar(queue.where(Document.id == document.id)) is not None
        previous, later = session.scalar(older.limit(1)), session.scalar(newer.limit(1))
    return QueuePlace(before + 1 if waiting else None, total, previous, later)


def following(actor: Actor, document_id: int) -> int | None:
    """Find the document that comes next after `document_id` for the actor: the next later one that waits, or else the
    first one that waits. The document itself may be gone. Returns its id, or None when no other document waits."""
    with db.read() as session:
        document = session.get(Document, document_id)
    later = place(actor, document).later_id if document is not None else None
    if later is not None:
        return later
    return next((one.id for one in facts.to_confirm(actor, 2) if one.id != document_id), None)
