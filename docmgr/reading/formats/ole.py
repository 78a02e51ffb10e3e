"""Find what an OLE compound file contains: an old Word, Excel or PowerPoint document, or an encrypted
package.

The names of its top directory entries decide. Its streams are searched only when the directory is missing
because the file was cut short.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import BinaryIO

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END = 0xFFFFFFFA
_MAX_SECTORS = 4096
_NO_ENTRY = 0xFFFFFFFF
_FIB = b"\xec\xa5"
_FIB_VERSIONS = frozenset(
    version.to_bytes(2, "little") for version in (0xC0, 0xC1, 0xC2, 0xD9, 0x101, 0x10C, 0x112)
)
# Directory entry name (lower case) → kind; the first one that is present decides.
_KINDS = (
    ("encryptedpackage", "encrypted"),
    ("worddocument", "doc"),
    ("workbook", "xls"),
    ("book", "xls"),
    ("powerpoint document", "ppt"),
    ("__properties_version1.0", "msg"),
)


def ole_kind(path: Path) -> str:
    """Find the kind of an OLE file: doc, xls, ppt, msg, encrypted, or ole (another kind or a damaged
    file)."""
    with path.open("rb") as stream:
        head = stream.read(512)
        try:
            names = _entry_names(stream, head)
        except (struct.error, ValueError, OSError):
            names = _names_anywhere(path)
    if not names:
        # When a file is cut off before its directory, only its streams show what it was.
        names = _names_anywhere(path) or _streams_anywhere(path)
    for name, kind in _KINDS:
        if name in names:
            return kind
    return "ole"


def _entry_names(stream: BinaryIO, head: bytes) -> set[str]:
    (shift,) = struct.unpack_from("<H", head, 30)
    if shift not in (9, 12):
        raise ValueError("sector size")
    size = 1 << shift
    (first,) = struct.unpack_from("<I", head, 48)
    fat_sectors = [s for s in struct.unpack_from("<109I", head, 76) if s < _END]

    def sector(number: int) -> bytes:
        stream.seek((number + 1) * size)
        return stream.read(size)

    def follow(number: int) -> int:
        table = sector(fat_sectors[number // (size // 4)])
        (after,) = struct.unpack_from("<I", table, number % (size // 4) * 4)
        return int(after)

    entries: list[bytes] = []
    at = first
    for _ in range(_MAX_SECTORS):
        if at >= _END:
            break
        data = sector(at)
        entries += [data[n : n + 128] for n in range(0, len(data) - 127, 128)]
        try:
            at = follow(at)
        except IndexError:
            break
    return _top_names(entries)


def _top_names(entries: list[bytes]) -> set[str]:
    """Find the names, in lower case, of the directory entries directly below the root; empty when there
    are none. `entries` are the raw entries of 128 bytes each, the root first."""
    names: set[str] = set()
    if not entries:
        return names
    (child,) = struct.unpack_from("<I", entries[0], 76)
    waiting, seen = [child], set()
    while waiting:
        at = waiting.pop()
        if at == _NO_ENTRY or at >= len(entries) or at in seen:
            continue
        seen.add(at)
        left, right = struct.unpack_from("<II", entries[at], 68)
        waiting += [left, right]
        names.add(entries[at][:64].decode("utf-16-le", "replace").split("\0", 1)[0].lower())
    return names


def _names_anywhere(path: Path) -> set[str]:
    """Find which stream names in _KINDS, such as "worddocument", occur anywhere in the file. The names are
    in lower case; empty when none occurs."""
    data = path.read_bytes().lower()
    return {name for name, _ in _KINDS if name.encode("utf-16-le") in data}


def _streams_anywhere(path: Path) -> set[str]:
    """Search all sectors of the file for the first bytes of a Word stream ([MS-DOC] 2.5.2, FibBase). Returns
    {"worddocument"} if one is found, otherwise an empty set."""
    data = path.read_bytes()
    at = data.find(_FIB, 512)
    while at >= 0:
        if at % 512 == 0 and data[at + 2 : at + 4] in _FIB_VERSIONS:
            return {"worddocument"}
        at = data.find(_FIB, at + 1)
    return set()
