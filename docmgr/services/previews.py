"""Opening files on the web: which request is the reading, and which only carries it on.

Decides what counts as the continuation of a reading (a later piece of a download, the next page of a preview): the
same person opened the same bytes lately. Leaves rights and the event itself to services.documents.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from docmgr import db
from docmgr.models import TrailEvent
from docmgr.policy import Actor
from docmgr.reading.page_image import NoPicture, draw
from docmgr.services import documents
from docmgr.services.errors import NotFound

# How long a reader may leaf through one opened file before it counts as opened again.
CONTINUES = dt.timedelta(hours=1)


def open_part(actor: Actor, file_id: int, *, action: str, later_part: bool) -> documents.OpenedFile:
    """A file; `later_part` records no event where the actor opened the same bytes within the hour. Raises NotFound."""
    opened = documents.open_file(actor, file_id, action=action, continuation=True)
    if not (later_part and _opened_lately(actor, opened, action)):
        documents.open_file(actor, file_id, action=action)
    return opened


def start(actor: Actor, file_id: int) -> None:
    """A page that shows pictures of the file is being opened: one preview. Raises NotFound."""
    documents.open_file(actor, file_id, action="file:preview")


def page_image(actor: Actor, file_id: int, number: int) -> bytes:
    """PNG of one page of a PDF (from 1). Raises NotFound, also where the page cannot be drawn."""
    opened = documents.open_file(actor, file_id, action="file:preview", continuation=True)
    if opened.kind != "pdf":
        raise NotFound
    if not _opened_lately(actor, opened, "file:preview"):
        documents.open_file(actor, file_id, action="file:preview")
    try:
        return draw(opened.path, number)
    except NoPicture:
        raise NotFound from None


def _opened_lately(actor: Actor, opened: documents.OpenedFile, action: str) -> bool:
    query = (
        select(TrailEvent.details)
        .where(
            TrailEvent.document_id == opened.document_id,
            TrailEvent.actor_id == actor.user_id,
            TrailEvent.action == action,
            TrailEvent.at >= db.now() - CONTINUES,
        )
        .order_by(TrailEvent.seq.desc())
        .limit(50)
    )
    with db.read() as session:
        return any(details.get("sha256") == opened.sha256 for details in session.scalars(query))
