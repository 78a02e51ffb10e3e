"""Signing in and out: rows in the database that every web process shares and a restart keeps.

The browser holds a random token of 256 bits, the row only its SHA-256. Tries are counted before the password is
looked at, so that many at once cannot pass the limit; unknown names cost the same work and get the same answer.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import secrets
from dataclasses import dataclass
from typing import NoReturn

from sqlalchemy import ColumnElement, and_, delete, exists, func, select, text, update
from sqlalchemy.orm import Session

from docmgr import db, policy
from docmgr.models import SignInAttempt, SignInSession, User
from docmgr.policy import Actor
from docmgr.services import editing, outage, passwords, people, trail
from docmgr.services.errors import Invalid

log = logging.getLogger(__name__)

TRIES = 10
WINDOW = dt.timedelta(minutes=5)
# How long an address at which a person signed in counts as known for that person.
KNOWN_ADDRESS = dt.timedelta(days=30)
KEEP_ATTEMPTS = dt.timedelta(days=90)
# Ends the address of a try made by somebody who is signed in: it counts for the account, not for the address.
SIGNED_IN = " (đổi mật khẩu)"
ADDRESS_LENGTH = 60
# A session's last use is written at most this often: a page view must not always be a write.
TOUCH_EVERY = dt.timedelta(minutes=1)


class Refused(Exception):
    """Wrong name, wrong password or a disabled person: not told apart."""


class TooManyAttempts(Exception):
    """Ten failed tries within five minutes: from this address, for this account, or for it where it is known."""


@dataclass(frozen=True)
class Found:
    """An open session and its person, as needed for one request."""

    token: str
    username: str
    full_name: str
    must_change_password: bool
    actor: Actor


def sign_in(visitor: Actor, username: str, password: str, address: str) -> str:
    """Check name and password, open a session and return its token. Raises Refused, TooManyAttempts."""
    username = people.clean_username(username)
    attempt_id = claim_attempt(username, address)
    user = people.by_username(username)
    # Kept as text: the row may change while the hash is being computed.
    stored = user.password_hash if user else passwords.NOBODY
    fits = passwords.verify(stored, password)
    if user is None or not fits:
        refuse(visitor, user)
    better = passwords.hash_password(password) if passwords.is_outdated(stored) else stored
    with db.write() as session:
        current = editing.locked(session, User, user.id)
        if current.disabled_at is None and current.password_hash == stored:
            succeed(session, attempt_id)
            current.password_hash = better
            person = people.actor_for(current, visitor.via)
            trail.record(session, person, "session:start", "person", current.id, person.label)
            return open_session(session, current.id, address)
    refuse(visitor, user)


def refuse(visitor: Actor, user: User | None) -> NoReturn:
    """Write the failed try to the trail and raise Refused; what was typed for an unknown name is not kept there."""
    with db.write() as session:
        subject = people.label(user) if user else "Tên đăng nhập không có"
        trail.record(session, visitor, "session:refuse", "person", user.id if user else None, subject)
    raise Refused


def claim_attempt(username: str, address: str, *, signed_in: bool = False) -> int:
    """Count one try and return its id. Raises TooManyAttempts, without counting, where the limit is reached."""
    address, inside = address[:ADDRESS_LENGTH], address[: ADDRESS_LENGTH - len(SIGNED_IN)] + SIGNED_IN
    now = db.now()
    with db.write() as session:
        if session.get_bind().dialect.name == "postgresql":
            # SQLite's writers wait for each other anyway; here tries at the same time must not count past each other.
            session.execute(text("LOCK TABLE sign_in_attempt IN SHARE ROW EXCLUSIVE MODE"))
        mine, here = SignInAttempt.username == username, SignInAttempt.address == address
        mine_here = and_(mine, SignInAttempt.address.in_((address, inside)))
        # Others' tries must not shut a person out where that person is known; there, only tries for both count.
        if _known(session, mine_here, now):
            limits = [mine_here]
        else:
            limits = [mine] if signed_in else [mine, here]
        if any(_failed(session, limit, now) >= TRIES for limit in limits):
            raise TooManyAttempts
        attempt = SignInAttempt(username=username, address=inside if signed_in else address, at=now)
        session.add(attempt)
        session.flush()
        return attempt.id


def succeed(session: Session, attempt_id: int) -> None:
    """The try was a good one; forget tries that count for nothing any more."""
    session.execute(update(SignInAttempt).where(SignInAttempt.id == attempt_id).values(succeeded=True))
    session.execute(delete(SignInAttempt).where(SignInAttempt.at < db.now() - KEEP_ATTEMPTS))


def _known(session: Session, mine_here: ColumnElement[bool], now: dt.datetime) -> bool:
    good = select(SignInAttempt.id).where(
        mine_here, SignInAttempt.succeeded, SignInAttempt.at > now - KNOWN_ADDRESS
    )
    return bool(session.scalar(select(exists(good))))


def _failed(session: Session, which: ColumnElement[bool], now: dt.datetime) -> int:
    lately = select(func.count()).where(
        which, SignInAttempt.succeeded.is_(False), SignInAttempt.at > now - WINDOW
    )
    return session.scalar(lately) or 0


def open_session(session: Session, user_id: int, address: str | None) -> str:
    """Add a session to the unit of work; its token is returned and kept nowhere."""
    token, now = secrets.token_urlsafe(32), db.now()
    session.execute(delete(SignInSession).where(SignInSession.last_seen_at < now - dt.timedelta(days=30)))
    session.add(
        SignInSession(
            token_hash=_hash(token), user_id=user_id, created_at=now, last_seen_at=now, address=address
        )
    )
    return token


def find(token: str, idle_seconds: int, max_seconds: int) -> Found | None:
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
        found = Found(token, user.username, user.full_name, user.must_change_password, people.actor_for(user))
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
            trail.record(session, actor, "session:end", "person", actor.user_id, actor.label)


def change_password(actor: Actor, old: str, new: str, address: str, agency: str = "") -> str:
    """A new password for oneself: ends all sessions, opens another and returns its token.

    Raises Denied, Refused (old one wrong), TooManyAttempts, Invalid (new one weak or the same).
    """
    policy.require(actor, "account:own")
    with db.read() as session:
        user = session.get_one(User, actor.user_id)
        stored = user.password_hash
    attempt_id = claim_attempt(user.username, address, signed_in=True)
    if not passwords.verify(stored, old):
        refuse(actor, user)
    with db.write() as session:
        succeed(session, attempt_id)
    passwords.check_new(new, user.username, user.full_name, agency)
    if passwords.verify(stored, new):
        raise Invalid("Mật khẩu mới phải khác mật khẩu đang dùng.", "password")
    hashed = passwords.hash_password(new)
    with db.write() as session:
        current = editing.locked(session, User, user.id)
        if current.password_hash != stored:
            # An administrator gave a one-time password meanwhile: that one counts.
            raise Refused
        current.password_hash, current.must_change_password = hashed, False
        people.end_sessions(session, current.id)
        trail.record(session, actor, "person:password", "person", current.id, people.label(current))
        return open_session(session, current.id, address)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
