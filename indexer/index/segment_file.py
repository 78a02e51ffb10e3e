"""A segment as a file: one container of arrays, mapped once and shared by all generations that hold it.

A segment never changes (deletions are kept beside it). A writer may remove the file at any time; what is
mapped lives on. Writing returns when the file is on the disk.
"""

import secrets
from dataclasses import replace
from pathlib import Path

import numpy as np

from indexer.analysis import language_model
from indexer.analysis.language_model import LanguageModel
from indexer.index import segment
from indexer.index.manifest import SEGMENT_EXT, ManifestEntry
from indexer.index.schema import INDEX_NAME
from indexer.index.segment import SegmentData
from indexer.index.snapshot import Segment
from indexer.store.container import Damaged, open_container


def new_name() -> str:
    """A name for a segment that no other has: two writers may share the seed of `random`."""
    return f"{INDEX_NAME}_{secrets.token_hex(8)}"


def segment_path(folder: Path, name: str) -> Path:
    """The file of a segment."""
    return folder / f"{name}{SEGMENT_EXT}"


def write_segment(folder: Path, held: SegmentData, used: LanguageModel) -> ManifestEntry:
    """Write a new segment without deletions, on disk when this returns; its vectors are those of the model `used`."""
    name = new_name()
    segment.save(segment_path(folder, name), held, {"segment": name, "model": used.stamp})
    return ManifestEntry(name, np.zeros(held.size, bool))


def open_segment(folder: Path, listed: ManifestEntry, used: LanguageModel | None = None) -> Segment:
    """Map a segment of a folder that uses a model (None: the base model); FileNotFoundError when it was merged away,
    Damaged when it is not the one listed."""
    path = segment_path(folder, listed.name)
    container = open_container(path)
    try:
        held = segment.load(container)
    except (KeyError, TypeError, ValueError) as error:
        raise Damaged(f"{path.name}: arrays damaged") from error
    if container.notes.get("segment") != listed.name or held.size != listed.size:
        raise Damaged(f"{path.name}: another segment")
    if container.notes.get("model") != (used or language_model.base()).stamp:
        # Vectors of another model are none; a merge makes them anew.
        held = replace(held, vectors=np.zeros((held.size, 0), np.int8))
    return Segment(listed.name, held, container)
