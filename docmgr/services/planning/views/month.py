"""A month of the calendar: how much is due on each day, and which days are free."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass, replace

from sqlalchemy import func, select

from docmgr import collation, db, policy
from docmgr.models import Plan
from docmgr.policy import Actor
from docmgr.services.planning import known_days, plans
from docmgr.services.planning.views import each
from docmgr.services.planning.views.each import KindCounts
from docmgr.services.planning.wanted import kinds
from docmgr.services.planning.wanted.filters import TaskFilter
from legaltext import dates

YEARS = plans.YEARS


@dataclass(frozen=True)
class MonthDay:
    """A day of the month with the items that are due. `holiday` is the name of a holiday or of a day that is worked instead; `free` says that
    offices do not work."""

    day: dt.date
    free: bool
    holiday: str | None
    counts: KindCounts


@dataclass(frozen=True)
class Month:
    """A month: its days, `blank` days of the week before the first, the months before and after (None outside YEARS), and whether the working
    calendar has its year."""

    first: dt.date
    last: dt.date
    days: tuple[MonthDay, ...]
    before: dt.date | None
    after: dt.date | None
    known: bool
    total: KindCounts

    @property
    def blank(self) -> int:
        """How many days of its first week, which begins on Monday, belong to the month before."""
        return self.first.weekday()


def load(actor: Actor, first: dt.date, wanted: TaskFilter) -> Month:
    """Count what is due in the month that begins on `first`, of the items that meet the other conditions of the filter. It takes four queries.
    Raises Denied when the actor's roles may not read plans."""
    policy.require(actor, "plan:read")
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    every = each.each(actor, replace(wanted, since=first, until=last))
    kind = kinds.kind(every.c.state, every.c.due_on, dates.today()).label("kind")
    with db.read() as session:
        counts = each.summed(session.execute(select(every.c.due_on, kind, func.count()).group_by(every.c.due_on, "kind")))
        known = known_days.load(session, [first.year])
    found, total = [], KindCounts()
    for number in range(last.day):
        day = first + dt.timedelta(days=number)
        due = counts.get(day, KindCounts())
        found.append(MonthDay(day, not known.works(day), known.off.get(day) or known.worked.get(day), due))
        for name, many in due.by_kind.items():
            total.add(name, many)
    return Month(first, last, tuple(found), _month(first, -1), _month(first, 1), first.year in known.years, total)


def plans_offered(actor: Actor) -> list[tuple[int, str]]:
    """List pairs (id, title with its year) of all plans, the newest year first, for a choice in a form. Raises Denied when the actor's roles may
    not read plans."""
    policy.require(actor, "plan:read")
    with db.read() as session:
        query = select(Plan.id, Plan.title, Plan.year).order_by(Plan.year.desc(), collation.order(Plan.title), Plan.id)
        return [(row.id, plans.titled(row.title, row.year)) for row in session.execute(query)]


def _month(first: dt.date, step: int) -> dt.date | None:
    """The first day of the month before or after; None outside YEARS."""
    place = first.year * 12 + first.month - 1 + step
    return dt.date(place // 12, place % 12 + 1, 1) if place // 12 in YEARS else None
