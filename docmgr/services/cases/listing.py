"""The list of case files, by state, year, unit and words, and one case file with the names that its page shows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from docmgr import collation, db, paging, policy
from docmgr.models import CaseFile, Unit, User
from docmgr.policy import Actor
from docmgr.services.cases import contents, files, words
from docmgr.services.chunks import chunks
from legaltext import dates
from legaltext.text import clean_line

PAGE_SIZE = 50


@dataclass(frozen=True)
class CaseFilter:
    """Which case files to list. `state` is a key of words.STATES, "" for all; `about` has words of the code or title."""

    state: str = ""
    year: int | None = None
    unit_id: int | None = None
    about: str = ""


@dataclass(frozen=True)
class CaseLine:
    """A case file in a list. `unit` and `person` are names, `documents` counts those that the actor may read, and `state` is a
    key of words.STATES."""

    case: CaseFile
    unit: str | None
    person: str | None
    documents: int
    state: str


@dataclass(frozen=True)
class CaseList:
    """One page of the list; `total` counts the case files on all pages."""

    lines: tuple[CaseLine, ...]
    total: int
    page: int


def page(actor: Actor, wanted: CaseFilter, number: int = 1, per_page: int = PAGE_SIZE) -> CaseList:
    """Load one page of the case files that fit, the newest year first, then by code; those that go to the archive soonest come
    first in their own list. A number beyond the end gives the last page. Raises Denied."""
    policy.require(actor, "case:read")
    where = _conditions(wanted)
    by = (CaseFile.handover_on, CaseFile.id) if wanted.state == "due" else (CaseFile.year.desc(), CaseFile.code_key, CaseFile.id)
    with db.read() as session:
        total = session.scalar(select(func.count(CaseFile.id)).where(*where)) or 0
        number, _ = paging.nearest(number, total, per_page)
        query = _with_names().where(*where).order_by(*by)
        found = session.execute(query.limit(per_page).offset((number - 1) * per_page)).all()
    many = contents.counts(actor, [case.id for case, _, _ in found])
    lines = tuple(CaseLine(case, unit, person, many.get(case.id, 0), state_of(case)) for case, unit, person in found)
    return CaseList(lines, total, number)


def line(actor: Actor, case_id: int) -> CaseLine:
    """Load one case file with its names. Raises Denied and NotFound."""
    files.get(actor, case_id)
    (found,) = lines(actor, [case_id])
    return found


def lines(actor: Actor, case_ids: Sequence[int]) -> list[CaseLine]:
    """Load these case files with their names, in this order; ids without a case file are left out. Raises Denied."""
    policy.require(actor, "case:read")
    found = {}
    with db.read() as session:
        for some in chunks(case_ids):
            for case, unit, person in session.execute(_with_names().where(CaseFile.id.in_(some))):
                found[case.id] = case, unit, person
    many = contents.counts(actor, case_ids)
    rows = (found[number] for number in case_ids if number in found)
    return [CaseLine(case, unit, person, many.get(case.id, 0), state_of(case)) for case, unit, person in rows]


def _with_names() -> Select[CaseFile, str, str]:
    query = select(CaseFile, Unit.name, User.full_name).outerjoin(Unit, Unit.id == CaseFile.unit_id)
    return query.outerjoin(User, User.id == CaseFile.person_id)


def years(actor: Actor) -> list[int]:
    """The years in which case files were opened, the latest first. Raises Denied."""
    policy.require(actor, "case:read")
    with db.read() as session:
        return sorted(session.scalars(select(CaseFile.year).distinct()), reverse=True)


def count_due(actor: Actor) -> int:
    """Count the case files that go to the archive now or soon. Raises Denied."""
    policy.require(actor, "case:read")
    with db.read() as session:
        return session.scalar(select(func.count(CaseFile.id)).where(*_conditions(CaseFilter("due")))) or 0


def state_of(case: CaseFile, today: dt.date | None = None) -> str:
    """The state of a case file on a day (None: today), a key of words.STATES."""
    if case.destroyed_on is not None:
        return "destroyed"
    if case.archived_on is not None:
        return "archived"
    if case.closed_on is None or case.handover_on is None:
        return "open" if case.closed_on is None else "closed"
    kept = case.retention_years is None or case.retention_years >= words.LEAST_YEARS
    return "due" if kept and case.handover_on <= _ahead(today) else "closed"


def _ahead(today: dt.date | None = None) -> dt.date:
    return (today or dates.today()) + dt.timedelta(days=words.AHEAD_DAYS)


def _conditions(wanted: CaseFilter) -> list[ColumnElement[bool]]:
    kept = or_(CaseFile.retention_years.is_(None), CaseFile.retention_years >= words.LEAST_YEARS)
    closed = and_(CaseFile.closed_on.is_not(None), CaseFile.archived_on.is_(None), CaseFile.destroyed_on.is_(None))
    states: dict[str, ColumnElement[bool]] = {
        "open": CaseFile.closed_on.is_(None),
        "closed": closed,
        "due": and_(closed, kept, CaseFile.handover_on <= _ahead()),
        "archived": and_(CaseFile.archived_on.is_not(None), CaseFile.destroyed_on.is_(None)),
        "destroyed": CaseFile.destroyed_on.is_not(None),
    }
    found = [states[wanted.state]] if wanted.state in states else []
    if wanted.year is not None:
        found.append(CaseFile.year == wanted.year)
    if wanted.unit_id is not None:
        found.append(CaseFile.unit_id == wanted.unit_id)
    if typed := clean_line(wanted.about)[:200].split():
        found.append(collation.holds(typed, CaseFile.code, CaseFile.title))
    return found
