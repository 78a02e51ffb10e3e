"""The lists of inspections and of tasks by day, which footnotes of reports lead to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from docmgr.services.inspection import findings, inspections
from docmgr.services.inspection.findings import FindingInput, RecommendationInput
from docmgr.services.inspection.inspections import InspectionInput
from docmgr.services.planning import plans, tasks
from docmgr.services.planning.plans import PlanInput
from docmgr.services.planning.tasks import TaskInput
from tests.filling.planning import World, world

__all__ = ["world"]
Browser = Callable[[str], Any]


@pytest.fixture
def browser(auth: Any, world: World) -> Browser:
    """A signed-in browser of one of the agency's people."""
    return lambda name: auth.client(world.users[name])


def test_inspections_of_some_days_with_what_they_found(browser: Browser, world: World) -> None:
    clerk = world.actors["clerk"]
    plan = plans.create(clerk, PlanInput("Kế hoạch", 2024))
    for title, day, plan_id in (("Đầu", 1, plan), ("Giữa", 15, plan), ("Cuối", 31, plan), ("Ngoài", 15, None)):
        given = InspectionInput(f"Cuộc {title}", world.units["gdtrh"], started_on=dt.date(2024, 5, day), state="running", plan_id=plan_id)
        number = inspections.create(clerk, given)
        findings.create(clerk, number, FindingInput("A"))
        findings.create(clerk, number, FindingInput("B", state="closed"))
        findings.recommend(clerk, number, RecommendationInput("C"))
    person = browser("auditor")

    def shown(address: str) -> list[str]:
        page = person.get(address).text
        return [title for title in ("Đầu", "Giữa", "Cuối", "Ngoài") if f"Cuộc {title}" in page]

    assert shown("/inspections?since=2024-05-01&until=2024-05-15") == ["Đầu", "Giữa", "Ngoài"]
    assert shown(f"/inspections?plan={plan}&since=2024-05-15") == ["Giữa", "Cuối"]
    assert shown(f"/inspections?plan={plan}&until=14/05/2024") == ["Đầu"]
    assert shown("/inspections?since=nonsense&plan=x") == ["Đầu", "Giữa", "Cuối", "Ngoài"]
    page = person.get(f"/inspections?plan={plan}&since=2024-05-15&until=2024-05-31").text
    assert "2 cuộc kiểm tra · 4 phát hiện (2 đã khắc phục) · 2 kiến nghị (2 chưa trả lời)" in page
    assert f"/inspections?state=concluded&amp;plan={plan}&amp;since=2024-05-15&amp;until=2024-05-31" in page
    assert "Không có cuộc kiểm tra nào khớp bộ lọc." in person.get("/inspections?since=2030-01-01").text
    assert "cuộc kiểm tra ·" not in person.get("/inspections").text


def test_tasks_due_on_some_days(browser: Browser, world: World) -> None:
    clerk = world.actors["clerk"]
    plan = plans.create(clerk, PlanInput("Kế hoạch", 2024))
    for title, day, state in (("Đầu", 1, "open"), ("Giữa", 15, "done"), ("Cuối", 31, "open"), ("Bỏ", 15, "cancelled")):
        tasks.create(clerk, plan, TaskInput(f"Việc {title}", world.units["gdtrh"], due_on=dt.date(2024, 5, day), state=state))
    tasks.create(clerk, plan, TaskInput("Việc Không hạn", world.units["gdtrh"], due_rule="continuous"))
    person = browser("auditor")

    def shown(query: str) -> list[str]:
        page = person.get(f"/tasks?plan={plan}&{query}").text
        return [title for title in ("Đầu", "Giữa", "Cuối", "Bỏ", "Không hạn") if f"Việc {title}" in page]

    assert shown("since=2024-05-01&until=2024-05-15") == ["Đầu", "Giữa"]
    assert shown("since=2024-05-02") == ["Giữa", "Cuối"]
    assert shown("until=2024-05-14") == ["Đầu"]
    assert shown("since=2024-05-01&until=2024-05-31&state=cancelled") == ["Bỏ"]
    assert shown("since=2024-05-01&until=2024-05-31&overdue=1") == ["Đầu", "Cuối"]
    assert shown("since=sai") == ["Đầu", "Giữa", "Cuối", "Bỏ", "Không hạn"]
    assert 'name="since" value="02/05/2024"' in person.get("/tasks?since=2024-05-02").text
