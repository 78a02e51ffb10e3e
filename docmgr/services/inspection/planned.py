"""The plan of inspections of a year: its lines, and the inspections that are made of them.

An inspection is of one unit, so a line gives one for each of its units; a line is begun when one of them was made, and concluded when all are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.models import Inspection, PlannedInspection, PlannedUnit, Unit, User
from docmgr.policy import Actor
from docmgr.services import forms
from docmgr.services.errors import Invalid
from docmgr.services.inspection import inspections, team
from docmgr.services.inspection.inspections import InspectionInput
from docmgr.services.message import Message, Words
from docmgr.services.trail import log

FIRST_YEAR, LAST_YEAR, MOST_UNITS = 2000, 2100, 500
PROGRESS = {"planned": "Chưa tiến hành", "running": "Đang tiến hành", "concluded": "Đã kết luận"}


@dataclass(frozen=True)
class PlannedInput:
    """The fields of the form for a line of the plan. `month` is 1 to 12, or None when none is set."""

    subject: str
    year: int | None
    month: int | None = None
    unit_ids: tuple[int, ...] = ()
    head_id: int | None = None
    note: str | None = None


@dataclass(frozen=True)
class PlannedRow:
    """A line of the plan. `units` are pairs (id, name); `made` are its inspections by the id of the unit, as (id, state)."""

    id: int
    revision: int
    year: int
    month: int | None
    subject: str
    note: str | None
    head_id: int | None
    head: str | None
    units: tuple[tuple[int, str], ...]
    made: dict[int, tuple[int, str]]

    @property
    def progress(self) -> str:
        """How far the line is: a key of PROGRESS."""
        states = [state for _id, state in self.made.values()]
        if not states:
            return "planned"
        done = all(state == "concluded" for state in states) and all(unit_id in self.made for unit_id, _name in self.units)
        return "concluded" if done else "running"


def listing(actor: Actor, year: int, *, limit: int | None = None, skip: int = 0) -> list[PlannedRow]:
    """Load at most `limit` lines of the plan of a year after the first `skip`, by month. Raises Denied when the actor's roles may not read
    inspections."""
    policy.require(actor, "inspection:read")
    query = select(PlannedInspection).where(PlannedInspection.year == year)
    query = query.order_by(func.coalesce(PlannedInspection.month, 13), PlannedInspection.id).limit(limit).offset(skip)
    with db.read() as session:
        return _rows(session, session.scalars(query).all())


def counts(actor: Actor, year: int) -> dict[str, int]:
    """Count the lines of the plan of a year, by how far they are (keys of PROGRESS). Raises Denied when the actor's roles may not read
    inspections."""
    policy.require(actor, "inspection:read")
    done = func.count(Inspection.id).filter(Inspection.state == "concluded")
    wanted = select(func.count(PlannedUnit.unit_id)).where(PlannedUnit.planned_id == PlannedInspection.id).correlate(PlannedInspection).scalar_subquery()
    query = select(PlannedInspection.id, wanted, func.count(Inspection.inspected_unit_id.distinct()), func.count(Inspection.id), done)
    query = query.outerjoin(Inspection, Inspection.planned_id == PlannedInspection.id).where(PlannedInspection.year == year)
    found = dict.fromkeys(PROGRESS, 0)
    with db.read() as session:
        for _number, units, covered, made, concluded in session.execute(query.group_by(PlannedInspection.id)):
            found["planned" if not made else "concluded" if concluded == made and covered >= units else "running"] += 1
    return found


def years(actor: Actor) -> list[int]:
    """The years that have a plan, the newest first. Raises Denied when the actor's roles may not read inspections."""
    policy.require(actor, "inspection:read")
    with db.read() as session:
        return list(session.scalars(select(PlannedInspection.year).distinct().order_by(PlannedInspection.year.desc())))


def get(actor: Actor, planned_id: int) -> PlannedRow:
    """Load a line of the plan. Raises Denied when the actor's roles may not read inspections, and NotFound when there is none."""
    policy.require(actor, "inspection:read")
    with db.read() as session:
        return _rows(session, [forms.loaded(session, PlannedInspection, planned_id)])[0]


def heads(actor: Actor) -> list[tuple[int, str]]:
    """People who may lead a team, as (id, name with unit), sorted by name. Raises Denied when the actor's roles may not edit inspections."""
    policy.require(actor, "inspection:edit")
    with db.read() as session:
        return team.eligible(session)


def create(actor: Actor, given: PlannedInput) -> int:
    """Add a line to the plan of a year and return its id. Raises Denied, and Invalid with the field that is wrong."""
    policy.require(actor, "inspection:edit")
    with db.write() as session:
        row = PlannedInspection(subject="", year=0, created_by=actor.user_id)
        shown = _fill(session, row, given)
        session.add(row)
        session.flush()
        log.record(session, actor, "planned_inspection:create", "planned_inspection", row.id, row.subject, details=forms.filled(shown))
        return row.id


def edit(actor: Actor, planned_id: int, given: PlannedInput, *, revision: int) -> None:
    """Change a line of the plan. A unit whose inspection was made stays. Raises Denied, NotFound, Conflict, and Invalid with the field."""
    policy.require(actor, "inspection:edit")
    with db.write() as session:
        row = forms.for_change(session, PlannedInspection, planned_id, revision)
        made = _rows(session, [row])[0].made
        if not made.keys() <= set(given.unit_ids):
            raise Invalid(Message("Đơn vị đã có cuộc kiểm tra theo dòng này thì không bỏ được."), "unit_ids")
        before = _shown(session, row)
        details = forms.differences(before, _fill(session, row, given))
        if details["changes"]:
            forms.bump(row)
            log.record(session, actor, "planned_inspection:edit", "planned_inspection", row.id, row.subject, details=details)


def start(actor: Actor, planned_id: int, unit_id: int) -> int:
    """Make the inspection of one unit of a line and return its id, or that of the one that exists. Who leads the team becomes its head, unless
    that person belongs to the unit. Raises Denied, NotFound, and Invalid when the line does not name the unit or it is the actor's own."""
    policy.require(actor, "inspection:edit")
    with db.write() as session:
        row = _rows(session, [forms.locked(session, PlannedInspection, planned_id)])[0]
        names = dict(row.units)
        if unit_id not in names:
            raise Invalid(Message("Dòng này không có đơn vị đã chọn; hãy chọn lại."), "unit_id")
        if unit_id in row.made:
            return row.made[unit_id][0]
        head = session.get(User, row.head_id) if row.head_id else None
        if head is not None:
            if head.id not in dict(team.eligible(session)):
                raise Invalid(Message("Trưởng đoàn của dòng này không còn kiểm tra được; hãy sửa dòng và chọn người khác."), "head_id")
            team.check(head.unit_id, unit_id, "head_id")
        period = f"{row.month:02}/{row.year}" if row.month else str(row.year)
        given = InspectionInput(f"{row.subject}: {names[unit_id]}"[:500], unit_id, period=period)
        number = inspections.create(actor, given, planned_id=planned_id)
        if head is not None:
            team.enrol(session, actor, session.get_one(Inspection, number), head, head=True)
        return number


def _rows(session: Session, found: Sequence[PlannedInspection]) -> list[PlannedRow]:
    ids = [row.id for row in found]
    made: dict[int, dict[int, tuple[int, str]]] = {number: {} for number in ids}
    query = select(Inspection.planned_id, Inspection.inspected_unit_id, Inspection.id, Inspection.state).where(Inspection.planned_id.in_(ids))
    for planned_id, unit_id, number, state in session.execute(query.order_by(Inspection.id.desc())):
        made[planned_id or 0][unit_id or 0] = (number, state)
    return [
        PlannedRow(
            row.id, row.revision, row.year, row.month, row.subject, row.note, row.head_id, row.head.full_name if row.head else None,
            tuple((one.unit_id, one.unit.name) for one in row.units), made[row.id],
        )
        for row in found
    ]  # fmt: skip


def _fill(session: Session, row: PlannedInspection, given: PlannedInput) -> dict[str, Words | None]:
    row.subject = forms.required(given.subject, Message("Hãy nhập nội dung kiểm tra."), "subject", 500)
    if given.year is None or not FIRST_YEAR <= given.year <= LAST_YEAR:
        raise Invalid(Message("Hãy nhập năm từ %(first)s đến %(last)s.", first=FIRST_YEAR, last=LAST_YEAR), "year")
    if given.month is not None and not 1 <= given.month <= 12:
        raise Invalid(Message("Tháng phải từ 1 đến 12."), "month")
    if not given.unit_ids or len(given.unit_ids) > MOST_UNITS:
        raise Invalid(Message("Hãy chọn từ 1 đến %(most)s đơn vị được kiểm tra.", most=MOST_UNITS), "unit_ids")
    forms.check_units(session, set(given.unit_ids), "unit_ids")
    if given.head_id is not None and given.head_id not in dict(team.eligible(session)):
        raise Invalid(Message("Người này không kiểm tra được; hãy chọn lại."), "head_id")
    head = session.get(User, given.head_id) if given.head_id else None
    for unit_id in given.unit_ids:
        team.check(head.unit_id if head else None, unit_id, "head_id")
    row.year, row.month, row.head_id, row.note = given.year, given.month, given.head_id, forms.cleaned(given.note, "note", 5000)
    kept = {one.unit_id: one for one in row.units}
    row.units = [kept.get(unit_id) or PlannedUnit(unit_id=unit_id) for unit_id in sorted(set(given.unit_ids))]
    return _shown(session, row)


def _shown(session: Session, row: PlannedInspection) -> dict[str, Words | None]:
    head = session.get(User, row.head_id) if row.head_id else None
    names = session.scalars(select(Unit.name).where(Unit.id.in_([one.unit_id for one in row.units])).order_by(Unit.name)).all()
    return {
        "Nội dung": row.subject, "Năm": str(row.year), "Tháng": str(row.month) if row.month else None, "Đơn vị được kiểm tra": ", ".join(names),
        "Trưởng đoàn": head.full_name if head else None, "Ghi chú": row.note,
    }  # fmt: skip
