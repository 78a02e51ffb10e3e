"""A new version of a plan: its proposals keep the tasks of the old one, and nothing is lost without a decision."""

from __future__ import annotations

from docmgr import db
from docmgr.models import Task, Version
from docmgr.services.planning import tasks
from docmgr.services.planning.obligations import deciding, listing
from docmgr.services.planning.obligations.deciding import Acceptance
from docmgr.services.planning.obligations.rows import Picked
from tests.filling.planning import World, world
from tests.services.planning.proposals import LINES, a_plan_paper, add_version, picked, stored
from tests.services.planning.test_obligations import LAST, given, held

__all__ = ["world"]
# The first is as before at another place, the second has another period, the third is gone, the fourth as before, the fifth new.
NEW = (
    "1. Tổ chức thi tìm hiểu pháp luật trong toàn ngành.",
    "2. " + LINES[0].removeprefix("1. "),
    "3. " + LINES[1].removeprefix("2. ").replace("06 tháng, một năm", "03 tháng"),
    LINES[3],
)


def replaced(world: World) -> tuple[int, list[Task]]:
    """A plan of which all obligations were given, and then a new version came."""
    document_id = a_plan_paper(world)
    done = deciding.accept(world.actors["clerk"], document_id, picked(document_id), given(world))
    add_version(document_id, *NEW)
    return document_id, held(done.plan_id)


def newest(document_id: int) -> list[Picked]:
    return [Picked(one.id, one.revision) for one in stored(document_id)[len(LINES) :]]


def test_what_changed_is_told_before_anything_is_done(world: World) -> None:
    document_id, made = replaced(world)

    page = listing.load(world.actors["clerk"], document_id)

    kept = [page.followed.kept.get(row.id) for row in page.shown]
    assert [former and former.task.id for former in kept] == [None, made[0].id, made[1].id, made[3].id]
    assert [former and bool(former.changes) for former in kept] == [None, False, True, False]
    assert kept[2] is not None
    assert [(run.left.strip(), run.right.strip()) for run in kept[2].changes if not run.same] == [("06 tháng, một năm", "03 tháng")]
    assert [former.task.id for former in page.followed.gone] == [made[2].id]
    assert [(task.state, task.revision) for task in held(made[0].plan_id)] == [("open", 1)] * 4


def test_accepting_keeps_the_tasks_and_makes_only_new_ones(world: World) -> None:
    document_id, made = replaced(world)
    clerk = world.actors["clerk"]
    named = made[3]
    tasks.edit(clerk, named.id, tasks.TaskInput("Tên do người đặt", world.units["tccb"], due_rule="continuous"), revision=1)
    wanted = Acceptance(made[0].plan_id, None, world.units["gdtrh"], LAST)

    deciding.accept(clerk, document_id, newest(document_id), wanted)

    now = held(made[0].plan_id)
    assert len(now) == 5 and [one.task_id for one in stored(document_id)[len(LINES) :]] == [now[4].id, made[0].id, made[1].id, made[3].id]
    with db.read() as session:
        numbers = {task.id: session.get_one(Version, task.version_id).no for task in now if task.version_id}
    assert [numbers.get(task.id) for task in now] == [2, 2, 1, 2, 2]
    assert "03 tháng" in (now[1].quote or "") and now[1].title.endswith("03 tháng") and now[3].title == "Tên do người đặt"
    assert now[0].anchor != made[0].anchor
    # Units, times and states of what is kept are left to people.
    assert (now[1].due_rule, now[1].due_note, now[1].state) == (made[1].due_rule, made[1].due_note, "open")
    assert len(world.events("obligation:keep")) == 3
    page = listing.load(clerk, document_id)
    assert page.followed.kept == {} and [former.task.id for former in page.followed.gone] == [made[2].id]


def test_keeping_is_taken_back_without_cancelling_and_a_new_task_can_be_asked_for(world: World) -> None:
    document_id, made = replaced(world)
    clerk = world.actors["clerk"]
    second = newest(document_id)[1:2]
    kept = deciding.accept(clerk, document_id, second, Acceptance(None))
    assert kept.plan_id is None and [one.task_id for one in stored(document_id)].count(made[0].id) == 2
    back = deciding.take_back(clerk, document_id, kept.picked)
    assert (kept.kept, back.kept) == (0, 1)
    assert held(made[0].plan_id)[0].state == "open" and listing.load(clerk, document_id).followed.kept[second[0].id].task.id == made[0].id

    deciding.accept(clerk, document_id, back.picked, Acceptance(made[0].plan_id, anew=True))

    assert len(held(made[0].plan_id)) == 5
    assert made[0].id in [former.task.id for former in listing.load(clerk, document_id).followed.gone]


def test_a_task_that_is_no_longer_kept_refers_to_the_former_words_again(world: World) -> None:
    document_id, made = replaced(world)
    clerk, third = world.actors["clerk"], newest(document_id)[2:3]
    kept = deciding.accept(clerk, document_id, third, Acceptance(None))
    now = held(made[1].plan_id)[1]
    assert now.title != made[1].title and now.version_id != made[1].version_id

    deciding.take_back(clerk, document_id, kept.picked)

    again = held(made[1].plan_id)[1]
    for name in ("title", "document_id", "version_id", "anchor", "quote", "state", "due_note"):
        assert getattr(again, name) == getattr(made[1], name), name
    (event,) = world.events("obligation:release")
    assert (event.subject_id, event.details["no"]) == (again.id, 1) and event.details["changes"]["Nội dung"] == [now.title, again.title]


def test_a_name_that_a_person_gave_stays_when_a_task_is_no_longer_kept(world: World) -> None:
    document_id, made = replaced(world)
    clerk = world.actors["clerk"]
    kept = deciding.accept(clerk, document_id, newest(document_id)[2:3], Acceptance(None))
    with db.write() as session:
        session.get_one(Task, made[1].id).title = "Tên do người đặt"
    deciding.take_back(clerk, document_id, kept.picked)
    again = held(made[1].plan_id)[1]
    assert (again.title, again.version_id) == ("Tên do người đặt", made[1].version_id)
