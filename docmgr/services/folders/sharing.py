"""Chia sẻ: the rights on one folder or document, where each comes from, giving and taking them back.

Only those who may edit the thing see or change its rights, and nobody can take the right to edit from themselves:
somebody else who may edit can. What the rights amount to for a state is policy.list_keys.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.collation import order
from docmgr.models import Document, Folder, Grant, Unit, User
from docmgr.policy import ROLES, Actor, may
from docmgr.services import forms, jobs
from docmgr.services.access import inheritance, rule
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.folders import tree
from docmgr.services.message import Message, Words, told
from docmgr.services.trail import log
from indexer import fold

RIGHTS = {"read": "Đọc", "edit": "Sửa"}
EVERYONE = {"staff": "Mọi người trong cơ quan"}
CHOICES_SHOWN = 30
# Rights on one page.
PAGE_SIZE = 50
UNSEEN_FOLDER = Message("thư mục cấp trên")
KEY = re.compile(r"staff|role:[a-z]{1,30}|(unit|user):[1-9][0-9]{0,8}")
LOCKED_OUT = Message("Làm vậy thì chính bạn không sửa được nữa. Hãy để người khác có quyền sửa làm việc này.")

EFFECTS = {
    "draft": "Dự thảo: chỉ người tải lên, người có quyền sửa và thanh tra, kiểm toán đọc được. "
    "Quyền đọc có hiệu lực khi công bố.",
    "published": "Đã công bố: mọi người có quyền đọc hoặc sửa dưới đây, và thanh tra, kiểm toán, đều đọc được.",
    "withdrawn": "Đã thu hồi: chỉ người có quyền sửa và thanh tra, kiểm toán đọc được.",
}
FOLDER_EFFECT = Message(
    "Quyền ở đây áp dụng cho văn bản và thư mục con bên trong, trừ nơi đã ngừng kế thừa. "
    "Quyền đọc chỉ tính với văn bản đã công bố."
)


@dataclass(frozen=True)
class SharedThing:
    """The folder or document whose rights are looked at; exactly one id is set."""

    folder_id: int | None = None
    document_id: int | None = None


@dataclass(frozen=True)
class SharedRight:
    """One right as the page shows it; `source_id` is the folder it is inherited from, None where it is the thing's own.

    `source` is that folder's name, None where the actor may not see it.
    """

    grant_id: int
    right: str
    key: str
    holder: Words
    source_id: int | None = None
    source: str | None = None


@dataclass(frozen=True)
class SharingPage:
    """All that the page says; `parent` names the folder rights come from, None for the root folder."""

    subject: SharedThing
    revision: int
    label: str
    inherit: bool
    parent: Words | None
    own: tuple[SharedRight, ...]
    inherited: tuple[SharedRight, ...]
    number: int
    total: int
    effect: Message


@dataclass(frozen=True)
class Holder:
    """Somebody a right can be given to: a person, a unit, a role or everyone."""

    key: str
    label: Words
    kind: str


def page(actor: Actor, subject: SharedThing, number: int = 1) -> SharingPage:
    """Rights on the thing, one page of them, and where each comes from. Raises NotFound unless the actor may edit it."""
    with db.read() as session:
        thing = _thing(session, actor, subject)
        chain = _sources(session, thing)
        ids = [folder.id for folder in chain]
        # Nearest folder first.
        near = case(*((Grant.folder_id == folder_id, place) for place, folder_id in enumerate([*ids, 0])), else_=0)
        own, above = select(Grant).where(_of(subject)), select(Grant).where(Grant.folder_id.in_(ids))
        own_total, total = _count(session, own), _count(session, own) + _count(session, above)
        skip = (number - 1) * PAGE_SIZE
        rows = list(session.scalars(own.order_by(Grant.right, Grant.id).limit(PAGE_SIZE).offset(skip)))
        past = max(0, skip - own_total)
        above = above.order_by(near, Grant.right, Grant.id).limit(PAGE_SIZE - len(rows)).offset(past)
        upper = list(session.scalars(above)) if len(rows) < PAGE_SIZE else []
        names = holders(session, {grant.key for grant in rows + upper})
        folder_names = {folder.id: folder.name for folder in chain if rule.may_read_folder(session, actor, folder.id)}
        parent_id = thing.parent_id if isinstance(thing, Folder) else thing.folder_id
        return SharingPage(
            subject=subject,
            revision=thing.revision,
            label=thing.name if isinstance(thing, Folder) else thing.label,
            inherit=thing.inherit,
            parent=_name(session, actor, parent_id),
            own=tuple(SharedRight(g.id, g.right, g.key, names[g.key]) for g in rows),
            inherited=tuple(
                SharedRight(g.id, g.right, g.key, names[g.key], g.folder_id, folder_names.get(g.folder_id or 0))
                for g in upper
            ),
            number=number,
            total=total,
            effect=FOLDER_EFFECT if isinstance(thing, Folder) else Message(EFFECTS[thing.workflow]),
        )


def _count(session: Session, query: Select[Grant]) -> int:
    return session.scalar(query.with_only_columns(func.count())) or 0


def _name(session: Session, actor: Actor, folder_id: int | None) -> Words | None:
    """A folder's name where the actor may see it; None where there is no such folder."""
    if folder_id is None:
        return None
    folder = session.get(Folder, folder_id)
    if folder is not None and rule.may_read_folder(session, actor, folder_id):
        return folder.name
    return UNSEEN_FOLDER


def _thing(session: Session, actor: Actor, subject: SharedThing) -> Folder | Document:
    if not may(actor, "document:share"):
        raise NotFound
    if subject.document_id is not None:
        query = select(Document).where(Document.id == subject.document_id, rule.editable(actor))
        document = session.scalar(query)
        if document is None:
            raise NotFound
        return document
    if subject.folder_id is None:
        raise NotFound
    folder = tree.get(session, actor, subject.folder_id)
    if not tree.may_edit(session, actor, folder.id):
        raise NotFound
    return folder


def _sources(session: Session, thing: Folder | Document) -> list[Folder]:
    """Folders whose rights reach the thing from above, nearest first."""
    if not thing.inherit:
        return []
    if isinstance(thing, Document):
        return rule.inheritance(session, thing.folder_id)
    return rule.inheritance(session, thing.id)[1:]


def _of(subject: SharedThing) -> ColumnElement[bool]:
    if subject.document_id is not None:
        return Grant.document_id == subject.document_id
    return Grant.folder_id == subject.folder_id


def holders(session: Session, keys: set[str]) -> dict[str, Words]:
    """Access keys in words: people and units by their names, roles and everyone by messages. Two queries."""
    unit_rows = session.scalars(select(Unit).where(Unit.id.in_(_ids("unit:", keys))))
    units = {f"unit:{unit.id}": unit.name for unit in unit_rows}
    user_rows = session.scalars(select(User).where(User.id.in_(_ids("user:", keys))))
    people = {f"user:{user.id}": user.full_name for user in user_rows}
    roles = {f"role:{role}": _role(role) for role in ROLES}
    everyone = {key: Message(EVERYONE[key]) for key in EVERYONE}
    known: dict[str, Words] = {**everyone, **roles, **units, **people}
    return {key: known.get(key, key) for key in keys}


def _role(role: str) -> Message:
    return Message("Vai trò %(role)s", role=Message(ROLES[role]))


def _ids(prefix: str, keys: set[str]) -> list[int]:
    return [int(key.removeprefix(prefix)) for key in keys if key.startswith(prefix)]


def search_holders(actor: Actor, subject: SharedThing, query: str) -> list[Holder]:
    """Everyone, roles, units and people whose name has these letters, marks or none; at most CHOICES_SHOWN.

    Disabled people are left out. Raises NotFound unless the actor may edit the thing.
    """
    with db.read() as session:
        _thing(session, actor, subject)
        names = session.execute(select(Unit.id, Unit.name).order_by(order(Unit.name)))
        units = [Holder(f"unit:{number}", name, "unit") for number, name in names]
        active = select(User.id, User.full_name, Unit.name).outerjoin(Unit, Unit.id == User.unit_id)
        active = active.where(User.disabled_at.is_(None)).order_by(order(User.full_name), User.id)
        people = [Holder(f"user:{row[0]}", _person(*row[1:]), "person") for row in session.execute(active)]
    roles = [Holder(f"role:{role}", _role(role), "role") for role in ROLES]
    everyone = Holder("staff", Message(EVERYONE["staff"]), "everyone")
    wanted = fold(query).split()
    fitting = (h for h in (everyone, *roles, *units, *people) if all(word in fold(told(h.label)) for word in wanted))
    return list(islice(fitting, CHOICES_SHOWN))


def _person(name: str, unit: str | None) -> str:
    return " · ".join(filter(None, (name, unit)))


def _for_change(
    session: Session, actor: Actor, subject: SharedThing, revision: int | None = None
) -> Folder | Document:
    """The locked row, which the actor may edit; the tree and its rights stay as they are. Raises NotFound, Conflict."""
    inheritance.lock_tree(session)

    def allowed(_row: object) -> None:
        _thing(session, actor, subject)

    if subject.document_id is not None:
        return forms.for_change(session, Document, subject.document_id, revision, allowed)
    return forms.for_change(session, Folder, subject.folder_id or 0, revision, allowed)


def grant(actor: Actor, subject: SharedThing, key: str, right: str, *, revision: int | None = None) -> None:
    """Give a right; nothing happens where it is given already. Raises NotFound, Invalid, Conflict (stale `revision`)."""
    if right not in RIGHTS:
        raise Invalid(Message("Hãy chọn quyền đọc hoặc quyền sửa."), "right")
    with db.write() as session:
        thing = _for_change(session, actor, subject, revision)
        holder = _existing_holder(session, key)
        same = select(Grant.id).where(_of(subject), Grant.key == key, Grant.right == right)
        if session.scalar(same) is not None:
            return
        session.add(
            Grant(
                folder_id=subject.folder_id,
                document_id=subject.document_id,
                key=key,
                right=right,
                created_by=actor.user_id,
            )
        )
        _apply(session, actor, thing, {"given": Message(RIGHTS[right]), "to": holder, "key": key})


def _existing_holder(session: Session, key: str) -> Words:
    """The key in words. Raises Invalid for one that names nobody."""
    names = holders(session, {key}) if KEY.fullmatch(key) else {}
    if names.get(key, key) == key:
        raise Invalid(Message("Hãy chọn một người, đơn vị hoặc vai trò trong danh sách."), "key")
    # A unit is not removed while a right is being given to it.
    forms.check_units(session, set(_ids("unit:", {key})), "key")
    return names[key]


def subject_of(actor: Actor, grant_id: int) -> SharedThing:
    """The thing on which a right was given. Raises NotFound unless the actor may edit it."""
    with db.read() as session:
        given = session.get(Grant, grant_id)
        if given is None:
            raise NotFound
        subject = SharedThing(given.folder_id, given.document_id)
        _thing(session, actor, subject)
        return subject


def revoke(actor: Actor, grant_id: int) -> None:
    """Take back a right given on the thing itself. Raises NotFound, Invalid (locks the actor out)."""
    with db.write() as session:
        inheritance.lock_tree(session)
        given = session.get(Grant, grant_id)
        if given is None:
            raise NotFound
        thing = _for_change(session, actor, SharedThing(given.folder_id, given.document_id))
        holder = holders(session, {given.key})[given.key]
        held = _holds_edit(session, actor, thing)
        session.delete(given)
        _apply(session, actor, thing, {"taken_back": Message(RIGHTS[given.right]), "from": holder, "key": given.key})
        if held and not _holds_edit(session, actor, thing):
            raise Invalid(LOCKED_OUT)


def set_inherit(actor: Actor, subject: SharedThing, *, inherit: bool, revision: int | None = None) -> None:
    """Stop or continue the rights from above. Stopping gives the actor a right of their own where they would have none.

    Raises NotFound, Invalid (the root folder has nothing above it), Conflict (stale `revision`).
    """
    with db.write() as session:
        thing = _for_change(session, actor, subject, revision)
        if isinstance(thing, Folder) and thing.parent_id is None:
            raise Invalid(Message("Thư mục gốc không có quyền kế thừa."))
        if thing.inherit == inherit:
            return
        thing.inherit = inherit
        details: dict[str, object] = {"inherit": inherit}
        session.flush()
        if not _holds_edit(session, actor, thing):
            session.add(
                Grant(
                    folder_id=subject.folder_id,
                    document_id=subject.document_id,
                    key=f"user:{actor.user_id}",
                    right="edit",
                    created_by=actor.user_id,
                )
            )
            details |= {"given": Message(RIGHTS["edit"]), "to": actor.label}
        _apply(session, actor, thing, details)


def _holds_edit(session: Session, actor: Actor, thing: Folder | Document) -> bool:
    """A right to edit that lasts: the uploader's own, which ends with the draft, does not count."""
    if isinstance(thing, Folder):
        return rule.may_edit_folder(session, actor, thing.id)
    query = select(Grant.key).where(Grant.document_id == thing.id, Grant.right == "edit")
    above = rule.folder_rights(session, thing.folder_id).edit if thing.inherit else frozenset()
    return policy.meets(actor, above | set(session.scalars(query)))


def _apply(session: Session, actor: Actor, thing: Folder | Document, details: dict[str, object]) -> None:
    """Let the access lists and the index follow, and record it."""
    forms.bump(thing)
    session.flush()
    if isinstance(thing, Folder):
        inheritance.refresh(session, thing.id)
        log.record(session, actor, "folder:share", "folder", thing.id, thing.name, details=details)
        return
    rule.assign_list(session, thing)
    jobs.enqueue(session, "index", thing.id)
    log.document_event(session, actor, "document:share", thing, details)
    session.flush()
