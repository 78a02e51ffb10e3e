"""Readings: the one place that records that somebody was shown text of a document, or bytes of its files.

Text is what a document says: words of provisions, quotes, snippets, pictures of pages, files; its number, subject and
the other facts are labels. The document's own page is one reading each time it is opened, since an auditor asks how
often somebody came back to it. Where a task, a plan, a form or a list shows some of its words on the way, that is one
reading a visit. A search is one event of its own that names the documents of which it showed words (services.search).

An event is written before the text goes out; where it cannot be written the error is the answer and nothing is shown.
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

# How long somebody may go on with what they were shown before that is another visit.
VISIT = dt.timedelta(hours=1)
VIEW = "document:view"


def opened(actor: Actor, document_id: int) -> None:
    """The document itself was opened: one reading each time. Raises NotFound."""
    with db.write() as session:
        for document, _known in _readable(session, actor, {document_id}):
            log.document_event(session, actor, VIEW, document)


def record(actor: Actor, document_ids: Iterable[int]) -> None:
    """Words of these documents were shown on the way: one reading of each a visit.

    Raises NotFound where one of them may not be read (any more); then nothing is recorded and nothing may be shown.
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
    """Bytes of a file (file:open) or pictures of its pages (file:preview) go out."""
    with db.write() as session:
        log.document_event(session, actor, action, document, {"file": file.name, "sha256": file.sha256})


def file_opened_lately(actor: Actor, action: str, document_id: int, sha256: str) -> bool:
    """Whether the actor opened these bytes in this visit, so that a later piece of them only goes on with it."""
    query = select(TrailEvent.details).where(TrailEvent.document_id == document_id, _of_visit(actor, action))
    with db.read() as session:
        found = session.scalars(query.order_by(TrailEvent.seq.desc()).limit(50))
        return any(details.get("sha256") == sha256 for details in found)


def _readable(session: Session, actor: Actor, wanted: set[int]) -> list[tuple[Document, bool]]:
    """Each document and whether it was viewed in this visit. Raises NotFound where one of them may not be read."""
    known = exists().where(TrailEvent.document_id == Document.id, _of_visit(actor, VIEW))
    query = select(Document, known).where(Document.id.in_(wanted), rule.visible(actor))
    rows = session.execute(query.options(lazyload(Document.facts)).order_by(Document.id)).all()
    if len(rows) < len(wanted):
        raise NotFound
    return [(document, bool(lately)) for document, lately in rows]


def _of_visit(actor: Actor, action: str) -> ColumnElement[bool]:
    """Events of the same person (or of the same command line) within the hour; one dated later than now is none:
    it was written under a clock that was ahead, and would excuse every reading until then."""
    now = db.now()
    same = [TrailEvent.actor_id == actor.user_id]
    if actor.user_id is None:
        same.append(TrailEvent.via == actor.via)
    return and_(
        *same,
        TrailEvent.action == action,
        TrailEvent.at >= now - VISIT,
        TrailEvent.at <= now,
    )
