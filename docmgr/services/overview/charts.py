"""The figures of a leader's charts: documents issued in the last twelve months, by type and by month, and overdue tasks by
unit. Only documents that the actor may read are counted, and each figure is the length of the list to which it leads."""

from __future__ import annotations

import calendar
import datetime as dt
from collections import Counter
from dataclasses import dataclass

from sqlalchemy import extract, func, select

from docmgr import db, policy
from docmgr.collation import key
from docmgr.models import Document
from docmgr.policy import Actor
from docmgr.services.access import rule
from docmgr.services.documents.recent import Narrowed
from docmgr.services.planning.coverage import UNITS_SHOWN, Coverage
from legaltext import dates

MONTHS = 12


@dataclass(frozen=True)
class TypeFigure:
    """How many documents of one type were issued. `type` is "" where it is not known; `listed` describes the same
    documents."""

    type: str
    count: int
    listed: Narrowed


@dataclass(frozen=True)
class MonthFigure:
    """How many documents were issued in one month, which begins on `first`."""

    first: dt.date
    count: int
    listed: Narrowed


@dataclass(frozen=True)
class UnitFigure:
    """How many overdue tasks a unit leads. `unit_id` is 0 and `unit` None for those that no unit leads."""

    unit_id: int
    unit: str | None
    count: int


@dataclass(frozen=True)
class Charts:
    """All figures. `types` begin with the most frequent one, `months` with the earliest, and `overdue` with the largest
    number; units without overdue tasks are left out, and `more_overdue` counts those beyond the first UNITS_SHOWN. `all` describes the
    documents of all types and months."""

    types: tuple[TypeFigure, ...]
    months: tuple[MonthFigure, ...]
    overdue: tuple[UnitFigure, ...]
    all: Narrowed
    more_overdue: int = 0

    @property
    def total(self) -> int:
        """The number of documents of all types and months."""
        return sum(figure.count for figure in self.months)


def charts(actor: Actor, coverage: Coverage, today: dt.date | None = None) -> Charts:
    """Count for the twelve months that end with that of `today` (None means the current day), with one query. `coverage`
    has the tasks by unit, as the actor sees them. Raises Denied when the actor's roles may not read documents."""
    policy.require(actor, "document:read")
    firsts = _months(today or dates.today())
    period = Narrowed(since=firsts[0], until=_last(firsts[-1]))
    year, month, kind = extract("year", Document.issued_on), extract("month", Document.issued_on), func.coalesce(Document.type, "")
    query = select(kind, year, month, func.count()).where(rule.visible(actor), period.condition()).group_by(kind, year, month)
    types, months = Counter[str](), Counter[tuple[int, int]]()
    with db.read() as session:
        for name, in_year, in_month, number in session.execute(query):
            types[name] += number
            months[int(in_year), int(in_month)] += number
    overdue = _overdue(coverage)
    return Charts(
        tuple(TypeFigure(name, types[name], Narrowed(name, period.since, period.until)) for name in _ranked(types)),
        tuple(MonthFigure(first, months[first.year, first.month], Narrowed(since=first, until=_last(first))) for first in firsts),
        overdue[:UNITS_SHOWN],
        period,
        len(overdue[UNITS_SHOWN:]),
    )


def _months(today: dt.date) -> list[dt.date]:
    """The first days of the twelve months that end with that of `today`, the earliest first."""
    count = today.year * 12 + today.month - 1
    return [dt.date(one // 12, one % 12 + 1, 1) for one in range(count - MONTHS + 1, count + 1)]


def _last(first: dt.date) -> dt.date:
    return first.replace(day=calendar.monthrange(first.year, first.month)[1])


def _ranked(types: Counter[str]) -> list[str]:
    """The types, the most frequent first; that of documents without a type comes last."""
    return sorted(types, key=lambda name: (name == "", -types[name], key(name) or ""))


def _overdue(coverage: Coverage) -> tuple[UnitFigure, ...]:
    rows = [UnitFigure(row.unit_id or 0, row.unit, row.counts.overdue) for row in coverage.units if row.counts.overdue]
    return tuple(sorted(rows, key=lambda row: -row.count))
