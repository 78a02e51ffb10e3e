"""Incoming documents: their number when they are confirmed or later, who gets them, and what became of them."""

from __future__ import annotations

import datetime as dt

import pytest

from docmgr import db
from docmgr.models import File, Version
from docmgr.policy import Actor, Denied
from docmgr.services.documents import lifecycle
from docmgr.services.documents.confirming import renditions
from docmgr.services.documents.facts import Blank
from docmgr.services.errors import Conflict, Invalid, NotFound
from docmgr.services.registers import arrivals, issue, lines, listing
from docmgr.services.registers.arrivals import ArrivalInput
from docmgr.services.registers.columns import HIDDEN, cells
from docmgr.services.registers.lines import LineInput
from docmgr.services.registers.listing import RegisterFilter
from docmgr.services.trail import history
from legaltext import dates
from tests.filling.filing import load
from tests.filling.registers import delivered, entry, hide, paper, rows
from tests.support.racing import events

TODAY = dates.today()


def test_a_document_arrives_once(clerk: Actor, staff: Actor) -> None:
    series, document = delivered(clerk, "incoming"), paper(number="7/QĐ-UBND", issuer="UBND tỉnh")
    line = LineInput(sender="Văn phòng UBND", unit_id=staff.unit_id, person_id=staff.user_id, due_on=TODAY, note="Ghi\x07 chú")
    made = arrivals.receive(clerk, document, ArrivalInput(TODAY, line))
    found = listing.page(clerk, RegisterFilter("incoming", TODAY.year))[0]
    assert cells("incoming", found, str) == (
        TODAY, "01", "UBND tỉnh (Văn phòng UBND)", "7/QĐ-UBND", None, "Quyết định · Về việc thử", f"{staff.unit_label}; {staff.label}",
        None, None, "Ghi chú",
    )  # fmt: skip
    assert load(document).number == "7/QĐ-UBND" and events("register:receive")[0].document_id == document
    with pytest.raises(Invalid, match="đã vào sổ đến: số 01"):
        arrivals.receive(clerk, document)
    with pytest.raises(Denied):
        arrivals.receive(staff, paper())
    for wrong, field in ((LineInput(unit_id=999), "unit_id"), (LineInput(person_id=999), "person_id"), (LineInput(note="x" * 1001), "note"),
                         (LineInput(due_on=dt.date(2, 1, 1)), "due_on"), (LineInput(sender="x" * 301), "sender")):  # fmt: skip
        with pytest.raises(Invalid) as error:
            arrivals.receive(clerk, paper("Khác"), ArrivalInput(TODAY, wrong))
        assert error.value.field == field
    gone = paper()
    lifecycle.delete(clerk, [gone])
    with pytest.raises(NotFound):
        arrivals.receive(clerk, gone)
    assert rows(series) == [(1, "issued", document)] and entry(made).note == "Ghi chú"


def test_confirming_and_arriving_are_one_act(clerk: Actor) -> None:
    series, document = delivered(clerk, "incoming"), paper(workflow="draft", state="findable")
    values, how = {"subject": "Đã xem"}, {"confirm": True, "publish": True}
    future = ArrivalInput(TODAY + dt.timedelta(days=1))
    with pytest.raises(Invalid, match="chưa đến"):
        arrivals.confirm(clerk, document, values, future, revision=load(document).revision, **how)
    with pytest.raises(Conflict):
        arrivals.confirm(clerk, document, values, ArrivalInput(), revision=99, **how)
    with pytest.raises(Blank):
        arrivals.confirm(clerk, document, dict.fromkeys(("type", "subject")), ArrivalInput(), revision=load(document).revision, **how)
    assert (rows(series), load(document).subject, load(document).workflow) == ([], "Về việc thử", "draft")
    arrivals.confirm(clerk, document, values, ArrivalInput(), revision=load(document).revision, **how)
    assert (rows(series), load(document).subject, load(document).workflow) == ([(1, "issued", document)], "Đã xem", "published")


def test_the_answer_is_linked_and_named_only_to_those_who_may_read_it(clerk: Actor, auditor: Actor) -> None:
    delivered(clerk, "incoming")
    document, answer = paper("Hỏi"), paper("Trả lời", number="12/TB-SGDĐT", type="Thông báo")
    made = arrivals.receive(clerk, document)
    lines.edit(clerk, made, LineInput(progress="Đã xong", answer="12/tb-sgdđt"), revision=entry(made).revision)
    assert (entry(made).answer_id, entry(made).progress) == (answer, "Đã xong")
    lines.edit(clerk, made, LineInput(answer="99/CV-LẠ"), revision=entry(made).revision)
    assert (entry(made).answer_id, entry(made).answer, entry(made).progress) == (None, "99/CV-LẠ", None)
    paper("Trả lời khác", number="12/TB-SGDĐT")
    with pytest.raises(Invalid, match="2 văn bản"):
        lines.edit(clerk, made, LineInput(answer="12/TB-SGDĐT"), revision=entry(made).revision)
    lines.edit(clerk, made, LineInput(answer=f"#{answer}"), revision=entry(made).revision)
    hide(answer)
    db.release()
    shown = {who: cells("handling", listing.page(who, RegisterFilter("handling", TODAY.year))[0], str)[5] for who in (clerk, auditor)}
    assert shown == {clerk: HIDDEN, auditor: "12/TB-SGDĐT"}
    assert [listing.of_document(who, document)[0].answer for who in (clerk, auditor)] == [None, "12/TB-SGDĐT"]
    told = str([event.details for event in history.of_document(clerk, document, history.Filter())[0]])
    assert "12/TB-SGDĐT" not in told and "99/CV-LẠ" in told
    # Who saves without having seen the answer does not remove it.
    lines.edit(clerk, made, LineInput(note="Mới"), revision=entry(made).revision)
    assert (entry(made).answer_id, entry(made).note) == (answer, "Mới")
    with pytest.raises(Conflict):
        lines.edit(clerk, made, LineInput(), revision=1)


def test_a_draft_in_a_register_is_not_joined_to_another_document(clerk: Actor) -> None:
    delivered(clerk, "incoming")
    draft, into = (paper(name, workflow=workflow) for name, workflow in (("Nháp", "draft"), ("Kia", "published")))
    with db.write() as session:
        for number in (draft, into):
            session.add(version := Version(document_id=number, no=1, outcome="text", text="chữ"))
            session.flush()
            session.add(File(version_id=version.id, sha256=f"{number:064x}", size=1, name="a.txt", kind="txt"))
    arrivals.receive(clerk, draft)
    with pytest.raises(Invalid) as refused:
        renditions.join(clerk, draft, into, renditions.VERSION)
    assert refused.value.message == renditions.REGISTERED


def test_a_line_of_the_outgoing_register_takes_its_own_columns(clerk: Actor) -> None:
    delivered(clerk)
    made = issue.issue_number(clerk, paper())
    given = LineInput(kept_by="VT, VP", copies=12, moved_on=TODAY, receipt="Đã ký", note="g" * 300, progress="không có ở đây")
    lines.edit(clerk, made, given, revision=entry(made).revision)
    stored = entry(made)
    assert (stored.kept_by, stored.copies, stored.moved_on, stored.receipt, stored.note, stored.progress) == ("VT, VP", 12, TODAY, "Đã ký", "g" * 300, None)
    for copies in (0, -1, 10_000):
        with pytest.raises(Invalid):
            lines.edit(clerk, made, LineInput(copies=copies), revision=stored.revision)
    assert events("register:edit")[0].details["changes"]["Số lượng bản"] == [None, "12"]
