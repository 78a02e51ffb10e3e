"""Consultations that go on: further people, opinions that are taken back, reminders, and opinions that stay sealed."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select, true

from docmgr import db
from docmgr.context import Context
from docmgr.models import ConsultationPerson, Document, Opinion
from docmgr.policy import Actor, Denied
from docmgr.services.consulting import (
    answering,
    forgetting,
    inviting,
    listing,
    opening,
    settling,
    showing,
    summary,
    words,
)
from docmgr.services.consulting.settling import ReceptionInput
from docmgr.services.documents import withholding
from docmgr.services.errors import Conflict, Invalid, NotFound
from docmgr.services.notifications import due, making
from docmgr.services.notifications import listing as notices
from docmgr.services.notifications.words import said
from docmgr.services.trail.words import PLACE
from tests.conftest import SERVER
from tests.filling.keeping.consulting import ahead, allow, keys, opened, pass_days, row, says
from tests.filling.planning import World
from tests.hard.test_folder_races import at_once
from tests.support.racing import events

ARTICLE = "dieu-52"


def three(world: World) -> tuple[Actor, Actor, Actor]:
    return world.actors["staff"], world.actors["other_staff"], world.actors["leader"]


def told(actor: Actor) -> list[tuple[str, str]]:
    db.release()
    return [(one.reason, said(one)) for one in notices.page(actor).rows]


def test_further_people_are_asked_and_told_once(world: World, paper: int) -> None:
    clerk, (staff, other, leader) = world.actors["clerk"], three(world)
    making.make()
    number = opened(clerk, paper, staff)
    making.make()
    assert inviting.invite(clerk, number, (*keys(staff, other), f"unit:{world.units['gdtrh']}")) == 1
    making.make()
    assert told(other) == [("consulted", "Lấy ý kiến của bạn")] and len(told(staff)) == 1 and told(leader) == []
    assert answering.count(other) == 1 and says(other, number)
    view = showing.get(clerk, number)
    assert (view.asked, view.answered) == (2, 1) and row(number).revision == 1
    (event,) = events("consultation:invite")
    assert event.actor_id == clerk.user_id and event.details["keys"] == list(keys(other)) and event.details["count_people"] == 1


def test_who_cannot_be_asked_later_is_refused(world: World, paper: int, monkeypatch: pytest.MonkeyPatch) -> None:
    clerk, (staff, other, leader) = world.actors["clerk"], three(world)
    closed = world.document("2/KH", "Kín", (("dieu-1", "Điều 1", "dieu", "Lời"),), closed=True)
    hidden, number = opened(clerk, closed, clerk), opened(clerk, paper, staff)
    for actor, consultation, refused in ((staff, number, (Denied, NotFound)), (staff, hidden, (Denied, NotFound)), (clerk, 999_999, NotFound)):
        with pytest.raises(refused):
            inviting.invite(actor, consultation, keys(other))
    with pytest.raises(Invalid, match="chưa đọc được văn bản: Other_Staff"):
        inviting.invite(clerk, hidden, keys(other))
    for chosen in ((), keys(staff), ("user:999999",), ("nonsense",)):
        with pytest.raises(Invalid) as no:
            inviting.invite(clerk, number, chosen)
        assert no.value.field == "keys"
    with monkeypatch.context() as small:
        small.setattr(words, "MOST_PEOPLE", 2)
        with pytest.raises(Invalid, match="nhiều nhất 2 người"):
            inviting.invite(clerk, number, keys(other, leader))
    with db.write() as session:
        session.get_one(Document, paper).state = "withheld"
        withholding.remove_versions(session, paper, true())
    with pytest.raises(Conflict, match="không còn nội dung"):
        inviting.invite(clerk, number, keys(other))
    opening.close(clerk, number)
    with pytest.raises(Conflict, match="Đã hết thời gian"):
        inviting.invite(clerk, number, keys(other))
    assert not events("consultation:invite")


def test_an_opinion_is_taken_back_until_the_end(world: World, paper: int, monkeypatch: pytest.MonkeyPatch) -> None:
    clerk, (staff, other, _leader) = world.actors["clerk"], three(world)
    number = opened(clerk, paper, staff, other)
    says(staff, number, "disagree", "Bỏ đi", ARTICLE)
    says(staff, number)
    with pytest.raises(NotFound):
        answering.withdraw(other, number, ARTICLE, revision=1)
    with pytest.raises(NotFound):
        answering.withdraw(world.actors["auditor"], number, ARTICLE, revision=1)
    says(staff, number, "disagree", "Bỏ điều này", ARTICLE)
    with pytest.raises(Conflict, match="Người khác vừa sửa"):
        answering.withdraw(staff, number, ARTICLE, revision=1)
    answering.withdraw(staff, number, ARTICLE, revision=2)
    assert [one.anchor for one in showing.get(staff, number).own] == [""] and showing.get(clerk, number).answered == 1 and answering.count(staff) == 0
    answering.withdraw(staff, number, "", revision=1)
    assert showing.get(clerk, number).answered == 0 and answering.count(staff) == 1
    taken = events("consultation:withdraw")
    assert len(taken) == 2 and taken[0].details[PLACE] == "Điều 52" and "Bỏ điều" not in json.dumps(taken[0].details, ensure_ascii=False)
    says(staff, number)
    pass_days(monkeypatch, 10)
    with pytest.raises(Conflict, match="Đã hết thời gian"):
        answering.withdraw(staff, number, "", revision=1)


def test_an_anonymous_opinion_is_taken_back_without_a_trace(world: World, paper: int) -> None:
    people = three(world)
    allow(world.actors["administrator"])
    number = opened(world.actors["clerk"], paper, *people, anonymous=True)
    for one in people[:2]:
        says(one, number, "disagree", "Không", ARTICLE)
    answering.withdraw(people[0], number, ARTICLE, revision=1)
    with db.read() as session:
        assert len(session.scalars(select(Opinion)).all()) == 1
    assert not events("consultation:withdraw", "consultation:answer") and showing.get(people[0], number).answered == 1


def test_who_has_not_answered_is_reminded_once_before_the_last_day(world: World, paper: int, monkeypatch: pytest.MonkeyPatch) -> None:
    clerk, (staff, other, leader) = world.actors["clerk"], three(world)
    making.started()
    number = opened(clerk, paper, staff, other, remind_days=2)
    opened(clerk, paper, leader, remind_days=None)
    says(other, number)

    def on(days: int) -> int:
        with monkeypatch.context() as later:
            pass_days(later, days)
            due.tell()
        return len([one for one in told(staff) if one == ("consult_due", "Sắp hết hạn nêu ý kiến")])

    assert [on(days) for days in (0, 6, 7, 8, 9)] == [0, 0, 1, 1, 1]
    assert not told(other) and not told(leader)
    opening.edit(clerk, number, "Góp ý", ahead(20), 2, revision=1)
    assert [on(days) for days in (10, 18, 19)] == [1, 2, 2]


@pytest.mark.parametrize("days", [0, 31, -1])
def test_days_of_a_reminder_are_checked(world: World, paper: int, days: int) -> None:
    clerk, staff = world.actors["clerk"], world.actors["staff"]
    number = opened(clerk, paper, staff)
    for act in (lambda: opened(clerk, paper, staff, remind_days=days), lambda: opening.edit(clerk, number, "Góp ý", ahead(9), days, revision=1)):
        with pytest.raises(Invalid) as refused:
            act()
        assert refused.value.field == "remind_days"


def test_few_anonymous_opinions_stay_sealed_until_more_answer(world: World, paper: int, monkeypatch: pytest.MonkeyPatch) -> None:
    clerk, people = world.actors["clerk"], three(world)
    allow(world.actors["administrator"])
    number = opened(clerk, paper, *people, anonymous=True)
    one = says(people[0], number, "disagree", "Ý kiến kín", ARTICLE)
    says(people[1], number)
    pass_days(monkeypatch, 10)
    assert forgetting.forget() == 0 and row(number).salt
    for actor in (clerk, *people):
        view = showing.get(actor, number)
        assert view.sealed and not view.opinions_shown and view.opinions == () and (view.answered, view.asked, view.total) == (2, 3, 0)
        assert view.may_lengthen == (actor is clerk)
    assert [seen.text for seen in showing.get(people[0], number).own] == ["Ý kiến kín"]
    assert [found.sealed for found in listing.page(clerk).rows] == [True]
    for act in (
        lambda: summary.write(clerk, number), lambda: settling.settle(clerk, number, one, ReceptionInput("accepted")), lambda: showing.opinion(clerk, number, one),
    ):  # fmt: skip
        with pytest.raises(Conflict, match="giữ kín"):
            act()
    # Lengthened, it is open again, and those who have answered are told apart as before.
    opening.edit(clerk, number, "Góp ý thêm", ahead(5), revision=1)
    assert says(people[0], number, "agree", "", ARTICLE) == one and says(people[2], number)
    assert not showing.get(clerk, number).sealed
    pass_days(monkeypatch, 6)
    over = showing.get(clerk, number)
    assert over.opinions_shown and over.total == 3 and not over.sealed and forgetting.forget() == 1


def test_a_sealed_one_that_cannot_be_lengthened_forgets_and_stays_sealed(world: World, paper: int, monkeypatch: pytest.MonkeyPatch) -> None:
    clerk, people = world.actors["clerk"], three(world)
    allow(world.actors["administrator"])
    number = opened(clerk, paper, *people, anonymous=True)
    says(people[0], number, "disagree", "Ý kiến kín", ARTICLE)
    pass_days(monkeypatch, words.MOST_DAYS + 1)
    assert forgetting.forget() == 1 and row(number).salt is None
    view = showing.get(clerk, number)
    assert view.sealed and not view.may_lengthen and not view.opinions_shown
    with pytest.raises(Conflict, match="Đã hết thời gian"):
        opening.edit(clerk, number, "Góp ý", ahead(3), revision=1)


def test_one_by_name_that_ran_out_with_one_answer_shows_it(world: World, paper: int, monkeypatch: pytest.MonkeyPatch) -> None:
    clerk, people = world.actors["clerk"], three(world)
    number = opened(clerk, paper, *people)
    says(people[0], number)
    pass_days(monkeypatch, 10)
    view = showing.get(clerk, number)
    assert not view.sealed and view.total == 1
    with pytest.raises(Conflict, match="Đã hết thời gian"):
        opening.edit(clerk, number, "Góp ý", ahead(3), revision=1)


@pytest.mark.skipif(SERVER is None, reason="needs PostgreSQL")
def test_two_who_ask_the_same_person_at_once_ask_once(site: Context, world: World, paper: int) -> None:
    clerk, (staff, other, leader) = world.actors["clerk"], three(world)
    number = opened(clerk, paper, staff)
    found = at_once(site, lambda: inviting.invite(clerk, number, keys(other, leader)), lambda: inviting.invite(clerk, number, keys(other)))
    assert "done" in found
    with db.read() as session:
        assert sorted(session.scalars(select(ConsultationPerson.user_id).where(ConsultationPerson.consultation_id == number))) == sorted({staff.user_id, other.user_id, leader.user_id})
