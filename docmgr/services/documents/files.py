"""Files of a document, opened."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import select

from docmgr import context, db
from docmgr.models import Document, File, Version
from docmgr.policy import Actor, require
from docmgr.services.access import rule, versions
from docmgr.services.errors import NotFound
from docmgr.services.trail import readings
from docmgr.storage import BytesMissing


@dataclass(frozen=True)
class OpenedFile:
    """A file that may be sent: its name as data, its kind, how many bytes the store holds of it, their SHA-256 (hex)."""

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
    try:
        size = context.current().storage.size(file.sha256)
    except BytesMissing:
        raise NotFound from None
    if not continuation:
        readings.file_opened(actor, action, document, file)
    return OpenedFile(file.name, file.kind, size, file.sha256, document.id)


def content(file: OpenedFile, start: int = 0, length: int | None = None) -> BinaryIO:
    """`length` bytes of the file from `start` on (all by default), to be closed by the caller. Raises NotFound where they
    were removed since the file was opened."""
    try:
        return context.current().storage.range(file.sha256, start, file.size if length is None else length)
    except BytesMissing:
        raise NotFound from None


@contextlib.contextmanager
def local_path(file: OpenedFile) -> Iterator[Path]:
    """A path of the file's bytes for the block. Raises NotFound where they were removed since the file was opened."""
    try:
        with context.current().storage.local(file.sha256) as path:
            yield path
    except BytesMissing:
        raise NotFound from None
