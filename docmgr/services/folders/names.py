"""Names of folders: which names a folder may have, and how lists such as the filters of a search name folders.

A list names only folders that the actor may see, and tells folders with the same name apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, aliased

from docmgr import collation, policy
from docmgr.models import Folder
from docmgr.policy import Actor
from docmgr.services.access import inheritance, rule
from docmgr.services.errors import Invalid
from docmgr.services.message import Message
from legaltext.text import clean_line

# In characters.
NAME_LIMIT = 200

_ABOVE = aliased(Folder)
# Created once, because creating an alias for each query takes longer than the query.
_NAMED = (
    select(Folder.id, Folder.name, Folder.parent_id, _ABOVE.name)
    .outerjoin(_ABOVE, _ABOVE.id == Folder.parent_id)
    .where(Folder.deleted_at.is_(None), Folder.id.in_(bindparam("ids", expanding=True)))
)


def clean_name(name: str) -> str:
    """Return the name of a folder as one line, in the form that is stored. Raises Invalid when it is blank, too
    long or contains a slash."""
    name = clean_line(name)
    if not name:
        raise Invalid(Message("Hãy nhập tên thư mục."), "name")
    if len(name) > NAME_LIMIT:
        message = Message("%(field)s dài quá %(limit)s ký tự.", field=Message("Tên thư mục"), limit=NAME_LIMIT)
        raise Invalid(message, "name")
    if "/" in name:
        raise Invalid(Message("Tên thư mục không được có dấu gạch chéo (/)."), "name")
    return name


def names(session: Session, actor: Actor, ids: Collection[int]) -> dict[int, str]:
    """Load the names of those folders that the actor may see; keys of the result are folder ids.

    A name that several of the folders have is followed by the name of the parent folder, as in "Kế hoạch (Phòng Giáo
    dục tiểu học)", if the actor may see the parent. It takes three SQL queries, whatever the number of folders.
    Folders in the recycle bin are missing in the result. It is empty when the actor's roles may not see folders.
    """
    if not ids or not policy.may(actor, "folder:read"):
        return {}
    rows = session.execute(_NAMED, {"ids": list(ids)}).all()
    rights = inheritance.of_all(session, actor.keys)
    seen = {key for key, held in rights.items() if rule.sees_folder(actor, held)}
    shown = [row for row in rows if row[0] in seen]
    alike = Counter(name for _, name, _, _ in shown)
    return {
        key: f"{name} ({parent})" if alike[name] > 1 and parent_id in seen else name
        for key, name, parent_id, parent in shown
    }


def place(position: int | None, name: str, folder_id: int) -> tuple[bool, int, str, int]:
    """The key by which the folders of one parent are sorted: those that were put in order first, the others by name."""
    return position is None, position or 0, collation.key(name) or "", folder_id


def in_order(session: Session, parent_id: int) -> bool:
    """Whether somebody has put the folders in this folder in an order, and nobody has let them be in that of their names since."""
    return session.scalar(select(Folder.id).where(Folder.parent_id == parent_id, Folder.position.is_not(None)).limit(1)) is not None
