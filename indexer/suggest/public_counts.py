"""Counts words in public entries, which every signed-in person may read, so that a correction reveals no hidden document."""

import time
from dataclasses import dataclass

import numpy as np

from indexer.index.snapshot import Snapshot
from indexer.match.bound_query import BoundQuery
from indexer.match.terms import QueryTerms
from legaltext.text import fold, forms

# Above this many spellings, those that no public entry contains are left out together.
_MANY_SPELLINGS = 64


@dataclass(frozen=True)
class PublicCounts:
    """Counts words in public entries, which every signed-in person may read. `asked` is the query, and `slots` looks up
    words in `snapshot`. Counting stops at `deadline`, a time of `time.monotonic`."""

    asked: BoundQuery
    snapshot: Snapshot
    slots: QueryTerms
    deadline: float

    def count(self, *words: str) -> int:
        """Count the public entries that contain `words`: one word, or two words side by side. Returns 0 after the
        deadline."""
        free = tuple(not self.asked.query.marked or self.asked.folded.get(word, False) for word in words)
        if time.monotonic() > self.deadline or not all(map(self._is_known, words, free)):
            return 0
        spelled = tuple(
            forms(word)[1] if any_marks else word for word, any_marks in zip(words, free, strict=True)
        )
        return self.asked.statistics.public_count(self.slots.of(spelled, free))

    def spelled(self, folded: str) -> set[str]:
        """Find the words of the index whose spelling without diacritics is `folded`. Where a segment has very many,
        words without a public entry are left out."""
        found: set[str] = set()
        for number, (segment, place) in enumerate(self.snapshot.parts()):
            held, terms = segment.held, segment.held.spelled(folded).astype(np.int64)
            if len(terms) > _MANY_SPELLINGS and not self.asked.statistics.whole[number]:
                public = self.asked.statistics.public[place][held.gathered(terms)[0]]
                lengths = held.counts(terms)
                terms = terms[np.logical_or.reduceat(public, np.cumsum(lengths) - lengths)]
            found.update(held.words[term] for term in terms.tolist())
        return found

    def _is_known(self, word: str, free: bool) -> bool:
        parts = (segment.held for segment in self.snapshot.segments)
        return any(fold(word) in held.fold_numbers if free else word in held.numbers for held in parts)
