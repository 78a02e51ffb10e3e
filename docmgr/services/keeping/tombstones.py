"""What is left of documents that were deleted for good: their list for auditors, and those of a case file."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Text, cast, func, select

from docmgr import collation, db, paging, policy
from docmgr.models import Document, Tombstone
from docmgr.policy import Actor
from docmgr.services.access import rule
from docmgr.services.message import Message, restored
from legaltext.text import clean_line

PAGE_SIZE = 50


@dataclass(frozen=True)
class TombstoneRow:
    """What is left of one document, and why it was deleted for good."""

    stone: Tombstone
    reason: Message


@dataclass(frozen=True)
class TombstonePage:
    """One page of the list, the last deleted first. `total` counts those on all pages."""

    rows: tuple[TombstoneRow, ...]
    total: int
    page: int


def page(actor: Actor, about: str = "", number: int = 1) -> TombstonePage:
    """Load one page of the tombstones whose number, subject or hash contains the words `about`. A number beyond the end gives
    the last page. Raises Denied when the actor's roles may not read them."""
    policy.require(actor, "tombstone:read")
    typed = clean_line(about)[:200].split()
    query = select(Tombstone)
    if typed:
        hashed = len(typed) == 1 and len(typed[0]) == 64
        held = cast(Tombstone.hashes, Text).contains(typed[0].lower(), autoescape=True)
        query = query.where(held if hashed else collation.holds(typed, Tombstone.label, Tombstone.number, Tombstone.subject))
    with db.read() as session:
        total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
        number, _ = paging.nearest(number, total, PAGE_SIZE)
        rows = session.scalars(query.order_by(Tombstone.purged_at.desc(), Tombstone.id.desc()).limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE))
        return TombstonePage(tuple(TombstoneRow(row, restored(row.reason)) for row in rows), total, number)


def of_case(actor: Actor, case_id: int) -> list[Tombstone]:
    """List what is left of the documents that were destroyed with a case file, in their order: of those that the actor might
    read when they were there. Raises Denied when the actor's roles may not read case files."""
    policy.require(actor, "case:read")
    query = select(Tombstone).join(Document, Document.id == Tombstone.document_id)
    query = query.where(Tombstone.case_id == case_id, rule.readable(actor)).order_by(Tombstone.place, Tombstone.id)
    with db.read() as session:
        return list(session.scalars(query))
