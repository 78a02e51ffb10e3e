"""Counts how frequent terms are, in the corpus of the base model and in documents that every signed-in person may
read.

Documents that only some may read are scored with these frequencies but never counted in them. So no score changes
when a hidden document is added or removed.
"""

import math
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from indexer.analysis import language_model
from indexer.index.snapshot import Bools, Snapshot
from indexer.match.postings import segment_postings
from indexer.match.terms import QueryTerm
from indexer.types import Access

# Below 1: rare words count for less than in plain BM25.
IDF_POWER = 0.8
# The mean length is rounded to such steps (of its logarithm). A commit rarely changes it then, so cached scores stay
# valid.
_LENGTH_STEP = 0.02
# The number of cached frequencies, some 400 bytes each. All pairs of a large index would take a gigabyte.
_MOST_KNOWN = 10_000


@dataclass(frozen=True)
class Statistics:
    """Counts how many entries contain a term, among the public entries of `snapshot` and the provisions of the base
    model. Public entries are the entries that every signed-in person may read. `public` is a mask of them. `whole`
    says for each segment whether all of its entries are public."""

    snapshot: Snapshot
    public: Bools
    whole: tuple[bool, ...]
    _known: dict[tuple[tuple[str, ...], tuple[bool, ...]], float] = field(default_factory=dict, repr=False)

    @cached_property
    def documents(self) -> int:
        """How many entries are counted: the public entries and the provisions of the base model."""
        beyond = self.snapshot.beyond
        return (beyond.entries if beyond else int(np.count_nonzero(self.public))) + language_model.base().documents

    @cached_property
    def mean_length(self) -> float:
        """Compute the mean length of a counted entry in weighted words. It is rounded to steps of 2 %, so that cached
        norms stay valid longer."""
        beyond = self.snapshot.beyond
        held = float(beyond.length if beyond else self.snapshot.integers["length"][self.public].sum(dtype=np.int64))
        base = language_model.base()
        mean = max((held + base.mean_length * base.documents) / max(self.documents, 1), 1.0)
        return math.exp(round(math.log(mean) / _LENGTH_STEP) * _LENGTH_STEP)

    def frequency(self, slot: QueryTerm) -> int:
        """The number of counted entries that contain the query term `slot`, at most `documents`."""
        return min(self.public_count(slot) + language_model.base().frequency(slot), self.documents)

    def public_count(self, slot: QueryTerm) -> int:
        """How many public entries (which every signed-in person may read) have the query term
        `slot`."""
        if self.snapshot.beyond is not None:
            return self.snapshot.beyond.count(slot.words, slot.folded)
        total = 0
        for number, (segment, place) in enumerate(self.snapshot.parts()):
            terms = slot.terms[number]
            if len(terms) == 1 and self.whole[number]:
                total += segment.held.count(terms[0])
            elif terms:
                entries, _ = segment_postings(segment, terms)
                total += len(entries) if self.whole[number] else int(np.count_nonzero(self.public[place][entries]))
        return total

    def idf(self, slot: QueryTerm) -> float:
        """Compute the inverse document frequency of the query term `slot`, which is greater for rarer terms. It is
        ln(1 + (N − df + ½) / (df + ½)) to the power of .8. N is `documents`, and df is `frequency(slot)`. Results are
        cached."""
        key = (slot.words, slot.folded)
        if (known := self._known.get(key)) is None:
            frequency = self.frequency(slot)
            inverse = math.log1p((self.documents - frequency + 0.5) / (frequency + 0.5))
            known = inverse**IDF_POWER
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[key] = known
        return known


def of(snapshot: Snapshot, access: Access) -> Statistics:
    """Make the statistics for the queries of an actor with the rights `access`. The result is cached."""
    lists = access.public if access.public is not None else access.lists

    def make() -> Statistics:
        # Documents withdrawn from the actor are not counted either, even where the index still lists them.
        entries = snapshot.listed(lists, access.without, access.only)
        return Statistics(snapshot, entries, snapshot.whole(entries))

    return snapshot.keep(("statistics", lists, access.without, access.only), make)
