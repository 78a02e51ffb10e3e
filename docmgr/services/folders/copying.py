"""Copy a folder with the folders in it, as a structure: no documents, no rights of its own, and only what the actor may see."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr import db
from docmgr.models import Folder
from docmgr.policy import Actor
from docmgr.services.access import inheritance, local_rights, rule
from docmgr.services.errors import Invalid
from docmgr.services.folders import tree
from docmgr.services.message import Message

# Folders that one copy makes.
MOST = 200


def copy(actor: Actor, folder_id: int, target_id: int, name: str) -> int:
    """Make a folder `name` in the folder `target_id` with the folders that are in `folder_id`, in their order; return its id. They
    have the rights of the target. Raises NotFound when the actor may not see one of the two, Denied when the actor may not edit the
    target, Conflict when that is in the recycle bin, and Invalid when the name is wrong or taken, or there are more than MOST
    folders."""
    with db.write() as session:
        inheritance.lock_tree(session)
        tree.get(session, actor, folder_id)
        # All of them before the first is made: a folder may be copied into itself.
        found = _seen_below(session, actor, folder_id)
        if len(found) >= MOST:
            raise Invalid(Message("Bên trong có hơn %(most)s thư mục; hãy nhân bản từng phần.", most=MOST), "copy_name")
        made = tree.create(actor, target_id, name)
        copies = {folder_id: made.id}
        for one in found:
            # Two folders of one name side by side, of which one was hidden when the other was made, are copied as they are.
            inner = tree.create(actor, copies[one.parent_id or 0], one.name, twins=True)
            inner.position, copies[one.id] = one.position, inner.id
        return made.id


def _seen_below(session: Session, actor: Actor, folder_id: int) -> list[Folder]:
    """List the folders below a folder that the actor may see, each after its parent; not those inside one that is hidden. It stops
    at MOST."""
    rights = {folder_id: rule.folder_rights(session, folder_id, actor.keys)}
    found: list[Folder] = []
    level = [folder_id]
    while level and len(found) < MOST:
        query = select(Folder).where(Folder.parent_id.in_(level), Folder.id.in_(local_rights.seen_folders(actor))).order_by(Folder.id)
        children = list(session.scalars(query.limit(MOST)))
        rights |= inheritance.below(session, rights, children, actor.keys)
        seen = [one for one in children if rule.sees_folder(actor, rights[one.id])]
        found, level = found + seen, [one.id for one in seen]
    return found
