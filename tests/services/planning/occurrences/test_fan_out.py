"""Tasks that each of several units carries out: which units, the board, units that come and go, what staff may do."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert

from docmgr import db
from docmgr.models import Unit
from docmgr.policy import Denied
from docmgr.services.errors import Conflict, Invalid
from docmgr.services.overview import desk
from docmgr.services.people import units as people_units
from docmgr.services.planning import board, lists, plans, tasks
from docmgr.services.planning.occurrences import steps, units
from docmgr.services.planning.occurrences.spread import SpreadInput
from docmgr.services.planning.plans import PlanInput
from docmgr.services.planning.tasks import TaskInput
from docmgr.services.planning.wanted.filters import TaskFilter
from legaltext import dates
from tests.bench.sizes import counted
from tests.filling.planning import World, world
from tests.services.planning.occurrences.test_recurring import change, finish, occurrences, recurring

__all__ = ["world"]
TODAY = dates.today()
SOON, PAST = TODAY + dt.timedelta(days=20), TODAY - dt.timedelta(days=20)


def schools(world: World, *names: str, parent: str = "van-phong") -> list[int]:
    made = [people_units.create(world.actors["administrator"], name=name, parent_id=world.units[parent]) for name in names]
    return [unit.id for unit in made]


def fanned(world: World, spread: SpreadInput, **more: Any) -> int:
    clerk = world.actors["clerk"]
    plan_id = plans.create(clerk, PlanInput("Kế hoạch dân chủ", TODAY.year))
    return tasks.create(clerk, plan_id, TaskInput("Gửi báo cáo tự kiểm tra", world.units["tccb"], **{"due_on": SOON, "spread": spread, **more}))


def below(world: World, words: str | None = None, **more: Any) -> SpreadInput:
    return SpreadInput(fan_out="below", unit_id=world.units["van-phong"], words=words, **more)


def test_each_unit_below_another_gets_an_occurrence(world: World) -> None:
    a, b, team = schools(world, "Trường A", "trường B", "Tổ xe")
    deep = people_units.create(world.actors["administrator"], name="Trường A, phân hiệu", parent_id=a).id
    with db.read() as session:
        assert set(units.below(session, world.units["van-phong"], "TRUONG")) == {a, b, deep}
        assert set(units.below(session, world.units["van-phong"], None)) == {a, b, deep, team}
    task_id = fanned(world, below(world, "Trường"))
    assert {row.unit_id for row in occurrences(task_id)} == {a, b, deep} and {row.due_on for row in occurrences(task_id)} == {SOON}
    shown = board.load(world.actors["staff"], task_id)
    assert shown is not None and shown.all == shown.total == 3 and shown.counts["open"] == 3
    assert [row.unit for row in shown.rows] == ["Trường A", "Trường A, phân hiệu", "trường B"]
    found = board.load(world.actors["staff"], task_id, text="phân hiệu")
    assert found is not None and found.total == 1 and found.all == 3


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (SpreadInput(fan_out="below"), "fan_out_unit_id"),
        (SpreadInput(fan_out="listed"), "fan_out_ids"),
        (SpreadInput(fan_out="listed", unit_ids=(10_000,)), "fan_out_ids"),
        (SpreadInput(fan_out="all"), "fan_out"),
    ],
)
def test_a_rule_without_units_is_refused(world: World, given: SpreadInput, field: str) -> None:
    for refused_one, at in ((given, field), (below(world), "fan_out_unit_id")):
        with pytest.raises(Invalid) as refused:
            fanned(world, refused_one)
        assert refused.value.field == at
    assert lists.find(world.actors["clerk"], TaskFilter())[1] == 0


def test_each_unit_and_each_period_is_one_occurrence(world: World) -> None:
    ids = schools(world, "Trường A", "Trường B")
    every = SpreadInput("quarter", dt.date(TODAY.year, 3, 31), None, "listed", unit_ids=tuple(ids))
    task_id = fanned(world, every, due_rule="recurring")
    assert [(row.number, row.unit_id) for row in occurrences(task_id)] == [(number, unit_id) for number in (1, 2, 3, 4) for unit_id in ids]
    found = board.load(world.actors["clerk"], task_id, number=2)
    assert found is not None and found.total == 2 and found.periods == (1, 2, 3, 4)
    # Without one unit; what it had not begun goes.
    change(world, task_id, SpreadInput("quarter", dt.date(TODAY.year, 3, 31), None, "listed", unit_ids=(ids[0],)))
    assert {row.unit_id for row in occurrences(task_id)} == {ids[0]}


def test_a_unit_that_comes_later_is_offered_and_one_that_began_does_not_go(world: World) -> None:
    clerk = world.actors["clerk"]
    (first,) = schools(world, "Trường A")
    task_id = fanned(world, below(world), due_rule="recurring")
    change(world, task_id, below(world, every="month", first=PAST, until=SOON), due_rule="recurring")
    with pytest.raises(Invalid):
        board.join(clerk, task_id, revision=2)
    (late,) = schools(world, "Trường B")
    shown = board.load(clerk, task_id)
    assert shown is not None and shown.missing == ("Trường B",)
    # Saved again under the same rule, nobody is added unasked.
    change(world, task_id, below(world, every="month", first=PAST, until=SOON), title="Tên khác")
    assert {row.unit_id for row in occurrences(task_id)} == {first}
    with pytest.raises(Conflict):
        board.join(clerk, task_id, revision=2)
    assert board.join(clerk, task_id, revision=3) == 1
    # The period before it came is not asked of it.
    assert [row.number for row in occurrences(task_id) if row.unit_id == late] == [2]
    # Nor when the form is saved again, until the rule has a period that is new to all.
    change(world, task_id, below(world, every="month", first=PAST, until=SOON), title="Tên mới")
    assert [row.number for row in occurrences(task_id) if row.unit_id == late] == [2]
    change(world, task_id, below(world, every="month", first=PAST, until=SOON + dt.timedelta(days=31)), title="Tên mới")
    assert [row.number for row in occurrences(task_id) if row.unit_id == late] == [2, 3]
    assert world.events("task:edit")[-1].details["Số kỳ thêm"] == "2"
    change(world, task_id, below(world, every="month", first=PAST, until=SOON), title="Tên mới")
    event = world.events("occurrence:add")[-1]
    assert event.details == {"Đơn vị": "Trường B", "Số đơn vị": "1", "keys": [f"unit:{late}"]}
    one = next(row for row in occurrences(task_id) if row.unit_id == late)
    steps.save(clerk, one.id, state="doing", note=None, person_id=None, revision=1)
    with pytest.raises(Invalid) as refused:
        change(world, task_id, SpreadInput("month", PAST, SOON, "listed", unit_ids=(first,)))
    assert "Trường B" in refused.value.message.told()
    with pytest.raises(Invalid) as told:
        people_units.delete(world.actors["administrator"], late)
    assert "còn 1 kỳ thực hiện nhiệm vụ chưa xong" in told.value.message.told()
    with pytest.raises(Denied):
        board.join(world.actors["other_staff"], task_id, revision=7)


def test_who_works_on_and_who_decides_about_the_occurrence_of_a_unit(world: World) -> None:
    staff, other, leader = (world.actors[name] for name in ("staff", "other_staff", "leader"))
    assert other.unit_id is not None
    task_id = fanned(world, SpreadInput(fan_out="listed", unit_ids=(other.unit_id, world.units["tccb"], world.units["thanh-tra"])))
    rows = {row.unit_id: row for row in occurrences(task_id)}
    own, leading, foreign = rows[other.unit_id], rows[world.units["tccb"]], rows[world.units["thanh-tra"]]
    assert [(row.kind, row.holder) for row in desk.load(other).rows] == [("task", own.id)]
    for step in (steps.report, steps.confirm):
        with pytest.raises(Denied):
            step(other, foreign.id, revision=1, **({"note": "x"} if step is steps.report else {}))
    with pytest.raises(Invalid):
        steps.save(other, own.id, state="doing", note="", person_id=world.users["staff"].id, revision=1)
    steps.save(other, own.id, state="doing", note="", person_id=other.user_id, revision=1)
    steps.report(other, own.id, note="Đã gửi", revision=2)
    assert desk.load(other).total == 0
    # The leading unit confirms the others, not itself.
    assert sorted(row.holder or 0 for row in desk.load(staff).rows) == sorted((own.id, leading.id))
    with pytest.raises(Denied):
        steps.confirm(staff, leading.id, revision=1)
    with pytest.raises(Conflict):
        steps.confirm(staff, own.id, revision=2)
    # What nobody has reported is not confirmed, and who reported what was given back is remembered.
    with pytest.raises(Invalid):
        steps.confirm(leader, foreign.id, revision=1)
    assert board.get(staff, own.id).may_confirm and not board.get(leader, foreign.id).may_confirm
    steps.confirm(staff, own.id, revision=3)
    view = board.get(other, own.id)
    assert view.row.state == "done" and view.confirmed is not None and view.confirmed[0] == staff.label and not view.may_decide
    with pytest.raises(Invalid):
        steps.save(other, own.id, state="doing", note="Sửa", person_id=None, revision=4)
    steps.report(leader, foreign.id, note="Đã gọi", revision=1)
    steps.give_back(leader, foreign.id, reason="Gọi lại", revision=2)
    given = board.get(leader, foreign.id)
    assert given.reported is not None and given.reported[0] == leader.label and not given.may_confirm
    with pytest.raises(Invalid):
        steps.confirm(leader, foreign.id, revision=3)
    steps.report(leader, foreign.id, note="Đã gọi", revision=3)
    with pytest.raises(Invalid) as refused:
        steps.confirm(leader, foreign.id, revision=4)
    assert "không tự xác nhận" in refused.value.message.told()
    steps.confirm(world.actors["clerk"], foreign.id, revision=4)
    assert world.events("occurrence:confirm")[-1].details == {"Đơn vị": "Thanh tra (thử)"}


def test_what_only_clerks_and_leaders_can_confirm_waits_on_their_desks(world: World) -> None:
    staff, clerk, leader = (world.actors[name] for name in ("staff", "clerk", "leader"))
    nowhere = replace(leader, unit_id=None, user_id=world.users["administrator"].id)
    each = fanned(world, SpreadInput(fan_out="listed", unit_ids=(world.units["tccb"], world.units["gdtrh"])))
    rows = {row.unit_id: row.id for row in occurrences(each)}
    once = recurring(world, SpreadInput("year", TODAY, TODAY))
    steps.report(staff, rows[world.units["tccb"]], note="Xong", revision=1)
    steps.report(world.actors["other_staff"], rows[world.units["gdtrh"]], note="Xong", revision=1)
    steps.report(clerk, occurrences(once)[0].id, note="Xong", revision=1)
    own = rows[world.units["tccb"]]
    for actor in (leader, nowhere):
        assert sorted(row.holder or 0 for row in desk.load(actor).rows) == sorted((own, occurrences(once)[0].id))
        assert desk.load(actor).total == 2
    # Who reported does not confirm, and the leading unit confirms the others.
    assert [row.holder for row in desk.load(clerk).rows] == [own]
    assert [row.holder for row in desk.load(staff).rows] == [rows[world.units["gdtrh"]]]
    assert desk.load(replace(world.actors["auditor"], unit_id=None)).total == 0


def test_a_unit_is_not_told_to_do_what_a_cancelled_task_asked(world: World) -> None:
    (school,) = schools(world, "Trường A")
    task_id = fanned(world, SpreadInput(fan_out="listed", unit_ids=(school,)))
    tasks.set_state(world.actors["clerk"], task_id, "cancelled", revision=1)
    with pytest.raises(Invalid) as told:
        people_units.delete(world.actors["administrator"], school)
    assert "chỉ xóa được đơn vị chưa dùng đến" in told.value.message.told()


def test_a_moved_deadline_moves_what_is_unfinished(world: World) -> None:
    ids = schools(world, "Trường A", "Trường B")
    task_id = fanned(world, SpreadInput(fan_out="listed", unit_ids=tuple(ids)))
    finish(world, occurrences(task_id)[0])
    change(world, task_id, SpreadInput(fan_out="listed", unit_ids=tuple(ids)), due_on=PAST)
    assert [row.due_on for row in occurrences(task_id)] == [SOON, PAST]
    steps.give_back(world.actors["leader"], occurrences(task_id)[0].id, reason="Sai", revision=3)
    assert [row.due_on for row in occurrences(task_id)] == [PAST, PAST]
    finish(world, occurrences(task_id)[0])
    assert [row.lead for row in lists.overdue(world.actors["clerk"])] == ["Trường B"]
    with pytest.raises(Invalid):
        steps.give_back(world.actors["leader"], occurrences(task_id)[1].id, reason="x", revision=1)
    with pytest.raises(Invalid):
        steps.skip(world.actors["leader"], occurrences(task_id)[1].id, reason=" ", revision=1)
    view = tasks.get(world.actors["clerk"], task_id)
    tasks.set_state(world.actors["clerk"], task_id, "cancelled", revision=view.revision)
    assert lists.overdue(world.actors["clerk"]) == []
    with pytest.raises(Conflict):
        steps.report(world.actors["clerk"], occurrences(task_id)[1].id, note="x", revision=1)


def test_five_hundred_units_are_given_a_task_in_two_seconds_and_shown_with_as_many_queries(world: World, app: Flask) -> None:
    with db.write() as session:
        session.execute(insert(Unit), [{"name": f"Trường {number:03}", "parent_id": world.units["van-phong"]} for number in range(500)])
    start = time.process_time()
    task_id = fanned(world, below(world, "Trường"))
    assert time.process_time() - start < 2
    small = fanned(world, SpreadInput(fan_out="listed", unit_ids=(world.units["tccb"],)))
    clerk = world.actors["clerk"]
    found = {}
    for number in (small, task_id):
        with counted(app) as queries:
            board.load(clerk, number)
            tasks.get(clerk, number)
        found[number] = len(queries)
    assert found[task_id] == found[small]
