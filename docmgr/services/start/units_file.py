"""Make organisational units from the rows of a workbook: first what would be made and what is wrong, then all or nothing.
A unit that is there already is left as it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from docmgr import db, policy
from docmgr.models import Unit
from docmgr.policy import Actor
from docmgr.services import forms
from docmgr.services.errors import Invalid
from docmgr.services.message import Message
from docmgr.services.people import units
from docmgr.services.people.unit_names import UnitNames, same
from docmgr.services.start.sheets import CellFault, SheetColumn, SheetRow

COLUMNS = {
    "name": SheetColumn(Message("Tên đơn vị"), ("ten", "don vi", "phong ban", "name", "unit", "name of the unit"), required=True),
    "abbreviation": SheetColumn(Message("Tên viết tắt"), ("viet tat", "ky hieu", "abbreviation")),
    "parent": SheetColumn(Message("Đơn vị cấp trên"), ("cap tren", "truc thuoc", "thuoc don vi", "parent", "parent unit")),
}
SAMPLE = (("Văn phòng", "VP", ""), ("Phòng Giáo dục Trung học", "GDTrH", ""), ("Tổ Văn thư", "TVT", "Văn phòng"))
MOST = 500
NAME, ABBREVIATION = 300, 50


@dataclass(frozen=True)
class UnitsPlan:
    """What the rows lead to. `new` are the rows whose units would be made, those above before those below. `kept` are rows
    whose unit is there. With any of `faults` nothing is made."""

    new: tuple[SheetRow, ...]
    kept: tuple[SheetRow, ...]
    faults: tuple[CellFault, ...]


def plan(actor: Actor, rows: Sequence[SheetRow]) -> UnitsPlan:
    """Work out what the rows would make, and what is wrong with them. Raises Denied when the actor is no administrator."""
    policy.require(actor, "people:manage")
    with db.read() as session:
        there = [(unit.name, unit.abbreviation, same(unit.name)) for unit in session.scalars(select(Unit))]
    held = {key for _, _, key in there}
    new = [row for row in rows if _key(row) not in held]
    names = UnitNames([*there, *((row.cells["name"], row.cells.get("abbreviation"), _key(row)) for row in new)])
    faults = [*_of_names(rows), *_of_parents(new, names)]
    above = {_key(row): next(iter(names.meant(row.cells["parent"])), None) if row.cells.get("parent") else None for row in new}
    faults = faults or [_fault(row, "parent", Message("các đơn vị là cấp trên của nhau, thành một vòng")) for row in new if _circular(row, above)]
    kept = tuple(row for row in rows if _key(row) in held)
    labels = [column.label for column in COLUMNS.values()]
    faults.sort(key=lambda fault: (fault.number, labels.index(fault.label)))
    return UnitsPlan(tuple(new if faults else _from_above(new, above)), kept, tuple(faults))


def make(actor: Actor, rows: Sequence[SheetRow]) -> int:
    """Make the units of the rows in one unit of work, and return how many were made. Raises Denied when the actor is no
    administrator, and Invalid when a row is wrong by now."""
    policy.require(actor, "people:manage")
    with db.write() as session:
        forms.one_at_a_time(session, Unit)
        wanted = plan(actor, rows)
        if wanted.faults:
            raise Invalid(wanted.faults[0].message, "file")
        called = [(unit.name, unit.abbreviation, unit.id) for unit in session.scalars(select(Unit))]
        called += [(row.cells["name"], row.cells.get("abbreviation"), -row.number) for row in wanted.new]
        names, made = UnitNames(called), dict[int, int]()
        for row in wanted.new:
            above = next(iter(names.meant(row.cells["parent"]))) if row.cells.get("parent") else None
            parent_id = made.get(above, above) if above is not None else None
            made[-row.number] = units.create(
                actor, name=row.cells["name"], abbreviation=row.cells.get("abbreviation"), parent_id=parent_id
            ).id
        return len(made)


def _key(row: SheetRow) -> str:
    return same(row.cells["name"])


def _of_names(rows: Sequence[SheetRow]) -> list[CellFault]:
    faults, first = [], dict[str, int]()
    for row in rows:
        if not 1 <= len(row.cells["name"]) <= NAME:
            faults.append(_fault(row, "name", Message("hãy ghi tên đơn vị, dài nhất %(most)s ký tự", most=NAME)))
        elif _key(row) in first:
            faults.append(_fault(row, "name", Message("trùng với dòng %(other)s", other=first[_key(row)])))
        first.setdefault(_key(row), row.number)
        if len(row.cells.get("abbreviation", "")) > ABBREVIATION:
            faults.append(_fault(row, "abbreviation", Message("dài nhất %(most)s ký tự", most=ABBREVIATION)))
    return faults


def _of_parents(new: Sequence[SheetRow], names: UnitNames[str]) -> list[CellFault]:
    faults = []
    for row in new:
        above = row.cells.get("parent", "")
        meant = names.meant(above)
        if above and not meant:
            faults.append(_fault(row, "parent", Message("không có đơn vị “%(name)s” trong tệp hay trong hệ thống", name=above)))
        elif len(meant) > 1:
            faults.append(_fault(row, "parent", Message("có nhiều đơn vị gọi là “%(name)s”; hãy ghi tên đầy đủ", name=above)))
    return faults


def _circular(row: SheetRow, above: dict[str, str | None]) -> bool:
    """Whether the unit of the row would be above itself. `above` has the key of the unit above by key of a new unit."""
    passed, current = set[str](), above[_key(row)]
    while current is not None and current not in passed and current != _key(row):
        passed.add(current)
        current = above.get(current)
    return current == _key(row)


def _from_above(new: Sequence[SheetRow], above: dict[str, str | None]) -> list[SheetRow]:
    """Sort the rows so that each unit comes after the one above it; else they keep their order."""
    ordered: list[SheetRow] = []
    left = list(new)
    while left:
        waiting = {_key(row) for row in left}
        ordered += [row for row in left if above[_key(row)] not in waiting]
        left = [row for row in left if above[_key(row)] in waiting]
    return ordered


def _fault(row: SheetRow, key: str, fault: Message) -> CellFault:
    return CellFault(row.number, COLUMNS[key].label, fault)
