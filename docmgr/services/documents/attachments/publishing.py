"""Decide when a mail, an archive or an edXML message is published by itself, and the files inside it.

A file that nobody could look into (locked, nested too deep, a scan without its words) may have a stamp of secrecy. So
neither it nor the files around it are published by themselves: they stay drafts, and a person decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr import db
from docmgr.models import Attachment, Document, File, Version
from docmgr.policy import WORKER, Actor, require
from docmgr.reading.formats.kinds import is_container
from docmgr.services.access import guard, versions
from docmgr.services.documents import lifecycle
from docmgr.services.documents.page import DocumentFrame
from docmgr.services.documents.rereading.recognised import SCAN, missing, stored_pages
from docmgr.services.message import Message

# Reasons of outcomes.LEFT_OUT that leave open what the file says. A program or a logo is no paper.
_CLOSED = frozenset({"encrypted", "broken", "too_large", "nested", "archive"})
# Reasons of outcomes.REASONS of files that have no words, but were looked through.
_LOOKED_THROUGH = frozenset({"no_words", "ocr_nothing", "empty"})
_NAMES_SHOWN = 5
_STILL_READ = Message("Máy còn đọc các tệp bên trong. Văn bản được công bố khi đọc xong, nếu không tệp nào có dấu mật.")


@dataclass(frozen=True)
class FilesInside:
    """What is known about the files inside a file, and inside these. `waiting`: some are still to be read. `closed` are
    the names of those that nobody could look into."""

    waiting: bool = False
    closed: tuple[str, ...] = ()


def locked(session: Session, document_id: int) -> Document:
    """Lock and return the document with this id, of which a file was read. The documents whose files contain it are locked
    too, because `publish` may change them. Raises NotFound when there is no such document."""
    # Ascending, as in `lifecycle`: who deletes or moves a mail with its papers waits, but there is no deadlock.
    held = {one: guard.locked(session, one) for one in sorted({document_id, *_around(session, document_id, versions.NESTED)})}
    return held[document_id]


def publish(session: Session, document: Document, version: Version) -> bool:
    """Publish a document whose `version` was read, if that was asked for at upload and nothing is unknown. Then look at the
    files that contain it in the same way. Returns whether the document was published."""
    published = _publish_alone(session, document, version)
    _publish_around(session, document.id, versions.NESTED)
    return published


def _publish_alone(session: Session, document: Document, version: Version) -> bool:
    asked = document.publish_when_read and document.workflow == "draft" and document.deleted_at is None
    ready = asked and _is_known(session, document, version)
    if ready:
        lifecycle.change_workflow(session, WORKER, document, "published")
    return ready


def held_back(actor: Actor, found: DocumentFrame) -> Message | None:
    """Say why the draft that the frame `found` shows is not published by itself: the names of the files inside it that nobody
    could look into, or that some are still to be read. None when there are none or it is no draft. Raises Denied when the
    actor's roles may not read documents."""
    require(actor, "document:read")
    version = found.version
    if version is None or found.document.workflow != "draft" or not any(is_container(file.kind) for file in version.files):
        return None
    with db.read() as session:
        files = inside(session, version.id)
    if not files.closed:
        return _STILL_READ if files.waiting and found.document.publish_when_read else None
    closed = files.closed
    names = ", ".join(closed[:_NAMES_SHOWN]) + ("…" if len(closed) > _NAMES_SHOWN else "")
    return Message(
        "Máy không xem được %(count)s tệp bên trong (%(names)s), nên không biết có dấu mật hay không. Văn bản vẫn là dự thảo "
        "cho đến khi có người xem các tệp ấy rồi công bố.",
        count=len(closed), names=names,
    )  # fmt: skip


def inside(session: Session, version_id: int, levels: int = versions.NESTED) -> FilesInside:
    """Look at the files inside the file of a version. `levels` is how deep to look: a file inside a file inside it is
    on the second level."""
    attachments = session.scalars(
        select(Attachment).where(Attachment.version_id == version_id).order_by(Attachment.position)
    ).all()
    read = _versions_of(session, attachments)
    waiting, closed = False, list[str]()
    for one in attachments:
        found, kind = read.get((one.document_id, one.sha256), (None, ""))
        if one.reason_code in _CLOSED:
            closed.append(one.name)
        elif found is None:
            continue
        elif _waits(session, found, one.sha256):
            waiting = True
        elif not _was_looked_through(session, found):
            closed.append(one.name)
        elif levels > 1 and is_container(kind):
            below = inside(session, found.id, levels - 1)
            waiting = waiting or below.waiting
            # Who sees this file may not see the document that the one inside has become, nor names inside that.
            closed += [one.name] if below.closed else []
    return FilesInside(waiting, tuple(closed))


def _versions_of(session: Session, attachments: Sequence[Attachment]) -> dict[tuple[int | None, str | None], tuple[Version, str]]:
    """Find the versions that attachments became, with the kinds of their files, by (document id, SHA-256)."""
    query = (
        select(Version, File.sha256, File.kind)
        .join(File, File.version_id == Version.id)
        .where(
            Version.document_id.in_({one.document_id for one in attachments if one.document_id is not None}),
            File.sha256.in_({one.sha256 for one in attachments if one.sha256 is not None}),
        )
    )
    return {(version.document_id, sha256): (version, kind) for version, sha256, kind in session.execute(query)}


def _waits(session: Session, version: Version, sha256: str | None = None) -> bool:
    """Whether the worker still has to read the version or to recognise its words, or to look through its further file
    with this hash."""
    if version.outcome is None or version.reason_code == SCAN:
        return True
    if version.picture_pages and missing(session, version):
        return True
    waiting = select(File.id).where(File.version_id == version.id, File.sha256 == sha256, File.waits.is_(True))
    return session.scalar(waiting.limit(1)) is not None


def _was_looked_through(session: Session, version: Version) -> bool:
    """Whether all of the version's file was read. A page that could not be recognised may have a stamp."""
    if version.outcome != "text":
        return version.reason_code in _LOOKED_THROUGH
    return all(page.fault is None for page in stored_pages(session, version.id))


def _is_known(session: Session, document: Document, version: Version) -> bool:
    """Whether nothing about the content of a version is unknown. A file that was uploaded by itself and contains no files
    need not be readable: people see what they upload."""
    alone = session.scalar(select(Attachment.id).where(Attachment.document_id == document.id).limit(1)) is None
    if alone and not any(is_container(file.kind) for file in version.files):
        return True
    if _waits(session, version) or not _was_looked_through(session, version):
        return False
    return inside(session, version.id) == FilesInside()


def _publish_around(session: Session, document_id: int, levels: int) -> None:
    """Publish the documents whose files contain the document, if that was asked for and they waited for it alone."""
    for container_id in _around(session, document_id, 1):
        container = guard.locked(session, container_id)
        version = versions.newest(session, container)
        if version is not None:
            _publish_alone(session, container, version)
        if levels > 1:
            _publish_around(session, container_id, levels - 1)


def _around(session: Session, document_id: int, levels: int) -> list[int]:
    """Find the documents of which a file that was read contains the document, on this many levels. Returns their ids."""
    query = (
        select(Document.id)
        .join(Version, (Version.document_id == Document.id) & (Version.no == Document.current_no))
        .join(Attachment, Attachment.version_id == Version.id)
        .where(Attachment.document_id == document_id, Version.outcome.is_not(None), Document.deleted_at.is_(None))
    )
    found = list(session.scalars(query.distinct().order_by(Document.id)))
    outer = [one for inner in found if levels > 1 for one in _around(session, inner, levels - 1)]
    return [*found, *outer]
