"""What waits for whom, delegation while absent, and the notices of both."""

from __future__ import annotations

import datetime as dt

import pytest

from docmgr import db
from docmgr.models import Assignment, Finding, Inspection, Plan, Recommendation, Task, User
from docmgr.policy import COMMAND_LINE, Actor
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.folders import readers, sharing, tree
from docmgr.services.folders.sharing import SharedThing
from docmgr.services.notifications import listing, making
from docmgr.services.overview import desk
from docmgr.services.people import accounts, delegations, people, units
from docmgr.services.workflow import assigning, moving, page, starting, waiting
from docmgr.services.workflow.assigning import Receivers
from docmgr.services.workflow.moving import Chosen
from legaltext import dates
from tests.filling.filing import person, seen
from tests.filling.registers import flow_of, hide, key, running, step
from tests.support.acting import actor_of
from tests.support.racing import events

TODAY = dates.today()
DAY = dt.timedelta(days=1)


def titles(actor: Actor, kind: str | None = None) -> list[str]:
    """What waits for the actor, as (kind, title) in the order of the list."""
    db.release()
    return [row.title for row in desk.load(actor, kind=kind).rows]


def work(unit_id: int) -> None:
    """A task, a finding and a recommendation of the unit, and those that do not wait for it."""
    with db.write() as session:
        plan = Plan(title="Kế hoạch", year=2024)
        tasks = [Task(title=title, plan=plan, due_on=TODAY + days * DAY, state=state) for title, days, state in (("Việc sau", 9, "open"), ("Việc xong", 1, "done"))]
        for task in tasks:
            task.assignments.append(Assignment(unit_id=unit_id, role="support"))
        check = Inspection(title="Kiểm tra")
        found = [Finding(text=f"Phát hiện {state}", state=state, unit_id=unit_id, inspection=check) for state in ("open", "closed")]
        asked = [Recommendation(text="Kiến nghị", unit_id=unit_id, inspection=check, due_on=TODAY - DAY), Recommendation(text="Đã trả lời", unit_id=unit_id, inspection=check, answer="x")]
        session.add_all([*tasks, *found, *asked])


def test_one_list_of_all_that_waits(clerk: Actor, staff: Actor, people: dict[str, User], count_queries, monkeypatch: pytest.MonkeyPatch) -> None:
    leader = actor_of(people["leader"])
    work(staff.unit_id)
    for number in range(3):
        document = running(clerk, "incoming", subject=f"Đến {number}")
        step(leader, document, "assign", to=f"unit:{staff.unit_id}" if number else key(staff), due_on=TODAY + number * DAY)
    hidden = running(clerk, "incoming", subject="Không đọc được")
    step(leader, hidden, "assign", to=key(staff))
    hide(hidden)
    assert titles(staff) == ["Kiến nghị", "Đến 0", "Đến 1", "Đến 2", "Việc sau", "Phát hiện open"]
    assert titles(staff, "finding") == ["Phát hiện open"]
    found = desk.load(staff)
    assert (found.counts, found.total) == ({"document": 3, "task": 1, "receipt": 0, "finding": 1, "recommendation": 1, "publication": 0, "consultation": 0}, 6)
    assert desk.load(staff, kind="finding").counts == found.counts
    assert [row.overdue for row in found.rows] == [True, False, False, False, False, False]
    assert [row.part for row in found.rows if row.kind != "finding"] == [None, "lead", "lead", "lead", "support"]
    db.release()
    with count_queries() as few:
        desk.load(staff)
    for number in range(8):
        step(leader, running(clerk, "incoming", subject=f"Nữa {number}"), "assign", to=key(staff))
    db.release()
    with count_queries() as many:
        assert desk.load(staff).total == 14
    assert many.number == few.number
    # A page far away loads no more than the last one.
    monkeypatch.setattr(desk, "MOST_PAGES", 1)
    assert desk.load(staff, 10**9).rows == desk.load(staff, 1).rows != ()
    # An administrator has no documents, and nobody else's tasks.
    assert desk.load(actor_of(people["administrator"])).total == 0 and waiting.count(actor_of(people["auditor"])) == 0


def test_documents_wait_for_whom_the_workflow_names(clerk: Actor, staff: Actor, people: dict[str, User]) -> None:
    leader = actor_of(people["leader"])
    draft, arrived = running(clerk, "outgoing", subject="Dự thảo", created_by=staff.user_id), running(clerk, "incoming", subject="Đến")
    # The author and who may edit it; incoming documents: leaders and clerks.
    assert titles(staff) == ["Dự thảo"] and titles(leader) == ["Đến"] and titles(clerk) == ["Dự thảo", "Đến"]
    step(staff, draft, "submit", to=key(leader), due_on=TODAY)
    # It could be taken back, but it does not wait for that.
    assert titles(staff) == [] and [row.transition.code for row in page.panel(staff, draft).steps] == ["take_back"]
    assert titles(leader) == ["Dự thảo", "Đến"]
    rows, total = waiting.sent(staff)
    assert (total, rows[0].state, rows[0].lead, rows[0].step) == (1, "Đã trình", people["leader"].full_name, "Trình duyệt")
    hide(draft)
    assert waiting.sent(staff) == ([], 0) and titles(leader) == ["Đến"]
    starting.stop(clerk, arrived, "Nhầm", revision=flow_of(arrived).revision)
    assert titles(leader) == []


def test_who_stands_in_does_what_was_assigned_and_sees_nothing_else(clerk: Actor, staff: Actor, people: dict[str, User]) -> None:
    leader = actor_of(people["leader"])
    own, draft = running(clerk, "outgoing", subject="Riêng của lãnh đạo", created_by=leader.user_id), running(clerk, "outgoing", subject="Trình")
    making.make()
    for given in ((leader.user_id, TODAY, TODAY), (None, TODAY, TODAY), (staff.user_id, None, TODAY), (staff.user_id, TODAY, TODAY - DAY), (staff.user_id, TODAY - DAY, TODAY - DAY), (staff.user_id, TODAY, TODAY + 366 * DAY), (people["auditor"].id, TODAY, TODAY), (999_999, TODAY, TODAY)):
        with pytest.raises(Invalid):
            delegations.create(leader, *given)
        db.release()
    coming = delegations.create(leader, staff.user_id, TODAY + DAY, TODAY + 9 * DAY)
    assert standing(staff) == frozenset()
    with pytest.raises(Invalid, match="đã có người thay"):
        delegations.create(leader, clerk.user_id, TODAY + 9 * DAY, TODAY + 10 * DAY)
    db.release()
    present = delegations.create(leader, staff.user_id, TODAY, TODAY)
    assert standing(staff) == {leader.user_id}
    stand_in = acting(staff)
    step(clerk, draft, "submit", to=key(leader))
    assert seen(stand_in) == {draft} and seen(staff) == set() and own in seen(leader)
    assert titles(stand_in) == ["Trình"] and desk.load(stand_in).rows[0].document.behalf == people["leader"].full_name
    # A role of the absent person counts only on what is assigned to that person.
    assert page.panel(stand_in, running(clerk, "incoming", subject="Khác")).steps == ()
    assert [one.name for one in readers.of_document(clerk, draft)[2]].count(people["staff"].full_name) == 1
    making.make()
    assert [row.reason for row in listing.page(stand_in).rows] == ["given"]
    moved = moving.move_many(stand_in, [Chosen(draft, flow_of(draft).revision)], "approve")
    assert moved.done == 1
    assert events("workflow:move")[-1].details["behalf"] == leader.label.split(" (")[0] + " (leader)"
    with pytest.raises(NotFound):
        delegations.end(staff, present)
    db.release()
    delegations.end(leader, present)
    with pytest.raises(Invalid):
        delegations.end(leader, present)
    db.release()
    assert standing(staff) == frozenset()
    assert [row.state for row in delegations.listing(staff)] == ["coming", "over"] and coming != present
    delegations.create(leader, staff.user_id, TODAY, TODAY)
    accounts.disable(COMMAND_LINE, leader.user_id)
    # The things of somebody who has left go to nobody.
    assert standing(staff) == frozenset()


def test_who_stands_in_does_not_read_what_the_absent_person_only_passed_on(clerk: Actor, staff: Actor, people: dict[str, User]) -> None:
    leader, other = actor_of(people["leader"]), actor_of(person("khac", "leader"))
    passed, held = running(clerk, "outgoing", subject="Đã chuyển"), running(clerk, "outgoing", subject="Đang giữ")
    for document in (passed, held):
        step(clerk, document, "submit", to=key(leader))
    assigning.hand_over(leader, passed, Receivers(key(other)), revision=flow_of(passed).revision)
    delegations.create(leader, staff.user_id, TODAY, TODAY)
    assert {passed, held} <= seen(leader) and seen(acting(staff)) == {held}
    # So it is when the rights of the whole folder are computed anew.
    sharing.grant(clerk, SharedThing(folder_id=tree.root_id()), key(other), "reader")
    assert {passed, held} <= seen(leader) and seen(acting(staff)) == {held}


def test_what_a_stand_in_passes_on_stays_with_the_absent_person(clerk: Actor, staff: Actor, people: dict[str, User]) -> None:
    leader, other = actor_of(people["leader"]), actor_of(person("khac", "staff"))
    document = running(clerk, "incoming", workflow="draft")
    assigning.hand_over(clerk, document, Receivers(key(leader)), revision=flow_of(document).revision)
    delegations.create(leader, staff.user_id, TODAY, TODAY)
    stand_in = acting(staff)
    for to in (Receivers(key(staff)), Receivers(key(other), (key(staff),))):
        with pytest.raises(Invalid, match="cho chính mình"):
            assigning.hand_over(stand_in, document, to, revision=flow_of(document).revision)
        db.release()
    step(stand_in, document, "assign", to=key(other))
    assert seen(stand_in) == set() and document in seen(leader)
    assert [row.step for row in waiting.sent(leader)[0]] == ["Phân công"] and waiting.sent(stand_in) == ([], 0)
    step(other, document, "return", "Không thuộc phòng tôi")
    assert page.panel(leader, document).lead == people["leader"].full_name
    assigning.hand_over(stand_in, document, Receivers(key(other)), revision=flow_of(document).revision)
    assert [row.step for row in waiting.sent(leader)[0]] == ["Chuyển giao"] and document not in seen(stand_in)


def acting(actor: Actor) -> Actor:
    """The person as a request has them today."""
    db.release()
    with db.read() as session:
        return people.acting(session.get_one(User, actor.user_id))


def standing(actor: Actor) -> frozenset[int]:
    """For whom the person stands in today."""
    return acting(actor).stands_for


def test_people_are_told_of_what_is_given_and_returned(clerk: Actor, staff: Actor, people: dict[str, User]) -> None:
    leader, other = actor_of(people["leader"]), actor_of(person("khac", "staff"))
    making.make()
    draft = running(clerk, "outgoing", created_by=staff.user_id)
    step(staff, draft, "submit", to=key(leader), support=[key(other), f"unit:{staff.unit_id}"])
    making.make()
    assert [[row.reason for row in listing.page(actor).rows] for actor in (leader, other, staff, clerk)] == [["given"], ["given"], [], []]
    step(leader, draft, "return", "Sửa")
    making.make()
    # Who may read it no longer does not hear of it either.
    assert [[row.reason for row in listing.page(actor).rows] for actor in (leader, other, staff, clerk)] == [["given"], [], ["returned"], []]
    # A unit with documents on its desk cannot be removed.
    spare = units.create(COMMAND_LINE, name="Phòng tạm")
    step(staff, draft, "submit", to=f"unit:{spare.id}")
    with pytest.raises(Invalid):
        units.delete(COMMAND_LINE, spare.id)
    db.release()
