"""The recycle bin: delete a folder with its contents, list the bin, and restore what was deleted.

services.keeping.purge deletes for good what lies here for long, if the settings say so. Everything that a person deletes in one act gets the same batch (a random text) and is
restored together. services.documents.lifecycle deletes single documents. services.documents.landing decides where a
restored document or folder goes.
"""

from __future__ import annotations

import datetime as dt
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, not_, or_, select
from sqlalchemy.orm import Session, aliased

from docmgr import db, paging, policy
from docmgr.models import Document, Folder, User
from docmgr.policy import Actor, Denied, require
from docmgr.services import forms
from docmgr.services.access import inheritance, local_rights, rule
from docmgr.services.access.rule import Rights
from docmgr.services.documents import landing, lifecycle
from docmgr.services.documents.landing import Landing
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.folders import abilities, tree
from docmgr.services.message import Message, Words
from docmgr.services.trail import log

PAGE_SIZE = 50
BATCH = re.compile(r"[0-9a-f]{32}")
NOT_ALL_YOURS = Message(
    "Không xóa được thư mục này: bên trong có mục mà bạn không được xóa. "
    "Hãy chuyển hoặc xóa từng mục, hoặc nhờ người quản lý thư mục."
)
# The contents of a folder are not mentioned to someone who may see none of them.
NOT_NOW = Message("Chưa xóa được thư mục này. Hãy nhờ người quản lý thư mục hoặc quản trị hệ thống.")


@dataclass(frozen=True)
class BinItem:
    """One row of the bin: a folder or document that can be restored separately.

    `kind` is "folder" or "document". `label` is the name of the folder or document. `subject` is the subject of a
    document, or None. `folder` names the folder where it was, or is None when the actor may not see that folder.
    `inside` counts the documents that were deleted together with a folder.
    """

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
    """One page of the bin: folders first, then documents, each with the last deleted first. `total` is the number of
    items on all pages."""

    items: tuple[BinItem, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True)
class RestoredItem:
    """What was restored from one act of deletion. `count` is the number of documents and folders. `landings` tells
    where each of them is now; the contents of a restored folder are left out."""

    count: int
    landings: tuple[Landing, ...]


def delete_folder(actor: Actor, folder_id: int) -> str:
    """Put a folder and everything below it into the bin. Returns the batch with which `restore` restores it.

    Raises NotFound when the actor may not see the folder. Raises Denied when the actor may not delete it. Raises Invalid
    for the root folder, and when the actor may not delete something inside.
    """
    require(actor, "document:delete")
    with db.write() as session:
        inheritance.lock_tree(session)
        folder = tree.get(session, actor, folder_id)
        if not abilities.holds(session, actor, folder_id, "delete"):
            raise Denied("document:delete")
        if folder.parent_id is None:
            raise Invalid(Message("Không xóa được thư mục gốc."))
        batch = secrets.token_hex(16)
        inside = _live_below(session, folder)
        held = inheritance.of_all(session, actor.keys)
        ids = [one.id for one in inside]
        live = and_(Document.folder_id.in_(ids), Document.deleted_at.is_(None))
        mine = session.scalar(select(func.count()).where(live, local_rights.holds(actor, "delete")))
        every = list(session.scalars(select(Document).where(live)))
        kept = [held[one.id].read for one in inside if not policy.meets(actor, held[one.id].delete)]
        if kept or mine != len(every):
            others = select(Document.id).where(live, rule.visible(actor), not_(local_rights.holds(actor, "delete")))
            seen = any(policy.meets(actor, read) for read in kept) or session.scalar(others.limit(1)) is not None
            if seen:
                raise Invalid(NOT_ALL_YOURS)
            raise Invalid(NOT_NOW)
        for document in every:
            lifecycle.put_in_bin(session, actor, document, batch)
        for one in inside:
            one.deleted_at, one.deleted_by, one.deleted_batch = db.now(), actor.user_id, batch
            log.record(session, actor, "folder:delete", "folder", one.id, one.name, details={"batch": batch})
        return batch


def _live_below(session: Session, folder: Folder) -> list[Folder]:
    """Load the folder and all folders below it that are not in the bin."""
    found, level = [folder], [folder.id]
    while level:
        query = select(Folder).where(Folder.parent_id.in_(level), Folder.deleted_at.is_(None))
        below = list(session.scalars(query))
        found += below
        level = [one.id for one in below]
    return found


def documents_in(actor: Actor, batch: str) -> int:
    """Count the documents that the actor put into the bin in the act with the batch `batch`. 0 when there is no such
    batch."""
    if not BATCH.fullmatch(batch):
        return 0
    mine = and_(Document.deleted_batch == batch, Document.deleted_by == actor.user_id)
    with db.read() as session:
        return session.scalar(select(func.count()).select_from(Document).where(mine)) or 0


def restore(actor: Actor, batch: str) -> RestoredItem:
    """Restore everything that was deleted in the act with this batch. Raises NotFound when nothing has this batch, or
    when the actor may not delete all of it. Raises Denied when the actor's roles may not restore."""
    require(actor, "document:restore")
    if not BATCH.fullmatch(batch):
        raise NotFound
    with db.write() as session:
        inheritance.lock_tree(session)
        gone = list(session.scalars(select(Folder).where(Folder.deleted_batch == batch, Folder.purged_at.is_(None)).order_by(Folder.id)))
        papers = list(session.scalars(select(Document).where(Document.deleted_batch == batch, _there()).order_by(Document.id)))
        if not gone and not papers:
            raise NotFound
        _require_all(session, actor, gone, papers)
        landings = _restore_folders(session, actor, gone)
        inside = {folder.id for folder in gone}
        readers: dict[tuple[int, int], tuple[Words, ...]] = {}
        for document in papers:
            follows = document.folder_id in inside
            landed = landing.document(session, actor, document, readers)
            landings += [] if follows else [landed]
        return RestoredItem(len(gone) + len(papers), tuple(landings))


def _require_all(session: Session, actor: Actor, gone: list[Folder], papers: list[Document]) -> None:
    held = inheritance.of_all(session, actor.keys)
    if not all(policy.meets(actor, held[folder.id].delete) for folder in gone):
        raise NotFound
    ids = [document.id for document in papers]
    query = select(func.count()).where(Document.id.in_(ids), _restorable(actor))
    if session.scalar(query) != len(ids):
        raise NotFound


def _restore_folders(session: Session, actor: Actor, gone: list[Folder]) -> list[Landing]:
    ids = {folder.id for folder in gone}
    for folder in gone:
        folder.deleted_at = folder.deleted_by = folder.deleted_batch = folder.purged_at = None
    for folder in gone:
        if folder.parent_id in ids:
            log.record(session, actor, "folder:restore", "folder", folder.id, folder.name)
    return [landing.folder(session, actor, folder) for folder in gone if folder.parent_id not in ids]


def restore_folder(actor: Actor, folder_id: int) -> RestoredItem:
    """Restore a folder together with everything that was deleted in the same act. Raises NotFound when the folder is
    not in the bin, or when the actor may not delete all that was deleted. Raises Denied when the actor's roles may not
    restore."""
    with db.read() as session:
        folder = session.get(Folder, folder_id)
    if folder is None or folder.deleted_batch is None:
        raise NotFound
    return restore(actor, folder.deleted_batch)


def restore_document(actor: Actor, document_id: int) -> Landing:
    """Restore one document alone. Raises NotFound when it is not in the bin or the actor may not delete it. Raises Denied
    when the actor's roles may not restore."""
    require(actor, "document:restore")
    with db.write() as session:
        inheritance.lock_tree(session)
        forms.locked(session, Document, document_id)
        query = select(Document).where(
            Document.id == document_id, Document.deleted_at.is_not(None), _there(),
            _restorable(actor),
        )
        document = session.scalar(query)
        if document is None:
            raise NotFound
        return landing.document(session, actor, document)


def contents(actor: Actor, page: int = 1) -> BinPage:
    """Load one page of the folders and documents in the bin that the actor may restore. `page` counts from 1; a
    number beyond the end gives the last page. Raises Denied when the actor's roles may not restore."""
    if not policy.may(actor, "document:restore"):
        raise Denied("document:restore")
    with db.read() as session:
        tops = _deleted_folders(session, actor)
        total = len(tops) + (session.scalar(select(func.count()).select_from(Document).where(_alone(actor))) or 0)
        page, pages = paging.nearest(page, total, PAGE_SIZE)
        start = (page - 1) * PAGE_SIZE
        shown = tops[start : start + PAGE_SIZE]
        left, skip = PAGE_SIZE - len(shown), max(0, start - len(tops))
        return BinPage((*shown, *_deleted_documents(session, actor, left, skip)), total, page, pages)


def _alone(actor: Actor) -> ColumnElement[bool]:
    """Return an SQL condition on Document: the document is in the bin, was not deleted together with its folder, and
    the actor may restore it. Documents merged into others are not in the bin."""
    above = aliased(Folder)
    with_folder = select(above.id).where(
        above.id == Document.folder_id, above.deleted_batch == Document.deleted_batch
    )
    gone = and_(Document.deleted_at.is_not(None), _there())
    return and_(gone, ~with_folder.exists(), _restorable(actor))


def _restorable(actor: Actor) -> ColumnElement[bool]:
    """Return an SQL condition on Document: the actor has the right to delete it. Restoring takes back a deletion, so it needs
    the same right."""
    return and_(rule.readable(actor, "edit"), local_rights.holds(actor, "delete"))


def _there() -> ColumnElement[bool]:
    """Return an SQL condition on Document: it was neither joined to another document nor deleted for good."""
    return and_(Document.merged_into.is_(None), Document.purged_at.is_(None))


def _deleted_folders(session: Session, actor: Actor) -> list[BinItem]:
    parent = select(Folder.deleted_batch.label("batch"), Folder.id.label("id"), Folder.name.label("name")).subquery()
    query = (
        select(Folder, User.full_name, parent.c.id, parent.c.name)
        .outerjoin(User, User.id == Folder.deleted_by)
        .outerjoin(parent, parent.c.id == Folder.parent_id)
        .where(
            Folder.deleted_at.is_not(None),
            Folder.purged_at.is_(None),
            or_(parent.c.batch.is_(None), parent.c.batch != Folder.deleted_batch),
        )
        .order_by(Folder.deleted_at.desc(), Folder.id)
    )
    held = inheritance.of_all(session, actor.keys)
    closed = _closed_batches(session, actor, held)
    rows = [row for row in session.execute(query) if row[0].deleted_batch not in closed]
    counted = select(Document.deleted_batch, func.count()).where(_there()).group_by(Document.deleted_batch)
    batches = [row[0].deleted_batch for row in rows]
    inside = {batch: n for batch, n in session.execute(counted.where(Document.deleted_batch.in_(batches)))}
    return [
        BinItem(
            "folder", f.id, f.name, None, name if _sees(actor, held.get(above)) else None,
            f.deleted_at or db.now(), by or "", inside.get(f.deleted_batch, 0),
        )
        for f, by, above, name in rows
    ]


def _sees(actor: Actor, held: Rights | None) -> bool:
    """Whether the actor may see the name of a folder. `held` are the rights that the actor's keys have on it, or None
    when there is no such folder."""
    return held is not None and rule.sees_folder(actor, held)


def _closed_batches(session: Session, actor: Actor, held: Mapping[int, Rights]) -> set[str | None]:
    """Find the batches that contain a folder or document that the actor may not restore. `held` has the rights of the
    actor's keys, by folder id."""
    gone = session.execute(select(Folder.id, Folder.deleted_batch).where(Folder.deleted_batch.is_not(None)))
    closed = {batch for folder_id, batch in gone if not policy.meets(actor, held[folder_id].delete)}
    papers = select(Document.deleted_batch).where(
        Document.deleted_batch.is_not(None), _there(), not_(_restorable(actor))
    )
    return closed | set(session.scalars(papers.distinct()))


def _deleted_documents(session: Session, actor: Actor, limit: int, skip: int) -> list[BinItem]:
    if limit < 1:
        return []
    held = inheritance.of_all(session, actor.keys)
    query = (
        select(Document, User.full_name, Folder.name)
        .outerjoin(User, User.id == Document.deleted_by)
        .join(Folder, Folder.id == Document.folder_id)
        .where(_alone(actor))
        .order_by(Document.deleted_at.desc(), Document.id)
    )
    return [
        BinItem(
            "document", d.id, d.label, d.subject, folder if _sees(actor, held.get(d.folder_id)) else None,
            d.deleted_at or db.now(), by or "",
        )
        for d, by, folder in session.execute(query.limit(limit).offset(skip))
    ]
