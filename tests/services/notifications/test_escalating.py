"""Leaders are told of what is overdue for many days: first those of the unit, later those of the plan, each once."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from docmgr import db
from docmgr.models import Notice, Plan, User, UserRole
from docmgr.policy import COMMAND_LINE
from docmgr.services.errors import Invalid
from docmgr.services.notifications import reasons
from docmgr.services.notifications.deadlines import escalating
from docmgr.services.planning import tasks
from docmgr.services.planning.occurrences.spread import SpreadInput
from docmgr.services.start import agency
from legaltext import dates
from tests.filling.planning import World, world
from tests.services.planning.test_work_steps import a_plan, a_task, done

__all__ = ["world"]


def ago(days: int) -> dt.date:
    return dates.today() - dt.timedelta(days=days)


def leader_of(world: World, unit: str | None) -> int:
    with db.write() as session:
        user = User(username=f"leader-{unit}", full_name=f"Leader {unit}", password_hash="-", unit_id=world.units[unit] if unit else None)
        user.roles.append(UserRole(role="leader"))
        session.add(user)
        session.flush()
        return user.id


def setting(days: int | None) -> None:
    agency.edit(COMMAND_LINE, name="", escalate_days=days, revision=None)


def told() -> list[tuple[int, str]]:
    with db.read() as session:
        return [(row.user_id, row.cause.split(":")[1]) for row in session.scalars(select(Notice).where(Notice.reason == "escalated").order_by(Notice.id))]


def test_nobody_is_told_until_a_site_says_so(world: World) -> None:
    a_task(world, a_plan(world), "Báo cáo", due_on=ago(40))
    leader_of(world, "tccb")
    assert escalating.tell() == 0 and told() == []


def test_leaders_of_the_unit_and_then_of_the_plan_are_told_once_each(world: World) -> None:
    own, above = leader_of(world, "tccb"), world.users["leader"].id
    plan = a_plan(world)
    with db.write() as session:
        session.get_one(Plan, plan).unit_id = world.units["van-phong"]
    late = a_task(world, plan, "Báo cáo", due_on=ago(7))
    a_task(world, plan, "Chưa đủ ngày", due_on=ago(6))
    ended = a_task(world, plan, "Đã xong", due_on=ago(20))
    done(world, ended)
    setting(7)
    assert escalating.tell() == 1 and told() == [(own, "unit")]
    (event,) = world.events("task:escalate")
    assert (event.subject_id, event.details["Quá hạn (ngày)"], event.details["Báo cho"]["msgid"]) == (late, "7", "Lãnh đạo đơn vị")
    assert escalating.tell() == 0
    setting(3)
    # Now it is late for twice the days, and the other one for as many.
    assert escalating.tell() == 3 and sorted(told()[1:]) == sorted([(own, "unit"), (above, "plan"), (above, "plan")])
    assert escalating.tell() == 0 and len(world.events("task:escalate")) == 4


def test_each_unit_of_a_task_is_told_of_its_own_part(world: World) -> None:
    first, second = leader_of(world, "gdtrh"), leader_of(world, "thanh-tra")
    each = SpreadInput(fan_out="listed", unit_ids=(world.units["gdtrh"], world.units["thanh-tra"]))
    task = a_task(world, a_plan(world), "Báo cáo", due_on=ago(5), spread=each)
    setting(4)
    assert escalating.tell() == 2 and sorted(told()) == sorted([(first, "unit"), (second, "unit")])
    tasks.set_state(world.actors["clerk"], task, "cancelled", revision=1)
    setting(3)
    assert escalating.tell() == 0


def test_a_plan_of_no_unit_is_told_to_leaders_of_the_highest_units_who_want_to_hear(world: World) -> None:
    a_task(world, a_plan(world), "Báo cáo", due_on=ago(10))
    reasons.choose(world.actors["leader"], set(reasons.REASONS) - {"escalated"})
    lonely = leader_of(world, None)
    setting(5)
    assert escalating.tell() == 1 and told() == [(lonely, "plan")]


def test_what_was_to_be_told_long_ago_is_not_told(world: World) -> None:
    leader_of(world, "tccb")
    a_task(world, a_plan(world), "Báo cáo", due_on=ago(60))
    setting(5)
    assert escalating.tell() == 0


def test_what_nobody_can_be_told_of_does_not_stand_before_other_work(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(escalating, "AT_ONCE", 1)
    plan = a_plan(world)
    a_task(world, plan, "Đơn vị không có lãnh đạo", spread=SpreadInput(fan_out="listed", unit_ids=(world.units["gdtrh"],)), due_on=ago(6))
    told_of = leader_of(world, "tccb")
    a_task(world, plan, "Báo cáo", due_on=ago(5))
    setting(4)
    assert escalating.tell() == 1 and told() == [(told_of, "unit")]


@pytest.mark.parametrize("days", [0, 91, -5])
def test_the_setting_takes_days_of_a_quarter(world: World, days: int) -> None:
    with pytest.raises(Invalid):
        setting(days)
    setting(90)
    agency.edit(COMMAND_LINE, name="Sở", revision=None)
    assert agency.load(COMMAND_LINE).escalate_days == 90
    setting(None)
    assert agency.load(COMMAND_LINE).escalate_days is None
