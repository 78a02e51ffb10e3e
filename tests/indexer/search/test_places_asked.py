"""Queries that name a Điều, khoản or điểm: what the results say about it, and which words of the query need not occur
in a text.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from indexer import Access, Index, Request, search
from indexer.query.numbers import parse_number_query
from legaltext.locators import Locator, find_locator
from tests.indexer.regulations import ask, entry, fill

PUBLIC, HIDDEN = 1, 2


@pytest.fixture
def law(store: Index) -> Index:
    """A law of three Điều, and a plan that mentions it."""
    own: dict[str, Any] = {
        "doc_type": "Luật", "doc_title": "Thực hiện dân chủ ở cơ sở", "number": "10/2022/QH15",
        "issued_on": date(2022, 11, 10),
    }  # fmt: skip
    articles = [
        entry(1, text, anchor=f"dieu-{no}", label=f"Điều {no}", order=no, **own)
        for no, text in ((1, "Phạm vi điều chỉnh."), (2, "1. Nguyên tắc.\n2. Hội nghị."), (46, "1. Mở.\n2. Đóng."))
    ]
    plan = entry(2, "Kế hoạch thực hiện dân chủ theo luật năm 2022, khoản 46.", doc_type="Kế hoạch", number="5/KH-X")
    return fill(store, [*articles, plan])


def test_where_a_place_lies_below_its_article() -> None:
    place = find_locator("điểm đ khoản 2 điều 46")[0]
    assert place.below("kem-theo-1.dieu-46") == (
        "kem-theo-1.dieu-46.khoan-2.diem-dd",
        "kem-theo-1.dieu-46.khoan-2",
    )
    assert Locator("46").below("dieu-46") == () and place.cited == "điểm đ khoản 2 Điều 46"


@pytest.mark.parametrize(
    "query",
    ["khoản 2 điều 46 luật thực hiện dân chủ", "khoan 2 dieu 46 luat thuc hien dan chu", "k2 đ46 luật 10/2022",
     "khoản 2 điều 46 10/2022/QH15", "số:10/2022 khoản 2 điều 46", "đ46 k2 luật thực hiện dân chủ"],
)  # fmt: skip
def test_the_article_asked_for_is_told_with_its_place(law: Index, query: str) -> None:
    answer = ask(law, query)
    first = answer.hits[0]
    assert (first.document, first.named, first.provisions[0].anchor) == (1, True, "dieu-46")
    assert [one.asked for one in first.provisions[:2]] in ([True, False], [True])
    assert answer.place == Locator("46", "2")


def test_an_article_that_is_not_there_is_asked_of_the_document_named(law: Index) -> None:
    answer = ask(law, "điều 200 luật thực hiện dân chủ")
    first = answer.hits[0]
    assert first.named and answer.place == Locator("200")
    assert not any(one.asked for one in first.provisions)


def test_a_place_beside_words_is_asked_of_no_document(law: Index) -> None:
    answer = ask(law, "kế hoạch theo điều 200 của năm nào")
    assert answer.hits and not answer.hits[0].named and not answer.place


@pytest.mark.parametrize(
    ("query", "lacking"),
    [
        ("khoản 2 điều 46 luật thực hiện dân chủ", ()),
        ("điểm c khoản 7 điều 46 luật thực hiện dân chủ", ()),
        ("điều 46 hội trường mở", ("hội", "trường")),
    ],
)
def test_the_words_of_a_place_are_not_lacking(law: Index, query: str, lacking: tuple[str, ...]) -> None:
    assert ask(law, query).hits[0].provisions[0].lacking == lacking


@pytest.mark.parametrize(
    "query", ["khoản 99 điều 46 luật thực hiện dân chủ", "điều 200 luật 10/2022", "khoản 99 điều 46 nghị định 888"]
)
def test_the_words_of_a_place_and_a_number_are_not_missing(law: Index, query: str) -> None:
    assert ask(law, query).missing_words == ()


def test_other_words_beside_a_number_are_missing(law: Index) -> None:
    assert ask(law, "quả bưởi theo điều 200 luật 10/2022/QH15").missing_words == ("quả", "bưởi")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("999/2020/NĐ-CP", "999/2020/NĐ-CP"),
        ("điều 5 nghị định 999", "nghị định 999"),
        ("tt 05 2025 bgddt", "tt 05 2025 bgddt"),
        ("theo nghị định 100 thì kế hoạch gì", "nghị định 100"),
        ("số:999/2020 kế hoạch", "999/2020"),
        ("10/2022/QH15", ""),
        ("luật 10/2022 kế hoạch", ""),
        ("covid 19", ""),
        ("kế hoạch 2022", ""),
        ("tb 77", "tb 77"),
        ("77 qđ sgdđt", "77 qđ sgdđt"),
        ("77ndcp", "77ndcp"),
        ("77 cv abc", "77 cv abc"),
        ("77 pgdht sgdđt", "77 pgdht sgdđt"),
        ("vitamin b12", ""),
        ("tk 331", ""),
        ("gv 12", ""),
        ("hs 35 OR gv 12", ""),
        ("khtn 6", ""),
        ('số:"gv 12"', "gv 12"),
    ],
)
def test_a_number_that_no_document_bears(law: Index, query: str, said: str) -> None:
    assert ask(law, query).unknown_number == said


def test_a_number_that_only_a_hidden_document_bears_is_one_that_none_bears(store: Index) -> None:
    seen = Access(frozenset({PUBLIC}))
    shown = entry(1, "Căn cứ Nghị định 30/2020/NĐ-CP.", access=PUBLIC)
    fill(store, [shown])
    before = search(store, Request("30/2020/NĐ-CP"), seen)
    fill(store, [shown, entry(2, "Văn thư.", access=HIDDEN, number="30/2020/NĐ-CP", doc_type="Nghị định")])
    after = search(store, Request("30/2020/NĐ-CP"), seen)
    assert before.unknown_number == after.unknown_number == "30/2020/NĐ-CP"
    assert before.hits == after.hits
    assert search(store, Request("30/2020/NĐ-CP"), Access(None)).unknown_number == ""


def test_letters_that_are_no_name_make_a_number_only_where_a_document_bears_it(store: Index) -> None:
    seen = Access(frozenset({PUBLIC}))
    shown = entry(1, "Phí gửi xe, tk 331.", access=PUBLIC)
    fill(store, [shown])
    before = search(store, Request("tk 331"), seen)
    fill(store, [shown, entry(2, "Kiểm kê.", access=HIDDEN, number="331/TK-PGDHT", doc_type="Báo cáo")])
    after = search(store, Request("tk 331"), seen)
    assert before.hits == after.hits and [hit.named for hit in after.hits] == [False]
    assert [hit.named for hit in search(store, Request("tk 331"), Access(None)).hits] == [True, False]


def test_a_document_of_any_type_answers_to_its_number(store: Index) -> None:
    kinds = [("Thông báo", "145/TB-X"), ("Công văn", "145/X-VP"), ("Kế hoạch", "146/KH-X")]
    fill(store, [entry(n, "Giao ban.", doc_type=kind, number=no) for n, (kind, no) in enumerate(kinds, 1)])
    for query in ("vb 145", "vb145", "vb số 145", "VB 145"):
        answer = ask(store, query)
        assert {hit.document for hit in answer.hits if hit.named} == {1, 2} and not answer.unknown_number
    assert ask(store, "vb 147").unknown_number == "vb 147"


def test_what_was_typed_for_a_number_is_no_part_of_the_number() -> None:
    assert parse_number_query("nghị định 30") == parse_number_query("nđ 30")


def test_the_place_is_found_in_each_of_very_many_provisions(store: Index) -> None:
    """There are more provisions than any limit. Which come first must not depend on their position in the index."""
    for document in range(1, 61):
        own = {"doc_type": "Thông tư", "number": f"01/{1960 + document}/TT-BTC", "doc_title": "Kế toán",
               "issued_on": date(1960 + document, 1, 1)}  # fmt: skip
        fill(store, [entry(document, f"Việc {n}", anchor=f"dieu-{n}", label=f"Điều {n}", order=n, **own) for n in range(1, 46)])
    hits = ask(store, "điều 45 thông tư 01", limit=60).hits
    assert [hit.document for hit in hits][:49] == list(range(60, 11, -1))
    assert {hit.provisions[0].anchor for hit in hits} == {"dieu-45"}

