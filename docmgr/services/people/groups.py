"""Groups (nhóm) of people across units, to which rights are given together. Administrators keep them. Who leaves a group has its
rights no more from the next request on."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete as sql_delete
from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from docmgr import db
from docmgr.collation import holds, order
from docmgr.models import Grant, GroupMember, PersonGroup, User
from docmgr.policy import Actor, require
from docmgr.services import forms
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.message import Message
from docmgr.services.people import people
from docmgr.services.trail import log
from legaltext.text import clean_line

NAME_LIMIT = 200
FOUND = 30
NOT_ONESELF = Message("Không ai tự đưa mình vào hoặc ra khỏi nhóm; hãy nhờ một quản trị khác.")


@dataclass(frozen=True)
class GroupRow:
    """A group in the list, with the number of its members."""

    id: int
    name: str
    members: int


def everything(actor: Actor) -> list[GroupRow]:
    """List all groups by name. Raises Denied when the actor may not manage rights."""
    require(actor, "right:manage")
    members = select(func.count()).where(GroupMember.group_id == PersonGroup.id).correlate(PersonGroup).scalar_subquery()
    with db.read() as session:
        rows = session.execute(select(PersonGroup.id, PersonGroup.name, members).order_by(order(PersonGroup.name)))
        return [GroupRow(*row) for row in rows]


def get(actor: Actor, group_id: int) -> tuple[PersonGroup, list[User]]:
    """Load a group and its members by name, disabled people too. Raises Denied, and NotFound when there is no such group."""
    require(actor, "right:manage")
    with db.read() as session:
        group = session.get(PersonGroup, group_id)
        if group is None:
            raise NotFound
        query = select(User).join(GroupMember, GroupMember.user_id == User.id).where(GroupMember.group_id == group_id)
        return group, list(session.scalars(query.order_by(order(User.full_name), User.id)))


def candidates(actor: Actor, group_id: int, query: str) -> list[User]:
    """Find at most FOUND active people outside the group whose names contain all words of `query`. Raises Denied."""
    require(actor, "right:manage")
    inside = exists().where(GroupMember.group_id == group_id, GroupMember.user_id == User.id)
    fitting = User.disabled_at.is_(None), ~inside, holds(query.split(), User.full_name, User.username)
    with db.read() as session:
        return list(session.scalars(select(User).where(*fitting).order_by(order(User.full_name), User.id).limit(FOUND)))


def create(actor: Actor, name: str) -> int:
    """Add a group without members and return its id. Raises Denied, and Invalid when the name is blank, too long or taken."""
    require(actor, "right:manage")
    with db.write() as session:
        forms.one_at_a_time(session, PersonGroup)
        group = PersonGroup(name=_free_name(session, name))
        session.add(group)
        session.flush()
        log.record(session, actor, "group:create", "group", group.id, group.name)
        return group.id


def rename(actor: Actor, group_id: int, name: str, *, revision: int | None) -> None:
    """Rename a group. `revision` is the revision when the form was opened; None means that there was no form. Raises Denied,
    NotFound, Conflict, and Invalid as `create`."""
    require(actor, "right:manage")
    with db.write() as session:
        forms.one_at_a_time(session, PersonGroup)
        group = forms.for_change(session, PersonGroup, group_id, revision)
        before, group.name = group.name, _free_name(session, name, group_id)
        if group.name != before:
            forms.bump(group)
            log.record(session, actor, "group:edit", "group", group_id, group.name, details={"name": [before, group.name]})


def add(actor: Actor, group_id: int, user_id: int) -> None:
    """Put a person into a group. Raises Denied, NotFound when there is no such group or active person, and Invalid for the
    actor's own person."""
    _change(actor, group_id, user_id, member=True)


def remove(actor: Actor, group_id: int, user_id: int) -> None:
    """Take a person out of a group, who has its rights no more from then on. Raises as `add`."""
    _change(actor, group_id, user_id, member=False)


def _change(actor: Actor, group_id: int, user_id: int, *, member: bool) -> None:
    require(actor, "right:manage")
    if user_id == actor.user_id:
        raise Invalid(NOT_ONESELF)
    with db.write() as session:
        group = forms.locked(session, PersonGroup, group_id)
        person = session.get(User, user_id)
        if person is None or (member and person.disabled_at is not None):
            raise NotFound
        row = session.get(GroupMember, (group_id, user_id))
        if (row is not None) == member:
            return
        if row is None:
            session.add(GroupMember(group_id=group_id, user_id=user_id))
        else:
            session.delete(row)
        action = "group:add" if member else "group:remove"
        log.record(session, actor, action, "group", group_id, group.name, details={"person": people.label(person)})


def delete(actor: Actor, group_id: int) -> None:
    """Delete a group to which no right is given. Raises Denied, NotFound, and Invalid when a right is given to it."""
    require(actor, "right:manage")
    with db.write() as session:
        group = forms.locked(session, PersonGroup, group_id, to_remove=True)
        if session.scalar(select(exists().where(Grant.key == f"group:{group_id}"))):
            raise Invalid(Message("Nhóm này còn quyền trên thư mục hoặc văn bản; hãy thu lại trước khi xóa."))
        session.execute(sql_delete(GroupMember).where(GroupMember.group_id == group_id))
        log.record(session, actor, "group:delete", "group", group_id, group.name)
        session.delete(group)


def _free_name(session: Session, name: str, but: int | None = None) -> str:
    name = clean_line(name)
    if not 1 <= len(name) <= NAME_LIMIT:
        raise Invalid(Message("Hãy ghi tên nhóm, dài nhất %(limit)s ký tự.", limit=NAME_LIMIT), "name")
    with session.no_autoflush:
        taken = session.scalar(select(PersonGroup.id).where(PersonGroup.name == name))
    if taken is not None and taken != but:
        raise Invalid(Message("Đã có nhóm mang tên này."), "name")
    return name
