"""Makes the base model from a corpus: terms are counted, the embedding is trained and rounded to bytes, and
the weights of ranking are fitted.

This module decides the order of these steps. It replaces the model file only when the new one is complete on
disk.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.analysis import language_model
from indexer.index.segment import SegmentData
from indexer.store import container
from indexer.store.ragged import narrow
from training import corpus, embedding, weights

DIMS, EPOCHS = 128, 20


def rounded(vectors: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float16]]:
    """Round `vectors`, float32 with one row per term, to bytes. Returns (int8 vectors of the same shape, one float16
    scale per row); a row is approximately its bytes × its scale."""
    scales = np.maximum(np.abs(vectors).max(1) / 127, 1e-6).astype(np.float16)
    held = np.rint(vectors / scales[:, None].astype(np.float32)).clip(-127, 127).astype(np.int8)
    return held, scales


def assemble(held: SegmentData, vectors: NDArray[np.float32], fitted: dict[str, float]) -> language_model.LanguageModel:
    """Build the model from its parts. `held` is the corpus, which gives the counts of words and pairs. `vectors`
    has one row per term, in the order in which `corpus.prepare` numbers the terms. `fitted` maps each ranking
    feature to its weight; it may be empty."""
    counts = np.diff(held.starts.astype(np.int64))
    counts = counts.astype(narrow(held.size + 1))
    size = len(held.words)
    kept, scales = rounded(vectors)
    return language_model.LanguageModel(
        documents=held.size,
        mean_length=corpus.mean_length(held),
        words=held.words,
        word_counts=counts[:size],
        second_starts=held.second_starts,
        seconds=held.seconds,
        pair_counts=counts[size:],
        word_floor=corpus.WORD_FLOOR,
        pair_floor=corpus.PAIR_FLOOR,
        vectors=kept,
        scales=scales,
        weights=fitted,
    )


def write(made: language_model.LanguageModel, out: Path) -> None:
    """Write the model `made` to a new file next to `out`, then replace `out` by that file."""
    beside = out.with_suffix(".new")
    beside.unlink(missing_ok=True)
    container.write(beside, *language_model.contents(made))
    os.replace(beside, out)


def make(
    path: Path, out: Path, dims: int, epochs: int, seed: int, tell: Callable[[str], None]
) -> None:  # fmt: skip
    """Make the model file `out` from the corpus at `path`. The vector of a term has `dims` numbers, the training
    passes `epochs` times over the corpus, and `seed` makes the result repeatable. The model keeps the weights of an existing
    file `out`, or has none if there is no such file. `tell` gets lines of progress. Raises OSError or ValueError for a file
    that cannot be read."""
    held = corpus.read(path)
    tell(f"{held.size} provisions, {len(held.words)} words, {len(held.seconds)} pairs")
    vectors = embedding.train(corpus.prepare(held), dims, epochs, seed, tell)
    made = assemble(held, vectors, {})
    if out.exists():
        before = language_model.read(container.open_container(out))
        made = replace(made, weights=before.weights, short_weights=before.short_weights, long_weights=before.long_weights)
    write(made, out)
    tell(f"{out}: {out.stat().st_size / 1e6:.1f} MB")


def weigh(
    out: Path, questions: Sequence[Sequence[Path]], short: Sequence[Sequence[Path]], long: Sequence[Sequence[Path]],
    tell: Callable[[str], None],
) -> None:  # fmt: skip
    """Fit the weights of ranking in the model file `out` anew, and leave everything else in the file. Each item of
    `questions` is a triple of files (corpus, queries, right answers), and so is each of `short` and `long`, on which the weights
    for short and for long questions are fitted. Where one of them is empty, its weights stay. `tell` gets lines of progress.
    Raises OSError or ValueError for a file that cannot be read."""
    for sets, fit, name in (
        (questions, weights.fit_all, "weights"), (short, weights.fit_short, "short_weights"), (long, weights.fit_long, "long_weights"),
    ):  # fmt: skip
        if sets:
            language_model.use(out.resolve())
            write(replace(language_model.base(), **{name: fit(sets, tell)}), out)
