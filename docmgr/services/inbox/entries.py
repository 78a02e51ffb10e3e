"""The files in the watched folder: list them, open one, and move it aside. No symbolic link is followed: every step
goes through an open folder, so that a folder replaced by a link leads nowhere."""

from __future__ import annotations

import contextlib
import io
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from legaltext import dates

# Deeper folders, and more entries than this in one look, are left for later or for good.
MOST_DEPTH, MOST_ENTRIES = 20, 20_000
TAKEN, REFUSED = ".da-nhan", ".tu-choi"
# Endings of files that a program is still writing, and the beginning of those that Word keeps beside an open file.
UNFINISHED = (".part", ".partial", ".filepart", ".crdownload", ".tmp")
HIDDEN = (".", "~$")
NAME_BYTES = 255
FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC

# What tells whether a file has changed: its size, and when it was written to.
Stamp = tuple[int, int]


class Changing(Exception):
    """The file was written to or replaced while it was read, so it is not complete."""


@dataclass(frozen=True)
class WatchedFile:
    """A plain file in the watched folder. `folders` are the names of the subfolders that lead to it, `name` its own, as
    the system gives them; they may contain bytes that are no UTF-8."""

    folders: tuple[str, ...]
    name: str
    stamp: Stamp

    @property
    def shown_name(self) -> str:
        """The name as text; bytes that are no UTF-8 are replaced."""
        return shown(self.name)

    @property
    def folder_path(self) -> str | None:
        """The path of the subfolders as text, such as "A/B"; None for a file that lies in none."""
        return "/".join(shown(name) for name in self.folders) or None


@dataclass
class Listing:
    """What lies in the watched folder: the files, how much is never taken (links, devices, folders that are too deep),
    and how many files and folders could not be looked at."""

    entries: list[WatchedFile]
    left_behind: int = 0
    unreadable: int = 0


def shown(name: str) -> str:
    """Convert a file name to text; bytes that are no UTF-8 are replaced."""
    return os.fsencode(name).decode("utf-8", "replace")


@contextlib.contextmanager
def opened(root: Path, folders: tuple[str, ...] = ()) -> Iterator[int]:
    """Open the subfolder that `folders` leads to, and give its descriptor for the block. Raises OSError when a folder
    is missing or is a link. Only `root` itself may be reached through links."""
    handle = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for name in folders:
            inner = os.open(name, FOLDER, dir_fd=handle)
            os.close(handle)
            handle = inner
        yield handle
    finally:
        os.close(handle)


def look(root: Path) -> Listing:
    """List the files in the folder `root` and its subfolders, without hidden ones and those that are still written.
    Raises OSError when `root` cannot be opened."""
    found = Listing([])
    with opened(root) as handle:
        _look_in(handle, (), found)
    return found


def _look_in(handle: int, folders: tuple[str, ...], found: Listing) -> None:
    with os.scandir(handle) as entries:
        for entry in entries:
            if len(found.entries) >= MOST_ENTRIES:
                return
            if entry.name.startswith(HIDDEN) or entry.name.lower().endswith(UNFINISHED):
                continue
            # A file may be gone by now.
            with contextlib.suppress(FileNotFoundError):
                about = os.stat(entry.name, dir_fd=handle, follow_symlinks=False)
                if stat.S_ISREG(about.st_mode):
                    found.entries.append(WatchedFile(folders, entry.name, _stamp(about)))
                elif stat.S_ISDIR(about.st_mode) and len(folders) < MOST_DEPTH:
                    _enter(handle, entry.name, folders, found)
                else:
                    found.left_behind += 1


def _enter(handle: int, name: str, folders: tuple[str, ...], found: Listing) -> None:
    try:
        inner = os.open(name, FOLDER, dir_fd=handle)
    except OSError:
        found.unreadable += 1
        return
    try:
        _look_in(inner, (*folders, name), found)
    finally:
        os.close(inner)


def _stamp(about: os.stat_result) -> Stamp:
    return about.st_size, about.st_mtime_ns


class OpenFile(io.RawIOBase):
    """The bytes of an open file. Reading its end raises Changing when the file is not as `stamp` says."""

    def __init__(self, file: BinaryIO, stamp: Stamp) -> None:
        self.file, self.stamp = file, stamp

    def read(self, size: int = -1) -> bytes:
        """Read up to `size` bytes; b"" at the end. Raises Changing at the end of a file that was written to."""
        data = self.file.read(size)
        if not data and _stamp(os.fstat(self.file.fileno())) != self.stamp:
            raise Changing
        return data

    def is_unchanged(self, about: os.stat_result) -> bool:
        """Whether `about` describes this file, and nothing was written to it."""
        return os.path.samestat(about, os.fstat(self.file.fileno())) and _stamp(about) == self.stamp


@contextlib.contextmanager
def content(root: Path, entry: WatchedFile) -> Iterator[OpenFile]:
    """Open a file for the block. Raises Changing when it is no longer what was listed, and OSError when it cannot be
    opened."""
    with opened(root, entry.folders) as handle:
        file = os.fdopen(os.open(entry.name, FILE, dir_fd=handle), "rb")
    with file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode) or _stamp(os.fstat(file.fileno())) != entry.stamp:
            raise Changing
        yield OpenFile(file, entry.stamp)


def move_aside(root: Path, entry: WatchedFile, file: OpenFile, aside: str, note: str | None = None) -> bool:
    """Move the open `file` of an entry to the folder of today in `root`/`aside`, under a name that is free there; with
    a `note`, a text beside it says why. Returns False when another process has moved it. Raises Changing when another
    file has taken its place; that one stays. Raises OSError when it cannot be moved."""
    with (
        opened(root, entry.folders) as source, opened(root) as top,
        _made(top, aside) as above, _made(above, dates.today().isoformat()) as target,
    ):  # fmt: skip
        name = _free_name(target, entry.name)
        try:
            os.rename(entry.name, name, src_dir_fd=source, dst_dir_fd=target)
        except FileNotFoundError:
            return False
        if not file.is_unchanged(os.stat(name, dir_fd=target, follow_symlinks=False)):
            _move_back(target, name, source, entry.name)
            raise Changing
        if note is not None:
            _write(target, _free_name(target, f"{name}.txt"), note)
        return True


@contextlib.contextmanager
def _made(parent: int, name: str) -> Iterator[int]:
    with contextlib.suppress(FileExistsError):
        os.mkdir(name, dir_fd=parent)
    handle = os.open(name, FOLDER, dir_fd=parent)
    try:
        yield handle
    finally:
        os.close(handle)


def _move_back(target: int, name: str, source: int, own_name: str) -> None:
    # A rename would replace a file that has come meanwhile; a link fails there, and also where disks know no links.
    try:
        os.link(name, own_name, src_dir_fd=target, dst_dir_fd=source, follow_symlinks=False)
    except OSError:
        os.rename(name, _free_name(source, own_name), src_dir_fd=target, dst_dir_fd=source)
    else:
        os.unlink(name, dir_fd=target)


def _free_name(handle: int, name: str) -> str:
    """Find a name that nothing in the folder has: `name`, or with a number, such as "a (2).pdf"."""
    stem, dot, ending = name.rpartition(".")
    if not stem or len(ending) > 10:
        stem, dot, ending = name, "", ""
    for number in range(1, 100_000):
        tail = os.fsencode((f" ({number})" if number > 1 else "") + dot + ending)
        tried = os.fsdecode(os.fsencode(stem)[: NAME_BYTES - len(tail)] + tail)
        try:
            os.stat(tried, dir_fd=handle, follow_symlinks=False)
        except FileNotFoundError:
            return tried
    raise FileExistsError(name)


def _write(handle: int, name: str, note: str) -> None:
    with os.fdopen(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o640, dir_fd=handle), "w", encoding="utf-8") as out:
        out.write(f"{note}\n")
