"""How far an item is, as bars, calendar and timeline show it: a state, or overdue, so that each item is of one kind."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, and_, case, or_

from docmgr.models import Occurrence, Task
from docmgr.services.planning.overdue import UNFINISHED

KINDS = {
    "done": "Xong",
    "waiting": "Chờ xác nhận",
    "doing": "Đang làm",
    "late": "Quá hạn",
    "open": "Chưa làm",
    "skipped": "Không áp dụng",
}
# The states of what is not done: of a task, and of an occurrence.
SKIPPED = ("cancelled", "not_applicable")


def kind(state: Any, due_on: Any, today: dt.date) -> ColumnElement[str]:
    """Return an SQL expression for the kind of an item in the column `state`, which is due on the day in `due_on`."""
    return case((and_(state.in_(UNFINISHED), due_on < today), "late"), (state.in_(SKIPPED), "skipped"), else_=state)


def among(model: type[Task] | type[Occurrence], name: str, today: dt.date) -> ColumnElement[bool]:
    """Return an SQL condition on Task or Occurrence: it is of the kind `name`, a key of KINDS."""
    if name == "late":
        return and_(model.state.in_(UNFINISHED), model.due_on < today)
    if name == "skipped":
        return model.state.in_(SKIPPED)
    if name in UNFINISHED:
        return and_(model.state == name, or_(model.due_on.is_(None), model.due_on >= today))
    return model.state == name
