"""Split many keys over several SQL statements, because databases limit the number of parameters of one."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

# How many keys one statement gets.
CHUNK = 500


def chunks(keys: Collection[Any]) -> Iterator[list[Any]]:
    """Yield the keys in ascending order, in lists of at most CHUNK keys."""
    ordered = sorted(keys)
    for start in range(0, len(ordered), CHUNK):
        yield ordered[start : start + CHUNK]
