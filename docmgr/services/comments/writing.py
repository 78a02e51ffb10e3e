"""Write a comment, answer one, and change one's own within an hour.

The trail has who wrote where, how long the text is and the SHA-256 of a secret of the row and the text, never the text: a trail cannot
forget, and a comment may quote what has to be taken away.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.models import Comment, Document, User
from docmgr.policy import Actor, Denied
from docmgr.services import forms
from docmgr.services.access import rule
from docmgr.services.comments import mentions, rights
from docmgr.services.comments.mentions import Mentioned
from docmgr.services.documents import references
from docmgr.services.documents.references import ProvisionRef
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.message import Message
from docmgr.services.trail import log
from docmgr.services.trail.words import PLACE

LONGEST = 5_000
PER_HOUR = 60
HOUR = dt.timedelta(hours=1)
# So many answers has one comment, and so many earlier texts.
MOST_ANSWERS, MOST_EDITS = 200, 20

BLANK = Message("Hãy viết ý kiến.")
TOO_OFTEN = Message("Mỗi người nêu nhiều nhất %(most)s ý kiến trong một giờ; xin đợi một lát rồi gửi lại.", most=PER_HOUR)
TOO_LATE = Message("Chỉ sửa được ý kiến trong một giờ sau khi gửi; hãy trả lời thêm bên dưới.")
TOO_MANY_EDITS = Message("Ý kiến này đã sửa %(most)s lần; hãy trả lời thêm bên dưới.", most=MOST_EDITS)
TOO_MANY_ANSWERS = Message("Ý kiến này đã có %(most)s trả lời; hãy nêu ý kiến mới.", most=MOST_ANSWERS)
SETTLED = Message("Ý kiến này đã giải quyết; hãy mở lại trước khi trả lời.")
GONE = Message("Ý kiến này đã bị xóa, nên không trả lời được nữa.")


@dataclass(frozen=True)
class SavedComment:
    """A comment that was saved, and whom it names."""

    id: int
    mentioned: Mentioned


def add(
    actor: Actor, document_id: int, text: str, *, anchor: str | None = None, version_no: int | None = None, answers: int | None = None
) -> SavedComment:
    """Comment on a document, or on the provision `anchor` of the version `version_no`; None means the newest version that was read.
    With `answers`, answer the comment with this id, at whose place the answer stands.

    Raises Denied when the actor's roles write no comments, and NotFound when the actor may not read the document or there is no such
    comment on it. Raises Invalid when the actor may only read the document, the text is blank, longer than LONGEST characters or names too
    many people, there is no such provision, the comment is resolved, deleted or has MOST_ANSWERS answers, or the actor wrote PER_HOUR
    comments within an hour.
    """
    words = forms.required(text, BLANK, "text", LONGEST)
    with db.write() as session:
        _refuse_flood(session, actor)
        document = rights.for_comment(session, actor, document_id)
        comment = Comment(document_id=document.id, created_by=actor.user_id, created_by_label=actor.label, salt=secrets.token_hex(16), text=words)
        if answers is not None:
            parent = _answered(session, document, answers)
            comment.parent_id, comment.version_id, comment.anchor, comment.place = parent.id, parent.version_id, parent.anchor, parent.place
        else:
            _document, version, place = references.pin(session, actor, document.id, anchor, version_no)
            comment.version_id = version.id if version else None
            comment.anchor, comment.place = _named(place)
        found = mentions.find(session, document, words)
        comment.mentions = list(found.told)
        session.add(comment)
        session.flush()
        details = {**about(comment), **fingerprint(comment), "answers": answers, "named": list(found.told)}
        log.document_event(session, actor, "comment:add", document, {key: value for key, value in details.items() if value})
        return SavedComment(comment.id, found)


def edit(actor: Actor, document_id: int, comment_id: int, text: str, *, revision: int | None) -> SavedComment:
    """Change one's own comment within an hour; the earlier text stays beside it. `revision` is the revision of the comment when the
    form was opened; None means that there was no form. Raises Denied, NotFound when the actor may not read the document or has no such
    comment, Conflict when it was changed meanwhile, and Invalid as `add` does, and after an hour or MOST_EDITS changes."""
    words = forms.required(text, BLANK, "text", LONGEST)
    with db.write() as session:
        document = rights.held(session, actor, document_id)
        comment = own(rights.locked(session, document, comment_id), actor)
        if revision is not None:
            forms.check_revision(comment.revision, revision)
        _refuse_edit(comment)
        before, known = fingerprint(comment), set(comment.mentions)
        found = mentions.find(session, document, words)
        if words == comment.text:
            return SavedComment(comment.id, found)
        comment.former = [*comment.former, comment.text or ""]
        comment.text, comment.mentions, comment.edited_at = words, list(found.told), db.now()
        forms.bump(comment)
        after = fingerprint(comment)
        details = {**about(comment), **{key: [before[key], after[key]] for key in after}}
        details["named"] = [user_id for user_id in found.told if user_id not in known] or None
        log.document_event(session, actor, "comment:edit", document, {key: value for key, value in details.items() if value})
        return SavedComment(comment.id, found)


def of_own(actor: Actor, document_id: int, comment_id: int) -> Comment:
    """Load one's own comment for the form that changes it. Raises Denied, NotFound when the actor may not read the document or has
    no such comment, and Invalid when it cannot be changed any more."""
    policy.require(actor, "comment:write")
    policy.require(actor, "document:read")
    query = select(Comment).join(Document, Document.id == Comment.document_id)
    query = query.where(Comment.id == comment_id, Comment.document_id == document_id, rule.visible(actor))
    with db.read() as session:
        comment = own(session.scalar(query), actor)
    _refuse_edit(comment)
    return comment


def own(comment: Comment | None, actor: Actor) -> Comment:
    """Return the comment if the actor wrote it and it was not deleted. Raises NotFound otherwise."""
    if comment is None or comment.created_by != actor.user_id or comment.deleted_at is not None:
        raise NotFound
    return comment


def may_edit(actor: Actor, comment: Comment) -> bool:
    """Whether the actor may still change the comment."""
    mine = comment.created_by == actor.user_id and comment.deleted_at is None
    return mine and policy.may(actor, "comment:write") and db.now() - comment.created_at < HOUR


def fingerprint(comment: Comment) -> dict[str, Any]:
    """What the trail says of the text of a comment: its length in characters, and the SHA-256 of salt and text."""
    text = comment.text or ""
    return {"characters": len(text), "sha256": hashlib.sha256(f"{comment.salt}{text}".encode()).hexdigest()}


def about(comment: Comment) -> dict[str, Any]:
    """What the trail says of the place of a comment."""
    return {"comment_id": comment.id, **({PLACE: comment.place} if comment.place else {})}


def _named(place: ProvisionRef | None) -> tuple[str | None, str | None]:
    return (place.anchor, place.label[:300]) if place is not None else (None, None)


def _refuse_edit(comment: Comment) -> None:
    if db.now() - comment.created_at >= HOUR:
        raise Invalid(TOO_LATE)
    if len(comment.former) >= MOST_EDITS:
        raise Invalid(TOO_MANY_EDITS)


def _refuse_flood(session: Session, actor: Actor) -> None:
    """Lock the row of the person, so that comments sent at once are counted, and raise Invalid after PER_HOUR of them."""
    if actor.user_id is None:
        raise Denied("comment:write")
    rule.hold_tree(session)
    forms.locked(session, User, actor.user_id)
    recent = select(func.count(Comment.id)).where(Comment.created_by == actor.user_id, Comment.created_at > db.now() - HOUR)
    if (session.scalar(recent) or 0) >= PER_HOUR:
        raise Invalid(TOO_OFTEN, "text")


def _answered(session: Session, document: Document, comment_id: int) -> Comment:
    """Lock the comment that is answered."""
    parent = rights.locked(session, document, comment_id)
    if parent is None or parent.parent_id is not None:
        raise NotFound
    if parent.deleted_at is not None:
        raise Invalid(GONE, "text")
    if parent.resolved_at is not None:
        raise Invalid(SETTLED, "text")
    if (session.scalar(select(func.count(Comment.id)).where(Comment.parent_id == parent.id)) or 0) >= MOST_ANSWERS:
        raise Invalid(TOO_MANY_ANSWERS, "text")
    return parent
