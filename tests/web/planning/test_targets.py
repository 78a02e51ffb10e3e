"""Targets on pages: typed with the form of a task, reached with the form of progress, and shown in words."""

from __future__ import annotations

from dataclasses import replace

from docmgr.services.planning import tasks
from docmgr.services.planning.targets.storing import TargetInput
from tests.filling.planning import World, world
from tests.services.planning.occurrences.test_recurring import occurrences, recurring
from tests.services.planning.targets.test_targets import SHARE, once
from tests.web.planning.test_plans import Browser, browser

__all__ = ["browser", "world"]


def lines(text: str) -> str:
    return " ".join(text.split())


def test_a_clerk_types_a_target_and_a_wrong_one_is_kept_to_be_corrected(browser: Browser, world: World) -> None:
    clerk, task_id = browser("clerk"), once(world, TargetInput())
    sent = {"title": "Kiểm tra", "lead_id": str(world.units["tccb"]), "due_rule": "continuous", "state": "open", "target_rule": "most", "target": "nhiều", "target_unit": "vụ"}
    wrong = clerk.fill(f"/tasks/{task_id}/edit", sent)
    assert wrong.status_code == 400 and "Hãy nhập một số" in wrong.text and 'value="nhiều"' in wrong.text and 'value="vụ"' in wrong.text
    assert clerk.fill(f"/tasks/{task_id}/edit", {**sent, "target": "5,5", "target_words": "không quá 5,5 vụ", "target_each": "1"}).status_code == 302
    assert "chưa có số liệu / không quá 5,5 vụ" in lines(clerk.get(f"/tasks/{task_id}").text)
    form = clerk.get(f"/tasks/{task_id}/edit").text
    assert 'value="5,5"' in form and 'name="target_each" value="1" checked' in form
    assert tasks.get(world.actors["clerk"], task_id).target == TargetInput("5,5", "vụ", "most", "không quá 5,5 vụ", True)


def test_the_figure_of_a_task_is_typed_beside_its_state(browser: Browser, world: World) -> None:
    staff, task_id = browser("staff"), once(world, SHARE)
    at = f"/tasks/{task_id}"
    assert 'name="reached"' in staff.get(at).text
    wrong = staff.submit(f"{at}/state", {"state": "doing", "reached": "gần đủ", "revision": "1"})
    assert wrong.status_code == 400 and "gần đủ" in wrong.text and "Hãy nhập một số" in wrong.text
    staff.submit(f"{at}/state", {"state": "doing", "reached": "94,5", "revision": "1"})
    page = lines(staff.get(at).text)
    assert "94,5% / ít nhất 95%" in page and "chưa đạt" in page
    stale = staff.submit(f"{at}/state", {"state": "doing", "reached": "99", "revision": "1"})
    assert stale.status_code == 409 and "94,5%" in stale.text and "99" in stale.text
    staff.submit(f"{at}/state", {"state": "doing", "reached": "95", "revision": "2"})
    after = lines(staff.get(at).text).partition("95% / ít nhất 95%")[2].partition("</dd>")[0]
    assert "đạt" in after and "chưa đạt" not in after
    assert 'name="reached"' not in browser("other_staff").get(at).text


def test_the_figures_of_occurrences_are_reported_with_progress_and_shown_on_the_board(browser: Browser, world: World) -> None:
    task_id, staff = recurring(world, target=SHARE), browser("staff")
    one = f"/occurrences/{occurrences(task_id)[0].id}"
    wrong = staff.submit(f"{one}/progress", {"state": "doing", "note": "Đã làm", "reached": "98.5", "revision": "1"})
    assert wrong.status_code == 400 and "98.5" in wrong.text and "Đã làm" in wrong.text
    staff.submit(f"{one}/progress", {"state": "doing", "note": "Đã làm", "reached": "98,5", "revision": "1"})
    assert "98,5% / ít nhất 95%" in lines(staff.get(one).text) and 'value="98,5"' in staff.get(one).text
    page = lines(staff.get(f"/tasks/{task_id}").text)
    assert "thấp nhất 98,5% / ít nhất 95%" in page and "1/2 kỳ có số liệu" in page and "98,5% / ít nhất 95%" in page.partition('id="board"')[2]
    counted = recurring(world, target=replace(SHARE, number="4", unit="cuộc"))
    staff.submit(f"/occurrences/{occurrences(counted)[0].id}/progress", {"state": "doing", "reached": "5", "revision": "1"})
    assert "cộng 5 cuộc / ít nhất 4 cuộc" in lines(staff.get(f"/tasks/{counted}").text)


def test_the_list_leaves_what_does_not_reach_its_target_and_keeps_the_choice(browser: Browser, world: World) -> None:
    staff, missed = browser("staff"), once(world, SHARE)
    once(world, TargetInput())
    page = staff.get("/tasks?target=missed").text
    assert f'href="/tasks/{missed}"' in page and "1 nhiệm vụ" in page and 'value="missed" selected' in page
    assert "2 nhiệm vụ" in staff.get("/tasks?target=nonsense").text
    assert "Không có nhiệm vụ nào khớp" in staff.get("/tasks?target=met").text
