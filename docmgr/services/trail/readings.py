"""Record readings: a person was shown text of a document, or bytes of its files.

Text means words of provisions, quotes, snippets and pictures of pages. Showing the number, the subject or another fact of a
document is not recorded. A reading is recorded before the text is sent. When it cannot be recorded, nothing is shown.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.orm import Session, lazyload

from docmgr import db
from docmgr.models import Document, File, TrailEvent
from docmgr.policy import Actor
from docmgr.services.access import rule
from docmgr.services.errors import NotFound
from docmgr.services.trail import log

# How long a visit lasts: within it, seeing the same again is not recorded again.
VISIT = dt.timedelta(hours=1)
# How long a visit of several tabs of a document's own page lasts, from the opening that was recorded.
TABS = dt.timedelta(minutes=10)
VIEW = "document:view"


def opened(actor: Actor, document_id: int, *, apart: bool = False) -> None:
    """Record that the actor opened the document's own page. Its tabs that the actor opens within the next minutes (TABS) belong to
    this visit and are not recorded again, unless the document has changed meanwhile. With `apart` the page is always a
    reading of its own. Raises NotFound when the actor may not read the document."""
    if not apart:
        with db.read() as session:
            if all(known for _document, known in _readable(session, actor, {document_id}, TABS)):
                return
    with db.write() as session:
        # Asked again, because another tab may have been opened at the same time.
        for document, known in _readable(session, actor, {document_id}, TABS):
            if apart or not known:
                log.document_event(session, actor, VIEW, document)


def record(actor: Actor, document_ids: Iterable[int]) -> None:
    """Record that words of these documents were shown to the actor on a page about something else.

    A document that the actor has viewed within the last hour is not recorded again. Raises NotFound when the actor may not
    read one of the documents. Then nothing is recorded, and the caller must show nothing.
    """
    wanted = set(document_ids)
    if not wanted:
        return
    with db.read() as session:
        unread = [document for document, known in _readable(session, actor, wanted) if not known]
    if not unread:
        return
    with db.write() as session:
        for document in unread:
            log.document_event(session, actor, VIEW, document)


def file_opened(actor: Actor, action: str, document: Document, file: File) -> None:
    """Record that bytes of a file (action "file:open") or pictures of its pages (action "file:preview") are sent to
    the actor."""
    with db.write() as session:
        log.document_event(session, actor, action, document, {"file": file.name, "sha256": file.sha256})


def file_opened_lately(actor: Actor, action: str, document_id: int, sha256: str) -> bool:
    """Whether the actor has opened the file with the hash `sha256` within the last hour. If so, the caller need not record
    another reading. `action` is "file:open" or "file:preview"."""
    query = select(TrailEvent.details).where(TrailEvent.document_id == document_id, _of_visit(actor, action))
    with db.read() as session:
        found = session.scalars(query.order_by(TrailEvent.seq.desc()).limit(50))
        return any(details.get("sha256") == sha256 for details in found)


def _readable(session: Session, actor: Actor, wanted: set[int], lasting: dt.timedelta | None = None) -> list[tuple[Document, bool]]:
    """Load the documents `wanted`: pairs (document, whether the actor has viewed it within the last hour), ascending
    by id. With `lasting` this time counts instead of the hour, and only since the document changed last. Raises NotFound
    when the actor may not read one of them."""
    seen = [TrailEvent.document_id == Document.id, _of_visit(actor, VIEW, lasting)]
    if lasting is not None:
        seen.append(TrailEvent.at >= Document.changed_at)
    known = exists().where(*seen)
    query = select(Document, known).where(Document.id.in_(wanted), rule.visible(actor))
    rows = session.execute(query.options(lazyload(Document.facts)).order_by(Document.id)).all()
    if len(rows) < len(wanted):
        raise NotFound
    return [(document, bool(lately)) for document, lately in rows]


def _of_visit(actor: Actor, action: str, lasting: dt.timedelta | None = None) -> ColumnElement[bool]:
    """Return an SQL condition on TrailEvent: the actor did `action` within the last hour, or the time `lasting`. For the command line and
    the worker, which have no person, all their events count."""
    now = db.now()
    same = [TrailEvent.actor_id == actor.user_id]
    if actor.user_id is None:
        same.append(TrailEvent.via == actor.via)
    return and_(
        *same,
        TrailEvent.action == action,
        TrailEvent.at >= now - (VISIT if lasting is None else lasting),
        TrailEvent.at <= now,
    )
