"""Documents for tests, created directly in a folder without files, and what an actor sees there."""

from __future__ import annotations

from sqlalchemy import select

from docmgr import db
from docmgr.models import Document, File, Grant, TrailEvent, User, Version
from docmgr.policy import Actor
from docmgr.services.access import rule
from docmgr.services.folders import share_table, sharing, tree
from docmgr.services.folders.sharing import RightsChange, SharedThing
from docmgr.services.message import told
from legaltext.numbers import normalise_number


def file_document(
    folder_id: int, number: str | None = None, subject: str | None = None, **more: object
) -> int:
    """A published document in the folder (or another state by name: `workflow="draft"`); returns its id."""
    facts = {"inherit": True, "workflow": "published", "state": "findable", "type": "Quyết định", **more}
    with db.write() as session:
        document = Document(
            folder_id=folder_id,
            number=number,
            number_key=normalise_number(number) if number else None,
            subject=subject,
            access_list_id=0,
            **facts,
        )
        rule.assign_list(session, document)
        session.add(document)
        session.flush()
        return document.id


def with_versions(clerk: Actor, many: int) -> int:
    """A document in the root folder with versions that were read, each with a file of its own."""
    number = file_document(tree.root_id(), "5/QĐ-X", created_by=clerk.user_id, current_no=many)
    with db.write() as session:
        for no in range(1, many + 1):
            version = Version(document_id=number, no=no, outcome="text", text=f"Lời {no}", created_by=clerk.user_id)
            session.add(version)
            session.flush()
            session.add(File(version_id=version.id, sha256=f"{number * 100 + no:064x}", size=1, name=f"{no}.txt", kind="txt"))
    return number


def seen(actor: Actor) -> set[int]:
    """The ids of the documents that the actor may read now."""
    with db.read() as session:
        found = set(session.scalars(select(Document.id).where(rule.visible(actor))))
    db.release()
    return found


def load(document_id: int) -> Document:
    """The document as it is in the database now."""
    db.release()
    with db.read() as session:
        document = session.get(Document, document_id)
    assert document is not None
    return document


def actions(document_id: int | None = None) -> list[str]:
    """The actions in the trail in order, of one document or of all."""
    db.release()
    query = select(TrailEvent.action).order_by(TrailEvent.seq)
    with db.read() as session:
        return list(session.scalars(query if document_id is None else query.where(TrailEvent.document_id == document_id)))


def person(username: str, *roles: str, unit_id: int | None = None) -> User:
    """One more person with these roles."""
    from docmgr.models import UserRole

    with db.write() as session:
        user = User(
            username=username,
            full_name=f"Người {username}",
            password_hash="không dùng",
            unit_id=unit_id,
            roles=[UserRole(role=role) for role in roles],
        )
        session.add(user)
        session.flush()
        session.refresh(user)
        return user


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
