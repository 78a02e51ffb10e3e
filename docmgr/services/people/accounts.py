"""Whether a person may sign in: disabled, enabled, a new password, sessions ended, the first administrator."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.models import KnownDevice, SignInSession, User
from docmgr.policy import Actor
from docmgr.services import forms
from docmgr.services.people import passwords
from docmgr.services.people.people import (
    FIRST_USERNAME,
    create,
    keep_one_administrator,
    label,
)
from docmgr.services.trail import log


def disable(actor: Actor, user_id: int) -> None:
    """Shut a person out at once, open sessions too. Raises Denied, NotFound, Invalid (last administrator)."""
    policy.require(actor, "people:manage")
    with db.write() as session:
        forms.one_at_a_time(session, User)
        user = forms.locked(session, User, user_id)
        if user.disabled_at is not None:
            return
        keep_one_administrator(session, user)
        user.disabled_at = db.now()
        forms.bump(user)
        end_sessions(session, user.id)
        log.record(session, actor, "person:disable", "person", user.id, label(user))


def enable(actor: Actor, user_id: int, *, revision: int | None = None) -> None:
    """Let a person in again. Raises Denied, NotFound, Conflict (shut out again since the page was made)."""
    policy.require(actor, "people:manage")
    with db.write() as session:
        user = forms.for_change(session, User, user_id, revision)
        if user.disabled_at is None:
            return
        user.disabled_at = None
        forms.bump(user)
        log.record(session, actor, "person:enable", "person", user.id, label(user))


def reset_password(actor: Actor, user_id: int) -> str:
    """Give a one-time password, which is returned and kept nowhere. Raises Denied, NotFound."""
    policy.require(actor, "people:manage")
    password = passwords.one_time()
    hashed = passwords.hash_password(password)
    with db.write() as session:
        user = forms.locked(session, User, user_id)
        user.password_hash, user.must_change_password = hashed, True
        end_sessions(session, user.id)
        log.record(
            session, actor, "person:password", "person", user.id, label(user), details={"one_time": True}
        )
    return password


def end_sessions(session: Session, user_id: int) -> None:
    """End every session of a person and forget the browsers known for them, inside the caller's unit of work."""
    session.execute(delete(KnownDevice).where(KnownDevice.user_id == user_id))
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
        forms.one_at_a_time(session, User)
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
