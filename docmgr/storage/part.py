"""A byte range of an open file, as a stream of its own."""

from __future__ import annotations

import io
from typing import BinaryIO


class FilePart(io.RawIOBase):
    """A byte range of an open file as a read-only stream. Position 0 of the stream is byte `start` of the
    file, and the stream ends after `length` bytes. The stream is seekable, so that the web server can send it
    without using a thread.
    """

    def __init__(self, file: BinaryIO, start: int, length: int) -> None:
        self._file, self._start = file, start
        self._end = max(min(start + length, file.seek(0, io.SEEK_END)), start)
        file.seek(start)

    def readable(self) -> bool:
        """True: the stream can be read."""
        return True

    def seekable(self) -> bool:
        """True: the stream can be repositioned."""
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        """Read bytes into `buffer` and return how many were read; 0 at the end of the range."""
        data = self._file.read(max(min(len(buffer), self._end - self._file.tell()), 0))
        buffer[: len(data)] = data
        return len(data)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move to a position in the range and return the new position. `whence` says from where `offset`
        counts, as in io.IOBase.seek. Raises ValueError for a position before the beginning of the range."""
        base = {io.SEEK_SET: self._start, io.SEEK_CUR: self._file.tell(), io.SEEK_END: self._end}[whence]
        if base + offset < self._start:
            raise ValueError("a position before the beginning")
        return self._file.seek(base + offset) - self._start

    def tell(self) -> int:
        """The current position, counted from the beginning of the range."""
        return self._file.tell() - self._start

    def close(self) -> None:
        """Close the stream and the underlying file."""
        self._file.close()
        super().close()
