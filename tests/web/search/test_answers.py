"""The sentence that answers stands above the results, and what nothing is about is said so."""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest
from flask import Flask

from docmgr.services.trail import readings
from tests.filling.desk import actions, stored
from tests.filling.papers import decision

RULES = (
    "Điều 1. Giải thích từ ngữ",
    "1. Thử việc là việc làm thử theo thỏa thuận.",
    "Điều 2. Thử việc",
    "1. Người đứng đầu cơ quan quyết định việc thử việc.",
    "2. Thời gian thử việc không quá 60 ngày.",
)
FILLING = ("Điều 1. Thi đua", "Khen thưởng tập thể của cơ quan có thành tích.")


@pytest.fixture
def rules(app: Flask, auth: Any) -> int:
    clerk = auth("clerk")
    stored(app, clerk, decision(number="40", subject="Về việc thi đua", body=FILLING), "a.docx", publish="1")
    return stored(app, clerk, decision(number="41", subject="Quy chế thử việc", body=RULES), "b.docx", publish="1")


def answer_of(page: str) -> str:
    _, found, rest = page.partition('<section class="answer"')
    return unescape(rest.partition("</section>")[0]) if found else ""


def test_the_sentence_with_its_source(auth: Any, rules: int) -> None:
    box = answer_of(auth("staff").get("/search?q=thử việc bao lâu").text)
    words = box.partition("</p>")[0].replace("<mark>", "").replace("</mark>", "")
    assert words.endswith("2. Thời gian thử việc không quá 60 ngày.")
    assert f"/documents/{rules}?q=th%E1%BB%AD+vi%E1%BB%87c+bao+l%C3%A2u&at=dieu-2.khoan-2#dieu-2.khoan-2" in box
    assert "Khoản 2 Điều 2, 41/QĐ-SGDĐT" in box and "Quy chế thử việc" in box


def test_its_anchor_is_on_the_page_of_the_document(auth: Any, rules: int) -> None:
    page = auth("staff").get(f"/documents/{rules}?q=thử việc bao lâu").text
    assert 'id="dieu-2.khoan-2"' in page


def test_it_is_a_reading(auth: Any, rules: int) -> None:
    staff = auth("staff")
    staff.get("/search?q=thử việc")
    assert readings.VIEW not in actions(rules)
    staff.get("/search?q=thử việc bao lâu")
    assert readings.VIEW in actions(rules)


def test_who_may_not_read_it_gets_no_answer(app: Flask, auth: Any, rules: int) -> None:
    stored(app, auth("clerk"), decision(number="42", subject="Chế độ tập sự", body=("Điều 1. Tập sự", "Thời gian tập sự không quá 12 tháng.")), "c.docx")
    assert "12 tháng" in answer_of(auth("clerk").get("/search?q=tập sự bao lâu").text)
    assert "12 tháng" not in auth("staff").get("/search?q=tập sự bao lâu").text


def test_other_questions_have_none(auth: Any, rules: int) -> None:
    staff = auth("staff")
    for query in ("thử việc", "ai quyết định thử việc", "thử việc bao lâu&page=2", "thử việc bao lâu&sort=date"):
        assert not answer_of(staff.get(f"/search?q={query}").text), query


def test_nothing_is_about_it_and_what_is_near_is_shown(auth: Any, rules: int) -> None:
    page = unescape(auth("staff").get("/search?q=nấu phở gà thật ngon ở cơ quan").text)
    assert "Không thấy điều nào nói về “nấu phở gà thật ngon ở cơ quan”." in page
    assert "Dưới đây chỉ là những nơi gần nhất:" in page and 'class="hit"' in page
    assert "Bỏ từ “phở”" in page
    assert "Không thấy điều nào" not in auth("staff").get("/search?q=thử việc ở cơ quan").text
