"""The list of documents that were deleted for good, for auditors."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Text, cast, func, select

from docmgr import collation, db, paging, policy
from docmgr.models import Tombstone
from docmgr.policy import Actor
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
