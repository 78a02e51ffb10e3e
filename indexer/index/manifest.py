"""The manifest of an index folder, which lists the segments in use and which of their entries are deleted.

A manifest is written after the files of its segments. Files that it does not need are removed only after
that. So a power cut leaves either the old or the new generation.
"""

import base64
import json
import os
import re
import zlib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.index.schema import INDEX_NAME
from indexer.store.container import Damaged
from indexer.store.durable import sync_folder, write_durably

Bools = NDArray[np.bool_]
SEGMENT_EXT = ".arr"
_MAGIC = "CONTENTS1"
_GENERATION = re.compile(rf"^_{INDEX_NAME}_([0-9]+)\.toc$")
_SEGMENT = re.compile(rf"^{INDEX_NAME}_[0-9a-f]{{16}}$")
# Names of files that a writer makes: manifests, half-written manifests, segments.
_OURS = re.compile(
    rf"^(_{INDEX_NAME}_[0-9]+\.toc(\.new)?|{INDEX_NAME}_[0-9a-f]{{16}}{re.escape(SEGMENT_EXT)})$"
)


@dataclass(frozen=True, eq=False)
class ManifestEntry:
    """A segment that a manifest lists. `name` is its name, and `deleted` is a mask over its entries, True for
    those deleted."""

    name: str
    deleted: Bools

    @property
    def size(self) -> int:
        """The number of entries of the segment, deleted ones included."""
        return len(self.deleted)

    @property
    def living(self) -> int:
        """The number of entries of the segment that are not deleted."""
        return len(self.deleted) - int(self.deleted.sum())


@dataclass(frozen=True, eq=False)
class Manifest:
    """The content of one manifest: the number of its generation, and the segments in use."""

    generation: int
    segments: tuple[ManifestEntry, ...]


def contents_name(generation: int) -> str:
    """The file name of the manifest of `generation`."""
    return f"_{INDEX_NAME}_{generation}.toc"


def latest_generation(folder: Path) -> int:
    """The number of the newest generation in `folder`, -1 where there is none. Raises OSError when the folder
    cannot be listed."""
    found = (_GENERATION.match(name) for name in os.listdir(folder))
    return max((int(match[1]) for match in found if match), default=-1)


def _packed(deleted: Bools) -> str:
    return base64.b64encode(np.packbits(deleted).tobytes()).decode() if deleted.any() else ""


def _unpacked(text: str, size: int) -> Bools:
    if not text:
        return np.zeros(size, bool)
    flags = np.unpackbits(np.frombuffer(base64.b64decode(text, validate=True), np.uint8), count=size)
    return flags.astype(bool)


def _listed(held: Any) -> ManifestEntry:
    name, size = held["name"], held["size"]
    if not _SEGMENT.match(name) or type(size) is not int or size < 0:
        raise Damaged("contents: not a segment")
    return ManifestEntry(name, _unpacked(held["deleted"], size))


def read_manifest(folder: Path, generation: int) -> Manifest:
    """Read the manifest of `generation` in `folder`. Raises FileNotFoundError when a writer has removed it,
    and Damaged when its content is not what was written."""
    head, _, body = (folder / contents_name(generation)).read_bytes().partition(b"\n")
    if head != f"{_MAGIC} {zlib.crc32(body):08x}".encode():
        raise Damaged("contents damaged")
    try:
        held = json.loads(body)
        if held["generation"] != generation:
            raise Damaged("contents: another generation")
        return Manifest(generation, tuple(_listed(segment) for segment in held["segments"]))
    except (KeyError, TypeError, ValueError) as error:
        raise Damaged("contents damaged") from error


def write_manifest(folder: Path, contents: Manifest) -> None:
    """Write the manifest `contents` to the index folder `folder`. The files of its segments must be written
    and synced already."""
    segments = [
        {"name": listed.name, "size": listed.size, "deleted": _packed(listed.deleted)}
        for listed in contents.segments
    ]
    body = json.dumps({"generation": contents.generation, "segments": segments})
    # The names of the segment files must be on disk before a manifest refers to them.
    sync_folder(folder)
    total = zlib.crc32(body.encode())
    write_durably(folder / contents_name(contents.generation), f"{_MAGIC} {total:08x}\n{body}")


def remove_unlisted(folder: Path, names: Iterable[str]) -> None:
    """Remove the files of the segments `names` from `folder`, after writing a generation has failed. Segments
    that the newest manifest lists stay. Where that manifest cannot be read, nothing is removed."""
    with suppress(OSError, Damaged):
        listed = {one.name for one in read_manifest(folder, latest_generation(folder)).segments}
        for name in set(names) - listed:
            (folder / f"{name}{SEGMENT_EXT}").unlink(missing_ok=True)


def remove_others(folder: Path, contents: Manifest, replaced: Iterable[str] | None) -> None:
    """Remove from `folder` all manifests except `contents`, and the files of the segments named in
    `replaced`. Segments that `contents` lists always stay.

    With `replaced` None, all other segments are removed, also those left by a killed writer. Use None only
    while nobody else can be writing a segment.
    """
    kept = {
        contents_name(contents.generation),
        *(f"{listed.name}{SEGMENT_EXT}" for listed in contents.segments),
    }
    gone = None if replaced is None else {f"{name}{SEGMENT_EXT}" for name in replaced}
    for name in os.listdir(folder):
        if _OURS.match(name) and name not in kept and (gone is None or name in gone or name.startswith("_")):
            (folder / name).unlink(missing_ok=True)
