"""Notices from the trail: who is told of what, once, of nothing hidden, and not thousands of times."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from docmgr import db
from docmgr.context import Context
from docmgr.models import Notice, NoticePlace, TrailEvent
from docmgr.policy import COMMAND_LINE, Actor
from docmgr.services.documents import lifecycle
from docmgr.services.documents import upload as uploads
from docmgr.services.folders import sharing, tree
from docmgr.services.folders.sharing import RightsChange, SharedThing
from docmgr.services.inspection import findings, inspections
from docmgr.services.inspection.findings import FindingInput, RecommendationInput
from docmgr.services.inspection.inspections import InspectionInput
from docmgr.services.notifications import (
    events,
    following,
    gathering,
    listing,
    making,
    reasons,
    sweeping,
)
from docmgr.services.people import accounts, groups
from docmgr.services.planning import board, plans, tasks
from docmgr.services.planning.occurrences import steps
from docmgr.services.planning.occurrences.spread import SpreadInput
from docmgr.services.planning.plans import PlanInput
from docmgr.services.planning.tasks import TaskInput
from docmgr.services.relations import relations
from docmgr.services.trail import log, words
from tests.filling.filing import own_grants, taking
from tests.services.notifications.telling import paper, told, unit_of
from tests.support.racing import at_once, count


def test_who_follows_a_document_hears_of_it_and_the_one_who_acts_does_not(made: dict[str, Actor]) -> None:
    clerk, staff, leader = made["clerk"], made["staff"], made["leader"]
    first, other = paper(clerk), paper(clerk, "b.txt")
    told(staff)
    for actor in (clerk, staff):
        following.follow(actor, "document", first)
        following.follow(actor, "document", first)
    uploads.add_version(clerk, first, io.BytesIO(b"second version of it"), "a2.txt", None)
    relations.add(clerk, other, "replaces", first)
    reasons.choose(staff, set(reasons.REASONS) - {"workflow"})
    lifecycle.set_workflow(clerk, first, "draft")
    lifecycle.set_workflow(clerk, first, "published")
    assert told(staff) == [("version", "version:add", "a.txt"), ("linked", "relation:add", "b.txt")]
    assert told(clerk) == told(leader) == []
    following.stop(staff, "document", first)
    uploads.add_version(clerk, first, io.BytesIO(b"third version of it"), "a3.txt", None)
    assert len(told(staff)) == 2 and count(Notice) == 2


def test_every_change_of_versions_relations_and_links_is_told_but_how_a_file_was_read() -> None:
    changes = {action for action in log.ACTION_LABELS if action.startswith(("version:", "relation:", "link:"))}
    assert changes - events.TOLD == {"version:convert", "version:unconvert", "version:accept", "version:keep"}


def test_nothing_is_told_that_the_reader_may_not_read_any_more(made: dict[str, Actor]) -> None:
    clerk, staff = made["clerk"], made["staff"]
    first, other = paper(clerk), paper(clerk, "b.txt")
    following.follow(staff, "document", first)
    told(staff)
    relations.add(clerk, other, "guides", first)
    uploads.add_version(clerk, first, io.BytesIO(b"second version of it"), "a2.txt", None)
    assert len(told(staff)) == 2 and listing.unread(staff) == 2
    (linked,) = [row.id for row in listing.page(staff).rows if row.reason == "linked"]
    # The other document of a relation counts like the followed one.
    lifecycle.set_workflow(clerk, other, "withdrawn")
    assert [row[0] for row in told(staff)] == ["version"] and listing.unread(staff) == 1
    with pytest.raises(Exception, match="^$"):
        listing.open_one(staff, linked)
    lifecycle.delete(clerk, [first])
    assert told(staff) == [] and listing.unread(staff) == 0 and following.everything(staff) == []
    assert count(Notice, Notice.user_id == staff.user_id) == 2


def test_a_followed_folder_tells_once_a_day_and_of_no_hidden_document(made: dict[str, Actor], monkeypatch: pytest.MonkeyPatch) -> None:
    clerk, staff = made["clerk"], made["staff"]
    monkeypatch.setattr(making, "MOST_DOCUMENTS", 4)
    monkeypatch.setattr(listing, "MOST_DOCUMENTS", 4)
    above = tree.create(clerk, tree.root_id(), "Công văn").id
    below = tree.create(clerk, above, "2026").id
    following.follow(staff, "folder", above)
    draft = uploads.upload(clerk, io.BytesIO(b"a draft that nobody sees"), "nhap.txt", folder_id=below).document_id
    assert told(staff) == [] and count(Notice) == 0
    papers = [paper(clerk, f"{number}.txt", below) for number in range(3)]
    told(staff)
    papers += [paper(clerk, "3.txt", above)]
    told(staff)
    (row,) = listing.page(staff).rows
    assert (row.number, row.at_least, row.about.label if row.about else "") == (4, False, "Công văn")
    lifecycle.set_workflow(clerk, papers[0], "withdrawn")
    paper(clerk, "4.txt", below)
    told(staff)
    (row,) = listing.page(staff).rows
    # Five arrived; of the four that the notice names, three may be read now, and nothing is told of more.
    assert (row.number, row.at_least) == (3, False) and listing.unread(staff) == 1
    assert listing.open_one(staff, row.id) == listing.OpenedNotice("folder", above) and listing.unread(staff) == 0
    paper(clerk, "5.txt", below)
    told(staff)
    (row,) = listing.page(staff).rows
    assert (row.number, row.read, row.document.label if row.document else "") == (1, False, "5.txt")
    assert draft is not None and count(Notice) == 1
    # Who marks all that a page showed does not mark what came into the same line since.
    shown = listing.page(staff)
    paper(clerk, "6.txt", below)
    told(staff)
    listing.mark(staff, up_to=shown.rows[0].id, seq=shown.seq)
    assert listing.unread(staff) == 1
    shown = listing.page(staff)
    listing.mark(staff, up_to=shown.rows[0].id, seq=shown.seq)
    assert listing.unread(staff) == 0
    paper(clerk, "7.txt", below)
    told(staff)
    # A subfolder of which the rights end hides what is in it.
    sharing.set_inherit(clerk, SharedThing(folder_id=below), inherit=False)
    assert told(staff) == [] and listing.unread(staff) == 0


def test_who_is_given_a_right_hears_of_it_while_it_lasts(made: dict[str, Actor]) -> None:
    clerk, staff, leader, auditor = (made[role] for role in ("clerk", "staff", "leader", "auditor"))
    folder = tree.create(clerk, tree.root_id(), "Kín").id
    on = SharedThing(folder_id=folder)
    sharing.set_inherit(clerk, on, inherit=False)
    group = groups.create(COMMAND_LINE, "Tổ rà soát")
    for one in (leader, auditor):
        groups.add(COMMAND_LINE, group, one.user_id or 0)
    leader, other = replace(leader, groups=frozenset({group})), paper(clerk)
    sharing.grant(clerk, on, f"user:{staff.user_id}", "editor")
    sharing.grant(clerk, on, f"group:{group}", "reader")
    sharing.grant(clerk, SharedThing(document_id=other), f"group:{group}", "reader")
    sharing.grant(clerk, on, "role:leader", "reader")
    assert told(staff) == [("shared", "folder:share", "Kín")] and listing.unread(staff) == 1
    assert told(leader) == [("shared", "folder:share", "Kín"), ("shared", "document:share", "a.txt")]
    assert told(auditor) == told(leader) and told(clerk) == []
    assert listing.open_one(staff, listing.page(staff).rows[0].id).kind == "folder"
    # Who has lost the right since sees nothing of it, and who lost it before the notice is made gets none.
    sharing.change(clerk, on, taking(f"user:{staff.user_id}", "editor"))
    assert told(staff) == [] and listing.unread(staff) == 0
    sharing.revoke(clerk, next(row.id for row in own_grants(on) if row.key == "role:leader"))
    sharing.change(clerk, on, taking(f"group:{group}", "reader"))
    assert told(leader) == [("shared", "document:share", "a.txt")]
    assert told(auditor) == [("shared", "folder:share", "Kín"), ("shared", "document:share", "a.txt")]
    before = count(Notice, Notice.user_id == staff.user_id)
    sharing.grant(clerk, on, f"user:{staff.user_id}", "reader")
    sharing.change(clerk, on, taking(f"user:{staff.user_id}", "reader"))
    made_now = told(staff)
    assert count(Notice, Notice.user_id == staff.user_id) == before
    sharing.grant(clerk, on, f"unit:{staff.unit_id}", "reader")
    assert made_now == [] and [row[0] for row in told(staff)][-1:] == ["shared"]


def test_a_right_is_told_once_for_a_change_and_not_when_the_change_is_undone(made: dict[str, Actor]) -> None:
    clerk, staff = made["clerk"], made["staff"]
    folder = tree.create(clerk, tree.root_id(), "Chung").id
    things, roles = (SharedThing(folder_id=folder), SharedThing(document_id=paper(clerk))), ("reader", "editor")
    told(staff)
    given = RightsChange(give=frozenset((f"unit:{staff.unit_id}", role) for role in roles))
    for on in things:
        sharing.change(clerk, on, given)
    shared = [("shared", "folder:share", "Chung"), ("shared", "document:share", "a.txt")]
    assert told(staff) == shared and count(Notice) == 2
    for on in things:
        taken = sharing.change(clerk, on, RightsChange(take=given.give))
        told(staff)
        sharing.undo(clerk, taken or 0)
    assert told(staff) == shared and count(Notice) == 2
    with db.read() as session:
        found = list(session.scalars(select(TrailEvent).where(TrailEvent.action.in_(events.SHARED)).order_by(TrailEvent.seq)))
    assert ["given" in one.details for one in found if one.details.get("undone")] == [True] * 4
    assert words.one_line(found[-1]).endswith("; Hoàn tác: Có")


def test_a_unit_hears_of_its_tasks_findings_recommendations_and_shares(made: dict[str, Actor]) -> None:
    clerk, staff, leader = made["clerk"], made["staff"], made["leader"]
    unit, other = unit_of("Phòng Giáo dục Trung học"), unit_of("Ban Giám đốc")
    plan = plans.create(clerk, PlanInput(title="Kế hoạch năm", year=2026))
    task = tasks.create(clerk, plan, TaskInput(title="Báo cáo", lead_id=unit, due_rule="on_request"))
    inspection = inspections.create(clerk, InspectionInput(title="Kiểm tra quý", inspected_unit_id=other))
    findings.create(clerk, inspection, FindingInput(text="Thiếu biên bản", unit_id=unit))
    findings.recommend(clerk, inspection, RecommendationInput(text="Bổ sung", unit_id=unit))
    shared = paper(clerk)
    sharing.grant(clerk, SharedThing(document_id=shared), f"unit:{unit}", "reader")
    sharing.grant(clerk, SharedThing(document_id=shared), f"user:{leader.user_id}", "editor")
    assert told(staff) == [
        ("assigned", "task:create", "Báo cáo"), ("addressed", "finding:create", "Thiếu biên bản"),
        ("addressed", "recommendation:create", "Bổ sung"), ("shared", "document:share", "a.txt"),
    ]  # fmt: skip
    assert told(leader) == [("inspected", "inspection:create", "Kiểm tra quý"), ("shared", "document:share", "a.txt")]
    following.follow(leader, "plan", plan)
    following.follow(staff, "task", task)
    tasks.edit(clerk, task, TaskInput(title="Báo cáo", lead_id=unit, support_ids=(other,), due_rule="on_request"), revision=1)
    tasks.set_state(clerk, task, "doing", revision=2)
    assert told(leader)[2:] == [("assigned", "task:edit", "Báo cáo"), ("edited", "task:edit", "Báo cáo")]
    assert told(staff)[4:] == [("edited", "task:edit", "Báo cáo")] * 2
    assert told(clerk) == []
    # Reports reach those who follow, and what is given back its unit.
    each = tasks.create(clerk, plan, TaskInput(title="Từng đơn vị", lead_id=other, due_rule="on_request", spread=SpreadInput(fan_out="listed", unit_ids=(unit,))))
    (row,) = board.load(clerk, each).rows  # type: ignore[union-attr]
    steps.report(clerk, row.id, note="Xong", revision=1)
    steps.give_back(clerk, row.id, reason="Thiếu", revision=2)
    assert told(staff)[6:] == [("assigned", "task:create", "Từng đơn vị"), ("assigned", "occurrence:return", "Từng đơn vị")]
    assert told(leader)[-2:] == [("edited", "occurrence:report", "Từng đơn vị"), ("edited", "occurrence:return", "Từng đơn vị")]


def test_too_many_notices_about_one_thing_become_one_line(made: dict[str, Actor], monkeypatch: pytest.MonkeyPatch) -> None:
    clerk, staff, leader = made["clerk"], made["staff"], made["leader"]
    monkeypatch.setattr(making, "MOST_OF_ONE", 3)
    unit, hidden, shown = unit_of("Phòng Giáo dục Trung học"), paper(clerk), paper(clerk, "b.txt")
    lifecycle.set_workflow(clerk, hidden, "withdrawn")
    told(staff)
    plan = plans.create(clerk, PlanInput(title="Kế hoạch năm", year=2026))
    following.follow(leader, "plan", plan)
    for number in range(9):
        tasks.create(clerk, plan, TaskInput(title=f"Việc {number}", lead_id=unit, due_rule="on_request"))
    for number in (hidden, shown):
        tasks.create(clerk, plan, TaskInput(title="Việc của văn bản", lead_id=unit, due_rule="on_request", document_id=number))
    # Those of a plan that one's unit got are one line.
    assert told(staff) == [("assigned", "task:create", "Kế hoạch năm (2026)")]
    # Tasks that come from a document are not counted for those who only follow: its rights may change.
    assert [row[0] for row in told(leader)] == ["edited"] * 3 + ["more"]
    assert [listing.page(actor).rows[0].number for actor in (staff, leader)] == [11, 6]
    assert listing.page(leader).rows[0].about == listing.Named("Kế hoạch năm (2026)")


def test_two_workers_at_once_make_each_notice_once(site: Context, made: dict[str, Actor]) -> None:
    clerk, staff, leader = made["clerk"], made["staff"], made["leader"]
    folder = tree.create(clerk, tree.root_id(), "Công văn").id
    for actor in (staff, leader):
        following.follow(actor, "folder", folder)
    for turn in range(4):
        number = paper(clerk, f"{turn}.txt", folder)
        for actor in (staff, leader):
            following.follow(actor, "document", number)
        lifecycle.set_workflow(clerk, number, "draft")
        lifecycle.set_workflow(clerk, number, "published")
        at_once(site, [making.make, making.make], held=turn % 2 == 0)
        with db.read() as session:
            rows = [(row.user_id, row.cause) for row in session.scalars(select(Notice))]
            places = list(session.scalars(select(NoticePlace)))
        # The line of the folder, and two changes of each document.
        assert len(rows) == len(set(rows)) == 2 * (1 + 2 * (turn + 1)) and len(places) == 1
        (row,) = [one for one in listing.page(staff).rows if one.reason == "arrival"]
        assert row.number == turn + 1


def test_a_worker_that_was_slower_changes_nothing(made: dict[str, Actor], monkeypatch: pytest.MonkeyPatch) -> None:
    clerk, staff = made["clerk"], made["staff"]
    following.follow(staff, "folder", tree.root_id())
    paper(clerk)
    db.release()
    load = gathering.load

    def slowly(session: Any, events: Any) -> Any:
        # Meanwhile the other worker makes the notice, and its reader opens it.
        monkeypatch.setattr(gathering, "load", load)
        making.make()
        listing.open_one(staff, listing.page(staff).rows[0].id)
        return load(session, events)

    monkeypatch.setattr(gathering, "load", slowly)
    assert making.make() == 0 and listing.unread(staff) == 0


def test_a_worker_that_dies_in_between_has_told_nothing(made: dict[str, Actor], monkeypatch: pytest.MonkeyPatch) -> None:
    clerk, staff = made["clerk"], made["staff"]
    first = paper(clerk)
    following.follow(staff, "document", first)
    told(staff)
    uploads.add_version(clerk, first, io.BytesIO(b"second version of it"), "a2.txt", None)

    def dies(*_: Any) -> None:
        raise KeyboardInterrupt

    db.release()
    with monkeypatch.context() as patch:
        patch.setattr(making, "_save_arrivals", dies)
        with pytest.raises(KeyboardInterrupt):
            making.make()
    assert count(Notice, Notice.reason == "version") == 0
    assert [row[0] for row in told(staff)] == ["version"]


def test_old_notices_and_those_of_disabled_people_are_swept(made: dict[str, Actor]) -> None:
    clerk, staff, leader = made["clerk"], made["staff"], made["leader"]
    first = paper(clerk)
    for actor in (staff, leader):
        following.follow(actor, "document", first)
    uploads.add_version(clerk, first, io.BytesIO(b"second version of it"), "a2.txt", None)
    told(staff)
    accounts.disable(made["administrator"], leader.user_id or 0)
    assert sweeping.sweep() == 1 and sweeping.sweep() == 0 and len(told(staff)) == 1
    with db.write() as session:
        session.scalars(select(Notice)).one().created_at = db.now() - sweeping.KEPT - dt.timedelta(days=1)
    assert sweeping.sweep() == 1 and told(staff) == []
    # Nobody makes notices for people who may not sign in.
    uploads.add_version(clerk, first, io.BytesIO(b"third version of it"), "a3.txt", None)
    told(staff)
    assert count(Notice, Notice.user_id == leader.user_id) == 0


def test_what_the_worker_publishes_is_no_news_to_the_uploader(made: dict[str, Actor]) -> None:
    clerk, staff, folder = made["clerk"], made["staff"], tree.root_id()
    for actor in (clerk, staff):
        following.follow(actor, "folder", folder)
    number = uploads.upload(clerk, io.BytesIO(b"a text for the worker"), "a.txt").document_id
    with db.write():
        lifecycle.set_workflow(COMMAND_LINE, number or 0, "published")
    assert [row[0] for row in told(staff)] == ["arrival"] and told(clerk) == []
