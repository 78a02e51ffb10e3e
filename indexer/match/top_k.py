"""Chooses the best k of many scores."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.index.snapshot import Snapshot
from indexer.store.ragged import Numbers

# Above _MANY entries, a lower bound of the best keys is computed first, from blocks of _BLOCK keys.
_MANY, _BLOCK = 4_096, 64


def best(snapshot: Snapshot, entries: Numbers, key: NDArray[Any], limit: int) -> Numbers:
    """Choose the `limit` entries with the highest values and return them, best first. `key` holds one value
    for each of `entries`. Entries of equal value are sorted by document and by their position in it, so that
    their order in the index does not matter."""
    if len(entries) > max(limit, _MANY):
        entries, key = _reaching(_lower_bound(key, limit), entries, key)
    if len(entries) > limit:
        entries, key = _reaching(_least(key, limit), entries, key)
    order = np.lexsort((snapshot.integers["order"][entries], snapshot.integers["document"][entries], -key))
    chosen: Numbers = entries[order[:limit]]
    return chosen


def _lower_bound(key: NDArray[Any], limit: int) -> float:
    """Compute a value that at least `limit` items of `key` reach."""
    blocks = len(key) // _BLOCK
    if blocks < limit:
        return _least(key, limit)
    return _least(key[: blocks * _BLOCK].reshape(blocks, _BLOCK).max(1), limit)


def _least(key: NDArray[Any], limit: int) -> float:
    """Return the smallest of the `limit` highest values in `key`."""
    return float(np.partition(key, len(key) - limit)[len(key) - limit])


def _reaching(bound: float, entries: Numbers, key: NDArray[Any]) -> tuple[Numbers, NDArray[Any]]:
    """Keep the entries whose value in `key` is at least `bound`. Returns two parallel arrays (these entries,
    their values). `key` runs parallel to `entries`."""
    places = np.flatnonzero(key >= bound)
    return entries.take(places), key.take(places)
