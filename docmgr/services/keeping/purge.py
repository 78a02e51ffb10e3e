"""Empty the recycle bin: delete for good what has lain in it for the days that the settings say, unless something keeps it.

Text, facts, files and links of text go; the row of the document stays without content, so that the trail, registers and
relations still refer to something, and a tombstone says what it was. The bytes are removed by upkeep.sweeping, which looks
for stored bytes that no row names: it alone knows whether the same bytes are just being uploaded again.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Sequence

from sqlalchemy import ColumnElement, delete, exists, select, true
from sqlalchemy.orm import Session

from docmgr import context, db
from docmgr.models import (
    CaseDocument,
    CaseFile,
    Checkout,
    Click,
    Document,
    DocumentFact,
    DocumentTerm,
    File,
    Folder,
    Grant,
    OwnValue,
    SharingChange,
    Tombstone,
    User,
    Version,
)
from docmgr.policy import WORKER, Actor
from docmgr.services import forms, jobs
from docmgr.services.access import guard, pending, rule
from docmgr.services.documents import facts, withholding
from docmgr.services.errors import NotFound
from docmgr.services.keeping import kept
from docmgr.services.message import Message
from docmgr.services.trail import log as trail_log

# So many documents are looked at in one call, so that the worker's other work goes on.
MOST = 200

log = logging.getLogger(__name__)


def empty(now: dt.datetime | None = None) -> int:
    """Delete for good what the rule says, at most MOST documents, and then the folders that have nothing left. Returns how many
    documents were deleted. Nothing happens when the setting is 0."""
    days = context.current().settings.bin_days
    if not days:
        return 0
    before = (now or db.now()) - dt.timedelta(days=days)
    with db.read() as session:
        due = list(session.scalars(select(Document.id).where(_due(before), ~kept.condition()).order_by(Document.id).limit(MOST)))
    db.release()
    done = sum(_tried(document_id, before, days) for document_id in due)
    if done < MOST:
        _empty_folders(before)
    return done


def _due(before: dt.datetime) -> ColumnElement[bool]:
    """Return an SQL condition on Document: it was put into the bin before this moment, and is still there."""
    return (Document.deleted_at < before) & Document.merged_into.is_(None) & Document.purged_at.is_(None)


def _tried(document_id: int, before: dt.datetime, days: int) -> bool:
    """The same as _empty_one, but a failure is logged and does not keep the others from being deleted."""
    try:
        return _empty_one(document_id, before, days)
    except Exception:
        log.exception("document %d could not be deleted for good", document_id)
        return False


def _empty_one(document_id: int, before: dt.datetime, days: int) -> bool:
    """Delete one document for good, with the drafts that were joined to it, if it is still due and nothing keeps it or them.
    Returns whether it was deleted."""
    with db.write() as session:
        try:
            document, joined = gathered(session, document_id)
        except NotFound:
            return False
        if session.scalar(select(Document.id).where(Document.id == document_id, _due(before))) is None:
            return False
        if is_kept(session, [document, *joined], kept.condition()):
            return False
        erase(session, WORKER, document, joined, Message("Quá %(days)s ngày trong thùng rác", days=days))
        return True


def gathered(session: Session, document_id: int) -> tuple[Document, list[Document]]:
    """Lock a document, the drafts that were joined to it, and the case files in which they lie. Returns the document and the
    drafts. Raises NotFound when there is no such document."""
    own = sorted({document_id, *_joined(session, document_id)})
    documents = {number: guard.locked(session, number) for number in own}
    # Whoever closes or holds a case file has its row locked.
    cases = session.scalars(select(CaseDocument.case_id).where(CaseDocument.document_id.in_(own)).distinct().order_by(CaseDocument.case_id))
    for case_id in list(cases):
        forms.locked(session, CaseFile, case_id)
    return documents[document_id], [documents[number] for number in own if number != document_id]


def is_kept(session: Session, documents: Sequence[Document], by: ColumnElement[bool]) -> bool:
    """Whether the condition `by` (kept.condition) keeps one of these documents, which `gathered` has locked."""
    query = select(Document.id).where(Document.id.in_([one.id for one in documents]), by)
    return session.scalar(query.limit(1)) is not None


def _joined(session: Session, document_id: int) -> set[int]:
    """Find the drafts that were joined to a document, and those that were joined to them. Their rows still have the versions and
    files that they had."""
    found, level = set[int](), {document_id}
    while level:
        level = set(session.scalars(select(Document.id).where(Document.merged_into.in_(level)))) - found
        found |= level
    return found


def erase(session: Session, actor: Actor, document: Document, joined: Sequence[Document], reason: Message, action: str = "document:purge") -> Tombstone:
    """Delete a document for good in the open unit of work, with the drafts that were joined to it: their content goes, and one
    tombstone stays, which is returned. `action` is that of the event. The caller has locked all of them and asked
    kept.condition."""
    hashes = _hashes(session, [document.id, *(draft.id for draft in joined)])
    stone = _tombstone(session, actor, document, hashes, reason)
    session.add(stone)
    details = {"number": document.number, "subject": document.subject, "hashes": hashes, "reason": reason}
    trail_log.document_event(session, actor, action, document, details)
    for one in (document, *joined):
        _blank(session, one)
    return stone


def _blank(session: Session, document: Document) -> None:
    """Delete the content of a document; its row stays."""
    if session.scalar(select(Document.id).where(Document.id == document.id, pending.waits())) is not None:
        # The worker looks at it no more (kinds), and its number is shown to who reads by its list.
        rule.assign_list(session, document)
    withholding.remove_versions(session, document.id, true())
    for table in (DocumentTerm, OwnValue, CaseDocument, Grant, SharingChange, Click, Checkout):
        session.execute(delete(table).where(table.document_id == document.id))
    session.execute(delete(DocumentFact).where(DocumentFact.document_id == document.id))
    session.expire(document, ["facts", "versions"])
    facts.forget(document)
    document.file_name, document.purged_at = None, db.now()
    # What was destroyed with its case file never lay in the bin.
    document.deleted_at = document.deleted_at or document.purged_at
    forms.bump(document)
    jobs.enqueue(session, "index", document.id)


def _hashes(session: Session, document_ids: Sequence[int]) -> list[str]:
    query = select(File.sha256).join(Version, Version.id == File.version_id).where(Version.document_id.in_(document_ids))
    return list(dict.fromkeys(session.scalars(query.order_by(File.id))))


def _tombstone(session: Session, actor: Actor, document: Document, hashes: list[str], reason: Message) -> Tombstone:
    by = session.get(User, document.deleted_by) if document.deleted_by is not None else None
    return Tombstone(
        document_id=document.id, label=document.label, type=document.type, number=document.number, subject=document.subject,
        issuer=document.issuer, issued_on=document.issued_on, hashes=hashes, deleted_by_label=by.full_name if by else None,
        deleted_at=document.deleted_at, purged_by=actor.user_id, purged_by_label=actor.label, reason=reason.stored(),
        signer=document.signer, recipients=list(document.recipients or ()) or None,
    )  # fmt: skip


def _empty_folders(before: dt.datetime) -> None:
    """Remove the folders from the bin that have lain there for as long, and of whose batch nothing else is left."""
    left = exists().where(
        Document.deleted_batch == Folder.deleted_batch, Document.purged_at.is_(None), Document.merged_into.is_(None)
    )
    query = select(Folder).where(Folder.deleted_at < before, Folder.purged_at.is_(None), ~left).order_by(Folder.id).limit(MOST)
    with db.read() as session:
        if session.scalar(query.limit(1)) is None:
            return
    with db.write() as session:
        # Whoever restores a folder holds the tree alone.
        rule.hold_tree(session)
        for folder in session.scalars(query.with_for_update()):
            folder.purged_at = db.now()
            trail_log.record(session, WORKER, "folder:purge", "folder", folder.id, folder.name)
