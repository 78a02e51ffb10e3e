"""Which segments are merged, and when."""

from __future__ import annotations

from collections.abc import Sequence

# A commit joins only what takes some hundredths of a second; larger merges wait for `Index.tidy`.
QUICK_MERGE = 1_500
# Entries of a segment are numbered in 16 bits, and a merge stays under about 600 MB of memory.
SEGMENT_LIMIT = 60_000
_FANOUT = 6
# When there is time, fewer segments make questions faster.
TIDY_FANOUT = 3


def choose_merges(sizes: Sequence[tuple[int, int]], limit: int, fanout: int = _FANOUT) -> list[int]:
    """Which segments to merge, as positions; `sizes` are (living, all) entries, a merge never exceeds
    `limit`.

    The smallest ones are joined once `fanout` of about one size have gathered; else one of which half is
    deleted is written anew.
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
    """The smallest segments that fit into one of `limit` entries, as positions: the fewest segments at last."""
    chosen: list[int] = []
    total = 0
    for place in sorted(range(len(sizes)), key=lambda place: sizes[place][0]):
        if total + sizes[place][0] > limit:
            break
        chosen, total = [*chosen, place], total + sizes[place][0]
    return sorted(chosen) if len(chosen) > 1 else []
