"""Prefixes ("từ*"): which words a prefix is expanded to where the query has no room for all of them."""

import pytest

from indexer import Index
from indexer.match import boolean
from indexer.query.parser import parse
from tests.indexer.regulations import ask, entry, fill, found


def test_words_are_counted_in_all_segments_together(store: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    """In neither segment is "trại" the most frequent of these words, but it is in both together."""
    first = ["trại một", "trại hai", "trống một", "trống hai", "trống ba"]
    second = ["trại ba", "trại tư", "trăng một", "trăng hai", "trăng ba"]
    fill(store, [entry(number, text) for number, text in enumerate(first, 1)])
    fill(store, [entry(number, text) for number, text in enumerate(second, 11)])
    assert len(store.snapshot().segments) == 2
    assert len(found(ask(store, "tr*"))) == 10
    monkeypatch.setattr("indexer.match.expansion.MOST_EXPANDED", 1)
    answer = ask(store, "tr*")
    assert sorted(found(answer)) == [1, 2, 11, 12] and answer.truncated


def test_a_question_stands_for_a_thousand_words_at_most(store: Index) -> None:
    fill(store, [entry(number, f"th{number:04} ng{number:04}") for number in range(1, 1_021)])
    for question, count in (("th*", 1_000), ("th10*", 21), ("th* ng*", 500)):
        answer = ask(store, question)
        assert (answer.total, answer.truncated) == (count, count >= 500), question


@pytest.mark.parametrize("question", ["tr* ng*", "ng* tr*", "tr* nga* nghỉ*"])
def test_no_beginning_uses_up_the_room_of_another(store: Index, monkeypatch: pytest.MonkeyPatch, question: str) -> None:
    """Each prefix has its share of the words that a query may be expanded to, and what other prefixes leave."""
    crowd = "trại trống trăng tranh trước"
    fill(store, [entry(1, f"{crowd} ngay nghỉ"), entry(2, "trại ngay nghỉ"), entry(3, "tranh ngay nghỉ")])
    monkeypatch.setattr("indexer.match.expansion.MOST_EXPANDED", 6)
    answer = ask(store, question)
    assert sorted(found(answer)) == [1, 2, 3] and answer.truncated
    node = parse(question).strict
    assert node is not None
    snapshot = store.snapshot()
    reading = boolean.Evaluation({}, marked=True, deadline=float("inf"))
    boolean.mask(snapshot, node, reading, snapshot.alive)
    assert sum(map(len, reading.expanded.values())) == 6
