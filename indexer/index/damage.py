"""Turns the many errors to which damaged index files lead, such as a wrong offset, into one: IndexUnusable."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from indexer.errors import IndexUnusable
from indexer.index.snapshot import Snapshot

# Errors that reading damaged bytes ends in. Those in `_DOUBTFUL` may also come from a mistake in the program.
_DOUBTFUL = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, MemoryError)
_DAMAGE = (OSError, struct.error, zlib.error)


@contextmanager
def damage_told(snapshot: Snapshot) -> Iterator[None]:
    """Return a context manager for a block that reads `snapshot`: an error that damaged files caused is
    raised as IndexUnusable. An error that is raised although the files are sound is a mistake in the program
    and passes unchanged."""
    try:
        yield
    except (*_DOUBTFUL, *_DAMAGE) as error:
        if isinstance(error, _DOUBTFUL) and not isinstance(error, _DAMAGE) and snapshot.sound():
            raise
        raise IndexUnusable("Chỉ mục hỏng, không đọc được.") from error
