"""Resolve a comment, open it again, and delete one; what was deleted leaves a line that says by whom."""

from __future__ import annotations

from sqlalchemy.orm import Session

from docmgr import db
from docmgr.models import Comment, Document
from docmgr.policy import Actor, Denied
from docmgr.services import forms
from docmgr.services.access import guard
from docmgr.services.comments import rights, writing
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.keeping import holds
from docmgr.services.message import Message
from docmgr.services.trail import log

HELD = Message("Văn bản đang tạm giữ, nên không xóa được ý kiến.")


def settle(actor: Actor, document_id: int, comment_id: int, *, resolved: bool) -> None:
    """Resolve a comment, or open it again when `resolved` is false; nothing happens when that is done already. Raises Denied when the
    actor may not, and NotFound when the actor may not read the document, or there is no such comment that can be answered."""
    with db.write() as session:
        document, thread, edits = _found(session, actor, document_id, comment_id)
        if thread.parent_id is not None:
            raise NotFound
        if not rights.may_settle(actor, thread, edits=edits):
            raise Denied("comment:write")
        if (thread.resolved_at is not None) == resolved:
            return
        thread.resolved_at = db.now() if resolved else None
        thread.resolved_by, thread.resolved_by_label = (actor.user_id, actor.label) if resolved else (None, None)
        forms.bump(thread)
        log.document_event(session, actor, "comment:resolve" if resolved else "comment:reopen", document, writing.about(thread))


def delete(actor: Actor, document_id: int, comment_id: int) -> None:
    """Delete the words of a comment, with the earlier ones; its answers stay. Raises Denied when the actor may not, NotFound when the
    actor may not read the document or there is no such comment, and Invalid while the document is on hold."""
    with db.write() as session:
        document, comment, edits = _found(session, actor, document_id, comment_id)
        if not rights.may_delete(actor, comment, edits=edits):
            raise Denied("comment:write")
        if holds.is_held(session, document.id):
            raise Invalid(HELD)
        details = {**writing.about(comment), **writing.fingerprint(comment)}
        if comment.created_by != actor.user_id:
            details["author"] = comment.created_by_label
        comment.text, comment.former, comment.mentions = None, [], []
        comment.deleted_at, comment.deleted_by, comment.deleted_by_label = db.now(), actor.user_id, actor.label
        forms.bump(comment)
        log.document_event(session, actor, "comment:delete", document, details)


def _found(session: Session, actor: Actor, document_id: int, comment_id: int) -> tuple[Document, Comment, bool]:
    """Lock the document and a comment on it that was not deleted. Returns them, and whether the actor may edit the document."""
    document = rights.held(session, actor, document_id)
    comment = rights.locked(session, document, comment_id)
    if comment is None or comment.deleted_at is not None:
        raise NotFound
    return document, comment, guard.may_edit(actor, document.id)
