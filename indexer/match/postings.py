"""Reads the postings of a query term in a segment."""

from __future__ import annotations

import numpy as np

from indexer.index.snapshot import Segment, Snapshot, Visible
from indexer.match.terms import QueryTerm, Terms
from indexer.store.ragged import Numbers, first_of_each

# For an actor who may not read everything, this many entries are tested before the rest.
_FIRST = 64
# Walking through this many entries costs as much as sorting one.
_BLANK = 64
# The sum of this many one-byte weights fits in two bytes.
_ROOM = 257


def segment_postings(segment: Segment, terms: Terms) -> tuple[Numbers, Numbers]:
    """Merge the postings of several `terms` of `segment`. Returns two parallel arrays (entry numbers
    ascending, weights). The weights of an entry are summed, and the sum is at most 255."""
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
    """Compute the same two arrays as `segment_postings`, (entry numbers ascending, weights), for terms with
    many postings. The weights are summed in an array over all entries of `segment`, so nothing is sorted."""
    held = segment.held
    row = np.zeros(segment.size, np.uint16)
    for term in terms:
        entries, weights = held.postings(term)
        # An entry occurs at most once in the postings of a term.
        row[entries.astype(np.intp)] += weights
    there = row.astype(bool).nonzero()[0]
    return there.astype(held.entries.dtype), row[there].clip(max=255).astype(np.uint8)


def held_by_any(readable: Visible, slot: QueryTerm, snapshot: Snapshot) -> bool:
    """Whether the query term `slot` occurs in an entry that the actor may read (`readable`)."""
    if snapshot.beyond is not None:
        return snapshot.beyond.held(slot.words, slot.folded)
    for number, (segment, place) in enumerate(snapshot.parts()):
        if not (terms := slot.terms[number]):
            continue
        if readable.whole[number]:
            return True
        entries, mask = segment_postings(segment, terms)[0], readable.entries[place]
        # Most actors may read most entries, so the first few mostly decide.
        if mask[entries[:_FIRST]].any() or mask[entries[_FIRST:]].any():
            return True
    return False
