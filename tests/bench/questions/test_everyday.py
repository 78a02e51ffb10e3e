"""The everyday questions: as many as told, no two alike, halves by rule, and answers that are in the corpus."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from legaltext.text import fold
from tests.bench.questions.everyday import FILE, FIRST, SECOND, half_of, load

FIELDS = frozenset({
    "labour", "family", "land", "traffic", "crime", "tax", "schools", "health", "officials", "papers", "courts", "business",
    "consumers", "environment", "army", "elections", "grassroots", "other",
})  # fmt: skip
# Words of asking and of grammar: that an article lacks them says nothing about everyday language.
ASKING = frozenset(
    "có không bị được ai gì ở đâu bao nhiêu mấy thế nào sao khi phải là của cho và thì mà rồi đi ra vào với một muốn "
    "lâu làm xin cần hết".split()
)


def test_three_hundred_and_no_two_alike() -> None:
    questions = load()
    assert len(questions) == len({question.key for question in questions}) == 300
    assert len({" ".join(fold(question.text).split()) for question in questions}) == 300


def test_short_as_people_type_them() -> None:
    lengths = [len(question.text.split()) for question in load()]
    assert min(lengths) >= 2 and max(lengths) <= 9
    assert sum(length <= 4 for length in lengths) >= 60
    assert all(re.fullmatch(r"[\w ]+", question.text) for question in load())


def test_all_fields_and_ways_of_asking() -> None:
    fields = Counter(question.field for question in load())
    asked = Counter(question.asks for question in load())
    assert fields.keys() == FIELDS and min(fields.values()) >= 8
    assert asked.keys() == {"amount", "term", "who", "where", "other"}
    assert asked["amount"] >= 40 and asked["term"] >= 40 and asked["who"] >= 30 and asked["where"] >= 30


def test_halves_are_about_equal_and_make_the_whole() -> None:
    first, second = load(FIRST), load(SECOND)
    assert {(question.half, half_of(question.text)) for question in first} == {(FIRST, FIRST)}
    assert {(question.half, half_of(question.text)) for question in second} == {(SECOND, SECOND)}
    assert len(first) + len(second) == 300 and abs(len(first) - len(second)) <= 20
    assert len({question.field for question in first} & {question.field for question in second}) == len(
        FIELDS
    )


def test_the_half_follows_from_the_text() -> None:
    assert half_of("hiến xác") == FIRST and half_of("đua xe") == SECOND


def test_a_question_under_the_wrong_half_is_refused(tmp_path: Path) -> None:
    moved = tmp_path / "everyday.tsv"
    moved.write_text(FILE.read_text(encoding="utf-8").replace("\tfirst\t", "\tsecond\t", 1), encoding="utf-8")
    with pytest.raises(ValueError, match="belongs to the half first"):
        load(path=moved)


def test_an_unknown_half_is_refused() -> None:
    with pytest.raises(ValueError, match="third"):
        load("third")


def test_each_has_a_full_answer_and_at_most_six() -> None:
    for question in load():
        grades = list(question.right.values())
        assert 1 <= len(grades) <= 6 and grades[0] == 2 and set(grades) <= {1, 2}
        assert grades == sorted(grades, reverse=True), question.key


def test_the_answers_are_in_the_corpus(articles: list[Mapping[str, str]]) -> None:
    known = {article["id"] for article in articles}
    wanted = {article for question in load() for article in question.right}
    assert wanted - known == set()


def test_many_use_words_that_their_answers_lack(articles: list[Mapping[str, str]]) -> None:
    full = {article for question in load() for article, grade in question.right.items() if grade == 2}
    words = {
        article["id"]: set(re.findall(r"\w+", f"{article['title']} {article['text']}".lower()))
        for article in articles
        if article["id"] in full
    }
    lacking = [
        question.text
        for question in load()
        if set(question.text.split())
        - ASKING
        - set().union(*(words.get(key, set()) for key in question.right))
    ]
    assert 120 <= len(lacking) <= 240
