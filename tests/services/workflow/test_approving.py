"""The version of a document that was approved, and that it is the one that is issued."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import pytest

from docmgr import db
from docmgr.models import FlowStep, User
from docmgr.policy import Actor
from docmgr.services.documents import upload
from docmgr.services.errors import Conflict, Invalid, NotFound
from docmgr.services.registers import lines
from docmgr.services.workflow import approving, editing, moving, page
from docmgr.services.workflow.definition import FlowState, Transition
from docmgr.services.workflow.editing import WorkflowInput
from tests.filling.filing import load
from tests.filling.registers import delivered, flow_of, key, running, signed_scan, step, workflow
from tests.support.acting import actor_of


@pytest.fixture
def leader(people: dict[str, User]) -> Actor:
    """The leader as an actor."""
    return actor_of(people["leader"])


@pytest.fixture
def approved(clerk: Actor, leader: Actor) -> int:
    """A document whose first version the leader has approved."""
    delivered(clerk)
    document = running(clerk, "outgoing")
    signed_scan(document)
    step(clerk, document, "submit", to=key(leader))
    step(leader, document, "approve")
    return document


def add_version(actor: Actor, document: int, text: str) -> None:
    """Add a version as a person does."""
    upload.add_version(actor, document, io.BytesIO(text.encode()), "moi.txt", None)
    db.release()


def numbers(document: int) -> list[int | None]:
    """The versions on which the steps were made, in their order."""
    run = flow_of(document).id
    with db.read() as session:
        return [row.document_no for row in session.query(FlowStep).where(FlowStep.flow_id == run).order_by(FlowStep.id)]


def refused(call: Any, *arguments: Any) -> str:
    """The sentence with which a step is refused."""
    with pytest.raises(Invalid) as error:
        call(*arguments)
    db.release()
    return str(error.value)


def test_an_approved_document_with_a_new_version_is_approved_again(clerk: Actor, leader: Actor, approved: int) -> None:
    add_version(clerk, approved, "ban hai")
    assert "Phiên bản đã duyệt là 1, nay là 2" in refused(step, clerk, approved, "number")
    with db.read() as session:
        assert lines.issued(session, approved, "outgoing") is None
    panel = page.panel(clerk, approved)
    assert panel is not None and panel.approval is not None and (panel.approval.approved, panel.approval.present) == (1, 2)
    again = panel.steps[0]
    assert (again.transition.code, again.transition.name, again.usual) == (approving.AGAIN, "Trình duyệt lại", key(leader))
    assert "Hãy chọn người hoặc đơn vị nhận" in refused(step, clerk, approved, approving.AGAIN)
    assert step(clerk, approved, approving.AGAIN, to=key(leader)) == "Đã trình"
    # It waits for the approval, so that nothing is stale and nothing is offered.
    panel = page.panel(clerk, approved)
    assert panel is not None and panel.approval is None and all(one.transition.code != approving.AGAIN for one in panel.steps)
    assert "không đi từ trạng thái" in refused(step, clerk, approved, approving.AGAIN)
    step(leader, approved, "approve")
    assert step(clerk, approved, "number") == "Đã cấp số"
    assert numbers(approved) == [1, 1, 1, 2, 2, 2]


def test_a_number_that_was_given_stays_with_the_document(clerk: Actor, leader: Actor, approved: int) -> None:
    step(clerk, approved, "number")
    given = load(approved).number
    add_version(clerk, approved, "ban hai")
    assert "Phiên bản đã duyệt là 1, nay là 2" in refused(step, clerk, approved, "issue")
    step(clerk, approved, approving.AGAIN, to=key(leader))
    step(leader, approved, "approve")
    assert step(clerk, approved, "number") == "Đã cấp số" and load(approved).number == given
    # Now only the signed copy lacks.
    assert "Chưa có bản PDF ký số" in refused(step, clerk, approved, "issue")


def test_an_approval_that_was_given_back_counts_no_more(clerk: Actor, leader: Actor, approved: int) -> None:
    step(leader, approved, "return", "Sửa câu 2")
    add_version(clerk, approved, "ban hai")
    panel = page.panel(clerk, approved)
    assert panel is not None and panel.approval is None
    step(clerk, approved, "submit", to=key(leader))
    step(leader, approved, "approve")
    assert step(clerk, approved, "number") == "Đã cấp số"


def test_nobody_approves_a_version_that_they_have_not_seen(clerk: Actor, leader: Actor) -> None:
    document = running(clerk, "outgoing")
    signed_scan(document)
    step(clerk, document, "submit", to=key(leader))
    seen = flow_of(document).revision
    add_version(clerk, document, "ban hai")
    with pytest.raises(Conflict, match="chuyển bước hoặc thêm phiên bản"):
        moving.move(leader, document, "approve", revision=seen)
    assert step(leader, document, "approve") == "Đã duyệt" and numbers(document)[-1] == 2


def test_who_may_approve_decides_with_the_issue_itself(clerk: Actor, leader: Actor) -> None:
    document = running(clerk, "publication")
    signed_scan(document)
    step(clerk, document, "submit", to=key(leader))
    add_version(clerk, document, "ban hai")
    assert step(leader, document, "publish") == "Đã công bố"
    step(clerk, document, "withdraw", "Sai")
    add_version(clerk, document, "ban ba")
    # Editors publish here without an approval.
    assert step(clerk, document, "publish") == "Đã công bố"


def test_a_leader_publishes_a_version_that_nobody_approved(clerk: Actor, leader: Actor, people: dict[str, User]) -> None:
    admin = actor_of(people["administrator"])
    made = editing.view(admin, workflow("publication"))
    states = (*made.definition.states, FlowState("approved", "Đã duyệt", "draft"))
    steps = tuple(replace(one, sources=(*one.sources, "approved")) if one.code == "publish" else one for one in made.definition.transitions)
    approve = Transition("approve", "Duyệt", steps[1].sources, "approved", ("role:leader",))
    editing.save(admin, workflow("publication"), WorkflowInput(made.name, "draft", states, (*steps, approve)), revision=made.revision)
    document = running(clerk, "publication")
    signed_scan(document)
    step(clerk, document, "submit", to=key(leader))
    step(leader, document, "approve")
    add_version(clerk, document, "ban hai")
    assert step(leader, document, "publish") == "Đã công bố"


def test_only_whom_it_concerns_hands_it_back(clerk: Actor, staff: Actor, leader: Actor, people: dict[str, User], approved: int) -> None:
    add_version(clerk, approved, "ban hai")
    # Staff may read it nowhere; auditors read it and move nothing.
    auditor = actor_of(people["auditor"])
    panel = page.panel(auditor, approved)
    assert panel is not None and panel.approval is not None and not panel.steps
    with pytest.raises(NotFound):
        step(staff, approved, approving.AGAIN, to=key(leader))
    db.release()
    assert flow_of(approved).state == "approved"


def test_a_step_whose_version_is_not_known_refuses_nothing(clerk: Actor, approved: int) -> None:
    with db.write() as session:
        for row in session.query(FlowStep):
            row.document_no = None
    add_version(clerk, approved, "ban hai")
    assert step(clerk, approved, "number") == "Đã cấp số"


def test_a_clerks_check_is_no_approval_where_leaders_approve(clerk: Actor, leader: Actor, people: dict[str, User]) -> None:
    delivered(clerk)
    admin = actor_of(people["administrator"])
    made = editing.view(admin, workflow("outgoing"))
    states = (*made.definition.states[:4], FlowState("checked", "Đã soát", "draft"), *made.definition.states[4:])
    steps = tuple(replace(one, sources=("checked",)) if one.code == "number" else one for one in made.definition.transitions)
    check = Transition("check", "Soát thể thức", ("approved",), "checked", ("role:clerk",))
    editing.save(admin, workflow("outgoing"), WorkflowInput(made.name, "draft", states, (*steps, check)), revision=made.revision)
    document = running(clerk, "outgoing")
    signed_scan(document)
    step(clerk, document, "submit", to=key(leader))
    step(leader, document, "approve")
    add_version(clerk, document, "ban hai")
    assert step(clerk, document, "check") == "Đã soát"
    assert "Phiên bản đã duyệt là 1, nay là 2" in refused(step, clerk, document, "number")
