"""The corpus as the engine would index it, and its words and pairs as rows of the embedding.

Decides which terms are embedded: those in enough provisions that their neighbours say what they mean.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.analysis.analyzer import Vocabulary
from indexer.evaluate.corpus import documents_of
from indexer.index import builder
from indexer.index.segment import RUNS, SegmentData

# Provisions that must hold a word, a pair of neighbours, to be given a vector.
WORD_FLOOR, PAIR_FLOOR = 3, 5
Numbers = NDArray[Any]


@dataclass(frozen=True)
class Corpus:
    """Provisions as places in streams: `words[i]` is the row of the word at place i of `held.tokens`, `pairs[i]`
    that of the pair which begins there; -1 for none. `counts` are the provisions that hold each row's term."""

    held: SegmentData
    words: NDArray[np.int32]
    pairs: NDArray[np.int32]
    counts: NDArray[np.int64]

    @property
    def runs(self) -> NDArray[np.int64]:
        """Where each run of each provision begins, see `SegmentData`."""
        starts: NDArray[np.int64] = self.held.runs.astype(np.int64)
        return starts


def read(path: Path) -> SegmentData:
    """Analyse a corpus (.jsonl or .jsonl.gz) into one segment; ValueError for lines that are none."""
    vocabulary = Vocabulary()
    entries = [vocabulary.analyse(entry) for held in documents_of(path).values() for entry in held]
    return builder.build(entries, vocabulary)


def prepare(held: SegmentData) -> Corpus:
    """Number the terms to be embedded and lay the corpus out as rows."""
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
    """Mean weighted length of a provision."""
    return float(held.integers["length"].mean())


__all__ = ["PAIR_FLOOR", "RUNS", "WORD_FLOOR", "Corpus", "mean_length", "prepare", "read"]
