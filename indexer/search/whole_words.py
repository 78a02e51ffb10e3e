"""Counts the documents that have all words of a query. A long question is answered by documents that have some of its words,
so the number of results alone would say nothing."""

from collections.abc import Sequence
from operator import itemgetter

import numpy as np

from indexer.index.snapshot import Bools, Snapshot
from indexer.match import intersection
from indexer.match.bound_query import BoundQuery
from indexer.match.matching import NAMED, WHOLE, Matches
from indexer.match.terms import QueryTerm
from indexer.store.ragged import Numbers

# Where so many times as many entries have the word, each entry is looked at, instead of all that have the word.
_FEWER = 2
# For each word its alternatives, as in `BoundQuery.free`.
Words = Sequence[Sequence[Sequence[QueryTerm]]]


def documents(snapshot: Snapshot, asked: BoundQuery, found: Matches, passing: Bools, readable: Bools) -> int:
    """Count the documents of the mask `passing` that have each word of the query `asked` somewhere, not necessarily in one
    provision. Words that no text has are left out, since they are reported. `found` are the matches, and `readable` is a mask
    of the entries that the actor may read.

    A document that the query names needs only the words beside its number: a number may be spelled in any way. A name leaves no
    words beside it."""
    query = asked.query
    sure, named = np.zeros(len(passing), bool), np.zeros(len(passing), bool)
    named[snapshot.document_of[found.entries[found.steps >= NAMED]]] = True
    sure[snapshot.document_of[found.entries[(found.steps >= WHOLE) & (found.steps < NAMED)]]] = True
    demanded = {word: ways for word, ways in zip(query.free, asked.free, strict=True) if word not in asked.missing}
    left = passing & ~sure
    sure |= _having(snapshot, list(demanded.values()), left, readable)
    if query.number is None:
        sure |= named
    elif (left := left & named & ~sure).any():
        beside = [ways for word, ways in demanded.items() if word in query.words_beside]
        sure |= _having(snapshot, beside, left, readable)
    return int(np.count_nonzero(passing & sure))


def _having(snapshot: Snapshot, demanded: Words, left: Bools, readable: Bools) -> Bools:
    """Return a mask of the documents of the mask `left` that have all words `demanded`."""
    scope = readable & left[snapshot.document_of]
    own = np.flatnonzero(scope)
    owner = snapshot.document_of[own].astype(np.intp)
    # The rarest word goes first. Mostly no document is left after a few words, or few entries, which are looked at alone.
    for count, ways in sorted(((_count(snapshot, ways), ways) for ways in demanded), key=itemgetter(0)):
        if not left.any():
            break
        having = np.zeros(len(left), bool)
        for way in ways:
            if len(own) * _FEWER < count:
                having[owner[_all_in(snapshot, way, own)]] = True
            else:
                having[snapshot.document_of[intersection.common(snapshot, way, scope)[0]]] = True
        left = left & having
        kept = left[owner]
        scope[own[~kept]] = False
        own, owner = own[kept], owner[kept]
    return left


def _count(snapshot: Snapshot, ways: Sequence[Sequence[QueryTerm]]) -> int:
    return sum(way[0].counts[part] for way in ways for part in range(len(snapshot.segments)))


def _all_in(snapshot: Snapshot, way: Sequence[QueryTerm], entries: Numbers) -> Bools:
    """Return a mask of the `entries` (ascending) that contain all terms of `way`."""
    held: Bools = np.logical_and.reduce([intersection.weights_of(snapshot, slot, entries) > 0 for slot in way])
    return held
