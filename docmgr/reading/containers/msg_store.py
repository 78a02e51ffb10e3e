"""Read the properties of an Outlook mail from its OLE file ([MS-OXMSG]): the mail, its attachments and mails attached
to it are storages, and most properties are streams of a storage."""

from __future__ import annotations

import datetime as dt
import struct
from collections.abc import Iterator

import olefile

from docmgr.reading.formats.encoding import decode

_UNICODE, _STRING8, _BINARY, _OBJECT = "001F", "001E", "0102", "000D"
_ATTACHMENT = "__attach_version1.0_#"
_PROPERTIES = "__properties_version1.0"
# The properties stream begins with a header, whose size depends on what the storage is.
_ROOT_HEADER, _EMBEDDED_HEADER, _ATTACHMENT_HEADER = 32, 24, 8
_ENTRY = struct.Struct("<HHI8s")
_CODE_PAGE = 0x3FFD
_TIME = 0x0040
_EPOCH = dt.datetime(1601, 1, 1, tzinfo=dt.UTC)


class MsgStorage:
    """One storage of an Outlook file: a mail or an attachment. `path` leads to it from the root. `header` is how
    many bytes its properties stream has before the first property."""

    def __init__(self, ole: olefile.OleFileIO, path: tuple[str, ...], header: int) -> None:
        self._ole, self._path = ole, path
        self._numbers = dict(_fixed(self._stream(_PROPERTIES)[header:]))

    def text(self, prop: str) -> str:
        """Read a property of text, such as "0037" (the subject); "" when the storage has none."""
        wide = self._stream(f"__substg1.0_{prop}{_UNICODE}")
        if wide:
            return wide.decode("utf-16-le", "replace").rstrip("\0")
        page = self.number(_CODE_PAGE)
        return decode(self._stream(f"__substg1.0_{prop}{_STRING8}"), f"cp{page}" if page else None).rstrip("\0")

    def binary(self, prop: str) -> bytes:
        """Read a property of bytes; b"" when the storage has none."""
        return self._stream(f"__substg1.0_{prop}{_BINARY}")

    def number(self, prop: int) -> int | None:
        """Read a property that is a number, such as 0x3705; None when the storage has none."""
        found = self._numbers.get(prop)
        return int.from_bytes(found[1][:4], "little") if found else None

    def time(self, prop: int) -> dt.datetime | None:
        """Read a property that is a moment, in UTC; None when the storage has none or it is no possible moment."""
        kind, value = self._numbers.get(prop, (0, b""))
        if kind != _TIME:
            return None
        try:
            return _EPOCH + dt.timedelta(microseconds=int.from_bytes(value, "little") // 10)
        except OverflowError:
            return None

    def inner(self, prop: str) -> MsgStorage | None:
        """Open a property that is a storage, such as an attached mail; None when there is none."""
        path = (*self._path, f"__substg1.0_{prop}{_OBJECT}")
        return MsgStorage(self._ole, path, _EMBEDDED_HEADER) if self._ole.exists([*path, _PROPERTIES]) else None

    def attachments(self) -> Iterator[MsgStorage]:
        """Yield the attachments of a mail in their order."""
        depth = len(self._path)
        names = {
            entry[depth]
            for entry in self._ole.listdir(streams=False, storages=True)
            if tuple(entry[:depth]) == self._path and len(entry) == depth + 1 and entry[depth].startswith(_ATTACHMENT)
        }
        for name in sorted(names):
            yield MsgStorage(self._ole, (*self._path, name), _ATTACHMENT_HEADER)

    def _stream(self, name: str) -> bytes:
        path = [*self._path, name]
        if not self._ole.exists(path) or self._ole.get_type(path) != olefile.STGTY_STREAM:
            return b""
        with self._ole.openstream(path) as stream:
            data: bytes = stream.read()
        return data


def root(ole: olefile.OleFileIO) -> MsgStorage:
    """Open the mail that an Outlook file contains."""
    return MsgStorage(ole, (), _ROOT_HEADER)


def _fixed(data: bytes) -> Iterator[tuple[int, tuple[int, bytes]]]:
    """Yield the entries of a properties stream as (id, (type, value of 8 bytes))."""
    for at in range(0, len(data) - _ENTRY.size + 1, _ENTRY.size):
        kind, prop, _flags, value = _ENTRY.unpack_from(data, at)
        yield prop, (kind, value)
