"""Working days of the calendar of Vietnamese offices: Monday to Friday without holidays, and the weekend days that are worked instead.

Periods are counted as the Civil Code (91/2015/QH13) says: the day from which a period runs is not counted, nor is that of an event (Article 147.2 and 147.3), and
a period of calendar days whose last day is no working day ends on the next working day (Article 148.5).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

ONE_DAY = dt.timedelta(days=1)
# No period of a law or plan is longer than this number of days.
LONGEST = 3_660


@dataclass(frozen=True)
class WorkingCalendar:
    """Which days are worked. `off` maps holidays and other free days to their names, `worked` weekend days that are worked
    instead of another day. `years` are the years whose days are known; in others only weekends are free."""

    off: Mapping[dt.date, str] = field(default_factory=dict)
    worked: Mapping[dt.date, str] = field(default_factory=dict)
    years: frozenset[int] = frozenset()

    def works(self, day: dt.date) -> bool:
        """Whether offices work on this day."""
        return day in self.worked or (day.weekday() < 5 and day not in self.off)


@dataclass(frozen=True)
class CountedDays:
    """How a last day was counted. `last` is the last day of the period. `holidays` are the days (with names) between Monday and
    Friday that were passed over, `weekend` is the number of free weekend days, and `worked` has the weekend days that counted.
    `unknown` are the years for which the calendar has no days."""

    last: dt.date
    holidays: tuple[tuple[dt.date, str], ...]
    weekend: int
    worked: tuple[tuple[dt.date, str], ...]
    unknown: tuple[int, ...]


def working_days_after(start: dt.date, days: int, calendar: WorkingCalendar) -> CountedDays:
    """Count the working day that is `days` working days after `start`, 1 being the first working day after it. Raises ValueError unless
    `days` is between 1 and LONGEST, OverflowError when the period leaves the calendar."""
    _check(days)
    passed, last = [], start
    while days:
        last += ONE_DAY
        passed.append(last)
        days -= calendar.works(last)
    return _counted(passed, calendar)


def calendar_days_after(start: dt.date, days: int, calendar: WorkingCalendar) -> CountedDays:
    """Count the day that is `days` days after `start`, or the next working day when offices do not work on it. What is passed
    over is what lies after that day. Raises ValueError and OverflowError as `working_days_after` does."""
    _check(days)
    last = start + dt.timedelta(days=days)
    passed = [last]
    while not calendar.works(last):
        last += ONE_DAY
        passed.append(last)
    return _counted(passed, calendar)


def _check(days: int) -> None:
    if not 1 <= days <= LONGEST:
        raise ValueError(f"a period of {days} days")


def _counted(passed: list[dt.date], calendar: WorkingCalendar) -> CountedDays:
    free = [day for day in passed if not calendar.works(day)]
    return CountedDays(
        last=passed[-1],
        holidays=tuple((day, calendar.off[day]) for day in free if day.weekday() < 5),
        weekend=sum(day.weekday() >= 5 for day in free),
        worked=tuple((day, calendar.worked[day]) for day in passed if day in calendar.worked),
        unknown=tuple(year for year in range(passed[0].year, passed[-1].year + 1) if year not in calendar.years),
    )
