"""Arrays of rows of unequal length, kept flat."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[Any]


def places_from(starts: Numbers, lengths: Numbers) -> NDArray[np.int64]:
    """The places from each start on, so many as its length says, one stretch after the other."""
    ahead = np.cumsum(lengths) - lengths
    return np.repeat(starts - ahead, lengths) + np.arange(int(lengths.sum()))


def first_of_each(values: Numbers) -> NDArray[np.intp]:
    """The place of the first of each stretch of equal values."""
    return np.flatnonzero(np.concatenate([values[:1] == values[:1], values[1:] != values[:-1]]))


def _ascend(places: Numbers) -> bool:
    """Whether no place lies before the one in front of it."""
    return not (places[1:] < places[:-1]).any()


def cover(starts: Numbers, count: int) -> bool:
    """Whether stretches that begin at `starts` (its last item is the end of the last) follow one another from 0 to
    `count`."""
    return len(starts) > 0 and starts[0] == 0 and starts[-1] == count and _ascend(starts)


def narrow(count: int) -> type[np.uint16] | type[np.uint32]:
    """The smallest kind of number for things numbered below `count`."""
    return np.uint16 if count <= 1 << 16 else np.uint32


def starts_of(counts: Numbers) -> NDArray[np.uint32]:
    """Where each of stretches of these lengths begins, and the end of the last."""
    starts = np.zeros(len(counts) + 1, np.uint32)
    np.cumsum(counts, out=starts[1:])
    return starts


def lengths_of(starts: Numbers) -> NDArray[np.int64]:
    """The lengths of the stretches that begin at `starts` (its last item is the end of the last)."""
    wide = starts.astype(np.int64)
    lengths: NDArray[np.int64] = wide[1:] - wide[:-1]
    return lengths
