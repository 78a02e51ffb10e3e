"""Whoosh queries for conditions on the stored values of an entry, such as the validity or number of its document.

This module only compares values. `match.statuses` decides when a document is in force, and `query.number` which
document numbers match. `match.known_items` decides which labels match."""

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
    """A Whoosh query for a condition on the stored values of an entry; terms do not count. `value` identifies the
    condition: two conditions of one class are equal if their values are. `told` is the text that is printed for the
    condition."""

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
        """Return the number of entries of the reader `ixreader`. At most so many entries meet the condition."""
        return int(ixreader.doc_count())

    def holds(self, held: SegmentData) -> Bools:
        """Return a mask of the entries of the segment `held` that meet the condition. Subclasses implement this."""
        raise NotImplementedError

    def matcher(self, searcher: Any, context: Any = None) -> ListMatcher:
        """Make a Whoosh matcher over the entries that meet the condition and are not deleted. `searcher` must be the
        searcher of a single segment; `context` is ignored."""
        segment = searcher.reader().segment()
        found = self.holds(segment.codec().held(segment)) & segment.living
        return ListMatcher(np.flatnonzero(found).tolist(), all_weights=1.0)


class KnownEntries(SegmentQuery):
    """The condition that an entry is one of given entries of one segment. `mask` is True for these entries."""

    def __init__(self, mask: Bools) -> None:
        super().__init__(id(mask), f"{np.count_nonzero(mask)}")
        self._mask = mask

    def holds(self, held: SegmentData) -> Bools:
        """Return the mask with which this condition was made. It must be a mask over the entries of `held`."""
        return self._mask


class ValidOn(SegmentQuery):
    """The condition that the document of an entry has the status `code` on the day `at`. `code` is one of
    `match.statuses.CODES`."""

    def __init__(self, code: str, at: date) -> None:
        super().__init__((code, at), f"{code} {at:%d/%m/%Y}")
        self.code, self.at = code, at

    def holds(self, held: SegmentData) -> Bools:
        """Return a mask of the entries of the segment `held` whose document has the status `self.code` on the day
        `self.at`."""
        found: Bools = statuses.between(held.integers["effective_from"], held.integers["effective_to"], self.at) == (
            statuses.CODES.index(self.code)
        )
        return found


class DocumentNumber(SegmentQuery):
    """The condition that the document of an entry has the number `number`. Parts that `number` lacks, such as the year
    or the letters ("NĐ-CP"), may be anything."""

    def __init__(self, number: NumberQuery) -> None:
        super().__init__(number, number.said)
        self.number = number

    def holds(self, held: SegmentData) -> Bools:
        """Return a mask of the entries of the segment `held` whose document fits `self.number`. Its number, year of
        issue and type are compared."""
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
    """The condition that an entry is the Điều (article) that `label` names. An article of an annex matches too. The
    search itself drops it where the document has an article of the same number."""

    def __init__(self, label: Locator) -> None:
        super().__init__(label, f"điều {label.article}")
        self.label = label

    def holds(self, held: SegmentData) -> Bools:
        """Return a mask of the entries of the segment `held` whose label is the Điều (article) that `self.label` names.
        """
        found = np.zeros(held.size, bool)
        found[known_items.labelled(held, self.label, np.arange(held.size))] = True
        return found
