"""Make people from the rows of a workbook: first what would be made and what is wrong, then all or nothing.

Everybody gets a one-time password, which is returned once and stored only as a hash, as for a single person
(services.people.accounts). A person whose sign-in name and name are there already is left as they are.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from sqlalchemy import select

from docmgr import db, policy
from docmgr.models import Unit, User
from docmgr.policy import Actor
from docmgr.services import forms
from docmgr.services.errors import Invalid
from docmgr.services.message import Message, Translate, vietnamese
from docmgr.services.people import passwords, people
from docmgr.services.people.people import USERNAME, clean_username
from docmgr.services.people.unit_names import UnitNames, same
from docmgr.services.start.sheets import CellFault, SheetColumn, SheetRow
from docmgr.writing import formats, tables
from docmgr.writing.tables import Table
from indexer import fold

COLUMNS = {
    "username": SheetColumn(Message("Tên đăng nhập"), ("tai khoan", "username", "user name", "sign-in name"), required=True),
    "full_name": SheetColumn(Message("Họ và tên"), ("ho ten", "ten", "full name", "name"), required=True),
    "roles": SheetColumn(Message("Vai trò"), ("quyen", "roles", "role"), required=True),
    "unit": SheetColumn(Message("Đơn vị"), ("ten don vi", "phong ban", "unit")),
}
SAMPLE = (("nvanan", "Nguyễn Văn An", "Văn thư", "Văn phòng"), ("ttbinh", "Trần Thị Bình", "Chuyên viên; Lãnh đạo", "VP"))
# Each password takes a core a tenth of a second or more, on purpose, so that nobody can try many.
MOST = 300
FULL_NAME = 200
# What roles are called besides their names and codes, without diacritics.
_ALSO = {"thanh tra": "auditor", "kiem toan": "auditor", "quan tri vien": "administrator", "can bo": "staff"}
_BETWEEN = re.compile(r"[;,/+&\n]|\bva\b|\band\b")
ONE_TIME = Message("Mật khẩu một lần")


@dataclass(frozen=True)
class PlannedPerson:
    """A person whom a row would make. `roles` are keys of policy.ROLES; `unit` is the name of the unit or None."""

    number: int
    username: str
    full_name: str
    roles: tuple[str, ...]
    unit_id: int | None
    unit: str | None


@dataclass(frozen=True)
class PeoplePlan:
    """What the rows lead to: the `new` people, the rows of people who are there (`kept`), and what is wrong. With any of
    `faults` nobody is made."""

    new: tuple[PlannedPerson, ...]
    kept: tuple[SheetRow, ...]
    faults: tuple[CellFault, ...]


@dataclass(frozen=True)
class MadePerson:
    """A person who was made, with the one-time password, which is known nowhere else."""

    username: str
    full_name: str
    password: str


def plan(actor: Actor, rows: Sequence[SheetRow]) -> PeoplePlan:
    """Work out whom the rows would make, and what is wrong with them. Raises Denied when the actor is no administrator."""
    policy.require(actor, "people:manage")
    with db.read() as session:
        there = {user.username: user.full_name for user in session.scalars(select(User))}
        held = list(session.scalars(select(Unit)))
    names, called = UnitNames([(unit.name, unit.abbreviation, unit.id) for unit in held]), {unit.id: unit.name for unit in held}
    new, kept, faults, first = [], [], list[CellFault](), dict[str, int]()
    for row in rows:
        username = clean_username(row.cells["username"])
        if same(there.get(username, "")) == same(row.cells["full_name"]) != "":
            kept.append(row)
            continue
        wrong = [*_of_username(row, username, there, first), *_of_rest(row, names)]
        first.setdefault(username, row.number)
        faults += wrong
        if not wrong:
            unit_id = next(iter(names.meant(row.cells.get("unit", ""))), None)
            roles = read_roles(row.cells["roles"]) or ()
            new.append(PlannedPerson(row.number, username, row.cells["full_name"], roles, unit_id, called.get(unit_id or 0)))
    return PeoplePlan(tuple(new), tuple(kept), tuple(faults))


def make(actor: Actor, rows: Sequence[SheetRow]) -> tuple[MadePerson, ...]:
    """Make the people of the rows in one unit of work, and return them with their one-time passwords. Raises Denied when the actor is no administrator, and Invalid when a row is wrong by now."""
    wanted = plan(actor, rows)
    _refuse(wanted)
    keys = [passwords.one_time() for _ in wanted.new]
    # Hashing is slow on purpose, so the database is not held meanwhile.
    with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
        hashes = dict(zip((one.username for one in wanted.new), pool.map(passwords.hash_password, keys), strict=True))
    with db.write() as session:
        forms.one_at_a_time(session, User)
        again = plan(actor, rows)
        _refuse(again)
        if again.new != wanted.new:
            raise Invalid(Message("Danh sách người dùng hoặc đơn vị vừa thay đổi; hãy xem lại rồi nhập lần nữa."), "file")
        for one in again.new:
            people.add(actor, one.username, one.full_name, one.roles, one.unit_id, hashes[one.username])
    return tuple(MadePerson(one.username, one.full_name, key) for one, key in zip(wanted.new, keys, strict=True))


def _refuse(wanted: PeoplePlan) -> None:
    if wanted.faults:
        raise Invalid(wanted.faults[0].message, "file")


def read_roles(text: str) -> tuple[str, ...] | None:
    """Read the roles of a cell, in the order of policy.ROLES: their names or codes, with anything usual between them, for "Cán bộ
    kiểm tra" and "Chuyên viên quản trị" are titles and not two roles. None when a part is no role, or there is none."""
    parts = [part for part in _BETWEEN.split(fold(text.replace("\n", ";"))) if part.strip()]
    found = {_role_of(" ".join(part.split())) for part in parts}
    if None in found or not found:
        return None
    return tuple(role for role in policy.ROLES if role in found)


def _role_of(part: str) -> str | None:
    """Read one role; words for the same role may follow each other. None when it is no role, or words for several."""
    words = {fold(name): role for role, name in policy.ROLES.items()} | {role: role for role in policy.ROLES} | _ALSO
    found = set[str]()
    # The longest first: a word may begin like another word for the same role.
    for word in sorted(words, key=len, reverse=True):
        shorter = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", " ", part)
        if shorter != part:
            part = shorter
            found.add(words[word])
    return found.pop() if len(found) == 1 and not part.strip() else None


def _of_username(row: SheetRow, username: str, there: dict[str, str], first: dict[str, int]) -> list[CellFault]:
    if not USERNAME.fullmatch(username):
        return [_fault(row, "username", Message("gồm 2 đến 50 chữ thường không dấu, chữ số, dấu chấm, gạch"))]
    if username in there:
        return [_fault(row, "username", Message("đã là của %(name)s", name=there[username]))]
    if username in first:
        return [_fault(row, "username", Message("trùng với dòng %(other)s", other=first[username]))]
    return []


def _of_rest(row: SheetRow, names: UnitNames[int]) -> list[CellFault]:
    faults, unit = [], row.cells.get("unit", "")
    if not 1 <= len(row.cells["full_name"]) <= FULL_NAME:
        faults.append(_fault(row, "full_name", Message("hãy ghi họ và tên, dài nhất %(most)s ký tự", most=FULL_NAME)))
    if read_roles(row.cells["roles"]) is None:
        roles = ", ".join(name for name in policy.ROLES.values() if "," not in name)
        faults.append(_fault(row, "roles", Message("hãy ghi một hay nhiều trong các vai trò: %(roles)s, Thanh tra", roles=roles)))
    if unit and len(names.meant(unit)) != 1:
        words = Message("có nhiều đơn vị gọi là “%(name)s”; hãy ghi tên đầy đủ", name=unit)
        missing = Message("không có đơn vị “%(name)s”; hãy nhập đơn vị trước", name=unit)
        faults.append(_fault(row, "unit", words if names.meant(unit) else missing))
    return faults


def _fault(row: SheetRow, key: str, fault: Message) -> CellFault:
    return CellFault(row.number, COLUMNS[key].label, fault)


def keys_file(actor: Actor, made: Sequence[tuple[str, str, str]], translated: Translate = vietnamese) -> bytes:
    """Write the one-time passwords as a workbook, to be handed out. `made` are triples (sign-in name, full name, password).
    Raises Denied when the actor is no administrator."""
    policy.require(actor, "people:manage")
    names = tuple(label.told(translated) for label in (COLUMNS["username"].label, COLUMNS["full_name"].label, ONE_TIME))
    table = Table(ONE_TIME.told(translated), (), names, made, translated(tables.PAGE), translated(tables.SHEET))
    return formats.write(table, "xlsx")[0]
