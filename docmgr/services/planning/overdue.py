"""When a task is overdue: the rule in Python and the same rule in SQL. The last day itself is not late."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ColumnElement, and_

from docmgr.models import Task

# The states of a task that still has to be done.
UNFINISHED = ("open", "doing")


def is_overdue(task: Task, today: dt.date) -> bool:
    """Whether the task is unfinished and its deadline lies before `today`."""
    return task.state in UNFINISHED and task.due_on is not None and task.due_on < today


def late(today: dt.date) -> ColumnElement[bool]:
    """Return an SQL condition on Task: the task is unfinished and its deadline lies before `today`."""
    return and_(Task.state.in_(UNFINISHED), Task.due_on < today)
