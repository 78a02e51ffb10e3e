"""Load tasks for lists: the tasks of a plan or a unit, overdue tasks, and tasks without evidence.

This module decides which data a row of a list has; `evidence` next to it which documents count.
services.planning.tasks writes tasks.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from operator import ge, le

from sqlalchemy import ColumnElement, Select, exists, false, func, select
from sqlalchemy.orm import Session, joinedload

from docmgr import collation, db, policy
from docmgr.models import Assignment, Link, Occurrence, Task
from docmgr.policy import Actor
from docmgr.services.documents import references
from docmgr.services.planning import evidence
from docmgr.services.planning.occurrences import items, rights, rollup
from docmgr.services.planning.occurrences.items import TaskProgress
from docmgr.services.planning.overdue import UNFINISHED, is_overdue, late
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
    occurrence. A row for a whole task that has occurrences has their `progress`. `recurs`: the task has periods."""

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

    @property
    def unproven(self) -> bool:
        """Whether the task is done according to its state but has no evidence that the actor may read."""
        return self.state == "done" and not self.evidence


@dataclass(frozen=True)
class TaskFilter:
    """Which tasks to list: those that meet all conditions. A field that is None, False or blank sets no condition.
    `unit_id` is a unit that leads or supports the task, and `lead_id` one that leads it, 0 for a task that no unit leads.
    `text` has words that the title must contain. `since` and `until` are the first and the last day on which it may be due; what is cancelled
    or does not apply falls due on no day, unless its state is asked for. With a condition that one occurrence meets and another does not, tasks that have
    occurrences are listed by occurrence."""

    plan_id: int | None = None
    unit_id: int | None = None
    lead_id: int | None = None
    state: str | None = None
    overdue: bool = False
    unproven: bool = False
    text: str = ""
    since: dt.date | None = None
    until: dt.date | None = None

    @property
    def by_day(self) -> bool:
        """Whether only what is due on some days is listed."""
        return self.since is not None or self.until is not None

    @property
    def by_occurrence(self) -> bool:
        """Whether each occurrence that meets the conditions is listed."""
        return self.unit_id is not None or self.lead_id is not None or bool(self.state) or self.overdue or self.unproven or self.by_day


def find(actor: Actor, wanted: TaskFilter, *, page: int = 1, per_page: int = PAGE_SIZE) -> tuple[list[TaskRow], int]:
    """Find one page of the tasks that meet the filter `wanted`, with `per_page` tasks on each. Returns (tasks,
    total): the tasks with the earliest deadline first, and the number of tasks on all pages. Raises Denied when the
    actor's roles may not read plans."""
    policy.require(actor, "plan:read")
    with db.read() as session:
        if wanted.by_occurrence:
            single, several = _conditions(actor, wanted)
            return _items(session, actor, single, several, per_page, (page - 1) * per_page), items.count(session, single, several)
        query = _filtered(wanted)
        total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
        query = query.order_by(Task.due_on.is_(None), Task.due_on, Task.id)
        return rows(session, actor, query.limit(per_page).offset((page - 1) * per_page)), total


def mine(actor: Actor, limit: int = PAGE_SIZE) -> list[TaskRow]:
    """Find at most `limit` unfinished tasks and occurrences that the actor's unit leads or supports, those with the earliest deadline
    first. Empty when the actor has no unit or may not read plans."""
    if actor.unit_id is None or not policy.may(actor, "plan:read"):
        return []
    single = [Task.state.in_(UNFINISHED), _of_unit(actor.unit_id)]
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
    return find(actor, TaskFilter(unproven=True), per_page=limit)[0]


def rows(session: Session, actor: Actor, query: Select[Task], today: dt.date | None = None) -> list[TaskRow]:
    """Load the tasks that the SQL query finds as rows for lists, in the order in which the query returns them.
    `today` is the day on which deadlines are judged; None means the current day. It takes four SQL queries for any
    number of tasks, and one more where some have occurrences."""
    tasks = list(session.scalars(query.options(joinedload(Task.plan))))
    shown = references.documents(session, actor, (task.document_id for task in tasks))
    counts = evidence.counts(session, actor, [task.id for task in tasks])
    at = today or dates.today()
    told = items.progress(session, [task.id for task in tasks if rollup.is_spread(task)], at)
    return [_row(task, at, counts.get(task.id, 0), task.document_id in shown, told.get(task.id)) for task in tasks]


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
    found = items.find(session, single, several, limit, skip)
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
    )  # fmt: skip


def _row(task: Task, today: dt.date, evidence: int, readable: bool, progress: TaskProgress | None) -> TaskRow:
    lead, support = units_of(task)
    return TaskRow(
        id=task.id, title=task.title, plan_id=task.plan_id, plan_title=task.plan.title, state=task.state,
        due_rule=task.due_rule, due_on=task.due_on, due_note=task.due_note,
        overdue=progress.late > 0 if progress else is_overdue(task, today),
        lead=lead[1] if lead else None, lead_id=lead[0] if lead else None, support=tuple(name for _, name in support),
        evidence=evidence, expected_evidence=task.expected_evidence,
        document_id=task.document_id if readable else None, anchor=task.anchor if readable else None, quote=task.quote if readable else None,
        recurs=task.recurs_every is not None, progress=progress,
    )  # fmt: skip


def _of_unit(unit_id: int) -> ColumnElement[bool]:
    return exists().where(Assignment.task_id == Task.id, Assignment.unit_id == unit_id)


def _led_by(unit_id: int) -> ColumnElement[bool]:
    """Return an SQL condition on Task: the unit leads it. 0 stands for no unit."""
    led = exists().where(Assignment.task_id == Task.id, Assignment.role == "lead")
    return led.where(Assignment.unit_id == unit_id) if unit_id else ~led


def _filtered(wanted: TaskFilter) -> Select[Task]:
    query = select(Task)
    if wanted.plan_id is not None:
        query = query.where(Task.plan_id == wanted.plan_id)
    return query.where(collation.holds(wanted.text.split(), Task.title))


def _conditions(actor: Actor, wanted: TaskFilter) -> tuple[items.Conditions, items.Conditions]:
    """Return SQL conditions on Task, for tasks without occurrences, and on Occurrence."""
    single: items.Conditions = []
    several: items.Conditions = []
    if wanted.plan_id is not None or wanted.text:
        named = _filtered(wanted).with_only_columns(Task.id)
        single.append(Task.id.in_(named))
        several.append(Occurrence.task_id.in_(named))
    if wanted.unit_id is not None:
        single.append(_of_unit(wanted.unit_id))
        several.append(rights.of_unit(wanted.unit_id))
    if wanted.lead_id is not None:
        single.append(_led_by(wanted.lead_id))
        several.append(Occurrence.unit_id == wanted.lead_id if wanted.lead_id else false())
    if wanted.state:
        single.append(Task.state == wanted.state)
        several.append(Occurrence.state == wanted.state)
    elif wanted.by_day:
        single.append(Task.state != "cancelled")
        several.append(Occurrence.state != "not_applicable")
    for day, compare in ((wanted.since, ge), (wanted.until, le)):
        if day is not None:
            single.append(compare(Task.due_on, day))
            several.append(compare(Occurrence.due_on, day))
    if wanted.overdue:
        single.append(late(dates.today()))
        several.append(items.late(dates.today()))
    if wanted.unproven:
        single += [Task.state == "done", ~evidence.proven(actor)]
        several += [Occurrence.state == "done", ~evidence.occurrence_proven(actor)]
    return single, several
