"""Counts the documents that have all words of a query. A long question is answered by documents that have some of its words,
so the number of results alone would say nothing."""

import numpy as np

from indexer.index.snapshot import Bools, Snapshot
from indexer.match import intersection
from indexer.match.bound_query import BoundQuery
from indexer.match.matching import WHOLE, Matches


def documents(snapshot: Snapshot, asked: BoundQuery, found: Matches, passing: Bools, readable: Bools) -> int:
    """Count the documents of the mask `passing` that have each word of the query `asked` somewhere, not necessarily in one
    provision. Words that no text has are left out, since they are reported. `found` are the matches, and `readable` is a mask
    of the entries that the actor may read."""
    sure = np.zeros(len(passing), bool)
    sure[snapshot.document_of[found.entries[found.steps >= WHOLE]]] = True
    words = zip(asked.query.free, asked.free, strict=True)
    demanded = [ways for word, ways in words if word not in asked.missing]
    left = passing & ~sure
    # The rarest word goes first. Mostly no document is left after a few words.
    for ways in sorted(demanded, key=lambda ways: sum(way[0].counts[part] for way in ways for part in range(len(snapshot.segments)))):
        if not left.any():
            break
        scope, having = readable & left[snapshot.document_of], np.zeros(len(passing), bool)
        for way in ways:
            having[snapshot.document_of[intersection.common(snapshot, way, scope)[0]]] = True
        left &= having
    return int(np.count_nonzero(passing & (sure | left)))
