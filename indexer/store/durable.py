"""Writes files so that they survive a power cut, and locks files against other processes. A file is replaced
as a whole, its folder is synced, and the system releases a lock when the process that holds it dies."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from indexer.errors import IndexBusy

_WAIT_SECONDS = 0.02


def sync_folder(folder: str | Path) -> None:
    """Sync `folder` to disk, so that new names, renames and removals in it survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_file(path: Path) -> None:
    """Sync the content of the file at `path` to disk."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


@contextmanager
def whole_or_gone(path: Path) -> Iterator[None]:
    """Run a block that writes the file at `path`, and remove the file if the block raises. An incomplete file
    is of no use and takes space on a disk that may be full."""
    try:
        yield
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def write_durably(path: Path, text: str) -> None:
    """Replace the small file at `path` by one with the content `text`, in one step that survives a power cut.
    A new file is written next to it, synced and renamed, and the folder is synced."""
    beside = path.with_name(f"{path.name}.new")
    with whole_or_gone(beside):
        with beside.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    sync_folder(path.parent)


@contextmanager
def locked(path: Path, timeout: float) -> Iterator[None]:
    """Hold an exclusive lock on the file at `path` while the block runs. The system releases it when the
    process dies. Raises IndexBusy where another process holds the lock for `timeout` seconds."""
    end = time.monotonic() + timeout
    with path.open("a") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:
                if time.monotonic() >= end:
                    raise IndexBusy("Chỉ mục đang được tiến trình khác ghi.") from error
                time.sleep(_WAIT_SECONDS)
        yield


@contextmanager
def locked_if_free(path: Path) -> Iterator[bool]:
    """Try to lock the file at `path` without waiting. Yields True if this process holds the lock while the block runs.
    Yields False if the lock is held elsewhere."""
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


FileStamp = tuple[int, int, int]


def file_stamp(path: Path) -> FileStamp | None:
    """Return the stamp (inode, size in bytes, time of the last change in ns) of the file at `path`; None when
    it does not exist.

    A stamp is a cheap way to find out whether a path still names the file that was opened. The time is
    included because a freed inode may be used again.
    """
    try:
        state = os.stat(path)
    except OSError:
        return None
    return state.st_ino, state.st_size, state.st_mtime_ns
