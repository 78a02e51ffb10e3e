"""What another person may read ("Người này xem được gì?"), for administrators of people and auditors. A document is named only
to those who may read it themselves; only an auditor, who reads all, is told of every one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from docmgr import db, paging, policy
from docmgr.collation import holds, order
from docmgr.models import Document, User
from docmgr.policy import Actor, require
from docmgr.services.access import pending, rule
from docmgr.services.errors import NotFound
from docmgr.services.folders import holders, names, readers
from docmgr.services.message import Words

PAGE_SIZE = 50
FOUND = 30


@dataclass(frozen=True)
class SeenDocument:
    """A document that a person may read. `folder` is None where the asker may not see it. `edits` says whether the person may
    edit it too, and `through` names the holders of the rights that count for the person."""

    document: Document
    folder: str | None
    edits: bool
    through: tuple[Words, ...]


@dataclass(frozen=True)
class SeenPage:
    """What a person may read, one page. `holds` names everything whose rights count for the person: the person, the unit, groups
    and roles. `total` counts the documents on all pages; `every` says whether these are all that the person may read, and not
    only those that the asker may read too. `reads` is false when the person's roles read no documents at all."""

    name: str
    unit: str | None
    holds: tuple[Words, ...]
    reads: bool
    every: bool
    rows: tuple[SeenDocument, ...]
    total: int
    page: int


def people(actor: Actor, query: str) -> list[User]:
    """Find at most FOUND active people whose names contain all words of `query`, by name. Raises Denied."""
    require(actor, "right:look")
    fitting = User.disabled_at.is_(None), holds(query.split(), User.full_name, User.username)
    with db.read() as session:
        return list(session.scalars(select(User).where(*fitting).order_by(order(User.full_name), User.id).limit(FOUND)))


def of_person(actor: Actor, user_id: int, query: str = "", page: int = 1) -> SeenPage:
    """Load one page of the documents that a person may read now, the newest first; `query` are words of the number or subject.
    A page beyond the end gives the last one. Raises Denied, and NotFound when there is no such active person."""
    require(actor, "right:look")
    with db.read() as session:
        user = session.get(User, user_id)
        if user is None or user.disabled_at is not None:
            raise NotFound
        person, unit = readers.person(session, user)
        reads = policy.may(person, "document:read")
        named = holders.named(session, person.keys)
        held = tuple(named[key] for key in sorted(person.keys))
        if not reads or not policy.may(actor, "document:read"):
            return SeenPage(user.full_name, unit, held, reads, False, (), 0, 1)
        both = rule.visible(person) & rule.visible(actor) & holds(query.split(), Document.number, Document.subject)
        total = session.scalar(select(func.count()).select_from(Document).where(both)) or 0
        number, _pages = paging.nearest(page, total, PAGE_SIZE)
        newest = select(Document).where(both).order_by(Document.id.desc()).limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE)
        rows = _rows(session, actor, person, list(session.scalars(newest)), named)
        return SeenPage(user.full_name, unit, held, reads, policy.may(actor, "trail:read_all"), rows, total, number)


def _rows(session: Session, actor: Actor, person: Actor, found: list[Document], named: Mapping[str, Words]) -> tuple[SeenDocument, ...]:
    kept = pending.keys(session, [one.id for one in found])
    places = names.names(session, actor, {one.folder_id for one in found})
    changes = policy.may(person, "document:edit")
    rows = []
    for one in found:
        reads, edit = zip(*kept[one.id], strict=True)
        edits = changes and pending.hold(person, edit)
        through = sorted(person.keys & frozenset().union(*reads))
        rows.append(SeenDocument(one, places.get(one.folder_id), edits, tuple(named[key] for key in through)))
    return tuple(rows)
