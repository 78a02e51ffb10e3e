"""List the files inside a mail, an archive or an edXML message for its page."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import and_, select

from docmgr import db
from docmgr.models import Attachment, Document
from docmgr.policy import Actor, require
from docmgr.reading.outcomes import LEFT_OUT
from docmgr.services.access import rule
from docmgr.services.documents.page import DocumentFrame
from docmgr.services.message import Message


@dataclass(frozen=True)
class AttachedFile:
    """One file inside the file of a document. `size` is in bytes. `document_id` and `label` are the document that it
    became; None when it became none or the actor may not read it. `reason` says why it became none, or is None."""

    name: str
    size: int
    document_id: int | None
    label: str | None
    reason: Message | None


def attached(actor: Actor, found: DocumentFrame) -> tuple[AttachedFile, ...]:
    """List the files inside the file of the version that the frame `found` shows, in their order; empty when there are
    none. Raises Denied when the actor's roles may not read documents."""
    require(actor, "document:read")
    query = (
        select(Attachment, Document)
        .outerjoin(Document, and_(Document.id == Attachment.document_id, rule.visible(actor)))
        .where(Attachment.version_id == found.version_id)
        .order_by(Attachment.position)
    )
    with db.read() as session:
        return tuple(_shown(attachment, document) for attachment, document in session.execute(query))


def _shown(attachment: Attachment, document: Document | None) -> AttachedFile:
    reason = Message(LEFT_OUT[attachment.reason_code]) if attachment.reason_code else None
    if document is None:
        return AttachedFile(attachment.name, attachment.size, None, None, reason)
    return AttachedFile(attachment.name, attachment.size, document.id, document.label, reason)
