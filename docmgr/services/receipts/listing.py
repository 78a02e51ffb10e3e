"""The table of a document's receipts, for those who may edit it and for who asked."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session, aliased

from docmgr import db
from docmgr.models import Document, Receipt, Unit, User
from docmgr.policy import Actor
from docmgr.services.access import guard
from docmgr.services.errors import NotFound
from docmgr.services.people import people
from legaltext import dates

PAGE_SIZE = 100
STATES = {
    "confirmed": "Đã đọc", "open": "Chưa xác nhận", "late": "Quá hạn", "blocked": "Không còn quyền đọc", "withdrawn": "Đã thôi yêu cầu",
}  # fmt: skip


@dataclass(frozen=True)
class ReceiptRow:
    """A receipt in the table. `state` is a key of STATES, `unit` names the unit that was asked as a whole, and `asker` who asked;
    None when there is none."""

    receipt: Receipt
    name: str
    unit: str | None
    asker: str | None
    state: str


@dataclass(frozen=True)
class ReceiptPage:
    """One page of the table, open receipts first. `total`, `confirmed` and `open` count on all pages. `may_ask` tells whether the
    actor may ask, because they may edit the document."""

    document: Document
    rows: tuple[ReceiptRow, ...]
    total: int
    confirmed: int
    open: int
    may_ask: bool


def may_see(actor: Actor, document_id: int) -> bool:
    """Whether the actor sees the table of a document: they may edit it, or may read it and asked somebody. Raises Denied, and
    NotFound when the actor may not read the document."""
    guard.get(actor, document_id)
    if guard.may_edit(actor, document_id):
        return True
    with db.read() as session:
        return _asked(session, actor, document_id)


def _asked(session: Session, actor: Actor, document_id: int) -> bool:
    asked = select(Receipt.id).where(Receipt.document_id == document_id, Receipt.asked_by == actor.user_id)
    return actor.user_id is not None and session.scalar(asked.limit(1)) is not None


def page(actor: Actor, document_id: int, number: int = 1) -> ReceiptPage:
    """Load one page of the table. Raises Denied, and NotFound when the actor does not see it."""
    document = guard.get(actor, document_id)
    edits = guard.may_edit(actor, document_id)
    with db.read() as session:
        if not edits and not _asked(session, actor, document_id):
            raise NotFound
        own, asker = Receipt.document_id == document_id, aliased(User)
        query = select(Receipt, User, Unit.name, asker.full_name).join(User, User.id == Receipt.user_id)
        query = query.outerjoin(Unit, Unit.id == Receipt.unit_id).outerjoin(asker, asker.id == Receipt.asked_by)
        ended = func.coalesce(Receipt.confirmed_at, Receipt.withdrawn_at).is_not(None)
        query = query.where(own).order_by(ended, Receipt.due_on, Receipt.id.desc()).limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE)
        found = session.execute(query).all()
        readers = guard.readers_among(session, document, people.with_groups(session, [user for _, user, *_ in found if user.disabled_at is None]))
        return ReceiptPage(
            document,
            tuple(ReceiptRow(row, user.full_name, unit, by, _state(row, user.id in readers)) for row, user, unit, by in found),
            *_counts(session, own),
            edits,
        )


def _counts(session: Session, which: ColumnElement[bool]) -> tuple[int, int, int]:
    """Count receipts: all, the confirmed ones, and the open ones."""
    still_open = func.sum(case((Receipt.confirmed_at.is_(None) & Receipt.withdrawn_at.is_(None), 1), else_=0))
    total, confirmed, open_ones = session.execute(select(func.count(Receipt.id), func.count(Receipt.confirmed_at), still_open).where(which)).one()
    return total, confirmed, open_ones or 0


def _state(row: Receipt, reads: bool) -> str:
    if row.confirmed_at is not None:
        return "confirmed"
    if row.withdrawn_at is not None:
        return "withdrawn"
    if not reads:
        return "blocked"
    return "late" if row.due_on < dates.today() else "open"
