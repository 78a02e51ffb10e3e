"""Lists of tasks: of a plan, of a unit, overdue, without evidence, of a document.

Decides what a row says and which evidence counts: only documents that the actor may read. Writing is in
`tasks`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, exists, func, select
from sqlalchemy.orm import Session, joinedload

from docmgr import collation, db, policy
from docmgr.models import Assignment, Document, Link, Task
from docmgr.policy import Actor
from docmgr.services.access import guard, rule
from docmgr.services.documents import references
from docmgr.services.message import Message
from legaltext import dates

STATES = {
    "open": "Chưa thực hiện",
    "doing": "Đang thực hiện",
    "done": "Đã hoàn thành",
    "cancelled": "Không thực hiện",
}
DUE_RULES = {
    "fixed": "Có thời hạn cụ thể",
    "recurring": "Định kỳ",
    "event": "Theo sự kiện",
    "inherited": "Theo văn bản khác",
    "continuous": "Thường xuyên",
    "on_request": "Theo yêu cầu",
}
# A result (Kết quả) shows that the work was done as well as a proof (Minh chứng) does.
EVIDENCE_ROLES = ("evidence", "result")
UNFINISHED = ("open", "doing")
PAGE_SIZE = 50


@dataclass(frozen=True)
class TaskRow:
    """A task in a list; `quote` is None where the actor may not read the plan's document."""

    id: int
    title: str
    plan_id: int
    plan_title: str
    state: str
    due_rule: str
    due_on: dt.date | None
    due_note: str | None
    overdue: bool
    lead: str | None
    lead_id: int | None
    support: tuple[str, ...]
    evidence: int
    expected_evidence: str | None
    document_id: int | None
    anchor: str | None
    quote: str | None

    @property
    def unproven(self) -> bool:
        """Said to be done, and nothing shows it."""
        return self.state == "done" and not self.evidence


@dataclass(frozen=True)
class TaskFilter:
    """Which tasks; what is None or False does not narrow."""

    plan_id: int | None = None
    unit_id: int | None = None
    state: str | None = None
    overdue: bool = False
    unproven: bool = False
    text: str = ""


@dataclass(frozen=True)
class DocumentTask:
    """A task tied to a document: `role` plan (its own words) or one of policy.LINK_ROLES."""

    id: int
    title: str
    role: str
    role_label: Message
    anchor: str | None
    version_id: int | None
    state: str
    due_on: dt.date | None
    overdue: bool
    lead: str | None


@dataclass(frozen=True, slots=True)
class Pin:
    """A task that stands at a provision."""

    anchor: str
    id: int
    title: str


def find(
    actor: Actor, wanted: TaskFilter, *, page: int = 1, per_page: int = PAGE_SIZE
) -> tuple[list[TaskRow], int]:
    """One page of tasks, the earliest deadline first, and the number of all. Raises Denied."""
    policy.require(actor, "plan:read")
    with db.read() as session:
        query = _filtered(actor, wanted)
        total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
        query = query.order_by(Task.due_on.is_(None), Task.due_on, Task.id)
        return rows(session, actor, query.limit(per_page).offset((page - 1) * per_page)), total


def mine(actor: Actor, limit: int = PAGE_SIZE) -> list[TaskRow]:
    """Unfinished tasks of the actor's unit, lead or support, the earliest deadline first."""
    if actor.unit_id is None or not policy.may(actor, "plan:read"):
        return []
    query = select(Task).where(Task.state.in_(UNFINISHED), _of_unit(actor.unit_id))
    with db.read() as session:
        return rows(session, actor, query.order_by(Task.due_on.is_(None), Task.due_on, Task.id).limit(limit))


def overdue(actor: Actor, today: dt.date | None = None, limit: int = 200) -> list[TaskRow]:
    """Unfinished tasks whose date has passed, the oldest first."""
    policy.require(actor, "plan:read")
    query = select(Task).where(late(today or dates.today())).order_by(Task.due_on, Task.id)
    with db.read() as session:
        return rows(session, actor, query.limit(limit), today)


def unproven(actor: Actor, limit: int = PAGE_SIZE) -> list[TaskRow]:
    """Tasks said to be done without evidence that the actor may read."""
    return find(actor, TaskFilter(unproven=True), per_page=limit)[0]


def tasks_of_document(
    actor: Actor, document_id: int, *, limit: int | None = None, skip: int = 0
) -> list[DocumentTask]:
    """Tasks that rest on the document's words, then those it is linked to, all or some. Raises NotFound."""
    with db.read() as session:
        guard.readable(session, actor, document_id)
        own = select(Task).where(Task.document_id == document_id).order_by(Task.position, Task.id)
        found = [
            _tied(task, "plan", task.anchor, task.version_id)
            for task in session.scalars(own.limit(limit).offset(skip))
        ]
        left = None if limit is None else limit - len(found)
        if left == 0:
            return found
        past = 0 if found else max(0, skip - _own_tasks(session, document_id))
        linked = (
            select(Task, Link)
            .join(Link, Link.task_id == Task.id)
            .where(Link.document_id == document_id, Link.ended_at.is_(None))
            .order_by(Link.id)
            .limit(left)
            .offset(past)
        )
        pairs = session.execute(linked).all()
        return found + [_tied(task, link.role, link.anchor, link.version_id) for task, link in pairs]


def _own_tasks(session: Session, document_id: int) -> int:
    return session.scalar(select(func.count(Task.id)).where(Task.document_id == document_id)) or 0


def count_of_document(actor: Actor, document_id: int) -> int:
    """How many rows `tasks_of_document` gives. Raises NotFound."""
    with db.read() as session:
        guard.readable(session, actor, document_id)
        tied = select(func.count(Link.id)).where(
            Link.document_id == document_id, Link.ended_at.is_(None), Link.task_id.is_not(None)
        )
        return _own_tasks(session, document_id) + (session.scalar(tied) or 0)


def pins(actor: Actor, document_id: int, version_id: int | None) -> list[Pin]:
    """Tasks that stand at a provision of this version, its own ones first. Raises NotFound."""
    with db.read() as session:
        guard.readable(session, actor, document_id)
        own = select(Task.anchor, Task.id, Task.title).where(
            Task.document_id == document_id, Task.version_id == version_id, Task.anchor.is_not(None)
        )
        tied = (
            select(Link.anchor, Task.id, Task.title)
            .join(Task, Task.id == Link.task_id)
            .where(Link.document_id == document_id, Link.ended_at.is_(None))
            .where(Link.version_id == version_id, Link.anchor.is_not(None))
        )
        queries = (own.order_by(Task.position, Task.id), tied.order_by(Link.id))
        return [Pin(row[0] or "", row[1], row[2]) for query in queries for row in session.execute(query)]


def rows(session: Session, actor: Actor, query: Select[Task], today: dt.date | None = None) -> list[TaskRow]:
    """Rows of the tasks that the query finds, in its order; four queries whatever the number."""
    tasks = list(session.scalars(query.options(joinedload(Task.plan))))
    shown = references.documents(session, actor, (task.document_id for task in tasks))
    counts = evidence_counts(session, actor, [task.id for task in tasks])
    at = today or dates.today()
    return [_row(task, at, counts.get(task.id, 0), task.document_id in shown) for task in tasks]


def evidence_counts(session: Session, actor: Actor, task_ids: Iterable[int]) -> dict[int, int]:
    """Readable documents that prove each task, by task id; tasks without any are left out."""
    query = (
        select(Link.task_id, func.count(Link.document_id.distinct()))
        .join(Document, Document.id == Link.document_id)
        .where(_proof(actor))
        .group_by(Link.task_id)
    )
    found: dict[int, int] = {}
    for some in references.chunks(set(task_ids)):
        rows = session.execute(query.where(Link.task_id.in_(some)))
        found.update({task_id: count for task_id, count in rows if task_id is not None})
    return found


def is_overdue(task: Task, today: dt.date) -> bool:
    """Unfinished, and its date has passed."""
    return task.state in UNFINISHED and task.due_on is not None and task.due_on < today


def units_of(task: Task) -> tuple[tuple[int, str] | None, tuple[tuple[int, str], ...]]:
    """(unit in charge, supporting units), each (id, name)."""
    lead = next(((part.unit_id, part.unit.name) for part in task.assignments if part.role == "lead"), None)
    support = [(part.unit_id, part.unit.name) for part in task.assignments if part.role == "support"]
    return lead, tuple(sorted(support, key=lambda unit: (collation.key(unit[1]), unit[0])))


def _row(task: Task, today: dt.date, evidence: int, readable: bool) -> TaskRow:
    lead, support = units_of(task)
    return TaskRow(
        id=task.id,
        title=task.title,
        plan_id=task.plan_id,
        plan_title=task.plan.title,
        state=task.state,
        due_rule=task.due_rule,
        due_on=task.due_on,
        due_note=task.due_note,
        overdue=is_overdue(task, today),
        lead=lead[1] if lead else None,
        lead_id=lead[0] if lead else None,
        support=tuple(name for _, name in support),
        evidence=evidence,
        expected_evidence=task.expected_evidence,
        document_id=task.document_id if readable else None,
        anchor=task.anchor if readable else None,
        quote=task.quote if readable else None,
    )


def _tied(task: Task, role: str, anchor: str | None, version_id: int | None) -> DocumentTask:
    lead, _ = units_of(task)
    return DocumentTask(
        id=task.id,
        title=task.title,
        role=role,
        role_label=Message("Nội dung giao việc") if role == "plan" else Message(policy.LINK_ROLES[role]),
        anchor=anchor,
        version_id=version_id,
        state=task.state,
        due_on=task.due_on,
        overdue=is_overdue(task, dates.today()),
        lead=lead[1] if lead else None,
    )


def _proof(actor: Actor) -> ColumnElement[bool]:
    return and_(Link.ended_at.is_(None), Link.role.in_(EVIDENCE_ROLES), rule.visible(actor))


def proven(actor: Actor) -> ColumnElement[bool]:
    """SQL condition on Task: a document that the actor may read shows that it was done."""
    proof = select(Link.id).join(Document, Document.id == Link.document_id)
    return exists(proof.where(Link.task_id == Task.id, _proof(actor)).correlate(Task))


def late(today: dt.date) -> ColumnElement[bool]:
    """SQL condition on Task: unfinished, and its date has passed."""
    return and_(Task.state.in_(UNFINISHED), Task.due_on < today)


def _of_unit(unit_id: int) -> ColumnElement[bool]:
    return exists().where(Assignment.task_id == Task.id, Assignment.unit_id == unit_id)


def _filtered(actor: Actor, wanted: TaskFilter) -> Select[Task]:
    query = select(Task)
    if wanted.plan_id is not None:
        query = query.where(Task.plan_id == wanted.plan_id)
    if wanted.unit_id is not None:
        query = query.where(_of_unit(wanted.unit_id))
    if wanted.state:
        query = query.where(Task.state == wanted.state)
    if wanted.overdue:
        query = query.where(late(dates.today()))
    if wanted.unproven:
        query = query.where(Task.state == "done", ~proven(actor))
    return query.where(collation.holds(wanted.text.split(), Task.title))
