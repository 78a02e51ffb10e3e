"""The coverage of plans in pages: which provisions and units a page has, and that nothing of them is lost between pages."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from docmgr import db
from docmgr.models import Link, Occurrence, Unit
from docmgr.policy import Actor, Denied
from docmgr.services.errors import NotFound
from docmgr.services.planning import coverage, lists, plans, tasks
from docmgr.services.planning.occurrences.spread import SpreadInput
from docmgr.services.planning.plans import PlanInput
from docmgr.services.planning.tasks import TaskInput
from docmgr.services.planning.views import provisions
from docmgr.services.planning.wanted.filters import TaskFilter
from legaltext import dates
from tests.filling.planning import World, world

__all__ = ["world"]
YESTERDAY = dates.today() - dt.timedelta(days=1)
WORDS = tuple((f"muc-{number}", str(number), "so", f"Nội dung {number}") for number in range(1, 8)) + (
    ("muc-8", "8", "so", ""), ("muc-8.gach-1", "Gạch đầu dòng 1", "gach", "Rà soát quy chế."), ("chu-ky", "", "chu-ky", "Giám đốc"),
)  # fmt: skip


def a_plan(world: World, *, closed: bool = False) -> tuple[int, int]:
    document = world.document("38/KH-SGDĐT", "Thực hiện dân chủ", WORDS, closed=closed)
    return plans.create(world.actors["clerk"], PlanInput("Kế hoạch dân chủ", 2024, document_id=document)), document


def a_task(world: World, plan: int, title: str, **more: object) -> int:
    return tasks.create(world.actors["clerk"], plan, TaskInput(title, world.units["tccb"], **{"due_rule": "continuous", **more}))  # type: ignore[arg-type]


def test_pages_have_each_provision_once_and_count_the_same(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    plan, document = a_plan(world)
    a_task(world, plan, "Việc", document_id=document, anchor="muc-3")
    monkeypatch.setattr(provisions, "PAGE_SIZE", 3)
    pages = [provisions.load(world.actors["staff"], plan, number) for number in (1, 2, 3, 4)]
    # A heading without words of its own and the signature have no tasks.
    assert [row.place.anchor for page in pages for row in page.rows] == [*(f"muc-{number}" for number in range(1, 8)), "muc-8.gach-1"]
    assert {(page.total, page.untouched) for page in pages} == {(8, 7)}
    assert [(row.place.anchor, row.total) for page in pages for row in page.rows if row.total] == [("muc-3", 1)]


def test_a_heading_with_a_task_of_its_own_is_listed(world: World) -> None:
    plan, document = a_plan(world)
    assert "muc-8" not in {row.place.anchor for row in provisions.load(world.actors["staff"], plan).rows}
    a_task(world, plan, "Việc", document_id=document, anchor="muc-8")
    found = {row.place.anchor: row.total for row in provisions.load(world.actors["staff"], plan).rows}
    # Without any words it has no place in the list, as in the choice of provisions.
    assert found.get("muc-8") is None and found["muc-8.gach-1"] == 0


def test_the_first_tasks_of_a_provision_are_named_in_the_order_of_the_plan(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    plan, document = a_plan(world)
    ids = [a_task(world, plan, f"Việc {number}", document_id=document, anchor="muc-1") for number in range(4)]
    monkeypatch.setattr(provisions, "TASKS_SHOWN", 3)
    first = provisions.load(world.actors["staff"], plan).rows[0]
    assert not any(one.proven for one in first.tasks)
    assert ([one.id for one in first.tasks], [one.title for one in first.tasks], first.total) == (ids[:3], ["Việc 0", "Việc 1", "Việc 2"], 4)


def test_who_may_not_read_the_document_or_plans_gets_nothing(world: World) -> None:
    plan, _ = a_plan(world, closed=True)
    assert provisions.load(world.actors["clerk"], plan).total == 8
    assert provisions.load(world.actors["staff"], plan) == provisions.ProvisionPage()
    with pytest.raises(Denied):
        provisions.load(Actor(1, "x", roles=frozenset({"administrator"})), plan)
    with pytest.raises(NotFound):
        provisions.load(world.actors["clerk"], 9_999)
    with pytest.raises(NotFound):
        coverage.coverage(world.actors["clerk"], 9_999)
    bare = plans.create(world.actors["clerk"], PlanInput("Kế hoạch không văn bản", 2024))
    assert provisions.load(world.actors["clerk"], bare).total == 0


def test_of_many_units_those_with_most_overdue_stand_first(world: World) -> None:
    plan, _ = a_plan(world)
    with db.write() as session:
        new = [Unit(name=f"Trường {number}") for number in range(3)]
        session.add_all(new)
        session.flush()
        ids = [one.id for one in new]
    for place, late in enumerate((0, 2, 1)):
        for number in range(late):
            tasks.create(world.actors["clerk"], plan, TaskInput(f"Muộn {place}.{number}", ids[place], due_on=YESTERDAY))
        tasks.create(world.actors["clerk"], plan, TaskInput(f"Việc {place}", ids[place], due_rule="continuous"))
    found = coverage.coverage(world.actors["leader"], plan)
    assert [row.unit_id for row in found.foremost(2)] == [ids[1], ids[2]]
    assert found.foremost(3) == found.units and [row.unit for row in found.units] == ["Trường 0", "Trường 1", "Trường 2"]


def test_a_page_of_a_list_tells_how_many_there_are_even_behind_the_last(world: World) -> None:
    plan, _ = a_plan(world)
    for number in range(5):
        a_task(world, plan, f"Việc {number}", due_rule="fixed", due_on=YESTERDAY)
    wanted = TaskFilter(plan_id=plan, overdue=True)
    pages = [lists.find(world.actors["staff"], wanted, page=page, per_page=2) for page in (1, 3, 4)]
    assert [(len(rows), total) for rows, total in pages] == [(2, 5), (1, 5), (0, 5)]
    assert lists.find(world.actors["staff"], wanted, per_page=0) == ([], 5)


def test_the_first_page_counts_evidence_of_the_units_that_it_shows(world: World) -> None:
    clerk, leader = world.actors["clerk"], world.actors["leader"]
    plan, open_one = a_plan(world)
    closed = world.document("39/KH-SGDĐT", "Chỉ văn thư đọc", closed=True)
    with db.write() as session:
        new = [Unit(name=f"Trường {number:02d}") for number in range(25)]
        session.add_all(new)
        session.flush()
        ids = [one.id for one in new]
    task = a_task(world, plan, "Tổ chức hội nghị", due_rule="fixed", due_on=YESTERDAY, spread=SpreadInput(fan_out="listed", unit_ids=tuple(ids)))
    with db.write() as session:
        for place, one in enumerate(session.scalars(select(Occurrence).where(Occurrence.task_id == task).order_by(Occurrence.unit_id))):
            # The last five have nothing to do, so they do not stand first.
            one.state = "done" if place < 8 or place >= 20 else "open"
            for document in ((open_one,) if place < 3 or place == 22 else (closed,) if place in (3, 4) else ()):
                session.add(Link(task_id=task, occurrence_id=one.id, document_id=document, role="evidence", created_by_label="Clerk"))
    whole, first = coverage.coverage(leader), coverage.of_foremost(leader)
    shown = {row.unit_id: row.counts for row in first.foremost()}
    assert shown == {row.unit_id: row.counts for row in whole.foremost()} and len(shown) == coverage.UNITS_SHOWN
    assert [row.unit_id for row in first.units] == [row.unit_id for row in whole.units]
    for mine, theirs in ((first.total, whole.total), *zip([row.counts for row in first.units], [row.counts for row in whole.units], strict=True)):
        assert (mine.tasks, mine.done, mine.overdue) == (theirs.tasks, theirs.done, theirs.overdue)
    # Evidence that one may not read does not count.
    assert [shown[ids[place]].unproven for place in (0, 3, 4)] == [whole_of(whole, ids[place]) for place in (0, 3, 4)] == [0, 1, 1]
    assert [whole_of(coverage.coverage(clerk), ids[place]) for place in (0, 3, 4)] == [0, 0, 0]


def test_the_units_of_the_first_page_are_those_with_most_overdue_of_both_kinds(world: World) -> None:
    clerk, leader = world.actors["clerk"], world.actors["leader"]
    plan, _ = a_plan(world)
    with db.write() as session:
        new = [Unit(name=f"Trường {number:02d}") for number in range(25)]
        session.add_all(new)
        session.flush()
        ids = [one.id for one in new]
    a_task(world, plan, "Tổ chức hội nghị", due_rule="fixed", due_on=YESTERDAY, spread=SpreadInput(fan_out="listed", unit_ids=tuple(ids[:10])))
    # More to do than the others, and none of it late.
    for unit in (*ids[10:], *ids[10:]):
        tasks.create(clerk, plan, TaskInput("Việc thường xuyên", unit, due_rule="continuous"))
    tasks.create(clerk, plan, TaskInput("Việc đã quá hạn", ids[9], due_rule="fixed", due_on=YESTERDAY))
    whole, first = coverage.coverage(leader), coverage.of_foremost(leader)
    assert first.foremost() == whole.foremost() and {row.unit_id for row in first.foremost()} >= set(ids[:10])
    most = first.foremost()[0]
    assert (most.unit_id, most.counts.overdue, most.counts.tasks) == (ids[9], 2, 2)


def whole_of(found: coverage.Coverage, unit_id: int) -> int:
    return next(row.counts.unproven for row in found.units if row.unit_id == unit_id)
