"""The format of a backup file: a tar archive whose last member is a manifest. The manifest contains the
SHA-256 of all bytes before it.

The members are `tables/<table>.jsonl` (one JSON list of values per line), `uploads/<sha256>` (stored files),
`trail-heads.jsonl` (stored heads of the trail; older backups have none), and `manifest-<sha256 of the
manifest>.json`. A file that is cut short or has a changed bit is refused. services.upkeep.backup decides
what goes into a backup and what is done with it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import secrets
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

from docmgr.storage import CHUNK, SHA256, sync_folder

FORMAT = 1
MANIFEST = re.compile(rf"manifest-({SHA256.pattern})\.json")
HEADS = "trail-heads.jsonl"
MEMBER = re.compile(rf"tables/[a-z_]{{1,60}}\.jsonl|uploads/{SHA256.pattern}|trail-heads\.jsonl")
MANIFEST_LIMIT = 64 * 1024 * 1024
# The form of an Alembic revision. Whether such a revision exists is checked by services.upkeep.backup.
REVISION = re.compile(r"[0-9A-Za-z_]{1,40}")
BLOCK = tarfile.BLOCKSIZE
# The exceptions raised while reading a file that is no tar archive or has no valid manifest.
UNREADABLE = (tarfile.TarError, OSError, EOFError, ValueError, OverflowError, KeyError, TypeError, RecursionError)  # fmt: skip


class BadBackup(Exception):
    """Raised when a file is not a backup, is incomplete, or was changed. The message is a Vietnamese sentence to
    show to the user."""


@dataclass(frozen=True)
class ArchivedTable:
    """One database table in a backup. `columns` are its column names; the values of each row have the same order.
    `rows` says how many rows there are, and `sha256` is the SHA-256 of the archive member that contains the
    rows."""

    columns: tuple[str, ...]
    rows: int
    sha256: str


@dataclass(frozen=True)
class BackupManifest:
    """The manifest of a backup. `revision` is the Alembic revision of the database, `files` the number of
    stored files. `lacking` are the SHA-256s of files whose bytes were missing when the backup was made."""

    created_at: str
    revision: str
    tables: dict[str, ArchivedTable]
    files: int
    lacking: tuple[str, ...]


class Writer:
    """Add members to a backup that is being written. Everything written is also hashed, for the manifest."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._digest = hashlib.sha256()
        self._tar = tarfile.open(fileobj=cast(IO[bytes], self), mode="w", format=tarfile.PAX_FORMAT)

    def write(self, data: bytes) -> int:
        """Write `data` to the backup, add it to the hash, and return the number of bytes. tarfile calls this
        method."""
        self._digest.update(data)
        return self._out.write(data)

    def tell(self) -> int:
        """The number of bytes written so far. tarfile calls this."""
        return self._out.tell()

    def add(self, name: str, path: Path) -> None:
        """Add the file at `path` to the backup as the member `name`."""
        with path.open("rb") as stream:
            self._tar.addfile(_info(name, os.fstat(stream.fileno()).st_size), stream)

    def finish(self, manifest: BackupManifest) -> None:
        """Write the manifest as the last member. Nothing can be added afterwards."""
        content = {"format": FORMAT, "before": self._digest.hexdigest(), **asdict(manifest)}
        self._out.write(_tail(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()))


def _info(name: str, size: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    return info


def _tail(content: bytes) -> bytes:
    """Build the last bytes of a backup: the tar header of the manifest, the manifest's `content`, and the end
    of the archive. The same content always gives the same bytes, so that `verify` can compare them."""
    header = _info(f"manifest-{hashlib.sha256(content).hexdigest()}.json", len(content)).tobuf(tarfile.USTAR_FORMAT)
    return header + content + b"\0" * (-len(content) % BLOCK) + b"\0" * (2 * BLOCK)


@contextlib.contextmanager
def creating(path: Path) -> Iterator[Writer]:
    """Create a backup file at `path`, readable only by its owner, and give a Writer for the block. The file
    has a temporary name until the block ends without an error."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}.part")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as out:
            yield Writer(out)
            out.flush()
            os.fsync(out.fileno())
        os.replace(temporary, path)
        sync_folder(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


def verify(path: Path) -> BackupManifest:
    """Compare every byte and every member of the backup at `path` with its manifest, and return the manifest.
    Raises BadBackup when something differs."""
    try:
        with path.open("rb") as stream:
            offset, content = _last_member(stream)
            manifest = _parsed(content)
            stream.seek(offset)
            if stream.read(MANIFEST_LIMIT + 4 * BLOCK) != _tail(content):
                raise BadBackup("Phần cuối của bản sao lưu đã bị thay đổi.")
            if _digest(stream, offset) != json.loads(content)["before"]:
                raise BadBackup("Nội dung bản sao lưu không khớp với bảng kê: tệp đã hỏng hoặc bị thay đổi.")
        _compare_members(path, manifest)
    except UNREADABLE as error:
        raise BadBackup(f"Không đọc được bản sao lưu: {type(error).__name__}.") from error
    return manifest


def _last_member(stream: BinaryIO) -> tuple[int, bytes]:
    """Read the manifest, which is the last member of a backup. Returns (offset in the file, content). Raises
    BadBackup when the manifest is missing, or when another member is unknown or occurs twice."""
    with tarfile.open(fileobj=stream, mode="r:") as tar:
        members = tar.getmembers()
        if not members or not MANIFEST.fullmatch(members[-1].name) or members[-1].size > MANIFEST_LIMIT:
            raise BadBackup("Không phải bản sao lưu của docmgr, hoặc tệp bị cắt cụt.")
        names = [member.name for member in members[:-1]]
        if len(set(names)) != len(names):
            raise BadBackup("Bản sao lưu có hai mục trùng tên.")
        for member in members[:-1]:
            if member.type != tarfile.REGTYPE or member.issparse() or not MEMBER.fullmatch(member.name):
                raise BadBackup("Bản sao lưu có mục lạ.")
        content = tar.extractfile(members[-1])
        return members[-1].offset, content.read() if content else b""


def _parsed(content: bytes) -> BackupManifest:
    raw = json.loads(content)
    if raw["format"] != FORMAT:
        raise BadBackup("Bản sao lưu thuộc một định dạng khác; cần bản phát hành mới hơn.")
    listed = dict(raw["tables"])
    tables = {name: ArchivedTable(tuple(t["columns"]), t["rows"], t["sha256"]) for name, t in listed.items()}
    manifest = BackupManifest(raw["created_at"], raw["revision"], tables, raw["files"], tuple(raw["lacking"]))
    if not REVISION.fullmatch(manifest.revision):
        raise BadBackup("Bảng kê của bản sao lưu không ghi đúng phiên bản cơ sở dữ liệu.")
    if not _sound(manifest):
        raise BadBackup("Bảng kê của bản sao lưu có giá trị không hợp lệ.")
    return manifest


def _sound(manifest: BackupManifest) -> bool:
    counts = [manifest.files, *(table.rows for table in manifest.tables.values())]
    digests = [*manifest.lacking, *(table.sha256 for table in manifest.tables.values())]
    columns = [column for table in manifest.tables.values() for column in table.columns]
    return (
        all(type(count) is int for count in counts)
        and all(SHA256.fullmatch(digest) for digest in digests)
        and all(isinstance(text, str) for text in [manifest.created_at, *columns])
    )


def _compare_members(path: Path, manifest: BackupManifest) -> None:
    """Compare the stored files and the tables of a backup with the manifest. Raises BadBackup when a hash or the
    number of files differs."""
    tables, files = {}, 0
    with tarfile.open(path, "r:") as tar:
        for info in (info for info in tar.getmembers()[:-1] if info.name != HEADS):
            digest = _digest(cast(BinaryIO, tar.extractfile(info)), info.size)
            room, name = info.name.split("/")
            if room == "tables":
                tables[name.removesuffix(".jsonl")] = digest
            elif digest == name:
                files += 1
            else:
                raise BadBackup("Một tệp trong bản sao lưu không khớp với tên của nó.")
    if tables != {name: table.sha256 for name, table in manifest.tables.items()}:
        raise BadBackup("Các bảng trong bản sao lưu không khớp với bảng kê.")
    if files != manifest.files:
        raise BadBackup("Số tệp trong bản sao lưu không khớp với bảng kê.")


def _digest(stream: BinaryIO, length: int) -> str:
    stream.seek(0)
    digest = hashlib.sha256()
    while length:
        chunk = stream.read(min(CHUNK, length))
        if not chunk:
            raise EOFError
        digest.update(chunk)
        length -= len(chunk)
    return digest.hexdigest()


@contextlib.contextmanager
def members(path: Path) -> Iterator[Callable[[str], IO[bytes]]]:
    """Open the verified backup at `path` for the block, and yield a function that opens the member of a name as a stream. The
    function raises KeyError when the backup has no such member. The file is gone through once for all members, since it may
    have a hundred thousand of them."""
    with tarfile.open(path, "r:") as tar:
        known = {info.name: info for info in tar.getmembers()}

        def stream(name: str) -> IO[bytes]:
            found = tar.extractfile(known[name])
            if found is None:
                raise KeyError(name)
            return found

        yield stream


def heads(path: Path) -> bytes:
    """Read the stored heads of the trail from the verified backup at `path`, one JSON object per line; b"" when the
    backup has none."""
    try:
        with members(path) as opened:
            return opened(HEADS).read()
    except KeyError:
        return b""


def uploads(path: Path) -> Iterator[tuple[str, Any]]:
    """Yield (SHA-256, open stream) for every stored file in the verified backup at `path`."""
    with tarfile.open(path, "r:") as tar:
        for info in tar:
            if info.name.startswith("uploads/"):
                yield info.name.removeprefix("uploads/"), tar.extractfile(info)
