"""Storage of file contents. Each content is stored once, under its SHA-256, and never changed.

`protocol` defines what a store does; callers use nothing else. `local` is the store in a folder of this
machine, `s3` the one in an S3 store, which is loaded only where `address` names one; only docmgr.context chooses. `disk` has general helpers for files on this machine.
"""

from docmgr.storage.disk import CHUNK, digest_of, sync_folder
from docmgr.storage.protocol import (
    SHA256,
    BytesDamaged,
    BytesMissing,
    DiskFull,
    NotWritable,
    RemoteStream,
    Storage,
    StoreAway,
    StoreCondition,
    Stored,
    StoredFile,
    TooLarge,
    Wanted,
)

__all__ = [
    "CHUNK", "SHA256", "BytesDamaged", "BytesMissing", "StoreCondition", "DiskFull", "NotWritable", "RemoteStream", "Storage",
    "StoreAway", "Stored", "StoredFile", "TooLarge", "Wanted", "digest_of", "sync_folder",
]  # fmt: skip
