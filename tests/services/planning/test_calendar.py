"""The working calendar of the site, and the tasks whose last day is counted with it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from docmgr import db
from docmgr.models import CalendarDay, Task
from docmgr.policy import Denied
from docmgr.services.errors import Conflict, Invalid, NotFound
from docmgr.services.planning import calendar, calendar_lines, plans, tasks
from docmgr.services.planning.plans import PlanInput
from docmgr.services.planning.tasks import TaskInput
from docmgr.services.trail import of_subjects
from tests.filling.planning import World, world

__all__ = ["world"]
D = dt.date


def due_after(world: World, days: int | None, event_on: dt.date | None, unit: str | None = "working", **more: Any) -> int:
    clerk = world.actors["clerk"]
    plan_id = plans.create(clerk, PlanInput("Kế hoạch công khai", 2026))
    given = TaskInput("Niêm yết", world.units["tccb"], due_rule="event", due_days=days, due_unit=unit, event_on=event_on, **more)
    return tasks.create(clerk, plan_id, given)


def lines_of(year: int, world: World) -> tuple[str, str]:
    form = calendar.get(world.actors["administrator"], year)
    return form.off, form.worked


def test_the_years_that_come_with_the_site_are_known_and_not_yet_checked(world: World) -> None:
    rows = calendar.years(world.actors["staff"])
    assert [(row.year, row.free, row.worked, row.checked) for row in rows] == [(2026, 13, 2, False), (2025, 12, 1, False), (2024, 12, 1, False)]
    off, worked = lines_of(2026, world)
    assert "14/02/2026 - 22/02/2026: Tết Nguyên đán" in off.splitlines() and "22/08/2026: Làm bù ngày 31/08/2026" in worked.splitlines()


def test_a_task_gets_its_last_day_from_the_event(world: World) -> None:
    task = due_after(world, 5, D(2026, 4, 24), due_on=D(2030, 1, 1))
    view = tasks.get(world.actors["clerk"], task)
    # Without 27 and 30 April, 1 May and two weekends.
    assert view.row.due_on == D(2026, 5, 6)
    assert view.counted is not None and [day for day, _ in view.counted.holidays] == [D(2026, 4, 27), D(2026, 4, 30), D(2026, 5, 1)]
    assert tasks.get(world.actors["clerk"], due_after(world, 15, D(2026, 4, 24), "calendar")).row.due_on == D(2026, 5, 11)


def test_until_the_event_happens_there_is_no_last_day(world: World) -> None:
    view = tasks.get(world.actors["clerk"], due_after(world, 5, None, due_on=D(2026, 1, 5)))
    assert (view.row.due_on, view.due_days, view.due_unit, view.counted) == (None, 5, "working", None)


def test_another_rule_forgets_the_event(world: World) -> None:
    task = due_after(world, 5, D(2026, 4, 24))
    given = TaskInput("Niêm yết", world.units["tccb"], due_rule="fixed", due_on=D(2026, 6, 1), due_days=5, due_unit="working", event_on=D(2026, 4, 24))
    tasks.edit(world.actors["clerk"], task, given, revision=1)
    view = tasks.get(world.actors["clerk"], task)
    assert (view.row.due_on, view.due_days, view.due_unit, view.event_on) == (D(2026, 6, 1), None, None, None)


@pytest.mark.parametrize(
    ("days", "unit", "event_on", "field"),
    [(0, "working", None, "due_days"), (367, "working", None, "due_days"), (None, None, D(2026, 1, 5), "due_days"), (5, "weeks", None, "due_unit"), (5, "working", D(9999, 12, 30), "event_on")],
)  # fmt: skip
def test_a_period_that_cannot_be_counted_is_refused(world: World, days: int | None, unit: str | None, event_on: dt.date | None, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        due_after(world, days, event_on, unit)
    assert refused.value.field == field
    with db.read() as session:
        assert session.scalar(select(Task.id)) is None


def test_a_saved_year_counts_unfinished_tasks_again_and_says_so(world: World) -> None:
    clerk, administrator = world.actors["clerk"], world.actors["administrator"]
    over_new_year, done = due_after(world, 5, D(2026, 12, 28)), due_after(world, 5, D(2026, 12, 28), state="done")
    assert tasks.get(clerk, over_new_year).counted.unknown == (2027,)  # type: ignore[union-attr]
    assert tasks.get(clerk, over_new_year).row.due_on == D(2027, 1, 4)
    calendar.save(administrator, 2027, "01/01/2027: Tết Dương lịch\n04/01/2027 - 05/01/2027: Nghỉ thêm", "", revision=0)
    view = tasks.get(clerk, over_new_year)
    assert (view.row.due_on, view.revision, view.counted.unknown) == (D(2027, 1, 7), 2, ())  # type: ignore[union-attr]
    # The day of what is finished is history.
    assert tasks.get(clerk, done).row.due_on == D(2027, 1, 4)
    events = of_subjects.find(clerk, {"task": [over_new_year]})
    assert [event.details["changes"] for event in events if event.action == "task:edit"] == [{"Đến hạn": ["04/01/2027", "07/01/2027"]}]


def test_saving_marks_the_year_as_checked_and_replaces_its_days(world: World) -> None:
    administrator = world.actors["administrator"]
    form = calendar.get(administrator, 2026)
    calendar.save(administrator, 2026, "02/09/2026: Quốc khánh", "", revision=form.revision)
    assert lines_of(2026, world) == ("02/09/2026: Quốc khánh", "") and calendar.get(administrator, 2026).checked
    with db.read() as session:
        assert {day.year for day in session.scalars(select(CalendarDay))} == {2024, 2025, 2026}
    with pytest.raises(Conflict):
        calendar.save(administrator, 2026, "", "", revision=form.revision)
    assert lines_of(2026, world) == ("02/09/2026: Quốc khánh", "")


def test_only_administrators_change_it(world: World) -> None:
    for role in ("clerk", "staff", "leader", "auditor"):
        with pytest.raises(Denied):
            calendar.save(world.actors[role], 2026, "", "", revision=None)


@pytest.mark.parametrize(
    ("off", "worked", "field", "told"),
    [
        ("hôm nay: nghỉ", "", "off", "Dòng 1"),
        ("\n01/01/2026", "", "off", "Dòng 2"),
        ("30/02/2026: Không có", "", "off", "Dòng 1"),
        ("01/01/2027: Năm khác", "", "off", "2026"),
        ("05/01/2026 - 02/01/2026: Ngược", "", "off", "ngày đầu trước"),
        ("01/01/2026: A\n01/01/2026: B", "", "off", "Dòng 2"),
        ("01/01/2026: " + "a" * 101, "", "off", "100"),
        ("\n".join(f"{n % 28 + 1:02}/{n // 28 + 1:02}/2026: A" for n in range(101)), "", "off", "100"),
        ("", "05/01/2026: Thứ Hai", "worked", "05/01/2026"),
        ("10/01/2026: Nghỉ", "10/01/2026: Làm", "worked", "10/01/2026"),
    ],
)
def test_lines_that_are_wrong_are_named_and_nothing_is_stored(world: World, off: str, worked: str, field: str, told: str) -> None:
    before = lines_of(2026, world)
    with pytest.raises(Invalid) as refused:
        calendar.save(world.actors["administrator"], 2026, off, worked, revision=None)
    assert refused.value.field == field and told in str(refused.value)
    assert lines_of(2026, world) == before


@pytest.mark.parametrize("year", [1989, 2101, -1, 10**12])
def test_years_far_away_are_not_found(world: World, year: int) -> None:
    with pytest.raises(NotFound):
        calendar.get(world.actors["administrator"], year)
    with pytest.raises(NotFound):
        calendar.save(world.actors["administrator"], year, "", "", revision=None)


@given(st.dictionaries(st.dates(D(2026, 1, 1), D(2026, 12, 31)), st.sampled_from(["Tết", "Giỗ Tổ: 10/3", "Nghỉ - bù"]), max_size=40))
def test_written_lines_are_read_back(days: dict[dt.date, str]) -> None:
    assert calendar_lines.read(calendar_lines.written(sorted(days.items())), 2026, "off") == days
