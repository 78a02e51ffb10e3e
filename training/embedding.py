"""Trains an embedding of words and word pairs without labels.

Training makes its queries from the corpus: a heading, or a piece of a text. The answer to a query is the provision that
it was taken from. The vector of a query must be near the vector of its answer, and far from those of other answers.

This module decides the loss, the batches and the steps of the training. A text is treated as a bag: its terms with
their counts, in no order. Its vector is Σ ln(1 + count) · vector, scaled to length 1. A batch consists of sequences of
neighbouring provisions, because these are the hardest to distinguish."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from indexer.index import schema
from training import kernels
from training.corpus import Corpus

BATCH, NEIGHBOURS, SHARPNESS = 512, 16, 14.0
RATE, LAST_RATE = 0.2, 0.004
# The share of headings among the queries, and the shares of terms left out of queries and of answers.
RATES = (0.55, 0.1, 0.25)
_SPARE, _TURNS = 16, 3  # of the randomised decomposition
_START_SIZE = 0.3
_TIMES = np.array([schema.BODY_WEIGHT, schema.TITLE_WEIGHT, schema.DOC_WEIGHT, 0], np.float64)
Floats = NDArray[np.float32]


@dataclass
class Bags:
    """Reusable memory for several bags; a bag is the terms of a text with their weights. Bag i has the terms with the
    embedding rows `rows[starts[i] : starts[i + 1]]`. Their `weights` are at the same positions. `place` is used while a
    bag is filled: for each embedding row its position in `rows`, -1 where it has none."""

    rows: NDArray[np.int32]
    weights: Floats
    place: NDArray[np.int32]
    starts: NDArray[np.int64]

    @classmethod
    def room(cls, bags: int, terms: int, rows: int) -> "Bags":
        """Allocate memory for `bags` bags that have at most `terms` terms together. The embedding has `rows` rows."""
        return cls(
            np.zeros(terms, np.int32), np.zeros(terms, np.float32), np.full(rows, -1, np.int32),
            np.zeros(bags + 1, np.int64),
        )  # fmt: skip

    @property
    def open(self) -> tuple[Any, Any, Any]:
        """The arrays that the functions of `kernels` write to when they fill these bags: (`rows`, `weights`,
        `place`)."""
        return self.rows, self.weights, self.place

    def sums(self, vectors: Floats) -> Floats:
        """Compute the weighted sum of the vectors of the terms in each bag: float32 of shape (bags, dims).
        `vectors` is the embedding, one row per term."""
        out = np.zeros((len(self.starts) - 1, vectors.shape[1]), np.float32)
        kernels.sums(vectors, self.rows, self.weights, self.starts, out)
        return out


def _unit(sums: Floats) -> tuple[Floats, Floats]:
    """Scale each row of `sums` to length 1. Returns (the scaled rows; the length of each row before, as a
    column of shape (rows, 1))."""
    lengths = np.sqrt((sums * sums).sum(1, keepdims=True)) + np.float32(1e-9)
    return sums / lengths, lengths


def start(corpus: Corpus, dims: int, random: np.random.Generator) -> Floats:
    """Make the vectors with which training starts, one for each term of `corpus`: float32 of shape (terms, dims). They
    come from a singular value decomposition of the corpus. The rarer a term is, the longer is its vector. `random`
    gives the random numbers."""
    count, size = len(corpus.counts), corpus.held.size
    bags = Bags.room(size, 2 * len(corpus.words), count)
    kernels.whole_bags((corpus.words, corpus.pairs), corpus.runs, _TIMES, bags.open, bags.starts)
    held = int(bags.starts[-1])
    idf = np.log1p((size - corpus.counts + 0.5) / (corpus.counts + 0.5)).astype(np.float32)
    matrix = sparse.csr_matrix(
        (bags.weights[:held] * idf[bags.rows[:held]], bags.rows[:held], bags.starts), (size, count)
    )
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(1), np.float64).ravel())
    matrix = sparse.diags(1 / np.maximum(lengths, 1e-9)).astype(np.float32) @ matrix
    image = matrix @ random.standard_normal((count, dims + _SPARE), np.float32)
    for _ in range(_TURNS):
        back = np.linalg.qr(matrix.T @ np.linalg.qr(image)[0])[0]
        image = matrix @ back
    directions = (back @ np.linalg.svd(image, full_matrices=False)[2].T)[:, :dims]
    directions /= np.linalg.norm(directions, axis=1, keepdims=True) + 1e-9
    vectors = directions * idf[:, None]
    return np.ascontiguousarray(vectors * (_START_SIZE / np.sqrt((vectors**2).mean())), np.float32)


def _slopes(asked: Floats, answers: Floats) -> tuple[float, Floats, Floats]:
    """Compute the loss of a batch, in which answer i belongs to query i, and its gradients. `asked` and `answers` hold
    one sum of vectors per query and per answer. Returns (mean loss, gradient for `asked`, gradient for `answers`)."""
    (near, near_lengths), (far, far_lengths) = _unit(asked), _unit(answers)
    logits = np.float32(SHARPNESS) * (near @ far.T)
    logits -= logits.max(1, keepdims=True)
    shares = np.exp(logits)
    shares /= shares.sum(1, keepdims=True)
    right = np.arange(len(shares))
    loss = float(-np.log(shares[right, right] + 1e-9).mean())
    shares[right, right] -= 1
    shares *= np.float32(SHARPNESS / len(shares))
    by_near, by_far = shares @ far, shares.T @ near
    by_near -= near * (by_near * near).sum(1, keepdims=True)
    by_far -= far * (by_far * far).sum(1, keepdims=True)
    return loss, by_near / near_lengths, by_far / far_lengths


def _batches(size: int, random: np.random.Generator) -> NDArray[np.int64]:
    """Draw the batches of one epoch: provision numbers of shape (batches, provisions per batch). Each batch consists of
    sequences of neighbouring provisions. `size` is the number of provisions."""
    runs = max(1, (size - NEIGHBOURS) // NEIGHBOURS)
    first = random.integers(0, NEIGHBOURS) + NEIGHBOURS * random.permutation(runs)
    each = min(BATCH // NEIGHBOURS, runs)
    whole = first[: len(first) // each * each].reshape(-1, each)
    return ((whole[..., None] + np.arange(NEIGHBOURS)) % size).reshape(len(whole), -1)


def train(corpus: Corpus, dims: int, epochs: int, seed: int, tell: Callable[[str], None]) -> Floats:
    """Train the embedding of `corpus`, and return the vectors of its terms: float32 of shape (terms, dims).
    The training passes `epochs` times over the corpus. `seed` makes the result repeatable, and `tell` gets a
    line of progress after each epoch."""
    random = np.random.default_rng(seed)
    kernels.seed(seed)
    vectors = start(corpus, dims, random)
    tell(f"{len(vectors)} words and pairs, {dims} dimensions")
    gradient, energy = np.zeros_like(vectors), np.full(len(vectors), 1e-8, np.float32)
    touched = np.zeros(len(vectors), bool)
    room = 2 * BATCH * max(int(np.diff(corpus.runs).max(initial=0)), 64)
    asked, answers = (Bags.room(BATCH, room, len(vectors)) for _ in range(2))
    stream = (corpus.words, corpus.pairs)
    for epoch in range(epochs):
        began, losses = time.monotonic(), []
        batches = _batches(corpus.held.size, random)
        for number, chosen in enumerate(batches):
            asked.starts, answers.starts = (np.zeros(len(chosen) + 1, np.int64) for _ in range(2))
            kernels.draw_pairs(
                chosen, stream, corpus.runs, _TIMES, RATES,
                asked.open, asked.starts, answers.open, answers.starts,
            )  # fmt: skip
            loss, *slopes = _slopes(asked.sums(vectors), answers.sums(vectors))
            losses.append(loss)
            for bags, slope in zip((asked, answers), slopes, strict=True):
                kernels.spread(slope, bags.rows, bags.weights, bags.starts, gradient, touched)
            done = (epoch + number / len(batches)) / epochs
            kernels.update(vectors, gradient, energy, touched, RATE * (1 - done) + LAST_RATE)
        tell(f"epoch {epoch + 1}/{epochs}: loss {np.mean(losses):.4f}, {time.monotonic() - began:.1f} s")
    return vectors
