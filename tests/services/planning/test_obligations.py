"""Obligations of a document: who may work on them, what becomes of them, and what a new reading leaves."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy import select

from docmgr import db
from docmgr.models import Document, Finding, Inspection, Link, Occurrence, Plan, Task, Version
from docmgr.policy import Denied
from docmgr.services.documents import withholding
from docmgr.services.documents.rereading import obligations as rereading
from docmgr.services.errors import Conflict, Invalid, NotFound
from docmgr.services.planning import plans, tasks
from docmgr.services.planning.obligations import deciding, listing
from docmgr.services.planning.obligations.deciding import Acceptance
from docmgr.services.planning.obligations.rows import Picked
from docmgr.services.planning.occurrences.spread import SpreadInput
from docmgr.services.planning.plans import PlanInput
from docmgr.services.planning.tasks import TaskInput
from docmgr.services.trail import words as trail_words
from tests.filling.planning import World, world
from tests.services.planning.proposals import LINES, a_plan_paper, picked, read, stored

__all__ = ["world"]

LAST = dt.date(2024, 12, 31)


def given(world: World, **more: object) -> Acceptance:
    """The plan of the tests, and what is missing in the text."""
    plan = plans.create(world.actors["clerk"], PlanInput("Kế hoạch pháp chế", 2024))
    return Acceptance(**{"plan_id": plan, "lead_id": world.units["gdtrh"], "due_on": LAST, **more})  # type: ignore[arg-type]


def held(plan_id: int | None) -> list[Task]:
    """The tasks of a plan as they are now, in order."""
    db.release()
    with db.read() as session:
        found = list(session.scalars(select(Task).where(Task.plan_id == plan_id).order_by(Task.position)))
        session.expunge_all()
        return found


def test_all_proposals_become_tasks_with_their_words_units_and_times(world: World) -> None:
    document_id, clerk = a_plan_paper(world), world.actors["clerk"]
    wanted = given(world)

    done = deciding.accept(clerk, document_id, picked(document_id), wanted)

    made = held(done.plan_id)
    assert [(one.due_rule, one.due_on, one.due_days, one.due_unit) for one in made] == [
        ("fixed", dt.date(2024, 6, 15), None, None),
        ("recurring", dt.date(2024, 7, 1), None, None),
        ("event", None, 5, "working"),
        ("fixed", LAST, None, None),
    ]
    # Two half-years of the plan's year; the last day of June is a Sunday.
    with db.read() as session:
        query = select(Occurrence.due_on).where(Occurrence.task_id == made[1].id).order_by(Occurrence.due_on)
        assert list(session.scalars(query)) == [dt.date(2024, 7, 1), dt.date(2024, 12, 31)]
    units = [[(part.unit_id, part.role) for part in sorted(one.assignments, key=lambda part: part.role)] for one in made]
    assert units == [
        [(world.units["tccb"], "lead")],
        [(world.units["gdtrh"], "lead")],
        [(world.units["van-phong"], "lead"), (world.units["thanh-tra"], "support")],
        [(world.units["gdtrh"], "lead")],
    ]
    assert made[1].due_note == "06 tháng một lần; một năm" and made[0].expected_evidence == "Kế hoạch"
    with db.read() as session:
        text = session.scalar(select(Version.text).where(Version.document_id == document_id)) or ""
    for task, line in zip(made, LINES, strict=True):
        assert task.quote and task.quote in line and task.quote in text
        assert task.document_id == document_id and task.anchor and task.version_id
        assert task.title[0].isupper()
    assert [(one.state, one.task_id, one.revision) for one in stored(document_id)] == [("accepted", one.id, 2) for one in made]
    assert [event.subject_id for event in world.events("task:create")] == [one.id for one in made]


def test_two_obligations_of_one_provision_have_quotes_of_their_own(world: World) -> None:
    line = "1. Văn phòng (thử) lập danh sách trước ngày 15/6/2024; Thanh tra (thử) báo cáo kết quả trước ngày 20/6/2024."
    document_id = a_plan_paper(world, line)
    made = held(deciding.accept(world.actors["clerk"], document_id, picked(document_id), given(world)).plan_id)
    assert len(made) == 2 and len({task.anchor for task in made}) == 1
    assert "báo cáo" not in (made[0].quote or "báo cáo") and (made[1].quote or "").startswith("Thanh tra")


def test_a_new_plan_is_made_with_its_tasks_or_not_at_all(world: World) -> None:
    document_id, clerk = a_plan_paper(world), world.actors["clerk"]
    new = Acceptance(None, PlanInput("Kế hoạch mới", 2024, document_id=document_id), world.units["gdtrh"], None)

    with pytest.raises(Invalid) as undated:
        deciding.accept(clerk, document_id, picked(document_id), new)
    with pytest.raises(Invalid) as unnamed:
        deciding.accept(clerk, document_id, picked(document_id), Acceptance(None, new.plan, None, LAST))
    with pytest.raises(Invalid) as planless:
        deciding.accept(clerk, document_id, picked(document_id), Acceptance(None, None, world.units["gdtrh"], LAST))
    assert (undated.value.field, unnamed.value.field, planless.value.field) == ("due_on", "lead_id", "plan_id")
    assert str(unnamed.value).startswith("2 mục") and str(undated.value).startswith("1 mục")
    with db.read() as session:
        assert session.scalars(select(Plan)).all() == []
    done = deciding.accept(clerk, document_id, picked(document_id, 0), new)
    assert plans.get(clerk, done.plan_id or 0).document is not None and len(held(done.plan_id)) == 1
    assert {one.state for one in stored(document_id)[1:]} == {"proposed"}


def test_what_was_dropped_or_accepted_is_taken_back(world: World) -> None:
    document_id, clerk = a_plan_paper(world), world.actors["clerk"]
    dropped = deciding.drop(clerk, document_id, picked(document_id, 0, 1))
    assert [one.state for one in stored(document_id)] == ["dropped", "dropped", "proposed", "proposed"]
    for act in (deciding.drop, deciding.take_back):
        with pytest.raises(Conflict):
            act(clerk, document_id, dropped.picked)
    deciding.restore(clerk, document_id, dropped.picked)
    with pytest.raises(Conflict):
        deciding.restore(clerk, document_id, dropped.picked)

    wanted = given(world)
    done = deciding.accept(clerk, document_id, picked(document_id, 3), wanted)
    deciding.take_back(clerk, document_id, done.picked)
    assert [one.state for one in held(done.plan_id)] == ["cancelled"]
    other = given(world)
    again = deciding.accept(clerk, document_id, picked(document_id, 3), other)
    # The same task, in the plan that was chosen now.
    assert held(done.plan_id) == [] and [one.state for one in held(again.plan_id)] == ["open"]
    task = held(again.plan_id)[0]
    tasks.set_state(clerk, task.id, "doing", revision=task.revision)
    with pytest.raises(Conflict, match="đã thay đổi từ lúc đó"):
        deciding.take_back(clerk, document_id, again.picked)
    (event, _) = world.events("obligation:drop"), world.events("obligation:restore")
    assert {"Số nhiệm vụ đề xuất": "2", "Điều khoản": "I.1, I.2"}.items() <= {one.label: one.new for one in trail_words.details(event[0])}.items()


def again(world: World, task_id: int, **more: object) -> None:
    """Save the form of a task with these fields changed."""
    view = tasks.get(world.actors["clerk"], task_id)
    row = view.row
    shown = TaskInput(
        row.title, row.lead_id, view.support_ids, row.due_rule, row.due_on, row.due_note, row.expected_evidence, view.legal_basis, row.state,
        row.document_id, row.anchor, row.quote, due_days=view.due_days, due_unit=view.due_unit, event_on=view.event_on, spread=view.spread,
    )  # fmt: skip
    tasks.edit(world.actors["clerk"], task_id, replace(shown, **more), revision=view.revision)  # type: ignore[arg-type]


def test_nothing_is_taken_back_that_was_changed_begun_or_tied_to_something(world: World) -> None:
    document_id, clerk = a_plan_paper(world), world.actors["clerk"]
    made = deciding.accept(clerk, document_id, picked(document_id), given(world))
    edited, recurring, linked, found = held(made.plan_id)
    again(world, edited.id, legal_basis="Luật")
    with db.write() as session:
        session.scalars(select(Occurrence).where(Occurrence.task_id == recurring.id)).first().note = "Đang làm"  # type: ignore[union-attr]
        session.add(Link(task_id=linked.id, document_id=document_id, role="basis", created_by_label="x"))
        inspection = Inspection(title="Kiểm tra")
        session.add(inspection)
        session.flush()
        finding = Finding(inspection_id=inspection.id, text="Chậm", task_id=found.id)
        session.add(finding)
        session.flush()
        finding_id = finding.id
    for place in range(len(LINES)):
        with pytest.raises(Conflict, match="đã thay đổi từ lúc đó"):
            deciding.take_back(clerk, document_id, picked(document_id, place))
    assert [one.state for one in held(made.plan_id)] == ["open"] * 4 and {one.state for one in stored(document_id)} == {"accepted"}
    with db.write() as session:
        session.delete(session.get_one(Finding, finding_id))
    deciding.take_back(clerk, document_id, picked(document_id, 3))
    assert held(made.plan_id)[3].state == "cancelled"


def test_accepting_again_keeps_what_people_wrote_and_says_where_the_task_went(world: World) -> None:
    document_id, clerk = a_plan_paper(world), world.actors["clerk"]
    first = deciding.accept(clerk, document_id, picked(document_id, 1), given(world))
    task_id = held(first.plan_id)[0].id
    deciding.take_back(clerk, document_id, first.picked)
    units = SpreadInput(fan_out="listed", unit_ids=tuple(world.units.values())[:2])
    again(world, task_id, legal_basis="Luật", expected_evidence="Biên bản", spread=replace(tasks.get(clerk, task_id).spread, **{
        "fan_out": units.fan_out, "unit_ids": units.unit_ids,
    }))  # fmt: skip
    with db.write() as session:
        session.get_one(Plan, first.plan_id).title = "Kế hoạch cũ"
    other = given(world)
    deciding.accept(clerk, document_id, picked(document_id, 0), other)

    deciding.accept(clerk, document_id, picked(document_id, 1), other)

    task = held(other.plan_id)[1]
    assert (task.id, task.position, task.state) == (task_id, 2, "open")
    assert (task.legal_basis, task.expected_evidence, task.fan_out) == ("Luật", "Biên bản", "listed")
    (event,) = world.events("obligation:again")
    assert event.subject_id == task_id and event.details["changes"] == {"Kế hoạch": ["Kế hoạch cũ", "Kế hoạch pháp chế"]}
    deciding.take_back(clerk, document_id, picked(document_id, 1))
    assert held(other.plan_id)[1].state == "cancelled"


def test_a_task_that_was_opened_again_by_hand_stays_the_only_one(world: World) -> None:
    document_id, clerk = a_plan_paper(world), world.actors["clerk"]
    first = deciding.accept(clerk, document_id, picked(document_id, 3), given(world))
    deciding.take_back(clerk, document_id, first.picked)
    task = held(first.plan_id)[0]
    tasks.set_state(clerk, task.id, "doing", revision=task.revision)
    deciding.accept(clerk, document_id, picked(document_id, 3), given(world))
    with db.read() as session:
        assert [(one.id, one.state, one.plan_id) for one in session.scalars(select(Task))] == [(task.id, "doing", first.plan_id)]
    assert stored(document_id)[3].task_id == task.id


def test_somebody_else_was_first(world: World) -> None:
    document_id, clerk = a_plan_paper(world), world.actors["clerk"]
    seen, wanted = picked(document_id), given(world)
    deciding.drop(world.actors["leader"], document_id, seen[:1])

    for act in (lambda: deciding.accept(clerk, document_id, seen, wanted), lambda: deciding.drop(clerk, document_id, seen)):
        with pytest.raises(Conflict, match="vừa được người khác xử lý"):
            act()
    assert held(wanted.plan_id) == [] and [one.state for one in stored(document_id)][1:] == ["proposed"] * 3


def test_who_may_not_read_sees_nothing_and_who_may_not_edit_changes_nothing(world: World) -> None:
    secret, shown = a_plan_paper(world, closed=True), a_plan_paper(world)
    wanted = given(world)
    for who in ("staff", "leader"):
        with pytest.raises(NotFound):
            listing.load(world.actors[who], secret)
        with pytest.raises(NotFound):
            deciding.drop(world.actors[who], secret, picked(secret))
    for who in ("staff", "auditor", "administrator"):
        with pytest.raises(Denied):
            deciding.accept(world.actors[who], shown, picked(shown), wanted)
        with pytest.raises(Denied):
            deciding.drop(world.actors[who], shown, picked(shown))
    with pytest.raises(Denied):
        listing.load(world.actors["administrator"], shown)
    assert not listing.load(world.actors["staff"], shown).may_work and listing.load(world.actors["clerk"], shown).may_work
    # The address of another document opens none of its obligations.
    with pytest.raises(Conflict):
        deciding.drop(world.actors["clerk"], shown, picked(secret))
    for bad in ([], [Picked(10**12, 1)], [Picked(1, 1)] * 0):
        with pytest.raises(Invalid, match="Chưa chọn"):
            deciding.drop(world.actors["clerk"], shown, bad)
    assert {one.state for one in (*stored(secret), *stored(shown))} == {"proposed"}


def test_versions_from_before_are_looked_through_when_the_page_is_opened(world: World) -> None:
    document_id, other = a_plan_paper(world, looked=False), a_plan_paper(world, looked=False, type="Báo cáo")
    clerk = world.actors["clerk"]
    assert listing.waiting(clerk, listing.load(world.actors["auditor"], other).page) is None

    page = listing.load(world.actors["auditor"], document_id)

    assert [row.quote for row in page.shown] == [one.quote for one in read().obligations]
    assert [(row.action, row.units, row.due) for row in page.shown] == [
        (one.action, one.units, {name: getattr(one.due, name) for name in one.due.__slots__}) for one in read().obligations
    ]
    assert listing.waiting(clerk, page.page) == 4
    listing.load(clerk, document_id)
    assert len(stored(document_id)) == 4 and stored(other) == []


def test_the_words_of_each_proposal_are_marked_in_the_text(world: World) -> None:
    page = listing.load(world.actors["clerk"], a_plan_paper(world))
    marked: dict[int, str] = {}
    for line in page.lines:
        for run in line.runs:
            for number in run.ids:
                marked[number] = marked.get(number, "") + run.text
    assert marked == {row.id: row.quote for row in page.shown}
    whole = "\n".join("".join(run.text for run in line.runs) for line in page.lines)
    assert whole == "\n".join(line for line in page.page.text.split("\n") if line.strip())


def test_a_new_reading_leaves_what_people_decided(world: World) -> None:
    document_id, clerk = a_plan_paper(world), world.actors["clerk"]
    wanted = given(world)
    deciding.accept(clerk, document_id, picked(document_id, 0), wanted)
    deciding.drop(clerk, document_id, picked(document_id, 2))
    before = stored(document_id)
    found = read("Lời mở đầu mới.", LINES[0], LINES[1].replace("06 tháng", "03 tháng"), LINES[3])
    with db.write() as session:
        version = session.scalars(select(Version).where(Version.document_id == document_id)).one()
        former, version.text = version.text or "", found.text
        assert rereading.exchange(session, version, former, found) == [4, 4]

    after = {one.id: one for one in stored(document_id)}
    accepted, dropped = after[before[0].id], after[before[2].id]
    assert found.text[accepted.start : accepted.end] == LINES[0].removeprefix("1. ").rstrip(".") or accepted.end > accepted.start
    assert (accepted.state, accepted.task_id) == ("accepted", before[0].task_id)
    # Its words are gone, and what was decided about them is not.
    assert (dropped.state, dropped.start, dropped.end) == ("dropped", 0, 0)
    assert before[1].id not in after and before[3].id not in after
    rest = [one for one in after.values() if one.id not in (accepted.id, dropped.id)]
    assert [found.text[one.start : one.end] for one in rest] == [one.quote for one in found.obligations[1:]]
    with db.write() as session:
        version = session.scalars(select(Version).where(Version.document_id == document_id)).one()
        assert rereading.exchange(session, version, found.text, found) is None


def test_staff_are_offered_the_plans_of_their_unit_however_many_others_are_newer(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    document_id, staff = a_plan_paper(world), world.actors["staff"]
    own = plans.create(staff, PlanInput("Kế hoạch của phòng", 2023, staff.unit_id))
    for no in range(2):
        plans.create(world.actors["clerk"], PlanInput(f"Kế hoạch Sở {no}", 2024, document_id=document_id))
    monkeypatch.setattr(listing, "PLANS_OFFERED", 2)
    page = listing.load(staff, document_id)
    assert [number for number, _, _ in page.plans] == [own] and page.own_plan_id is None
    assert len(listing.load(world.actors["clerk"], document_id).plans) == 2


def test_words_of_a_removed_version_are_removed_with_it(world: World) -> None:
    document_id = a_plan_paper(world)
    with db.write() as session:
        withholding.remove_versions(session, document_id, Version.document_id == document_id)
        assert session.get(Document, document_id) is not None
    assert stored(document_id) == []


def test_tasks_do_not_keep_the_words_of_a_removed_version_unless_a_person_wrote_them(world: World) -> None:
    document_id, clerk = a_plan_paper(world), world.actors["clerk"]
    made = held(deciding.accept(clerk, document_id, picked(document_id), given(world)).plan_id)
    again(world, made[0].id, title="Tên do người đặt")
    again(world, made[3].id, expected_evidence="Ảnh")
    with db.write() as session:
        withholding.remove_versions(session, document_id, Version.document_id == document_id)
    now = held(made[0].plan_id)
    gone = [f"Nhiệm vụ số {one.id} (văn bản không còn)" for one in made]
    assert [one.title for one in now] == ["Tên do người đặt", *gone[1:]]
    assert [one.expected_evidence for one in now] == [None, None, None, "Ảnh"] and made[0].expected_evidence == "Kế hoạch"
    assert [(one.due_note, one.quote) for one in now] == [(None, None)] * 4 and "kết luận" in (made[2].due_note or "")
    assert [one.revision for one in now] == [3, 2, 2, 3]
