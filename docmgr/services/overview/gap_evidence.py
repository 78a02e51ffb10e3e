"""Gaps of evidence: dated after the task was confirmed, or taken away after it.

An occurrence is confirmed by a person (`confirmed_at`). A task without occurrences is set to done; the trail knows when.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    String,
    and_,
    cast,
    func,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from docmgr.models import Assignment, Document, Link, Occurrence, Plan, Task, TrailEvent, Unit, label_of
from docmgr.policy import Actor
from docmgr.services.access import rule
from docmgr.services.planning.evidence import EVIDENCE_ROLES
from docmgr.services.planning.occurrences.rollup import spread
from docmgr.services.trail.audit.day_sql import vietnam_day
from legaltext import dates

KINDS = ("younger", "gone")
ENDED, WITHDRAWN, DELETED = "Đã gỡ khỏi nhiệm vụ", "Văn bản đã thu hồi", "Văn bản đã xóa"


@dataclass(frozen=True)
class Gap:
    """One gap. `task_id` and `occurrence_id`, or `inspection_id`, say where it is, `title` what, `within` the plan or inspection, and
    `unit` whose it is. `number` is the period, and `expected` the evidence that is expected. `due_on` is the day that has passed.
    `approved_on` is the day on which the task was confirmed or set to done; `document` names the evidence, whose page `document_id`
    is None when it is in the bin, and `dated_on` is its date. `gone` says what happened to it, on the day `gone_on` where that is known."""

    title: str
    within: str
    unit: str | None = None
    task_id: int | None = None
    occurrence_id: int | None = None
    number: int | None = None
    expected: str | None = None
    inspection_id: int | None = None
    due_on: dt.date | None = None
    approved_on: dt.date | None = None
    document: str | None = None
    document_id: int | None = None
    dated_on: dt.date | None = None
    gone: str | None = None
    gone_on: dt.date | None = None


def find(session: Session, actor: Actor, kind: str, limit: int, skip: int) -> tuple[tuple[Gap, ...], int]:
    """Find links of evidence that the actor may read: those linked last first, at most `limit` after the first `skip`, and the number of
    all. Of the `kind` "younger", the evidence is dated after the day of the approval; of the kind "gone", it was ended, withdrawn or
    deleted after it. One query finds and counts."""
    held = _links(session, actor, kind).subquery()
    placed = select(held.c.id, held.c.at, func.count().over().label("total")).order_by(held.c.id.desc())
    found = session.execute(placed.limit(limit).offset(skip)).all()
    if found or not skip:
        return tuple(_rows(session, found)), found[0].total if found else 0
    return (), session.scalar(select(func.count()).select_from(held)) or 0


def _links(session: Session, actor: Actor, kind: str) -> CompoundSelect[Any]:
    """Select the ids of the links and when their task or occurrence was approved."""
    confirmed = Occurrence.confirmed_at
    of_occurrences: Any = select(Link.id, confirmed.label("at")).join(Occurrence, Occurrence.id == Link.occurrence_id).where(Occurrence.state == "done")
    done = _set_to_done(session)
    at = func.coalesce(done.c.at, Task.created_at)
    of_tasks: Any = select(Link.id, at.label("at")).join(Task, Task.id == Link.task_id).outerjoin(done, done.c.task_id == Task.id)
    # Written so that no index fits: SQLite would begin with the many links that have no occurrence, not with the few tasks.
    of_tasks = of_tasks.where(func.coalesce(Link.occurrence_id, null()).is_(None), Task.state == "done", ~spread())
    return union_all(*(_kept(session, actor, kind, query, moment) for query, moment in ((of_occurrences, confirmed), (of_tasks, at))))


def _set_to_done(session: Session) -> Any:
    """When the state of each task was last changed by an edit."""
    # SQLite compares names as they are written, and JSON is written with escapes there.
    name = "Trạng thái" if session.get_bind().dialect.name == "postgresql" else json.dumps("Trạng thái")[1:-1]
    changed = TrailEvent.details[("changes", name)].as_string().is_not(None)
    edits = select(TrailEvent.subject_id.label("task_id"), func.max(TrailEvent.at).label("at"))
    return edits.where(TrailEvent.action == "task:edit", TrailEvent.subject_type == "task", changed).group_by(TrailEvent.subject_id).subquery()


def _kept(session: Session, actor: Actor, kind: str, query: Select[Any], approved: Any) -> Select[Any]:
    query = query.join(Document, Document.id == Link.document_id).where(Link.role.in_(EVIDENCE_ROLES))
    if kind == "younger":
        dated = cast(func.coalesce(Link.dated_on, Document.issued_on), String)
        return query.where(Link.ended_at.is_(None), rule.visible(actor), dated > vietnam_day(session, approved))
    # A document that was joined to another is proof there.
    return query.where(rule.readable(actor), Document.merged_into.is_(None), or_(Link.ended_at > approved, _lost(approved)))


def _lost(approved: Any) -> ColumnElement[bool]:
    """The document of the link is in the bin or withdrawn. What was withdrawn before the approval is a gap all the same. They are few, so
    they are looked up once."""
    lost = select(Document.id).where(or_(Document.deleted_at.is_not(None), Document.workflow == "withdrawn"))
    return and_(Link.ended_at.is_(None), approved.is_not(None), Link.document_id.in_(lost))


def _rows(session: Session, found: Sequence[Any]) -> list[Gap]:
    """Load what lists show of the links `found`, in one query and without whole rows of documents."""
    approved = {row.id: row.at for row in found}
    leads = aliased(Unit)
    lead = select(leads.name).join(Assignment, Assignment.unit_id == leads.id).where(Assignment.task_id == Task.id, Assignment.role == "lead")
    query = select(
        Link.id.label("link_id"), Link.dated_on, Link.ended_at, Document.id, Document.type, Document.number, Document.subject, Document.file_name,
        Document.issued_on, Document.deleted_at, Document.workflow, Task.id.label("task_id"), Task.title, Task.recurs_every,
        Plan.title.label("plan"), Occurrence.id.label("occurrence_id"), Occurrence.number.label("period"),
        func.coalesce(Unit.name, lead.correlate(Task).limit(1).scalar_subquery()).label("unit"),
    ).join(Document, Document.id == Link.document_id).join(Task, Task.id == Link.task_id).join(Plan, Plan.id == Task.plan_id)  # fmt: skip
    query = query.outerjoin(Occurrence, Occurrence.id == Link.occurrence_id).outerjoin(Unit, Unit.id == Occurrence.unit_id)
    loaded = {row.link_id: row for row in session.execute(query.where(Link.id.in_(approved)))}
    return [_gap(loaded[number], at) for number, at in approved.items()]


def _gap(row: Any, approved: dt.datetime) -> Gap:
    gone, on = None, None
    if row.ended_at is not None:
        gone, on = ENDED, row.ended_at
    elif row.deleted_at is not None:
        gone, on = DELETED, row.deleted_at
    elif row.workflow == "withdrawn":
        gone = WITHDRAWN
    return Gap(
        row.title, row.plan, row.unit, row.task_id, row.occurrence_id, row.period if row.recurs_every else None,
        approved_on=dates.day_of(approved), document=label_of(row), document_id=row.id if row.deleted_at is None else None,
        dated_on=row.dated_on or row.issued_on, gone=gone, gone_on=dates.day_of(on) if on else None,
    )  # fmt: skip
