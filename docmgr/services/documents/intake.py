"""Taking bytes in: what is refused before storing, and how a file is called."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from docmgr import context, db
from docmgr.models import WithheldBytes
from docmgr.reading.formats.kinds import is_document, sniff
from docmgr.services.message import Message
from docmgr.storage import DiskFull, NotWritable, TooLarge
from legaltext.text import clean

NAME_BYTES = 255
NOT_A_DOCUMENT = Message("Tệp này không phải là văn bản (chỉ nhận DOCX, PDF, DOC, RTF, HTML, TXT, MD, XLSX, ODT).")
NO_SPACE = Message("Máy chủ gần hết chỗ lưu. Xin báo người quản trị.")
NOT_WRITABLE = Message("Máy chủ không ghi được vào kho tệp. Xin báo người quản trị.")


@dataclass(frozen=True)
class Upload:
    """What became of one file; `outcome` is stored, duplicate or refused."""

    outcome: str
    reason: Message | None
    document_id: int | None
    state: str | None


@dataclass(frozen=True)
class Taken:
    """Bytes that were taken in: SHA-256 in hex, size in bytes, their kind by content, the file's name as data."""

    sha256: str
    size: int
    kind: str
    name: str


def store(stream: BinaryIO, name: str) -> Taken | Upload:
    """Bytes on disk, or the refusal. The bytes of a known secret are not kept, which the answer does not tell."""
    site = context.current()
    found: list[tuple[str, bool]] = []

    def wanted(path: Path, sha256: str) -> bool:
        kind = sniff(path, name)
        found.append((kind, is_document(kind)))
        return found[0][1] and not _is_secret(sha256)

    try:
        stored = site.storage.put(stream, site.settings.max_file_bytes, wanted)
    except TooLarge:
        limit = site.settings.max_file_bytes // (1024 * 1024)
        return Upload("refused", Message("Tệp lớn hơn %(limit)s MB.", limit=limit), None, None)
    except DiskFull:
        return Upload("refused", NO_SPACE, None, None)
    except NotWritable:
        return Upload("refused", NOT_WRITABLE, None, None)
    kind, readable = found[0]
    if not readable:
        return Upload("refused", NOT_A_DOCUMENT, None, None)
    return Taken(stored.sha256, stored.size, kind, clean_name(name))


def _is_secret(sha256: str) -> bool:
    with db.read() as session:
        return session.get(WithheldBytes, sha256) is not None


@contextlib.contextmanager
def deciding(sha256: str) -> Iterator[Session]:
    """The unit of work in which stored bytes get their row, or are found to be there already.

    `store` asked whether they are secret before it kept them; a reading may have told since. So it is asked again, under
    the lock that such a reading holds too, and what was kept meanwhile is removed, whatever becomes of the unit of work.
    """
    secret = False
    try:
        with db.write() as session:
            lock(session, sha256)
            secret = known_secret(session, [sha256]) is not None
            if secret:
                context.current().storage.condemn(sha256)
            yield session
    finally:
        if secret:
            context.current().storage.remove(sha256)


def known_secret(session: Session, hashes: Iterable[str]) -> WithheldBytes | None:
    """What is known of the first of these bytes that are secret. To be asked under `lock`, lest it change meanwhile."""
    return session.scalar(
        select(WithheldBytes).where(WithheldBytes.sha256.in_(list(hashes))).order_by(WithheldBytes.sha256).limit(1)
    )


def lock(session: Session, sha256: str) -> None:
    """Let one transaction at a time decide about these bytes; SQLite's unit of work does so by itself."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": int(sha256[:15], 16)})


def clean_name(name: str) -> str:
    """A file name as data: clean text on one line, no folders, at most 255 bytes in UTF-8."""
    name = clean("".join(name.replace("\\", "/").rsplit("/", 1)[-1].splitlines())).replace("\t", "").strip()
    while len(name.encode()) > NAME_BYTES:
        stem, dot, ending = name.rpartition(".")
        name = stem[:-1] + dot + ending if stem and len(ending) < 10 else name[:-1]
    return name or "khong-ten"
