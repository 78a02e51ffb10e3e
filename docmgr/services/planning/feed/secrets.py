"""The secret in the address of a private calendar: made, made anew, withdrawn, and the person whose it is. Only its hash is stored."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import secrets

from sqlalchemy import Select, select

from docmgr import db, policy
from docmgr.models import CalendarFeed, User
from docmgr.policy import Actor, Denied
from docmgr.services import forms
from docmgr.services.errors import NotFound
from docmgr.services.people import attempts, people
from docmgr.services.people.attempts import TooManyAttempts
from docmgr.services.trail import log

# 32 bytes are 256 bits, as in the token of a session.
TOKEN_BYTES = 32
# Their URL-safe base64 (RFC 4648, section 5).
SHAPE = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
# Programs ask every few minutes at most.
WINDOW = dt.timedelta(hours=1)
MOST_ASKED = 60


def hash_of(token: str) -> str:
    """The SHA-256 of a secret in hexadecimal, which is all that is stored of it."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def made_at(actor: Actor) -> dt.datetime | None:
    """When the actor's present address was made; None when there is none. Raises Denied when the actor's roles may not read plans."""
    policy.require(actor, "plan:read")
    with db.read() as session:
        row = session.get(CalendarFeed, actor.user_id) if actor.user_id is not None else None
        return row.made_at if row is not None else None


def make(actor: Actor) -> str:
    """Make a new secret, which is returned once; an older one opens nothing any more. Raises Denied when the actor's roles may not read plans."""
    user_id = _person(actor)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with db.write() as session:
        # Two who make one at once get one row: the later secret counts.
        user = forms.locked(session, User, user_id)
        row = session.get(CalendarFeed, user_id)
        if row is None:
            row = CalendarFeed(user_id=user_id, token_hash="")
            session.add(row)
        row.token_hash, row.made_at, row.window_at, row.asked = hash_of(token), db.now(), db.now(), 0
        log.record(session, actor, "feed:make", "person", user_id, user.full_name)
    return token


def withdraw(actor: Actor) -> None:
    """Withdraw the actor's address. Nothing happens when there is none. Raises Denied when the actor's roles may not read plans."""
    user_id = _person(actor)
    with db.write() as session:
        user = forms.locked(session, User, user_id)
        row = session.get(CalendarFeed, user_id)
        if row is not None:
            session.delete(row)
            log.record(session, actor, "feed:withdraw", "person", user_id, user.full_name)


def owner(token: str, network: str = "") -> Actor:
    """Find whose calendar has this secret, as they are now, and count that it was asked for. Unknown secrets are counted for the network from
    which they came, and never slow down a good one nor a sign-in. Raises NotFound when there is none, or the person
    may not sign in or read plans any more, and TooManyAttempts when it was asked for too often."""
    if not SHAPE.fullmatch(token):
        raise NotFound
    with db.read() as session:
        found = session.execute(_whose(token)).first()
    if found is None:
        # No sign-in name has a colon, and the device keeps these apart from the sign-ins of the network.
        attempts.claim(f"feed:{network}", network, device=attempts.FEED)
        raise NotFound
    with db.write() as session:
        row = forms.locked(session, CalendarFeed, found.user_id)
        user = session.get_one(User, row.user_id)
        if row.token_hash != hash_of(token) or user.disabled_at is not None:
            raise NotFound
        actor = people.actor_for(user)
        if not policy.may(actor, "plan:read"):
            raise NotFound
        if (seconds := _wait(row)) > 0:
            raise TooManyAttempts(seconds)
        row.asked += 1
        return actor


def _whose(token: str) -> Select[int]:
    active = select(CalendarFeed.user_id).join(User, User.id == CalendarFeed.user_id).where(User.disabled_at.is_(None))
    return active.where(CalendarFeed.token_hash == hash_of(token))


def _wait(row: CalendarFeed) -> int:
    """In seconds: how long until the calendar may be asked for again, 0 for now."""
    now = db.now()
    if row.window_at > now or now - row.window_at >= WINDOW:
        row.window_at, row.asked = now, 0
    if row.asked < MOST_ASKED:
        return 0
    return max(1, round((row.window_at + WINDOW - now).total_seconds()))


def _person(actor: Actor) -> int:
    policy.require(actor, "plan:read")
    if actor.user_id is None:
        raise Denied("plan:read")
    return actor.user_id
