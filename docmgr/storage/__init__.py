"""Where bytes are kept: each file once, named by its SHA-256, never changed.

`protocol` says what a store does; callers know nothing else of it. `local` is the store in a folder of this machine, and only
docmgr.context chooses it. `disk` holds what files on this machine need in general.
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
