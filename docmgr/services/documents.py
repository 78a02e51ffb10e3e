"""Documents as people handle them: upload, look, publish, withdraw, move, new version, recycle bin."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr import context, db
from docmgr.models import Document, File, Version
from docmgr.policy import STATES, Actor, may, require
from docmgr.reading.kinds import is_document, sniff
from docmgr.services import access, folders, jobs, trail
from docmgr.services.errors import NotFound
from docmgr.storage import DiskFull, Stored, TooLarge

NAME_BYTES = 255
NOT_A_DOCUMENT = "Tệp này không phải là văn bản (chỉ nhận DOCX, PDF, DOC, RTF, HTML, TXT, MD, XLSX, ODT)."
NO_SPACE = "Máy chủ gần hết chỗ lưu. Xin báo người quản trị."


@dataclass(frozen=True)
class Upload:
    """What became of one file; `outcome` is stored, duplicate or refused."""

    outcome: str
    reason: str | None
    document_id: int | None
    state: str | None


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
    actor: Actor, stream: BinaryIO, name: str, *, folder_id: int | None = None, publish: bool = False
) -> Upload:
    """Store a file as a new document; reading and indexing follow in the worker.

    Raises Denied without the right to edit the folder, NotFound for a folder that the actor may not see.
    """
    require(actor, "document:upload")
    folder_id = folder_id or folders.root_id()
    with db.read() as session:
        folder = folders.get(session, actor, folder_id)
        folders.require_edit(session, actor, folder_id)
    stored = _store(stream, name)
    if isinstance(stored, Upload):
        return stored
    bytes_, kind = stored
    with db.write() as session:
        if (twin := _same_bytes(session, actor, bytes_.sha256)) is not None:
            return Upload("duplicate", None, twin.id, twin.state)
        document = Document(
            folder_id=folder_id,
            inherit=True,
            workflow="draft",
            created_by=actor.user_id,
            publish_when_read=publish or folder.publish_on_arrival,
            access_list_id=0,
        )
        access.assign_list(session, document)
        session.add(document)
        session.flush()
        _add_version(session, actor, document, bytes_, clean_name(name), kind, None)
        trail.record(
            session, actor, "document:upload", "document", document.id, clean_name(name),
            document_id=document.id, details={"file": clean_name(name), "sha256": bytes_.sha256, "size": bytes_.size},
        )  # fmt: skip
        return Upload("stored", None, document.id, document.state)


def _store(stream: BinaryIO, name: str) -> tuple[Stored, str] | Upload:
    """Bytes on disk and their kind, or the refusal."""
    site = context.current()
    try:
        stored = site.storage.put(stream, site.settings.max_file_bytes)
    except TooLarge:
        limit = site.settings.max_file_bytes // (1024 * 1024)
        return Upload("refused", f"Tệp lớn hơn {limit} MB.", None, None)
    except DiskFull:
        return Upload("refused", NO_SPACE, None, None)
    kind = sniff(site.storage.path(stored.sha256), name)
    if not is_document(kind):
        if not stored.existed:
            site.storage.remove(stored.sha256)
        return Upload("refused", NOT_A_DOCUMENT, None, None)
    return stored, kind


def _same_bytes(session: Session, actor: Actor, sha256: str) -> Document | None:
    # Only among what the actor may read: a hidden twin must not give itself away.
    query = (
        select(Document)
        .join(Version, Version.document_id == Document.id)
        .join(File, File.version_id == Version.id)
        .where(File.sha256 == sha256, access.visible(actor))
        .order_by(Document.id)
        .limit(1)
    )
    return session.scalar(query)


def _add_version(
    session: Session, actor: Actor, document: Document, stored: Stored, name: str, kind: str, note: str | None
) -> Version:
    last = session.scalar(
        select(Version.no).where(Version.document_id == document.id).order_by(Version.no.desc()).limit(1)
    )
    version = Version(document_id=document.id, no=(last or 0) + 1, created_by=actor.user_id, note=note)
    session.add(version)
    session.flush()
    session.add(File(version_id=version.id, sha256=stored.sha256, size=stored.size, name=name, kind=kind))
    document.current_no, document.file_name = version.no, name
    document.state = "waiting"
    document.reason = None
    jobs.enqueue(session, "read", document.id, version.id)
    return version


def clean_name(name: str) -> str:
    """A file name as data: NFC, no folders, no control or direction characters, at most 255 bytes."""
    name = unicodedata.normalize("NFC", name.replace("\\", "/").rsplit("/", 1)[-1])
    name = "".join(c for c in name if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}).strip()
    while len(name.encode()) > NAME_BYTES:
        stem, dot, ending = name.rpartition(".")
        name = stem[:-1] + dot + ending if stem and len(ending) < 10 else name[:-1]
    return name or "khong-ten"


def add_version(actor: Actor, document_id: int, stream: BinaryIO, name: str, note: str | None) -> Upload:
    """A new version with its file; the old ones stay. Raises NotFound."""
    get_editable(actor, document_id)
    stored = _store(stream, name)
    if isinstance(stored, Upload):
        return stored
    bytes_, kind = stored
    with db.write() as session:
        document = editable(session, actor, document_id)
        newest = _version(session, document, None)
        if newest is not None and any(file.sha256 == bytes_.sha256 for file in newest.files):
            return Upload("duplicate", None, document.id, document.state)
        version = _add_version(session, actor, document, bytes_, clean_name(name), kind, (note or "").strip() or None)
        document.revision += 1
        details = {"no": version.no, "file": clean_name(name), "sha256": bytes_.sha256, "note": version.note}
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


def record_view(actor: Actor, document_id: int) -> None:
    """One reading of the document's page. Raises NotFound."""
    with db.write() as session:
        trail.document_event(session, actor, "document:view", get(actor, document_id))


def open_file(actor: Actor, file_id: int, *, action: str, continuation: bool = False) -> OpenedFile:
    """A file of a readable document; records `action` (file:open, file:preview) but for continuations.

    Raises NotFound, also where a secrecy stamp had the bytes removed.
    """
    require(actor, "document:read")
    with db.read() as session:
        row = session.execute(
            select(File, Document)
            .join(Version, Version.id == File.version_id)
            .join(Document, Document.id == Version.document_id)
            .where(File.id == file_id, access.visible(actor))
        ).one_or_none()
    if row is None:
        raise NotFound
    file, document = row
    path = context.current().storage.path(file.sha256)
    if not path.exists():
        raise NotFound
    if not continuation:
        with db.write() as session:
            trail.document_event(session, actor, action, document, {"file": file.name, "sha256": file.sha256})
    return OpenedFile(path, file.name, file.kind, file.size, file.sha256, document.id)


def states(actor: Actor, ids: Sequence[int]) -> list[UploadState]:
    """How far these documents are, those that the actor may read, at most 500; records nothing."""
    with db.read() as session:
        query = select(Document).where(Document.id.in_(list(ids)[:500]), access.readable(actor))
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
