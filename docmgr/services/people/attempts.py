"""Limit password attempts: after wrong attempts the next one must wait longer, but nobody is locked out for good.

Wrong attempts are counted for the typed sign-in name, whether it exists or not, and for the network address. Attempts
from a known browser (services.people.devices) are counted apart. So are attempts of a person who is signed in and
sets a new password. Therefore strangers cannot make the person wait. All web processes share the counts in the
database.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, func, or_, select, text, update
from sqlalchemy.orm import Session

from docmgr import db
from docmgr.models import SignInAttempt

KEEP = dt.timedelta(days=90)
ADDRESS_LENGTH = 60
# The value of `device` when a person who is signed in types the password to set a new one.
INSIDE = "inside"
# The value for requests with an unknown secret in the address of a private calendar; they are no sign-ins.
FEED = "feed"
# Clocks of one machine differ by less. An attempt with a later time was written by a wrong clock and is ignored.
CLOCK_STEP = dt.timedelta(seconds=60)
ADDRESSES_TOLD = 3


@dataclass(frozen=True)
class Limit:
    """A rule for how long the next attempt must wait after wrong attempts. Only wrong attempts in the last period
    `window` count. The first `free` attempts need no wait. After `free` wrong attempts the wait is 1 second, after
    one more 2 seconds, then 4 and so on. The wait is never longer than `longest` seconds."""

    window: dt.timedelta
    free: int
    longest: int

    def delay(self, wrong: int) -> int:
        """Compute how many seconds must pass after the last of `wrong` wrong attempts before the next one is allowed;
        0 when there is no wait."""
        past = wrong - self.free
        if past < 0:
            return 0
        # Compared before the power is computed, because there may be thousands of attempts.
        return self.longest if past >= self.longest.bit_length() else min(2**past, self.longest)


# 5 free attempts, 11 with doubling delays (34 minutes), then one in 17 minutes: at most 99 in any 24 hours.
ACCOUNT = Limit(dt.timedelta(days=1), 5, 1024)
# Many people share an address (a proxy, an office), so the longest wait for it is a minute.
ADDRESS = Limit(dt.timedelta(minutes=5), 10, 60)


class TooManyAttempts(Exception):
    """Raised when an attempt comes too early. The next attempt is allowed in `seconds` seconds. The password was not
    checked."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


@dataclass(frozen=True)
class Missed:
    """The wrong attempts for a sign-in name since the last good one: how many, the time of the last one, and the
    latest few network addresses."""

    count: int
    last_at: dt.datetime
    addresses: tuple[str, ...]


def claim(username: str, address: str, device: str | None = None) -> int:
    """Count one attempt for the sign-in name `username` from a network address, and return the id of the attempt.
    `device` is the id of the known browser (devices.known); None means an unknown browser. For a person who is signed
    in and sets a new password, `device` is INSIDE. Raises TooManyAttempts when the attempt comes too early; it is
    then not counted."""
    address, now = address[:ADDRESS_LENGTH], db.now()
    with db.write() as session:
        if session.get_bind().dialect.name == "postgresql":
            # SQLite's writers are serial anyway; on PostgreSQL simultaneous attempts must not miss each other in the
            # count.
            session.execute(text("LOCK TABLE sign_in_attempt IN SHARE ROW EXCLUSIVE MODE"))
        session.execute(delete(SignInAttempt).where(_theirs(username, address), SignInAttempt.at > now + CLOCK_STEP))
        wait = max(_wait(session, which, limit, now) for which, limit in _limits(username, address, device))
        if wait > 0:
            raise TooManyAttempts(wait)
        attempt = SignInAttempt(username=username, address=address, at=now, device=device)
        session.add(attempt)
        session.flush()
        return attempt.id


def _theirs(username: str, address: str) -> ColumnElement[bool]:
    return or_(SignInAttempt.username == username, SignInAttempt.address == address)


def _limits(username: str, address: str, device: str | None) -> Iterator[tuple[ColumnElement[bool], Limit]]:
    mine = SignInAttempt.username == username
    if device is not None:
        yield mine & (SignInAttempt.device == device), ACCOUNT
        return
    strange = SignInAttempt.device.is_(None)
    yield mine & strange, ACCOUNT
    yield (SignInAttempt.address == address) & strange, ADDRESS


def _wait(session: Session, which: ColumnElement[bool], limit: Limit, now: dt.datetime) -> int:
    """Compute how many whole seconds the next attempt must wait under `limit`. `which` is an SQL condition for the
    attempts that count, and `now` the present time. 0 when the next attempt may be made now."""
    lately = which & SignInAttempt.succeeded.is_(False) & (SignInAttempt.at > now - limit.window)
    wrong, last = session.execute(select(func.count(), func.max(SignInAttempt.at)).where(lately)).one()
    if not limit.delay(wrong):
        return 0
    left = (last + dt.timedelta(seconds=limit.delay(wrong)) - now).total_seconds()
    return min(max(math.ceil(left), 0), limit.longest)


def succeed(session: Session, attempt_id: int) -> None:
    """Record in the open unit of work that the attempt was good, and delete the rows of attempts older than KEEP."""
    session.execute(update(SignInAttempt).where(SignInAttempt.id == attempt_id).values(succeeded=True))
    session.execute(delete(SignInAttempt).where(SignInAttempt.at < db.now() - KEEP))


def missed(session: Session, username: str, attempt_id: int) -> Missed | None:
    """Load the wrong attempts for a sign-in name since its last good sign-in, to show them to the person.
    `attempt_id` is the attempt with which the person signs in now; only attempts before it count. None when there
    were none."""
    signing_in = (SignInAttempt.username == username) & (SignInAttempt.id < attempt_id)
    outside = or_(SignInAttempt.device.is_(None), SignInAttempt.device != INSIDE)
    last_good = session.scalar(
        select(func.max(SignInAttempt.id)).where(signing_in, outside, SignInAttempt.succeeded)
    )
    wrong = signing_in & SignInAttempt.succeeded.is_(False) & (SignInAttempt.id > (last_good or 0))
    count, last_at = session.execute(select(func.count(), func.max(SignInAttempt.at)).where(wrong)).one()
    if not count:
        return None
    latest = func.max(SignInAttempt.id)
    places = (
        select(SignInAttempt.address).where(wrong).group_by(SignInAttempt.address).order_by(latest.desc())
    )
    return Missed(count, last_at, tuple(session.scalars(places.limit(ADDRESSES_TOLD))))
