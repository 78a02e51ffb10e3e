"""The only place that puts files on disk: bytes named by their SHA-256, stored once, never changed.

Leaves to others: which document the bytes belong to, and what their name was.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import re
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

CHUNK = 1024 * 1024
TEMPORARY = "tmp"
CONDEMNED, SWEPT = "condemned-", "swept-"
SHA256 = re.compile(r"[0-9a-f]{64}")


class TooLarge(Exception):
    """More bytes than allowed."""


class DiskFull(Exception):
    """Less free space than the floor, or none at all."""


class NotWritable(Exception):
    """The folder does not take files: read-only, or another owner's."""


@dataclass(frozen=True)
class Stored:
    """What `put` saw: the bytes' SHA-256 (hex), their size in bytes, and whether they are kept."""

    sha256: str
    size: int
    kept: bool


@dataclass(frozen=True)
class Storage:
    """Files under `root`, as `ab/cd/<sha256>`."""

    root: Path
    floor_bytes: int = 0

    def path(self, sha256: str) -> Path:
        """Where these bytes lie. Raises ValueError for anything but a SHA-256 in hex."""
        if not SHA256.fullmatch(sha256):
            raise ValueError("not a SHA-256")
        return self.root / sha256[:2] / sha256[2:4] / sha256

    def put(
        self, stream: BinaryIO, max_bytes: int, wanted: Callable[[Path, str], bool] = lambda path, sha256: True
    ) -> Stored:
        """Copy `stream` in: hashed while written to a temporary file, synced, renamed, folder synced.

        `wanted(path, sha256)` looks at the temporary file and says whether it is kept: what is refused never enters
        the store. Raises TooLarge, DiskFull and NotWritable; nothing is left behind then.
        """
        with _disk_faults():
            self.root.mkdir(parents=True, exist_ok=True)
            if shutil.disk_usage(self.root).free < self.floor_bytes:
                raise DiskFull
            temporary = self.root / TEMPORARY / secrets.token_hex(16)
            temporary.parent.mkdir(exist_ok=True)
        try:
            digest, size = _copy(stream, temporary, max_bytes)
            kept = wanted(temporary, digest)
            if kept:
                with _disk_faults():
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

    def sweep(self, sha256: str, age_seconds: float) -> bool:
        """Delete bytes that no row names and nobody put in within `age_seconds`; whether they are gone.

        They are set aside first: whoever puts the same bytes in meanwhile either finds them gone and brings its own, or
        has made them young, and then they go back. The caller holds the lock of these bytes, so no row appears.
        """
        path, aside = self.path(sha256), self.root / TEMPORARY / f"{SWEPT}{sha256}"
        if not self.older(path, age_seconds):
            return False
        aside.parent.mkdir(exist_ok=True)
        os.rename(path, aside)
        if not self.older(aside, age_seconds):
            os.rename(aside, path)
            return False
        aside.unlink()
        return True

    def older(self, path: Path, age_seconds: float) -> bool:
        """Whether the file is there and was not touched for so long."""
        try:
            return path.stat().st_mtime < time.time() - age_seconds
        except FileNotFoundError:
            return False

    def writable(self) -> bool:
        """Whether the store takes files, room apart."""
        folder = self.root if self.root.exists() else self.root.parent
        return os.access(folder, os.W_OK | os.X_OK) and not os.statvfs(folder).f_flag & os.ST_RDONLY

    def remove(self, sha256: str) -> None:
        """Delete the bytes (a secrecy stamp demands it); no error where they are gone."""
        path = self.path(sha256)
        path.unlink(missing_ok=True)
        if path.parent.exists():
            sync_folder(path.parent)
        self.spare(sha256)

    def condemn(self, sha256: str) -> None:
        """Note durably that these bytes are to be removed, before the change that demands it is committed."""
        marker = self._marker(sha256)
        marker.parent.mkdir(parents=True, exist_ok=True)
        marker.touch()
        sync_folder(marker.parent)

    def condemned(self) -> list[str]:
        """SHA-256s noted by `condemn` whose removal did not come to its end."""
        return sorted(path.name.removeprefix(CONDEMNED) for path in (self.root / TEMPORARY).glob(f"{CONDEMNED}*"))

    def spare(self, sha256: str) -> None:
        """Take back what `condemn` noted."""
        self._marker(sha256).unlink(missing_ok=True)

    def clear_temporary(self, age_seconds: float) -> int:
        """Remove half-written uploads that a crash left behind; how many."""
        stale = self.temporary(age_seconds)
        for path in stale:
            path.unlink(missing_ok=True)
        return len(stale)

    def temporary(self, age_seconds: float) -> list[Path]:
        """Half-written uploads that nobody wrote to within `age_seconds`."""
        left = sorted((self.root / TEMPORARY).glob("*"))
        return [p for p in left if not p.name.startswith(CONDEMNED) and self.older(p, age_seconds)]

    def _marker(self, sha256: str) -> Path:
        return self.root / TEMPORARY / f"{CONDEMNED}{self.path(sha256).name}"

    def walk(self) -> Iterator[Path]:
        """Every stored file, temporary ones left out."""
        for path in sorted(self.root.glob("??/??/*")):
            if SHA256.fullmatch(path.name):
                yield path


def digest_of(path: Path) -> str:
    """SHA-256 of a file, hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@contextlib.contextmanager
def _disk_faults() -> Iterator[None]:
    """Say what a fault of the disk means for the store. Raises DiskFull and NotWritable."""
    try:
        yield
    except OSError as fault:
        if fault.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull from fault
        if fault.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
            raise NotWritable from fault
        raise


def _freshen(target: Path) -> bool:
    """Make stored bytes young, so that nobody sweeps them before their row is there; False where they are gone."""
    try:
        os.utime(target)
    except FileNotFoundError:
        return False
    return True


def _copy(stream: BinaryIO, target: Path, max_bytes: int) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with _disk_faults(), target.open("xb") as out:
        while chunk := stream.read(CHUNK):
            size += len(chunk)
            if size > max_bytes:
                raise TooLarge
            digest.update(chunk)
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    return digest.hexdigest(), size


def sync_folder(folder: Path) -> None:
    """Make a rename in `folder` survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
