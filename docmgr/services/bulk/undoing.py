"""Undo ("Hoàn tác") a move, a publication, tags, facts or local roles, of one document or of many, for a day.

What was before is kept per document. Only the person who made the change undoes it, with the rights that they have now; a document
whose folder, state, tags or facts are no longer as the change left them stays as it is, and the person is told why.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.models import BulkChange, ChangedDocument, Document, Version
from docmgr.policy import Actor, Denied
from docmgr.services import forms
from docmgr.services.access import guard, inheritance, rule
from docmgr.services.documents import facts, lifecycle
from docmgr.services.errors import Conflict, Invalid, NotFound
from docmgr.services.folders import sharing, tree
from docmgr.services.message import Message
from docmgr.services.terms import of_documents as terms

# How long a change can be undone.
UNDONE_WITHIN = dt.timedelta(days=1)
# Changes of a person that are listed.
LISTED = 50
KINDS = {"move": "Chuyển thư mục", "publish": "Công bố", "tag": "Nhãn, lĩnh vực", "facts": "Sửa thông tin", "rights": "Đổi quyền"}
CHANGED = Message("Đã thay đổi từ lúc đó.")
MISSING = Message("Không còn, hoặc bạn không còn quyền.")
NO_FOLDER = Message("Thư mục cũ không còn, hoặc bạn không được thêm văn bản vào đó.")

# What was changed of a document, before or after; its form depends on the kind.
State = dict[str, Any]


@dataclass(frozen=True)
class Undone:
    """What became of an undo: how many documents are as before, and those that stay as (label, why)."""

    done: int
    refused: tuple[tuple[str, Message], ...]


@dataclass(frozen=True)
class RecentChange:
    """A change that the actor can still undo. `documents` counts those that were not undone."""

    id: int
    kind: str
    made_at: dt.datetime
    documents: int


def record(session: Session, actor: Actor, kind: str, changed: Mapping[int, tuple[State, State]], to: int | None = None) -> int | None:
    """Keep what was changed, in the unit of work of the change. `changed` has (before, after) by the id of the document. `to` is the
    id of a change that this one continues in another unit of work; None begins one. Returns the id of the change for `undo`; None when
    nothing was changed, or by no person."""
    _forget_old(session)
    if not changed or actor.user_id is None:
        return to
    made = session.get(BulkChange, to, with_for_update=True) if to is not None else None
    if made is None:
        made = BulkChange(kind=kind, made_by=actor.user_id)
        session.add(made)
        session.flush()
    session.add_all(ChangedDocument(change_id=made.id, document_id=number, before=before, after=after) for number, (before, after) in changed.items())
    return made.id


def _forget_old(session: Session) -> None:
    """Delete what can no longer be undone. Rows that somebody else has locked wait for the next time, because we hold documents
    that this person may be waiting for."""
    old = BulkChange.made_at < db.now() - UNDONE_WITHIN
    of_old = select(ChangedDocument).join(BulkChange, BulkChange.id == ChangedDocument.change_id).where(old)
    for row in session.scalars(of_old.with_for_update(of=ChangedDocument, skip_locked=True)):
        session.delete(row)
    session.flush()
    emptied = ~select(ChangedDocument.change_id).where(ChangedDocument.change_id == BulkChange.id).exists()
    for change in session.scalars(select(BulkChange).where(old, emptied).with_for_update(of=BulkChange, skip_locked=True)):
        session.delete(change)


def recent(actor: Actor) -> list[RecentChange]:
    """List the changes that the actor can undo, the latest first, at most LISTED."""
    count = func.count(ChangedDocument.document_id)
    query = select(BulkChange.id, BulkChange.kind, BulkChange.made_at, count).join(ChangedDocument, ChangedDocument.change_id == BulkChange.id)
    query = query.where(*_own(actor)).group_by(BulkChange.id, BulkChange.kind, BulkChange.made_at).order_by(BulkChange.id.desc())
    with db.read() as session:
        return [RecentChange(*row) for row in session.execute(query.limit(LISTED))]


def _own(actor: Actor) -> tuple[Any, ...]:
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
        if change.kind == "tag":
            terms.lock(session)
        if change.kind == "rights":
            inheritance.lock_tree(session)
        else:
            rule.hold_tree(session)
        # Whoever presses the button twice waits here, and finds the rows gone.
        forms.locked(session, BulkChange, change_id)
        of_change = select(ChangedDocument).where(ChangedDocument.change_id == change_id)
        rows = list(session.scalars(of_change.order_by(ChangedDocument.document_id)))
        if not rows:
            raise NotFound
        refused = [(_label(session, actor, row.document_id), why) for row in rows if (why := _undo_one(session, actor, change.kind, row)) is not None]
        if not refused:
            session.flush()
            session.delete(change)
        return Undone(len(rows) - len(refused), tuple(refused))


def _undo_one(session: Session, actor: Actor, kind: str, row: ChangedDocument) -> Message | None:
    """Put one document back and delete the row; return why it stays, or None. Of a document that stays nothing is changed."""
    try:
        with session.begin_nested():
            if kind == "rights":
                sharing.undo(actor, row.after["change"])
            else:
                document = guard.for_change(session, actor, row.document_id, "document:publish" if kind == "publish" else "document:edit")
                if _STATES[kind](session, document, row.after) != row.after:
                    return CHANGED
                _BACK[kind](session, actor, document, row.before)
    except (NotFound, Denied):
        return MISSING
    except (Invalid, Conflict) as error:
        return error.message
    session.delete(row)
    return None


def _label(session: Session, actor: Actor, document_id: int) -> str:
    try:
        return guard.readable(session, actor, document_id).label
    except NotFound:
        return f"#{document_id}"


def state_of_terms(held: terms.DocumentTerms) -> State:
    """The field of work and the tags of a document in the form in which they are kept."""
    return {"field_of_work": held.field_of_work, "tags": list(held.tags)}


def state_of_facts(document: Document, fields: tuple[str, ...]) -> State:
    """These facts of a document in the form in which they are kept, with who confirmed them."""
    kept: State = {field: [None, None, True, False, None, None] for field in fields}
    for row in document.facts:
        if row.field in kept:
            at = row.confirmed_at.isoformat() if row.confirmed_at else None
            kept[row.field] = [row.value, row.quote, row.sure, row.confirmed, row.confirmed_by, at]
    return kept


def values_of_facts(session: Session, document: Document, fields: tuple[str, ...]) -> State:
    """The values of these facts with who confirmed them and when, and the number of versions: what was confirmed since is not undone,
    and an older reading is not brought back over a newer one."""
    kept = state_of_facts(document, fields)
    values = {field: [value, *confirmed] for field, (value, _quote, _sure, *confirmed) in kept.items()}
    return {**values, "no": session.scalar(select(func.max(Version.no)).where(Version.document_id == document.id))}


def _folder_now(_session: Session, document: Document, _after: State) -> State:
    return {"folder": document.folder_id}


def _workflow_now(_session: Session, document: Document, _after: State) -> State:
    return {"workflow": document.workflow}


def _terms_now(session: Session, document: Document, _after: State) -> State:
    return state_of_terms(terms.of(session, [document.id]).get(document.id, terms.NONE))


def _facts_now(session: Session, document: Document, after: State) -> State:
    return values_of_facts(session, document, tuple(field for field in after if field != "no"))


def _move_back(session: Session, actor: Actor, document: Document, before: State) -> None:
    try:
        target = tree.receiving(session, actor, before["folder"])
    except (NotFound, Denied):
        raise Invalid(NO_FOLDER) from None
    lifecycle.put_into(session, actor, document, target, undone=True)


def _publish_back(session: Session, actor: Actor, document: Document, before: State) -> None:
    if lifecycle.is_led(session, document.id):
        raise Invalid(lifecycle.LED)
    lifecycle.change_workflow(session, actor, document, before["workflow"], undone=True)


def _tag_back(session: Session, actor: Actor, document: Document, before: State) -> None:
    terms.put(session, actor, document, before["field_of_work"] or "", tuple(before["tags"]), undone=True)


def _facts_back(session: Session, actor: Actor, document: Document, before: State) -> None:
    facts.edit(session, actor, document, {field: kept[0] for field, kept in before.items()}, undone=True)
    for row in document.facts:
        if row.field in before:
            _value, row.quote, row.sure, row.confirmed, row.confirmed_by, at = before[row.field]
            row.confirmed_at = dt.datetime.fromisoformat(at) if at else None


_STATES: dict[str, Callable[[Session, Document, State], State]] = {
    "move": _folder_now, "publish": _workflow_now, "tag": _terms_now, "facts": _facts_now,
}
_BACK: dict[str, Callable[[Session, Actor, Document, State], None]] = {
    "move": _move_back, "publish": _publish_back, "tag": _tag_back, "facts": _facts_back,
}
