"""Views of plans: each number agrees with the list behind it, and shows nothing of documents that the actor may not read."""

from __future__ import annotations

import datetime as dt

import pytest

from docmgr import db
from docmgr.models import Occurrence, Task
from docmgr.policy import Actor, Denied
from docmgr.services.errors import NotFound
from docmgr.services.planning import lists, plans, tasks
from docmgr.services.planning.occurrences import steps
from docmgr.services.planning.occurrences.spread import SpreadInput
from docmgr.services.planning.plans import PlanInput
from docmgr.services.planning.tasks import TaskInput
from docmgr.services.planning.views import month, sections
from docmgr.services.planning.wanted import kinds, own
from docmgr.services.planning.wanted.filters import ELSEWHERE, TaskFilter, section_of
from legaltext import dates
from tests.filling.planning import PLAN_WORDS, World, world
from tests.services.planning.occurrences.test_recurring import occurrences

__all__ = ["world"]
TODAY = dates.today()
YESTERDAY, TOMORROW = TODAY - dt.timedelta(days=1), TODAY + dt.timedelta(days=1)


def a_plan(world: World, *, closed: bool = False) -> tuple[int, int]:
    """A plan with tasks of every kind under two headings and under none. Returns (plan, document)."""
    clerk = world.actors["clerk"]
    document = world.document("38/KH-SGDĐT", "Thực hiện dân chủ", PLAN_WORDS, closed=closed)
    plan = plans.create(clerk, PlanInput("Kế hoạch dân chủ", TODAY.year, document_id=document))

    def add(title: str, day: dt.date | None, anchor: str | None = None, lead: str = "tccb", **more: object) -> int:
        given = TaskInput(title, world.units[lead], due_rule="fixed" if day else "continuous", due_on=day, document_id=document if anchor else None, anchor=anchor, **more)  # type: ignore[arg-type]
        return tasks.create(clerk, plan, given)

    add("Muộn", YESTERDAY, "muc-II.3.gach-2")
    add("Chưa tới", TOMORROW, "muc-II.3.gach-4", "gdtrh")
    add("Đang làm", None, "muc-II.3", state="doing")
    add("Chung", TOMORROW, "muc-II", state="done")
    add("Bỏ", YESTERDAY, None, state="cancelled")
    each = TaskInput("Từng đơn vị", world.units["tccb"], due_rule="fixed", due_on=YESTERDAY, spread=SpreadInput(fan_out="listed", unit_ids=(world.units["gdtrh"], world.units["thanh-tra"])))
    spread = tasks.create(clerk, plan, each)
    first = next(one for one in occurrences(spread) if one.unit_id == world.units["gdtrh"])
    steps.report(clerk, first.id, note="Xong", revision=1)
    return plan, document


def number(actor: Actor, **wanted: object) -> int:
    return lists.find(actor, TaskFilter(**wanted))[1]  # type: ignore[arg-type]


def test_a_section_is_the_heading_with_the_number_below_it() -> None:
    told = {anchor: section_of(anchor) for anchor in ("muc-II.3.gach-4", "muc-II.gach-1", "muc-II", "dieu-4.khoan-2.diem-a", "muc-II.3-1.gach-2")}
    assert list(told.values()) == ["muc-II.3", "muc-II", "muc-II", "dieu-4", "muc-II.3-1"]


def test_each_part_of_each_bar_is_as_long_as_its_list(world: World) -> None:
    plan, document = a_plan(world)
    clerk = world.actors["clerk"]
    found = sections.load(clerk, plan)
    assert found.of_text and [(row.section, row.words, row.document_id) for row in found.rows] == [
        ("muc-II.3", "II.3. Nâng cao trách nhiệm người đứng đầu", document), ("muc-II", "II. Nội dung thực hiện", document), (ELSEWHERE, None, None),
    ]  # fmt: skip
    assert [row.counts.by_kind for row in found.rows] == [{"late": 1, "open": 1, "doing": 1}, {"done": 1}, {"skipped": 1, "late": 1, "waiting": 1}]
    for row in found.rows:
        assert row.counts.total == number(clerk, plan_id=plan, section=row.section)
        for kind in kinds.KINDS:
            assert row.counts[kind] == number(clerk, plan_id=plan, section=row.section, kind=kind), (row.section, kind)
    assert found.total.by_kind == {"late": 2, "open": 1, "doing": 1, "done": 1, "skipped": 1, "waiting": 1}
    assert {row.title for row in lists.find(clerk, TaskFilter(plan_id=plan, section="muc-II"))[0]} == {"Chung"}
    # Without a plan a section says nothing.
    assert number(clerk, section="muc-II.3") == found.total.total == 7


def test_a_plan_whose_document_is_closed_shows_its_units(world: World) -> None:
    plan, _document = a_plan(world, closed=True)
    staff = world.actors["staff"]
    found = sections.load(staff, plan, by_day=True)
    assert not found.of_text and [row.counts.total for row in found.rows] == [4, 2, 1]
    assert all(row.section is None and row.document_id is None for row in found.rows)
    for row in found.rows:
        assert row.counts.total == number(staff, plan_id=plan, lead_id=row.unit_id) == sum(row.days.values())
    assert number(staff, plan_id=plan, section="muc-II.3") == 0 < number(staff, plan_id=plan, section=ELSEWHERE)
    assert sections.load(world.actors["auditor"], plan).of_text


def test_sections_beyond_the_first_are_one_row_without_a_list(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    plan, _ = a_plan(world)
    every = sections.load(world.actors["clerk"], plan, by_day=True)
    monkeypatch.setattr(sections, "SECTIONS_SHOWN", 1)
    found = sections.load(world.actors["clerk"], plan, by_day=True)
    first, rest = found.rows
    assert (first.section, rest.rest, rest.words, found.total) == ("muc-II.3", True, "", every.total)
    assert rest.counts.by_kind == {"done": 1, "skipped": 1, "late": 1, "waiting": 1}
    assert sum(rest.days.values()) == rest.counts.total == sum(row.counts.total for row in every.rows[1:])



def test_units_beyond_the_shown_ones_are_one_row(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    plan, _document = a_plan(world, closed=True)
    monkeypatch.setattr(sections, "UNITS_SHOWN", 1)
    first, rest = sections.load(world.actors["staff"], plan).rows
    assert (first.unit_id, first.rest, rest.rest) == (world.units["tccb"], False, True) and first.counts.total + rest.counts.total == 7


def test_a_month_counts_each_day_and_marks_free_ones(world: World) -> None:
    plan, _document = a_plan(world)
    clerk, first = world.actors["clerk"], dt.date(2026, 4, 1)
    for day in (dt.date(2026, 4, 30), dt.date(2026, 4, 15), dt.date(2026, 5, 1), dt.date(2026, 3, 31)):
        tasks.create(clerk, plan, TaskInput(f"Hạn {day}", world.units["thanh-tra"], due_rule="fixed", due_on=day))
    found = month.load(clerk, first, TaskFilter())
    assert (len(found.days), found.blank, found.before, found.after, found.known) == (30, 2, dt.date(2026, 3, 1), dt.date(2026, 5, 1), True)
    due = {one.day.day: one.counts.total for one in found.days if one.counts.total}
    assert due == {15: 1, 30: 1} and found.total.total == 2
    free = {one.day.day: one.holiday for one in found.days if one.free}
    assert {4, 5} <= set(free) and free[30] and 15 not in free
    assert month.load(clerk, first, TaskFilter(unit_id=world.units["gdtrh"])).total.total == 0
    assert month.load(clerk, TODAY.replace(day=1), TaskFilter(plan_id=plan)).total.total == number(
        clerk, plan_id=plan, since=TODAY.replace(day=1), until=month.load(clerk, TODAY.replace(day=1), TaskFilter()).last
    )
    assert not month.load(clerk, dt.date(2050, 2, 1), TaskFilter()).known
    assert month.load(clerk, dt.date(2100, 12, 1), TaskFilter()).after is None


def test_own_work_is_counted_as_it_is_listed(world: World) -> None:
    plan, _document = a_plan(world)
    clerk, staff, other = (world.actors[name] for name in ("clerk", "staff", "other_staff"))
    support = TaskInput("Phối hợp", world.units["tccb"], (world.units["gdtrh"],), due_rule="fixed", due_on=TOMORROW)
    tasks.create(clerk, plan, support)
    with db.write() as session:
        mine = session.query(Occurrence).filter_by(unit_id=world.units["thanh-tra"]).one()
        mine.person_id = other.user_id
    assert own.counts(other) == {"mine": 1, "unit": 1, "confirm": 0, "support": 1}
    # Another unit leads it, whose people confirm.
    assert own.counts(staff)["confirm"] == 1 and own.counts(clerk)["confirm"] == 0
    for actor in (clerk, staff, other, world.actors["leader"]):
        for who, many in own.counts(actor).items():
            assert many == number(actor, who=who), (actor, who)
    assert own.counts(staff)["mine"] == 0
    with db.write() as session:
        session.query(Task).filter_by(title="Phối hợp").one().person_id = staff.user_id
    # A task that one person carries out, without occurrences, is that person's too.
    assert own.counts(staff)["mine"] == number(staff, who="mine") == 1
    with db.write() as session:
        session.query(Occurrence).filter_by(state="waiting").one().reported_by = staff.user_id
    # Nobody confirms what they reported.
    assert own.counts(staff)["confirm"] == 0


def test_views_need_the_right_to_read_plans(world: World) -> None:
    plan, _document = a_plan(world)
    nobody = world.actors["administrator"]
    for refused in (lambda: sections.load(nobody, plan), lambda: month.load(nobody, TODAY.replace(day=1), TaskFilter()), lambda: own.counts(nobody), lambda: month.plans_offered(nobody)):
        with pytest.raises(Denied):
            refused()
    with pytest.raises(NotFound):
        sections.load(world.actors["clerk"], 10_000)
