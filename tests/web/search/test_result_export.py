"""The export page: columns and format are chosen without scripts, the file is an attachment, errors are at the
field."""

from __future__ import annotations

import csv
import io
import re
import shutil
from typing import Any

import docx
import openpyxl
import pypdfium2
import pytest
from flask import Flask
from sqlalchemy import select

from docmgr import context, db
from docmgr.models import TrailEvent
from docmgr.services.message import Message
from docmgr.services.search import export
from docmgr.writing import formats
from tests.filling.desk import actions, stored
from tests.filling.papers import decision
from tests.filling.texts import VIETNAMESE
from tests.support.browsers import Auth


def test_the_page_says_what_comes_and_offers_every_column(app: Flask, auth: Auth) -> None:
    stored(app, auth("clerk"), decision(), publish="1")
    page = auth("staff").get("/search/export?q=dân chủ&type=Quyết định&form=pdf").text
    assert "Tệp sẽ có 1 văn bản." in page
    assert set(re.findall(r'name="columns" value="(\w+)"', page)) == set(export.COLUMNS)
    assert set(re.findall(r'name="columns" value="(\w+)" checked', page)) == set(export.USUAL)
    assert 'name="form" value="pdf" checked' in page
    assert '<input type="hidden" name="type" value="Quyết định">' in page


@pytest.mark.parametrize(
    ("form", "begins", "kind"),
    [
        ("docx", b"PK", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("xlsx", b"PK", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("pdf", b"%PDF-", "application/pdf"),
        ("csv", b"\xef\xbb\xbf", "text/csv; charset=utf-8"),
    ],
)
def test_the_file_is_an_attachment_of_its_kind(app: Flask, auth: Auth, form: str, begins: bytes, kind: str) -> None:
    stored(app, auth("clerk"), decision(), publish="1")
    before = actions().count("search:export")
    answer = auth("staff").submit(
        "/search/export", {"q": "dân chủ", "form": form, "columns": ["number", "subject"]}
    )
    assert answer.status_code == 200 and answer.data.startswith(begins)
    assert answer.content_type == kind
    assert re.fullmatch(
        rf"attachment; filename=ket-qua-tim-[\d-]+\.{form}", answer.headers["Content-Disposition"]
    )
    assert actions().count("search:export") == before + 1


def exported(browser: Any, form: str, q: str, columns: tuple[str, ...], **filters: str) -> Any:
    return browser.submit("/search/export", {"q": q, "form": form, "columns": list(columns), **filters})


def test_the_file_speaks_the_language_of_the_page(app: Flask, auth: Auth) -> None:
    stored(app, auth("clerk"), decision(), publish="1")
    staff, columns = auth("staff"), tuple(export.COLUMNS)
    staff.submit("/language", {"language": "en"})
    page = staff.get("/search/export?q=40").text
    answer = exported(staff, "csv", "độc lập tự do", columns, status="con_hieu_luc", sort="date")
    lines = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [line[0] for line in lines[:4]] == [
        "Search results",
        "Query: độc lập tự do",
        "Filter: Validity: In force; Sort: Newest first",
        "Documents: 1 (at most 1000 in a file)",
    ]
    assert re.fullmatch(r"Exported on [\d/]+ [\d:]+ \(UTC\+7\) by .+", lines[4][0])
    # The same words as on the page where they were chosen.
    assert lines[6] == re.findall(r'name="columns"[^>]*>\s*<label[^>]*>([^<]*)</label>', page)
    row = dict(zip(columns, lines[7], strict=True))
    assert row["status"] == "In force" and row["provision"] == "Opening" and row["type"] == "Quyết định"
    assert "filename=search-results-" in answer.headers["Content-Disposition"]
    with db.read() as session:
        event = session.scalars(select(TrailEvent).where(TrailEvent.action == "search:export")).one()
    assert event.details["filter"] == "Hiệu lực: Còn hiệu lực; Sắp xếp: Mới ban hành trước"
    assert event.details["columns"] == [Message(words).stored() for words in export.COLUMNS.values()]


def test_every_kind_of_file_speaks_it_throughout(app: Flask, auth: Auth) -> None:
    stored(app, auth("clerk"), decision(), publish="1")
    staff = auth("staff")
    staff.submit("/language", {"language": "en"})
    files = {form: exported(staff, form, "40 OR 12", ("number", "status")).data for form in ("xlsx", "docx", "pdf")}
    sheet = openpyxl.load_workbook(io.BytesIO(files["xlsx"])).active
    paper = docx.Document(io.BytesIO(files["docx"]))
    printed = pypdfium2.PdfDocument(files["pdf"])[0].get_textpage().get_text_bounded()
    assert sheet.title == "Data" and paper.sections[0].footer.paragraphs[0].text.startswith("Page ")
    assert "Page 1/1" in printed
    shown = {
        "xlsx": "\n".join(str(cell.value) for row in sheet.iter_rows() for cell in row),
        "docx": "\n".join(text.text or "" for text in paper.element.body.iter() if text.tag.endswith("}t")),
        "pdf": printed,
    }
    for form, text in shown.items():
        assert "Search results" in text and "In force" in text, form
        left = text.replace("QĐ-SGDĐT", "").replace(auth.people["staff"].full_name, "")
        assert not VIETNAMESE.search(left), (form, left)


def test_no_column_is_told_at_the_field_and_leaves_no_event(auth: Auth) -> None:
    answer = auth("staff").submit("/search/export", {"q": "dân chủ", "form": "pdf"})
    assert answer.status_code == 400 and "ít nhất một cột" in answer.text and 'value="dân chủ"' in answer.text
    assert "Chưa xuất được tệp" in answer.text and "Chưa lưu được" not in answer.text
    assert "search:export" not in actions()


def test_the_result_page_leads_to_every_form(app: Flask, auth: Auth) -> None:
    stored(app, auth("clerk"), decision(), publish="1")
    page = auth("staff").get("/search?q=dân chủ").text
    assert set(re.findall(r'href="/search/export\?form=(\w+)', page)) == set(formats.FORMATS)


def test_without_a_search_there_is_nothing_to_export(auth: Auth) -> None:
    staff = auth("staff")
    assert "hãy tìm trước" in staff.get("/search/export").text
    assert staff.submit("/search/export", {"form": "pdf", "columns": "number"}).status_code == 400


def test_without_an_index_the_page_says_so(app: Flask, auth: Auth) -> None:
    browser = auth("clerk")
    stored(app, browser, decision())
    with app.app_context():
        shutil.rmtree(context.current().backend.index.path)
    page = browser.get("/search/export?q=dân chủ").text
    assert "Chỉ mục đang được lập lại" in page and "Tệp sẽ có" not in page
