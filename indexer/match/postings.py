"""Postings of a segment."""

from __future__ import annotations

import numpy as np

from indexer.index.snapshot import Segment, Snapshot, Visible
from indexer.match.terms import QueryTerm, Terms
from indexer.store.ragged import Numbers, first_of_each

# Of an actor who may not read all, so many entries are tried before all others.
_FIRST = 64
# Looking through all entries costs as much as sorting one in so many of them.
_BLANK = 64
# Weights of a byte that two bytes can hold the sum of.
_ROOM = 257


def segment_postings(segment: Segment, terms: Terms) -> tuple[Numbers, Numbers]:
    """(entries ascending, weights) in one segment of everything that fills a slot by these terms."""
    held = segment.held
    if len(terms) == 1:
        return held.postings(terms[0])

    def make() -> tuple[Numbers, Numbers]:
        if len(terms) <= _ROOM and held.total(terms) * _BLANK >= segment.size:
            return _added_up(segment, terms)
        entries, weights = held.gathered(terms)
        order = np.argsort(entries, kind="stable")
        entries, weights = entries[order], weights[order]
        first = first_of_each(entries)
        summed = np.add.reduceat(weights.astype(np.uint32), first).clip(max=255).astype(np.uint8)
        return entries[first], summed

    joined = segment.cached(("postings", terms), make)
    return joined[0], joined[1]


def _added_up(segment: Segment, terms: Terms) -> tuple[Numbers, Numbers]:
    """The same of many postings, counted by entry instead of sorted."""
    held = segment.held
    row = np.zeros(segment.size, np.uint16)
    for term in terms:
        entries, weights = held.postings(term)
        # No entry comes twice in a term.
        row[entries.astype(np.intp)] += weights
    there = row.astype(bool).nonzero()[0]
    return there.astype(held.entries.dtype), row[there].clip(max=255).astype(np.uint8)


def held_by_any(readable: Visible, slot: QueryTerm, snapshot: Snapshot) -> bool:
    """Whether a readable entry holds what fills the slot."""
    for number, (segment, place) in enumerate(snapshot.parts()):
        if not (terms := slot.terms[number]):
            continue
        if readable.whole[number]:
            return True
        entries, mask = segment_postings(segment, terms)[0], readable.entries[place]
        # Most readers may read most entries.
        if mask[entries[:_FIRST]].any() or mask[entries[_FIRST:]].any():
            return True
    return False
