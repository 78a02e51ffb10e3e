"""The newest documents, shown on the search page when there is no query."""

from __future__ import annotations

from sqlalchemy import select

from docmgr import db
from docmgr.models import Document
from docmgr.policy import Actor, require
from docmgr.services.access import rule


def documents(actor: Actor, limit: int = 10) -> list[Document]:
    """Find at most `limit` documents that the actor may read, those uploaded last first. Raises Denied when the
    actor's roles may not read documents."""
    require(actor, "document:read")
    with db.read() as session:
        query = (
            select(Document)
            .where(rule.visible(actor))
            .order_by(Document.created_at.desc(), Document.id.desc())
        )
        return list(session.scalars(query.limit(limit)))
