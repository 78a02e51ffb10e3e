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
from indexer.container import Container, Damaged, open_container
from indexer.contents import SEGMENT_EXT, Listed
from indexer.model import Model
from indexer.schema import INDEX_NAME
from indexer.snapshot import Segment

Mark = tuple[int, int, int]


# In an index folder: the model that its vectors come from, where that is not the base model.
OWN_MODEL = "own.model"


def folder_model(folder: Path) -> tuple[Model, Container | None]:
    """(the model that an index folder's vectors come from, its file where that is not the base model); Damaged."""
    own = folder / OWN_MODEL
    if not own.exists():
        return model.base(), None
    container = open_container(own)
    return model.read(container), container


def sound_model(folder: Path) -> bool:
    """Whether a folder's own model, where it has one, is what was written for this version's base model."""
    own = folder / OWN_MODEL
    if not own.exists():
        return True
    try:
        container = open_container(own)
        return bool(container.notes.get("base") == model.base().stamp)
    except (OSError, Damaged):
        return False


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


def write_segment(folder: Path, held: Arrays, used: Model) -> Listed:
    """Write a new segment without deletions, on disk when this returns; its vectors are those of the model `used`."""
    name = new_name()
    arrays.save(segment_path(folder, name), held, {"segment": name, "model": used.stamp})
    return Listed(name, np.zeros(held.size, bool))


def open_segment(folder: Path, listed: Listed, used: Model | None = None) -> Segment:
    """Map a segment of a folder that uses a model (None: the base model); FileNotFoundError when it was merged away,
    Damaged when it is not the one listed."""
    path = segment_path(folder, listed.name)
    container = open_container(path)
    try:
        held = arrays.load(container)
    except (KeyError, TypeError, ValueError) as error:
        raise Damaged(f"{path.name}: arrays damaged") from error
    if container.notes.get("segment") != listed.name or held.size != listed.size:
        raise Damaged(f"{path.name}: another segment")
    if container.notes.get("model") != (used or model.base()).stamp:
        # Vectors of another model are none; a merge makes them anew.
        held = replace(held, vectors=np.zeros((held.size, 0), np.int8))
    return Segment(listed.name, held, container)
