"""The blocks of the home page, favourites and the short lists: chosen by each person, with nothing hidden, in few queries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from docmgr import db
from docmgr.context import Context
from docmgr.models import (
    Document,
    DocumentFlow,
    Favourite,
    FlowAssignment,
    Grant,
    HomeChoice,
    WorkflowVersion,
)
from docmgr.policy import COMMAND_LINE, ROLES, Actor, Denied
from docmgr.services.access import rule
from docmgr.services.documents import lifecycle
from docmgr.services.errors import Conflict, Invalid, NotFound
from docmgr.services.overview import blocks, desk, favourites, lists, unanswered, unit_waiting
from docmgr.services.overview.blocks import BLOCKS, DEFAULTS
from docmgr.services.trail import log, readings
from docmgr.services.workflow import assigning, starting
from docmgr.services.workflow.assigning import Receivers
from tests.filling.planning import World, world
from tests.filling.registers import workflow
from tests.support.racing import at_once, count

__all__ = ["world"]


def test_each_role_has_blocks_by_default_and_no_others(world: World) -> None:
    assert set(DEFAULTS) == set(ROLES) and {key for held in DEFAULTS.values() for key in held} <= set(BLOCKS)
    for role in ROLES:
        found = blocks.load(world.actors[role])
        assert found.revision == 0 and set(found.shown) == set(DEFAULTS[role]), role
        for key in (*found.shown, *found.others):
            assert BLOCKS[key].role in (None, role), (role, key)
    both = Actor(1, "Hai vai", roles=frozenset({"clerk", "administrator"}))
    assert blocks.load(both).shown == ("waiting", "recent", "clerk", "favourites", "administrator")
    assert blocks.load(world.actors["administrator"]).others == ()


def test_what_a_person_chose_stays_in_its_order(world: World) -> None:
    staff, leader = world.actors["staff"], world.actors["leader"]
    blocks.choose(staff, ["saved", "due", "saved", "no such block", "leader"], revision=0)
    db.release()
    found = blocks.load(staff)
    assert (found.shown, found.revision) == (("saved", "due"), 1) and "waiting" in found.others and "leader" not in found.others
    assert blocks.load(leader).revision == 0
    with pytest.raises(Conflict):
        blocks.choose(staff, ["due"], revision=0)
    blocks.choose(staff, [], revision=1)
    db.release()
    assert (blocks.load(staff).shown, blocks.load(staff).revision) == ((), 2)
    blocks.forget(staff)
    blocks.forget(staff)
    db.release()
    assert set(blocks.load(staff).shown) == set(DEFAULTS["staff"]) and count(HomeChoice) == 0 and world.events() == []


def test_two_windows_at_once_make_one_choice(world: World, site: Context) -> None:
    staff = world.actors["staff"]
    done = at_once(site, [lambda key=key: blocks.choose(staff, [key], revision=0) for key in ("due", "saved")], held=True)
    assert sorted(type(one).__name__ for one in done) == ["Conflict", "NoneType"] and count(HomeChoice) == 1


def test_a_star_is_for_what_one_may_see(world: World, monkeypatch: pytest.MonkeyPatch, count_queries: Callable[[], Any]) -> None:
    clerk, staff = world.actors["clerk"], world.actors["staff"]
    papers = [world.document(f"{number}/KH", f"Văn bản {number}") for number in range(3)]
    hidden = world.document("9/KH", "Kín", closed=True)
    for kind, number in (("document", hidden), ("folder", world.closed_folder_id), ("plan", 1), ("document", 10**12)):
        with pytest.raises(NotFound):
            favourites.add(staff, kind, number)
    favourites.add(staff, "folder", world.folder_id)
    for number in (papers[0], papers[0]):
        favourites.add(staff, "document", number)
    db.release()
    with count_queries() as few:
        assert [(one.kind, one.label, one.more) for one in favourites.everything(staff)] == [("folder", "Chung", None), ("document", "Kế hoạch 0/KH", "Văn bản 0")]
    favourites.add(staff, "document", papers[1])
    db.release()
    with count_queries() as many:
        assert len(favourites.everything(staff)) == 3
    assert few.number == many.number
    lifecycle.set_workflow(clerk, papers[0], "withdrawn")
    assert [one.label for one in favourites.everything(staff)] == ["Chung", "Kế hoạch 1/KH"]
    monkeypatch.setattr(favourites, "MOST", 3)
    # What may not be seen any more makes room.
    favourites.add(staff, "document", papers[2])
    assert count(Favourite) == 3 and not favourites.has(staff, "document", papers[0])
    more = world.document("7/KH", "Nữa")
    with pytest.raises(Invalid):
        favourites.add(staff, "document", more)
    favourites.remove(staff, "document", papers[2])
    favourites.remove(staff, "document", papers[2])
    assert favourites.has(staff, "document", papers[1]) and not favourites.has(staff, "document", papers[2])
    assert favourites.everything(clerk) == []


def assign(document_id: int, key: str, role: str = "lead") -> None:
    """Assign a document in a run of any workflow."""
    with db.write() as session:
        flow = session.scalar(select(DocumentFlow).where(DocumentFlow.document_id == document_id))
        if flow is None:
            flow = DocumentFlow(document_id=document_id, version_id=session.scalars(select(WorkflowVersion.id)).first(), state="x")
            session.add(flow)
            session.flush()
        session.add(FlowAssignment(flow_id=flow.id, document_id=document_id, key=key, role=role))
        session.flush()
        rule.assign_list(session, session.get_one(Document, document_id))


def test_lists_hold_what_the_person_may_read(world: World, count_queries: Callable[[], Any]) -> None:
    clerk, staff, leader = world.actors["clerk"], world.actors["staff"], world.actors["leader"]
    for_all, for_unit, hidden = world.document("1/KH", "Cho mọi người"), world.document("2/KH", "Cho đơn vị", closed=True), world.document("3/KH", "Kín", closed=True)
    with db.write() as session:
        session.add(Grant(document_id=for_unit, role="reader", key=f"unit:{staff.unit_id}"))
        session.flush()
        rule.assign_list(session, session.get_one(Document, for_unit))
    assert [one.id for one in lists.new_for_unit(staff)] == [for_unit] and lists.new_for_unit(leader) == []
    assert lists.new_for_unit(Actor(1, "Không đơn vị", roles=frozenset({"staff"}))) == []
    for document in (for_all, for_unit, for_all):
        readings.opened(staff, document, apart=True)
    readings.opened(clerk, hidden)
    db.release()
    with count_queries() as few:
        assert [one.id for one in lists.seen_lately(staff)] == [for_all, for_unit]
    assert [one.id for one in lists.seen_lately(clerk)] == [hidden]
    lifecycle.set_workflow(clerk, for_unit, "withdrawn")
    db.release()
    with count_queries() as fewer:
        assert [one.id for one in lists.seen_lately(staff)] == [for_all]
    assert few.number == fewer.number == 2 and lists.new_for_unit(staff) == []


def test_a_unit_waits_since_its_first_assignment(world: World, count_queries: Callable[[], Any]) -> None:
    clerk, staff, leader = world.actors["clerk"], world.actors["staff"], world.actors["leader"]
    for_all, hidden = world.document("1/KH", "Cho mọi người"), world.document("3/KH", "Kín", closed=True)
    assign(for_all, f"unit:{staff.unit_id}")
    assign(for_all, f"user:{staff.user_id}", "support")
    assign(for_all, f"user:{leader.user_id}", "sent")
    assign(hidden, f"user:{clerk.user_id}")
    db.release()
    tccb, office = "Phòng Tổ chức cán bộ (thử)", "Văn phòng (thử)"
    assert [(row.unit, row.count) for row in unit_waiting.by_unit(leader)] == [(tccb, 1)]
    assert [(row.unit, row.count) for row in unit_waiting.by_unit(clerk)] == [(tccb, 1), (office, 1)]


def test_a_hand_over_within_a_unit_does_not_begin_its_wait_again(world: World) -> None:
    staff, leader, clerk = world.actors["staff"], world.actors["leader"], world.actors["clerk"]
    document = world.document("1/KH", "Chuyển trong đơn vị")
    starting.start(COMMAND_LINE, document, workflow("incoming"))
    assigning.hand_over(COMMAND_LINE, document, Receivers(f"unit:{staff.unit_id}"), revision=None)
    with db.write() as session:
        for one in session.scalars(select(FlowAssignment)):
            one.given_at = db.now() - dt.timedelta(days=9)
    db.release()
    assigning.hand_over(COMMAND_LINE, document, Receivers(f"user:{staff.user_id}"), revision=None)
    (row,) = unit_waiting.papers(leader, staff.unit_id or 0).rows
    assert (row.document.id, row.days) == (document, 9) and unit_waiting.by_unit(leader)[0].longest == 9
    # Another unit waits since it got the document, and the first one not any more, until it gets it back.
    assigning.hand_over(COMMAND_LINE, document, Receivers(f"user:{clerk.user_id}"), revision=None)
    assert [(row.unit_id, row.longest) for row in unit_waiting.by_unit(leader)] == [(clerk.unit_id, 0)]
    assigning.hand_over(COMMAND_LINE, document, Receivers(f"user:{staff.user_id}"), revision=None)
    assert [(row.unit_id, row.longest) for row in unit_waiting.by_unit(leader)] == [(staff.unit_id, 9)]


def test_waiting_times_of_units_are_those_of_what_the_person_may_read(world: World, count_queries: Callable[[], Any]) -> None:
    clerk, staff, leader = world.actors["clerk"], world.actors["staff"], world.actors["leader"]
    for_all, hidden = world.document("1/KH", "Cho mọi người"), world.document("3/KH", "Kín", closed=True)
    tccb, office = "Phòng Tổ chức cán bộ (thử)", "Văn phòng (thử)"
    assign(for_all, f"unit:{staff.unit_id}")
    assign(for_all, f"user:{staff.user_id}", "support")
    assign(hidden, f"user:{clerk.user_id}")
    for days, document in enumerate((for_all, hidden), start=3):
        with db.write() as session:
            for one in session.scalars(select(FlowAssignment).where(FlowAssignment.document_id == document)):
                one.given_at = db.now() - dt.timedelta(days=days, hours=one.role == "lead")
    # Two assignments of one document in a unit are one wait, from the first on.
    third = world.document("9/KH", "Chờ tiếp")
    assign(third, f"user:{staff.user_id}")
    db.release()
    with count_queries() as several:
        found = unit_waiting.by_unit(clerk)
    assert [(row.unit, row.count, row.median, row.longest) for row in found] == [(tccb, 2, 3, 3), (office, 1, 4, 4)]
    db.release()
    with count_queries() as fewer:
        assert [(row.unit_id, row.count) for row in unit_waiting.by_unit(leader)] == [(staff.unit_id, 2)]
    assert several.number == fewer.number == 3
    listed = unit_waiting.papers(leader, staff.unit_id or 0)
    assert (listed.unit, listed.total, [(row.document.id, row.days) for row in listed.rows]) == (tccb, 2, [(for_all, 3), (third, 0)])
    assert unit_waiting.papers(leader, clerk.unit_id or 0).rows == () and unit_waiting.papers(leader, unit_waiting.NO_UNIT).total == 0
    assert [row.document.id for row in unit_waiting.papers(clerk, clerk.unit_id or 0).rows] == [hidden]
    with pytest.raises(NotFound):
        unit_waiting.papers(leader, 999)
    with pytest.raises(Denied):
        unit_waiting.papers(Actor(1, "Quản trị", roles=frozenset({"administrator"})), unit_waiting.NO_UNIT)


def test_due_soon_is_what_is_due_within_days() -> None:
    day = dt.date(2026, 5, 4)
    items = [desk.WaitingItem("task", number, "Việc", "KH", "open", due, False) for number, due in enumerate(
        (day - dt.timedelta(days=3), day, day + dt.timedelta(days=7), day + dt.timedelta(days=8), None))]  # fmt: skip
    assert [one.id for one in desk.due_soon(desk.Desk(tuple(items), {}), 8, day)] == [0, 1, 2]
    assert [one.id for one in desk.due_soon(desk.Desk(tuple(items), {}), 2, day)] == [0, 1]


def searched(actor: Actor, query: str, found: int | None, told: str | None = None) -> None:
    details = {"query": query, "count": found, "filter": told}
    with db.write() as session:
        log.record(session, actor, "search:find", "search", None, query, details={key: value for key, value in details.items() if value is not None})


def test_only_what_three_people_missed_is_told_and_to_leaders_alone(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    some = [world.actors[name] for name in ("clerk", "staff", "other_staff", "auditor")]
    leader = world.actors["leader"]
    for actor in some:
        searched(actor, "Xe ô tô", 0)
    for actor in some[:3]:
        searched(actor, "thấy  rồi", 4)
        searched(actor, "lọc", 0, "Loại: Nghị quyết")
        searched(actor, "không chỉ mục", None)
        searched(actor, "nghỉ phép " if actor is some[0] else "Nghỉ phép", 0)
    for _ in range(5):
        searched(some[0], "một người", 0)
    searched(some[1], "một người", 0)
    db.release()
    assert unanswered.searches(leader) == [unanswered.UnansweredSearch("xe ô tô", 4), unanswered.UnansweredSearch("nghỉ phép", 3)]
    for actor in (*some, world.actors["administrator"]):
        with pytest.raises(Denied):
            unanswered.searches(actor)
    monkeypatch.setattr(unanswered, "offered", lambda: False)
    assert unanswered.searches(leader) == []
