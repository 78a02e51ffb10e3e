"""One segment as arrays: its columns held in memory, its terms, postings and rows read by position on demand.

A segment never changes (deletions are kept beside it), so a view is opened once and shared by all later
generations. Everything is opened at once: a writer may remove the files at any time, and open files live on.
Nothing is mapped: reading a mapped file that was cut short kills the process, a read tells of it.
"""

# Whoosh's functions carry no types.
# mypy: allow-untyped-calls

import io
import json
import os
import weakref
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import StructFile

from indexer import schema
from indexer.analysis import unpack_row
from indexer.codec import ArrayTermsReader
from indexer.types import IndexUnusable

SUMS_EXT = ".crc"
Mark = tuple[int, int, int]


# Files that a view goes on reading; all others are read whole when it is opened.
_KEPT_OPEN = (".trm", ".pst", f".{schema.ROW}.col")


class HeldFile(StructFile):
    """A small file read whole, for several threads."""

    def __init__(self, content: bytes, name: str) -> None:
        super().__init__(io.BytesIO(content), name=name)
        self._content = content

    def get(self, position: int, length: int) -> bytes:
        """Bytes at a position."""
        return self._content[position : position + length]


class OpenFile(StructFile):
    """A large file that several threads read by position; closed with its last user."""

    def __init__(self, path: str, name: str) -> None:
        self._handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        self._closing = weakref.finalize(self, os.close, self._handle)
        self._size = os.fstat(self._handle).st_size
        super().__init__(io.BufferedReader(io.FileIO(self._handle, closefd=False)), name=name)

    def get(self, position: int, length: int) -> bytes:
        """Bytes at a position; IndexUnusable when the file was cut short since it was opened."""
        data = os.pread(self._handle, length, position)
        if len(data) < length and position + length <= self._size:
            raise IndexUnusable(f"Tệp {self._name} của chỉ mục bị cắt ngắn.")
        return data

    def close(self) -> None:
        """Free the file."""
        super().close()
        self._closing()


def sync_folder(folder: str | Path) -> None:
    """Make renames and removals in a folder last through a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class SafeStorage(FileStorage):
    """Whoosh's file storage with reading by position and renames that survive a power cut."""

    def open_file(self, name: str, **kwargs: Any) -> StructFile:
        """A file for reading; FileNotFoundError when a writer has removed it."""
        path = self._fpath(name)
        return OpenFile(path, name) if name.endswith(_KEPT_OPEN) else HeldFile(Path(path).read_bytes(), name)

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        """Rename after the content is on disk."""
        self.sync(oldname)
        super().rename_file(oldname, newname, safe=safe)
        sync_folder(self.folder)

    def sync(self, name: str) -> None:
        """Bring a file's content to the disk."""
        with open(self._fpath(name), "rb") as file:
            os.fsync(file.fileno())


def file_sum(path: Path) -> tuple[int, int]:
    """(bytes, CRC-32) of a file."""
    total, size = 0, 0
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            total, size = zlib.crc32(chunk, total), size + len(chunk)
    return size, total


def file_mark(path: str) -> Mark | None:
    """(inode, bytes, time of change in ns) of a file, None when it is gone: tells cheaply whether it is still
    the one opened. A freed inode may be given out again, so the time counts too."""
    try:
        state = os.stat(path)
    except OSError:
        return None
    return state.st_ino, state.st_size, state.st_mtime_ns


@dataclass(frozen=True)
class Names:
    """A column of strings: `values[codes[i]]` belongs to entry i."""

    codes: NDArray[np.int32]
    values: list[str]


@dataclass(frozen=True)
class SegmentView:
    """An opened segment of `size` entries, deleted ones included; `marks` are those of its files."""

    name: str
    size: int
    integers: dict[str, NDArray[np.int32]]
    names: dict[str, Names]
    terms: ArrayTermsReader
    rows: Any
    marks: dict[str, Mark | None]

    def postings(self, field: str, key: bytes) -> tuple[NDArray[Any], NDArray[Any]] | None:
        """(entries ascending, weights) of a term; None when it does not occur."""
        place = self.terms.extent(field, key)
        return self.terms.slice(*place) if place else None

    def count(self, field: str, key: bytes) -> int:
        """In how many entries a term occurs, deleted ones included."""
        place = self.terms.extent(field, key)
        return place[1] if place else 0

    def row(self, entry: int) -> tuple[str, str, str, str, str, str]:
        """(anchor, label, title, text, type, document title) of an entry."""
        return unpack_row(self.rows[entry])


def _integers(storage: SafeStorage, segment: Any, name: str, size: int) -> NDArray[np.int32]:
    file = storage.open_file(segment.make_filename(f".{name}.col")) if _has(storage, segment, name) else None
    values = np.zeros(size, np.int32)
    if file:
        held = np.frombuffer(file.get(0, 4 * size), ">i4")
        values[: len(held)] = held
    return values


def _has(storage: SafeStorage, segment: Any, name: str) -> bool:
    return bool(storage.file_exists(segment.make_filename(f".{name}.col")))


def _names(reader: Any, name: str, size: int) -> Names:
    column = reader.column_reader(name, schema.SCHEMA[name].column_type)
    held = column._dbfile.get(0, size * column._itemsize)
    codes = np.frombuffer(held, ">u1" if column._itemsize == 1 else ">u2").astype(np.int32)
    return Names(codes, [value.decode() for value in column._uniques])


def expected_sums(folder: Path, segment_name: str) -> dict[str, list[int]]:
    """File name → [bytes, CRC-32] as written with the segment."""
    sums: dict[str, list[int]] = json.loads((folder / f"{segment_name}{SUMS_EXT}").read_text())
    return sums


def open_segment(storage: SafeStorage, segment: Any) -> SegmentView:
    """Open a segment whole; FileNotFoundError when it was merged away, IndexUnusable when its files do not
    fit."""
    name, size, folder = segment.segment_id(), segment.doc_count_all(), Path(storage.folder)
    sums = expected_sums(folder, name)
    marks = {file: file_mark(f"{folder}/{file}") for file in (*sums, f"{name}{SUMS_EXT}")}
    for file, (length, _) in sums.items():
        if storage.file_length(file) != length:
            raise IndexUnusable(f"Tệp {file} của chỉ mục sai kích thước.")
    codec = segment.codec()
    reader = codec.per_document_reader(storage, segment)
    integers = {column: _integers(storage, segment, column, size) for column in schema.INTEGERS}
    names = {column: _names(reader, column, size) for column in schema.NAMES}
    rows = reader.column_reader(schema.ROW, schema.SCHEMA[schema.ROW].column_type)
    return SegmentView(name, size, integers, names, codec.terms_reader(storage, segment), rows, marks)
