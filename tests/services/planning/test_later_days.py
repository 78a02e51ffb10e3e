"""Later days and who is in charge: the rules, the rights, and two who act at once."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr import db
from docmgr.context import Context
from docmgr.models import DueExtension, Task, User
from docmgr.policy import Denied
from docmgr.services.errors import Conflict, NotFound
from docmgr.services.planning import calendar, tasks
from docmgr.services.planning.occurrences import steps
from docmgr.services.planning.occurrences.spread import SpreadInput
from docmgr.services.planning.tasks import TaskInput
from docmgr.services.planning.work import extensions, handing, page
from docmgr.services.planning.work.extensions import ExtensionInput
from tests.conftest import SERVER
from tests.filling.planning import World, world
from tests.hard.test_folder_races import at_once
from tests.services.planning.occurrences.test_recurring import occurrences
from tests.services.planning.test_work_steps import DUE, a_plan, a_task, done, revision, row, words

__all__ = ["world"]
D = dt.date
LATER = D(2026, 7, 15)


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


def test_a_granted_day_of_one_unit_stays_when_the_task_is_taken_up_again(world: World) -> None:
    leader, each = world.actors["leader"], SpreadInput(fan_out="listed", unit_ids=(world.units["tccb"], world.units["gdtrh"]))
    task = a_task(world, a_plan(world), "Báo cáo", spread=each)
    mine, other = sorted(occurrences(task), key=lambda one: one.unit_id != world.units["tccb"])
    extensions.decide(leader, ask_for(world, "staff", occurrence_id=mine.id, revision=1), grant=True, granted_on=None, note="", revision=2)
    for state in ("cancelled", "open"):
        tasks.set_state(leader, task, state, revision=revision(task))
    assert (row(mine.id).due_on, row(other.id).due_on) == (LATER, DUE)


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


@pytest.mark.skipif(not SERVER, reason="SQLite lets one write at a time")
def test_of_two_who_answer_at_once_one_does(site: Context, world: World) -> None:
    plan = a_plan(world)
    for _turn in range(4):
        task = a_task(world, plan, "Báo cáo")
        found = ask_for(world, "staff", task_id=task, revision=1)
        give: dict[str, Any] = {"granted_on": None, "note": "Không", "revision": 2}
        acts = [lambda name=name, grant=grant: extensions.decide(world.actors[name], found, grant=grant, **give) for name, grant in (("leader", True), ("clerk", False))]  # type: ignore[misc]
        assert sorted(at_once(site, *acts)) == ["Conflict", "done"]
        assert revision(task) == 3


def test_work_that_ends_while_it_is_moved_stays(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    plan, leader = a_plan(world), world.actors["leader"]
    task = a_task(world, plan, "Một lần")
    staff, other = world.users["staff"].id, world.users["other_staff"].id
    handing.hand(world.actors["clerk"], staff, "", task_id=task, revision=1)
    with db.write() as session:
        session.get_one(User, other).unit_id = world.units["tccb"]
    listed = handing._single

    def then_done(session: Session, person_id: int) -> list[Task]:
        found = listed(session, person_id)
        session.get_one(Task, task).state = "cancelled"
        session.flush()
        return found

    monkeypatch.setattr(handing, "_single", then_done)
    with pytest.raises(Conflict):
        handing.move(leader, staff, other, "Nghỉ dài ngày", expected=1)
    assert page.load(leader, task).person_id == staff
