"""Store uploaded bytes: decide which files are refused, and clean their names."""

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
from docmgr.reading.formats.kinds import SHOWN, is_document, sniff
from docmgr.services.message import Message
from docmgr.storage import DiskFull, NotWritable, StoreAway, TooLarge
from legaltext.text import clean

NAME_BYTES = 255
KINDS = Message(
    "%(kinds)s; nhiều tệp một lúc. Mỗi tệp trong thư hay tệp nén thành một văn bản riêng. Thông tin được đọc từ tệp, "
    "bạn chỉ cần xác nhận.",
    kinds=SHOWN,
)
NOT_A_DOCUMENT = Message("Tệp này không phải là văn bản (chỉ nhận %(kinds)s).", kinds=SHOWN)
NO_SPACE = Message("Máy chủ gần hết chỗ lưu. Xin báo người quản trị.")
STORE_AWAY = Message("Kho tệp không trả lời nên tệp chưa được lưu. Hãy gửi lại sau ít phút.")
NOT_WRITABLE = Message("Máy chủ không ghi được vào kho tệp. Xin báo người quản trị.")


@dataclass(frozen=True)
class Upload:
    """The result of uploading one file. `outcome` is "stored", "duplicate" or "refused"; `reason` is a Vietnamese
    sentence for the person, or None. `document_id` and `state` are the id and state of the document that has the
    bytes, and None when the file was refused."""

    outcome: str
    reason: Message | None
    document_id: int | None
    state: str | None


@dataclass(frozen=True)
class Taken:
    """An uploaded file that has been stored. `sha256` is the hash of its bytes in hexadecimal, and `size` is how many
    bytes it has. `kind` is the kind of file that its content shows, and `name` the cleaned name of the file."""

    sha256: str
    size: int
    kind: str
    name: str


def store(stream: BinaryIO, name: str) -> Taken | Upload:
    """Store the bytes of the stream. Returns the stored file, or an Upload that tells why it was refused. `name` is the
    name under which the file was uploaded. Bytes that are known to be secret are not stored. The result does not show
    this, so that nobody learns about secret files."""
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
    except StoreAway:
        return Upload("refused", STORE_AWAY, None, None)
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
    """Open a unit of work about bytes that `store` has just stored, and yield its session. In the `with` block the
    caller adds a row for the bytes to the database, or finds a document that has them already. `sha256` is their hash
    in hexadecimal. Bytes that are known to be secret are removed from the storage when the block ends."""
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
    """Find the record of secret bytes with one of these SHA-256 hashes, in hexadecimal. Of several the lowest hash
    counts. None when no hash is known to be secret. Call `lock` for each hash before, so that the answer cannot
    change."""
    return session.scalar(
        select(WithheldBytes).where(WithheldBytes.sha256.in_(list(hashes))).order_by(WithheldBytes.sha256).limit(1)
    )


def lock(session: Session, sha256: str) -> None:
    """Let one transaction at a time decide about the bytes with this SHA-256 hash: the others wait until this one
    ends. Nothing happens on SQLite, because its units of work run one after another."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": int(sha256[:15], 16)})


def clean_name(name: str) -> str:
    """Clean the name of an uploaded file: return it as one line of text without folders, at most 255 bytes long in
    UTF-8. A name of which nothing is left becomes "khong-ten" (without a name)."""
    name = clean("".join(name.replace("\\", "/").rsplit("/", 1)[-1].splitlines())).replace("\t", "").strip()
    while len(name.encode()) > NAME_BYTES:
        stem, dot, ending = name.rpartition(".")
        name = stem[:-1] + dot + ending if stem and len(ending) < 10 else name[:-1]
    return name or "khong-ten"
