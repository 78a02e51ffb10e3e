"""Tasks that units get are told at once: to each unit that carries one out, to whoever is put in charge, and many in one line."""

from __future__ import annotations

from typing import Any

from docmgr import db
from docmgr.models import Occurrence, User, UserRole
from docmgr.policy import Actor
from docmgr.services.notifications import listing, making
from docmgr.services.planning import board, plans, tasks
from docmgr.services.planning.occurrences import steps
from docmgr.services.planning.occurrences.spread import SpreadInput
from docmgr.services.planning.plans import PlanInput
from docmgr.services.planning.tasks import TaskInput
from tests.services.notifications.telling import told, unit_of


def task(clerk: Actor, plan: int, *unit_ids: int, **more: Any) -> int:
    spread = SpreadInput(fan_out="listed", unit_ids=unit_ids)
    return tasks.create(clerk, plan, TaskInput("Từng đơn vị", unit_of("Ban Giám đốc"), due_rule="on_request", spread=spread, **more))


def in_unit(actor: Actor, unit_id: int, *roles: str) -> None:
    with db.write() as session:
        session.get_one(User, actor.user_id).unit_id = unit_id
        for role in roles:
            session.merge(UserRole(user_id=actor.user_id, role=role))


def test_each_unit_that_carries_a_task_out_is_told_at_once(made: dict[str, Actor]) -> None:
    clerk, staff, leader = made["clerk"], made["staff"], made["leader"]
    unit = unit_of("Phòng Giáo dục Trung học")
    other = unit_of("Ban Giám đốc")
    told(staff)
    plan = plans.create(clerk, PlanInput("Kế hoạch năm", 2026))
    one = task(clerk, plan, unit)
    assert told(staff) == [("assigned", "task:create", "Từng đơn vị")] and told(leader) == [("assigned", "task:create", "Từng đơn vị")]
    # A change that gives it to nobody new tells nobody; one that gives it to another unit tells that one.
    view = tasks.get(clerk, one)
    given = TaskInput("Từng đơn vị", other, due_rule="on_request", spread=SpreadInput(fan_out="listed", unit_ids=(unit,)))
    tasks.edit(clerk, one, TaskInput(**{**vars(given), "due_note": "Sớm"}), revision=view.revision)
    assert len(told(staff)) == 1
    two = task(clerk, plan, other)
    view = tasks.get(clerk, two)
    tasks.edit(clerk, two, TaskInput("Từng đơn vị", other, due_rule="on_request", spread=SpreadInput(fan_out="listed", unit_ids=(unit, other))), revision=view.revision)
    assert told(staff)[1:] == [("assigned", "task:edit", "Từng đơn vị")]
    assert told(clerk) == []


def test_leaders_of_a_unit_are_told_of_what_each_unit_does_and_others_only_without_one(made: dict[str, Actor]) -> None:
    clerk, staff, leader = made["clerk"], made["staff"], made["leader"]
    unit = unit_of("Phòng Giáo dục Trung học")
    in_unit(leader, unit)
    told(staff)
    plan = plans.create(clerk, PlanInput("Kế hoạch năm", 2026))
    task(clerk, plan, unit)
    assert [row[0] for row in told(leader)] == ["assigned"] and told(staff) == []


def test_whoever_is_put_in_charge_of_an_occurrence_is_told(made: dict[str, Actor]) -> None:
    clerk, staff = made["clerk"], made["staff"]
    unit = unit_of("Phòng Giáo dục Trung học")
    told(staff)
    one = task(clerk, plans.create(clerk, PlanInput("Kế hoạch năm", 2026)), unit)
    (row,) = board.load(clerk, one).rows  # type: ignore[union-attr]
    told(staff)

    def put(person_id: int | None, **more: Any) -> None:
        with db.read() as session:
            revision = session.get_one(Occurrence, row.id).revision
        steps.save(clerk, row.id, **{"state": "doing", "note": "", "person_id": person_id, "revision": revision, **more})

    put(staff.user_id)
    assert told(staff)[1:] == [("handed", "occurrence:edit", "Từng đơn vị")]
    put(staff.user_id, note="Đang thu")
    put(None)
    assert len(told(staff)) == 2


def test_many_tasks_of_one_plan_are_one_line_and_few_are_told_each(made: dict[str, Actor]) -> None:
    clerk, staff = made["clerk"], made["staff"]
    unit = unit_of("Phòng Giáo dục Trung học")
    told(staff)
    first, second = (plans.create(clerk, PlanInput(title, 2026)) for title in ("Kế hoạch một", "Kế hoạch hai"))
    for _ in range(making.MOST_GIVEN + 1):
        task(clerk, first, unit)
    for _ in range(making.MOST_GIVEN):
        task(clerk, second, unit)
    rows = told(staff)
    assert sorted(row[2] for row in rows) == ["Kế hoạch một (2026)"] + ["Từng đơn vị"] * making.MOST_GIVEN
    (line,) = [one for one in listing.page(staff).rows if one.kind == "plan"]
    assert (line.number, line.reason, line.who) == (making.MOST_GIVEN + 1, "assigned", clerk.label)
    assert making.make() == 0
