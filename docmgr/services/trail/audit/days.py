"""Count the events of a filter by day, week or month, for the bar above the trail."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import case, func, select

from docmgr import db
from docmgr.models import TrailEvent
from docmgr.policy import Actor
from docmgr.services.trail import history
from docmgr.services.trail.audit import day_sql
from docmgr.services.trail.history import Filter
from docmgr.services.trail.log import READINGS
from legaltext import dates

# The most bars of one kind that are drawn side by side, and how long the bar of the whole trail reaches back without dates.
MOST = 45
LATELY = dt.timedelta(days=MOST - 1)
UNITS = {"day": "Mỗi cột là một ngày", "week": "Mỗi cột là một tuần", "month": "Mỗi cột là một tháng"}


@dataclass(frozen=True)
class DayBar:
    """The events from `since` to `until`, both included: `readings` of them are readings, `others` are not."""

    since: dt.date
    until: dt.date
    readings: int
    others: int

    @property
    def count(self) -> int:
        """The number of events."""
        return self.readings + self.others


@dataclass(frozen=True)
class Bars:
    """Bars side by side without gaps, the earliest first. `unit` is a key of UNITS. Events before the day
    `drawn_from` are not drawn; None when all are."""

    unit: str
    bars: tuple[DayBar, ...]
    drawn_from: dt.date | None

    @property
    def most(self) -> int:
        """The number of events of the longest bar."""
        return max((bar.count for bar in self.bars), default=0)


def bars(actor: Actor, wanted: Filter, *, of_document: bool = False) -> Bars | None:
    """Count the events of the filter `wanted`, with one query; `of_document` is as in history.query_for, which also says what is
    raised. The events of the whole trail without a first day are counted only for the last days. None when there are none."""
    today = dates.today()
    lately = not of_document and wanted.since is None
    if lately:
        wanted = replace(wanted, since=min(wanted.until or today, today) - LATELY)
    with db.read() as session:
        query = history.query_for(actor, wanted, of_document=of_document)
        reading = case((TrailEvent.action.in_(READINGS), 1), else_=0)
        each = query.with_only_columns(day_sql.vietnam_day(session).label("day"), reading.label("reading")).subquery()
        counted = session.execute(select(each.c.day, func.count(), func.sum(each.c.reading)).group_by(each.c.day)).all()
    found = {dt.date.fromisoformat(day): (int(readings), many - int(readings)) for day, many, readings in counted}
    return _side_by_side(found, wanted.since if lately else None) if found else None


def _side_by_side(found: Mapping[dt.date, tuple[int, int]], drawn_from: dt.date | None) -> Bars:
    first, last = min(found), max(found)
    unit = next(unit for unit in UNITS if unit == "month" or len(_starts(first, last, unit)) <= MOST)
    starts = _starts(first, last, unit)
    readings, others = Counter[dt.date](), Counter[dt.date]()
    for day, (read, other) in found.items():
        readings[_start(day, unit)] += read
        others[_start(day, unit)] += other
    drawn = starts[-MOST:]
    made = (DayBar(start, _next(start, unit) - dt.timedelta(days=1), readings[start], others[start]) for start in drawn)
    return Bars(unit, tuple(made), drawn[0] if len(drawn) < len(starts) else drawn_from)


def _starts(first: dt.date, last: dt.date, unit: str) -> list[dt.date]:
    """The first days of all units from that of `first` to that of `last`; at most a few thousand."""
    found, start = [], _start(first, unit)
    while start <= last:
        found.append(start)
        start = _next(start, unit)
    return found


def _start(day: dt.date, unit: str) -> dt.date:
    return day if unit == "day" else day.replace(day=1) if unit == "month" else day - dt.timedelta(days=day.weekday())


def _next(start: dt.date, unit: str) -> dt.date:
    return (start + dt.timedelta(days=32)).replace(day=1) if unit == "month" else start + dt.timedelta(days=1 if unit == "day" else 7)
