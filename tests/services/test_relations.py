"""Relations: made by people, found in the texts, resolved when asked for."""

from __future__ import annotations

import datetime as dt

import pytest

from docmgr.models import Citation
from docmgr.services import document_page, lifecycle, relations
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.citations import CitedDocument
from indexer.numbers import normalise_number
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


def _citation(position: int, number: str | None = None, name: str | None = None, **more) -> CitedDocument:
    key = normalise_number(number) if number else None
    named = relations.name_key(name) if name else None
    values = {"role": "cites", "quote": f"chỗ {position}", **more}
    made = Citation(position=position, number=number, number_key=key, name=name, name_key=named, **values)
    return CitedDocument(made, None, None)


def _positions(*cited: CitedDocument) -> list[list[int]]:
    return [[c.position for c in row.citations] for row in relations.missing(cited)]


def test_missing_documents_are_counted_once_and_legal_bases_come_first() -> None:
    rows = relations.missing(
        [
            _citation(0, "30/2020/NĐ-CP"),
            _citation(1, name="Luật Đất đai"),
            _citation(2, "31/2024/QH15", "Luật Đất đai", role="basis"),
            _citation(3, "30/2020/nđ-cp", issued_on=dt.date(2020, 3, 5)),
            _citation(4, name="luật đất đai"),
        ]
    )
    assert [[c.position for c in row.citations] for row in rows] == [[1, 2, 4], [0, 3]]
    assert [row.label for row in rows] == ["Luật Đất đai 31/2024/QH15", "30/2020/NĐ-CP"]
    assert [row.types for row in rows] == [("based_on", "cites"), ("cites",)]
    assert [row.basis for row in rows] == [True, False]
    assert rows[1].issued_on == dt.date(2020, 3, 5)


def test_what_is_found_is_not_missing() -> None:
    found = CitedDocument(_citation(0, "30/2020/NĐ-CP").citation, 7, "Nghị định 30/2020/NĐ-CP")
    assert relations.missing([found]) == ()


def test_the_same_number_of_two_years_is_two_documents() -> None:
    one, two = dt.date(2019, 2, 5), dt.date(2024, 2, 5)
    number = "12/QĐ-X"
    undated = [_citation(2, number), _citation(3, number)]
    assert _positions(_citation(0, number, issued_on=one), _citation(1, number, issued_on=two), *undated) == [
        [0],
        [1],
        [2, 3],
    ]


def test_a_name_that_two_laws_share_tells_neither() -> None:
    laws = [_citation(0, "45/2013/QH13", "Luật Đất đai"), _citation(1, "31/2024/QH15", "Luật Đất đai")]
    names = [_citation(2, name="Luật Đất đai"), _citation(3, name="Luật Đất đai")]
    assert _positions(*laws, *names) == [[0], [1], [2, 3]]


def test_mentions_without_number_and_name_stay_apart() -> None:
    assert _positions(_citation(0), _citation(1)) == [[0], [1]]
