"""Which legal bases of tasks were inspected: an inspection found something about a task that rests on them, or was checked against them."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import (
    CTE,
    ColumnElement,
    FromClause,
    Select,
    Subquery,
    and_,
    func,
    or_,
    select,
    tuple_,
    union,
)
from sqlalchemy.orm import Session

from docmgr.models import Document, Finding, Inspection, Link, Task
from docmgr.policy import Actor
from docmgr.services.access import rule
from docmgr.services.planning.wanted import bases

# A basis: a document, and the anchor of the provision, "" for the whole document.
Place = tuple[int, str]


def pairs(actor: Actor, plan_id: int | None) -> Subquery:
    """Return a subquery of (task_id, document_id, anchor): the bases of the tasks of a plan, None for all plans."""
    query = select(Link.task_id, Link.document_id, func.coalesce(Link.anchor, "").label("anchor")).join(Document, Document.id == Link.document_id)
    query = query.where(bases.held(actor)).distinct()
    if plan_id is not None:
        query = query.where(Link.task_id.in_(select(Task.id).where(Task.plan_id == plan_id)))
    return query.subquery()


def counts(session: Session, actor: Actor, plan_id: int | None, places: Collection[Place]) -> dict[Place, int]:
    """Count the inspections of each of these places; those without are missing."""
    keys, touched = _keys(pairs(actor, plan_id)), _touched(actor, plan_id)
    here = tuple_(keys.c.document_id, keys.c.anchor).in_(sorted(places))
    query = select(keys.c.document_id, keys.c.anchor, func.count(touched.c.inspection_id.distinct())).join(touched, _within(touched, keys))
    rows = session.execute(query.where(here).group_by(keys.c.document_id, keys.c.anchor))
    return {(document_id, anchor): number for document_id, anchor, number in rows}


def never(actor: Actor, plan_id: int | None) -> Select[int, str]:
    """Return an SQL query for the places (document_id, anchor) that no inspection touched, sorted."""
    keys, every = _keys(pairs(actor, plan_id)), _touched(actor, plan_id)
    # Each basis is compared with all of them.
    touched = select(every.c.document_id, every.c.anchor).distinct().cte("places").prefix_with("MATERIALIZED")
    query = select(keys.c.document_id, keys.c.anchor).where(~select(touched.c.anchor).where(_within(touched, keys)).exists())
    return query.order_by(keys.c.document_id, keys.c.anchor)


def of_place(actor: Actor, plan_id: int | None, place: Place) -> Select[Inspection]:
    """Return an SQL query for the inspections of a place, the newest first."""
    document_id, anchor = place
    touched = _touched(actor, plan_id)
    here = [touched.c.document_id == document_id]
    if anchor:
        here.append(or_(touched.c.anchor == anchor, func.substr(touched.c.anchor, 1, len(anchor) + 1) == f"{anchor}."))
    ids = select(touched.c.inspection_id).where(*here)
    return select(Inspection).where(Inspection.id.in_(ids)).order_by(Inspection.started_on.desc(), Inspection.id.desc())


def _keys(of_tasks: Subquery) -> Subquery:
    return select(of_tasks.c.document_id, of_tasks.c.anchor).distinct().subquery()


def _touched(actor: Actor, plan_id: int | None) -> CTE:
    """(document_id, anchor, inspection_id): what inspections found something about, and what they were checked against."""
    held = pairs(actor, plan_id)
    by_task = select(held.c.document_id, held.c.anchor, Finding.inspection_id).join(Finding, Finding.task_id == held.c.task_id)
    inspection = func.coalesce(Link.inspection_id, Finding.inspection_id).label("inspection_id")
    checked = select(Link.document_id, func.coalesce(Link.anchor, "").label("anchor"), inspection).join(Document, Document.id == Link.document_id)
    checked = checked.outerjoin(Finding, Finding.id == Link.finding_id).where(
        Link.role == "checked_against", Link.ended_at.is_(None), Link.task_id.is_(None), rule.visible(actor)
    )
    # SQLite would otherwise work it out again for each place.
    return union(by_task, checked).cte("touched").prefix_with("MATERIALIZED")


def _within(touched: FromClause, keys: FromClause) -> ColumnElement[bool]:
    inside = func.substr(touched.c.anchor, 1, func.length(keys.c.anchor) + 1) == keys.c.anchor + "."
    return and_(touched.c.document_id == keys.c.document_id, or_(keys.c.anchor == "", touched.c.anchor == keys.c.anchor, inside))
