"""Decides which segments are merged, and when."""

from __future__ import annotations

from collections.abc import Sequence

# In entries. A commit does only merges that take some hundredths of a second; larger ones wait for `Index.tidy`.
QUICK_MERGE = 1_500
# In entries. Entries of a segment are numbered in 16 bits, and a merge needs at most about 600 MB of memory.
SEGMENT_LIMIT = 60_000
_FANOUT = 6
# A lower fanout for idle times: fewer segments make queries faster.
TIDY_FANOUT = 3


def choose_merges(sizes: Sequence[tuple[int, int]], limit: int, fanout: int = _FANOUT) -> list[int]:
    """Choose the segments to merge and return their positions in `sizes`, or [] where nothing need be merged.
    `sizes` holds (entries not deleted, all entries) of each segment.

    The smallest segments are merged once there are `fanout` of about the same size. Otherwise one segment is
    rewritten if more than half of its entries are deleted. A merged segment never has more than `limit`
    entries.
    """
    order = sorted(range(len(sizes)), key=lambda place: sizes[place][0])
    wasted = [place for place in order if sizes[place][0] * 2 < sizes[place][1] and sizes[place][0] <= limit]
    for start in range(len(order) - fanout + 1):
        chosen: list[int] = []
        total = 0
        for place in order[start:]:
            living = sizes[place][0]
            if chosen and (living > 4 * max(total / len(chosen), 8) or total + living > limit):
                break
            chosen, total = [*chosen, place], total + living
        if len(chosen) >= fanout:
            return sorted(chosen)
    return sorted(wasted[:1])


def pack_merges(sizes: Sequence[tuple[int, int]], limit: int) -> list[int]:
    """Choose the smallest segments that fit together into one of `limit` entries. `sizes` holds (entries not
    deleted, all entries) of each segment. Returns their positions in `sizes`, [] where fewer than two fit."""
    chosen: list[int] = []
    total = 0
    for place in sorted(range(len(sizes)), key=lambda place: sizes[place][0]):
        if total + sizes[place][0] > limit:
            break
        chosen, total = [*chosen, place], total + sizes[place][0]
    return sorted(chosen) if len(chosen) > 1 else []
