"""Count how far plans are carried out, in total and by unit.

Evidence counts only when the actor may read it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from docmgr import collation, db, policy
from docmgr.models import Assignment, Document, Link, Occurrence, Plan, Task, Unit
from docmgr.policy import Actor
from docmgr.services.chunks import chunks
from docmgr.services.errors import NotFound
from docmgr.services.planning import evidence
from docmgr.services.planning.occurrences import items
from docmgr.services.planning.occurrences.rollup import spread
from docmgr.services.planning.overdue import late
from legaltext import dates

# So many units stand on a page that shows other things too.
UNITS_SHOWN = 20


@dataclass(frozen=True)
class CoverageCounts:
    """Numbers of tasks, a task that has occurrences counting as often as it has some. What is cancelled or does not apply is not
    counted. `proven` counts tasks with evidence that the actor may read; `unproven` counts done tasks without such evidence."""

    tasks: int = 0
    done: int = 0
    overdue: int = 0
    proven: int = 0
    unproven: int = 0

    def __add__(self, other: CoverageCounts) -> CoverageCounts:
        return CoverageCounts(
            self.tasks + other.tasks, self.done + other.done, self.overdue + other.overdue, self.proven + other.proven, self.unproven + other.unproven
        )

    @property
    def without_evidence(self) -> int:
        """The number of tasks without evidence that the actor may read, done or not."""
        return self.tasks - self.proven


@dataclass(frozen=True)
class UnitCoverage:
    """How many tasks one organisational unit leads, or carries out an occurrence of, with the same counts as CoverageCounts. `unit_id` and `unit` are
    None for tasks that no unit leads."""

    unit_id: int | None
    unit: str | None
    counts: CoverageCounts


@dataclass(frozen=True)
class Coverage:
    """How far one plan, or all plans together, is carried out: in total, and by unit, sorted by name."""

    total: CoverageCounts
    units: tuple[UnitCoverage, ...]

    def foremost(self, limit: int = UNITS_SHOWN) -> tuple[UnitCoverage, ...]:
        """All units where these are at most `limit`, otherwise those with most overdue, then those with most to do."""
        if len(self.units) <= limit:
            return self.units
        return tuple(sorted(self.units, key=lambda row: (-row.counts.overdue, row.counts.done - row.counts.tasks))[:limit])


def coverage(actor: Actor, plan_id: int | None = None) -> Coverage:
    """Count the tasks of a plan by unit, of all plans when `plan_id` is None. Raises Denied when the actor's roles may not read
    plans, and NotFound when there is no such plan."""
    policy.require(actor, "plan:read")
    with db.read() as session:
        if plan_id is not None and session.get(Plan, plan_id) is None:
            raise NotFound
        return _by_unit(session, actor, plan_id)


def of_foremost(actor: Actor) -> Coverage:
    """Count the tasks of all plans by unit. Evidence of occurrences, which takes most of the time, is counted for the units of `foremost` alone: only their
    `proven` and `unproven` hold. Raises Denied when the actor's roles may not read plans."""
    policy.require(actor, "plan:read")
    with db.read() as session:
        return _by_unit(session, actor, None, foremost=True)


def by_plan(session: Session, actor: Actor, plan_ids: Iterable[int]) -> dict[int, CoverageCounts]:
    """Count the tasks of the plans `plan_ids`; return the counts by plan id. Plans without tasks are missing.
    It takes few SQL queries."""
    single = _counting(actor, Task.plan_id)
    found: dict[int, CoverageCounts] = {}
    for some in chunks(set(plan_ids)):
        of_tasks = _of_occurrences(session, actor, Occurrence.task_id, _kept(select(Task.id).where(Task.plan_id.in_(some), spread())), wide=len(some) > 1)
        plan_of = {task_id: plan_id for task_id, plan_id in session.execute(select(Task.id, Task.plan_id).where(Task.plan_id.in_(some), spread()))}
        once = [(row[0], _counts(row)) for row in session.execute(single.where(Task.plan_id.in_(some)))]
        found.update(_summed([*once, *((plan_of[task_id], counts) for task_id, counts in of_tasks.items())]))
    return found


def _counting(actor: Actor, group: Any) -> Select[Any]:
    """Return an SQL query that counts tasks without occurrences by `group`, a column or expression. Its columns are group, tasks, done,
    overdue, proven, unproven, as in CoverageCounts. Cancelled tasks are left out."""
    done, proven = Task.state == "done", evidence.proven(actor)
    columns = _sums(done, late(dates.today()), proven, and_(done, ~proven))
    return select(group, func.count(), *columns).where(Task.state != "cancelled", ~spread()).group_by(group)


def _of_occurrences(
    session: Session, actor: Actor, group: InstrumentedAttribute[int], kept: Sequence[ColumnElement[bool]], *, wide: bool
) -> dict[int, CoverageCounts]:
    """Count the occurrences that meet the conditions `kept` by `group`, a column of them; `wide`: these are most of all. An index answers how
    many there are of each state, and only those with evidence are looked up one by one."""
    return _joined(_states(session, group, kept), _proven(session, actor, group, kept, wide=wide))


def _kept(task_ids: Select[int] | None) -> list[ColumnElement[bool]]:
    kept = [Occurrence.state != "not_applicable", items.counted()]
    return kept if task_ids is None else [*kept, Occurrence.task_id.in_(task_ids)]


def _states(session: Session, group: InstrumentedAttribute[int], kept: Sequence[ColumnElement[bool]]) -> Sequence[Any]:
    """Count by `group` and state: rows of (group, state, how many, how many overdue)."""
    late_ones = func.sum(case((items.late(dates.today()), 1), else_=0))
    return session.execute(select(group, Occurrence.state, func.count(), late_ones).where(*kept).group_by(group, Occurrence.state)).all()


def _proven(
    session: Session, actor: Actor, group: InstrumentedAttribute[int], kept: Sequence[ColumnElement[bool]], *, wide: bool
) -> dict[tuple[int, str], int]:
    """Count those with evidence by group and state."""
    proofs = select(group, Occurrence.state, func.count(Occurrence.id.distinct())).join(Link, Link.occurrence_id == Occurrence.id)
    if wide:
        proofs = proofs.where(evidence.proof_of_many(actor))
    else:
        proofs = proofs.join(Document, Document.id == Link.document_id).where(evidence.proof(actor))
    return {(key, state): number for key, state, number in session.execute(proofs.where(*kept).group_by(group, Occurrence.state))}


def _joined(states: Iterable[Any], proven: Mapping[tuple[int, str], int]) -> dict[int, CoverageCounts]:
    found = []
    for key, state, number, overdue in states:
        shown, done = proven.get((key, state), 0), number if state == "done" else 0
        found.append((key, CoverageCounts(number, done, int(overdue or 0), shown, max(0, done - shown))))
    return _summed(found)


def _sums(*conditions: ColumnElement[bool]) -> list[ColumnElement[int]]:
    return [func.sum(case((condition, 1), else_=0)) for condition in conditions]


def _summed(rows: Iterable[tuple[Any, CoverageCounts]]) -> dict[Any, CoverageCounts]:
    found: dict[Any, CoverageCounts] = {}
    for group, counts in rows:
        found[group] = found[group] + counts if group in found else counts
    return found


def _counts(row: Any) -> CoverageCounts:
    return CoverageCounts(*(int(number or 0) for number in row[1:6]))


def in_order(plan_id: int) -> Select[Task]:
    """Return an SQL query for the tasks of a plan, sorted as the plan's page shows them."""
    return select(Task).where(Task.plan_id == plan_id).order_by(Task.position, Task.id)


def _by_unit(session: Session, actor: Actor, plan_id: int | None, *, foremost: bool = False) -> Coverage:
    lead = (
        select(Assignment.unit_id)
        .where(Assignment.task_id == Task.id, Assignment.role == "lead")
        .correlate(Task)
        .limit(1)
        .scalar_subquery()
        .label("lead")
    )
    tasks = select(Task.id, lead)
    if plan_id is not None:
        tasks = tasks.where(Task.plan_id == plan_id)
    leads = tasks.subquery()
    single = _counting(actor, leads.c.lead).join(leads, leads.c.id == Task.id)
    of_plan = None if plan_id is None else select(Task.id).where(Task.plan_id == plan_id, spread())
    if of_plan is None:
        # An index is asked for each unit, rather than all of it read.
        carried_out = select(Unit.id).where(select(Occurrence.id).where(Occurrence.unit_id == Unit.id).correlate(Unit).exists())
    else:
        carried_out = select(Occurrence.unit_id).distinct().where(Occurrence.task_id.in_(of_plan))
    once = [(row[0], _counts(row)) for row in session.execute(single)]
    kept = _kept(of_plan)
    several = _totals(session, kept) if foremost else _of_occurrences(session, actor, Occurrence.unit_id, kept, wide=of_plan is None)
    found = _summed([*once, *several.items()])
    # Units whose tasks were all cancelled are listed too.
    led = {*session.scalars(select(leads.c.lead).distinct()), *session.scalars(carried_out)}
    known = chunks({unit_id for unit_id in led if unit_id is not None})
    names = {number: name for some in known for number, name in session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(some)))}
    in_order = sorted(led, key=lambda unit: (unit is None, collation.key(names.get(unit or 0)) or "", unit or 0))
    if foremost:
        first = {row.unit_id for row in Coverage(CoverageCounts(), _named(in_order, names, found)).foremost()}
        several = _of_occurrences(session, actor, Occurrence.unit_id, [*kept, Occurrence.unit_id.in_(first - {None})], wide=False)
        found |= _summed([*(row for row in once if row[0] in first), *several.items()])
    return Coverage(sum(found.values(), CoverageCounts()), _named(in_order, names, found))


def _totals(session: Session, kept: Sequence[ColumnElement[bool]]) -> dict[int, CoverageCounts]:
    """Count occurrences by unit, without their evidence."""
    query = select(Occurrence.unit_id, func.count(), *_sums(Occurrence.state == "done", items.late(dates.today())))
    return {row[0]: _counts(row) for row in session.execute(query.where(*kept).group_by(Occurrence.unit_id))}


def _named(units: Iterable[int | None], names: Mapping[int, str], found: Mapping[int | None, CoverageCounts]) -> tuple[UnitCoverage, ...]:
    return tuple(UnitCoverage(unit, names.get(unit or 0), found.get(unit, CoverageCounts())) for unit in units)
