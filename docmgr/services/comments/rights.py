"""Who may comment on which document. Reading comments is reading the document; this is the only place that decides who writes.

Everybody who may read a published document comments on it, auditors excepted, who change nothing. On a draft or a withdrawn document
those comment who may edit it or have it assigned, also for an absent person.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.models import Comment, Document
from docmgr.policy import Actor
from docmgr.services import forms
from docmgr.services.access import guard, local_rights, rule
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.message import Message

CLOSED = Message("Hiện bạn chỉ đọc được văn bản này, không nêu ý kiến được.")


def may_write(actor: Actor, document_id: int) -> bool:
    """Whether the actor may comment on the document."""
    if actor.user_id is None or not policy.may(actor, "comment:write"):
        return False
    with db.read() as session:
        try:
            return _open_to(session, actor, guard.readable(session, actor, document_id))
        except NotFound:
            return False


def _open_to(session: Session, actor: Actor, document: Document) -> bool:
    """Whether the actor, who may read the document and whose roles allow comments, may comment on it."""
    if document.state == "withheld":
        return False
    if document.workflow == "published" or guard.may_edit(actor, document.id):
        return True
    if "approve" in local_rights.on_document(session, actor, document):
        return True
    return session.scalar(select(rule.assigned_to(actor, document.id))) is True


def for_comment(session: Session, actor: Actor, document_id: int) -> Document:
    """Lock and return a document on which the actor may comment: its content is not taken away before the unit of work ends. Raises
    Denied when the actor's roles write no comments, NotFound when the actor may not read it, and Invalid when the actor may read it only."""
    policy.require(actor, "comment:write")
    document = held(session, actor, document_id)
    if not _open_to(session, actor, document):
        raise Invalid(CLOSED, "text")
    return document


def held(session: Session, actor: Actor, document_id: int) -> Document:
    """Lock and return a document that the actor may read. Raises Denied when the actor's roles may not read documents or write
    comments, and NotFound when the actor may not read it."""
    policy.require(actor, "document:read")
    policy.require(actor, "comment:write")
    guard.locked(session, document_id)
    return guard.readable(session, actor, document_id)


def may_settle(actor: Actor, thread: Comment, *, edits: bool) -> bool:
    """Whether the actor may resolve the comment `thread` or open it again: its author may, and who may edit the document (`edits`)."""
    return policy.may(actor, "comment:write") and (edits or thread.created_by == actor.user_id)


def may_delete(actor: Actor, comment: Comment, *, edits: bool) -> bool:
    """Whether the actor may delete the comment: its author may, and who may edit the document (`edits`)."""
    return policy.may(actor, "comment:write") and (edits or comment.created_by == actor.user_id)


def locked(session: Session, document: Document, comment_id: int) -> Comment | None:
    """Lock and return a comment on the document, which the caller has locked. None when there is no such comment on it."""
    query = select(Comment.id).where(Comment.id == comment_id, Comment.document_id == document.id)
    return forms.locked(session, Comment, comment_id) if session.scalar(query) is not None else None
