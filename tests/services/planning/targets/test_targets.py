"""Target figures of tasks: how they are stored, what counts as reached, and that lists and rows say the same."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

from docmgr import db
from docmgr.models import Occurrence, Task, VersionObligation
from docmgr.policy import Denied
from docmgr.services.documents.rereading.obligations import forget_words
from docmgr.services.errors import Conflict, Invalid
from docmgr.services.planning import board, lists, plans, tasks
from docmgr.services.planning.obligations import deciding, listing
from docmgr.services.planning.obligations.deciding import Acceptance
from docmgr.services.planning.occurrences import steps
from docmgr.services.planning.occurrences.spread import SpreadInput
from docmgr.services.planning.plans import PlanInput
from docmgr.services.planning.targets.storing import TargetInput
from docmgr.services.planning.tasks import TaskInput
from docmgr.services.planning.views import export
from docmgr.services.planning.wanted.filters import TaskFilter
from tests.filling.planning import World, world
from tests.services.planning.occurrences.test_recurring import HALVES, occurrences, recurring
from tests.services.planning.proposals import a_plan_paper, picked
from tests.support.racing import count

__all__ = ["world"]
COUNT = TargetInput("4", "cuộc", "least", "ít nhất 04 cuộc")
SHARE = TargetInput("95", "%")
FEW = TargetInput("5", "vụ", "most")
EACH = replace(COUNT, each=True)
PAPER = "1. Phòng Tổ chức cán bộ (thử) tổ chức ít nhất 02 cuộc kiểm tra trước ngày 15/6/2024."


def once(world: World, target: TargetInput, **more: Any) -> int:
    clerk = world.actors["clerk"]
    plan_id = plans.create(clerk, PlanInput("Kế hoạch kiểm tra", 2026))
    return tasks.create(clerk, plan_id, TaskInput("Kiểm tra", world.units["tccb"], due_rule="continuous", target=target, **more))


def reach(world: World, task_id: int, *figures: str | None) -> None:
    """Type the figures that the occurrences reached, else that of the task."""
    rows = occurrences(task_id)
    for row, text in zip(rows, figures, strict=False):
        steps.save(world.actors["clerk"], row.id, state="doing", note=None, person_id=None, revision=row.revision, reached=text)
    if not rows:
        tasks.set_state(world.actors["clerk"], task_id, "doing", revision=tasks.get(world.actors["clerk"], task_id).revision, reached=figures[0])


def row(world: World, task_id: int) -> Any:
    return tasks.get(world.actors["clerk"], task_id).row.reach


def listed(world: World, **wanted: Any) -> list[int]:
    return [one.id for one in lists.find(world.actors["clerk"], TaskFilter(**wanted))[0]]


@pytest.mark.parametrize(
    ("target", "spread", "figures", "said", "met"),
    [
        (COUNT, None, ["4"], "4 cuộc", True), (COUNT, None, ["3,5"], "3,5 cuộc", False), (COUNT, None, [""], "", False),
        (FEW, None, ["5"], "5 vụ", True), (FEW, None, ["5,001"], "5,001 vụ", False), (FEW, None, [""], "", False),
        # Counts of several occurrences are added up, whoever has none yet.
        (COUNT, HALVES, ["3", "1"], "4 cuộc", True), (COUNT, HALVES, ["3"], "3 cuộc", False), (COUNT, HALVES, ["4"], "4 cuộc", True), (COUNT, HALVES, [], "", False),
        (FEW, HALVES, ["3", "3"], "6 vụ", False), (FEW, HALVES, ["3", "2"], "5 vụ", True),
        # Each occurrence is to reach a percentage, and whatever is said to be of each.
        (SHARE, HALVES, ["100", "94,9"], "94,9%", False), (SHARE, HALVES, ["95", "96"], "95%", True), (SHARE, HALVES, ["100"], "100%", False),
        (EACH, HALVES, ["9", "3"], "3 cuộc", False), (EACH, HALVES, ["9", "4"], "4 cuộc", True),
        (replace(SHARE, number="5", rule="most"), HALVES, ["1", "6"], "6%", False), (replace(SHARE, number="5", rule="most"), HALVES, ["1", "5"], "5%", True),
    ],
)  # fmt: skip
def test_what_was_reached_and_whether_it_is_enough(
    world: World, target: TargetInput, spread: SpreadInput | None, figures: list[str], said: str, met: bool
) -> None:
    task_id = recurring(world, spread, target=target) if spread else once(world, target)
    reach(world, task_id, *figures)
    found = row(world, task_id)
    assert (found.figure, found.met) == (said, met)
    assert listed(world, target="met") == ([task_id] if met else []) and listed(world, target="missed") == ([] if met else [task_id])
    assert listed(world, target="set") == [task_id]


def test_what_does_not_apply_or_is_cancelled_has_nothing_to_reach(world: World) -> None:
    task_id, bare, leader = recurring(world, target=SHARE), once(world, TargetInput(words="đầy đủ")), world.actors["leader"]
    reach(world, task_id, "96")
    first, second = occurrences(task_id)
    steps.skip(leader, second.id, reason="Gộp", revision=second.revision)
    assert row(world, task_id).met and row(world, task_id).total == 1 and listed(world, target="met") == [task_id]
    steps.skip(leader, first.id, reason="Gộp", revision=first.revision)
    assert row(world, task_id) is None and board.get(leader, first.id).row.reach is None and listed(world, target="set") == []
    assert row(world, bare) is None and tasks.get(leader, bare).target.words == "đầy đủ"
    third = once(world, COUNT)
    assert listed(world, target="missed") == [third]
    tasks.set_state(leader, third, "cancelled", revision=1)
    assert listed(world, target="missed") == [] == listed(world, target="set") and row(world, third) is None


def test_rows_of_occurrences_have_their_own_figure_and_a_verdict_only_of_what_each_is_to_reach(world: World) -> None:
    for target, verdicts in ((SHARE, [True, False]), (COUNT, [None, None])):
        task_id = recurring(world, target=target)
        reach(world, task_id, "97", "2")
        view = board.load(world.actors["staff"], task_id)
        assert view and [one.reach.met for one in view.rows if one.reach] == verdicts
        plan_id = tasks.get(world.actors["clerk"], task_id).row.plan_id
        rows, _total = lists.find(world.actors["staff"], TaskFilter(plan_id=plan_id, state="doing", target="set"))
        assert [(one.reach.typed, one.reach.met) for one in rows if one.reach] == list(zip(("97", "2"), verdicts, strict=True))


@pytest.mark.parametrize(
    ("target", "field", "words"),
    [
        (TargetInput("nhiều", "cuộc"), "target", "Hãy nhập một số"), (TargetInput("98.5", "%"), "target", "dấu phẩy"), (TargetInput("-1", "cuộc"), "target", "từ 0"),
        (TargetInput("9.999.999.999", "cuộc"), "target", "999.999.999"), (TargetInput("5"), "target_unit", "đơn vị tính"), (TargetInput("", "cuộc"), "target", "Hãy nhập số"),
        (TargetInput("5", "c" * 51), "target_unit", "dài quá 50"), (TargetInput("5", "cuộc", "about"), "target_rule", "danh sách"), (TargetInput(words="x" * 501), "target_words", "dài quá 500"),
        (TargetInput("1" * 51, "cuộc"), "target", "dài quá 50"),
    ],
)  # fmt: skip
def test_a_wrong_target_is_refused_and_nothing_is_stored(world: World, target: TargetInput, field: str, words: str) -> None:
    with pytest.raises(Invalid) as told:
        once(world, target)
    assert told.value.field == field and words in told.value.message.told() and count(Task) == 0


def test_a_figure_is_refused_without_a_target_or_when_it_is_no_number_and_by_whom_it_does_not_concern(world: World) -> None:
    bare, task_id, clerk = once(world, TargetInput()), recurring(world, target=SHARE), world.actors["clerk"]
    one = occurrences(task_id)[0]
    for number, text in ((bare, "5"), (task_id, "gần đủ")):
        with pytest.raises(Invalid) as told:
            reach(world, number, text)
        assert told.value.field == "reached"
    assert tasks.get(clerk, bare).row.state == "open" and occurrences(task_id)[0].state == "open"
    with pytest.raises(Denied):
        steps.save(world.actors["other_staff"], one.id, state="doing", note=None, person_id=None, revision=1, reached="5")
    reach(world, task_id, "96")
    with pytest.raises(Conflict):
        steps.save(clerk, one.id, state="doing", note=None, person_id=None, revision=1, reached="5")
    # Whoever saves without the field leaves the figure; a blank field takes it away.
    steps.save(clerk, one.id, state="doing", note="Thêm", person_id=None, revision=2)
    assert occurrences(task_id)[0].reached == 96_000
    steps.save(clerk, one.id, state="doing", note="Thêm", person_id=None, revision=3, reached=" ")
    assert occurrences(task_id)[0].reached is None


def test_the_trail_says_what_was_asked_and_reached(world: World) -> None:
    task_id = once(world, COUNT)
    reach(world, task_id, "3")
    made, changed = world.events("task:create")[-1].details, world.events("task:edit")[-1].details
    assert made["Chỉ tiêu"] == {"msgid": "ít nhất %(figure)s", "values": {"figure": "4 cuộc"}} and made["Lời văn về chỉ tiêu"] == "ít nhất 04 cuộc"
    assert changed["changes"]["Đạt được"] == [None, "3"]
    clerk, view = world.actors["clerk"], tasks.get(world.actors["clerk"], task_id)
    given = TaskInput("Kiểm tra", world.units["tccb"], due_rule="continuous", state="doing", target=replace(view.target, each=True))
    tasks.edit(clerk, task_id, given, revision=view.revision)
    assert list(world.events("task:edit")[-1].details["changes"]) == ["Chỉ tiêu của từng kỳ, từng đơn vị"]


def test_a_period_with_a_figure_is_not_thrown_away(world: World) -> None:
    task_id = recurring(world, target=COUNT)
    reach(world, task_id, None, "2")
    with db.write() as session:
        session.get_one(Occurrence, occurrences(task_id)[1].id).state = "open"
    given = TaskInput("Báo cáo", world.units["tccb"], due_rule="recurring", spread=replace(HALVES, until=dt.date(2026, 7, 1)), target=COUNT)
    with pytest.raises(Invalid) as told:
        tasks.edit(world.actors["clerk"], task_id, given, revision=tasks.get(world.actors["clerk"], task_id).revision)
    assert "đã có tiến độ" in told.value.message.told() and len(occurrences(task_id)) == 2


def accepted(world: World) -> int:
    document_id, clerk = a_plan_paper(world, PAPER), world.actors["clerk"]
    (shown,) = listing.load(clerk, document_id).shown
    assert shown.target == "ít nhất 02 cuộc kiểm tra"
    deciding.accept(clerk, document_id, picked(document_id), Acceptance(plan_id=plans.create(clerk, PlanInput("Kế hoạch", 2024))))
    db.release()
    with db.read() as session:
        return session.scalars(select(Task.id)).one()


def test_an_accepted_proposal_gives_its_target_and_takes_its_words_with_it(world: World) -> None:
    task_id = accepted(world)
    with db.write() as session:
        task = session.get_one(Task, task_id)
        assert (task.target, task.target_unit, task.target_rule, task.target_each, task.target_words) == (2_000, "cuộc kiểm tra", "least", False, "ít nhất 02 cuộc kiểm tra")
        assert "02 cuộc" not in (task.expected_evidence or "")
        forget_words(session, list(session.scalars(select(VersionObligation))))
        assert (task.target, task.target_unit, task.target_rule, task.target_words) == (None, None, None, None)


def test_a_target_that_a_person_changed_stays_when_the_words_go(world: World) -> None:
    task_id = accepted(world)
    with db.write() as session:
        task = session.get_one(Task, task_id)
        task.target = 3_000
        forget_words(session, list(session.scalars(select(VersionObligation))))
        assert (task.target, task.target_unit, task.target_words) == (3_000, "cuộc kiểm tra", None)


def test_the_exported_list_has_targets_in_words(world: World) -> None:
    task_id = recurring(world, target=SHARE)
    reach(world, task_id, "96,5")
    book = openpyxl.load_workbook(io.BytesIO(export.tasks(world.actors["clerk"], TaskFilter(target="missed")).body))
    cells = [[cell.value for cell in line] for line in book.active.rows]
    head = next(line for line in cells if "Chỉ tiêu" in line)
    (line,) = cells[cells.index(head) + 1 :]
    assert [line[head.index(name)] for name in ("Chỉ tiêu", "Đạt được", "Kết quả so với chỉ tiêu")] == ["ít nhất 95%", "96,5%", "chưa đạt"]


def test_figures_of_another_unit_of_measure_are_forgotten(world: World) -> None:
    clerk, one, each = world.actors["clerk"], once(world, SHARE), recurring(world, target=SHARE)
    reach(world, one, "98")
    reach(world, each, "98", "99")
    for task_id in (one, each):
        given = replace(TaskInput("Kiểm tra", world.units["tccb"], target=COUNT), **({"due_rule": "continuous"} if task_id == one else {"due_rule": "recurring", "spread": HALVES}))
        tasks.edit(clerk, task_id, replace(given, state=tasks.get(clerk, task_id).row.state), revision=tasks.get(clerk, task_id).revision)
        assert row(world, task_id).reached is None and not row(world, task_id).met


def test_a_task_with_a_figure_gets_no_periods(world: World) -> None:
    clerk, one = world.actors["clerk"], once(world, SHARE)
    with db.write() as session:
        session.get_one(Task, one).reached = 98_000
    with pytest.raises(Invalid) as refused:
        tasks.edit(clerk, one, TaskInput("Kiểm tra", world.units["tccb"], due_rule="recurring", spread=HALVES, target=SHARE), revision=tasks.get(clerk, one).revision)
    assert refused.value.field == "fan_out"
