"""The read rule in SQL, and the access lists that it meets.

A document points at one list, worked out from the rights on its folder and itself and from its state. Rights given on
a folder hold below it unless a folder or document has `inherit` off.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, inspect, null, select, text, true
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from docmgr import policy
from docmgr.models import AccessKey, AccessList, Document, Folder, Grant
from docmgr.policy import Actor

RIGHTS = ("read", "edit")
# Any fixed number: what transactions that change the tree or its rights, or rest on them, wait for on PostgreSQL.
TREE_LOCK = 7_205_831
# Both write "on conflict do nothing" alike; SQLAlchemy has a statement for each.
_INSERTS: dict[str, Any] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


@dataclass(frozen=True)
class Rights:
    """Keys that hold on a folder: `read` counts for published documents, `edit` for all states."""

    read: frozenset[str]
    edit: frozenset[str]


def readable(actor: Actor, right: str = "read") -> ColumnElement[bool]:
    """SQL condition on Document: the actor may read (or edit) it. The recycle bin is not looked at here."""
    if actor.everything:
        return true()
    return exists(
        select(AccessKey.list_id).where(
            AccessKey.list_id == Document.access_list_id,
            AccessKey.right == right,
            AccessKey.key.in_(sorted(actor.keys)),
        )
    )


def visible(actor: Actor) -> ColumnElement[bool]:
    """SQL condition on Document: readable and not in the recycle bin."""
    return and_(_kept(), readable(actor))


def editable(actor: Actor) -> ColumnElement[bool]:
    """SQL condition on Document: a right to edit, not in the recycle bin. Roles are policy's question."""
    return and_(_kept(), readable(actor, "edit"))


def _kept() -> ColumnElement[bool]:
    # In words that no index fits: SQLite, which has no statistics, would walk through all that is not in the bin
    # rather than look a number up (10,000 lookups took minutes).
    return func.coalesce(Document.deleted_at, null()).is_(None)


def readable_lists(session: Session, actor: Actor) -> frozenset[int] | None:
    """Ids of the access lists that the actor may read, for the index; None: all of them."""
    if actor.everything:
        return None
    query = select(AccessKey.list_id).where(AccessKey.right == "read", AccessKey.key.in_(sorted(actor.keys)))
    return frozenset(session.scalars(query.distinct()))


def public_lists(session: Session) -> frozenset[int]:
    """Ids of the access lists that every signed-in person may read, whatever their unit and roles.

    Statistics for ranking and suggestions come from documents with these lists alone.
    """
    anybody = Actor(user_id=0, label="")
    shared = sorted(anybody.keys - {f"user:{anybody.user_id}"})
    query = select(AccessKey.list_id).where(AccessKey.right == "read", AccessKey.key.in_(shared))
    return frozenset(session.scalars(query.distinct()))


def list_for(session: Session, read: frozenset[str], edit: frozenset[str]) -> int:
    """Id of the list with exactly these keys, made where it is missing; of two who make it at once one waits."""
    rows = sorted({("read", key) for key in read} | {("edit", key) for key in edit})
    fingerprint = hashlib.sha256("\n".join(f"{right} {key}" for right, key in rows).encode()).hexdigest()
    found = session.scalar(select(AccessList.id).where(AccessList.fingerprint == fingerprint))
    if found is not None:
        return found
    insert = _INSERTS[session.get_bind().dialect.name](AccessList).values(fingerprint=fingerprint)
    made: int | None = session.scalar(insert.on_conflict_do_nothing().returning(AccessList.id))
    if made is None:
        # Somebody else made it meanwhile, with its keys, in one transaction that has ended.
        return session.scalars(select(AccessList.id).where(AccessList.fingerprint == fingerprint)).one()
    session.add_all(AccessKey(list_id=made, right=right, key=key) for right, key in rows)
    session.flush()
    return made


def hold_tree(session: Session) -> None:
    """Until the unit of work ends nobody deletes or moves folders or changes rights; SQLite's does so by itself.

    Taken before any row is locked or written: whoever changes the tree locks rows after it. Not to be followed by
    folder_rights.lock_tree in the same unit of work: two who both wait for the other's share would wait for ever.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock_shared(:key)"), {"key": TREE_LOCK})


def folder_rights(session: Session, folder_id: int, keys: frozenset[str] | None = None) -> Rights:
    """Rights that hold on a folder, inherited ones included; with `keys` only those that were given to these."""
    return _collect(session, [folder.id for folder in inheritance(session, folder_id)], keys)


def inheritance(session: Session, folder_id: int) -> list[Folder]:
    """The folder and those above it whose rights reach it, nearest first."""
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
    """Whether the actor holds a key to edit the folder."""
    return _holds(session, actor, folder_id, ("edit",))


def may_read_folder(session: Session, actor: Actor, folder_id: int) -> bool:
    """Whether the actor may see the folder's name; as `sees_folder`, without reading thousands of keys."""
    return policy.meets(actor, {policy.SEES_ALL}) or _holds(session, actor, folder_id, RIGHTS)


def folder_readers(rights: Rights) -> frozenset[str]:
    """The keys that may see a folder with these rights."""
    return rights.read | {policy.SEES_ALL}


def sees_folder(actor: Actor, rights: Rights) -> bool:
    """Whether the actor may see the name of a folder with these rights."""
    return policy.meets(actor, folder_readers(rights))


def _holds(session: Session, actor: Actor, folder_id: int, rights: tuple[str, ...]) -> bool:
    """Whether one of these rights reaches the folder for a key of the actor; a folder may have thousands of keys."""
    if actor.everything:
        return True
    reaching = [folder.id for folder in inheritance(session, folder_id)]
    query = select(Grant.id).where(
        Grant.folder_id.in_(reaching), Grant.right.in_(rights), Grant.key.in_(sorted(actor.keys))
    )
    return session.scalar(query.limit(1)) is not None


def assign_list(session: Session, document: Document, rights: Rights | None = None) -> bool:
    """Point the document at the list of its rights and state; True where that changed.

    `rights` of the folder may be handed over where many documents of one folder are done.
    """
    hold_tree(session)
    folder = rights or folder_rights(session, document.folder_id)
    own_read, own_edit = _own(session, document)
    inherited = folder if document.inherit else Rights(frozenset(), frozenset())
    read, edit = policy.list_keys(
        document.workflow, inherited.read | own_read, own_edit, inherited.edit, document.created_by
    )
    list_id = list_for(session, read, edit)
    changed = document.access_list_id != list_id
    document.access_list_id = list_id
    return changed


def _own(session: Session, document: Document) -> tuple[frozenset[str], frozenset[str]]:
    if not inspect(document).persistent:
        # A new document has no rights of its own yet.
        return frozenset(), frozenset()
    rows = session.execute(select(Grant.right, Grant.key).where(Grant.document_id == document.id)).all()
    edit = frozenset(key for right, key in rows if right == "edit")
    return frozenset(key for right, key in rows if right == "read") | edit, edit
