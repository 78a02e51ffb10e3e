"""The days of the working calendar, to count with, and how to keep them while something is counted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr.models import CalendarDay, CalendarYear
from docmgr.services import forms
from legaltext.working_days import WorkingCalendar


def load(session: Session, years: Iterable[int]) -> WorkingCalendar:
    """Load the days of these years."""
    wanted = set(years)
    known = frozenset(session.scalars(select(CalendarYear.year).where(CalendarYear.year.in_(wanted))))
    days = list(session.scalars(select(CalendarDay).where(CalendarDay.year.in_(wanted))))
    return WorkingCalendar(
        off={one.day: one.name for one in days if not one.worked}, worked={one.day: one.name for one in days if one.worked}, years=known
    )


def hold(session: Session) -> None:
    """Keep the calendar as it is until the unit of work ends, so that a day that is counted with it stays right. Others may do so as
    well. Call it before any row is locked."""
    forms.one_at_a_time(session, CalendarYear, shared=True)


def around(session: Session, start: dt.date, days: int) -> WorkingCalendar:
    """Load the calendar for a period of `days` days that begins at `start`."""
    # The period ends within three times its length, and a year later where an agency is closed for months.
    return load(session, range(start.year, (start + dt.timedelta(days=3 * days + 30)).year + 2))
