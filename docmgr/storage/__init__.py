"""Storage of file contents. Each content is stored once, under its SHA-256, and never changed.

`protocol` defines what a store does; callers use nothing else. `local` is the store in a folder of this
machine; only docmgr.context chooses it. `disk` has general helpers for files on this machine.
"""

from docmgr.storage.disk import CHUNK, digest_of, sync_folder
from docmgr.storage.protocol import (
    SHA256,
    BytesMissing,
    DiskFull,
    NotWritable,
    Storage,
    Stored,
    StoredFile,
    TooLarge,
    Wanted,
)

__all__ = [
    "CHUNK", "SHA256", "BytesMissing", "DiskFull", "NotWritable", "Storage", "Stored", "StoredFile", "TooLarge", "Wanted",
    "digest_of", "sync_folder",
]  # fmt: skip
