"""The best candidates weighed: a linear sum of some thirty figures, and what counted for each of them.

Decides how candidates of several segments become figures of one question, and what a sum is. The figures are in
`features`, their weights in the base model.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from indexer.analysis.language_model import LanguageModel, base
from indexer.index import vectors
from indexer.rank.candidates import CandidateBlock, joined, read
from indexer.rank.features import CandidateFigures, Matrix, QueryFigures, figures
from indexer.types import Contribution

# Figures are kept to six decimals, so that a sum does not depend on the order in which it was added up.
_DECIMALS = 6
# What counted is shown, and must not tell by its last digits what else is in the index.
_SHOWN = 4


@dataclass(frozen=True)
class FeatureMatrix:
    """The figures of all candidates by name, each float[candidates]."""

    values: Mapping[str, Matrix]

    def score(self, weights: Mapping[str, float]) -> Matrix:
        """The sum for each candidate: a difference of two is the log-odds of one being right rather than the other."""
        worth = np.array(list(weights.values()))[:, None]
        total: Matrix = (np.stack([self.values[name] for name in weights]) * worth).sum(0)
        return total.round(_DECIMALS)

    def explain(self, place: int, weights: Mapping[str, float]) -> tuple[Contribution, ...]:
        """What counted for the candidate at a place, most first."""
        made = []
        for name, weight in weights.items():
            own, mean = float(self.values[name][place]), float(self.values[name].mean())
            made.append(Contribution(name, own, weight, round(weight * (own - mean), _SHOWN)))
        return tuple(sorted(made, key=lambda reason: -abs(reason.contribution)))


def features(asked: QueryFigures, groups: Sequence[CandidateBlock], model: LanguageModel | None = None) -> FeatureMatrix:
    """The figures of all candidates, in the order of the groups (at least one); `model`: the base model where None."""
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
