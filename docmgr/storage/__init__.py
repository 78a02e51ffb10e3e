"""Where bytes are kept: each file once, named by its SHA-256, never changed."""

from docmgr.storage.local import (
    CHUNK,
    SHA256,
    DiskFull,
    NotWritable,
    Storage,
    Stored,
    TooLarge,
    digest_of,
    sync_folder,
)

__all__ = ["CHUNK", "SHA256", "DiskFull", "NotWritable", "Storage", "Stored", "TooLarge", "digest_of", "sync_folder"]
