"""Measures of a ranking: nDCG, recall and reciprocal rank."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from indexer.evaluate.corpus import JudgedQuery

_METRICS = ("ndcg@10", "recall@1", "recall@10", "recall@100", "mrr@10")
Ranking = Sequence[str]


def measure(question: JudgedQuery, ranking: Ranking) -> dict[str, float]:
    """Compute the measures of one query; keys are the names of the measures, such as "ndcg@10". `question` is
    the query with its right provisions, and `ranking` holds the ids of the provisions found, best first."""
    gains = [question.right.get(provision, 0) for provision in ranking[:10]]
    ideal = sorted(question.right.values(), reverse=True)[:10]
    first = next((place for place, gain in enumerate(gains, 1) if gain), 0)
    figures = {"ndcg@10": _dcg(gains) / _dcg(ideal), "mrr@10": 1 / first if first else 0.0}
    for depth in (1, 10, 100):
        figures[f"recall@{depth}"] = len(set(ranking[:depth]) & set(question.right)) / len(question.right)
    return figures


def _dcg(gains: Sequence[int]) -> float:
    return sum((2.0**gain - 1) / math.log2(place + 1) for place, gain in enumerate(gains, 1))


def means(measured: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Compute the mean of each measure over all queries; keys are the names of the measures. `measured` holds
    one dict of measures per query. Without queries every mean is 0."""
    return {name: round(sum(one[name] for one in measured) / max(len(measured), 1), 4) for name in _METRICS}


def percentile(values: Sequence[float], share: float) -> float:
    """Return the percentile of `values` at `share` (0 to 1), by the nearest-rank method: 2 for [1, 2, 3, 4]
    and 0.5. The result is always one of `values`; 0 where `values` is empty."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, math.ceil(share * len(ordered)) - 1))] if ordered else 0.0
