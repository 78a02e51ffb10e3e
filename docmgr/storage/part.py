"""A part of a file as a stream of its own."""

from __future__ import annotations

import io
from typing import BinaryIO


class FilePart(io.RawIOBase):
    """A part of an open file as a stream of its own: positions count from `start`, and it ends after `length` bytes.

    It is seekable because the web server sends a seekable file by itself, without holding a thread.
    """

    def __init__(self, file: BinaryIO, start: int, length: int) -> None:
        self._file, self._start = file, start
        self._end = max(min(start + length, file.seek(0, io.SEEK_END)), start)
        file.seek(start)

    def readable(self) -> bool:
        """True."""
        return True

    def seekable(self) -> bool:
        """True."""
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        """Fill the buffer; how many bytes, 0 at the end of the part."""
        data = self._file.read(max(min(len(buffer), self._end - self._file.tell()), 0))
        buffer[: len(data)] = data
        return len(data)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a position in the part; the new position. Raises ValueError for one before its beginning."""
        base = {io.SEEK_SET: self._start, io.SEEK_CUR: self._file.tell(), io.SEEK_END: self._end}[whence]
        if base + offset < self._start:
            raise ValueError("a position before the beginning")
        return self._file.seek(base + offset) - self._start

    def tell(self) -> int:
        """The position in the part."""
        return self._file.tell() - self._start

    def close(self) -> None:
        """Close the file too."""
        self._file.close()
        super().close()
