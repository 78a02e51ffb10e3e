"""Helpers for files on this machine: compute a SHA-256, and make a rename survive a power failure."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

# How many bytes are copied or hashed at a time.
CHUNK = 1024 * 1024


def digest_of(path: Path) -> str:
    """Compute the SHA-256 of a file, as 64 hex digits. Raises OSError if the file cannot be read."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def sync_folder(folder: Path) -> None:
    """Write the entries of `folder` to disk, so that a rename in it survives a power failure. Raises OSError
    if that fails."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
