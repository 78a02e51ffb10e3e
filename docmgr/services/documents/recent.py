"""The documents that were uploaded last: a list of its own, whose first rows the search page shows when there is no query."""

from __future__ import annotations

from sqlalchemy import func, select

from docmgr import db
from docmgr.models import Document
from docmgr.policy import Actor, require
from docmgr.services.access import rule


def documents(actor: Actor, limit: int = 10, skip: int = 0) -> list[Document]:
    """Find at most `limit` documents that the actor may read after the first `skip`, those uploaded last first. Raises
    Denied when the actor's roles may not read documents."""
    require(actor, "document:read")
    with db.read() as session:
        query = (
            select(Document)
            .where(rule.visible(actor))
            .order_by(Document.created_at.desc(), Document.id.desc())
        )
        return list(session.scalars(query.limit(limit).offset(skip)))


def count(actor: Actor) -> int:
    """Count the documents that the actor may read. Raises Denied when the actor's roles may not read documents."""
    require(actor, "document:read")
    with db.read() as session:
        return session.scalar(select(func.count(Document.id)).where(rule.visible(actor))) or 0
