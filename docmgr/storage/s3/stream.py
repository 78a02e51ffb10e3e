"""A stored file as a stream that is fetched in pieces while it is read."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable

from docmgr.storage.protocol import BytesDamaged, RemoteStream

# The first piece is small, because many readers want only the beginning; each further one is twice as long.
FIRST_BYTES, MOST_BYTES = 512 * 1024, 4 * 1024 * 1024
BUFFER_BYTES = 256 * 1024

Fetch = Callable[[int, int], memoryview]


class _Pieces(io.RawIOBase):
    """`length` bytes from `start` on, fetched by `fetch` (offset, length). With `sha256` they are a whole file, whose last
    piece is given only when all its bytes, if read in order, have this hash."""

    def __init__(self, fetch: Fetch, start: int, length: int, sha256: str | None) -> None:
        self._fetch, self._start, self._length, self._sha256 = fetch, start, length, sha256
        self._at = 0
        self._from, self._piece = 0, memoryview(b"")
        self._next = FIRST_BYTES
        self._digest, self._hashed = hashlib.sha256(), 0

    def readable(self) -> bool:
        """True: the stream can be read."""
        return True

    def seekable(self) -> bool:
        """True: the stream can be repositioned."""
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        """Read bytes into `buffer` and return how many were read; 0 at the end."""
        if self._at >= self._length or not len(buffer):
            return 0
        if not self._from <= self._at < self._from + len(self._piece):
            self._load()
        found = self._piece[self._at - self._from :][: len(buffer)]
        buffer[: len(found)] = found
        self._at += len(found)
        return len(found)

    def _load(self) -> None:
        goes_on = self._at == self._from + len(self._piece)
        self._next = min(2 * self._next, MOST_BYTES) if goes_on and self._piece else FIRST_BYTES
        length = min(self._next, self._length - self._at)
        piece = self._fetch(self._start + self._at, length)
        if self._sha256 is not None and self._at == self._hashed:
            self._digest.update(piece)
            self._hashed += length
            if self._hashed == self._length and self._digest.hexdigest() != self._sha256:
                raise BytesDamaged
        self._from, self._piece = self._at, piece

    def readall(self) -> bytes:
        """Read all bytes up to the end."""
        pieces = []
        while self._at < self._length:
            piece = bytearray(min(MOST_BYTES, self._length - self._at))
            pieces.append(piece[: self.readinto(piece)])
        return b"".join(pieces)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move to a position and return it. Raises ValueError for a position before the beginning."""
        target = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._length}[whence] + offset
        if target < 0:
            raise ValueError("a position before the beginning")
        self._at = target
        return target

    def tell(self) -> int:
        """The current position."""
        return self._at


def stream(fetch: Fetch, start: int, length: int, sha256: str | None = None) -> RemoteStream:
    """Make a stream of `length` bytes of a file from the offset `start` on. `fetch` reads bytes, given their offset and
    number. `sha256` is the hash of the bytes, None for a part of a file, which cannot be verified."""
    return RemoteStream(_Pieces(fetch, start, length, sha256), BUFFER_BYTES)  # type: ignore[arg-type]
