"""Whoosh queries of this engine for conditions that do not ask for terms, such as the validity or the number of the
document of an entry.

This module only compares values. `match.statuses` decides when a document is in force, `query.number` which document
numbers match, and `match.known_items` which labels match."""

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
    """A Whoosh query for a condition that each entry meets or does not meet, whatever terms it has. `value` identifies
    the condition: two of the same class are equal if their values are equal. `told` is the text that is printed for it.
    """

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
        """Return how many entries the reader `ixreader` has, as an upper bound of how many entries meet the condition."""
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
    """The condition that an entry is True in a given mask over the entries of one segment."""

    def __init__(self, mask: Bools) -> None:
        super().__init__(id(mask), f"{np.count_nonzero(mask)}")
        self._mask = mask

    def holds(self, held: SegmentData) -> Bools:
        """Return the mask with which this condition was made. It must be a mask over the entries of `held`."""
        return self._mask


class ValidOn(SegmentQuery):
    """The condition that the document of an entry has the status `code` (a value of `match.statuses.CODES`) on the day
    `at`."""

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
    """The condition that the document of an entry has the document number `number`. A part that `number` lacks, such as the
    year or the letters ("NĐ-CP"), may be anything."""

    def __init__(self, number: NumberQuery) -> None:
        super().__init__(number, number.said)
        self.number = number

    def holds(self, held: SegmentData) -> Bools:
        """Return a mask of the entries of the segment `held` whose document has a number, a year of issue and a type that
        fit `self.number`."""
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
    """The condition that the label of an entry is the Điều (article) that `label` names. An article of an annex matches
    too. `match.known_items` leaves such an entry out if the document itself has an article of the same number."""

    def __init__(self, label: Locator) -> None:
        super().__init__(label, f"điều {label.article}")
        self.label = label

    def holds(self, held: SegmentData) -> Bools:
        """Return a mask of the entries of the segment `held` whose label is the Điều (article) that `self.label` names.
        """
        found = np.zeros(held.size, bool)
        found[known_items.labelled(held, self.label, np.arange(held.size))] = True
        return found
