"""What a text asks of many units, given to each of them."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from docmgr import db
from docmgr.models import Occurrence, Task, Unit
from docmgr.services.errors import Invalid
from docmgr.services.planning import plans
from docmgr.services.planning.obligations import deciding, listing
from docmgr.services.planning.obligations.deciding import Acceptance
from docmgr.services.planning.obligations.units import kind_of_many
from docmgr.services.planning.plans import PlanInput
from tests.filling.planning import World, world
from tests.services.planning.proposals import a_plan_paper, picked

__all__ = ["world"]

LINES = (
    "1. Các trường trực thuộc Sở báo cáo kết quả thực hiện định kỳ 06 tháng.",
    "2. Thủ trưởng các đơn vị trực thuộc Sở xây dựng kế hoạch trước ngày 15/6/2024.",
    "3. Phòng Tổ chức cán bộ (thử) xây dựng kế hoạch kiểm tra, hoàn thành trước ngày 15/6/2024.",
)


@pytest.mark.parametrize(
    ("printed", "kind"),
    [
        (("các trường trực thuộc Sở",), "Trường"), (("Hiệu trưởng các trường THPT",), "Trường"), (("mỗi phòng",), "Phòng"), (("Trưởng các phòng thuộc Sở",), "Phòng"),
        (("các phòng, ban, đơn vị",), ""), (("các phòng và đơn vị",), ""), (("các phòng ban",), ""), (("Thủ trưởng các đơn vị trực thuộc",), ""), (("các trung tâm",), "Trung tâm"),
        (("Văn phòng Sở",), None), (("Văn phòng", "các đơn vị"), ""), (("các trường học",), "Trường"), (("Trưởng phòng Tổ chức cán bộ",), None), ((), None),
    ],
)  # fmt: skip
def test_names_of_many_say_of_which_kind_their_units_are(printed: tuple[str, ...], kind: str | None) -> None:
    assert kind_of_many(printed) == kind


def schools(world: World) -> dict[str, int]:
    """Two schools and a centre below the office; their ids by name."""
    with db.write() as session:
        made = [Unit(name=name, parent_id=world.units["van-phong"]) for name in ("Trường THPT Số 1", "Trường THPT Số 2", "Trung tâm Mẫu")]
        session.add_all(made)
        session.flush()
        return {one.name: one.id for one in made}


def accepted(world: World, **more: object) -> list[tuple[Task, set[int], int]]:
    """The tasks made of all proposals: (task, the units that carry it out, how many occurrences)."""
    document_id, clerk = a_plan_paper(world, *LINES), world.actors["clerk"]
    plan_id = plans.create(clerk, PlanInput("Kế hoạch pháp chế", 2024))
    given = Acceptance(**{"plan_id": plan_id, "lead_id": world.units["van-phong"], "due_on": dt.date(2024, 12, 31), **more})  # type: ignore[arg-type]
    deciding.accept(clerk, document_id, picked(document_id), given)
    db.release()
    with db.read() as session:
        tasks = list(session.scalars(select(Task).where(Task.plan_id == plan_id).order_by(Task.position)))
        units = [list(session.scalars(select(Occurrence.unit_id).where(Occurrence.task_id == one.id))) for one in tasks]
        session.expunge_all()
        return [(task, set(held), len(held)) for task, held in zip(tasks, units, strict=True)]


def test_each_unit_of_the_kind_that_is_named_gets_its_own(world: World) -> None:
    made = schools(world)
    reports, plan, inspection = accepted(world, each_below_id=world.units["van-phong"])
    assert reports[1] == {made["Trường THPT Số 1"], made["Trường THPT Số 2"]} and reports[2] == 4
    assert plan[1] == set(made.values()) and plan[2] == 3
    assert [one[0].fan_out for one in (reports, plan, inspection)] == ["below", "below", None]
    assert all(one.unit_id == world.units["van-phong"] for one in reports[0].assignments)


def test_without_a_superior_unit_the_one_in_charge_does_it(world: World) -> None:
    schools(world)
    reports, plan, _inspection = accepted(world)
    assert [one[0].fan_out for one in (reports, plan)] == [None, None] and reports[1] == {world.units["van-phong"]}


def test_a_unit_with_no_such_unit_below_it_is_refused_and_nothing_is_made(world: World) -> None:
    schools(world)
    with pytest.raises(Invalid) as refused:
        accepted(world, each_below_id=world.units["tccb"])
    assert refused.value.field == "fan_out_unit_id"
    with db.read() as session:
        assert session.scalar(select(Task.id)) is None


def test_the_page_offers_units_with_others_below(world: World) -> None:
    document_id = a_plan_paper(world, *LINES)
    assert listing.load(world.actors["clerk"], document_id).superior == ()
    schools(world)
    found = listing.load(world.actors["clerk"], document_id)
    assert [number for number, _name in found.superior] == [world.units["van-phong"]]
    assert [row.many for row in found.shown] == ["Trường", "", None]
