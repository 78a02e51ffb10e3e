"""Opened results on the pages: the link that counts, related questions, and what the help says about it."""

from __future__ import annotations

import dataclasses
import re
from html import unescape
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import select, text

from docmgr import db
from docmgr.models import Click
from docmgr.services.texts import parts
from docmgr.settings import Settings
from tests.filling.desk import stored
from tests.filling.papers import BODY, decision
from tests.support.browsers import Auth, Client
from tests.web.search.test_copies import MORE
from tests.web.search.test_search import links

QUESTION = "thời hạn sa thải"
TEXT = ("Điều 1. Thời hạn sa thải", "Thời hạn báo trước khi sa thải là ba mươi ngày.", "Điều 2. Hiệu lực", "Có hiệu lực từ ngày ký.")
OFFERED = "câu hỏi mà ít nhất 3 người đã hỏi có thể được gợi ý cho người khác"
ASKERS = ("clerk", "staff", "auditor")


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The switch is on in all tests of this file but one."""
    return dataclasses.replace(settings, keep_clicks=True)


@pytest.fixture
def paper(app: Flask, auth: Auth) -> int:
    """A published decision of two articles."""
    return stored(app, auth("clerk"), decision(number="9", subject="Về kỷ luật", body=TEXT), "9.docx", publish="1")


def hits(page: str) -> list[str]:
    return [unescape(link) for link in links(page) if "hit=" in link]


def kept() -> list[tuple[str, int, str]]:
    with db.read() as session:
        return sorted((row.question, row.document_id, row.anchor) for row in session.scalars(select(Click)))


def ask(browser: Client, question: str = QUESTION) -> str:
    """Search, and open the first result."""
    page = browser.get(f"/search?q={question}").text
    address = urlsplit(hits(page)[0])
    assert browser.get(f"{address.path}?{address.query}").status_code == 200
    return page


def test_opening_a_result_counts_once(auth: Auth, paper: int) -> None:
    staff = auth("staff")
    page = staff.get(f"/search?q={QUESTION}").text
    assert kept() == []
    first, *others = hits(page)
    assert first.startswith(f"/documents/{paper}?q=") and first.endswith("#dieu-1") and others
    address = first.partition("#")[0]
    assert staff.head(address).status_code == 200 and kept() == []
    opened = staff.get(address).text
    assert "<mark>" in opened and not hits(opened)
    staff.get(address)
    assert kept() == [(QUESTION, paper, "dieu-1")]
    # The address that a colleague gets from him opens the page too, and counts nothing.
    assert auth("auditor").get(address).status_code == 200 and len(kept()) == 1


def test_opening_the_answer_counts(app: Flask, auth: Auth) -> None:
    lines = ("Điều 1. Thử việc", "1. Người đứng đầu quyết định việc thử việc.", "2. Thời gian thử việc không quá 60 ngày.")
    document = stored(app, auth("clerk"), decision(number="41", subject="Quy chế thử việc", body=lines), "b.docx", publish="1")
    staff = auth("staff")
    (box,) = re.findall(r'<section class="answer".*?</section>', staff.get("/search?q=thử việc bao lâu").text, re.S)
    (address,) = hits(box)
    assert address.endswith("#dieu-1.khoan-2") and staff.get(address.partition("#")[0]).status_code == 200
    assert kept() == [("thử việc bao lâu", document, "dieu-1.khoan-2")]


def test_opening_a_copy_counts(app: Flask, auth: Auth) -> None:
    clerk, body = auth("clerk"), (*BODY, *MORE)
    for lines, name in ((body, "chinh.docx"), ((*body[:-1], body[-1].replace(" và bàn", "")), "ban-quet.docx")):
        stored(app, clerk, decision(body=lines), name, publish="1")
    staff = auth("staff")
    (folded,) = re.findall(r'<details class="hit-copies">.*?</details>', staff.get("/search?q=công khai tài sản").text, re.S)
    (address,) = hits(folded)
    assert staff.get(address).status_code == 200
    assert kept() == [("công khai tài sản", int(re.findall(r"/documents/(\d+)", address)[0]), "")]


def test_a_document_that_may_not_be_read_any_more_counts_nothing(auth: Auth, paper: int) -> None:
    staff = auth("staff")
    address = hits(staff.get(f"/search?q={QUESTION}").text)[0].partition("#")[0]
    auth("clerk").submit(f"/documents/{paper}/workflow", {"workflow": "withdrawn"})
    assert staff.get(address).status_code == 404 and kept() == []


def test_the_document_opens_although_it_cannot_be_counted(auth: Auth, paper: int, caplog: pytest.LogCaptureFixture) -> None:
    staff = auth("staff")
    address = hits(staff.get(f"/search?q={QUESTION}").text)[0].partition("#")[0]
    with db.write() as session:
        session.execute(text("DROP TABLE click"))
    assert "Điều 1" in staff.get(address).text
    assert "was not counted" in caplog.text


def test_related_questions_are_those_of_three_people(auth: Auth, paper: int) -> None:
    for name in ASKERS[:2]:
        ask(auth(name), "báo trước khi sa thải")
    assert "Câu hỏi liên quan" not in ask(auth("clerk"))
    ask(auth("auditor"), "báo trước khi sa thải")
    page = auth("leader").get(f"/search?q={QUESTION}").text
    (related,) = re.findall(r'<section class="related-questions">.*?</section>', page, re.S)
    (link,) = links(related)
    assert ">báo trước khi sa thải</a>" in related
    assert "báo trước" in auth("leader").get(unescape(link)).text
    # Not below the same question, and not below results that do not show the provision.
    for other in ("Báo trước khi, SA THẢI", "bao truoc khi sa thai", "hiệu lực từ ngày ký"):
        assert "related-questions" not in auth("leader").get(f"/search?q={other}").text
    leader = auth("leader")
    leader.submit("/language", {"language": "en"})
    assert "Related questions" in leader.get(f"/search?q={QUESTION}").text


def test_a_question_is_text_and_no_markup(auth: Auth, paper: int) -> None:
    for name in ASKERS:
        ask(auth(name), "<b>sa thải</b> &amp")
    page = auth("leader").get("/search?q=sa thải").text
    assert "<b>sa" not in page


def test_people_are_told_what_is_kept(auth: Auth) -> None:
    page = auth("staff").get("/search/help").text
    assert "không lưu tên người mở" in page and "cho cùng một câu hỏi và cùng một điều, khoản" in page
    assert "không ai biết" not in page and "Nhật ký vẫn ghi ai tìm gì" in page
    assert "đặt DOCMGR" not in page and OFFERED in page


class TestWithoutTheSwitch:
    """A site that did not ask for it."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return dataclasses.replace(settings, keep_clicks=False)

    def test_nothing_is_kept_shown_or_said(self, auth: Auth, paper: int) -> None:
        staff = auth("staff")
        page = staff.get(f"/search?q={QUESTION}").text
        assert f'href="/documents/{paper}?' in page and "hit=" not in page
        staff.get(f"/documents/{paper}?q={QUESTION}&hit=0.dieu-1")
        assert kept() == []
        page = staff.get("/search/help").text
        assert "không lưu tên người mở" not in page and OFFERED in page


class TestWithoutQuestionsOfOthers:
    """A site that counts what people open, but offers no questions while one types."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return dataclasses.replace(settings, offer_asked=False)

    def test_the_help_does_not_say_so(self, auth: Auth) -> None:
        page = auth("staff").get("/search/help").text
        assert "không lưu tên người mở" in page and OFFERED not in page


def test_a_result_opens_the_part_of_a_long_text_in_which_it_stands(app: Flask, auth: Auth, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "WHOLE", 1000)
    monkeypatch.setattr(parts, "PART", 2000)
    body = [line for n in range(1, 41) for line in (f"Điều {n}. Việc thứ {n}", "Người đứng đầu đơn vị tổ chức thực hiện công việc này." * 2)]
    stored(app, auth("clerk"), decision(body=(*body, "Điều 41. Thuyền viên", "Thuyền viên được nghỉ phép.")), publish="1")
    staff = auth("staff")
    address, _, anchor = hits(staff.get("/search?q=thuyền viên nghỉ phép").text)[0].partition("#")
    page = staff.get(address).text
    assert anchor == "dieu-41" and 'id="dieu-41"' in page and 'id="dieu-1"' not in page
