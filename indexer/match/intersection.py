"""Finds the entries that contain all of several query terms, and the weight of a term in an entry.

The weight is how often the term occurs in the entry, at most 255. An occurrence in the heading, the title or the label
counts several times."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from indexer.index.snapshot import Bools, Segment, Snapshot
from indexer.match.postings import segment_postings
from indexer.match.terms import QueryTerm, Terms
from indexer.store.ragged import Numbers

# Looking up one entry among the postings of a term costs as much as writing eight postings into an array over all
# entries, or as clearing 512 items of that array.
_SOUGHT, _BLANK = 8, 64
# The weights of a term that occurs in more than one of this many entries are cached as an array over all entries.
_OFTEN = 16
Weights = NDArray[np.uint8]
# The words of a query term → its weight in each of some entries.
Known = Mapping[tuple[str, ...], Weights]


def _chosen(snapshot: Snapshot, chosen: Numbers) -> Iterator[tuple[int, Segment, Numbers, slice]]:
    """Divide the entries `chosen` (ascending) by segment. Yields (position of the segment, segment, numbers of its
    entries within it, slice of `chosen` with them)."""
    if len(snapshot.segments) == 1:
        yield 0, snapshot.segments[0], chosen, slice(0, len(chosen))
        return
    for number, (segment, place) in enumerate(snapshot.parts()):
        first, last = chosen.searchsorted((place.start, place.stop)).tolist()
        if first < last:
            yield number, segment, chosen[first:last] - place.start, slice(first, last)


def _weights(segment: Segment, slot: QueryTerm, number: int, own: Numbers) -> Weights:
    """Find the weight of the query term `slot` in each of the entries `own` of `segment`: one uint8 per entry, 0 where
    the term does not occur. `number` is the position of the segment in the snapshot."""
    terms = slot.terms[number]
    if slot.counts[number] * _OFTEN > segment.size:
        return _weight_row(segment, terms).take(own)
    entries, weights = segment_postings(segment, terms)
    if len(entries) + segment.size // _BLANK < _SOUGHT * len(own):
        return _spread(segment, entries, weights).take(own)
    at = entries.searchsorted(own.astype(entries.dtype))
    found: Weights = weights.take(at, mode="clip")
    found *= entries.take(at, mode="clip") == own
    return found


def _weight_row(segment: Segment, terms: Terms) -> Weights:
    """The weight of a frequent query term in every entry of `segment`, 0 where it does not occur; uint8 of shape
    (entries,). `terms` are the terms of the segment that match it. The result is cached."""

    return segment.cached(("weights", terms), lambda: (_spread(segment, *segment_postings(segment, terms)),))[0]


def _spread(segment: Segment, entries: Numbers, weights: Numbers) -> Weights:
    row = np.zeros(segment.size, np.uint8)
    # Indexing with this type is twice as fast.
    row[entries.astype(np.intp)] = weights
    return row


def weights_of(snapshot: Snapshot, slot: QueryTerm, chosen: Numbers) -> Weights:
    """Find the weight of the query term `slot` in each of the entries `chosen` (ascending): one uint8 per entry, 0
    where the term does not occur."""
    found = np.zeros(len(chosen), np.uint8)
    for number, segment, own, place in _chosen(snapshot, chosen):
        if slot.terms[number]:
            found[place] = _weights(segment, slot, number, own)
    return found


def common(snapshot: Snapshot, slots: Sequence[QueryTerm], scope: Bools) -> tuple[Numbers, Known]:
    """Find the entries in the mask `scope` that contain all of the query terms `slots`. Returns (entry numbers
    ascending, weights). `weights` maps the words of each term to its weight in each of these entries."""
    entries: list[Numbers] = [np.empty(0, np.intp)]
    weights: list[list[Weights]] = [[np.empty(0, np.uint8)] for _ in slots]
    for number, (segment, place) in enumerate(snapshot.parts()):
        if all([slot.terms[number] for slot in slots]):
            own, held = _common(segment, slots, number, scope[place])
            entries.append(own + place.start)
            for before, more in zip(weights, held, strict=True):
                before.append(more)
    held = [_joined(before) for before in weights]
    return _joined(entries), {slot.words: own for slot, own in zip(slots, held, strict=True)}


def _joined(arrays: Sequence[Numbers]) -> Numbers:
    """Concatenate `arrays`, of which the first is empty."""
    return np.concatenate(arrays) if len(arrays) > 2 else arrays[-1]


def _common(
    segment: Segment, slots: Sequence[QueryTerm], number: int, scope: Bools
) -> tuple[Numbers, list[Weights]]:  # fmt: skip
    """Find the entries of `segment` in the mask `scope` that contain all of the query terms `slots`. Returns (entry
    numbers ascending, one array of weights per term). `number` is the position of the segment in the snapshot."""
    first, *others = sorted(range(len(slots)), key=lambda place: slots[place].counts[number])
    entries, weights = segment_postings(segment, slots[first].terms[number])
    kept, held = entries.astype(np.intp), {first: weights}
    if not scope.all():
        places = np.flatnonzero(scope[kept])
        kept, held[first] = kept.take(places), weights.take(places)
    for place in others:
        held[place] = _weights(segment, slots[place], number, kept)
        # Converted to truth values and then to places: selecting by a mask or by weights takes several times as long.
        places = held[place].astype(bool).nonzero()[0]
        if len(places) < len(kept):
            kept = kept.take(places)
            held = {known: own.take(places) for known, own in held.items()}
    return kept, [held[place] for place in range(len(slots))]
