"""Who may carry out an occurrence and who may decide about it."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, Select, or_, select, union

from docmgr import policy
from docmgr.models import Assignment, Occurrence, Task
from docmgr.policy import Actor
from docmgr.services import forms
from docmgr.services.planning.occurrences.rollup import STATES


def may_work(actor: Actor, task: Task, unit_id: int) -> bool:
    """Whether the actor may say how far the unit's occurrence of the task is, and file its evidence: clerks and leaders, people of the
    unit, and of a task that one unit leads also people of those that support it."""
    if not policy.may(actor, "plan:edit"):
        return False
    if forms.edits_all(actor) or (actor.unit_id is not None and actor.unit_id == unit_id):
        return True
    return task.fan_out is None and actor.unit_id in {part.unit_id for part in task.assignments}


def may_decide(actor: Actor, task: Task, unit_id: int) -> bool:
    """Whether the actor may confirm the unit's occurrence of the task, give it back or say that it does not apply: clerks and leaders, and
    people of the unit that leads a task which other units carry out."""
    if not policy.may(actor, "plan:edit"):
        return False
    if forms.edits_all(actor):
        return True
    leads = any(part.role == "lead" and part.unit_id == actor.unit_id for part in task.assignments)
    return task.fan_out is not None and leads and actor.unit_id != unit_id


def of_unit(unit_id: int, states: Collection[str] = tuple(STATES), and_to_decide: bool = False) -> ColumnElement[bool]:
    """Return an SQL condition on Occurrence: it is in one of the `states`, and the unit carries it out or supports the only unit that does;
    with `and_to_decide`, or it waits for people of the unit, which leads the task, to confirm it. Each part has an index."""
    of_support = _parts(unit_id, "support").where(Task.fan_out.is_(None), Task.recurs_every.is_not(None))
    parts = [
        select(Occurrence.id).where(Occurrence.unit_id == unit_id, Occurrence.state.in_(states)),
        select(Occurrence.id).where(Occurrence.task_id.in_(of_support), Occurrence.state.in_(states)),
    ]
    if and_to_decide:
        led = _parts(unit_id, "lead").where(Task.fan_out.is_not(None))
        parts.append(select(Occurrence.id).where(Occurrence.task_id.in_(led), Occurrence.state == "waiting", Occurrence.unit_id != unit_id))
    return Occurrence.id.in_(union(*parts))


def of_deciders(user_id: int | None) -> ColumnElement[bool]:
    """Return an SQL condition on Occurrence: it waits for clerks and leaders to confirm it, because no other unit leads its task, and
    the person did not report it."""
    own = select(Assignment.task_id).where(Assignment.task_id == Task.id, Assignment.role == "lead", Assignment.unit_id == Occurrence.unit_id)
    found = select(Occurrence.id).join(Task, Task.id == Occurrence.task_id).where(Occurrence.state == "waiting", or_(Task.fan_out.is_(None), own.exists()))
    if user_id is not None:
        found = found.where(Occurrence.reported_by.is_distinct_from(user_id))
    return Occurrence.id.in_(found)


def _parts(unit_id: int, role: str) -> Select[int]:
    parts = select(Assignment.task_id).join(Task, Task.id == Assignment.task_id)
    return parts.where(Assignment.unit_id == unit_id, Assignment.role == role)
