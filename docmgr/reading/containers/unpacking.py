"""Write the files inside a container to a folder, within limits. Their names are only data: each file is written
under its number."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import BinaryIO

from docmgr.reading.limits import ReadingLimits
from docmgr.reading.outcomes import Unreadable
from docmgr.reading.types import Attachment
from legaltext.text import clean_line

NAME_CHARACTERS = 500
UNNAMED = "khong-ten"


class Unpacking:
    """The unpacking of one container. `folder` is where its files are written; None only counts them. `taken`
    are the files so far, in the order of the container."""

    def __init__(self, folder: Path | None, limits: ReadingLimits) -> None:
        self._folder, self._limits = folder, limits
        self._bytes = 0
        self.taken: list[Attachment] = []

    def add(self, name: str, chunks: Iterable[bytes]) -> Attachment:
        """Take one file; `chunks` are its bytes in order, and `name` is its name in the container. A file that
        is larger than the limit is left out. Raises Unreadable when the files are too many ("too_many_files"),
        larger than allowed altogether ("bomb"), or cannot be written ("no_space")."""
        number = self._next()
        size = 0
        with self._opened(number) as out:
            for chunk in chunks:
                size += len(chunk)
                if size > self._limits.attachment_bytes:
                    break
                self._count(len(chunk))
                _write(out, chunk)
        return self._keep(number, name, size, "too_large" if size > self._limits.attachment_bytes else None)

    def leave_out(self, name: str, size: int, reason_code: str) -> Attachment:
        """Note one file that is not unpacked, for a reason of outcomes.LEFT_OUT. Raises Unreadable when the files
        are too many."""
        return self._keep(self._next(), name, size, reason_code)

    def _opened(self, number: int) -> AbstractContextManager[BinaryIO | None]:
        if self._folder is None:
            return nullcontext()
        try:
            # Unbuffered, so that a full disk is noticed by the call that writes.
            return (self._folder / str(number)).open("wb", buffering=0)
        except OSError as fault:
            raise Unreadable("no_space") from fault

    def _next(self) -> int:
        if len(self.taken) >= self._limits.attachments:
            raise Unreadable("too_many_files")
        return len(self.taken)

    def _count(self, size: int) -> None:
        self._bytes += size
        if self._bytes > self._limits.attachments_bytes:
            raise Unreadable("bomb")

    def _keep(self, number: int, name: str, size: int, reason_code: str | None) -> Attachment:
        shown = clean_line(name)[:NAME_CHARACTERS] or UNNAMED
        self.taken.append(Attachment(number, shown, size, reason_code))
        return self.taken[-1]


def _write(out: BinaryIO | None, chunk: bytes) -> None:
    """Write all of `chunk`; nothing when `out` is None. Raises Unreadable("no_space") when the disk is full."""
    view = memoryview(chunk)
    while out is not None and view:
        try:
            view = view[out.write(view) :]
        except OSError as fault:
            raise Unreadable("no_space") from fault
