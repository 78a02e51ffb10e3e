"""What has to be done, one by one: tasks that are carried out once, and the occurrences of others. Lists that ask for a state, a deadline or a
unit list these, and totals count them, so that the numbers of all pages agree."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, and_, case, cast, func, null, select, union_all
from sqlalchemy.orm import Session, joinedload

from docmgr.models import Occurrence, Task
from docmgr.services.chunks import chunks
from docmgr.services.planning.occurrences.rollup import spread
from docmgr.services.planning.overdue import UNFINISHED

Conditions = list[ColumnElement[bool]]


@dataclass(frozen=True)
class TaskProgress:
    """How far the occurrences of a task are. Those that do not apply are not counted in `total`. `late` are overdue."""

    total: int = 0
    done: int = 0
    waiting: int = 0
    late: int = 0


def late(today: dt.date) -> ColumnElement[bool]:
    """Return an SQL condition on Occurrence: it is overdue. What was reported is not late while it waits to be confirmed."""
    return and_(Occurrence.state.in_(UNFINISHED), Occurrence.due_on < today)


def is_late(one: Occurrence, today: dt.date) -> bool:
    """Whether the occurrence is overdue, the rule of `late` in Python."""
    return one.state in UNFINISHED and one.due_on is not None and one.due_on < today


def counted() -> ColumnElement[bool]:
    """Return an SQL condition on Occurrence: its task was not cancelled."""
    return Occurrence.task_id.not_in(select(Task.id).where(Task.state == "cancelled", spread()))


def single(conditions: Conditions) -> Select[int]:
    """Return an SQL query for the ids of the tasks without occurrences that meet the conditions. Cancelled tasks need no occurrences."""
    return select(Task.id).where(~spread() | (Task.state == "cancelled"), *conditions)


def find(session: Session, once: Conditions, several: Conditions, limit: int, skip: int = 0) -> list[tuple[int, Occurrence | None]]:
    """Find tasks without occurrences that meet the conditions `once` and occurrences that meet `several`: those with the earliest
    deadline first, at most `limit` after the first `skip`. Returns pairs (id of the task, its occurrence or None), the occurrences with
    their units. It takes two SQL queries."""
    return _loaded(session, session.execute(_ordered(once, several).limit(limit).offset(skip)))


def find_page(session: Session, once: Conditions, several: Conditions, limit: int, skip: int = 0) -> tuple[list[tuple[int, Occurrence | None]], int]:
    """The same with the number of all that meet the conditions. These are tested once for both, which takes most of the time."""
    rows = session.execute(_ordered(once, several, func.count().over()).limit(limit).offset(skip)).all()
    # No row says how many there are before a page behind the last one.
    total = rows[0][2] if rows else count(session, once, several)
    return _loaded(session, [row[:2] for row in rows]), total


def _ordered(once: Conditions, several: Conditions, *more: ColumnElement[int]) -> Select[Any]:
    tasks = single(once).with_only_columns(Task.due_on.label("due_on"), Task.id.label("task_id"), cast(null(), Integer).label("occurrence_id"))
    each = select(Occurrence.due_on, Occurrence.task_id, Occurrence.id).where(counted(), *several)
    both = union_all(tasks, each).subquery()
    return select(both.c.task_id, both.c.occurrence_id, *more).order_by(both.c.due_on.is_(None), both.c.due_on, both.c.task_id, both.c.occurrence_id)


def _loaded(session: Session, rows: Iterable[Any]) -> list[tuple[int, Occurrence | None]]:
    found = [(task_id, occurrence_id) for task_id, occurrence_id in rows]
    ids = {occurrence_id for _, occurrence_id in found if occurrence_id is not None}
    query = select(Occurrence).options(joinedload(Occurrence.unit))
    loaded = {one.id: one for some in chunks(ids) for one in session.scalars(query.where(Occurrence.id.in_(some)))}
    return [(task_id, loaded.get(occurrence_id)) for task_id, occurrence_id in found]


def count(session: Session, once: Conditions, several: Conditions) -> int:
    """Count what `find` finds on all pages."""
    tasks = session.scalar(single(once).with_only_columns(func.count())) or 0
    return tasks + (session.scalar(select(func.count()).select_from(Occurrence).where(counted(), *several)) or 0)


def progress(session: Session, task_ids: Collection[int], today: dt.date) -> dict[int, TaskProgress]:
    """Count the occurrences of each of these tasks, by task id. Nothing of a cancelled task is late."""
    overdue = and_(late(today), Task.state != "cancelled")
    columns = [func.sum(case((condition, 1), else_=0)) for condition in (Occurrence.state == "done", Occurrence.state == "waiting", overdue)]
    query = select(Occurrence.task_id, func.count(), *columns).join(Task, Task.id == Occurrence.task_id).where(Occurrence.state != "not_applicable").group_by(Occurrence.task_id)
    found = dict.fromkeys(task_ids, TaskProgress())
    for some in chunks(task_ids):
        for task_id, *numbers in session.execute(query.where(Occurrence.task_id.in_(some))):
            found[task_id] = TaskProgress(*(int(number or 0) for number in numbers))
    return found
