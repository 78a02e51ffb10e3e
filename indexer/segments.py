"""One segment as arrays: its columns held in memory, its postings and rows read from mapped files on
demand.

A segment never changes (deletions are kept beside it), so a view is opened once and shared by all later
generations. Everything is opened at once: a writer may remove the files at any time, and open files live
on.
"""

# Whoosh's functions carry no types.
# mypy: allow-untyped-calls

import io
import json
import mmap
import os
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


class MappedFile(StructFile):
    """A read-only file that several threads may read by position."""

    def __init__(self, file: Any, name: str) -> None:
        size = os.fstat(file.fileno()).st_size
        self._bytes: Any = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if size else b""
        stream: Any = self._bytes if size else io.BytesIO()
        super().__init__(stream, name=name)

    def get(self, position: int, length: int) -> bytes:
        """Bytes at a position."""
        return bytes(self._bytes[position : position + length])


def sync_folder(folder: str | Path) -> None:
    """Make renames and removals in a folder last through a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class SafeStorage(FileStorage):
    """Whoosh's file storage with mapped reading and renames that survive a power cut."""

    def open_file(self, name: str, **kwargs: Any) -> StructFile:
        """A mapped file; FileNotFoundError when a writer has removed it."""
        with open(self._fpath(name), "rb") as file:
            return MappedFile(file, name)

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


@dataclass(frozen=True)
class Names:
    """A column of strings: `values[codes[i]]` belongs to entry i."""

    codes: NDArray[np.int32]
    values: list[str]


@dataclass(frozen=True)
class SegmentView:
    """An opened segment of `size` entries, deleted ones included."""

    name: str
    size: int
    integers: dict[str, NDArray[np.int32]]
    names: dict[str, Names]
    terms: ArrayTermsReader
    rows: Any

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
    name, size = segment.segment_id(), segment.doc_count_all()
    for file, (length, _) in expected_sums(Path(storage.folder), name).items():
        if storage.file_length(file) != length:
            raise IndexUnusable(f"Tệp {file} của chỉ mục sai kích thước.")
    codec = segment.codec()
    reader = codec.per_document_reader(storage, segment)
    integers = {column: _integers(storage, segment, column, size) for column in schema.INTEGERS}
    names = {column: _names(reader, column, size) for column in schema.NAMES}
    rows = reader.column_reader(schema.ROW, schema.SCHEMA[schema.ROW].column_type)
    return SegmentView(name, size, integers, names, codec.terms_reader(storage, segment), rows)
