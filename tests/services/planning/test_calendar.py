"""The working calendar of the site, and the tasks whose last day is counted with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from docmgr import db
from docmgr.context import Context
from docmgr.models import CalendarDay, Task
from docmgr.policy import Denied
from docmgr.services.errors import Conflict, Invalid, NotFound
from docmgr.services.planning import calendar, calendar_lines, plans, tasks
from docmgr.services.planning.plans import PlanInput
from docmgr.services.planning.tasks import TaskInput
from docmgr.services.trail import of_subjects
from tests.bench.sizes import counted
from tests.conftest import SERVER
from tests.filling.planning import World, world
from tests.hard.test_folder_races import at_once

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


def test_a_range_is_read_as_people_write_it(world: World) -> None:
    for words in ("14/02/2026 đến 22/02/2026: Tết", "14/2/2026 – 22/2/2026 : Tết", "14-02-2026 đến hết ngày 22-02-2026: Tết"):
        assert calendar_lines.written(sorted(calendar_lines.read(words, 2026, "off").items())) == "14/02/2026 - 22/02/2026: Tết", words


def test_a_finished_task_keeps_its_day_until_it_is_opened_again(world: World) -> None:
    clerk, administrator = world.actors["clerk"], world.actors["administrator"]
    task = due_after(world, 5, D(2026, 12, 28), state="done")
    calendar.save(administrator, 2027, "04/01/2027: Nghỉ thêm", "", revision=0)
    # The explanation of another day than the one that is shown would mislead.
    assert tasks.get(clerk, task).row.due_on == D(2027, 1, 4) and tasks.get(clerk, task).counted is None
    given = TaskInput("Niêm yết công khai", world.units["tccb"], due_rule="event", due_days=5, due_unit="working", event_on=D(2026, 12, 28), state="done")
    tasks.edit(clerk, task, given, revision=1)
    assert tasks.get(clerk, task).row.due_on == D(2027, 1, 4)
    tasks.set_state(clerk, task, "open", revision=2)
    view = tasks.get(clerk, task)
    assert view.row.due_on == D(2027, 1, 5) and view.counted is not None
    changes = [event.details["changes"] for event in of_subjects.find(clerk, {"task": [task]}) if event.action == "task:edit"]
    assert changes[0]["Đến hạn"] == ["04/01/2027", "05/01/2027"]


def test_saving_a_year_asks_the_same_of_many_tasks(app: Flask, world: World) -> None:
    administrator, saved = world.actors["administrator"], []
    for number in (1, 4):
        for _ in range(number):
            due_after(world, 5, D(2026, 3, 2))
        with counted(app) as sent:
            calendar.save(administrator, 2026, f"0{number}/09/2026: Nghỉ", "", revision=None)
        saved.append(len(sent))
    assert saved[0] == saved[1]


@pytest.mark.skipif(not SERVER, reason="SQLite lets one write at a time")
def test_tasks_that_are_saved_while_the_calendar_is_saved_are_counted_with_it(world: World, site: Context) -> None:
    clerk, administrator = world.actors["clerk"], world.actors["administrator"]
    plan_id = plans.create(clerk, PlanInput("Kế hoạch công khai", 2026))
    given = TaskInput("Niêm yết", world.units["tccb"], due_rule="event", due_days=5, due_unit="working", event_on=D(2026, 12, 28))

    def save(turn: int) -> None:
        calendar.save(administrator, 2027, "04/01/2027: Nghỉ" if turn % 2 else "", "", revision=None)

    acts: list[Callable[[], object]] = [lambda turn=turn: save(turn) for turn in range(6)]  # type: ignore[misc]
    acts += [lambda: tasks.create(clerk, plan_id, given) for _ in range(6)]
    assert set(at_once(site, *acts)) == {"done"}
    expected = D(2027, 1, 5) if calendar.get(administrator, 2027).off else D(2027, 1, 4)
    with db.read() as session:
        assert set(session.scalars(select(Task.due_on))) == {expected}


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
        ("14/02/2026 -> 22/02/2026: Tết", "", "off", "Dòng 1"),
        ("14/02/2026 … 22/02/2026: Tết", "", "off", "Dòng 1"),
        ("14/02/2026 - 22/02: Tết", "", "off", "Dòng 1"),
        ("14/02/2026: - 22/02/2026: Tết", "", "off", "Dòng 1"),
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
