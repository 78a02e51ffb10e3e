"""Hoàn tác of the form of facts: everything that it saved, and not over later changes, taken numbers or own fields that do not fit."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import func, select

from docmgr import db
from docmgr.models import ChangedDocument, DocumentFact, RegisterEntry, TrailEvent, User, Version
from docmgr.policy import COMMAND_LINE, DELIVERED, Actor
from docmgr.services.bulk import fitting, form_facts, many_facts, undoing
from docmgr.services.bulk.undoing import Undone
from docmgr.services.documents import facts, lifecycle
from docmgr.services.errors import Conflict, Invalid
from docmgr.services.folders import local_roles, sharing, tree
from docmgr.services.folders.sharing import SharedThing
from docmgr.services.own_fields import definitions, values
from docmgr.services.own_fields.definitions import OwnFieldInput
from docmgr.services.registers import arrivals, issue
from docmgr.services.registers.arrivals import ArrivalInput
from docmgr.services.terms import of_documents as terms
from docmgr.services.terms.of_documents import TermsInput
from docmgr.services.trail import words
from docmgr.services.workflow import starting
from docmgr.services.workflow.moving import Chosen
from legaltext import dates
from tests.filling.filing import file_document, load, with_versions
from tests.filling.registers import running, workflow
from tests.support.acting import actor_of

DAY = dt.date(2024, 2, 5)


@pytest.fixture
def paper() -> int:
    document_id = filed("1/QĐ-X")
    lifecycle.set_workflow(COMMAND_LINE, document_id, "draft")
    return document_id


def filed(number: str) -> int:
    """File a document whose facts were typed, and not only shown."""
    document_id = file_document(tree.root_id(), number, issued_on=DAY)
    typed = {"type": "Quyết định", "number": number, "issued_on": DAY.isoformat()}
    facts.save(COMMAND_LINE, document_id, typed, revision=load(document_id).revision, confirm=False, publish=False, despite_clash=True)
    return document_id


def save(clerk: Actor, document_id: int, arrival: ArrivalInput | None = None, *, confirm: bool = False, publish: bool = False, tags: str | None = None, own: Any = None, **typed: str) -> int | None:
    db.release()
    kept = TermsInput("", tags) if tags is not None else None
    revision = load(document_id).revision
    return form_facts.save(clerk, document_id, typed, arrival, revision=revision, confirm=confirm, publish=publish, terms=kept, own=own, despite_clash=True).id


def undo(actor: Actor, change_id: int | None) -> Undone:
    db.release()
    return undoing.undo(actor, change_id or 0)


def test_a_confirmation_goes_back_as_a_whole(clerk: Actor, paper: int) -> None:
    terms.add(clerk, [paper], tags="cũ")
    before = {line.field: (line.value, line.confirmed) for line in facts.form(clerk, paper).fields}
    change = save(clerk, paper, confirm=True, publish=True, tags="mới, gấp", subject="Về việc khác", signer="Nguyễn Văn A")
    now = load(paper)
    confirmed = dates.printed_moment(now.confirmed_at, seconds=True)
    assert (now.workflow, now.subject, now.confirmed_at is not None) == ("published", "Về việc khác", True)
    assert [(one.kind, one.documents) for one in undoing.recent(clerk)] == [("form", 1)]
    assert undo(clerk, change) == Undone(1, ())
    now = load(paper)
    assert (now.workflow, now.confirmed_at) == ("draft", None) and terms.of_document(clerk, paper).tags == ("cũ",)
    assert {line.field: (line.value, line.confirmed) for line in facts.form(clerk, paper).fields} == before
    with db.read() as session:
        told = session.scalars(select(TrailEvent).where(TrailEvent.document_id == paper).order_by(TrailEvent.seq.desc()).limit(3)).all()
        assert [(one.action, one.details.get("undone")) for one in told] == [("document:tag", True), ("document:edit", True), ("document:draft", True)]
        # Whoever reads the trail sees that it is confirmed no more, and since when it was.
        assert f"Xác nhận lúc: {confirmed} → (trống)" in words.one_line(told[1])


def test_corrections_go_back_in_turn_and_not_over_later_ones(clerk: Actor, paper: int) -> None:
    save(clerk, paper, confirm=True, subject="Một")
    confirmed = load(paper).confirmed_at
    first, second = save(clerk, paper, confirm=True, subject="Hai"), save(clerk, paper, confirm=True, subject="Hai", signer="B")
    # The same once more is nothing to undo, and so is what somebody else has changed since: they read it as they know it.
    assert save(clerk, paper, signer="B") is None
    assert undo(clerk, first).refused == (("Quyết định 1/QĐ-X", undoing.CHANGED),) and load(paper).subject == "Hai"
    assert undo(clerk, second).done == 1 and load(paper).signer is None and load(paper).subject == "Hai"
    assert undo(clerk, first).done == 1 and load(paper).subject == "Một" and load(paper).confirmed_at == confirmed
    # Facts that were not changed are not compared.
    third = save(clerk, paper, subject="Ba")
    save(COMMAND_LINE, paper, place="Huế")
    assert undo(clerk, third).done == 1 and (load(paper).subject, load(paper).place) == ("Một", "Huế")


def test_an_arrival_and_a_stale_form_leave_nothing_to_undo(clerk: Actor, paper: int) -> None:
    assert save(clerk, paper, ArrivalInput(), confirm=True, subject="Đến") is None and load(paper).subject == "Đến"
    with pytest.raises(Conflict):
        form_facts.save(clerk, paper, {"subject": "Cũ"}, None, revision=load(paper).revision - 1, confirm=False, publish=False)
    with pytest.raises(Invalid):
        save(clerk, paper, effective_from="31/02/2024")
    with db.read() as session:
        assert session.scalar(select(func.count()).select_from(ChangedDocument)) == 0


def test_who_may_publish_no_more_leaves_it_published(clerk: Actor, paper: int, people: dict[str, User]) -> None:
    staff = actor_of(people["staff"])
    sharing.grant(clerk, SharedThing(document_id=paper), f"user:{staff.user_id}", "editor")
    change = save(staff, paper, confirm=True, publish=True, subject="Khác")
    local_roles.save(COMMAND_LINE, DELIVERED | {"editor": DELIVERED["editor"] - {"approve"}}, revision=None)
    assert undo(staff, change).refused == (("Quyết định 1/QĐ-X", undoing.MISSING),)
    assert (load(paper).workflow, load(paper).subject) == ("published", "Khác")


def test_a_number_that_was_taken_meanwhile_stays_taken(clerk: Actor, paper: int) -> None:
    other = filed("2/QĐ-X")
    change, many = save(clerk, paper, number="9/QĐ-X"), many_facts.save(clerk, [Chosen(other, load(other).revision)], {"issuer": "Sở Y tế"}).made.id
    save(clerk, filed("3/QĐ-X"), number="1/QĐ-X")
    filed("2/QĐ-X")
    assert undo(clerk, change).refused == (("Quyết định 9/QĐ-X", fitting.CLASHES),) and load(paper).number == "9/QĐ-X"
    assert undo(clerk, many).refused == (("Quyết định 2/QĐ-X", fitting.CLASHES),) and load(other).issuer == "Sở Y tế"


def test_own_values_come_back_with_their_type_and_keep_it_away(clerk: Actor, paper: int, people: dict[str, User]) -> None:
    admin = actor_of(people["administrator"])
    definitions.create(admin, OwnFieldInput("Kỳ họp", types=("Quyết định",)))
    definitions.create(admin, OwnFieldInput("Khóa", types=("Nghị quyết",)))
    session_field, term_field = (next(one for one in definitions.listing(admin) if one.label == label) for label in ("Kỳ họp", "Khóa"))
    save(clerk, paper, own={session_field.code: ["8"]})
    change = save(clerk, paper, type="Nghị quyết", own={term_field.code: []})
    assert values.plain(clerk, paper) == {}
    later = save(clerk, paper, own={term_field.code: ["XV"]})
    # The type that comes back has no field for what was typed since.
    assert undo(clerk, change).refused == (("Nghị quyết 1/QĐ-X", fitting.OWN_VALUES),) and load(paper).type == "Nghị quyết"
    assert values.plain(clerk, paper)[term_field.code]["value"] == "XV"
    assert undo(clerk, later).done == 1 and values.plain(clerk, paper) == {}
    assert undo(clerk, change).done == 1 and load(paper).type == "Quyết định"
    assert values.plain(clerk, paper)[session_field.code]["value"] == "8"
    # A value of a field that was deleted meanwhile cannot come back.
    emptied = save(clerk, paper, own={session_field.code: []})
    assert definitions.remove(admin, session_field.id)
    assert [why.msgid for _, why in undo(clerk, emptied).refused] == ["Trường riêng của văn bản không còn."]


def test_facts_of_many_do_not_come_back_to_a_type_that_does_not_fit(clerk: Actor, paper: int, people: dict[str, User]) -> None:
    admin = actor_of(people["administrator"])
    made = many_facts.save(clerk, [Chosen(paper, load(paper).revision)], {"type": "Nghị quyết"}).made.id
    definitions.create(admin, OwnFieldInput("Khóa", types=("Nghị quyết",)))
    code = definitions.listing(admin)[0].code
    save(clerk, paper, own={code: ["XV"]})
    assert undo(clerk, made).refused == (("Nghị quyết 1/QĐ-X", fitting.OWN_VALUES),) and load(paper).type == "Nghị quyết"
    save(clerk, paper, own={code: []})
    assert undo(clerk, made).done == 1 and load(paper).type == "Quyết định"


def test_a_confirmation_on_which_something_rests_stays(clerk: Actor, paper: int) -> None:
    change = save(clerk, paper, confirm=True, publish=True, subject="Đến")
    # That of another document is nothing to this one.
    running(clerk, "outgoing")
    arrivals.receive(clerk, paper)
    with db.read() as session:
        entry = session.scalars(select(RegisterEntry).where(RegisterEntry.document_id == paper)).one()
    assert undo(clerk, change).refused == (("Quyết định 1/QĐ-X", fitting.REGISTERED),)
    assert load(paper).workflow == "published" and load(paper).confirmed_at is not None
    # A correction of what was confirmed before is nothing on which it rests.
    assert undo(clerk, save(clerk, paper, confirm=True, subject="Sửa")).done == 1
    issue.cancel(clerk, entry.id, "Nhầm", revision=entry.revision)
    assert undo(clerk, change).done == 1 and (load(paper).workflow, load(paper).confirmed_at) == ("draft", None)
    # A step from before the confirmation asked for none.
    starting.start(clerk, paper, workflow("outgoing"))
    assert undo(clerk, save(clerk, paper, confirm=True, subject="Đi")).done == 1
    change = save(clerk, paper, confirm=True, subject="Đi")
    starting.stop(clerk, paper, "Nhầm", revision=None)
    assert undo(clerk, change).refused == (("Quyết định 1/QĐ-X", fitting.STEPPED),) and load(paper).subject == "Đi"


def test_a_wish_to_publish_does_not_come_back(clerk: Actor) -> None:
    paper = file_document(tree.root_id(), "1/QĐ-X", workflow="draft", publish_when_read=True)
    change = save(clerk, paper, confirm=True, subject="Khác")
    # Somebody decides, and decides again.
    lifecycle.set_workflow(COMMAND_LINE, paper, "published")
    lifecycle.set_workflow(COMMAND_LINE, paper, "draft")
    assert undo(clerk, change).done == 1
    now = load(paper)
    assert (now.subject, now.confirmed_at, now.publish_when_read) == (None, None, False)


def test_proposals_come_back_as_they_were_read_and_not_over_a_newer_reading(clerk: Actor) -> None:
    paper = with_versions(clerk, 2)
    # A reading may propose more than a person may type.
    read = {"position": "Phó Giám đốc " * 25, "recipients": ["Như trên " * 40] * 120}
    with db.write() as session:
        session.add_all(DocumentFact(document_id=paper, field=field, value=value, quote="dòng", sure=False, confirmed=False) for field, value in read.items())
    change = save(clerk, paper, confirm=True, position="Phó Giám đốc", recipients="Như trên")
    read_again(paper, 1)
    assert undo(clerk, change).done == 1
    rows = {row.field: row for row in load(paper).facts}
    assert {field: rows[field].value for field in read} == read and load(paper).position == read["position"][:300]
    assert [(row.quote, row.sure, row.confirmed) for row in rows.values()] == [("dòng", False, False)] * 2
    for no in (2, 3):
        change = save(clerk, paper, confirm=True, position=f"Giám đốc {no}")
        read_again(paper, no)
        assert undo(clerk, change).refused == (("Quyết định 5/QĐ-X", undoing.CHANGED),) and load(paper).position == f"Giám đốc {no}"


def read_again(document_id: int, no: int) -> None:
    """Let a version be read again, as after its text was recognised; it is made if there is none."""
    with db.write() as session:
        version = session.scalar(select(Version).where(Version.document_id == document_id, Version.no == no)) or Version(document_id=document_id, no=no)
        version.read_at = db.now()
        session.add(version)
