"""Ranking weights learnt from judged queries."""

import numpy as np
import pytest

from indexer.learn.weights import Judged, fit
from indexer.rank.feature_matrix import FeatureMatrix

_NAMES = ("first", "second", "noise")


def questions(count: int, seed: int, weights: tuple[float, float, float]) -> list[Judged]:
    """Queries whose right candidate is drawn by the softmax of these weights."""
    random = np.random.default_rng(seed)
    made = []
    for _ in range(count):
        values = random.standard_normal((20, 3))
        odds = np.exp(values @ np.array(weights))
        right = np.zeros(20, bool)
        right[random.choice(20, p=odds / odds.sum())] = True
        made.append(Judged(FeatureMatrix(dict(zip(_NAMES, values.T, strict=True))), right))
    return made


def loss(judged: list[Judged], weights: dict[str, float], penalty: float) -> float:
    """The loss computed directly from its definition, with features of the same scale."""
    blocks = [np.stack([one.features.values[name] for name in _NAMES], 1) for one in judged]
    scale = np.concatenate([block - block.mean(0) for block in blocks]).std(0)
    own = np.array([weights[name] for name in _NAMES]) * scale
    total = penalty / 2 * float(own @ own)
    for one, block in zip(judged, blocks, strict=True):
        odds = block / scale @ own
        total += one.share * float(np.log(np.exp(odds).sum()) - odds[one.right].mean())
    return total


def test_the_weights_that_made_the_answers_are_found() -> None:
    found = fit(questions(800, 1, (1.5, -0.7, 0.0)), penalty=1e-3)
    assert found["first"] == pytest.approx(1.5, abs=0.2)
    assert found["second"] == pytest.approx(-0.7, abs=0.2)
    assert found["noise"] == pytest.approx(0.0, abs=0.15)


@pytest.mark.parametrize("penalty", [0.1, 10.0, 1000.0])
def test_no_other_weights_are_better(penalty: float) -> None:
    judged = questions(60, 2, (2.0, 1.0, 0.0))
    found = fit(judged, penalty)
    best = loss(judged, found, penalty)
    for name in _NAMES:
        for step in (-0.02, 0.02):
            assert loss(judged, {**found, name: found[name] + step}, penalty) > best


def test_a_question_counts_by_its_share() -> None:
    this, that = questions(40, 3, (2.0, 0.0, 0.0)), questions(40, 4, (-2.0, 0.0, 0.0))
    doubted = [Judged(one.features, one.right, 0.01) for one in that]
    assert (
        fit([*this, *doubted])["first"]
        > 0
        > fit([*that, *(Judged(o.features, o.right, 0.01) for o in this)])["first"]
    )
    assert abs(fit([*this, *that])["first"]) < 0.3


def test_questions_without_a_right_candidate_teach_nothing() -> None:
    judged = questions(20, 5, (1.0, 0.0, 0.0))
    lost = [Judged(one.features, np.zeros(20, bool)) for one in questions(20, 6, (-3.0, 0.0, 0.0))]
    assert fit([*judged, *lost]) == fit(judged)
    assert fit(lost) == {}


def test_figures_that_say_nothing_do_no_harm() -> None:
    judged = [
        Judged(FeatureMatrix({**one.features.values, "same": np.ones(20)}), one.right)
        for one in questions(30, 7, (1.0, 0.0, 0.0))
    ]
    found = fit(judged)
    assert np.isfinite(list(found.values())).all() and found["same"] == 0


def test_weights_stay_near_those_known_before_unless_queries_say_otherwise() -> None:
    judged, prior = questions(60, 5, (2.0, 0.0, 0.0)), {"first": -1.0, "second": 0.5, "noise": 0.0}
    assert fit(judged, 1e6, prior) == pytest.approx(prior, abs=0.01)
    moved = fit(judged, 1e-3, prior)
    assert moved["first"] == pytest.approx(fit(judged, 1e-3)["first"], abs=0.05)
    between = fit(judged, 30.0, prior)["first"]
    assert -1.0 < between < moved["first"]


def test_a_longer_query_does_not_count_for_more() -> None:
    short = questions(40, 9, (1.5, -0.5, 0.0))
    longer = [
        Judged(
            FeatureMatrix({name: 9 * values for name, values in one.features.values.items()}, 9.0), one.right
        )
        for one in questions(40, 10, (1.5, -0.5, 0.0))
    ]
    same = [
        Judged(
            FeatureMatrix({name: 3 * values for name, values in one.features.values.items()}, 3.0), one.right
        )
        for one in (*short, *questions(40, 10, (1.5, -0.5, 0.0)))
    ]
    assert fit([*short, *longer]) == pytest.approx(fit(same), rel=1e-3)
