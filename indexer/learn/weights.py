"""Learns the weight of each ranking feature from queries whose right provisions are known.

This module decides the loss: cross-entropy over the candidates of a query, and a penalty on large weights.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.rank.feature_matrix import FeatureMatrix
from indexer.rank.features import Matrix

PENALTY = 10.0
_TURNS, _ENOUGH, _LEAST_STEP = 40, 1e-5, 1e-4
# Weights are rounded to the digits that make a difference.
_DIGITS = 5
# Queries of less mass have hardly any words.
_LEAST_SCALE = 1.0


@dataclass(frozen=True)
class Judged:
    """The candidates of one query. `features` holds their features, and `right` is a mask over them, True for
    the right ones. `share` is the weight of the query in training."""

    features: FeatureMatrix
    right: NDArray[np.bool_]
    share: float = 1.0


@dataclass(frozen=True)
class _Problem:
    """The candidates of all queries in one table, `figures`: one row of scaled features per candidate.
    `question` and `wanted` have one item per row: the number of its query, and the probability that it should
    get. `starts` and `shares` have one item per query: its first row, and its weight in training. A greater
    `penalty` gives smaller feature weights. `prior` has the score of each row with weights that are known before."""

    figures: Matrix
    question: NDArray[Any]
    starts: NDArray[Any]
    wanted: Matrix
    shares: Matrix
    penalty: float
    prior: Matrix

    def loss(self, weights: Matrix) -> tuple[float, Matrix]:
        """Return (the loss with the feature weights `weights`, the probability that they give to each
        candidate)."""
        odds = self.prior + self.figures @ weights
        most = np.maximum.reduceat(odds, self.starts)
        raised = np.exp(odds - most[self.question])
        sums = np.bincount(self.question, raised)
        missed = self.shares @ (np.log(sums) + most) - (self.wanted * self.shares[self.question]) @ odds
        return float(missed + self.penalty / 2 * weights @ weights), raised / sums[self.question]

    def step(self, weights: Matrix, chances: Matrix) -> tuple[Matrix, float]:
        """Compute one step of Newton's method from the feature weights `weights`. `chances` is the
        probability that they give to each candidate. Returns (the step to subtract from `weights`, how fast
        the loss falls along the step)."""
        share = self.shares[self.question]
        slope = self.figures.T @ ((chances - self.wanted) * share) + self.penalty * weights
        means = np.add.reduceat(self.figures * chances[:, None], self.starts)
        curve = self.figures.T @ (self.figures * (chances * share)[:, None])
        curve += self.penalty * np.eye(len(weights)) - means.T @ (means * self.shares[:, None])
        taken = np.linalg.solve(curve, slope)
        return taken, float(slope @ taken)


def _problem(
    judged: Sequence[Judged], names: Sequence[str], penalty: float, prior: Mapping[str, float]
) -> tuple[_Problem, Matrix]:
    # Features grow with the mass of a question, but a longer one is not surer of its answer. Without this, a few of the longest
    # would decide the weights.
    given = np.maximum([one.features.scale for one in judged], _LEAST_SCALE)
    scales = np.exp(np.log(given).mean()) / given
    blocks = [
        np.stack([one.features.values[name] for name in names], 1) * scale
        for one, scale in zip(judged, scales, strict=True)
    ]
    figures = np.concatenate([block - block.mean(0) for block in blocks])
    scale = figures.std(0) + 1e-9
    counts = np.array([len(block) for block in blocks])
    wanted = np.concatenate([one.right / one.right.sum() for one in judged])
    shares = np.array([one.share for one in judged])
    question = np.repeat(np.arange(len(blocks)), counts)
    before = figures @ np.array([prior.get(name, 0.0) for name in names])
    return _Problem(figures / scale, question, np.cumsum(counts) - counts, wanted, shares, penalty, before), scale


def fit(
    judged: Sequence[Judged], penalty: float = PENALTY, prior: Mapping[str, float] | None = None
) -> dict[str, float]:
    """Learn the weight of each ranking feature from the judged queries `judged`. Returns weights by name of
    the feature; {} where no query has a right candidate. A greater `penalty` gives smaller weights, or weights nearer to
    those of `prior`, if there is one."""
    held = [one for one in judged if one.right.any()]
    if not held:
        return {}
    names = list(held[0].features.values)
    problem, scale = _problem(held, names, penalty, prior or {})
    weights = np.zeros(len(names))
    loss, chances = problem.loss(weights)
    for _ in range(_TURNS):
        taken, slope = problem.step(weights, chances)
        length, before = 1.0, loss
        loss, chances = problem.loss(weights - taken)
        while loss > before - 0.1 * length * slope and length > _LEAST_STEP:
            length /= 2
            loss, chances = problem.loss(weights - length * taken)
        weights = weights - length * taken
        if before - loss < _ENOUGH:
            break
    found = zip(names, weights / scale, strict=True)
    return {name: float(f"{weight + (prior or {}).get(name, 0.0):.{_DIGITS}g}") for name, weight in found}
