"""Upload files as new documents or as new versions of a document."""

from __future__ import annotations

from typing import BinaryIO

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from docmgr import db
from docmgr.models import Document, File, Folder, Grant, TrailEvent, Version, WithheldBytes
from docmgr.policy import WORKER, Actor, may, require
from docmgr.services import forms, jobs
from docmgr.services.access import guard, local_rights, rule, versions
from docmgr.services.checkout import taking
from docmgr.services.documents import intake, lifecycle, progress
from docmgr.services.documents.intake import Taken, Upload
from docmgr.services.folders import tree
from docmgr.services.trail import log
from legaltext.text import clean


def upload(
    actor: Actor,
    stream: BinaryIO,
    name: str,
    *,
    folder_id: int | None = None,
    folder_path: str | None = None,
    publish: bool = False,
) -> Upload:
    """Store a file as a new document; the worker reads and indexes it later.

    `stream` has the bytes of the file, and `name` is the name under which it was uploaded. Name the folder by
    `folder_id`, or by `folder_path`: a path "A/B" below the root folder. Without both it is the root folder. Missing
    folders of the path are created when the file is stored. `publish` publishes the document as soon as it has been
    read, if the actor may publish it. The result is a "duplicate" when the actor may read a document with the same bytes. Raises Denied when the
    actor may not upload or may not add to the folder. Raises NotFound when the actor may not see the folder. Raises
    Invalid when the path is wrong, and Conflict when the folder was deleted meanwhile.
    """
    require(actor, "document:upload")
    if folder_path is not None:
        tree.path_names(folder_path)
    else:
        folder_id = folder_id or tree.root_id()
        with db.read() as session:
            _receiving(session, actor, folder_id, None)
    stored = intake.store(stream, name)
    if isinstance(stored, Upload):
        return stored
    with intake.deciding(stored.sha256) as session:
        known = _known(session, actor, stored.sha256)
        if known is not None:
            return Upload("duplicate", progress.reason(known) if known.state == "withheld" else None, known.id, known.state)
        if folder_path is None:
            rule.hold_tree(session)
        folder = _receiving(session, actor, folder_id, folder_path)
        document = new_draft(session, actor, folder.id)
        publish = publish and may(actor, "document:publish") and "approve" in local_rights.on_document(session, actor, document)
        document.publish_when_read = publish or folder.publish_on_arrival
        _add_version(session, actor, document, stored, None)
        details = {"file": stored.name, "sha256": stored.sha256, "size": stored.size}
        log.record(
            session, actor, "document:upload", "document", document.id, stored.name, document_id=document.id,
            details=details,
        )  # fmt: skip
        return Upload("stored", progress.reason(document), document.id, document.state)


def _receiving(session: Session, actor: Actor, folder_id: int | None, folder_path: str | None) -> Folder:
    """Find the folder that receives the file, and create missing folders of `folder_path`. Raises NotFound when the
    actor may not see the folder, and Denied when the actor may not add to it. Raises Conflict when it is in the recycle
    bin."""
    if folder_path is not None:
        folder_id = tree.by_path(actor, folder_path, create=True).id
    return tree.receiving(session, actor, folder_id or tree.root_id())


def new_draft(session: Session, actor: Actor, folder_id: int) -> Document:
    """Add a draft without a file to a folder, in the open unit of work. The caller has checked that the actor may add to it."""
    document = Document(
        folder_id=folder_id, inherit=True, workflow="draft", created_by=actor.user_id, access_list_id=0
    )
    rule.assign_list(session, document)
    session.add(document)
    session.flush()
    return document


def new_inside(session: Session, uploader: Actor, container: Document, stored: Taken) -> Document:
    """Add a document for a file that was inside the file of `container`, in the open unit of work, as if `uploader` had
    uploaded it. It is a draft in the same folder with the same rights, published when it has been read if the container is to
    be; if the container is in the recycle bin, so is it. The caller holds the lock of the bytes and has looked for copies."""
    document = Document(
        folder_id=container.folder_id, inherit=container.inherit, workflow="draft", created_by=uploader.user_id,
        access_list_id=container.access_list_id, deleted_at=container.deleted_at, deleted_by=container.deleted_by,
        deleted_batch=container.deleted_batch, publish_when_read=container.publish_when_read,
    )  # fmt: skip
    session.add(document)
    session.flush()
    for grant in session.scalars(select(Grant).where(Grant.document_id == container.id)).all():
        session.add(Grant(document_id=document.id, role=grant.role, key=grant.key, created_by=grant.created_by))
    if (container.workflow, container.created_by) != (document.workflow, document.created_by):
        # Otherwise the access list of the container is that of the new document as well.
        session.flush()
        rule.assign_list(session, document)
    _add_version(session, uploader, document, stored, None)
    details = {"file": stored.name, "sha256": stored.sha256, "size": stored.size}
    log.document_event(session, WORKER, "document:upload", document, details)
    return document


def _known(session: Session, actor: Actor, sha256: str) -> Document | None:
    """Find a document with these bytes, present or withheld, that the actor may read. None when there is none."""
    return same_bytes(session, actor, sha256) or _withheld_before(session, actor, sha256)


def _withheld_before(session: Session, actor: Actor, sha256: str) -> Document | None:
    """Find a document that was withheld because of these bytes and that the actor may read. None when there is none."""
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
        rule.visible(actor),
    )
    return session.scalar(query.order_by(Document.id).limit(1))


def same_bytes(session: Session, actor: Actor, sha256: str) -> Document | None:
    """Find the first document that the actor may read and that has a file with the SHA-256 hash `sha256`; None when
    there is none."""
    query = (
        select(Document)
        .join(Version, Version.document_id == Document.id)
        .join(File, File.version_id == Version.id)
        .where(File.sha256 == sha256, rule.visible(actor), versions.seen_by(actor), versions.file_seen_by(actor))
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
        # A later version gives the document its file name when it has been read (ingest): until then others must not
        # see it.
        document.file_name = stored.name
    document.state = "waiting"
    document.reason_code = document.secrecy = None
    jobs.enqueue(session, "read", document.id, version.id)
    return version


def add_version(
    actor: Actor, document_id: int, stream: BinaryIO, name: str, note: str | None, *, give_back: bool = False
) -> Upload:
    """Add a new version with its file to a document; the older versions stay.

    `stream` has the bytes of the file, and `name` is the name under which it was uploaded. `note` is the uploader's
    remark on the version, or None. With `give_back` a document that the actor has taken to edit it is given back with the
    new version. Nothing is added when the newest version has the same bytes and the actor may see it; the result is
    "duplicate". Raises NotFound or Denied when the actor may not edit the document, and CheckedOut when somebody else has
    taken it.
    """
    guard.get_editable(actor, document_id)
    stored = intake.store(stream, name)
    if isinstance(stored, Upload):
        return stored
    with intake.deciding(stored.sha256) as session:
        # The row is locked, so that two versions uploaded at once get two numbers.
        document = guard.for_change(session, actor, document_id)
        newest = _version(session, document, None)
        if newest is not None and versions.may_see(actor, newest) and any(file.sha256 == stored.sha256 for file in versions.files_of(actor, newest)):
            return Upload("duplicate", None, document.id, document.state)
        if newest is not None and newest.outcome is not None:
            # Publishing was asked for the file that was read, and held back; this one waits for a person.
            document.publish_when_read = False
        version = _add_version(session, actor, document, stored, clean(note or "").strip() or None)
        lifecycle.follow_version(session, document)
        forms.bump(document)
        details = {"no": version.no, "file": stored.name, "sha256": stored.sha256, "note": version.note}
        log.document_event(session, actor, "version:add", document, details)
        if give_back:
            taking.end(session, actor, document)
        return Upload("stored", None, document.id, document.state)


def _version(session: Session, document: Document, no: int | None) -> Version | None:
    wanted = document.current_no if no is None else no
    return session.scalar(select(Version).where(Version.document_id == document.id, Version.no == wanted))

