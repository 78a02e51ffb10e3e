"""Browsers known for a person: whoever signed in with one before is let through what strangers' tries make others wait.

The browser holds a random token of 256 bits, a row only its SHA-256 with the person. A browser that several people use
has a row for each. The token is changed at each sign-in, so that one that somebody planted in a browser beforehand is
worth nothing. What wrong tries are counted for stays the same then: otherwise whoever shares a browser would begin anew
with each sign-in of their own. A new password, given or chosen, forgets all browsers of its person (people.end_sessions).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from docmgr import db
from docmgr.models import KnownDevice, User

# Since the last sign-in with it. A row dated so far ahead was written by a clock that was wrong.
KNOWN = dt.timedelta(days=30)


def known(token: str | None, username: str) -> str | None:
    """What tries from this browser are counted for where it is known for the person of this name, else None."""
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
    """The browser with this token (None: a new one) is known for the person from now on; its new token, which is kept
    nowhere. What it is known for otherwise goes along."""
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
