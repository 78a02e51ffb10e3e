"""A query bound to one generation of the index and to the rights of one actor."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import pairwise

import numpy as np

from indexer.index.segment import RUNS
from indexer.index.snapshot import Floats, Segment, Snapshot, Visible
from indexer.match import bm25, boolean, everyday, known_items
from indexer.match.bm25 import WeightedTerm
from indexer.match.postings import held_by_any
from indexer.match.spellings import resolve
from indexer.match.statistics import Statistics, of
from indexer.match.terms import QueryTerm, QueryTerms, kept_slots, terms_of
from indexer.query.query import Query
from indexer.store.ragged import Numbers, first_of_each
from indexer.types import Access


@dataclass(frozen=True)
class BoundQuery:
    """A query bound to one generation of the index and to one actor.

    `weighted` are its syllables and pairs with their weights. `law` are the terms among them that come from law words for its
    everyday words. `slots` looks up further terms. `folded` maps each word to True
    where its diacritics are ignored. `missing` are the words that occur nowhere in what the actor may read.

    `others` are other names of words in the query, such as the full name of an abbreviation. Their words count in ranking
    too.

    `at` is the day on which validity is judged. `deadline` is a time of `time.monotonic`. `standing` says how well each
    document fits the number or name in the query, None where no document fits."""

    query: Query
    statistics: Statistics
    weighted: tuple[WeightedTerm, ...]
    law: tuple[WeightedTerm, ...]
    others: tuple[tuple[str, ...], ...]
    slots: QueryTerms
    folded: dict[str, bool]
    missing: tuple[str, ...]
    access: Access
    at: date
    deadline: float
    standing: Floats | None = None

    @cached_property
    def free(self) -> tuple[tuple[tuple[QueryTerm, ...], ...], ...]:
        """For each word outside of conditions, its alternatives. For "UBND" these are "UBND" itself and its full name "ủy
        ban nhân dân". An alternative is a tuple of query terms that must all occur."""
        return tuple(_ways(self.slots, self.query, word, self.folded) for word in self.query.free)

    @property
    def ceiling(self) -> float:
        """An upper bound of the score of any entry; 1.0 where no term has a weight."""
        return sum(one.most for one in self.weighted) or 1.0


def understand(
    snapshot: Snapshot, access: Access, query: Query, at: date, deadline: float
) -> BoundQuery:  # fmt: skip
    """Look up the terms of `query` in `snapshot` and weigh them for an actor with the rights `access`. Returns the query
    bound to both. `at` is the day on which validity is judged, and `deadline` is a time of `time.monotonic`."""
    readable, statistics = snapshot.readable(access), of(snapshot, access)
    slots, held = kept_slots(snapshot), frozenset(query.words)
    folded, missing = resolve(slots, readable, query, statistics.frequency)
    for name in (*(one.other for one in query.alternatives), *(one.law for one in query.expansions)):
        for word in name:
            folded.setdefault(word, False)
    missing = tuple(word for word in missing if word in held and not _under_another_name(snapshot, readable, slots, query, word, folded))
    if query.number is not None:
        # A number may be spelled in any way, so its words need not occur in a text, nor those of a named provision.
        wanted = query.words_beside
        missing = tuple(word for word in missing if word in wanted)
    others = tuple(one.other for one in query.alternatives if set(missing).isdisjoint(one.asked))
    slots_asked = terms_of(slots, query.as_spoken, others, folded, query.ranking_boosts)
    weighted = bm25.weigh(snapshot, readable, statistics, slots_asked)
    law = everyday.beside(weighted, everyday.weighted(snapshot, readable, statistics, query.expansions, folded))
    standing = known_items.documents(snapshot, access, query, at)
    return BoundQuery(
        query, statistics, weighted + law, law, others, slots, folded, missing, access, at, deadline, standing
    )


def _ways(
    slots: QueryTerms, query: Query, word: str, folded: dict[str, bool]
) -> tuple[tuple[QueryTerm, ...], ...]:  # fmt: skip
    """Find the alternatives of `word`: the word itself, other names, such as "UBND" for "ủy ban nhân dân", and law words. Each
    alternative is a tuple of query terms. `folded` maps words to True where diacritics are ignored."""
    ways: list[tuple[QueryTerm, ...]] = [(slots.of((word,), (folded[word],)),)]
    known = ((one.asked, one.other) for one in query.alternatives)
    for asked, name in (*known, *((one.asked, one.law) for one in query.expansions)):
        if word in asked:
            pairs: list[tuple[str, ...]] = [*pairwise(name)] or [name]
            ways.append(tuple(slots.of(pair, tuple(folded[w] for w in pair)) for pair in pairs))
    return tuple(ways)


def _under_another_name(
    snapshot: Snapshot, readable: Visible, slots: QueryTerms, query: Query, word: str, folded: dict[str, bool]
) -> bool:
    """Whether a text that the actor may read contains `word` under another name. For "CBCCVC" this is True, because texts
    contain its full name."""
    reading = boolean.Evaluation(folded, query.marked, math.inf)

    def stands(way: Sequence[QueryTerm]) -> bool:
        if len(way) == 1:
            return held_by_any(readable, way[0], snapshot)
        parts = snapshot.parts() if all(held_by_any(readable, slot, snapshot) for slot in way) else ()
        return any(readable.entries[at][_holding_name(own, name_of(way), reading)].any() for own, at in parts)

    return any(map(stands, _ways(slots, query, word, folded)[1:]))


def _holding_name(segment: Segment, name: tuple[str, ...], reading: boolean.Evaluation) -> Numbers:
    """Find the entries of `segment` that contain `name`, three or more words side by side. Returns the numbers of the
    entries, ascending."""
    entries = runs_of_name(segment, name, reading) // RUNS
    return entries[first_of_each(entries)]


def runs_of_name(segment: Segment, name: tuple[str, ...], reading: boolean.Evaluation) -> Numbers:
    """Find the runs (fields) of `segment` that contain `name`, a name of three or more words. Returns the numbers of the
    runs, ascending. `reading` says which words match without regard to diacritics. Its deadline is not observed. The result
    is cached."""

    def make() -> tuple[Numbers]:
        everywhere = np.ones(segment.size, bool)
        unhurried = replace(reading, deadline=math.inf)
        return (boolean.runs_with_phrase(segment, name, unhurried, everywhere),)

    return segment.cached(("name", name, tuple(map(reading.free, name))), make)[0]


def name_of(way: Sequence[QueryTerm]) -> tuple[str, ...]:
    """Return the words of the alternative `way` as one sequence. `way` is one query term, or the pairs of a name. The
    pairs "a b" and "b c" give the words a, b, c."""
    first, *others = way
    return (*first.words, *(slot.words[-1] for slot in others))
