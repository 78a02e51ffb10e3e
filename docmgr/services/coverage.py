"""How far plans are carried out: tasks counted by unit, and which provisions of a plan's document have tasks.

Evidence counts only where the actor may read it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from docmgr import collation, db, policy
from docmgr.models import Plan, Task
from docmgr.policy import Actor
from docmgr.services import references
from docmgr.services.errors import NotFound
from docmgr.services.references import ProvisionRef
from docmgr.services.task_lists import TaskRow, rows


@dataclass(frozen=True)
class Counts:
    """Tasks counted, cancelled ones left out; `proven` and `unproven` by evidence that the actor may read."""

    tasks: int = 0
    done: int = 0
    overdue: int = 0
    proven: int = 0
    unproven: int = 0

    @property
    def without_evidence(self) -> int:
        """Tasks, done or not, that nothing shows yet."""
        return self.tasks - self.proven


@dataclass(frozen=True)
class UnitCoverage:
    """The tasks that one unit leads."""

    unit_id: int | None
    unit: str | None
    counts: Counts


@dataclass(frozen=True)
class Coverage:
    """How far a plan (or all plans) is carried out, by unit, and which of its provisions have tasks."""

    total: Counts
    units: tuple[UnitCoverage, ...]
    provisions: tuple[tuple[ProvisionRef, tuple[TaskRow, ...]], ...] = ()

    @property
    def untouched(self) -> int:
        """Provisions of the plan's document that no task names."""
        return sum(1 for _, tasks in self.provisions if not tasks)


def coverage(actor: Actor, plan_id: int | None = None) -> Coverage:
    """How far tasks are carried out, by unit; for a plan also by provision. Raises Denied, NotFound."""
    policy.require(actor, "plan:read")
    with db.read() as session:
        if plan_id is None:
            return _by_unit(rows(session, actor, select(Task).order_by(Task.id)))
        plan = session.get(Plan, plan_id)
        if plan is None:
            raise NotFound
        tasks = rows(session, actor, in_order(plan.id))
        found = _by_unit(tasks)
        return Coverage(found.total, found.units, _by_provision(session, actor, plan, tasks))


def counted(tasks: Iterable[TaskRow]) -> Counts:
    """The counts of these tasks."""
    live = [task for task in tasks if task.state != "cancelled"]
    return Counts(
        tasks=len(live),
        done=sum(task.state == "done" for task in live),
        overdue=sum(task.overdue for task in live),
        proven=sum(task.evidence > 0 for task in live),
        unproven=sum(task.unproven for task in live),
    )


def in_order(plan_id: int) -> Select[Task]:
    """The tasks of a plan in the order of the plan."""
    return select(Task).where(Task.plan_id == plan_id).order_by(Task.position, Task.id)


def _by_unit(tasks: list[TaskRow]) -> Coverage:
    leads = {(task.lead_id, task.lead) for task in tasks}
    in_order = sorted(leads, key=lambda lead: (lead[1] is None, collation.key(lead[1]) or "", lead[0]))
    units = tuple(
        UnitCoverage(unit_id, name, counted(task for task in tasks if task.lead_id == unit_id))
        for unit_id, name in in_order
    )
    return Coverage(counted(tasks), units)


def _by_provision(
    session: Session, actor: Actor, plan: Plan, tasks: list[TaskRow]
) -> tuple[tuple[ProvisionRef, tuple[TaskRow, ...]], ...]:
    if plan.document_id is None or not references.documents(session, actor, [plan.document_id]):
        return ()
    choices = references.choose(actor, plan.document_id, limit=1000)
    by_anchor: dict[str | None, list[TaskRow]] = {}
    for task in tasks:
        by_anchor.setdefault(task.anchor if task.document_id == plan.document_id else None, []).append(task)
    # A heading is covered by what stands under it; the opening and the signature give no tasks.
    headings = {ref.anchor.rpartition(".")[0] for ref in choices.shown} | {"mo-dau", "chu-ky"}
    return tuple(
        (ref, tuple(by_anchor.get(ref.anchor, ())))
        for ref in choices.shown
        if ref.anchor in by_anchor or (ref.text.strip() and ref.anchor not in headings)
    )
