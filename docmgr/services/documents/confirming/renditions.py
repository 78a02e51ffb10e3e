"""Keep several files of one text together: add a file to a version, and join a draft to the document that it belongs to.

The first file of a version is the source of its text. Further files are other renditions of the same paper, for example
the signed scan beside the Word file.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, BinaryIO

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from docmgr import db
from docmgr.models import (
    CaseDocument,
    ChecklistLine,
    ConferenceDocument,
    Document,
    DocumentFlow,
    File,
    Finding,
    Hold,
    InspectionCheck,
    Job,
    Link,
    Plan,
    RegisterEntry,
    Relation,
    Signature,
    Task,
    Version,
)
from docmgr.policy import Actor
from docmgr.reading.formats.kinds import is_container
from docmgr.services import forms, jobs
from docmgr.services.access import guard, versions
from docmgr.services.checkout import taking
from docmgr.services.documents import facts, ingest, intake, lifecycle, progress
from docmgr.services.documents.attachments.taking import TIE
from docmgr.services.documents.confirming import ties
from docmgr.services.documents.intake import Upload
from docmgr.services.errors import Conflict, Invalid
from docmgr.services.message import Message
from docmgr.services.trail import log

# The kind of job that looks for a secrecy stamp in a further file.
LOOK = "rendition"
# How a draft can be joined to another document.
VERSION, RENDITION = "version", "rendition"

STILL_READING = Message("Tệp của văn bản kia còn đang đọc. Xin đợi một lát rồi thử lại.")
NO_FILE = Message("Văn bản này không còn tệp nào để thêm bản thể hiện.")
NOT_ONE_PAPER = Message("Thư và tệp nén chứa nhiều văn bản, nên không làm bản thể hiện được.")
NOT_A_DRAFT = Message("Chỉ nhập được dự thảo đã đọc xong và chỉ có một phiên bản.")
TIED = Message(
    "Dự thảo này đã có nhiệm vụ, kế hoạch, liên kết hoặc quan hệ, đang theo quy trình hoặc trả lời văn bản khác, nằm trong hồ sơ, hoặc đang tạm giữ. Hãy gỡ chúng trước, hoặc để thành văn bản riêng."
)
REGISTERED = Message("Dự thảo này đã có trong sổ văn bản, nên để thành văn bản riêng.")


class OtherReaders(Exception):
    """Raised when a draft is joined to a document with a right to read of its own, or in another folder: other people
    may read it there. `join` does it with `despite_readers`."""


def add_file(actor: Actor, document_id: int, stream: BinaryIO, name: str) -> Upload:
    """Add a file to the newest version of a document, as another rendition of the same text.

    `stream` has the bytes of the file, and `name` is the name under which it was uploaded. The worker looks for a secrecy
    stamp in it, and recognises it when it is a scan. Until then only the actor may open it; so it stays when the worker
    cannot look through it. The result is "duplicate" when the version has these bytes
    already. Raises NotFound or Denied when the actor may not edit the document. Raises Invalid when its newest version is
    still being read or was removed.
    """
    guard.get_editable(actor, document_id)
    stored = intake.store(stream, name)
    if isinstance(stored, Upload):
        return stored
    if is_container(stored.kind):
        return Upload("refused", NOT_ONE_PAPER, None, None)
    with intake.deciding(stored.sha256) as session:
        document = guard.for_change(session, actor, document_id)
        version = _receiving(session, document)
        if any(file.sha256 == stored.sha256 for file in versions.files_of(actor, version)):
            return Upload("duplicate", None, document.id, document.state)
        file = File(version_id=version.id, sha256=stored.sha256, size=stored.size, name=stored.name, kind=stored.kind)
        file.created_by, file.waits = actor.user_id, True
        session.add(file)
        jobs.enqueue(session, LOOK, document.id, version.id)
        forms.bump(document)
        log.document_event(session, actor, "file:add", document, {"no": version.no, "file": file.name, "sha256": file.sha256})
        return Upload("stored", None, document.id, document.state)


def join(
    actor: Actor,
    draft_id: int,
    into_id: int,
    as_: str,
    *,
    revision: int | None = None,
    values: Mapping[str, Any] | None = None,
    despite_readers: bool = False,
) -> int:
    """Give the file of the draft `draft_id` to the document `into_id`, and remove the draft. Returns the number of the
    version that now has the file.

    With VERSION as `as_` the file becomes the next version there, with everything that was read from it. With RENDITION
    it becomes a further file of the newest version. The facts that people confirmed there stay. The removed draft keeps
    its trail and cannot be restored. `revision` is the draft's revision that the form showed, or None. `values` are the
    facts of the draft by field, typed in that form; they are saved in the same unit of work, so with an error nothing is.

    Raises NotFound or Denied when the actor may not edit both. Raises Conflict when the draft has changed meanwhile.
    Raises OtherReaders when other people may read it there, unless `despite_readers` is set.
    Raises Invalid when the draft is published, not read yet, tied to something or a container, when the other document
    is withheld or still being read, and for an unknown `as_`.
    """
    if as_ not in (VERSION, RENDITION) or draft_id == into_id:
        raise Invalid(Message("Hãy chọn một mục trong danh sách."))
    with db.write() as session:
        _lock_bytes(session, draft_id)
        # In a fixed order, so that two joins crosswise wait but do not deadlock.
        found = {number: guard.for_change(session, actor, number) for number in sorted((draft_id, into_id))}
        draft, into = found[draft_id], found[into_id]
        if revision is not None:
            forms.check_revision(draft.revision, revision)
        if not despite_readers and has_other_readers(draft, into):
            raise OtherReaders
        if values is not None:
            facts.edit(session, actor, draft, values)
        version = _only_version(session, draft)
        file = version.files[0]
        if intake.known_secret(session, [file.sha256]) is not None:
            raise Conflict(forms.STALE)
        newest = _receiving(session, into)
        no = _next_version(session, into, version) if as_ == VERSION else _further_file(session, newest, version)
        ties.move(session, draft, into, None if as_ == VERSION else newest)
        _remove(session, actor, draft, into)
        lifecycle.touch(session, into)
        details = {"no": no, "file": file.name, "sha256": file.sha256, "from": draft.label, "from_id": draft.id}
        log.document_event(session, actor, "version:add" if as_ == VERSION else "file:add", into, details)
        return no


def has_other_readers(draft: Document, into: Document) -> bool:
    """Whether the rights of two documents come from different places: another folder, or grants of their own."""
    return draft.folder_id != into.folder_id or not (draft.inherit and into.inherit)


def _lock_bytes(session: Session, draft_id: int) -> None:
    """Lock the bytes of the draft before its row: everybody who withholds them does it in this order."""
    query = select(File.sha256).join(Version, Version.id == File.version_id).where(Version.document_id == draft_id)
    for sha256 in sorted(set(session.scalars(query))):
        intake.lock(session, sha256)


def _receiving(session: Session, document: Document) -> Version:
    """Load the newest version of a document, which receives a file. Raises Invalid when it was removed or is not read."""
    version = versions.newest(session, document)
    if document.state == "withheld" or version is None or not version.files:
        raise Invalid(NO_FILE)
    if version.outcome is None or version.read_again or document.state == "recognising":
        raise Invalid(STILL_READING)
    return version


def _only_version(session: Session, draft: Document) -> Version:
    """Load the one version of a draft that may be joined to another document. Raises Invalid when it may not."""
    found = list(session.scalars(select(Version).where(Version.document_id == draft.id)))
    busy = draft.state in progress.BUSY_STATES - {"indexing"}
    if draft.workflow != "draft" or draft.state == "withheld" or busy or len(found) != 1 or not found[0].files:
        raise Invalid(NOT_A_DRAFT)
    version = found[0]
    if version.outcome is None or version.read_again:
        raise Invalid(NOT_A_DRAFT)
    if is_container(version.files[0].kind):
        raise Invalid(NOT_ONE_PAPER)
    own = (Relation.source_id == draft.id) | (Relation.target_id == draft.id)
    # A run that has ended still decides about publishing when it leads.
    runs = DocumentFlow.ended_at.is_(None) | DocumentFlow.leads
    for tied in (
        select(DocumentFlow.id).where(DocumentFlow.document_id == draft.id, DocumentFlow.stopped.is_(False), runs),
        select(DocumentFlow.id).where(DocumentFlow.answer_id == draft.id, DocumentFlow.stopped.is_(False)),
        select(Link.id).where(Link.document_id == draft.id),
        select(Finding.id).where(Finding.pinned_document_id == draft.id),
        select(ChecklistLine.id).where(ChecklistLine.document_id == draft.id),
        select(InspectionCheck.id).where(InspectionCheck.document_id == draft.id),
        select(Task.id).where(Task.document_id == draft.id),
        select(Plan.id).where(Plan.document_id == draft.id),
        select(CaseDocument.case_id).where(CaseDocument.document_id == draft.id),
        select(ConferenceDocument.conference_id).where(ConferenceDocument.document_id == draft.id),
        select(Hold.id).where(Hold.document_id == draft.id, Hold.ended_at.is_(None)),
        select(Relation.id).where(own, Relation.type != TIE),
    ):
        if session.scalar(tied.limit(1)) is not None:
            raise Invalid(TIED)
    in_register = (RegisterEntry.document_id == draft.id) | (RegisterEntry.answer_id == draft.id)
    if session.scalar(select(RegisterEntry.id).where(in_register).limit(1)) is not None:
        raise Invalid(REGISTERED)
    return version


def _next_version(session: Session, into: Document, version: Version) -> int:
    """Move the version of a draft to the document `into`, with its text, provisions, citations and files."""
    draft = version.document
    version.document_id, version.no = into.id, into.current_no + 1
    session.flush()
    session.execute(update(Job).where(Job.version_id == version.id).values(document_id=into.id))
    into.current_no, into.official = version.no, draft.official
    ingest.set_state(into, version)
    facts.adopt(into, draft)
    lifecycle.follow_version(session, into)
    return version.no


def _further_file(session: Session, newest: Version, version: Version) -> int:
    """Add the files of a draft's version to the version `newest` of another document. They get new ids there, so that
    they come after its own. The draft keeps its rows, and signatures are moved where there are none."""
    known = {file.sha256 for file in newest.files}
    for file in version.files:
        if file.sha256 not in known:
            added = File(version_id=newest.id, sha256=file.sha256, size=file.size, name=file.name, kind=file.kind)
            # What has no text was not looked through, as long as it was a document of its own; nor perhaps pages that
            # are pictures.
            unseen = version.outcome != "text" or bool(version.picture_pages)
            added.created_by, added.waits, added.pages = version.created_by, file.waits or unseen, version.pages
            added.read_number, added.read_on = file.read_number, file.read_on
            session.add(added)
            if added.waits:
                jobs.enqueue(session, LOOK, newest.document_id, newest.id)
    if session.scalar(select(Signature.id).where(Signature.version_id == newest.id).limit(1)) is None:
        session.execute(update(Signature).where(Signature.version_id == version.id).values(version_id=newest.id))
    return newest.no


def _remove(session: Session, actor: Actor, draft: Document, into: Document) -> None:
    """Remove the joined draft. It has no batch and is not in the recycle bin: its file lives on in the document `into`."""
    taking.end(session, actor, draft)
    log.document_event(session, actor, "document:join", draft, {"to": into.label, "to_id": into.id})
    draft.deleted_at, draft.deleted_by, draft.merged_into = db.now(), actor.user_id, into.id
    lifecycle.touch(session, draft)
