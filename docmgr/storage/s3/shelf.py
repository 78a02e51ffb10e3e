"""Files on this machine beside a remote store: uploads until they are sent, and copies of stored files. All can be lost.

A copy is forgotten when nobody used it for a while, because the machine that removes a secret file from the store does not
reach the copies on others.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from docmgr.storage.local import copy_in, disk_faults
from docmgr.storage.protocol import BytesDamaged, DiskFull

KEPT, USED = "kept", "used"
KEEP_SECONDS = 600.0
MOST_BYTES = 1024 * 1024 * 1024


@dataclass(frozen=True)
class Shelf:
    """The folder `root` of this machine, which is created on first use. Copies in it may have `most_bytes` together, and are
    deleted `keep_seconds` after their last use. Nothing is put there when fewer than `floor_bytes` are free."""

    root: Path
    floor_bytes: int = 0
    most_bytes: int = MOST_BYTES
    keep_seconds: float = KEEP_SECONDS

    @contextlib.contextmanager
    def received(self, stream: BinaryIO, max_bytes: int) -> Iterator[tuple[Path, str, int]]:
        """Copy the stream to a file for the block; yields (path, SHA-256, size). Raises TooLarge, DiskFull and NotWritable
        as Storage.put does."""
        with self._temporary() as path:
            digest, size = copy_in(stream, path, max_bytes)
            yield path, digest, size
        self.tidy()

    @contextlib.contextmanager
    def copy(self, sha256: str, size: int, fetch: Callable[[int, int], memoryview], piece: int) -> Iterator[Path]:
        """Yield the path of a copy of a stored file. What is not here is fetched in pieces of `piece` bytes, and verified.
        Raises BytesDamaged when the store has other bytes."""
        kept = self.root / KEPT / sha256
        with self._temporary() as path:
            if not _linked(kept, path) or path.stat().st_size != size:
                path.unlink(missing_ok=True)
                _fetch(path, sha256, size, fetch, piece)
                if size <= self.most_bytes:
                    self._keep(path, kept)
            self.tidy()
            yield path

    @contextlib.contextmanager
    def _temporary(self) -> Iterator[Path]:
        with disk_faults():
            for name in (USED, KEPT):
                (self.root / name).mkdir(parents=True, exist_ok=True, mode=0o700)
            if shutil.disk_usage(self.root).free < self.floor_bytes:
                raise DiskFull
        path = self.root / USED / secrets.token_hex(16)
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)

    def _keep(self, path: Path, kept: Path) -> None:
        second = path.with_name(f"{path.name}-kept")
        os.link(path, second)
        os.replace(second, kept)

    def forget(self, sha256: str) -> None:
        """Delete the copy of a stored file, if there is one."""
        (self.root / KEPT / sha256).unlink(missing_ok=True)

    def tidy(self) -> None:
        """Delete copies that were not used lately, and the oldest of those that are too many. Files in use stay until
        their block ends."""
        found = []
        for path in (self.root / KEPT).glob("*"):
            with contextlib.suppress(FileNotFoundError):
                found.append((path.stat().st_mtime, path.stat().st_size, path))
        total = sum(size for _, size, _ in found)
        for used, size, path in sorted(found):
            if total > self.most_bytes or used < time.time() - self.keep_seconds:
                path.unlink(missing_ok=True)
                total -= size

    def unfinished(self, age_seconds: float) -> list[Path]:
        """List the files that were left in the middle of a block, and last written to more than `age_seconds` ago."""
        found = []
        for path in sorted((self.root / USED).glob("*")):
            with contextlib.suppress(FileNotFoundError):
                if path.stat().st_mtime < time.time() - age_seconds:
                    found.append(path)
        return found


def _linked(kept: Path, path: Path) -> bool:
    try:
        os.utime(kept)
        os.link(kept, path)
    except FileNotFoundError:
        return False
    return True


def _fetch(path: Path, sha256: str, size: int, fetch: Callable[[int, int], memoryview], piece: int) -> None:
    digest = hashlib.sha256()
    with disk_faults(), path.open("xb") as out:
        for start in range(0, size, piece):
            data = fetch(start, min(piece, size - start))
            digest.update(data)
            out.write(data)
    if digest.hexdigest() != sha256:
        raise BytesDamaged
    os.chmod(path, 0o440)
