"""Password attempts for tests: a clock set by hand, passwords compared as plain text, and wrong attempts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from docmgr import db
from docmgr.models import SignInAttempt
from docmgr.policy import Actor
from docmgr.services.people import passwords, sessions
from docmgr.services.people.attempts import TooManyAttempts
from tests.support.browsers import PASSWORD

VISITOR = Actor(None, "Khách")
NEW = "Cầu treo qua suối vắng 8"
DAY = 24 * 3600


class Clock:
    """The site's clock, set by hand."""

    def __init__(self) -> None:
        self.start = self.at = db.now()

    def ahead(self, seconds: float) -> None:
        """Move the clock, also backwards."""
        self.at += dt.timedelta(seconds=seconds)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(db, "now", lambda: clock.at)
    return clock


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Compare passwords as plain text; returns the hashes that were checked."""
    asked: list[str] = []

    def verify(stored: str, password: str) -> bool:
        asked.append(stored)
        return stored != passwords.NOBODY and password == PASSWORD

    monkeypatch.setattr(passwords, "verify", verify)
    return asked


def waits(act: Callable[[], object]) -> int:
    """The seconds that an attempt must wait, 0 when it is allowed."""
    try:
        act()
    except TooManyAttempts as error:
        return error.seconds
    except sessions.Refused:
        return 0
    return 0


def wrong(number: int, username: str = "clerk", address: str = "10.0.0.1", device: str | None = None) -> None:
    """Create so many wrong attempts that already count."""
    with db.write() as session:
        for _ in range(number):
            session.add(SignInAttempt(username=username, address=address, at=db.now(), device=device))
