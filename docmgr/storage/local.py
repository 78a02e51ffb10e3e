"""The store in a folder of this machine. A file is stored below `root` as `ab/cd/<sha256>`, where abcd are
the first digits of its SHA-256."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from docmgr.storage.disk import CHUNK, digest_of, sync_folder
from docmgr.storage.part import FilePart
from docmgr.storage.protocol import (
    SHA256,
    BytesMissing,
    DiskFull,
    NotWritable,
    StoreCondition,
    Stored,
    StoredFile,
    TooLarge,
    Wanted,
    any_bytes,
)

TEMPORARY = "tmp"
CONDEMNED, SWEPT = "condemned-", "swept-"


@dataclass(frozen=True)
class LocalStorage:
    """A Storage in the folder `root`, which is created on first use. `put` refuses files when fewer than
    `floor_bytes` are free on the disk. A stored file survives a power failure.
    """

    root: Path
    floor_bytes: int = 0

    def path(self, sha256: str) -> Path:
        """The path of the file with this SHA-256, whether or not it exists. Only this store and its tests
        use it. Raises ValueError when `sha256` is not 64 hex digits."""
        if not SHA256.fullmatch(sha256):
            raise ValueError("not a SHA-256")
        return self.root / sha256[:2] / sha256[2:4] / sha256

    def put(self, stream: BinaryIO, max_bytes: int, wanted: Wanted = any_bytes) -> Stored:
        """Store the content of `stream`, unless `wanted` refuses it; return its SHA-256, size and whether it
        is stored. Raises TooLarge for more than `max_bytes`. See Storage.put."""
        with disk_faults():
            self.root.mkdir(parents=True, exist_ok=True)
            if shutil.disk_usage(self.root).free < self.floor_bytes:
                raise DiskFull
            temporary = self.root / TEMPORARY / secrets.token_hex(16)
            temporary.parent.mkdir(exist_ok=True)
        try:
            digest, size = copy_in(stream, temporary, max_bytes)
            kept = wanted(temporary, digest)
            if kept:
                with disk_faults():
                    self._settle(temporary, digest)
            return Stored(digest, size, kept)
        finally:
            temporary.unlink(missing_ok=True)

    def _settle(self, temporary: Path, digest: str) -> None:
        target = self.path(digest)
        if target.exists() and _freshen(target):
            return
        for folder in (target.parent.parent, target.parent):
            if not folder.exists():
                folder.mkdir(exist_ok=True)
                sync_folder(folder.parent)
        os.chmod(temporary, 0o440)
        os.replace(temporary, target)
        sync_folder(target.parent)

    def open(self, sha256: str) -> BinaryIO:
        """Open the stored file as a stream, which the caller must close. Raises BytesMissing when there is no
        such file. See Storage.open."""
        with _missing_told():
            return self.path(sha256).open("rb")

    def range(self, sha256: str, start: int, length: int) -> BinaryIO:
        """Open at most `length` stored bytes from the offset `start` on as a stream, which the caller must
        close. Raises BytesMissing when there is no such file. See Storage.range."""
        return cast(BinaryIO, FilePart(self.open(sha256), start, length))

    @contextlib.contextmanager
    def local(self, sha256: str) -> Iterator[Path]:
        """Give the path of the stored file itself for the block, without copying it. Raises BytesMissing when
        there is no such file. See Storage.local."""
        path = self.path(sha256)
        if not path.exists():
            raise BytesMissing
        yield path

    def exists(self, sha256: str) -> bool:
        """Whether a file with this SHA-256 is stored. See Storage.exists."""
        return self.path(sha256).exists()

    def size(self, sha256: str) -> int:
        """The size of the stored file in bytes. Raises BytesMissing if there is none. See Storage.size."""
        with _missing_told():
            return self.path(sha256).stat().st_size

    def verify(self, sha256: str) -> bool:
        """Whether the stored file exists and its content still has this SHA-256. See Storage.verify."""
        path = self.path(sha256)
        return path.exists() and digest_of(path) == sha256

    def list(self) -> Iterator[StoredFile]:
        """Yield every stored file, ordered by SHA-256; a file that is removed during the listing is left
        out. See Storage.list."""
        for path in sorted(self.root.glob("??/??/*")):
            if SHA256.fullmatch(path.name):
                with contextlib.suppress(FileNotFoundError):
                    found = path.stat()
                    yield StoredFile(path.name, found.st_size, time.time() - found.st_mtime)

    def remove(self, sha256: str) -> None:
        """Delete the stored file, if there is one, and its mark for removal (`condemn`). See
        Storage.remove."""
        path = self.path(sha256)
        path.unlink(missing_ok=True)
        if path.parent.exists():
            sync_folder(path.parent)
        self.spare(sha256)

    def condemn(self, sha256: str) -> None:
        """Mark the stored file for removal, by creating an empty file that names it; the mark survives a
        power failure. See Storage.condemn."""
        marker = self._marker(sha256)
        marker.parent.mkdir(parents=True, exist_ok=True)
        marker.touch()
        sync_folder(marker.parent)

    def condemned(self) -> tuple[str, ...]:
        """The SHA-256s of the files that are marked for removal, sorted. See Storage.condemned."""
        markers = (self.root / TEMPORARY).glob(f"{CONDEMNED}*")
        return tuple(sorted(path.name.removeprefix(CONDEMNED) for path in markers))

    def spare(self, sha256: str) -> None:
        """Delete the mark for removal that `condemn` has set. See Storage.spare."""
        self._marker(sha256).unlink(missing_ok=True)

    def sweep(self, sha256: str, age_seconds: float) -> bool:
        """Delete the file if `put` last stored it more than `age_seconds` ago. Returns whether it was
        deleted. A `put` of the same bytes at the same moment is not lost. See Storage.sweep.
        """
        path, aside = self.path(sha256), self.root / TEMPORARY / f"{SWEPT}{sha256}"
        if not _older(path, age_seconds):
            return False
        aside.parent.mkdir(exist_ok=True)
        os.rename(path, aside)
        if not _older(aside, age_seconds):
            os.rename(aside, path)
            return False
        aside.unlink()
        return True

    def unfinished(self, age_seconds: float) -> tuple[str, ...]:
        """List the names of temporary files that were last written to more than `age_seconds` ago. See
        Storage.unfinished."""
        return tuple(path.name for path in self._unfinished(age_seconds))

    def clear_unfinished(self, age_seconds: float) -> int:
        """Delete the temporary files that `unfinished` lists for the same `age_seconds`, and return how many.
        See Storage.clear_unfinished."""
        stale = self._unfinished(age_seconds)
        for path in stale:
            path.unlink(missing_ok=True)
        return len(stale)

    def writable(self) -> bool:
        """Whether the permissions and the disk allow writing files into the folder; its free space is not
        considered. See Storage.writable."""
        folder = self.root if self.root.exists() else self.root.parent
        return os.access(folder, os.W_OK | os.X_OK) and not os.statvfs(folder).f_flag & os.ST_RDONLY

    def accepting(self) -> bool:
        """True: the folder is on this machine. See Storage.accepting."""
        return True

    def condition(self) -> StoreCondition:
        """Whether the folder can be written. See Storage.condition."""
        return StoreCondition(None if self.writable() else "read_only")

    def keep_head(self, name: str, line: bytes) -> None:
        """Keep nothing: the file of heads is on this machine already. See Storage.keep_head."""

    def _unfinished(self, age_seconds: float) -> tuple[Path, ...]:
        found = sorted((self.root / TEMPORARY).glob("*"))
        return tuple(p for p in found if not p.name.startswith(CONDEMNED) and _older(p, age_seconds))

    def _marker(self, sha256: str) -> Path:
        return self.root / TEMPORARY / f"{CONDEMNED}{self.path(sha256).name}"


def _older(path: Path, age_seconds: float) -> bool:
    """Whether the file exists and was last modified more than `age_seconds` ago."""
    try:
        return path.stat().st_mtime < time.time() - age_seconds
    except FileNotFoundError:
        return False


@contextlib.contextmanager
def _missing_told() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise BytesMissing from None


@contextlib.contextmanager
def disk_faults() -> Iterator[None]:
    """Convert OSErrors of the block: a full disk raises DiskFull, a read-only disk or missing permission
    raises NotWritable. Other errors are raised unchanged."""
    try:
        yield
    except OSError as fault:
        if fault.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull from fault
        if fault.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
            raise NotWritable from fault
        raise


def _freshen(target: Path) -> bool:
    """Set the modification time of a stored file to now, so that `sweep` does not delete it before a
    database row names it. Returns False when the file no longer exists."""
    try:
        os.utime(target)
    except FileNotFoundError:
        return False
    return True


def copy_in(stream: BinaryIO, target: Path, max_bytes: int) -> tuple[str, int]:
    """Copy the stream to the new file `target`, and write it to disk. Returns (SHA-256, size)."""
    digest, size = hashlib.sha256(), 0
    with disk_faults(), target.open("xb") as out:
        while chunk := stream.read(CHUNK):
            size += len(chunk)
            if size > max_bytes:
                raise TooLarge
            digest.update(chunk)
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    return digest.hexdigest(), size
