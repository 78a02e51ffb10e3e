"""What an actor may do with a folder: the local rights on it, and the roles of the site that allow using them."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from docmgr import db
from docmgr.models import Folder, Grant, LocalRight
from docmgr.policy import OWNER, Actor, may
from docmgr.services.access import local_rights, rule

# Local right on a folder → the action of docmgr.policy that the actor's roles must allow as well.
ACTIONS = {
    "add": "document:upload", "edit": "folder:edit", "share": "document:share", "delete": "document:delete", "approve": "document:publish",
}  # fmt: skip


def holds(session: Session, actor: Actor, folder_id: int, right: str) -> bool:
    """Whether the actor's roles and rights on the folder allow what the local right `right` (a key of ACTIONS) is for."""
    return may(actor, ACTIONS[right]) and rule.holds(session, actor, folder_id, right)


def rights(session: Session, actor: Actor, folder_id: int) -> frozenset[str]:
    """Find what the actor may do with a folder: those local rights that the actor holds on it and that the actor's roles allow
    to use."""
    return frozenset(right for right in local_rights.on_folder(session, actor, folder_id) if may(actor, ACTIONS.get(right, "folder:read")))


def of(actor: Actor, folder_id: int) -> frozenset[str]:
    """The same as `rights`, in a session of its own."""
    with db.read() as session:
        return rights(session, actor, folder_id)


def publishing(actor: Actor, folder_ids: Collection[int]) -> frozenset[int]:
    """Find those of these folders, to which the actor may add, in which a document that they upload can be published by them: by their
    rights there, or by those of who uploaded a draft."""
    if not may(actor, ACTIONS["approve"]):
        return frozenset()
    with db.read() as session:
        if actor.everything or "approve" in local_rights.table(session)[OWNER]:
            return frozenset(folder_ids)
        return frozenset(session.scalars(local_rights.folders(actor, "approve"))) & frozenset(folder_ids)


# Whoever adds to a folder by an inherited right also adds to the folder above, which is not in the bin either.
_ADDING = (
    select(Grant.id)
    .join(Folder, Folder.id == Grant.folder_id)
    .where(Folder.deleted_at.is_(None), Grant.role.in_(select(LocalRight.role).where(LocalRight.right == "add")))
    .limit(1)
)
_ADDING_BY = _ADDING.where(Grant.key.in_(bindparam("held", expanding=True)))


def may_add(actor: Actor) -> bool:
    """Whether the actor may put documents into at least one folder."""
    if not may(actor, "document:upload"):
        return False
    with db.read() as session:
        return session.scalar(_ADDING if actor.everything else _ADDING_BY, {"held": sorted(actor.keys)}) is not None
