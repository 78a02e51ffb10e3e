"""The store in an S3 store. Names of objects are as in a folder, `ab/cd/<sha256>`; marks are small objects beside them.

Only docmgr.context imports this package, and only for a site whose settings name such a store.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from docmgr.storage.address import StoreAddress
from docmgr.storage.protocol import (
    SHA256,
    BytesMissing,
    NotWritable,
    StoreAway,
    StoreCondition,
    Stored,
    StoredFile,
    Wanted,
    any_bytes,
)
from docmgr.storage.s3.client import PART_BYTES, S3Client, StoredObject
from docmgr.storage.s3.pulse import Pulse
from docmgr.storage.s3.shelf import Shelf
from docmgr.storage.s3.stream import stream as streamed

CONDEMNED, SWEPT, RENEWED, HEADS, CLOCK = "condemned", "swept", "renewed", "heads", "clock"
# How often `put` looks whether a removal of the same bytes has ended, and the pause before it looks again.
TRIES, PAUSE_SECONDS = 50, 0.1
# A removal gives up when it took so long. One that began longer ago, by the store's clock, was cut off.
# Its last request may take REMOVING_SECONDS and those of connecting, so it is over before `put` takes it for cut off.
SWEEP_SECONDS, REMOVING_SECONDS, CUT_OFF = 20.0, 15.0, dt.timedelta(seconds=60)
# The time of renewing is forgotten after that; it must be longer than any age that `sweep` is asked for.
RENEWED_KEPT_SECONDS = 7 * 86400.0


def name_of(sha256: str) -> str:
    """The name of the object with this SHA-256. Raises ValueError when `sha256` is not 64 hex digits."""
    if not SHA256.fullmatch(sha256):
        raise ValueError("not a SHA-256")
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"


class S3Storage:
    """A Storage in the bucket of `address`. `shelf` keeps files on this machine while they are used."""

    def __init__(self, address: StoreAddress, shelf: Shelf) -> None:
        self.client, self.shelf = S3Client(address), shelf
        self.removing = S3Client(address, seconds=REMOVING_SECONDS, retries=0)
        self.pulse = Pulse(address, CLOCK)

    def put(self, stream: BinaryIO, max_bytes: int, wanted: Wanted = any_bytes) -> Stored:
        """Store the content of `stream`, unless `wanted` refuses it. The bytes are first copied to this machine, because
        their hash is their name. See Storage.put."""
        with self.shelf.received(stream, max_bytes) as (path, digest, size):
            kept = wanted(path, digest)
            if kept:
                try:
                    self._settle(path, digest, size)
                except StoreAway as away:
                    if away.reason == "denied":
                        raise NotWritable from None
                    raise
            return Stored(digest, size, kept)

    def _settle(self, path: Path, sha256: str, size: int) -> None:
        """Store the file, or renew its time. A removal that began before is waited for: it may not have seen the new time."""
        name, again = name_of(sha256), f"{RENEWED}/{sha256}"
        for _ in range(TRIES):
            if not self.client.create(name, path, size):
                self.client.write(again)
            mark = self.client.head(f"{SWEPT}/{sha256}")
            found = self.client.head(name)
            if mark is None and found is not None:
                return
            if mark is not None:
                renewed = self.client.head(again)
                if max(one.at for one in (mark, found, renewed) if one) - mark.at > CUT_OFF:
                    self.client.delete(mark.name)
                else:
                    time.sleep(PAUSE_SECONDS)
        raise StoreAway("away")

    def _found(self, sha256: str) -> StoredObject:
        found = self.client.head(name_of(sha256), sure=True)
        if found is None:
            self.shelf.forget(sha256)
            raise BytesMissing
        return found

    def open(self, sha256: str) -> BinaryIO:
        """Open the stored bytes as a stream, which the caller must close. The last bytes are given only when all have the
        right hash, if they are read in order. See Storage.open."""
        return self.range(sha256, 0, self._found(sha256).size)

    def range(self, sha256: str, start: int, length: int) -> BinaryIO:
        """Open at most `length` stored bytes from the offset `start` on as a stream, which the caller must close. See
        Storage.range."""
        found = self._found(sha256)
        there = max(min(length, found.size - start), 0)
        whole = start == 0 and there == found.size
        return streamed(lambda at, count: self.client.part(found.name, at, count), start, there, sha256 if whole else None)

    @contextlib.contextmanager
    def local(self, sha256: str) -> Iterator[Path]:
        """Give the path of a copy on this machine for the block. Raises BytesDamaged when the store has other bytes. See
        Storage.local."""
        found = self._found(sha256)
        with self.shelf.copy(sha256, found.size, lambda at, count: self.client.part(found.name, at, count), PART_BYTES) as path:
            yield path

    def exists(self, sha256: str) -> bool:
        """Whether a file with this SHA-256 is stored. See Storage.exists."""
        return self.client.head(name_of(sha256), sure=True) is not None

    def size(self, sha256: str) -> int:
        """The size of the stored file in bytes. See Storage.size."""
        return self._found(sha256).size

    def verify(self, sha256: str) -> bool:
        """Whether the store has a file with this SHA-256 and the right content. No copy on this machine is asked. See
        Storage.verify."""
        try:
            found = self._found(sha256)
            digest = hashlib.sha256()
            for start in range(0, found.size, PART_BYTES):
                digest.update(self.client.part(found.name, start, min(PART_BYTES, found.size - start)))
            return digest.hexdigest() == sha256
        except BytesMissing:
            return False

    def list(self) -> Iterator[StoredFile]:
        """Yield every stored file, ordered by SHA-256. Ages are by the clock of the store. See Storage.list."""
        now = self._now()
        renewed = {one.name.rpartition("/")[2]: one.at for one in self.client.list(RENEWED)}
        for folder in self.client.folders():
            if len(folder) == 2:
                found = {one.name.rpartition("/")[2]: one for one in self.client.list(folder)}
                for sha256 in sorted(filter(SHA256.fullmatch, found)):
                    last = max(found[sha256].at, renewed.get(sha256, found[sha256].at))
                    yield StoredFile(sha256, found[sha256].size, (now - last).total_seconds())

    def _now(self) -> dt.datetime:
        """The time of the store; that of this machine when the store takes no objects."""
        try:
            self.client.write(CLOCK)
        except StoreAway as away:
            if away.reason != "denied":
                raise
            return dt.datetime.now(dt.UTC)
        found = self.client.head(CLOCK)
        return found.at if found else dt.datetime.now(dt.UTC)

    def remove(self, sha256: str) -> None:
        """Delete the stored file, its copy on this machine, and its mark for removal. See Storage.remove."""
        name = name_of(sha256)
        self.shelf.forget(sha256)
        self.client.delete(name)
        self.client.delete(f"{RENEWED}/{sha256}")
        self.spare(sha256)

    def condemn(self, sha256: str) -> None:
        """Mark the stored file for removal. See Storage.condemn."""
        name_of(sha256)
        # Others may wait for the unit of work in which bytes are condemned.
        self.removing.write(f"{CONDEMNED}/{sha256}")

    def condemned(self) -> tuple[str, ...]:
        """The SHA-256s of the files that are marked for removal, sorted. See Storage.condemned."""
        return tuple(sorted(one.name.rpartition("/")[2] for one in self.client.list(CONDEMNED)))

    def spare(self, sha256: str) -> None:
        """Delete the mark for removal that `condemn` has set. See Storage.spare."""
        name_of(sha256)
        self.client.delete(f"{CONDEMNED}/{sha256}")

    def sweep(self, sha256: str, age_seconds: float) -> bool:
        """Delete the file if `put` last stored it more than `age_seconds` ago. Returns whether it was deleted.

        A mark is set before the age is read, and `put` looks for the mark after it has renewed the age. So one of the two
        sees the other. See Storage.sweep."""
        name, began = name_of(sha256), time.monotonic()
        if self.removing.head(name, sure=True) is None:
            return False
        mark = f"{SWEPT}/{sha256}"
        self.removing.write(mark)
        try:
            now = self.removing.head(mark)
            times = [one.at for one in (self.removing.head(name), self.removing.head(f"{RENEWED}/{sha256}")) if one is not None]
            old = now is not None and times and (now.at - max(times)).total_seconds() > age_seconds
            if not old or time.monotonic() - began > SWEEP_SECONDS:
                return False
            self.removing.delete(name)
            self.removing.delete(f"{RENEWED}/{sha256}")
            self.shelf.forget(sha256)
            return True
        finally:
            self.removing.delete(mark)

    def unfinished(self, age_seconds: float) -> tuple[str, ...]:
        """List uploads on this machine that never ended, and removals that were cut off. See Storage.unfinished."""
        here = [path.name for path in self.shelf.unfinished(age_seconds)]
        return (*here, *(one.name for one in self._older(SWEPT, age_seconds)))

    def clear_unfinished(self, age_seconds: float) -> int:
        """Delete what `unfinished` lists for the same `age_seconds`, and return how many. See Storage.clear_unfinished."""
        here, marks = self.shelf.unfinished(age_seconds), self._older(SWEPT, age_seconds)
        for path in here:
            path.unlink(missing_ok=True)
        for one in (*marks, *self._older(RENEWED, max(age_seconds, RENEWED_KEPT_SECONDS))):
            self.client.delete(one.name)
        self.shelf.tidy()
        return len(here) + len(marks)

    def _older(self, folder: str, age_seconds: float) -> tuple[StoredObject, ...]:
        found = tuple(self.client.list(folder))
        now = self._now() if found else dt.datetime.min.replace(tzinfo=dt.UTC)
        return tuple(one for one in found if (now - one.at).total_seconds() > age_seconds)

    def writable(self) -> bool:
        """Whether the store takes objects; False also when it does not answer in time. See Storage.writable."""
        return self.condition().problem is None

    def accepting(self) -> bool:
        """Whether the store took objects when it was last asked. It is asked again in the background. See
        Storage.accepting."""
        return self.pulse.lately().problem is None

    def condition(self) -> StoreCondition:
        """Write a small object and say what went wrong. See Storage.condition."""
        return self.pulse.now()

    def keep_head(self, name: str, line: bytes) -> None:
        """Keep a head of the trail as an object, unless there is one of this name. See Storage.keep_head."""
        self.client.write(f"{HEADS}/{name}", line, fresh=True)
