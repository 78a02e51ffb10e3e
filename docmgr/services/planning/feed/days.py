"""What stands in the private calendar of a person: what they and their unit still have to do, as the actor may see it now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from sqlalchemy import ColumnElement, or_, select

from docmgr import db, policy
from docmgr.models import Assignment, Occurrence, Plan, Task, Unit
from docmgr.policy import Actor
from docmgr.services.chunks import chunks
from docmgr.services.planning.occurrences import items, rights
from docmgr.services.planning.overdue import UNFINISHED
from docmgr.writing import calendar_ics
from docmgr.writing.calendar_ics import DayEntry
from legaltext import dates

NAME = "Việc đến hạn"
MOST = 500
# What is overdue for longer is in the lists of the site.
PAST = dt.timedelta(days=90)
# In characters: how much of a name calendars show.
SUMMARY = 200
# (id of the task, id of the occurrence or None) → the address of its page.
AddressOf = Callable[[int, int | None], str]


def written(actor: Actor, address_of: AddressOf, host: str) -> bytes:
    """Write the calendar of the actor: at most MOST unfinished pieces of work of theirs and of their unit, those due first. `host` makes their
    names unique. Raises Denied when the actor's roles may not read plans."""
    return calendar_ics.written(NAME, entries(actor, address_of, host), db.now())


def entries(actor: Actor, address_of: AddressOf, host: str) -> list[DayEntry]:
    """The entries of the calendar; see `written`."""
    policy.require(actor, "plan:read")
    today = dates.today()
    with db.read() as session:
        found = items.find(session, *_own(actor, today - PAST), MOST)
        ids = {task_id for task_id, _ in found}
        query = select(Task.id, Task.title, Task.due_on, Plan.title.label("plan"), Unit.name.label("lead")).join(Plan, Plan.id == Task.plan_id)
        query = query.outerjoin(Assignment, (Assignment.task_id == Task.id) & (Assignment.role == "lead")).outerjoin(Unit, Unit.id == Assignment.unit_id)
        tasks = {row.id: row for some in chunks(ids) for row in session.execute(query.where(Task.id.in_(some)))}
        made = []
        for task_id, one in found:
            task = tasks[task_id]
            day = one.due_on if one is not None else task.due_on
            if day is None:
                continue
            unit = one.unit.name if one is not None else task.lead
            uid = f"{'task' if one is None else 'occurrence'}-{task_id if one is None else one.id}@{host}"
            made.append(DayEntry(uid, day, task.title[:SUMMARY], _told(task.title, task.plan, unit, day, today), address_of(task_id, one.id if one else None)))
        return made


def _own(actor: Actor, since: dt.date) -> tuple[items.Conditions, items.Conditions]:
    """The conditions on tasks that are carried out once and on occurrences."""
    single: list[ColumnElement[bool]] = [Task.person_id == actor.user_id]
    several: list[ColumnElement[bool]] = [Occurrence.person_id == actor.user_id]
    if actor.unit_id is not None:
        single.append(Task.id.in_(select(Assignment.task_id).where(Assignment.unit_id == actor.unit_id)))
        several.append(rights.of_unit(actor.unit_id, UNFINISHED))
    return (
        [Task.state.in_(UNFINISHED), Task.due_on >= since, or_(*single)],
        [Occurrence.state.in_(UNFINISHED), Occurrence.due_on >= since, or_(*several)],
    )


def _told(title: str, plan: str, unit: str | None, day: dt.date, today: dt.date) -> str:
    late = f"Quá hạn {(today - day).days} ngày" if day < today else None
    return "\n".join(line for line in (late, title, f"Đơn vị: {unit}" if unit else None, f"Kế hoạch: {plan}") if line)
