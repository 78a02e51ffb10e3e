"""What is counted of an opened result: one person once, only by a link that the search made, and for one month."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select, text

from docmgr import db
from docmgr.context import Context
from docmgr.models import Click, ClickKey, TrailEvent, User
from docmgr.policy import Actor
from docmgr.services.clicks import month_keys, opened
from docmgr.services.documents import lifecycle
from docmgr.services.trail import readings
from legaltext import dates
from tests.filling.papers import decision
from tests.support.acting import actor_of, upload
from tests.support.racing import at_once, count

QUESTION, PLACE = "tuyển sinh lớp mười", "dieu-1"


@pytest.fixture
def counting(site: Context) -> Iterator[Context]:
    """The site with the switch on."""
    on = dataclasses.replace(site, settings=dataclasses.replace(site.settings, keep_clicks=True))
    with on.bound():
        yield on


@pytest.fixture
def paper(counting: Context, people: dict[str, User]) -> int:
    """A published decision that was not read yet: what is counted does not depend on its text."""
    number = upload(actor_of(people["clerk"]), decision(subject="Về việc tuyển sinh lớp mười"))
    lifecycle.set_workflow(actor_of(people["clerk"]), number, "published")
    return number


def clicked(actor: Actor, paper: int, question: str = QUESTION, anchor: str = PLACE) -> bool:
    """Follow the link of the results."""
    return opened.record(actor, paper, question, opened.signer(actor, question)(paper, anchor))


def rows() -> list[Click]:
    db.release()
    with db.read() as session:
        return list(session.scalars(select(Click)))


def at(month: int, day: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dates, "today", lambda: dt.date(2026, month, day))


def test_a_person_counts_once_for_a_question_and_a_provision(paper: int, staff: Actor, clerk: Actor) -> None:
    assert all(clicked(staff, paper, question) for question in (QUESTION, f"  {QUESTION.upper()} ", QUESTION))
    (row,) = rows()
    assert (row.question, row.document_id, row.anchor) == (QUESTION, paper, PLACE)
    clicked(clerk, paper)
    clicked(staff, paper, anchor="")
    clicked(staff, paper, "tuyển sinh")
    assert len(rows()) == len({row.mark for row in rows()}) == 4


def test_without_the_switch_nothing_is_kept(site: Context, paper: int, staff: Actor) -> None:
    hit = opened.signer(staff, QUESTION)(paper, PLACE)
    assert hit
    with site.bound():
        assert opened.signer(staff, QUESTION)(paper, PLACE) == ""
        assert not opened.record(staff, paper, QUESTION, hit)
    assert rows() == []


def test_only_a_link_that_the_search_made_for_this_person_counts(paper: int, staff: Actor, clerk: Actor) -> None:
    hit = opened.signer(staff, QUESTION)(paper, PLACE)
    signature = hit.partition(".")[0]
    tries: list[tuple[Any, ...]] = [
        (clerk, paper, QUESTION, hit), (staff, paper + 1, QUESTION, hit), (staff, paper, "nghỉ hưu", hit),
        (staff, paper, QUESTION, f"{signature}.dieu-2"), (staff, paper, QUESTION, f"{'0' * 20}.{PLACE}"),
        (staff, paper, QUESTION, f".{PLACE}"), (staff, paper, QUESTION, "ữ\n.."), (staff, paper, QUESTION, ""),
        (dataclasses.replace(staff, user_id=None), paper, QUESTION, hit),
    ]  # fmt: skip
    assert [opened.record(*one) for one in tries] == [False] * len(tries) and rows() == []
    assert opened.record(staff, paper, QUESTION, hit)


def test_an_old_link_is_a_bookmark(paper: int, staff: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    at(11, 29, monkeypatch)
    hit = opened.signer(staff, QUESTION)(paper, PLACE)
    at(12, 1, monkeypatch)
    assert not opened.record(staff, paper, QUESTION, hit)
    at(11, 30, monkeypatch)
    assert opened.record(staff, paper, QUESTION, hit)


@pytest.mark.parametrize("question", ["", " ", "x", "từ " * 40])
def test_what_is_no_short_question_is_not_kept(paper: int, staff: Actor, question: str) -> None:
    assert opened.signer(staff, question)(paper, PLACE) == ""
    assert not opened.record(staff, paper, question, f"{'0' * 20}.{PLACE}")


def test_a_program_counts_no_more_than_a_person(paper: int, staff: Actor, clerk: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opened, "LIMITS", ((dt.timedelta(minutes=1), 3), (dt.timedelta(days=1), 5)))
    counted = []
    for number in range(5):
        readings.opened(staff, paper, apart=True)
        counted.append(clicked(staff, paper, f"câu hỏi số {number}"))
    assert counted == [True, True, True, False, False] and len(rows()) == 3
    assert clicked(clerk, paper)
    # The minute passes, the day does not.
    later = db.now() + dt.timedelta(minutes=2)
    monkeypatch.setattr(db, "now", lambda: later)
    assert clicked(staff, paper, "câu hỏi khác")
    readings.opened(staff, paper, apart=True)
    assert not clicked(staff, paper, "câu hỏi nữa")


def test_the_trail_keeps_the_times_that_the_limits_need(paper: int, staff: Actor) -> None:
    readings.opened(staff, paper)
    with db.read() as session:
        event = session.scalars(select(TrailEvent).where(TrailEvent.actor_id == staff.user_id)).one()
    assert event.action == readings.VIEW and db.now() - event.at < dt.timedelta(minutes=1)


def test_when_the_month_is_over_nobody_can_tell_whose_rows_they_are(
    counting: Context, paper: int, people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    at(11, 30, monkeypatch)
    actors = [actor_of(people[name]) for name in ("clerk", "staff", "auditor")]
    for actor in actors:
        clicked(actor, paper)
    clicked(actors[0], paper, "câu hỏi của một người")
    before = {row.mark for row in rows()}

    def known() -> set[str]:
        """The marks that can be computed for these persons with all that the site has."""
        with db.read() as session:
            keys = list(session.scalars(select(ClickKey)))
        said = [(one.question, str(one.document_id), one.anchor) for one in rows()]
        return {month_keys.mark(key, str(user.id), *place) for key in keys for user in people.values() for place in said}

    assert before <= known()
    month_keys.throw_away()
    assert len(rows()) == 4 and before <= known()
    at(12, 1, monkeypatch)
    month_keys.throw_away()
    assert count(ClickKey) == 0 and not before & known()
    # What fewer than three share can never count, and goes with the key.
    assert [row.question for row in rows()] == [QUESTION] * 3
    assert clicked(actors[0], paper) and len(rows()) == 4
    assert not before & known()


def test_the_first_click_of_a_month_throws_the_old_key_away(paper: int, staff: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    at(11, 30, monkeypatch)
    clicked(staff, paper)
    at(12, 1, monkeypatch)
    clicked(staff, paper)
    db.release()
    with db.read() as session:
        (key,) = session.scalars(select(ClickKey))
    assert key.month == "2026-12" and len({row.series for row in rows()}) == 2


def test_the_database_alone_does_not_tell_a_person(counting: Context, paper: int, staff: Actor) -> None:
    clicked(staff, paper)
    other = dataclasses.replace(counting, settings=dataclasses.replace(counting.settings, secret_key="khac" * 16))
    with other.bound(), db.read() as session:
        key = session.scalars(select(ClickKey)).one()
        assert month_keys.mark(key, str(staff.user_id), QUESTION, str(paper), PLACE) != rows()[0].mark


def test_an_error_of_the_database_is_logged_and_not_raised(
    paper: int, staff: Actor, caplog: pytest.LogCaptureFixture
) -> None:
    with db.write() as session:
        session.execute(text("DROP TABLE click"))
    assert not clicked(staff, paper)
    assert "was not counted" in caplog.text and caplog.records[-1].exc_info


@pytest.mark.parametrize("held", [False, True])
def test_two_windows_of_a_person_and_two_persons_at_once(counting: Context, paper: int, staff: Actor, clerk: Actor, held: bool) -> None:
    """The key of the month is made by one of them, too."""
    acts = [lambda: clicked(staff, paper), lambda: clicked(staff, paper), lambda: clicked(clerk, paper)]
    assert at_once(counting, acts, held=held) == [True] * 3
    assert len(rows()) == 2 and count(ClickKey) == 1
