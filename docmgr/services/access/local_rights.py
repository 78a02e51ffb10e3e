"""Which local rights (policy.LOCAL_RIGHTS) an actor holds on folders and documents.

Reading and editing are asked of the access lists (services.access.rule), because every search and list asks them. The other
rights are asked about few things at a time, and follow from the local roles that were given and from inheritance.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select, true
from sqlalchemy.orm import Session

from docmgr import policy
from docmgr.models import Document, Folder, Grant, LocalRight
from docmgr.policy import LOCAL_RIGHTS, Actor
from docmgr.services.access import rule

# Action of docmgr.policy → the right that it needs on the document itself. All others need that to edit.
NEEDED = {"document:share": "share", "document:delete": "delete", "document:publish": "approve"}


def on_folder(session: Session, actor: Actor, folder_id: int) -> frozenset[str]:
    """Find the rights that the actor holds on a folder. The actor's roles are not asked (docmgr.policy)."""
    if actor.everything:
        return frozenset(LOCAL_RIGHTS)
    reaching = [folder.id for folder in rule.inheritance(session, folder_id)]
    return frozenset(session.scalars(_rights(actor).where(Grant.folder_id.in_(reaching))))


def on_document(session: Session, actor: Actor, document: Document, *, uploaded: bool = True) -> frozenset[str]:
    """Find the rights that the actor holds on a document; without those of who uploaded a draft unless `uploaded`. The actor's roles
    are not asked (docmgr.policy)."""
    if actor.everything:
        return frozenset(LOCAL_RIGHTS)
    reaching = [folder.id for folder in rule.inheritance(session, document.folder_id)] if document.inherit else []
    given = _rights(actor).where(or_(Grant.document_id == document.id, Grant.folder_id.in_(reaching)))
    owns = uploaded and document.workflow == "draft" and actor.user_id is not None and document.created_by == actor.user_id
    owner = select(LocalRight.right).where(LocalRight.role == policy.OWNER)
    return frozenset(session.scalars(given.union_all(owner) if owns else given))


def table(session: Session) -> dict[str, frozenset[str]]:
    """Load which rights each local role holds, by role (policy.LOCAL_ROLES and policy.OWNER)."""
    found: dict[str, set[str]] = {role: set() for role in (*policy.LOCAL_ROLES, policy.OWNER)}
    for role, right in session.execute(select(LocalRight.role, LocalRight.right)):
        found[role].add(right)
    return {role: frozenset(held) for role, held in found.items()}


def _rights(actor: Actor) -> Select[str]:
    query = select(LocalRight.right).join(Grant, Grant.role == LocalRight.role)
    return query.where(Grant.key.in_(sorted(actor.keys)))


def folders(actor: Actor, right: str) -> Select[int]:
    """Select the ids of the folders on which one of the actor's access keys has the local right `right`, those in the recycle bin
    too."""
    able = select(LocalRight.role).where(LocalRight.right == right)
    given = Grant.folder_id.is_not(None), Grant.key.in_(sorted(actor.keys)), Grant.role.in_(able)
    reached = select(Grant.folder_id.label("id")).where(*given).cte(recursive=True)
    reached = reached.union(select(Folder.id).join(reached, Folder.parent_id == reached.c.id).where(Folder.inherit.is_(True)))
    return select(reached.c.id)


def seen_folders(actor: Actor) -> Select[int]:
    """Select the ids of the folders outside the recycle bin whose names the actor may see. The actor's roles are not asked."""
    live = select(Folder.id).where(Folder.deleted_at.is_(None))
    return live if rule.sees_folder(actor, rule.Rights()) else live.where(Folder.id.in_(folders(actor, "read")))


def holds(actor: Actor, right: str) -> ColumnElement[bool]:
    """Return an SQL condition on Document: the actor holds the local right `right` on it. For one document `on_document` is
    faster: this condition looks at every folder that the actor's roles reach."""
    if actor.everything:
        return true()
    able = select(LocalRight.role).where(LocalRight.right == right)
    given = Grant.key.in_(sorted(actor.keys)), Grant.role.in_(able)
    own = exists(select(Grant.id).where(Grant.document_id == Document.id, *given))
    owner = false() if actor.user_id is None else and_(
        Document.workflow == "draft", Document.created_by == actor.user_id, exists(able.where(LocalRight.role == policy.OWNER))
    )  # fmt: skip
    return or_(own, owner, and_(Document.inherit.is_(True), Document.folder_id.in_(folders(actor, right))))
