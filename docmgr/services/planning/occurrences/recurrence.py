"""The days of a task that recurs: every so many months from a first day until a last one, each moved by the working calendar."""

from __future__ import annotations

import calendar
import datetime as dt

from docmgr.services.errors import Invalid
from docmgr.services.message import Message
from legaltext import working_days
from legaltext.working_days import ONE_DAY, CountedDays, WorkingCalendar

EVERY = {"month": "Hằng tháng", "quarter": "Hằng quý", "half_year": "6 tháng một lần", "year": "Hằng năm", "school_year": "Mỗi năm học"}
MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12, "school_year": 12}
# Five years of months.
MOST = 60


def days(every: str, first: dt.date, until: dt.date) -> list[dt.date]:
    """List the days from `first` to `until`, `every` (a key of MONTHS) so many months, before the calendar moves them. When the first
    is the last day of its month, all are; a day that a month does not have is its last day. At most MOST + 1 days."""
    found: list[dt.date] = []
    month_ends = first.day == _length(first.year, first.month)
    for number in range(MOST + 1):
        past = first.year * 12 + first.month - 1 + number * MONTHS[every]
        year, month = past // 12, past % 12 + 1
        if year > until.year:
            break
        length = _length(year, month)
        day = dt.date(year, month, length if month_ends else min(first.day, length))
        if day > until:
            break
        found.append(day)
    return found


def due_day(day: dt.date, known: WorkingCalendar) -> CountedDays:
    """Count when something is due that falls on `day`: on that day, or on the next working day when offices do not work on it."""
    return working_days.calendar_days_after(day - ONE_DAY, 1, known)


def checked(every: str, first: dt.date | None, until: dt.date | None, plan_year: int) -> tuple[dt.date, dt.date]:
    """Check the recurrence of a task. Returns its first day and its end, which is that of the plan's year when `until` is None.
    Raises Invalid with the field that is wrong."""
    if every not in EVERY:
        raise Invalid(Message("Hãy chọn một mục trong danh sách."), "recurs_every")
    if first is None:
        raise Invalid(Message("Việc định kỳ cần có ngày của kỳ đầu tiên."), "recurs_from")
    if not 1990 <= first.year <= 2100 or (until is not None and not 1990 <= until.year <= 2100):
        raise Invalid(Message("Năm phải từ 1990 đến 2100."), "recurs_from" if not 1990 <= first.year <= 2100 else "recurs_until")
    last = until or dt.date(plan_year, 12, 31)
    if last < first:
        raise Invalid(_before(until, plan_year), "recurs_until")
    if len(days(every, first, last)) > MOST:
        raise Invalid(Message("Định kỳ này có quá %(most)s kỳ; hãy chọn ngày kết thúc sớm hơn.", most=MOST), "recurs_until")
    return first, last


def _before(until: dt.date | None, plan_year: int) -> Message:
    if until is not None:
        return Message("Ngày kết thúc định kỳ phải sau ngày của kỳ đầu tiên.")
    return Message("Kỳ đầu tiên nằm sau năm %(year)s của kế hoạch, nên hãy nhập ngày kết thúc định kỳ.", year=str(plan_year))


def _length(year: int, month: int) -> int:
    return calendar.monthrange(year, month)[1]
