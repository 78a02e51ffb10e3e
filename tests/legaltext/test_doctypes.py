"""The one list of document types: every type that reading gives to a file can be used in a query."""

from __future__ import annotations

import pytest

from indexer.query import field_values
from indexer.query.number import number_matches
from indexer.query.numbers import parse_number_query
from indexer.query.parser import parse
from legaltext import doctypes
from legaltext.numbers import normalise_number, split_number
from legaltext.text import fold

ONCE_UNKNOWN = ["Nội quy", "Điều lệ", "Hiến pháp", "Thông tri", "Chiến lược", "Lời kêu gọi", "Phụ lục", "Danh sách"]


@pytest.mark.parametrize("name", doctypes.NAMES)
def test_every_type_that_reading_gives_is_a_value_of_the_filter(name: str) -> None:
    assert field_values.is_type(name)
    query = parse(f"loại:{name.lower()} trường học")
    assert [one.typed for one in query.named] == [name.lower()] and query.free == ("trường", "học")


def test_the_types_once_unknown_are_in_the_list() -> None:
    assert set(ONCE_UNKNOWN) <= set(doctypes.NAMES) and len(doctypes.NAMES) == 48


@pytest.mark.parametrize("name", doctypes.NAMES)
def test_a_symbol_is_asked_for_as_the_type_that_it_tells(name: str) -> None:
    symbol = doctypes.TYPE_ABBREVIATIONS[fold(name)]
    assert not symbol or fold(name) in field_values.of_symbol(symbol)


def test_tt_is_a_circular_and_no_party_notice() -> None:
    assert field_values.of_symbol("TT") == ("thong tu",)
    assert doctypes.type_of_number("05/2024/TT-BGDĐT") == "Thông tư"


@pytest.mark.parametrize(
    ("question", "number", "type_name"),
    [
        ("nội quy 05", "05/NQy-THPT", "noi quy"),
        ("nội quy 05/QĐ-THPT", "05/QĐ-THPT", "quyet dinh"),
        ("điều lệ 32/2020/TT-BGDĐT", "32/2020/TT-BGDĐT", "thong tu"),
        ("thông tri 05", "05-TT/TU", "thong tri"),
        ("điều lệ 12", "12/ĐL-HĐ", "dieu le"),
    ],
)
def test_a_number_behind_such_a_type(question: str, number: str, type_name: str) -> None:
    query, parts = parse_number_query(question), split_number(normalise_number(number))
    assert query is not None and parts is not None
    assert number_matches(query, parts, None, type_name)


def test_a_party_notice_asked_for_is_no_circular() -> None:
    query, parts = parse_number_query("thông tri 05"), split_number("5/2024/TT-BGDDT")
    assert query is not None and parts is not None
    assert not number_matches(query, parts, None, "thong tu")


@pytest.mark.parametrize("question", ["phụ lục 1", "chiến lược 10", "hiến pháp 2013", "lời kêu gọi 5"])
def test_what_bears_no_number_is_asked_for_by_words(question: str) -> None:
    assert parse_number_query(question) is None


def test_a_type_knows_how_its_numbers_are_printed() -> None:
    assert [doctypes.symbol_in_numbers(name) for name in ("Quyết định", "Công văn", "Nghị định", "Phụ lục", "Bánh mì")] == ["QĐ", "", "NĐ", None, None]
    assert [doctypes.has_year_in_number(name) for name in ("Nghị định", "Quyết định")] == [True, False]
