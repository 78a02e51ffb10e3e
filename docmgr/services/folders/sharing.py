"""Sharing ("Chia sẻ"): give local roles on a folder or document, take them back, stop the inheritance, and undo all that for a
day. Only people with the right to share it may. Nobody can remove their own right to edit or share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.models import Document, Folder, Grant, PersonGroup, SharingChange
from docmgr.policy import LOCAL_ROLES, Actor
from docmgr.services import forms, jobs
from docmgr.services.access import guard, inheritance, local_rights, rule
from docmgr.services.errors import Conflict, Invalid, NotFound
from docmgr.services.folders import abilities, delegation, holders, tree
from docmgr.services.message import Message, Words
from docmgr.services.trail import log

ROOT_INHERITS = Message("Thư mục gốc không có quyền kế thừa.")
LOCKED_OUT = Message("Làm vậy thì chính bạn không sửa được nữa, hoặc không chia sẻ được nữa. Hãy để người khác có quyền chia sẻ làm việc này.")
TOO_LATE = Message("Đã quá một ngày, không hoàn tác được nữa; hãy đổi lại trong bảng.")
# How long a change of rights can be undone.
UNDONE_WITHIN = dt.timedelta(days=1)
# What nobody takes from themselves.
_KEPT = frozenset({"edit", "share"})
# (access key, local role)
RolePairs = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class SharedThing:
    """The folder or document whose rights are shown or changed; exactly one of the two ids is set."""

    folder_id: int | None = None
    document_id: int | None = None


@dataclass(frozen=True)
class RightsChange:
    """A change of the rights on one thing: the pairs (access key, local role) to give and to take back, and whether rights from
    above shall apply (None: as before)."""

    give: RolePairs = frozenset()
    take: RolePairs = frozenset()
    inherit: bool | None = None


@dataclass(frozen=True)
class RightsPlan:
    """What a change makes of the rights on one thing: whether those from above apply, and the pairs given on it."""

    inherit: bool
    given: RolePairs


def shared(session: Session, actor: Actor, subject: SharedThing) -> Folder | Document:
    """Load a folder or document whose rights the actor may see and change. Raises NotFound for any other."""
    try:
        if subject.document_id is not None:
            return guard.editable(session, actor, subject.document_id, "document:share")
        folder = tree.get(session, actor, subject.folder_id or 0)
    except policy.Denied:
        raise NotFound from None
    if not abilities.holds(session, actor, folder.id, "share"):
        raise NotFound
    return folder


def of(subject: SharedThing) -> ColumnElement[bool]:
    """Return an SQL condition on Grant: the role was given on `subject` itself."""
    if subject.document_id is not None:
        return Grant.document_id == subject.document_id
    return Grant.folder_id == subject.folder_id


def given(session: Session, subject: SharedThing) -> RolePairs:
    """Load the pairs (access key, local role) that were given on `subject` itself."""
    return frozenset((key, role) for key, role in session.execute(select(Grant.key, Grant.role).where(of(subject))))


def plan(
    session: Session, actor: Actor, subject: SharedThing, thing: Folder | Document, change: RightsChange, *, back: bool = False
) -> RightsPlan:
    """Work out what `change` makes of the rights on `thing`, without changing anything. Who stops the inheritance keeps roles
    by which they edit and share (delegation.kept_roles). Raises Invalid when a key or role does not exist, for the root folder, when the
    actor would lose the right to edit or share, and when a role that is given holds more than the actor does (unless `back`: who
    takes back their own change gives nothing new)."""
    if change.inherit is not None and isinstance(thing, Folder) and thing.parent_id is None:
        raise Invalid(ROOT_INHERITS)
    if any(role not in LOCAL_ROLES for _, role in change.give):
        raise Invalid(Message("Hãy chọn một vai trò trong bảng."), "role")
    had = given(session, subject)
    for key in {key for key, _ in change.give - had}:
        holders.existing(session, key)
    inherit = thing.inherit if change.inherit is None else change.inherit
    after = (had | change.give) - change.take
    if not back:
        above = delegation.roles_above(session, thing) if inherit and not thing.inherit else frozenset()
        delegation.refuse_more(session, actor, thing, above.union(role for _, role in after - had))
    left = _held(session, actor, thing, RightsPlan(inherit, after))
    if thing.inherit and not inherit and not left >= _KEPT:
        after |= {(f"user:{actor.user_id}", role) for role in delegation.kept_roles(session, actor, thing)}
    elif not left >= _KEPT & _held(session, actor, thing, RightsPlan(thing.inherit, had)):
        raise Invalid(LOCKED_OUT)
    return RightsPlan(inherit, after)


def _held(session: Session, actor: Actor, thing: Folder | Document, rights: RightsPlan) -> frozenset[str]:
    """The rights that the actor holds on `thing` by `rights` in every workflow state: not those of who uploaded a draft."""
    if actor.everything:
        return _KEPT
    above = thing.parent_id if isinstance(thing, Folder) else thing.folder_id
    reaching = local_rights.on_folder(session, actor, above) if rights.inherit and above is not None else frozenset()
    table = local_rights.table(session)
    return reaching.union(*(table[role] for key, role in rights.given if key in actor.keys))


def change(actor: Actor, subject: SharedThing, wanted: RightsChange, *, revision: int | None = None) -> int | None:
    """Change the rights on a folder or document. Returns the id with which `undo` takes the change back, or None when nothing
    changed. `revision` is its revision when the form was opened; None means no form. Raises NotFound unless the actor may share
    it, Conflict when the revision has changed, and what `plan` raises."""
    with db.write() as session:
        thing = _for_change(session, actor, subject, wanted.give, revision)
        return _make(session, actor, subject, thing, wanted)


def grant(actor: Actor, subject: SharedThing, key: str, role: str, *, revision: int | None = None) -> int | None:
    """Give one local role to one access key; as `change`."""
    return change(actor, subject, RightsChange(give=frozenset({(key, role)})), revision=revision)


def revoke(actor: Actor, grant_id: int, *, revision: int | None = None) -> int | None:
    """Take back the role with this id, which was given on a folder or document itself; as `change`. Raises NotFound when there
    is none."""
    with db.read() as session:
        row = session.get(Grant, grant_id)
    if row is None:
        raise NotFound
    return change(actor, SharedThing(row.folder_id, row.document_id), RightsChange(take=frozenset({(row.key, row.role)})), revision=revision)


def set_inherit(actor: Actor, subject: SharedThing, *, inherit: bool, revision: int | None = None) -> int | None:
    """Make a folder or document inherit rights, or stop inheriting them; as `change`."""
    return change(actor, subject, RightsChange(inherit=inherit), revision=revision)


def changed_thing(actor: Actor, change_id: int) -> SharedThing:
    """Find the folder or document of a change of rights. Raises NotFound unless there is such a change and the actor may share
    the thing."""
    with db.read() as session:
        row = session.get(SharingChange, change_id)
        if row is None:
            raise NotFound
        subject = SharedThing(row.folder_id, row.document_id)
        shared(session, actor, subject)
        return subject


def undo(actor: Actor, change_id: int) -> None:
    """Take back the change of rights with this id. Raises NotFound unless there is such a change and the actor may share the
    thing; Conflict when it is older than UNDONE_WITHIN or the rights have changed since; and what `plan` raises."""
    with db.write() as session:
        inheritance.lock_tree(session)
        row = session.get(SharingChange, change_id)
        if row is None:
            raise NotFound
        subject = SharedThing(row.folder_id, row.document_id)
        before, after = _pairs(row.before), _pairs(row.after)
        thing = _for_change(session, actor, subject, before - after)
        if row.made_at < db.now() - UNDONE_WITHIN:
            raise Conflict(TOO_LATE)
        if _state(thing.inherit, given(session, subject)) != row.after:
            raise Conflict(forms.CHANGED_SINCE)
        session.delete(row)
        back = row.before["inherit"] if row.before["inherit"] != row.after["inherit"] else None
        own = row.made_by is not None and row.made_by == actor.user_id
        _make(session, actor, subject, thing, RightsChange(before - after, after - before, back), undone=True, own=own)


def last_change(session: Session, subject: SharedThing, thing: Folder | Document) -> SharingChange | None:
    """Load the change of the rights on `thing` that can still be undone; None when there is none."""
    own = (SharingChange.folder_id == subject.folder_id) if subject.document_id is None else (SharingChange.document_id == subject.document_id)
    query = select(SharingChange).where(own, SharingChange.made_at >= db.now() - UNDONE_WITHIN).order_by(SharingChange.id.desc()).limit(1)
    row = session.scalar(query)
    return row if row is not None and _state(thing.inherit, given(session, subject)) == row.after else None


def _for_change(session: Session, actor: Actor, subject: SharedThing, give: RolePairs, revision: int | None = None) -> Folder | Document:
    """Lock and return the folder or document whose rights will change."""
    inheritance.lock_tree(session)
    thing: Folder | Document
    if subject.document_id is not None:
        thing = forms.for_change(session, Document, subject.document_id, revision, lambda _row: shared(session, actor, subject))
    else:
        thing = forms.for_change(session, Folder, subject.folder_id or 0, revision, lambda _row: shared(session, actor, subject))
    # Units and groups are locked, so that they are not removed while a role is being given to them.
    keys = {key for key, _ in give if holders.KEY.fullmatch(key)}
    if units := set(holders.ids("unit:", keys)):
        forms.check_units(session, units, "key")
    if groups := holders.ids("group:", keys):
        kept = select(PersonGroup.id).where(PersonGroup.id.in_(groups)).order_by(PersonGroup.id)
        session.execute(kept.with_for_update(read=True, key_share=True))
    return thing


def _make(session: Session, actor: Actor, subject: SharedThing, thing: Folder | Document, wanted: RightsChange, *, undone: bool = False, own: bool = False) -> int | None:
    planned, had = plan(session, actor, subject, thing, wanted, back=undone and own), given(session, subject)
    before, after = _state(thing.inherit, had), _state(planned.inherit, planned.given)
    if before == after:
        return None
    gone, new = had - planned.given, planned.given - had
    names = holders.named(session, {key for key, _ in gone | new})
    for row in session.scalars(select(Grant).where(of(subject))):
        if (row.key, row.role) in gone:
            session.delete(row)
    on = {"folder_id": subject.folder_id, "document_id": subject.document_id}
    session.add_all(Grant(**on, key=key, role=role, created_by=actor.user_id) for key, role in sorted(new))
    inherit: dict[str, object] = {"inherit": planned.inherit} if thing.inherit != planned.inherit else {}
    thing.inherit = planned.inherit
    told: list[dict[str, object]] = [{"taken_back": Message(LOCAL_ROLES[role]), "from": names[key], "key": key} for key, role in sorted(gone)]
    told += [{"given": Message(LOCAL_ROLES[role]), "to": names[key], "key": key} for key, role in sorted(new)]
    mark: dict[str, object] = {"undone": True} if undone else {}
    _apply(session, actor, thing, [{**one, **mark} for one in ([{**inherit, **told[0]}, *told[1:]] if told else [inherit])])
    if undone:
        return None
    session.execute(delete(SharingChange).where(SharingChange.made_at < db.now() - UNDONE_WITHIN))
    made = SharingChange(**on, before=before, after=after, made_by=actor.user_id, made_by_label=actor.label)
    session.add(made)
    session.flush()
    return made.id


def _state(inherit: bool, pairs: RolePairs) -> dict[str, Any]:
    return {"inherit": inherit, "given": sorted([role, key] for key, role in pairs)}


def _pairs(state: dict[str, Any]) -> RolePairs:
    return frozenset((key, role) for role, key in state["given"])


def _apply(session: Session, actor: Actor, thing: Folder | Document, told: Iterable[dict[str, object]]) -> None:
    """Assign access lists, add index jobs and record an event for each of `told` after a change of rights on `thing`."""
    forms.bump(thing)
    session.flush()
    if isinstance(thing, Folder):
        inheritance.refresh(session, thing.id)
        for details in told:
            log.record(session, actor, "folder:share", "folder", thing.id, thing.name, details=details)
        return
    rule.assign_list(session, thing)
    jobs.enqueue(session, "index", thing.id)
    for details in told:
        log.document_event(session, actor, "document:share", thing, details)
    session.flush()


def told_change(session: Session, thing: Folder | Document, had: RolePairs, planned: RightsPlan) -> tuple[Message, ...]:
    """Say what a planned change is, in one sentence for each role and for the inheritance. `had` are the pairs so far."""
    names: dict[str, Words] = holders.named(session, {key for key, _ in had ^ planned.given})
    said = []
    if thing.inherit != planned.inherit:
        said.append(Message("Kế thừa trở lại quyền của thư mục cấp trên.") if planned.inherit else Message("Ngừng kế thừa quyền của thư mục cấp trên."))
    for key, role in sorted(planned.given - had):
        said.append(Message("Cho vai trò %(role)s: %(name)s.", role=Message(LOCAL_ROLES[role]), name=names[key]))
    for key, role in sorted(had - planned.given):
        said.append(Message("Thu lại vai trò %(role)s: %(name)s.", role=Message(LOCAL_ROLES[role]), name=names[key]))
    return tuple(said)
