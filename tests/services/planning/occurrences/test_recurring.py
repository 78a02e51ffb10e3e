"""Tasks that recur: their days, how the calendar moves them, what happens to occurrences when the rule changes."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from docmgr import db
from docmgr.models import Occurrence, Task
from docmgr.services.errors import Invalid
from docmgr.services.planning import board, calendar, lists, plans, tasks
from docmgr.services.planning.coverage import coverage
from docmgr.services.planning.occurrences import recurrence, steps
from docmgr.services.planning.occurrences.recurrence import MONTHS, MOST
from docmgr.services.planning.occurrences.spread import SpreadInput
from docmgr.services.planning.plans import PlanInput
from docmgr.services.planning.tasks import TaskInput
from docmgr.services.planning.wanted.filters import TaskFilter
from tests.filling.planning import World, world

__all__ = ["world"]
D = dt.date
HALVES = SpreadInput("half_year", D(2026, 6, 30))


def recurring(world: World, spread: SpreadInput = HALVES, **more: Any) -> int:
    clerk = world.actors["clerk"]
    plan_id = plans.create(clerk, PlanInput("Kế hoạch dân chủ", 2026))
    return tasks.create(clerk, plan_id, TaskInput("Báo cáo", world.units["tccb"], due_rule="recurring", spread=spread, **more))


def change(world: World, task_id: int, spread: SpreadInput, **more: Any) -> None:
    clerk = world.actors["clerk"]
    view = tasks.get(clerk, task_id)
    tasks.edit(clerk, task_id, TaskInput(**{"title": "Báo cáo", "lead_id": view.row.lead_id, "due_rule": view.row.due_rule, "spread": spread, **more}), revision=view.revision)


def occurrences(task_id: int) -> list[Occurrence]:
    with db.read() as session:
        return list(session.scalars(select(Occurrence).where(Occurrence.task_id == task_id).order_by(Occurrence.number, Occurrence.unit_id)))


def finish(world: World, one: Occurrence) -> None:
    number, revision = one.id, one.revision
    steps.report(world.actors["clerk"], number, note="Xong", revision=revision)
    steps.confirm(world.actors["leader"], number, revision=revision + 1)


@pytest.mark.parametrize(
    ("every", "first", "until", "days"),
    [
        # The last day of its month stays the last.
        ("half_year", D(2026, 6, 30), D(2027, 1, 1), [D(2026, 6, 30), D(2026, 12, 31)]),
        ("month", D(2026, 1, 30), D(2026, 3, 30), [D(2026, 1, 30), D(2026, 2, 28), D(2026, 3, 30)]),
        ("quarter", D(2026, 3, 15), D(2026, 9, 14), [D(2026, 3, 15), D(2026, 6, 15)]),
        ("year", D(2024, 2, 29), D(2026, 2, 28), [D(2024, 2, 29), D(2025, 2, 28), D(2026, 2, 28)]),
        ("school_year", D(2026, 9, 5), D(2027, 9, 5), [D(2026, 9, 5), D(2027, 9, 5)]),
    ],
)
def test_days_of_a_recurrence(every: str, first: dt.date, until: dt.date, days: list[dt.date]) -> None:
    assert recurrence.days(every, first, until) == days


@given(st.sampled_from(sorted(MONTHS)), st.dates(D(1990, 1, 1), D(2090, 12, 31)), st.integers(0, 4_000))
def test_days_follow_each_other_by_whole_periods(every: str, first: dt.date, length: int) -> None:
    days = recurrence.days(every, first, first + dt.timedelta(days=length))
    assert days[0] == first and len(days) <= MOST + 1
    months = [day.year * 12 + day.month for day in days]
    assert all(later - earlier == MONTHS[every] for earlier, later in zip(months, months[1:], strict=False))


def test_a_task_that_recurs_has_an_occurrence_for_each_period_until_the_year_ends(world: World) -> None:
    # Two days before, 2 and 3 January are no working days: neither is 28 February of 2026.
    task_id = recurring(world, SpreadInput("month", D(2026, 1, 31)))
    rows = occurrences(task_id)
    assert [row.number for row in rows] == list(range(1, 13))
    assert [row.due_on for row in rows[:3]] == [D(2026, 2, 2), D(2026, 3, 2), D(2026, 3, 31)]
    assert {row.unit_id for row in rows} == {world.units["tccb"]}
    view = tasks.get(world.actors["staff"], task_id)
    assert view.spread == SpreadInput("month", D(2026, 1, 31), D(2026, 12, 31))
    assert view.row.due_on == D(2026, 2, 2) and view.row.progress is not None and view.row.progress.total == 12
    page = board.get(world.actors["staff"], rows[1].id)
    assert page.counted_on == D(2026, 2, 28) and page.counted is not None and page.counted.weekend == 2


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (SpreadInput("half_year"), "recurs_from"),
        (SpreadInput("half_year", D(2026, 6, 30), D(2026, 6, 29)), "recurs_until"),
        # Without an end, the year of the plan is the end, and nothing would be left of it.
        (SpreadInput("half_year", D(2027, 1, 1)), "recurs_until"),
        (SpreadInput("month", D(2026, 1, 1), D(2031, 1, 1)), "recurs_until"),
        (SpreadInput("week", D(2026, 1, 1)), "recurs_every"),
        (SpreadInput("month", D(1889, 1, 1)), "recurs_from"),
    ],
)
def test_a_recurrence_that_cannot_be_is_refused_and_nothing_stored(world: World, given: SpreadInput, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        recurring(world, given)
    assert refused.value.field == field
    with db.read() as session:
        assert session.scalars(select(Task)).all() == [] and session.scalars(select(Occurrence)).all() == []


def test_a_rule_of_another_kind_stores_no_recurrence(world: World) -> None:
    task_id = recurring(world, due_note="6 tháng")
    change(world, task_id, HALVES, due_rule="continuous")
    assert occurrences(task_id) == [] and tasks.get(world.actors["clerk"], task_id).spread == SpreadInput()


def test_an_edit_moves_what_is_unfinished_and_keeps_what_is_done(world: World) -> None:
    task_id = recurring(world, SpreadInput("quarter", D(2026, 3, 31)))
    first = occurrences(task_id)[0]
    finish(world, first)
    change(world, task_id, SpreadInput("quarter", D(2026, 3, 10)), lead_id=world.units["van-phong"])
    rows = occurrences(task_id)
    assert [(row.state, row.due_on) for row in rows] == [
        ("done", D(2026, 3, 31)), ("open", D(2026, 6, 10)), ("open", D(2026, 9, 10)), ("open", D(2026, 12, 10)),
    ]  # fmt: skip
    assert rows[0].id == first.id and {row.unit_id for row in rows} == {world.units["van-phong"]}


def test_what_somebody_has_begun_is_not_removed(world: World) -> None:
    task_id = recurring(world)
    last = occurrences(task_id)[-1]
    steps.save(world.actors["clerk"], last.id, state="open", note="Đã thu số liệu", person_id=None, revision=1)
    for spread in (SpreadInput("half_year", D(2026, 6, 30), D(2026, 7, 1)), SpreadInput()):
        with pytest.raises(Invalid) as refused:
            change(world, task_id, spread)
        assert "Kỳ 2" in refused.value.message.told().replace("kỳ", "Kỳ")
    assert len(occurrences(task_id)) == 2
    steps.save(world.actors["clerk"], last.id, state="open", note="", person_id=None, revision=2)
    change(world, task_id, SpreadInput("half_year", D(2026, 6, 30), D(2026, 7, 1)))
    assert len(occurrences(task_id)) == 1


def test_the_task_follows_its_occurrences(world: World) -> None:
    task_id = recurring(world)
    leader, clerk = world.actors["leader"], world.actors["clerk"]

    def told() -> tuple[str, dt.date | None]:
        row = tasks.get(clerk, task_id).row
        return row.state, row.due_on

    one, two = occurrences(task_id)
    assert told() == ("open", D(2026, 6, 30))
    steps.report(clerk, one.id, note="Xong", revision=1)
    assert told() == ("doing", D(2026, 12, 31))
    steps.skip(leader, two.id, reason="Gộp vào báo cáo năm", revision=1)
    assert told() == ("waiting", D(2026, 12, 31))
    steps.confirm(leader, one.id, revision=2)
    assert told() == ("done", D(2026, 12, 31))
    view = tasks.get(clerk, task_id)
    with pytest.raises(Invalid):
        tasks.set_state(clerk, task_id, "open", revision=view.revision)
    tasks.set_state(clerk, task_id, "cancelled", revision=view.revision)
    assert told()[0] == "cancelled"
    tasks.set_state(clerk, task_id, "open", revision=view.revision + 1)
    assert told()[0] == "done"


def test_lists_and_counts_speak_of_occurrences(world: World) -> None:
    clerk, staff = world.actors["clerk"], world.actors["staff"]
    task_id = recurring(world, SpreadInput("quarter", D(2020, 3, 31), D(2020, 12, 31)), support_ids=(world.units["van-phong"],))
    plan_id = tasks.get(clerk, task_id).row.plan_id
    tasks.create(clerk, plan_id, TaskInput("Một lần", world.units["tccb"], due_on=D(2020, 5, 1)))
    finish(world, occurrences(task_id)[0])

    overdue, total = lists.find(clerk, TaskFilter(overdue=True))
    assert total == 4 and [row.number for row in overdue] == [None, 2, 3, 4]
    assert lists.overdue(clerk) == overdue
    plan = plans.get(clerk, plan_id)
    assert (plan.counts.tasks, plan.counts.done, plan.counts.overdue, plan.counts.unproven, plan.total) == (5, 1, 4, 1, 2)
    assert [row.progress.late if row.progress else None for row in plan.tasks] == [3, None]
    whole = coverage(clerk, plan_id)
    assert whole.total == plan.counts and [(row.unit_id, row.counts.overdue) for row in whole.units] == [(world.units["tccb"], 4)]
    assert coverage(clerk).total == plan.counts
    assert lists.find(clerk, TaskFilter(lead_id=world.units["tccb"], overdue=True))[1] == 4
    assert [row.occurrence_id is None for row in lists.unproven(clerk)] == [False]
    # Without a filter that tells one occurrence from another, each task is one row.
    assert lists.find(clerk, TaskFilter())[1] == 2
    assert lists.find(clerk, TaskFilter(unit_id=world.units["van-phong"]))[1] == 4
    assert {row.number for row in lists.mine(replace(staff, unit_id=world.units["van-phong"]))} == {2, 3, 4}
    tasks.set_state(clerk, task_id, "cancelled", revision=1)
    assert lists.find(clerk, TaskFilter(overdue=True))[1] == 1 == plans.get(clerk, plan_id).counts.tasks
    # Nothing of a cancelled task is late, and nothing can be done with it.
    row = next(row for row in plans.get(clerk, plan_id).tasks if row.id == task_id)
    assert row.progress is not None and (row.progress.late, row.overdue) == (0, False)
    shown = board.load(clerk, task_id, state=board.LATE)
    assert shown is not None and (shown.total, shown.counts[board.LATE]) == (0, 0)
    page = board.get(clerk, occurrences(task_id)[1].id)
    assert not page.row.overdue and not page.may_work and not page.may_decide


def test_a_changed_period_is_refused_once_one_has_begun_and_loses_none_before(world: World) -> None:
    task_id = recurring(world, SpreadInput("month", D(2026, 1, 31)))
    for one in occurrences(task_id)[:3]:
        finish(world, one)
    for spread in (SpreadInput("quarter", D(2026, 3, 31)), SpreadInput("month", D(2026, 2, 28)), SpreadInput("quarter", D(2026, 1, 31))):
        with pytest.raises(Invalid):
            change(world, task_id, spread)
    assert [row.state for row in occurrences(task_id)] == ["done"] * 3 + ["open"] * 9
    untouched = recurring(world, SpreadInput("month", D(2026, 1, 31)))
    change(world, untouched, SpreadInput("quarter", D(2026, 3, 31)))
    assert [row.counted_on for row in occurrences(untouched)] == [D(2026, 3, 31), D(2026, 6, 30), D(2026, 9, 30), D(2026, 12, 31)]
    assert world.events("task:edit")[-1].details["Số kỳ bỏ"] == "8"


def test_an_undated_task_of_several_units_begins_and_ends_to_recur(world: World) -> None:
    ids = (world.units["tccb"], world.units["van-phong"])
    listed = SpreadInput(fan_out="listed", unit_ids=ids)
    task_id = recurring(world, listed)
    change(world, task_id, listed, due_rule="continuous")
    for one in occurrences(task_id):
        finish(world, one)
    yearly = SpreadInput("year", D(2026, 6, 30), None, "listed", unit_ids=ids)
    change(world, task_id, yearly, due_rule="recurring")
    assert [(row.state, row.counted_on, row.due_on) for row in occurrences(task_id)] == [("done", D(2026, 6, 30), D(2026, 6, 30))] * 2
    assert tasks.get(world.actors["clerk"], task_id).row.due_on == D(2026, 6, 30)
    change(world, task_id, listed, due_rule="continuous")
    shown = board.load(world.actors["clerk"], task_id)
    page = board.get(world.actors["clerk"], occurrences(task_id)[0].id)
    assert shown is not None and {row.number for row in shown.rows} == {None} and page.counted_on is None
    assert {row.number for row in lists.find(world.actors["clerk"], TaskFilter(state="done"))[0]} == {None}


def test_only_occurrences_let_a_task_wait_and_only_they_finish_a_recurring_one(world: World) -> None:
    clerk, tccb = world.actors["clerk"], world.units["tccb"]
    plan_id = plans.create(clerk, PlanInput("Kế hoạch", 2026))
    once = tasks.create(clerk, plan_id, TaskInput("Một lần", tccb, due_on=D(2026, 5, 1)))
    for refused in (
        lambda: tasks.set_state(clerk, once, "waiting", revision=1),
        lambda: tasks.edit(clerk, once, TaskInput("Một lần", tccb, due_on=D(2026, 5, 1), state="waiting"), revision=1),
        lambda: tasks.create(clerk, plan_id, TaskInput("Khác", tccb, due_on=D(2026, 5, 1), state="waiting")),
        lambda: change(world, recurring(world), HALVES, state="done"),
    ):
        with pytest.raises(Invalid) as told:
            refused()
        assert told.value.field == "state"
    # What was begun without periods does not get them.
    tasks.set_state(clerk, once, "doing", revision=1)
    with pytest.raises(Invalid) as told:
        change(world, once, HALVES, due_rule="recurring")
    assert told.value.field == "state" and occurrences(once) == []


def test_another_leading_unit_takes_over_without_the_persons_of_the_first(world: World) -> None:
    task_id = recurring(world)
    one, two = occurrences(task_id)
    for row in (one, two):
        steps.save(world.actors["clerk"], row.id, state="open", note=None, person_id=world.users["staff"].id, revision=1)
    finish(world, occurrences(task_id)[0])
    change(world, task_id, HALVES, title="Cùng đơn vị")
    assert {row.person_id for row in occurrences(task_id)} == {world.users["staff"].id}
    change(world, task_id, HALVES, lead_id=world.units["van-phong"])
    assert [row.person_id for row in occurrences(task_id)] == [world.users["staff"].id, None]


def test_a_changed_calendar_moves_unfinished_occurrences_and_says_so(world: World) -> None:
    task_id = recurring(world)
    form = calendar.get(world.actors["administrator"], 2026)
    finish(world, occurrences(task_id)[0])
    off = f"{form.off}\n30/06/2026: Nghỉ\n31/12/2026: Nghỉ bù"
    calendar.save(world.actors["administrator"], 2026, off, form.worked, revision=form.revision)
    assert [row.due_on for row in occurrences(task_id)] == [D(2026, 6, 30), D(2027, 1, 1)]
    assert tasks.get(world.actors["clerk"], task_id).row.due_on == D(2027, 1, 1)
    assert world.events("task:edit")[-1].details == {"changes": {"Hạn của các kỳ": ["31/12/2026", "01/01/2027"]}}
