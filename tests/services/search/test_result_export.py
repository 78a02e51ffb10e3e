"""The list of results as a file: the chosen columns, a heading that describes it, nothing that the actor may not
read."""

from __future__ import annotations

import csv
import datetime as dt
import io
import shutil

import docx
import openpyxl
import pypdfium2
import pytest
from sqlalchemy import select

from docmgr import db
from docmgr.models import Document, TrailEvent
from docmgr.policy import Denied
from docmgr.services import jobs
from docmgr.services.errors import Invalid
from docmgr.services.message import Message
from docmgr.services.search import export, find, request
from docmgr.services.search.request import SearchRequest
from docmgr.writing import formats
from indexer.match import expansion
from tests.filling.papers import BODY, decision
from tests.support.acting import actor_of, upload, work

EVERYTHING = tuple(export.COLUMNS)
QUESTION = SearchRequest(query="dân chủ")


@pytest.fixture
def clerk(site, people):
    """A clerk with three documents, one of them a draft."""
    clerk = actor_of(people["clerk"])
    for number in ("11", "12"):
        upload(clerk, decision(number=number), f"{number}.docx", publish=True)
    upload(clerk, decision(number="13", subject="Về dự thảo"), "13.docx")
    work(site)
    return clerk


def rows(actor, asked=QUESTION, columns=EVERYTHING) -> list[list[str]]:
    made = export.export(actor, asked, "csv", columns)
    return list(csv.reader(io.StringIO(made.body.decode("utf-8-sig"))))


def test_the_file_says_what_it_is(clerk) -> None:
    lines = [row[0] for row in rows(clerk)[:5]]
    assert lines[:4] == [
        "Kết quả tìm kiếm",
        "Câu tìm: dân chủ",
        "Bộ lọc: không có",
        "Số văn bản: 3 văn bản (mỗi tệp nhiều nhất 1000)",
    ]
    assert lines[4].startswith("Xuất lúc ") and lines[4].endswith("người xuất: Văn thư thử")


def test_the_file_says_what_of_the_question_was_left_out(clerk) -> None:
    said = rows(clerk, request.read({"q": ["dân chủ " * 65], "at": ["31/02/2024"]}))
    assert said[1] == [f"Câu tìm: {'dân chủ ' * 64}".rstrip()]
    assert [row[0] for row in said[4:6]] == [
        "Câu tìm dài quá 512 ký tự, chỉ phần đầu được dùng.",
        "Không hiểu ngày “31/02/2024”, đã bỏ qua. Hãy viết như 05/02/2024, 02/2024 hoặc 2024.",
    ]


def test_a_row_has_the_columns_that_were_chosen_in_their_order(clerk) -> None:
    table = rows(clerk, SearchRequest(query='"mỗi năm một lần"'))[6:]
    assert table[0] == list(export.COLUMNS.values())
    row = dict(zip(EVERYTHING, next(row for row in table if row[0] == "12/QĐ-SGDĐT"), strict=True))
    assert row["issued_on"] == "2024-02-05" and row["type"] == "Quyết định"
    assert row["signer"] == "Người Ký Thử" and "Như Điều 3" in row["recipients"]
    assert row["provision"] == "Khoản 2 Điều 1" and "mỗi năm một lần" in row["snippet"]
    assert row["address"].startswith("http://127.0.0.1:8000/documents/") and row["address"].endswith(
        "#dieu-1.khoan-2"
    )
    assert rows(clerk, columns=("subject", "number"))[6] == ["Số, ký hiệu", "Trích yếu"]


def test_the_four_forms_hold_the_same_rows(clerk) -> None:
    numbers = ("11/QĐ-SGDĐT", "12/QĐ-SGDĐT", "13/QĐ-SGDĐT")
    made = {form: export.export(clerk, QUESTION, form, EVERYTHING) for form in formats.FORMATS}
    sheet = openpyxl.load_workbook(io.BytesIO(made["xlsx"].body)).active
    (table,) = docx.Document(io.BytesIO(made["docx"].body)).tables
    pages = "".join(
        page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(made["pdf"].body)
    )
    assert {sheet.cell(row, 1).value for row in range(8, 11)} == set(numbers)
    assert {row.cells[0].text for row in table.rows[1:]} == set(numbers)
    assert all(number in pages for number in numbers)
    assert {made[form].rows for form in made} == {3}


def test_a_reader_gets_what_a_reader_may_read(clerk, people) -> None:
    staff = actor_of(people["staff"])
    found = rows(staff)
    assert {row[0] for row in found[7:]} == {"11/QĐ-SGDĐT", "12/QĐ-SGDĐT"}
    assert "Số văn bản: 2 văn bản" in found[3][0]
    assert "dự thảo" not in str(found)


def test_filters_are_named_and_hold(clerk) -> None:
    asked = SearchRequest(query="dân chủ", filters={"status": ("con_hieu_luc",), "type": ("Quyết định",)})
    found = rows(clerk, asked)
    assert found[2] == ["Bộ lọc: Loại văn bản: Quyết định; Hiệu lực: Còn hiệu lực"]
    assert rows(clerk, SearchRequest(query="dân chủ", filters={"type": ("Luật",)}))[7:] == []


def test_force_is_judged_on_the_day_that_was_typed(site, clerk) -> None:
    day = dt.date(2024, 2, 4)
    documents = [hit.document for hit in find.find(clerk, QUESTION, per_page=9, record=False).hits]
    with db.write() as session:
        for document in documents:
            row = session.get_one(Document, document.id)
            row.effective_from, row.effective_to = day, day + dt.timedelta(days=2)
            row.revision += 1
            jobs.enqueue(session, "index", document.id)
    work(site)
    on_the_day = (f"dân chủ hiệu lực:{day:%d/%m/%Y}", None), ("dân chủ", day)
    for query, at in on_the_day:
        found = rows(clerk, SearchRequest(query=query, at=at), ("number", "status"))[7:]
        assert {status for _, status in found} == {"Còn hiệu lực"} and len(found) == 3
    assert {row[1] for row in rows(clerk, columns=("number", "status"))[7:]} == {"Hết hiệu lực"}


def test_beyond_the_limit_the_file_says_so(clerk, monkeypatch) -> None:
    monkeypatch.setattr(export, "MAX_ROWS", 2)
    made = export.export(clerk, QUESTION, "csv", ("number",))
    assert (made.rows, made.total) == (2, 3)
    assert "Số văn bản: 2 văn bản đầu trong 3 văn bản tìm thấy" in made.body.decode()


def test_the_file_says_what_was_not_understood_or_not_looked_through(clerk, monkeypatch) -> None:
    assert [line for line in (row[0] for row in rows(clerk, SearchRequest(query="dân chủ OR"))[:6]) if "OR" in line] == [
        "Câu tìm: dân chủ OR",
        "OR hoặc HOẶC thiếu một vế, đã bỏ qua.",
    ]
    monkeypatch.setattr(expansion, "MOST_EXPANDED", 0)
    found = rows(clerk, SearchRequest(query="dâ*"))
    assert "Số văn bản: 0" in found[3][0] and found[4][0].startswith("Câu tìm quá rộng, đã dừng sớm")


def test_without_an_index_there_is_no_file(site, clerk) -> None:
    shutil.rmtree(site.backend.index.path)
    with pytest.raises(Invalid, match="Chỉ mục đang được lập lại"):
        export.export(clerk, QUESTION, "csv", ("number",))
    assert export.count(clerk, QUESTION) is None
    with db.read() as session:
        assert not session.scalars(select(TrailEvent).where(TrailEvent.action == "search:export")).all()


def test_a_formula_in_a_fact_is_text(site, people, clerk) -> None:
    upload(
        clerk, decision(number="14", subject='=HYPERLINK("http://x.invalid") dân chủ', body=BODY), "14.docx"
    )
    work(site)
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows(clerk) for cell in row)


def test_one_export_is_one_event(clerk) -> None:
    export.export(clerk, QUESTION, "pdf", ("number", "subject"))
    with db.read() as session:
        events = session.scalars(select(TrailEvent).where(TrailEvent.action.startswith("search:"))).all()
    assert [event.action for event in events] == ["search:export"]
    assert events[0].details == {
        "query": "dân chủ", "filter": None, "rows": 3, "count": 3, "format": "pdf",
        "columns": [Message("Số, ký hiệu").stored(), Message("Trích yếu").stored()],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "form", "columns"),
    [
        (QUESTION, "exe", ("number",)),
        (QUESTION, "pdf", ()),
        (QUESTION, "pdf", ("password_hash",)),
        (SearchRequest(), "pdf", ("number",)),
    ],
)
def test_what_makes_no_file_is_refused(clerk, asked, form, columns) -> None:
    with pytest.raises(Invalid):
        export.export(clerk, asked, form, columns)


def test_an_administrator_exports_nothing(site, people) -> None:
    with pytest.raises(Denied):
        export.export(actor_of(people["administrator"]), QUESTION, "csv", ("number",))
