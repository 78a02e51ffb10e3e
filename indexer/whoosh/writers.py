"""Segments written through Whoosh's own writer: what it hands over entry by entry and posting by posting becomes
the same arrays that the product builds in bulk.

Whoosh knows no lines, so a segment written this way has none; vectors stay empty too.
"""

# Whoosh's functions carry no types.
# mypy: allow-untyped-calls

from array import array
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from whoosh.codec import base

from indexer.index import schema, segment
from indexer.index.builder import fold_table, name_column
from indexer.index.segment import RUNS, SegmentData
from indexer.store.ragged import Numbers, narrow, starts_of
from indexer.whoosh.schema import RUN_BITS, SCHEMA
from legaltext.text import fold


@dataclass
class Postings:
    """The postings of one field, term after term."""

    terms: list[bytes] = field(default_factory=list)
    counts: "array[int]" = field(default_factory=lambda: array("q"))
    entries: "array[int]" = field(default_factory=lambda: array("q"))
    weights: "array[int]" = field(default_factory=lambda: array("q"))
    values: list[bytes] = field(default_factory=list)


@dataclass
class Draft:
    """A segment being written."""

    columns: list[dict[str, Any]] = field(default_factory=list)
    postings: dict[str, Postings] = field(
        default_factory=lambda: {schema.WORDS: Postings(), schema.PAIRS: Postings()}
    )


class EntriesWriter(base.PerDocumentWriter):
    """Collects columns and rows."""

    def __init__(self, draft: Draft) -> None:
        self._draft, self.is_closed = draft, False

    def start_doc(self, docnum: int) -> None:
        """Begin an entry."""
        self._draft.columns.append({})

    def add_field(self, fieldname: str, fieldobj: Any, value: Any, length: int) -> None:
        """Keep the row; lengths follow from the words."""
        if fieldname == schema.ROW and value is not None:
            self._draft.columns[-1][fieldname] = value

    def add_column_value(self, fieldname: str, columnobj: Any, value: Any) -> None:
        """Keep a value in the form in which its field sorts."""
        self._draft.columns[-1][fieldname] = SCHEMA[fieldname].from_column_value(value)

    def add_vector_items(self, fieldname: str, fieldobj: Any, items: Any) -> None:
        """Term vectors are not kept: NotImplementedError."""
        raise NotImplementedError("term vectors")

    def cancel_doc(self) -> None:
        """Forget the entry begun."""
        self._draft.columns.pop()

    def close(self) -> None:
        """Nothing is written before the postings are known."""
        self.is_closed = True


class PostingsWriter(base.FieldWriter):
    """Collects postings of words and pairs (those of columns follow from the columns); writes the segment's file
    when it closes."""

    def __init__(self, draft: Draft, path: Path, name: str) -> None:
        self._draft, self._path, self._name = draft, path, name
        self._own: Postings | None = None
        self.is_closed = False

    def start_field(self, fieldname: str, fieldobj: Any) -> None:
        """Begin a field."""
        self._own = self._draft.postings.get(fieldname)

    def start_term(self, text: bytes) -> None:
        """Begin a term."""
        if self._own is not None:
            self._own.terms.append(text)
            self._own.counts.append(0)

    def add(self, docnum: int, weight: float, vbytes: bytes, length: int) -> None:
        """Take a posting; entries come ascending."""
        if self._own is not None:
            self._own.counts[-1] += 1
            self._own.entries.append(docnum)
            self._own.weights.append(round(weight))
            self._own.values.append(vbytes)

    def finish_term(self) -> None:
        """Nothing to do."""

    def close(self) -> None:
        """Write the file, on disk when this returns; none without entries."""
        if self._draft.columns:
            segment.save(self._path, assemble(self._draft), {"segment": self._name})
        self.is_closed = True


def _forward(words: Postings, size: int) -> dict[str, Numbers]:
    """Words in order from their positions; ValueError where a position is left out."""
    term = np.repeat(np.arange(len(words.terms)), words.counts)
    often = np.array([len(value) // 4 for value in words.values], np.int64)
    positions = np.frombuffer(b"".join(words.values), "<u4").astype(np.int64)
    entries = np.repeat(np.array(words.entries, np.int64), often)
    order = np.lexsort((positions, entries))
    run = (entries * RUNS + (positions >> RUN_BITS))[order]
    starts = starts_of(np.bincount(run, minlength=RUNS * size))
    if not np.array_equal(positions[order] & ((1 << RUN_BITS) - 1), np.arange(len(run)) - starts[run]):
        raise ValueError("positions left out")
    tokens = np.repeat(term, often)[order].astype(narrow(len(words.terms)))
    return {"tokens": tokens, "runs": starts, "lines": np.zeros(0, np.uint32)}


def _pairs(pairs: Postings, numbers: dict[str, int]) -> dict[str, Numbers]:
    both = [[numbers[word] for word in text.decode().split(" ")] for text in pairs.terms]
    firsts, seconds = np.array(both, np.int64).reshape(-1, 2).T
    return {
        "seconds": seconds.astype(narrow(len(numbers))),
        "second_starts": starts_of(np.bincount(firsts, minlength=len(numbers))),
    }


def _weighted_lengths(runs: Numbers, size: int) -> Numbers:
    counted = np.diff(runs.astype(np.int64)).reshape(size, RUNS)
    lengths: Numbers = (counted @ np.array(schema.RUN_WEIGHTS, np.int64)).astype(np.int32)
    return lengths


def assemble(draft: Draft) -> SegmentData:
    """The arrays of what was collected; ValueError or KeyError where it does not fit together."""
    size = len(draft.columns)
    words, pairs = draft.postings[schema.WORDS], draft.postings[schema.PAIRS]
    spelled = [text.decode() for text in words.terms]
    folds, fold_starts, by_fold = fold_table([fold(word) for word in spelled])
    forward = _forward(words, size)
    rows = [row.get(schema.ROW, b"") for row in draft.columns]
    integers = {
        name: np.array([row.get(name, 0) for row in draft.columns], np.int32) for name in schema.INTEGERS
    }
    return SegmentData(
        size=size,
        words=spelled,
        folds=folds,
        fold_starts=fold_starts,
        by_fold=by_fold,
        starts=starts_of(np.array([*words.counts, *pairs.counts], np.int64)),
        entries=np.array([*words.entries, *pairs.entries], narrow(size)),
        weights=np.array([*words.weights, *pairs.weights], np.uint8),
        integers=integers | {"length": _weighted_lengths(forward["runs"], size)},
        names={name: name_column([row.get(name, "") for row in draft.columns]) for name in schema.NAMES},
        vectors=np.zeros((size, 0), np.int8),
        row_starts=np.cumsum([0, *map(len, rows)], dtype=np.uint64),
        rows=np.frombuffer(b"".join(rows), np.uint8),
        **forward,
        **_pairs(pairs, {word: number for number, word in enumerate(spelled)}),
    )
