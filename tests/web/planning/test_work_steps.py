"""Pages of what tasks wait for, later days and handing work over, used with forms and without scripts."""

from __future__ import annotations

import re

from docmgr import db
from docmgr.services.notifications import listing, making
from docmgr.services.planning import plans
from docmgr.services.planning.plans import PlanInput
from docmgr.services.planning.work import page
from tests.filling.planning import World, world
from tests.services.planning.occurrences.test_recurring import HALVES, occurrences
from tests.services.planning.test_work_steps import DUE, a_task, revision
from tests.web.planning.test_plans import Browser, browser

__all__ = ["browser", "world"]


def a_plan(world: World) -> int:
    return plans.create(world.actors["clerk"], PlanInput("Kế hoạch dân chủ", 2026))


def test_a_task_gets_what_it_waits_for_on_its_page(browser: Browser, world: World) -> None:
    plan = a_plan(world)
    ask, issue = a_task(world, plan, "Lấy ý kiến"), a_task(world, plan, "Ban hành quy chế")
    staff, leader = browser("staff"), browser("leader")
    found = staff.get(f"/tasks/{issue}?needed_q=ý kiến").text
    assert re.findall(r'<option value="(\d+)">Lấy ý kiến', found) == [str(ask)] * 2 and "Không thấy nhiệm vụ" in staff.get(f"/tasks/{issue}?needed_q=zzz").text
    staff.submit(f"/tasks/{issue}/preconditions", {"needed_id": str(ask), "revision": "1"})
    assert "Lấy ý kiến" in staff.get(f"/tasks/{issue}").text and "Ban hành quy chế" in staff.get(f"/tasks/{ask}").text
    staff.submit(f"/tasks/{ask}/preconditions", {"needed_id": str(issue), "revision": "1"})
    assert "thành vòng: “Lấy ý kiến” → “Ban hành quy chế” → “Lấy ý kiến”" in staff.get(f"/tasks/{ask}").text
    staff.submit(f"/tasks/{issue}/state", {"state": "done", "revision": "2"})
    page_ = staff.get(f"/tasks/{issue}").text
    assert "Phải làm xong việc này trước: Lấy ý kiến" in page_ and "Miễn điều kiện này" not in page_
    waiving = f"/tasks/{issue}/preconditions/{ask}/waive"
    assert staff.submit(waiving, {"waive_reason": "Không cần", "revision": "2"}).status_code == 404
    assert leader.submit(waiving, {"waive_reason": "Không cần", "revision": "1"}).status_code == 409
    leader.submit(waiving, {"waive_reason": "Không cần", "revision": "2"})
    assert "Được miễn: Không cần" in staff.get(f"/tasks/{issue}").text
    staff.submit(f"/tasks/{issue}/inherit", {"due_task_id": str(ask), "due_days": "5", "due_unit": "working", "due_after": "done", "revision": str(revision(issue))})
    assert "chưa có ngày ấy, nên chưa có hạn" in staff.get(f"/tasks/{issue}").text
    staff.submit(f"/tasks/{ask}/state", {"state": "done", "revision": str(revision(ask))})
    shown = staff.get(f"/tasks/{issue}").text
    assert "5 ngày làm việc, tính từ sau ngày" in shown and "(Ngày nhiệm vụ kia hoàn thành)" in shown
    staff.submit(f"/tasks/{issue}/inherit/stop", {"revision": str(revision(issue))})
    assert "(Ngày nhiệm vụ kia hoàn thành)" not in staff.get(f"/tasks/{issue}").text
    staff.submit(f"/tasks/{issue}/preconditions/{ask}/remove", {"revision": str(revision(issue))})
    assert "Không có việc nào phải xong trước" in staff.get(f"/tasks/{issue}").text


def test_a_later_day_is_asked_for_and_answered_on_the_page_and_both_are_told(browser: Browser, world: World) -> None:
    making.make()
    task = a_task(world, a_plan(world), "Báo cáo")
    staff, clerk = browser("staff"), browser("clerk")
    wrong = staff.submit(f"/tasks/{task}/extension", {"wanted_on": "31/02/2026", "ask_reason": "Chờ số liệu", "revision": "1"})
    assert wrong.status_code == 400 and "Chờ số liệu" in wrong.text
    early = staff.submit(f"/tasks/{task}/extension", {"wanted_on": "01/06/2026", "ask_reason": "Chờ số liệu", "revision": "1"})
    assert early.status_code == 400 and "phải sau ngày đến hạn 30/06/2026" in early.text
    staff.submit(f"/tasks/{task}/extension", {"wanted_on": "15/07/2026", "ask_reason": "Chờ số liệu", "revision": "1"})
    shown = clerk.get(f"/tasks/{task}").text
    assert "từ 30/06/2026, xin đến 15/07/2026" in shown and "Cho gia hạn" in shown and "Cho gia hạn" not in staff.get(f"/tasks/{task}").text
    making.make()
    assert [row.reason for row in listing.page(world.actors["clerk"]).rows] == ["extension_asked"]
    number = re.findall(r"/extensions/(\d+)/decide", shown)[0]
    assert staff.submit(f"/extensions/{number}/decide", {"answer": "grant", "revision": "2"}).status_code == 404
    clerk.submit(f"/extensions/{number}/decide", {"answer": "grant", "granted_on": "10/07/2026", "decide_note": "Đến 10/7", "revision": "2"})
    again = browser("leader").submit(f"/extensions/{number}/decide", {"answer": "refuse", "decide_note": "Không cần", "revision": "2"})
    assert again.status_code == 409 and "đã được trả lời" in again.text and "Không cần" in again.text
    shown = staff.get(f"/tasks/{task}").text
    assert "10/07/2026" in shown and "(trước khi gia hạn: 30/06/2026)" in shown and "Đến 10/7" in shown
    making.make()
    assert [row.reason for row in listing.page(world.actors["staff"]).rows][0] == "extension_answered"


def test_an_occurrence_has_the_same_and_is_handed_over(browser: Browser, world: World) -> None:
    making.make()
    task = a_task(world, a_plan(world), "Báo cáo", due_rule="recurring", due_on=None, spread=HALVES)
    one = occurrences(task)[0].id
    at = f"/occurrences/{one}"
    staff, clerk = browser("staff"), browser("clerk")
    staff.submit(f"{at}/extension", {"wanted_on": "15/07/2026", "ask_reason": "Chờ số liệu", "revision": "1"})
    shown = staff.get(at).text
    assert "xin đến 15/07/2026" in shown and "Rút đề nghị gia hạn" in shown
    number = re.findall(r"/extensions/(\d+)/withdraw", shown)[0]
    staff.submit(f"/extensions/{number}/withdraw", {"revision": "2"})
    assert "Đã rút" in staff.get(at).text
    mine = str(world.users["staff"].id)
    clerk.submit(f"{at}/hand", {"to_id": mine, "hand_note": "Nhờ theo dõi", "revision": "3"})
    assert page.load(world.actors["clerk"], task, one).person == "Staff" and "Bàn giao nhiệm vụ" in clerk.get(f"/tasks/{task}").text
    making.make()
    assert "handed" in [row.reason for row in listing.page(world.actors["staff"]).rows]
    wrong = clerk.submit(f"{at}/hand", {"to_id": str(world.users["clerk"].id), "hand_note": "Giao nhầm", "revision": "4"})
    assert wrong.status_code == 400 and "Giao nhầm" in wrong.text


def test_leaders_move_the_work_of_a_person_after_a_preview(browser: Browser, world: World) -> None:
    task = a_task(world, a_plan(world), "Báo cáo")
    staff, leader = world.users["staff"].id, browser("leader")
    assert "Chưa ai phụ trách" in leader.get("/tasks/move").text
    leader.submit(f"/tasks/{task}/hand", {"to_id": str(staff), "revision": "1"})
    assert browser("staff").get("/tasks/move").status_code == 404
    new = world.users["clerk"].id
    assert "0 việc sẽ chuyển" in leader.get(f"/tasks/move?from={staff}&to={new}").text
    assert "Hãy chọn một người khác" in leader.get(f"/tasks/move?from={staff}&to={staff}").text
    world_unit = world.units["tccb"]
    with db.write() as session:
        session.get_one(type(world.users["clerk"]), new).unit_id = world_unit
    shown = leader.get(f"/tasks/move?from={staff}&to={new}").text
    assert "1 việc sẽ chuyển" in shown and "Báo cáo" in shown and DUE.strftime("%d/%m/%Y") in shown
    sent = {"from": str(staff), "to": str(new), "expected": "1", "note": "Nghỉ thai sản"}
    blank = leader.submit("/tasks/move", {**sent, "note": ""})
    assert blank.status_code == 400 and "lý do chuyển việc" in blank.text
    stale = leader.submit("/tasks/move", {**sent, "expected": "2"})
    assert stale.status_code == 409 and "Nghỉ thai sản" in stale.text
    assert leader.submit("/tasks/move", sent).status_code == 302 and "Đã chuyển 1 việc" in leader.get("/tasks/move").text
    assert page.load(world.actors["clerk"], task).person_id == new
