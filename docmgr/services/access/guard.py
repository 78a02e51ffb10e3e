"""The document that an actor may read or edit, or NotFound: the one place that says so."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr import db, keys
from docmgr.models import Document
from docmgr.policy import Actor, may, require
from docmgr.services import forms
from docmgr.services.access import rule
from docmgr.services.errors import NotFound


def readable(session: Session, actor: Actor, document_id: int) -> Document:
    """`get` in an open session, for actions whose role was asked for before. Raises NotFound, also for a number that no
    document can have."""
    query = select(Document).where(Document.id == document_id, rule.visible(actor))
    found = session.scalar(query) if abs(document_id) <= keys.LARGEST else None
    if found is None:
        raise NotFound
    return found


def get(actor: Actor, document_id: int) -> Document:
    """A document that the actor may read and that is not in the recycle bin. Raises Denied, NotFound."""
    require(actor, "document:read")
    with db.read() as session:
        return readable(session, actor, document_id)


def get_editable(actor: Actor, document_id: int) -> Document:
    """A document that the actor may edit. Raises NotFound, Denied."""
    with db.read() as session:
        return editable(session, actor, document_id)


def editable(session: Session, actor: Actor, document_id: int, action: str = "document:edit") -> Document:
    """`get_editable` in an open session, for another action. Raises NotFound, Denied."""
    require(actor, action)
    document = session.scalar(select(Document).where(Document.id == document_id, rule.editable(actor)))
    if document is None:
        raise NotFound
    return document


def for_change(
    session: Session,
    actor: Actor,
    document_id: int,
    action: str = "document:edit",
    *,
    revision: int | None = None,
) -> Document:
    """`editable`, locked: nobody else changes it before the unit of work ends. Raises NotFound, Denied, Conflict."""
    require(actor, action)
    rule.hold_tree(session)
    return forms.for_change(
        session, Document, document_id, revision, lambda _: editable(session, actor, document_id, action)
    )


def locked(session: Session, document_id: int) -> Document:
    """`for_change` for those who have no rights to show (the worker), and for what lies in the bin. Raises NotFound."""
    rule.hold_tree(session)
    return forms.locked(session, Document, document_id)


def may_edit(actor: Actor, document_id: int) -> bool:
    """Whether the actor may change the document."""
    if not may(actor, "document:edit"):
        return False
    with db.read() as session:
        query = select(Document.id).where(Document.id == document_id, rule.editable(actor))
        return session.scalar(query) is not None


def may_see_readings(actor: Actor, document_id: int) -> bool:
    """Whether the actor may see who read the document: auditors, and those who answer for it. Raises NotFound."""
    get(actor, document_id)
    return may(actor, "trail:read_all") or may_edit(actor, document_id)
