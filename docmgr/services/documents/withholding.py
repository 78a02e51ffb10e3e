"""Withhold what has a secrecy stamp. The rows of the documents, their events and the reason remain.

Only the bytes of the stamped file count as secret. A version whose first file has them is removed with its text and
files. Where a further file has them, that file is removed alone.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, delete, func, or_, select, update
from sqlalchemy.orm import Session

from docmgr import context
from docmgr.models import (
    Attachment,
    ChangedDocument,
    ChecklistLine,
    Checkout,
    Citation,
    Comment,
    Consultation,
    DocumentFact,
    File,
    Finding,
    InspectionCheck,
    Job,
    KeptReading,
    Link,
    Opinion,
    PageTurn,
    Provision,
    Receipt,
    RecognisedPage,
    Relation,
    RenditionPage,
    Signature,
    Task,
    Version,
    VersionObligation,
    WithheldBytes,
)
from docmgr.policy import WORKER
from docmgr.services.access import guard
from docmgr.services.documents import facts, intake, lifecycle, progress
from docmgr.services.documents.pictures import renderings
from docmgr.services.documents.rereading import obligations, queue
from docmgr.services.own_fields import assigning
from docmgr.services.trail import log as trail_log

LOST_LINE = "Nội dung kiểm tra (văn bản không còn)"


def withhold(session: Session, version: Version, secrecy: str | None, stamped: File | None = None) -> list[str]:
    """Remove secret bytes wherever they are: those of the file `stamped` of the version, or of its first file when
    `stamped` is None. Mails and archives that contain the bytes are secret as well.

    Every version whose first file has such bytes is removed. A further file with such bytes is removed alone, and the
    bytes of the other files of its version do not count as secret. `secrecy` is the level of the stamp; None when it is
    not known. Returns the SHA-256 hashes, in hexadecimal, of the bytes that the caller must remove from the storage
    after the unit of work. Decree 26/2020/NĐ-CP, Article 3, forbids secret papers on a machine with a network."""
    shas = _with_containers(session, {(stamped or version.files[0]).sha256})
    owners = dict.fromkeys(shas, version.document_id) | _owners(session, shas)
    for sha256 in sorted(shas):
        intake.lock(session, sha256)
        context.current().storage.condemn(sha256)
    for copy in _versions_with(session, shas):
        if copy.files[0].sha256 in shas:
            _withhold_one(session, copy, secrecy)
        else:
            _withhold_renditions(session, copy, shas, secrecy)
    for sha256 in sorted(shas):
        if session.get(WithheldBytes, sha256) is None:
            session.add(WithheldBytes(sha256=sha256, document_id=owners[sha256], secrecy=secrecy))
    return sorted({*shas, *renderings.take_away(session, shas)})


def _versions_with(session: Session, shas: set[str]) -> list[Version]:
    holding = select(File.version_id).where(File.sha256.in_(shas))
    query = select(Version).where(Version.id.in_(holding))
    return list(session.scalars(query.order_by(Version.document_id, Version.id)))


def _withhold_renditions(session: Session, version: Version, shas: set[str], secrecy: str | None) -> None:
    """Remove the further files of a version that have secret bytes. Its text, facts and other files stay."""
    document = guard.locked(session, version.document_id)
    for file in [file for file in version.files[1:] if file.sha256 in shas]:
        details = {"no": version.no, "file": file.name, "sha256": file.sha256, "reason": progress.withheld(secrecy)}
        session.execute(delete(RenditionPage).where(RenditionPage.file_id == file.id))
        version.files.remove(file)
        session.delete(file)
        # Signatures do not say from which file of the version they are.
        session.execute(delete(Signature).where(Signature.version_id == version.id))
        _forget_comments(session, document.id)
        queue.ask(session, version)
        trail_log.document_event(session, WORKER, "file:withhold", document, details)
    lifecycle.touch(session, document)


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
    remove_versions(session, document.id, Version.id == version.id)
    others = session.scalar(select(Version.id).where(Version.document_id == document.id).limit(1))
    if others is None:
        session.execute(
            update(DocumentFact).where(DocumentFact.document_id == document.id).values(value=None, quote=None)
        )
        facts.forget(document)
        assigning.forget(session, document.id)
    document.workflow, document.publish_when_read, document.file_name = "draft", False, None
    document.state, document.reason_code, document.secrecy = "withheld", "secrecy", secrecy
    lifecycle.touch(session, document)
    trail_log.document_event(session, WORKER, "document:withhold", document, {"reason": progress.withheld(secrecy)})


def remove_versions(session: Session, document_id: int, which: ColumnElement[bool]) -> None:
    """Delete those versions of a document that meet the condition on Version, with everything that was read from them. What
    refers to such a version stays, without its words; comments go, whichever version they were written on. Their bytes stay too."""
    _forget_comments(session, document_id)
    own = select(Version.id).where(Version.document_id == document_id, which)
    made = select(VersionObligation).where(VersionObligation.version_id.in_(own), VersionObligation.task_id.is_not(None))
    obligations.forget_words(session, session.scalars(made.order_by(VersionObligation.id)).all())
    tables = (Provision, Citation, RecognisedPage, PageTurn, Attachment, Signature, KeptReading, VersionObligation, File)
    of_it = or_(Relation.source_id == document_id, Relation.target_id == document_id)
    _forget_lines(session, document_id, own)
    for statement in (
        delete(RenditionPage).where(RenditionPage.file_id.in_(select(File.id).where(File.version_id.in_(own)))),
        *(delete(table).where(table.version_id.in_(own)) for table in tables),
        update(Link).where(Link.version_id.in_(own)).values(version_id=None),
        update(Receipt).where(Receipt.version_id.in_(own)).values(version_id=None),
        update(Consultation).where(Consultation.version_id.in_(own)).values(version_id=None),
        # Notes beside a document may quote it, as comments may.
        update(Receipt).where(Receipt.document_id == document_id).values(note=None),
        update(Opinion).where(Opinion.consultation_id.in_(select(Consultation.id).where(Consultation.document_id == document_id))).values(text=None, reception_text=None),
        update(Consultation).where(Consultation.document_id == document_id).values(question=None),
        update(Checkout).where(Checkout.document_id == document_id).values(reason=None),
        # Facts as they were before a change may be the words of such a version.
        delete(ChangedDocument).where(ChangedDocument.document_id == document_id),
        update(Task).where(Task.version_id.in_(own)).values(version_id=None, quote=None),
        # A relation names no version, and its quote may be text of either document.
        update(Relation).where(of_it).values(quote=None),
        delete(Job).where(Job.version_id.in_(own)),
        delete(Version).where(Version.id.in_(own)),
    ):
        session.execute(statement)


def _forget_comments(session: Session, document_id: int) -> None:
    """Delete all comments on a document. Whoever had read a version may have quoted it anywhere."""
    session.execute(delete(Comment).where(Comment.document_id == document_id))


def _forget_lines(session: Session, document_id: int, own: Select[int]) -> None:
    """Take the words of versions out of lines of checklists and inspections, and out of findings made of them. A line of a provision names no
    version, so its words may be those of any. A line of a task has the name of the task, which has lost its words if they were those of one
    of the versions `own`."""
    tasks = select(VersionObligation.task_id).where(VersionObligation.version_id.in_(own), VersionObligation.task_id.is_not(None))
    kept, taken = (
        or_((line.document_id == document_id) & line.anchor.is_not(None) & line.task_id.is_(None), line.task_id.in_(tasks))
        for line in (ChecklistLine, InspectionCheck)
    )
    kept_name, taken_name = (
        func.coalesce(select(Task.title).where(Task.id == line.task_id).scalar_subquery(), LOST_LINE) for line in (ChecklistLine, InspectionCheck)
    )
    before, after = (
        select(words).where(InspectionCheck.id == Finding.check_id).correlate(Finding).scalar_subquery() for words in (InspectionCheck.text, taken_name)
    )
    session.execute(update(Finding).where(Finding.check_id.in_(select(InspectionCheck.id).where(taken))).values(text=func.replace(Finding.text, before, after)))
    session.execute(update(ChecklistLine).where(kept).values(text=kept_name))
    session.execute(update(InspectionCheck).where(taken).values(text=taken_name))
