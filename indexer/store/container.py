"""A file of named arrays: mapped into memory, aligned, each with its CRC-32. Nothing in it can run.

Decides the bytes: magic, length and CRC of the directory, the directory (JSON), then the arrays at multiples
of 64 bytes. What the arrays mean is the caller's.
"""

import json
import mmap
import os
import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.store.durable import whole_or_gone

_HEAD = struct.Struct("<8sII")  # magic, bytes and CRC-32 of the directory
_MAGIC = b"ARRAYS1\n"
_ALIGN = 64
_LARGEST_DIRECTORY = 1 << 24
# Only plain numbers, little-endian: nothing that numpy would have to build.
_KINDS = frozenset({"|u1", "|i1", "<u2", "<i2", "<u4", "<i4", "<u8", "<i8", "<f2", "<f4", "<f8"})


class Damaged(ValueError):
    """A file of arrays that is not what was written."""


class WrongSum(Damaged):
    """An array of a `file` has other bytes than those written."""

    def __init__(self, file: str, array: str) -> None:
        super().__init__(f"{file}: {array} damaged")
        self.file = file


def _padded(length: int) -> int:
    return -length % _ALIGN


def write(path: str | os.PathLike[str], arrays: Mapping[str, NDArray[Any]], notes: Mapping[str, Any]) -> None:
    """Write arrays and notes (anything JSON can hold) to a new file and bring it to the disk; one that cannot be written
    whole is removed. FileExistsError; ValueError for a kind of number that is not kept."""
    held = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    held = {name: array.astype(array.dtype.newbyteorder("<"), copy=False) for name, array in held.items()}
    listed, offset = {}, 0
    for name, array in held.items():
        if array.dtype.str not in _KINDS:
            raise ValueError(f"{name}: {array.dtype} cannot be kept")
        listed[name] = [array.dtype.str, list(array.shape), offset, zlib.crc32(array.data)]
        offset += array.nbytes + _padded(array.nbytes)
    directory = json.dumps({"arrays": listed, "notes": dict(notes), "bytes": offset}).encode()
    with open(path, "xb") as file, whole_or_gone(Path(path)):
        file.write(_HEAD.pack(_MAGIC, len(directory), zlib.crc32(directory)))
        file.write(directory + b"\0" * _padded(_HEAD.size + len(directory)))
        for array in held.values():
            file.write(array.data)
            file.write(b"\0" * _padded(array.nbytes))
        file.flush()
        os.fsync(file.fileno())


@dataclass(frozen=True)
class Container:
    """An opened file: read-only arrays that live in the mapped file, also after it was removed."""

    name: str
    arrays: dict[str, NDArray[Any]]
    notes: dict[str, Any]
    sums: dict[str, int]
    length: int
    mapped: mmap.mmap

    def whole(self) -> bool:
        """Whether the file still has its length: reading past the end of a mapped file kills the process."""
        return self.mapped.size() == self.length

    def problems(self) -> Iterator[str]:
        """Names of arrays whose bytes are not those written; reads everything."""
        for name, array in self.arrays.items():
            if zlib.crc32(np.ascontiguousarray(array).data) != self.sums[name]:
                yield name


def _directory(mapped: mmap.mmap, name: str) -> tuple[dict[str, Any], int]:
    magic, length, total = _HEAD.unpack_from(mapped)
    if magic != _MAGIC or not 0 < length <= _LARGEST_DIRECTORY:
        raise Damaged(f"{name}: not a file of arrays")
    written = mapped[_HEAD.size : _HEAD.size + length]
    if zlib.crc32(written) != total:
        raise Damaged(f"{name}: directory damaged")
    directory: dict[str, Any] = json.loads(written)
    return directory, _HEAD.size + length + _padded(_HEAD.size + length)


def open_container(path: str | os.PathLike[str]) -> Container:
    """Map a file and read it once against its sums (some 40 ms for 120 MB that are in memory, and a segment is no
    larger): no answer rests on bytes that nobody wrote. FileNotFoundError, or Damaged when they are not those written."""
    name = Path(path).name
    with open(path, "rb") as file:
        if os.fstat(file.fileno()).st_size < _HEAD.size:
            raise Damaged(f"{name}: cut short")
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    try:
        directory, first = _directory(mapped, name)
        if len(mapped) != first + directory["bytes"]:
            raise Damaged(f"{name}: cut short or added to")
        arrays, sums = {}, {}
        for key, (kind, shape, offset, total) in directory["arrays"].items():
            if kind not in _KINDS:
                raise Damaged(f"{name}: {kind} is no kind of number")
            count = int(np.prod(shape, dtype=np.int64))
            arrays[key] = np.frombuffer(mapped, kind, count, first + offset).reshape(shape)
            sums[key] = total
    except (KeyError, TypeError, ValueError) as error:
        raise Damaged(f"{name}: directory damaged") from error
    container = Container(name, arrays, directory["notes"], sums, len(mapped), mapped)
    if broken := next(container.problems(), None):
        raise WrongSum(name, broken)
    return container
