"""The table of the page "Chia sẻ": who holds which local role on a folder or document, and where each comes from."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session

from docmgr import db
from docmgr.models import Document, FlowAssignment, Folder, Grant
from docmgr.policy import LOCAL_RIGHTS, LOCAL_ROLES, Actor
from docmgr.services.access import local_rights, rule
from docmgr.services.folders import applied, holders, sharing
from docmgr.services.folders.applied import RightsProgress
from docmgr.services.folders.sharing import RolePairs, SharedThing
from docmgr.services.message import Message, Words

# Holders on one page.
PAGE_SIZE = 50
UNSEEN_FOLDER = Message("thư mục cấp trên")
EFFECTS = {
    "draft": "Dự thảo: chỉ người tải lên, người có vai trò đọc được dự thảo và thanh tra, kiểm toán đọc được. "
    "Vai trò Người xem có hiệu lực khi công bố.",
    "published": "Đã công bố: mọi người có vai trò dưới đây, và thanh tra, kiểm toán, đều đọc được.",
    "withdrawn": "Đã thu hồi: chỉ người có vai trò đọc được dự thảo và thanh tra, kiểm toán đọc được.",
}
FOLDER_EFFECT = Message(
    "Quyền ở đây áp dụng cho văn bản và thư mục con bên trong, trừ nơi đã ngừng kế thừa. "
    "Người xem chỉ đọc được văn bản đã công bố."
)
UPLOADED = Message("Người tải lên: sửa được khi còn dự thảo")
ASSIGNED = Message("Đang được giao trong quy trình: đọc được")


@dataclass(frozen=True)
class RoleMark:
    """Where a local role of one holder comes from. `own`: it was given on the thing itself. `sources` are the folders from
    which it is inherited, the nearest first, as (id, name); the name is None where the actor may not see the folder."""

    own: bool = False
    sources: tuple[tuple[int, str | None], ...] = ()


@dataclass(frozen=True)
class ShareRow:
    """One holder of local roles. `marks` says where each role comes from, by role. `notes` are what the holder may do besides,
    as who uploaded the document or has it in a workflow."""

    key: str
    holder: Words
    marks: Mapping[str, RoleMark]
    notes: tuple[Message, ...] = ()


@dataclass(frozen=True)
class UndoOffer:
    """The last change of the rights, which can still be undone: its id, when it was made and by whom."""

    id: int
    made_at: dt.datetime
    made_by: str


@dataclass(frozen=True)
class ShareTable:
    """The page of the rights on a folder or document. `parent` names the folder above; None for the root folder. `number` is
    the page number, and `total` counts the holders on all pages. `found` are rows of people who were searched for and hold
    nothing yet. `effect` explains what the roles mean in the present workflow state, and `abilities` what each role
    may do. `progress` says how far the documents of a folder have followed; None when all have, and for a document."""

    subject: SharedThing
    revision: int
    label: str
    inherit: bool
    parent: Words | None
    rows: tuple[ShareRow, ...]
    found: tuple[ShareRow, ...]
    number: int
    total: int
    effect: Message
    undo: UndoOffer | None
    abilities: Mapping[str, tuple[Message, ...]]
    progress: RightsProgress | None = None


def page(actor: Actor, subject: SharedThing, number: int = 1, query: str = "", ticked: Collection[str] = ()) -> ShareTable:
    """Load one page of the rights on a folder or document; `number` counts pages from 1. `query` searches for people, units,
    groups and roles to whom a role can be given; the holders of the access keys `ticked` are listed too. Raises NotFound unless the actor may share it."""
    with db.read() as session:
        thing = sharing.shared(session, actor, subject)
        chain = _sources(session, thing)
        notes = _notes(session, thing)
        keys, total = _keys(session, subject, chain, number)
        beside = [key for key in notes if number == 1 and key not in keys]
        wanted = holders.search(session, query) if query.strip() else []
        searched = list(dict.fromkeys(key for key in (*ticked, *(one.key for one in wanted)) if key not in {*keys, *beside}))
        marks = _marks(session, actor, subject, chain, [*keys, *beside, *searched])
        names = holders.named(session, {*keys, *beside, *searched}) | {one.key: one.label for one in wanted if one.key in searched}
        last = sharing.last_change(session, subject, thing)
        return ShareTable(
            subject=subject,
            revision=thing.revision,
            label=_label(thing),
            inherit=thing.inherit,
            parent=_name(session, actor, thing.parent_id if isinstance(thing, Folder) else thing.folder_id),
            rows=tuple(ShareRow(key, names[key], marks[key], notes.get(key, ())) for key in (*keys, *beside)),
            found=tuple(ShareRow(key, names[key], marks[key]) for key in searched),
            number=number,
            total=total,
            effect=FOLDER_EFFECT if isinstance(thing, Folder) else Message(EFFECTS[thing.workflow]),
            undo=UndoOffer(last.id, last.made_at, last.made_by_label) if last else None,
            abilities=_abilities(session),
            progress=applied.of_folder(session, actor, thing) if isinstance(thing, Folder) else None,
        )


def _label(thing: Folder | Document) -> str:
    return thing.name if isinstance(thing, Folder) else thing.label


def _abilities(session: Session) -> dict[str, tuple[Message, ...]]:
    table = local_rights.table(session)
    return {role: tuple(Message(LOCAL_RIGHTS[right]) for right in LOCAL_RIGHTS if right in table[role]) for role in LOCAL_ROLES}


def named(actor: Actor, subject: SharedThing) -> tuple[str, int]:
    """Load the name and the revision of a folder or document. Raises NotFound unless the actor may share it."""
    with db.read() as session:
        thing = sharing.shared(session, actor, subject)
        return _label(thing), thing.revision


def given(actor: Actor, subject: SharedThing) -> RolePairs:
    """Load the pairs (access key, local role) that were given on a folder or document itself. Raises NotFound unless the actor
    may share it."""
    with db.read() as session:
        sharing.shared(session, actor, subject)
        return sharing.given(session, subject)


def _sources(session: Session, thing: Folder | Document) -> list[Folder]:
    """Load the folders whose rights `thing` inherits, the nearest first."""
    if not thing.inherit:
        return []
    if isinstance(thing, Document):
        return rule.inheritance(session, thing.folder_id)
    return rule.inheritance(session, thing.id)[1:]


def _keys(session: Session, subject: SharedThing, chain: list[Folder], number: int) -> tuple[list[str], int]:
    """Load the access keys on one page, those with a role on the thing itself first, and count all of them."""
    ids = [folder.id for folder in chain]
    near = case(*((Grant.folder_id == folder_id, place) for place, folder_id in enumerate([*ids, 0], 1)), else_=0)
    near = case((sharing.of(subject), 0), else_=near)
    there = or_(sharing.of(subject), Grant.folder_id.in_(ids))
    query = select(Grant.key).where(there).group_by(Grant.key).order_by(func.min(near), func.min(Grant.id))
    total = session.scalar(select(func.count(Grant.key.distinct())).where(there)) or 0
    return list(session.scalars(query.limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE))), total


def _marks(session: Session, actor: Actor, subject: SharedThing, chain: list[Folder], keys: list[str]) -> dict[str, dict[str, RoleMark]]:
    names = {folder.id: folder.name if rule.may_read_folder(session, actor, folder.id) else None for folder in chain}
    query = select(Grant.key, Grant.role, Grant.folder_id, Grant.document_id)
    rows = session.execute(query.where(Grant.key.in_(keys), or_(sharing.of(subject), Grant.folder_id.in_(names)))).all()
    own: set[tuple[str, str]] = set()
    above: dict[tuple[str, str], set[int]] = defaultdict(set)
    for key, role, folder_id, document_id in rows:
        if document_id is not None or folder_id == subject.folder_id:
            own.add((key, role))
        elif folder_id is not None:
            above[key, role].add(folder_id)
    found: dict[str, dict[str, RoleMark]] = {key: {} for key in keys}
    for key, role in own | set(above):
        sources = tuple((folder_id, names[folder_id]) for folder_id in names if folder_id in above.get((key, role), ()))
        found[key][role] = RoleMark((key, role) in own, sources)
    return found


def _notes(session: Session, thing: Folder | Document) -> dict[str, tuple[Message, ...]]:
    """Say what people may do with a document besides by their roles, by access key."""
    if isinstance(thing, Folder):
        return {}
    found: dict[str, tuple[Message, ...]] = {}
    if thing.workflow == "draft" and thing.created_by is not None:
        found[f"user:{thing.created_by}"] = (UPLOADED,)
    assigned: Iterable[str] = session.scalars(select(FlowAssignment.key).where(rule.open_assignment(thing.id)).order_by(FlowAssignment.id))
    for key in dict.fromkeys(assigned):
        found[key] = (*found.get(key, ()), ASSIGNED)
    return found


def _name(session: Session, actor: Actor, folder_id: int | None) -> Words | None:
    """Return the folder's name; UNSEEN_FOLDER when the actor may not see it, and None when `folder_id` is None."""
    if folder_id is None:
        return None
    folder = session.get(Folder, folder_id)
    if folder is not None and rule.may_read_folder(session, actor, folder_id):
        return folder.name
    return UNSEEN_FOLDER
