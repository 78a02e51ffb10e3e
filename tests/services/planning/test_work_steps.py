"""What tasks wait for, later days, and who is in charge: the rules, the rights, and two who act at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from docmgr import db
from docmgr.models import DueExtension, Occurrence, Task
from docmgr.policy import Denied
from docmgr.services.errors import Conflict, Invalid, NotFound
from docmgr.services.links import proving
from docmgr.services.planning import calendar, plans, preconditions, tasks
from docmgr.services.planning.occurrences import steps
from docmgr.services.planning.occurrences.spread import SpreadInput
from docmgr.services.planning.plans import PlanInput
from docmgr.services.planning.tasks import TaskInput
from docmgr.services.planning.work import extensions, handing, page
from docmgr.services.planning.work.extensions import ExtensionInput
from tests.filling.planning import World, world
from tests.services.planning.occurrences.test_recurring import occurrences

__all__ = ["world"]
D = dt.date
DUE = D(2026, 6, 30)
LATER = D(2026, 7, 15)


def a_plan(world: World) -> int:
    return plans.create(world.actors["clerk"], PlanInput("Kế hoạch dân chủ", 2026))


def a_task(world: World, plan_id: int, title: str, **more: Any) -> int:
    return tasks.create(world.actors["clerk"], plan_id, TaskInput(title, world.units["tccb"], **{"due_on": DUE, **more}))


def revision(task_id: int) -> int:
    with db.read() as session:
        return session.get_one(Task, task_id, populate_existing=True).revision


def row(occurrence_id: int) -> Occurrence:
    with db.read() as session:
        return session.get_one(Occurrence, occurrence_id, populate_existing=True)


def need(world: World, task_id: int, needed_id: int, who: str = "clerk") -> None:
    preconditions.add(world.actors[who], task_id, needed_id, revision=revision(task_id))


def done(world: World, task_id: int) -> None:
    tasks.set_state(world.actors["clerk"], task_id, "done", revision=revision(task_id))


def words(act: Callable[[], object]) -> str:
    with pytest.raises(Invalid) as told:
        act()
    return told.value.message.told()


def test_nothing_is_done_before_what_it_needs(world: World) -> None:
    plan = a_plan(world)
    ask, issue = a_task(world, plan, "Lấy ý kiến"), a_task(world, plan, "Ban hành quy chế")
    need(world, issue, ask, "staff")
    shown = page.load(world.actors["auditor"], issue)
    assert [(one.id, one.holds) for one in shown.needs] == [(ask, True)] and not shown.may_edit
    assert [one.id for one in page.load(world.actors["auditor"], ask).needed_by] == [issue]
    assert "Lấy ý kiến" in words(lambda: done(world, issue))
    form = TaskInput("Ban hành quy chế", world.units["tccb"], due_on=DUE, state="done")
    assert "Lấy ý kiến" in words(lambda: tasks.edit(world.actors["clerk"], issue, form, revision=revision(issue)))
    done(world, ask)
    done(world, issue)
    assert [event.details["Điều kiện"] for event in world.events("precondition:add")] == ["Lấy ý kiến"]


def test_a_circle_is_refused_with_the_names_of_its_tasks(world: World) -> None:
    plan = a_plan(world)
    one, two, three = (a_task(world, plan, name) for name in ("Một", "Hai", "Ba"))
    need(world, two, one)
    need(world, three, two)
    assert "“Một” → “Ba” → “Hai” → “Một”" in words(lambda: need(world, one, three))
    assert "“Một” → “Một”" in words(lambda: need(world, one, one))
    assert "đã là điều kiện" in words(lambda: need(world, two, one))
    other = a_task(world, a_plan(world), "Của kế hoạch khác")
    assert "cùng kế hoạch" in words(lambda: need(world, one, other))
    assert "cùng kế hoạch" in words(lambda: need(world, one, 10_000))
    assert len(world.events("precondition:add")) == 2


def test_a_task_has_no_more_preconditions_than_a_page_shows(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preconditions, "MOST", 1)
    plan = a_plan(world)
    one, two, three = (a_task(world, plan, name) for name in ("Một", "Hai", "Ba"))
    need(world, three, one)
    assert "nhiều nhất 1" in words(lambda: need(world, three, two))


def test_clerks_and_leaders_waive_with_a_reason_and_others_do_not(world: World) -> None:
    plan = a_plan(world)
    ask, issue = a_task(world, plan, "Lấy ý kiến"), a_task(world, plan, "Ban hành")
    need(world, issue, ask)
    give = {"reason": "Đã lấy ý kiến năm trước", "revision": revision(issue)}
    for who in ("staff", "other_staff", "auditor"):
        with pytest.raises(Denied):
            preconditions.waive(world.actors[who], issue, ask, **give)
    assert "lý do" in words(lambda: preconditions.waive(world.actors["leader"], issue, ask, reason=" ", revision=revision(issue)))
    preconditions.waive(world.actors["leader"], issue, ask, **give)
    with pytest.raises(Conflict):
        preconditions.waive(world.actors["leader"], issue, ask, reason="Lần nữa", revision=revision(issue))
    done(world, issue)
    assert world.events("precondition:waive")[0].details["Lý do"] == "Đã lấy ý kiến năm trước"
    (shown,) = page.load(world.actors["staff"], issue).needs
    assert shown.waived is not None and shown.waived[2] == "Đã lấy ý kiến năm trước" and not shown.holds


def test_who_may_not_edit_a_task_changes_no_precondition(world: World) -> None:
    plan = a_plan(world)
    one, two = a_task(world, plan, "Một"), a_task(world, plan, "Hai")
    need(world, two, one)
    for who in ("other_staff", "auditor", "administrator"):
        with pytest.raises(Denied):
            need(world, one, two, who)
        with pytest.raises(Denied):
            preconditions.remove(world.actors[who], two, one, revision=revision(two))
    with pytest.raises(Conflict):
        preconditions.remove(world.actors["clerk"], two, one, revision=revision(two) - 1)
    preconditions.remove(world.actors["clerk"], two, one, revision=revision(two))
    with pytest.raises(NotFound):
        preconditions.remove(world.actors["clerk"], two, one, revision=revision(two))
    done(world, two)


def test_a_unit_waits_for_its_own_part_of_what_all_units_do(world: World) -> None:
    plan = a_plan(world)
    to_two = SpreadInput(fan_out="listed", unit_ids=(world.units["gdtrh"], world.units["thanh-tra"]))
    ask, issue = (a_task(world, plan, name, spread=to_two) for name in ("Lấy ý kiến", "Ban hành"))
    need(world, issue, ask)
    asked, issued = ({one.unit_id: one.id for one in occurrences(task)} for task in (ask, issue))
    own, other = world.units["gdtrh"], world.units["thanh-tra"]
    clerk, leader = world.actors["clerk"], world.actors["leader"]
    paper = world.document("12/BC", "Báo cáo")
    assert "Lấy ý kiến" in words(lambda: steps.report(clerk, issued[own], note="Xong", revision=1))
    assert "Lấy ý kiến" in words(lambda: proving.prove(clerk, issued[own], paper))
    assert "Lấy ý kiến" in words(lambda: proving.check(clerk, issued[own]))
    steps.report(clerk, asked[own], note="Xong", revision=1)
    steps.report(clerk, issued[own], note="Xong", revision=1)
    assert "Lấy ý kiến" in words(lambda: steps.report(clerk, issued[other], note="Xong", revision=1))
    # What was given back meanwhile is open again.
    steps.give_back(leader, asked[own], reason="Thiếu", revision=2)
    assert "Lấy ý kiến" in words(lambda: steps.confirm(leader, issued[own], revision=2))


def ask_for(world: World, who: str, wanted_on: dt.date | None = LATER, reason: str = "Chờ số liệu", **item: int) -> int:
    return extensions.ask(world.actors[who], ExtensionInput(wanted_on, reason), revision=item.pop("revision"), **item)


def test_a_later_day_is_asked_for_and_granted_and_the_old_one_stays_visible(world: World) -> None:
    task = a_task(world, a_plan(world), "Báo cáo")
    found = ask_for(world, "staff", task_id=task, revision=1)
    assert "đang chờ" in words(lambda: ask_for(world, "staff", task_id=task, revision=2))
    extensions.decide(world.actors["leader"], found, grant=True, granted_on=D(2026, 7, 10), note="Đến giữa tháng", revision=2)
    shown = page.load(world.actors["auditor"], task)
    assert (shown.due_on, shown.first_due_on, shown.asked) == (D(2026, 7, 10), DUE, None)
    (event,) = world.events("extension:grant")
    assert event.details["changes"] == {"Đến hạn": ["30/06/2026", "10/07/2026"]} and event.details["keys"] == [f"user:{world.users['staff'].id}"]
    # A second one counts from the granted day, and the first day is still told.
    with pytest.raises(Conflict):
        ask_for(world, "staff", task_id=task, revision=2)
    second = ask_for(world, "staff", task_id=task, wanted_on=D(2026, 8, 1), revision=3)
    extensions.decide(world.actors["clerk"], second, grant=True, granted_on=None, note="", revision=4)
    assert page.load(world.actors["auditor"], task).first_due_on == DUE and tasks.get(world.actors["auditor"], task).row.due_on == D(2026, 8, 1)


def test_what_cannot_be_asked_for(world: World) -> None:
    plan = a_plan(world)
    task = a_task(world, plan, "Báo cáo")
    assert "phải sau ngày đến hạn 30/06/2026" in words(lambda: ask_for(world, "staff", DUE, task_id=task, revision=1))
    assert "phải sau ngày" in words(lambda: ask_for(world, "staff", None, task_id=task, revision=1))
    assert "730" in words(lambda: ask_for(world, "staff", D(2099, 1, 1), task_id=task, revision=1))
    assert "lý do" in words(lambda: ask_for(world, "staff", reason=" ", task_id=task, revision=1))
    dateless = a_task(world, plan, "Thường xuyên", due_rule="continuous", due_on=None)
    assert "chưa có ngày đến hạn" in words(lambda: ask_for(world, "staff", task_id=dateless, revision=1))
    for who in ("other_staff", "auditor", "administrator"):
        with pytest.raises(Denied):
            ask_for(world, who, task_id=task, revision=1)
    to_two = SpreadInput(fan_out="listed", unit_ids=(world.units["gdtrh"],))
    spread = a_task(world, plan, "Của các đơn vị", spread=to_two)
    assert "từng kỳ" in words(lambda: ask_for(world, "clerk", task_id=spread, revision=1))
    done(world, task)
    assert "đã hoàn thành" in words(lambda: ask_for(world, "staff", task_id=task, revision=2))
    with pytest.raises(NotFound):
        ask_for(world, "staff", revision=1)


def test_who_answers_and_that_nobody_answers_twice(world: World) -> None:
    task = a_task(world, a_plan(world), "Báo cáo")
    found = ask_for(world, "clerk", task_id=task, revision=1)
    give: dict[str, Any] = {"grant": True, "granted_on": None, "note": "", "revision": 2}
    for who in ("staff", "other_staff", "auditor"):
        with pytest.raises(Denied):
            extensions.decide(world.actors[who], found, **give)
    assert "không tự trả lời" in words(lambda: extensions.decide(world.actors["clerk"], found, **give))
    assert "lý do không cho" in words(lambda: extensions.decide(world.actors["leader"], found, **{**give, "grant": False}))
    assert "phải sau ngày" in words(lambda: extensions.decide(world.actors["leader"], found, **{**give, "granted_on": DUE}))
    with pytest.raises(Conflict):
        extensions.decide(world.actors["leader"], found, **{**give, "revision": 1})
    extensions.decide(world.actors["leader"], found, **{**give, "grant": False, "note": "Không cần"})
    for again in (lambda: extensions.decide(world.actors["leader"], found, **give), lambda: extensions.withdraw(world.actors["clerk"], found, revision=3)):
        with pytest.raises(Conflict):
            again()
    assert tasks.get(world.actors["clerk"], task).row.due_on == DUE and not world.events("extension:grant")
    second = ask_for(world, "staff", task_id=task, revision=3)
    extensions.withdraw(world.actors["staff"], second, revision=4)
    with db.read() as session:
        assert list(session.scalars(select(DueExtension.state).order_by(DueExtension.id))) == ["refused", "withdrawn"]


def test_a_granted_day_of_an_occurrence_stays_when_the_calendar_or_the_task_changes(world: World) -> None:
    clerk, leader = world.actors["clerk"], world.actors["leader"]
    halves = SpreadInput("half_year", DUE)
    task = a_task(world, a_plan(world), "Báo cáo", due_rule="recurring", due_on=None, spread=halves)
    first, second = (one.id for one in occurrences(task))
    found = ask_for(world, "staff", occurrence_id=first, revision=1)
    extensions.decide(leader, found, grant=True, granted_on=None, note="", revision=2)
    assert (row(first).due_on, tasks.get(clerk, task).row.due_on) == (LATER, LATER)
    calendar.save(clerk if "administrator" in clerk.roles else world.actors["administrator"], 2026, "30/06/2026: Nghỉ\n31/12/2026: Nghỉ", "", revision=1)
    assert (row(first).due_on, row(second).due_on) == (LATER, D(2027, 1, 1))
    view = tasks.get(clerk, task)
    form = TaskInput("Báo cáo", world.units["tccb"], due_rule="recurring", spread=SpreadInput("half_year", D(2026, 6, 20)))
    tasks.edit(clerk, task, form, revision=view.revision)
    assert row(first).due_on == LATER
    steps.report(clerk, first, note="Xong", revision=row(first).revision)
    steps.give_back(leader, first, reason="Thiếu", revision=row(first).revision)
    assert row(first).due_on == LATER


def test_a_granted_day_of_a_task_stays_until_somebody_sets_another(world: World) -> None:
    clerk = world.actors["clerk"]
    task = a_task(world, a_plan(world), "Báo cáo")
    extensions.decide(world.actors["leader"], ask_for(world, "staff", task_id=task, revision=1), grant=True, granted_on=None, note="", revision=2)
    for due_on, extended in ((LATER, LATER), (D(2026, 9, 1), None)):
        tasks.edit(clerk, task, TaskInput("Báo cáo khác", world.units["tccb"], due_on=due_on), revision=revision(task))
        with db.read() as session:
            held = session.get_one(Task, task, populate_existing=True)
            assert (held.due_on, held.extended_on) == (due_on, extended)


def test_work_is_handed_within_its_unit(world: World) -> None:
    plan = a_plan(world)
    task = a_task(world, plan, "Báo cáo")
    staff, other = world.users["staff"].id, world.users["other_staff"].id
    assert "của đơn vị thực hiện" in words(lambda: handing.hand(world.actors["clerk"], other, "", task_id=task, revision=1))
    assert "của đơn vị thực hiện" in words(lambda: handing.hand(world.actors["clerk"], None, "", task_id=task, revision=1))
    with pytest.raises(Denied):
        handing.hand(world.actors["other_staff"], staff, "", task_id=task, revision=1)
    handing.hand(world.actors["clerk"], staff, "Theo dõi giúp", task_id=task, revision=1)
    assert page.load(world.actors["auditor"], task).person == "Staff"
    assert "đang phụ trách" in words(lambda: handing.hand(world.actors["clerk"], staff, "", task_id=task, revision=2))
    (event,) = world.events("task:hand")
    assert event.details["keys"] == [f"user:{staff}"] and event.details["Ghi chú"] == "Theo dõi giúp"
    done(world, task)
    assert "đã hoàn thành" in words(lambda: handing.hand(world.actors["clerk"], staff, "", task_id=task, revision=3))


def test_all_open_work_of_a_person_moves_at_once_after_a_preview(world: World) -> None:
    plan, clerk, leader = a_plan(world), world.actors["clerk"], world.actors["leader"]
    halves = SpreadInput("half_year", DUE)
    once, ended = a_task(world, plan, "Một lần"), a_task(world, plan, "Đã xong")
    each = a_task(world, plan, "Mỗi kỳ", due_rule="recurring", due_on=None, spread=halves)
    staff, other = world.users["staff"].id, world.users["other_staff"].id
    for task in (once, ended):
        handing.hand(clerk, staff, "", task_id=task, revision=1)
    first = occurrences(each)[0].id
    handing.hand(clerk, staff, "", occurrence_id=first, revision=1)
    done(world, ended)
    for refused in (lambda: handing.holders(world.actors["staff"]), lambda: handing.preview(world.actors["staff"], staff, other), lambda: handing.move(world.actors["staff"], staff, other, "x", expected=2)):
        with pytest.raises(Denied):
            refused()
    assert handing.holders(leader) == [(staff, "Staff", 2)]
    # The other person is of another unit, so all stays.
    assert (handing.preview(leader, staff, other).moving, handing.preview(leader, staff, other).staying) == (0, 2)
    assert "Không có việc nào" in words(lambda: handing.move(leader, staff, other, "Nghỉ dài ngày", expected=0))
    with db.write() as session:
        session.get_one(type(world.users["staff"]), other).unit_id = world.units["tccb"]
    assert handing.preview(leader, staff, other).moving == 2
    with pytest.raises(Conflict):
        handing.move(leader, staff, other, "Nghỉ dài ngày", expected=1)
    assert "lý do chuyển" in words(lambda: handing.move(leader, staff, other, " ", expected=2))
    for wrong in (staff, 10_000, world.users["administrator"].id):
        assert "người khác" in words(lambda wrong=wrong: handing.preview(leader, staff, wrong))
    assert handing.move(leader, staff, other, "Nghỉ dài ngày", expected=2) == 2
    assert row(first).person_id == other and page.load(leader, once).person_id == other and page.load(leader, ended).person_id == staff
    assert [event.details["keys"] for event in world.events("task:hand")][-2:] == [[f"user:{other}"]] * 2


def test_too_much_work_to_move_is_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handing, "MOST", 0)
    task = a_task(world, a_plan(world), "Báo cáo")
    staff = world.users["staff"].id
    handing.hand(world.actors["clerk"], staff, "", task_id=task, revision=1)
    assert "quá 0 việc" in words(lambda: handing.preview(world.actors["leader"], staff, world.users["other_staff"].id))
