"""Pages of inspections: list, page, findings, recommendations, answers."""

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
from legaltext import dates
from tests.filling.planning import World, world

__all__ = ["world"]
Browser = Callable[[str], Any]
XSS = "<script>alert(1)</script>"


@pytest.fixture
def browser(auth: Any, world: World) -> Browser:
    """A signed-in browser of one of the agency's people."""
    return lambda name: auth.client(world.users[name])


@pytest.fixture
def inspection_id(world: World) -> int:
    """An inspection of the unit of `other_staff`."""
    return inspections.create(
        world.actors["clerk"], InspectionInput("Kiểm tra quy chế", world.units["gdtrh"])
    )


def test_an_inspection_from_the_empty_list_to_its_page(browser: Browser, world: World) -> None:
    clerk = browser("clerk")
    assert "Lập cuộc kiểm tra đầu tiên" in clerk.get("/inspections").text
    made = clerk.submit(
        "/inspections/new",
        {
            "title": "Kiểm tra thực hiện dân chủ",
            "inspected_unit_id": world.units["gdtrh"],
            "started_on": "2024-06-03",
            "ended_on": "07/06/2024",
            "state": "running",
            "team": "Trưởng đoàn\nThư ký",
        },
    )
    page = clerk.get(made.location).text
    assert "Kiểm tra thực hiện dân chủ" in page
    assert "03/06/2024 – 07/06/2024" in page
    assert "Kiểm tra thực hiện dân chủ" in clerk.get("/inspections?state=running").text
    assert "Kiểm tra thực hiện dân chủ" not in clerk.get("/inspections?state=concluded").text


def test_a_finding_names_its_task_found_by_words(browser: Browser, world: World, inspection_id: int) -> None:
    clerk = browser("clerk")
    plan_id = plans.create(world.actors["clerk"], PlanInput("Kế hoạch", 2024))
    task_id = tasks.create(
        world.actors["clerk"],
        plan_id,
        TaskInput("Niêm yết công khai", world.units["gdtrh"], due_rule="continuous"),
    )
    form = f"/inspections/{inspection_id}/findings/new"
    typed = {"text": "Chưa niêm yết", "severity": "high", "state": "open"}

    searched = clerk.submit(form, {**typed, "task_id_q": "niêm yết", "find": "task_id"}).text
    assert f'name="task_id" value="{task_id}"' in searched
    assert "Chưa niêm yết" in searched
    made = clerk.submit(form, {**typed, "task_id": task_id})

    assert made.status_code == 302
    assert "Niêm yết công khai" in clerk.get(f"/inspections/{inspection_id}").text
    assert "Chưa niêm yết" in clerk.get(f"/tasks/{task_id}").text


def test_the_inspected_unit_answers_but_does_not_edit(
    browser: Browser, world: World, inspection_id: int
) -> None:
    given = RecommendationInput("Niêm yết ngay", world.units["gdtrh"])
    item_id = findings.recommend(world.actors["clerk"], inspection_id, given)
    unit = browser("other_staff")

    page = unit.get(f"/inspections/{inspection_id}").text
    assert f"/recommendations/{item_id}/answer" in page
    assert f"/recommendations/{item_id}/edit" not in page
    assert unit.get(f"/recommendations/{item_id}/edit").status_code == 404
    assert unit.get(f"/inspections/{inspection_id}/findings/new").status_code == 404
    empty = unit.submit(f"/recommendations/{item_id}/answer", {"answer": " ", "revision": "1"})
    answered = unit.submit(f"/recommendations/{item_id}/answer", {"answer": "Đã niêm yết", "revision": "1"})
    late = unit.submit(f"/recommendations/{item_id}/answer", {"answer": "Lần hai", "revision": "1"})

    assert (empty.status_code, answered.status_code, late.status_code) == (400, 302, 409)
    assert "Đã niêm yết" in late.text
    assert "Lần hai" in late.text
    assert "Đã niêm yết" in unit.get(f"/inspections/{inspection_id}").text
    assert browser("staff").get(f"/recommendations/{item_id}/answer").status_code == 404


def test_a_stale_finding_shows_both_texts(browser: Browser, world: World, inspection_id: int) -> None:
    finding_id = findings.create(world.actors["clerk"], inspection_id, FindingInput("Một"))
    findings.edit(world.actors["leader"], finding_id, FindingInput("Hai"), revision=1)
    late = browser("clerk").submit(
        f"/findings/{finding_id}/edit", {"text": "Ba", "severity": "low", "state": "open", "revision": "1"}
    )
    assert late.status_code == 409
    assert "<dd>Hai</dd>" in late.text
    assert "<dd>Trung bình</dd>" in late.text
    assert "Ba</textarea>" in late.text
    assert findings.get(world.actors["clerk"], finding_id).text == "Hai"


@pytest.mark.parametrize(
    "path",
    [
        "/inspections/new",
        "/inspections/{id}/edit",
        "/inspections/{id}/findings/new",
        "/plans/new",
        "/links/new",
    ],
)
def test_an_auditor_reads_and_changes_nothing(
    browser: Browser, world: World, inspection_id: int, path: str
) -> None:
    auditor = browser("auditor")
    assert auditor.get(f"/inspections/{inspection_id}").status_code == 200
    address = path.format(id=inspection_id)
    before = len(world.events())
    assert auditor.get(address).status_code == 404
    assert auditor.submit(address, {"title": "x", "text": "x", "revision": "1"}).status_code == 404
    assert len(world.events()) == before


def test_the_due_date_of_an_answer_is_shown(browser: Browser, world: World, inspection_id: int) -> None:
    clerk = browser("clerk")
    sent = {"text": "Ban hành quy chế", "received_on": "20/02/2024"}
    clerk.submit(f"/inspections/{inspection_id}/recommendations/new", sent)
    late = f"{(dates.today() - dt.date(2024, 3, 6)).days:,}".replace(",", ".")
    page = clerk.get(f"/inspections/{inspection_id}").text
    assert f"Quá hạn trả lời {late} ngày</span> <small>hạn 06/03/2024</small>" in page


def test_what_people_type_is_never_markup(browser: Browser, world: World, inspection_id: int) -> None:
    clerk = browser("clerk")
    finding_id = findings.create(world.actors["clerk"], inspection_id, FindingInput(XSS))
    given = RecommendationInput(XSS, answer=XSS, finding_id=finding_id)
    item_id = findings.recommend(world.actors["clerk"], inspection_id, given)
    inspections.edit(
        world.actors["clerk"],
        inspection_id,
        InspectionInput(XSS, world.units["gdtrh"], team=XSS, period=XSS, conclusion=XSS),
        revision=1,
    )
    for address in (
        "/inspections",
        f"/inspections/{inspection_id}",
        f"/inspections/{inspection_id}/edit",
        f"/findings/{finding_id}/edit",
        f"/recommendations/{item_id}/edit",
        f"/recommendations/{item_id}/answer",
        f"/links/new?subject=finding:{finding_id}",
    ):
        page = clerk.get(address)
        assert page.status_code == 200, address
        assert XSS not in page.text, address
