"""Tasks that are due some days after another one: how they are counted, when they move, and that no circle comes to be."""

from __future__ import annotations

import datetime as dt

import pytest

from docmgr import db
from docmgr.models import Task
from docmgr.policy import Denied
from docmgr.services.errors import Conflict
from docmgr.services.planning import calendar, tasks
from docmgr.services.planning.occurrences import steps
from docmgr.services.planning.occurrences.spread import SpreadInput
from docmgr.services.planning.tasks import TaskInput
from docmgr.services.planning.work import extensions, inheriting, page
from docmgr.services.planning.work.inheriting import InheritedInput
from legaltext import dates
from tests.filling.planning import World, world
from tests.services.planning.occurrences.test_recurring import occurrences
from tests.services.planning.test_later_days import ask_for
from tests.services.planning.test_work_steps import DUE, a_plan, a_task, done, revision, row, words

__all__ = ["world"]
D = dt.date


def after(world: World, task: int, other: int, days: int | None = 10, unit: str = "calendar", what: str = "due", who: str = "clerk") -> None:
    inheriting.start(world.actors[who], task, InheritedInput(other, what, days, unit), revision=revision(task))


def due_on(task: int) -> dt.date | None:
    with db.read() as session:
        return session.get_one(Task, task, populate_existing=True).due_on


def move(world: World, task: int, day: dt.date, title: str = "Lấy ý kiến") -> None:
    tasks.edit(world.actors["clerk"], task, TaskInput(title, world.units["tccb"], due_on=day), revision=revision(task))


def test_a_day_follows_the_day_of_another_task_along_a_chain(world: World) -> None:
    plan = a_plan(world)
    one, two, three = (a_task(world, plan, name) for name in ("Lấy ý kiến", "Ban hành", "Công khai"))
    after(world, two, one, who="staff")
    after(world, three, two, 5, "working")
    assert (due_on(two), due_on(three)) == (D(2026, 7, 10), D(2026, 7, 17))
    view = tasks.get(world.actors["auditor"], two)
    assert (view.counted_from, view.row.due_rule) == (DUE, "inherited") and view.counted is not None
    assert page.load(world.actors["auditor"], two).inherits == (one, "Lấy ý kiến", "due")
    move(world, one, D(2026, 8, 3))
    assert (due_on(two), due_on(three)) == (D(2026, 8, 13), D(2026, 8, 20))
    assert [event.details["changes"]["Đến hạn"] for event in world.events("task:edit")][-2:] == [["10/07/2026", "13/08/2026"], ["17/07/2026", "20/08/2026"]]
    # Saving the form of the task itself keeps what it follows, whatever day it sends.
    tasks.edit(world.actors["clerk"], two, TaskInput("Ban hành quy chế", world.units["tccb"], due_rule="inherited", due_on=DUE), revision=revision(two))
    assert due_on(two) == D(2026, 8, 13)
    inheriting.stop(world.actors["clerk"], two, revision=revision(two))
    move(world, one, D(2026, 9, 1))
    assert due_on(two) == D(2026, 8, 13) and page.load(world.actors["auditor"], two).inherits is None


def test_another_rule_ends_what_a_task_follows(world: World) -> None:
    plan = a_plan(world)
    one, two = (a_task(world, plan, name) for name in ("Lấy ý kiến", "Ban hành"))
    after(world, two, one)
    move(world, two, D(2026, 12, 1), "Ban hành")
    move(world, one, D(2026, 8, 3))
    assert due_on(two) == D(2026, 12, 1) and page.load(world.actors["clerk"], two).inherits is None


def test_a_day_after_completion_is_not_known_before_it(world: World) -> None:
    plan = a_plan(world)
    one, two = (a_task(world, plan, name) for name in ("Lấy ý kiến", "Ban hành"))
    after(world, two, one, 3, "calendar", "done")
    assert due_on(two) is None and tasks.get(world.actors["clerk"], two).counted_from is None
    done(world, one)
    day = due_on(two)
    assert day is not None and day >= dates.today() + dt.timedelta(days=3) and tasks.get(world.actors["clerk"], two).counted_from == dates.today()
    # What was finished keeps its day, and what is opened again has no day of completion.
    done(world, two)
    tasks.set_state(world.actors["clerk"], one, "open", revision=revision(one))
    assert due_on(two) == day
    tasks.set_state(world.actors["clerk"], two, "open", revision=revision(two))
    with db.read() as session:
        assert session.get_one(Task, one, populate_existing=True).done_on is None


def test_units_follow_as_well_and_completion_by_units_counts(world: World) -> None:
    plan = a_plan(world)
    each = SpreadInput(fan_out="listed", unit_ids=(world.units["gdtrh"],))
    one, two = (a_task(world, plan, name, spread=each) for name in ("Lấy ý kiến", "Ban hành"))
    after(world, two, one, 10, "calendar", "done")
    first, second = occurrences(one)[0].id, occurrences(two)[0].id
    assert row(second).due_on is None
    steps.report(world.actors["clerk"], first, note="Xong", revision=1)
    assert row(second).due_on is None
    steps.confirm(world.actors["leader"], first, revision=2)
    assert row(second).due_on == due_on(two) is not None


def test_a_granted_day_moves_what_follows_and_stays_itself(world: World) -> None:
    plan, leader = a_plan(world), world.actors["leader"]
    one, two, three = (a_task(world, plan, name) for name in ("Lấy ý kiến", "Ban hành", "Công khai"))
    after(world, two, one)
    after(world, three, two)
    extensions.decide(leader, ask_for(world, "staff", D(2026, 7, 20), task_id=two, revision=revision(two)), grant=True, granted_on=None, note="", revision=revision(two))
    assert due_on(three) == D(2026, 7, 30)
    move(world, one, D(2026, 8, 3))
    assert due_on(two) == D(2026, 7, 20)


def test_the_calendar_counts_again(world: World) -> None:
    plan = a_plan(world)
    one, two = (a_task(world, plan, name) for name in ("Lấy ý kiến", "Ban hành"))
    after(world, two, one)
    calendar.save(world.actors["administrator"], 2026, "10/07/2026: Nghỉ", "", revision=1)
    assert due_on(two) == D(2026, 7, 13)


def test_circles_other_plans_and_recurring_tasks_are_refused(world: World) -> None:
    plan = a_plan(world)
    one, two, three = (a_task(world, plan, name) for name in ("Một", "Hai", "Ba"))
    after(world, two, one)
    after(world, three, two)
    assert "“Một” → “Ba” → “Hai” → “Một”" in words(lambda: after(world, one, three))
    assert "“Một” → “Một”" in words(lambda: after(world, one, one))
    other = a_task(world, a_plan(world), "Khác")
    assert "cùng kế hoạch" in words(lambda: after(world, one, other))
    recurring = a_task(world, plan, "Định kỳ", due_rule="recurring", due_on=None, spread=SpreadInput("quarter", D(2026, 3, 31)))
    for pair in ((one, recurring), (recurring, one)):
        assert "định kỳ" in words(lambda pair=pair: after(world, *pair))


def test_who_may_and_what_is_wrong(world: World) -> None:
    plan = a_plan(world)
    one, two = (a_task(world, plan, name) for name in ("Một", "Hai"))
    for who in ("other_staff", "auditor", "administrator"):
        with pytest.raises(Denied):
            after(world, two, one, who=who)
        with pytest.raises(Denied):
            inheriting.stop(world.actors[who], two, revision=1)
    assert "số ngày" in words(lambda: after(world, two, one, None))
    assert "từ 1 đến 366" in words(lambda: after(world, two, one, 367))
    for wrong in ({"unit": "x"}, {"what": "x"}):
        assert "danh sách" in words(lambda wrong=wrong: after(world, two, one, **wrong))
    with pytest.raises(Conflict):
        inheriting.start(world.actors["clerk"], two, InheritedInput(one, "due", 1, "working"), revision=0)
    done(world, two)
    assert "chưa xong" in words(lambda: after(world, two, one))
