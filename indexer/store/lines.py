"""Lines of text as two arrays: the bytes of all of them, searched at once, and where each begins."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from indexer.store.ragged import Numbers


def joined(lines: Sequence[str]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """(the bytes of the lines, where each begins and the last one ends)."""
    held = [line.encode() for line in lines]
    return np.frombuffer(b"".join(held), np.uint8), np.cumsum([0, *map(len, held)])


def holding(text: bytes, starts: Numbers, wanted: bytes) -> NDArray[np.int64]:
    """The lines that hold some bytes, ascending."""
    places = []
    place = text.find(wanted)
    while place >= 0:
        places.append(place)
        place = text.find(wanted, place + 1)
    found: NDArray[np.int64] = np.unique(starts.searchsorted(places, side="right") - 1)
    return found
