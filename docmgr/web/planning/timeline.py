"""Where the marks of the timeline of a plan stand: a mark for each due day and kind, or one bar a month where there are many."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass

from docmgr.services.planning.views.sections import PlanSections, Section
from docmgr.services.planning.wanted.kinds import KINDS

# In units of the drawing: the column of names, the year beside it, a row.
NAMES_WIDTH, YEAR_WIDTH, ROW_HEIGHT, HEAD_HEIGHT = 250, 750, 40, 24
MONTH_WIDTH = YEAR_WIDTH / 12
# More marks than these are summed by month.
MOST_MARKS = 150
# How many kinds due on one day get a place of their own in a row.
_STEPS = (0, -13, 13, -6, 6, 19)


@dataclass(frozen=True)
class TimelineMark:
    """One mark or part of a bar: `x` is its middle, or its left end where it has a `width`. It stands for `number` items of the kind that are due
    from `first` to `last`."""

    kind: str
    number: int
    first: dt.date
    last: dt.date
    x: float
    y: float
    width: float = 0


@dataclass(frozen=True)
class TimelineRow:
    """A row of the drawing: `y` is its middle. `months` has what is due in each month as (first day, last day, all, overdue); `outside` counts
    what is due in another year, `undated` what has no day."""

    section: Section
    y: float
    marks: tuple[TimelineMark, ...]
    months: tuple[tuple[dt.date, dt.date, int, int], ...]
    outside: int
    undated: int


@dataclass(frozen=True)
class Timeline:
    """The drawing: its rows and height, whether it is summed by month, and where today is (None in another year)."""

    rows: tuple[TimelineRow, ...]
    height: int
    summed: bool
    today: float | None


def draw(found: PlanSections, year: int, today: dt.date) -> Timeline:
    """Lay the rows of a plan out over its year."""
    inside = sum(1 for row in found.rows for day, _kind in row.days if day is not None and day.year == year)
    summed = inside > MOST_MARKS
    rows = tuple(_row(row, number, year, summed) for number, row in enumerate(found.rows))
    height = HEAD_HEIGHT + ROW_HEIGHT * len(rows)
    return Timeline(rows, height, summed, at(today) if today.year == year else None)


def at(day: dt.date) -> float:
    """The place of a day on the axis of its year; months are equally wide."""
    length = calendar.monthrange(day.year, day.month)[1]
    return round(NAMES_WIDTH + MONTH_WIDTH * (day.month - 1 + (day.day - 0.5) / length), 1)


def _row(section: Section, number: int, year: int, summed: bool) -> TimelineRow:
    y = HEAD_HEIGHT + ROW_HEIGHT * number + ROW_HEIGHT / 2
    here = {(day, kind): many for (day, kind), many in section.days.items() if day is not None and day.year == year}
    months = tuple(_month(here, dt.date(year, month, 1)) for month in range(1, 13))
    undated = sum(many for (day, _kind), many in section.days.items() if day is None)
    marks = _bars(here, months, y) if summed else _marks(here, y)
    return TimelineRow(section, y, marks, months, section.counts.total - undated - sum(here.values()), undated)


def _month(here: dict[tuple[dt.date, str], int], first: dt.date) -> tuple[dt.date, dt.date, int, int]:
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    within = [(kind, many) for (day, kind), many in here.items() if first <= day <= last]
    return first, last, sum(many for _kind, many in within), sum(many for kind, many in within if kind == "late")


def _marks(here: dict[tuple[dt.date, str], int], y: float) -> tuple[TimelineMark, ...]:
    by_day: dict[dt.date, list[tuple[str, int]]] = {}
    for (day, kind), many in sorted(here.items(), key=lambda one: (one[0][0], list(KINDS).index(one[0][1]))):
        by_day.setdefault(day, []).append((kind, many))
    return tuple(
        TimelineMark(kind, many, day, day, at(day), y + _STEPS[step]) for day, due in by_day.items() for step, (kind, many) in enumerate(due)
    )


def _bars(here: dict[tuple[dt.date, str], int], months: tuple[tuple[dt.date, dt.date, int, int], ...], y: float) -> tuple[TimelineMark, ...]:
    """One bar a month, cut by kind."""
    found = []
    for first, last, total, _late in months:
        x = NAMES_WIDTH + MONTH_WIDTH * (first.month - 1) + 3
        for kind in KINDS:
            many = sum(number for (day, of), number in here.items() if of == kind and first <= day <= last)
            if many:
                width = round((MONTH_WIDTH - 6) * many / total, 1)
                found.append(TimelineMark(kind, many, first, last, round(x, 1), y - 6, width))
                x += width
    return tuple(found)
