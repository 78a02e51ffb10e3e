"""Restore one document or folder from the recycle bin: decide where it goes and which rights it has.

Usually it returns to its old folder and has the rights that apply there. When the old folder is in the bin too, it goes
to the root folder. There it keeps its former rights as its own, because usually everybody can read the root folder.
services.documents.bin decides who may restore.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from docmgr.models import Document, Folder
from docmgr.policy import Actor
from docmgr.services import forms, jobs
from docmgr.services.access import inheritance, pending, rule
from docmgr.services.folders import holders, tree, twins
from docmgr.services.message import Words, told
from docmgr.services.trail import log


@dataclass(frozen=True)
class Landing:
    """Where a restored document or folder is now. `folder` names the folder that contains it, or is None when the actor
    may not see this folder. `moved` is true when it went to the root folder because its old folder is in the bin.
    `readers` names the people, units and roles that may read it. `renamed` is its name where that is a new one, because another
    folder there has the former."""

    folder: str | None
    moved: bool
    readers: tuple[Words, ...]
    renamed: str | None = None


def document(
    session: Session, actor: Actor, found: Document, known: dict[tuple[int, int], tuple[Words, ...]] | None = None
) -> Landing:
    """Restore the document `found` from the bin in the open unit of work. Returns where the document is now. Call
    inheritance.lock_tree before. To restore many documents, pass one dict as `known` to all calls; it caches the names
    of readers."""
    found.deleted_at = found.deleted_by = found.deleted_batch = None
    old = session.get_one(Folder, found.folder_id)
    moved = old.deleted_at is not None
    if moved:
        if found.inherit:
            inheritance.keep(session, found.folder_id, actor.user_id, document_id=found.id)
            found.inherit = False
        found.folder_id = tree.root_id()
        rule.assign_list(session, found)
    found.revision += 1
    jobs.enqueue(session, "index", found.id)
    known = {} if known is None else known
    place = found.folder_id, found.access_list_id
    if place not in known:
        known[place] = _readers(session, set(frozenset.intersection(*(read for read, _edit in pending.keys(session, [found.id])[found.id]))))
    readers = known[place]
    log.document_event(
        session, actor, "document:restore", found, _details(session, old, found.folder_id, readers)
    )
    return Landing(_seen(session, actor, found.folder_id), moved, readers)


def folder(session: Session, actor: Actor, found: Folder) -> Landing:
    """Restore the folder `found`, with everything below it, in the open unit of work. Returns where the folder is now.
    It goes to the root folder when its old parent folder is in the bin, and gets a number behind its name where another folder has
    that. Call inheritance.lock_tree before."""
    found.deleted_at = found.deleted_by = found.deleted_batch = None
    # The root is never deleted, so every deleted folder has a parent.
    old = session.get_one(Folder, found.parent_id)
    moved = old.deleted_at is not None
    if moved:
        if found.inherit:
            inheritance.keep(session, found.id, actor.user_id, folder_id=found.id)
            found.inherit = False
        found.parent_id, found.position = tree.root_id(), None
        inheritance.refresh(session, found.id)
    former = found.name
    found.name = twins.spare_name(session, actor, found.parent_id or 0, found)
    forms.bump(found)
    readers = _readers(session, set(rule.folder_readers(rule.folder_rights(session, found.id))))
    details = _details(session, old, found.parent_id or 0, readers)
    if found.name != former:
        details["changes"] = {"Tên": [former, found.name]}
    log.record(session, actor, "folder:restore", "folder", found.id, found.name, details=details)
    return Landing(_seen(session, actor, found.parent_id or 0), moved, readers, found.name if found.name != former else None)


def _readers(session: Session, keys: set[str]) -> tuple[Words, ...]:
    """Name the holders of these access keys: first everyone and roles, then groups, units and people."""
    words = holders.named(session, keys)
    order = {"staff": 0, "role": 1, "group": 2, "unit": 3, "user": 4}
    return tuple(
        words[key] for key in sorted(keys, key=lambda key: (order[key.partition(":")[0]], told(words[key])))
    )


def _details(session: Session, old: Folder, folder_id: int, readers: tuple[Words, ...]) -> dict[str, Any]:
    now = session.get_one(Folder, folder_id)
    details: dict[str, Any] = {"to": now.name, "to_id": now.id, "readers": list(readers)}
    if now.id != old.id:
        details = {"from": old.name, "from_id": old.id, **details, "inherit": False}
    return details


def _seen(session: Session, actor: Actor, folder_id: int) -> str | None:
    return (
        session.get_one(Folder, folder_id).name if rule.may_read_folder(session, actor, folder_id) else None
    )
