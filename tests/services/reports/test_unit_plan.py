"""The plan of a unit drafted from a superior plan, filing it, and the chain of plans."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace

import docx
import pytest

from docmgr import db
from docmgr.models import Document, Occurrence, Plan, TrailEvent, Unit
from docmgr.policy import Denied
from docmgr.services.errors import Conflict, Invalid, NotFound
from docmgr.services.planning import chain, plans, tasks
from docmgr.services.planning.occurrences.spread import SpreadInput
from docmgr.services.planning.plans import PlanInput
from docmgr.services.planning.tasks import TaskInput
from docmgr.services.reports import unit_plan
from docmgr.writing.layout.check import check
from tests.filling.planning import PLAN_WORDS, World, world

__all__ = ["world"]
YEAR = 2024
BASIS = "Luật Thực hiện dân chủ ở cơ sở"


@pytest.fixture
def plan(world: World) -> int:
    """A plan that gives "tccb" a task to lead, one of four quarters, one to support, and others nothing to it."""
    clerk, units = world.actors["clerk"], world.units
    document = world.document("38/KH-SGDĐT", "Thực hiện dân chủ", PLAN_WORDS)
    number = plans.create(clerk, PlanInput("Thực hiện dân chủ", YEAR, document_id=document))
    tasks.create(
        clerk, number,
        TaskInput(
            "Rà soát quy chế", units["tccb"], due_on=dt.date(YEAR, 3, 1), legal_basis=BASIS, document_id=document, anchor="muc-II.3.gach-2",
            expected_evidence="Quy chế mới",
        ),
    )  # fmt: skip
    quarters = SpreadInput("quarter", dt.date(YEAR, 3, 29), fan_out="listed", unit_ids=(units["tccb"], units["gdtrh"]))
    tasks.create(clerk, number, TaskInput("Báo cáo quý", units["gdtrh"], due_rule="recurring", spread=quarters))
    tasks.create(clerk, number, TaskInput("Tổ chức hội nghị", units["gdtrh"], (units["tccb"],), due_rule="continuous"))
    tasks.create(clerk, number, TaskInput("Việc của nơi khác", units["gdtrh"], due_on=dt.date(YEAR, 4, 1)))
    dropped = tasks.create(clerk, number, TaskInput("Việc bỏ", units["tccb"], due_on=dt.date(YEAR, 5, 1)))
    tasks.set_state(clerk, dropped, "cancelled", revision=tasks.get(clerk, dropped).revision)
    return number


def test_the_draft_has_what_the_plan_gives_the_unit(world: World, plan: int) -> None:
    draft = unit_plan.gather(world.actors["staff"], plan)
    with db.read() as session:
        days = [f"{day:%d/%m/%Y}" for (day,) in session.query(Occurrence.due_on).filter_by(unit_id=world.units["tccb"]).order_by(Occurrence.due_on)]
    assert len(days) == 4
    (first, mine), (other, quarterly) = draft.sections
    assert first == "Nội dung thực hiện" and other == "Nhiệm vụ khác"
    assert [(one.words, one.due, one.evidence) for one in mine] == [("Rà soát quy chế", "01/03/2024", "Quy chế mới")]
    assert [(one.words, one.due) for one in quarterly] == [("Báo cáo quý", "; ".join(days))]
    assert [(one.words, one.due) for one in draft.support] == [("Tổ chức hội nghị", "thường xuyên")]
    assert draft.bases[0] == f"Căn cứ {BASIS}" and draft.bases[1].startswith("Căn cứ Kế hoạch 38/KH-SGDĐT ngày 15 tháng 3 năm 2024")


def test_the_draft_passes_the_checker(world: World, plan: int) -> None:
    staff = world.actors["staff"]
    file = unit_plan.write(staff, plan)
    assert check(docx.Document(io.BytesIO(file.body))) == []
    assert file.name == "du-thao-ke-hoach-phong-to-chuc-can-bo-thu-2024.docx"
    text = "\n".join(paragraph.text for paragraph in docx.Document(io.BytesIO(file.body)).paragraphs)
    assert "- Rà soát quy chế. Thời hạn: 01/03/2024. Kết quả: Quy chế mới." in text and "III. NHIỆM VỤ PHỐI HỢP" in text
    assert "Việc của nơi khác" not in text and "Việc bỏ" not in text
    with db.read() as session:
        event = session.query(TrailEvent).filter_by(action="plan:draft").one()
        assert (event.subject_id, event.details["file"]) == (plan, file.name)
        # Names of its parts are words of the document.
        assert session.query(TrailEvent).filter_by(action="document:view", actor_id=staff.user_id).count() == 1


def test_parts_of_a_document_that_one_may_not_read_are_not_named(world: World) -> None:
    clerk = world.actors["clerk"]
    closed = world.document("9/KH-X", "Điều kín", PLAN_WORDS, closed=True)
    number = plans.create(clerk, PlanInput("Kế hoạch kín", YEAR, document_id=closed))
    tasks.create(clerk, number, TaskInput("Việc", world.units["tccb"], due_on=dt.date(YEAR, 3, 1), document_id=closed, anchor="muc-II.3.gach-2"))
    draft = unit_plan.gather(world.actors["staff"], number)
    assert draft.sections[0][0] == "Nhiệm vụ khác" and draft.bases == ("Căn cứ Kế hoạch kín (2024)",)


def test_filing_makes_a_document_and_a_plan_that_answers(world: World, plan: int) -> None:
    clerk = replace(world.actors["clerk"], unit_id=world.units["tccb"])
    filed = unit_plan.file(clerk, plan, world.folder_id)
    made, document_id = filed.plan_id, filed.document_id
    with db.read() as session:
        row, document = session.get_one(Plan, made), session.get_one(Document, document_id)
        assert (row.answers_id, row.unit_id, row.document_id, row.year) == (plan, world.units["tccb"], document_id, YEAR)
        assert (document.workflow, document.folder_id) == ("draft", world.folder_id)
        events = session.query(TrailEvent).filter_by(action="plan:create", subject_id=made).one()
    assert "Thực hiện dân chủ" in str(events.details)
    assert row.title == "Kế hoạch triển khai thực hiện “Thực hiện dân chủ” của Phòng Tổ chức cán bộ (thử)"
    with pytest.raises(Invalid, match="đã có kế hoạch"):
        unit_plan.file(clerk, plan, world.folder_id)
    with pytest.raises(Invalid, match="đã có kế hoạch"):
        chain.answer(clerk, plan, "Bản thứ hai", document_id)
    with db.read() as session:
        assert session.query(Plan).filter_by(answers_id=plan).count() == 1 and session.query(Document).filter_by(created_by=clerk.user_id).count() == 1


def test_the_chain_is_shown_both_ways(world: World, plan: int) -> None:
    clerk = world.actors["clerk"]
    with db.write() as session:
        school = Unit(name="Trường THPT (thử)", parent_id=world.units["tccb"])
        session.add(school)
        session.flush()
        school_id = school.id
    middle = chain.answer(replace(clerk, unit_id=world.units["tccb"]), plan, "Kế hoạch của phòng", world.document("1/KH-TCCB", "x"))
    lowest = chain.answer(replace(clerk, unit_id=school_id), middle, "Kế hoạch của trường", world.document("1/KH-T", "y"))
    top = chain.of_plan(clerk, plan)
    assert top.above == () and [(one.id, one.unit, one.below) for one in top.below] == [(middle, "Phòng Tổ chức cán bộ (thử)", 1)] and top.total == 1
    assert [one.id for one in chain.of_plan(clerk, lowest).above] == [plan, middle]
    between = chain.of_plan(clerk, middle)
    assert [one.id for one in between.above] == [plan] and [one.id for one in between.below] == [lowest]


def test_a_plan_is_tied_to_a_superior_one_by_hand(world: World, plan: int) -> None:
    clerk, staff = world.actors["clerk"], world.actors["staff"]
    own = plans.create(staff, PlanInput("Kế hoạch của phòng", YEAR, unit_id=world.units["tccb"]))
    other = plans.create(clerk, PlanInput("Kế hoạch thứ hai", YEAR, unit_id=world.units["tccb"]))
    assert {one.id for one in chain.offered(staff, own)} == {plan, other}
    chain.tie(staff, own, plan, revision=1)
    assert [one.id for one in chain.of_plan(staff, own).above] == [plan] and chain.superior_of(staff, own) == plan
    assert world.events("plan:edit")[-1].details["changes"] == {"Thực hiện kế hoạch": [None, "Thực hiện dân chủ (2024)"]}
    for number, superior, told in ((plan, own, "là cấp trên"), (own, own, "chính nó"), (other, plan, "đã có kế hoạch"), (other, 999, "không còn")):
        with pytest.raises(Invalid, match=told):
            chain.tie(clerk, number, superior, revision=None)
    with pytest.raises(Conflict):
        chain.tie(staff, own, None, revision=1)
    with pytest.raises(Denied):
        chain.tie(world.actors["other_staff"], own, None, revision=None)
    # The same once more changes nothing.
    chain.tie(staff, own, plan, revision=2)
    chain.tie(staff, own, None, revision=2)
    assert chain.of_plan(staff, own).above == () and len(world.events("plan:edit")) == 2


def test_a_circle_in_the_database_ends(world: World, plan: int) -> None:
    clerk = world.actors["clerk"]
    other = plans.create(clerk, PlanInput("Khác", YEAR))
    with db.write() as session:
        session.get_one(Plan, plan).answers_id, session.get_one(Plan, other).answers_id = other, plan
    assert len(chain.of_plan(clerk, plan).above) == chain.LEVELS
    third = plans.create(clerk, PlanInput("Thứ ba", YEAR))
    chain.tie(clerk, third, plan, revision=1)


def test_who_is_offered_a_draft_and_who_is_refused(world: World, plan: int) -> None:
    staff = chain.of_plan(world.actors["staff"], plan)
    assert staff.has_tasks and staff.may_file
    auditor = replace(world.actors["auditor"], unit_id=world.units["tccb"])
    assert chain.of_plan(auditor, plan).has_tasks and not chain.of_plan(auditor, plan).may_file
    leader = chain.of_plan(world.actors["leader"], plan)
    assert not leader.has_tasks and not leader.may_file
    with pytest.raises(Invalid, match="không giao nhiệm vụ"):
        unit_plan.write(world.actors["leader"], plan)
    with pytest.raises(Invalid, match="chưa thuộc đơn vị"):
        unit_plan.file(replace(world.actors["staff"], unit_id=None), plan, world.folder_id)
    for ask in (lambda: unit_plan.write(world.actors["administrator"], plan), lambda: unit_plan.file(auditor, plan, world.folder_id)):
        with pytest.raises(Denied):
            ask()
    with pytest.raises(NotFound):
        unit_plan.write(world.actors["staff"], 999)
    # Who may not add to the folder adds no plan either.
    with pytest.raises((Denied, NotFound)):
        unit_plan.file(world.actors["staff"], plan, world.closed_folder_id)
    with db.read() as session:
        assert session.query(Plan).filter_by(answers_id=plan).count() == 0


def test_a_unit_carries_out_a_superior_plan_once_however_it_came_to_it(world: World, plan: int) -> None:
    clerk = world.actors["clerk"]
    first, second = (plans.create(clerk, PlanInput(f"Kế hoạch của {unit}", 2024, unit_id=world.units[unit])) for unit in ("tccb", "gdtrh"))
    for number in (first, second):
        chain.tie(clerk, number, plan, revision=1)
    with pytest.raises(Invalid, match="đã có kế hoạch thực hiện") as refused:
        plans.edit(clerk, second, PlanInput("Kế hoạch của gdtrh", 2024, unit_id=world.units["tccb"]), revision=2)
    assert refused.value.field == "unit_id"
    assert len({one.unit for one in chain.of_plan(clerk, plan).below}) == 2
    plans.edit(clerk, second, PlanInput("Tên khác", 2024, unit_id=world.units["thanh-tra"]), revision=2)
    plans.edit(clerk, first, PlanInput("Tên khác", 2024, unit_id=world.units["tccb"]), revision=2)
