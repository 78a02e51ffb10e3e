"""How often a password may be tried: the next try waits longer after each wrong one, and nobody is locked out.

Wrong tries count for the name that was typed and for the address they came from; those from a browser that the person
has signed in with before (services.people.devices), and those of a person who is signed in, count for that browser and that
page alone, so that strangers cannot make the person wait. Names that exist and names that do not are counted alike.
A try is counted before the password is looked at, so that many at once cannot pass; the rows are shared by all web
processes, and nothing ever sleeps.
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
# What stands for the browser where somebody who is signed in tries the password, to set a new one.
INSIDE = "inside"
# A try further ahead than clocks of one machine differ was dated by a clock that was wrong: it counts for nothing.
CLOCK_STEP = dt.timedelta(seconds=60)
ADDRESSES_TOLD = 3


@dataclass(frozen=True)
class Limit:
    """After `free` wrong tries within `window` the next waits a second, then two, four … `longest`."""

    window: dt.timedelta
    free: int
    longest: int

    def delay(self, wrong: int) -> int:
        """Seconds from the last of so many wrong tries to the next one."""
        past = wrong - self.free
        if past < 0:
            return 0
        # Compared before the power is taken: there may be thousands of tries.
        return self.longest if past >= self.longest.bit_length() else min(2**past, self.longest)


# Five, eleven with doubling delays (34 minutes), then one in 17 minutes: at most 99 in any 24 hours.
ACCOUNT = Limit(dt.timedelta(days=1), 5, 1024)
# Many people share an address (a proxy, an office), so that it is made to wait for a minute at most.
ADDRESS = Limit(dt.timedelta(minutes=5), 10, 60)


class TooManyAttempts(Exception):
    """The next try is due in so many `seconds`; the password was not looked at."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


@dataclass(frozen=True)
class Missed:
    """Wrong tries for a name since its last good one: how many, when the last was, from where (the latest few)."""

    count: int
    last_at: dt.datetime
    addresses: tuple[str, ...]


def claim(username: str, address: str, device: str | None = None) -> int:
    """Count one try and return its id. `device`: the known browser it comes from, or INSIDE. Raises TooManyAttempts,
    without counting, where it comes too early."""
    address, now = address[:ADDRESS_LENGTH], db.now()
    with db.write() as session:
        if session.get_bind().dialect.name == "postgresql":
            # SQLite's writers wait for each other anyway; here tries at the same time must not count past each other.
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
    """Whole seconds until these tries let another one pass."""
    lately = which & SignInAttempt.succeeded.is_(False) & (SignInAttempt.at > now - limit.window)
    wrong, last = session.execute(select(func.count(), func.max(SignInAttempt.at)).where(lately)).one()
    if not limit.delay(wrong):
        return 0
    left = (last + dt.timedelta(seconds=limit.delay(wrong)) - now).total_seconds()
    return min(max(math.ceil(left), 0), limit.longest)


def succeed(session: Session, attempt_id: int) -> None:
    """The try was a good one; forget tries that count for nothing any more."""
    session.execute(update(SignInAttempt).where(SignInAttempt.id == attempt_id).values(succeeded=True))
    session.execute(delete(SignInAttempt).where(SignInAttempt.at < db.now() - KEEP))


def missed(session: Session, username: str, attempt_id: int) -> Missed | None:
    """The wrong tries before this one since the last good sign-in, told to who signs in now; None where there were
    none. By the order of the rows, which no clock changes."""
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
