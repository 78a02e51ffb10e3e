"""What a person has uploaded lately: which documents still wait for something, and which folder was used last."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ColumnElement, func, or_, select

from docmgr import db, paging
from docmgr.models import Document
from docmgr.policy import Actor, require
from docmgr.services.access import rule
from docmgr.services.documents import facts, progress
from docmgr.services.documents.progress import UploadState
from docmgr.services.folders import tree
from docmgr.services.folders.tree import FolderNode

WAITING_SINCE, LAST_SINCE, ALL_SINCE = dt.timedelta(days=14), dt.timedelta(days=60), dt.timedelta(days=1)
PER_PAGE = 100


def waiting(actor: Actor, page: int) -> tuple[list[UploadState], int]:
    """Find all documents that the actor uploaded in the last 24 hours, and those of the last days that are being read or
    recognised, wait to be confirmed, or could not be read. Returns (at most PER_PAGE of them, those of this page, the newest first; how many
    there are in all). A page after the last gives the last. Raises Denied when the actor's roles may not upload."""
    require(actor, "document:upload")
    with db.read() as session:
        total = session.scalar(select(func.count(Document.id)).where(_waits(actor))) or 0
        page, _ = paging.nearest(page, total, PER_PAGE)
        query = select(Document).where(_waits(actor)).order_by(Document.created_at.desc(), Document.id.desc())
        found = session.scalars(query.limit(PER_PAGE).offset((page - 1) * PER_PAGE)).all()
        return progress.of_documents(session, found), total


def _waits(actor: Actor) -> ColumnElement[bool]:
    own = (Document.created_by == actor.user_id) & (Document.created_at > db.now() - WAITING_SINCE)
    open_states = or_(
        Document.state.in_((*progress.BUSY_STATES, "unreadable")),
        facts.unconfirmed() & Document.state.in_(("findable", "no_text")),
    )
    return own & rule.visible(actor) & or_(open_states, Document.created_at > db.now() - ALL_SINCE)


def next_folder(actor: Actor) -> FolderNode | None:
    """Choose the folder for files that the actor drops on a page that belongs to no folder: the one of their last
    upload, else the first in the tree that they may add to. None when there is none. Raises Denied when the actor's roles
    may not upload."""
    require(actor, "document:upload")
    with db.read() as session:
        last = session.scalar(
            select(Document.folder_id)
            .where(Document.created_by == actor.user_id, Document.created_at > db.now() - LAST_SINCE)
            .order_by(Document.created_at.desc(), Document.id.desc()).limit(1)
        )  # fmt: skip
    open_to = [folder for folder in tree.tree(actor) if folder.may_add]
    return next((folder for folder in open_to if folder.id == last), open_to[0] if open_to else None)
