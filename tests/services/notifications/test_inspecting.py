"""Who hears of inspections: the inspected unit, the team, and whose answer was judged."""

from __future__ import annotations

import pytest

from docmgr import db
from docmgr.models import User
from docmgr.services.inspection import findings, inspections, planned, team
from docmgr.services.inspection.checklists import own, templates
from docmgr.services.inspection.findings import FindingInput, RecommendationInput
from docmgr.services.inspection.following import answers
from docmgr.services.inspection.inspections import InspectionInput
from docmgr.services.inspection.planned import PlannedInput
from docmgr.services.notifications import making
from tests.filling.planning import World, world
from tests.services.notifications.telling import told

__all__ = ["world"]


@pytest.fixture(autouse=True)
def nothing_told(world: World) -> None:
    """A trail of which nothing is told yet."""
    making.make()


@pytest.fixture
def inspection_id(world: World) -> int:
    """An inspection of the unit of `other_staff`."""
    return inspections.create(world.actors["clerk"], InspectionInput("Kiểm tra quy chế", world.units["gdtrh"]))


def reasons_of(world: World, name: str) -> list[tuple[str, str]]:
    return [(reason, action) for reason, action, _label in told(world.actors[name])]


def test_the_inspected_unit_and_the_team_are_told(world: World, inspection_id: int) -> None:
    clerk = world.actors["clerk"]
    team.add(clerk, inspection_id, world.users["staff"].id)
    team.add(clerk, inspection_id, world.users["staff"].id, head=True)
    team.add(clerk, inspection_id, world.users["clerk"].id)
    assert told(world.actors["other_staff"]) == [("inspected", "inspection:create", "Kiểm tra quy chế")]
    assert told(world.actors["staff"]) == [("team", "inspection:team", "Kiểm tra quy chế")]
    assert told(clerk) == []


def test_an_answer_is_told_to_the_team_and_a_verdict_to_the_unit(world: World, inspection_id: int) -> None:
    clerk, unit = world.actors["clerk"], world.actors["other_staff"]
    item = findings.recommend(clerk, inspection_id, RecommendationInput("Ban hành quy chế", world.units["gdtrh"]))
    answers.answer(unit, item, "Đã ban hành", revision=1)
    # Nobody was in the team: who made the inspection hears of it.
    assert reasons_of(world, "clerk") == [("unit_answered", "recommendation:edit")]
    answers.judge(clerk, item, "returned", note="Thiếu phụ lục", revision=2)
    team.add(clerk, inspection_id, world.users["staff"].id)
    answers.answer(unit, item, "Đã bổ sung", revision=3)
    answers.judge(world.actors["staff"], item, "accepted", revision=4)
    assert reasons_of(world, "other_staff") == [
        ("inspected", "inspection:create"), ("addressed", "recommendation:create"), ("judged", "recommendation:return"), ("judged", "recommendation:accept"),
    ]  # fmt: skip
    assert reasons_of(world, "staff") == [("team", "inspection:team"), ("unit_answered", "recommendation:edit")]
    assert len(told(clerk)) == 1


def test_an_answer_that_a_clerk_types_from_paper_is_told_to_the_team(world: World, inspection_id: int) -> None:
    clerk, unit_id = world.actors["clerk"], world.units["gdtrh"]
    item = findings.recommend(clerk, inspection_id, RecommendationInput("Ban hành quy chế", unit_id))
    team.add(clerk, inspection_id, world.users["staff"].id)
    findings.edit_recommendation(clerk, item, RecommendationInput("Ban hành quy chế", unit_id, answer="Đã ban hành"), revision=1)
    assert reasons_of(world, "staff") == [("team", "inspection:team"), ("unit_answered", "recommendation:edit")]


def test_who_leads_by_the_plan_of_the_year_is_told(world: World) -> None:
    number = planned.create(world.actors["clerk"], PlannedInput("Dân chủ", 2024, unit_ids=(world.units["gdtrh"],), head_id=world.users["staff"].id))
    planned.start(world.actors["clerk"], number, world.units["gdtrh"])
    assert reasons_of(world, "staff") == [("team", "inspection:team")]
    assert [event.details["Trưởng đoàn"] for event in world.events("inspection:team")] == ["Staff · Phòng Tổ chức cán bộ (thử)"]


def test_nobody_is_told_that_a_unit_checks_itself(world: World) -> None:
    checklist = templates.create(world.actors["clerk"], "Công khai")
    templates.add_text(world.actors["clerk"], checklist, "Có quy chế")
    number = own.begin(world.actors["other_staff"], checklist)
    with db.write() as session:
        session.get_one(User, world.users["staff"].id).unit_id = world.units["gdtrh"]
    findings.create(world.actors["other_staff"], number, FindingInput("Thiếu quy chế", unit_id=world.units["gdtrh"]))
    item = findings.recommend(world.actors["other_staff"], number, RecommendationInput("Ban hành quy chế", world.units["tccb"]))
    answers.answer(world.actors["clerk"], item, "Đã ban hành", revision=1)
    assert [told(world.actors[name]) for name in ("staff", "other_staff", "clerk")] == [[], [], []]
