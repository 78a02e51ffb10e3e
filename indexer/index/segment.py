"""The content of a segment as arrays: words, pairs of words, postings, the words of each entry in order, columns, and rows
with the shown texts.

The numbers of entries, words and terms are valid within one segment only.
"""

import math
import os
import time
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.analysis.patterns import WordTest
from indexer.index import schema
from indexer.store.container import Container, Damaged, write
from indexer.store.ragged import Numbers, _ascend, cover, places_from

# An entry has four runs of words in `tokens`: its text, its heading, the type and title of its document, its label.
RUNS = 4
TEXT, TITLE, DOCUMENT, LABEL = range(RUNS)
# Up to this many terms are read one by one. A word has more spellings only in texts written to do harm.
_BY_HAND = 32
# Words put to a test between two looks at the clock.
_TESTED = 1 << 14


@dataclass(frozen=True)
class StringColumn:
    """A column of strings: entry i has the string `values[codes[i]]`."""

    codes: Numbers
    values: list[str]


@dataclass(frozen=True)
class SegmentData:
    """The arrays of a segment with `size` entries, deleted ones included.

    `words` are sorted, and the number of a word is its position. `folds` are their distinct spellings without diacritics,
    sorted. `by_fold[fold_starts[f] : fold_starts[f + 1]]` are the words with spelling f. The words that follow word a in a
    pair are `seconds[second_starts[a] : second_starts[a + 1]]`, sorted. Terms are the words, then the pairs. The postings of
    term t are `entries[starts[t] : starts[t + 1]]`, ascending. Their `weights` stand at the same positions.

    The words of run (field) r of entry e are `tokens[runs[4 * e + r] : runs[4 * e + r + 1]]`. `lines` are the positions in
    `tokens` at which a new line of a text begins, ascending. `clause_ends` has one bit for each word of `tokens`, in the order
    of `np.packbits`: whether the word is the last one of a clause. `integers` and `names` are columns by name. `vectors` is
    int8 of shape (size, dims); without vectors dims is 0. The packed row of entry e is
    `rows[row_starts[e] : row_starts[e + 1]]`. `sketched` are the first entries of documents with a sketch (`analysis.sketches`), ascending; `sketches` holds these.
    """

    size: int
    words: list[str]
    folds: list[str]
    fold_starts: Numbers
    by_fold: Numbers
    second_starts: Numbers
    seconds: Numbers
    starts: Numbers
    entries: Numbers
    weights: Numbers
    tokens: Numbers
    runs: Numbers
    lines: Numbers
    clause_ends: NDArray[np.uint8]
    integers: dict[str, NDArray[np.int32]]
    names: dict[str, StringColumn]
    vectors: NDArray[np.int8]
    row_starts: Numbers
    rows: NDArray[np.uint8]
    sketched: Numbers
    sketches: NDArray[np.uint8]

    @cached_property
    def numbers(self) -> dict[str, int]:
        """A dict that maps each word of the segment to its number, which is its position in `words`."""
        return {word: number for number, word in enumerate(self.words)}

    @cached_property
    def fold_numbers(self) -> dict[str, int]:
        """A dict that maps each spelling without diacritics to its position in `folds`."""
        return {fold: number for number, fold in enumerate(self.folds)}

    @cached_property
    def _begins(self) -> tuple[memoryview, memoryview, memoryview]:
        """`starts`, `second_starts` and `seconds` as memory views: a single number is read several times as fast."""
        return self.starts.data, self.second_starts.data, self.seconds.data

    def spelled(self, folded: str) -> Numbers:
        """The word numbers of all words in the segment whose spelling without diacritics is `folded`."""
        place = self.fold_numbers.get(folded)
        return self.by_fold[:0] if place is None else self.by_fold[self.fold_starts[place] : self.fold_starts[place + 1]]

    def pair(self, first: int, second: int) -> int:
        """The term number of the pair of the word numbers `first` and `second`; -1 where the segment does not contain it."""
        _, starts, seconds = self._begins
        end = starts[first + 1]
        place = bisect_left(seconds, second, starts[first], end)
        return len(self.words) + place if place < end and seconds[place] == second else -1

    def beginning(self, prefix: str) -> range:
        """The word numbers of the words in the segment that begin with `prefix`."""
        end = bisect_left(self.words, prefix + "\U0010ffff") if prefix else len(self.words)
        return range(bisect_left(self.words, prefix), end)

    def beginning_folded(self, prefix: str) -> Numbers:
        """The word numbers of the words whose spelling without diacritics begins with `prefix`, in the order of that
        spelling."""
        first, end = bisect_left(self.folds, prefix), bisect_left(self.folds, prefix + "\U0010ffff")
        return self.by_fold[int(self.fold_starts[first]) : int(self.fold_starts[end])]

    def passing(self, test: WordTest, deadline: float = math.inf) -> tuple[Numbers, bool]:
        """Find the words of the segment that pass `test`. `deadline` is a time of `time.monotonic`, after which no more
        words are tested. Returns (the numbers of the words, whether all words were tested). The words come in the order of
        the spelling that `test` compares."""
        texts = self.words if test.toned else self.folds
        behind = bisect_left(texts, test.stem + "\U0010ffff")
        found, whole = [np.empty(0, np.int64)], True
        for first in range(bisect_left(texts, test.stem), behind, _TESTED):
            if time.monotonic() > deadline:
                whole = False
                break
            found.append(first + np.flatnonzero(test.among(texts[first : min(first + _TESTED, behind)])))
        places = np.concatenate(found)
        if test.toned:
            return places, whole
        begins = self.fold_starts[places].astype(np.int64)
        return self.by_fold[places_from(begins, self.fold_starts[places + 1] - begins)], whole

    def postings(self, term: int) -> tuple[Numbers, Numbers]:
        """The postings of the term number `term` as two parallel arrays: (entry numbers ascending, weights)."""
        starts = self._begins[0]
        own = slice(starts[term], starts[term + 1])
        return self.entries[own], self.weights[own]

    def count(self, term: int) -> int:
        """The number of entries in the segment that contain the term number `term`, deleted ones included."""
        starts = self._begins[0]
        return int(starts[term + 1] - starts[term])

    def total(self, terms: Sequence[int]) -> int:
        """How many postings the terms with the numbers `terms` have together."""
        return sum(map(self.count, terms)) if len(terms) <= _BY_HAND else int(self.counts(np.asarray(terms)).sum())

    def counts(self, terms: Numbers) -> NDArray[np.int64]:
        """How many postings each of the terms with the numbers `terms` has, as an array parallel to `terms`."""
        return np.asarray(self.starts[terms + 1].astype(np.int64) - self.starts[terms], np.int64)

    def gathered(self, terms: Sequence[int] | Numbers) -> tuple[Numbers, Numbers]:
        """Return the postings of all `terms`, one term after the other, as two parallel arrays (entry numbers, weights). An
        entry occurs once for each of the terms that it contains."""
        if len(terms) <= _BY_HAND:
            read = [self.postings(term) for term in terms] or [(self.entries[:0], self.weights[:0])]
            return np.concatenate([one[0] for one in read]), np.concatenate([one[1] for one in read])
        own = np.asarray(terms)
        at = places_from(self.starts[own].astype(np.int64), self.counts(own))
        return self.entries[at], self.weights[at]

    def run(self, entry: int, which: int) -> Numbers:
        """The word numbers of one run (field) of `entry`, in order. `which` is TEXT, TITLE, DOCUMENT or LABEL."""
        place = RUNS * entry + which
        return self.tokens[int(self.runs[place]) : int(self.runs[place + 1])]

    def all_runs(self, entry: int) -> Numbers:
        """The word numbers of all four runs (fields) of `entry`, in order."""
        return self.tokens[int(self.runs[RUNS * entry]) : int(self.runs[RUNS * entry + RUNS])]

    def lines_of(self, entry: int) -> NDArray[np.int64]:
        """The positions in the text of `entry` at which new lines begin, counted in words."""
        first, last = int(self.runs[RUNS * entry]), int(self.runs[RUNS * entry + 1])
        # The type must be that of `lines`; otherwise numpy would first convert the whole array.
        start, end = self.lines.searchsorted(np.array((first, last), self.lines.dtype)).tolist()
        return self.lines[start:end].astype(np.int64) - first

    def ends_clause(self, places: Numbers) -> NDArray[np.bool_]:
        """Whether the word at each of the positions `places` in `tokens` is the last one of a clause."""
        return np.asarray(self.clause_ends[places >> 3] << (places & 7).astype(np.uint8) & 0x80, np.bool_)

    def row(self, entry: int) -> bytes:
        """The packed row of `entry`, that is its shown texts as bytes (see `unpack_row`)."""
        return self.rows[int(self.row_starts[entry]) : int(self.row_starts[entry + 1])].tobytes()


_PLAIN = (
    "fold_starts", "by_fold", "second_starts", "seconds", "starts", "entries", "weights", "tokens", "runs", "lines",
    "clause_ends", "vectors", "row_starts", "rows", "sketched", "sketches",
)  # fmt: skip
# Array of starts → the array that its rows are in.
_STRETCHES = {
    "fold_starts": "by_fold", "second_starts": "seconds", "starts": "entries", "runs": "tokens", "row_starts": "rows",
}  # fmt: skip


def _check_places(held: SegmentData) -> None:
    """Raise Damaged where an array of positions does not fit what it divides: reading it could take minutes or go wrong."""
    for name, of in _STRETCHES.items():
        if not cover(getattr(held, name), len(getattr(held, of))):
            raise Damaged(f"{name}: no stretches of {of}")
    for name, most in (("lines", len(held.tokens)), ("sketched", held.size)):
        if not _ascend(getattr(held, name)) or (getattr(held, name)[-1:] >= most).any():
            raise Damaged(f"{name}: no places")
    if held.clause_ends.dtype != np.uint8 or len(held.clause_ends) != -(-len(held.tokens) // 8):
        raise Damaged("clause_ends: not one bit for each word")


def _blob(texts: list[str]) -> NDArray[np.uint8]:
    return np.frombuffer("\n".join(texts).encode(), np.uint8)


def _texts(blob: Numbers, count: int) -> list[str]:
    texts = blob.tobytes().decode().split("\n") if count else []
    if len(texts) != count:
        raise ValueError(f"{len(texts)} texts where {count} were written")
    return texts


def save(path: str | os.PathLike[str], held: SegmentData, notes: Mapping[str, Any]) -> None:
    """Write the segment `held` and `notes`, a mapping from names to JSON values, to a new file and sync it to disk. Raises
    FileExistsError where `path` exists."""
    arrays: dict[str, Numbers] = {name: getattr(held, name) for name in _PLAIN}
    arrays |= {"words": _blob(held.words), "folds": _blob(held.folds)}
    arrays |= {f"column.{name}": column for name, column in held.integers.items()}
    for name, column in held.names.items():
        arrays |= {f"codes.{name}": column.codes, f"values.{name}": _blob(column.values)}
    counts = {"size": held.size, "words": len(held.words), "folds": len(held.folds)}
    values = {name: len(column.values) for name, column in held.names.items()}
    write(path, arrays, {**notes, "counts": counts, "values": values})


def load(container: Container) -> SegmentData:
    """Return the segment in the opened file `container`. Raises KeyError where an array is missing, ValueError where a list of
    words has another length, and Damaged where an array of positions does not fit the array that it divides."""
    arrays, counts, values = container.arrays, container.notes["counts"], container.notes["values"]
    held = SegmentData(
        size=counts["size"],
        words=_texts(arrays["words"], counts["words"]),
        folds=_texts(arrays["folds"], counts["folds"]),
        integers={name: arrays[f"column.{name}"] for name in schema.INTEGERS},
        names={
            name: StringColumn(arrays[f"codes.{name}"], _texts(arrays[f"values.{name}"], values[name])) for name in schema.NAMES
        },
        **{name: arrays[name] for name in _PLAIN},
    )
    _check_places(held)
    return held
