"""Evidence of occurrences: who files it, what it does to the state, that what was confirmed keeps it; two who confirm at once."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from docmgr import db
from docmgr.context import Context
from docmgr.models import Link, Occurrence
from docmgr.policy import Actor, Denied
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.links import links, proving, restoring
from docmgr.services.planning import board, plans, tasks
from docmgr.services.planning.occurrences import steps
from docmgr.services.planning.occurrences.spread import SpreadInput
from docmgr.services.planning.tasks import TaskInput
from tests.conftest import SERVER
from tests.filling.planning import World, world
from tests.hard.test_folder_races import at_once
from tests.services.planning.occurrences.test_fan_out import fanned
from tests.services.planning.occurrences.test_recurring import change, occurrences

__all__ = ["world"]
DAY = dt.date(2026, 3, 1)


def of_two_units(world: World) -> tuple[int, dict[int, Occurrence]]:
    task_id = fanned(world, SpreadInput(fan_out="listed", unit_ids=(world.units["gdtrh"], world.units["thanh-tra"])))
    return task_id, {row.unit_id: row for row in occurrences(task_id)}


def state(occurrence_id: int) -> tuple[str, int]:
    with db.read() as session:
        row = session.get_one(Occurrence, occurrence_id, populate_existing=True)
        return row.state, row.revision


def test_people_of_a_unit_file_evidence_for_it_alone(world: World) -> None:
    other, clerk = world.actors["other_staff"], world.actors["clerk"]
    paper, hidden = world.document("12/BC-THPT", "Báo cáo"), world.document("13/BC-THPT", "Kín", closed=True)
    task_id, rows = of_two_units(world)
    own, foreign = rows[world.units["gdtrh"]].id, rows[world.units["thanh-tra"]].id
    for refused, given in ((Denied, (foreign, paper)), (NotFound, (own, hidden)), (NotFound, (10_000, paper))):
        with pytest.raises(refused):
            proving.prove(other, *given)
    assert state(own) == ("open", 1)
    proving.prove(other, own, paper, note="Bản ký", dated_on=DAY)
    assert state(own) == ("waiting", 2)
    with pytest.raises(Invalid):
        proving.prove(other, own, paper)
    # The same document may prove another occurrence.
    proving.prove(clerk, foreign, paper)
    (held,) = proving.of_occurrence(other, own)
    assert (held.note, held.dated_on, held.may_end) == ("Bản ký", DAY, True) and held.occurrence is not None and held.occurrence.id == own
    shown = board.load(other, task_id)
    assert shown is not None and [row.evidence for row in shown.rows] == [1, 1]
    assert {link.may_end for link in links.history(other, task_id=task_id) if link.occurrence and link.occurrence.id == foreign} == {False}
    assert world.events("link:add")[0].details["Đơn vị"] == "Phòng Giáo dục trung học (thử)"
    plan = plans.get(clerk, tasks.get(clerk, task_id).row.plan_id)
    assert (plan.counts.tasks, plan.counts.proven) == (2, 2)
    # The whole task counts the documents.
    assert tasks.get(clerk, task_id).row.evidence == 1


def test_evidence_can_be_taken_back_and_put_back_until_it_is_confirmed(world: World) -> None:
    other, leader = world.actors["other_staff"], world.actors["leader"]
    _task, rows = of_two_units(world)
    own = rows[world.units["gdtrh"]].id
    one, two = (proving.prove(other, own, world.document(f"{number}/BC-THPT", "Báo cáo")) for number in (1, 2))
    ended = links.end(other, one)
    assert ended.occurrence_id == own
    restoring.restore(other, one, ended.mark)
    ended = links.end(other, two)
    steps.confirm(leader, own, revision=state(own)[1])
    for refused in (lambda: links.end(other, one), lambda: restoring.restore(other, two, ended.mark), lambda: proving.prove(other, own, world.document("3/BC", "x"))):
        with pytest.raises(Invalid) as told:
            refused()
        assert "đã được xác nhận" in told.value.message.told()
    with db.read() as session:
        assert session.get_one(Link, one).ended_at is None
        assert session.get_one(Link, two).ended_at is not None
    assert [link.may_end for link in proving.of_occurrence(other, own)] == [False, False]
    steps.give_back(leader, own, reason="Thiếu chữ ký", revision=state(own)[1])
    links.end(other, one)
    with pytest.raises(Denied):
        proving.prove(world.actors["auditor"], own, world.document("4/BC", "x"))


def test_a_leader_of_another_unit_ends_what_it_may_decide(world: World) -> None:
    _task, rows = of_two_units(world)
    own = rows[world.units["gdtrh"]].id
    link = proving.prove(world.actors["clerk"], own, world.document("5/BC", "Báo cáo"))
    with pytest.raises(Denied):
        links.end(Actor(**{**world.actors["other_staff"].__dict__, "unit_id": world.units["thanh-tra"]}), link)
    links.end(world.actors["other_staff"], link)


def test_a_supporting_unit_leaves_the_evidence_of_another_and_the_leading_one_may_end_it(world: World) -> None:
    listed = SpreadInput(fan_out="listed", unit_ids=(world.units["gdtrh"],))
    task_id = fanned(world, listed, support_ids=(world.units["thanh-tra"],))
    (own,) = occurrences(task_id)
    link = proving.prove(world.actors["other_staff"], own.id, world.document("6/BC", "Báo cáo"))
    supporting = replace(world.actors["other_staff"], unit_id=world.units["thanh-tra"], user_id=world.users["staff"].id)
    with pytest.raises(Denied):
        links.end(supporting, link)
    ended = links.end(world.actors["staff"], link)
    with pytest.raises(Denied):
        restoring.restore(supporting, link, ended.mark)
    restoring.restore(world.actors["staff"], link, ended.mark)


def test_what_the_unit_cannot_read_is_no_evidence_for_its_report(world: World) -> None:
    other = world.actors["other_staff"]
    _task, rows = of_two_units(world)
    own = rows[world.units["gdtrh"]].id
    proving.prove(world.actors["clerk"], own, world.document("7/BC", "Kín", closed=True))
    steps.give_back(world.actors["leader"], own, reason="Sai", revision=2)
    with pytest.raises(Invalid):
        steps.report(other, own, note=None, revision=3)
    steps.report(world.actors["clerk"], own, note=None, revision=3)


def test_a_whole_task_of_occurrences_takes_no_evidence_and_one_with_evidence_no_occurrences(world: World) -> None:
    clerk, paper = world.actors["clerk"], world.document("8/BC", "Báo cáo")
    task_id, _rows = of_two_units(world)
    for role in ("evidence", "result"):
        with pytest.raises(Invalid) as told:
            links.add(clerk, document_id=paper, role=role, task_id=task_id)
        assert told.value.field == "role"
    links.add(clerk, document_id=paper, role="basis", task_id=task_id)
    plan_id = tasks.get(clerk, task_id).row.plan_id
    once = tasks.create(clerk, plan_id, TaskInput("Một lần", world.units["tccb"], due_on=DAY))
    link = links.add(clerk, document_id=paper, role="evidence", task_id=once)
    listed = SpreadInput(fan_out="listed", unit_ids=(world.units["gdtrh"],))
    with pytest.raises(Invalid):
        change(world, once, listed, due_on=DAY)
    ended = links.end(clerk, link)
    change(world, once, listed, due_on=DAY)
    with pytest.raises(Invalid):
        restoring.restore(clerk, link, ended.mark)


@pytest.mark.skipif(not SERVER, reason="SQLite lets one write at a time")
def test_of_those_who_confirm_and_withdraw_evidence_at_once_one_does(site: Context, world: World) -> None:
    for turn in range(4):
        _task, rows = of_two_units(world)
        own = rows[world.units["gdtrh"]].id
        link = proving.prove(world.actors["other_staff"], own, world.document(f"{turn}/BC-RACE", "Báo cáo"))
        revision = state(own)[1]
        confirms = [lambda name=name: steps.confirm(world.actors[name], own, revision=revision) for name in ("leader", "clerk")]  # type: ignore[misc]
        told = at_once(site, *confirms, lambda: links.end(world.actors["other_staff"], link))
        with db.read() as session:
            kept = session.get_one(Link, link, populate_existing=True).ended_at is None
        assert (sorted(told[:2]), told[2], state(own)[0]) == (
            (["Conflict", "done"], "Invalid", "done") if kept else (["Conflict", "Conflict"], "done", "waiting")
        )  # fmt: skip
