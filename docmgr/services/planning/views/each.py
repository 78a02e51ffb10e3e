"""The items that a filter leaves, one row each, for aggregates in SQL."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Subquery, select, union_all

from docmgr.models import Assignment, Occurrence, Task
from docmgr.policy import Actor
from docmgr.services.planning.occurrences import items
from docmgr.services.planning.wanted import filters
from docmgr.services.planning.wanted.filters import TaskFilter


@dataclass
class KindCounts:
    """Numbers of items by kind (kinds.KINDS)."""

    by_kind: dict[str, int] = field(default_factory=dict)

    def add(self, kind: str, number: int) -> None:
        """Count `number` more items of the kind."""
        self.by_kind[kind] = self.by_kind.get(kind, 0) + number

    def __getitem__(self, kind: str) -> int:
        return self.by_kind.get(kind, 0)

    @property
    def total(self) -> int:
        """The number of items of all kinds."""
        return sum(self.by_kind.values())


def each(actor: Actor, wanted: TaskFilter) -> Subquery:
    """Return a subquery of the items that meet the filter, as lists show them: tasks that are carried out once and occurrences. Its columns are
    task_id, state, due_on, and unit_id: the unit that leads or carries it out, or NULL."""
    once, several = filters.conditions(actor, wanted)
    lead = select(Assignment.unit_id).where(Assignment.task_id == Task.id, Assignment.role == "lead").correlate(Task).limit(1).scalar_subquery()
    tasks = items.single(once).with_only_columns(Task.id.label("task_id"), Task.state, Task.due_on, lead.label("unit_id"))
    occurrences = select(Occurrence.task_id, Occurrence.state, Occurrence.due_on, Occurrence.unit_id).where(items.counted(), *several)
    return union_all(tasks, occurrences).subquery()


def summed(rows: Iterable[Any]) -> dict[Any, KindCounts]:
    """Add up rows of (key, kind, number), in the order in which keys first come."""
    found: dict[Any, KindCounts] = {}
    for key, kind, number in rows:
        found.setdefault(key, KindCounts()).add(kind, number)
    return found
