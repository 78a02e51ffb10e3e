"""Hide in events of the trail the names that the actor may not see now, such as names of documents and folders. Only
the loaded events are changed, never the rows in the database. An actor who may see the whole trail sees all names."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import false, func, select
from sqlalchemy.orm import Session, make_transient

from docmgr import policy
from docmgr.models import Document, File, TrailEvent, Version
from docmgr.policy import Actor, may
from docmgr.services.access import inheritance, rule, versions
from docmgr.services.message import Message
from docmgr.services.trail import places as trail_places

HIDDEN_DOCUMENT = Message("văn bản bạn không được đọc")
HIDDEN_FOLDER = Message("thư mục bạn không được thấy")
HIDDEN_HOLDERS = Message("chỉ hiện với người được sửa")
HIDDEN_FILE = Message("phiên bản chưa đọc xong")
HIDDEN_RENDITION = Message("bản thể hiện chưa kiểm tra xong")
# By action, the keys of the details that name another document; its id is next to them.
OTHERS = {"version:add": "from", "file:add": "from", "document:copy": "from", "document:join": "to"}
SHARES = frozenset({"document:share", "folder:share"})
# By action, the keys of the details that name holders of rights; their access keys are next to them.
HOLDERS = {
    "document:share": ("to", "from"), "folder:share": ("to", "from"),
    "document:restore": ("readers",), "folder:restore": ("readers",),
}  # fmt: skip


@dataclass(frozen=True)
class _Seen:
    """What the actor may see of the things that some events name. `documents` and `folders` are the ids that the actor
    may read. `edited_documents` and `edited_folders` are the ids that the actor may edit."""

    documents: Collection[int]
    folders: Collection[int]
    edited_documents: Collection[int]
    edited_folders: Collection[int]
    # (document, number) of versions that wait to be read and that somebody else uploaded.
    unread: Collection[tuple[int, int]]
    # (document, hash) of further files that wait to be looked through and that somebody else added.
    waiting: Collection[tuple[int, str]]


def veil(session: Session, actor: Actor, events: list[TrailEvent]) -> list[TrailEvent]:
    """Replace in these events the names that the actor may not see, and return the events. A changed event is detached
    from the session, so that the change is not saved."""
    if may(actor, "trail:read_all"):
        return events
    seen = _seen(session, actor, events)
    for event in events:
        own = event.actor_id is not None and event.actor_id == actor.user_id
        hidden = event.subject_type == "folder" and not own and event.subject_id not in seen.folders
        words = {} if hidden else _hidden(event, seen)
        if hidden or words:
            make_transient(event)
            event.details = {} if hidden else {**event.details, **words}
            if hidden:
                # Without a number it is nothing that people named.
                event.subject_id, event.subject_label = None, HIDDEN_FOLDER.msgid
    return events


def _seen(session: Session, actor: Actor, events: list[TrailEvent]) -> _Seen:
    targets, places = {event.details.get("target") for event in events}, set[int]()
    targets |= {event.details.get(f"{OTHERS[event.action]}_id") for event in events if event.action in OTHERS}
    papers = {event.document_id for event in events if event.action in HOLDERS}
    own = {event.subject_id or 0 for event in events if event.subject_type == "folder"}
    for event in events:
        if event.action in trail_places.ACTIONS:
            places.update(*(trail_places.numbers(event.details, side) for side in trail_places.SIDES))
    sees, edits = may(actor, "folder:read"), may(actor, "folder:edit")
    wanted = places | own
    rights = inheritance.of_all(session, actor.keys) if sees and wanted else {}
    rights = {number: held for number, held in rights.items() if number in wanted}
    return _Seen(
        documents=_named(session, actor, {number for number in targets if isinstance(number, int)}),
        folders={number for number, held in rights.items() if policy.meets(actor, held.read)},
        edited_documents=_editable(session, actor, {number for number in papers if number is not None}),
        edited_folders={
            number for number, held in rights.items() if edits and policy.meets(actor, held.edit)
        },
        unread=_unread(session, actor, events),
        waiting=_waiting(session, actor, events),
    )


def _named(session: Session, actor: Actor, numbers: set[int]) -> set[int]:
    """Find which of the documents with the ids `numbers` the actor may read, or might read before they were joined to
    others."""
    query = select(Document.id).where(Document.id.in_(numbers), Document.merged_into.is_not(None), rule.readable(actor))
    joined = set(session.scalars(query)) if numbers and may(actor, "document:read") else set()
    return readable(session, actor, numbers) | joined


def _waiting(session: Session, actor: Actor, events: Iterable[TrailEvent]) -> set[tuple[int, str]]:
    added = {event.document_id for event in events if event.action == "file:add" and event.document_id is not None}
    if not added:
        return set()
    query = select(Version.document_id, File.sha256).join(File, File.version_id == Version.id)
    rows = session.execute(query.where(Version.document_id.in_(added), ~func.coalesce(versions.file_seen_by(actor), false())))
    return {(document_id, sha256) for document_id, sha256 in rows}


def _unread(session: Session, actor: Actor, events: Iterable[TrailEvent]) -> set[tuple[int, int]]:
    added = {event.document_id for event in events if event.action == "version:add" and event.document_id is not None}
    if not added:
        return set()
    query = select(Version.document_id, Version.no).where(Version.document_id.in_(added), ~func.coalesce(versions.seen_by(actor), false()))
    return {(document_id, no) for document_id, no in session.execute(query)}


def readable(session: Session, actor: Actor, numbers: Collection[int]) -> set[int]:
    """Find which of the documents with the ids `numbers` the actor may read now. Returns their ids. An actor who may
    see the whole trail may read all documents, if the roles allow reading documents."""
    query = select(Document.id).where(Document.id.in_(numbers))
    if not may(actor, "trail:read_all"):
        query = query.where(rule.visible(actor))
    return set(session.scalars(query)) if numbers and may(actor, "document:read") else set()


def _editable(session: Session, actor: Actor, numbers: Collection[int]) -> set[int]:
    query = select(Document.id).where(Document.id.in_(numbers), rule.editable(actor))
    return set(session.scalars(query)) if numbers and may(actor, "document:share") else set()


def _hidden(event: TrailEvent, seen: _Seen) -> dict[str, Any]:
    """Compute the details of the event that must be replaced for the actor. Returns the new values by key; empty when
    nothing must be replaced."""
    words: dict[str, Any] = {}
    target = event.details.get("target")
    if isinstance(target, int) and target not in seen.documents:
        words |= {"target": None, "target_label": HIDDEN_DOCUMENT.stored()}
    other = OTHERS.get(event.action, "")
    number = event.details.get(f"{other}_id")
    if isinstance(number, int) and number not in seen.documents:
        words |= {other: HIDDEN_DOCUMENT.stored(), f"{other}_id": None}
    if event.action == "file:add" and (event.document_id, event.details.get("sha256")) in seen.waiting:
        words |= {name: HIDDEN_RENDITION.stored() for name in ("file", "sha256") if event.details.get(name)}
    if event.action in trail_places.ACTIONS:
        for side in trail_places.SIDES:
            words |= _place(event.details, side, seen.folders)
    if event.action == "version:add" and (event.document_id, event.details.get("no")) in seen.unread:
        words |= {name: HIDDEN_FILE.stored() for name in ("file", "note", "sha256") if event.details.get(name)}
    edits = event.subject_id in (
        seen.edited_folders if event.subject_type == "folder" else seen.edited_documents
    )
    for name in () if edits else HOLDERS.get(event.action, ()):
        if name in event.details:
            words |= {name: HIDDEN_HOLDERS.stored()} | ({"key": None} if "key" in event.details else {})
    return words


def _place(details: dict[str, Any], side: str, seen: Collection[int]) -> dict[str, Any]:
    """Remove from a path of folders in `details` all folders whose ids are not in `seen`. Returns the changed details
    by key; empty when nothing is removed. The path is stored under the key `side` ("from", "to" or "in").
    """
    if not details.get(side):
        return {}
    parts = trail_places.parts(details, side)
    kept = [(number, name) for number, name in parts if number in seen]
    if kept and len(kept) == len(parts):
        return {}
    names = trail_places.SEPARATOR.join(name for _number, name in kept)
    numbers = (
        {f"{side}_ids": [number for number, _name in kept]}
        if f"{side}_ids" in details
        else {f"{side}_id": None}
    )
    return {side: names or HIDDEN_FOLDER.stored(), **numbers}
