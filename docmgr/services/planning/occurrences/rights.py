"""Who may carry out an occurrence and who may decide about it."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, or_, select

from docmgr import policy
from docmgr.models import Assignment, Occurrence, Task
from docmgr.policy import Actor
from docmgr.services import forms


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


def of_unit(unit_id: int) -> ColumnElement[bool]:
    """Return an SQL condition on Occurrence: the unit carries it out, or supports the only unit that does."""
    supported = select(Assignment.task_id).join(Task, Task.id == Assignment.task_id)
    supported = supported.where(Assignment.unit_id == unit_id, Assignment.role == "support", Task.fan_out.is_(None), Task.recurs_every.is_not(None))
    return or_(Occurrence.unit_id == unit_id, Occurrence.task_id.in_(supported))


def to_decide(actor: Actor) -> ColumnElement[bool]:
    """Return an SQL condition on Occurrence: it waits for the people of the actor's unit, which leads the task, to confirm it."""
    led = select(Assignment.task_id).join(Task, Task.id == Assignment.task_id)
    led = led.where(Assignment.unit_id == actor.unit_id, Assignment.role == "lead", Task.fan_out.is_not(None))
    return and_(Occurrence.state == "waiting", Occurrence.task_id.in_(led), Occurrence.unit_id != actor.unit_id)
