"""People: who exists, with which roles and unit, and how they get passwords.

Only administrators change other people. Nobody changes their own unit or roles, because they could then read what
another unit keeps to itself: another administrator does it, or the command line (`users set`). The trail says who.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.collation import order
from docmgr.models import User, UserRole
from docmgr.policy import Actor
from docmgr.services import forms
from docmgr.services.access import desks, memberships
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.message import Message
from docmgr.services.people import passwords, units
from docmgr.services.trail import log
from legaltext.text import clean_line

USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,49}")
FIRST_USERNAME = "quantri"
NOT_ONESELF = Message("Không ai tự đổi đơn vị hay vai trò của mình; hãy nhờ một quản trị khác.")


def actor_for(user: User, via: str = "web", stands_for: frozenset[int] = frozenset(), groups: frozenset[int] = frozenset()) -> Actor:
    """Make the actor for a person, with present roles and unit; `via` ("web" or "cli") is for the trail. `stands_for` are the
    persons for whom they stand in today (access.desks), and `groups` the groups of which they are members (access.memberships)."""
    return Actor(
        user_id=user.id,
        label=label(user),
        via=via,
        unit_id=user.unit_id,
        unit_label=user.unit.name if user.unit else None,
        roles=frozenset(role.role for role in user.roles),
        stands_for=stands_for,
        groups=groups,
    )


def acting(user: User, via: str = "web") -> Actor:
    """Make the actor for a person as `actor_for` does, with the persons for whom they stand in today and with their groups."""
    with db.read() as session:
        (actor,) = with_groups(session, [user], via, desks_too=True)
        return actor


def with_groups(session: Session, users: Collection[User], via: str = "web", *, desks_too: bool = False) -> list[Actor]:
    """Make the actors for these persons in their order, with their groups; with `desks_too` also with the persons for whom they
    stand in today, else without."""
    ids = [user.id for user in users]
    groups, standing = memberships.of_people(session, ids), desks.standing_in(session, ids) if desks_too else {}
    return [actor_for(user, via, standing.get(user.id, frozenset()), groups.get(user.id, frozenset())) for user in users]


def label(user: User) -> str:
    """The person's name as the trail shows it: full name and sign-in name."""
    return f"{user.full_name} ({user.username})"


def clean_username(text: str) -> str:
    """Convert a sign-in name to the form that is stored and compared: NFC, lower case, cut after 100 characters."""
    return unicodedata.normalize("NFC", text.replace("\0", "")).strip().casefold()[:100]


def by_username(username: str) -> User | None:
    """Find the person with this sign-in name; None when there is none. Disabled people are found too."""
    with db.read() as session:
        return session.scalar(select(User).where(User.username == clean_username(username)))


def everybody(actor: Actor, *, limit: int | None = None, skip: int = 0) -> list[User]:
    """Load at most `limit` people after the first `skip`, sorted by name, disabled ones last; None means all. Raises
    Denied when the actor is no administrator."""
    policy.require(actor, "people:manage")
    query = select(User).order_by(User.disabled_at.is_not(None), order(User.full_name), User.id)
    with db.read() as session:
        return list(session.scalars(query.limit(limit).offset(skip)))


def count(actor: Actor) -> int:
    """The number of all people, disabled ones included. Raises Denied when the actor is no administrator."""
    policy.require(actor, "people:manage")
    with db.read() as session:
        return session.scalar(select(func.count(User.id))) or 0


def get(actor: Actor, user_id: int) -> User:
    """Load the person with this id. Raises Denied when the actor is no administrator, and NotFound when there is no
    such person."""
    policy.require(actor, "people:manage")
    with db.read() as session:
        return _get(session, user_id)


def options(actor: Actor) -> list[tuple[int, str]]:
    """Pairs (id, name) of everybody who is not disabled, sorted by name, for the choices in forms and filters. Raises
    Denied when the actor is not signed in."""
    policy.require(actor, "account:own")
    with db.read() as session:
        rows = session.scalars(select(User).where(User.disabled_at.is_(None)).order_by(order(User.full_name), User.id))
        return [(user.id, label(user)) for user in rows]


def create(
    actor: Actor,
    *,
    username: str,
    full_name: str,
    roles: Iterable[str],
    unit_id: int | None,
    password: str,
    must_change: bool,
) -> User:
    """Create a person. With `must_change`, the person must set a new password after the first sign-in. Raises Denied
    when the actor is no administrator, and Invalid when the sign-in name is malformed or taken, a role is missing or
    unknown, or the password is weak."""
    policy.require(actor, "people:manage")
    username, full_name = clean_username(username), _full_name(full_name)
    if not USERNAME.fullmatch(username):
        raise Invalid(Message("Tên đăng nhập gồm 2 đến 50 chữ thường không dấu, chữ số, dấu chấm, gạch."), "username")
    passwords.check_new(password, *passwords.known_names(username, full_name, unit_id))
    return add(actor, username, full_name, roles, unit_id, passwords.hash_password(password), must_change=must_change)


def add(
    actor: Actor, username: str, full_name: str, roles: Iterable[str], unit_id: int | None, hashed: str, *, must_change: bool = True
) -> User:
    """Create a person whose password has the hash `hashed`; it must be a one-time password, or one that was checked. The
    names must be clean (`clean_username`). Raises Denied when the actor is no administrator, and Invalid when the sign-in
    name is taken, or a role is missing or unknown."""
    policy.require(actor, "people:manage")
    with db.write() as session:
        forms.one_at_a_time(session, User)
        if session.scalar(select(User.id).where(User.username == username)) is not None:
            raise Invalid(Message("Tên đăng nhập này đã có người dùng."), "username")
        user = User(
            username=username,
            full_name=full_name,
            password_hash=hashed,
            must_change_password=must_change,
            unit_id=_unit(session, unit_id),
            roles=[UserRole(role=role) for role in sorted(_roles(roles))],
        )
        session.add(user)
        session.flush()
        session.refresh(user)
        log.record(session, actor, "person:create", "person", user.id, label(user), details=_state(user))
    return user


def edit(
    actor: Actor,
    user_id: int,
    *,
    full_name: str,
    unit_id: int | None,
    roles: Iterable[str],
    revision: int | None,
) -> None:
    """Change the name, the unit and the roles of a person.

    `revision` is the revision when the form was opened; None means that there was no form. Raises Denied when the
    actor is no administrator, NotFound when there is no such person, Conflict when the revision has changed, and
    Invalid when a field is wrong, no administrator would remain, or the actor changes their own unit or roles.
    """
    policy.require(actor, "people:manage")
    wanted, full_name = _roles(roles), _full_name(full_name)
    with db.write() as session:
        forms.one_at_a_time(session, User)
        user = forms.for_change(session, User, user_id, revision)
        before = _state(user)
        _refuse_oneself(actor, user, wanted, unit_id)
        keep_one_administrator(session, user, wanted)
        user.full_name, user.unit_id = full_name, _unit(session, unit_id)
        _give(user, wanted)
        session.flush()
        session.refresh(user)
        changed = {key: [before[key], value] for key, value in _state(user).items() if value != before[key]}
        if changed:
            forms.bump(user)
            log.record(session, actor, "person:edit", "person", user.id, label(user), details=changed)


def place(
    actor: Actor, username: str, *, roles: Iterable[str] | None = None, unit: str | None = None
) -> User:
    """Set the roles, the unit or both of the person with this sign-in name, and return the person.

    None changes nothing. `unit` is a name or an abbreviation; a missing unit is created, and "" means no unit. Raises
    Denied when the actor is no administrator, and NotFound when nobody has this name. Raises Invalid when a value is
    wrong, no administrator would remain, or the actor changes their own unit or roles.
    """
    policy.require(actor, "people:manage")
    with db.write() as session:
        new = units.named(actor, unit) if unit and unit.strip() else None
        forms.one_at_a_time(session, User)
        user = session.scalar(select(User).where(User.username == clean_username(username)))
        if user is None:
            raise NotFound
        edit(
            actor,
            user.id,
            full_name=user.full_name,
            unit_id=user.unit_id if unit is None else (new.id if new else None),
            roles=roles or [role.role for role in user.roles],
            revision=None,
        )
        return user


def _get(session: Session, user_id: int) -> User:
    user = session.get(User, user_id)
    if user is None:
        raise NotFound
    return user


def _unit(session: Session, unit_id: int | None) -> int | None:
    if unit_id is not None:
        forms.check_units(session, {unit_id}, "unit_id")
    return unit_id


def _full_name(text: str) -> str:
    text = clean_line(text)
    if not 1 <= len(text) <= 200:
        raise Invalid(Message("Hãy ghi họ và tên, dài nhất 200 ký tự."), "full_name")
    return text


def _roles(roles: Iterable[str]) -> frozenset[str]:
    wanted = frozenset(roles)
    if not wanted or wanted - policy.ROLES.keys():
        raise Invalid(Message("Hãy chọn ít nhất một vai trò trong danh sách."), "roles")
    return wanted


def _state(user: User) -> dict[str, object]:
    return {
        "full_name": user.full_name,
        "unit": user.unit.name if user.unit else None,
        "roles": sorted(role.role for role in user.roles),
    }


def _give(user: User, wanted: frozenset[str]) -> None:
    held = {role.role for role in user.roles}
    for role in [role for role in user.roles if role.role not in wanted]:
        user.roles.remove(role)
    user.roles.extend(UserRole(role=role) for role in sorted(wanted - held))


def keep_one_administrator(session: Session, user: User, wanted: frozenset[str] = frozenset()) -> None:
    """Raise Invalid when no administrator would remain after `user` gets the roles `wanted`; by default, no roles.
    The caller must hold the lock forms.one_at_a_time, so that no other change of people happens meanwhile."""
    held = {role.role for role in user.roles}
    if "administrator" not in held - wanted:
        return
    able = select(User.id).join(UserRole).where(UserRole.role == "administrator", User.disabled_at.is_(None))
    if not set(session.scalars(able)) - {user.id}:
        raise Invalid(Message("Đây là quản trị cuối cùng: hãy giao vai trò này cho người khác trước."), "roles")


def _refuse_oneself(actor: Actor, user: User, wanted: frozenset[str], unit_id: int | None) -> None:
    if actor.user_id != user.id:
        return
    if wanted != {role.role for role in user.roles}:
        raise Invalid(NOT_ONESELF, "roles")
    if unit_id != user.unit_id:
        raise Invalid(NOT_ONESELF, "unit_id")
