"""Make the occurrences of a task as its rule says, and fit them when the rule is changed. Nothing that a unit has begun is removed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, exists, func, insert, or_, select, update
from sqlalchemy.orm import Session

from docmgr.models import Link, Occurrence, Plan, Task, Unit
from docmgr.services import forms
from docmgr.services.chunks import chunks
from docmgr.services.errors import Invalid
from docmgr.services.message import Message, Words
from docmgr.services.planning import known_days
from docmgr.services.planning.occurrences import recurrence, units
from docmgr.services.planning.occurrences.recurrence import EVERY
from docmgr.services.planning.occurrences.rollup import is_spread, roll_up
from docmgr.services.planning.occurrences.units import FAN_OUT
from docmgr.services.planning.overdue import UNFINISHED
from legaltext import dates

# More than any agency has: units times periods.
MOST = 50_000
_BEGUN = or_(
    Occurrence.state != "open", Occurrence.note.is_not(None), Occurrence.person_id.is_not(None), Occurrence.reason.is_not(None), Occurrence.reached.is_not(None),
    exists(select(Link.id).where(Link.occurrence_id == Occurrence.id)),
)  # fmt: skip


@dataclass(frozen=True)
class SpreadInput:
    """When a task recurs and which units do it. `every` is a key of recurrence.EVERY; without `until` the recurrence ends with the year
    of the plan. `fan_out` is a key of FAN_OUT, for which `unit_id` and `words`, or `unit_ids` are given."""

    every: str | None = None
    first: dt.date | None = None
    until: dt.date | None = None
    fan_out: str | None = None
    unit_id: int | None = None
    words: str | None = None
    unit_ids: tuple[int, ...] = ()


@dataclass(frozen=True)
class Period:
    """One period of a task: its number, its day before the calendar moved it (None when the task does not recur), and when it is due."""

    number: int
    counted_on: dt.date | None
    due_on: dt.date | None


def fit(session: Session, task: Task, lead_id: int, given: SpreadInput) -> dict[str, Any]:
    """Store the rule `given` with a locked task that the unit `lead_id` leads, and make, move and remove its occurrences so that they are
    those of the rule. Who calls this holds the calendar. Returns for the trail how many were added and removed, and the keys of the units that do it from now on. Raises Invalid when a field
    is wrong, when an occurrence would have to go that somebody has begun, or when its number would become that of another period."""
    was_alone, same_units = task.fan_out is None, _set_rule(session, task, given)
    session.flush()
    if not is_spread(task):
        gone = set(session.scalars(select(Occurrence.id).where(Occurrence.task_id == task.id)))
        _remove(session, task, gone)
        return _told(0, len(gone), ())
    if task.fan_out is None:
        forms.check_units(session, {lead_id}, "lead_id")
        wanted = {lead_id}
    else:
        wanted = set(units.held(session, task) if same_units else units.wanted(session, task, given.unit_ids))
    if was_alone and task.fan_out is None:
        # Who leads the task answers for all its periods.
        moved = Occurrence.task_id == task.id, Occurrence.unit_id != lead_id
        session.execute(update(Occurrence).where(*moved, Occurrence.state.in_((*UNFINISHED, "waiting"))).values(person_id=None))
        session.execute(update(Occurrence).where(*moved).values(unit_id=lead_id))
    here = set(units.held(session, task))
    fitted = _match(session, task, wanted, periods(session, task))
    roll_up(session, task)
    return _told(*fitted, sorted(wanted - here) if task.fan_out else ())


def periods(session: Session, task: Task) -> list[Period]:
    """List the periods of a task that is carried out in occurrences."""
    if task.recurs_every is None or task.recurs_from is None or task.recurs_until is None:
        return [Period(1, None, task.due_on)]
    known = known_days.load(session, range(task.recurs_from.year, task.recurs_until.year + 2))
    found = recurrence.days(task.recurs_every, task.recurs_from, task.recurs_until)
    return [Period(number, day, recurrence.due_day(day, known).last) for number, day in enumerate(found, 1)]


def stored(session: Session, task: Task) -> SpreadInput:
    """The rule of a task as its form shows it."""
    unit_ids = tuple(sorted(units.held(session, task))) if task.fan_out == "listed" else ()
    return SpreadInput(
        task.recurs_every, task.recurs_from, task.recurs_until, task.fan_out, task.fan_out_unit_id, task.fan_out_words, unit_ids
    )  # fmt: skip


def add(session: Session, task: Task, unit_ids: Iterable[int], chosen: Iterable[Period]) -> int:
    """Make the occurrences of these units for these periods. Returns how many."""
    rows = [
        {"task_id": task.id, "unit_id": unit_id, "number": one.number, "counted_on": one.counted_on, "due_on": one.due_on}
        for one in chosen for unit_id in sorted(unit_ids)
    ]  # fmt: skip
    if rows:
        session.execute(insert(Occurrence), rows)
    return len(rows)


def shown(session: Session, task: Task) -> dict[str, Words | None]:
    """The rule of a task for the trail, by the Vietnamese label of each field."""
    above = session.get(Unit, task.fan_out_unit_id) if task.fan_out_unit_id is not None else None
    count = session.scalar(select(func.count(Occurrence.unit_id.distinct())).where(Occurrence.task_id == task.id)) if task.fan_out else None
    return {
        "Chu kỳ": Message(EVERY[task.recurs_every]) if task.recurs_every else None,
        "Kỳ đầu tiên": forms.day(task.recurs_from),
        "Kết thúc định kỳ": forms.day(task.recurs_until),
        "Giao cho từng đơn vị": Message(FAN_OUT[task.fan_out]) if task.fan_out else None,
        "Đơn vị cấp trên": above.name if above else None,
        "Tên bắt đầu bằng": task.fan_out_words,
        "Số đơn vị": str(count) if count else None,
    }


def _set_rule(session: Session, task: Task, given: SpreadInput) -> bool:
    """Store the rule; returns whether the units are to stay as they are."""
    task.recurs_every = task.recurs_from = task.recurs_until = None
    if task.due_rule == "recurring" and given.every:
        plan_year = session.get_one(Plan, task.plan_id).year
        task.recurs_from, task.recurs_until = recurrence.checked(given.every, given.first, given.until, plan_year)
        task.recurs_every = given.every
    before = task.fan_out, task.fan_out_unit_id, task.fan_out_words
    task.fan_out = forms.one_of(given.fan_out, FAN_OUT, "fan_out") if given.fan_out else None
    below = task.fan_out == "below"
    task.fan_out_unit_id = given.unit_id if below else None
    task.fan_out_words = forms.cleaned(given.words, "fan_out_words", 200) if below else None
    return below and before == (task.fan_out, task.fan_out_unit_id, task.fan_out_words)


def _told(added: int, removed: int, new: Iterable[int]) -> dict[str, Any]:
    counts = {"Số kỳ thêm": added, "Số kỳ bỏ": removed}
    # The keys are for the notices.
    keys = [f"unit:{unit_id}" for unit_id in new]
    return {**{label: str(count) for label, count in counts.items() if count}, **({"keys": keys} if keys else {})}


def _match(session: Session, task: Task, unit_ids: set[int], due: list[Period]) -> tuple[int, int]:
    """Make, move and remove occurrences so that they are those of the periods `due`. Returns how many were added and removed."""
    if len(unit_ids) * len(due) > MOST:
        raise Invalid(Message("Nhiệm vụ này có quá %(most)s kỳ thực hiện; hãy chia thành nhiều nhiệm vụ.", most=MOST), "recurs_until")
    columns = select(Occurrence.id, Occurrence.unit_id, Occurrence.number).where(Occurrence.task_id == task.id)
    has = {(unit_id, number): row_id for row_id, unit_id, number in session.execute(columns)}
    numbers, known = {one.number for one in due}, {number for _, number in has}
    gone = {row_id for (unit_id, number), row_id in has.items() if unit_id not in unit_ids or number not in numbers}
    _remove(session, task, gone)
    _keep_begun(session, task, due)
    here, today, added = {unit_id for unit_id, _ in has}, dates.today(), 0
    for one in due:
        of_period = Occurrence.task_id == task.id, Occurrence.number == one.number
        session.execute(update(Occurrence).where(*of_period, Occurrence.state.in_(UNFINISHED)).values(counted_on=one.counted_on, due_on=func.coalesce(Occurrence.extended_on, one.due_on)))
        if one.counted_on is not None:
            undated = {"counted_on": one.counted_on, "due_on": func.coalesce(Occurrence.due_on, one.due_on)}
            session.execute(update(Occurrence).where(*of_period, Occurrence.counted_on.is_(None)).values(undated))
        # A unit that joined later is not asked for the periods before it.
        asked = unit_ids if one.number not in known or one.due_on is None or one.due_on >= today else unit_ids - here
        added += add(session, task, {unit_id for unit_id in asked if (unit_id, one.number) not in has}, [one])
    return added, len(gone)


def _keep_begun(session: Session, task: Task, due: list[Period]) -> None:
    """Raise Invalid when an occurrence that is no longer open would stand for a period of another month: that period would never be
    asked for."""
    days = {one.number: one.counted_on for one in due}
    begun = select(Occurrence.number, Occurrence.counted_on).where(Occurrence.task_id == task.id, Occurrence.state != "open")
    for number, before in session.execute(begun.distinct().order_by(Occurrence.number)):
        after = days.get(number)
        if before is not None and after is not None and (before.year, before.month) != (after.year, after.month):
            told = Message("Kỳ %(number)s (%(day)s) đã được thực hiện, nên không đổi được chu kỳ hay tháng của kỳ đầu tiên; hãy kết thúc định kỳ này và lập nhiệm vụ mới.", number=number, day=forms.day(before) or "")
            raise Invalid(told, "recurs_every")


def _remove(session: Session, task: Task, ids: set[int]) -> None:
    if not ids:
        return
    for some in chunks(ids):
        begun = select(Unit.name, Occurrence.number).join(Unit, Unit.id == Occurrence.unit_id).where(Occurrence.id.in_(some), _BEGUN)
        for name, number in session.execute(begun.order_by(Occurrence.number, Occurrence.id).limit(1)):
            told = Message("Không bỏ được kỳ %(number)s của %(unit)s: kỳ này đã có tiến độ hoặc minh chứng. Chưa có gì được lưu.", number=number, unit=name)
            raise Invalid(told, "fan_out" if task.fan_out or not is_spread(task) else "recurs_until")
    for some in chunks(ids):
        session.execute(delete(Occurrence).where(Occurrence.id.in_(some)))
