"""A segment as a file: one container of arrays, mapped once and shared by all generations that hold it.

A segment never changes (deletions are kept beside it). A writer may remove the file at any time; what is
mapped lives on. Writing returns when the file is on the disk.
"""

import os
import secrets
from dataclasses import replace
from pathlib import Path

import numpy as np

from indexer import arrays, model
from indexer.arrays import Arrays
from indexer.container import Damaged, open_container
from indexer.contents import SEGMENT_EXT, Listed
from indexer.schema import INDEX_NAME
from indexer.snapshot import Segment

Mark = tuple[int, int, int]


def new_name() -> str:
    """A name for a segment that no other has: two writers may share the seed of `random`."""
    return f"{INDEX_NAME}_{secrets.token_hex(8)}"


def file_mark(path: Path) -> Mark | None:
    """(inode, bytes, time of change in ns) of a file, None when it is gone: tells cheaply whether it is still
    the one opened. A freed inode may be given out again, so the time counts too."""
    try:
        state = os.stat(path)
    except OSError:
        return None
    return state.st_ino, state.st_size, state.st_mtime_ns


def segment_path(folder: Path, name: str) -> Path:
    """The file of a segment."""
    return folder / f"{name}{SEGMENT_EXT}"


def write_segment(folder: Path, held: Arrays) -> Listed:
    """Write a new segment without deletions, on disk when this returns."""
    name = new_name()
    arrays.save(segment_path(folder, name), held, {"segment": name, "model": model.base().stamp})
    return Listed(name, np.zeros(held.size, bool))


def open_segment(folder: Path, listed: Listed) -> Segment:
    """Map a segment; FileNotFoundError when it was merged away, Damaged when it is not the one listed."""
    path = segment_path(folder, listed.name)
    container = open_container(path)
    try:
        held = arrays.load(container)
    except (KeyError, TypeError, ValueError) as error:
        raise Damaged(f"{path.name}: arrays missing") from error
    if container.notes.get("segment") != listed.name or held.size != listed.size:
        raise Damaged(f"{path.name}: another segment")
    if container.notes.get("model") != model.base().stamp:
        # Vectors of another model are none; a merge makes them anew.
        held = replace(held, vectors=np.zeros((held.size, 0), np.int8))
    return Segment(listed.name, held, container)
