"""Make documents of the files inside a mail, an archive or an edXML message that the worker has read.

The bytes are stored first. All rows are added in the unit of work that saves the reading, so that nothing is lost or
doubled."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr import context, db
from docmgr.models import Attachment, Document, Relation, User, Version, WithheldBytes
from docmgr.policy import COMMAND_LINE, WORKER, Actor
from docmgr.reading import types
from docmgr.reading.formats import kinds
from docmgr.services.documents import intake, upload
from docmgr.services.documents.intake import Taken, Upload
from docmgr.services.people import people
from docmgr.services.trail import log

FOLDER = "unpacked"
# In seconds. No file is read for so long; an older folder was left behind by a worker that was killed.
ABANDONED = 3600.0
TIE = "attached_to"


class NotStored(Exception):
    """The storage accepts no files now. The job is tried again."""


@dataclass(frozen=True)
class Held:
    """One file inside a container. `taken` are its stored bytes; None when it becomes no document, and `reason_code`
    then says why."""

    attachment: types.Attachment
    taken: Taken | None
    reason_code: str | None


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """Make a folder into which the reading child unpacks one container, and remove it after the block. Folders that a
    killed worker left behind are removed as well."""
    home = context.current().settings.home / FOLDER
    home.mkdir(mode=0o700, exist_ok=True)
    for left in home.iterdir():
        with contextlib.suppress(FileNotFoundError):
            if left.stat().st_mtime < time.time() - ABANDONED:
                shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=home) as made:
        yield Path(made)


def store(found: Sequence[types.Attachment], unpacked: Path, version_id: int) -> tuple[Held, ...]:
    """Store the bytes of the files that were `found` in the file of the version `version_id`. The folder `unpacked` has
    them. Raises NotStored when the storage is full or not writable."""
    with db.read() as session:
        inner = _is_inside(session, version_id)
    return tuple(_held(attachment, unpacked, inner) for attachment in found)


def _is_inside(session: Session, version_id: int) -> bool:
    """Whether the document of a version was itself inside the file of another."""
    query = select(Attachment.id).join(Version, Version.document_id == Attachment.document_id)
    return session.scalar(query.where(Version.id == version_id).limit(1)) is not None


def _held(attachment: types.Attachment, unpacked: Path, inner: bool) -> Held:
    if attachment.reason_code is not None:
        return Held(attachment, None, attachment.reason_code)
    path = unpacked / str(attachment.number)
    try:
        with _opened(path) as stream:
            kind = kinds.sniff(path, attachment.name)
            if kind == "archive" or (inner and kinds.is_container(kind)):
                return Held(attachment, None, "archive" if kind == "archive" else "nested")
            stored = intake.store(stream, attachment.name)
    except FileNotFoundError:
        return Held(attachment, None, "broken")
    if isinstance(stored, Taken):
        return Held(attachment, stored, None)
    return Held(attachment, None, _refusal(stored))


def _opened(path: Path) -> BinaryIO:
    """Open an unpacked file. The child that wrote it has read a file of a stranger, so nothing but a plain file is
    opened: anything else counts as missing and raises FileNotFoundError."""
    try:
        stream = os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb")
    except OSError as fault:
        raise FileNotFoundError from fault
    if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
        stream.close()
        raise FileNotFoundError
    return stream


def _refusal(refused: Upload) -> str:
    if refused.reason in (intake.NO_SPACE, intake.NOT_WRITABLE):
        raise NotStored(str(refused.reason))
    return "not_document" if refused.reason == intake.NOT_A_DOCUMENT else "too_large"


def save(session: Session, container: Document, version: Version, held: Sequence[Held]) -> None:
    """Add the documents of the files inside `container`, whose `version` was read, each tied to it by a relation; and
    note the files that become none. The caller holds the locks of all bytes and knows that none are secret. What an
    earlier reading of the version added is not added again."""
    if session.scalar(select(Attachment.id).where(Attachment.version_id == version.id).limit(1)):
        return
    uploader = _uploader(session, version)
    for position, one in enumerate(held):
        document = _document(session, uploader, container, one.taken) if one.taken is not None else None
        code = one.reason_code or (None if document is not None else "nested")
        session.add(
            Attachment(
                version_id=version.id, position=position, name=one.attachment.name[:500], size=one.attachment.size,
                sha256=one.taken.sha256 if one.taken is not None and document is not None else None,
                document_id=document.id if document is not None else None, reason_code=code,
            )
        )  # fmt: skip


def condemn_secret(session: Session, held: Sequence[Held]) -> list[str]:
    """Mark the bytes of files inside a container that are known to be secret for removal from the storage; return
    their SHA-256 hashes. They may have been stored just before this became known."""
    hashes = {one.taken.sha256 for one in held if one.taken is not None}
    secret = sorted(session.scalars(select(WithheldBytes.sha256).where(WithheldBytes.sha256.in_(hashes))))
    for sha256 in secret:
        context.current().storage.condemn(sha256)
    return secret


def _uploader(session: Session, version: Version) -> Actor:
    """Whoever uploaded the container, with present roles and unit; the command line when nobody did."""
    user = session.get(User, version.created_by) if version.created_by is not None else None
    return people.acting(user, "worker") if user is not None else COMMAND_LINE


def _document(session: Session, uploader: Actor, container: Document, taken: Taken) -> Document | None:
    """Find or add the document that has these bytes, and tie it to the container. None when it is the container itself,
    which an archive can contain by a trick."""
    document = upload.same_bytes(session, uploader, taken.sha256)
    if document is not None and document.id == container.id:
        return None
    known = document is not None
    if document is None:
        document = upload.new_inside(session, uploader, container, taken)
    if not known or not _is_tied(session, document, container):
        session.add(Relation(type=TIE, source_id=document.id, target_id=container.id, created_by=uploader.user_id))
        details = {"type": TIE, "target": container.id, "target_label": container.label}
        log.document_event(session, WORKER, "relation:add", document, details)
    return document


def _is_tied(session: Session, document: Document, container: Document) -> bool:
    tied = select(Relation.id).where(
        Relation.type == TIE, Relation.source_id == document.id, Relation.target_id == container.id,
        Relation.ended_at.is_(None),
    )  # fmt: skip
    return session.scalar(tied.limit(1)) is not None
