"""Each sentence of a service that has a value in it is told on its page, in Vietnamese and in English."""

from __future__ import annotations

import html
import io
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from docmgr import db
from docmgr.models import Document, DocumentFact
from docmgr.policy import Actor
from docmgr.services.folders import tree
from docmgr.services.search import saved
from docmgr.services.trail import export
from tests.filling.desk import revision, stored
from tests.filling.filing import file_document
from tests.filling.papers import decision
from tests.support.browsers import Auth, Client

Told = Callable[[Callable[[], Any]], tuple[str, str]]


@pytest.fixture
def browser(auth: Auth) -> Client:
    """The clerk's."""
    return auth("clerk")


@pytest.fixture
def told(browser: Client) -> Told:
    """What a request answers, in Vietnamese and in English."""

    def both(ask: Callable[[], Any]) -> tuple[str, str]:
        answers = []
        for language in ("vi", "en"):
            browser.submit("/language", {"language": language})
            answers.append(html.unescape(ask().text))
        return answers[0], answers[1]

    return both


def test_a_file_over_the_limit(browser: Client, told: Told) -> None:
    def ask() -> Any:
        return browser.submit("/documents/new", {"files": [(io.BytesIO(bytes(20_000_001)), "to.pdf")]})

    vietnamese, english = told(ask)
    assert "Không nhận: Tệp lớn hơn 19 MB." in vietnamese
    assert "The file is larger than 19 MB." in english and "Tệp lớn hơn" not in english


def test_that_facts_are_to_be_confirmed(browser: Client, told: Told) -> None:
    paper = file_document(tree.root_id(), "1/QĐ-X")
    with db.write() as session:
        session.add(DocumentFact(document_id=paper, field="subject", value="Chưa chắc", confirmed=False))
    pages = told(lambda: browser.get(f"/documents/new?ids={paper}"))
    assert "Đã tìm kiếm được; cần xác nhận thông tin." in pages[0]
    assert "Searchable; its details have to be confirmed." in pages[1]
    (row,) = browser.get(f"/documents/states?ids={paper}").json
    assert row["sentence"] == "Searchable; its details have to be confirmed."


def test_a_text_that_is_too_long(browser: Client, told: Told) -> None:
    pages = told(lambda: browser.submit("/plans/new", {"title": "x" * 501, "year": "2024"}))
    assert "Nội dung dài quá 500 ký tự; hãy rút gọn." in pages[0]
    assert "The text is longer than 500 characters; please shorten it." in pages[1]


def test_a_year_outside_of_the_range(browser: Client, told: Told) -> None:
    pages = told(lambda: browser.submit("/plans/new", {"title": "Kế hoạch", "year": "999"}))
    assert "Năm phải từ 1945 đến 2100." in pages[0]
    assert "The year must be between 1945 and 2100." in pages[1]


@pytest.mark.parametrize(
    ("field", "typed", "vietnamese", "english"),
    [
        ("number", "1" * 101, "Số, ký hiệu dài quá 100 ký tự.", "Number: longer than 100 characters."),
        ("issued_on", "32/13/2024", "Ngày ban hành: ngày không hợp lệ", "Date of issue: this is not a date"),
    ],
)
def test_a_fact_that_is_refused_names_its_field(
    browser: Client, told: Told, field: str, typed: str, vietnamese: str, english: str
) -> None:
    paper = file_document(tree.root_id(), "1/QĐ-X")

    def ask() -> Any:
        return browser.submit(f"/documents/{paper}/facts", {"revision": revision(browser, paper), field: typed})

    pages = told(ask)
    assert vietnamese in pages[0] and english in pages[1]


def test_the_name_of_a_folder_that_is_refused(clerk: Actor, browser: Client, told: Told) -> None:
    root = tree.root_id()
    tree.create(clerk, root, "100%(x)s Đọc")
    pages = told(lambda: browser.submit(f"/folders/{root}/folders", {"name": "100%(x)s Đọc"}))
    assert "Ở đây đã có thư mục “100%(x)s Đọc”." in pages[0]
    assert "There is a folder “100%(x)s Đọc” here already." in pages[1]
    pages = told(lambda: browser.submit(f"/folders/{root}/folders", {"name": "x" * 201}))
    assert "Tên thư mục dài quá 200 ký tự." in pages[0]
    assert "Folder name: longer than 200 characters." in pages[1]


def test_a_trail_that_no_file_holds(auth: Auth, clerk: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    tree.create(clerk, tree.root_id(), "A")
    monkeypatch.setattr(export, "MAX_ROWS", 1)
    auditor = auth("auditor")
    assert "Có 2 sự kiện, nhiều hơn 1 dòng của một tệp." in auditor.submit("/trail/export", {"form": "csv"}).text
    auditor.submit("/language", {"language": "en"})
    assert "There are 2 events, more than the 1 rows" in auditor.submit("/trail/export", {"form": "csv"}).text


def test_searches_beyond_the_limit(browser: Client, told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved, "MOST_OWN", 0)
    pages = told(lambda: browser.submit("/saved", {"q": "dân chủ", "name": "Một"}))
    assert "Mỗi người lưu được 0 tìm kiếm; hãy xóa bớt tìm kiếm cũ." in pages[0]
    assert "Everybody can save 0 searches; delete old ones first." in pages[1]


def test_roles_that_hold_a_right(browser: Client, told: Told) -> None:
    pages = told(lambda: browser.get(f"/folders/{tree.root_id()}/sharing?q=vai"))
    assert "Vai trò Văn thư" in pages[0] and "Vai trò Lãnh đạo" in pages[0]
    assert "Role: Clerk" in pages[1] and "Role: Leader" in pages[1] and "Vai trò" not in pages[1]


def test_a_right_given_to_a_role_is_told_in_the_trail(browser: Client, told: Told) -> None:
    paper = file_document(tree.root_id(), "1/QĐ-X")
    here = f"/documents/{paper}/sharing"
    browser.fill(f"{here}/rights", {"give": "editor role:leader"}, page=here)
    pages = told(lambda: browser.get(f"/documents/{paper}/trail"))
    assert "<dd>Người sửa</dd>" in pages[0] and "<dd>Vai trò Lãnh đạo</dd>" in pages[0]
    assert "<dd>Editor</dd>" in pages[1] and "<dd>Role: Leader</dd>" in pages[1]


def test_a_secrecy_stamp_and_its_level(app: Flask, browser: Client, told: Told) -> None:
    paper = stored(app, browser, decision(stamp="TỐI MẬT"))
    pages = told(lambda: browser.get(f"/documents/{paper}"))
    assert "không giữ tệp và nội dung. (Tối mật) Tệp và chữ đã được gỡ khỏi hệ thống." in pages[0]
    assert "content. (Secret) The file and its text were removed from the system." in pages[1]
    pages = told(lambda: browser.get(f"/documents/{paper}/trail"))
    assert "không giữ tệp và nội dung. (Tối mật)</dd>" in pages[0]
    assert "does not keep its file and content. (Secret)</dd>" in pages[1]


def test_a_reading_that_fell_short(app: Flask, browser: Client, told: Told) -> None:
    paper = stored(app, browser, b"PK\x03\x04 word/document.xml" + bytes(100), "hong.docx")
    with db.read() as session:
        assert session.get_one(Document, paper).reason_code == "broken"
    for address in (f"/documents/{paper}", f"/folders/{tree.root_id()}", f"/documents/{paper}/trail"):
        pages = told(lambda at=address: browser.get(at))
        assert "tệp hỏng hoặc bị cắt cụt" in pages[0], address
        assert "damaged" in pages[1] and "tệp hỏng" not in pages[1], address
