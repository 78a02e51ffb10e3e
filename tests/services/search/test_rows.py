"""Workbooks in a search: a row is found by its words, and named by its sheet and its number."""

from __future__ import annotations

from io import BytesIO

from openpyxl import Workbook
from sqlalchemy import select

from docmgr import db
from docmgr.models import Provision
from docmgr.services.search import find
from tests.support.acting import actor_of, upload, work


def workbook(*sheets: tuple[str, list[list[object]]]) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def test_a_row_is_found_by_its_words(site, people) -> None:
    clerk = actor_of(people["clerk"])
    schools = [["STT", "Trường", "Huyện"], [1, "THPT Uông Bí", "Uông Bí"], [2, "THPT Cẩm Phả", "Cẩm Phả"]]
    # "Điều 1." in a cell begins no article, and the end of a letter begins no signature.
    notes = [["Điều 1. Ghi chú"], ["Nơi nhận:"], ["THPT Hòn Gai"]]
    document_id = upload(clerk, workbook(("Danh sách", schools), ("Ghi chú", notes)), "a.xlsx")
    work(site)
    with db.read() as session:
        anchors = list(session.scalars(select(Provision.anchor).order_by(Provision.position)))
    assert anchors == [
        "bang-1", "bang-1.1", "bang-1.2", "bang-1.3", "bang-2", "bang-2.1", "bang-2.2", "bang-2.3",
    ]  # fmt: skip
    for query, anchor, label in (
        ("cẩm phả", "bang-1.3", "Bảng 1, Dòng 3"),
        ("hon gai", "bang-2.3", "Bảng 2, Dòng 3"),
        ('"2 THPT"', "bang-1.3", "Bảng 1, Dòng 3"),
        ("danh sách", "bang-1", "Bảng 1"),
    ):
        (hit,) = find.find(clerk, query).hits
        assert (hit.document.id, hit.provisions[0].anchor, hit.provisions[0].label) == (document_id, anchor, label)
    # All words of a question are in one row.
    assert find.find(clerk, '+"Uông Bí" +"Cẩm Phả"').total == 0
