"""Show conferences: the page of one, and the overview of a year with the units that held none."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, select, union
from sqlalchemy.orm import Session, lazyload

from docmgr import collation, db, policy
from docmgr.models import (
    Assignment,
    Conference,
    ConferenceVote,
    Occurrence,
    ParticipationRule,
    Plan,
    Task,
    Unit,
)
from docmgr.policy import Actor
from docmgr.services import forms
from docmgr.services.conferences import checks, rules
from docmgr.services.conferences.records import STATES
from docmgr.services.planning import plans
from legaltext import dates

PAGE_SIZE = 100
# The choice of units without a conference of the year.
NONE = "none"


@dataclass(frozen=True)
class VoteRow:
    """A vote as the page shows it; `passed` when more agreed than the rule asks of those who came."""

    vote: ConferenceVote
    passed: bool


@dataclass(frozen=True)
class ConferenceView:
    """A conference with its votes, and the rules of its day (of today where it has no day), by name. `enough` tells whether enough came, None while
    it is not recorded how many did. `may_edit` tells whether the actor may edit it."""

    row: Conference
    votes: tuple[VoteRow, ...]
    rules: dict[str, ParticipationRule]
    enough: bool | None
    may_edit: bool


@dataclass(frozen=True)
class UnitYear:
    """A unit with a conference of the year, or None where it has none. `days_late` is by how many days the last day for the conference has passed
    without it, 0 when it has not."""

    unit_id: int
    unit: str
    conference: Conference | None
    days_late: int


@dataclass(frozen=True)
class YearTotals:
    """How many units there are, and how many of them have an annual conference of the year in each state, by keys of STATES; `none` are those
    without. `last_day` is the day by which it is to be held, by the rule `rule`; both None where no rule says so."""

    units: int
    states: dict[str, int]
    none: int
    last_day: dt.date | None
    rule: ParticipationRule | None


def get(actor: Actor, conference_id: int) -> ConferenceView:
    """Load a conference for its page. Raises Denied when the actor's roles may not read plans, and NotFound."""
    policy.require(actor, "plan:read")
    with db.read() as session:
        row = forms.loaded(session, Conference, conference_id)
        known = rules.in_force(session, row.held_on or dates.today())
        votes = session.scalars(select(ConferenceVote).where(ConferenceVote.conference_id == row.id).order_by(ConferenceVote.id))
        rows = tuple(VoteRow(vote, rules.exceeds(known.get("passing"), vote.agree, row.present or 0)) for vote in votes)
        enough = None if row.present is None else checks.is_valid(session, row)
        return ConferenceView(row, rows, known, enough, plans.may_edit(actor, row.unit_id))


def years(actor: Actor) -> list[int]:
    """List the years that have conferences, and this year and the last, the latest first. Raises Denied."""
    policy.require(actor, "plan:read")
    this = dates.today().year
    with db.read() as session:
        return sorted({*session.scalars(select(Conference.year).distinct()), this, this - 1}, reverse=True)


def of_year(actor: Actor, year: int, state: str = "", *, plan_id: int | None = None, limit: int | None = PAGE_SIZE, skip: int = 0) -> tuple[list[UnitYear], int]:
    """List the units by name with their conferences of a year: at most `limit` rows after the first `skip`, and how many rows there are. A unit
    with several conferences has several rows, the annual one first. `state` is a key of STATES for annual ones alone, NONE for units without
    one, or "" for all. `plan_id` leaves the units of a plan. Raises Denied when the actor's roles may not read plans."""
    policy.require(actor, "plan:read")
    with db.read() as session:
        last_day, _rule = _deadline(session, year)
        where = [*_conditions(state), *_of_plan(plan_id)]
        total = session.scalar(select(func.count()).select_from(Unit).outerjoin(Conference, _of_year(year, state)).where(*where)) or 0
        query = select(Unit.id, Unit.name, Conference).outerjoin(Conference, _of_year(year, state)).options(lazyload(Conference.unit)).where(*where)
        found = session.execute(query.order_by(collation.order(Unit.name), Unit.id, Conference.kind, Conference.id).limit(limit).offset(skip)).all()
    late = max(0, (dates.today() - last_day).days) if last_day else 0
    return [UnitYear(unit_id, name, row, late if row is None or (row.kind == "annual" and row.state == "preparing") else 0) for unit_id, name, row in found], total


def totals(actor: Actor, year: int, plan_id: int | None = None) -> YearTotals:
    """Count the units, or those of a plan, and their annual conferences of a year by state. Raises Denied when the actor's roles may not read plans."""
    policy.require(actor, "plan:read")
    annual = Conference.year == year, Conference.kind == "annual", Conference.unit_id.in_(select(Unit.id).where(*_of_plan(plan_id)))
    with db.read() as session:
        units = session.scalar(select(func.count(Unit.id)).where(*_of_plan(plan_id))) or 0
        counted = {state: many for state, many in session.execute(select(Conference.state, func.count()).where(*annual).group_by(Conference.state))}
        last_day, rule = _deadline(session, year)
    return YearTotals(units, {state: counted.get(state, 0) for state in STATES}, units - sum(counted.values()), last_day, rule)


def _of_year(year: int, state: str) -> ColumnElement[bool]:
    """Which conferences stand beside a unit: with a state the annual ones alone, which the totals count."""
    here = [Conference.unit_id == Unit.id, Conference.year == year]
    return and_(*here, *([Conference.kind == "annual"] if state else []))


def _of_plan(plan_id: int | None) -> list[ColumnElement[bool]]:
    """The units of a plan: its own, those that lead or support a task of it, and those that carry one out each for itself."""
    if plan_id is None:
        return []
    parts = select(Assignment.unit_id).join(Task, Task.id == Assignment.task_id).where(Task.plan_id == plan_id)
    each = select(Occurrence.unit_id).join(Task, Task.id == Occurrence.task_id).where(Task.plan_id == plan_id)
    own = select(Plan.unit_id).where(Plan.id == plan_id, Plan.unit_id.is_not(None))
    return [Unit.id.in_(union(parts, each, own))]


def _conditions(state: str) -> list[ColumnElement[bool]]:
    if state == NONE:
        return [Conference.id.is_(None)]
    return [Conference.state == state] if state in STATES else []


def _deadline(session: Session, year: int) -> tuple[dt.date | None, ParticipationRule | None]:
    """The last day of the month in the next year by which the conference is to be held, and the rule that says so."""
    rule = rules.in_force(session, dt.date(year, 12, 31)).get("deadline")
    if rule is None or not 1 <= rule.amount <= 12:
        return None, rule
    return dt.date(year + 1, rule.amount, calendar.monthrange(year + 1, rule.amount)[1]), rule
