"""Plans and tasks: who may edit, what is quoted, what counts as evidence, what the trail records."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from docmgr import db
from docmgr.models import Task
from docmgr.policy import Denied
from docmgr.services.documents import references
from docmgr.services.errors import Conflict, Invalid, NotFound
from docmgr.services.links import links
from docmgr.services.planning import lists, plans, tasks
from docmgr.services.planning.coverage import coverage
from docmgr.services.planning.of_document import tasks_of_document
from docmgr.services.planning.plans import PlanInput
from docmgr.services.planning.tasks import TaskInput
from docmgr.services.planning.views import provisions
from docmgr.services.planning.wanted.filters import TaskFilter
from docmgr.services.trail import of_subjects
from docmgr.services.trail import words as trail_words
from legaltext import dates
from tests.filling.planning import PLAN_WORDS, World, world

__all__ = ["world"]

YESTERDAY = dates.today() - dt.timedelta(days=1)


def a_plan(world: World, document_id: int | None = None) -> int:
    return plans.create(world.actors["clerk"], PlanInput("Kế hoạch dân chủ", 2024, document_id=document_id))


def a_task(world: World, plan_id: int, **fields: object) -> int:
    wanted: dict[str, object] = {
        "title": "Tổ chức Hội nghị",
        "lead_id": world.units["tccb"],
        "due_rule": "recurring",
        **fields,
    }
    return tasks.create(world.actors["clerk"], plan_id, TaskInput(**wanted))  # type: ignore[arg-type]


def test_a_task_quotes_the_provision_and_keeps_its_version(world: World) -> None:
    document_id = world.document("38/KH-SGDĐT", "Thực hiện dân chủ", PLAN_WORDS)
    task_id = a_task(world, a_plan(world, document_id), document_id=document_id, anchor="muc-II.3.gach-4")
    world.new_version(document_id, (("muc-II.3.gach-4", "Gạch đầu dòng 4", "gach", "Lời khác hẳn."),))

    page = tasks.get(world.actors["staff"], task_id)

    assert page.row.quote == "Hằng năm tổ chức Hội nghị; 06 tháng một lần kiểm tra."
    assert page.provision is not None
    assert page.provision.version_no == 1
    assert page.provision.text == page.row.quote
    assert page.provision.label == "II.3, Gạch đầu dòng 4"


def test_editing_other_fields_keeps_the_old_version_and_words(world: World) -> None:
    document_id = world.document("38/KH-SGDĐT", "Thực hiện dân chủ", PLAN_WORDS)
    task_id = a_task(world, a_plan(world, document_id), document_id=document_id, anchor="muc-II.3.gach-4")
    world.new_version(document_id, (("muc-II.3.gach-4", "Gạch đầu dòng 4", "gach", "Lời khác hẳn."),))
    given_again = TaskInput(
        "Tên mới",
        world.units["tccb"],
        due_rule="recurring",
        document_id=document_id,
        anchor="muc-II.3.gach-4",
    )

    tasks.edit(world.actors["clerk"], task_id, given_again, revision=1)

    page = tasks.get(world.actors["clerk"], task_id)
    assert (page.row.title, page.version_no) == ("Tên mới", 1)
    assert page.row.quote == "Hằng năm tổ chức Hội nghị; 06 tháng một lần kiểm tra."
    assert world.events("task:edit")[0].details == {"changes": {"Nội dung": ["Tổ chức Hội nghị", "Tên mới"]}}


def test_a_quote_must_stand_in_the_provision(world: World) -> None:
    document_id = world.document("38/KH-SGDĐT", "Thực hiện dân chủ", PLAN_WORDS)
    plan_id = a_plan(world, document_id)
    place = {"document_id": document_id, "anchor": "muc-II.3.gach-4"}

    task_id = a_task(world, plan_id, **place, quote="06 tháng\n một lần  kiểm tra")
    with pytest.raises(Invalid) as refused:
        a_task(world, plan_id, **place, quote="một năm một lần")

    assert tasks.get(world.actors["staff"], task_id).row.quote == "06 tháng một lần kiểm tra"
    assert refused.value.field == "quote"


def test_words_copied_from_a_text_that_was_not_stored_clean_can_be_quoted(world: World) -> None:
    # The selector after the sign is invisible; it stayed in texts that were read before it was dropped.
    document_id = world.document("38/KH-SGDĐT", "Kiểm tra", (("muc-I", "I", "so", "Kiểm tra \u2714\ufe0f sáu tháng một lần"),))
    task_id = a_task(world, a_plan(world), document_id=document_id, anchor="muc-I", quote="\u2714\ufe0f sáu tháng")

    assert tasks.get(world.actors["staff"], task_id).row.quote == "\u2714 sáu tháng"


def test_an_unknown_anchor_is_refused(world: World) -> None:
    document_id = world.document("38/KH-SGDĐT", "Thực hiện dân chủ", PLAN_WORDS)
    with pytest.raises(Invalid) as refused:
        a_task(world, a_plan(world), document_id=document_id, anchor="dieu-99")
    assert refused.value.field == "anchor"


@pytest.mark.parametrize(
    ("who", "allowed"),
    [("clerk", True), ("leader", True), ("staff", True), ("other_staff", False), ("auditor", False)],
)
def test_staff_edit_only_tasks_of_their_unit(world: World, who: str, allowed: bool) -> None:
    task_id = a_task(world, a_plan(world))
    actor = world.actors[who]
    assert tasks.get(actor, task_id).may_edit is allowed
    if allowed:
        tasks.set_state(actor, task_id, "doing", revision=1)
        assert tasks.get(actor, task_id).row.state == "doing"
    else:
        with pytest.raises(Denied):
            tasks.set_state(actor, task_id, "doing", revision=1)
        assert tasks.get(actor, task_id).row.state == "open"


def test_supporting_staff_may_edit_but_not_hand_the_task_away(world: World) -> None:
    task_id = a_task(world, a_plan(world), support_ids=(world.units["gdtrh"],))
    actor = world.actors["other_staff"]
    tasks.set_state(actor, task_id, "doing", revision=1)
    with pytest.raises(Invalid):
        tasks.edit(actor, task_id, TaskInput("Khác", world.units["tccb"], due_rule="continuous"), revision=2)


def test_an_administrator_sees_no_tasks(world: World) -> None:
    with pytest.raises(Denied):
        lists.find(world.actors["administrator"], TaskFilter())
    assert lists.mine(world.actors["administrator"]) == []


def test_a_stale_form_saves_nothing(world: World) -> None:
    plan_id = a_plan(world)
    clerk = world.actors["clerk"]
    plans.edit(clerk, plan_id, PlanInput("Lần một", 2024), revision=1)
    with pytest.raises(Conflict):
        plans.edit(clerk, plan_id, PlanInput("Lần hai", 2024), revision=1)
    assert plans.get(clerk, plan_id).title == "Lần một"
    assert len(world.events("plan:edit")) == 1


def test_saving_without_a_change_is_no_event(world: World) -> None:
    plan_id = a_plan(world)
    plans.edit(world.actors["clerk"], plan_id, PlanInput("Kế hoạch dân chủ", 2024), revision=1)
    assert world.events("plan:edit") == []
    assert plans.get(world.actors["clerk"], plan_id).revision == 1


def test_mine_and_overdue(world: World) -> None:
    plan_id = a_plan(world)
    late = a_task(world, plan_id, title="Muộn", due_on=YESTERDAY, due_rule="fixed")
    a_task(world, plan_id, title="Muộn mà xong", due_on=YESTERDAY, due_rule="fixed", state="done")
    support = a_task(
        world, plan_id, title="Phối hợp", lead_id=world.units["gdtrh"], support_ids=(world.units["tccb"],)
    )
    a_task(world, plan_id, title="Đơn vị khác", lead_id=world.units["gdtrh"])
    staff = world.actors["staff"]

    assert [row.id for row in lists.mine(staff)] == [late, support]
    assert [row.id for row in lists.overdue(staff)] == [late]
    assert lists.overdue(staff, YESTERDAY) == []


def test_a_fixed_deadline_needs_a_date(world: World) -> None:
    with pytest.raises(Invalid) as refused:
        a_task(world, a_plan(world), due_rule="fixed")
    assert refused.value.field == "due_on"


def test_coverage_counts_by_unit_and_provision(world: World) -> None:
    document_id = world.document("38/KH-SGDĐT", "Thực hiện dân chủ", PLAN_WORDS)
    proof = world.document("12/BB-SGDĐT", "Biên bản hội nghị")
    plan_id = a_plan(world, document_id)
    proven = a_task(world, plan_id, state="done", document_id=document_id, anchor="muc-II.3.gach-4")
    a_task(world, plan_id, state="done")
    a_task(world, plan_id, state="cancelled")
    a_task(world, plan_id, lead_id=world.units["gdtrh"], due_on=YESTERDAY)
    links.add(world.actors["clerk"], task_id=proven, document_id=proof, role="evidence")

    found = coverage(world.actors["leader"], plan_id)

    assert found.total == plans.get(world.actors["leader"], plan_id).counts
    assert (found.total.tasks, found.total.done, found.total.overdue) == (3, 2, 1)
    assert (found.total.proven, found.total.unproven) == (1, 1)
    by_unit = {unit.unit_id: unit.counts for unit in found.units}
    assert by_unit[world.units["gdtrh"]].overdue == 1
    assert by_unit[world.units["tccb"]].done == 2
    places = provisions.load(world.actors["leader"], plan_id)
    assert [(row.place.anchor, [(task.id, task.proven) for task in row.tasks]) for row in places.rows] == [("muc-II.3.gach-2", []), ("muc-II.3.gach-4", [(proven, True)])]
    assert (places.total, places.untouched) == (2, 1)
    assert [row.title for row in lists.unproven(world.actors["auditor"])] == ["Tổ chức Hội nghị"]


def test_who_may_not_read_the_plan_document_sees_neither_name_nor_words(world: World) -> None:
    document_id = world.document("38/KH-SGDĐT", "Nội dung kín", PLAN_WORDS, closed=True)
    plan_id = a_plan(world, document_id)
    task_id = a_task(world, plan_id, document_id=document_id, anchor="muc-II.3.gach-4")
    staff, clerk = world.actors["staff"], world.actors["clerk"]

    assert plans.get(clerk, plan_id).document is not None
    assert plans.get(staff, plan_id).document is None
    assert [row.document for row in plans.listing(staff)] == [None]
    page = tasks.get(staff, task_id)
    assert (page.document, page.provision, page.row.quote, page.row.document_id) == (None, None, None, None)
    assert (provisions.load(staff, plan_id).rows, provisions.load(clerk, plan_id).untouched) == ((), 1)
    assert of_subjects.find(staff, {"task": [task_id], "plan": [plan_id]}) == []
    assert len(of_subjects.find(clerk, {"task": [task_id], "plan": [plan_id]})) == 2
    with pytest.raises(NotFound):
        tasks_of_document(staff, document_id)


def test_saving_without_seeing_the_document_keeps_it(world: World) -> None:
    document_id = world.document("38/KH-SGDĐT", "Nội dung kín", PLAN_WORDS, closed=True)
    task_id = a_task(world, a_plan(world, document_id), document_id=document_id, anchor="muc-II.3.gach-4")
    tasks.edit(
        world.actors["staff"],
        task_id,
        TaskInput("Tên mới", world.units["tccb"], due_rule="recurring"),
        revision=1,
    )
    page = tasks.get(world.actors["clerk"], task_id)
    assert page.row.title == "Tên mới"
    assert page.row.anchor == "muc-II.3.gach-4"


def test_tasks_of_a_document_name_how_they_are_tied(world: World) -> None:
    plan_document = world.document("38/KH-SGDĐT", "Thực hiện dân chủ", PLAN_WORDS)
    proof = world.document("12/BB-SGDĐT", "Biên bản hội nghị")
    task_id = a_task(world, a_plan(world), document_id=plan_document, anchor="muc-II.3.gach-2")
    links.add(world.actors["clerk"], task_id=task_id, document_id=proof, role="evidence")
    staff = world.actors["staff"]

    own = tasks_of_document(staff, plan_document)
    tied = tasks_of_document(staff, proof)

    assert [(row.id, row.role, row.anchor) for row in own] == [(task_id, "plan", "muc-II.3.gach-2")]
    assert [(row.id, row.role, row.anchor) for row in tied] == [(task_id, "evidence", None)]


def test_lists_take_the_same_number_of_queries_for_one_task_and_for_thirty(world: World) -> None:
    plan_id = a_plan(world)
    a_task(world, plan_id)

    def queries() -> int:
        from sqlalchemy import event

        seen: list[str] = []
        with db.read() as session:
            engine = session.get_bind()
        listener = lambda *args: seen.append(args[2])  # noqa: E731
        event.listen(engine, "before_cursor_execute", listener)
        plans.get(world.actors["staff"], plan_id)
        event.remove(engine, "before_cursor_execute", listener)
        return len(seen)

    one = queries()
    for _ in range(29):
        a_task(world, plan_id)
    with db.write():
        pass  # A new snapshot without cached rows.
    assert queries() == one


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        st.tuples(st.sampled_from(sorted(lists.CHOICES)), st.sampled_from([None, -1, 0, 1])), max_size=8
    )
)
def test_overdue_is_the_same_rule_in_python_and_in_sql(
    world: World, rows: list[tuple[str, int | None]]
) -> None:
    plan_id = a_plan(world)
    for state, days in rows:
        due_on = None if days is None else dates.today() + dt.timedelta(days=days)
        a_task(world, plan_id, state=state, due_on=due_on, due_rule="event")
    actor = world.actors["auditor"]

    by_sql, total = lists.find(actor, TaskFilter(plan_id=plan_id, overdue=True))

    view = plans.get(actor, plan_id)
    assert {row.id for row in by_sql} == {row.id for row in view.tasks if row.overdue}
    assert (
        total == view.counts.overdue == sum(state in ("open", "doing") and days == -1 for state, days in rows)
    )
    with db.read() as session:
        assert session.query(Task).filter_by(plan_id=plan_id).count() == len(rows)


@pytest.mark.parametrize(
    ("title", "text", "words"),
    [
        ("Yêu cầu", "2. Yêu cầu", "2. Yêu cầu"),
        ("", "- Chủ trì, phối hợp tổ chức Hội nghị", "Chủ trì, phối hợp tổ chức Hội nghị"),
        ("Trả lời", "trong 15 ngày", "Trả lời trong 15 ngày"),
    ],
)
def test_the_words_of_a_provision_do_not_repeat_its_heading(title: str, text: str, words: str) -> None:
    assert references.ProvisionRef(1, 1, 1, "muc-I", "I", title, text).words == words


def test_no_words_of_a_document_are_kept_in_the_events_of_a_task(world: World) -> None:
    hidden = world.document("38/KH-SGDĐT", "Nội dung kín", PLAN_WORDS, closed=True)
    open_ = world.document("39/KH-SGDĐT", "Nội dung mở", PLAN_WORDS)
    clerk, staff = world.actors["clerk"], world.actors["staff"]
    base = TaskInput("Tổ chức Hội nghị", world.units["tccb"], due_rule="recurring")
    task_id = tasks.create(clerk, a_plan(world), replace(base, document_id=hidden, anchor="muc-II.3.gach-4"))
    tasks.edit(clerk, task_id, replace(base, document_id=open_, anchor="muc-II.3.gach-2"), revision=1)
    shorter = replace(base, document_id=open_, anchor="muc-II.3.gach-2", quote="Rà soát, sửa đổi")
    tasks.edit(clerk, task_id, shorter, revision=2)

    newest, older = of_subjects.find(staff, {"task": [task_id]})
    assert newest.details == {"changes": {}, "Lời trích": tasks.QUOTE_CHANGED.stored()}
    assert older.details["changes"]["Văn bản"] == [f"#{hidden}", f"#{open_}"]
    assert trail_words.one_line(older).endswith("Lời trích: đã sửa")
    kept = " ".join(str(event.details) for event in world.events() if event.subject_type == "task")
    assert "06 tháng một lần" not in kept and "Rà soát" not in kept


def test_saving_a_task_unchanged_leaves_no_event(world: World) -> None:
    document_id = world.document("38/KH-SGDĐT", "Thực hiện dân chủ", PLAN_WORDS)
    place = {"document_id": document_id, "anchor": "muc-II.3.gach-4"}
    task_id = a_task(world, a_plan(world), **place)
    same = TaskInput("Tổ chức Hội nghị", world.units["tccb"], due_rule="recurring", **place)  # type: ignore[arg-type]
    tasks.edit(world.actors["clerk"], task_id, same, revision=1)
    assert world.events("task:edit") == []
