"""Conditions of ours among Whoosh's queries, which look at the columns of a segment instead of its terms.

Decides nothing about what answers: validity is judged by `match.statuses`, a document number by `query.number`, a label by
`match.known_items`.
"""

# Whoosh's functions have no type annotations.
# mypy: allow-untyped-calls

from collections.abc import Hashable
from datetime import date
from typing import Any

import numpy as np
from whoosh.matching.mcore import ListMatcher
from whoosh.query.qcore import Query

from indexer.index.segment import SegmentData
from indexer.index.snapshot import Bools
from indexer.match import known_items, statuses
from indexer.query.number import number_matches
from indexer.types import NumberQuery
from legaltext.locators import Locator
from legaltext.numbers import figures, parts_of
from legaltext.text import fold


class SegmentQuery(Query):
    """A condition on single entries of a segment: `value` compares it, `told` is how it is printed."""

    fieldname = None
    boost = 1.0

    def __init__(self, value: Hashable, told: str) -> None:
        self.value, self.told = value, told

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SegmentQuery) and type(self) is type(other) and self.value == other.value

    def __hash__(self) -> int:
        return hash((type(self), self.value))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.value!r})"

    def __str__(self) -> str:
        return self.told

    def estimate_size(self, ixreader: Any) -> int:
        """At most all entries."""
        return int(ixreader.doc_count())

    def holds(self, held: SegmentData) -> Bools:
        """Which entries of a segment meet it."""
        raise NotImplementedError

    def matcher(self, searcher: Any, context: Any = None) -> ListMatcher:
        """The entries that meet it as Whoosh walks through them; the searcher is one of a single segment."""
        segment = searcher.reader().segment()
        found = self.holds(segment.codec().held(segment)) & segment.living
        return ListMatcher(np.flatnonzero(found).tolist(), all_weights=1.0)


class KnownEntries(SegmentQuery):
    """Entries that are known already, as a mask over one segment."""

    def __init__(self, mask: Bools) -> None:
        super().__init__(id(mask), f"{np.count_nonzero(mask)}")
        self._mask = mask

    def holds(self, held: SegmentData) -> Bools:
        """These entries; `held` is the segment that they are of."""
        return self._mask


class ValidOn(SegmentQuery):
    """The entries of documents that have a status on a day."""

    def __init__(self, code: str, at: date) -> None:
        super().__init__((code, at), f"{code} {at:%d/%m/%Y}")
        self.code, self.at = code, at

    def holds(self, held: SegmentData) -> Bools:
        """The entries whose days say so."""
        found: Bools = statuses.between(held.integers["effective_from"], held.integers["effective_to"], self.at) == (
            statuses.CODES.index(self.code)
        )
        return found


class DocumentNumber(SegmentQuery):
    """The entries of documents that bear a number, however much of it was typed."""

    def __init__(self, number: NumberQuery) -> None:
        super().__init__(number, number.said)
        self.number = number

    def holds(self, held: SegmentData) -> Bools:
        """The entries whose number fits, with their year and type."""
        found = np.zeros(held.size, bool)
        numbers, types = held.names["number"], held.names["type"]
        read = [parts_of(value) for value in numbers.values]
        likely = np.array([parts is not None and figures(parts.no) == figures(self.number.no) for parts in read] + [False])
        for entry in np.flatnonzero(likely[numbers.codes]).tolist():
            parts, day = read[int(numbers.codes[entry])], int(held.integers["issued"][entry])
            year = date.fromordinal(day).year if day else None
            type_name = fold(types.values[int(types.codes[entry])])
            found[entry] = parts is not None and number_matches(self.number, parts, year, type_name)
        return found


class Labelled(SegmentQuery):
    """The entries whose label is a Điều; where a document has it, `match.known_items` leaves out that of its annexes."""

    def __init__(self, label: Locator) -> None:
        super().__init__(label, f"điều {label.article}")
        self.label = label

    def holds(self, held: SegmentData) -> Bools:
        """The entries labelled so."""
        found = np.zeros(held.size, bool)
        found[known_items.labelled(held, self.label, np.arange(held.size))] = True
        return found
