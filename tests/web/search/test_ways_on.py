"""Suggestions when nothing is found, and conditions typed in addition to chosen filters: no suggestion cuts through a
phrase or a condition, and each one changes the search."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from indexer.query import parts as question_parts
from indexer.query.parser import parse
from tests.web.search.test_search import ticked, total, two_documents

__all__ = ["two_documents"]


def offered(browser: Any, typed: str, **more: str) -> dict[str, str]:
    """Each button when nothing is found → its query."""
    page = browser.get("/search", query_string={"q": typed, **more}).text
    assert total(page) == "0"
    found = re.findall(r'<a class="btn btn-outline-primary" href="([^"]*)">([^<]*)</a>', page)
    asked = {
        unescape(label): parse_qs(urlsplit(unescape(address)).query).get("q", [""])[0] for address, label in found
    }
    assert asked.pop("Xem theo thư mục") == ""
    return asked


# Typed text → the buttons, each with its query.
OFFERS: dict[str, dict[str, str]] = {
    '"cán bộ" "thi đua" "đứng đầu"': {
        "Bỏ cụm từ “cán bộ”": '"thi đua" "đứng đầu"',
        "Bỏ cụm từ “thi đua”": '"cán bộ" "đứng đầu"',
        "Bỏ cụm từ “đứng đầu”": '"cán bộ" "thi đua"',
        "Tìm từng từ, không theo cụm": "cán bộ thi đua đứng đầu",
        "Tìm không dấu": '"can bo" "thi dua" "dung dau"',
    },
    '"quy chế dân chủ zzqx"': {
        "Bỏ từ “zzqx”": '"quy chế dân chủ"',
        "Tìm từng từ, không theo cụm": "quy chế dân chủ zzqx",
        "Tìm không dấu": '"quy che dan chu zzqx"',
    },
    '"quy zzqx dân" tap': {
        "Bỏ cụm từ “quy zzqx dân”": "tap",
        "Tìm từng từ, không theo cụm": "quy zzqx dân tap",
        "Tìm không dấu": '"quy zzqx dan" tap',
    },
    "zzqx -loại:nghị định": {},
    "loại:công văn": {},
    'cơ quan:"Bộ Nội vụ"': {},
    "năm:abc zzqx": {},
    "thi loại:nghị định": {
        "Bỏ điều kiện “loại:nghị định”": "thi",
        "Bỏ từ “thi”": "loại:nghị định",
    },
    # A comma separates what is typed and belongs to no name.
    "loại:nghị định, khen, thi": {
        "Bỏ điều kiện “loại:nghị định”": "khen, thi",
        "Bỏ từ “khen”": "loại:nghị định, thi",
        "Bỏ từ “thi”": "loại:nghị định, khen,",
    },
    "khen loại:nghị định năm:2024": {
        "Bỏ điều kiện “loại:nghị định”": "khen năm:2024",
        "Bỏ điều kiện “năm:2024”": "khen loại:nghị định",
        "Bỏ từ “khen”": "loại:nghị định năm:2024",
        "Chỉ tìm từ, bỏ các mục": "khen",
    },
    "zzqx HOẶC zzqy": {},
    "thi -(đua OR điều)": {
        "Bỏ từ “thi”": "-(đua OR điều)",
        "Bỏ điều kiện “-(đua OR điều)”": "thi",
    },
}


def test_offers_are_whole_parts_of_the_question_and_change_it(auth: Any, two_documents: tuple[int, int]) -> None:
    staff = auth("staff")
    assert {typed: offered(staff, typed) for typed in OFFERS} == OFFERS


def test_what_the_scope_of_several_conditions_is_is_said(auth: Any, two_documents: tuple[int, int]) -> None:
    staff, said = auth("staff"), "Mọi cụm từ và dấu trừ được xét trong cùng một điều"
    for typed, told in (('"cán bộ" "đứng đầu"', True), ("thành tích -khen", True), ('"bộ cán"', False), ("zzqx", False)):
        page = staff.get("/search", query_string={"q": typed}).text
        assert (total(page), said in page) == ("0", told), typed
    assert "Nhiều cụm từ, từ loại trừ phải cùng đúng trong một điều:" in staff.get("/search/help").text


def test_a_condition_typed_shows_as_one_that_holds_and_can_be_taken_off(
    auth: Any, two_documents: tuple[int, int]
) -> None:
    staff = auth("staff")
    page = staff.get("/search", query_string={"q": "điều loại:quyết định hiệu lực:05/02/2024"}).text
    assert total(page) == "1" and ticked(page) == ["Quyết định", "Còn hiệu lực"]
    chips = re.findall(r'<a class="btn btn-sm btn-secondary[^"]*" href="([^"]*)"[^>]*>([^<]*) <span', page)
    asked = {label: parse_qs(urlsplit(unescape(address)).query) for address, label in chips}
    assert asked == {
        "loại:quyết định": {"q": ["điều hiệu lực:05/02/2024"]},
        "hiệu lực:05/02/2024": {"q": ["điều loại:quyết định"]},
    }
    (off,) = re.findall(r'<a href="([^"]*)"[^>]*>\s*<span aria-hidden="true">☑</span>\s*<span[^>]*>Còn', page)
    assert parse_qs(urlsplit(unescape(off)).query) == {"q": ["điều loại:quyết định"]}


def test_several_values_within_a_typed_condition_can_be_ticked(auth: Any, two_documents: tuple[int, int]) -> None:
    staff = auth("staff")
    page = staff.get("/search", query_string={"q": "điều năm:2023-2024", "type": "Luật"}).text
    assert total(page) == "0" and ticked(page) == ["Luật"]
    page = staff.get("/search", query_string={"q": "điều loại:luật", "type": "Quyết định"}).text
    assert total(page) == "0" and ticked(page) == ["Quyết định"]


@pytest.mark.parametrize(
    ("typed", "parts"),
    [
        ("năm:2018 - 2020 kế", ["năm:2018 - 2020", "kế"]),
        ("số: 30/2020 lưu", ["số:30/2020", "lưu"]),
        ('a (b OR "c d"', ["a", '(b OR "c d")']),
        ('khen NOT thưởng "mở', ["khen", "NOT thưởng", "mở"]),
        ("loại : công văn họp", ["loại:công văn", "họp"]),
        ("họp Loại :TT", ["họp", "Loại:TT"]),
        ('loại:"công văn" ,"luật" họp', ['loại:"công văn", "luật"', "họp"]),
        ("họp : loại", ["họp", ":", "loại"]),
        ("x) lĩnh vực:đất", ["x", "lĩnh vực:đất"]),
        ("cơ quan ban hành: Sở Giáo dục và Đào tạo họp", ["cơ quan ban hành:Sở Giáo dục và Đào tạo", "họp"]),
    ],
)
def test_a_question_is_cut_where_the_language_cuts_it(typed: str, parts: list[str]) -> None:
    found = question_parts.split(typed)
    assert [part.text for part in found] == parts
    again, first = parse(question_parts.joined(found)), parse(typed)
    assert (again.strict, again.free, again.filters, again.number) == (
        first.strict, first.free, first.filters, first.number,
    )  # fmt: skip


def test_what_holds_of_fields_and_sides() -> None:
    parts = question_parts.split("số:1 số:2 năm:abc -loại:luật a OR b c")
    assert [part.text for part in question_parts.in_force(parts)] == ["số:2"]
    assert [part.text for part in question_parts.required(parts)] == ["b", "c"]
    assert question_parts.joined(question_parts.split("OR a OR")) == "a"
    assert not parse('"a b"').one_provision and parse('"a b" c').one_provision
