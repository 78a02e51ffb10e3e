"""Documents on their way through the three delivered workflows: who may make which step, and what a step does."""

from __future__ import annotations

import datetime as dt

import pytest

from docmgr import db
from docmgr.models import DocumentFlow, User
from docmgr.policy import Actor
from docmgr.services.documents import facts, lifecycle
from docmgr.services.errors import Conflict, Invalid, NotFound
from docmgr.services.folders import sharing, tree
from docmgr.services.folders.sharing import SharedThing
from docmgr.services.registers import arrivals, lines
from docmgr.services.trail import words as trail_words
from docmgr.services.workflow import assigning, moving, page, starting, waiting
from docmgr.services.workflow.assigning import Receivers
from docmgr.services.workflow.moving import Chosen, StepInput
from legaltext import dates
from tests.filling.filing import actions, load, person, seen
from tests.filling.registers import delivered, flow_of, key, paper, running, signed_scan, step, workflow
from tests.support.acting import actor_of
from tests.support.racing import events

TODAY = dates.today()


@pytest.fixture
def leader(people: dict[str, User]) -> Actor:
    """The leader as an actor."""
    return actor_of(people["leader"])


def refused(*arguments: object, **more: object) -> str:
    """The sentence with which a call is refused."""
    function, *others = arguments
    with pytest.raises(Invalid) as error:
        function(*others, **more)  # type: ignore[operator]
    db.release()
    return str(error.value)


def test_an_outgoing_document_from_draft_to_register_and_recall(clerk: Actor, staff: Actor, leader: Actor) -> None:
    series = delivered(clerk)
    document = running(clerk, "outgoing", created_by=staff.user_id)
    # A leader reads a draft only when it is submitted to them.
    assert document not in seen(leader)
    assert "Hãy chọn người hoặc đơn vị nhận" in refused(step, staff, document, "submit")
    assert step(staff, document, "submit", to=key(leader), due_on=TODAY) == "Đã trình"
    assert document in seen(leader) and flow_of(document).due_on == TODAY
    assert "không phải của bạn" in refused(step, staff, document, "approve")
    assert "cần ghi ý kiến" in refused(step, leader, document, "return", "  ")
    assert step(leader, document, "return", "Sửa câu 2") == "Bị trả lại"
    # Who passed it on follows where it is.
    assert document in seen(leader) and waiting.sent(leader)[0][0].state == "Bị trả lại"
    assert page.panel(staff, document).lead == staff.label.split(" (")[0]
    assert step(staff, document, "submit", to=key(leader)) == "Đã trình"
    assert step(leader, document, "approve") == "Đã duyệt"
    assert "không đi từ trạng thái “Đã duyệt”" in refused(step, clerk, document, "issue")
    assert step(clerk, document, "number") == "Đã cấp số"
    assert load(document).number == "01/QĐ-SGDĐT"
    with db.read() as session:
        assert lines.issued(session, document, "outgoing").series_id == series
    assert "Chưa có bản PDF ký số" in refused(step, clerk, document, "issue")
    signed_scan(document)
    facts.save(clerk, document, {"number": "9/QĐ-SGDĐT"}, revision=load(document).revision, confirm=False, publish=False, despite_clash=True)
    assert "sổ ghi 01/QĐ-SGDĐT" in refused(step, clerk, document, "issue")
    yesterday = {"number": "01/QĐ-SGDĐT", "issued_on": (TODAY - dt.timedelta(days=1)).isoformat()}
    facts.save(clerk, document, yesterday, revision=load(document).revision, confirm=False, publish=False)
    assert f"ngày {dates.printed(TODAY)}" in refused(step, clerk, document, "issue")
    facts.save(clerk, document, {"issued_on": TODAY.isoformat()}, revision=load(document).revision, confirm=True, publish=True)
    # Only the workflow publishes it.
    assert load(document).workflow == "draft"
    assert "đang theo quy trình" in refused(lifecycle.set_workflow, clerk, document, "published")
    assert step(clerk, document, "issue") == "Đã phát hành"
    assert load(document).workflow == "published" and flow_of(document).ended_at is not None
    assert "đang theo quy trình" in refused(lifecycle.set_workflow, clerk, document, "draft")
    assert step(clerk, document, "recall", "Sai nội dung") == "Đã thu hồi"
    assert load(document).workflow == "withdrawn" and document not in seen(leader)
    told = [trail_words.one_line(event) for event in events("workflow:return")]
    assert told == [f"Bước: Trả lại; Từ: Đã trình; Đến: Bị trả lại; Quy trình: Văn bản đi; Giao cho: {staff.label.split(' (')[0]}; Thời hạn: {dates.printed(TODAY)}; Ý kiến: Sửa câu 2"]


def test_an_incoming_document_from_arrival_to_answer(clerk: Actor, staff: Actor, leader: Actor) -> None:
    delivered(clerk, "incoming")
    document = paper("Đề nghị báo cáo", workflow="published")
    arrivals.receive(clerk, document, arrivals.ArrivalInput(line=lines.LineInput(due_on=TODAY)))
    starting.start(clerk, document, workflow("incoming"))
    assert flow_of(document).due_on == TODAY
    other = actor_of(person("phoi-hop", "staff"))
    assert "đồng thời phối hợp" in refused(step, leader, document, "assign", to=key(staff), support=[key(staff)])
    assert "không còn" in refused(step, leader, document, "assign", to="user:999999")
    for odd in (f"user:0{staff.user_id}", f"user:{staff.user_id}".translate({ord(str(n)): chr(0x0660 + n) for n in range(10)}), f"unit:0{staff.unit_id}"):
        assert "không còn" in refused(step, leader, document, "assign", to=odd)
    step(leader, document, "assign", to=key(staff), support=[key(other)], due_on=TODAY + dt.timedelta(days=3))
    # Who supports sees it and does not decide.
    assert "không phải của bạn" in refused(step, other, document, "take")
    assert step(staff, document, "take") == "Đang xử lý"
    assert step(staff, document, "return", "Không thuộc phòng tôi") == "Đến"
    assert page.panel(leader, document).lead == leader.label.split(" (")[0]
    step(leader, document, "assign", to=f"unit:{staff.unit_id}")
    step(staff, document, "take")
    assert "Kho không có văn bản trả lời" in refused(step, staff, document, "finish", answer="77/CV-X")
    assert "không trả lời chính nó" in refused(step, staff, document, "finish", answer=f"#{document}")
    answer = paper("Trả lời", number="5/CV-X", type="Công văn")
    assert step(staff, document, "finish", answer="05/CV-X") == "Hoàn thành"
    assert page.panel(staff, document).answer.id == answer
    with db.read() as session:
        entry = lines.issued(session, document, "incoming")
    assert (entry.unit_id, entry.person_id, entry.progress, entry.answer_id) == (staff.unit_id, None, "Hoàn thành", answer)
    assert entry.due_on == TODAY + dt.timedelta(days=3)
    # It never led the reading rights, so the buttons of publication stay.
    lifecycle.set_workflow(clerk, document, "withdrawn")
    assert actions(document).count("workflow:move") == 5 and actions(document).count("workflow:return") == 1


def test_what_one_may_not_read_has_no_flow_and_cannot_be_moved(clerk: Actor, staff: Actor, leader: Actor, auditor: Actor) -> None:
    document = running(clerk, "outgoing")
    for act in (lambda: page.page(leader, document), lambda: step(leader, document, "approve"), lambda: starting.start(staff, document, 1)):
        with pytest.raises(NotFound):
            act()
        db.release()
    # An auditor reads it and is offered nothing.
    assert page.panel(auditor, document).steps == ()
    step(clerk, document, "submit", to=key(leader))
    other = actor_of(person("khac", "leader"))
    with pytest.raises(NotFound):
        assigning.hand_over(other, document, Receivers(key(other)), revision=flow_of(document).revision)
    db.release()
    assigning.hand_over(leader, document, Receivers(key(other)), "Nhờ anh xem", revision=flow_of(document).revision)
    assert document in seen(other)
    # A change of the rights on the folder computes the rights of all documents in it anew.
    sharing.grant(clerk, SharedThing(folder_id=tree.root_id()), "role:auditor", "reader")
    assert document in seen(other)
    assert "không có vai trò đọc" in refused(
        assigning.hand_over, other, document, Receivers(f"user:{person('qt', 'administrator').id}"), revision=flow_of(document).revision
    )
    step(other, document, "approve")
    assert [event.details["assigned"] for event in events("workflow:assign")] == ["Người khac"]


def test_a_stale_form_moves_nothing_and_many_are_moved_each_for_itself(clerk: Actor, leader: Actor) -> None:
    papers = [running(clerk, "outgoing", subject=f"Văn bản {number}") for number in range(3)]
    chosen = [Chosen(one, flow_of(one).revision) for one in papers]
    assert "Hãy chọn văn bản" in refused(moving.move_many, clerk, [], "submit")
    step(clerk, papers[1], "submit", to=key(leader))
    with pytest.raises(Conflict) as error:
        moving.move(clerk, papers[1], "submit", StepInput(to=Receivers(key(leader))), revision=chosen[1].revision)
    assert "nay ở “Đã trình”" in str(error.value)
    db.release()
    # What has the same code and another name is another step.
    other = moving.move_many(clerk, [chosen[0]], "submit", StepInput(to=Receivers(key(leader))), name="Trình ký")
    assert other.done == 0 and other.refused[0][1].msgid == moving.FAULTS["other_step"]
    moved = moving.move_many(clerk, [*chosen, chosen[0], Chosen(999_999, 1)], "submit", StepInput(to=Receivers(key(leader))), name="Trình duyệt")
    assert moved.done == 2 and [label for label, _ in moved.refused] == ["Văn bản 1", "#999999"]
    assert [flow_of(one).state for one in papers] == ["submitted"] * 3
    assert len(events("workflow:move")) == 3


def test_a_flow_is_started_once_and_stopped_with_a_reason(clerk: Actor, staff: Actor) -> None:
    document = running(clerk, "publication")
    assert "đang theo quy trình “Công bố”" in refused(starting.start, clerk, document, workflow("outgoing"))
    assert "Hãy ghi lý do" in refused(starting.stop, clerk, document, " ", revision=flow_of(document).revision)
    starting.stop(clerk, document, "Nhầm", revision=flow_of(document).revision)
    assert page.panel(clerk, document) is None
    lifecycle.set_workflow(clerk, document, "published")
    assert "bắt đầu từ dự thảo" in refused(starting.start, clerk, document, workflow("outgoing"))
    assert "dấu mật" in refused(starting.start, clerk, paper(state="withheld"), workflow("incoming"))
    with pytest.raises(NotFound):
        starting.start(clerk, document, 999)
    db.release()
    lifecycle.set_workflow(clerk, document, "draft")
    starting.start(clerk, document, workflow("publication"))
    assert step(clerk, document, "publish") == "Đã công bố" and load(document).workflow == "published"
    assert actions(document)[-3:] == ["workflow:start", "document:publish", "workflow:move"]
    # A second run would free what the first has published, or withdrawn.
    assert "hãy dừng quy trình ấy trước" in refused(starting.start, clerk, document, workflow("incoming"))
    assert page.page(clerk, document).workflows == ()
    with db.write() as session:
        session.add(DocumentFlow(document_id=document, version_id=flow_of(document).version_id, state="published", ended_at=db.now()))
    assert "đang theo quy trình" in refused(lifecycle.set_workflow, clerk, document, "draft")
