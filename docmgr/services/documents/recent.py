"""The documents that were uploaded last: a list of its own, whose first rows the search page shows when there is no query.
The list can be narrowed to a type and to days of issue."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select, true

from docmgr import db
from docmgr.models import Document
from docmgr.policy import Actor, require
from docmgr.services.access import rule


@dataclass(frozen=True)
class Narrowed:
    """Which documents to list: those of the type `type` that were issued from the day `since` to the day `until`. "" is
    documents whose type is not known. None sets no condition."""

    type: str | None = None
    since: dt.date | None = None
    until: dt.date | None = None

    def condition(self) -> ColumnElement[bool]:
        """The same as an SQL condition on Document."""
        found: ColumnElement[bool] = true()
        if self.type is not None:
            found = found & (func.coalesce(Document.type, "") == self.type)
        if self.since is not None:
            found = found & (Document.issued_on >= self.since)
        if self.until is not None:
            found = found & (Document.issued_on <= self.until)
        return found


ALL = Narrowed()


def documents(actor: Actor, limit: int = 10, skip: int = 0, wanted: Narrowed = ALL) -> list[Document]:
    """Find at most `limit` documents that the actor may read after the first `skip`, those uploaded last first; only those
    that `wanted` describes. Raises Denied when the actor's roles may not read documents."""
    require(actor, "document:read")
    with db.read() as session:
        query = (
            select(Document)
            .where(rule.visible(actor), wanted.condition())
            .order_by(Document.created_at.desc(), Document.id.desc())
        )
        return list(session.scalars(query.limit(limit).offset(skip)))


def count(actor: Actor, wanted: Narrowed = ALL) -> int:
    """Count the documents that the actor may read and that `wanted` describes. Raises Denied when the actor's roles may not
    read documents."""
    require(actor, "document:read")
    with db.read() as session:
        return session.scalar(select(func.count(Document.id)).where(rule.visible(actor), wanted.condition())) or 0
