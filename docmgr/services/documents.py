"""Documents as people handle them: upload, look, publish, withdraw, move, new version, recycle bin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from docmgr import context, db
from docmgr.models import Document, File, Folder, TrailEvent, Version, WithheldBytes
from docmgr.policy import STATES, Actor, may, require
from docmgr.services import access, editing, folders, intake, jobs, readings, trail, versions
from docmgr.services.errors import NotFound
from docmgr.services.intake import Taken, Upload


@dataclass(frozen=True)
class OpenedFile:
    """Where the bytes of a file lie and how to name them."""

    path: Path
    name: str
    kind: str
    size: int
    sha256: str
    document_id: int


@dataclass(frozen=True)
class UploadState:
    """Where a document is on its way to being findable, with a sentence for people."""

    document_id: int
    state: str
    reason: str | None
    sentence: str
    label: str


def upload(
    actor: Actor,
    stream: BinaryIO,
    name: str,
    *,
    folder_id: int | None = None,
    folder_path: str | None = None,
    publish: bool = False,
) -> Upload:
    """Store a file as a new document; reading and indexing follow in the worker.

    The folder is named by its id, or by its path "A/B" below the root, whose missing folders are made only if the file
    is stored; else it is the root. Raises Denied without the right to edit the folder, NotFound, Invalid (path),
    Conflict (the folder was deleted meanwhile).
    """
    require(actor, "document:upload")
    if folder_path is not None:
        folders.path_names(folder_path)
    else:
        folder_id = folder_id or folders.root_id()
        with db.read() as session:
            _receiving(session, actor, folder_id, None)
    stored = intake.store(stream, name)
    if isinstance(stored, Upload):
        return stored
    with intake.deciding(stored.sha256) as session:
        known = _known(session, actor, stored.sha256)
        if known is not None:
            return Upload("duplicate", known.reason if known.state == "withheld" else None, known.id, known.state)
        if folder_path is None:
            access.hold_tree(session)
        folder = _receiving(session, actor, folder_id, folder_path)
        document = _new_document(session, actor, folder.id)
        document.publish_when_read = publish or folder.publish_on_arrival
        _add_version(session, actor, document, stored, None)
        details = {"file": stored.name, "sha256": stored.sha256, "size": stored.size}
        trail.record(
            session, actor, "document:upload", "document", document.id, stored.name, document_id=document.id,
            details=details,
        )  # fmt: skip
        return Upload("stored", document.reason, document.id, document.state)


def _receiving(session: Session, actor: Actor, folder_id: int | None, folder_path: str | None) -> Folder:
    """The folder that a file goes to, made along its path where missing. Raises NotFound, Denied, Conflict."""
    if folder_path is not None:
        folder_id = folders.by_path(actor, folder_path, create=True).id
    return folders.receiving(session, actor, folder_id or folders.root_id())


def _new_document(session: Session, actor: Actor, folder_id: int) -> Document:
    document = Document(
        folder_id=folder_id, inherit=True, workflow="draft", created_by=actor.user_id, access_list_id=0
    )
    access.assign_list(session, document)
    session.add(document)
    session.flush()
    return document


def _known(session: Session, actor: Actor, sha256: str) -> Document | None:
    """The document that these bytes are already; only among what the actor may read: a hidden twin, secret or not, must
    not give itself away. So the bytes of a known secret are taken as new ones are, and the worker withholds them."""
    return _same_bytes(session, actor, sha256) or _withheld_before(session, actor, sha256)


def _withheld_before(session: Session, actor: Actor, sha256: str) -> Document | None:
    """A document that was withheld for these bytes: they are gone, the trail tells what they were handed in for."""
    held = session.get(WithheldBytes, sha256)
    if held is None:
        return None
    handed_in = select(TrailEvent.document_id).where(
        TrailEvent.action.in_(("document:upload", "version:add")),
        TrailEvent.details["sha256"].as_string() == sha256,
    )
    query = select(Document).where(
        Document.state == "withheld",
        or_(Document.id == held.document_id, Document.id.in_(handed_in)),
        access.visible(actor),
    )
    return session.scalar(query.order_by(Document.id).limit(1))


def _same_bytes(session: Session, actor: Actor, sha256: str) -> Document | None:
    query = (
        select(Document)
        .join(Version, Version.document_id == Document.id)
        .join(File, File.version_id == Version.id)
        .where(File.sha256 == sha256, access.visible(actor), versions.seen_by(actor))
        .order_by(Document.id)
        .limit(1)
    )
    return session.scalar(query)


def _add_version(
    session: Session, actor: Actor, document: Document, stored: Taken, note: str | None
) -> Version:
    last = session.scalar(
        select(Version.no).where(Version.document_id == document.id).order_by(Version.no.desc()).limit(1)
    )
    version = Version(document_id=document.id, no=(last or 0) + 1, created_by=actor.user_id, note=note)
    session.add(version)
    session.flush()
    session.add(
        File(version_id=version.id, sha256=stored.sha256, size=stored.size, name=stored.name, kind=stored.kind)
    )
    document.current_no = version.no
    if last is None:
        # A later one gives its name when it was read (reading_jobs): until then others are not told of its file.
        document.file_name = stored.name
    document.state = "waiting"
    document.reason = None
    jobs.enqueue(session, "read", document.id, version.id)
    return version


def add_version(actor: Actor, document_id: int, stream: BinaryIO, name: str, note: str | None) -> Upload:
    """A new version with its file; the old ones stay. Raises NotFound."""
    get_editable(actor, document_id)
    stored = intake.store(stream, name)
    if isinstance(stored, Upload):
        return stored
    with intake.deciding(stored.sha256) as session:
        # Two versions at once get two numbers.
        document = for_change(session, actor, document_id)
        newest = _version(session, document, None)
        if newest is not None and versions.may_see(actor, newest) and any(file.sha256 == stored.sha256 for file in newest.files):
            return Upload("duplicate", None, document.id, document.state)
        version = _add_version(session, actor, document, stored, (note or "").strip() or None)
        editing.bump(document)
        details = {"no": version.no, "file": stored.name, "sha256": stored.sha256, "note": version.note}
        trail.document_event(session, actor, "version:add", document, details)
        return Upload("stored", None, document.id, document.state)


def get(actor: Actor, document_id: int) -> Document:
    """A document that the actor may read and that is not in the recycle bin. Raises NotFound."""
    require(actor, "document:read")
    with db.read() as session:
        document = session.scalar(select(Document).where(Document.id == document_id, access.visible(actor)))
    if document is None:
        raise NotFound
    return document


def get_editable(actor: Actor, document_id: int) -> Document:
    """A document that the actor may edit. Raises NotFound, Denied."""
    with db.read() as session:
        return editable(session, actor, document_id)


def editable(session: Session, actor: Actor, document_id: int, action: str = "document:edit") -> Document:
    """`get_editable` in an open session, for another action. Raises NotFound, Denied."""
    require(actor, action)
    document = session.scalar(select(Document).where(Document.id == document_id, access.editable(actor)))
    if document is None:
        raise NotFound
    return document


def for_change(
    session: Session,
    actor: Actor,
    document_id: int,
    action: str = "document:edit",
    *,
    revision: int | None = None,
) -> Document:
    """`editable`, locked: nobody else changes it before the unit of work ends. Raises NotFound, Denied, Conflict."""
    require(actor, action)
    access.hold_tree(session)
    return editing.for_change(
        session, Document, document_id, revision, lambda _: editable(session, actor, document_id, action)
    )


def locked(session: Session, document_id: int) -> Document:
    """`for_change` for those who have no rights to show (the worker), and for what lies in the bin. Raises NotFound."""
    access.hold_tree(session)
    return editing.locked(session, Document, document_id)


def may_edit(actor: Actor, document_id: int) -> bool:
    """Whether the actor may change the document."""
    if not may(actor, "document:edit"):
        return False
    with db.read() as session:
        query = select(Document.id).where(Document.id == document_id, access.editable(actor))
        return session.scalar(query) is not None


def may_see_readings(actor: Actor, document_id: int) -> bool:
    """Whether the actor may see who read the document: auditors, and those who answer for it. Raises NotFound."""
    get(actor, document_id)
    return may(actor, "trail:read_all") or may_edit(actor, document_id)


def _version(session: Session, document: Document, no: int | None) -> Version | None:
    wanted = document.current_no if no is None else no
    return session.scalar(select(Version).where(Version.document_id == document.id, Version.no == wanted))


def open_file(actor: Actor, file_id: int, *, action: str, continuation: bool = False) -> OpenedFile:
    """A file of a readable document; records `action` (file:open, file:preview) but for continuations.

    Raises NotFound, also where a secrecy stamp had the bytes removed, where the bytes are known as secret, and, for
    all but who uploaded it, where the version was not read yet.
    """
    require(actor, "document:read")
    with db.read() as session:
        row = session.execute(
            select(File, Document)
            .join(Version, Version.id == File.version_id)
            .join(Document, Document.id == Version.document_id)
            .where(File.id == file_id, access.visible(actor), versions.seen_by(actor), versions.not_secret())
        ).one_or_none()
    if row is None:
        raise NotFound
    file, document = row
    path = context.current().storage.path(file.sha256)
    if not path.exists():
        raise NotFound
    if not continuation:
        readings.file_opened(actor, action, document, file)
    return OpenedFile(path, file.name, file.kind, file.size, file.sha256, document.id)


def states(actor: Actor, ids: Sequence[int]) -> list[UploadState]:
    """How far these documents are, those that the actor may read, at most 500; records nothing."""
    with db.read() as session:
        query = select(Document).where(Document.id.in_(list(ids)[:500]), access.visible(actor))
        return [
            UploadState(d.id, d.state, d.reason, state_sentence(d), d.label)
            for d in session.scalars(query.order_by(Document.id))
        ]


def state_sentence(document: Document) -> str:
    """What happened to the document and what is next, in Vietnamese."""
    if document.reason:
        return document.reason
    if document.state == "findable" and document.confirmed_at is None:
        unsure = sum(1 for fact in document.facts if not fact.confirmed and fact.value)
        return f"Tìm được; cần xác nhận {unsure} mục." if unsure else "Tìm được; cần xác nhận thông tin."
    sentences = {
        "waiting": "Đã lưu, đang chờ đọc…",
        "reading": "Đã lưu, đang đọc…",
        "indexing": "Đã đọc, đang đưa vào chỉ mục…",
        "findable": "Tìm được.",
    }
    return sentences.get(document.state, STATES[document.state])
