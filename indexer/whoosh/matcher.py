"""Whoosh matchers over the postings of a term: the entries that contain it, with their weights.

This module decides that all postings of a term form one block. The positions of a word are found by reading the words
of the entry in order."""

# Whoosh's functions have no type annotations.
# mypy: allow-untyped-calls

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, SupportsIndex

import numpy as np
from whoosh.matching.mcore import LeafMatcher, NullMatcher, ReadTooFar
from whoosh.query.spans import Span

from indexer.index.segment import RUNS, SegmentData
from indexer.store.ragged import Numbers
from indexer.whoosh.budget import Budget
from indexer.whoosh.schema import RUN_BITS, field_lengths

Term = tuple[str, bytes]


@dataclass(frozen=True)
class HeldPostings:
    """The postings of `term`, a pair (field, bytes), in the segment `held`. `entries` (entry numbers, ascending) and
    `weights` are parallel arrays. `word` is the number of the term among the words of the segment. It is None for a
    term that is not a single word; such a term has no positions."""

    term: Term
    entries: Numbers
    weights: Numbers
    held: SegmentData
    word: int | None = None

    @cached_property
    def ids(self) -> memoryview:
        """The entry numbers as a memory view, from which single numbers are read faster than from an array."""
        return self.entries.data

    @cached_property
    def bounds(self) -> tuple[int, int, float]:
        """Return (the shortest length, the longest length, the greatest weight) among the postings. The length
        is that of the term's field in the entry."""
        lengths = field_lengths(self.held, self.term[0])[self.entries]
        return int(lengths.min()), int(lengths.max()), float(self.weights.max())

    def positions(self, entry: int) -> bytes:
        """Find the positions of the word in `entry`, in the encoding of `schema.Positions`. Returns b"" for a term that
        is not a single word."""
        if self.word is None:
            return b""
        places = [np.flatnonzero(self.held.run(entry, run) == self.word) + (run << RUN_BITS) for run in range(RUNS)]
        return np.concatenate(places).astype("<u4").tobytes()


class Matcher(LeafMatcher):
    """A Whoosh matcher over the postings of one term, which it treats as one block."""

    def __init__(self, held: HeldPostings, format_: Any, scorer: Any, place: int = 0) -> None:
        self._held, self.format, self.scorer, self._place = held, format_, scorer, place
        self._term = held.term

    def is_active(self) -> bool:
        """Whether the matcher points to an entry. It does not after the last posting."""
        return self._place < len(self._held.ids)

    def reset(self) -> None:
        """Move the matcher to the first entry."""
        self._place = 0

    def copy(self) -> "Matcher":
        """Make a second matcher that points to the same entry."""
        return Matcher(self._held, self.format, self.scorer, self._place)

    def replace(self, minquality: float = 0) -> Any:
        """Return a matcher without entries where no further entry can score at least `minquality`. Otherwise return
        this matcher."""
        if not self.is_active() or (minquality and self.max_quality() < minquality):
            return NullMatcher()
        return self

    def id(self) -> int:
        """The number of the entry that the matcher points to."""
        return self._held.ids[self._place]

    def all_ids(self) -> Iterator[int]:
        """Iterate over all entry numbers of the postings, ascending."""
        return iter(self._held.ids)

    def weight(self) -> float:
        """The weight of the posting that the matcher points to."""
        return float(self._held.weights[self._place])

    def value(self) -> bytes:
        """The encoded positions in the entry that the matcher points to; empty for a term without positions."""
        return self._held.positions(self.id())

    def next(self) -> None:
        """Move the matcher to the next entry."""
        self._place += 1

    def skip_to(self, target: int) -> None:
        """Move the matcher to the first entry whose number is at least `target`. Raises ReadTooFar if the matcher is
        after the last entry already."""
        if not self.is_active():
            raise ReadTooFar
        self._place = bisect_left(self._held.ids, target, self._place)

    def skip_to_quality(self, minquality: float) -> int:
        """Move the matcher after the last posting if no posting of the term can score more than `minquality`. Returns
        how many blocks were skipped: 1 if it was moved, otherwise 0."""
        if self.is_active() and self.block_quality() <= minquality:
            self._place = len(self._held.ids)
            return 1
        return 0

    def block_min_id(self) -> int:
        """The smallest entry number among all postings of the term."""
        return self._held.ids[0]

    def block_max_id(self) -> int:
        """The largest entry number among all postings of the term."""
        return self._held.ids[-1]

    def block_min_length(self) -> int:
        """The shortest length of the term's field among all entries that have the term."""
        return self._held.bounds[0]

    def block_max_length(self) -> int:
        """The longest length of the term's field among all entries that have the term."""
        return self._held.bounds[1]

    def block_max_weight(self) -> float:
        """The greatest weight among all postings of the term."""
        return self._held.bounds[2]


class CountedMatcher(Matcher):
    """A matcher that counts its steps, and the positions it reads, against a budget. Its methods raise OverBudget when
    the budget is used up."""

    def __init__(self, held: HeldPostings, format_: Any, scorer: Any, budget: Budget, place: int = 0) -> None:
        super().__init__(held, format_, scorer, place)
        self._budget = budget

    def copy(self) -> "CountedMatcher":
        """Make a second matcher that points to the same entry, under the same budget."""
        return CountedMatcher(self._held, self.format, self.scorer, self._budget, self._place)

    def all_ids(self) -> Iterator[int]:
        """Yield all entry numbers of the postings, and count each against the budget."""
        for entry in super().all_ids():
            self._budget.step()
            yield entry

    def next(self) -> None:
        """Count one step, and move the matcher to the next entry."""
        self._budget.step()
        super().next()

    def skip_to(self, target: int) -> None:
        """Count one step, and move the matcher to the first entry whose number is at least `target`. Raises ReadTooFar if
        the matcher is after the last entry already."""
        self._budget.step()
        super().skip_to(target)

    def spans(self) -> list[Span]:
        """The positions of the term in the entry that the matcher points to. Each item read from the list counts
        against the budget, because Whoosh may compare millions of pairs of positions."""
        return _CountedSpans(super().spans(), self._budget)


class _CountedSpans(list[Span]):
    """A list of positions that counts each item read against a budget."""

    def __init__(self, spans: Iterable[Span], budget: Budget) -> None:
        super().__init__(spans)
        self._budget = budget

    def __iter__(self) -> Iterator[Span]:
        for span in super().__iter__():
            self._budget.step()
            yield span

    def __getitem__(self, place: SupportsIndex | slice) -> Any:
        self._budget.step()
        return super().__getitem__(place)
