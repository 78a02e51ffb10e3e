"""Decide who may read a document: the read rule as an SQL condition, and the access lists that it uses.

A document has one access list. The list follows from the rights on the document and its folder, and from its workflow
state. Rights on a folder also apply to everything below it. A folder or document whose `inherit` is off gets no rights
from above.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, inspect, literal, null, select, text, true
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from docmgr import policy
from docmgr.models import AccessKey, AccessList, Document, FlowAssignment, Folder, Grant
from docmgr.policy import Actor
from docmgr.services.access import lending

RIGHTS = ("read", "edit")
# An arbitrary fixed number: the advisory lock of PostgreSQL for transactions that change or rely on the tree or its
# rights.
TREE_LOCK = 7_205_831
# Both dialects have "on conflict do nothing", but SQLAlchemy has a separate statement for each.
_INSERTS: dict[str, Any] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


@dataclass(frozen=True)
class Rights:
    """The access keys that have rights on one folder or document. Keys in `read` may read published documents. Keys in
    `edit` may read and edit documents in every state. `read` contains all keys of `edit`. A document also has the keys
    `assigned` (policy.assigned_keys) from its workflow, who may read it in every state."""

    read: frozenset[str]
    edit: frozenset[str]
    assigned: frozenset[str] = frozenset()


def readable(actor: Actor, right: str = "read") -> ColumnElement[bool]:
    """Return an SQL condition on Document: the actor has the right `right` ("read" or "edit") on the document. The
    condition does not exclude documents in the recycle bin."""
    if actor.everything:
        return true()
    if actor.lent is not None:
        return lending.reaches(actor.lent) if right == "read" else false()
    return lending.holds(actor.keys, right)


def visible(actor: Actor) -> ColumnElement[bool]:
    """Return an SQL condition on Document: the actor may read the document, and it is not in the recycle bin."""
    return and_(_kept(), readable(actor))


def editable(actor: Actor) -> ColumnElement[bool]:
    """Return an SQL condition on Document: the actor has the right to edit the document, and it is not in the recycle
    bin. Whether the actor's roles allow editing at all is checked elsewhere, by docmgr.policy."""
    return and_(_kept(), readable(actor, "edit"))


def _kept() -> ColumnElement[bool]:
    # Written so that no index fits: SQLite has no statistics here, and would scan all documents outside the bin instead
    # of looking up a number (10,000 lookups took minutes).
    return func.coalesce(Document.deleted_at, null()).is_(None)


def readable_lists(session: Session, actor: Actor) -> frozenset[int] | None:
    """Find the ids of the access lists that the actor may read. The search engine shows only entries with one of these
    lists. The result is None when the actor may read everything, such as the worker."""
    if actor.everything:
        return None
    query = select(AccessKey.list_id).where(AccessKey.right == "read", AccessKey.key.in_(sorted(actor.keys)))
    return frozenset(session.scalars(query.distinct()))


def public_lists(session: Session) -> frozenset[int]:
    """Find the ids of the access lists that every signed-in person may read, whatever unit and roles the person has.

    Statistics for ranking and suggestions are computed from documents with these lists only, so that they reveal
    nothing about other documents.
    """
    anybody = Actor(user_id=0, label="")
    shared = sorted(anybody.keys - {f"user:{anybody.user_id}"})
    query = select(AccessKey.list_id).where(AccessKey.right == "read", AccessKey.key.in_(shared))
    return frozenset(session.scalars(query.distinct()))


def list_for(session: Session, read: frozenset[str], edit: frozenset[str]) -> int:
    """Find or create the access list that has exactly the keys `read` and `edit`, and return its id."""
    rows = sorted({("read", key) for key in read} | {("edit", key) for key in edit})
    fingerprint = hashlib.sha256("\n".join(f"{right} {key}" for right, key in rows).encode()).hexdigest()
    found = session.scalar(select(AccessList.id).where(AccessList.fingerprint == fingerprint))
    if found is not None:
        return found
    insert = _INSERTS[session.get_bind().dialect.name](AccessList).values(fingerprint=fingerprint)
    made: int | None = session.scalar(insert.on_conflict_do_nothing().returning(AccessList.id))
    if made is None:
        # Another transaction created it meanwhile together with its keys, and has ended.
        return session.scalars(select(AccessList.id).where(AccessList.fingerprint == fingerprint)).one()
    session.add_all(AccessKey(list_id=made, right=right, key=key) for right, key in rows)
    session.flush()
    return made


def hold_tree(session: Session) -> None:
    """Lock the tree of folders: nobody else can move or delete folders or change their rights until the unit of work
    ends. Several units of work may hold this lock at once. Call it before any row is locked or written, to avoid
    deadlocks. Never call inheritance.lock_tree later in the same unit of work. On SQLite no lock is needed and nothing
    happens."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock_shared(:key)"), {"key": TREE_LOCK})


def folder_rights(session: Session, folder_id: int, keys: frozenset[str] | None = None) -> Rights:
    """Compute the rights on a folder, including inherited rights. `keys` are the access keys that count; None means
    all."""
    return _collect(session, [folder.id for folder in inheritance(session, folder_id)], keys)


def inheritance(session: Session, folder_id: int) -> list[Folder]:
    """List the folders whose rights apply to a folder: the folder itself first, then the folders above. The list ends
    at the first folder that does not inherit. It is empty when the folder does not exist."""
    chain: list[Folder] = []
    folder = session.get(Folder, folder_id)
    while folder is not None and len(chain) < 100:
        chain.append(folder)
        if not folder.inherit or folder.parent_id is None:
            break
        folder = session.get(Folder, folder.parent_id)
    return chain


def _collect(session: Session, folder_ids: Iterable[int], keys: frozenset[str] | None) -> Rights:
    query = select(Grant.right, Grant.key).where(Grant.folder_id.in_(list(folder_ids)))
    rows = session.execute(query if keys is None else query.where(Grant.key.in_(sorted(keys)))).all()
    edit = frozenset(key for right, key in rows if right == "edit")
    return Rights(read=frozenset(key for right, key in rows if right == "read") | edit, edit=edit)


def may_edit_folder(session: Session, actor: Actor, folder_id: int) -> bool:
    """Whether one of the actor's access keys has the right to edit the folder."""
    return _holds(session, actor, folder_id, ("edit",))


def may_read_folder(session: Session, actor: Actor, folder_id: int) -> bool:
    """Whether the actor may see the name of the folder with the id `folder_id`. Use `sees_folder` when the rights on
    the folder are already loaded."""
    return policy.meets(actor, {policy.SEES_ALL}) or _holds(session, actor, folder_id, RIGHTS)


def folder_readers(rights: Rights) -> frozenset[str]:
    """Return the access keys that may see the name of a folder. These are the keys in `rights`, which are the rights on
    the folder, and the key of the auditors."""
    return rights.read | {policy.SEES_ALL}


def sees_folder(actor: Actor, rights: Rights) -> bool:
    """Whether the actor may see the name of a folder on which `rights` are given."""
    return policy.meets(actor, folder_readers(rights))


def _holds(session: Session, actor: Actor, folder_id: int, rights: tuple[str, ...]) -> bool:
    """Whether one of the actor's access keys has one of the named `rights` ("read", "edit") on the folder."""
    if actor.everything:
        return True
    reaching = [folder.id for folder in inheritance(session, folder_id)]
    query = select(Grant.id).where(
        Grant.folder_id.in_(reaching), Grant.right.in_(rights), Grant.key.in_(sorted(actor.keys))
    )
    return session.scalar(query.limit(1)) is not None


def assign_list(session: Session, document: Document, rights: Rights | None = None) -> bool:
    """Assign to the document the access list that follows from its rights and its workflow state. Returns whether the
    list changed. `rights` are the rights on the document's folder; None loads them from the database."""
    hold_tree(session)
    folder = rights or folder_rights(session, document.folder_id)
    own = _own(session, document)
    inherited = folder if document.inherit else Rights(frozenset(), frozenset())
    read, edit = policy.list_keys(
        document.workflow, inherited.read | own.read, own.edit, inherited.edit, document.created_by, own.assigned
    )
    list_id = list_for(session, read, edit)
    changed = document.access_list_id != list_id
    document.access_list_id = list_id
    return changed


def _own(session: Session, document: Document) -> Rights:
    if not inspect(document).persistent:
        # A new document has no rights of its own yet.
        return Rights(frozenset(), frozenset())
    given = select(literal("given"), Grant.right, Grant.key).where(Grant.document_id == document.id)
    assigned = select(literal("assigned"), FlowAssignment.role, FlowAssignment.key).where(open_assignment(document.id))
    rows = session.execute(given.union_all(assigned)).all()
    read, edit = (frozenset(key for kind, right, key in rows if (kind, right) == ("given", name)) for name in RIGHTS)
    holding = (policy.assigned_keys(key, role) for kind, role, key in rows if kind == "assigned")
    return Rights(read | edit, edit, frozenset().union(*holding))


def open_assignment(document_id: Any) -> ColumnElement[bool]:
    """Return an SQL condition on FlowAssignment: it is of the document with this id (a number or a column), and has not
    ended."""
    return and_(FlowAssignment.document_id == document_id, FlowAssignment.ended_at.is_(None))
