"""Who is in charge of a task or an occurrence hands it to somebody else of its unit; leaders move all open work of a person at once."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, joinedload

from docmgr import collation, db, policy
from docmgr.models import Assignment, Occurrence, Task, User
from docmgr.policy import Actor
from docmgr.services import forms
from docmgr.services.errors import Conflict, Invalid, NotFound
from docmgr.services.message import Message
from docmgr.services.planning import known_days
from docmgr.services.planning.occurrences.rollup import spread
from docmgr.services.planning.overdue import UNFINISHED
from docmgr.services.planning.work import entries
from docmgr.services.planning.work.entries import WorkEntry
from docmgr.services.trail import log

# More than a person has; each is locked until all have moved.
MOST = 2_000
Held = TypeVar("Held")
# How many the preview names.
SHOWN = 100
OPEN = (*UNFINISHED, "waiting")


@dataclass(frozen=True)
class HeldWork:
    """One piece of work of a person. `occurrence_id` is None for a task that is carried out once; `moves` says whether the other person is of
    its unit."""

    task_id: int
    occurrence_id: int | None
    title: str
    unit: str
    due_on: dt.date | None
    moves: bool


@dataclass(frozen=True)
class MovePreview:
    """What moving the open work of a person to another would do: the first SHOWN pieces, how many move, and how many stay because the other
    person is of another unit."""

    rows: tuple[HeldWork, ...]
    moving: int
    staying: int


def hand(actor: Actor, person_id: int | None, note: str, *, task_id: int | None = None, occurrence_id: int | None = None, revision: int) -> None:
    """Put somebody of its unit in charge of a task that is carried out once, or of an occurrence. Raises NotFound, Denied unless the actor
    carries it out, Conflict, and Invalid with the field."""
    with db.write() as session:
        entry = entries.lock(session, actor, task_id, occurrence_id, entries.may_carry, revision)
        if (entry.row.state if entry.row else entry.task.state) not in OPEN:
            raise Invalid(entries.CLOSED, "to_id")
        new = _active(session, person_id)
        if new is None or new.unit_id != entry.unit_id:
            raise Invalid(Message("Người phụ trách phải là người của đơn vị thực hiện."), "to_id")
        if new.id == entry.person_id:
            raise Invalid(Message("Người này đang phụ trách việc ấy rồi."), "to_id")
        told = forms.cleaned(note, "note", 2000)
        _put(session, actor, entry, new, told)


def people(actor: Actor, unit_id: int | None) -> list[tuple[int, str]]:
    """List the active people of a unit as pairs (id, name); None stands for all units. Raises Denied when the actor may not read plans."""
    policy.require(actor, "plan:read")
    query = select(User.id, User.full_name).where(User.disabled_at.is_(None)).order_by(collation.order(User.full_name), User.id)
    with db.read() as session:
        return [(number, name) for number, name in session.execute(query if unit_id is None else query.where(User.unit_id == unit_id))]


def holders(actor: Actor) -> list[tuple[int, str, int]]:
    """List those who are in charge of open work as triples (id, name, how much), also people who may not sign in any more. Raises Denied
    unless the actor is a clerk or leader."""
    policy.require(actor, "work:move")
    with db.read() as session:
        counts: dict[int, int] = {}
        for column, conditions in ((Occurrence.person_id, _occurrences()), (Task.person_id, _tasks())):
            for number, count in session.execute(select(column, func.count()).where(column.is_not(None), *conditions).group_by(column)):
                counts[number or 0] = counts.get(number or 0, 0) + count
        named = session.execute(select(User.id, User.full_name).where(User.id.in_(counts)).order_by(collation.order(User.full_name), User.id))
        return [(number, name, counts[number]) for number, name in named]


def preview(actor: Actor, from_id: int, to_id: int) -> MovePreview:
    """What `move` would do. Raises Denied unless the actor is a clerk or leader, NotFound, and Invalid with the field."""
    policy.require(actor, "work:move")
    with db.read() as session:
        new = _pair(session, from_id, to_id)
        rows = [
            *(HeldWork(one.task_id, one.id, one.task.title, one.unit.name, one.due_on, one.unit_id == new.unit_id) for one in _held(session, from_id)),
            *(HeldWork(task.id, None, task.title, _lead_name(task), task.due_on, entries.lead_of(task) == new.unit_id) for task in _single(session, from_id)),
        ]
    moving = sum(row.moves for row in rows)
    return MovePreview(tuple(rows[:SHOWN]), moving, len(rows) - moving)


def move(actor: Actor, from_id: int, to_id: int, note: str, *, expected: int) -> int:
    """Put `to_id` in charge of all open work of `from_id` that is of the unit of `to_id`; returns how much that was. `expected` is how much the
    preview showed. Raises Denied unless the actor is a clerk or leader, NotFound, Conflict when it is another number now, and Invalid."""
    policy.require(actor, "plan:edit")
    policy.require(actor, "work:move")
    with db.write() as session:
        known_days.hold(session)
        new = _pair(session, from_id, to_id)
        told = forms.required(note, Message("Hãy ghi lý do chuyển việc."), "note", 2000)
        wanted = [(one.task_id, one.id) for one in _held(session, from_id) if one.unit_id == new.unit_id]
        wanted += [(task.id, 0) for task in _single(session, from_id) if entries.lead_of(task) == new.unit_id]
        if len(wanted) != expected:
            raise Conflict(Message("Công việc của người này vừa thay đổi. Chưa có gì được chuyển; hãy xem lại."))
        if not wanted:
            raise Invalid(Message("Không có việc nào để chuyển."), "to_id")
        # As others do: tasks by ascending id, each before its occurrences.
        for task_id, occurrence_id in sorted(wanted):
            task = forms.locked(session, Task, task_id)
            entry = WorkEntry(task, forms.locked(session, Occurrence, occurrence_id) if occurrence_id else None)
            state = entry.row.state if entry.row else task.state
            if entry.person_id != from_id or entry.unit_id != new.unit_id or task.state == "cancelled" or state not in OPEN:
                raise Conflict(Message("Công việc của người này vừa thay đổi. Chưa có gì được chuyển; hãy xem lại."))
            _put(session, actor, entry, new, told)
        return len(wanted)


def _active(session: Session, person_id: int | None) -> User | None:
    user = session.get(User, person_id) if person_id is not None else None
    return user if user is not None and user.disabled_at is None else None


def _pair(session: Session, from_id: int, to_id: int) -> User:
    if session.get(User, from_id) is None:
        raise NotFound
    new = _active(session, to_id)
    if new is None or new.unit_id is None or to_id == from_id:
        raise Invalid(Message("Hãy chọn một người khác đang làm việc và thuộc một đơn vị."), "to_id")
    return new


def _occurrences() -> tuple[ColumnElement[bool], ...]:
    cancelled = select(Task.id).where(Task.state == "cancelled")
    return Occurrence.state.in_(OPEN), Occurrence.task_id.not_in(cancelled)


def _tasks() -> tuple[ColumnElement[bool], ...]:
    return Task.state.in_(UNFINISHED), ~spread()


def _held(session: Session, person_id: int) -> list[Occurrence]:
    query = select(Occurrence).where(Occurrence.person_id == person_id, *_occurrences()).options(joinedload(Occurrence.task), joinedload(Occurrence.unit))
    return _few(list(session.scalars(query.order_by(Occurrence.due_on, Occurrence.id).limit(MOST + 1))))


def _single(session: Session, person_id: int) -> list[Task]:
    query = select(Task).where(Task.person_id == person_id, *_tasks()).order_by(Task.due_on, Task.id).limit(MOST + 1)
    return _few(list(session.scalars(query)))


def _few(rows: list[Held]) -> list[Held]:
    if len(rows) > MOST:
        raise Invalid(Message("Người này có quá %(most)s việc; hãy bàn giao bớt từng việc trước.", most=MOST), "from_id")
    return rows


def _lead_name(task: Task) -> str:
    lead: Assignment | None = next((part for part in task.assignments if part.role == "lead"), None)
    return lead.unit.name if lead else "—"


def _put(session: Session, actor: Actor, entry: WorkEntry, new: User, note: str | None) -> None:
    old = session.get(User, entry.person_id) if entry.person_id is not None else None
    held = entry.row if entry.row is not None else entry.task
    held.person_id = new.id
    if entry.row is not None:
        forms.bump(entry.row)
    else:
        forms.bump(entry.task)
    changes = forms.differences({"Người phụ trách": old.full_name if old else None}, {"Người phụ trách": new.full_name})
    details = {**entries.named(session, entry), **changes, **forms.filled({"Ghi chú": note}), "keys": [f"user:{new.id}"]}
    task = entry.task
    log.record(session, actor, "task:hand", "task", task.id, task.title, document_id=task.document_id, details=details)
