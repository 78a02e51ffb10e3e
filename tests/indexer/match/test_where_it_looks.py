"""A query finds nothing outside its folder, document and days, and nothing that it excludes."""

from datetime import date, timedelta
from typing import Any

import pytest

from indexer import Index
from indexer.match import boolean, expansion
from indexer.query.parser import parse
from tests.indexer.regulations import ask, entry, fill, found


@pytest.mark.parametrize(
    "limits", [{"document": 3}, {"folder_tree": frozenset({8})}, {"since": date(2021, 1, 1)}, {"until": date(2019, 1, 1)}]
)
def test_a_number_is_looked_for_only_where_the_question_looks(regulations: Index, limits: dict[str, Any]) -> None:
    assert 2 in found(ask(regulations, "30/2020/NĐ-CP"))
    assert 2 not in found(ask(regulations, "30/2020/NĐ-CP", **limits))


def test_documents_without_a_date_lie_before_no_day(store: Index) -> None:
    fill(store, [entry(1, "lễ hội", issued_on=date(2020, 1, 1)), entry(2, "lễ hội")])
    assert found(ask(store, "lễ hội đến:31/12/2020")) == [1]
    assert found(ask(store, "lễ hội", until=date(2020, 12, 31))) == [1]
    assert found(ask(store, "lễ hội", since=date(2000, 1, 1))) == [1]


def test_what_ends_on_a_day_comes_after_what_is_in_force_on_it(store: Index) -> None:
    end = date(2024, 5, 1)
    fill(store, [entry(1, "lễ hội", effective_to=end), entry(2, "lễ hội")])
    assert found(ask(store, "lễ hội", at=end - timedelta(1))) == [1, 2]
    assert found(ask(store, "lễ hội", at=end)) == [2, 1]


def test_what_is_excluded_is_never_shown(store: Index) -> None:
    """This holds where a prefix matches more words than a query may be expanded to, and after the deadline."""
    crowd = " ".join(f"th{number:04}" for number in range(expansion.MOST_EXPANDED))
    fill(store, [entry(1, crowd), entry(2, crowd), entry(3, "gốc thzzzz"), entry(4, "gốc tự do ngôn luận"),
                 entry(5, "gốc")])  # fmt: skip
    for question in ("gốc -th*", "gốc -(th* OR ab*)"):
        answer = ask(store, question)
        assert sorted(found(answer)) == [4, 5] and not answer.truncated, question
    reading = boolean.Evaluation({}, marked=True, deadline=0.0)
    node = parse('gốc -"tự do ngôn luận"').strict
    assert node is not None
    snapshot = store.snapshot()
    assert not boolean.mask(snapshot, node, reading, snapshot.alive).any() and reading.late
