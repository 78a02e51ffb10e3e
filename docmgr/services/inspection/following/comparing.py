"""Compare units and years: how many lines failed, how many findings and answers are open. Figures come from SQL in a fixed number of queries."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session, aliased

from docmgr import db, policy
from docmgr.collation import order
from docmgr.models import Finding, Inspection, InspectionCheck, Recommendation, Unit
from docmgr.policy import Actor
from docmgr.services.inspection.lists import UNANSWERED
from legaltext.dates import VIETNAM

PAGE_SIZE = 50


@dataclass(frozen=True)
class UnitFigures:
    """What the inspections of one unit in a year found. `before` is the number of findings in the year before, and `repeated` counts findings
    on what an earlier inspection of the unit found already."""

    unit_id: int
    unit: str
    inspections: int
    checked: int
    failed: int
    findings: int
    repeated: int
    open: int
    unanswered: int
    before: int


def years(actor: Actor) -> list[int]:
    """The years in which inspections began, the newest first. Raises Denied when the actor's roles may not read inspections."""
    policy.require(actor, "inspection:read")
    with db.read() as session:
        first, last = session.execute(select(func.min(Inspection.started_on), func.max(Inspection.started_on)).where(Inspection.kind == "inspection")).one()
    return list(range(last.year, first.year - 1, -1)) if first and last else []


def count(actor: Actor, year: int) -> int:
    """Count the units that were inspected in this year or the one before. Raises Denied when the actor's roles may not read inspections."""
    policy.require(actor, "inspection:read")
    query = select(func.count(Inspection.inspected_unit_id.distinct())).where(_in(year) | _in(year - 1), Inspection.kind == "inspection")
    with db.read() as session:
        return session.scalar(query) or 0


def load(actor: Actor, year: int, *, page: int = 1) -> list[UnitFigures]:
    """Load the figures of one page of the units that were inspected in this year or the one before. Raises Denied when the actor's roles may
    not read inspections."""
    policy.require(actor, "inspection:read")
    with db.read() as session:
        inspected = select(Inspection.inspected_unit_id).where(_in(year) | _in(year - 1), Inspection.kind == "inspection")
        units = select(Unit.id, Unit.name).where(Unit.id.in_(inspected)).order_by(order(Unit.name), Unit.id)
        named = session.execute(units.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)).all()
        of_these = Inspection.inspected_unit_id.in_([row.id for row in named])
        held = _sums(session, None, of_these & _in(year), [func.count(Inspection.id)])
        checks = _sums(session, InspectionCheck, of_these & _in(year), [_many(InspectionCheck.result.in_(("passed", "failed"))), _many(InspectionCheck.result == "failed")])
        found = _sums(session, Finding, of_these & _in(year), [func.count(Finding.id), _many(Finding.state != "closed"), _many(_repeated())])
        waiting = _sums(session, Recommendation, of_these & _in(year), [_many(UNANSWERED)])
        former = _sums(session, Finding, of_these & _in(year - 1), [func.count(Finding.id)])
    rows = []
    for unit_id, name in named:
        (many,), (checked, failed) = held.get(unit_id, [0]), checks.get(unit_id, [0, 0])
        (findings, left, repeated), (unanswered,), (before,) = found.get(unit_id, [0, 0, 0]), waiting.get(unit_id, [0]), former.get(unit_id, [0])
        rows.append(UnitFigures(unit_id, name, many, checked, failed, findings, repeated, left, unanswered, before))
    return rows


def _sums(session: Session, model: Any, wanted: ColumnElement[bool], columns: list[Any]) -> dict[int, list[int]]:
    query = select(Inspection.inspected_unit_id, *columns).select_from(Inspection).where(wanted, Inspection.kind == "inspection")
    if model is not None:
        query = query.join(model, model.inspection_id == Inspection.id)
    return {row[0]: [int(value or 0) for value in row[1:]] for row in session.execute(query.group_by(Inspection.inspected_unit_id))}


def _many(condition: ColumnElement[bool]) -> Any:
    return func.sum(case((condition, 1), else_=0))


def _repeated() -> ColumnElement[bool]:
    before, other = aliased(Finding), aliased(Inspection)
    line, former_line = aliased(InspectionCheck), aliased(InspectionCheck)
    same_place = (before.pinned_document_id == Finding.pinned_document_id) & (before.pinned_anchor == Finding.pinned_anchor)
    own_line = select(line.line_id).where(line.id == Finding.check_id).correlate(Finding).scalar_subquery()
    there = (
        select(before.id)
        .join(other, other.id == before.inspection_id)
        .outerjoin(former_line, former_line.id == before.check_id)
        .where(other.inspected_unit_id == Inspection.inspected_unit_id, other.kind == "inspection", other.id < Inspection.id, same_place | (former_line.line_id == own_line))
    )
    return there.correlate(Finding, Inspection).exists()


def _in(year: int) -> ColumnElement[bool]:
    """A condition on Inspection: it began in this year, or was made in it when the first day is not known."""
    first, after = dt.date(year, 1, 1), dt.date(year + 1, 1, 1)
    begin, end = (dt.datetime.combine(day, dt.time(), VIETNAM) for day in (first, after))
    made = (Inspection.created_at >= begin) & (Inspection.created_at < end)
    began = (Inspection.started_on >= first) & (Inspection.started_on < after)
    return began | (Inspection.started_on.is_(None) & made)
