"""The board of a task that is carried out in occurrences, the page of one of them, and units that join later."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ColumnElement, false, func, select
from sqlalchemy.orm import Session, joinedload

from docmgr import collation, db, policy
from docmgr.models import Link, Occurrence, Task, Unit, User
from docmgr.policy import Actor, Denied
from docmgr.services import forms
from docmgr.services.errors import Invalid
from docmgr.services.message import Message
from docmgr.services.planning import evidence, known_days, lists, tasks
from docmgr.services.planning.lists import TaskRow
from docmgr.services.planning.occurrences import inherited, items, recurrence, rights, spread, steps, units
from docmgr.services.planning.occurrences.rollup import STATES, is_spread, roll_up
from docmgr.services.planning.wanted import met
from docmgr.services.planning.wanted.met import Reach
from docmgr.services.trail import log
from legaltext import dates
from legaltext.working_days import CountedDays

PAGE_SIZE = 50
# A filter beside the states: what is overdue.
LATE = "late"
# How many names of units that could join a page shows.
NAMED = 5


@dataclass(frozen=True)
class OccurrenceRow:
    """An occurrence on the board of its task. `number` is None when the task does not recur. `evidence` counts documents that the actor may
    read."""

    id: int
    unit: str
    number: int | None
    state: str
    due_on: dt.date | None
    overdue: bool
    person: str | None
    note: str | None
    evidence: int
    reach: Reach | None


@dataclass(frozen=True)
class Board:
    """One page of the occurrences of a task. `counts` has the number of all by state and under LATE; `total` is the number of those that
    the filter leaves. `missing` are units that the rule of the task covers and that do not have it yet."""

    rows: tuple[OccurrenceRow, ...]
    counts: dict[str, int]
    total: int
    periods: tuple[int, ...]
    missing: tuple[str, ...]
    may_add: bool

    @property
    def all(self) -> int:
        """The number of all occurrences."""
        return sum(number for state, number in self.counts.items() if state != LATE)


@dataclass(frozen=True)
class OccurrenceView:
    """The data of the page of an occurrence. `counted` says how the calendar moved its day `counted_on`, while that still gives its due
    date. `people` are pairs (id, name) of those who can be in charge."""

    id: int
    revision: int
    row: OccurrenceRow
    task: TaskRow
    plan_year: int
    unit_id: int
    reason: str | None
    person_id: int | None
    reported: tuple[str, dt.datetime] | None
    confirmed: tuple[str, dt.datetime] | None
    counted_on: dt.date | None
    every: str | None
    counted: CountedDays | None
    people: tuple[tuple[int, str], ...]
    may_work: bool
    may_decide: bool
    may_confirm: bool


def load(actor: Actor, task_id: int, *, state: str | None = None, number: int | None = None, text: str = "", page: int = 1) -> Board | None:
    """Load one page of the occurrences of a task: those in the `state` (LATE: overdue), of the period `number` and of units whose name has
    the words of `text`; None and blank set no condition. Returns None when the task has no occurrences. Raises Denied and NotFound."""
    policy.require(actor, "plan:read")
    with db.read() as session:
        task = forms.loaded(session, Task, task_id)
        if not is_spread(task):
            return None
        query = select(Occurrence).join(Unit, Unit.id == Occurrence.unit_id).where(Occurrence.task_id == task_id)
        if state:
            query = query.where(_late(task) if state == LATE else Occurrence.state == state)
        if number is not None:
            query = query.where(Occurrence.number == number)
        query = query.where(collation.holds(text.split(), Unit.name))
        total = session.scalar(query.with_only_columns(func.count())) or 0
        ordered = query.options(joinedload(Occurrence.unit)).order_by(Occurrence.number, collation.order(Unit.name), Occurrence.id)
        found = list(session.scalars(ordered.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)))
        numbers = session.scalars(select(Occurrence.number).where(Occurrence.task_id == task_id).distinct().order_by(Occurrence.number))
        missing = tuple(name for _, name in units.missing(session, task))
        return Board(tuple(_rows(session, actor, task, found)), _counts(session, task), total, tuple(numbers), missing, tasks.may_edit(actor, task))


def get(actor: Actor, occurrence_id: int) -> OccurrenceView:
    """Load the data of the page of an occurrence. Raises Denied when the actor's roles may not read plans, and NotFound."""
    policy.require(actor, "plan:read")
    with db.read() as session:
        one = forms.loaded(session, Occurrence, occurrence_id)
        task = session.get_one(Task, one.task_id)
        whole = lists.rows(session, actor, select(Task).where(Task.id == task.id))
        people = select(User.id, User.full_name).where(User.unit_id == one.unit_id, User.disabled_at.is_(None)).order_by(collation.order(User.full_name))
        may_work, may_decide = (task.state != "cancelled" and may(actor, task, one.unit_id) for may in (rights.may_work, rights.may_decide))
        counted = recurrence.due_day(one.counted_on, known_days.around(session, one.counted_on, 1)) if one.counted_on and task.recurs_every else None
        return OccurrenceView(
            id=one.id,
            revision=one.revision,
            row=_rows(session, actor, task, [one])[0],
            task=whole[0],
            plan_year=task.plan.year,
            unit_id=one.unit_id,
            reason=one.reason,
            person_id=one.person_id,
            reported=(one.reported_by_label or "", one.reported_at) if one.reported_at else None,
            confirmed=(one.confirmed_by_label or "", one.confirmed_at) if one.confirmed_at else None,
            counted_on=one.counted_on if task.recurs_every else None,
            every=task.recurs_every,
            counted=counted if counted and counted.last == one.due_on else None,
            people=tuple((number, name) for number, name in session.execute(people)) if may_work else (),
            may_work=may_work,
            may_decide=may_decide,
            may_confirm=may_decide and steps.confirmable(actor, one),
        )


def join(actor: Actor, task_id: int, *, revision: int) -> int:
    """Give the task to the units that its rule covers and that do not have it yet, for the periods that are not past (the last one, where
    all are). Returns how many units. Raises Denied when the actor may not edit the task, NotFound, Conflict, and Invalid when there is no
    such unit."""
    policy.require(actor, "plan:edit")

    def allowed(task: Task) -> None:
        if not tasks.may_edit(actor, task):
            raise Denied("plan:edit")

    with db.write() as session:
        known_days.hold(session)
        task = forms.for_change(session, Task, task_id, revision, allowed)
        new = dict(units.missing(session, task))
        if not new:
            raise Invalid(Message("Không có đơn vị mới nào để giao thêm."))
        forms.check_units(session, set(new), "fan_out_unit_id")
        all_ = spread.periods(session, task)
        ahead = [one for one in all_ if one.due_on is None or one.due_on >= dates.today()]
        spread.add(session, task, new, ahead or all_[-1:])
        roll_up(session, task)
        inherited.settle(session, actor, task)
        forms.bump(task)
        details = forms.filled({"Đơn vị": ", ".join(list(new.values())[:NAMED]), "Số đơn vị": str(len(new))})
        told = {**details, "keys": [f"unit:{unit_id}" for unit_id in sorted(new)]}
        log.record(session, actor, "occurrence:add", "task", task.id, task.title, document_id=task.document_id, details=told)
        return len(new)


def _late(task: Task) -> ColumnElement[bool]:
    return false() if task.state == "cancelled" else items.late(dates.today())


def _counts(session: Session, task: Task) -> dict[str, int]:
    query = select(Occurrence.state, func.count()).where(Occurrence.task_id == task.id).group_by(Occurrence.state)
    found = dict.fromkeys(STATES, 0) | {state: number for state, number in session.execute(query)}
    late = select(func.count()).select_from(Occurrence).where(Occurrence.task_id == task.id, _late(task))
    return found | {LATE: session.scalar(late) or 0}


def _rows(session: Session, actor: Actor, task: Task, found: list[Occurrence]) -> list[OccurrenceRow]:
    counts = evidence.counts(session, actor, [one.id for one in found], Link.occurrence_id)
    ids = {one.person_id for one in found if one.person_id is not None}
    names = {number: name for number, name in session.execute(select(User.id, User.full_name).where(User.id.in_(ids)))}
    whole = met.of_tasks(session, [task]).get(task.id)
    return [
        OccurrenceRow(
            one.id, one.unit.name, one.number if task.recurs_every else None, one.state, one.due_on,
            task.state != "cancelled" and items.is_late(one, dates.today()),
            names.get(one.person_id or 0), one.note, counts.get(one.id, 0),
            met.of_occurrence(whole, one.state, one.reached),
        )
        for one in found
    ]  # fmt: skip
