"""A file of named arrays that is mapped into memory.

This module decides the format of the file. It begins with a magic number and with the length and CRC-32 of the
directory. The directory (JSON) follows, then the arrays, each with a CRC-32 and at a multiple of 64 bytes. Nothing in
the file can be executed."""

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

_HEAD = struct.Struct("<8sII")  # magic, then length in bytes and CRC-32 of the directory
_MAGIC = b"ARRAYS1\n"
_ALIGN = 64
_LARGEST_DIRECTORY = 1 << 24
# Only plain little-endian numbers are allowed: reading them needs no code but numpy's.
_KINDS = frozenset({"|u1", "|i1", "<u2", "<i2", "<u4", "<i4", "<u8", "<i8", "<f2", "<f4", "<f8"})


class Damaged(ValueError):
    """Raised when a file of arrays is not as it was written, or is no file of arrays."""


class WrongSum(Damaged):
    """Raised when an array of the file named `file` does not match its checksum."""

    def __init__(self, file: str, array: str) -> None:
        super().__init__(f"{file}: {array} damaged")
        self.file = file


def _padded(length: int) -> int:
    return -length % _ALIGN


def write(path: str | os.PathLike[str], arrays: Mapping[str, NDArray[Any]], notes: Mapping[str, Any]) -> None:
    """Write `arrays` and `notes` (JSON values) to a new file and sync it to disk; keys of both are names. If
    writing fails, the incomplete file is removed.

    Raises FileExistsError where `path` exists, and ValueError for an array of anything but plain numbers."""
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
    """An opened file of arrays. `arrays`, `notes` (JSON values) and `sums` (the checksums of the arrays) have names as
    keys. `length` is the size of the file in bytes when it was opened. `mapped` is its memory map. The arrays are
    read-only and stay valid after the file is removed."""

    name: str
    arrays: dict[str, NDArray[Any]]
    notes: dict[str, Any]
    sums: dict[str, int]
    length: int
    mapped: mmap.mmap

    def whole(self) -> bool:
        """Whether the file still has the length that it had when it was opened. Reading past the end of a
        mapped file would kill the process."""
        return self.mapped.size() == self.length

    def problems(self) -> Iterator[str]:
        """Yield the names of the arrays that do not match their checksum. This reads the whole file."""
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
    """Map the file of arrays at `path` into memory and check all its checksums. So no result uses damaged bytes. The
    check takes about 40 ms for 120 MB that the system has cached. Raises FileNotFoundError where there is no file.
    Raises Damaged where the file is not as it was written."""
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
