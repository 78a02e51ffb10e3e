"""Hostile queries: the parser accepts any text, and the engine answers completely or with a result marked as
truncated.

Times at full size are measured by `make bench`. Here nothing may fail, and limits must hold.
"""

import pytest

from indexer import Index, marker
from indexer.query.lexer import MAX_OPERATORS, MAX_SYLLABLES
from indexer.query.parser import parse
from indexer.query.tree import Near, Phrase, Prefix, Similar, Wildcard
from tests.indexer.query.query_trees import leaves
from tests.indexer.regulations import ask
from tests.support.hostile import CASES, queries

_TEXT = "Điều 30. Hoà giải ở cơ sở: Ủy ban nhân dân, công chức; Nghị định số 30/2020/NĐ-CP."


def test_the_same_seed_gives_the_same_questions() -> None:
    assert queries(7, 500) == queries(7, 500) != queries(8, 500)
    assert len(queries(7, 500)) == 500 and len(set(queries(7, 500))) > 400


def test_every_question_is_parsed_within_the_limits() -> None:
    for typed in queries(1, 4_000):
        query = parse(typed)
        assert sum(map(len, query.runs)) <= MAX_SYLLABLES, typed
        costly = [node for node in leaves(query.strict) if isinstance(node, Phrase | Near | Prefix | Wildcard | Similar)]
        assert len(costly) <= 2 * MAX_OPERATORS, typed
        # The text of a parsed query is parsed to the same query.
        assert parse(typed) == query, typed


def test_texts_are_marked_for_every_question() -> None:
    for typed in queries(2, 900):
        assert "".join(piece.text for piece in marker(parse(typed), {})(_TEXT)) == _TEXT, typed


@pytest.mark.parametrize("number", range(len(CASES)))
def test_every_case_is_answered(regulations: Index, number: int) -> None:
    answer = ask(regulations, CASES[number])
    assert 0 <= answer.total <= 4


def test_grown_questions_are_answered(regulations: Index) -> None:
    for typed in queries(2, len(CASES) + 400)[len(CASES) :]:
        answer = ask(regulations, typed)
        assert 0 <= answer.total <= 4 and len(answer.hits) <= 4, typed
