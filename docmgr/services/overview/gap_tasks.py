"""Gaps of tasks: done, according to their state, without evidence that the actor may read. The rules are those of services.planning; one
query finds and counts, since counting 100,000 occurrences again would take as long once more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Integer, and_, cast, func, null, select, union_all
from sqlalchemy.orm import Session, aliased

from docmgr.models import Assignment, Occurrence, Plan, Task, Unit
from docmgr.policy import Actor
from docmgr.services.overview.gap_evidence import Gap
from docmgr.services.planning import evidence
from docmgr.services.planning.occurrences import items


def find(session: Session, actor: Actor, limit: int, skip: int) -> tuple[tuple[Gap, ...], int]:
    """Find tasks without occurrences, and occurrences, that are done and not proven: those with the earliest deadline first, at most
    `limit` after the first `skip`, and the number of all."""
    once = items.single([Task.state == "done", ~evidence.proven(actor)])
    tasks: Any = once.with_only_columns(Task.due_on.label("due_on"), Task.id.label("task_id"), cast(null(), Integer).label("one"))
    each = select(Occurrence.due_on, Occurrence.task_id, Occurrence.id)
    each = each.where(items.counted(), Occurrence.state == "done", ~evidence.occurrence_proven(actor))
    both = union_all(tasks, each).subquery()
    placed = select(both.c.task_id, both.c.one, func.count().over().label("total"))
    found = session.execute(placed.order_by(both.c.due_on.is_(None), both.c.due_on, both.c.task_id, both.c.one).limit(limit).offset(skip)).all()
    if found or not skip:
        return _rows(session, found), found[0].total if found else 0
    return (), session.scalar(select(func.count()).select_from(both)) or 0


def _rows(session: Session, found: Sequence[Any]) -> tuple[Gap, ...]:
    leads = aliased(Unit)
    lead = select(leads.name).join(Assignment, Assignment.unit_id == leads.id).where(Assignment.task_id == Task.id, Assignment.role == "lead")
    of_page = and_(Occurrence.task_id == Task.id, Occurrence.id.in_({row.one for row in found} - {None}))
    query = select(
        Task.id.label("task_id"), Task.title, Task.recurs_every, Task.expected_evidence, Plan.title.label("plan"), Occurrence.id.label("one"),
        Occurrence.number, func.coalesce(Unit.name, lead.correlate(Task).limit(1).scalar_subquery()).label("unit"),
    ).join(Plan, Plan.id == Task.plan_id).outerjoin(Occurrence, of_page).outerjoin(Unit, Unit.id == Occurrence.unit_id)  # fmt: skip
    loaded = {(row.task_id, row.one): _gap(row) for row in session.execute(query.where(Task.id.in_({row.task_id for row in found})))}
    return tuple(loaded[row.task_id, row.one] for row in found)


def _gap(row: Any) -> Gap:
    number = row.number if row.recurs_every else None
    return Gap(row.title, row.plan, row.unit, row.task_id, row.one, number, row.expected_evidence)
