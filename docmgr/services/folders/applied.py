"""How far documents have followed a change of rights or a move: their access lists, which the worker assigns to thousands of them, and
the search index."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from docmgr import db
from docmgr.models import Document, Folder
from docmgr.policy import Actor, require
from docmgr.services.access import lists, pending, rule
from docmgr.services.folders import tree

# The move of a folder with more documents is shown with its progress.
LARGE = lists.AT_ONCE


@dataclass(frozen=True)
class RightsProgress:
    """How many documents have followed: `total` of them there are, `applied` have the list that follows from the present rights, and
    of `indexed` the search index knows that too."""

    total: int
    applied: int
    indexed: int


def of_folder(session: Session, actor: Actor, folder: Folder) -> RightsProgress | None:
    """Count the documents in a folder and below it that inherit its rights and that the actor may read. None when all have
    followed."""
    reached = select(Folder.id).where(Folder.id == folder.id).cte(recursive=True)
    reached = reached.union(select(Folder.id).join(reached, Folder.parent_id == reached.c.id).where(Folder.inherit.is_(True)))
    return _count(session, Document.folder_id.in_(select(reached.c.id)), Document.inherit.is_(True), rule.visible(actor))


def of_edited(actor: Actor, folder_id: int) -> RightsProgress | None:
    """The same as `of_folder`, for somebody who may edit the folder. Raises NotFound or Denied for anybody else."""
    with db.read() as session:
        folder = tree.get(session, actor, folder_id)
        tree.require_edit(session, actor, folder_id)
        return of_folder(session, actor, folder)


def of_all(actor: Actor) -> RightsProgress | None:
    """Count all documents, as after a change of what local roles may do. None when all have followed. Raises Denied unless the actor
    may make such a change."""
    require(actor, "right:manage")
    with db.read() as session:
        return _count(session)


def _count(session: Session, *where: ColumnElement[bool]) -> RightsProgress | None:
    waits = pending.waits()
    # What the index does not have yet, as after a restore, it shows to nobody.
    late = or_(waits, and_(Document.indexed_revision.is_not(None), Document.indexed_access_list_id.is_distinct_from(Document.access_list_id)))
    counted = func.count(), func.sum(case((waits, 1), else_=0)), func.sum(case((late, 1), else_=0))
    total, unapplied, behind = session.execute(select(*counted).where(Document.purged_at.is_(None), *where)).one()
    return RightsProgress(total, total - unapplied, total - behind) if behind else None
