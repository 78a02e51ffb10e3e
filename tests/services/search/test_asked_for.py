"""Searches for a provision: hits lead to the exact khoản, and missing provisions of a named document are reported."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import update

from docmgr import db
from docmgr.models import Version
from docmgr.policy import Actor
from docmgr.services.search import find, notes
from docmgr.services.search.request import SearchRequest
from tests.filling.papers import decision
from tests.support.acting import actor_of, upload, work

LONG = "Thời điểm tổ chức là sau khi kết thúc năm công tác, chậm nhất trong quý một của năm sau; " * 3
BODY = (
    "Điều 1. Phạm vi",
    "Quy định về hội nghị.",
    "Điều 5. Hội nghị",
    "1. Hội nghị viên chức mỗi năm một lần; khoản 2 và khoản 3 quy định chi tiết việc tổ chức hội nghị.",
    f"2. {LONG}",
    "a) Báo cáo kết quả;",
    "b) Bầu ban kiểm tra.",
    "3. Kinh phí do ngân sách bảo đảm.",
    "Điều 6. Hồ sơ",
    "a) Biên bản;",
    "b) Nghị quyết.",
)


@pytest.fixture
def clerk(site, people) -> Actor:
    """The clerk, who uploaded a decision with khoản and điểm (number 45/QĐ-SGDĐT)."""
    actor = actor_of(people["clerk"])
    upload(actor, decision(number="45", body=BODY), publish=True)
    work(site)
    return actor


@pytest.fixture
def told(clerk: Actor) -> Callable[..., list[str]]:
    """The notes in the results of a query."""
    return lambda query, **more: notes.told(find.find(clerk, query, **more).notes)


def text_of(hit) -> str:
    return "".join(segment.text for segment in hit.snippet)


@pytest.mark.parametrize(
    ("query", "anchor", "label", "opening"),
    [
        ("khoản 2 điều 5 quyết định 45", "dieu-5.khoan-2", "Khoản 2 Điều 5", "2. Thời điểm tổ chức là"),
        ("k3 đ5 45/QĐ-SGDĐT", "dieu-5.khoan-3", "Khoản 3 Điều 5", "3. Kinh phí"),
        ("điểm b khoản 2 điều 5 quyết định 45", "dieu-5.khoan-2.diem-b", "Điểm b khoản 2 Điều 5", "b) Bầu ban"),
        ("điểm b điều 6 quyết định 45", "dieu-6.diem-b", "Điểm b Điều 6", "b) Nghị quyết"),
        ("khoản 2 điều 5", "dieu-5.khoan-2", "Khoản 2 Điều 5", "2. Thời điểm tổ chức là"),
        ("điểm z khoản 2 điều 5 quyết định 45", "dieu-5.khoan-2", "Khoản 2 Điều 5", "2. Thời điểm tổ chức là"),
        ("khoản 99 điều 5 quyết định 45", "dieu-5", "Điều 5", ""),
    ],
)
def test_a_hit_is_the_very_clause(clerk: Actor, query: str, anchor: str, label: str, opening: str) -> None:
    first = find.find(clerk, query).hits[0].provisions[0]
    assert (first.anchor, first.label) == (anchor, label)
    assert text_of(first).startswith(opening)


def test_a_long_clause_is_cut_and_its_words_are_marked(clerk: Actor) -> None:
    first = find.find(clerk, "kết thúc năm công tác theo khoản 2 điều 5 quyết định 45").hits[0].provisions[0]
    assert first.anchor == "dieu-5.khoan-2"
    assert text_of(first).endswith(" …") and len(text_of(first).split()) <= 42
    assert "kết thúc năm công tác" in [segment.text for segment in first.snippet if segment.match]


def test_inside_a_document(clerk: Actor) -> None:
    (hit,) = find.find(clerk, "hội nghị").hits
    page = find.find(clerk, "khoản 2 điều 5", document_id=hit.document.id)
    assert page.hits[0].provisions[0].anchor == "dieu-5.khoan-2" and page.notes == ()
    page = find.find(clerk, "khoản 9 điều 5", document_id=hit.document.id)
    assert notes.told(page.notes) == ["Văn bản 45/QĐ-SGDĐT không có khoản 9 Điều 5."]


@pytest.mark.parametrize(
    ("query", "sentences"),
    [
        ("điều 200 quyết định 45", ["Văn bản 45/QĐ-SGDĐT không có Điều 200."]),
        ("khoản 99 điều 5 quyết định 45", ["Văn bản 45/QĐ-SGDĐT không có khoản 99 Điều 5."]),
        ("điểm a khoản 99 điều 5 quyết định 45", ["Văn bản 45/QĐ-SGDĐT không có khoản 99 Điều 5."]),
        ("điểm z khoản 2 điều 5 quyết định 45", ["Văn bản 45/QĐ-SGDĐT không có điểm z khoản 2 Điều 5."]),
        ("điểm z điều 5 quyết định 45", ["Văn bản 45/QĐ-SGDĐT không có điểm z Điều 5."]),
        # In any khoản of it.
        ("điểm a điều 5 quyết định 45", []),
        ("điểm a khoản 2 điều 5 quyết định 45", []),
        ("điều 5 quyết định 45", []),
        ("quyết định 45", []),
        # No document is named.
        ("khoản 99 điều 5", []),
        ("hội nghị theo điều 200", []),
    ],
)
def test_what_the_document_named_does_not_have_is_said(told, query: str, sentences: list[str]) -> None:
    assert told(query) == sentences


def test_what_is_not_there_is_said_of_the_first_document_alone(clerk: Actor, told, site) -> None:
    upload(clerk, decision(number="45", subject="Về việc khác", body=BODY), "b.docx", publish=True)
    work(site)
    assert len(told("điều 200 quyết định 45", per_page=1)) == 1
    assert told("điều 200 quyết định 45", per_page=1, page=2) == []
    assert told(SearchRequest("điều 200 quyết định 45", {"type": ("Luật",)})) == []


def test_a_document_without_text_is_not_said_to_lack_anything(told) -> None:
    with db.write() as session:
        session.execute(update(Version).values(outcome="no_text"))
    assert told("điều 200 quyết định 45") == []


@pytest.mark.parametrize("query", ["45/2019/QĐ-SGDĐT", "nghị định 45", "tt 05 2025 bgddt"])
def test_a_number_that_is_not_here_is_said(told, query: str) -> None:
    said = told(query)
    assert said[0] == f"Không có văn bản nào mang số {query} mà bạn đọc được."
    assert said[1:] == ["Dưới đây là văn bản có nhắc đến hoặc có các từ đó."]


def test_nothing_below_is_promised_where_nothing_is_found(told) -> None:
    for query, number in (("số:999/2020 hội nghị", "999/2020"), ("999/2021/NĐ-CP", "999/2021/NĐ-CP")):
        assert told(query) == [f"Không có văn bản nào mang số {number} mà bạn đọc được."]


@pytest.mark.parametrize("query", ["45/QĐ-SGDĐT", "covid 19", "hội nghị 2024", "hội nghị"])
def test_no_number_or_one_that_is_here_says_nothing(told, query: str) -> None:
    assert told(query) == []


def test_a_number_that_waits_for_the_index_is_here(clerk: Actor, told, site) -> None:
    assert told("99/QĐ-SGDĐT")
    with site.backend.index.write_batch() as batch:
        for hit in find.find(clerk, "45/QĐ-SGDĐT").hits:
            batch.delete(hit.document.id)
    assert told("45/QĐ-SGDĐT") == []


def test_a_hidden_document_with_the_number_changes_no_sentence(clerk: Actor, people, site) -> None:
    staff = actor_of(people["staff"])
    queries = ("77/QĐ-SGDĐT", "khoản 2 điều 5 quyết định 77", "điều 200 quyết định 45")

    def said() -> list[list[str]]:
        return [notes.told(find.find(staff, query).notes) for query in queries]

    before = said()
    upload(clerk, decision(number="77", body=BODY), "nhap.docx")
    work(site)
    assert said() == before
    assert before[0][0] == "Không có văn bản nào mang số 77/QĐ-SGDĐT mà bạn đọc được."
    assert notes.told(find.find(clerk, "77/QĐ-SGDĐT").notes) == []


def test_the_clause_of_the_regulation_that_comes_with_a_decision(site, people) -> None:
    clerk = actor_of(people["clerk"])
    body = (
        "Điều 1. Ban hành kèm theo Quyết định này Quy chế dân chủ.", "Điều 2. Quyết định có hiệu lực từ ngày ký.",
        "QUY CHẾ", "Thực hiện dân chủ", "(Ban hành kèm theo Quyết định số 46/QĐ-SGDĐT)", "Điều 1. Phạm vi", "Áp dụng chung.",
        "Điều 2. Nguyên tắc", "1. Công khai mọi việc.", "2. Lắng nghe ý kiến.",
    )  # fmt: skip
    upload(clerk, decision(number="46", body=body), publish=True)
    work(site)
    found = find.find(clerk, "khoản 2 điều 2 quyết định 46")
    assert notes.told(found.notes) == []
    anchors = [one.anchor for one in found.hits[0].provisions]
    assert any(anchor.endswith(".khoan-2") for anchor in anchors), anchors
    told = notes.told(find.find(clerk, "khoản 9 điều 2 quyết định 46").notes)
    assert told == ["Văn bản 46/QĐ-SGDĐT không có khoản 9 Điều 2."]
