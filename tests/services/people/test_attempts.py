"""Limits on password attempts: growing delays, wrong clocks, what the attacked person is told."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from docmgr import db
from docmgr.context import Context
from docmgr.models import SignInAttempt, User
from docmgr.policy import COMMAND_LINE
from docmgr.services.people import accounts, attempts, passwords, sessions
from docmgr.services.people import people as people_service
from tests.support.browsers import PASSWORD
from tests.support.guessing import DAY, NEW, VISITOR, Clock, clock, quick, waits, wrong

__all__ = ["clock", "quick"]
People = dict[str, User]


@pytest.mark.parametrize(
    ("number", "seconds"), [(4, 0), (5, 1), (6, 2), (10, 32), (14, 512), (15, 1024), (16, 1024), (5000, 1024)]
)
def test_the_delay_doubles_up_to_some_minutes(site: Context, clock: Clock, number: int, seconds: int) -> None:
    wrong(number)
    assert waits(lambda: attempts.claim("clerk", "10.0.0.99")) == seconds
    if seconds:
        clock.ahead(seconds)
        assert waits(lambda: attempts.claim("clerk", "10.0.0.99")) == 0


def test_a_try_that_comes_too_early_does_not_make_the_next_wait_longer(site: Context, clock: Clock) -> None:
    wrong(8)
    told = []
    for _ in range(8):
        told.append(waits(lambda: attempts.claim("clerk", "10.0.0.99")))
        clock.ahead(1)
    assert told == [8, 7, 6, 5, 4, 3, 2, 1]
    assert waits(lambda: attempts.claim("clerk", "10.0.0.99")) == 0


def test_the_delay_ends_with_the_last_wrong_try_not_the_first(site: Context, clock: Clock) -> None:
    wrong(6)
    clock.ahead(1)
    wrong(1)
    assert waits(lambda: attempts.claim("clerk", "10.0.0.99")) == 4


def test_at_most_a_hundred_guesses_at_an_account_a_day(site: Context, clock: Clock) -> None:
    """Someone tries again in the first allowed second, each time from another address, for three days."""
    let_through: list[float] = []
    while (now := (clock.at - clock.start).total_seconds()) < 3 * DAY and len(let_through) < 1_000:
        seconds = waits(lambda: attempts.claim("clerk", f"10.{len(let_through)}.0.1"))
        if not seconds:
            let_through.append(now)
        clock.ahead(seconds)
    densest = max(sum(1 for one in let_through if start <= one < start + DAY) for start in let_through)
    assert 60 < densest <= 100


def test_an_address_is_slowed_down_for_a_minute_at_most(site: Context, clock: Clock) -> None:
    """Fifty people may share one proxy."""
    for number in range(200):
        wrong(1, f"nobody{number}")
    assert waits(lambda: attempts.claim("clerk", "10.0.0.1")) == 60
    assert waits(lambda: attempts.claim("clerk", "10.0.0.2")) == 0
    clock.ahead(60)
    assert waits(lambda: attempts.claim("clerk", "10.0.0.1")) == 0


def test_an_address_is_free_again_after_five_minutes(site: Context, clock: Clock) -> None:
    for number in range(12):
        wrong(1, f"nobody{number}")
    clock.ahead(301)
    assert [waits(lambda: attempts.claim("clerk", "10.0.0.1")) for _ in range(5)] == [0] * 5


def test_good_tries_do_not_count(site: Context, clock: Clock) -> None:
    for _ in range(30):
        attempt_id = attempts.claim("clerk", "10.0.0.1")
        with db.write() as session:
            attempts.succeed(session, attempt_id)
    wrong(4)
    assert waits(lambda: attempts.claim("clerk", "10.0.0.1")) == 0


def test_yesterday_does_not_count(site: Context, clock: Clock) -> None:
    wrong(80)
    clock.ahead(DAY + 1)
    assert [waits(lambda: attempts.claim("clerk", "10.0.0.1")) for _ in range(6)] == [0] * 5 + [1]


@pytest.mark.parametrize("days", [1, 400])
def test_a_clock_that_was_ahead_makes_nobody_wait(site: Context, clock: Clock, days: int) -> None:
    clock.ahead(days * DAY)
    wrong(50)
    clock.ahead(-days * DAY)
    assert waits(lambda: attempts.claim("clerk", "10.0.0.1")) == 0
    # Nor when the clock reaches that day again.
    clock.ahead(days * DAY + 1)
    assert waits(lambda: attempts.claim("clerk", "10.0.0.1")) == 0


def test_clocks_that_differ_by_seconds_do_not_open_the_door(site: Context, clock: Clock) -> None:
    wrong(50)
    clock.ahead(-30)
    assert waits(lambda: attempts.claim("clerk", "10.0.0.1")) == attempts.ACCOUNT.longest


def test_tries_at_the_same_time_do_not_pass_the_limit(site: Context, clock: Clock, people: People) -> None:
    def attempt(number: int) -> bool:
        with site.bound():
            return not waits(lambda: attempts.claim("clerk", f"10.0.0.{number}"))

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(24))) == attempts.ACCOUNT.free


def test_the_old_password_on_the_page_for_a_new_one_has_a_limit_of_its_own(
    people: People, quick: list[str], clock: Clock
) -> None:
    """A stolen session gets few guesses from any address, and does not prevent anybody from signing in."""
    clerk = people_service.actor_for(people["clerk"])
    told = [waits(lambda n=n: sessions.change_password(clerk, "sai", NEW, f"10.0.0.{n}")) for n in range(7)]
    assert told == [0, 0, 0, 0, 0, 1, 1]
    assert sessions.sign_in(VISITOR, "clerk", PASSWORD, "10.0.0.1")
    assert sessions.sign_in(VISITOR, "staff", PASSWORD, "10.0.0.1")


def test_strangers_do_not_keep_anybody_from_a_new_password(people: People, clock: Clock) -> None:
    wrong(60)
    clerk = people_service.actor_for(people["clerk"])
    assert sessions.change_password(clerk, PASSWORD, NEW, "10.0.0.1")


def test_known_and_unknown_names_wait_alike(people: People, quick: list[str], clock: Clock) -> None:
    told = {
        name: [waits(lambda: sessions.sign_in(VISITOR, name, "sai", address)) for _ in range(7)]
        for name, address in (("clerk", "10.0.0.1"), ("nobody", "10.0.0.2"))
    }
    assert told["clerk"] == told["nobody"] == [0] * 5 + [1, 1]


def test_unknown_names_and_disabled_people_cost_one_hash_like_others(
    people: People, quick: list[str]
) -> None:
    accounts.disable(COMMAND_LINE, people["staff"].id)
    for username, password in (("clerk", "sai"), ("nobody", "sai"), ("staff", "sai"), ("staff", PASSWORD)):
        quick.clear()
        with pytest.raises(sessions.Refused):
            sessions.sign_in(VISITOR, username, password, "10.0.0.1")
        assert len(quick) == 1, username
        assert (quick[0] == passwords.NOBODY) is (username == "nobody")


@pytest.mark.real_hashes
def test_the_dummy_hash_costs_what_others_cost() -> None:
    assert not passwords.is_outdated(passwords.NOBODY) and not passwords.verify(passwords.NOBODY, "")


def test_whoever_signs_in_is_told_of_the_wrong_tries_before(
    people: People, quick: list[str], clock: Clock
) -> None:
    assert sessions.sign_in(VISITOR, "clerk", PASSWORD, "10.0.0.1").missed is None
    wrong(1, address="10.0.0.1")
    clock.ahead(60)
    wrong(2, address="10.0.0.2")
    wrong(1, "staff", address="10.0.0.3")
    wrong(1, address="10.0.0.4", device=attempts.INSIDE)
    missed = sessions.sign_in(VISITOR, "clerk", PASSWORD, "10.0.0.1").missed
    assert missed == attempts.Missed(4, clock.at, ("10.0.0.4", "10.0.0.2", "10.0.0.1"))
    assert sessions.sign_in(VISITOR, "clerk", PASSWORD, "10.0.0.1").missed is None


def test_a_good_try_on_the_page_for_a_new_password_hides_nothing(people: People, clock: Clock) -> None:
    """Someone with a stolen session cannot remove what the owner will be told."""
    clerk = people_service.actor_for(people["clerk"])
    wrong(2)
    sessions.change_password(clerk, PASSWORD, NEW, "10.0.0.1")
    missed = sessions.sign_in(VISITOR, "clerk", NEW, "10.0.0.1").missed
    assert missed is not None and missed.count == 2


def test_tries_are_kept_for_ninety_days(people: People, quick: list[str], clock: Clock) -> None:
    wrong(3)
    for days in (89, 2):
        clock.ahead(days * DAY)
        sessions.sign_in(VISITOR, "staff", PASSWORD, "10.0.0.1")
        with db.read() as session:
            left = session.scalar(select(func.count()).where(SignInAttempt.username == "clerk"))
        assert left == (3 if days == 89 else 0)


def test_addresses_and_names_of_any_length_fit_their_columns(people: People, quick: list[str]) -> None:
    long = "fe80::" + "1" * 300
    assert waits(lambda: sessions.sign_in(VISITOR, "ß" * 99 + "\0" * 200, "sai", long)) == 0
    assert waits(lambda: sessions.sign_in(VISITOR, "\0", "sai\0", long)) == 0
    with db.read() as session:
        rows = session.execute(
            select(SignInAttempt.username, SignInAttempt.address).order_by(SignInAttempt.id)
        ).all()
    assert [(len(name), len(address)) for name, address in rows] == [(100, 60), (0, 60)]
