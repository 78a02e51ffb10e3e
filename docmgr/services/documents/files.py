"""Files of a document, opened."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from docmgr import context, db
from docmgr.models import Document, File, Version
from docmgr.policy import Actor, require
from docmgr.services.access import rule, versions
from docmgr.services.errors import NotFound
from docmgr.services.trail import readings


@dataclass(frozen=True)
class OpenedFile:
    """Where the bytes of a file lie and how to name them."""

    path: Path
    name: str
    kind: str
    size: int
    sha256: str
    document_id: int


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
            .where(File.id == file_id, rule.visible(actor), versions.seen_by(actor), versions.not_secret())
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
