"""What the page of a task or of an occurrence shows of its way: what it waits for, later days, and who can be put in charge."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr import collation, db, policy
from docmgr.models import DueExtension, Occurrence, Task, TaskPrecondition, User
from docmgr.policy import Actor
from docmgr.services import forms
from docmgr.services.planning.occurrences.rollup import is_spread
from docmgr.services.planning.overdue import UNFINISHED
from docmgr.services.planning.work import entries, extensions, handing
from docmgr.services.planning.work.entries import WorkEntry

# How many later days of one piece of work a page shows, and how many tasks that wait for it.
SHOWN = 50


@dataclass(frozen=True)
class NeededTask:
    """A task that another one needs, or that needs it. `holds` says that the need is not met yet. `waived` is (by whom, when, why)."""

    id: int
    title: str
    state: str
    due_on: dt.date | None
    holds: bool
    waived: tuple[str, dt.datetime, str] | None


@dataclass(frozen=True)
class WorkView:
    """The way of one piece of work. `needs` must be done before it, `needed_by` wait for it. `extensions` are the days asked for, the newest
    first; `first_due_on` is the day before the first one that was granted. `inherits` is the other task after which this one is due (id, name, key of
    inherited.AFTER), and `may_inherit` says that it can have one. `people` are pairs (id, name) of those who can be put in charge."""

    task_id: int
    occurrence_id: int | None
    revision: int
    due_on: dt.date | None
    needs: tuple[NeededTask, ...]
    needed_by: tuple[NeededTask, ...]
    extensions: tuple[DueExtension, ...]
    first_due_on: dt.date | None
    inherits: tuple[int, str, str] | None
    may_inherit: bool
    person_id: int | None
    person: str | None
    people: tuple[tuple[int, str], ...]
    may_edit: bool
    may_waive: bool
    may_ask: bool
    may_carry: bool
    may_decide: bool
    may_hand: bool

    @property
    def asked(self) -> DueExtension | None:
        """The later day that waits for an answer."""
        return next((one for one in self.extensions if one.state == "asked"), None)


def load(actor: Actor, task_id: int, occurrence_id: int | None = None) -> WorkView:
    """Load the way of a task, or of one occurrence of it. Raises Denied when the actor's roles may not read plans, and NotFound."""
    policy.require(actor, "plan:read")
    with db.read() as session:
        task = forms.loaded(session, Task, task_id)
        entry = WorkEntry(task, forms.loaded(session, Occurrence, occurrence_id) if occurrence_id is not None else None)
        once = entry.row is not None or not is_spread(task)
        carries = once and task.state != "cancelled" and entries.may_carry(actor, entry)
        asked = list(session.scalars(select(DueExtension).where(extensions.of_entry(entry)).order_by(DueExtension.id.desc()).limit(SHOWN))) if once else []
        granted = [one.due_on for one in asked if one.state == "granted"]
        own = actor.unit_id in {part.unit_id for part in task.assignments}
        hands = carries and (entry.row.state if entry.row else task.state) in handing.OPEN
        people = select(User.id, User.full_name).where(User.unit_id == entry.unit_id, User.disabled_at.is_(None)).order_by(collation.order(User.full_name), User.id)
        person = session.get(User, entry.person_id) if entry.person_id is not None else None
        followed = session.get(Task, task.due_task_id) if task.due_task_id is not None else None
        return WorkView(
            task_id=task.id,
            occurrence_id=occurrence_id,
            revision=entry.row.revision if entry.row else task.revision,
            due_on=entry.due_on,
            needs=_needs(session, task.id),
            needed_by=_needed_by(session, task.id) if entry.row is None else (),
            extensions=tuple(asked),
            first_due_on=granted[-1] if granted else None,
            inherits=(followed.id, followed.title, task.due_after or "") if followed is not None and entry.row is None else None,
            may_inherit=task.recurs_every is None and task.state in UNFINISHED,
            person_id=entry.person_id,
            person=person.full_name if person else None,
            people=tuple((number, name) for number, name in session.execute(people) if number != entry.person_id) if hands else (),
            may_edit=policy.may(actor, "plan:edit") and (forms.edits_all(actor) or own),
            may_waive=policy.may(actor, "plan:edit") and forms.edits_all(actor),
            may_ask=carries and entry.unfinished and entry.due_on is not None and not any(one.state == "asked" for one in asked),
            may_carry=carries,
            may_decide=once and entries.may_decide(actor, entry),
            may_hand=hands,
        )


def task_of(actor: Actor, occurrence_id: int) -> int:
    """The id of the task of an occurrence. Raises Denied when the actor's roles may not read plans, and NotFound."""
    policy.require(actor, "plan:read")
    with db.read() as session:
        return forms.loaded(session, Occurrence, occurrence_id).task_id


def _needs(session: Session, task_id: int) -> tuple[NeededTask, ...]:
    query = select(Task, TaskPrecondition).join(TaskPrecondition, TaskPrecondition.needed_id == Task.id).where(TaskPrecondition.task_id == task_id)
    return tuple(_row(task, need) for task, need in session.execute(query.order_by(Task.position, Task.id).limit(SHOWN)))


def _needed_by(session: Session, task_id: int) -> tuple[NeededTask, ...]:
    query = select(Task, TaskPrecondition).join(TaskPrecondition, TaskPrecondition.task_id == Task.id).where(TaskPrecondition.needed_id == task_id)
    return tuple(_row(task, need) for task, need in session.execute(query.order_by(Task.position, Task.id).limit(SHOWN)))


def _row(task: Task, need: TaskPrecondition) -> NeededTask:
    waived = (need.waived_by_label or "", need.waived_at, need.waived_reason or "") if need.waived_at else None
    return NeededTask(task.id, task.title, task.state, task.due_on, task.state in UNFINISHED and waived is None, waived)
