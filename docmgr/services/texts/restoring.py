"""Make an older version of a document the newest one again.

The new version has the same files, whose bytes are stored once, and everything that was read from them. The versions
in between stay, so that restoring is undone by restoring again.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session, undefer

from docmgr import db
from docmgr.db import Base
from docmgr.models import (
    Attachment,
    Citation,
    Document,
    File,
    Job,
    PageTurn,
    Provision,
    RecognisedPage,
    Signature,
    Version,
)
from docmgr.policy import Actor
from docmgr.services import jobs
from docmgr.services.access import guard, versions
from docmgr.services.documents import ingest, intake, lifecycle
from docmgr.services.documents.confirming.renditions import LOOK
from docmgr.services.documents.rereading import queue
from docmgr.services.errors import Conflict, Invalid, NotFound
from docmgr.services.forms import STALE
from docmgr.services.message import Message
from docmgr.services.trail import log

NO_CONTENT = Message("Nội dung của văn bản này đã được gỡ vì dấu mật, nên không khôi phục phiên bản nào được.")
IS_NEWEST = Message("Phiên bản này đang là phiên bản mới nhất.")
SAME_FILES = Message("Phiên bản mới nhất đã có cùng tệp với phiên bản này.")
STILL_READING = Message("Văn bản đang được đọc hoặc nhận dạng chữ. Hãy đợi đọc xong rồi khôi phục.")
NOTE = "Khôi phục từ phiên bản {no}"
# What was read from the files of a version.
READ = (Provision, Citation, Signature, RecognisedPage, PageTurn, Attachment)


def as_newest(actor: Actor, document_id: int, no: int) -> int:
    """Add a version with the files and the text of version `no`, and return its number. Facts that people confirmed
    stay; the others are proposed anew from the text. Raises NotFound or Denied when the actor may not edit the
    document or see the version. Raises Invalid when it is the newest one or has the same files, when the document is
    withheld, and while one of the two is being read. Raises Conflict when the files have just been found to be secret."""
    guard.get_editable(actor, document_id)
    with db.write() as session:
        hashes = lock_bytes(session, document_id, no)
        # The row is locked: of two people who restore at once, the second finds the version of the first.
        document = guard.for_change(session, actor, document_id)
        old = versions.numbered(session, actor, document, no)
        if old is None:
            raise NotFound
        _refuse(session, actor, document, old)
        if intake.known_secret(session, hashes) is not None:
            raise Conflict(STALE)
        new = copy_version(session, actor, document, old, no=document.current_no + 1, note=NOTE.format(no=old.no))
        document.current_no, document.publish_when_read = new.no, False
        ingest.set_state(document, new)
        if any(not fact.confirmed for fact in document.facts) and new.outcome == "text":
            queue.ask(session, new, "read")
        lifecycle.follow_version(session, document)
        lifecycle.touch(session, document)
        details = {"no": new.no, "restored": old.no, "file": new.files[0].name, "sha256": new.files[0].sha256}
        log.document_event(session, actor, "version:restore", document, details)
        return new.no


def lock_bytes(session: Session, document_id: int, no: int) -> list[str]:
    """Lock the bytes of a version before the row of its document, as everybody does who withholds them. Returns their
    SHA-256 hashes in hexadecimal."""
    own = (Version.document_id == document_id) & (Version.no == no)
    hashes = sorted(set(session.scalars(select(File.sha256).join(Version, Version.id == File.version_id).where(own))))
    for sha256 in hashes:
        intake.lock(session, sha256)
    return hashes


def _refuse(session: Session, actor: Actor, document: Document, old: Version) -> None:
    """Raise Invalid when a version cannot be restored now: whoever restores a version uploads it, and so might open what
    nobody has looked through yet."""
    newest = versions.newest(session, document)
    if document.state == "withheld" or newest is None or not old.files:
        raise Invalid(NO_CONTENT)
    if newest.id == old.id:
        raise Invalid(IS_NEWEST)
    if _is_read(session, newest, "read", queue.KIND):
        raise Invalid(STILL_READING)
    refuse_unread(session, actor, old)
    if [file.sha256 for file in newest.files] == [file.sha256 for file in old.files]:
        raise Invalid(SAME_FILES)


def refuse_unread(session: Session, actor: Actor, old: Version) -> None:
    """Raise Invalid when a version cannot be copied now, because it is being read or nobody has looked through it yet."""
    if _is_read(session, old, "read", queue.KIND, "ocr"):
        raise Invalid(STILL_READING)
    if session.scalar(select(Version.id).where(Version.id == old.id, versions.looked_through(actor))) is None:
        raise Invalid(STILL_READING)


def _is_read(session: Session, version: Version, *kinds: str) -> bool:
    """Whether a version is being read, or waits for it, by jobs of these kinds."""
    waits = select(Job.id).where(Job.version_id == version.id, Job.kind.in_(kinds)).limit(1)
    return version.outcome is None or version.read_again or session.scalar(waits) is not None


def copy_version(session: Session, actor: Actor, document: Document, old: Version, *, no: int, note: str | None) -> Version:
    """Add to a document the version `no` with everything that `old` has, which may belong to another document. The caller holds
    the locks of the bytes."""
    loaded = select(Version).where(Version.id == old.id).options(undefer(Version.text), undefer(Version.text_before))
    session.scalar(loaded.execution_options(populate_existing=True))
    new: Version = _copy(old, document_id=document.id, no=no, created_by=actor.user_id, created_at=db.now(), note=note, obligations_found=False)
    session.add(new)
    session.flush()
    for file in old.files:
        # A file belongs to whoever added it, also while it is looked through.
        added_by = old.created_by if file.created_by is None else file.created_by
        new.files.append(_copy(file, version_id=new.id, created_by=added_by))
    for table in READ:
        rows = session.scalars(select(table).where(table.version_id == old.id)).all()
        session.add_all([_copy(row, version_id=new.id) for row in rows])
    if any(file.waits for file in new.files):
        jobs.enqueue(session, LOOK, document.id, new.id)
    session.flush()
    return new


def _copy(row: Any, **changes: Any) -> Any:
    """Make a row like `row` with some columns changed. Its own id, if it has one, is left out."""
    table: type[Base] = type(row)
    values = {column.key: getattr(row, column.key) for column in inspect(table).column_attrs if column.key != "id"}
    return table(**(values | changes))
