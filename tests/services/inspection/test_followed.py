"""Recommendations that are followed over all inspections, and who links documents where a team was chosen."""

from __future__ import annotations

import datetime as dt

import pytest

from docmgr import db
from docmgr.policy import Denied
from docmgr.services.inspection import findings, inspections, team
from docmgr.services.inspection.findings import FindingInput, RecommendationInput
from docmgr.services.inspection.following import answers, open_ones
from docmgr.services.inspection.inspections import InspectionInput
from docmgr.services.links import links, pick
from legaltext import dates
from tests.filling.planning import World, world

__all__ = ["world"]


def inspected(world: World, title: str = "Kiểm tra quy chế") -> int:
    return inspections.create(world.actors["clerk"], InspectionInput(title, world.units["gdtrh"]))


def ask(world: World, inspection_id: int, text: str, unit: str = "gdtrh", days: int | None = None) -> int:
    due = dates.today() + dt.timedelta(days=days) if days is not None else None
    return findings.recommend(world.actors["clerk"], inspection_id, RecommendationInput(text, world.units[unit], due_on=due))


def test_what_is_not_closed_is_listed_by_state_and_unit_the_earliest_deadline_first(world: World) -> None:
    clerk, auditor = world.actors["clerk"], world.actors["auditor"]
    one, two = inspected(world), inspected(world, "Kiểm tra công khai")
    late, waits, accepted, closed = ask(world, one, "Trễ", days=-3), ask(world, two, "Chờ"), ask(world, one, "Nhận"), ask(world, one, "Xong")
    other, given_back = ask(world, two, "Khác", "tccb", days=9), ask(world, one, "Trả lại", days=2)
    for item in (waits, accepted, closed, given_back):
        answers.answer(clerk, item, "Đã làm", revision=1)
    for item, verdict in ((accepted, "accepted"), (closed, "accepted"), (given_back, "returned")):
        answers.judge(clerk, item, verdict, note="Lý do", revision=2)
    answers.judge(clerk, closed, "closed", revision=3)
    page = open_ones.page(auditor)
    assert [(row.item.id, row.state) for row in page.rows][:3] == [(late, "overdue"), (given_back, "unanswered"), (other, "unanswered")]
    assert {(row.item.id, row.state, row.inspection) for row in page.rows[3:]} == {(waits, "waiting", "Kiểm tra công khai"), (accepted, "accepted", "Kiểm tra quy chế")}
    assert (page.every, page.total, page.counts) == (5, 5, {"unanswered": 3, "overdue": 1, "waiting": 1, "accepted": 1})
    assert [row.item.id for row in open_ones.page(auditor, "unanswered", world.units["tccb"]).rows] == [other]
    for state, count in page.counts.items():
        assert (len(open_ones.page(auditor, state).rows), open_ones.page(auditor, state).total) == (count, count)
    assert open_ones.page(auditor, "nonsense").total == 5 and open_ones.page(auditor, number=99).number == 1
    with pytest.raises(Denied):
        open_ones.page(world.actors["administrator"])


def test_the_list_takes_as_many_queries_for_many(world: World, count_queries) -> None:
    one = inspected(world)
    ask(world, one, "Một")
    db.release()
    with count_queries() as few:
        open_ones.page(world.actors["auditor"])
    for number in range(6):
        ask(world, inspected(world, f"Kiểm tra {number}"), f"Việc {number}", "tccb" if number % 2 else "gdtrh")
    db.release()
    with count_queries() as many:
        assert len(open_ones.page(world.actors["auditor"]).rows) == 7
    assert many.number == few.number


def test_where_a_team_was_chosen_its_members_link_and_others_are_not_offered_the_inspection(world: World) -> None:
    clerk, staff, unit = world.actors["clerk"], world.actors["staff"], world.actors["other_staff"]
    number = inspected(world)
    finding = findings.create(clerk, number, FindingInput("Thiếu biên bản", unit_id=world.units["gdtrh"]))
    paper, second = world.document("1/BB", "Biên bản"), world.document("2/BB", "Biên bản hai")
    held = links.add(staff, document_id=paper, role="evidence", inspection_id=number)
    assert {one.label for one in pick.subjects(staff, "", ("inspection", "finding"))} == {"Kiểm tra quy chế", "Thiếu biên bản"}
    team.add(clerk, number, world.users["leader"].id, head=True)
    db.release()
    assert pick.subjects(staff, "", ("inspection", "finding")) == [] and pick.subjects(staff, "quy chế", ("inspection", "finding")) == []
    for where in ({"inspection_id": number}, {"finding_id": finding}):
        with pytest.raises(Denied):
            links.add(staff, document_id=second, role="evidence", **where)
    # Who made a link still ends it; the unit that corrects a finding links to it, and clerks, leaders and members to both.
    assert [row.may_end for row in links.history(staff, inspection_id=number)] == [True]
    links.add(unit, document_id=paper, role="evidence", finding_id=finding)
    added = links.add(world.actors["leader"], document_id=second, role="evidence", inspection_id=number)
    with pytest.raises(Denied):
        links.end(staff, added)
    team.add(clerk, number, world.users["staff"].id)
    db.release()
    assert len(pick.subjects(staff, "", ("inspection", "finding"))) == 2
    links.end(staff, added)
    links.end(staff, held)
    # Where no team was chosen, whoever inspects links.
    assert links.add(staff, document_id=paper, role="evidence", inspection_id=inspected(world, "Không có đoàn"))
