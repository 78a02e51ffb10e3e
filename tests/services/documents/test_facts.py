"""Facts: what the clerk confirms, what is refused, and warnings."""

from __future__ import annotations

import pytest

from docmgr import db
from docmgr.models import TrailEvent
from docmgr.services.access import guard
from docmgr.services.documents import clashes, facts
from docmgr.services.errors import Conflict, Invalid
from tests.filling.papers import decision
from tests.support.acting import actor_of, upload, work


def _save(clerk, document_id: int, despite_clash: bool = False, **values) -> None:
    form = facts.form(clerk, document_id)
    facts.save(
        clerk, document_id, {f.field: f.value for f in form.fields} | values,
        revision=form.document.revision, confirm=True, publish=True, despite_clash=despite_clash,
    )  # fmt: skip


def test_confirming_publishes_and_says_what_changed(site, clerk) -> None:
    document_id = upload(clerk, decision())
    work(site)
    assert [d.id for d in facts.to_confirm(clerk)] == [document_id]
    _save(clerk, document_id, subject="Quy chế đã sửa tên")
    document = guard.get(clerk, document_id)
    assert (document.workflow, document.subject) == ("published", "Quy chế đã sửa tên")
    assert all(fact.confirmed for fact in document.facts)
    assert facts.to_confirm(clerk) == []
    with db.read() as session:
        event = session.query(TrailEvent).filter_by(action="document:confirm").one()
        assert event.details["changed"]["subject"][1] == "Quy chế đã sửa tên"


@pytest.mark.parametrize(("typed", "stored"), [("05/02/2024", "2024-02-05"), ("5-2-2024", "2024-02-05"), ("", None)])
def test_dates_as_people_type_them(site, clerk, typed, stored) -> None:
    document_id = upload(clerk, decision())
    work(site)
    _save(clerk, document_id, issued_on=typed)
    issued_on = guard.get(clerk, document_id).issued_on
    assert (issued_on and issued_on.isoformat()) == stored


@pytest.mark.parametrize(("field", "value"), [("issued_on", "31/02/2024"), ("subject", "x" * 2001), ("number", "1" * 101)])
def test_a_wrong_value_names_its_field_and_saves_nothing(site, clerk, field, value) -> None:
    document_id = upload(clerk, decision())
    work(site)
    before = guard.get(clerk, document_id).revision
    with pytest.raises(Invalid) as refused:
        _save(clerk, document_id, **{field: value})
    assert refused.value.field == field
    assert guard.get(clerk, document_id).revision == before


def test_a_stale_form_is_refused(site, clerk) -> None:
    document_id = upload(clerk, decision())
    work(site)
    revision = facts.form(clerk, document_id).document.revision
    _save(clerk, document_id)
    with pytest.raises(Conflict):
        facts.save(clerk, document_id, {"subject": "Muộn"}, revision=revision, confirm=True, publish=True)
    assert guard.get(clerk, document_id).subject != "Muộn"


def test_the_same_number_issuer_and_year_warns_before_saving(site, clerk) -> None:
    first = upload(clerk, decision())
    second = upload(clerk, decision(subject="Một quyết định khác trùng số"), "b.docx")
    work(site)
    _save(clerk, first, despite_clash=True)
    assert [d.id for d in facts.form(clerk, second).clashes] == [first]
    with pytest.raises(clashes.Clash) as clash:
        _save(clerk, second)
    assert [d.id for d in clash.value.documents] == [first]
    _save(clerk, second, despite_clash=True)
    _save(clerk, second, number="13/QĐ-SGDĐT")
    assert facts.form(clerk, second).clashes == ()


def test_another_year_or_issuer_is_no_clash(site, clerk) -> None:
    first = upload(clerk, decision())
    second = upload(clerk, decision(subject="Trùng số khác năm"), "b.docx")
    work(site)
    _save(clerk, first, despite_clash=True)
    _save(clerk, second, issued_on="05/02/2023")
    assert guard.get(clerk, second).issued_on.year == 2023


def test_a_clash_with_a_document_one_may_not_read_stays_unsaid(site, people, clerk) -> None:
    first = upload(clerk, decision())
    work(site)
    with db.read() as session:
        document = guard.get(clerk, first)
        staff = actor_of(people["staff"])
        assert clashes.clashes(session, staff, None, document.number, document.issuer, document.issued_on) == ()
        assert clashes.clashes(session, clerk, None, document.number, document.issuer, document.issued_on) != ()


def test_recipients_are_lines(site, clerk) -> None:
    document_id = upload(clerk, decision())
    work(site)
    _save(clerk, document_id, recipients="Các đơn vị thuộc Sở\n\n  Lưu: VT ")
    assert guard.get(clerk, document_id).recipients == ["Các đơn vị thuộc Sở", "Lưu: VT"]
