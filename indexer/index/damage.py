"""Damage of the index's files, told as what it is."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from indexer.errors import IndexUnusable
from indexer.index.snapshot import Snapshot

# What reading damaged bytes ends in; the first ones also come from mistakes of the program.
_DOUBTFUL = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, MemoryError)
_DAMAGE = (OSError, struct.error, zlib.error)


@contextmanager
def damage_told(snapshot: Snapshot) -> Iterator[None]:
    """Tell what reading a damaged index ends in as IndexUnusable; an error over a sound index stays what it is."""
    try:
        yield
    except (*_DOUBTFUL, *_DAMAGE) as error:
        if isinstance(error, _DOUBTFUL) and not isinstance(error, _DAMAGE) and snapshot.sound():
            raise
        raise IndexUnusable("Chỉ mục hỏng, không đọc được.") from error
