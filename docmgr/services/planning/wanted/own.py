"""What somebody has to do with tasks: in charge, the unit's own, to be confirmed, supported. Each has unfinished items only."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, false, or_, select

from docmgr import db, policy
from docmgr.models import Assignment, Occurrence, Task
from docmgr.policy import Actor
from docmgr.services import forms
from docmgr.services.planning.occurrences import items, rights
from docmgr.services.planning.overdue import UNFINISHED

WHO = {"mine": "Tôi phụ trách", "unit": "Đơn vị tôi thực hiện", "confirm": "Chờ tôi xác nhận", "support": "Đơn vị tôi phối hợp"}


def counts(actor: Actor) -> dict[str, int]:
    """Count the items under each key of WHO. Raises Denied when the actor's roles may not read plans."""
    policy.require(actor, "plan:read")
    found = {}
    with db.read() as session:
        for who in WHO:
            once, each = conditions(actor, who)
            found[who] = items.count(session, [once], [each])
    return found


def conditions(actor: Actor, who: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Return SQL conditions on Task, for tasks without occurrences, and on Occurrence: they are of the kind `who`, a key of WHO."""
    if who == "mine":
        me = actor.user_id or 0
        return and_(Task.person_id == me, Task.state.in_(UNFINISHED)), and_(Occurrence.person_id == me, Occurrence.state.in_(UNFINISHED))
    if who == "confirm":
        return false(), _to_confirm(actor)
    role, unit_id = ("lead", actor.unit_id or 0) if who == "unit" else ("support", actor.unit_id or 0)
    theirs = exists().where(Assignment.task_id == Task.id, Assignment.unit_id == unit_id, Assignment.role == role)
    each = Occurrence.unit_id == unit_id if who == "unit" else _supported(unit_id)
    return and_(theirs, Task.state.in_(UNFINISHED)), and_(each, Occurrence.state.in_(UNFINISHED))


def _supported(unit_id: int) -> ColumnElement[bool]:
    """Who supports the only unit that carries out a task supports its occurrences."""
    tasks = select(Assignment.task_id).join(Task, Task.id == Assignment.task_id)
    return Occurrence.task_id.in_(tasks.where(Assignment.unit_id == unit_id, Assignment.role == "support", Task.fan_out.is_(None)))


def _to_confirm(actor: Actor) -> ColumnElement[bool]:
    if not policy.may(actor, "plan:edit"):
        return false()
    led = select(Assignment.task_id).join(Task, Task.id == Assignment.task_id)
    led = led.where(Assignment.unit_id == (actor.unit_id or 0), Assignment.role == "lead", Task.fan_out.is_not(None))
    ours = and_(
        Occurrence.task_id.in_(led), Occurrence.state == "waiting", Occurrence.unit_id != (actor.unit_id or 0),
        Occurrence.reported_by.is_distinct_from(actor.user_id),
    )  # fmt: skip
    return or_(ours, rights.of_deciders(actor.user_id)) if forms.edits_all(actor) else ours
