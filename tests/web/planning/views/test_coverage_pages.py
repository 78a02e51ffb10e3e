"""The pages of coverage: units in pages of their own, provisions in pages, and what leads to them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from docmgr import db
from docmgr.models import Unit
from docmgr.services.planning import coverage, plans, tasks
from docmgr.services.planning.plans import PlanInput
from docmgr.services.planning.tasks import TaskInput
from docmgr.services.planning.views import provisions
from docmgr.web.planning import plans as pages
from tests.filling.planning import PLAN_WORDS, World, world

__all__ = ["world"]
Browser = Callable[[str], Any]


@pytest.fixture
def browser(auth: Any, world: World) -> Browser:
    """A signed-in browser of one of the agency's people."""
    return lambda name: auth.client(world.users[name])


@pytest.fixture
def plan(world: World) -> int:
    """A plan of which four units carry out something."""
    document = world.document("38/KH-SGDĐT", "Thực hiện dân chủ", PLAN_WORDS)
    made = plans.create(world.actors["clerk"], PlanInput("Kế hoạch dân chủ", 2024, document_id=document))
    with db.write() as session:
        new = [Unit(name=f"Trường {number}") for number in range(4)]
        session.add_all(new)
        session.flush()
        ids = [one.id for one in new]
    for number in ids:
        tasks.create(world.actors["clerk"], made, TaskInput("Việc", number, due_rule="continuous"))
    return made


def test_many_units_have_a_page_of_their_own(browser: Browser, plan: int, monkeypatch: pytest.MonkeyPatch) -> None:
    staff = browser("staff")
    whole = staff.get(f"/plans/{plan}/coverage").text
    assert "Trường 3" in whole and "list=units" not in whole
    monkeypatch.setattr(coverage.Coverage.foremost, "__defaults__", (2,))
    cut = staff.get(f"/plans/{plan}/coverage").text
    assert "Trường 1" in cut and "Trường 3" not in cut and "Xem tất cả 4 đơn vị" in cut
    monkeypatch.setattr(pages, "PAGE_SIZE", 3)
    for address in (f"/plans/{plan}/coverage?list=units", "/plans/coverage"):
        first = staff.get(address).text
        assert "Trường 2" in first and "Trường 3" not in first and "Trang 1/2" in first
        more = "&" if "?" in address else "?"
        assert "Trường 3" in staff.get(f"{address}{more}page=2").text
        assert staff.get(f"{address}{more}page=3").status_code == 302
    # The pager keeps the list.
    assert f"/plans/{plan}/coverage?list=units&amp;page=2" in staff.get(f"/plans/{plan}/coverage?list=units").text
    assert "/plans/coverage" in browser("leader").get("/").text


def test_provisions_are_divided_into_pages(browser: Browser, plan: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(provisions, "PAGE_SIZE", 1)
    staff = browser("staff")
    first, second = staff.get(f"/plans/{plan}/coverage").text, staff.get(f"/plans/{plan}/coverage?page=2").text
    assert "Rà soát, sửa đổi" in first and "Hằng năm tổ chức" not in first and "Trang 1/2" in first
    assert "Hằng năm tổ chức" in second and "Rà soát, sửa đổi" not in second
    assert staff.get(f"/plans/{plan}/coverage?page=3").status_code == 302
    assert browser("administrator").get("/plans/coverage").status_code == 404


def test_a_plan_without_tasks_and_a_missing_one(browser: Browser, world: World) -> None:
    bare = plans.create(world.actors["clerk"], PlanInput("Kế hoạch trống", 2024))
    assert "Chưa có kế hoạch nào có nhiệm vụ." in browser("staff").get(f"/plans/{bare}/coverage?list=units").text
    assert browser("staff").get("/plans/9999/coverage?list=units").status_code == 404
