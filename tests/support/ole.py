"""OLE compound files with storages and streams, made for tests ([MS-CFB])."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
SECTOR, SMALL, CUTOFF = 512, 64, 4096
Tree = Mapping[str, "bytes | Tree"]


@dataclass
class _Sectors:
    """Data in sectors of one size, and the table that chains them."""

    size: int
    data: bytearray = field(default_factory=bytearray)
    table: list[int] = field(default_factory=list)

    def add(self, data: bytes) -> int:
        """Add data; the number of its first sector, END when there are none."""
        if not data:
            return END
        first, count = len(self.table), -(-len(data) // self.size)
        self.data += data.ljust(count * self.size, b"\0")
        self.table += [*range(first + 1, first + count), END]
        return first


@dataclass
class _Entry:
    name: str
    kind: int
    data: bytes = b""
    child: int = FREE
    right: int = FREE


def ole_tree(path: Path, tree: Tree) -> Path:
    """Write an OLE file whose root has these streams (bytes) and storages (mappings), by name."""
    entries = [_Entry("Root Entry", 5)]
    _enter(entries, 0, tree)
    sectors, small = _Sectors(SECTOR), _Sectors(SMALL)
    starts = [(small if len(one.data) < CUTOFF else sectors).add(one.data) for one in entries]
    starts[0], entries[0].data = sectors.add(bytes(small.data)), bytes(small.data)
    table = sectors.add(_numbers(small.table))
    raw = b"".join(_raw(one, start) for one, start in zip(entries, starts, strict=True))
    directory = sectors.add(raw)
    count = next(n for n in range(1, 109) if len(sectors.table) + n <= 128 * n)
    first = len(sectors.table)
    chain = _numbers([*sectors.table, *[FAT] * count])
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack(
        "<HHHHH6xIIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, count, directory, 0, CUTOFF, table, -(-len(small.table) // 128), END, 0, first
    )
    head += struct.pack("<108I", *[first + n if n < count else FREE for n in range(1, 109)])
    path.write_bytes(head + sectors.data + chain)
    return path


def _enter(entries: list[_Entry], parent: int, tree: Tree) -> None:
    before = None
    for name, content in tree.items():
        number = len(entries)
        entries.append(_Entry(name, 2, content) if isinstance(content, bytes) else _Entry(name, 1))
        if before is None:
            entries[parent].child = number
        else:
            entries[before].right = number
        before = number
        if not isinstance(content, bytes):
            _enter(entries, number, content)


def _numbers(numbers: list[int]) -> bytes:
    padded = [*numbers, *[FREE] * (-len(numbers) % 128)]
    return struct.pack(f"<{len(padded)}I", *padded)


def _raw(entry: _Entry, start: int) -> bytes:
    name = entry.name.encode("utf-16-le") + b"\0\0"
    links = struct.pack("<HBBIII", len(name), entry.kind, 1, FREE, entry.right, entry.child)
    return name.ljust(64, b"\0") + links + bytes(36) + struct.pack("<IQ", start, len(entry.data))
