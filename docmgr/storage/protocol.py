"""The methods that every store of file contents has. tests/services/test_storage_contract.py tests each
store against them.

A store knows only bytes and their SHA-256, not the names of files or the documents they belong to.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

SHA256 = re.compile(r"[0-9a-f]{64}")
# A function that gets a local file with the new bytes and their SHA-256, and returns whether the store keeps them.
Wanted = Callable[[Path, str], bool]


class TooLarge(Exception):
    """More bytes were given than `put` was allowed to store."""


class DiskFull(Exception):
    """The store has less free space than it must keep, or none."""


class NotWritable(Exception):
    """The store accepts no files, because it is read-only or belongs to another owner."""


class BytesMissing(Exception):
    """The store has no file with the given SHA-256."""


class StoreAway(NotWritable):
    """The store as a whole cannot be used now, also not for reading. `reason` is "away" (no answer), "keys" (the access
    key is refused), "denied" (the key may not do this), "bucket" (there is no such bucket), "clock" (this machine's clock
    is wrong) or "address" (the answer is not that of a store, or the region is wrong)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class BytesDamaged(BytesMissing):
    """What is stored under the given SHA-256 are other bytes."""


class RemoteStream(io.BufferedReader):
    """A stream of stored bytes whose reading may wait for another machine, so that the loop of a web process must not
    read it. Reading raises StoreAway, BytesMissing or BytesDamaged."""


@dataclass(frozen=True)
class StoreCondition:
    """The state of a store as a whole. `problem` is None, "read_only", "full", or a reason of StoreAway. With `keeps_old` the
    store keeps old versions of what is removed."""

    problem: str | None
    keeps_old: bool = False


@dataclass(frozen=True)
class Stored:
    """The result of `put`. `sha256` (hex) and `size` (bytes) describe the given bytes; `kept` says whether
    they are now stored."""

    sha256: str
    size: int
    kept: bool


@dataclass(frozen=True)
class StoredFile:
    """One file in a listing of the store: its SHA-256 (hex), its size in bytes, and how many seconds ago
    `put` was last called with the same bytes."""

    sha256: str
    size: int
    age_seconds: float


def any_bytes(_path: Path, _sha256: str) -> bool:
    """Accept all bytes: return True. This is the default for `wanted` in Storage.put, which then stores
    everything."""
    return True


class Storage(Protocol):
    """A store of file contents, found by their SHA-256 (64 lower-case hex digits). Every method raises
    ValueError for a `sha256` of another form."""

    def put(self, stream: BinaryIO, max_bytes: int, wanted: Wanted = any_bytes) -> Stored:
        """Store the content of `stream` so that it survives a power failure. Returns its SHA-256 and size,
        and whether it is stored. Content that is stored already is not stored twice, but its time is renewed.

        `wanted` is called with the path of a temporary copy and its SHA-256. If it returns False, nothing is
        stored. After an error nothing is stored. Raises TooLarge for more than `max_bytes`, DiskFull when
        there is too little space, and NotWritable when the store accepts no files.
        """

    def open(self, sha256: str) -> BinaryIO:
        """Open the stored bytes as a seekable stream, which the caller must close. Raises BytesMissing when
        none are stored under this SHA-256."""

    def range(self, sha256: str, start: int, length: int) -> BinaryIO:
        """Open at most `length` stored bytes from the offset `start` on as a seekable stream, which the
        caller must close. Raises BytesMissing when none are stored under this SHA-256."""

    def local(self, sha256: str) -> AbstractContextManager[Path]:
        """Give the path of a file on this machine with the stored bytes, for libraries that read from a path.
        The result is a context manager. The file must not be changed, and may not exist after the block.
        Raises BytesMissing on entry when nothing is stored under this SHA-256."""

    def exists(self, sha256: str) -> bool:
        """Whether bytes with this SHA-256 are stored."""

    def size(self, sha256: str) -> int:
        """The number of bytes stored under this SHA-256. Raises BytesMissing when nothing is stored."""

    def verify(self, sha256: str) -> bool:
        """Read all stored bytes, and return whether they still have this SHA-256. False when none are
        stored."""

    def list(self) -> Iterator[StoredFile]:
        """Yield every stored file, ordered by SHA-256. Unfinished uploads are left out."""

    def remove(self, sha256: str) -> None:
        """Delete the stored bytes at once, together with their mark for removal (`condemn`). Nothing happens
        when they do not exist. Files of documents with a secrecy stamp are removed in this way."""

    def condemn(self, sha256: str) -> None:
        """Mark the stored bytes for removal, so that the mark survives a power failure. Call it before the
        commit of the database change that requires the removal. After a crash the mark shows which bytes
        remain to be removed."""

    def condemned(self) -> tuple[str, ...]:
        """Return the SHA-256s of all bytes that are now marked for removal, sorted. `condemn` sets a mark;
        `remove` and `spare` clear it."""

    def spare(self, sha256: str) -> None:
        """Clear the mark that `condemn` has set, because the bytes need not be removed after all. Nothing
        happens when there is no mark."""

    def sweep(self, sha256: str, age_seconds: float) -> bool:
        """Delete these bytes if `put` was last called with them more than `age_seconds` ago. Returns whether
        they were deleted. Bytes that `put` receives at the same moment are kept.

        The caller must know that no database row names the bytes. It must also hold the database lock of
        these bytes (services.documents.intake.lock), so that no such row can be added meanwhile.
        """

    def unfinished(self, age_seconds: float) -> tuple[str, ...]:
        """List the names of temporary files of uploads that never finished. Files that were written to within
        the last `age_seconds` are left out."""

    def clear_unfinished(self, age_seconds: float) -> int:
        """Delete the temporary files that `unfinished` lists and return how many were deleted."""

    def writable(self) -> bool:
        """Whether the store can write files at all; its free space is not considered."""

    def accepting(self) -> bool:
        """Whether the store took files when it was last asked. The answer comes at once, and may be some seconds old."""

    def condition(self) -> StoreCondition:
        """Find what is wrong with the store as a whole. The answer comes within a second."""

    def keep_head(self, name: str, line: bytes) -> None:
        """Keep a head of the trail under the name `name`, if the store is on another machine. A head that is kept
        already is never changed."""
