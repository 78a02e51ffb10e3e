"""Folders of one name side by side: the name that a folder takes where another one has its own."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr.models import Folder
from docmgr.policy import Actor
from docmgr.services.access import rule
from docmgr.services.folders.names import NAME_LIMIT


def spare_name(session: Session, actor: Actor, parent_id: int, folder: Folder) -> str:
    """The name of `folder` in the folder `parent_id`, with the first free number behind it if another folder there has it. Only folders
    that the actor may see count, because a hidden folder's name must not be revealed."""
    beside = select(Folder.id, Folder.name).where(Folder.parent_id == parent_id, Folder.id != folder.id, Folder.deleted_at.is_(None))
    taken = {name for number, name in session.execute(beside.where(Folder.name.startswith(folder.name[: NAME_LIMIT - 6], autoescape=True))) if rule.may_read_folder(session, actor, number)}
    name, number = folder.name, 1
    while name in taken:
        number += 1
        behind = f" ({number})"
        name = folder.name[: NAME_LIMIT - len(behind)] + behind
    return name
