"""People: who exists, with which roles and unit; their passwords. Only administrators change others."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.models import SignInSession, Unit, User, UserRole
from docmgr.policy import Actor
from docmgr.services import passwords, trail
from docmgr.services.errors import Invalid, NotFound

USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,49}")
FIRST_USERNAME = "quantri"


def actor_for(user: User, via: str = "web") -> Actor:
    """The actor that this person is, with the keys of this moment."""
    return Actor(
        user_id=user.id,
        label=label(user),
        via=via,
        unit_id=user.unit_id,
        unit_label=user.unit.name if user.unit else None,
        roles=frozenset(role.role for role in user.roles),
    )


def label(user: User) -> str:
    """How the trail names a person: full name and sign-in name."""
    return f"{user.full_name} ({user.username})"


def clean_username(text: str) -> str:
    """The form in which sign-in names are kept and compared."""
    return unicodedata.normalize("NFC", text).strip().casefold()[:100]


def by_username(username: str) -> User | None:
    """The person with this sign-in name, disabled ones too."""
    with db.read() as session:
        return session.scalar(select(User).where(User.username == clean_username(username)))


def everybody(actor: Actor, *, limit: int | None = None, skip: int = 0) -> list[User]:
    """People by name, disabled ones last, all or some. Raises Denied."""
    policy.require(actor, "people:manage")
    query = select(User).order_by(User.disabled_at.is_not(None), User.full_name, User.id)
    with db.read() as session:
        return list(session.scalars(query.limit(limit).offset(skip)))


def count(actor: Actor) -> int:
    """How many people `everybody` gives. Raises Denied."""
    policy.require(actor, "people:manage")
    with db.read() as session:
        return session.scalar(select(func.count(User.id))) or 0


def get(actor: Actor, user_id: int) -> User:
    """One person. Raises Denied, NotFound."""
    policy.require(actor, "people:manage")
    with db.read() as session:
        return _get(session, user_id)


def options(actor: Actor) -> list[tuple[int, str]]:
    """Id and name of everybody who can sign in, for forms and filters of signed-in people. Raises Denied."""
    policy.require(actor, "account:own")
    with db.read() as session:
        rows = session.scalars(select(User).where(User.disabled_at.is_(None)).order_by(User.full_name))
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
    """A new person. Raises Denied, Invalid (name taken or badly formed, no role, weak password)."""
    policy.require(actor, "people:manage")
    username, full_name = clean_username(username), _full_name(full_name)
    if not USERNAME.fullmatch(username):
        raise Invalid("Tên đăng nhập gồm 2 đến 50 chữ thường không dấu, chữ số, dấu chấm, gạch.", "username")
    passwords.check_new(password, username, full_name)
    hashed = passwords.hash_password(password)
    with db.write() as session:
        if session.scalar(select(User.id).where(User.username == username)) is not None:
            raise Invalid("Tên đăng nhập này đã có người dùng.", "username")
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
        trail.record(session, actor, "person:create", "person", user.id, label(user), details=_state(user))
    return user


def edit(actor: Actor, user_id: int, *, full_name: str, unit_id: int | None, roles: Iterable[str]) -> None:
    """Change name, unit and roles. Raises Denied, NotFound, Invalid (last administrator, a role for oneself)."""
    policy.require(actor, "people:manage")
    wanted, full_name = _roles(roles), _full_name(full_name)
    with db.write() as session:
        user = _get(session, user_id)
        before, held = _state(user), {role.role for role in user.roles}
        if actor.user_id == user.id and wanted - held:
            raise Invalid("Bạn không tự thêm vai trò cho mình được; hãy nhờ một quản trị khác.", "roles")
        if "administrator" in held - wanted:
            _keep_one_administrator(session, user)
        user.full_name, user.unit_id = full_name, _unit(session, unit_id)
        for role in [role for role in user.roles if role.role not in wanted]:
            user.roles.remove(role)
        user.roles.extend(UserRole(role=role) for role in sorted(wanted - held))
        session.flush()
        session.refresh(user)
        changed = {key: [before[key], value] for key, value in _state(user).items() if value != before[key]}
        if changed:
            trail.record(session, actor, "person:edit", "person", user.id, label(user), details=changed)


def disable(actor: Actor, user_id: int) -> None:
    """Shut a person out at once, open sessions too. Raises Denied, NotFound, Invalid (last administrator)."""
    policy.require(actor, "people:manage")
    with db.write() as session:
        user = _get(session, user_id)
        if user.disabled_at is not None:
            return
        _keep_one_administrator(session, user)
        user.disabled_at = db.now()
        end_sessions(session, user.id)
        trail.record(session, actor, "person:disable", "person", user.id, label(user))


def enable(actor: Actor, user_id: int) -> None:
    """Let a person in again. Raises Denied, NotFound."""
    policy.require(actor, "people:manage")
    with db.write() as session:
        user = _get(session, user_id)
        if user.disabled_at is None:
            return
        user.disabled_at = None
        trail.record(session, actor, "person:enable", "person", user.id, label(user))


def reset_password(actor: Actor, user_id: int) -> str:
    """Give a one-time password, which is returned and kept nowhere. Raises Denied, NotFound."""
    policy.require(actor, "people:manage")
    password = passwords.one_time()
    hashed = passwords.hash_password(password)
    with db.write() as session:
        user = _get(session, user_id)
        user.password_hash, user.must_change_password = hashed, True
        end_sessions(session, user.id)
        trail.record(
            session, actor, "person:password", "person", user.id, label(user), details={"one_time": True}
        )
    return password


def end_sessions(session: Session, user_id: int) -> None:
    """End every session of a person, inside the caller's unit of work."""
    session.execute(
        update(SignInSession)
        .where(SignInSession.user_id == user_id, SignInSession.ended_at.is_(None))
        .values(ended_at=db.now())
    )


@dataclass(frozen=True)
class First:
    """The first person of a new site and the one-time password, told once on the terminal."""

    username: str
    password: str


def first_administrator(actor: Actor) -> First | None:
    """Make the first person, administrator and clerk; None where the site has people. Raises Denied."""
    policy.require(actor, "people:manage")
    password = passwords.one_time()
    with db.write() as session:
        if session.scalar(select(exists(select(User.id)))):
            return None
        create(
            actor,
            username=FIRST_USERNAME,
            full_name="Quản trị hệ thống",
            roles=("administrator", "clerk"),
            unit_id=None,
            password=password,
            must_change=True,
        )
    return First(FIRST_USERNAME, password)


def _get(session: Session, user_id: int) -> User:
    user = session.get(User, user_id)
    if user is None:
        raise NotFound
    return user


def _unit(session: Session, unit_id: int | None) -> int | None:
    if unit_id is not None and session.get(Unit, unit_id) is None:
        raise Invalid("Đơn vị này không còn trong danh sách.", "unit_id")
    return unit_id


def _full_name(text: str) -> str:
    text = " ".join(unicodedata.normalize("NFC", text).split())
    if not 1 <= len(text) <= 200:
        raise Invalid("Hãy ghi họ và tên, dài nhất 200 ký tự.", "full_name")
    return text


def _roles(roles: Iterable[str]) -> frozenset[str]:
    wanted = frozenset(roles)
    if not wanted or wanted - policy.ROLES.keys():
        raise Invalid("Hãy chọn ít nhất một vai trò trong danh sách.", "roles")
    return wanted


def _state(user: User) -> dict[str, object]:
    return {
        "full_name": user.full_name,
        "unit": user.unit.name if user.unit else None,
        "roles": sorted(role.role for role in user.roles),
    }


def _keep_one_administrator(session: Session, leaving: User) -> None:
    """A site without an administrator could never be mended from the inside."""
    if all(role.role != "administrator" for role in leaving.roles):
        return
    able = (
        select(User.id)
        .join(UserRole)
        .where(UserRole.role == "administrator", User.disabled_at.is_(None))
        # Rows are locked in one order: two administrators who shut each other out wait, they do not deadlock.
        .order_by(User.id)
        .with_for_update()
    )
    if not set(session.scalars(able)) - {leaving.id}:
        raise Invalid("Đây là quản trị cuối cùng: hãy giao vai trò này cho người khác trước.", "roles")
