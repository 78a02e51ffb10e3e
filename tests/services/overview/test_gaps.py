"""Gaps that auditors look at: which tasks, evidence, findings and recommendations each list has, and who sees them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import update

from docmgr import db
from docmgr.models import Document, Link, Occurrence, Task
from docmgr.policy import Denied
from docmgr.services.documents import lifecycle
from docmgr.services.inspection import findings, inspections
from docmgr.services.inspection.findings import FindingInput, RecommendationInput
from docmgr.services.inspection.inspections import InspectionInput
from docmgr.services.links import links, proving
from docmgr.services.overview import gaps
from docmgr.services.planning import lists as task_lists
from docmgr.services.planning import plans, tasks
from docmgr.services.planning.occurrences import steps
from docmgr.services.planning.occurrences.spread import SpreadInput
from docmgr.services.planning.plans import PlanInput
from docmgr.services.planning.tasks import TaskInput
from docmgr.services.planning.wanted.filters import TaskFilter
from legaltext import dates
from tests.filling.planning import World, world
from tests.services.planning.occurrences.test_fan_out import fanned
from tests.services.planning.occurrences.test_recurring import occurrences

__all__ = ["world"]
DAY = dt.timedelta(days=1)


def single(world: World, title: str = "Việc làm một lần") -> int:
    leader = world.actors["leader"]
    plan_id = plans.create(leader, PlanInput("Kế hoạch", 2026))
    return tasks.create(leader, plan_id, TaskInput(title, world.units["tccb"], due_rule="continuous"))


def titles(world: World, kind: str) -> list[str]:
    found = gaps.find(world.actors["auditor"], kind)
    assert found.total == len(found.rows)
    return [row.title for row in found.rows]


def proved(world: World, document: int, dated_on: dt.date | None = None) -> int:
    """An occurrence with evidence, reported by its unit and confirmed by a leader today."""
    fanned(world, SpreadInput(fan_out="listed", unit_ids=(world.units["gdtrh"], world.units["thanh-tra"])))
    with db.read() as session:
        number = max(row.id for row in session.query(Occurrence) if row.unit_id == world.units["gdtrh"])
    proving.prove(world.actors["other_staff"], number, document, dated_on=dated_on)
    with db.read() as session:
        revision = session.get_one(Occurrence, number, populate_existing=True).revision
    steps.confirm(world.actors["leader"], number, revision=revision)
    return number


def test_only_who_sees_the_whole_trail_sees_gaps(world: World) -> None:
    for who in ("clerk", "leader", "staff", "administrator"):
        for kind in gaps.KINDS:
            with pytest.raises(Denied):
                gaps.find(world.actors[who], kind)
    assert all(titles(world, kind) == [] for kind in gaps.KINDS)


def test_done_without_evidence(world: World) -> None:
    done, proven = single(world, "Không chứng"), single(world, "Có chứng")
    single(world, "Chưa làm")
    leader = world.actors["leader"]
    links.add(leader, document_id=world.document("1/BC", "Báo cáo"), role="evidence", task_id=proven)
    for number in (done, proven):
        tasks.set_state(leader, number, "done", revision=1)
    assert titles(world, "unproven") == ["Không chứng"]
    number = proved(world, paper := world.document("2/BC", "Báo cáo"))
    assert titles(world, "unproven") == ["Không chứng"]
    # The same rules as the list of tasks has: evidence that is gone proves nothing.
    lifecycle.delete(world.actors["clerk"], [paper])
    rows = gaps.find(world.actors["auditor"], "unproven").rows
    assert [(row.title, row.occurrence_id, row.unit) for row in rows] == [
        ("Gửi báo cáo tự kiểm tra", number, "Phòng Giáo dục trung học (thử)"), ("Không chứng", None, "Phòng Tổ chức cán bộ (thử)"),
    ]  # fmt: skip
    listed = task_lists.find(world.actors["auditor"], TaskFilter(unproven=True))[0]
    assert [(row.id, row.occurrence_id) for row in listed] == [(row.task_id, row.occurrence_id) for row in rows]


@pytest.mark.parametrize(("after", "found"), [(1, True), (0, False), (-1, False)])
def test_evidence_dated_after_the_day_of_the_approval(world: World, after: int, found: bool) -> None:
    leader, today = world.actors["leader"], dates.today()
    paper = world.document("1/BC", "Báo cáo")
    occurrence = proved(world, paper, today + after * DAY)
    task_id = single(world)
    links.add(leader, document_id=paper, role="evidence", task_id=task_id, dated_on=today + after * DAY)
    links.add(leader, document_id=paper, role="basis", task_id=task_id, dated_on=today + 5 * DAY)
    assert len(titles(world, "younger")) == found, "the task is not done yet"
    tasks.set_state(leader, task_id, "done", revision=1)
    rows = gaps.find(world.actors["auditor"], "younger").rows
    assert [(row.task_id, row.occurrence_id) for row in rows][:1] == ([(task_id, None)] if found else [])
    assert [row.occurrence_id for row in rows[1:]] == ([occurrence] if found else [])
    assert all((row.approved_on, row.dated_on) == (today, today + DAY) for row in rows)


def test_the_date_of_the_document_counts_where_the_evidence_has_none(world: World) -> None:
    paper = world.document("1/BC", "Báo cáo")
    proved(world, paper)
    assert titles(world, "younger") == []
    with db.write() as session:
        session.get_one(Document, paper).issued_on = dates.today() + DAY
    (row,) = gaps.find(world.actors["auditor"], "younger").rows
    assert row.dated_on == dates.today() + DAY and row.unit == "Phòng Giáo dục trung học (thử)"
    assert row.document is not None and row.document_id == paper


def test_a_later_edit_that_leaves_the_state_moves_no_approval(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    leader, paper = world.actors["leader"], world.document("1/BC", "Báo cáo")
    task_id = single(world)
    links.add(leader, document_id=paper, role="evidence", task_id=task_id, dated_on=dates.today() + DAY)
    with db.write() as session:
        session.get_one(Task, task_id).created_at = db.now() - 9 * DAY
    tasks.set_state(leader, task_id, "done", revision=1)
    later = db.now() + 3 * DAY
    monkeypatch.setattr(db, "now", lambda: later)
    view = tasks.get(leader, task_id)
    tasks.edit(leader, task_id, TaskInput("Tên khác", world.units["tccb"], due_rule="continuous", state="done"), revision=view.revision)
    (row,) = gaps.find(world.actors["auditor"], "younger").rows
    assert (row.title, row.approved_on) == ("Tên khác", dates.today())


def test_evidence_taken_away_after_the_approval(world: World) -> None:
    leader, clerk = world.actors["leader"], world.actors["clerk"]
    ended, withdrawn, deleted, kept = (world.document(f"{number}/BC", "Báo cáo") for number in range(4))
    task_id, before = single(world, "Gỡ sau"), single(world, "Gỡ trước")
    link_id = links.add(leader, document_id=ended, role="evidence", task_id=task_id)
    links.end(leader, links.add(leader, document_id=ended, role="evidence", task_id=before))
    for number in (task_id, before):
        tasks.set_state(leader, number, "done", revision=1)
    for paper in (withdrawn, deleted, kept):
        proved(world, paper)
    assert titles(world, "gone") == []
    links.end(leader, link_id)
    lifecycle.set_workflow(clerk, withdrawn, "withdrawn")
    lifecycle.delete(clerk, [deleted])
    rows = gaps.find(world.actors["auditor"], "gone").rows
    assert [(row.gone, row.document_id) for row in rows] == [
        ("Văn bản đã xóa", None), ("Văn bản đã thu hồi", withdrawn), ("Đã gỡ khỏi nhiệm vụ", ended),
    ]  # fmt: skip
    assert [row.gone_on for row in rows] == [dates.today(), None, dates.today()]
    # What was joined to another document is proof there.
    with db.write() as session:
        session.get_one(Document, deleted).merged_into = kept
    assert len(titles(world, "gone")) == 2


def test_what_was_given_back_is_no_gap(world: World) -> None:
    number = proved(world, world.document("1/BC", "Báo cáo"), dates.today() + DAY)
    assert len(titles(world, "younger")) == 1
    with db.read() as session:
        revision = session.get_one(Occurrence, number, populate_existing=True).revision
    steps.give_back(world.actors["leader"], number, reason="Sai ngày", revision=revision)
    assert titles(world, "younger") == titles(world, "gone") == []


def test_findings_and_recommendations_past_their_day(world: World) -> None:
    leader, today = world.actors["leader"], dates.today()
    inspection = inspections.create(leader, InspectionInput("Kiểm tra", world.units["gdtrh"], state="running"))
    for text, state, due in (("Trễ", "open", -1), ("Hôm nay", "open", 0), ("Đã xong", "closed", -9), ("Đang sửa", "fixing", -5)):
        findings.create(leader, inspection, FindingInput(text, "medium", None, today + due * DAY, state))
    findings.recommend(leader, inspection, RecommendationInput("Kiến nghị trễ", world.units["gdtrh"], due_on=today - DAY))
    findings.recommend(leader, inspection, RecommendationInput("Kiến nghị còn hạn", world.units["gdtrh"], due_on=today))
    assert titles(world, "findings") == ["Đang sửa", "Trễ"] and titles(world, "answers") == ["Kiến nghị trễ"]
    (row,) = gaps.find(world.actors["auditor"], "answers").rows
    assert (row.inspection_id, row.within, row.due_on) == (inspection, "Kiểm tra", today - DAY)


def test_pages_and_a_fixed_number_of_queries(world: World, monkeypatch: pytest.MonkeyPatch, count_queries: Callable[[], Any]) -> None:
    auditor, paper = world.actors["auditor"], world.document("1/BC", "Báo cáo", closed=True)
    task_id = fanned(world, SpreadInput(fan_out="listed", unit_ids=tuple(world.units.values())))
    numbers = []
    for many in (1, len(world.units)):
        with db.write() as session:
            chosen = [row.id for row in occurrences(task_id)][:many]
            session.execute(update(Occurrence).where(Occurrence.id.in_(chosen)).values(state="done", confirmed_at=db.now()))
            session.add_all(Link(task_id=task_id, occurrence_id=number, document_id=paper, role="result", dated_on=dates.today() + DAY, created_by_label="x") for number in chosen)
        db.release()
        with count_queries() as counted:
            gaps.find(auditor, "younger")
        numbers.append(counted.number)
    assert numbers[0] == numbers[1] <= 6
    monkeypatch.setattr(gaps, "PAGE_SIZE", 2)
    pages = [gaps.find(auditor, "younger", page=number) for number in range(1, 6)]
    assert [len(page.rows) for page in pages] == [2, 2, 1, 0, 0] and {page.total for page in pages} == {5}
