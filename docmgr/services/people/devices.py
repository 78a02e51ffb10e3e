"""Remember the browsers from which a person has signed in, so that the wrong attempts of strangers do not slow these
down.

The browser stores a random token, and the database stores its hash for each person who uses the browser. Each sign-in
replaces the token. The id under which attempts from the browser are counted stays the same.
"""

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
    """Return the id of the browser with this token; wrong attempts are counted under this id. None when `token` is
    None or empty. None also when the person `username` has not signed in with this browser lately."""
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
    """Remember the browser for the person, and return the new token that the browser must store. `token` is the token
    that the browser sent, or None if it has none. The browser stays known for other people too. The caller commits
    `session`."""
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
