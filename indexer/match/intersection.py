"""Entries that hold all of several terms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from indexer.index.snapshot import Bools, Segment, Snapshot
from indexer.match.postings import segment_postings
from indexer.match.terms import QueryTerm, Terms
from indexer.store.ragged import Numbers

# Looking an entry up among the postings of a word costs as much as spreading eight of them over all entries, or as
# clearing 512 of these.
_SOUGHT, _BLANK = 8, 64
# The weights of a word that more than one in this many entries holds are kept by entry.
_OFTEN = 16
Weights = NDArray[np.uint8]
# Words of a slot → its weight in each of some entries.
Known = Mapping[tuple[str, ...], Weights]


def _chosen(snapshot: Snapshot, chosen: Numbers) -> Iterator[tuple[int, Segment, Numbers, slice]]:
    """Each segment that holds some of the entries (ascending): (its number, itself, their numbers there, their places in
    `chosen`)."""
    if len(snapshot.segments) == 1:
        yield 0, snapshot.segments[0], chosen, slice(0, len(chosen))
        return
    for number, (segment, place) in enumerate(snapshot.parts()):
        first, last = chosen.searchsorted((place.start, place.stop)).tolist()
        if first < last:
            yield number, segment, chosen[first:last] - place.start, slice(first, last)


def _weights(segment: Segment, slot: QueryTerm, number: int, own: Numbers) -> Weights:
    """The weight of a slot in each of some entries of a segment (the one with this number), 0 where it is not."""
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
    """The weight of a slot that comes often in every entry of a segment."""

    return segment.cached(("weights", terms), lambda: (_spread(segment, *segment_postings(segment, terms)),))[0]


def _spread(segment: Segment, entries: Numbers, weights: Numbers) -> Weights:
    row = np.zeros(segment.size, np.uint8)
    # As numbers of this kind places are found twice as fast.
    row[entries.astype(np.intp)] = weights
    return row


def weights_of(snapshot: Snapshot, slot: QueryTerm, chosen: Numbers) -> Weights:
    """The weight of a slot in each of some entries (ascending), 0 where it is not."""
    found = np.zeros(len(chosen), np.uint8)
    for number, segment, own, place in _chosen(snapshot, chosen):
        if slot.terms[number]:
            found[place] = _weights(segment, slot, number, own)
    return found


def common(snapshot: Snapshot, slots: Sequence[QueryTerm], scope: Bools) -> tuple[Numbers, Known]:
    """(the entries of the scope that hold all slots, ascending; the weight of each slot in them)."""
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
    """All of these, the first of which is empty; one is what most indexes have, and is not copied."""
    return np.concatenate(arrays) if len(arrays) > 2 else arrays[-1]


def _common(
    segment: Segment, slots: Sequence[QueryTerm], number: int, scope: Bools
) -> tuple[Numbers, list[Weights]]:  # fmt: skip
    """`common` in one segment, in its own numbers; rare words are read first."""
    first, *others = sorted(range(len(slots)), key=lambda place: slots[place].counts[number])
    entries, weights = segment_postings(segment, slots[first].terms[number])
    kept, held = entries.astype(np.intp), {first: weights}
    if not scope.all():
        places = np.flatnonzero(scope[kept])
        kept, held[first] = kept.take(places), weights.take(places)
    for place in others:
        held[place] = _weights(segment, slots[place], number, kept)
        # As truth values, and places first: a mask, or weights, take several times as long.
        places = held[place].astype(bool).nonzero()[0]
        if len(places) < len(kept):
            kept = kept.take(places)
            held = {known: own.take(places) for known, own in held.items()}
    return kept, [held[place] for place in range(len(slots))]
