"""The tables of a cluster's figures, and the model of larger sites: what is short is said, and what grows is counted."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from tests.bench import tables
from tests.cluster import model

CPU = {"web": 0.04, "search": 0.02, "database": 0.01, "store": 0.0, "workers": 0.0, "balancer": 0.001}
PAGE = {"p50": 60.0, "p95": 100.0, "p99": 120.0, "max": 130.0, "count": 200.0}
OWN: dict[str, Any] = {
    "filled first": {"documents": 100, "provisions": 1_000, "added": (100, 1_000), "seconds": 10.0, "cpu": CPU},
    "filled all": {"documents": 300, "provisions": 3_000, "added": (200, 2_000), "seconds": 3.0, "cpu": {**CPU, "workers": 0.2}},
    "asked first": {"page": PAGE, "cpu": {**CPU, "search": 0.01}, "others": 0.5, "statuses": {200: 600}},
    "asked all": {"page": PAGE, "cpu": CPU, "others": 0.5, "statuses": {200: 600}},
    "sizes": {"index": 9.0, "index with copies": 18.0, "database": 6.0, "files": 3.0},
    "many": {"one": {"a second": 10.0, "processors busy": CPU}, "two": {"a second": 17.0, "processors busy": CPU}},
    "files": {"store": {**PAGE, "p95": 50.0}, "folder": {**PAGE, "p95": 25.0}},
    "judged": {"opensearch": {"ndcg@10": 0.9}, "local": {"ndcg@10": 0.9}},
    "rebuilt": {name: {"seconds": 3.0, "provisions a second": 1_000.0, "search cpu": 1.0} for name in ("cluster", "one machine")},
    "beside": {"page": PAGE, "cpu": {"web": 0.03, "search": 0.0, "database": 0.01}, "others": 0.5, "statuses": {200: 600}, "index": 5.0},
    "minutes": 1.0,
}


@pytest.fixture
def figures() -> dict[str, Any]:
    """Figures that reach everything."""
    return {"machine": {"date": "2026-01-02"}, "cluster": deepcopy(OWN)}


def test_all_that_is_reached_is_said(figures: dict[str, Any]) -> None:
    written = tables.part("cluster", figures)
    assert "**short**" not in written and "## On several machines" in written and "3,000 provisions" in written


@pytest.mark.parametrize(
    ("path", "value", "title"),
    [
        (("judged", "opensearch", "ndcg@10"), 0.88, "nDCG@10"), (("asked all", "page", "p50"), 81.0, "p50"), (("asked all", "page", "p95"), 151.0, "p95"),
        (("filled all", "seconds"), 5.0, "provisions/s"), (("many", "two", "a second"), 15.0, "two web machines"), (("files", "store", "p95"), 53.0, "10 MB"),
        (("asked all", "statuses"), {200: 599, 503: 1}, "other than pages"),
    ],
)  # fmt: skip
def test_what_is_short_is_said(figures: dict[str, Any], path: tuple[str, ...], value: Any, title: str) -> None:
    held = figures["cluster"]
    for name in path[:-1]:
        held[name] = held = {**held[name]}
    held[path[-1]] = value
    short = [line for line in tables.part("cluster", figures).splitlines() if "**short**" in line]
    assert len(short) == 1 and title in short[0]


def test_the_section_stays_when_others_are_written_anew(figures: dict[str, Any]) -> None:
    merged = tables.merged("# Benchmarks\n\n## On several machines\n\nold\n", figures)
    assert "old" not in merged and merged.count("## On several machines") == 1
    assert "## On several machines" in tables.merged(merged, {"machine": {"date": "2026-01-03"}})


def test_a_larger_site_needs_more_and_never_less_than_two_of_what_may_fail(figures: dict[str, Any]) -> None:
    figures["cluster"]["asked first"]["cpu"]["search"] = 0.02
    small, middle, large = (model.needs(figures["cluster"], documents) for documents in model.SIZES)
    for name in small:
        assert small[name] <= middle[name] <= large[name], name
    assert (small["web machines"], small["search machines"], small["worker machines"]) == (2, 3, 2)
    assert large["index GB"] == pytest.approx(2 * 9.0 / 1000 / 3_000 * 800_000_000)
    assert large["search processors"] == pytest.approx(100 * small["search processors"])


def test_the_time_of_a_question_grows_by_the_line_that_was_measured(figures: dict[str, Any]) -> None:
    own = figures["cluster"]
    assert model.search_seconds(own, 50_000) == pytest.approx(0.02) and "far too few" in model.document(figures)
    own["filled first"]["provisions"], own["filled all"]["provisions"] = 10_000, 30_000
    assert model.search_seconds(own, 30_000) == pytest.approx(0.02)
    assert model.search_seconds(own, 50_000) == pytest.approx(0.03) and "is a guess" in model.document(figures)
    own["asked first"]["cpu"]["search"] = 0.05
    assert model.search_seconds(own, 50_000) == pytest.approx(0.02)


def test_the_document_says_what_was_measured_and_what_is_supposed(figures: dict[str, Any]) -> None:
    written = model.document(figures)
    assert "date 2026-01-02" in written and "300 documents with 3,000 provisions" in written and "100,000,000 documents" in written
    assert "Supposed" in written and "computed, not measured" in written
