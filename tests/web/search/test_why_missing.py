"""The page that says why a document is not found, with the same answer for hidden and for missing documents."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from flask import Flask

from docmgr import db
from docmgr.models import Document
from docmgr.services.folders import sharing
from docmgr.services.folders.sharing import SharedThing
from tests.filling.desk import body, stored, work
from tests.filling.papers import decision, scan
from tests.filling.recognition import blank
from tests.support.acting import actor_of
from tests.support.browsers import Auth


def ask(browser: Any, document: object, q: str = "dân chủ", **more: str) -> Any:
    return browser.get("/search/why", query_string={"q": q, "document": document, **more})


@pytest.fixture
def paper(app: Flask, auth: Auth) -> int:
    return stored(app, auth("clerk"), decision(), publish="1")


def menu_of(page: str) -> str:
    """The entries of the document page's menu."""
    return page.split('<div class="document-actions')[1].split('<details class="menu"')[1].split("</details>")[0]


def test_the_page_of_a_document_leads_here_from_its_menu(auth: Auth, paper: int) -> None:
    reader, editor = (auth(role).get(f"/documents/{paper}").text for role in ("staff", "clerk"))
    for page, summary in ((reader, ">…</summary>"), (editor, ">Thao tác khác</summary>")):
        menu = menu_of(page)
        assert summary in menu and ">Vì sao tìm không thấy văn bản này?</a>" in menu
        assert page.count("/search/why?") == 1
    # The dots have a name, and the menu contains nothing that a reader may not do.
    assert 'aria-label="Thao tác khác"' in reader and "Chuyển thư mục" not in reader and "<form" not in menu_of(reader)


@pytest.mark.parametrize("document", ["12/QĐ-SGDĐT", "qd 12", "quy chế thực hiện dân chủ"])
def test_a_document_is_named_by_number_or_title(auth: Auth, paper: int, document: str) -> None:
    page = ask(auth("staff"), document).text
    assert "ở vị trí 1" in page and f'href="/documents/{paper}?q=' in page


def test_the_reason_is_a_sentence_and_the_closest_place_a_link(auth: Auth, paper: int) -> None:
    page = ask(auth("staff"), paper, '"hội nghị cán bộ" -"mỗi năm"').text
    assert "Câu tìm loại trừ &#34;mỗi năm&#34;, mà văn bản có." in page
    assert "#dieu-1" in page and "Điều 1" in page


def test_the_words_there_and_missing_have_a_heading_in_either_language(auth: Auth, paper: int) -> None:
    staff, asked = auth("staff"), '"mỗi năm một lần" "kế hoạch công tác" "kể từ ngày ký"'
    page = ask(staff, paper, asked).text
    assert "<dt>Có các từ</dt>" in page and "<dt>Thiếu</dt>" in page
    staff.submit("/language", {"language": "en"})
    page = ask(staff, paper, asked).text
    assert "<dt>Has</dt>" in page and "<dt>Yes</dt>" not in page


def test_the_filter_that_keeps_it_out_is_named(auth: Auth, paper: int) -> None:
    page = ask(auth("staff"), paper, type="Luật").text
    assert "Văn bản không qua được bộ lọc “Loại văn bản: Luật”." in page


def test_a_document_without_text_says_what_its_state_says(app: Flask, auth: Auth, monkeypatch: pytest.MonkeyPatch) -> None:
    blank(monkeypatch)
    sheet = stored(app, auth("clerk"), scan(), "quet.pdf", publish="1")
    with db.write() as session:
        session.get_one(Document, sheet).reason_code = "no_text_layer"
    page = ask(auth("clerk"), sheet).text
    assert "Bản quét, chưa có chữ. Chỉ tìm được văn bản theo số, ký hiệu và trích yếu." in page
    with db.write() as session:
        session.get_one(Document, sheet).reason_code = "legacy_encoding"
    page = ask(auth("clerk"), sheet).text
    assert "Bảng mã cũ (TCVN3/VNI)" in page and "Bản quét, chưa có chữ" not in page and ".." not in page.split("<main")[1]
    clerk = auth("clerk")
    clerk.submit("/language", {"language": "en"})
    assert "only found by its number" in ask(clerk, sheet).text


def test_the_other_names_of_an_abbreviation_are_told(auth: Auth, paper: int) -> None:
    page = ask(auth("staff"), paper, "TTHC", type="Luật").text
    assert "không có “TTHC”, cũng không có dạng khác của từ này: “thủ tục hành chính”." in page


def test_several_documents_are_offered(app: Flask, auth: Auth, paper: int) -> None:
    other = stored(app, auth("clerk"), decision(number="12A"), "b.docx", publish="1")
    page = ask(auth("staff"), "quy chế thực hiện").text
    for number in (paper, other):
        assert f"document=%23{number}" in page


def test_a_numeral_is_a_number_first_and_what_is_chosen_is_not_asked_again(app: Flask, auth: Auth, paper: int) -> None:
    other = stored(app, auth("clerk"), decision(number=str(paper)), "b.docx", publish="1")
    page = ask(auth("staff"), paper).text
    assert page.index(f"document=%23{other}") < page.index(f"document=%23{paper}")
    for chosen in (paper, other):
        page = ask(auth("staff"), f"#{chosen}").text
        assert f'href="/documents/{chosen}?q=' in page and "Văn bản nào?" not in page


def test_conditions_that_hold_only_apart_are_told_so(auth: Auth, paper: int) -> None:
    page = unescape(ask(auth("staff"), paper, '"mỗi năm một lần" "kế hoạch công tác" "kể từ ngày ký"').text)
    said = '"mỗi năm một lần", "kế hoạch công tác", "kể từ ngày ký" đều có trong văn bản nhưng không cùng một điều.'
    assert said in page and "Không điều nào" not in page


def test_what_is_hidden_answers_like_what_is_not_there(app: Flask, auth: Auth, paper: int) -> None:
    hidden = stored(app, auth("clerk"), decision(number="77", subject="Zirkonia"), "b.docx")
    staff = auth("staff")
    for typed, missing in ((str(hidden), "999998"), ("77/QĐ-SGDĐT", "78/QĐ-SGDĐT"), ("zirkonia", "zirkonix")):
        seen, other = ask(staff, typed), ask(staff, missing)
        assert seen.status_code == other.status_code == 200
        assert body(seen).replace(f'value="{typed}"', "") == body(other).replace(f'value="{missing}"', "")
        assert "Không có văn bản nào như vậy" in seen.text
    assert "Zirkonia" in ask(auth("clerk"), hidden).text


def test_who_answers_for_it_may_ask_for_another_person(auth: Auth, people: Any, paper: int) -> None:
    number = str(people["staff"].id)
    auth("clerk").submit(f"/documents/{paper}/workflow", {"workflow": "withdrawn"})
    page = ask(auth("clerk"), paper, person=number).text
    assert "Người này không có quyền đọc văn bản." in page
    assert 'name="person"' in page
    auth("clerk").submit(f"/documents/{paper}/workflow", {"workflow": "published"})
    page = ask(auth("staff"), paper, person=str(people["leader"].id)).text
    assert 'name="person"' not in page and "ở vị trí 1" in page


@pytest.mark.parametrize("q", ["hội nghị kỷ luật", "hội nghị zirkonia", "hoi nghi ky luat", '"kỷ luật" loại:"mật lệnh"'])
def test_what_others_read_is_not_told_to_who_asks_for_them(
    app: Flask, auth: Auth, people: Any, paper: int, q: str
) -> None:
    """The answer about a person who may read more does not change when a document is added that the asking person may
    not read."""
    staff, clerk = people["staff"], people["clerk"]
    sharing.grant(actor_of(clerk), SharedThing(document_id=paper), f"user:{staff.id}", "editor")
    work(app)

    def page(asker: str) -> str:
        return body(ask(auth(asker), f"#{paper}", q, person=str(clerk.id)))

    before = page("staff")
    assert "selected" in before
    text = ("Điều 1. Việc", "Hội nghị kỷ luật, zirkonia; hoi nghi ky luat.")
    stored(app, auth("clerk"), decision(number="77", subject="Nhân sự", body=text), "b.docx")
    assert page("staff") == before


def test_an_empty_form_asks_and_a_question_alone_too(auth: Auth, paper: int) -> None:
    staff = auth("staff")
    assert 'name="document"' in staff.get("/search/why").text
    assert "Hãy ghi cả câu tìm." in ask(staff, paper, "").text


def test_the_question_may_be_left_out_only_beside_conditions(auth: Auth, paper: int) -> None:
    staff, optional = auth("staff"), "(không bắt buộc)"
    for more in ({}, {"sort": "date"}):
        page = ask(staff, paper, "", **more).text
        assert optional not in page and re.search(r'name="q"[^>]* required', page)
    page = ask(staff, paper, "", type="Quyết định").text
    assert optional in page and not re.search(r'name="q"[^>]* required', page)
    assert "Văn bản có trong kết quả" in page


@pytest.mark.parametrize("typed", ["<script>alert(1)</script>", "\x00", "a" * 5000, "-1", "9" * 30, '"'])
def test_nothing_typed_breaks_it(auth: Auth, paper: int, typed: str) -> None:
    page = ask(auth("staff"), typed, typed, person=typed)
    assert page.status_code == 200 and "<script>alert" not in page.text
