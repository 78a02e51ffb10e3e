"""Who can be given a local role: people, units, groups, roles of the site, and everybody; and how they are named."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr.collation import order
from docmgr.models import PersonGroup, Unit, User
from docmgr.policy import ROLES
from docmgr.services.errors import Invalid
from docmgr.services.message import Message, Words, told
from indexer import fold

EVERYONE = {"staff": "Mọi người trong cơ quan"}
CHOICES_SHOWN = 30
KEY = re.compile(r"staff|role:[a-z]{1,30}|(unit|user|group):[1-9][0-9]{0,8}")


@dataclass(frozen=True)
class Holder:
    """Who can be given a role. `key` is the access key; `kind` is "person", "unit", "group", "role" or "everyone"."""

    key: str
    label: Words
    kind: str


def named(session: Session, keys: Collection[str]) -> dict[str, Words]:
    """Name the holders of access keys; return the names by key. A key of nobody stands for itself."""
    unit_rows = session.scalars(select(Unit).where(Unit.id.in_(ids("unit:", keys))))
    units = {f"unit:{unit.id}": unit.name for unit in unit_rows}
    user_rows = session.execute(select(User.id, User.full_name).where(User.id.in_(ids("user:", keys))))
    people: dict[str, Words] = {f"user:{number}": name for number, name in user_rows}
    desks = session.execute(select(User.id, User.full_name).where(User.id.in_(ids("desk:", keys))))
    people |= {f"desk:{number}": Message("Người thay %(name)s", name=name) for number, name in desks}
    groups = session.execute(select(PersonGroup.id, PersonGroup.name).where(PersonGroup.id.in_(ids("group:", keys))))
    people |= {f"group:{number}": _group(name) for number, name in groups}
    roles = {f"role:{role}": _role(role) for role in ROLES}
    everyone = {key: Message(EVERYONE[key]) for key in EVERYONE}
    known: dict[str, Words] = {**everyone, **roles, **units, **people}
    return {key: known.get(key, key) for key in keys}


def existing(session: Session, key: str) -> Words:
    """Find the name of the person, unit, group or role with this access key. Raises Invalid when nobody has the key."""
    names = named(session, {key}) if KEY.fullmatch(key) else {}
    if names.get(key, key) == key:
        raise Invalid(Message("Hãy chọn một người, đơn vị, nhóm hoặc vai trò trong danh sách."), "key")
    return names[key]


def search(session: Session, query: str) -> list[Holder]:
    """Find at most CHOICES_SHOWN people, units, groups and roles (and "everyone"). Their names contain all words of `query`;
    diacritics do not matter. Disabled people are left out."""
    units = [Holder(f"unit:{number}", name, "unit") for number, name in session.execute(select(Unit.id, Unit.name).order_by(order(Unit.name)))]
    rows = session.execute(select(PersonGroup.id, PersonGroup.name).order_by(order(PersonGroup.name)))
    groups = [Holder(f"group:{number}", _group(name), "group") for number, name in rows]
    active = select(User.id, User.full_name, Unit.name).outerjoin(Unit, Unit.id == User.unit_id)
    active = active.where(User.disabled_at.is_(None)).order_by(order(User.full_name), User.id)
    people = [Holder(f"user:{row[0]}", _person(*row[1:]), "person") for row in session.execute(active)]
    roles = [Holder(f"role:{role}", _role(role), "role") for role in ROLES]
    everyone = Holder("staff", Message(EVERYONE["staff"]), "everyone")
    wanted = fold(query).split()
    fitting = (h for h in (everyone, *roles, *groups, *units, *people) if all(word in fold(told(h.label)) for word in wanted))
    return list(islice(fitting, CHOICES_SHOWN))


def ids(prefix: str, keys: Collection[str]) -> list[int]:
    """Return the numbers of those access keys that begin with `prefix`, such as "unit:"."""
    return [int(key.removeprefix(prefix)) for key in keys if key.startswith(prefix)]


def _role(role: str) -> Message:
    return Message("Vai trò %(role)s", role=Message(ROLES[role]))


def _group(name: str) -> Message:
    return Message("Nhóm %(name)s", name=name)


def _person(name: str, unit: str | None) -> str:
    return " · ".join(filter(None, (name, unit)))
