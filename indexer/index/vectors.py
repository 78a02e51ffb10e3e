"""Where a text lies: one vector for each entry of a segment, one for a question, from the base model's embedding.

The vector of a text is Σ ln(1 + weight) · vector over its words and pairs of neighbours, to length 1; the weight of
a term is that of its posting. A vector is kept in bytes, its longest number as 127, so only its direction counts.
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
    """The model's row of each term of a segment, -1 for none."""
    numbers = np.fromiter((model.numbers.get(word, -1) for word in held.words), np.int64, len(held.words))
    known = len(model.words)
    firsts = np.repeat(numbers, lengths_of(held.second_starts))
    seconds = numbers[held.seconds]
    codes = np.where((firsts < 0) | (seconds < 0), -1, firsts * known + seconds)
    places = model.pair_codes.searchsorted(codes)
    places[places == len(model.pair_codes)] = 0
    there = model.pair_codes[places] == codes if len(model.pair_codes) else np.zeros(len(codes), bool)
    # One more at the end: what no word and no pair has.
    rows = np.append(model.rows, np.int32(-1))
    own: NDArray[np.int32] = rows[np.concatenate([numbers, np.where(there, known + places, -1)])]
    return own


def vectors(held: SegmentData, model: LanguageModel | None = None) -> NDArray[np.int8]:
    """The vectors of all entries of a segment, int8[size, dims]; zeros where no word is known."""
    model = model or base()
    out = np.zeros((held.size, model.dims), np.int8)
    rows, weights, starts = _by_entry(held, model)
    for entry in range(held.size):
        own = slice(starts[entry], starts[entry + 1])
        # Bytes are read from the table and widened here: half the time of a table of floats.
        total = weights[own] @ model.vectors[rows[own]].astype(np.float32)
        out[entry] = np.rint(total * (127 / max(float(np.abs(total).max(initial=0)), 1e-9)))
    return out


def _by_entry(held: SegmentData, model: LanguageModel) -> tuple[Numbers, Floats, list[int]]:
    """(rows, weights times their scales, starts) of the embedded postings, entry by entry."""
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
    """The vector of a question in stretches of words, float32[dims] of length 1; zeros where no word is known."""
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
    """(row in the model, length of the vector) of each word of a segment; (-1, 0) where it has none."""
    numbers = np.fromiter((model.numbers.get(word, -1) for word in held.words), np.int64, len(held.words))
    # One more at the end: what an unknown word has.
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
    """How near entries' vectors lie to a question's, -1 to 1; 0 where a segment has none."""
    if held.shape[1] != len(asked):
        return np.zeros(len(held))
    wide = held.astype(np.float64)
    near: NDArray[np.float64] = (wide @ asked.astype(np.float64)) / (
        np.sqrt(np.einsum("ij,ij->i", wide, wide)) + 1e-9
    )
    return near.round(6)
