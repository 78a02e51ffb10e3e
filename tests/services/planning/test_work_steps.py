"""What tasks wait for: the rules, the rights, and two who act at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from docmgr import db
from docmgr.context import Context
from docmgr.models import Occurrence, Task
from docmgr.policy import Denied
from docmgr.services.errors import Conflict, Invalid, NotFound
from docmgr.services.links import proving
from docmgr.services.planning import plans, preconditions, tasks
from docmgr.services.planning.occurrences import steps
from docmgr.services.planning.occurrences.spread import SpreadInput
from docmgr.services.planning.plans import PlanInput
from docmgr.services.planning.tasks import TaskInput
from docmgr.services.planning.work import page
from tests.conftest import SERVER
from tests.filling.planning import World, world
from tests.hard.test_folder_races import at_once
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


@pytest.mark.skipif(not SERVER, reason="SQLite lets one write at a time")
def test_two_who_add_preconditions_at_once_make_no_circle(site: Context, world: World) -> None:
    plan, clerk = a_plan(world), world.actors["clerk"]
    for _turn in range(4):
        one, two = a_task(world, plan, "Một"), a_task(world, plan, "Hai")
        acts = [lambda pair=pair: preconditions.add(clerk, *pair, revision=1) for pair in ((one, two), (two, one))]  # type: ignore[misc]
        assert sorted(at_once(site, *acts)) == ["Invalid", "done"]
