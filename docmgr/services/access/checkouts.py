"""Whether somebody has taken a document to edit it (giữ để sửa), so that nobody else may change it. This is the only place
that decides it; services.access.guard asks it wherever it locks a document for a person's change.

services.checkout takes documents and gives them back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from docmgr import db
from docmgr.models import Agency, Checkout, Document, User
from docmgr.policy import Actor
from docmgr.services.errors import Invalid
from docmgr.services.message import Message
from legaltext import dates

# After so many hours without a change by its holder a document is free again, unless an administrator sets another number.
HOURS = 8
MOST_HOURS = 168


@dataclass(frozen=True)
class CheckoutNote:
    """Who has taken a document, as pages show it: the holder's name, why, since when and until when."""

    user_id: int
    holder: str
    reason: str | None
    since: dt.datetime
    until: dt.datetime


class CheckedOut(Invalid):
    """Raised when somebody else has taken the document. Nothing was saved; the message names the holder and the time at
    which the document is free again at the latest."""


def refuse(session: Session, actor: Actor, document: Document) -> None:
    """Raise CheckedOut when another person than the actor has taken the document, whose row the caller has locked. A change
    by the holder prolongs the time."""
    row = present(session, document.id)
    if row is None:
        return
    if actor.user_id is not None and row.user_id == actor.user_id:
        row.until = max(row.until, until(session))
        return
    raise CheckedOut(
        Message(
            "“%(document)s” đang được %(holder)s giữ để sửa từ %(since)s, đến %(until)s nếu không dùng. Chưa có gì được lưu; hãy đợi hoặc nhờ người ấy trả lại.",
            document=document.label, holder=session.get_one(User, row.user_id).full_name,
            since=dates.printed_moment(row.taken_at), until=dates.printed_moment(row.until),
        )
    )  # fmt: skip


def present(session: Session, document_id: int) -> Checkout | None:
    """Load who has taken a document now, as it is stored at this moment; None when nobody has."""
    row = session.get(Checkout, document_id, populate_existing=True)
    return row if row is not None and row.until > db.now() else None


def among(session: Session, document_ids: Collection[int]) -> dict[int, CheckoutNote]:
    """Load who has taken these documents, by the id of the document; those that nobody has taken are missing. The caller has
    checked that the actor may read them."""
    query = select(Checkout, User.full_name).join(User, User.id == Checkout.user_id)
    rows = session.execute(query.where(Checkout.document_id.in_(document_ids), Checkout.until > db.now()))
    return {row.document_id: CheckoutNote(row.user_id, name, row.reason, row.taken_at, row.until) for row, name in rows}


def taken() -> ColumnElement[bool]:
    """Return an SQL condition on Document: somebody has taken it now."""
    return select(Checkout.document_id).where(Checkout.document_id == Document.id, Checkout.until > db.now()).exists()


def hours(session: Session) -> int:
    """After how many hours without a change by its holder a document is free again."""
    return session.scalar(select(Agency.checkout_hours)) or HOURS


def until(session: Session) -> dt.datetime:
    """When the time of a document ends that is taken or changed now."""
    return db.now() + dt.timedelta(hours=hours(session))
