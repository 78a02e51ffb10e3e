"""One piece of work: a task that is carried out once, or one occurrence of another. Who may carry it out, who decides about it, and its lock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from docmgr import policy
from docmgr.models import Occurrence, Task
from docmgr.policy import Actor, Denied
from docmgr.services import forms
from docmgr.services.errors import Conflict, Invalid, NotFound
from docmgr.services.message import Message, Words
from docmgr.services.planning import known_days
from docmgr.services.planning.occurrences import inherited, rights, steps
from docmgr.services.planning.occurrences.rollup import is_spread
from docmgr.services.planning.overdue import UNFINISHED

BY_OCCURRENCE = Message("Nhiệm vụ này được thực hiện theo từng kỳ; hãy ghi ở từng kỳ.")
CLOSED = Message("Việc này đã hoàn thành hoặc không thực hiện, nên không đổi được hạn hay người phụ trách.")


@dataclass(frozen=True)
class WorkEntry:
    """A locked piece of work. `row` is the occurrence, None for a task that is carried out once."""

    task: Task
    row: Occurrence | None

    @property
    def due_on(self) -> dt.date | None:
        """When it is due."""
        return self.row.due_on if self.row is not None else self.task.due_on

    @property
    def person_id(self) -> int | None:
        """The person in charge."""
        return self.row.person_id if self.row is not None else self.task.person_id

    @property
    def unfinished(self) -> bool:
        """Whether it still has to be done."""
        return (self.row.state if self.row is not None else self.task.state) in UNFINISHED

    @property
    def unit_id(self) -> int | None:
        """The unit that carries it out."""
        return self.row.unit_id if self.row is not None else lead_of(self.task)


Allowed = Callable[[Actor, WorkEntry], bool]


def lead_of(task: Task) -> int | None:
    """The unit that leads a task."""
    return next((part.unit_id for part in task.assignments if part.role == "lead"), None)


def may_carry(actor: Actor, entry: WorkEntry) -> bool:
    """Whether the actor carries the work out: clerks and leaders, and people of its unit."""
    if entry.row is not None:
        return rights.may_work(actor, entry.task, entry.row.unit_id)
    return policy.may(actor, "plan:edit") and (forms.edits_all(actor) or actor.unit_id in {part.unit_id for part in entry.task.assignments})


def may_decide(actor: Actor, entry: WorkEntry) -> bool:
    """Whether the actor decides about the work: clerks and leaders, and people of the unit that leads a task which others carry out."""
    if entry.row is not None:
        return rights.may_decide(actor, entry.task, entry.row.unit_id)
    return policy.may(actor, "plan:edit") and forms.edits_all(actor)


def lock(session: Session, actor: Actor, task_id: int | None, occurrence_id: int | None, allowed: Allowed, revision: int | None) -> WorkEntry:
    """Lock a piece of work: the occurrence with its task, else the task. Raises NotFound, Denied unless `allowed`, Conflict when the task is
    cancelled or the work no longer has this revision (None asks for none), and Invalid for a task that is carried out in occurrences."""
    if occurrence_id is not None:
        task, row = steps.lock(session, actor, occurrence_id, lambda who, task, _unit: allowed(who, WorkEntry(task, forms.loaded(session, Occurrence, occurrence_id))), revision)
        return WorkEntry(task, row)
    policy.require(actor, "plan:edit")
    if task_id is None:
        raise NotFound
    known_days.hold(session)
    task = forms.for_change(session, Task, task_id, revision, lambda task: _check(actor, task, allowed))
    if task.state == "cancelled":
        raise Conflict(Message("Nhiệm vụ này đã được ghi là không thực hiện."))
    return WorkEntry(task, None)


def _check(actor: Actor, task: Task, allowed: Allowed) -> None:
    if not allowed(actor, WorkEntry(task, None)):
        raise Denied("plan:edit")
    if is_spread(task):
        raise Invalid(BY_OCCURRENCE)


def changed(session: Session, actor: Actor, entry: WorkEntry) -> None:
    """Count a change of a locked piece of work; the task of an occurrence follows it, and tasks that are due after it do."""
    if entry.row is not None:
        steps.changed(session, actor, entry.task, entry.row)
    else:
        forms.bump(entry.task)
        inherited.settle(session, actor, entry.task)


def named(session: Session, entry: WorkEntry) -> dict[str, Words]:
    """The occurrence for the trail, {} for a task that is carried out once."""
    return forms.filled(steps.named(session, entry.task, entry.row)) if entry.row is not None else {}
