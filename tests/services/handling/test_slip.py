"""The slip of an incoming document: what the register and the workflow say, in the three parts of the law's form."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import docx
import pypdfium2
import pytest
from sqlalchemy import select

from docmgr import db
from docmgr.models import FlowStep, Unit, User
from docmgr.policy import Actor, Denied
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.handling import slip
from docmgr.services.people import people
from docmgr.services.registers import arrivals, issue
from docmgr.services.registers.arrivals import ArrivalInput
from docmgr.services.registers.lines import LineInput
from docmgr.services.workflow import assigning, starting
from docmgr.services.workflow.assigning import Receivers
from legaltext import dates
from tests.filling.registers import delivered, entry, flow_of, hide, key, paper, running, step, workflow
from tests.support.acting import actor_of
from tests.support.racing import events

TODAY = dates.today()
DUE = TODAY + dt.timedelta(days=9)


@pytest.fixture
def leader(people: dict[str, User]) -> Actor:
    """The leader as an actor."""
    return actor_of(people["leader"])


@pytest.fixture
def document(clerk: Actor, leader: Actor, staff: Actor) -> int:
    """A document that arrived, went to a unit with a second one, and there to a person."""
    delivered(clerk, "incoming")
    made = running(clerk, "incoming", subject="Mời họp <giao ban>", number="5/GM-UBND", issuer="UBND tỉnh", issued_on=dt.date(2026, 2, 3))
    arrivals.receive(clerk, made, ArrivalInput(TODAY, LineInput(sender="Văn phòng UBND", due_on=TODAY)))
    step(leader, made, "assign", "Chuẩn bị báo cáo", to=f"unit:{staff.unit_id}", support=[f"unit:{clerk.unit_id}"], due_on=DUE)
    assigning.hand_over(staff, made, Receivers(key(staff)), "Giao đồng chí Staff & tổ", revision=flow_of(made).revision)
    step(staff, made, "take")
    step(staff, made, "finish", "Đề nghị cử 02 người dự họp")
    return made


def test_the_parts_of_the_form_come_from_the_steps(document: int, leader: Actor, staff: Actor, clerk: Actor) -> None:
    found = slip.slip(staff, document)
    assert (found.line.printed, found.line.entry.dated_on, found.due_on) == ("01", TODAY, DUE)
    assert slip.described(found.document) == "Quyết định số 5/GM-UBND ngày 03/02/2026 của UBND tỉnh"
    told = [[(one.step, one.who, one.lead, one.supporting, one.comment) for one in part] for part in found.parts]
    assert told == [
        [("Phân công", leader.label, staff.unit_label, (clerk.unit_label,), "Chuẩn bị báo cáo")],
        [("Chuyển giao", staff.label, staff.label, (), "Giao đồng chí Staff & tổ")],
        [("Hoàn thành", staff.label, None, (), "Đề nghị cử 02 người dự họp")],
    ]


def test_what_goes_back_is_the_officer_s_and_a_clerk_gives_out_for_the_leader(clerk: Actor, staff: Actor) -> None:
    delivered(clerk, "incoming")
    made = running(clerk, "incoming")
    arrivals.receive(clerk, made)
    step(clerk, made, "assign", to=key(staff))
    step(staff, made, "return", "Không thuộc phòng tôi")
    found = slip.slip(clerk, made)
    told = [[(one.step, one.lead, one.comment) for one in part] for part in found.parts]
    assert told == [[("Phân công", staff.label, None)], [], [("Trả lại", None, "Không thuộc phòng tôi")]]
    assert found.due_on is None


def test_what_was_said_stays_said_and_is_nobody_else_s(document: int, clerk: Actor, leader: Actor, staff: Actor) -> None:
    # A clerk who opens it again speaks for themselves; who stands in for a leader speaks for the agency.
    step(clerk, document, "reopen", "Thiếu phụ lục")
    with db.write() as session:
        last = session.scalars(select(FlowStep).order_by(FlowStep.id.desc())).first()
        assert last is not None
        said = {"name": "Hoàn thành", "from_state": "Đang xử lý", "to_state": "Hoàn thành", "comment": "Đồng ý"}
        session.add(FlowStep(flow_id=last.flow_id, actor_id=staff.user_id, actor_label=staff.label, behalf=people.label(session.get_one(User, leader.user_id)), **said))
        session.get_one(Unit, clerk.unit_id).name = "Văn phòng Sở (mới)"
    starting.stop(clerk, document, "Nhầm quy trình", revision=flow_of(document).revision)
    starting.start(clerk, document, workflow("incoming"))
    db.release()
    agency, _unit, officer = slip.slip(staff, document).parts
    assert [(one.comment, one.lead, one.to) for one in agency] == [
        ("Chuẩn bị báo cáo", None, f"{staff.unit_label}, {clerk.unit_label}"), ("Đồng ý", None, None),
    ]  # fmt: skip
    assert [one.comment for one in officer] == ["Đề nghị cử 02 người dự họp", "Thiếu phụ lục"]
    assert f"Giao cho: {staff.unit_label}, {clerk.unit_label}" in _words(slip.export(staff, document, "docx").body)


def test_only_readers_have_it_and_only_of_what_arrived(document: int, clerk: Actor, staff: Actor, people: dict[str, User]) -> None:
    with pytest.raises(Denied):
        slip.slip(actor_of(people["administrator"]), document)
    with pytest.raises(Invalid, match="chưa có số trong sổ văn bản đến"):
        slip.slip(clerk, paper("Không đến"))
    with pytest.raises(Invalid, match="DOCX hoặc PDF"):
        slip.export(staff, document, "xlsx")
    line = slip.slip(clerk, document).line.entry
    issue.cancel(clerk, line.id, "Nhầm", revision=entry(line.id).revision)
    with pytest.raises(Invalid):
        slip.slip(clerk, document)
    hide(document)
    for act in (lambda: slip.slip(clerk, document), lambda: slip.export(clerk, document, "docx")):
        with pytest.raises(NotFound):
            act()
    assert events("register:slip") == []


def test_a_slip_without_a_workflow_has_lines_to_write_on(clerk: Actor) -> None:
    delivered(clerk, "incoming")
    made = paper("Không quy trình")
    arrivals.receive(clerk, made, ArrivalInput(TODAY, LineInput(due_on=DUE)))
    assert slip.slip(clerk, made).parts == ((), (), ()) and slip.slip(clerk, made).due_on == DUE
    words = _words(slip.export(clerk, made, "docx").body)
    assert sum(line == "…" * 34 for line in words.splitlines()) == 9


def _words(body: bytes) -> str:
    return "\n".join(one.text for one in docx.Document(io.BytesIO(body)).paragraphs)


def test_both_files_say_all_of_it_and_are_on_the_trail(document: int, staff: Actor, leader: Actor) -> None:
    made = slip.export(staff, document, "docx")
    pdf = slip.export(staff, document, "pdf")
    assert (made.name, pdf.name) == (f"phieu-giai-quyet-{TODAY.year}-01.docx", f"phieu-giai-quyet-{TODAY.year}-01.pdf")
    printed = " ".join("\n".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf.body)).split())
    for words in (" ".join(_words(made.body).split()), printed):
        for wanted in (
            "PHIẾU GIẢI QUYẾT VĂN BẢN ĐẾN", "Số đến: 01", "Nơi gửi: Văn phòng UBND", "Trích yếu: Mời họp <giao ban>",
            f"Thời hạn giải quyết: {dates.printed(DUE)}", "1. Ý kiến của lãnh đạo cơ quan, tổ chức", f"Chủ trì: {staff.unit_label}",
            "Ý kiến: Giao đồng chí Staff & tổ", "3. Ý kiến đề xuất của người giải quyết", "Ý kiến: Đề nghị cử 02 người dự họp", f"{leader.label} – Phân công",
        ):  # fmt: skip
            assert wanted in words
    assert [(one.document_id, one.details["format"]) for one in events("register:slip")] == [(document, "docx"), (document, "pdf")]


def test_the_number_of_queries_does_not_depend_on_the_steps(document: int, staff: Actor, leader: Actor, count_queries: Callable[[], Any]) -> None:
    with count_queries() as few:
        slip.slip(leader, document)
    for _ in range(3):
        step(leader, document, "reopen", "Xem lại")
        step(leader, document, "assign", to=key(staff))
        step(staff, document, "return", "Thiếu hồ sơ")
        step(leader, document, "assign", "Lần nữa", to=key(staff))
        step(staff, document, "take")
        step(staff, document, "finish", "Xong")
    with count_queries() as many:
        found = slip.slip(leader, document)
    assert many.number == few.number and [len(part) for part in found.parts] == [10, 1, 7]
