"""Inspections, findings and recommendations: who may write, when an answer is due, what the trail records."""

from __future__ import annotations

import datetime as dt

import pytest

from docmgr import db
from docmgr.models import Recommendation
from docmgr.policy import Denied
from docmgr.services.errors import Conflict, Invalid, NotFound
from docmgr.services.inspection import findings, inspections, lists
from docmgr.services.inspection.findings import FindingInput, RecommendationInput
from docmgr.services.inspection.following import answers
from docmgr.services.inspection.inspections import InspectionInput
from docmgr.services.inspection.of_document import count_inspections, inspections_of_document
from docmgr.services.links import links
from docmgr.services.message import Message
from docmgr.services.overview import home
from docmgr.services.planning import plans, tasks
from docmgr.services.planning.plans import PlanInput
from docmgr.services.planning.tasks import TaskInput
from legaltext import dates
from tests.filling.planning import PLAN_WORDS, World, world

__all__ = ["world"]


def an_inspection(world: World, unit: str = "gdtrh") -> int:
    return inspections.create(world.actors["clerk"], InspectionInput("Kiểm tra quy chế", world.units[unit]))


def test_an_inspection_with_its_findings_and_recommendations(world: World) -> None:
    inspection_id = an_inspection(world)
    clerk = world.actors["clerk"]
    finding_id = findings.create(
        clerk, inspection_id, FindingInput("Chưa niêm yết", "high", world.units["gdtrh"], dt.date(2024, 1, 5))
    )
    findings.recommend(clerk, inspection_id, RecommendationInput("Niêm yết ngay", finding_id=finding_id))

    page = inspections.get(world.actors["auditor"], inspection_id)

    assert [(row.text, row.severity, row.overdue) for row in page.findings] == [
        ("Chưa niêm yết", "high", True)
    ]
    assert [row.finding_id for row in page.recommendations] == [finding_id]
    assert (page.row.findings, page.row.open_findings, page.row.unanswered) == (1, 1, 1)
    assert page.may_edit is False
    assert [event.action for event in world.events()] == [
        "inspection:create",
        "finding:create",
        "recommendation:create",
    ]


def test_an_answer_is_due_15_days_after_receipt(world: World) -> None:
    inspection_id = an_inspection(world)
    given = RecommendationInput("Ban hành quy chế", received_on=dt.date(2024, 2, 20))
    item = findings.get_recommendation(
        world.actors["clerk"], findings.recommend(world.actors["clerk"], inspection_id, given)
    )
    assert item.due_on == dt.date(2024, 3, 6)

    own = RecommendationInput("Khác", received_on=dt.date(2024, 2, 20), due_on=dt.date(2024, 2, 25))
    item_id = findings.recommend(world.actors["clerk"], inspection_id, own)
    assert findings.get_recommendation(world.actors["clerk"], item_id).due_on == dt.date(2024, 2, 25)


@pytest.mark.parametrize(
    ("who", "writes"),
    [("clerk", True), ("leader", True), ("staff", True), ("other_staff", False), ("auditor", False)],
)
def test_the_inspected_unit_and_auditors_do_not_write(world: World, who: str, writes: bool) -> None:
    inspection_id = an_inspection(world, "gdtrh")
    actor = world.actors[who]
    assert inspections.get(actor, inspection_id).may_edit is writes
    if writes:
        findings.create(actor, inspection_id, FindingInput("Phát hiện"))
    else:
        with pytest.raises(Denied):
            findings.create(actor, inspection_id, FindingInput("Phát hiện"))
    assert len(inspections.get(actor, inspection_id).findings) == writes


def test_nobody_inspects_the_own_unit(world: World) -> None:
    with pytest.raises(Invalid):
        inspections.create(world.actors["staff"], InspectionInput("Tự kiểm tra", world.units["tccb"]))
    inspection_id = an_inspection(world, "gdtrh")
    with pytest.raises(Invalid):
        inspections.edit(
            world.actors["staff"], inspection_id, InspectionInput("Đổi", world.units["tccb"]), revision=1
        )


def test_the_unit_answers_its_recommendation_once_per_revision(world: World) -> None:
    inspection_id = an_inspection(world, "gdtrh")
    given = RecommendationInput("Niêm yết ngay", world.units["gdtrh"], dates.today())
    item_id = findings.recommend(world.actors["clerk"], inspection_id, given)
    unit, stranger = world.actors["other_staff"], world.actors["staff"]

    with pytest.raises(Denied):
        answers.answer(stranger, item_id, "Đã niêm yết", revision=1)
    answers.answer(unit, item_id, "Đã niêm yết", revision=1)
    with pytest.raises(Conflict):
        answers.answer(unit, item_id, "Lần nữa", revision=1)

    item = findings.get_recommendation(unit, item_id)
    assert (item.answer, item.answered_on, item.overdue) == ("Đã niêm yết", dates.today(), False)
    (event,) = world.events("recommendation:edit")
    assert event.details["changes"]["Trả lời"] == [None, "Đã niêm yết"]


def test_dates_in_the_wrong_order_are_refused(world: World) -> None:
    clerk, early, late = world.actors["clerk"], dt.date(2024, 1, 1), dt.date(2024, 2, 1)
    unit = world.units["gdtrh"]
    inspection_id = an_inspection(world)
    with pytest.raises(Invalid) as refused:
        inspections.create(clerk, InspectionInput("Kiểm tra", unit, started_on=late, ended_on=early))
    assert refused.value.field == "ended_on"
    with pytest.raises(Invalid) as refused:
        findings.recommend(clerk, inspection_id, RecommendationInput("Việc", received_on=late, due_on=early))
    assert refused.value.field == "due_on"
    with pytest.raises(Invalid) as refused:
        given = RecommendationInput("Việc", received_on=late, answer="Xong", answered_on=early)
        findings.recommend(clerk, inspection_id, given)
    assert refused.value.field == "answered_on"


def test_a_recommendation_belongs_to_a_finding_of_its_own_inspection(world: World) -> None:
    clerk = world.actors["clerk"]
    here, elsewhere = an_inspection(world), an_inspection(world)
    finding_id = findings.create(clerk, elsewhere, FindingInput("Ở nơi khác"))
    with pytest.raises(Invalid):
        findings.recommend(clerk, here, RecommendationInput("Việc", finding_id=finding_id))


def test_stale_findings_are_not_saved(world: World) -> None:
    clerk = world.actors["clerk"]
    finding_id = findings.create(clerk, an_inspection(world), FindingInput("Một"))
    findings.edit(clerk, finding_id, FindingInput("Hai", state="fixing"), revision=1)
    with pytest.raises(Conflict):
        findings.edit(clerk, finding_id, FindingInput("Ba"), revision=1)
    assert findings.get(clerk, finding_id).text == "Hai"
    (event,) = world.events("finding:edit")
    assert event.details["changes"] == {
        "Nội dung": ["Một", "Hai"],
        "Trạng thái": [Message("Chưa khắc phục").stored(), Message("Đang khắc phục").stored()],
    }


def test_a_documents_inspections_come_by_links_and_by_its_tasks(world: World) -> None:
    clerk, staff = world.actors["clerk"], world.actors["staff"]
    plan_document = world.document("38/KH-SGDĐT", "Thực hiện dân chủ", PLAN_WORDS)
    minutes = world.document("12/BB-SGDĐT", "Biên bản kiểm tra")
    plan_id = plans.create(clerk, PlanInput("Kế hoạch", 2024, document_id=plan_document))
    task_id = tasks.create(
        clerk,
        plan_id,
        TaskInput(
            "Hội nghị",
            world.units["tccb"],
            due_rule="recurring",
            document_id=plan_document,
            anchor="muc-II.3.gach-4",
        ),
    )
    inspection_id = an_inspection(world)
    finding_id = findings.create(clerk, inspection_id, FindingInput("Chưa họp", task_id=task_id))
    links.add(clerk, inspection_id=inspection_id, document_id=minutes, role="result")
    links.add(clerk, finding_id=finding_id, document_id=minutes, role="evidence")

    by_link = inspections_of_document(staff, minutes)
    by_task = inspections_of_document(staff, plan_document)

    assert [(row.id, row.role, row.finding_id) for row in by_link] == [
        (inspection_id, "result", None),
        (inspection_id, "evidence", finding_id),
    ]
    assert [(row.id, row.role, row.anchor) for row in by_task] == [(inspection_id, "task", "muc-II.3.gach-4")]
    assert [row.id for row in lists.findings_of_task(staff, task_id)] == [finding_id]
    closed = world.document("9/QĐ-SGDĐT", "Kín", closed=True)
    with pytest.raises(NotFound):
        inspections_of_document(staff, closed)


def test_open_questions_for_the_home_page(world: World) -> None:
    clerk = world.actors["clerk"]
    inspection_id = an_inspection(world)
    findings.create(clerk, inspection_id, FindingInput("Mở"))
    findings.create(clerk, inspection_id, FindingInput("Đóng", state="closed"))
    late = RecommendationInput("Muộn", received_on=dt.date(2024, 1, 1))
    item_id = findings.recommend(clerk, inspection_id, late)
    findings.recommend(clerk, inspection_id, RecommendationInput("Đã trả lời", answer="Xong"))
    assert lists.open_findings(world.actors["auditor"]) == 1
    assert [(row.id, row.overdue) for row in lists.unanswered(world.actors["auditor"])] == [
        (item_id, True)
    ]


@pytest.mark.parametrize(
    ("answer", "answered_on", "due_in_days", "overdue"),
    [
        (None, None, -1, True),
        # On the last day it is not overdue.
        (None, None, 0, False),
        (None, None, None, False),
        # Answered by a text alone, or by a date alone.
        ("Đã làm", None, -1, False),
        (None, dt.date(2024, 1, 2), -1, False),
    ],
)
def test_one_rule_says_everywhere_whose_answer_is_overdue(
    world: World, answer: str | None, answered_on: dt.date | None, due_in_days: int | None, overdue: bool
) -> None:
    auditor, inspection_id = world.actors["auditor"], an_inspection(world)
    due_on = None if due_in_days is None else dates.today() + dt.timedelta(days=due_in_days)
    with db.write() as session:
        item = Recommendation(
            inspection_id=inspection_id, text="Sửa", due_on=due_on, answer=answer, answered_on=answered_on
        )
        session.add(item)
    open_ = answer is None and answered_on is None
    (row,) = inspections.get(auditor, inspection_id).recommendations
    assert (row.overdue, row.answered) == (overdue, not open_)
    assert [one.id for one in lists.overdue(auditor)] == [row.id] * overdue
    assert [one.id for one in home.auditor(auditor).unanswered] == [row.id] * overdue
    assert [one.id for one in lists.unanswered(auditor)] == [row.id] * open_
    assert lists.listing(auditor)[0].unanswered == open_


def test_a_document_counts_no_ended_tie(world: World) -> None:
    law = world.document("10/2022/QH15", "Luật Thực hiện dân chủ ở cơ sở")
    clerk = world.actors["clerk"]
    number = inspections.create(clerk, InspectionInput("Kiểm tra quy chế", world.units["gdtrh"]))
    link = links.add(clerk, document_id=law, role="basis", inspection_id=number)
    assert count_inspections(clerk, law) == len(inspections_of_document(clerk, law)) == 1
    links.end(clerk, link)
    assert count_inspections(clerk, law) == len(inspections_of_document(clerk, law)) == 0


def test_a_clerk_records_the_severity_and_does_not_change_it(world: World) -> None:
    clerk, leader = world.actors["clerk"], world.actors["leader"]
    finding_id = findings.create(clerk, an_inspection(world), FindingInput("Chưa niêm yết", "high"))
    with pytest.raises(Invalid) as refused:
        findings.edit(clerk, finding_id, FindingInput("Chưa niêm yết", "low"), revision=1)
    assert refused.value.field == "severity"
    findings.edit(clerk, finding_id, FindingInput("Chưa niêm yết ở xã", "high"), revision=1)
    findings.edit(leader, finding_id, FindingInput("Chưa niêm yết ở xã", "low"), revision=2)
    assert findings.get(clerk, finding_id).severity == "low"
