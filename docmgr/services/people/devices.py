"""Remember browsers from which a person has signed in: the wrong attempts of strangers do not slow down attempts from
them. The browser stores a random token of 256 bits; the database stores the SHA-256 hash of the token and the person.
A browser that several people use has a row for each of them. The token is replaced at each sign-in, so that a token
that somebody put into a browser beforehand is worthless afterwards. The identity by which wrong attempts are counted
(`browser`) stays the same; otherwise someone who shares a browser could reset the count by signing in. When a person
gets a new password, all browsers of the person are forgotten (accounts.end_sessions)."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from docmgr import db
from docmgr.models import KnownDevice, User

# The time since the last sign-in with the browser. A row from the far future was written by a wrong clock.
KNOWN = dt.timedelta(days=30)


def known(token: str | None, username: str) -> str | None:
    """Find the identity by which attempts from the browser with this token are counted. None when `token` is None or
    empty, or when the browser is not known for the person with the sign-in name `username`."""
    if not token:
        return None
    digest, now = _hash(token), db.now()
    query = (
        select(KnownDevice.browser)
        .join(User, User.id == KnownDevice.user_id)
        .where(KnownDevice.token_hash == digest, User.username == username)
        .where(KnownDevice.seen_at > now - KNOWN, KnownDevice.seen_at < now + KNOWN)
    )
    with db.read() as session:
        return session.scalar(query)


def remember(session: Session, user_id: int, token: str | None) -> str:
    """Remember the browser with this token for the person from now on, and return the new token that the browser must
    store. When `token` is None, the browser has none yet. The database stores only a hash of the token. The browser
    stays known for other people too."""
    fresh, now = secrets.token_urlsafe(32), db.now()
    session.execute(delete(KnownDevice).where(KnownDevice.seen_at < now - KNOWN))
    browser = None
    if token:
        before = KnownDevice.token_hash == _hash(token)
        browser = session.scalar(select(KnownDevice.browser).where(before).limit(1))
        session.execute(delete(KnownDevice).where(before, KnownDevice.user_id == user_id))
        session.execute(update(KnownDevice).where(before).values(token_hash=_hash(fresh)))
    browser = browser or secrets.token_hex(16)
    session.add(KnownDevice(token_hash=_hash(fresh), user_id=user_id, browser=browser, seen_at=now))
    return fresh


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
