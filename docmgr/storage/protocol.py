"""What every store of bytes does, whatever it is built on. tests/services/test_storage_contract.py holds each store to it.

Leaves to others: which document the bytes belong to, and what their name was.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

SHA256 = re.compile(r"[0-9a-f]{64}")
# Called with a local file that holds the new bytes and with their SHA-256; says whether the store keeps them.
Wanted = Callable[[Path, str], bool]


class TooLarge(Exception):
    """More bytes than allowed."""


class DiskFull(Exception):
    """The store has less free space than its floor, or none at all."""


class NotWritable(Exception):
    """The store takes no files: it is read-only, or belongs to another owner."""


class BytesMissing(Exception):
    """The store does not hold these bytes."""


@dataclass(frozen=True)
class Stored:
    """What `put` saw: the bytes' SHA-256 (hex), their size in bytes, and whether they are kept."""

    sha256: str
    size: int
    kept: bool


@dataclass(frozen=True)
class StoredFile:
    """One entry of a listing: SHA-256 (hex), size in bytes, and how many seconds ago the bytes were last put in."""

    sha256: str
    size: int
    age_seconds: float


def any_bytes(_path: Path, _sha256: str) -> bool:
    """Want everything."""
    return True


class Storage(Protocol):
    """Bytes by their SHA-256 (64 lower-case hex digits; every method raises ValueError for anything else)."""

    def put(self, stream: BinaryIO, max_bytes: int, wanted: Wanted = any_bytes) -> Stored:
        """Copy `stream` in, durably; the same bytes twice are kept once, and are as young as if they were new.

        What `wanted` refuses never enters the store. Raises TooLarge, DiskFull and NotWritable; nothing is left behind then.
        """

    def open(self, sha256: str) -> BinaryIO:
        """The bytes as a seekable stream, which the caller closes. Raises BytesMissing."""

    def range(self, sha256: str, start: int, length: int) -> BinaryIO:
        """At most `length` bytes from `start` on as a seekable stream, which the caller closes. Raises BytesMissing."""

    def local(self, sha256: str) -> AbstractContextManager[Path]:
        """A file on this machine with the bytes, for readers that need a path. It must not be changed, and is promised for
        the block only. Raises BytesMissing on entry."""

    def exists(self, sha256: str) -> bool:
        """Whether the store holds the bytes."""

    def size(self, sha256: str) -> int:
        """How many bytes the store holds under this name. Raises BytesMissing."""

    def verify(self, sha256: str) -> bool:
        """Whether the bytes are there and still have this SHA-256; reads all of them."""

    def list(self) -> Iterator[StoredFile]:
        """Every stored file, by SHA-256; unfinished uploads are left out."""

    def remove(self, sha256: str) -> None:
        """Delete the bytes (a secrecy stamp demands it) and what `condemn` noted of them; no error where they are gone."""

    def condemn(self, sha256: str) -> None:
        """Note durably that these bytes are to be removed, before the change that demands it is committed."""

    def condemned(self) -> tuple[str, ...]:
        """The SHA-256s that `condemn` noted and neither `remove` nor `spare` took back, in order."""

    def spare(self, sha256: str) -> None:
        """Take back what `condemn` noted; no error where nothing was."""

    def sweep(self, sha256: str, age_seconds: float) -> bool:
        """Delete bytes that nobody put in within `age_seconds`; whether they went.

        Whoever puts the same bytes in meanwhile keeps them. The caller holds the lock of these bytes, so no row that names
        them appears.
        """

    def unfinished(self, age_seconds: float) -> tuple[str, ...]:
        """Names of uploads that were begun, not finished, and not written to within `age_seconds`."""

    def clear_unfinished(self, age_seconds: float) -> int:
        """Remove what `unfinished` names; how many went."""

    def writable(self) -> bool:
        """Whether the store takes files, apart from how much room it has."""
