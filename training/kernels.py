"""The inner loops of training, compiled with numba.

A bag is the terms of a text with their weights, in no order. Bags are stored one after the other in flat arrays. Bag i has the
terms with the embedding rows `rows[starts[i] : starts[i + 1]]`, and their `weights` are at the same positions."""

from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[Any]


@numba.njit  # type: ignore[misc]
def seed(value: int) -> None:
    """Seed the random number generator of the compiled functions of this module with `value`."""
    np.random.seed(value)


@numba.njit  # type: ignore[misc]
def _add(stream: tuple, first: int, last: int, times: float, bag: tuple, size: int) -> int:  # type: ignore[type-arg]
    """Add the words and pairs at the positions `first` to `last` - 1 of `stream` to a bag of terms. Each adds `times` to the
    weight of its term. `size` is how many terms the arrays of `bag` hold. Returns the new size."""
    words, pairs = stream
    rows, weights, place = bag
    for at in range(first, last):
        for row in (np.int64(words[at]), np.int64(pairs[at]) if at + 1 < last else np.int64(-1)):
            if row >= 0:
                if place[row] < 0:
                    place[row], rows[size], weights[size] = size, row, 0.0
                    size += 1
                weights[place[row]] += times
    return size


@numba.njit  # type: ignore[misc]
def _close(bag: tuple, first: int, size: int, drop: float) -> int:  # type: ignore[type-arg]
    """Finish the bag of terms at the positions `first` to `size` - 1: counts become ln(1 + count). Each term is left out with
    probability `drop`. Returns the position after the last term that is kept."""
    rows, weights, place = bag
    kept = first
    for at in range(first, size):
        row = rows[at]
        place[row] = -1
        if np.random.random() >= drop:
            rows[kept], weights[kept] = row, np.log(1.0 + weights[at])
            kept += 1
    return kept


@numba.njit  # type: ignore[misc]
def whole_bags(stream: tuple, runs: Numbers, times: Numbers, bag: tuple, starts: Numbers) -> None:  # type: ignore[type-arg]
    """Fill one bag of terms for each provision from all its text. `stream` is (words, pairs) of `Corpus`, and `runs` are the
    positions in it at which fields begin. A word of field r counts `times[r]`. `bag` is (rows, weights, place) of `Bags`. The
    position at which each bag begins is written to `starts`."""
    size = 0
    for entry in range(len(starts) - 1):
        starts[entry] = first = size
        for run in range(len(times)):
            at = len(times) * entry + run
            size = _add(stream, runs[at], runs[at + 1], times[run], bag, size)
        size = _close(bag, first, size, 0.0)
    starts[-1] = size


@numba.njit  # type: ignore[misc]
def draw_pairs(
    chosen: Numbers, stream: tuple, runs: Numbers, times: Numbers, rates: tuple,  # type: ignore[type-arg]
    asked: tuple, asked_starts: Numbers, answers: tuple, answer_starts: Numbers,  # type: ignore[type-arg]
) -> None:  # fmt: skip
    """Draw a query and an answer for each provision in `chosen`, and fill a bag of terms for both. A query may be a heading or
    title; its answer is then the text, with or without the title. Or a query is a random piece of the text; its answer is then
    the whole provision.

    `stream` is (words, pairs) of `Corpus`, and `runs` are the positions in it at which fields begin. In a whole provision, a
    word of field r counts `times[r]`; elsewhere every word counts 1. `rates` are three shares: of headings among the queries, of
    terms left out of queries, and of terms left out of answers. `asked` and `answers` are the bags to be filled. The positions
    at which bags begin are written to `asked_starts` and `answer_starts`."""
    share, drop_asked, drop_answer = rates
    filled = answered = 0
    for number in range(len(chosen)):
        text, heading, document, label = runs[4 * chosen[number] : 4 * chosen[number] + 4]
        asked_starts[number], answer_starts[number] = filled, answered
        length = heading - text
        if length < 12 or (document > heading and np.random.random() < share):
            size = _add(stream, heading, document, 1.0, asked, filled)
            if document == heading or np.random.random() < 0.5:
                size = _add(stream, document, label, 1.0, asked, size)
            end = _add(stream, text, heading, 1.0, answers, answered)
            if np.random.random() < 0.5:
                end = _add(stream, document, label, 1.0, answers, end)
        else:
            wide = np.random.randint(8, 28)
            first = text + np.random.randint(0, max(1, length - wide))
            size = _add(stream, first, min(first + wide, heading), 1.0, asked, filled)
            end = _add(stream, text, heading, times[0], answers, answered)
            end = _add(stream, heading, document, times[1], answers, end)
            end = _add(stream, document, label, times[2], answers, end)
        filled = _close(asked, filled, size, drop_asked)
        answered = _close(answers, answered, end, drop_answer)
    asked_starts[len(chosen)], answer_starts[len(chosen)] = filled, answered


@numba.njit(fastmath=True)  # type: ignore[misc]
def sums(vectors: Numbers, rows: Numbers, weights: Numbers, starts: Numbers, out: Numbers) -> None:
    """Write into row i of `out` the weighted sum of the term vectors of bag i. `vectors` is the embedding, with one row
    per term. The terms of bag i are the row numbers `rows[starts[i] : starts[i + 1]]`. The same slice of `weights` has
    their weights."""
    dims = vectors.shape[1]
    for bag in range(len(out)):
        total = out[bag]
        total[:] = 0
        for at in range(starts[bag], starts[bag + 1]):
            vector, weight = vectors[rows[at]], weights[at]
            for dim in range(dims):
                total[dim] += weight * vector[dim]


@numba.njit(fastmath=True)  # type: ignore[misc]
def spread(
    slopes: Numbers, rows: Numbers, weights: Numbers, starts: Numbers, gradient: Numbers, touched: Numbers
) -> None:  # fmt: skip
    """Compute the gradient of each term from the gradients of the bags that contain the term. Row i of `slopes` is the
    gradient of the sum of bag i. The terms of bag i are the row numbers `rows[starts[i] : starts[i + 1]]`. The same
    slice of `weights` has their weights. For each of these terms, its weight times `slopes[i]` is added to its row of
    `gradient`. Its flag in `touched` is set."""
    dims = gradient.shape[1]
    for bag in range(len(slopes)):
        slope = slopes[bag]
        for at in range(starts[bag], starts[bag + 1]):
            row, weight = rows[at], weights[at]
            touched[row] = True
            own = gradient[row]
            for dim in range(dims):
                own[dim] += weight * slope[dim]


@numba.njit(fastmath=True)  # type: ignore[misc]
def update(vectors: Numbers, gradient: Numbers, energy: Numbers, touched: Numbers, rate: float) -> None:
    """Make one step of the optimiser Adagrad on the rows of `vectors` that are flagged in `touched`. `gradient` has the
    gradient of each row, and `rate` is the learning rate. `energy` grows with the squared gradients of each row, and is
    brought up to date here. A row with more energy moves less. The gradients and flags are cleared afterwards."""
    dims = vectors.shape[1]
    for row in range(len(vectors)):
        if touched[row]:
            vector, own = vectors[row], gradient[row]
            square = np.float32(0)
            for dim in range(dims):
                square += own[dim] * own[dim]
            energy[row] += square / dims
            step = np.float32(rate / np.sqrt(energy[row] + 1e-12))
            for dim in range(dims):
                vector[dim] -= step * own[dim]
                own[dim] = 0
            touched[row] = False
