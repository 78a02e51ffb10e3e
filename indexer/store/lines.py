"""Stores lines of text as two arrays, so that all lines are searched at once: the bytes of all lines
together, and the offset at which each line begins."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from indexer.store.ragged import Numbers


def joined(lines: Sequence[str]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Encode `lines` as UTF-8 and join them without separators. Returns (all bytes, offsets). `offsets` has
    one item more than `lines`: `offsets[i]` is the offset in bytes at which line i begins, and the last item
    is the end of the last line."""
    held = [line.encode() for line in lines]
    return np.frombuffer(b"".join(held), np.uint8), np.cumsum([0, *map(len, held)])


def holding(text: bytes, starts: Numbers, wanted: bytes) -> NDArray[np.int64]:
    """Find the lines that contain the bytes `wanted`. Returns their numbers, ascending, or an empty array. `text` and
    `starts` are the bytes and offsets of all lines, as `joined` returns them."""
    places = []
    place = text.find(wanted)
    while place >= 0:
        places.append(place)
        place = text.find(wanted, place + 1)
    found: NDArray[np.int64] = np.unique(starts.searchsorted(places, side="right") - 1)
    return found
