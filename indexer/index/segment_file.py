"""A segment as a file: a container of arrays, mapped into memory once and shared by all generations that use
it.

A segment never changes; deletions are stored in the manifest. A writer may remove the file at any time,
because a mapped file stays readable. Writing returns when the file is on disk.
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
    """Make a new, unique name for a segment. The name does not come from `random`, because two writers may
    share its seed."""
    return f"{INDEX_NAME}_{secrets.token_hex(8)}"


def segment_path(folder: Path, name: str) -> Path:
    """The path of the file of the segment `name` in the index folder `folder`."""
    return folder / f"{name}{SEGMENT_EXT}"


def write_segment(folder: Path, held: SegmentData, used: LanguageModel) -> ManifestEntry:
    """Write the segment `held` to a new file in `folder` and sync it to disk. `used` is the model that its
    vectors were made with. Returns its manifest entry, without deletions."""
    name = new_name()
    segment.save(segment_path(folder, name), held, {"segment": name, "model": used.stamp})
    return ManifestEntry(name, np.zeros(held.size, bool))


def open_segment(folder: Path, listed: ManifestEntry, used: LanguageModel | None = None) -> Segment:
    """Map a segment into memory. `listed` is its entry in the manifest, and `used` is the model of the folder
    (None: the base model).

    Raises FileNotFoundError when the segment was merged away, and Damaged when the file is not the segment
    that the manifest names."""
    path = segment_path(folder, listed.name)
    container = open_container(path)
    try:
        held = segment.load(container)
    except (KeyError, TypeError, ValueError) as error:
        raise Damaged(f"{path.name}: arrays damaged") from error
    if container.notes.get("segment") != listed.name or held.size != listed.size:
        raise Damaged(f"{path.name}: another segment")
    if container.notes.get("model") != (used or language_model.base()).stamp:
        # Vectors of another model cannot be used, so they are dropped; the next merge computes them anew.
        held = replace(held, vectors=np.zeros((held.size, 0), np.int8))
    return Segment(listed.name, held, container)
