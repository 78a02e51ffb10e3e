"""What every engine of the benchmark offers, and the loop that times the queries of all of them.

It uses the standard library only.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

from tests.bench.measure import memory, spread, timed

TOP = 10


class Question(TypedDict):
    """A query in the form of `tests.bench.corpus.write_questions`."""

    text: str
    words: list[str]
    right: list[str]


Asks = Callable[[Question], Sequence[Any]]


@dataclass(frozen=True)
class Asking:
    """An opened engine. Each function returns its best ten results as internal numbers; `anchors` gives their
    articles."""

    whole: Asks
    all_words: Asks
    phrase: Asks
    anchors: Callable[[Sequence[Any]], list[str]]


def measure(asking: Asking, questions: Mapping[str, list[Question]], limit: int | None) -> dict[str, Any]:
    """Run every query once to warm up and once timed. `limit` keeps only the first queries of each list."""
    functions = {
        "whole": asking.whole, "beside": asking.all_words, "drawn": asking.all_words, "rare": asking.all_words,
        "phrase": asking.phrase,
    }  # fmt: skip
    figures: dict[str, Any] = {}
    for shape, ask in functions.items():
        asked = questions[shape][:limit]
        timed(ask, asked)
        figures[shape] = spread(timed(ask, asked))
        figures[f"{shape}_answered"] = sum(bool(ask(one)) for one in asked)
    figures["memory"] = memory()
    asked = [one for one in questions["whole"][:limit] if one["right"]]
    figures["ndcg@10"] = sum(gain(one["right"], asking.anchors(asking.whole(one))) for one in asked) / max(
        len(asked), 1
    )
    return figures


def gain(right: Sequence[str], found: Sequence[str]) -> float:
    """nDCG@10 of one result list in which all right articles have the same gain."""
    weights = [1 / math.log2(place + 2) for place in range(TOP)]
    got = sum(weight for weight, anchor in zip(weights, found, strict=False) if anchor in right)
    return got / sum(weights[: len(right)])
