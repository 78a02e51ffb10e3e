"""Read ZIP archives: the list of their files as text, and the files themselves. An archive inside is one of these
files; it is opened when it is read as a document of its own."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from docmgr.reading.containers.unpacking import Unpacking
from docmgr.reading.formats.blocks import capped
from docmgr.reading.formats.encoding import decode
from docmgr.reading.formats.ooxml import ZIP_FAULTS
from docmgr.reading.limits import DEFAULT_LIMITS, ReadingLimits
from docmgr.reading.outcomes import Unreadable
from docmgr.reading.types import Block, PartContents

_CHUNK = 1 << 16
_ENCRYPTED, _UTF8 = 0x1, 0x800
# What systems add to an archive by themselves.
_NOT_PAPERS = re.compile(r"(?:^|/)(?:__MACOSX/|\._|\.DS_Store$|\.[^./][^/]*/|Thumbs\.db$|desktop\.ini$)", re.I)


def read_zip(path: Path, limits: ReadingLimits = DEFAULT_LIMITS, unpack: Path | None = None) -> PartContents:
    """Read the ZIP archive at `path` within `limits`, and write its files to the folder `unpack`; None only lists
    them. Raises Unreadable when it is broken, empty, encrypted, too large or has too many files."""
    unpacking = Unpacking(unpack, limits)
    try:
        with zipfile.ZipFile(path) as archive:
            unpack_archive(archive, path.stat().st_size, unpacking, limits)
    except ZIP_FAULTS as fault:
        raise Unreadable("broken") from fault
    blocks = capped((Block(attachment.name) for attachment in unpacking.taken), limits)
    return PartContents("zip", tuple(blocks), facts={}, attachments=tuple(unpacking.taken))


def unpack_archive(archive: zipfile.ZipFile, packed: int, unpacking: Unpacking, limits: ReadingLimits) -> None:
    """Unpack all files of an open archive, whose file has `packed` bytes. Files that are locked or damaged are left
    out. Raises Unreadable when all are locked ("encrypted") or there are none ("empty"). It is raised also for too many
    files ("too_many_files"), and for more bytes than an honest archive has ("bomb")."""
    files = [entry for entry in archive.infolist() if not entry.is_dir() and not _NOT_PAPERS.search(entry.filename)]
    if not files:
        raise Unreadable("empty")
    if len(archive.infolist()) > limits.archive_entries or len(files) > limits.attachments:
        raise Unreadable("too_many_files")
    total = sum(entry.file_size for entry in archive.infolist())
    dense = total > limits.archive_ratio * max(packed, 1) and total > limits.archive_ratio_from_bytes
    if dense or total > limits.attachments_bytes:
        raise Unreadable("bomb")
    if all(entry.flag_bits & _ENCRYPTED for entry in files):
        raise Unreadable("encrypted")
    for entry in files:
        _take(archive, entry, unpacking, limits)


def _take(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, unpacking: Unpacking, limits: ReadingLimits) -> None:
    name = shown_name(entry)
    if entry.flag_bits & _ENCRYPTED:
        unpacking.leave_out(name, entry.file_size, "encrypted")
    elif entry.file_size > limits.attachment_bytes:
        unpacking.leave_out(name, entry.file_size, "too_large")
    else:
        try:
            unpacking.add(name, _chunks(archive, entry))
        except ZIP_FAULTS:
            unpacking.leave_out(name, entry.file_size, "broken")


def _chunks(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    with archive.open(entry) as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk


def shown_name(entry: zipfile.ZipInfo) -> str:
    """Find the name of an entry as a person wrote it, with its folders. It may be any text: it is no path."""
    name = entry.filename
    if not entry.flag_bits & _UTF8 and not name.isascii():
        # The library reads such names in the alphabet of DOS; most programs write UTF-8 or the system's own.
        name = decode(name.encode("cp437", "replace"))
    return posixpath.normpath(name.replace("\\", "/")).lstrip("/") or name
