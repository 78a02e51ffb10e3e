"""Plans of a year: list, show, create and edit them. This module decides who may edit a plan: clerks and leaders every
plan, staff the plans of their own unit. services.planning.tasks writes the tasks, and `lists`, `of_document` and
`coverage` next to this module show them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.collation import order
from docmgr.models import Plan, Task, Unit
from docmgr.policy import Actor, Denied
from docmgr.services import forms
from docmgr.services.access import guard
from docmgr.services.documents import references
from docmgr.services.documents.references import DocumentRef
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.message import Message, Words
from docmgr.services.planning.coverage import CoverageCounts, by_plan, in_order
from docmgr.services.planning.lists import TaskRow, rows
from docmgr.services.trail import log

YEARS = range(1945, 2101)
# The number of tasks on one page of a plan.
TASKS_SHOWN = 200


@dataclass(frozen=True)
class PlanInput:
    """The fields of the form for a plan. `document_id` is the document in which the plan was issued."""

    title: str
    year: int | None
    unit_id: int | None = None
    document_id: int | None = None


@dataclass(frozen=True)
class PlanRow:
    """A plan in a list. `document` is the document in which it was issued, or None when there is none or the actor
    may not read it."""

    id: int
    title: str
    year: int
    unit: str | None
    document: DocumentRef | None
    counts: CoverageCounts


@dataclass(frozen=True)
class PlanView:
    """A plan with the tasks of one page of its list; `total` is the number of all its tasks. `document` is the
    document in which it was issued, or None when there is none or the actor may not read it. `may_add` tells whether
    the actor may add tasks."""

    id: int
    revision: int
    title: str
    year: int
    unit_id: int | None
    unit: str | None
    document: DocumentRef | None
    tasks: tuple[TaskRow, ...]
    counts: CoverageCounts
    total: int
    may_edit: bool
    may_add: bool


def years(actor: Actor) -> list[int]:
    """List the years that have plans, the newest first. Raises Denied when the actor's roles may not read plans."""
    policy.require(actor, "plan:read")
    with db.read() as session:
        return list(session.scalars(select(Plan.year).distinct().order_by(Plan.year.desc())))


def listing(
    actor: Actor,
    year: int | None = None,
    *,
    document_id: int | None = None,
    limit: int | None = None,
    skip: int = 0,
) -> list[PlanRow]:
    """Find at most `limit` plans after the first `skip`, with the counts of their tasks. None as `limit` means all.
    The newest year comes first, and the plans of a year are sorted by title. `year` keeps only the plans of this
    year, and `document_id` only the plans issued in this document. None sets no condition. Raises Denied when the
    actor's roles may not read plans."""
    policy.require(actor, "plan:read")
    with db.read() as session:
        query = select(Plan).order_by(Plan.year.desc(), order(Plan.title), Plan.id).limit(limit).offset(skip)
        query = query if year is None else query.where(Plan.year == year)
        plans = list(session.scalars(query if document_id is None else query.where(Plan.document_id == document_id)))
        shown = references.documents(session, actor, (plan.document_id for plan in plans))
        ids = [plan.id for plan in plans]
        counts = by_plan(session, actor, ids)
        return [
            PlanRow(
                id=plan.id,
                title=plan.title,
                year=plan.year,
                unit=plan.unit.name if plan.unit else None,
                document=shown.get(plan.document_id) if plan.document_id else None,
                counts=counts.get(plan.id, CoverageCounts()),
            )
            for plan in plans
        ]


def count(actor: Actor, year: int | None = None) -> int:
    """Count the plans of a year; None means all years. Raises Denied when the actor's roles may not read
    plans."""
    policy.require(actor, "plan:read")
    query = select(func.count(Plan.id))
    with db.read() as session:
        return session.scalar(query if year is None else query.where(Plan.year == year)) or 0


def get(actor: Actor, plan_id: int, *, limit: int | None = TASKS_SHOWN, skip: int = 0) -> PlanView:
    """Load a plan with at most `limit` of its tasks after the first `skip`, in the order of the plan; None means all.
    Raises Denied when the actor's roles may not read plans, and NotFound when there is no such plan."""
    policy.require(actor, "plan:read")
    with db.read() as session:
        plan = session.get(Plan, plan_id)
        if plan is None:
            raise NotFound
        tasks = rows(session, actor, in_order(plan.id).limit(limit).offset(skip)) if limit else []
        documents = references.documents(session, actor, [plan.document_id])
        return PlanView(
            id=plan.id,
            revision=plan.revision,
            title=plan.title,
            year=plan.year,
            unit_id=plan.unit_id,
            unit=plan.unit.name if plan.unit else None,
            document=documents.get(plan.document_id) if plan.document_id else None,
            tasks=tuple(tasks),
            counts=by_plan(session, actor, [plan.id]).get(plan.id, CoverageCounts()),
            total=session.scalar(select(func.count(Task.id)).where(Task.plan_id == plan.id)) or 0,
            may_edit=may_edit(actor, plan.unit_id),
            may_add=policy.may(actor, "plan:edit")
            and (forms.edits_all(actor) or actor.unit_id is not None),
        )


def may_edit(actor: Actor, unit_id: int | None) -> bool:
    """Whether the actor may edit a plan of the organisational unit `unit_id`; None means a plan without a unit."""
    if not policy.may(actor, "plan:edit"):
        return False
    return forms.edits_all(actor) or (unit_id is not None and unit_id == actor.unit_id)


def create(actor: Actor, given: PlanInput) -> int:
    """Create a plan with the fields `given` and return its id. Raises Denied when the actor's roles may not edit
    plans, Invalid when a field is wrong or the actor may not edit plans of this unit, and NotFound when the actor may
    not read the document."""
    policy.require(actor, "plan:edit")
    if not may_edit(actor, given.unit_id):
        raise Invalid(Message("Bạn chỉ lập được kế hoạch của đơn vị mình; hãy chọn đơn vị của bạn."), "unit_id")
    with db.write() as session:
        plan = Plan(title="", year=0, created_by=actor.user_id)
        shown = _fill(session, actor, plan, given)
        session.add(plan)
        session.flush()
        _record(session, actor, "plan:create", plan, forms.filled(shown))
        return plan.id


def edit(actor: Actor, plan_id: int, given: PlanInput, *, revision: int) -> None:
    """Change a plan to the fields `given`. `revision` is the revision when the form was opened. Raises Denied when
    the actor may not edit the plan, NotFound when there is no such plan or the actor may not read the document,
    Invalid when a field is wrong, and Conflict when the revision has changed."""
    policy.require(actor, "plan:edit")

    def allowed(plan: Plan) -> None:
        if not may_edit(actor, plan.unit_id):
            raise Denied("plan:edit")

    with db.write() as session:
        forms.one_at_a_time(session, Plan)
        plan = forms.for_change(session, Plan, plan_id, revision, allowed)
        if not may_edit(actor, given.unit_id):
            raise Invalid(Message("Bạn chỉ giữ được kế hoạch cho đơn vị mình; hãy chọn đơn vị của bạn."), "unit_id")
        before = _shown(session, plan)
        details = forms.differences(before, _fill(session, actor, plan, given))
        others = select(Plan.id).where(Plan.answers_id == plan.answers_id, Plan.unit_id == plan.unit_id, Plan.id != plan.id)
        if None not in (plan.answers_id, plan.unit_id) and session.scalar(others.limit(1)) is not None:
            raise Invalid(Message("Đơn vị đã có kế hoạch thực hiện kế hoạch cấp trên này."), "unit_id")
        if details["changes"]:
            forms.bump(plan)
            _record(session, actor, "plan:edit", plan, details)


def titled(title: str, year: int) -> str:
    """The title of a plan, followed by its year in brackets unless the title contains that year."""
    return title if re.search(rf"(?<!\d){year}(?!\d)", title) else f"{title} ({year})"


def of_document(actor: Actor, document_id: int) -> list[PlanRow]:
    """Load the plans that were issued in this document. Raises NotFound when the actor may not read the document, and
    Denied when the actor's roles may not read plans."""
    with db.read() as session:
        guard.readable(session, actor, document_id)
    return [row for row in listing(actor, document_id=document_id) if row.document]


def _fill(session: Session, actor: Actor, plan: Plan, given: PlanInput) -> dict[str, Words | None]:
    plan.title = forms.required(given.title, Message("Hãy nhập tên kế hoạch."), "title", 500)
    if given.year not in YEARS:
        raise Invalid(Message("Năm phải từ %(first)s đến %(last)s.", first=YEARS[0], last=YEARS[-1]), "year")
    plan.year = given.year or 0
    plan.unit_id = given.unit_id
    if given.unit_id is not None:
        forms.check_units(session, {given.unit_id}, "unit_id")
    if _may_change_document(session, actor, plan):
        if given.document_id is not None:
            guard.readable(session, actor, given.document_id)
        plan.document_id = given.document_id
    return _shown(session, plan)


def _may_change_document(session: Session, actor: Actor, plan: Plan) -> bool:
    # The form does not show a document that the actor may not read, so its empty field must not remove it.
    return plan.document_id is None or bool(references.documents(session, actor, [plan.document_id]))


def _shown(session: Session, plan: Plan) -> dict[str, Words | None]:
    unit = session.get(Unit, plan.unit_id) if plan.unit_id else None
    return {
        "Tên": plan.title,
        "Năm": str(plan.year),
        "Đơn vị": unit.name if unit else None,
        # The document's number only: a reader of the event may not be allowed to read both documents.
        "Văn bản": f"#{plan.document_id}" if plan.document_id else None,
    }


def _record(session: Session, actor: Actor, action: str, plan: Plan, details: dict[str, Any]) -> None:
    label = titled(plan.title, plan.year)
    log.record(session, actor, action, "plan", plan.id, label, document_id=plan.document_id, details=details)
