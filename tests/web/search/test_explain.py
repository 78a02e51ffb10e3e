"""The page that explains the rank of a provision, and reveals nothing hidden."""

from __future__ import annotations

import datetime as dt
import re
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale

from docmgr import db
from docmgr.models import Document
from docmgr.services import jobs
from docmgr.web.search.explain import FIGURES, TIERS, decimal
from indexer import Tier
from indexer.analysis import language_model
from tests.filling.desk import actions, body, own_folder, stored, work
from tests.filling.papers import decision
from tests.support.browsers import Auth
from tests.web.search.test_search import links, total, two_documents

__all__ = ["two_documents"]


def ask(
    browser: Any, document: object, q: str = "hội nghị cán bộ", anchor: str = "dieu-1", **more: str
) -> Any:
    asked = {"q": q, "document": document, "anchor": anchor, **more}
    return browser.get("/search/explain", query_string=asked)


def test_a_hit_leads_to_its_place_and_what_counted(auth: Auth, two_documents: tuple[int, int]) -> None:
    staff = auth("staff")
    page = staff.get("/search?q=hội nghị cán bộ").text
    # It is behind a menu that opens by keyboard and without scripts, with a name for people who do not see the dots.
    menu = page.split('<details class="menu hit-menu')[1].split("</details>")[0]
    assert '<summary aria-label="Thao tác khác">…</summary>' in menu and "Vì sao kết quả này xếp ở đây?</a>" in menu
    (address,) = [link for link in links(menu) if link.startswith("/search/explain?")]
    before = actions()
    shown = staff.get(address).text
    assert (
        "1 trong 1 phần (điều, chương, phụ lục…) của kết quả này" in shown
        and "Có đủ mọi từ của câu tìm" in shown
    )
    assert f"/documents/{two_documents[0]}?q=" in shown and "Điều 1</a>" in shown
    assert shown.count('<th scope="row"') == len(language_model.base().weights)
    # Features of another kind of question are left out.
    assert all(str(FIGURES[name]) in shown for name in language_model.base().weights)
    assert actions() == before


def test_what_counted_most_is_seen_first(auth: Auth, two_documents: tuple[int, int]) -> None:
    shown = ask(auth("staff"), two_documents[0]).text
    first, rest = shown.split('<details class="more-figures">')
    assert re.findall(r'<th scope="col"[^>]*>([^<]*)', first)[:2] == ["Số liệu", "Đóng góp"]
    assert first.count('<th scope="row"') == 10 and rest.count('<th scope="row"') > 10


def test_the_question_is_shown_as_a_tree(auth: Auth, two_documents: tuple[int, int]) -> None:
    shown = unescape(ask(auth("staff"), two_documents[0], q='"hội nghị" cán').text)
    assert "<pre>And\n  Phrase hội nghị\n  Term cán</pre>" in shown
    shown = unescape(ask(auth("staff"), two_documents[0], q='"nghị hội"~3^2 c?n* cán^2').text)
    assert "<pre>And\n  NearWords ~3\n    Term nghị^2\n    Term hội^2\n  WordsPassing c?n*\n  Term cán^2</pre>" in shown
    assert "<pre>" not in ask(auth("staff"), two_documents[0], q="không có từ này").text


def test_every_figure_that_counts_has_a_name() -> None:
    base = language_model.base()
    assert {*base.weights, *base.long_weights} == set(FIGURES)
    assert list(TIERS) == list(Tier)


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
    assert "của kết quả này" in ask(clerk, hidden).text
    answers = [ask(staff, document) for document in (hidden, 999_999)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert body(answers[0]) == body(answers[1]).replace("999999", str(hidden))
    assert body(ask(staff, two_documents[0], q="điều")) == seen


def explained(browser: Any, search: str) -> tuple[list[str], list[str]]:
    """For each hit of a search: its place, the number of results, and the page that says so."""
    addresses = [one for one in links(browser.get(search).text) if one.startswith("/search/explain?")]
    pages = [unescape(browser.get(address).text) for address in addresses]
    return [" ".join(re.findall(r"<dd>(\d+) trong (\d+) phần", page)[0]) for page in pages], pages


NARROW = (
    "q=điều&type=Chỉ thị",
    "q=điều loại:chỉ thị",
    "q=điều&since=01/03/2024",
    "q=điều từ:03/2024",
    "q=điều&at=31/12/2024&since=03/2024",
    "q=điều&folder_in={folder}",
)


def test_the_search_that_was_shown_is_explained(
    app: Flask, auth: Auth, two_documents: tuple[int, int]
) -> None:
    folder = own_folder(auth.people["clerk"])
    third = stored(app, auth("clerk"), decision(number="50"), "c.docx", publish="1", folder=folder)
    with db.write() as session:
        row = session.get_one(Document, third)
        row.type, row.issued_on, row.effective_from = "Chỉ thị", dt.date(2024, 3, 5), dt.date(2024, 3, 5)
        row.revision += 1
        jobs.enqueue(session, "index", third)
    work(app)
    clerk = auth("clerk")
    wide, _ = explained(clerk, "/search?q=điều")
    assert len(wide) == 3 and wide[0].startswith("1 ")
    for narrow in NARROW:
        (place,), (page,) = explained(clerk, "/search?" + narrow.format(folder=folder))
        assert place.startswith("1 ") and int(wide[0].split()[1]) > int(place.split()[1]), narrow
        back = next(one for one in links(page) if one.startswith("/search?q="))
        assert f"/documents/{third}?q=" in page and total(clerk.get(back).text) == "1", narrow
    assert "không có trong kết quả" in ask(clerk, two_documents[0], q="điều", type="Chỉ thị").text


def test_a_search_by_date_says_that_the_place_is_by_relevance(
    auth: Auth, two_documents: tuple[int, int]
) -> None:
    staff = auth("staff")
    by_relevance, pages = explained(staff, "/search?q=điều")
    assert not any("tính theo mức liên quan" in page for page in pages)
    by_date, pages = explained(staff, "/search?q=điều&sort=date")
    assert sorted(by_date) == sorted(by_relevance)
    assert all("tính theo mức liên quan; trang kết quả đang xếp theo ngày ban hành" in page for page in pages)
    page = ask(staff, two_documents[0], q="", type="Quyết định").text
    assert "Không có từ nào để xếp theo mức liên quan" in page and "phần (điều" not in page


def test_odd_parts_of_the_address_are_told(auth: Auth, two_documents: tuple[int, int]) -> None:
    staff = auth("staff")
    odd = {"since": "tuần kia", "at": "99/99/2024", "sort": "x", "page": "-1", "status": "<b>", "year": "\0"}
    page = ask(staff, two_documents[0], folder_in="9" * 9, **odd)
    shown = unescape(page.text)
    assert (
        page.status_code == 200
        and "Không hiểu ngày “tuần kia”" in shown
        and "Không hiểu ngày “99/99/2024”" in shown
    )
    assert "Không có thư mục này" in shown and "<b>" not in page.text
    assert "Không hiểu năm “99”" in unescape(ask(staff, two_documents[0], q="điều năm:99").text)
    assert "chỉ phần đầu được dùng" in ask(staff, two_documents[0], q="điều " * 200).text


def test_a_hidden_folder_is_like_one_that_is_not_there(auth: Auth, two_documents: tuple[int, int]) -> None:
    hidden = str(own_folder(auth.people["clerk"]))
    pages = [
        body(ask(auth("staff"), two_documents[0], q="điều", folder_in=folder))
        for folder in (hidden, "999999")
    ]
    pages[0] = pages[0].replace(f"folder_in={hidden}", "folder_in=999999").replace(f"#{hidden}<", "#999999<")
    assert pages[0] == pages[1] and "#999999<" in pages[1]


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


def test_what_the_title_says_too_is_told(app: Flask, auth: Auth) -> None:
    lines = ("Điều 1. Phạm vi", "Áp dụng tại cơ quan.", "Điều 2. Thủ kho", "Thủ kho giữ chìa khóa.")
    paper = stored(app, auth("clerk"), decision(subject="Về thủ kho", body=lines), publish="1")
    staff, said = auth("staff"), "phần nào của văn bản tự có các từ đó thì hiện trước"
    assert said in ask(staff, paper, q="thủ kho", anchor="dieu-2").text
    assert said not in ask(staff, paper, q="thủ kho", anchor="dieu-1").text
