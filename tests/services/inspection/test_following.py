"""The steps of recommendations and the plan of inspections of a year."""

from __future__ import annotations

import datetime as dt

import pytest

from docmgr.policy import Denied
from docmgr.services.errors import Conflict, Invalid
from docmgr.services.inspection import findings, inspections, lists, planned
from docmgr.services.inspection.findings import RecommendationInput
from docmgr.services.inspection.following import answers, papers
from docmgr.services.inspection.inspections import InspectionInput
from docmgr.services.inspection.lists import RecommendationRow
from docmgr.services.inspection.planned import PlannedInput
from docmgr.services.links import links
from legaltext import dates
from tests.filling.planning import World, world

__all__ = ["world"]


@pytest.fixture
def item(world: World) -> int:
    """A recommendation to the unit of `other_staff`, which nobody received yet."""
    number = inspections.create(world.actors["clerk"], InspectionInput("Kiểm tra quy chế", world.units["gdtrh"]))
    return findings.recommend(world.actors["clerk"], number, RecommendationInput("Ban hành quy chế", world.units["gdtrh"]))


def now(world: World, item: int) -> RecommendationRow:
    return findings.get_recommendation(world.actors["auditor"], item)


def answered(world: World, item: int, text: str = "Đã ban hành") -> int:
    answers.answer(world.actors["other_staff"], item, text, revision=now(world, item).revision)
    return now(world, item).revision


def test_receipt_starts_the_time_for_the_answer(world: World, item: int) -> None:
    with pytest.raises(Denied):
        answers.receive(world.actors["staff"], item, revision=1)
    answers.receive(world.actors["other_staff"], item, revision=1)
    row = now(world, item)
    assert (row.received_by, row.received_on, row.due_on) == ("Other_Staff", dates.today(), dates.today() + dt.timedelta(days=15))
    with pytest.raises(Invalid, match="đã xác nhận"):
        answers.receive(world.actors["other_staff"], item, revision=row.revision)


def test_an_answer_given_back_waits_until_it_is_sent_again(world: World, item: int) -> None:
    staff = world.actors["staff"]
    with pytest.raises(Invalid, match="chưa được trả lời"):
        answers.judge(staff, item, "accepted", revision=1)
    revision = answered(world, item)
    assert lists.unanswered(staff) == []
    with pytest.raises(Invalid, match="lý do"):
        answers.judge(staff, item, "returned", revision=revision)
    answers.judge(staff, item, "returned", note="Thiếu văn bản", revision=revision)
    row = now(world, item)
    assert (row.verdict, row.verdict_note, row.answered) == ("returned", "Thiếu văn bản", False)
    assert [one.id for one in lists.unanswered(staff)] == [item]
    assert answered(world, item, "Đã ban hành, kèm văn bản") == row.revision + 1
    assert now(world, item).verdict == "none"
    assert lists.unanswered(staff) == []


def test_an_accepted_answer_stays_with_its_documents_until_it_is_given_back(world: World, item: int) -> None:
    staff, unit = world.actors["staff"], world.actors["other_staff"]
    document = world.document("7/QĐ", "Quy chế")
    link = papers.answer_with(unit, item, document, note="Kèm theo")
    with pytest.raises(Denied):
        papers.answer_with(staff, item, document)
    answers.judge(staff, item, "accepted", revision=answered(world, item))
    with pytest.raises(Invalid, match="chấp nhận"):
        links.end(unit, link)
    with pytest.raises(Invalid, match="chấp nhận"):
        papers.answer_with(unit, item, world.document("8/QĐ", "Khác"))
    with pytest.raises(Invalid, match="chấp nhận"):
        answered(world, item, "Viết lại")
    answers.judge(staff, item, "closed", revision=now(world, item).revision)
    with pytest.raises(Invalid, match="không còn ở trạng thái"):
        answers.judge(staff, item, "returned", note="Muộn", revision=now(world, item).revision)
    answers.judge(staff, item, "none", revision=now(world, item).revision)
    links.end(unit, link)
    assert [event.action for event in world.events()][-5:] == [
        "recommendation:edit", "recommendation:accept", "recommendation:close", "recommendation:reopen", "link:end",
    ]  # fmt: skip


def test_nobody_judges_the_answer_of_their_own_unit(world: World, item: int) -> None:
    revision = answered(world, item)
    with pytest.raises(Denied):
        answers.judge(world.actors["other_staff"], item, "accepted", revision=revision)
    assert not answers.judges(world.actors["other_staff"], item)
    assert answers.judges(world.actors["staff"], item)
    with pytest.raises(Conflict):
        answers.judge(world.actors["staff"], item, "accepted", revision=revision - 1)


def a_line(world: World, **more: object) -> PlannedInput:
    return PlannedInput(**{"subject": "Thực hiện dân chủ", "year": 2024, "month": 5, "unit_ids": (world.units["gdtrh"], world.units["thanh-tra"]), **more})  # type: ignore[arg-type]


def test_a_line_of_the_plan_gives_an_inspection_for_each_unit(world: World) -> None:
    clerk = world.actors["clerk"]
    number = planned.create(clerk, a_line(world, head_id=world.users["staff"].id))
    assert planned.counts(clerk, 2024) == {"planned": 1, "running": 0, "concluded": 0}
    made = planned.start(clerk, number, world.units["gdtrh"])
    assert planned.start(clerk, number, world.units["gdtrh"]) == made
    view = inspections.get(clerk, made)
    assert (view.planned_id, view.period, [(one.name, one.head) for one in view.members]) == (number, "05/2024", [("Staff", True)])
    [row] = planned.listing(world.actors["auditor"], 2024)
    assert (row.progress, row.made) == ("running", {world.units["gdtrh"]: (made, "planned")})
    with pytest.raises(Invalid, match="không bỏ được"):
        planned.edit(clerk, number, a_line(world, unit_ids=(world.units["thanh-tra"],)), revision=row.revision)
    given = InspectionInput("Kiểm tra", world.units["gdtrh"], state="concluded")
    inspections.edit(clerk, made, given, revision=view.revision)
    assert planned.counts(clerk, 2024)["running"] == 1
    planned.edit(clerk, number, a_line(world, unit_ids=(world.units["gdtrh"],)), revision=row.revision)
    assert planned.counts(clerk, 2024) == {"planned": 0, "running": 0, "concluded": 1}
    assert planned.get(clerk, number).progress == "concluded"
    with pytest.raises(Conflict):
        planned.edit(clerk, number, a_line(world), revision=row.revision)


@pytest.mark.parametrize(
    ("more", "field"),
    [({"subject": " "}, "subject"), ({"year": None}, "year"), ({"year": 1900}, "year"), ({"month": 13}, "month"), ({"unit_ids": ()}, "unit_ids"), ({"unit_ids": (9999,)}, "unit_ids"), ({"head_id": 9999}, "head_id")],
)
def test_a_wrong_line_of_the_plan_is_refused(world: World, more: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        planned.create(world.actors["clerk"], a_line(world, **more))
    assert refused.value.field == field


def test_the_head_of_a_team_does_not_lead_it_in_the_own_unit(world: World) -> None:
    with pytest.raises(Invalid, match="chính đơn vị"):
        planned.create(world.actors["clerk"], a_line(world, head_id=world.users["other_staff"].id))
    number = planned.create(world.actors["clerk"], a_line(world))
    with pytest.raises(Invalid, match="chính đơn vị"):
        planned.start(world.actors["other_staff"], number, world.units["gdtrh"])
    with pytest.raises(Invalid, match="không có đơn vị"):
        planned.start(world.actors["clerk"], number, world.units["van-phong"])
