"""Computes the features of the best candidates of a query, and their scores from the features.

This module puts the candidates of all segments together, because some features compare candidates with one another. It
decides how features are weighed. `rank.features` computes them, and the base model holds their weights."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from indexer.analysis import language_model
from indexer.analysis.language_model import LanguageModel, base
from indexer.index import vectors
from indexer.query.query import Query
from indexer.rank.candidates import CandidateBlock, joined, read
from indexer.rank.definitions import Defined
from indexer.rank.features import CandidateFigures, Matrix, QueryFigures, figures
from indexer.types import Contribution

# Features are rounded to six decimals, so that they do not depend on the order in which numbers are added.
_DECIMALS = 6
# Contributions are shown to people, so their last digits must not reveal what else is in the index.
_SHOWN = 4
# A question of at most so many words, those that only ask among them, is short.
SHORT = 10
# A question of at least so many different words, those that only ask not among them, is long.
LONG = 8
# The weights of features that are 0 but for some kinds of questions, measured with all other weights held.
ANSWERING = {"best clause with an amount": 0.04, "amounts": 0.2, "defines": 1.0, "defines in glossary": 0.3}


@dataclass(frozen=True)
class FeatureMatrix:
    """The features of all candidates of a query. `values` maps the name of a feature to an array with one value per
    candidate. `scale` is what the features are divided by to fit weights: the mass of a long question, 1 for another query."""

    values: Mapping[str, Matrix]
    scale: float = 1.0

    def score(self, weights: Mapping[str, float]) -> Matrix:
        """Compute one score per candidate: the sum of its features, each multiplied by its weight. `weights` maps the
        name of each feature to its weight. The unit of scores is log-odds: the difference of two scores says how much
        likelier the user looks for the first candidate."""
        worth = np.array(list(weights.values()))[:, None]
        total: Matrix = (np.stack([self.values[name] for name in weights]) * worth).sum(0)
        return total.round(_DECIMALS)

    def explain(self, place: int, weights: Mapping[str, float]) -> tuple[Contribution, ...]:
        """Compute the contribution of each feature to the score of candidate number `place`. The largest come first,
        whether positive or negative. `weights` maps the name of each feature to its weight. Features of another kind of
        question are left out."""
        made = []
        for name, weight in weights.items():
            if name in ANSWERING and not self.values[name].any():
                continue
            own, mean = float(self.values[name][place]), float(self.values[name].mean())
            made.append(Contribution(name, own, weight, round(weight * (own - mean), _SHOWN)))
        return tuple(sorted(made, key=lambda reason: -abs(reason.contribution)))


def weights(query: Query | None = None) -> dict[str, float]:
    """Return the weight of each feature for `query` by its name; {} where the base model has none. None means a query that is
    neither a short nor a long question.
    Weights of the base model go before those given here."""
    fitted, model = language_model.weights(), base()
    if query is not None and is_long(query):
        return {**ANSWERING, **language_model.long_weights()}
    used = {**ANSWERING, **fitted} if fitted else {}
    if not used or query is None or not (model.short_weights and _is_short(query)):
        return used
    # Weights that are measured meanwhile are changed for a short question as the model's own are.
    own = {**ANSWERING, **model.weights}
    return {name: used.get(name, 0.0) + weight - own.get(name, 0.0) for name, weight in model.short_weights.items()}


def is_long(query: Query) -> bool:
    """Whether `query` is a long question: it has words that ask, and at least LONG others. It is a question of law as the
    weights for such were fitted on. A phrase or a sentence of a text asks nothing, however long it is. Always False
    where the base model has no weights for long questions."""
    asks = query.question.kind and len(query.words) >= LONG and not _is_short(query)
    return bool(asks and language_model.long_weights())


def _is_short(query: Query) -> bool:
    """Whether `query` has few words, law words stand for some of them, and it asks for no definition. Such questions of people
    lack the words of their answers. A query in words of the law is found by these, however short it is."""
    few = sum(map(len, query.as_spoken)) <= SHORT
    return few and bool(query.expansions) and query.question.kind != "definition"


def features(
    asked: QueryFigures, groups: Sequence[CandidateBlock], model: LanguageModel | None = None, defining: Defined | None = None
) -> FeatureMatrix:  # fmt: skip
    """Compute the features of all candidates of the query `asked`. Each of `groups` holds the candidates of one
    segment; there must be at least one. The candidates keep their order. `model` None means the base model. `defining` says
    how surely each candidate defines what is asked for; None where no definition is."""
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
        levels=defining.levels if defining else None,
        glossary=defining.glossary if defining else None,
    )
    made = figures(found)
    values = dict(zip(made, np.stack(list(made.values())).round(_DECIMALS), strict=True))
    return FeatureMatrix(values, asked.mass if asked.long else 1.0)
