"""The postings of a term as Whoosh walks through them: one block of entries, weights and, for words, positions
read from the words in order.
"""

# Whoosh's functions carry no types.
# mypy: allow-untyped-calls

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.matching.mcore import LeafMatcher, NullMatcher, ReadTooFar

from indexer.index.segment import RUNS, SegmentData
from indexer.whoosh.schema import RUN_BITS

Term = tuple[str, bytes]


@dataclass(frozen=True)
class Places:
    """Where a word stands in an entry."""

    held: SegmentData
    word: int

    def encoded(self, entry: int) -> bytes:
        """As `schema.Positions` reads them."""
        places = [
            np.flatnonzero(self.held.run(entry, run) == self.word) + (run << RUN_BITS) for run in range(RUNS)
        ]
        return np.concatenate(places).astype("<u4").tobytes()


@dataclass(frozen=True)
class HeldPostings:
    """The postings a matcher walks through."""

    term: Term
    entries: list[int]
    weights: list[float]
    lengths: NDArray[np.int64]
    positions: Places | None

    @cached_property
    def bounds(self) -> tuple[int, int, float]:
        """(shortest, longest, heaviest)."""
        return int(self.lengths.min()), int(self.lengths.max()), max(self.weights)


class Matcher(LeafMatcher):
    """The postings of a term as one block."""

    def __init__(self, held: HeldPostings, format_: Any, scorer: Any, place: int = 0) -> None:
        self._held, self.format, self.scorer, self._place = held, format_, scorer, place
        self._term = held.term

    def is_active(self) -> bool:
        """Whether there is an entry here."""
        return self._place < len(self._held.entries)

    def reset(self) -> None:
        """Go to the first entry."""
        self._place = 0

    def copy(self) -> "Matcher":
        """Another matcher at the same place."""
        return Matcher(self._held, self.format, self.scorer, self._place)

    def replace(self, minquality: float = 0) -> Any:
        """Nothing, where no entry ahead can reach `minquality`."""
        if not self.is_active() or (minquality and self.max_quality() < minquality):
            return NullMatcher()
        return self

    def id(self) -> int:
        """The entry here."""
        return self._held.entries[self._place]

    def all_ids(self) -> Iterator[int]:
        """All entries."""
        return iter(self._held.entries)

    def weight(self) -> float:
        """The weight here."""
        return self._held.weights[self._place]

    def value(self) -> bytes:
        """The encoded positions here; empty for fields without."""
        return self._held.positions.encoded(self.id()) if self._held.positions else b""

    def next(self) -> None:
        """Go to the next entry."""
        self._place += 1

    def skip_to(self, target: int) -> None:
        """Go to the first entry that is not before `target`; ReadTooFar behind the last."""
        if not self.is_active():
            raise ReadTooFar
        self._place = bisect_left(self._held.entries, target, self._place)

    def skip_to_quality(self, minquality: float) -> int:
        """Leave the block when nothing in it can be better."""
        if self.is_active() and self.block_quality() <= minquality:
            self._place = len(self._held.entries)
            return 1
        return 0

    def block_min_id(self) -> int:
        """The first entry."""
        return self._held.entries[0]

    def block_max_id(self) -> int:
        """The last entry."""
        return self._held.entries[-1]

    def block_min_length(self) -> int:
        """The shortest field."""
        return self._held.bounds[0]

    def block_max_length(self) -> int:
        """The longest field."""
        return self._held.bounds[1]

    def block_max_weight(self) -> float:
        """The heaviest posting."""
        return self._held.bounds[2]
