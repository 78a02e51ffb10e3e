"""A task that is due some days after another one: its day follows when the other's day moves, or when the other is done."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr.models import Task
from docmgr.policy import Actor
from docmgr.services import forms
from docmgr.services.planning import due, known_days
from docmgr.services.planning.occurrences import recount
from docmgr.services.planning.overdue import UNFINISHED
from docmgr.services.trail import log
from legaltext import dates
from legaltext.working_days import CountedDays

AFTER = {"due": "Hạn của nhiệm vụ kia", "done": "Ngày nhiệm vụ kia hoàn thành"}


def base(session: Session, task: Task) -> dt.date | None:
    """The day after which a task is counted that follows another one; None when it follows none, or that day is not known yet."""
    if task.due_rule != "inherited" or task.due_task_id is None:
        return None
    other = session.get_one(Task, task.due_task_id)
    return other.done_on if task.due_after == "done" else other.due_on


def counted(session: Session, task: Task) -> CountedDays | None:
    """Count the last day of a task that follows an event or another task; None when it follows neither, or the day is not known yet."""
    start = task.event_on if task.due_rule == "event" else base(session, task)
    if start is None or task.due_days is None:
        return None
    return due.last_day(start, task.due_days, task.due_unit, known_days.around(session, start, task.due_days))


def settle(session: Session, actor: Actor, task: Task) -> None:
    """Keep the day on which a locked task was done, and move the tasks that follow it; call it after each change of its state or day. Tasks are
    locked along their arrows, which have no circle, and by ascending id."""
    if task.state != "done":
        task.done_on = None
    elif task.done_on is None:
        task.done_on = dates.today()
    session.flush()
    follow(session, actor, task)


def follow(session: Session, actor: Actor, task: Task) -> None:
    """Move the unfinished tasks that follow a task, and those that follow these. A day that was granted stays."""
    query = select(Task.id).where(Task.due_task_id == task.id, Task.due_rule == "inherited", Task.state.in_(UNFINISHED), Task.extended_on.is_(None))
    for number in list(session.scalars(query.order_by(Task.id))):
        recount_one(session, actor, forms.locked(session, Task, number))


def recount_one(session: Session, actor: Actor, task: Task) -> None:
    """Count a locked task again that follows another one; where its day moves, those that follow it move too."""
    found = counted(session, task)
    last = found.last if found else None
    if last == task.due_on:
        return
    details = forms.differences({"Đến hạn": forms.day(task.due_on)}, {"Đến hạn": forms.day(last)})
    task.due_on = last
    recount.follow(session, task)
    forms.bump(task)
    session.flush()
    log.record(session, actor, "task:edit", "task", task.id, task.title, document_id=task.document_id, details=details)
    follow(session, actor, task)


def recount_all(session: Session, actor: Actor) -> None:
    """Count all unfinished tasks again that follow others, because the calendar changed. Nobody saves one meanwhile (known_days.hold)."""
    query = select(Task.id).where(Task.due_task_id.is_not(None), Task.due_rule == "inherited", Task.state.in_(UNFINISHED), Task.extended_on.is_(None))
    for number in list(session.scalars(query.order_by(Task.id))):
        recount_one(session, actor, forms.locked(session, Task, number))
