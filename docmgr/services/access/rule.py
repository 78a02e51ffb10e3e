"""Decide who may read a document: the read rule as an SQL condition, and the access lists that it uses.

A document has one access list. The list follows from the rights on the document and its folder, and from its workflow
state. Rights on a folder also apply to everything below it. A folder or document whose `inherit` is off gets no rights
from above.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, func, inspect, literal, null, select, text, true
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.models import AccessKey, AccessList, Document, FlowAssignment, Folder, Grant, LocalRight
from docmgr.policy import Actor
from docmgr.services.access import lending

# The keys that may read a document, and those that may edit it.
Keys = tuple[frozenset[str], frozenset[str]]
# The local rights from which access lists are made.
LISTED = ("read", "draft", "edit")
# An arbitrary fixed number: the advisory lock of PostgreSQL for transactions that change or rely on the tree or its
# rights.
TREE_LOCK = 7_205_831
NONE: frozenset[str] = frozenset()
# Both dialects have "on conflict do nothing", but SQLAlchemy has a separate statement for each.
_INSERTS: dict[str, Any] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


@dataclass(frozen=True)
class Rights:
    """The access keys that hold each local right (policy.LOCAL_RIGHTS) on one folder or document. Keys in `read` may read
    published documents, those in `draft` documents in every state, and those in `edit` may edit too. `read` contains all
    keys of the others. A document also has the keys `assigned` (policy.assigned_keys) from its workflow, who may read it in
    every state."""

    read: frozenset[str] = NONE
    edit: frozenset[str] = NONE
    assigned: frozenset[str] = NONE
    draft: frozenset[str] = NONE
    add: frozenset[str] = NONE
    approve: frozenset[str] = NONE
    share: frozenset[str] = NONE
    delete: frozenset[str] = NONE

    def __or__(self, other: Rights) -> Rights:
        return Rights(*(getattr(self, one.name) | getattr(other, one.name) for one in fields(Rights)))


def rights_of(rows: Iterable[tuple[str, str]]) -> Rights:
    """Make the rights from pairs (local right, access key)."""
    held: dict[str, set[str]] = defaultdict(set)
    for right, key in rows:
        held[right].add(key)
    return Rights(**{right: frozenset(keys) for right, keys in held.items()})


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
    # A page has the condition in dozens of its queries.
    return and_(not_in_bin(), readable(actor)) if actor.everything or actor.lent is not None else _visible_by(actor.keys)


@lru_cache(maxsize=256)
def _visible_by(keys: frozenset[str]) -> ColumnElement[bool]:
    return and_(not_in_bin(), lending.holds(keys, "read"))


def editable(actor: Actor) -> ColumnElement[bool]:
    """Return an SQL condition on Document: the actor has the right to edit the document, and it is not in the recycle
    bin. Whether the actor's roles allow editing at all is checked elsewhere, by docmgr.policy."""
    return and_(not_in_bin(), readable(actor, "edit"))


def not_in_bin() -> ColumnElement[bool]:
    """Return an SQL condition on Document: it is not in the recycle bin."""
    # Written so that no index fits: SQLite has no statistics here, and would scan all documents outside the bin instead
    # of looking up a number (10,000 lookups took minutes).
    return func.coalesce(Document.deleted_at, null()).is_(None)


def readable_lists(session: Session, actor: Actor) -> frozenset[int] | None:
    """Find the ids of the access lists that the actor may read. The search engine shows only entries with one of these
    lists. The result is None when the actor may read everything, such as the worker."""
    if actor.everything:
        return None
    return frozenset(session.scalars(lending.READ_LISTS, {"held": sorted(actor.keys)}))


def public_lists(session: Session) -> frozenset[int]:
    """Find the ids of the access lists that every signed-in person may read, whatever unit and roles the person has.

    Statistics for ranking and suggestions are computed from documents with these lists only, so that they reveal
    nothing about other documents.
    """
    anybody = Actor(user_id=0, label="")
    shared = sorted(anybody.keys - {f"user:{anybody.user_id}"})
    return frozenset(session.scalars(lending.READ_LISTS, {"held": shared}))


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
    reaching = [folder.id for folder in inheritance(session, folder_id)]
    query = select(LocalRight.right, Grant.key).join(Grant, Grant.role == LocalRight.role).where(Grant.folder_id.in_(reaching))
    rows = session.execute(query if keys is None else query.where(Grant.key.in_(sorted(keys))))
    return rights_of((right, key) for right, key in rows)


def inheritance(session: Session, folder_id: int) -> list[Folder]:
    """List the folders whose rights apply to a folder: the folder itself first, then the folders above. The list ends
    at the first folder that does not inherit. It is empty when the folder does not exist. Outside of a unit of work it is
    remembered (db.kept), because a page asks for each right on a folder."""
    known = {} if db.is_writing() else db.kept().setdefault("inheritance", {})
    if folder_id in known and all(folder in session for folder in known[folder_id]):
        return list(known[folder_id])
    chain: list[Folder] = []
    folder = session.get(Folder, folder_id)
    while folder is not None and len(chain) < 100:
        chain.append(folder)
        if not folder.inherit or folder.parent_id is None:
            break
        folder = session.get(Folder, folder.parent_id)
    known[folder_id] = list(chain)
    return chain


def may_read_folder(session: Session, actor: Actor, folder_id: int) -> bool:
    """Whether the actor may see the name of the folder with the id `folder_id`. Use `sees_folder` when the rights on
    the folder are already loaded."""
    return policy.meets(actor, {policy.SEES_ALL}) or holds(session, actor, folder_id, "read")


def folder_readers(rights: Rights) -> frozenset[str]:
    """Return the access keys that may see the name of a folder. These are the keys in `rights`, which are the rights on
    the folder, and the key of the auditors."""
    return rights.read | {policy.SEES_ALL}


def sees_folder(actor: Actor, rights: Rights) -> bool:
    """Whether the actor may see the name of a folder on which `rights` are given."""
    return policy.meets(actor, folder_readers(rights))


def holds(session: Session, actor: Actor, folder_id: int, right: str) -> bool:
    """Whether one of the actor's access keys has the local right `right` on the folder."""
    if actor.everything:
        return True
    reaching = [folder.id for folder in inheritance(session, folder_id)]
    given = select(Grant.id).join(LocalRight, LocalRight.role == Grant.role).where(LocalRight.right == right)
    return session.scalar(given.where(Grant.folder_id.in_(reaching), Grant.key.in_(sorted(actor.keys))).limit(1)) is not None


def assign_list(session: Session, document: Document, rights: Rights | None = None) -> bool:
    """Assign to the document the access list that follows from its rights and its workflow state. Returns whether the
    list changed. `rights` are the rights on the document's folder; None loads them from the database."""
    hold_tree(session)
    folder = rights or folder_rights(session, document.folder_id)
    above = folder if document.inherit else Rights()
    list_id = list_for(session, *document_keys(document.workflow, document.created_by, above, _own(session, document)))
    changed = document.access_list_id != list_id
    document.access_list_id = list_id
    return changed


def document_keys(workflow: str, created_by: int | None, above: Rights, own: Rights) -> Keys:
    """Compute the keys that may read and edit a document (see policy.list_keys). `above` are the rights that it inherits,
    and `own` those on the document itself."""
    reading = own.assigned | own.draft | above.draft
    return policy.list_keys(workflow, above.read | own.read, own.edit, above.edit, created_by, reading)


def _own(session: Session, document: Document) -> Rights:
    if not inspect(document).persistent:
        # A new document has no rights of its own yet.
        return Rights()
    given = select(literal("given"), LocalRight.right, Grant.key).join(Grant, Grant.role == LocalRight.role).where(Grant.document_id == document.id)
    assigned = select(literal("assigned"), FlowAssignment.role, FlowAssignment.key).where(open_assignment(document.id))
    rows = session.execute(given.union_all(assigned)).all()
    holding = (policy.assigned_keys(key, role) for kind, role, key in rows if kind == "assigned")
    return rights_of((right, key) for kind, right, key in rows if kind == "given") | Rights(assigned=frozenset().union(*holding))


def open_assignment(document_id: Any) -> ColumnElement[bool]:
    """Return an SQL condition on FlowAssignment: it is of the document with this id (a number or a column), and has not
    ended."""
    return and_(FlowAssignment.document_id == document_id, FlowAssignment.ended_at.is_(None))


def assigned_to(actor: Actor, document_id: Any) -> ColumnElement[bool]:
    """Return an SQL condition: the document with this id (a number or a column) waits for the actor by an open assignment, to the
    actor, their unit, a group or role of theirs, or an absent person for whom they stand in."""
    keys = sorted(actor.keys | {f"user:{user_id}" for user_id in actor.stands_for})
    return exists(select(FlowAssignment.id).where(open_assignment(document_id), FlowAssignment.role.in_(policy.HOLDING), FlowAssignment.key.in_(keys)))
