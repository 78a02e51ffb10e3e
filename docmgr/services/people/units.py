"""Organisational units (đơn vị): the departments, offices and schools to which people and tasks belong."""

from __future__ import annotations

from sqlalchemy import Column, exists, func, select, update
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.collation import order
from docmgr.db import Base
from docmgr.models import FlowAssignment, Grant, Occurrence, Task, Unit, User, VersionObligation
from docmgr.policy import Actor
from docmgr.services import forms
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.message import Message
from docmgr.services.trail import log
from indexer import fold
from legaltext.text import clean_line


def everything(actor: Actor, *, limit: int | None = None, skip: int = 0) -> list[tuple[Unit, int]]:
    """List pairs (unit, number of its people who are not disabled), sorted by the unit's name: at most `limit` after
    the first `skip`; None means all. Raises Denied when the actor is no administrator."""
    policy.require(actor, "people:manage")
    counted = select(User.unit_id, func.count().label("people")).where(User.disabled_at.is_(None))
    people = counted.group_by(User.unit_id).subquery()
    query = select(Unit, people.c.people).outerjoin(people, people.c.unit_id == Unit.id).order_by(order(Unit.name))
    with db.read() as session:
        return [(unit, number or 0) for unit, number in session.execute(query.limit(limit).offset(skip))]


def count(actor: Actor) -> int:
    """The number of all organisational units. Raises Denied when the actor is no administrator."""
    policy.require(actor, "people:manage")
    with db.read() as session:
        return session.scalar(select(func.count(Unit.id))) or 0


def options(actor: Actor) -> list[tuple[int, str]]:
    """List pairs (id, name) of every organisational unit, sorted by name, for the choices in forms. Raises Denied
    when the actor is not signed in."""
    policy.require(actor, "account:own")
    with db.read() as session:
        return [(number, name) for number, name in session.execute(select(Unit.id, Unit.name).order_by(order(Unit.name)))]


def get(actor: Actor, unit_id: int) -> Unit:
    """Load the organisational unit with this id. Raises Denied when the actor is no administrator, and NotFound when
    there is no such unit."""
    policy.require(actor, "people:manage")
    with db.read() as session:
        return _get(session, unit_id)


def create(actor: Actor, *, name: str, abbreviation: str | None = None, parent_id: int | None = None) -> Unit:
    """Create an organisational unit, below the unit `parent_id` if that is given. Raises Denied when the actor is no
    administrator, and Invalid when the name is blank or taken or the parent does not exist."""
    policy.require(actor, "people:manage")
    with db.write() as session:
        forms.one_at_a_time(session, Unit)
        unit = Unit()
        _fill(session, unit, name, abbreviation, parent_id)
        session.add(unit)
        session.flush()
        log.record(session, actor, "unit:create", "unit", unit.id, unit.name)
        return unit


def named(actor: Actor, name: str) -> Unit:
    """Find the organisational unit with this name or abbreviation; it is created when there is none. Diacritics and case
    do not matter. Raises Denied when the actor is no administrator, and Invalid when a new unit cannot have this
    name."""
    policy.require(actor, "people:manage")
    wanted = fold(clean_line(name))
    with db.write() as session:
        forms.one_at_a_time(session, Unit)
        for unit in session.scalars(select(Unit).order_by(Unit.name)):
            if wanted in {fold(unit.name), fold(unit.abbreviation or "")}:
                return unit
        return create(actor, name=name)


def edit(
    actor: Actor,
    unit_id: int,
    *,
    name: str,
    abbreviation: str | None,
    parent_id: int | None,
    revision: int | None,
) -> None:
    """Change the name, the abbreviation and the parent of an organisational unit.

    `revision` is the revision when the form was opened; None means that there was no form. Raises Denied when the
    actor is no administrator, NotFound when there is no such unit, Conflict when the revision has changed, and
    Invalid when the name is blank or taken or the parent is the unit itself or below it.
    """
    policy.require(actor, "people:manage")
    with db.write() as session:
        forms.one_at_a_time(session, Unit)
        unit = forms.for_change(session, Unit, unit_id, revision)
        before = _state(unit)
        _fill(session, unit, name, abbreviation, parent_id)
        changed = {key: [before[key], value] for key, value in _state(unit).items() if value != before[key]}
        if changed:
            forms.bump(unit)
            log.record(session, actor, "unit:edit", "unit", unit.id, unit.name, details=changed)


def delete(actor: Actor, unit_id: int) -> None:
    """Delete an organisational unit to which no record refers. Raises Denied when the actor is no administrator,
    NotFound when there is no such unit, and Invalid when it is still in use, with the number of occurrences that it has still to do."""
    policy.require(actor, "people:manage")
    with db.write() as session:
        forms.one_at_a_time(session, Unit)
        # The row is locked: a transaction that wants to refer to the unit waits until it is gone, and then finds no
        # such unit.
        unit = forms.locked(session, Unit, unit_id, to_remove=True)
        if open_ := _open_occurrences(session, unit):
            raise Invalid(Message("Đơn vị này còn %(number)s kỳ thực hiện nhiệm vụ chưa xong; hãy giao các nhiệm vụ ấy cho đơn vị khác trước.", number=open_))
        # A unit that a proposal only suggests does no work yet.
        session.execute(update(VersionObligation).where(VersionObligation.lead_id == unit.id).values(lead_id=None))
        if _in_use(session, unit):
            raise Invalid(Message("Đơn vị này còn người, nhiệm vụ hoặc quyền; chỉ xóa được đơn vị chưa dùng đến."))
        log.record(session, actor, "unit:delete", "unit", unit.id, unit.name)
        session.delete(unit)


def _get(session: Session, unit_id: int) -> Unit:
    unit = session.get(Unit, unit_id)
    if unit is None:
        raise NotFound
    return unit


def _fill(session: Session, unit: Unit, name: str, abbreviation: str | None, parent_id: int | None) -> None:
    name = clean_line(name)
    if not 1 <= len(name) <= 300:
        raise Invalid(Message("Hãy ghi tên đơn vị, dài nhất 300 ký tự."), "name")
    with session.no_autoflush:
        taken = session.scalar(select(Unit.id).where(Unit.name == name))
    if taken is not None and taken != unit.id:
        raise Invalid(Message("Đã có đơn vị mang tên này."), "name")
    short = clean_line(abbreviation or "")
    if len(short) > 50:
        raise Invalid(Message("Tên viết tắt dài nhất 50 ký tự."), "abbreviation")
    if parent_id is not None and (
        unit.id in _above(session, parent_id) or session.get(Unit, parent_id) is None
    ):
        raise Invalid(Message("Đơn vị cấp trên không hợp lệ: không có, hoặc nằm trong chính đơn vị này."), "parent_id")
    unit.name, unit.abbreviation, unit.parent_id = name, short or None, parent_id


def _above(session: Session, unit_id: int) -> set[int]:
    """Load the ids of the organisational unit and of all units above it."""
    chain: set[int] = set()
    current: int | None = unit_id
    while current is not None and current not in chain:
        chain.add(current)
        current = session.scalar(select(Unit.parent_id).where(Unit.id == current))
    return chain


def _state(unit: Unit) -> dict[str, object]:
    return {"name": unit.name, "abbreviation": unit.abbreviation, "parent": unit.parent_id}


def _in_use(session: Session, unit: Unit) -> bool:
    """Whether any row of the database refers to the organisational unit, or any right was given to it."""
    queries = [select(column).where(column == unit.id) for column in _references()]
    queries += [select(held.id).where(held.key == f"unit:{unit.id}") for held in (Grant, FlowAssignment)]
    return any(session.scalar(select(exists(query))) for query in queries)


def _open_occurrences(session: Session, unit: Unit) -> int:
    # Nothing can be done any more with those of a cancelled task.
    open_ = Occurrence.unit_id == unit.id, Occurrence.state.in_(("open", "doing", "waiting")), Task.state != "cancelled"
    return session.scalar(select(func.count()).select_from(Occurrence).join(Task, Task.id == Occurrence.task_id).where(*open_)) or 0


def _references() -> list[Column[int]]:
    """List all columns of the database with a foreign key to the table of units. They are taken from the tables'
    definitions, so that new tables are covered without a change here."""
    return [
        key.parent
        for table in Base.metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table.name == Unit.__tablename__
    ]
