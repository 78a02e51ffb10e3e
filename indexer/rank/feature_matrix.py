"""Computes the features of the best candidates as one matrix, the weighted sum of the features, and the
contribution of each feature.

The candidates of a query come from several segments. This module puts them together, because some features
compare them with one another. `rank.features` computes the features, and the base model holds their weights.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from indexer.analysis.language_model import LanguageModel, base
from indexer.index import vectors
from indexer.rank.candidates import CandidateBlock, joined, read
from indexer.rank.features import CandidateFigures, Matrix, QueryFigures, figures
from indexer.types import Contribution

# Features are rounded to six decimals, so that they do not depend on the order in which numbers are added.
_DECIMALS = 6
# Contributions are shown to people, so their last digits must not reveal what else is in the index.
_SHOWN = 4


@dataclass(frozen=True)
class FeatureMatrix:
    """The features of all candidates of a query. `values` maps the name of each feature to an array of shape
    (candidates,)."""

    values: Mapping[str, Matrix]

    def score(self, weights: Mapping[str, float]) -> Matrix:
        """Compute the score of each candidate: the sum of its features, each multiplied by its weight. Returns one
        score per candidate. `weights` maps the name of each feature to its weight. The difference between two scores
        is the log-odds that the first candidate, not the second, is what the user looks for."""
        worth = np.array(list(weights.values()))[:, None]
        total: Matrix = (np.stack([self.values[name] for name in weights]) * worth).sum(0)
        return total.round(_DECIMALS)

    def explain(self, place: int, weights: Mapping[str, float]) -> tuple[Contribution, ...]:
        """Compute the contribution of each feature to the score of the candidate number `place`, the largest first.
        `weights` maps the name of each feature to its weight."""
        made = []
        for name, weight in weights.items():
            own, mean = float(self.values[name][place]), float(self.values[name].mean())
            made.append(Contribution(name, own, weight, round(weight * (own - mean), _SHOWN)))
        return tuple(sorted(made, key=lambda reason: -abs(reason.contribution)))


def features(asked: QueryFigures, groups: Sequence[CandidateBlock], model: LanguageModel | None = None) -> FeatureMatrix:
    """Compute the features of all candidates of the query `asked`. Each of `groups` holds the candidates of one segment;
    there must be at least one group. The candidates keep their order. `model` None means the base model."""
    model = model or base()
    vector = vectors.question(asked.runs, model)
    cosines = [vectors.cosines(group.arrays.vectors[group.entries], vector) for group in groups]
    found = CandidateFigures(
        asked=asked,
        scores=np.concatenate([group.scores for group in groups]).astype(np.float64),
        cosines=np.concatenate(cosines),
        documents=np.concatenate([group.arrays.integers["document"][group.entries] for group in groups]),
        orders=np.concatenate([group.arrays.integers["order"][group.entries] for group in groups]),
        hits=joined([read(group, model, vector) for group in groups]),
    )
    made = figures(found)
    return FeatureMatrix(dict(zip(made, np.stack(list(made.values())).round(_DECIMALS), strict=True)))
