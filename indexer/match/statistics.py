"""How frequent words are: in the base model's corpus and in documents that every signed-in person may read.

What only some may read is scored with these figures and never feeds them, so nothing that anybody sees changes
when a hidden document comes or goes.
"""

import math
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from indexer.analysis import language_model
from indexer.index.snapshot import Bools, Floats, Segment, Snapshot
from indexer.match.postings import segment_postings
from indexer.match.terms import QueryTerm
from indexer.types import Access

# Less than 1: rare words count for less than by BM25.
_IDF_POWER = 0.8
# Steps of the mean length that scores are reckoned with: a commit rarely moves it, so scores stay kept.
_LENGTH_STEP = 0.02
# Frequencies kept, some 400 bytes each: every pair of a large index would take a gigabyte.
_MOST_KNOWN = 10_000
# (k, b) of syllables and of pairs.
SYLLABLE_NORM, PAIR_NORM = (1.2, 0.60), (0.5, 0.75)


@dataclass(frozen=True)
class Statistics:
    """Figures over the public entries of one generation joined with those of the base model; `public` is a mask over
    entries, `whole` tells for each segment whether all of it is public."""

    snapshot: Snapshot
    public: Bools
    whole: tuple[bool, ...]
    _known: dict[tuple[tuple[str, ...], tuple[bool, ...]], float] = field(default_factory=dict, repr=False)

    @cached_property
    def documents(self) -> int:
        """Entries counted, N of the formulas."""
        return int(np.count_nonzero(self.public)) + language_model.base().documents

    @cached_property
    def mean_length(self) -> float:
        """Mean weighted length of an entry, in steps of 2 %."""
        held = float(self.snapshot.integers["length"][self.public].sum(dtype=np.int64))
        base = language_model.base()
        mean = max((held + base.mean_length * base.documents) / max(self.documents, 1), 1.0)
        return math.exp(round(math.log(mean) / _LENGTH_STEP) * _LENGTH_STEP)

    def frequency(self, slot: QueryTerm) -> int:
        """In how many entries counted one of the slot's terms stands."""
        return min(self.public_count(slot) + language_model.base().frequency(slot), self.documents)

    def public_count(self, slot: QueryTerm) -> int:
        """In how many public entries one of the slot's terms stands."""
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
        """ln(1 + (N − df + ½) / (df + ½)) to the power of .8."""
        key = (slot.words, slot.folded)
        if (known := self._known.get(key)) is None:
            frequency = self.frequency(slot)
            inverse = math.log1p((self.documents - frequency + 0.5) / (frequency + 0.5))
            known = inverse**_IDF_POWER
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[key] = known
        return known

    def norm(self, segment: Segment, single: bool) -> Floats:
        """k · (1 − b + b · length / mean) of each entry of a segment."""
        mean = self.mean_length
        k, b = SYLLABLE_NORM if single else PAIR_NORM

        def make() -> tuple[Floats]:
            lengths = segment.held.integers["length"].astype(np.float64)
            return ((k * (1 - b + b * lengths / mean)).astype(np.float32),)

        return segment.cached(("norm", single, mean), make)[0]


def of(snapshot: Snapshot, access: Access) -> Statistics:
    """The statistics that answer questions of an actor with this access."""
    lists = access.public if access.public is not None else access.lists

    def make() -> Statistics:
        # What is withdrawn from an actor, and the index does not know yet, feeds nothing either.
        entries = snapshot.listed(lists, access.without)
        return Statistics(snapshot, entries, snapshot.whole(entries))

    return snapshot.keep(("statistics", lists, access.without), make)
