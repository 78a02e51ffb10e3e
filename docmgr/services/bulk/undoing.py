"""Undo ("Hoàn tác") a move, a publication, tags, facts or local roles, of one document or of many, or the move of a folder, for a day.

What was before is kept per document or folder. Only the person who made the change undoes it, with the rights that they have now;
what is no longer as the change left it stays as it is, and the person is told why. services.bulk.states puts a document back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.models import BulkChange, ChangedDocument, ChangedFolder
from docmgr.policy import Actor, Denied
from docmgr.services import forms
from docmgr.services.access import guard, inheritance, rule
from docmgr.services.bulk import states
from docmgr.services.bulk.states import State
from docmgr.services.errors import Conflict, Invalid, NotFound
from docmgr.services.folders import sharing, tree
from docmgr.services.message import Message
from docmgr.services.terms import of_documents as terms

# How long a change can be undone.
UNDONE_WITHIN = dt.timedelta(days=1)
# Changes of a person that are listed.
LISTED = 50
KINDS = {
    "move": "Chuyển văn bản", "publish": "Công bố", "tag": "Nhãn, lĩnh vực", "form": "Sửa thông tin", "rights": "Đổi quyền", "folder": "Chuyển thư mục",
}  # fmt: skip
CHANGED = Message("Đã thay đổi từ lúc đó.")
MISSING = Message("Không còn, hoặc bạn không còn quyền.")
NO_PLACE = Message("Nơi cũ không còn, hoặc bạn không được thêm thư mục vào đó.")
# Kinds that may make tags.
_TAGGING = frozenset({"tag", "form"})
# Kinds that change rights of what lies below, or of many things.
_WHOLE_TREE = frozenset({"rights", "folder"})


@dataclass(frozen=True)
class Undone:
    """What became of an undo: how many documents and folders are as before, and those that stay as (label, why)."""

    done: int
    refused: tuple[tuple[str, Message], ...]
    folders: int = 0


@dataclass(frozen=True)
class RecentChange:
    """A change that the actor can still undo. `documents` and `folders` count those that were not undone."""

    id: int
    kind: str
    made_at: dt.datetime
    documents: int
    folders: int


def record(session: Session, actor: Actor, kind: str, changed: Mapping[int, tuple[State, State]], to: int | None = None) -> int | None:
    """Keep what was changed, in the unit of work of the change. `changed` has (before, after) by the id of the document. `to` is the
    id of a change that this one continues in another unit of work; None begins one. Returns the id of the change for `undo`; None when
    nothing was changed, or by no person."""
    _forget_old(session)
    if not changed or (number := _new(session, actor, kind, to)) is None:
        return to
    session.add_all(ChangedDocument(change_id=number, document_id=one, before=before, after=after) for one, (before, after) in changed.items())
    return number


def record_folder(session: Session, actor: Actor, folder_id: int, before: State, after: State) -> int | None:
    """Keep where a folder was and is, as `record`."""
    _forget_old(session)
    if (number := _new(session, actor, "folder")) is not None:
        session.add(ChangedFolder(change_id=number, folder_id=folder_id, before=before, after=after))
    return number


def _new(session: Session, actor: Actor, kind: str, to: int | None = None) -> int | None:
    if actor.user_id is None:
        return None
    if to is not None and session.get(BulkChange, to, with_for_update=True) is not None:
        return to
    made = BulkChange(kind=kind, made_by=actor.user_id)
    session.add(made)
    session.flush()
    return made.id


def _forget_old(session: Session) -> None:
    """Delete what can no longer be undone. Rows that somebody else has locked wait for the next time, because we hold documents
    that this person may be waiting for."""
    old = BulkChange.made_at < db.now() - UNDONE_WITHIN
    for table in (ChangedDocument, ChangedFolder):
        of_old = select(table).join(BulkChange, BulkChange.id == table.change_id).where(old)
        for row in session.scalars(of_old.with_for_update(of=table, skip_locked=True)):
            session.delete(row)
    session.flush()
    emptied = (~select(table.change_id).where(table.change_id == BulkChange.id).exists() for table in (ChangedDocument, ChangedFolder))
    for change in session.scalars(select(BulkChange).where(old, *emptied).with_for_update(of=BulkChange, skip_locked=True)):
        session.delete(change)


def recent(actor: Actor) -> list[RecentChange]:
    """List the changes that the actor can undo, the latest first, at most LISTED."""
    documents, folders = (
        select(func.count()).where(table.change_id == BulkChange.id).scalar_subquery() for table in (ChangedDocument, ChangedFolder)
    )
    query = select(BulkChange.id, BulkChange.kind, BulkChange.made_at, documents, folders).where(*_own(actor), documents + folders > 0)
    with db.read() as session:
        return [RecentChange(*row) for row in session.execute(query.order_by(BulkChange.id.desc()).limit(LISTED))]


def _own(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    return BulkChange.made_by == actor.user_id, BulkChange.made_at >= db.now() - UNDONE_WITHIN


def undo(actor: Actor, change_id: int) -> Undone:
    """Take back a change as far as its documents are as it left them; what stays can be tried again. Raises NotFound unless the
    actor made it within UNDONE_WITHIN and something of it is left, and Denied when the actor's roles may not read documents."""
    policy.require(actor, "document:read")
    wanted = select(BulkChange).where(BulkChange.id == change_id, *_own(actor))
    with db.write() as session:
        change = session.scalar(wanted)
        if change is None:
            raise NotFound
        if change.kind in _TAGGING:
            terms.lock(session)
        if change.kind in _WHOLE_TREE:
            inheritance.lock_tree(session)
        else:
            rule.hold_tree(session)
        # Whoever presses the button twice waits here, and finds the rows gone.
        forms.locked(session, BulkChange, change_id)
        undone = _undo_folder(session, actor, change_id) if change.kind == "folder" else _undo_documents(session, actor, change)
        if not undone.refused:
            session.flush()
            session.delete(change)
        return undone


def _undo_documents(session: Session, actor: Actor, change: BulkChange) -> Undone:
    of_change = select(ChangedDocument).where(ChangedDocument.change_id == change.id)
    rows = list(session.scalars(of_change.order_by(ChangedDocument.document_id)))
    if not rows:
        raise NotFound
    refused = [(_label(session, actor, row.document_id), why) for row in rows if (why := _undo_one(session, actor, change.kind, row)) is not None]
    return Undone(len(rows) - len(refused), tuple(refused))


def _undo_one(session: Session, actor: Actor, kind: str, row: ChangedDocument) -> Message | None:
    """Put one document back and delete the row; return why it stays, or None. Of a document that stays nothing is changed."""
    try:
        with session.begin_nested():
            if kind == "rights":
                sharing.undo(actor, row.after["change"])
            else:
                document = guard.for_change(session, actor, row.document_id, "document:publish" if kind == "publish" else "document:edit")
                if states.now(session, kind, document, row.after) != row.after:
                    return CHANGED
                states.put_back(session, actor, kind, document, row.before)
    except (NotFound, Denied):
        return MISSING
    except (Invalid, Conflict) as error:
        return error.message
    session.delete(row)
    return None


def _undo_folder(session: Session, actor: Actor, change_id: int) -> Undone:
    """Put the folder of a change back where it was and delete the row, or say why it stays."""
    row = session.scalar(select(ChangedFolder).where(ChangedFolder.change_id == change_id))
    if row is None:
        raise NotFound
    try:
        folder = tree.for_change(session, actor, row.folder_id)
    except (NotFound, Denied):
        return Undone(0, ((f"#{row.folder_id}", MISSING),))
    if folder.parent_id != row.after["parent"]:
        return Undone(0, ((folder.name, CHANGED),))
    try:
        tree.put_back(session, actor, folder, row.before["parent"], row.before["position"])
    except (NotFound, Denied):
        return Undone(0, ((folder.name, NO_PLACE),))
    except (Invalid, Conflict) as error:
        return Undone(0, ((folder.name, error.message),))
    session.delete(row)
    return Undone(0, (), folders=1)


def _label(session: Session, actor: Actor, document_id: int) -> str:
    try:
        return guard.readable(session, actor, document_id).label
    except NotFound:
        return f"#{document_id}"
