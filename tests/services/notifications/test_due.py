"""Notices of deadlines: once, to whom they belong."""

from __future__ import annotations

import datetime as dt

import pytest

from docmgr.policy import Actor
from docmgr.services.inspection import findings, inspections
from docmgr.services.inspection.findings import FindingInput, RecommendationInput
from docmgr.services.inspection.inspections import InspectionInput
from docmgr.services.notifications import (
    due,
    listing,
    making,
    reasons,
)
from docmgr.services.planning import plans, tasks
from docmgr.services.planning.occurrences.spread import SpreadInput
from docmgr.services.planning.plans import PlanInput
from docmgr.services.planning.tasks import TaskInput
from legaltext import dates
from tests.services.notifications.telling import told, unit_of


def test_deadlines_are_told_once(made: dict[str, Actor], monkeypatch: pytest.MonkeyPatch) -> None:
    clerk, staff = made["clerk"], made["staff"]
    unit, today = unit_of("Phòng Giáo dục Trung học"), dates.today()
    plan = plans.create(clerk, PlanInput(title="Kế hoạch năm", year=2026))
    for days in (-40, -1, 0, 7, 8):
        day = today + dt.timedelta(days=days)
        tasks.create(clerk, plan, TaskInput(title=f"{days} ngày", lead_id=unit, due_on=day))
    tasks.create(clerk, plan, TaskInput(title="xong", lead_id=unit, due_on=today, state="done"))
    reasons.choose(staff, ["due_soon", "overdue"])
    assert due.tell() == 3 and due.tell() == 0
    soon = [("overdue", "", "-1 ngày"), ("due_soon", "", "0 ngày"), ("due_soon", "", "7 ngày")]
    assert told(staff) == soon
    monkeypatch.setattr(dates, "today", lambda: today + dt.timedelta(days=1))
    due.tell()
    assert told(staff) == [*soon, ("overdue", "", "0 ngày"), ("due_soon", "", "8 ngày")]


def test_deadlines_of_findings_and_recommendations_are_told_to_their_unit_once(made: dict[str, Actor], monkeypatch: pytest.MonkeyPatch) -> None:
    clerk, staff, leader = made["clerk"], made["staff"], made["leader"]
    unit, today = unit_of("Phòng Giáo dục Trung học"), dates.today()
    inspection = inspections.create(clerk, InspectionInput(title="Kiểm tra quý", inspected_unit_id=unit))
    for days in (-31, -1, 7, 8):
        findings.create(clerk, inspection, FindingInput(text=f"Lỗi {days}", unit_id=unit, due_on=today + dt.timedelta(days=days)))
        findings.recommend(clerk, inspection, RecommendationInput(text=f"Việc {days}", unit_id=unit, due_on=today + dt.timedelta(days=days)))
    findings.create(clerk, inspection, FindingInput(text="đã sửa", unit_id=unit, due_on=today, state="closed"))
    findings.create(clerk, inspection, FindingInput(text="của chung", due_on=today))
    findings.recommend(clerk, inspection, RecommendationInput(text="đã trả lời", unit_id=unit, due_on=today, answer="Xong", answered_on=today))
    reasons.choose(staff, ["due_soon", "overdue"])
    assert due.tell() == 4 and due.tell() == 0
    assert told(staff) == [("overdue", "", "Lỗi -1"), ("due_soon", "", "Lỗi 7"), ("overdue", "", "Việc -1"), ("due_soon", "", "Việc 7")]
    assert told(leader) == []
    assert listing.open_one(staff, listing.page(staff).rows[0].id).anchor == f"recommendation-{listing.page(staff).rows[0].subject_id}"
    # Each deadline once; and too many become one line, which leads to what waits.
    monkeypatch.setattr(dates, "today", lambda: today + dt.timedelta(days=1))
    monkeypatch.setattr(making, "MOST_OF_ONE", 1)
    due.tell()
    rows = [(row.reason, row.kind, row.number) for row in listing.page(staff).rows if row.reason == "more"]
    assert rows == [("more", "recommendations", 1), ("more", "findings", 1)]


def test_tasks_done_once_by_each_unit_and_periodically_are_told_in_one_line_when_they_are_too_many(made: dict[str, Actor], monkeypatch: pytest.MonkeyPatch) -> None:
    clerk, staff, today = made["clerk"], made["staff"], dates.today()
    unit, day = unit_of("Phòng Giáo dục Trung học"), today + dt.timedelta(days=2)
    plan = plans.create(clerk, PlanInput(title="Kế hoạch năm", year=day.year))
    for no in range(2):
        tasks.create(clerk, plan, TaskInput(title=f"một lần {no}", lead_id=unit, due_on=day))
        tasks.create(clerk, plan, TaskInput(title=f"từng đơn vị {no}", lead_id=unit, due_on=day, spread=SpreadInput(fan_out="listed", unit_ids=(unit,))))
        tasks.create(clerk, plan, TaskInput(title=f"định kỳ {no}", lead_id=unit, due_rule="recurring", spread=SpreadInput("year", day, day)))
    reasons.choose(staff, ["due_soon"])
    monkeypatch.setattr(making, "MOST_OF_ONE", 2)
    due.tell()
    shown = listing.page(staff).rows
    assert [(row.kind, row.number) for row in shown if row.reason == "more"] == [("tasks", 4)]
    assert len(shown) == 3
