"""Conferences: what is refused at which field, who may edit them, and how their state follows from what is recorded."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from docmgr import db
from docmgr.context import Context
from docmgr.models import User
from docmgr.policy import Actor, Denied
from docmgr.services.conferences import checking, export, lists, records, rule_changes, rules, tied, votes
from docmgr.services.conferences.rules import ParticipationRuleInput
from docmgr.services.conferences.votes import VoteInput
from docmgr.services.errors import Conflict, Invalid, NotFound
from docmgr.services.keeping import kept
from docmgr.services.people import units
from docmgr.services.planning import plans
from docmgr.services.planning.plans import PlanInput
from docmgr.services.trail import of_subjects
from legaltext import dates
from tests.filling.keeping.conferences import HELD, conference, given, held, unit
from tests.filling.registers import hide, paper
from tests.support.acting import actor_of
from tests.support.racing import at_once, events

DAY = dt.timedelta(days=1)


def wrong(actor: Actor, **more: Any) -> str | None:
    """The field at which a new conference is refused."""
    with pytest.raises(Invalid) as error:
        records.create(actor, given(more.pop("unit_id", None) or unit(), **more))
    return error.value.field


def test_what_no_conference_can_be_is_refused_at_its_field(clerk: Actor) -> None:
    assert [wrong(clerk, year=year) for year in (None, 1999, 2101)] == ["year"] * 3
    assert wrong(clerk, unit_id=10**6) == "unit_id" and wrong(clerk, kind="x") == "kind"
    assert [wrong(clerk, starts_at=time) for time in ("25:00", "8:61", "sáng")] == ["starts_at"] * 3
    assert wrong(clerk, held_on=dt.date(2024, 12, 31)) == "held_on" and wrong(clerk, held_on=dt.date(2027, 1, 1)) == "held_on"
    assert wrong(clerk, invited=0) == "invited" and wrong(clerk, invited=None) == "invited" and wrong(clerk, present=61) == "present"
    assert wrong(clerk, held_on=None) == "held_on" and wrong(clerk, year=dates.today().year, held_on=dates.today() + DAY) == "held_on"
    assert wrong(clerk, place="x" * 301) == "place" and wrong(clerk, agenda="x" * 10_001) == "agenda"
    made = conference(held(clerk, starts_at="8 giờ", agenda=" Một \x00\r\n hai "))
    assert (made.starts_at, made.agenda, made.state) == ("08:00", "Một \n hai", "held")
    with pytest.raises(Invalid, match="đã có hội nghị thường niên của năm 2025"):
        held(clerk)
    assert held(clerk, kind="extraordinary") and held(clerk, year=2026)
    # An extraordinary one is in nobody's way.
    assert held(clerk, other := unit("Trường khác"), kind="extraordinary") and held(clerk, other)


def test_the_state_follows_from_who_came_the_resolution_and_the_announcement(clerk: Actor) -> None:
    one = held(clerk, present=None)
    assert conference(one).state == "preparing"
    with pytest.raises(Invalid, match="đủ số người dự"):
        tied.add(clerk, one, f"#{paper('Nghị quyết')}", "resolution")
    records.edit(clerk, one, given(unit(), present=39), revision=1)
    view = lists.get(clerk, one)
    assert view.enough is False and view.row.state == "preparing"
    records.edit(clerk, one, given(unit(), present=40), revision=2)
    assert lists.get(clerk, one).enough and conference(one).state == "held"
    with pytest.raises(Invalid, match="Chưa gắn nghị quyết"):
        records.announce(clerk, one, HELD, revision=3)
    resolution = tied.add(clerk, one, f"#{paper('Nghị quyết')}", "resolution")
    assert conference(one).state == "resolved"
    for day in (HELD - DAY, dates.today() + DAY):
        with pytest.raises(Invalid, match="Ngày công bố phải"):
            records.announce(clerk, one, day, revision=4)
    records.announce(clerk, one, HELD, revision=4)
    assert conference(one).state == "announced"
    with pytest.raises(Invalid, match="bỏ ngày công bố"):
        tied.remove(clerk, one, resolution)
    with pytest.raises(Conflict):
        records.announce(clerk, one, None, revision=4)
    records.announce(clerk, one, None, revision=5)
    tied.remove(clerk, one, resolution)
    assert conference(one).state == "held"
    names = [event.action for event in reversed(of_subjects.find(clerk, {"conference": [one]}))]
    made, edit, announced, tie = "conference:create", "conference:edit", "conference:announce", "conference:tie"
    assert names == [made, edit, edit, tie, announced, announced, "conference:untie"]
    changed = events(edit)[-1].details["changes"]
    assert changed == {"Số người dự": ["39", "40"]}


def test_people_of_the_unit_and_clerks_and_leaders_edit_it_and_all_readers_see_it(clerk: Actor, staff: Actor, auditor: Actor, people: dict[str, User]) -> None:
    other, own = held(clerk), held(staff, staff.unit_id)
    assert lists.get(staff, own).may_edit and not lists.get(staff, other).may_edit and not lists.get(auditor, own).may_edit
    for act in (
        lambda: records.edit(staff, other, given(unit()), revision=1), lambda: votes.create(staff, other, VoteInput("Q", 1)),
        lambda: tied.add(staff, other, f"#{paper()}", "plan"), lambda: records.announce(staff, other, None, revision=1), lambda: held(auditor),
        lambda: lists.get(actor_of(people["administrator"]), own),
    ):  # fmt: skip
        with pytest.raises(Denied):
            act()
    with pytest.raises(Invalid, match="của đơn vị mình"):
        held(staff, unit("Trường khác"))
    with pytest.raises(Invalid, match="của đơn vị mình"):
        records.edit(staff, own, given(unit("Trường khác")), revision=1)
    with pytest.raises(NotFound):
        lists.get(clerk, 10**6)
    with pytest.raises(Invalid):
        units.delete(actor_of(people["administrator"]), unit())


def test_votes_fit_those_who_came_and_pass_with_more_than_the_part_of_the_rule(clerk: Actor) -> None:
    one = held(clerk)
    for bad, field in ((VoteInput(" ", 1), "question"), (VoteInput("Q"), "agree"), (VoteInput("Q", 49, 1, 1), "agree")):
        with pytest.raises(Invalid) as error:
            votes.create(clerk, one, bad)
        assert error.value.field == field
    assert "(51) nhiều hơn số người dự (50)" in str(error.value)
    half, more = votes.create(clerk, one, VoteInput("Một nửa", 25, 24, 1)), votes.create(clerk, one, VoteInput("Quá nửa", 26))
    assert [row.passed for row in lists.get(clerk, one).votes] == [False, True]
    with pytest.raises(Invalid, match="có 50 người"):
        records.edit(clerk, one, given(unit(), present=49), revision=3)
    with pytest.raises(Conflict):
        votes.edit(clerk, half, VoteInput("Một nửa", 30), revision=2)
    votes.edit(clerk, half, VoteInput("Một nửa", 30), revision=1)
    with pytest.raises(Invalid, match="phải đủ theo quy định"):
        records.edit(clerk, one, given(unit(), present=39), revision=4)
    votes.delete(clerk, half, revision=2)
    assert [row.vote.id for row in lists.get(clerk, one).votes] == [more]
    assert [event.details["Nội dung biểu quyết"] for event in events("conference:unvote")] == ["Một nửa"]
    with pytest.raises(Invalid, match="Chưa ghi đủ số người dự"):
        votes.create(clerk, held(clerk, year=2024, held_on=dt.date(2025, 1, 5), present=None), VoteInput("Q", 1))


def test_papers_are_named_to_who_may_read_them(clerk: Actor, staff: Actor, auditor: Actor) -> None:
    one, minutes, secret = held(clerk), paper("Biên bản", number="1/BB-X"), paper("Kín")
    for typed, role, field in (("", "plan", "number"), ("9/KHONG-CO", "plan", "number"), ("1/BB-X", "x", "role")):
        with pytest.raises(Invalid) as error:
            tied.add(clerk, one, typed, role)
        assert error.value.field == field
    tied.add(clerk, one, "1/BB-X", "minutes")
    with pytest.raises(Invalid, match="đã được gắn"):
        tied.add(clerk, one, "1/BB-X", "report")
    tied.add(clerk, one, f"#{secret}", "resolution")
    with pytest.raises(Invalid, match="đã có nghị quyết"):
        tied.add(clerk, one, f"#{paper()}", "resolution")
    hide(secret)
    assert [row.role for row in tied.papers(staff, one)] == ["minutes"]
    assert [row.role for row in tied.papers(auditor, one)] == ["minutes", "resolution"]
    assert [event.document_id for event in of_subjects.find(staff, {"conference": [one]}) if event.action == "conference:tie"] == [minutes]
    with pytest.raises(NotFound):
        tied.remove(clerk, one, secret)
    with pytest.raises(Invalid, match="Không có văn bản"):
        tied.add(clerk, one, f"#{secret}", "plan")
    assert [(role, row.id) for role, row in tied.of_document(staff, minutes)] == [("minutes", one)]
    with pytest.raises(NotFound):
        tied.of_document(staff, secret)


def test_a_paper_of_a_conference_is_not_deleted_for_good(clerk: Actor) -> None:
    minutes, free = paper("Biên bản"), paper("Khác")
    tied.add(clerk, held(clerk, unit("Trường A")), f"#{minutes}", "minutes")
    with db.read() as session:
        assert {number: [one.told() for one in told] for number, told in kept.reasons(session, [minutes, free]).items()} == {
            minutes: ["Giấy tờ của hội nghị của “Trường A”"]
        }


def test_a_rule_counts_from_its_day_on(clerk: Actor, people: dict[str, User]) -> None:
    administrator = actor_of(people["administrator"])
    with pytest.raises(Denied):
        rule_changes.save(clerk, ParticipationRuleInput("quorum", HELD, 3, 4, "Luật mới"))
    for bad, field in (
        (("x", HELD, 1, 2, "L"), "name"), (("quorum", None, 1, 2, "L"), "from_on"), (("quorum", HELD, 0, 2, "L"), "amount"),
        (("quorum", HELD, 3, 2, "L"), "parts"), (("quorum", HELD, 3, None, "L"), "parts"), (("deadline", HELD, 4, None, " "), "basis"),
    ):  # fmt: skip
        with pytest.raises(Invalid) as error:
            rule_changes.save(administrator, ParticipationRuleInput(*bad))
        assert error.value.field == field
    before = held(clerk, present=40)
    rule_changes.save(administrator, ParticipationRuleInput("quorum", HELD + DAY, 3, 4, "Luật khác"))
    rule_changes.save(administrator, ParticipationRuleInput("quorum", HELD + DAY, 4, 5, "Luật mới"))
    assert lists.get(clerk, before).enough
    after = held(clerk, year=2026, held_on=HELD + DAY, present=47)
    view = lists.get(clerk, after)
    assert view.enough is False and view.rules["quorum"].basis == "Luật mới" and len(rules.listing(clerk)) == 5
    assert lists.get(clerk, held(clerk, year=2022, held_on=dt.date(2023, 1, 9), present=1)).enough
    assert [event.details["changes"]["Mức"] for event in events("conference:rule")] == [[None, "3/4"], ["3/4", "4/5"]]


def test_the_year_names_units_without_a_conference_and_how_late_they_are(clerk: Actor, count_queries: Any) -> None:
    first, second = unit("A trường"), unit("B trường")
    held(clerk, first), held(clerk, first, kind="extraordinary")
    rows, total = lists.of_year(clerk, 2025)
    mine = [(row.unit, row.conference.kind if row.conference else None, row.days_late) for row in rows if row.unit_id in (first, second)]
    late = (dates.today() - dt.date(2026, 3, 31)).days
    assert mine == [("A trường", "annual", 0), ("A trường", "extraordinary", 0), ("B trường", None, max(0, late))]
    totals = lists.totals(clerk, 2025)
    assert totals.states["held"] == 1 and totals.none == totals.units - 1 and totals.last_day == dt.date(2026, 3, 31) and total == totals.units + 1
    without, many = lists.of_year(clerk, 2025, lists.NONE)
    assert many == totals.none and first not in {row.unit_id for row in without} and [row.unit for row in lists.of_year(clerk, 2025, "held")[0]] == ["A trường"]
    assert all(lists.of_year(clerk, 2025, state)[1] == many for state, many in totals.states.items())
    assert lists.of_year(clerk, 2025, limit=1, skip=1)[0][0].unit_id == rows[1].unit_id
    with count_queries() as few:
        lists.of_year(clerk, 2025)
    for number in range(5):
        held(clerk, unit(f"C{number}"))
    with count_queries() as more:
        lists.of_year(clerk, 2025)
    assert few.number == more.number <= 3


def test_the_states_of_conferences_follow_a_rule_that_is_corrected(clerk: Actor, people: dict[str, User]) -> None:
    one, other = held(clerk, present=40), held(clerk, unit("Trường khác"), present=50)
    rule_changes.save(actor_of(people["administrator"]), ParticipationRuleInput("quorum", HELD - DAY, 3, 4, "Luật sửa"))
    view = lists.get(clerk, one)
    assert (view.enough, view.row.state, view.row.revision) == (False, "preparing", 2)
    assert (conference(other).state, conference(other).revision) == ("held", 1)
    assert lists.totals(clerk, 2025).states["held"] == 1


def test_a_workbook_is_not_cut(clerk: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    unit("A trường"), unit("B trường")
    monkeypatch.setattr(export, "MOST", 1)
    with pytest.raises(Invalid, match="nhiều hơn 1 dòng"):
        export.xlsx(clerk, 2025)
    assert events("conference:export") == []


@pytest.mark.parametrize("held_back", [False, True])
def test_of_two_who_have_a_resolution_checked_one_makes_the_task(site: Context, clerk: Actor, held_back: bool) -> None:
    made, plan = held(clerk), plans.create(clerk, PlanInput("Kế hoạch", 2025))
    tied.add(clerk, made, f"#{paper('Nghị quyết')}", "resolution")
    results = at_once(site, [lambda: checking.make(clerk, made, plan)] * 2, held=held_back)
    assert sorted(type(one).__name__ for one in results) == ["Invalid", "int"]


@pytest.mark.parametrize("held_back", [False, True])
def test_of_two_at_once_one_annual_conference_and_one_resolution_remain(site: Context, clerk: Actor, held_back: bool) -> None:
    number, papers = unit(), [paper("A"), paper("B")]
    results = at_once(site, [lambda: held(clerk, number)] * 2, held=held_back)
    assert sorted(type(one).__name__ for one in results) == ["Invalid", "int"]
    made = next(one for one in results if isinstance(one, int))
    results = at_once(site, [lambda: tied.add(clerk, made, f"#{papers[0]}", "resolution"), lambda: tied.add(clerk, made, f"#{papers[1]}", "resolution")], held=held_back)
    assert sorted(type(one).__name__ for one in results) == ["Invalid", "int"]
