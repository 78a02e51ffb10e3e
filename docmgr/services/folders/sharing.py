"""Sharing ("Chia sẻ"): list, give and revoke the rights on a folder or document. Only people who may edit it see or
change its rights. Nobody can remove their own right to edit."""

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
ROOT_INHERITS = Message("Thư mục gốc không có quyền kế thừa.")
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
    """The folder or document whose rights are shown or changed; exactly one of the two ids is set."""

    folder_id: int | None = None
    document_id: int | None = None


@dataclass(frozen=True)
class SharedRight:
    """One right as the page of rights shows it. `key` is the access key that has the right, and `holder` its name.
    `source_id` is the folder from which the right is inherited, or None for a right on the folder or document itself.
    `source` names that folder, or is None when the actor may not see it."""

    grant_id: int
    right: str
    key: str
    holder: Words
    source_id: int | None = None
    source: str | None = None


@dataclass(frozen=True)
class SharingPage:
    """The page of rights on a folder or document: `own` are given on it, `inherited` come from folders above.
    `parent` names the folder above; None for the root folder. `number` is the page number, and `total` counts the
    rights on all pages. `effect` explains in Vietnamese what the rights mean in the present workflow state."""

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
    """Who can be given a right. `key` is the access key; `kind` is "person", "unit", "role" or "everyone"."""

    key: str
    label: Words
    kind: str


def page(actor: Actor, subject: SharedThing, number: int = 1) -> SharingPage:
    """Load one page of the rights on a folder or document; `number` counts pages from 1. Raises NotFound unless the
    actor may edit it."""
    with db.read() as session:
        thing = shared(session, actor, subject)
        chain = _sources(session, thing)
        ids = [folder.id for folder in chain]
        # The nearest folder comes first.
        near = case(*((Grant.folder_id == folder_id, place) for place, folder_id in enumerate([*ids, 0])), else_=0)
        own, above = select(Grant).where(of(subject)), select(Grant).where(Grant.folder_id.in_(ids))
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
    """Return the folder's name; UNSEEN_FOLDER when the actor may not see it, and None when `folder_id` is None."""
    if folder_id is None:
        return None
    folder = session.get(Folder, folder_id)
    if folder is not None and rule.may_read_folder(session, actor, folder_id):
        return folder.name
    return UNSEEN_FOLDER


def shared(session: Session, actor: Actor, subject: SharedThing) -> Folder | Document:
    """Load a folder or document whose rights the actor may see and change. Raises NotFound for any other."""
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
    """Load the folders whose rights `thing` inherits, the nearest first."""
    if not thing.inherit:
        return []
    if isinstance(thing, Document):
        return rule.inheritance(session, thing.folder_id)
    return rule.inheritance(session, thing.id)[1:]


def of(subject: SharedThing) -> ColumnElement[bool]:
    """Return an SQL condition on Grant: the right was given on `subject` itself."""
    if subject.document_id is not None:
        return Grant.document_id == subject.document_id
    return Grant.folder_id == subject.folder_id


def holders(session: Session, keys: set[str]) -> dict[str, Words]:
    """Name the holders of access keys; return the names by key. A key of nobody stands for itself."""
    unit_rows = session.scalars(select(Unit).where(Unit.id.in_(_ids("unit:", keys))))
    units = {f"unit:{unit.id}": unit.name for unit in unit_rows}
    user_rows = session.scalars(select(User).where(User.id.in_(_ids("user:", keys))))
    people: dict[str, Words] = {f"user:{user.id}": user.full_name for user in user_rows}
    desks = session.execute(select(User.id, User.full_name).where(User.id.in_(_ids("desk:", keys))))
    people |= {f"desk:{number}": Message("Người thay %(name)s", name=name) for number, name in desks}
    roles = {f"role:{role}": _role(role) for role in ROLES}
    everyone = {key: Message(EVERYONE[key]) for key in EVERYONE}
    known: dict[str, Words] = {**everyone, **roles, **units, **people}
    return {key: known.get(key, key) for key in keys}


def _role(role: str) -> Message:
    return Message("Vai trò %(role)s", role=Message(ROLES[role]))


def _ids(prefix: str, keys: set[str]) -> list[int]:
    return [int(key.removeprefix(prefix)) for key in keys if key.startswith(prefix)]


def search_holders(actor: Actor, subject: SharedThing, query: str) -> list[Holder]:
    """Find at most CHOICES_SHOWN people, units and roles (and "everyone") to give a right to. Their names contain all
    words of `query`; diacritics do not matter. Disabled people are left out. Raises NotFound unless the actor may edit
    `subject`."""
    with db.read() as session:
        shared(session, actor, subject)
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
    """Lock and return the folder or document whose rights will change. `revision` is its revision when the form was
    opened; None means no form. Raises NotFound unless the actor may edit it, and Conflict when the revision has
    changed."""
    inheritance.lock_tree(session)

    def allowed(_row: object) -> None:
        shared(session, actor, subject)

    if subject.document_id is not None:
        return forms.for_change(session, Document, subject.document_id, revision, allowed)
    return forms.for_change(session, Folder, subject.folder_id or 0, revision, allowed)


def grant(actor: Actor, subject: SharedThing, key: str, right: str, *, revision: int | None = None) -> None:
    """Give the right `right` ("read" or "edit") on a folder or document to the access key `key`. `revision` is its
    revision when the form was opened; None means no form. Raises NotFound unless the actor may edit it, Invalid
    when the right or key is unknown, and Conflict when the revision has changed."""
    if right not in RIGHTS:
        raise Invalid(Message("Hãy chọn quyền đọc hoặc quyền sửa."), "right")
    with db.write() as session:
        thing = _for_change(session, actor, subject, revision)
        holder = existing_holder(session, key)
        # The unit is locked, so that it is not removed while a right is being given to it.
        forms.check_units(session, set(_ids("unit:", {key})), "key")
        same = select(Grant.id).where(of(subject), Grant.key == key, Grant.right == right)
        if session.scalar(same) is not None:
            return
        on = {"folder_id": subject.folder_id, "document_id": subject.document_id}
        session.add(Grant(**on, key=key, right=right, created_by=actor.user_id))
        _apply(session, actor, thing, {"given": Message(RIGHTS[right]), "to": holder, "key": key})


def existing_holder(session: Session, key: str) -> Words:
    """Find the name of the person, unit or role with this access key. Raises Invalid when nobody has the key."""
    names = holders(session, {key}) if KEY.fullmatch(key) else {}
    if names.get(key, key) == key:
        raise Invalid(Message("Hãy chọn một người, đơn vị hoặc vai trò trong danh sách."), "key")
    return names[key]


def subject_of(actor: Actor, grant_id: int) -> SharedThing:
    """Load the folder or document on which the right `grant_id` was given. Raises NotFound unless the actor may edit
    it."""
    with db.read() as session:
        given = session.get(Grant, grant_id)
        if given is None:
            raise NotFound
        subject = SharedThing(given.folder_id, given.document_id)
        shared(session, actor, subject)
        return subject


def revoke(actor: Actor, grant_id: int, *, revision: int | None = None) -> tuple[str, str, int, Words]:
    """Revoke the right with the id `grant_id`, which was given on a folder or document itself. Returns (key, right,
    revision since then, holder), with which `grant` undoes that. `revision` is as in `grant`. Raises NotFound unless the actor may
    edit this folder or document, Conflict, and Invalid when the actor would lose the right to edit it."""
    with db.write() as session:
        inheritance.lock_tree(session)
        given = session.get(Grant, grant_id)
        if given is None:
            raise NotFound
        thing = _for_change(session, actor, SharedThing(given.folder_id, given.document_id), revision)
        holder = holders(session, {given.key})[given.key]
        held = _holds_edit(session, actor, thing)
        session.delete(given)
        _apply(session, actor, thing, {"taken_back": Message(RIGHTS[given.right]), "from": holder, "key": given.key})
        if held and not _holds_edit(session, actor, thing):
            raise Invalid(LOCKED_OUT)
        return given.key, given.right, thing.revision, holder


def set_inherit(actor: Actor, subject: SharedThing, *, inherit: bool, revision: int | None = None) -> None:
    """Make a folder or document inherit rights, or stop inheriting them. The actor keeps the right to edit it.
    `revision` is its revision when the form was opened; None means no form. Raises NotFound unless the actor may edit
    it, Invalid for the root folder, and Conflict when the revision has changed."""
    with db.write() as session:
        thing = _for_change(session, actor, subject, revision)
        if isinstance(thing, Folder) and thing.parent_id is None:
            raise Invalid(ROOT_INHERITS)
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
    """Whether the actor may edit `thing` in every workflow state. The uploader's right to edit a draft does not
    count."""
    if isinstance(thing, Folder):
        return rule.may_edit_folder(session, actor, thing.id)
    query = select(Grant.key).where(Grant.document_id == thing.id, Grant.right == "edit")
    above = rule.folder_rights(session, thing.folder_id).edit if thing.inherit else frozenset()
    return policy.meets(actor, above | set(session.scalars(query)))


def _apply(session: Session, actor: Actor, thing: Folder | Document, details: dict[str, object]) -> None:
    """Assign access lists, add index jobs and record an event with `details` after a change of rights on `thing`."""
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
