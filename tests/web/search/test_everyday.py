"""Everyday words on the page of results, on the page that explains a rank, and where administrators edit them."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask import Flask

from docmgr import db
from docmgr.models import EverydayWord
from docmgr.policy import COMMAND_LINE
from docmgr.services.search import everyday
from tests.filling.desk import stored
from tests.filling.papers import decision
from tests.support.browsers import Auth
from tests.web.search.test_search import links

PAGE = "/everyday-words"


@pytest.fixture
def dismissal(app: Flask, auth: Auth) -> int:
    """A document that says "sa thải", and nowhere "đuổi việc"."""
    everyday.create(COMMAND_LINE, word="đuổi việc", law="sa thải\nbuộc thôi việc")
    text = ("Điều 1. Sa thải người lao động", "Việc sa thải phải có lý do và được báo trước.")
    paper = decision(number="9", subject="Về kỷ luật lao động", body=text)
    return stored(app, auth("clerk"), paper, "9.docx", publish="1")


def test_what_else_is_searched_is_told_and_can_be_taken_out(auth: Auth, dismissal: int) -> None:
    staff = auth("staff")
    page = staff.get("/search?q=đuổi việc&sort=date").text
    assert "Cũng tìm:</" not in page and "Cũng tìm: <strong>sa thải, buộc thôi việc</strong>" in page
    assert f'href="/documents/{dismissal}?' in page and "<mark>Việc sa thải</mark>" in page
    assert "Cũng tìm: <strong>buộc thôi việc</strong>" in staff.get("/search?q=đuổi việc hay sa thải").text
    (typed,) = [link for link in links(page) if "words=typed" in link]
    assert "sort=date" in typed
    literal = staff.get(typed).text
    assert "Cũng tìm" not in literal and "<mark>Việc</mark> sa thải" in literal and "Thiếu: <em>đuổi</em>" in literal
    # Filters, order and saving keep the choice, and a button takes it back.
    assert '<input type="hidden" name="words" value="typed">' in literal
    assert "Chỉ từ đã gõ" in literal
    assert any("words" not in link and "sort=date" in link and link.startswith("/search?") for link in links(literal))


def test_it_is_told_in_english_too(auth: Auth, dismissal: int) -> None:
    staff = auth("staff")
    staff.submit("/language", {"language": "en"})
    page = staff.get("/search?q=đuổi việc").text
    assert "Also searched: <strong>sa thải, buộc thôi việc</strong>" in page


def test_the_explanation_names_what_counted(auth: Auth, dismissal: int) -> None:
    page = unescape(auth("staff").get(f"/search/explain?q=đuổi việc&document={dismissal}&anchor=dieu-1").text)
    assert "<dd>“sa thải” thay cho “đuổi việc”</dd>" in page


def test_they_are_added_changed_and_removed(auth: Auth) -> None:
    admin = auth("administrator")
    added = admin.submit(PAGE, {"word": "sếp tổng", "law": "người đứng đầu cơ quan"}, follow_redirects=True).text
    assert "Đã thêm từ thường ngày" in added and "người đứng đầu cơ quan" in added
    (address,) = {link for link in links(added) if re.fullmatch(rf"{PAGE}/\d+", link)}
    admin.fill(address, {"law": "thủ trưởng đơn vị"})
    assert "thủ trưởng đơn vị</textarea>" in admin.get(address).text
    admin.fill(address, {"law": "", "nothing": "1"})
    assert "Không tìm thêm gì</td>" in admin.get(PAGE).text
    admin.fill(f"{address}/delete", {}, page=address)
    assert admin.get(address).status_code == 404


def test_a_form_that_is_refused_keeps_what_was_typed(auth: Auth) -> None:
    admin = auth("administrator")
    answer = admin.submit(PAGE, {"word": "như thế nào", "law": "ra sao"})
    assert answer.status_code == 400 and "có trong quá nhiều văn bản" in answer.text
    assert 'value="như thế nào"' in answer.text and "ra sao</textarea>" in answer.text


def test_a_page_behind_the_end_leads_to_the_last_one(auth: Auth, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("docmgr.web.search.everyday.PAGE_SIZE", 1)
    admin = auth("administrator")
    for word, law in (("sếp tổng", "người đứng đầu cơ quan"), ("sếp bắt làm thêm", "thời giờ làm thêm")):
        admin.submit(PAGE, {"word": word, "law": law})
    answer = admin.get(f"{PAGE}?page=9")
    assert answer.status_code == 302 and answer.location == f"{PAGE}?page=2"
    assert "sếp tổng</a>" in admin.get(answer.location).text


def test_only_administrators_see_them(auth: Auth) -> None:
    for role in ("clerk", "staff", "leader", "auditor"):
        assert auth(role).get(PAGE).status_code in (403, 404)
    assert f'href="{PAGE}"' in auth("administrator").get("/abbreviations").text
    with db.read() as session:
        assert session.query(EverydayWord).count() == 0
