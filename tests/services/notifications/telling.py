"""What people are told, and things of which they are told."""

from __future__ import annotations

import io

from sqlalchemy import select

from docmgr import db
from docmgr.models import Unit
from docmgr.policy import Actor
from docmgr.services.documents import lifecycle
from docmgr.services.documents import upload as uploads
from docmgr.services.notifications import (
    listing,
    making,
)


def told(actor: Actor, *, only_unread: bool = False) -> list[tuple[str, str, str]]:
    """What the actor's list says, the oldest first: (reason, action, label)."""
    while making.make():
        db.release()
    db.release()
    rows = listing.page(actor, only_unread=only_unread).rows
    return [(row.reason, row.action, (row.document or row.about).label if row.document or row.about else "") for row in reversed(rows)]  # type: ignore[union-attr]


def paper(actor: Actor, name: str = "a.txt", folder_id: int | None = None) -> int:
    """A published document."""
    done = uploads.upload(actor, io.BytesIO(name.encode() * 9), name, folder_id=folder_id)
    assert done.document_id is not None
    lifecycle.set_workflow(actor, done.document_id, "published")
    return done.document_id


def unit_of(name: str) -> int:
    with db.read() as session:
        return session.scalars(select(Unit.id).where(Unit.name == name)).one()
