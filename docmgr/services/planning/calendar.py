"""The working calendar of the site: which years it knows, their free days, and the weekend days that are worked instead.

When a year is saved, tasks whose last day was counted with it are counted again.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.models import CalendarDay, CalendarYear, Task
from docmgr.policy import Actor
from docmgr.services import forms
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.message import Message
from docmgr.services.planning import calendar_lines, due, known_days, publication_days
from docmgr.services.planning.occurrences import inherited, recount
from docmgr.services.trail import log

FIRST_YEAR, LAST_YEAR = 1990, 2100


@dataclass(frozen=True)
class YearRow:
    """A year of the calendar: how many free days between Monday and Friday it has, how many weekend days are worked, and whether
    the agency has saved it."""

    year: int
    free: int
    worked: int
    checked: bool


@dataclass(frozen=True)
class YearForm:
    """The form of a year: the lines of its free days and of its worked weekend days, whether the agency has saved it, and the revision,
    0 for a year that the calendar does not know yet."""

    year: int
    off: str
    worked: str
    checked: bool
    revision: int


def years(actor: Actor) -> list[YearRow]:
    """List the years of the calendar, the latest first. Raises Denied when the actor is not signed in."""
    policy.require(actor, "account:own")
    with db.read() as session:
        known = list(session.scalars(select(CalendarYear).order_by(CalendarYear.year.desc())))
        days = list(session.scalars(select(CalendarDay)))
    free, worked = dict.fromkeys((one.year for one in known), 0), dict.fromkeys((one.year for one in known), 0)
    for one in days:
        worked[one.year] += one.worked
        free[one.year] += not one.worked and one.day.weekday() < 5
    return [YearRow(one.year, free[one.year], worked[one.year], one.checked) for one in known]


def get(actor: Actor, year: int) -> YearForm:
    """Load the form of a year, empty for one that the calendar does not know. Raises Denied when the actor is not
    signed in, NotFound for a year outside FIRST_YEAR to LAST_YEAR."""
    policy.require(actor, "account:own")
    _check(year)
    with db.read() as session:
        row = session.get(CalendarYear, year)
        off, worked = _lines(session, year)
    return YearForm(year, off, worked, bool(row and row.checked), row.revision if row else 0)


def save(actor: Actor, year: int, off: str, worked: str, *, revision: int | None) -> None:
    """Store the days of a year, and count the tasks again that depend on it. `off` and `worked` have a line for each day or
    range of days, such as "16/02/2026 - 20/02/2026: Tết Nguyên đán". `revision` is the revision when the form was opened; None means
    that there was no form. Raises Denied, NotFound, Conflict, and Invalid with the field and the line that is wrong."""
    policy.require(actor, "agency:manage")
    _check(year)
    free = calendar_lines.read(off, year, "off")
    instead = calendar_lines.read(worked, year, "worked")
    _check_days(free, instead)
    with db.write() as session:
        forms.one_at_a_time(session, CalendarYear)
        row = session.get(CalendarYear, year)
        if revision is not None:
            forms.check_revision(row.revision if row else 0, revision)
        before = _lines(session, year)
        if row is None:
            row = CalendarYear(year=year, revision=0)
            session.add(row)
        row.checked = True
        forms.bump(row)
        session.flush()
        session.execute(delete(CalendarDay).where(CalendarDay.year == year))
        rows = [{"day": day, "year": year, "worked": False, "name": name} for day, name in free.items()]
        rows += [{"day": day, "year": year, "worked": True, "name": name} for day, name in instead.items()]
        if rows:
            session.execute(insert(CalendarDay), rows)
        labels = ("Ngày nghỉ", "Ngày làm bù")
        changes = forms.differences(dict(zip(labels, before, strict=True)), dict(zip(labels, _lines(session, year), strict=True)))
        log.record(session, actor, "calendar:edit", "site", None, str(year), details=changes)
        _count_again(session, actor, year)
        publication_days.count_again(session, year)


def _check(year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise NotFound


def _check_days(free: dict[dt.date, str], instead: dict[dt.date, str]) -> None:
    for day in instead:
        if day in free:
            raise Invalid(Message("Ngày %(day)s vừa là ngày nghỉ vừa là ngày làm bù.", day=forms.day(day) or ""), "worked")
        if day.weekday() < 5:
            raise Invalid(Message("Ngày %(day)s không phải thứ Bảy hay Chủ nhật, nên không thể là ngày làm bù.", day=forms.day(day) or ""), "worked")


def _lines(session: Session, year: int) -> tuple[str, str]:
    rows = list(session.scalars(select(CalendarDay).where(CalendarDay.year == year).order_by(CalendarDay.day)))
    return calendar_lines.written((one.day, one.name) for one in rows if not one.worked), calendar_lines.written((one.day, one.name) for one in rows if one.worked)


def _count_again(session: Session, actor: Actor, year: int) -> None:
    """Count the unfinished tasks again whose period touches the year, and record each whose last day changed. Nobody saves a task that
    is counted meanwhile (known_days.hold)."""
    query = select(Task.id, Task.event_on, Task.due_days, Task.due_unit, Task.due_on).where(*due.counted_in(year)).order_by(Task.id)
    days = known_days.load(session, range(year - 4, year + 5))
    of_events: dict[int, tuple[dt.date | None, dt.date]] = {}
    for number, event_on, length, unit, before in session.execute(query).all():
        if event_on is not None and length is not None and (last := due.last_day(event_on, length, unit, days).last) != before:
            of_events[number] = before, last
    recurring = recount.moves(session, year, days)
    # Others lock tasks by ascending id as well, so all are locked in one order before one is changed.
    tasks = {number: forms.locked(session, Task, number) for number in sorted({*of_events, *recurring})}
    for number, (before, last) in of_events.items():
        task = tasks[number]
        task.due_on = last
        recount.follow(session, task)
        forms.bump(task)
        details = forms.differences({"Đến hạn": forms.day(before)}, {"Đến hạn": forms.day(last)})
        log.record(session, actor, "task:edit", "task", task.id, task.title, document_id=task.document_id, details=details)
    for number, moved in recurring.items():
        recount.move(session, actor, tasks[number], moved)
    inherited.recount_all(session, actor)
