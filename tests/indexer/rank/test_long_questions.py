"""A long question is ranked by weights and features of its own, and nothing else is: no phrase, no sentence of a text, no short
question."""

import math
from datetime import date

import pytest

from indexer import Index
from indexer.analysis import language_model
from indexer.match.bound_query import understand
from indexer.match.matching import match
from indexer.query.parser import parse
from indexer.rank import feature_matrix, ordering, reranker
from legaltext.thesaurus import Thesaurus, ThesaurusEntry
from tests.indexer.regulations import EVERYTHING, ask, entry, fill, found

# Eight different words, and what makes a question of them.
_EIGHT = "công khai dự toán và tài sản riêng"
_LONG = f"{_EIGHT} như thế nào"
_SENTENCE = "người đứng đầu công khai kế hoạch công tác năm, dự toán và tài sản công theo quy định hiện hành."
_LINE = "Công khai dự toán và tài sản riêng."


@pytest.mark.parametrize(
    ("typed", "long"),
    [
        (_LONG, True),
        ("dự toán và tài sản của trường phải công khai ở đâu?", True),
        (f"cho em hỏi {_LONG} ạ", True),
        ("thế nào là công khai kế hoạch dự toán và tài sản công", True),
        # Seven words besides those that ask, some of them twice.
        ("khai dự toán và tài sản riêng và tài sản khai dự toán như thế nào", False),
        ("tài sản riêng là gì", False),
        # Nothing asks.
        (_EIGHT, False),
        (_SENTENCE, False),
        (f"{_SENTENCE} {_SENTENCE}", False),
        ("", False),
    ],
)
def test_long_is_what_asks_in_many_words(typed: str, long: bool) -> None:
    query = parse(typed)
    assert feature_matrix.is_long(query) == long
    weights, base = feature_matrix.weights(query), language_model.base()
    assert weights.items() >= base.long_weights.items() if long else weights.keys() == feature_matrix.weights().keys()
    assert base.long_weights and base.long_weights.keys() != base.weights.keys()


def test_an_everyday_question_stays_short() -> None:
    table = Thesaurus([ThesaurusEntry("đuổi việc", "sa thải")])
    typed = "đuổi việc người đang mang thai bị phạt sao"
    everyday, lawful = parse(typed, None, table), parse(typed, None, Thesaurus([]))
    assert everyday.expansions and len(everyday.words) == feature_matrix.LONG
    assert not feature_matrix.is_long(everyday) and feature_matrix.is_long(lawful)


def test_the_order_of_a_long_question_comes_from_its_own_weights(store: Index) -> None:
    fill(store, [entry(1, f"Phạm vi.\n{_LINE}"), entry(2, f"{_LINE[:-1]} hằng năm của cơ quan nhà nước. " * 9)])
    with language_model.weighing({"length of text": 9.0}, {"fit of best line": 9.0}):
        assert found(ask(store, _LONG)) == [1, 2]
        assert found(ask(store, _EIGHT)) == found(ask(store, "tài sản riêng như thế nào")) == [2, 1]
    # Without weights of their own, long questions are ranked as all others.
    with language_model.weighing({"length of text": 9.0}):
        assert found(ask(store, _LONG)) == [2, 1]
    assert language_model.long_weights() == language_model.base().long_weights


def test_weights_that_were_in_use_before_come_back() -> None:
    with language_model.weighing({"score": 1.0}, {"score": 2.0}):
        with language_model.weighing({"score": 3.0}):
            assert (language_model.weights(), language_model.long_weights()) == ({"score": 3.0}, {})
        assert (language_model.weights(), language_model.long_weights()) == ({"score": 1.0}, {"score": 2.0})


@pytest.mark.parametrize("typed", [_LONG, _EIGHT, "mức phạt khi không công khai dự toán tài sản riêng là bao nhiêu"])
def test_features_are_made_for_the_weights_of_the_query(store: Index, typed: str) -> None:
    fill(store, [entry(1, f"Phạt 2.000.000 đồng.\n1. {_LINE}", title="Phạt"), entry(2, _LINE, doc_title="Tài sản")])
    snapshot = store.snapshot()
    asked = understand(snapshot, EVERYTHING, parse(typed), date(2024, 1, 1), math.inf)
    held = match(snapshot, asked, snapshot.readable(EVERYTHING).entries)
    best = ordering.best(snapshot, asked, held)
    made, _ = reranker.features(snapshot, asked, held.entries[best], held.scores[best])
    long = feature_matrix.is_long(asked.query)
    assert made.values.keys() == feature_matrix.weights(asked.query).keys()
    assert made.scale == 1.0 if not long else made.scale > 1.0
    forced, _ = reranker.features(snapshot, asked, held.entries[best], held.scores[best], not long)
    assert ("fit of best line" in forced.values) == (not long) == ("three in a row" not in forced.values)
    # What both kinds have is the same.
    assert all((forced.values[name] == made.values[name]).all() for name in forced.values.keys() & made.values.keys())
