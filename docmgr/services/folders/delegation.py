"""The bounds of delegation: nobody gives away more than they hold themselves. Who shares gives only roles that hold no more than
they do, and what leaves a folder needs the right to delete there."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, false, select
from sqlalchemy.orm import Session

from docmgr.models import Document, Folder, Grant
from docmgr.policy import LOCAL_RIGHTS, LOCAL_ROLES, Actor, may
from docmgr.services.access import local_rights, rule
from docmgr.services.errors import Invalid
from docmgr.services.folders import abilities
from docmgr.services.message import Message

STAYS = Message("Chưa chuyển gì: để đưa văn bản hoặc thư mục ra khỏi nơi đang chứa nó, bạn cần có quyền Xóa ở đó.")


def held(session: Session, actor: Actor, thing: Folder | Document) -> frozenset[str]:
    """Find the local rights that the actor holds on a folder or document now."""
    if isinstance(thing, Document):
        # Nothing is added to a document, so a role with that right holds no more there. What whoever uploaded a draft holds ends
        # with the draft, and a role that they give does not.
        return local_rights.on_document(session, actor, thing, uploaded=False) | {"add"}
    return local_rights.on_folder(session, actor, thing.id)


def refuse_more(session: Session, actor: Actor, thing: Folder | Document, roles: Iterable[str]) -> None:
    """Raise Invalid when one of these local roles, which the actor wants to give or to let reach `thing`, holds more than the
    actor does there."""
    table, own = local_rights.table(session), held(session, actor, thing)
    wanted = set(roles)
    for role in (one for one in LOCAL_ROLES if one in wanted):
        if more := [right for right in LOCAL_RIGHTS if right in table[role] - own]:
            raise Invalid(
                Message(
                    "Không cho được vai trò %(role)s ở đây: vai trò ấy có quyền “%(right)s”, còn bạn thì không.",
                    role=Message(LOCAL_ROLES[role]), right=Message(LOCAL_RIGHTS[more[0]]),
                ), "role",
            )  # fmt: skip


def roles_above(session: Session, thing: Folder | Document) -> frozenset[str]:
    """Find the local roles that somebody is given by the folders above `thing`, whether or not it inherits from them."""
    return frozenset(session.scalars(select(Grant.role).where(Grant.folder_id.in_(_above(session, thing))).distinct()))


def kept_roles(session: Session, actor: Actor, thing: Folder | Document) -> frozenset[str]:
    """Find the local roles that whoever stops the inheritance keeps on `thing`, so that they still edit and share it: that of a
    manager, unless it holds more than they do; then those that they have from above."""
    table = local_rights.table(session)
    if table["manager"] <= held(session, actor, thing):
        return frozenset({"manager"})
    mine = select(Grant.role).where(Grant.folder_id.in_(_above(session, thing)), Grant.key.in_(sorted(actor.keys)))
    found = set(session.scalars(mine.distinct()))
    return frozenset(role for role in found if not any(table[role] < table[other] for other in found))


def _above(session: Session, thing: Folder | Document) -> list[int]:
    parent_id = thing.parent_id if isinstance(thing, Folder) else thing.folder_id
    return [] if parent_id is None else [folder.id for folder in rule.inheritance(session, parent_id)]


def refuse_leaving(session: Session, actor: Actor, thing: Folder | Document) -> None:
    """Raise Invalid unless the actor may take a document or folder out of the folder that contains it, which needs what deleting
    it there needs."""
    if not may(actor, abilities.ACTIONS["delete"]) or "delete" not in held(session, actor, thing):
        raise Invalid(STAYS, "target")


def may_leave(actor: Actor) -> ColumnElement[bool]:
    """Return an SQL condition on Document for what `refuse_leaving` asks of one."""
    return local_rights.holds(actor, "delete") if may(actor, abilities.ACTIONS["delete"]) else false()


def refuse_publishing(session: Session, actor: Actor, folder_id: int) -> None:
    """Raise Invalid unless the actor may publish in the folder, and so may let it publish what arrives."""
    if not abilities.holds(session, actor, folder_id, "approve"):
        raise Invalid(Message("Để thư mục tự công bố văn bản, bạn cần có quyền Công bố ở thư mục này."), "publish_on_arrival")
