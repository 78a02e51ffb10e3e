"""What each figure of a candidate is worth, learned from questions whose right provisions are known.

Decides the loss: the softmax over the candidates of a question, its right ones sharing the whole, and a penalty on
large weights (of figures to the same scale). Newton's method; the optimum is the only one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.rank.feature_matrix import FeatureMatrix
from indexer.rank.features import Matrix

PENALTY = 10.0
_TURNS, _ENOUGH, _LEAST_STEP = 40, 1e-5, 1e-4
# Weights are kept to as many digits as make a difference.
_DIGITS = 5


@dataclass(frozen=True)
class Judged:
    """The candidates of one question and which of them are right; the question counts `share` times."""

    features: FeatureMatrix
    right: NDArray[np.bool_]
    share: float = 1.0


@dataclass(frozen=True)
class _Problem:
    """All candidates of all questions; those of question i begin at `starts[i]`; figures to the same scale."""

    figures: Matrix
    question: NDArray[Any]
    starts: NDArray[Any]
    wanted: Matrix
    shares: Matrix
    penalty: float

    def loss(self, weights: Matrix) -> tuple[float, Matrix]:
        """(loss, chance of each candidate)."""
        odds = self.figures @ weights
        most = np.maximum.reduceat(odds, self.starts)
        raised = np.exp(odds - most[self.question])
        sums = np.bincount(self.question, raised)
        missed = self.shares @ (np.log(sums) + most) - (self.wanted * self.shares[self.question]) @ odds
        return float(missed + self.penalty / 2 * weights @ weights), raised / sums[self.question]

    def step(self, weights: Matrix, chances: Matrix) -> tuple[Matrix, float]:
        """(Newton's step to be taken off the weights, slope along it)."""
        share = self.shares[self.question]
        slope = self.figures.T @ ((chances - self.wanted) * share) + self.penalty * weights
        means = np.add.reduceat(self.figures * chances[:, None], self.starts)
        curve = self.figures.T @ (self.figures * (chances * share)[:, None])
        curve += self.penalty * np.eye(len(weights)) - means.T @ (means * self.shares[:, None])
        taken = np.linalg.solve(curve, slope)
        return taken, float(slope @ taken)


def _problem(judged: Sequence[Judged], names: Sequence[str], penalty: float) -> tuple[_Problem, Matrix]:
    blocks = [np.stack([one.features.values[name] for name in names], 1) for one in judged]
    figures = np.concatenate([block - block.mean(0) for block in blocks])
    scale = figures.std(0) + 1e-9
    counts = np.array([len(block) for block in blocks])
    wanted = np.concatenate([one.right / one.right.sum() for one in judged])
    shares = np.array([one.share for one in judged])
    question = np.repeat(np.arange(len(blocks)), counts)
    return _Problem(figures / scale, question, np.cumsum(counts) - counts, wanted, shares, penalty), scale


def fit(judged: Sequence[Judged], penalty: float = PENALTY) -> dict[str, float]:
    """The weights of all figures by name, {} where no question has a right candidate."""
    held = [one for one in judged if one.right.any()]
    if not held:
        return {}
    names = list(held[0].features.values)
    problem, scale = _problem(held, names, penalty)
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
    return {name: float(f"{weight:.{_DIGITS}g}") for name, weight in zip(names, weights / scale, strict=True)}
