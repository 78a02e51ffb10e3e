"""Known browsers: attempts succeed while strangers must wait, each has a limit of its own, a new password forgets
them."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from docmgr import db
from docmgr.models import KnownDevice, User
from docmgr.policy import COMMAND_LINE
from docmgr.services.people import accounts, devices, sessions
from docmgr.services.people import people as people_service
from tests.support.browsers import PASSWORD
from tests.support.guessing import DAY, NEW, VISITOR, Clock, clock, quick, waits, wrong

__all__ = ["clock", "quick"]
People = dict[str, User]


def known_device(people: People, role: str = "clerk") -> str:
    """A browser in which this person signed in."""
    return sessions.sign_in(VISITOR, role, PASSWORD, "10.9.9.9").device


def test_a_known_browser_is_let_through_where_strangers_wait(
    people: People, quick: list[str], clock: Clock
) -> None:
    device = known_device(people)
    wrong(60)  # Even from the victim's own address.
    assert waits(lambda: sessions.sign_in(VISITOR, "clerk", PASSWORD, "10.0.0.1")) == 1024
    assert sessions.sign_in(VISITOR, "clerk", PASSWORD, "10.0.0.1", device).token


def test_a_known_browser_has_a_limit_of_its_own(people: People, quick: list[str], clock: Clock) -> None:
    device = known_device(people)
    told = [waits(lambda: sessions.sign_in(VISITOR, "clerk", "sai", "10.0.0.1", device)) for _ in range(6)]
    assert told == [0, 0, 0, 0, 0, 1]
    # Others do not have to wait because of it, neither the person elsewhere nor others at the address.
    assert sessions.sign_in(VISITOR, "clerk", PASSWORD, "10.0.0.1")
    assert sessions.sign_in(VISITOR, "staff", PASSWORD, "10.0.0.1")


def test_whoever_shares_a_browser_does_not_begin_anew_with_each_sign_in(
    people: People, quick: list[str], clock: Clock
) -> None:
    """The browser is known for the victim; the attacker signs in there between guesses."""
    device = known_device(people)
    for _ in range(5):
        device = sessions.sign_in(VISITOR, "staff", PASSWORD, "10.0.0.1", device).device
        assert waits(lambda: sessions.sign_in(VISITOR, "clerk", "sai", "10.0.0.1", device)) == 0
    device = sessions.sign_in(VISITOR, "staff", PASSWORD, "10.0.0.1", device).device
    assert waits(lambda: sessions.sign_in(VISITOR, "clerk", "sai", "10.0.0.1", device)) == 1


def test_a_browser_is_known_for_its_own_person_only(people: People, quick: list[str], clock: Clock) -> None:
    device = known_device(people, "staff")
    wrong(60)
    assert waits(lambda: sessions.sign_in(VISITOR, "clerk", PASSWORD, "10.0.0.1", device)) == 1024


def test_a_browser_that_two_people_use_is_known_for_both(
    people: People, quick: list[str], clock: Clock
) -> None:
    first = known_device(people)
    second = sessions.sign_in(VISITOR, "staff", PASSWORD, "10.0.0.1", first).device
    assert devices.known(second, "clerk") and devices.known(second, "staff")
    assert devices.known(first, "clerk") is None and devices.known(first, "staff") is None


def test_a_planted_browser_token_is_worth_nothing_after_the_sign_in(people: People, quick: list[str]) -> None:
    planted = known_device(people, "staff")
    sessions.sign_in(VISITOR, "clerk", PASSWORD, "10.0.0.1", planted)
    assert devices.known(planted, "clerk") is None and devices.known("made up", "clerk") is None


def test_only_the_hash_of_the_browsers_token_is_kept(people: People, quick: list[str]) -> None:
    device = known_device(people)
    with db.read() as session:
        stored = session.scalars(select(KnownDevice.token_hash)).all()
    assert (
        len(device) >= 43
        and len(stored) == 1
        and device not in stored[0]
        and devices.known(stored[0], "clerk") is None
    )


@pytest.mark.parametrize("act", ["change", "reset", "disable"])
def test_a_new_password_forgets_browsers(people: People, clock: Clock, act: str) -> None:
    device = known_device(people)
    clerk = people_service.actor_for(people["clerk"])
    if act == "change":
        kept = sessions.change_password(clerk, PASSWORD, NEW, "10.0.0.1", device=device).device
        # The browser in which the password was changed is known again.
        assert devices.known(kept, "clerk")
    elif act == "reset":
        accounts.reset_password(COMMAND_LINE, people["clerk"].id)
    else:
        accounts.disable(COMMAND_LINE, people["clerk"].id)
    assert devices.known(device, "clerk") is None


@pytest.mark.parametrize(("days", "known"), [(29, True), (31, False), (-29, True), (-31, False)])
def test_a_browser_is_known_for_thirty_days(
    people: People, quick: list[str], clock: Clock, days: int, known: bool
) -> None:
    device = known_device(people)
    clock.ahead(days * DAY)
    assert (devices.known(device, "clerk") is not None) is known


def test_browsers_not_seen_for_thirty_days_are_removed(
    people: People, quick: list[str], clock: Clock
) -> None:
    known_device(people)
    clock.ahead(31 * DAY)
    known_device(people, "staff")
    with db.read() as session:
        assert list(session.scalars(select(KnownDevice.user_id))) == [people["staff"].id]
