"""How long the traces of a sign-in count: thirty days, and not one more."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from docmgr import db
from docmgr.context import Context
from docmgr.models import SignInAttempt, SignInSession, User
from docmgr.services import sessions

ADDRESS = "10.0.0.9"


def test_a_session_not_used_for_thirty_days_is_forgotten(site: Context, people: dict[str, User]) -> None:
    person = people["clerk"].id
    with db.write() as session:
        for days in (29, 31):
            moment = db.now() - dt.timedelta(days=days)
            session.add(
                SignInSession(
                    token_hash=f"{days:064}", user_id=person, created_at=moment, last_seen_at=moment
                )
            )
    with db.write() as session:
        sessions.open_session(session, person, ADDRESS)
    with db.read() as session:
        kept = {
            token[-2:]
            for token in session.scalars(select(SignInSession.token_hash))
            if token.startswith("0" * 60)
        }
    assert kept == {"29"}


@pytest.mark.parametrize(("days", "known"), [(29, True), (31, False)])
def test_a_person_is_known_at_an_address_for_thirty_days(
    site: Context, people: dict[str, User], days: int, known: bool
) -> None:
    """Others' wrong tries from a shared address shut out whoever is not known there."""
    with db.write() as session:
        at = db.now() - dt.timedelta(days=days)
        session.add(SignInAttempt(username="clerk", address=ADDRESS, at=at, succeeded=True))
        session.add_all(
            SignInAttempt(username=f"khac-{number}", address=ADDRESS, at=db.now())
            for number in range(sessions.TRIES)
        )
    if known:
        sessions.claim_attempt("clerk", ADDRESS)
    else:
        with pytest.raises(sessions.TooManyAttempts):
            sessions.claim_attempt("clerk", ADDRESS)
