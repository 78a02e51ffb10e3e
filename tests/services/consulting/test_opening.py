"""Consultations are opened by who may edit the document, for people who may read it, as long as the rule of the site says."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from sqlalchemy import update

from docmgr import db
from docmgr.models import Document, User
from docmgr.policy import Denied
from docmgr.services.consulting import listing, opening, rules, showing
from docmgr.services.consulting.rules import ConsultationRuleInput
from docmgr.services.documents import lifecycle
from docmgr.services.errors import Conflict, Invalid, NotFound
from docmgr.services.notifications import listing as notices
from docmgr.services.notifications import making
from docmgr.services.notifications.words import said
from docmgr.services.overview import desk
from docmgr.services.workflow import assigning
from legaltext import dates
from tests.filling.keeping.consulting import ahead, allow, given, keys, no_rules, opened, pass_days, row, says
from tests.filling.planning import LAW_WORDS, World
from tests.support.racing import events


def test_people_are_asked_told_and_find_it_on_their_desk(world: World, paper: int) -> None:
    clerk, staff, other = (world.actors[name] for name in ("clerk", "staff", "other_staff"))
    making.started()
    number = opened(clerk, paper, staff, from_on=dates.today())
    making.make()
    assert [(one.reason, said(one), one.subject_id, one.who) for one in notices.page(staff).rows] == [("consulted", "Lấy ý kiến của bạn", paper, clerk.label)]
    assert not notices.page(clerk).rows and not notices.page(other).rows
    found = desk.load(staff)
    assert found.counts["consultation"] == 1 and desk.load(other).counts["consultation"] == 0
    assert [(one.id, one.title, one.within, one.due_on) for one in found.rows if one.kind == "consultation"] == [(number, "Góp ý dự thảo quy chế", "Kế hoạch 1/KH", ahead(9))]
    event = events("consultation:open")[0]
    assert event.actor_id == clerk.user_id and event.document_id == paper and event.details["count_people"] == 1
    says(staff, number)
    assert desk.load(staff).counts["consultation"] == 0


def test_what_waits_waits_from_the_first_day_to_the_last(world: World, paper: int, monkeypatch: pytest.MonkeyPatch) -> None:
    clerk, staff = world.actors["clerk"], world.actors["staff"]
    number = opened(clerk, paper, staff, from_on=ahead(2), to_on=ahead(11))
    assert desk.load(staff).counts["consultation"] == 0 and showing.get(staff, number).state == "planned"
    with pytest.raises(Conflict, match="Chưa đến ngày"):
        says(staff, number)
    pass_days(monkeypatch, 11)
    assert desk.load(staff).counts["consultation"] == 1
    pass_days(monkeypatch, 1)
    assert desk.load(staff).counts["consultation"] == 0 and showing.get(staff, number).state == "over"
    with pytest.raises(Conflict, match="Đã hết thời gian"):
        says(staff, number)


def test_the_period_follows_the_rule(world: World, paper: int) -> None:
    clerk, staff, administrator = (world.actors[name] for name in ("clerk", "staff", "administrator"))
    allow(administrator, least_days=7)
    with pytest.raises(Invalid, match=f"ít nhất 7 ngày, đến hết ngày {dates.printed(ahead(6))}") as refused:
        opened(clerk, paper, staff, to_on=ahead(5))
    assert refused.value.field == "to_on"
    number = opened(clerk, paper, staff, to_on=ahead(6))
    for wrong, field in (({"from_on": ahead(-1)}, "from_on"), ({"from_on": None}, "from_on"), ({"to_on": None}, "to_on"), ({"from_on": ahead(3), "to_on": ahead(2)}, "to_on"), ({"to_on": ahead(367)}, "to_on"), ({"from_on": ahead(367), "to_on": ahead(380)}, "from_on"), ({"question": " "}, "question"), ({"question": "x" * 501}, "question")):  # fmt: skip
        with pytest.raises(Invalid) as refused:
            opened(clerk, paper, staff, **wrong)
        assert refused.value.field == field, wrong
    with pytest.raises(Invalid, match="ít nhất 7 ngày"):
        opening.edit(clerk, number, "Góp ý", ahead(5), revision=1)
    no_rules()
    assert opened(clerk, paper, staff, to_on=dates.today())


def test_only_readers_are_asked_and_the_others_are_named(world: World) -> None:
    clerk, staff, other = (world.actors[name] for name in ("clerk", "staff", "other_staff"))
    closed = world.document("2/KH", "Riêng", LAW_WORDS, closed=True)
    with pytest.raises(Invalid, match="Staff. Hãy cho họ quyền đọc ở “Chia sẻ”") as refused:
        opened(clerk, closed, staff)
    assert refused.value.field == "keys" and not events("consultation:open")
    for wrong in ((), ("user:999999",), ("staff",), ("unit:x",)):
        with pytest.raises(Invalid) as refused:
            opening.create(clerk, closed, dataclasses.replace(given(), keys=wrong))
        assert refused.value.field == "keys"
    for actor in (staff, other):
        with pytest.raises((Denied, NotFound)):
            opened(actor, closed, clerk)
    with pytest.raises(NotFound):
        opened(clerk, 999_999, staff)


def test_a_unit_is_asked_as_it_is_now(world: World, paper: int) -> None:
    clerk, staff = world.actors["clerk"], world.actors["staff"]
    number = opening.create(clerk, paper, dataclasses.replace(given(), keys=(f"unit:{staff.unit_id}", *keys(staff))))
    view = showing.get(clerk, number)
    assert view.asked == 1 and [(one.name, one.answered) for one in view.people] == [("Staff", False)]
    assert assigning.choices(clerk)["unit"]


def test_an_anonymous_one_needs_the_rule_and_three_people(world: World, paper: int) -> None:
    clerk, staff, other, leader = (world.actors[name] for name in ("clerk", "staff", "other_staff", "leader"))
    with pytest.raises(Invalid, match="không cho lấy ý kiến không nêu tên") as refused:
        opened(clerk, paper, staff, other, leader, anonymous=True)
    assert refused.value.field == "anonymous"
    allow(world.actors["administrator"])
    with pytest.raises(Invalid, match="ít nhất 3 người"):
        opened(clerk, paper, staff, other, anonymous=True)
    assert row(opened(clerk, paper, staff, other, leader, anonymous=True)).salt


def test_the_second_saver_sees_both_and_an_end_is_an_end(world: World, paper: int) -> None:
    clerk, staff = world.actors["clerk"], world.actors["staff"]
    number = opened(clerk, paper, staff)
    opening.edit(clerk, number, "Góp ý lần hai", ahead(20), revision=1)
    assert (row(number).question, row(number).to_on, row(number).revision) == ("Góp ý lần hai", ahead(20), 2)
    with pytest.raises(Conflict, match="Người khác vừa sửa"):
        opening.edit(clerk, number, "Khác", ahead(20), revision=1)
    with pytest.raises((Denied, NotFound)):
        opening.close(staff, number)
    opening.close(clerk, number)
    for act in (lambda: opening.close(clerk, number), lambda: opening.edit(clerk, number, "Khác", ahead(20), revision=None), lambda: says(staff, number)):
        with pytest.raises(Conflict, match="Đã hết thời gian"):
            act()
    assert [event.action for event in events("consultation:edit", "consultation:close")] == ["consultation:edit", "consultation:close"]


def test_who_loses_the_right_to_read_sees_neither_text_nor_name(world: World, paper: int, monkeypatch: pytest.MonkeyPatch) -> None:
    clerk, staff, other = (world.actors[name] for name in ("clerk", "staff", "other_staff"))
    number = opened(clerk, paper, staff)
    says(staff, number)
    assert listing.page(staff).total == 1 and listing.page(other).total == 0
    with pytest.raises(NotFound):
        showing.get(other, number)
    with db.write() as session:
        session.execute(update(Document).where(Document.id == paper).values(folder_id=world.closed_folder_id))
        from docmgr.services.access import rule

        rule.assign_list(session, session.get_one(Document, paper, populate_existing=True))
    db.release()
    for act in (lambda: showing.get(staff, number), lambda: showing.choices(staff, number), lambda: says(staff, number)):
        with pytest.raises(NotFound):
            act()
    assert listing.page(staff).total == 0 and desk.load(staff).counts["consultation"] == 0 and listing.page(clerk, "open").total == 1
    lifecycle.delete(clerk, [paper])
    assert listing.page(clerk).total == 0


def test_rules_are_set_by_administrators(world: World, people: dict[str, User]) -> None:
    administrator = world.actors["administrator"]
    delivered = rules.listing(world.actors["staff"])
    assert [(one.least_days, one.anonymous) for one in delivered] == [(5, False)] and "10/2022/QH15" in delivered[0].basis
    wrong = (("from_on", {"from_on": None}), ("from_on", {"from_on": dt.date(1989, 1, 1)}), ("least_days", {"least_days": 0}), ("least_days", {"least_days": 367}), ("least_days", {"least_days": None}), ("basis", {"basis": " "}))  # fmt: skip
    fine = ConsultationRuleInput(dt.date(2024, 1, 1), 3, True, "Quy chế")
    for field, values in wrong:
        with pytest.raises(Invalid) as refused:
            rules.save(administrator, dataclasses.replace(fine, **values))
        assert refused.value.field == field
    for name in ("clerk", "staff"):
        with pytest.raises(Denied):
            rules.save(world.actors[name], fine)
    rules.save(administrator, fine)
    rules.save(administrator, dataclasses.replace(fine, least_days=4))
    assert [one.least_days for one in rules.listing(administrator)] == [4, 5]
    with db.read() as session:
        assert [getattr(rules.in_force(session, day), "least_days", None) for day in (dt.date(2020, 1, 1), dt.date(2023, 12, 31), dt.date(2024, 1, 1))] == [None, 5, 4]
