"""Workflows that an administrator edits: versions, what is refused, the picture, and the rules by type and folder."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from docmgr import db, workflows
from docmgr.models import User, Workflow, WorkflowRule, WorkflowVersion
from docmgr.policy import COMMAND_LINE, Actor, Denied
from docmgr.services.documents import facts
from docmgr.services.errors import Conflict, Invalid, NotFound
from docmgr.services.folders import sharing, tree
from docmgr.services.folders.sharing import SharedThing
from docmgr.services.workflow import checking, choosing, drawing, editing, page, turn
from docmgr.services.workflow.definition import FlowDefinition, FlowState, Transition, from_json, to_json
from docmgr.services.workflow.editing import WorkflowInput
from tests.filling.filing import file_document, load
from tests.filling.registers import flow_of, running, step, workflow
from tests.support.acting import actor_of
from tests.support.racing import count, events

START, END = FlowState("a", "Đầu"), FlowState("b", "Cuối", final=True)
GO = Transition("go", "Đi", ("a",), "b", ("author",))
SMALL = FlowDefinition("a", (START, END), (GO,))


@pytest.fixture
def admin(people: dict[str, User]) -> Actor:
    """The administrator as an actor."""
    return actor_of(people["administrator"])


def faulty(definition: FlowDefinition) -> str:
    """Why a definition is refused."""
    with pytest.raises(Invalid) as error:
        checking.check(definition)
    return str(error.value)


def test_a_workflow_that_leads_nowhere_is_refused() -> None:
    checking.check(SMALL)
    lost, loop = FlowState("c", "Lạc"), Transition("loop", "Quẩn", ("a",), "c", ("author",))

    def with_states(*states: FlowState, **more: Any) -> FlowDefinition:
        return replace(SMALL, states=states, **more)

    def with_step(**more: Any) -> FlowDefinition:
        return replace(SMALL, transitions=(replace(GO, **more),))

    assert "Không bước nào dẫn tới trạng thái “Lạc”" in faulty(with_states(START, END, lost))
    assert "Từ trạng thái “Lạc” không có đường" in faulty(with_states(START, END, lost, transitions=(GO, loop)))
    circle = (GO, loop, Transition("on", "Tiếp", ("c",), "d", ("author",)), Transition("back", "Lùi", ("d",), "c", ("author",)))
    assert "Từ trạng thái “Lạc” không có đường" in faulty(with_states(START, END, lost, FlowState("d", "Vòng"), transitions=circle))
    assert "ít nhất hai trạng thái" in faulty(with_states(START))
    assert "ít nhất một trạng thái kết thúc" in faulty(with_states(START, replace(END, final=False)))
    assert "Hãy chọn trạng thái đầu" in faulty(replace(SMALL, initial="b")) == faulty(replace(SMALL, initial="x"))
    assert "dùng hai lần" in faulty(with_states(START, replace(END, name="ĐẦU"))) and "dùng hai lần" in faulty(with_states(START, replace(END, code="a")))
    for name in ("", "x" * 61, "a\x00b", "a\u202eb"):
        assert "phải có tên" in faulty(with_states(START, replace(END, name=name)))
    assert "quyền đọc không biết" in faulty(with_states(START, replace(END, access="secret")))
    assert "ai được làm" in faulty(with_step(who=())) == faulty(with_step(who=("role:wizard",)))
    assert "điều kiện không biết: magic" in faulty(with_step(guards=("magic",)))
    assert "phải đi từ" in faulty(with_step(to="x")) == faulty(with_step(sources=())) == faulty(with_step(sources=("x",)))
    assert "không biết" in faulty(with_step(act="explode")) == faulty(with_step(assign="everybody"))
    many = [FlowState(f"s{number}", f"Trạng thái {number}") for number in range(30)]
    assert "nhiều nhất 30 trạng thái" in faulty(with_states(START, END, *many))


def test_the_delivered_workflows_are_sound_and_drawn(people: dict[str, User]) -> None:
    for code in workflows.DELIVERED:
        stored = workflows.load(code)
        definition = from_json(stored)
        checking.check(definition)
        assert to_json(definition) == stored
        picture = drawing.draw(definition)
        assert len(picture.boxes) == len(definition.states)
        assert sum(len(arrow.labels) for arrow in picture.arrows) == sum(len(one.sources) for one in definition.transitions)
        # Arrows in one lane pass no state together.
        lanes = [(arrow.path.split("H")[1].split("V")[0], *sorted(map(int, (arrow.path.split()[1].split("H")[0], arrow.path.split("V")[1].split("H")[0])))) for arrow in picture.arrows if "H" in arrow.path]
        assert not [(one, other) for one in lanes for other in lanes if one < other and one[0] == other[0] and one[1] < other[2] and other[1] < one[2]]
        assert all(0 <= arrow.x <= picture.width for arrow in picture.arrows)
    with db.read() as session:
        assert session.scalars(select(Workflow.code).order_by(Workflow.id)).all() == list(workflows.DELIVERED)
        assert session.scalars(select(WorkflowVersion.definition).order_by(WorkflowVersion.id)).all() == [workflows.load(code) for code in workflows.DELIVERED]


def test_running_documents_keep_their_version(admin: Actor, clerk: Actor) -> None:
    number, old = workflow("publication"), running(clerk, "publication")
    view = editing.view(admin, number)
    given = WorkflowInput("Công bố", "draft", view.definition.states, view.definition.transitions)
    assert editing.save(admin, number, given, revision=view.revision) == 1
    shorter = replace(given, states=tuple(one for one in given.states if one.code != "submitted"), transitions=(
        replace(view.definition.transitions[1], name=" Công  bố ngay", code="", sources=("draft",)), Transition("", "", (), "", ()),
        Transition("", "Thu hồi", ("published",), "withdrawn", ("editor",)), Transition("", "Thu hồi lại", ("published",), "withdrawn", ("editor",)),
    ))  # fmt: skip
    with pytest.raises(Invalid, match="dài nhất 60"):
        editing.save(admin, number, replace(shorter, name=" "), revision=view.revision)
    db.release()
    with pytest.raises(Invalid, match="mang tên này"):
        editing.save(admin, number, replace(shorter, name="Văn bản đi"), revision=view.revision)
    db.release()
    assert editing.save(admin, number, shorter, revision=view.revision) == 2
    with pytest.raises(Conflict):
        editing.save(admin, number, given, revision=view.revision)
    db.release()
    with pytest.raises(Invalid, match="Lạc"):
        editing.save(admin, number, replace(shorter, states=(*shorter.states, FlowState("c", "Lạc"))), revision=2)
    db.release()
    assert count(WorkflowVersion, WorkflowVersion.workflow_id == number) == 2 and len(events("workflow:edit")) == 1
    now = editing.view(admin, number)
    assert [one.code for one in now.definition.transitions] == ["cong_bo_ngay", "thu_hoi", "thu_hoi_lai"] and now.versions == (2, 1)
    assert editing.view(admin, number, 1).definition == view.definition
    new = running(clerk, "publication")
    assert [step.transition.name for step in page.panel(clerk, new).steps] == ["Công bố ngay"]
    assert step(clerk, old, "submit") == "Đã trình" and page.panel(clerk, old).no == 1
    assert [(row.no, row.running) for row in editing.listing(clerk)][0] == (2, 2)
    for act in (lambda: editing.view(clerk, number), lambda: editing.save(clerk, number, given, revision=None), lambda: editing.copy(clerk, number, "X")):
        with pytest.raises(Denied):
            act()
        db.release()
    with pytest.raises(NotFound):
        editing.view(admin, number, 9)
    made = editing.copy(admin, number, "Riêng của sở")
    assert editing.view(admin, made).definition == now.definition and flow_of(new).leads


def test_rules_choose_by_type_and_folder(admin: Actor, clerk: Actor) -> None:
    root = tree.root_id()
    folder = tree.create(COMMAND_LINE, root, "Văn bản đến").id
    inner = tree.create(COMMAND_LINE, folder, "Sở Nội vụ").id
    hidden = tree.create(COMMAND_LINE, root, "Kín").id
    sharing.set_inherit(COMMAND_LINE, SharedThing(folder_id=hidden), inherit=False)
    choosing.add_rule(clerk, workflow("incoming"), None, folder)
    with pytest.raises(Invalid, match="bỏ dòng cũ"):
        choosing.add_rule(clerk, workflow("outgoing"), None, folder)
    for given in ((None, "Công văn", None), (workflow("incoming"), None, None), (workflow("incoming"), "Bùa chú", None), (workflow("incoming"), None, 999_999), (workflow("incoming"), None, hidden)):
        db.release()
        with pytest.raises(Invalid):
            choosing.add_rule(clerk, *given)
    db.release()
    choosing.add_rule(clerk, workflow("publication"), "Công văn", None)
    # A published document cannot begin as a draft.
    choosing.add_rule(clerk, workflow("outgoing"), "Báo cáo", None)
    file_document(root, "5/BC-X", type="Báo cáo", confirmed_at=db.now() + dt.timedelta(minutes=1))
    # Nor does a rule of the folder start what the nearer one, for the type, keeps back.
    file_document(inner, "6/CV-X", type="Công văn", confirmed_at=db.now() + dt.timedelta(minutes=1))
    # An administrator who sees no folder does not learn what it is called.
    assert [row.folder for row in choosing.rules(admin)] == [None, None, f"#{folder}"]
    before = file_document(inner, "1/QĐ-X", confirmed_at=db.now() - dt.timedelta(days=1))
    deep, letter, elsewhere = file_document(inner, "2/QĐ-X"), file_document(inner, "3/CV-X", type="Công văn", workflow="draft"), file_document(root, "4/QĐ-X")
    for document in (deep, letter, elsewhere):
        facts.save(clerk, document, {"subject": "Trích yếu"}, revision=load(document).revision, confirm=True, publish=False)
    assert page.page(clerk, before).usual == workflow("incoming") and page.page(clerk, elsewhere).usual is None
    assert turn.start_chosen() == 2 and turn.start_chosen() == 0
    assert [page.panel(clerk, one).workflow if page.panel(clerk, one) else None for one in (before, deep, letter, elsewhere)] == [None, "Văn bản đến", "Công bố", None]
    # A document that was stopped is not started again.
    with db.write() as session:
        for rule in session.scalars(select(WorkflowRule)):
            rule.since -= dt.timedelta(days=2)
    assert turn.start_chosen() == 1 and flow_of(before).state == "arrived"
    assert turn.start_chosen() == 0
    with db.read() as session:
        moments = session.scalars(select(WorkflowRule.since)).all()
    assert all(db.now() - moment < dt.timedelta(hours=1) for moment in moments)
    choosing.remove_rule(clerk, choosing.rules(clerk)[0].id)
    assert len(choosing.rules(clerk)) == 2 and len(events("workflow:rule", "workflow:unrule")) == 4
