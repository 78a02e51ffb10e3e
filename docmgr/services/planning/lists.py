"""Load tasks for lists: the tasks of a plan or a unit, overdue tasks, and tasks without evidence.

This module decides which data a row of a list has; `evidence` next to it which documents count.
services.planning.tasks writes tasks.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from docmgr import collation, db, policy
from docmgr.models import Assignment, Link, Occurrence, Task
from docmgr.policy import Actor
from docmgr.services.documents import references
from docmgr.services.planning import evidence
from docmgr.services.planning.occurrences import items, rights, rollup
from docmgr.services.planning.occurrences.items import TaskProgress
from docmgr.services.planning.overdue import UNFINISHED, is_overdue, late
from docmgr.services.planning.wanted import met
from docmgr.services.planning.wanted.filters import TaskFilter, conditions, named
from docmgr.services.planning.wanted.met import Reach
from legaltext import dates

STATES = {
    "open": "Chưa thực hiện", "doing": "Đang thực hiện", "waiting": "Chờ xác nhận", "done": "Đã hoàn thành", "cancelled": "Không thực hiện",
}  # fmt: skip
# The states that people give a task; it waits to be confirmed only where its occurrences do.
CHOICES = {state: words for state, words in STATES.items() if state != "waiting"}
# The states of tasks and of their occurrences.
WORDS = {**STATES, **rollup.STATES}
DUE_RULES = {
    "fixed": "Có thời hạn cụ thể", "recurring": "Định kỳ", "event": "Theo sự kiện", "inherited": "Theo văn bản khác", "continuous": "Thường xuyên",
    "on_request": "Theo yêu cầu",
}  # fmt: skip
PAGE_SIZE = 50


@dataclass(frozen=True)
class TaskRow:
    """A task in a list. `lead` and `support` are names of units. `evidence` is the number of documents that prove the
    task and that the actor may read. `document_id`, `anchor` and `quote` are None when the actor may not read the
    document from which the task comes.

    A row may stand for one occurrence of the task, `occurrence_id`, of the period `number` if it recurs: state, due date, evidence and `lead` are then those of the
    occurrence. A row for a whole task that has occurrences has their `progress`. `recurs`: the task has periods. `reach` is its target and
    what it reached, None where it has none."""

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
    occurrence_id: int | None = None
    number: int | None = None
    recurs: bool = False
    progress: TaskProgress | None = None
    reach: Reach | None = None

    @property
    def unproven(self) -> bool:
        """Whether the task is done according to its state but has no evidence that the actor may read."""
        return self.state == "done" and not self.evidence


def find(actor: Actor, wanted: TaskFilter, *, page: int = 1, per_page: int = PAGE_SIZE) -> tuple[list[TaskRow], int]:
    """Find one page of the tasks that meet the filter `wanted`, with `per_page` tasks on each. Returns (tasks,
    total): the tasks with the earliest deadline first, and the number of tasks on all pages. Raises Denied when the
    actor's roles may not read plans."""
    policy.require(actor, "plan:read")
    with db.read() as session:
        if wanted.by_occurrence:
            single, several = conditions(actor, wanted)
            found, total = items.find_page(session, single, several, per_page, (page - 1) * per_page)
            return _rows(session, actor, found), total
        query = named(wanted)
        total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
        query = query.order_by(Task.due_on.is_(None), Task.due_on, Task.id)
        return rows(session, actor, query.limit(per_page).offset((page - 1) * per_page)), total


def mine(actor: Actor, limit: int = PAGE_SIZE) -> list[TaskRow]:
    """Find at most `limit` unfinished tasks and occurrences that the actor's unit leads or supports, those with the earliest deadline
    first. Empty when the actor has no unit or may not read plans."""
    if actor.unit_id is None or not policy.may(actor, "plan:read"):
        return []
    single: items.Conditions = [Task.state.in_(UNFINISHED), Task.id.in_(select(Assignment.task_id).where(Assignment.unit_id == actor.unit_id))]
    with db.read() as session:
        return _items(session, actor, single, [rights.of_unit(actor.unit_id, UNFINISHED)], limit)


def overdue(actor: Actor, today: dt.date | None = None, limit: int = 200) -> list[TaskRow]:
    """Find at most `limit` unfinished tasks and occurrences whose deadline lies before `today` (None means the current day), those
    with the earliest deadline first. Raises Denied when the actor's roles may not read plans."""
    policy.require(actor, "plan:read")
    day = today or dates.today()
    with db.read() as session:
        return _items(session, actor, [late(day)], [items.late(day)], limit, today=day)


def unproven(actor: Actor, limit: int = PAGE_SIZE) -> list[TaskRow]:
    """Find at most `limit` tasks that are done according to their state but have no evidence that the actor may read.
    Raises Denied when the actor's roles may not read plans."""
    policy.require(actor, "plan:read")
    with db.read() as session:
        return _items(session, actor, *conditions(actor, TaskFilter(unproven=True)), limit)


def rows(session: Session, actor: Actor, query: Select[Task], today: dt.date | None = None) -> list[TaskRow]:
    """Load the tasks that the SQL query finds as rows for lists, in the order in which the query returns them.
    `today` is the day on which deadlines are judged; None means the current day. It takes four SQL queries for any
    number of tasks, one more where some have occurrences, and one where some of these have a target."""
    tasks = list(session.scalars(query.options(joinedload(Task.plan))))
    shown = references.documents(session, actor, (task.document_id for task in tasks))
    counts = evidence.counts(session, actor, [task.id for task in tasks])
    at = today or dates.today()
    told = items.progress(session, [task.id for task in tasks if rollup.is_spread(task)], at)
    reached = met.of_tasks(session, tasks)
    return [replace(_row(task, at, counts.get(task.id, 0), task.document_id in shown, told.get(task.id)), reach=reached.get(task.id)) for task in tasks]


def units_of(task: Task) -> tuple[tuple[int, str] | None, tuple[tuple[int, str], ...]]:
    """The units of a task: returns (leading unit or None, supporting units sorted by name). Each unit is a pair (id,
    name)."""
    lead = next(((part.unit_id, part.unit.name) for part in task.assignments if part.role == "lead"), None)
    support = [(part.unit_id, part.unit.name) for part in task.assignments if part.role == "support"]
    return lead, tuple(sorted(support, key=lambda unit: (collation.key(unit[1]), unit[0])))


def _items(
    session: Session, actor: Actor, single: items.Conditions, several: items.Conditions, limit: int, skip: int = 0, today: dt.date | None = None
) -> list[TaskRow]:
    """Load tasks that meet the conditions `single` and occurrences that meet `several`, in the order of their deadlines."""
    return _rows(session, actor, items.find(session, single, several, limit, skip), today)


def _rows(session: Session, actor: Actor, found: list[tuple[int, Occurrence | None]], today: dt.date | None = None) -> list[TaskRow]:
    tasks = {row.id: row for row in rows(session, actor, select(Task).where(Task.id.in_({task_id for task_id, _ in found})), today)}
    counts = evidence.counts(session, actor, [one.id for _, one in found if one is not None], Link.occurrence_id)
    at = today or dates.today()
    return [tasks[task_id] if one is None else _of_occurrence(tasks[task_id], one, at, counts.get(one.id, 0)) for task_id, one in found]


def _of_occurrence(row: TaskRow, one: Occurrence, today: dt.date, evidence: int) -> TaskRow:
    return replace(
        row,
        occurrence_id=one.id, number=one.number if row.recurs else None, progress=None,
        state=one.state, due_on=one.due_on, overdue=items.is_late(one, today), lead=one.unit.name, lead_id=one.unit_id, evidence=evidence,
        # Units that support the one that leads do not support the others.
        support=row.support if one.unit_id == row.lead_id else (),
        reach=met.of_occurrence(row.reach, one.state, one.reached),
    )  # fmt: skip


def _row(task: Task, today: dt.date, evidence: int, readable: bool, progress: TaskProgress | None) -> TaskRow:
    lead, support = units_of(task)
    return TaskRow(
        id=task.id, title=task.title, plan_id=task.plan_id, plan_title=task.plan.title, state=task.state,
        due_rule=task.due_rule, due_on=task.due_on, due_note=task.due_note,
        overdue=progress.late > 0 if progress else is_overdue(task, today),
        lead=lead[1] if lead else None,
        lead_id=lead[0] if lead else None,
        support=tuple(name for _, name in support),
        evidence=evidence,
        expected_evidence=task.expected_evidence,
        document_id=task.document_id if readable else None,
        anchor=task.anchor if readable else None,
        quote=task.quote if readable else None,
        recurs=task.recurs_every is not None,
        progress=progress,
    )
