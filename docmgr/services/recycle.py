"""The recycle bin: deleting folders whole, looking into the bin, bringing things back whole.

Nothing is purged. What was deleted in one act carries one batch and comes back in one act; a document deleted before
its folder was stays in the bin when the folder comes back. Steps on single documents are services.documents'.
"""

from __future__ import annotations

import datetime as dt
import re
import secrets
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, not_, or_, select
from sqlalchemy.orm import Session, aliased

from docmgr import db, policy
from docmgr.models import Document, Folder, User
from docmgr.policy import Actor, Denied, require
from docmgr.services import access, folder_rights, folders, lifecycle, trail
from docmgr.services.errors import Invalid, NotFound

PAGE_SIZE = 50
BATCH = re.compile(r"[0-9a-f]{32}")
NOT_ALL_YOURS = (
    "Không xóa được thư mục này: bên trong có mục mà bạn không được xóa. "
    "Hãy chuyển hoặc xóa từng mục, hoặc nhờ người quản lý thư mục."
)


@dataclass(frozen=True)
class BinItem:
    """A thing in the bin that comes back by itself; `inside` counts the documents deleted with a folder."""

    kind: str
    id: int
    label: str
    subject: str | None
    folder: str | None
    deleted_at: dt.datetime
    deleted_by: str
    inside: int = 0


@dataclass(frozen=True)
class BinPage:
    """One page of the bin, folders first, what was deleted last on top."""

    items: tuple[BinItem, ...]
    total: int
    page: int
    pages: int


def delete_folder(actor: Actor, folder_id: int) -> str:
    """Put a folder with all below it into the bin; the batch brings it back. Raises NotFound, Denied, Invalid."""
    require(actor, "document:delete")
    with db.write() as session:
        folder_rights.lock_tree(session)
        folder = folders.get(session, actor, folder_id)
        folders.require_edit(session, actor, folder_id)
        if folder.parent_id is None:
            raise Invalid("Không xóa được thư mục gốc.")
        batch = secrets.token_hex(16)
        inside = _live_below(session, folder)
        held = folder_rights.of_all(session, actor.keys)
        ids = [one.id for one in inside]
        live = and_(Document.folder_id.in_(ids), Document.deleted_at.is_(None))
        mine = session.scalar(select(func.count()).where(live, access.editable(actor)))
        every = list(session.scalars(select(Document).where(live)))
        if mine != len(every) or not all(policy.meets(actor, held[one.id].edit) for one in inside):
            raise Invalid(NOT_ALL_YOURS)
        for document in every:
            lifecycle.put_in_bin(session, actor, document, batch)
        for one in inside:
            one.deleted_at, one.deleted_by, one.deleted_batch = db.now(), actor.user_id, batch
            trail.record(session, actor, "folder:delete", "folder", one.id, one.name, details={"batch": batch})
        return batch


def _live_below(session: Session, folder: Folder) -> list[Folder]:
    """The folder and those below it that are not in the bin."""
    found, level = [folder], [folder.id]
    while level:
        query = select(Folder).where(Folder.parent_id.in_(level), Folder.deleted_at.is_(None))
        below = list(session.scalars(query))
        found += below
        level = [one.id for one in below]
    return found


def documents_in(actor: Actor, batch: str) -> int:
    """How many documents the actor put into the bin in this one act; 0 for what is no batch."""
    if not BATCH.fullmatch(batch):
        return 0
    mine = and_(Document.deleted_batch == batch, Document.deleted_by == actor.user_id)
    with db.read() as session:
        return session.scalar(select(func.count()).select_from(Document).where(mine)) or 0


def restore(actor: Actor, batch: str) -> int:
    """Bring back all that was deleted in one act; how many documents and folders. Raises NotFound, Denied."""
    require(actor, "document:restore")
    if not BATCH.fullmatch(batch):
        raise NotFound
    with db.write() as session:
        folder_rights.lock_tree(session)
        gone = list(session.scalars(select(Folder).where(Folder.deleted_batch == batch).order_by(Folder.id)))
        papers = list(session.scalars(select(Document).where(Document.deleted_batch == batch).order_by(Document.id)))
        if not gone and not papers:
            raise NotFound
        _require_all(session, actor, gone, papers)
        _restore_folders(session, actor, gone)
        for document in papers:
            lifecycle.take_from_bin(session, actor, document)
        return len(gone) + len(papers)


def _require_all(session: Session, actor: Actor, gone: list[Folder], papers: list[Document]) -> None:
    held = folder_rights.of_all(session, actor.keys)
    if not all(policy.meets(actor, held[folder.id].edit) for folder in gone):
        raise NotFound
    ids = [document.id for document in papers]
    query = select(func.count()).where(Document.id.in_(ids), access.readable(actor, "edit"))
    if session.scalar(query) != len(ids):
        raise NotFound


def _restore_folders(session: Session, actor: Actor, gone: list[Folder]) -> None:
    for folder in gone:
        folder.deleted_at = folder.deleted_by = folder.deleted_batch = None
    for folder in gone:
        parent = session.get(Folder, folder.parent_id)
        if parent is None or parent.deleted_at is not None:
            folder.parent_id = folders.root_id()
            folder_rights.refresh(session, folder.id)
        trail.record(session, actor, "folder:restore", "folder", folder.id, folder.name)


def restore_folder(actor: Actor, folder_id: int) -> int:
    """Bring a folder back with all that was deleted with it; how many things. Raises NotFound, Denied."""
    with db.read() as session:
        folder = session.get(Folder, folder_id)
    if folder is None or folder.deleted_batch is None:
        raise NotFound
    return restore(actor, folder.deleted_batch)


def restore_document(actor: Actor, document_id: int) -> None:
    """Bring one document back, alone. Raises NotFound, Denied."""
    require(actor, "document:restore")
    with db.write() as session:
        query = select(Document).where(
            Document.id == document_id, Document.deleted_at.is_not(None), access.readable(actor, "edit")
        )
        document = session.scalar(query)
        if document is None:
            raise NotFound
        lifecycle.take_from_bin(session, actor, document)


def contents(actor: Actor, page: int = 1) -> BinPage:
    """What the actor may bring back. Raises Denied."""
    if not policy.may(actor, "document:restore"):
        raise Denied("document:restore")
    with db.read() as session:
        tops = _deleted_folders(session, actor)
        total = len(tops) + (session.scalar(select(func.count()).select_from(Document).where(_alone(actor))) or 0)
        pages = max(1, -(-total // PAGE_SIZE))
        page = min(max(page, 1), pages)
        start = (page - 1) * PAGE_SIZE
        shown = tops[start : start + PAGE_SIZE]
        left, skip = PAGE_SIZE - len(shown), max(0, start - len(tops))
        return BinPage((*shown, *_deleted_documents(session, actor, left, skip)), total, page, pages)


def _alone(actor: Actor) -> ColumnElement[bool]:
    """Deleted documents that did not go with their folder, and that the actor may edit."""
    above = aliased(Folder)
    with_folder = select(above.id).where(
        above.id == Document.folder_id, above.deleted_batch == Document.deleted_batch
    )
    return and_(Document.deleted_at.is_not(None), ~with_folder.exists(), access.readable(actor, "edit"))


def _deleted_folders(session: Session, actor: Actor) -> list[BinItem]:
    parent = select(Folder.deleted_batch.label("batch"), Folder.id.label("id"), Folder.name.label("name")).subquery()
    query = (
        select(Folder, User.full_name, parent.c.name)
        .outerjoin(User, User.id == Folder.deleted_by)
        .outerjoin(parent, parent.c.id == Folder.parent_id)
        .where(
            Folder.deleted_at.is_not(None),
            or_(parent.c.batch.is_(None), parent.c.batch != Folder.deleted_batch),
        )
        .order_by(Folder.deleted_at.desc(), Folder.id)
    )
    closed = _closed_batches(session, actor)
    rows = [row for row in session.execute(query) if row[0].deleted_batch not in closed]
    counted = select(Document.deleted_batch, func.count()).group_by(Document.deleted_batch)
    batches = [row[0].deleted_batch for row in rows]
    inside = {batch: n for batch, n in session.execute(counted.where(Document.deleted_batch.in_(batches)))}
    return [
        BinItem("folder", f.id, f.name, None, above, f.deleted_at or db.now(), by or "", inside.get(f.deleted_batch, 0))
        for f, by, above in rows
    ]


def _closed_batches(session: Session, actor: Actor) -> set[str | None]:
    """Batches with anything in them that the actor may not edit: they come back whole or not at all."""
    held = folder_rights.of_all(session, actor.keys)
    gone = session.execute(select(Folder.id, Folder.deleted_batch).where(Folder.deleted_batch.is_not(None)))
    closed = {batch for folder_id, batch in gone if not policy.meets(actor, held[folder_id].edit)}
    papers = select(Document.deleted_batch).where(
        Document.deleted_batch.is_not(None), not_(access.readable(actor, "edit"))
    )
    return closed | set(session.scalars(papers.distinct()))


def _deleted_documents(session: Session, actor: Actor, limit: int, skip: int) -> list[BinItem]:
    if limit < 1:
        return []
    query = (
        select(Document, User.full_name, Folder.name)
        .outerjoin(User, User.id == Document.deleted_by)
        .join(Folder, Folder.id == Document.folder_id)
        .where(_alone(actor))
        .order_by(Document.deleted_at.desc(), Document.id)
    )
    return [
        BinItem("document", d.id, d.label, d.subject, folder, d.deleted_at or db.now(), by or "")
        for d, by, folder in session.execute(query.limit(limit).offset(skip))
    ]
