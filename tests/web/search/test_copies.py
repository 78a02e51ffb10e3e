"""Near copies of a document on the search page: one hit that opens to show the others, and the years as bars."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask

from tests.filling.desk import stored
from tests.filling.papers import BODY, decision

MORE = tuple(f"{number}. Cơ quan công khai {what} cho công chức biết và bàn." for number, what in enumerate(("quy hoạch", "tài sản", "dự toán"), 4))


@pytest.fixture
def copies(app: Flask, auth: Any) -> list[int]:
    """A decision as it was published, the same with two words less, a draft of it, and another decision with the same text."""
    clerk, body = auth("clerk"), (*BODY, *MORE)
    shorter = (*body[:-1], body[-1].replace(" và bàn", ""))
    return [
        stored(app, clerk, decision(body=body), "chinh.docx", publish="1"),
        stored(app, clerk, decision(body=shorter), "ban-quet.docx", publish="1"),
        stored(app, clerk, decision(body=body, subject="Về việc ban hành Quy chế dân chủ ở cơ sở"), "nhap.docx"),
        stored(app, clerk, decision(number="13", body=(*body, "4. Thuyền viên, tàu bay.")), "khac.docx", publish="1"),
    ]


def hits(page: str) -> list[str]:
    return re.findall(r'<li class="hit">.*?<h2', page, re.DOTALL)


def test_copies_are_one_hit_that_opens_to_show_them(auth: Any, copies: list[int]) -> None:
    page = auth("staff").get("/search?q=công khai tài sản").text
    assert len(hits(page)) == 2 and "<strong>3 văn bản</strong>" in page
    (inside,) = re.findall(r'<details class="hit-copies">\s*<summary>(.*?)</summary>(.*?)</details>', page, re.DOTALL)
    assert inside[0] == "và 1 bản gần giống"
    assert re.search(r'href="/search\?[^"]*copies=each"[^>]*>Hiện từng bản trong kết quả', inside[1])
    (copy,) = map(int, re.findall(r'href="/documents/(\d+)', inside[1]))
    assert copy in copies[:2] and ("chinh.docx", "ban-quet.docx")[copies.index(copy)] in inside[1]


def test_a_copy_that_may_not_be_read_is_neither_shown_nor_counted(auth: Any, copies: list[int]) -> None:
    """The draft is its clerk's alone."""
    assert "và 1 bản gần giống" in auth("staff").get("/search?q=công khai tài sản").text
    page = auth("clerk").get("/search?q=công khai tài sản").text
    assert "và 2 bản gần giống" in page and "nhap.docx" in page and "<strong>4 văn bản</strong>" in page


def test_each_copy_can_be_a_hit_and_folded_again(auth: Any, copies: list[int]) -> None:
    page = auth("staff").get("/search?q=công khai tài sản&copies=each").text
    assert len(hits(page)) == 3 and "bản gần giống" not in page and "Hiện từng bản" in page
    back = re.search(r'href="(/search\?q=[^"]*)"[^>]*>Hiện từng bản', page)
    assert back and "copies" not in back[1]


def test_many_copies_are_shown_in_part_with_a_way_to_all(auth: Any, copies: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("docmgr.services.search.loading.MOST_SHOWN", 1)
    page = auth("clerk").get("/search?q=công khai tài sản").text
    assert "và 2 bản gần giống" in page and "Hiện từng bản trong kết quả" in page and "copies=each" in page


def test_the_page_says_how_many_documents_have_all_words(auth: Any, copies: list[int]) -> None:
    staff, address = auth("staff"), "/search?q=cơ quan công khai tài sản thuyền viên tàu bay"
    page = staff.get(address).text
    assert "Cũng tìm:" in page and "2 văn bản chỉ có một phần" in page
    assert "<strong>1 văn bản có đủ các từ, hoặc từ cũng tìm thay cho chúng</strong>" in page
    page = staff.get(f"{address}&words=typed").text
    assert "<strong>1 văn bản có đủ các từ</strong>" in page and "2 văn bản chỉ có một phần" in page


def test_years_are_bars_that_set_the_filter(auth: Any, copies: list[int]) -> None:
    page = auth("staff").get("/search?q=công khai").text
    (years,) = re.findall(r'<section aria-labelledby="facet-year">(.*?)</section>', page, re.DOTALL)
    assert re.findall(r'<rect width="([\d.]+)"', years) == ["100.0"]
    assert re.search(r'<a href="/search\?q=[^"]*year=2024"', years) and 'aria-hidden="true"' in years
