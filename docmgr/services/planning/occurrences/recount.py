"""Move the occurrences that are not done when the last day of their task moves, or the calendar with which it was counted."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from docmgr.models import Occurrence, Task
from docmgr.policy import Actor
from docmgr.services import forms
from docmgr.services.planning.occurrences import recurrence
from docmgr.services.planning.occurrences.rollup import roll_up
from docmgr.services.planning.overdue import UNFINISHED
from docmgr.services.trail import log
from legaltext.working_days import WorkingCalendar

# Offices are not closed for longer.
LONGEST_CLOSED = dt.timedelta(days=60)
# By number of the period: its day before and after.
Days = dict[int, tuple[dt.date | None, dt.date]]


def follow(session: Session, task: Task) -> None:
    """Give the unfinished occurrences of a locked task that does not recur its last day."""
    if task.fan_out is not None and task.recurs_every is None:
        open_ = Occurrence.task_id == task.id, Occurrence.state.in_(UNFINISHED)
        session.execute(update(Occurrence).where(*open_).values(due_on=func.coalesce(Occurrence.extended_on, task.due_on)))


def moves(session: Session, year: int, known: WorkingCalendar) -> dict[int, Days]:
    """Count the unfinished occurrences again whose day may be moved by the calendar of the year. Returns by task and number of the period
    (day before, day after) where they differ. Nobody saves an occurrence that is counted meanwhile (known_days.hold)."""
    # A day that was granted stays.
    touched = Occurrence.extended_on.is_(None), Occurrence.counted_on.between(dt.date(year, 1, 1) - LONGEST_CLOSED, dt.date(year, 12, 31))
    query = select(Occurrence.task_id, Occurrence.number, Occurrence.counted_on, Occurrence.due_on).where(*touched, Occurrence.state.in_(UNFINISHED)).join(Task).where(Task.recurs_every.is_not(None))
    moved: dict[int, Days] = {}
    for task_id, number, counted_on, due_on in session.execute(query.distinct().order_by(Occurrence.task_id, Occurrence.number)):
        if counted_on is not None and (last := recurrence.due_day(counted_on, known).last) != due_on:
            moved.setdefault(task_id, {})[number] = due_on, last
    return moved


def move(session: Session, actor: Actor, task: Task, days: Days) -> None:
    """Move the unfinished occurrences of a locked task to the days that `moves` found, and record it."""
    for number, (_, last) in days.items():
        open_ = Occurrence.task_id == task.id, Occurrence.number == number, Occurrence.state.in_(UNFINISHED), Occurrence.extended_on.is_(None)
        session.execute(update(Occurrence).where(*open_).values(due_on=last))
    roll_up(session, task)
    forms.bump(task)
    before, after = (", ".join(forms.day(pair[side]) or "—" for pair in days.values()) for side in (0, 1))
    details = forms.differences({"Hạn của các kỳ": before}, {"Hạn của các kỳ": after})
    log.record(session, actor, "task:edit", "task", task.id, task.title, document_id=task.document_id, details=details)
