"""Decide whether a person may sign in: disable and enable people, give new passwords, end sessions, and create the
first administrator."""

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
    """Disable a person and end the person's sessions. Nothing happens when the person is disabled already. Raises
    Denied when the actor is no administrator, NotFound when there is no such person, and Invalid when no
    administrator would remain."""
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
    """Let a disabled person sign in again. `revision` is the revision that the page showed; None means that there was
    no page. Raises Denied when the actor is no administrator, NotFound when there is no such person, and Conflict
    when the revision has changed, for example because the person was disabled again."""
    policy.require(actor, "people:manage")
    with db.write() as session:
        user = forms.for_change(session, User, user_id, revision)
        if user.disabled_at is None:
            return
        user.disabled_at = None
        forms.bump(user)
        log.record(session, actor, "person:enable", "person", user.id, label(user))


def reset_password(actor: Actor, user_id: int) -> str:
    """Give a person a one-time password and return it. Only its hash is stored. The person's sessions end. Raises
    Denied when the actor is no administrator, and NotFound when there is no such person."""
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
    """End all sessions of a person in the open unit of work, and forget the browsers from which the person has signed
    in."""
    session.execute(delete(KnownDevice).where(KnownDevice.user_id == user_id))
    session.execute(
        update(SignInSession)
        .where(SignInSession.user_id == user_id, SignInSession.ended_at.is_(None))
        .values(ended_at=db.now())
    )


@dataclass(frozen=True)
class First:
    """A new person, such as the first one of a new site, with the sign-in name and a one-time password, which is shown
    once."""

    username: str
    password: str


def first_administrator(actor: Actor) -> First | None:
    """Create the first person of a site, who is administrator and clerk, and return the sign-in name and one-time
    password. Returns None when the site already has people. Raises Denied when the actor is no administrator."""
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
