"""Accept obligations as tasks of a plan, or drop them, and take that back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, undefer

from docmgr import db, policy
from docmgr.models import (
    Document,
    Finding,
    Link,
    Occurrence,
    Plan,
    Task,
    TrailEvent,
    Version,
    VersionObligation,
)
from docmgr.policy import Actor
from docmgr.services import forms
from docmgr.services.documents import references
from docmgr.services.documents.rereading.obligations import task_title
from docmgr.services.errors import Conflict, Invalid
from docmgr.services.message import Message
from docmgr.services.planning import known_days, plans, tasks
from docmgr.services.planning.obligations import following, rows, times, units
from docmgr.services.planning.obligations.rows import ObligationRow, Picked
from docmgr.services.planning.occurrences import spread
from docmgr.services.planning.plans import PlanInput
from docmgr.services.planning.targets import storing as targets
from docmgr.services.planning.tasks import TaskInput
from docmgr.services.trail import log
from docmgr.services.trail.words import PLACE
from legaltext import dates

# So many places are named in the trail.
PLACES_NAMED = 20
# By these a task became that of an obligation, and nothing of it was changed since when one of them is its newest event.
_GIVEN = ("task:create", "obligation:again")


@dataclass(frozen=True)
class Acceptance:
    """How obligations become tasks. `plan_id` is the plan; None makes the plan `plan`. `lead_id` is the unit in charge of those
    whose printed names mean no unit, and `due_on` the last day of those of which the text says no time. `each_below_id` is the unit
    whose subordinate units each carry out what the text asks of many; None lets `lead_id` do it. `anew` makes
    new tasks also of those that stand in place of an obligation of an older version."""

    plan_id: int | None
    plan: PlanInput | None = None
    lead_id: int | None = None
    due_on: dt.date | None = None
    each_below_id: int | None = None
    anew: bool = False


@dataclass(frozen=True)
class Decided:
    """What was decided: the obligations with their new revisions, for the undo. `plan_id` is the plan of accepted ones. `kept`
    of those that were taken back have a task that goes on, because an older version gave it."""

    picked: tuple[Picked, ...]
    plan_id: int | None = None
    kept: int = 0


def accept(actor: Actor, document_id: int, picked: Sequence[Picked], given: Acceptance) -> Decided:
    """Make a task of each obligation in a plan, all or none. The task is tied to the provision, with the words as its quote. One
    that stands in place of an obligation of an older version (`following`) keeps the task of that, and one whose acceptance was taken
    back gets its task again. Raises Denied or NotFound unless the actor may read the document and work on its obligations; Invalid when a
    unit, a day or the plan is missing, or the actor may not give such a task; Conflict when somebody else has decided about one of them."""
    policy.require(actor, "plan:edit")
    with db.write() as session:
        known_days.hold(session)
        plan_id = _plan(session, given)
        following.hold(session, document_id)
        held = rows.held(session, actor, document_id, picked, "proposed")
        version = _version(session, held)
        kept = {} if given.anew else following.follow(session, version, following.proposals_of(session, version, version.text or "")).kept
        site = units.of_site(session)
        shown = [rows.row_of(one, version.text or "", site, None) for one in held]
        fresh = [row for row in shown if row.id not in kept]
        _check(fresh, given)
        if fresh and plan_id is None:
            plan_id = _new_plan(actor, given)
        quotes = _quotes(session, version, shown)
        for one, row in zip(held, shown, strict=True):
            if row.id in kept:
                one.task_id = following.keep(session, actor, kept[row.id], version, row, quotes[row.id])
            else:
                year = session.get_one(Plan, plan_id or 0).year
                made = _input(document_id, version, row, given, quotes[row.id], year)
                one.task_id, one.lead_id = _task(session, actor, plan_id or 0, one, made), made.lead_id
            one.state = "accepted"
            forms.bump(one)
        session.flush()
        return Decided(_picked(held), plan_id)


def drop(actor: Actor, document_id: int, picked: Sequence[Picked]) -> Decided:
    """Drop obligations: they are no tasks. Raises as `accept` does."""
    return _settle(actor, document_id, picked, "proposed", "dropped", "obligation:drop")


def restore(actor: Actor, document_id: int, picked: Sequence[Picked]) -> Decided:
    """Make dropped obligations proposals again. Raises as `accept` does."""
    return _settle(actor, document_id, picked, "dropped", "proposed", "obligation:restore")


def take_back(actor: Actor, document_id: int, picked: Sequence[Picked]) -> Decided:
    """Make accepted obligations proposals again, and cancel their tasks, except those that an older version gave. Raises Conflict when work on one of these tasks has
    begun, and otherwise as `accept` does."""
    with db.write() as session:
        known_days.hold(session)
        held, kept = rows.held(session, actor, document_id, picked, "accepted"), 0
        for one in held:
            task = session.get(Task, one.task_id) if one.task_id is not None else None
            one.state = "proposed"
            forms.bump(one)
            if following.is_shared(session, one):
                following.let_go(session, actor, one)
                one.task_id, kept = None, kept + 1
                continue
            if task is None or not _is_untouched(session, task):
                raise Conflict(forms.CHANGED_SINCE)
            tasks.set_state(actor, task.id, "cancelled", revision=task.revision)
        session.flush()
        return Decided(_picked(held), kept=kept)


def record(session: Session, actor: Actor, action: str, held: Sequence[VersionObligation], more: dict[str, Any] | None = None) -> None:
    """Record that the actor did `action` with obligations of one version. The event names their places, and never their words:
    some of its readers may not read the document."""
    version = session.get_one(Version, held[0].version_id)
    document = session.get_one(Document, version.document_id)
    places = references.provisions(session, [(version.id, one.anchor) for one in held])
    labels = list(dict.fromkeys(places[version.id, one.anchor].label for one in held if (version.id, one.anchor) in places))
    details = {"obligations": len(held), PLACE: labels[:PLACES_NAMED] or None, "no": version.no, **(more or {})}
    log.document_event(session, actor, action, document, {name: value for name, value in details.items() if value is not None})


def _settle(actor: Actor, document_id: int, picked: Sequence[Picked], before: str, after: str, action: str) -> Decided:
    with db.write() as session:
        held = rows.held(session, actor, document_id, picked, before)
        for one in held:
            one.state = after
            forms.bump(one)
        session.flush()
        record(session, actor, action, held)
        return Decided(_picked(held))


def _picked(held: Iterable[VersionObligation]) -> tuple[Picked, ...]:
    return tuple(Picked(one.id, one.revision) for one in held)


def _plan(session: Session, given: Acceptance) -> int | None:
    """The plan that gets the tasks, locked before anything else is; None when it is a new one."""
    return forms.locked(session, Plan, given.plan_id).id if given.plan_id is not None else None


def _new_plan(actor: Actor, given: Acceptance) -> int:
    if given.plan is None:
        raise Invalid(Message("Hãy chọn kế hoạch."), "plan_id")
    return plans.create(actor, given.plan)


def _version(session: Session, held: Sequence[VersionObligation]) -> Version:
    query = select(Version).where(Version.id == held[0].version_id).options(undefer(Version.text))
    return session.scalars(query.execution_options(populate_existing=True)).one()


def _check(shown: Sequence[ObligationRow], given: Acceptance) -> None:
    unnamed = sum(1 for row in shown if row.lead is None)
    if unnamed and given.lead_id is None:
        raise Invalid(Message("%(n)s mục đã chọn chưa rõ đơn vị chủ trì; hãy chọn đơn vị cho các mục ấy.", n=unnamed), "lead_id")
    undated = sum(1 for row in shown if times.is_blank(row.due))
    if undated and given.due_on is None:
        raise Invalid(Message("%(n)s mục đã chọn không nêu thời hạn; hãy cho ngày đến hạn của các mục ấy.", n=undated), "due_on")


def _quotes(session: Session, version: Version, shown: Sequence[ObligationRow]) -> dict[int, str | None]:
    """The quote of each task, by obligation: its words if they stand in its provision, else None, which means all of it."""
    places = references.provisions(session, [(version.id, row.anchor) for row in shown])
    return {row.id: following.quoted(places.get((version.id, row.anchor)), row.quote) for row in shown}


def _input(document_id: int, version: Version, row: ObligationRow, given: Acceptance, quote: str | None, year: int) -> TaskInput:
    lead = row.lead[0] if row.lead else given.lead_id
    rule = times.by_units(times.recurrence(row.due, year, version.document.issued_on or dates.today()), row.many, given.each_below_id)
    return TaskInput(
        title=task_title(row.action),
        lead_id=lead,
        support_ids=tuple(number for number, _ in row.support if number != lead),
        expected_evidence=row.evidence,
        document_id=document_id,
        anchor=row.anchor or None,
        quote=quote,
        version_no=version.no,
        spread=rule,
        target=targets.of_words(row.target, each=rule.fan_out is not None),
        **times.task_fields(row.due, given.due_on),
    )


def _task(session: Session, actor: Actor, plan_id: int, one: VersionObligation, made: TaskInput) -> int:
    """Make the task, or fill the one again that was cancelled when its acceptance was taken back. One that a person has opened again
    is left as it is."""
    task = session.get(Task, one.task_id) if one.task_id is not None else None
    if task is None:
        return tasks.create(actor, plan_id, made)
    if task.state != "cancelled":
        return task.id
    before = {"Kế hoạch": task.plan.title}
    if task.plan_id != plan_id:
        last = session.scalar(select(func.max(Task.position)).where(Task.plan_id == plan_id)) or 0
        task.plan, task.position = session.get_one(Plan, plan_id), last + 1
    tasks.edit(actor, task.id, _beside(session, task, made), revision=task.revision)
    details = forms.differences(before, {"Kế hoạch": task.plan.title})
    log.record(session, actor, "obligation:again", "task", task.id, task.title, document_id=task.document_id, details=details)
    return task.id


def _beside(session: Session, task: Task, made: TaskInput) -> TaskInput:
    """What an obligation says of a cancelled task, with what people have written of it that the obligation says nothing of."""
    rule = spread.stored(session, task)
    by_units = made.spread if made.spread.fan_out else replace(made.spread, fan_out=rule.fan_out, unit_id=rule.unit_id, words=rule.words, unit_ids=rule.unit_ids)
    same_time = task.due_rule == made.due_rule
    return replace(
        made,
        legal_basis=task.legal_basis,
        expected_evidence=made.expected_evidence or task.expected_evidence,
        due_note=made.due_note or (task.due_note if same_time else None),
        event_on=task.event_on if same_time else None,
        spread=by_units,
        target=made.target if made.target.words else targets.stored(task),
    )


def _is_untouched(session: Session, task: Task) -> bool:
    """Whether nobody has changed or begun a task, or tied anything to it, since it was made of its obligation."""
    # The events of one document are indexed; a change of the document is an event with the new one.
    newest = select(TrailEvent.action).where(TrailEvent.document_id == task.document_id, TrailEvent.subject_type == "task", TrailEvent.subject_id == task.id)
    if task.state != "open" or session.scalar(newest.order_by(TrailEvent.seq.desc()).limit(1)) not in _GIVEN:
        return False
    begun = select(Occurrence.id).where(Occurrence.task_id == task.id, spread._BEGUN)
    tied = (exists().where(Link.task_id == task.id, Link.ended_at.is_(None)), exists().where(Finding.task_id == task.id), begun.exists())
    return not any(session.scalar(select(one)) for one in tied)
