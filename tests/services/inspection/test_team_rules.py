"""Who writes and judges where a team was chosen, what an accepted answer allows, and inspections of a line of the plan."""

from __future__ import annotations

import datetime as dt

import pytest

from docmgr import db
from docmgr.models import Finding, Inspection, User
from docmgr.policy import Denied
from docmgr.services.errors import Invalid
from docmgr.services.inspection import findings, inspections, planned, team
from docmgr.services.inspection.checklists import lines, own, templates
from docmgr.services.inspection.findings import FindingInput, RecommendationInput
from docmgr.services.inspection.following import answers, pins
from docmgr.services.inspection.inspections import InspectionInput
from docmgr.services.inspection.planned import PlannedInput
from legaltext import dates
from tests.filling.planning import LAW_WORDS, World, world

__all__ = ["world"]


@pytest.fixture
def inspection_id(world: World) -> int:
    """An inspection of the unit of `other_staff`."""
    return inspections.create(world.actors["clerk"], InspectionInput("Kiểm tra quy chế", world.units["gdtrh"]))


def recommended(world: World, inspection_id: int, answer: str | None = None) -> int:
    given = RecommendationInput("Ban hành quy chế", world.units["gdtrh"])
    item = findings.recommend(world.actors["clerk"], inspection_id, given)
    if answer:
        answers.answer(world.actors["clerk"], item, answer, revision=1)
    return item


def test_where_a_team_was_chosen_nobody_else_writes_or_judges(world: World, inspection_id: int) -> None:
    clerk, staff = world.actors["clerk"], world.actors["staff"]
    finding = findings.create(staff, inspection_id, FindingInput("Thiếu biên bản"))
    item = recommended(world, inspection_id, "Đã ban hành")
    assert answers.judges(staff, item)
    team.add(clerk, inspection_id, world.users["leader"].id, head=True)

    view = inspections.get(staff, inspection_id)
    assert (view.may_edit, view.may_add, view.may_follow, view.may_tie) == (False, False, False, False)
    assert not answers.judges(staff, item)
    given = InspectionInput("Tên khác", world.units["gdtrh"])
    for act in (
        lambda: inspections.edit(staff, inspection_id, given, revision=view.revision),
        lambda: findings.create(staff, inspection_id, FindingInput("Ngoài đoàn")),
        lambda: findings.edit(staff, finding, FindingInput("Khác"), revision=1),
        lambda: findings.recommend(staff, inspection_id, RecommendationInput("Ngoài đoàn")),
        lambda: findings.edit_recommendation(staff, item, RecommendationInput("Khác"), revision=2),
        lambda: answers.judge(staff, item, "accepted", revision=2),
        lambda: team.candidates(staff, inspection_id, "staff"),
        lambda: team.add(staff, inspection_id, world.users["staff"].id, head=True),
        lambda: team.remove(staff, inspection_id, world.users["leader"].id),
    ):
        with pytest.raises(Denied):
            act()
    team.add(clerk, inspection_id, world.users["staff"].id)
    answers.judge(staff, item, "accepted", revision=2)


def test_the_inspected_unit_judges_no_answer(world: World) -> None:
    checklist = templates.create(world.actors["clerk"], "Công khai")
    templates.add_text(world.actors["clerk"], checklist, "Có quy chế")
    unit = world.actors["other_staff"]
    number = own.begin(unit, checklist)
    item = findings.recommend(unit, number, RecommendationInput("Bố trí người", world.units["tccb"], answer="Xong", answered_on=dates.today()))
    assert not answers.judges(unit, item)
    with pytest.raises(Denied):
        answers.judge(unit, item, "accepted", revision=1)
    answers.judge(world.actors["leader"], item, "accepted", revision=1)


def test_who_typed_the_answer_of_a_third_unit_may_judge_it_and_both_are_named(world: World, inspection_id: int) -> None:
    item = recommended(world, inspection_id, "Văn thư nhập lại")
    answers.judge(world.actors["clerk"], item, "accepted", revision=2)
    named = [(event.action, event.actor_label) for event in world.events() if event.subject_type == "recommendation"]
    assert named[1:] == [("recommendation:edit", "Clerk"), ("recommendation:accept", "Clerk")]


def test_an_accepted_answer_stays_as_it_was_accepted(world: World, inspection_id: int) -> None:
    clerk, unit = world.actors["clerk"], world.units["gdtrh"]
    item = recommended(world, inspection_id, "Đã ban hành")
    answers.judge(clerk, item, "accepted", revision=2)
    kept = RecommendationInput("Ban hành quy chế", unit, answer="Đã ban hành", answered_on=dates.today())
    for given in (
        RecommendationInput("Ban hành quy chế", unit),
        RecommendationInput("Ban hành quy chế", unit, answer="Viết lại", answered_on=dates.today()),
        RecommendationInput("Ban hành quy chế", world.units["tccb"], answer="Đã ban hành", answered_on=dates.today()),
    ):
        with pytest.raises(Invalid, match="đã được chấp nhận"):
            findings.edit_recommendation(clerk, item, given, revision=3)
    assert findings.get_recommendation(clerk, item).answer == "Đã ban hành"
    findings.edit_recommendation(clerk, item, RecommendationInput("Ban hành và niêm yết", unit, answer=kept.answer, answered_on=kept.answered_on), revision=3)
    assert findings.get_recommendation(clerk, item).verdict == "accepted"


def test_an_answer_given_back_counts_again_when_a_clerk_types_the_new_one(world: World, inspection_id: int) -> None:
    clerk, unit = world.actors["clerk"], world.units["gdtrh"]
    item = recommended(world, inspection_id, "Đã ban hành")
    answers.judge(clerk, item, "returned", note="Thiếu phụ lục", revision=2)
    answer = {"answer": "Đã ban hành", "answered_on": dates.today()}
    findings.edit_recommendation(clerk, item, RecommendationInput("Ban hành quy chế mới", unit, **answer), revision=3)  # type: ignore[arg-type]
    assert not findings.get_recommendation(clerk, item).answered
    answer["answer"] = "Đã bổ sung phụ lục"
    findings.edit_recommendation(clerk, item, RecommendationInput("Ban hành quy chế mới", unit, **answer), revision=4)  # type: ignore[arg-type]
    row = findings.get_recommendation(clerk, item)
    assert (row.verdict, row.answered) == ("none", True)


def test_who_left_does_not_lead_the_team_of_a_line_of_the_plan(world: World) -> None:
    clerk, unit = world.actors["clerk"], world.units["gdtrh"]
    number = planned.create(clerk, PlannedInput("Dân chủ", 2024, unit_ids=(unit,), head_id=world.users["staff"].id))
    with db.write() as session:
        session.get_one(User, world.users["staff"].id).disabled_at = db.now()
    with pytest.raises(Invalid, match="không còn kiểm tra được") as refused:
        planned.start(clerk, number, unit)
    assert refused.value.field == "head_id"
    assert planned.listing(clerk, 2024)[0].made == {}


def test_the_unit_of_a_planned_inspection_stays(world: World) -> None:
    clerk, unit = world.actors["clerk"], world.units["gdtrh"]
    number = planned.create(clerk, PlannedInput("Dân chủ", 2024, unit_ids=(unit,)))
    made = planned.start(clerk, number, unit)
    with pytest.raises(Invalid, match="theo kế hoạch năm") as refused:
        inspections.edit(clerk, made, InspectionInput("Dân chủ", world.units["thanh-tra"]), revision=1)
    assert refused.value.field == "inspected_unit_id"
    inspections.edit(clerk, made, InspectionInput("Dân chủ", unit, state="concluded"), revision=1)
    assert planned.counts(clerk, 2024)["concluded"] == 1


def test_days_at_the_end_of_the_calendar(world: World, inspection_id: int) -> None:
    clerk, last = world.actors["clerk"], dt.date.max
    item = findings.recommend(clerk, inspection_id, RecommendationInput("Làm", world.units["gdtrh"], received_on=last))
    assert findings.get_recommendation(clerk, item).due_on == last
    near = findings.recommend(clerk, inspection_id, RecommendationInput("Làm", world.units["gdtrh"], received_on=dt.date(2024, 5, 6)))
    assert findings.get_recommendation(clerk, near).due_on == dt.date(2024, 5, 21)
    law = world.document("10/2022/QH15", "Luật", LAW_WORDS)
    with db.write() as session:
        session.get_one(Inspection, inspection_id).ended_on = last
        row = Finding(inspection_id=inspection_id, text="Thiếu", pinned_document_id=law, pinned_anchor="dieu-63")
        session.add(row)
        session.flush()
        finding = row.id
    pinned = pins.of_finding(clerk, finding)
    assert pinned is not None
    assert pinned.on == dates.today()
    assert lines.load(clerk, inspection_id).rows == ()
