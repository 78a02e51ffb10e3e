"""The training corpus, analysed as the index does it, with its terms numbered as rows of the embedding.

This module decides which words and word pairs get a vector: those that occur in enough provisions."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.analysis.analyzer import Vocabulary
from indexer.evaluate.corpus import documents_of
from indexer.index import builder
from indexer.index.segment import SegmentData

# In how many provisions a word, or a pair of neighbours, must occur to get a vector.
WORD_FLOOR, PAIR_FLOOR = 3, 5
Numbers = NDArray[Any]


@dataclass(frozen=True)
class Corpus:
    """The provisions of a corpus as numbers of embedding rows. `held` is the corpus as one segment. `words[i]` is the
    row of the word at position i of `held.tokens`. `pairs[i]` is the row of the pair of words at positions i and i + 1.
    -1 means that the term has no vector. `counts` has one item per row: how many provisions contain its term."""

    held: SegmentData
    words: NDArray[np.int32]
    pairs: NDArray[np.int32]
    counts: NDArray[np.int64]

    @property
    def runs(self) -> NDArray[np.int64]:
        """The positions in `words` and `pairs` at which each run (field) of each provision begins, as int64."""
        starts: NDArray[np.int64] = self.held.runs.astype(np.int64)
        return starts


def read(path: Path) -> SegmentData:
    """Read the corpus at `path` (.jsonl or .jsonl.gz, one provision a line) and analyse it into one segment.
    Raises ValueError for a line that is not an object with an id."""
    vocabulary = Vocabulary()
    entries = [vocabulary.analyse(entry) for held in documents_of(path).values() for entry in held]
    return builder.build(entries, vocabulary)


def prepare(held: SegmentData) -> Corpus:
    """Number the terms of the corpus `held` that occur in enough provisions, single words before pairs of words. The
    number of a term is its row in the embedding. Returns the texts as such numbers (see `Corpus`); all other terms
    become -1."""
    counts = np.diff(held.starts.astype(np.int64))
    size = len(held.words)
    kept = counts >= np.repeat([WORD_FLOOR, PAIR_FLOOR], [size, len(counts) - size])
    rows = np.where(kept, np.cumsum(kept) - 1, -1).astype(np.int32)
    tokens = held.tokens.astype(np.int64)
    return Corpus(held, rows[tokens], _pair_rows(held, tokens, rows), counts[kept])


def _pair_rows(held: SegmentData, tokens: Numbers, rows: Numbers) -> NDArray[np.int32]:
    size = len(held.words)
    firsts = np.repeat(np.arange(size), np.diff(held.second_starts.astype(np.int64)))
    known = firsts * size + held.seconds.astype(np.int64)
    found = np.full(len(tokens), -1, np.int32)
    beside = np.ones(len(tokens), bool)
    ends = held.runs.astype(np.int64)[1:]
    beside[ends[ends > 0] - 1] = False
    left = np.flatnonzero(beside)
    found[left] = rows[size + known.searchsorted(tokens[left] * size + tokens[left + 1])]
    return found


def mean_length(held: SegmentData) -> float:
    """The mean length of the provisions in the corpus `held`, in words. A word in a title counts several times, as in
    BM25."""
    return float(held.integers["length"].mean())
