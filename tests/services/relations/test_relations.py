"""Relations: made by people, found in texts, resolved when they are needed."""

from __future__ import annotations

import pytest

from docmgr import db
from docmgr.models import Citation, Document, Version
from docmgr.services.documents import lifecycle
from docmgr.services.documents import page as document_page
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.folders import tree
from docmgr.services.relations import missing_documents, relations
from legaltext import text
from legaltext.numbers import normalise_number
from tests.filling.filing import file_document
from tests.filling.papers import decision
from tests.support.acting import actor_of, upload, work

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
    page = document_page.load(clerk, citing)
    assert page.relations == ()
    assert [c.target_id for c in page.citations if c.citation.number == "12/QĐ-SGDĐT"] == [None]


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


def test_two_copies_are_named_both_and_neither_is_a_relation(site, clerk) -> None:
    copies = [upload(clerk, decision(number="12", subject=f"Bản {n}"), f"{n}.docx") for n in range(2)]
    citing = upload(clerk, decision(number="50", body=CITING), "b.docx")
    work(site)
    page = document_page.load(clerk, citing)
    (cited,) = [c for c in page.citations if c.citation.number == "12/QĐ-SGDĐT"]
    assert cited.target_id is None and [one.id for one in cited.candidates] == copies
    assert page.relations == ()
    counts = _counts(clerk, citing)
    assert (counts.copies, counts.outgoing, counts.missing) == (1, 0, 0)
    found = document_page.related(clerk, page, document_page.doubtful(clerk, page), ["copies"], document_page.RowSpan(10, 0))
    (row,) = found.copies
    assert row.label == "Quyết định 12/QĐ-SGDĐT" and [one.id for one in row.candidates] == copies and row.mentions == 1


def test_a_copy_that_may_not_be_read_is_none(site, people, clerk) -> None:
    shown = upload(clerk, decision(number="12"), publish=True)
    upload(clerk, decision(number="12", subject="Bản dự thảo"), "c.docx")
    citing = upload(clerk, decision(number="50", body=CITING), "b.docx", publish=True)
    work(site)
    staff = actor_of(people["staff"])
    assert [r.document_id for r in document_page.load(staff, citing).relations] == [shown]
    assert _counts(staff, citing).copies == 0 and _counts(clerk, citing).copies == 1


def test_the_issuer_tells_two_documents_of_one_number_apart(database, clerk) -> None:
    root = tree.root_id()
    ours, theirs = (file_document(root, "7/QĐ-X", issuer=name) for name in ("Sở Nội vụ", "Sở Tài chính"))
    citing = _citing_document(_row(0, "7/QĐ-X", issuer="SỞ TÀI CHÍNH"), _row(1, "7/QĐ-X", issuer="Sở Khác"))
    page = document_page.load(clerk, citing)
    assert [(c.target_id, len(c.candidates)) for c in page.citations] == [(theirs, 0), (None, 2)]
    assert [(r.document_id, r.type) for r in page.relations] == [(theirs, "cites")]
    counts = _counts(clerk, citing)
    assert (counts.outgoing, counts.copies, counts.missing, counts.bases) == (1, 1, 0, 0)
    assert ours not in {r.document_id for r in page.relations}


def test_what_people_said_is_not_said_again_by_the_text(database, clerk) -> None:
    root = tree.root_id()
    cited = file_document(root, "7/QĐ-X")
    citing = _citing_document(_row(0, "7/QĐ-X"), _row(1, "7/QĐ-X", role="basis"))
    relations.add(clerk, citing, "replaces", cited)
    rows = document_page.load(clerk, citing).relations
    assert [(r.type, r.relation_id is not None) for r in rows] == [("cites", False), ("replaces", True)]
    assert _counts(clerk, citing).outgoing == 1
    back = document_page.load(clerk, cited).relations
    assert [(r.type, r.outgoing) for r in back] == [("cites", False), ("replaces", False)]
    assert _counts(clerk, cited).incoming == 1
    relations.add(clerk, citing, "cites", cited)
    assert sum(r.type == "cites" for r in document_page.load(clerk, citing).relations) == 1


def test_bases_are_counted_here_and_missing(database, clerk) -> None:
    cited = file_document(tree.root_id(), "7/QĐ-X")
    citing = _citing_document(_row(0, "7/QĐ-X", role="basis"), _row(1, "8/QĐ-X", role="basis"), _row(2, "9/QĐ-X"))
    counts = _counts(clerk, citing)
    assert (counts.bases, counts.outgoing, counts.missing, counts.total) == (2, 1, 2, 3)
    assert _counts(clerk, cited).incoming == 1


def test_a_law_is_found_by_its_name_where_no_number_is_cited(database, clerk) -> None:
    name = text.name_key("Luật Đất đai")
    law = file_document(tree.root_id(), None, "Đất đai", type="Luật", name_key=name)
    citing = _citing_document(_row(0, None, name="Luật Đất đai", name_key=name))
    assert [r.document_id for r in document_page.load(clerk, citing).relations] == [law]
    assert [r.document_id for r in document_page.load(clerk, law).relations] == [citing]


def test_older_versions_cite_nobody(database, clerk) -> None:
    cited = file_document(tree.root_id(), "7/QĐ-X")
    citing = _citing_document(_row(0, "7/QĐ-X"))
    with db.write() as session:
        session.add(Version(document_id=citing, no=2, outcome="text", text=""))
        session.get_one(Document, citing).current_no = 2
    assert document_page.load(clerk, cited).relations == () and _counts(clerk, cited).incoming == 0


def _counts(actor, document_id: int) -> relations.RelationCounts:
    frame = document_page.frame(actor, document_id)
    return document_page.counts(actor, frame, document_page.doubtful(actor, frame))


def _row(position: int, number: str | None, **more: object) -> dict[str, object]:
    key = normalise_number(number) if number else None
    return {"position": position, "number": number, "number_key": key, "role": "cites", "quote": "chỗ", **more}


def _citing_document(*rows: dict[str, object]) -> int:
    document = file_document(tree.root_id(), "99/QĐ-CITE")
    with db.write() as session:
        version = Version(document_id=document, no=1, outcome="text", text="")
        session.add(version)
        session.flush()
        cited = [Citation(version_id=version.id, **row) for row in rows]
        missing_documents.assign_keys(cited)
        session.add_all(cited)
    return document
