"""Vectors of entries and queries; texts on similar subjects have vectors of similar direction.

This module decides how the vector of a text is made from the model's vectors of its words and word pairs.
They are added up, each times ln(1 + its weight in the text).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from indexer.analysis.language_model import LanguageModel, base
from indexer.index.segment import SegmentData
from indexer.store.ragged import Numbers, lengths_of

Floats = NDArray[np.float32]


def rows_of(held: SegmentData, model: LanguageModel) -> NDArray[np.int32]:
    """For each term of the segment `held`, its row in the embedding of `model`; -1 for a term without a
    vector. An int32 array of shape (terms,)."""
    numbers = np.fromiter((model.numbers.get(word, -1) for word in held.words), np.int64, len(held.words))
    known = len(model.words)
    firsts = np.repeat(numbers, lengths_of(held.second_starts))
    seconds = numbers[held.seconds]
    codes = np.where((firsts < 0) | (seconds < 0), -1, firsts * known + seconds)
    places = model.pair_codes.searchsorted(codes)
    places[places == len(model.pair_codes)] = 0
    there = model.pair_codes[places] == codes if len(model.pair_codes) else np.zeros(len(codes), bool)
    # One more item at the end, for words and pairs that the model does not contain.
    rows = np.append(model.rows, np.int32(-1))
    own: NDArray[np.int32] = rows[np.concatenate([numbers, np.where(there, known + places, -1)])]
    return own


def vectors(held: SegmentData, model: LanguageModel | None = None) -> NDArray[np.int8]:
    """Compute the vectors of all entries of the segment `held`: int8 of shape (size, dims). Only the
    direction of a vector counts. `model` None means the base model. An entry without any word that the model
    knows gets zeros."""
    model = model or base()
    out = np.zeros((held.size, model.dims), np.int8)
    rows, weights, starts = _by_entry(held, model)
    for entry in range(held.size):
        own = slice(starts[entry], starts[entry + 1])
        # Bytes are read from the table and converted here, which takes half the time of a table of floats.
        total = weights[own] @ model.vectors[rows[own]].astype(np.float32)
        out[entry] = np.rint(total * (127 / max(float(np.abs(total).max(initial=0)), 1e-9)))
    return out


def _by_entry(held: SegmentData, model: LanguageModel) -> tuple[Numbers, Floats, list[int]]:
    """Collect for each entry of the segment `held` the terms that have a vector in `model`. Returns (rows,
    factors, starts). An item of `rows` is the row of the term's vector, and the item of `factors`
    multiplies this vector. The items of entry e begin at `starts[e]` and end before `starts[e + 1]`."""
    each = np.repeat(rows_of(held, model), lengths_of(held.starts))
    places = np.flatnonzero(each >= 0)
    entries = held.entries[places]
    order = places[np.argsort(entries, kind="stable")]
    rows = each[order]
    logs = np.log1p(np.arange(256, dtype=np.float32))
    weights = logs[held.weights[order]] * model.scales[rows].astype(np.float32)
    starts = np.concatenate([[0], np.cumsum(np.bincount(entries, minlength=held.size))])
    return rows, weights, starts.tolist()


def question(runs: Iterable[Sequence[str]], model: LanguageModel | None = None) -> Floats:
    """Compute the vector of a query: float32 of shape (dims,) and length 1. `runs` are the stretches of
    neighbouring words in the query. `model` None means the base model. The vector is zeros where the model
    knows none of the words."""
    model = model or base()
    terms: Counter[int] = Counter()
    for run in runs:
        numbers = [model.numbers.get(word, -1) for word in run]
        terms.update(number for number in numbers if number >= 0)
        terms.update(_pairs(numbers, model))
    rows = model.rows[list(terms)]
    weights = np.log1p(np.fromiter(terms.values(), np.float32, len(terms)))[rows >= 0]
    rows = rows[rows >= 0]
    total: Floats = (weights * model.scales[rows].astype(np.float32)) @ model.vectors[rows].astype(np.float32)
    length = float(np.linalg.norm(total))
    return total / np.float32(length) if length else total


def _pairs(numbers: Sequence[int], model: LanguageModel) -> Iterable[int]:
    for first, second in pairwise(numbers):
        if first >= 0 and second >= 0 and (place := model.pair_place(first, second)) >= 0:
            yield len(model.words) + place


def word_table(held: SegmentData, model: LanguageModel) -> tuple[NDArray[np.int32], Floats]:
    """Return two arrays with one item per word of the segment `held`: (the word's row in the embedding of
    `model`, the length of its vector). A word without a vector has row -1 and length 0."""
    numbers = np.fromiter((model.numbers.get(word, -1) for word in held.words), np.int64, len(held.words))
    # One more item at the end, for unknown words.
    rows = np.append(model.rows[: len(model.words)], np.int32(-1))[numbers]
    wide = (
        model.vectors[rows].astype(np.float32) if len(model.vectors) else np.zeros((len(rows), 0), np.float32)
    )
    sizes = (
        np.sqrt(np.einsum("ij,ij->i", wide, wide))
        * np.append(model.scales, np.float16(0)).astype(np.float32)[rows]
    )
    return rows, sizes.astype(np.float32)


def cosines(held: NDArray[np.int8], asked: Floats) -> NDArray[np.float64]:
    """Compute the cosine between each vector in `held`, int8 of shape (n, dims), and the query's vector
    `asked`. Returns float64 of shape (n,), rounded to 6 digits. All are 0 where `held` and `asked` differ in
    dims, as in an index without vectors."""
    if held.shape[1] != len(asked):
        return np.zeros(len(held))
    wide = held.astype(np.float64)
    near: NDArray[np.float64] = (wide @ asked.astype(np.float64)) / (
        np.sqrt(np.einsum("ij,ij->i", wide, wide)) + 1e-9
    )
    return near.round(6)
