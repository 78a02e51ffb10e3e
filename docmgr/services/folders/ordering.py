"""The order of the folders of one parent: by name, until somebody with the right to edit the parent puts them in another one.
Folders that a person may not see keep their places."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from docmgr import db
from docmgr.models import Folder
from docmgr.policy import Actor, require
from docmgr.services.access import inheritance, rule
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.folders import tree
from docmgr.services.folders.names import in_order, place
from docmgr.services.message import Message
from docmgr.services.trail import log

WAYS = {"up": "Lên", "down": "Xuống"}


def children(actor: Actor, folder_id: int) -> list[tuple[int, str]]:
    """List the folders directly in a folder that the actor may see, in their order, as (id, name). Raises NotFound when the actor
    may not see the folder."""
    require(actor, "folder:read")
    with db.read() as session:
        tree.get(session, actor, folder_id)
        return [(row.id, row.name) for row, seen in _siblings(session, actor, folder_id) if seen]


def shift(actor: Actor, folder_id: int, child_id: int, way: str) -> None:
    """Put the folder `child_id` before ("up") or behind ("down") the one beside it in the folder `folder_id`; at the end nothing
    happens. Raises NotFound when the actor may not see one of the two, Denied when the actor may not edit the folder, and Invalid
    when there is no such way."""
    if way not in WAYS:
        raise Invalid(Message("Hãy chọn một mục trong danh sách."))
    with db.write() as session:
        tree.for_change(session, actor, folder_id)
        found = _siblings(session, actor, folder_id)
        shown = [at for at, (_row, seen) in enumerate(found) if seen]
        at = next((at for at in shown if found[at][0].id == child_id), None)
        if at is None:
            raise NotFound
        beside = shown.index(at) + (-1 if way == "up" else 1)
        if not 0 <= beside < len(shown):
            return
        other = shown[beside]
        name = found[at][0].name
        found[at], found[other] = found[other], found[at]
        moved = [{"id": row.id, "position": position} for position, (row, _seen) in enumerate(found, start=1) if row.position != position]
        session.execute(update(Folder), moved)
        log.record(session, actor, "folder:order", "folder", child_id, name, details={"order": Message(WAYS[way])})


def by_name(actor: Actor, folder_id: int) -> None:
    """Let the folders in a folder be in the order of their names again. Raises NotFound or Denied unless the actor may edit it."""
    with db.write() as session:
        folder = tree.for_change(session, actor, folder_id)
        if in_order(session, folder_id):
            session.execute(update(Folder).where(Folder.parent_id == folder_id, Folder.position.is_not(None)).values(position=None))
            log.record(session, actor, "folder:order", "folder", folder.id, folder.name, details={"order": Message("Theo tên")})


def _siblings(session: Session, actor: Actor, folder_id: int) -> list[tuple[Any, bool]]:
    """Load all folders in a folder that are not in the bin, in their order, with whether the actor may see them."""
    query = select(Folder.id, Folder.parent_id, Folder.name, Folder.inherit, Folder.position)
    rows: list[Any] = list(session.execute(query.where(Folder.parent_id == folder_id, Folder.deleted_at.is_(None))))
    rights = inheritance.of_children(session, folder_id, rows, actor.keys)
    return [(row, rule.sees_folder(actor, rights[row.id])) for row in sorted(rows, key=lambda one: place(one.position, one.name, one.id))]
