"""The local roles that were given on a folder or document, as the tests look at them."""

from __future__ import annotations

from sqlalchemy import select

from docmgr import db
from docmgr.models import Grant
from docmgr.policy import Actor
from docmgr.services.folders import share_table, sharing
from docmgr.services.folders.sharing import RightsChange, SharedThing
from docmgr.services.message import told


def own_grants(subject: SharedThing) -> list[Grant]:
    """The roles given on the thing itself, the oldest first."""
    with db.read() as session:
        return list(session.scalars(select(Grant).where(sharing.of(subject)).order_by(Grant.id)))


def giving(key: str, role: str) -> RightsChange:
    """The change that gives one role."""
    return RightsChange(give=frozenset({(key, role)}))


def taking(key: str, role: str) -> RightsChange:
    """The change that takes back one role."""
    return RightsChange(take=frozenset({(key, role)}))


def table(actor: Actor, subject: SharedThing) -> tuple[list[tuple[str, str]], list[tuple[str, str, str | None]]]:
    """What the page of rights shows: the roles given on the thing itself (role, holder), and those that are inherited (role,
    holder, folder)."""
    rows = share_table.page(actor, subject).rows
    own = [(role, told(row.holder)) for row in rows for role, mark in row.marks.items() if mark.own]
    above = [(role, told(row.holder), name) for row in rows for role, mark in row.marks.items() for _number, name in mark.sources]
    return own, above
