"""Turn pages of scans that were scanned sideways or upside down, and have the text of these pages recognised again."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr import db
from docmgr.models import Document, File, Job, PageTurn, Version
from docmgr.policy import Actor, require
from docmgr.services import jobs
from docmgr.services.access import guard
from docmgr.services.documents import files
from docmgr.services.documents.pictures import previews
from docmgr.services.errors import NotFound
from docmgr.services.scans import recognise
from docmgr.services.trail import log as trail_log

TURNS = {"left": 270, "right": 90}


def turn(actor: Actor, file_id: int, number: int, by: str) -> tuple[int, int | None]:
    """Turn page `number` (from 1) of a scan by a quarter: `by` is "left" or "right". The words that were recognised on the
    page are removed, and a job recognises it again; until then the text of the document stays. Returns the id of the
    document and the number of the version, None for the newest. Raises Denied when the actor's roles may not edit documents. Raises NotFound when the actor may not open
    the file or not edit its document, when its pages have a text of their own, or when there is no such page."""
    require(actor, "document:edit")
    opened = files.open_file(actor, file_id, action="file:preview", continuation=True)
    with db.read() as session:
        version = session.scalars(select(Version).join(File, File.version_id == Version.id).where(File.id == file_id)).one()
    shown = previews.pictured(actor, version)
    if by not in TURNS or shown is None or shown.file_id != file_id or number not in shown.turns:
        raise NotFound
    with db.write() as session:
        document = guard.for_change(session, actor, opened.document_id)
        angle = _turned(session, version.id, number, TURNS[by])
        _recognise_again(session, document, version.id)
        details = {"file": opened.name, "page": number, "angle": angle}
        trail_log.document_event(session, actor, "file:turn", document, details)
        return document.id, None if version.no == document.current_no else version.no


def _turned(session: Session, version_id: int, number: int, by: int) -> int:
    """Save that the page is turned by so many degrees more. Returns how far it is turned now."""
    row = session.get(PageTurn, (version_id, number))
    angle = ((row.angle if row is not None else 0) + by) % 360
    session.merge(PageTurn(version_id=version_id, number=number, angle=angle))
    return angle


def _recognise_again(session: Session, document: Document, version_id: int) -> None:
    """Queue the recognition of the pages that were turned. What was recognised before stays until then."""
    waits = select(Job.id).where(Job.kind == recognise.KIND, Job.version_id == version_id, Job.leased_until.is_(None))
    if session.scalar(waits.limit(1)) is None:
        jobs.enqueue(session, recognise.KIND, document.id, version_id)
