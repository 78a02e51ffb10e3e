"""The page that says why a provision stands at its place, and says nothing of what is hidden."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale

from docmgr.web.explain import FIGURES, decimal
from indexer import model
from tests.browsers import Auth
from tests.desk import actions, body, own_folder, stored
from tests.papers import decision
from tests.web.test_search import links, two_documents

__all__ = ["two_documents"]


def ask(
    browser: Any, document: object, q: str = "hội nghị cán bộ", anchor: str = "dieu-1", **more: str
) -> Any:
    asked = {"q": q, "document": document, "anchor": anchor, **more}
    return browser.get("/search/explain", query_string=asked)


def test_a_hit_leads_to_its_place_and_what_counted(auth: Auth, two_documents: tuple[int, int]) -> None:
    staff = auth("staff")
    page = staff.get("/search?q=hội nghị cán bộ").text
    (address,) = [link for link in links(page) if link.startswith("/search/explain?")]
    before = actions()
    shown = staff.get(address).text
    assert "1 trong 1 phần (điều, chương, phụ lục…) khớp câu tìm" in shown and "Có đủ mọi từ của câu tìm" in shown
    assert f"/documents/{two_documents[0]}?q=" in shown and "Điều 1</a>" in shown
    assert shown.count('<th scope="row"') == len(model.base().weights)
    assert all(str(name) in shown for name in FIGURES.values())
    assert actions() == before


def test_what_counted_most_is_seen_first(auth: Auth, two_documents: tuple[int, int]) -> None:
    shown = ask(auth("staff"), two_documents[0]).text
    first, rest = shown.split("<details class=\"more-figures\">")
    assert re.findall(r'<th scope="col"[^>]*>([^<]*)', first)[:2] == ["Số liệu", "Đóng góp"]
    assert first.count('<th scope="row"') == 10 and rest.count('<th scope="row"') > 10


def test_every_figure_that_counts_has_a_name() -> None:
    assert set(model.base().weights) <= set(FIGURES)


def test_what_was_asked_for_by_number_says_so(auth: Auth, two_documents: tuple[int, int]) -> None:
    staff = auth("staff")
    assert "hỏi theo số, ký hiệu hoặc tên" in ask(staff, two_documents[1], "qd 40").text
    page = ask(staff, two_documents[1], "điều 1 qd 40").text
    assert "Câu tìm hỏi đúng điều này" in page and "1 trong " in page


@pytest.mark.parametrize("anchor", ["dieu-99", "", "<script>alert(1)</script>"])
def test_what_is_no_answer_says_so(auth: Auth, two_documents: tuple[int, int], anchor: str) -> None:
    page = ask(auth("staff"), two_documents[0], anchor=anchor)
    assert page.status_code == 200 and "không có trong kết quả" in page.text
    assert "<script>alert" not in page.text
    assert "không có trong kết quả" in ask(auth("staff"), two_documents[0], q="").text


def test_what_is_hidden_is_missing(app: Flask, auth: Auth, two_documents: tuple[int, int]) -> None:
    clerk, staff = auth("clerk"), auth("staff")
    seen = body(ask(staff, two_documents[0], q="điều"))
    hidden = stored(
        app, clerk, decision(number="77"), "h.docx", publish="1", folder=own_folder(auth.people["clerk"])
    )
    assert "khớp câu tìm, khi không lọc" in ask(clerk, hidden).text
    answers = [ask(staff, document) for document in (hidden, 999_999)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert body(answers[0]) == body(answers[1]).replace("999999", str(hidden))
    assert body(ask(staff, two_documents[0], q="điều")) == seen


@pytest.mark.parametrize("document", ["", "x", "-1", "9" * 30, "1.5"])
def test_what_names_no_document_is_missing(auth: Auth, document: str) -> None:
    assert ask(auth("staff"), document).status_code == 404


def test_numbers_as_people_write_them(app: Flask) -> None:
    with app.test_request_context():
        assert [decimal(1.25), decimal(-1.25, signed=True), decimal(-0.001, signed=True)] == [
            "1,25",
            "-1,25",
            "0,00",
        ]
        assert decimal(2, signed=True) == "+2,00"
    with app.test_request_context(), force_locale("en"):
        assert decimal(1234.5) == "1,234.50"
