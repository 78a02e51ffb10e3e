"""Pages of the working calendar, and the page of a task whose last day is counted with it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from docmgr.services.planning import plans
from docmgr.services.planning.plans import PlanInput
from tests.filling.planning import World, world
from tests.support.browsers import Auth

__all__ = ["world"]


@pytest.fixture
def browser(auth: Auth, world: World) -> Callable[[str], Any]:
    """A signed-in browser of one of the agency's people."""
    return lambda name: auth.client(world.users[name])


def test_an_administrator_enters_a_year_and_everybody_sees_it(browser: Callable[[str], Any]) -> None:
    administrator = browser("administrator")
    assert 'href="/calendar"' in administrator.get("/agency").text
    answer = administrator.submit("/calendar/2027/edit", {"revision": "0", "off": "01/01/2027: Tết Dương lịch", "worked": ""})
    assert answer.headers["Location"] == "/calendar/2027"
    page = browser("staff").get("/calendar/2027").text
    assert "01/01/2027: Tết Dương lịch" in page and "/calendar/2027/edit" not in page
    assert "Cơ quan đã kiểm tra" in browser("staff").get("/calendar").text
    assert browser("staff").get("/calendar/2027/edit").status_code == 404


def test_what_was_typed_stays_when_a_line_is_wrong(browser: Callable[[str], Any]) -> None:
    answer = browser("administrator").submit("/calendar/2027/edit", {"revision": "0", "off": "ngày Tết", "worked": "x"})
    assert answer.status_code == 400 and "ngày Tết</textarea>" in answer.text and "Dòng 1" in answer.text


def test_the_second_saver_sees_both(browser: Callable[[str], Any]) -> None:
    administrator = browser("administrator")
    for words in ("Một", "Hai"):
        answer = administrator.submit("/calendar/2028/edit", {"revision": "0", "off": f"01/01/2028: {words}", "worked": ""})
    assert answer.status_code == 409 and "01/01/2028: Một" in answer.text and "01/01/2028: Hai</textarea>" in answer.text


def test_a_task_shows_how_its_last_day_was_counted(browser: Callable[[str], Any], world: World) -> None:
    plan_id = plans.create(world.actors["clerk"], PlanInput("Kế hoạch công khai", 2026))
    form = {"plan_id": f"{plan_id}", "title": "Niêm yết", "lead_id": f"{world.units['tccb']}", "due_rule": "event", "due_days": "5", "due_unit": "working", "event_on": "24/04/2026", "state": "open"}
    task = browser("clerk").submit("/tasks/new", form).headers["Location"]
    page = re.sub(r"\s+", " ", browser("staff").get(task).text)
    assert "06/05/2026" in page and "5 ngày làm việc, tính từ sau ngày 24/04/2026." in page
    assert "27/04/2026 (Nghỉ bù Giỗ Tổ Hùng Vương), 30/04/2026 (Ngày Chiến thắng), 01/05/2026 (Quốc tế Lao động)." in page
    assert "01/05/2026 (Quốc tế Lao động). Không tính 4 ngày thứ Bảy, Chủ nhật. <a" in page and "Lịch làm việc chưa có" not in page
    later = browser("clerk").submit("/tasks/new", {**form, "event_on": "28/12/2026"}).headers["Location"]
    assert "Lịch làm việc chưa có năm 2027" in browser("staff").get(later).text
    unknown = browser("clerk").submit("/tasks/new", {**form, "event_on": ""}).headers["Location"]
    assert "chưa có hạn" in browser("staff").get(unknown).text


def test_a_year_far_away_is_not_found(browser: Callable[[str], Any]) -> None:
    assert browser("staff").get("/calendar/1500").status_code == 404
