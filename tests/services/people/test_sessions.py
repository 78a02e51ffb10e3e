"""Sessions and password attempts when several processes act at once."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from docmgr import db
from docmgr.context import Context
from docmgr.models import SignInAttempt, SignInSession, TrailEvent, User
from docmgr.policy import COMMAND_LINE, Actor
from docmgr.services.errors import Invalid
from docmgr.services.people import accounts, sessions
from docmgr.services.people import people as service
from legaltext import dates
from tests.support.browsers import PASSWORD

VISITOR = Actor(None, "Khách")
People = dict[str, User]


def test_two_administrators_cannot_shut_each_other_out(site: Context, people: People) -> None:
    second = service.create(
        COMMAND_LINE,
        username="hai",
        full_name="Quản trị hai",
        roles=["administrator"],
        unit_id=None,
        password=PASSWORD,
        must_change=False,
    )

    def shut_out(user_id: int) -> bool:
        with site.bound():
            try:
                accounts.disable(COMMAND_LINE, user_id)
            except Invalid:
                return False
            return True

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(shut_out, [people["administrator"].id, second.id]))
    assert sorted(done) == [False, True]


def test_a_password_changed_while_signing_in_is_not_accepted(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the hash was loaded and before the session is opened, an administrator sets a one-time password."""
    verify = sessions.passwords.verify

    def slow(stored: str, password: str) -> bool:
        fits = verify(stored, password)
        accounts.reset_password(COMMAND_LINE, people["clerk"].id)
        return fits

    monkeypatch.setattr(sessions.passwords, "verify", slow)
    with pytest.raises(sessions.Refused):
        sessions.sign_in(VISITOR, "clerk", PASSWORD, "10.0.0.1")


def test_only_the_owner_ends_a_session(people: People) -> None:
    token = sessions.sign_in(VISITOR, "clerk", PASSWORD, "10.0.0.1").token
    sessions.end(service.actor_for(people["staff"]), token)
    assert sessions.find(token, 3600, 3600) is not None
    sessions.end(service.actor_for(people["clerk"]), token)
    assert sessions.find(token, 3600, 3600) is None


def test_tokens_are_long_random_and_stored_as_hashes(people: People) -> None:
    tokens = {sessions.sign_in(VISITOR, "clerk", PASSWORD, "10.0.0.1").token for _ in range(3)}
    with db.read() as session:
        stored = set(session.scalars(select(SignInSession.token_hash)))
    assert len(tokens) == len(stored) == 3
    assert not tokens & stored
    assert all(sessions.find(digest, 3600, 3600) is None for digest in stored)


def test_an_unknown_token_finds_nobody(people: People) -> None:
    for token in ("", "x", "x" * 10_000, "\x00", "đ"):
        assert sessions.find(token, 3600, 3600) is None


def test_a_session_that_is_still_open_is_of_no_use_to_a_person_who_was_disabled(people: People) -> None:
    """Disabling ends the sessions; one that a sign-in opened at the same moment must not count either."""
    token = sessions.sign_in(VISITOR, "clerk", PASSWORD, "10.0.0.1").token
    with db.write() as session:
        session.get_one(User, people["clerk"].id).disabled_at = db.now()
    assert sessions.find(token, 3600, 3600) is None


def test_rows_of_sessions_that_nobody_uses_are_kept_for_thirty_days(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = db.now()
    for days, left in ((0, 1), (29, 2), (31, 2)):
        monkeypatch.setattr(db, "now", lambda at=start + dt.timedelta(days=days): at)
        with db.write() as session:
            sessions.open_session(session, people["clerk"].id, "10.0.0.1")
        with db.read() as session:
            assert len(session.scalars(select(SignInSession)).all()) == left, days


def test_the_trail_tells_of_the_wrong_tries_before_a_sign_in(people: People) -> None:
    for address in ("10.0.0.7", "10.0.0.8"):
        with pytest.raises(sessions.Refused):
            sessions.sign_in(VISITOR, "clerk", "sai", address)
    sessions.sign_in(VISITOR, "clerk", PASSWORD, "10.0.0.1")
    with db.read() as session:
        event = session.scalars(select(TrailEvent).where(TrailEvent.action == "session:start")).one()
        last = session.scalars(select(SignInAttempt.at).order_by(SignInAttempt.id)).all()[1]
    assert event.details == {
        "missed": 2,
        "missed_last": last.astimezone(dates.VIETNAM).strftime("%d/%m/%Y %H:%M"),
        "missed_from": ["10.0.0.8", "10.0.0.7"],
    }
