"""Open the files of a document and record that they were opened."""

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
    """A file that may be sent to a person. `name` is its file name, `kind` the kind of file, `size` the stored size
    in bytes, `sha256` the hash of the bytes in hexadecimal."""

    name: str
    kind: str
    size: int
    sha256: str
    document_id: int


def open_file(actor: Actor, file_id: int, *, action: str, continuation: bool = False) -> OpenedFile:
    """Load the file with the id `file_id` and record that the actor opens it.

    `action` is the event to record: "file:open" or "file:preview". Set `continuation` when the request continues a
    recorded transfer; then nothing is recorded. Raises Denied when the actor's roles may not read documents. Raises
    NotFound when the actor may not read the document, or when the bytes are missing or secret. Raises NotFound also for
    another person's upload when the worker has not yet read it, or a file inside it.
    """
    require(actor, "document:read")
    opened, file, document = sendable(actor, file_id)
    if not continuation:
        readings.file_opened(actor, action, document, file)
    return opened


def sendable(actor: Actor, file_id: int) -> tuple[OpenedFile, File, Document]:
    """Load the file with the id `file_id`, with its row and its document, when it may be sent to the actor. Nothing is recorded,
    and the caller has checked the actor's roles, or the share link. Raises NotFound as `open_file` does."""
    with db.read() as session:
        row = session.execute(
            select(File, Document)
            .join(Version, Version.id == File.version_id)
            .join(Document, Document.id == Version.document_id)
            .where(File.id == file_id, rule.visible(actor), versions.seen_by(actor), versions.looked_through(actor), versions.not_secret())
            .where(versions.file_seen_by(actor))
        ).one_or_none()
    if row is None:
        raise NotFound
    file, document = row
    try:
        size = context.current().storage.size(file.sha256)
    except BytesMissing:
        raise NotFound from None
    return OpenedFile(file.name, file.kind, size, file.sha256, document.id), file, document


def content(file: OpenedFile, start: int = 0, length: int | None = None) -> BinaryIO:
    """Open a stream of `length` bytes of the file, from byte `start` on; None means to the end of the file. The
    caller closes the stream. Raises NotFound when the bytes were removed after the file was opened."""
    try:
        return context.current().storage.range(file.sha256, start, file.size if length is None else length)
    except BytesMissing:
        raise NotFound from None


@contextlib.contextmanager
def local_path(file: OpenedFile) -> Iterator[Path]:
    """Yield the path of a local file with the bytes; the path is valid inside the `with` block only. Raises NotFound
    when the bytes were removed after the file was opened."""
    try:
        with context.current().storage.local(file.sha256) as path:
            yield path
    except BytesMissing:
        raise NotFound from None
