"""Sketches of documents: 128 bytes each, by which near copies of a text are recognised.

The share of equal bytes of two sketches estimates how many runs of four words the two texts have in common, among all
that they have (Broder 1997). Each hashed run falls into one of 128 bins, and the least of each bin counts (Li, Owen and
Zhang 2012). One byte of it is kept (Li and König 2010). A text with few words has no sketch.
"""

import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

BYTES = 128
_RUN = 4
# A text with fewer runs of words has no sketch: in a few lines a change of one word is a change of the matter.
_LEAST = 40
_MIX = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
Hashes = NDArray[np.uint64]


def hashes(words: Sequence[str]) -> Hashes:
    """Hash each of `words` for `sketch`."""
    return _mixed(np.array([zlib.crc32(word.encode()) for word in words], np.uint64))


def _mixed(values: Hashes) -> Hashes:
    """Spread the bits of `values` evenly (the last steps of SplitMix64)."""
    for factor, shift in zip(_MIX, (30, 27), strict=True):
        values = (values ^ values >> np.uint64(shift)) * factor
    mixed: Hashes = values ^ values >> np.uint64(31)
    return mixed


def sketch(hashed: Hashes) -> NDArray[np.uint8] | None:
    """Make the sketch of a text from `hashed`, the hashes of its words in order. Returns uint8 of shape (BYTES,), or None for a
    text with few words."""
    if len(hashed) < _LEAST + _RUN:
        return None
    runs = hashed[: len(hashed) - _RUN + 1].copy()
    for place in range(1, _RUN):
        runs = runs * _FACTOR + hashed[place : len(hashed) - _RUN + 1 + place]
    runs = np.unique(_mixed(runs))
    if len(runs) < _LEAST:
        return None
    # The runs ascend, so the first one of each bin is the least; the bin is in the upper bits, the byte in the lowest.
    bins = (runs >> np.uint64(57)).astype(np.int64)
    filled, first = np.unique(bins, return_index=True)
    # An empty bin takes the byte of the next filled one.
    least = (runs[first] & np.uint64(0xFF)).astype(np.uint8)
    made: NDArray[np.uint8] = least[np.searchsorted(filled, np.arange(BYTES)) % len(filled)]
    return made
