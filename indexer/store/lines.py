"""Stores lines of text as two arrays, so that all lines are searched at once: the bytes of all lines
together, and the offset at which each line begins."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from indexer.store.ragged import Numbers


def joined(lines: Sequence[str]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Join `lines` into one array of bytes. Returns (the bytes, the offset in bytes of each line followed by
    the end of the last one)."""
    held = [line.encode() for line in lines]
    return np.frombuffer(b"".join(held), np.uint8), np.cumsum([0, *map(len, held)])


def holding(text: bytes, starts: Numbers, wanted: bytes) -> NDArray[np.int64]:
    """The numbers of the lines that contain the bytes `wanted`, ascending. `text` holds the bytes of all
    lines, and `starts` their offsets as `joined` makes them."""
    places = []
    place = text.find(wanted)
    while place >= 0:
        places.append(place)
        place = text.find(wanted, place + 1)
    found: NDArray[np.int64] = np.unique(starts.searchsorted(places, side="right") - 1)
    return found
