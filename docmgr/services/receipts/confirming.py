"""Confirm that one read a document, and what waits to be confirmed. Who may no longer read a document is shown nothing of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select, update

from docmgr import db, policy
from docmgr.models import Document, Receipt, User
from docmgr.policy import Actor
from docmgr.services.access import guard, rule, versions
from docmgr.services.documents import references
from docmgr.services.errors import Conflict
from docmgr.services.message import Message
from docmgr.services.receipts.asking import WITHDRAWN
from docmgr.services.trail import log

NEWER = Message("Văn bản vừa có phiên bản khác; hãy đọc bản đang hiện rồi xác nhận.")


@dataclass(frozen=True)
class OwnReceipt:
    """What the person of the page was asked about a document and has not confirmed, or what they confirmed last. `asker` names
    who asked, None for the command line."""

    receipt: Receipt
    asker: str | None


@dataclass(frozen=True)
class WaitingReceipt:
    """A document that a person was asked to confirm, as their desk shows it."""

    document_id: int
    label: str
    subject: str | None
    asker: str | None
    note: str | None
    due_on: dt.date


def confirm(actor: Actor, document_id: int, no: int) -> None:
    """Confirm that the actor read the version with the number `no` of a document. Raises Denied, NotFound when the actor may not
    read the document, and Conflict when another version is shown now, or nothing is asked of the actor any more."""
    policy.require(actor, "document:read")
    with db.write() as session:
        document = guard.readable(session, actor, document_id)
        version = versions.shown_now(session, actor, document, versions.newest(session, document))
        if version is None or version.no != no:
            raise Conflict(NEWER)
        # One statement: what was withdrawn at this moment is not confirmed, and nothing twice.
        own = update(Receipt).where(Receipt.document_id == document_id, _open(actor))
        done = own.values(confirmed_at=db.now(), version_id=version.id, version_no=version.no).returning(Receipt.id)
        if not list(session.scalars(done, execution_options={"synchronize_session": False})):
            raise Conflict(WITHDRAWN)
        log.document_event(session, actor, "receipt:confirm", document, {"no": no})


def _open(actor: Actor) -> ColumnElement[bool]:
    return (Receipt.user_id == actor.user_id) & Receipt.confirmed_at.is_(None) & Receipt.withdrawn_at.is_(None)


def of_page(actor: Actor, document_id: int) -> OwnReceipt | None:
    """Load what the page of a document shows the actor: what they are asked, else what they confirmed last. None when neither, or
    they may not read the document. Raises Denied when their roles may not read documents."""
    policy.require(actor, "document:read")
    query = select(Receipt, User.full_name).join(Document, Document.id == Receipt.document_id).outerjoin(User, User.id == Receipt.asked_by)
    own = Receipt.document_id == document_id, Receipt.user_id == actor.user_id, Receipt.withdrawn_at.is_(None)
    query = query.where(*own, rule.visible(actor))
    with db.read() as session:
        row = session.execute(query.order_by(Receipt.confirmed_at.is_not(None), Receipt.id.desc()).limit(1)).first()
        return OwnReceipt(row[0], row[1]) if row is not None else None


def count(actor: Actor) -> int:
    """Count the documents that the actor may read and has been asked to confirm. 0 when their roles may not read documents."""
    if not policy.may(actor, "document:read"):
        return 0
    query = select(func.count(Receipt.id)).join(Document, Document.id == Receipt.document_id)
    with db.read() as session:
        return session.scalar(query.where(_open(actor), rule.visible(actor))) or 0


def waiting(actor: Actor, limit: int) -> list[WaitingReceipt]:
    """List at most `limit` documents that the actor may read and has been asked to confirm, what is due first on top. Empty when
    their roles may not read documents."""
    if not policy.may(actor, "document:read"):
        return []
    query = select(Receipt, Document, User.full_name).join(Document, Document.id == Receipt.document_id)
    query = query.outerjoin(User, User.id == Receipt.asked_by).where(_open(actor), rule.visible(actor))
    with db.read() as session:
        return [
            WaitingReceipt(
                document.id, document.label, references.subject_beside(document), asker, receipt.note, receipt.due_on
            )
            for receipt, document, asker in session.execute(query.order_by(Receipt.due_on, Receipt.id).limit(limit))
        ]
