"""Finds the documents whose texts are nearly that of a document, by the sketches of `analysis.sketches`: its copies, and what
numbers, days or issuers would keep apart in results."""

import numpy as np

from indexer.analysis.sketches import BYTES
from indexer.index.index import Index
from indexer.index.snapshot import Snapshot
from indexer.types import Access

# From this share of equal bytes two texts are nearly the same, as in `copies`.
LEAST = 0.85


def alike(store: Index | Snapshot, access: Access, document: int, limit: int) -> tuple[tuple[int, float], ...]:
    """Find at most `limit` documents that are nearly the same as the one with the id `document`, the most alike first, each as
    (id, share of equal bytes). Only documents that `access` allows are found. () where the document itself is not in the index, may not be read, or is short."""
    snapshot = store if isinstance(store, Snapshot) else store.snapshot()
    entries, sketches = snapshot.keep(("all sketches",), lambda: _joined(snapshot), costly=True)
    ids, readable = snapshot.integers["document"][entries], snapshot.readable(access).entries[entries]
    own = np.flatnonzero((ids == document) & readable)
    if not len(own):
        return ()
    shares = (sketches == sketches[own[0]]).mean(1)
    found = np.flatnonzero((shares >= LEAST) & readable & (ids != document))
    order = found[np.lexsort((ids[found], -shares[found]))][:limit]
    return tuple((int(ids[row]), float(shares[row])) for row in order.tolist())


def _joined(snapshot: Snapshot) -> tuple[np.ndarray, np.ndarray]:
    """The entries that have a sketch, and their sketches, of all segments."""
    parts = [(segment.held.sketched.astype(np.int64) + place.start, segment.held.sketches) for segment, place in snapshot.parts()]
    entries = np.concatenate([np.empty(0, np.int64), *(first for first, _ in parts)])
    return entries, np.concatenate([np.empty((0, BYTES), np.uint8), *(made for _, made in parts)])
