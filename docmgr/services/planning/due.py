"""The last day of a task that is due some days after an event, and how it was counted."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ColumnElement

from docmgr.models import Task
from docmgr.services.errors import Invalid
from docmgr.services.message import Message
from docmgr.services.planning.overdue import UNFINISHED
from legaltext import working_days
from legaltext.working_days import CountedDays, WorkingCalendar

DAY_UNITS = {"working": "Ngày làm việc", "calendar": "Ngày (kể cả ngày nghỉ)"}
# A period of a plan is shorter than two years.
MOST_DAYS = 366


def last_day(event_on: dt.date, days: int, unit: str | None, calendar: WorkingCalendar) -> CountedDays:
    """Count the last day of a period of `days` days after an event, which are of the `unit` working or calendar."""
    count = working_days.working_days_after if unit == "working" else working_days.calendar_days_after
    return count(event_on, days, calendar)


def check(days: int | None, unit: str | None, event_on: dt.date | None) -> None:
    """Raise Invalid when the period of an event cannot be counted."""
    if days is None:
        if event_on is not None:
            raise Invalid(Message("Hãy nhập số ngày, để tính được ngày đến hạn."), "due_days")
        return
    if not 1 <= days <= MOST_DAYS:
        raise Invalid(Message("Số ngày phải từ 1 đến %(most)s.", most=MOST_DAYS), "due_days")
    if unit not in DAY_UNITS:
        raise Invalid(Message("Hãy chọn một mục trong danh sách."), "due_unit")
    if event_on is not None and not 1990 <= event_on.year <= 2100:
        raise Invalid(Message("Năm phải từ 1990 đến 2100."), "event_on")


def counted_in(year: int) -> tuple[ColumnElement[bool], ...]:
    """Return SQL conditions on Task: it is unfinished, its event has happened, and its period may touch the year."""
    begin, end = dt.date(year, 1, 1), dt.date(year, 12, 31)
    return (
        Task.due_rule == "event", Task.due_days.is_not(None), Task.state.in_(UNFINISHED), Task.extended_on.is_(None),
        # A period of working days may end later than it did before, so the year before it counts as well.
        Task.event_on.between(begin - dt.timedelta(days=3 * MOST_DAYS), end),
    )  # fmt: skip
