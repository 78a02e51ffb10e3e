"""How long records of a sign-in count: thirty days, and not one day more."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from docmgr import db
from docmgr.context import Context
from docmgr.models import SignInSession, User
from docmgr.services.people import sessions

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
