"""Sign in and out.

A session is a row in the database, so all web processes share it and it survives a restart. The browser stores a
random token of 256 bits; the row has only its SHA-256 hash. services.people.attempts limits password attempts.
Unknown names, disabled people and wrong passwords take the same time and get the same answer.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import secrets
from dataclasses import dataclass
from typing import Any, NoReturn

from sqlalchemy import bindparam, delete, select, update
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

# In seconds. The last use of a session is not written more often, so that not every page view writes.
TOUCH_EVERY = dt.timedelta(minutes=1)
# How long the rows of unused sessions are kept.
KEEP = dt.timedelta(days=30)
# Made once: each page asks it.
_OPEN = (
    select(SignInSession, User)
    .join(User, User.id == SignInSession.user_id)
    .where(SignInSession.token_hash == bindparam("hash"), SignInSession.ended_at.is_(None), User.disabled_at.is_(None))
)


class Refused(Exception):
    """Raised when the sign-in name is unknown, the password is wrong or the person is disabled. The error does not
    tell which."""


@dataclass(frozen=True)
class OpenedSession:
    """A new session. `token` identifies the session and `device` the browser; the browser must store both. `missed`
    has the wrong attempts since the last good sign-in. It is None when there were none, and after a change of the
    password."""

    token: str
    device: str
    missed: Missed | None = None


@dataclass(frozen=True)
class FoundSession:
    """The session and the person to which a request belongs."""

    token: str
    username: str
    full_name: str
    must_change_password: bool
    actor: Actor


def sign_in(visitor: Actor, username: str, password: str, address: str, device: str | None = None) -> OpenedSession:
    """Check the sign-in name and the password and open a session.

    `visitor` is the actor before the sign-in, `address` the network address, and `device` the token of the browser
    from an earlier sign-in, or None. Raises Refused when name or password is wrong or the person is disabled, and
    TooManyAttempts when the attempt comes too early.
    """
    username = people.clean_username(username)
    attempt_id = attempts.claim(username, address, devices.known(device, username))
    user = people.by_username(username)
    # The hash is copied as text: the row may change while the password is checked.
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
    """Make the details of a sign-in's event from the wrong attempts before it: how many there were, the time of the
    last one and the addresses. Empty when `missed` is None."""
    if missed is None:
        return {}
    last = dates.printed_moment(missed.last_at)
    return {"missed": missed.count, "missed_last": last, "missed_from": list(missed.addresses)}


def refuse(visitor: Actor, user: User | None) -> NoReturn:
    """Record a failed sign-in of `visitor` in the trail and raise Refused. `user` is the person with the typed
    sign-in name, or None. A name that nobody has is not recorded, because it may be a mistyped password."""
    with db.write() as session:
        subject = people.label(user) if user else "Tên đăng nhập không có"
        trail_log.record(session, visitor, "session:refuse", "person", user.id if user else None, subject)
    raise Refused


def open_session(session: Session, user_id: int, address: str | None) -> str:
    """Add a session of the person to the open unit of work and return its token. `address` is the network address of
    the browser. Only a hash of the token is stored. Sessions unused for longer than KEEP are deleted."""
    token, now = secrets.token_urlsafe(32), db.now()
    session.execute(delete(SignInSession).where(SignInSession.last_seen_at < now - KEEP))
    session.add(
        SignInSession(
            token_hash=_hash(token), user_id=user_id, created_at=now, last_seen_at=now, address=address
        )
    )
    return token


def find(token: str, idle_seconds: int, max_seconds: int) -> FoundSession | None:
    """Find the session with this token and its person, for one request. None when the session was ended, was not used
    for `idle_seconds`, is older than `max_seconds`, or its person is disabled. The time of the last use is stored."""
    now = db.now()
    with db.read() as session:
        held = session.execute(_OPEN, {"hash": _hash(token)}).one_or_none()
        if held is None:
            return None
        row, user = held
        idle, age = now - row.last_seen_at, now - row.created_at
        # A clock that was set back makes an age negative; such a session is not trusted either.
        if not _within(idle, idle_seconds) or not _within(age, max_seconds):
            return None
        person = people.acting(user)
        found = FoundSession(token, user.username, user.full_name, user.must_change_password, person)
    if idle > TOUCH_EVERY:
        _touch(token, now)
    return found


def _within(span: dt.timedelta, seconds: int) -> bool:
    return -60 <= span.total_seconds() <= seconds


def _touch(token: str, now: dt.datetime) -> None:
    """Store `now` as the time when the session with this token was last used. When the database cannot be written,
    the failure is logged and the page is answered anyway; the next request stores the time."""
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
    """Sign out: end the actor's session with this token, so that it is invalid from the next request on. Raises
    Denied when the actor is not signed in."""
    policy.require(actor, "account:own")
    with db.write() as session:
        row = session.get(SignInSession, _hash(token))
        if row is not None and row.ended_at is None and row.user_id == actor.user_id:
            row.ended_at = db.now()
            trail_log.record(session, actor, "session:end", "person", actor.user_id, actor.label)


def change_password(
    actor: Actor, old: str, new: str, address: str, device: str | None = None
) -> OpenedSession:
    """Set a new password for the actor's own account; `old` is the present password and `new` the one to set.

    All sessions of the person end, all remembered browsers are forgotten, and a new session is opened for this
    browser. `address` is the network address, and `device` the token of this browser or None. Raises Denied when the
    actor is not signed in, Refused when the old password is wrong, TooManyAttempts when the attempt comes too early,
    and Invalid when the new password is weak or the same as the old one.
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
            # An administrator has set a one-time password meanwhile, and that one counts.
            raise Refused
        current.password_hash, current.must_change_password = hashed, False
        accounts.end_sessions(session, current.id)
        trail_log.record(session, actor, "person:password", "person", current.id, people.label(current))
        token = open_session(session, current.id, address)
        return OpenedSession(token, devices.remember(session, current.id, device))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
