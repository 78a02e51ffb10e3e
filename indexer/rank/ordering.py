"""Decides the order of the matches, by a sort key for each of them.

A higher ranking level (see `match.matching`) counts before any score. Within a level, the re-ranked best hundred
come first, then the score counts. A greater key is better, and the key is the score that is shown.
"""

import numpy as np
from numpy.typing import NDArray

from indexer.index.snapshot import Bools, Snapshot
from indexer.match import boolean, statuses, top_k
from indexer.match.bound_query import BoundQuery
from indexer.match.matching import ALL_FIRST, ITSELF, NAMED, WHOLE, Matches
from indexer.query.tree import Phrase, Word, joined
from indexer.rank import definitions, reranker, title_match
from indexer.store.ragged import Numbers

Keys = NDArray[np.float64]
RERANKED = 100
# A step counts more than being among the best hundred, and that more than any score. Where documents are named by
# number or name, the question which of them is meant comes before the score.
_STEP, _AMONG_BEST, _BESIDE_NAME = 4.0, 2.0, 0.01
# By how much a provision with all everyday words of the query gains on one with law words instead. It is measured: .5 puts
# the typed words first where all else is equal, and 2 costs right answers.
_OF_TYPED = 1.25
# The share of its score that a provision keeps when it is no longer in force.
_EXPIRED = 0.8


def keys(snapshot: Snapshot, asked: BoundQuery, found: Matches, readable: Bools) -> Keys:
    """Compute the sort key of each match in `found`; a higher key is better. Returns float64 of shape (matches,), in
    the order of `found`. `asked` is the query, and `readable` is a mask of the entries that the actor may read."""
    values, steps = found.scores.astype(np.float64), found.steps
    among = np.zeros(len(values))
    if asked.weighted and len(values):
        chosen = best(snapshot, asked, found)
        reranked = reranker.values(snapshot, asked, found.entries[chosen], found.scores[chosen])
        if reranked is not None:
            values[chosen], among[chosen] = reranked, _AMONG_BEST
            if asked.query.expansions:
                values[chosen] *= _gains_of_typed(snapshot, asked, found.entries[chosen])
        gains = _title_gains(snapshot, asked, found, readable)
        values += gains
        if asked.query.expansions:
            # A title with all words of the query says them itself, also where they are not side by side.
            steps = np.where((gains > 0) & (steps == WHOLE), ITSELF, steps)
    if asked.query.at is None:
        values[_expired(snapshot, asked, found)] *= _EXPIRED
    scored = among + _squashed(values / asked.ceiling)
    scored[steps >= NAMED] *= _BESIDE_NAME
    return steps * _STEP + scored


def _expired(snapshot: Snapshot, asked: BoundQuery, found: Matches) -> Bools:
    """Return a mask over the matches: True where the document is no longer in force on the day of the query."""
    expired: Bools = statuses.over(snapshot, asked.at)[snapshot.document_of[found.entries]]
    return expired


def best(snapshot: Snapshot, asked: BoundQuery, found: Matches) -> Numbers:
    """Choose the matches to be ranked again: a hundred, and for a question such as "thử việc là gì" some that define its words.
    Higher ranking levels are chosen first, and within a level higher scores. There must be at least one match. Returns their
    positions in `found`, ascending."""
    key = found.steps * 2.0 + found.scores / max(float(found.scores.max()), 1e-9)
    chosen = top_k.best(snapshot, found.entries, key, RERANKED)
    places = np.searchsorted(found.entries, chosen)
    return np.union1d(places, definitions.joining(snapshot, asked, found.entries, key))


def _gains_of_typed(snapshot: Snapshot, asked: BoundQuery, entries: Numbers) -> Keys:
    """Compute a factor for the score of each of `entries` (ascending), from 1 to _OF_TYPED. The more everyday words of the query
    it contains as they were typed, the greater it is."""
    runs = dict.fromkeys((one.asked, one.apart) for one in asked.query.expansions)
    said, there = np.zeros(len(entries)), np.zeros(snapshot.size, bool)
    there[entries] = True
    reading = boolean.Evaluation(asked.folded, asked.query.marked, asked.deadline)
    for run, apart in runs:
        wanted = joined(tuple(map(Word, run))) if apart or len(run) == 1 else Phrase(run)
        said += boolean.mask(snapshot, wanted, reading, there)[entries]
    gains: Keys = _OF_TYPED ** (said / len(runs))
    return gains


def _squashed(values: Keys) -> Keys:
    """Map each of `values` to a number between 0 and 1. A greater value gives a greater number."""
    squashed: Keys = 1.0 / (1.0 + np.exp(-np.clip(values, -30.0, 30.0)))
    return squashed


def _title_gains(snapshot: Snapshot, asked: BoundQuery, found: Matches, readable: Bools) -> Keys:
    gains = np.zeros(len(found.entries))
    words = asked.query.free
    if not 0 < len(words) <= ALL_FIRST or asked.query.number is not None:
        return gains
    whole = found.steps >= WHOLE
    if whole.any():
        gains[whole] = title_match.bonus(snapshot, asked, found.entries[whole], found.scores[whole], readable)
    return gains
