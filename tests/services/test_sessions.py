"""Sessions and tries where several processes meet."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from docmgr import db
from docmgr.context import Context
from docmgr.models import SignInAttempt, SignInSession, User
from docmgr.policy import COMMAND_LINE, Actor
from docmgr.services import people as service
from docmgr.services import sessions
from docmgr.services.errors import Invalid
from tests.browsers import PASSWORD

VISITOR = Actor(None, "Khách")
People = dict[str, User]


def test_tries_at_the_same_time_do_not_pass_the_limit(site: Context, people: People) -> None:
    def attempt(number: int) -> bool:
        with site.bound():
            try:
                sessions.claim_attempt(f"nobody{number}", "10.0.0.1")
            except sessions.TooManyAttempts:
                return False
            return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(24))) == sessions.TRIES


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
                service.disable(COMMAND_LINE, user_id)
            except Invalid:
                return False
            return True

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(shut_out, [people["administrator"].id, second.id]))
    assert sorted(done) == [False, True]


def test_a_password_changed_while_signing_in_is_not_accepted(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look at the hash and the new session an administrator gives a one-time password."""
    verify = sessions.passwords.verify

    def slow(stored: str, password: str) -> bool:
        fits = verify(stored, password)
        service.reset_password(COMMAND_LINE, people["clerk"].id)
        return fits

    monkeypatch.setattr(sessions.passwords, "verify", slow)
    with pytest.raises(sessions.Refused):
        sessions.sign_in(VISITOR, "clerk", PASSWORD, "10.0.0.1")


def test_only_the_owner_ends_a_session(people: People) -> None:
    token = sessions.sign_in(VISITOR, "clerk", PASSWORD, "10.0.0.1")
    sessions.end(service.actor_for(people["staff"]), token)
    assert sessions.find(token, 3600, 3600) is not None
    sessions.end(service.actor_for(people["clerk"]), token)
    assert sessions.find(token, 3600, 3600) is None


def test_tokens_are_long_random_and_stored_as_hashes(people: People) -> None:
    tokens = {sessions.sign_in(VISITOR, "clerk", PASSWORD, "10.0.0.1") for _ in range(3)}
    with db.read() as session:
        stored = set(session.scalars(select(SignInSession.token_hash)))
    assert len(tokens) == len(stored) == 3
    assert not tokens & stored
    assert all(sessions.find(digest, 3600, 3600) is None for digest in stored)


def test_an_unknown_token_finds_nobody(people: People) -> None:
    for token in ("", "x", "x" * 10_000, "\x00", "đ"):
        assert sessions.find(token, 3600, 3600) is None


def guess(username: str, address: str, number: int = sessions.TRIES) -> list[type[Exception]]:
    """What wrong passwords are answered with."""
    answers: list[type[Exception]] = []
    for _ in range(number):
        with pytest.raises((sessions.Refused, sessions.TooManyAttempts)) as caught:
            sessions.sign_in(VISITOR, username, "sai", address)
        answers.append(caught.type)
    return answers


def guess_inside(actor: Actor, address: str, number: int = sessions.TRIES) -> list[type[Exception]]:
    """What wrong old passwords are answered with on the page for a new one."""
    answers: list[type[Exception]] = []
    for _ in range(number):
        with pytest.raises((sessions.Refused, sessions.TooManyAttempts)) as caught:
            sessions.change_password(actor, "sai", "Cầu treo qua suối vắng 8", address)
        answers.append(caught.type)
    return answers


def test_wrong_passwords_at_an_address_lock_out_only_who_is_not_known_there(people: People) -> None:
    sessions.sign_in(VISITOR, "clerk", PASSWORD, "10.0.0.1")
    assert guess("nobody", "10.0.0.1") == [sessions.Refused] * sessions.TRIES
    assert sessions.sign_in(VISITOR, "clerk", PASSWORD, "10.0.0.1")
    with pytest.raises(sessions.TooManyAttempts):
        sessions.sign_in(VISITOR, "staff", PASSWORD, "10.0.0.1")


def test_guessing_at_an_account_is_limited_where_it_is_known_too(people: People) -> None:
    sessions.sign_in(VISITOR, "clerk", PASSWORD, "10.0.0.1")
    # Tries from elsewhere leave the number of those from the known address as it is.
    assert guess("clerk", "10.0.0.2", 11) == [sessions.Refused] * 10 + [sessions.TooManyAttempts]
    assert guess("clerk", "10.0.0.1", 11) == [sessions.Refused] * 10 + [sessions.TooManyAttempts]
    with pytest.raises(sessions.TooManyAttempts):
        sessions.sign_in(VISITOR, "clerk", PASSWORD, "10.0.0.1")


def test_wrong_old_passwords_do_not_lock_the_address(people: People) -> None:
    """Also where the person came from another address and is not known at this one."""
    assert guess_inside(service.actor_for(people["clerk"]), "10.0.0.1") == [sessions.Refused] * sessions.TRIES
    assert sessions.sign_in(VISITOR, "staff", PASSWORD, "10.0.0.1")


@pytest.mark.parametrize("known", [True, False])
def test_wrong_old_passwords_count_for_the_account(people: People, known: bool) -> None:
    if known:
        sessions.sign_in(VISITOR, "clerk", PASSWORD, "10.0.0.1")
    clerk = service.actor_for(people["clerk"])
    assert guess_inside(clerk, "10.0.0.1", 11) == [sessions.Refused] * 10 + [sessions.TooManyAttempts]
    for address in ("10.0.0.1", "10.0.0.2"):
        with pytest.raises(sessions.TooManyAttempts):
            sessions.sign_in(VISITOR, "clerk", PASSWORD, address)
    # Nor does a stolen session get ten more from every other address.
    assert guess_inside(clerk, "10.0.0.2", 1) == [sessions.TooManyAttempts]


def test_a_locked_address_does_not_keep_anybody_from_a_new_password(people: People) -> None:
    guess("nobody", "10.0.0.1")
    clerk = service.actor_for(people["clerk"])
    assert sessions.change_password(clerk, PASSWORD, "Cầu treo qua suối vắng 8", "10.0.0.1")


def test_addresses_of_any_length_fit_their_column(people: People) -> None:
    clerk, long = service.actor_for(people["clerk"]), "fe80::" + "1" * 300
    assert guess_inside(clerk, long, 1) == guess("clerk", long, 1) == [sessions.Refused]
    with db.read() as session:
        addresses = list(session.scalars(select(SignInAttempt.address).order_by(SignInAttempt.id)))
    assert [len(address) for address in addresses] == [60, 60] and len(set(addresses)) == 2
