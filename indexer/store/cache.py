"""A cache of arrays with a limit in bytes. It drops the least recently used arrays first and may be used by
several threads."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Kept = tuple[NDArray[Any], ...]
# Bytes that a kept tuple takes in addition to its numbers: the key and the objects around the arrays.
_OBJECTS = 600


class ByteCache:
    """A cache that maps keys to tuples of read-only arrays, with a limit on their bytes together."""

    def __init__(self, limit: int) -> None:
        self._limit, self._used = limit, 0
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, Kept] = OrderedDict()

    def widen(self, limit: int) -> None:
        """Raise the limit of the cache to `limit` bytes. A `limit` below the present one changes nothing."""
        with self._lock:
            self._limit = max(self._limit, limit)

    def get(self, key: Hashable, make: Callable[[], Kept]) -> Kept:
        """Return the arrays that are cached under `key`. Without any, the function `make` computes them first. Several
        threads may then compute the same arrays at once."""
        with self._lock:
            if (kept := self._kept.get(key)) is not None:
                self._kept.move_to_end(key)
                return kept
        made = tuple(map(np.ascontiguousarray, make()))
        for array in made:
            array.setflags(write=False)
        with self._lock:
            if key not in self._kept:
                self._used += _size(made)
            self._kept[key] = made
            while self._used > self._limit and len(self._kept) > 1:
                _, gone = self._kept.popitem(last=False)
                self._used -= _size(gone)
        return made


def _size(kept: Kept) -> int:
    return sum(array.nbytes for array in kept) + _OBJECTS
