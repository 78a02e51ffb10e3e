"""To which units a task is given, when each of several units carries it out."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr import collation
from docmgr.models import Occurrence, Task, Unit
from docmgr.services import forms
from docmgr.services.errors import Invalid
from docmgr.services.message import Message
from indexer import fold

FAN_OUT = {"below": "Mỗi đơn vị trực thuộc một đơn vị", "listed": "Mỗi đơn vị được chọn"}


def below(session: Session, unit_id: int, words: str | None) -> dict[int, str]:
    """Find the units below `unit_id`, at any depth, whose name begins with `words`, without regard to case and diacritics; None
    stands for all. Returns their names by id."""
    units: dict[int | None, list[tuple[int, str]]] = {}
    for number, name, parent in session.execute(select(Unit.id, Unit.name, Unit.parent_id)):
        units.setdefault(parent, []).append((number, name))
    found: dict[int, str] = {}
    waiting = [unit_id]
    while waiting:
        for number, name in units.get(waiting.pop(), ()):
            if number not in found:
                found[number] = name
                waiting.append(number)
    start = fold(words or "")
    return {number: name for number, name in found.items() if fold(name).startswith(start)}


def held(session: Session, task: Task) -> dict[int, str]:
    """The names of the units that have occurrences of the task, by id."""
    query = select(Unit.id, Unit.name).where(Unit.id.in_(select(Occurrence.unit_id).where(Occurrence.task_id == task.id)))
    return {number: name for number, name in session.execute(query)}


def wanted(session: Session, task: Task, listed: Iterable[int]) -> dict[int, str]:
    """Find the units that shall carry out the task by its rule; `listed` are those chosen by name. Returns their names by id. They
    cannot be removed until the unit of work ends. Raises Invalid when there are none."""
    if task.fan_out == "below":
        if task.fan_out_unit_id is None:
            raise Invalid(Message("Hãy chọn đơn vị cấp trên của các đơn vị thực hiện."), "fan_out_unit_id")
        forms.check_units(session, {task.fan_out_unit_id}, "fan_out_unit_id")
        ids = set(below(session, task.fan_out_unit_id, task.fan_out_words))
        if not ids:
            raise Invalid(Message("Không có đơn vị trực thuộc nào như vậy."), "fan_out_unit_id")
        return forms.check_units(session, ids, "fan_out_unit_id")
    ids = set(listed)
    if not ids:
        raise Invalid(Message("Hãy chọn các đơn vị thực hiện."), "fan_out_ids")
    return forms.check_units(session, ids, "fan_out_ids")


def missing(session: Session, task: Task) -> list[tuple[int, str]]:
    """List pairs (id, name) of the units that the rule of the task covers but that have no occurrence of it, sorted by name."""
    if task.fan_out != "below" or task.fan_out_unit_id is None:
        return []
    has = held(session, task)
    new = [(number, name) for number, name in below(session, task.fan_out_unit_id, task.fan_out_words).items() if number not in has]
    return sorted(new, key=lambda unit: (collation.key(unit[1]), unit[0]))
