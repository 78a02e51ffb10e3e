"""Rows of unequal length, stored one after the other in one flat array.

An array of starts belongs to them. It holds the position at which each row begins, and last the end of the last row."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[Any]


def places_from(starts: Numbers, lengths: Numbers) -> NDArray[np.int64]:
    """Return the positions of all items of several rows in the flat array. For `starts` 5 and 20 and `lengths` 2 and 3
    these are 5 6 20 21 22."""
    ahead = np.cumsum(lengths) - lengths
    return np.repeat(starts - ahead, lengths) + np.arange(int(lengths.sum()))


def first_of_each(values: Numbers) -> NDArray[np.intp]:
    """Find the positions at which a stretch of equal values begins, ascending. For `values` 7 7 4 7 they are 0 2 3."""
    return np.flatnonzero(np.concatenate([values[:1] == values[:1], values[1:] != values[:-1]]))


def _ascend(places: Numbers) -> bool:
    """Whether no item of `places` is smaller than the item before it."""
    return not (places[1:] < places[:-1]).any()


def cover(starts: Numbers, count: int) -> bool:
    """Whether rows fill a flat array of `count` items without a gap. They do if their array of starts begins with 0,
    ends with `count`, and never falls."""
    return len(starts) > 0 and starts[0] == 0 and starts[-1] == count and _ascend(starts)


def narrow(count: int) -> type[np.uint16] | type[np.uint32]:
    """Return the smaller number type that holds all values below `count`: uint16 for a `count` up to 65536, otherwise
    uint32."""
    return np.uint16 if count <= 1 << 16 else np.uint32


def starts_of(counts: Numbers) -> NDArray[np.uint32]:
    """Make the array of starts of rows whose lengths are `counts`. For `counts` 2 and 3 it is 0 2 5."""
    starts = np.zeros(len(counts) + 1, np.uint32)
    np.cumsum(counts, out=starts[1:])
    return starts


def lengths_of(starts: Numbers) -> NDArray[np.int64]:
    """Compute the lengths of the rows whose array of starts is `starts`. For `starts` 0 2 5 they are 2 and 3."""
    wide = starts.astype(np.int64)
    lengths: NDArray[np.int64] = wide[1:] - wide[:-1]
    return lengths
