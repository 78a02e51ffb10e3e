"""When one provision surely answers a question, and when nothing is about it."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from indexer import Access, Entry, Index
from tests.indexer.regulations import EVERYTHING, ask, entry, fill

TOPICS = ("hội nghị cán bộ", "lưu trữ hồ sơ", "thi đua khen thưởng", "tiếp công dân", "tài sản công", "kế hoạch kiểm tra")
OTHERS = [entry(20 + place, f"1. Quy định về {topic} của cơ quan.", anchor="dieu-1") for place, topic in enumerate(TOPICS)]
PROBATION = entry(1, "1. Thời gian thử việc không quá 60 ngày.\n2. Thử việc là việc làm thử.", anchor="dieu-1")


def test_a_term_an_amount_and_a_definition(store: Index) -> None:
    pay = entry(2, "1. Lương thử việc ít nhất bằng 85% lương của công việc đó.", anchor="dieu-2")
    fill(store, [PROBATION, pay, *OTHERS])
    for query, document in (("thử việc bao lâu", 1), ("thử việc là gì", 1), ("lương thử việc bao nhiêu", 2)):
        results = ask(store, query)
        assert results.answered == "sure" and results.hits[0].document == document, query
    for query in ("thử việc", "ai thử việc", "thử việc bao lâu ở rạp xiếc"):
        assert ask(store, query).answered != "sure", query


def test_an_answer_has_the_words_of_the_question_beside_it(store: Index) -> None:
    fill(store, [PROBATION])
    assert ask(store, "thử việc bao lâu").answered == "sure"
    assert ask(store, "thử việc lái tàu bao lâu").answered == ""


def test_a_question_without_a_word_that_asks_needs_the_very_words(store: Index) -> None:
    fill(store, [PROBATION, *OTHERS])
    assert ask(store, "thời gian thử việc").answered == "sure"
    assert ask(store, "thời gian việc thử").answered != "sure"


def test_only_the_first_page_by_relevance_of_the_whole_stock_is_sure(store: Index) -> None:
    fill(store, [PROBATION, *OTHERS])
    assert ask(store, "thử việc bao lâu", limit=5).answered == "sure"
    for fields in ({"offset": 1}, {"limit": 4}, {"document": 1}, {"sort": "date"}):
        assert ask(store, "thử việc bao lâu", **fields).answered != "sure", fields
    assert ask(store, '"thử việc" bao lâu').answered != "sure"


def test_what_two_documents_answer_alike_nobody_knows_surely(store: Index) -> None:
    fill(store, [PROBATION, entry(2, PROBATION.text.replace("60", "30"), anchor="dieu-9"), *OTHERS])
    assert ask(store, "thử việc bao lâu").answered != "sure"
    # A definition may stand in several laws.
    assert ask(store, "thử việc là gì").answered == "sure"


def test_nothing_is_about_what_has_other_words(store: Index) -> None:
    fill(store, [PROBATION, *OTHERS])
    assert ask(store, "nấu phở gà thật ngon ở cơ quan").answered == "far"
    assert ask(store, "thử việc ở cơ quan").answered != "far"
    assert not ask(store, "phở gà").hits
    assert ask(store, "nấu phở gà thật ngon ở cơ quan", sort="date").answered != "far"
    assert ask(store, "nấu phở gà thật ngon ở cơ quan", offset=1).answered != "far"


@pytest.mark.parametrize(
    ("fields", "typed"),
    [
        ({"filters": {"folder": ("2",)}}, ""),
        ({"filters": {"year": ("2024",)}}, ""),
        ({"folder_tree": frozenset({2})}, ""),
        ({"since": date(2024, 1, 1)}, ""),
        ({"until": date(2024, 12, 31)}, ""),
        ({}, " năm:2024"),
        ({}, " từ:2024-01-01"),
        ({}, " đến:2024-12-31"),
    ],
)
def test_what_is_looked_for_in_a_part_of_the_stock_is_never_called_far(store: Index, fields: dict[str, object], typed: str) -> None:
    known = {"folder": 2, "issued_on": date(2024, 3, 1)}
    fill(store, [PROBATION, *(replace(one, **known) for one in OTHERS)])
    query = "nấu phở gà thật ngon ở cơ quan"
    assert ask(store, query, filters={"folder": ()}).answered == "far"
    results = ask(store, query + typed, **fields)
    assert results.hits and results.answered == ""


def test_long_texts_and_conditions_are_never_called_far(store: Index) -> None:
    fill(store, [PROBATION, *OTHERS])
    strange = "nấu phở gà thật ngon cơ quan lúc chiều mưa gió lớn ngoài phố"
    assert ask(store, " ".join(strange.split()[:12])).answered == "far"
    assert ask(store, strange).answered != "far"
    assert ask(store, 'nấu phở gà ngon "cơ quan"').answered != "far"


def test_hidden_documents_make_nothing_sure_or_unsure(store: Index) -> None:
    seen = Access(frozenset({1}), public=frozenset({1}))
    rival = entry(2, PROBATION.text.replace("60", "30"), anchor="dieu-9", access=2)
    fill(store, [PROBATION, rival, *OTHERS])
    assert ask(store, "thử việc bao lâu", seen).answered == "sure"
    assert ask(store, "thử việc bao lâu", EVERYTHING).answered == ""


def test_answers_are_the_same_whatever_hidden_documents_say(tmp_path: Path) -> None:
    """In one world there are hidden documents with the same words, other amounts and definitions; in the other there are none."""
    dice, seen = random.Random(17), Access(frozenset({1}), public=frozenset({1}))
    words = "thử việc hộ kinh doanh tố cáo khiếu nại hồ sơ lưu trữ công khai kế hoạch".split()

    def paper(number: int, access: int) -> Entry:
        def said() -> str:
            return " ".join(dice.choices(words, k=3))

        lines = [f"1. {said()} là {said()}.", f"2. Thời hạn {said()} là {dice.randint(2, 90)} ngày.", f"3. Phạt {dice.randint(2, 90)} triệu đồng: {said()}."]
        return entry(number, "\n".join(lines), anchor="dieu-1", label="Điều 1", access=access)

    shown, hidden = [paper(number, 1) for number in range(1, 13)], [paper(number, 2) for number in range(20, 40)]
    worlds = [fill(Index(tmp_path / name).create(), own) for name, own in (("one", shown), ("two", [*shown, *hidden]))]
    kinds = set()
    for _ in range(150):
        topic = " ".join(dice.choices(words, k=dice.choice((2, 3))))
        query = dice.choice(("{} là gì", "{} bao lâu", "thời hạn {}", "{} phạt bao nhiêu", "{} ngon nhất ở phố cổ")).format(topic)
        one, two = (ask(world, query, seen) for world in worlds)
        assert (one.answered, one.hits, one.missing_words) == (two.answered, two.hits, two.missing_words), query
        kinds.add(one.answered)
    assert kinds == {"", "sure", "far"}
