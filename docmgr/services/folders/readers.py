"""Who may read a document now, and through which rights ("Ai xem được văn bản này?")."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.collation import order
from docmgr.models import Document, User
from docmgr.policy import Actor
from docmgr.services.access import desks, memberships, pending
from docmgr.services.folders import holders, share_table, sharing
from docmgr.services.folders.sharing import SharedThing
from docmgr.services.message import Message, Words


@dataclass(frozen=True)
class DocumentReader:
    """A person who may read a document. `edits` says whether the person may edit it too. `through` names the holders of the
    rights that count for the person: the person, a unit, a role, everybody."""

    name: str
    unit: str | None
    edits: bool
    through: tuple[Words, ...]


def of_document(actor: Actor, document_id: int) -> tuple[str, Message, tuple[DocumentReader, ...]]:
    """List the active people who may read a document in its present state, by name. Returns (the document's label, what the
    rights mean in this state, the people). Raises NotFound unless the actor may share the document."""
    with db.read() as session:
        document = sharing.shared(session, actor, SharedThing(document_id=document_id))
        assert isinstance(document, Document)
        reads, edits = zip(*pending.keys(session, [document_id])[document_id], strict=True)
        listed = frozenset().union(*reads)
        names = holders.named(session, set(listed))
        found = []
        for person, unit in active(session):
            if pending.hold(person, reads) and policy.may(person, "document:read"):
                may_edit = policy.may(person, "document:edit") and pending.hold(person, edits)
                found.append(DocumentReader(person.label, unit, may_edit, tuple(names[key] for key in sorted(person.keys & listed))))
        return document.label, Message(share_table.EFFECTS[document.workflow]), tuple(found)


def active(session: Session) -> Iterator[tuple[Actor, str | None]]:
    """Yield each person who is not disabled as (actor with the person's keys, name of the unit or None), in the order of the
    names."""
    query = select(User).where(User.disabled_at.is_(None)).order_by(order(User.full_name), User.id)
    standing, groups = desks.standing_in(session), memberships.of_people(session)
    for user in session.scalars(query):
        yield _person(user, standing.get(user.id, frozenset()), groups.get(user.id, frozenset()))


def person(session: Session, user: User) -> tuple[Actor, str | None]:
    """Make the actor for one person, with the person's keys, and find the name of the unit (None without one)."""
    absent, groups = desks.standing_in(session, [user.id]), memberships.of_people(session, [user.id])
    return _person(user, absent.get(user.id, frozenset()), groups.get(user.id, frozenset()))


def _person(user: User, absent: frozenset[int], groups: frozenset[int]) -> tuple[Actor, str | None]:
    roles = frozenset(role.role for role in user.roles)
    found = Actor(user.id, user.full_name, unit_id=user.unit_id, roles=roles, stands_for=absent, groups=groups)
    return found, user.unit.name if user.unit else None
