"""Relations: made by people, found in the texts, resolved when asked for."""

from __future__ import annotations

import pytest

from docmgr.services import document_page, lifecycle, relations
from docmgr.services.errors import Invalid, NotFound
from tests.acting import actor_of, upload, work
from tests.papers import decision


@pytest.fixture
def clerk(people):
    return actor_of(people["clerk"])


CITING = ("Căn cứ Quyết định số 12/QĐ-SGDĐT ngày 05 tháng 02 năm 2024;", "Điều 1. Nội dung", "Thi hành.")


def test_a_citation_finds_its_document_when_that_arrives(site, clerk) -> None:
    citing = upload(clerk, decision(number="50", body=CITING), "b.docx")
    work(site)
    missing = [c for c in document_page.load(clerk, citing).citations if c.citation.number == "12/QĐ-SGDĐT"]
    assert [c.target_id for c in missing] == [None]
    cited = upload(clerk, decision(number="12"))
    work(site)
    page = document_page.load(clerk, citing)
    assert [c.target_id for c in page.citations if c.citation.number == "12/QĐ-SGDĐT"] == [cited]
    assert [(r.type, r.outgoing, r.document_id) for r in page.relations] == [("based_on", True, cited)]
    back = document_page.load(clerk, cited).relations
    assert [(r.type, r.outgoing, r.document_id) for r in back] == [("based_on", False, citing)]


def test_the_number_of_another_year_is_another_document(site, clerk) -> None:
    body = ("Căn cứ Quyết định số 12/QĐ-SGDĐT ngày 05 tháng 02 năm 2019;", "Điều 1. Nội dung")
    citing = upload(clerk, decision(number="50", body=body), "b.docx")
    upload(clerk, decision(number="12"))
    work(site)
    assert document_page.load(clerk, citing).relations == ()


def test_a_hidden_document_never_shows_as_target(site, people, clerk) -> None:
    cited = upload(clerk, decision(number="12"), publish=True)
    citing = upload(clerk, decision(number="50", body=CITING), "b.docx", publish=True)
    work(site)
    staff = actor_of(people["staff"])
    assert document_page.load(staff, citing).relations[0].document_id == cited
    lifecycle.set_workflow(clerk, cited, "withdrawn")
    page = document_page.load(staff, citing)
    assert page.relations == ()
    assert {c.target_id for c in page.citations} == {None}


def test_people_relate_and_take_back(site, people, clerk) -> None:
    one, two = upload(clerk, decision(number="1")), upload(clerk, decision(number="2"), "b.docx")
    work(site)
    relation = relations.add(clerk, one, "replaces", two, quote="thay thế")
    with pytest.raises(Invalid):
        relations.add(clerk, one, "replaces", two)
    with pytest.raises(Invalid):
        relations.add(clerk, one, "replaces", one)
    assert [(r.type, r.outgoing) for r in document_page.load(clerk, two).relations] == [("replaces", False)]
    with pytest.raises(NotFound):
        relations.end(actor_of(people["staff"]), relation)
    relations.end(clerk, relation)
    assert document_page.load(clerk, one).relations == ()
