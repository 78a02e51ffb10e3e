"""Files on this machine: their digest, and renames that survive a power cut."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

# How many bytes are copied or hashed at a time.
CHUNK = 1024 * 1024


def digest_of(path: Path) -> str:
    """The SHA-256 of a file, in hex. Raises OSError."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def sync_folder(folder: Path) -> None:
    """Make a rename in `folder` survive a power cut. Raises OSError."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
