"""Signing in and out: rows in the database that every web process shares and a restart keeps.

The browser holds a random token of 256 bits, the row only its SHA-256. How often a password may be tried is
services.people.attempts'; unknown names, disabled people and wrong passwords cost the same work and get the same answer.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import secrets
from dataclasses import dataclass
from typing import Any, NoReturn

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.models import SignInSession, User
from docmgr.policy import Actor
from docmgr.services import forms, outage
from docmgr.services.errors import Invalid
from docmgr.services.message import Message
from docmgr.services.people import accounts, attempts, devices, passwords, people
from docmgr.services.people.attempts import Missed
from docmgr.services.trail import log as trail_log
from legaltext import dates

log = logging.getLogger(__name__)

# A session's last use is written at most this often: a page view must not always be a write.
TOUCH_EVERY = dt.timedelta(minutes=1)
# How long the rows of sessions that nobody uses are kept.
KEEP = dt.timedelta(days=30)


class Refused(Exception):
    """Wrong name, wrong password or a disabled person: not told apart."""


@dataclass(frozen=True)
class OpenedSession:
    """A new session: its token, the token by which its browser is known from now on, and the wrong tries before it."""

    token: str
    device: str
    missed: Missed | None = None


@dataclass(frozen=True)
class FoundSession:
    """An open session and its person, as needed for one request."""

    token: str
    username: str
    full_name: str
    must_change_password: bool
    actor: Actor


def sign_in(visitor: Actor, username: str, password: str, address: str, device: str | None = None) -> OpenedSession:
    """Check name and password and open a session; `device` is the token by which the browser may be known.

    Raises Refused, TooManyAttempts (attempts).
    """
    username = people.clean_username(username)
    attempt_id = attempts.claim(username, address, devices.known(device, username))
    user = people.by_username(username)
    # Kept as text: the row may change while the hash is being computed.
    stored = user.password_hash if user else passwords.NOBODY
    fits = passwords.verify(stored, password)
    if user is None or not fits:
        refuse(visitor, user)
    better = passwords.hash_password(password) if passwords.is_outdated(stored) else stored
    with db.write() as session:
        current = forms.locked(session, User, user.id)
        if current.disabled_at is None and current.password_hash == stored:
            attempts.succeed(session, attempt_id)
            missed = attempts.missed(session, username, attempt_id)
            current.password_hash = better
            person = people.actor_for(current, visitor.via)
            trail_log.record(
                session, person, "session:start", "person", current.id, person.label, details=_told(missed)
            )
            token = open_session(session, current.id, address)
            return OpenedSession(token, devices.remember(session, current.id, device), missed)
    refuse(visitor, user)


def _told(missed: Missed | None) -> dict[str, Any]:
    """The wrong tries before a sign-in, for the trail."""
    if missed is None:
        return {}
    last = dates.printed_moment(missed.last_at)
    return {"missed": missed.count, "missed_last": last, "missed_from": list(missed.addresses)}


def refuse(visitor: Actor, user: User | None) -> NoReturn:
    """Write the failed try to the trail and raise Refused; what was typed for an unknown name is not kept there."""
    with db.write() as session:
        subject = people.label(user) if user else "Tên đăng nhập không có"
        trail_log.record(session, visitor, "session:refuse", "person", user.id if user else None, subject)
    raise Refused


def open_session(session: Session, user_id: int, address: str | None) -> str:
    """Add a session to the unit of work; its token is returned and kept nowhere."""
    token, now = secrets.token_urlsafe(32), db.now()
    session.execute(delete(SignInSession).where(SignInSession.last_seen_at < now - KEEP))
    session.add(
        SignInSession(
            token_hash=_hash(token), user_id=user_id, created_at=now, last_seen_at=now, address=address
        )
    )
    return token


def find(token: str, idle_seconds: int, max_seconds: int) -> FoundSession | None:
    """The open session of this token and its person; None where it ended, ran out or the person is disabled."""
    now = db.now()
    with db.read() as session:
        row = session.get(SignInSession, _hash(token))
        user = session.get(User, row.user_id) if row else None
        if row is None or user is None or row.ended_at is not None or user.disabled_at is not None:
            return None
        idle, age = now - row.last_seen_at, now - row.created_at
        # A clock that was set back makes an age negative; such a session is not trusted either.
        if not _within(idle, idle_seconds) or not _within(age, max_seconds):
            return None
        found = FoundSession(token, user.username, user.full_name, user.must_change_password, people.actor_for(user))
    if idle > TOUCH_EVERY:
        _touch(token, now)
    return found


def _within(span: dt.timedelta, seconds: int) -> bool:
    return -60 <= span.total_seconds() <= seconds


def _touch(token: str, now: dt.datetime) -> None:
    """Note the last use. Where that cannot be written now, the page goes on: the next one notes it."""
    try:
        with db.write() as session:
            session.execute(
                update(SignInSession).where(SignInSession.token_hash == _hash(token)).values(last_seen_at=now)
            )
    except outage.ERRORS as error:
        if outage.cause(error) is None:
            raise
        log.warning("a session's last use was not written: %s", outage.cause(error))


def end(actor: Actor, token: str) -> None:
    """Sign out: the token is worth nothing from the next request on. Raises Denied."""
    policy.require(actor, "account:own")
    with db.write() as session:
        row = session.get(SignInSession, _hash(token))
        if row is not None and row.ended_at is None and row.user_id == actor.user_id:
            row.ended_at = db.now()
            trail_log.record(session, actor, "session:end", "person", actor.user_id, actor.label)


def change_password(
    actor: Actor, old: str, new: str, address: str, device: str | None = None
) -> OpenedSession:
    """A new password for oneself: ends all sessions, forgets all known browsers, and opens another session here.

    Raises Denied, Refused (old one wrong), TooManyAttempts (attempts), Invalid (new one weak or the same).
    """
    policy.require(actor, "account:own")
    with db.read() as session:
        user = session.get_one(User, actor.user_id)
        stored = user.password_hash
    attempt_id = attempts.claim(user.username, address, attempts.INSIDE)
    if not passwords.verify(stored, old):
        refuse(actor, user)
    with db.write() as session:
        attempts.succeed(session, attempt_id)
    passwords.check_new(new, *passwords.known_names(user.username, user.full_name, user.unit_id))
    if passwords.verify(stored, new):
        raise Invalid(Message("Mật khẩu mới phải khác mật khẩu đang dùng."), "password")
    hashed = passwords.hash_password(new)
    with db.write() as session:
        current = forms.locked(session, User, user.id)
        if current.password_hash != stored:
            # An administrator gave a one-time password meanwhile: that one counts.
            raise Refused
        current.password_hash, current.must_change_password = hashed, False
        accounts.end_sessions(session, current.id)
        trail_log.record(session, actor, "person:password", "person", current.id, people.label(current))
        token = open_session(session, current.id, address)
        return OpenedSession(token, devices.remember(session, current.id, device))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
