"""Rows of unequal length, stored in one flat array. An array of starts holds the position of each row in it,
and as its last item the end of the last row."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[Any]


def places_from(starts: Numbers, lengths: Numbers) -> NDArray[np.int64]:
    """Return the positions of all items of several rows in the flat array, one row after the other. The rows
    begin at `starts` and have the lengths `lengths`."""
    ahead = np.cumsum(lengths) - lengths
    return np.repeat(starts - ahead, lengths) + np.arange(int(lengths.sum()))


def first_of_each(values: Numbers) -> NDArray[np.intp]:
    """Find the positions in `values` at which a stretch of equal values begins. Returns them in ascending
    order."""
    return np.flatnonzero(np.concatenate([values[:1] == values[:1], values[1:] != values[:-1]]))


def _ascend(places: Numbers) -> bool:
    """Whether no item of `places` is smaller than the item before it."""
    return not (places[1:] < places[:-1]).any()


def cover(starts: Numbers, count: int) -> bool:
    """Whether the rows that begin at `starts` fill a flat array of `count` items without a gap: `starts` must
    begin with 0, end with `count`, and never fall."""
    return len(starts) > 0 and starts[0] == 0 and starts[-1] == count and _ascend(starts)


def narrow(count: int) -> type[np.uint16] | type[np.uint32]:
    """Return the smallest unsigned number type for values below `count`: uint16, or uint32 where `count` is
    above 65536."""
    return np.uint16 if count <= 1 << 16 else np.uint32


def starts_of(counts: Numbers) -> NDArray[np.uint32]:
    """Make the array of starts of rows whose lengths are `counts`. The result has one item more than
    `counts`: the end of the last row."""
    starts = np.zeros(len(counts) + 1, np.uint32)
    np.cumsum(counts, out=starts[1:])
    return starts


def lengths_of(starts: Numbers) -> NDArray[np.int64]:
    """Compute the lengths of the rows whose array of starts is `starts`. The result has one item less than
    `starts`."""
    wide = starts.astype(np.int64)
    lengths: NDArray[np.int64] = wide[1:] - wide[:-1]
    return lengths
