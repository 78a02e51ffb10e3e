"""What a power cut or a second process must not tear: files replaced whole, folders synced, locks that die with
their holder.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from indexer.errors import IndexBusy

_WAIT_SECONDS = 0.02


def sync_folder(folder: str | Path) -> None:
    """Make new names, renames and removals in a folder last through a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_file(path: Path) -> None:
    """Bring what was written to a file to the disk."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


@contextmanager
def whole_or_gone(path: Path) -> Iterator[None]:
    """Remove a file where the block that writes it raises: half of one helps nobody, on a full disk least."""
    try:
        yield
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def write_durably(path: Path, text: str) -> None:
    """Replace a small file at once: written beside it, synced, renamed, folder synced."""
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
    """Hold a file lock that the system frees when the process dies; IndexBusy after `timeout` seconds."""
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
    """Hold a file lock unless another holds it: yields whether it is held."""
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


FileStamp = tuple[int, int, int]


def file_stamp(path: Path) -> FileStamp | None:
    """(inode, bytes, time of change in ns) of a file, None when it is gone: tells cheaply whether it is still
    the one opened. A freed inode may be given out again, so the time counts too."""
    try:
        state = os.stat(path)
    except OSError:
        return None
    return state.st_ino, state.st_size, state.st_mtime_ns
