"""A task that is carried out in occurrences: its state and last day follow from them, so that lists of tasks need not read them."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from docmgr.models import Occurrence, Task
from docmgr.services.planning.overdue import UNFINISHED

# Words as those of tasks (planning.lists.STATES).
STATES = {
    "open": "Chưa thực hiện",
    "doing": "Đang thực hiện",
    "waiting": "Chờ xác nhận",
    "done": "Đã hoàn thành",
    "not_applicable": "Không áp dụng",
}


def spread() -> ColumnElement[bool]:
    """Return an SQL condition on Task: it is carried out in occurrences."""
    return or_(Task.recurs_every.is_not(None), Task.fan_out.is_not(None))


def is_spread(task: Task) -> bool:
    """Whether the task is carried out in occurrences."""
    return task.recurs_every is not None or task.fan_out is not None


def roll_up(session: Session, task: Task) -> None:
    """Set the state of a task from its occurrences, and when it recurs its last day: the first day on which a unit still has to do
    something, else the last of all. Who calls this has locked the task. A cancelled task stays so."""
    session.flush()
    query = select(Occurrence.state, func.min(Occurrence.due_on), func.max(Occurrence.due_on))
    found: dict[str, tuple[dt.date | None, dt.date | None]] = {row[0]: row[1:] for row in session.execute(query.where(Occurrence.task_id == task.id).group_by(Occurrence.state)).all()}
    if task.state != "cancelled":
        task.state = _state(set(found))
    if task.recurs_every is not None:
        firsts = [first for state in UNFINISHED if state in found and (first := found[state][0]) is not None]
        task.due_on = min(firsts) if firsts else max((last for _, last in found.values() if last is not None), default=None)


def _state(states: set[str]) -> str:
    if states <= {"done", "not_applicable"}:
        return "done"
    if states.isdisjoint(UNFINISHED):
        return "waiting"
    return "open" if states <= {"open", "not_applicable"} else "doing"
