"""Files that go into a ZIP: which of a document may be sent, what they are called there, and how they are copied piece by piece."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from docmgr import context, db
from docmgr.models import Document, File, Rendering, Version
from docmgr.policy import Actor
from docmgr.services.access import rule, versions
from docmgr.services.chunks import chunks
from docmgr.services.errors import Invalid
from docmgr.services.message import Message
from docmgr.storage import BytesMissing
from legaltext.text import clean_line

# The most bytes of files in one package, and the pieces in which they are copied.
MOST_BYTES, PIECE = 4 << 30, 1 << 20
# The longest name of a file or folder in the package, in bytes of UTF-8; systems allow 255.
NAME_BYTES = 120
FULL = Message("Máy chủ không đủ chỗ trống để lập gói. Hãy báo quản trị hệ thống.")
_SIGNS = str.maketrans({char: "-" for char in '\\/:*?"<>|'})


@dataclass(frozen=True)
class PackedFile:
    """A file that goes into the package: the document it belongs to, its path there, and the SHA-256 hash under which its bytes
    are stored."""

    document_id: int
    path: str
    sha256: str


def stored_files(actor: Actor, document_ids: Sequence[int]) -> dict[int, list[tuple[File, str | None]]]:
    """Load the files of the documents that may be sent to the actor, by document id, those of the newest version that was
    read: pairs (file, hash of the PDF that was rendered from it or None). It is the rule of files.open_file."""
    query = (
        select(Document.id, File, Rendering.pdf_sha256)
        .join(Version, Version.document_id == Document.id)
        .join(File, File.version_id == Version.id)
        .outerjoin(Rendering, Rendering.sha256 == File.sha256)
        .where(rule.visible(actor), versions.is_current(), versions.seen_by(actor), versions.looked_through(actor))
        .where(versions.not_secret(), versions.file_seen_by(actor))
        .order_by(File.id)
    )
    found: dict[int, list[tuple[File, str | None]]] = {}
    with db.read() as session:
        for some in chunks(document_ids):
            for document_id, file, pdf in session.execute(query.where(Document.id.in_(some))):
                found.setdefault(document_id, []).append((file, pdf))
    return found


def sendable(actor: Actor, document_ids: Sequence[int]) -> set[tuple[int, str]]:
    """Find the files of these documents that may be sent to the actor now, as pairs (id of the document, SHA-256 of stored
    bytes)."""
    held = stored_files(actor, document_ids)
    pairs = ((number, sha256) for number, own in held.items() for file, pdf in own for sha256 in (file.sha256, pdf))
    return {(number, sha256) for number, sha256 in pairs if sha256 is not None}


def refuse_full(total: int, copies: int = 1) -> None:
    """Raise Invalid when the disk has no room for so many copies of `total` bytes."""
    settings = context.current().settings
    if shutil.disk_usage(settings.home).free - settings.free_disk_floor_bytes < copies * total:
        raise Invalid(FULL)


def safe_name(text: str) -> str:
    """Make a name of a file or folder that every system takes: no signs that it forbids, no blanks or dots at the ends."""
    name = clean_line(text).translate(_SIGNS).strip(" .")
    while len(name.encode()) > NAME_BYTES:
        stem, dot, ending = name.rpartition(".")
        name = stem[:-1] + dot + ending if stem and len(ending) < 10 else name[:-1]
    return name or "tep"


def free_name(name: str, taken: set[str]) -> str:
    """Return the name of a file, with a number where another file of the folder has it, also in other capitals."""
    stem, dot, ending = name.rpartition(".")
    number, found = 1, name
    while found.casefold() in taken:
        number += 1
        found = f"{stem or ending} ({number}){dot}{ending if stem else ''}"
    taken.add(found.casefold())
    return found


def copied(made: zipfile.ZipFile, part: PackedFile, folder: str) -> bool:
    """Copy a stored file into the package piece by piece. Returns False when its bytes are missing."""
    try:
        source = context.current().storage.open(part.sha256)
    except BytesMissing:
        return False
    with source, made.open(folder + part.path, "w", force_zip64=True) as out:
        shutil.copyfileobj(source, out, PIECE)
    return True
