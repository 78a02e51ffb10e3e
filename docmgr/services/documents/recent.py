"""What arrived lately, for a page that has no question yet."""

from __future__ import annotations

from sqlalchemy import select

from docmgr import db
from docmgr.models import Document
from docmgr.policy import Actor, require
from docmgr.services.access import rule


def documents(actor: Actor, limit: int = 10) -> list[Document]:
    """The newest documents that the actor may read, newest first. Raises Denied."""
    require(actor, "document:read")
    with db.read() as session:
        query = (
            select(Document)
            .where(rule.visible(actor))
            .order_by(Document.created_at.desc(), Document.id.desc())
        )
        return list(session.scalars(query.limit(limit)))
