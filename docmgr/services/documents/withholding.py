"""Withhold a document that has a secrecy stamp: its row, its events and the reason remain, but the stamped version is
removed with its text and files."""

from __future__ import annotations

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from docmgr import context
from docmgr.models import (
    Attachment,
    Citation,
    DocumentFact,
    File,
    Job,
    KeptReading,
    Link,
    PageTurn,
    Provision,
    RecognisedPage,
    Relation,
    Signature,
    Task,
    Version,
    WithheldBytes,
)
from docmgr.policy import WORKER
from docmgr.services.access import guard
from docmgr.services.documents import facts, intake, lifecycle, progress
from docmgr.services.documents.pictures import renderings
from docmgr.services.trail import log as trail_log


def withhold(session: Session, version: Version, secrecy: str | None) -> list[str]:
    """Remove a secret version, with its text and files, and every version of any document with the same bytes. Mails and
    archives that contain the bytes are removed as well. The rows of the documents and the trail stay. `secrecy` is the level of the stamp; None
    when it is not known. Returns the SHA-256 hashes of the secret bytes and of what was rendered from them, in hexadecimal. The caller must remove these
    bytes from the storage after the unit of work. Decree 26/2020/NĐ-CP, Article 3, forbids secret papers on a machine
    with a network."""
    shas = _with_containers(session, {file.sha256 for file in version.files})
    owners = dict.fromkeys(shas, version.document_id) | _owners(session, shas)
    query = (
        select(Version)
        .join(File, File.version_id == Version.id)
        .where(File.sha256.in_(shas))
        .order_by(Version.document_id, Version.id)
        .distinct()
    )
    for sha256 in sorted(shas):
        intake.lock(session, sha256)
        context.current().storage.condemn(sha256)
    for copy in session.scalars(query).all():
        _withhold_one(session, copy, secrecy)
    for sha256 in sorted(shas):
        if session.get(WithheldBytes, sha256) is None:
            session.add(WithheldBytes(sha256=sha256, document_id=owners[sha256], secrecy=secrecy))
    return sorted({*shas, *renderings.take_away(session, shas)})


def _with_containers(session: Session, shas: set[str]) -> set[str]:
    """Add to the SHA-256 hashes `shas` of secret bytes those of the mails and archives that contain them. An archive may
    itself be in another one, whose hash is added too."""
    found, new = set(shas), set(shas)
    while new:
        query = select(File.sha256).join(Attachment, Attachment.version_id == File.version_id).where(Attachment.sha256.in_(new))
        new = set(session.scalars(query)) - found
        found |= new
    return found


def _owners(session: Session, shas: set[str]) -> dict[str, int]:
    """Find the first document of each of these SHA-256 hashes."""
    query = select(File.sha256, Version.document_id).join(Version, Version.id == File.version_id)
    rows = session.execute(query.where(File.sha256.in_(shas)).order_by(Version.document_id.desc()))
    return {sha256: document for sha256, document in rows}


def _withhold_one(session: Session, version: Version, secrecy: str | None) -> None:
    document = guard.locked(session, version.document_id)
    for table in (Provision, Citation, RecognisedPage, PageTurn, Attachment, Signature, KeptReading, File):
        session.execute(delete(table).where(table.version_id == version.id))
    session.execute(update(Link).where(Link.version_id == version.id).values(version_id=None))
    session.execute(update(Task).where(Task.version_id == version.id).values(version_id=None, quote=None))
    # A relation names no version, and its quote may be text of either document.
    of_it = or_(Relation.source_id == document.id, Relation.target_id == document.id)
    session.execute(update(Relation).where(of_it).values(quote=None))
    session.execute(delete(Job).where(Job.version_id == version.id))
    session.execute(delete(Version).where(Version.id == version.id))
    others = session.scalar(select(Version.id).where(Version.document_id == document.id).limit(1))
    if others is None:
        session.execute(
            update(DocumentFact).where(DocumentFact.document_id == document.id).values(value=None, quote=None)
        )
        facts.forget(document)
    document.workflow, document.publish_when_read, document.file_name = "draft", False, None
    document.state, document.reason_code, document.secrecy = "withheld", "secrecy", secrecy
    lifecycle.touch(session, document)
    trail_log.document_event(session, WORKER, "document:withhold", document, {"reason": progress.withheld(secrecy)})
