"""The index as Whoosh sees it: two fields of terms, numeric and name fields made from the columns, a stored row.

Decides how the runs of an entry become positions: those of run r begin at r << 24, so that no phrase spans two
runs. Values of postings are plain integers; nothing is pickled.
"""

# Whoosh's functions carry no types.
# mypy: allow-untyped-calls

from collections.abc import Generator, Iterable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh import fields, formats
from whoosh.analysis.analyzers import IDAnalyzer

from indexer.analysis.analyzer import pair
from indexer.index import schema
from indexer.index.builder import MOST_WEIGHT
from indexer.index.segment import RUNS, SegmentData
from indexer.store.ragged import lengths_of

RUN_BITS = 24
Runs = Sequence[Sequence[str]]


class Weights(formats.Format):
    """Postings with a weight and nothing else."""

    posting_size = 0

    def decode_weight(self, value: bytes) -> float:
        """Whoosh asks the matcher for weights; a value alone tells none."""
        return 1.0


def encode(positions: Sequence[int]) -> bytes:
    """Positions as the value of a posting."""
    return np.array(positions, "<u4").tobytes()


class Positions(formats.Format):
    """Postings whose values are positions as 32-bit integers."""

    def encode(self, positions: Sequence[int]) -> bytes:
        """The value of a posting."""
        return encode(positions)

    def decode_positions(self, value: bytes) -> list[int]:
        """The positions of a value, ascending."""
        positions: list[int] = np.frombuffer(value, "<u4").tolist()
        return positions

    def decode_frequency(self, value: bytes) -> int:
        """How often a term occurs."""
        return len(value) // 4

    def combine(self, values: Iterable[bytes]) -> bytes:
        """One value for the positions of several terms."""
        return self.encode(
            sorted({position for value in values for position in self.decode_positions(value)})
        )


class TermField(fields.FieldType):
    """A field that takes the four runs of an entry, as lists of words, when something is indexed."""

    def __init__(self, pairs: bool) -> None:
        self.format = Weights() if pairs else Positions()
        self.analyzer: Any = IDAnalyzer()
        self.scorable = True
        self.pairs = pairs

    def index(self, value: Runs, **kwargs: Any) -> Generator[tuple[bytes, int, float, bytes], Any, None]:
        """(term, weighted count, weight, value) of each term; the counts of a field add up to its length."""
        counts: dict[str, int] = {}
        positions: dict[str, list[int]] = {}
        for number, (run, weight) in enumerate(zip(value, schema.RUN_WEIGHTS, strict=True)):
            terms = [pair(*two) for two in pairwise(run)] if self.pairs else run
            for place, term in enumerate(terms, number << RUN_BITS):
                counts[term] = counts.get(term, 0) + weight
                positions.setdefault(term, []).append(place)
        for term, count in counts.items():
            encoded = b"" if self.pairs else encode(positions[term])
            yield term.encode(), count, float(min(count, MOST_WEIGHT)), encoded


def field_lengths(held: SegmentData, field: str) -> NDArray[np.int64]:
    """The weighted length of a field in each entry; 0 where lengths mean nothing."""
    if field == schema.WORDS:
        return held.integers["length"].astype(np.int64)
    if field != schema.PAIRS:
        return np.zeros(held.size, np.int64)
    pairs = np.maximum(lengths_of(held.runs) - 1, 0).reshape(-1, RUNS)
    lengths: NDArray[np.int64] = pairs @ np.array(schema.RUN_WEIGHTS, np.int64)
    return lengths


def make_schema() -> fields.Schema:
    """Terms, numbers (one term a value: ranges need no more), names, and the packed row."""
    made = fields.Schema()
    made.add(schema.WORDS, TermField(pairs=False))
    made.add(schema.PAIRS, TermField(pairs=True))
    for name in schema.INTEGERS:
        made.add(name, fields.NUMERIC(int, bits=32, signed=True, shift_step=0, sortable=True, default=0))
    for name in schema.NAMES:
        made.add(name, fields.ID(sortable=True))
    made.add(schema.ROW, fields.STORED())
    return made


SCHEMA = make_schema()
