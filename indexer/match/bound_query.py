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
from indexer.match import bm25, boolean, known_items
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

    `weighted` are its syllables and pairs with their weights, and `slots` looks up further terms. `folded` says for each
    word whether any spelling of it matches. `missing` are the words that occur nowhere in what the actor may read.

    `others` are other names of word sequences of the query, such as the full name of an abbreviation. Their words count in
    ranking too. If a word of a sequence is missing, its names are left out. Otherwise the query "XKLĐ" would find every text
    with "lao động", which is only a part of the full name.

    Whether a document is in force is judged on the day `at`, and `deadline` is a time of `time.monotonic`. `standing` says
    how well each document fits the number or name in the query (see `known_items.documents`); None where no document fits."""

    query: Query
    statistics: Statistics
    weighted: tuple[WeightedTerm, ...]
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
        """For each word of `query.free`, which are the words outside of conditions, the alternatives in which it may occur:
        the word itself, and other names that contain it. An alternative is a tuple of query terms that must all occur."""
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
    slots = kept_slots(snapshot)
    folded, missing = resolve(slots, readable, query, statistics.frequency)
    for word in {word for one in query.alternatives for word in one.other} - folded.keys():
        folded[word] = False
    missing = tuple(word for word in missing if not _under_another_name(snapshot, readable, slots, query, word, folded))
    if query.number is not None:
        # A number may be spelled in any way, so its words need not occur in a text, nor those of a named provision.
        wanted = query.words_beside
        missing = tuple(word for word in missing if word in wanted)
    others = tuple(one.other for one in query.alternatives if set(missing).isdisjoint(one.asked))
    slots_asked = terms_of(slots, query.runs, others, folded, query.boosts)
    weighted = bm25.weigh(snapshot, readable, statistics, slots_asked)
    standing = known_items.documents(snapshot, access, query, at)
    return BoundQuery(query, statistics, weighted, others, slots, folded, missing, access, at, deadline, standing)


def _ways(
    slots: QueryTerms, query: Query, word: str, folded: dict[str, bool]
) -> tuple[tuple[QueryTerm, ...], ...]:  # fmt: skip
    """Find the alternatives in which `word`, a word of `query`, may occur: the word itself, and other names ("UBND") of the
    word sequence that it belongs to. Each alternative is a tuple of query terms, looked up in `slots`. `folded` says for
    each word whether any spelling of it matches."""
    ways: list[tuple[QueryTerm, ...]] = [(slots.of((word,), (folded[word],)),)]
    for one in query.alternatives:
        if word in one.asked:
            pairs: list[tuple[str, ...]] = [*pairwise(one.other)] or [one.other]
            ways.append(tuple(slots.of(pair, tuple(folded[w] for w in pair)) for pair in pairs))
    return tuple(ways)


def _under_another_name(
    snapshot: Snapshot, readable: Visible, slots: QueryTerms, query: Query, word: str, folded: dict[str, bool]
) -> bool:
    """Whether the word sequence of `query` that `word` belongs to occurs under another name in what the actor may read
    (`readable`). For example, "CBCCVC" occurs in no text, but its full name does. `slots` looks up terms, and `folded` says
    for each word whether any spelling of it matches."""
    reading = boolean.Evaluation(folded, query.marked, math.inf)

    def stands(way: Sequence[QueryTerm]) -> bool:
        if len(way) == 1:
            return held_by_any(readable, way[0], snapshot)
        parts = snapshot.parts() if all(held_by_any(readable, slot, snapshot) for slot in way) else ()
        return any(readable.entries[at][_holding_name(own, name_of(way), reading)].any() for own, at in parts)

    return any(map(stands, _ways(slots, query, word, folded)[1:]))


def _holding_name(segment: Segment, name: tuple[str, ...], reading: boolean.Evaluation) -> Numbers:
    """Find the entries of `segment` that contain `name`, a name of three or more words, side by side. Returns their numbers
    in the segment, ascending. `reading` says which words match in any spelling."""
    entries = runs_of_name(segment, name, reading) // RUNS
    return entries[first_of_each(entries)]


def runs_of_name(segment: Segment, name: tuple[str, ...], reading: boolean.Evaluation) -> Numbers:
    """Find the runs (fields) of `segment` that contain `name`, a name of three or more words, and return their numbers,
    ascending. `reading` says which words match in any spelling.

    The result is cached, so it covers the whole segment and has no time limit. The same names are searched again and again,
    and "ủy ban nhân dân" takes some 30 ms in 49,094 articles."""

    def make() -> tuple[Numbers]:
        everywhere = np.ones(segment.size, bool)
        unhurried = replace(reading, deadline=math.inf)
        return (boolean.runs_with_phrase(segment, name, unhurried, everywhere),)

    return segment.cached(("name", name, tuple(map(reading.free, name))), make)[0]


def name_of(way: Sequence[QueryTerm]) -> tuple[str, ...]:
    """Return the words of the alternative `way` as one sequence. `way` is either one query term, or several: the pairs of
    neighbouring words of a name, in order. The pairs "a b" and "b c" give the words a, b, c."""
    first, *others = way
    return (*first.words, *(slot.words[-1] for slot in others))
