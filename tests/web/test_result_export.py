"""The export page: columns and form are chosen without script, the file comes as an attachment, errors at the field."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from docmgr.services import result_export
from tests.browsers import Auth
from tests.desk import actions, stored
from tests.papers import decision


def test_the_page_says_what_comes_and_offers_every_column(app: Flask, auth: Auth) -> None:
    stored(app, auth("clerk"), decision(), publish="1")
    page = auth("staff").get("/search/export?q=dân chủ&type=Quyết định&form=pdf").text
    assert "Tệp sẽ có 1 văn bản." in page
    assert set(re.findall(r'name="columns" value="(\w+)"', page)) == set(result_export.COLUMNS)
    assert set(re.findall(r'name="columns" value="(\w+)" checked', page)) == set(result_export.USUAL)
    assert 'name="form" value="pdf" checked' in page
    assert '<input type="hidden" name="type" value="Quyết định">' in page


@pytest.mark.parametrize(
    ("form", "begins"), [("docx", b"PK"), ("xlsx", b"PK"), ("pdf", b"%PDF-"), ("csv", b"\xef\xbb\xbf")]
)
def test_the_file_is_an_attachment_of_its_kind(app: Flask, auth: Auth, form: str, begins: bytes) -> None:
    stored(app, auth("clerk"), decision(), publish="1")
    before = actions().count("search:export")
    answer = auth("staff").submit(
        "/search/export", {"q": "dân chủ", "form": form, "columns": ["number", "subject"]}
    )
    assert answer.status_code == 200 and answer.data.startswith(begins)
    assert answer.content_type == result_export.WRITERS[form][1]
    assert re.fullmatch(
        rf"attachment; filename=ket-qua-tim-[\d-]+\.{form}", answer.headers["Content-Disposition"]
    )
    assert actions().count("search:export") == before + 1


def test_no_column_is_told_at_the_field_and_leaves_no_event(auth: Auth) -> None:
    answer = auth("staff").submit("/search/export", {"q": "dân chủ", "form": "pdf"})
    assert answer.status_code == 400 and "ít nhất một cột" in answer.text and 'value="dân chủ"' in answer.text
    assert "Chưa xuất được tệp" in answer.text and "Chưa lưu được" not in answer.text
    assert "search:export" not in actions()


def test_the_result_page_leads_to_every_form(app: Flask, auth: Auth) -> None:
    stored(app, auth("clerk"), decision(), publish="1")
    page = auth("staff").get("/search?q=dân chủ").text
    assert set(re.findall(r'href="/search/export\?form=(\w+)', page)) == set(result_export.WRITERS)


def test_without_a_search_there_is_nothing_to_export(auth: Auth) -> None:
    staff = auth("staff")
    assert "hãy tìm trước" in staff.get("/search/export").text
    assert staff.submit("/search/export", {"form": "pdf", "columns": "number"}).status_code == 400
