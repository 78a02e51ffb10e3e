"""Who may end links and see them: each rule is tested with a person whom only that rule excludes."""

from __future__ import annotations

import dataclasses

import pytest

from docmgr import db
from docmgr.models import Link
from docmgr.policy import Denied
from docmgr.services.documents import references
from docmgr.services.errors import NotFound
from docmgr.services.inspection import findings, inspections
from docmgr.services.inspection.findings import FindingInput
from docmgr.services.inspection.inspections import InspectionInput
from docmgr.services.links import links
from docmgr.services.links.tied import subject
from docmgr.services.planning import plans, tasks
from docmgr.services.planning.plans import PlanInput
from docmgr.services.planning.tasks import TaskInput
from tests.filling.planning import LAW_WORDS, World, world

__all__ = ["world"]


@dataclasses.dataclass
class Tied:
    """A document that the clerk linked to a task of one unit, an inspection of another, and a finding for that one."""

    document: int
    subjects: dict[str, int]
    links: dict[str, int]


@pytest.fixture
def tied(world: World) -> Tied:
    clerk = world.actors["clerk"]
    document = world.document("10/2022/QH15", "Luật Thực hiện dân chủ ở cơ sở", LAW_WORDS)
    plan = plans.create(clerk, PlanInput("Kế hoạch", 2024))
    task = tasks.create(clerk, plan, TaskInput("Việc", world.units["tccb"], due_rule="continuous"))
    inspection = inspections.create(clerk, InspectionInput("Kiểm tra", world.units["gdtrh"]))
    finding = findings.create(clerk, inspection, FindingInput("Chưa làm", unit_id=world.units["gdtrh"]))
    subjects = {"task_id": task, "inspection_id": inspection, "finding_id": finding}
    made = {
        name: links.add(clerk, document_id=document, role="evidence", **{name: number})
        for name, number in subjects.items()
    }
    return Tied(document, subjects, made)


def held(link_id: int) -> bool:
    db.release()
    with db.read() as session:
        return session.get_one(Link, link_id).ended_at is None


@pytest.mark.parametrize(
    ("kind", "who"),
    [
        *(
            (kind, who)
            for kind in ("task_id", "inspection_id", "finding_id")
            for who in ("auditor", "administrator")
        ),
        ("task_id", "other_staff"),
        ("inspection_id", "other_staff"),
    ],
)
def test_who_may_not_tie_may_not_untie(world: World, tied: Tied, kind: str, who: str) -> None:
    with pytest.raises(Denied):
        links.end(world.actors[who], tied.links[kind])
    assert held(tied.links[kind])
    assert [event for event in world.events("link:end")] == []


@pytest.mark.parametrize(
    ("kind", "who"),
    [("task_id", "staff"), ("task_id", "leader"), ("finding_id", "other_staff"), ("inspection_id", "staff")],
)
def test_who_may_tie_may_untie(world: World, tied: Tied, kind: str, who: str) -> None:
    assert links.end(world.actors[who], tied.links[kind]).subject.id == tied.subjects[kind]
    assert not held(tied.links[kind])


def test_who_tied_it_may_untie_it_though_the_task_is_no_longer_theirs(world: World, tied: Tied) -> None:
    staff = world.actors["staff"]
    own = links.add(staff, document_id=tied.document, role="basis", task_id=tied.subjects["task_id"])
    moved = dataclasses.replace(staff, unit_id=world.units["gdtrh"])
    with pytest.raises(Denied):
        links.end(moved, tied.links["task_id"])
    links.end(moved, own)
    assert not held(own)


def test_one_without_the_role_is_not_told_which_links_there_are(world: World, tied: Tied) -> None:
    for who in ("auditor", "administrator"):
        for link_id in (tied.links["task_id"], 999_999):
            with pytest.raises(Denied):
                links.end(world.actors[who], link_id)


def test_a_link_of_a_document_that_may_not_be_read_is_not_there(world: World, tied: Tied) -> None:
    clerk = world.actors["clerk"]
    closed = world.document("1/QĐ", "Kín", LAW_WORDS, closed=True)
    link_id = links.add(clerk, document_id=closed, role="basis", task_id=tied.subjects["task_id"])
    with pytest.raises(NotFound):
        links.end(world.actors["staff"], link_id)
    assert held(link_id)


@pytest.mark.parametrize("kind", ["task_id", "inspection_id", "finding_id"])
def test_what_was_tied_is_for_those_who_may_read_its_subject(world: World, tied: Tied, kind: str) -> None:
    with pytest.raises(Denied):
        links.history(world.actors["administrator"], **{kind: tied.subjects[kind]})
    for who in ("staff", "auditor"):
        assert [row.id for row in links.history(world.actors[who], **{kind: tied.subjects[kind]})] == [
            tied.links[kind]
        ]


def test_plans_and_inspections_are_roles_of_their_own(
    world: World, tied: Tied, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Today the same people have both rights, but the check of one is not the check of the other."""
    from docmgr import policy

    staff = world.actors["staff"]
    monkeypatch.setitem(policy.ACTIONS, "inspection:read", frozenset())
    assert links.history(staff, task_id=tied.subjects["task_id"])
    for act in (
        lambda: links.history(staff, inspection_id=tied.subjects["inspection_id"]),
        lambda: links.of_findings(staff, [tied.subjects["finding_id"]]),
        lambda: subject(staff, "finding", tied.subjects["finding_id"]),
    ):
        with pytest.raises(Denied):
            act()


def test_lists_of_links_ask_for_the_role(world: World, tied: Tied) -> None:
    administrator = world.actors["administrator"]
    for act in (
        lambda: links.of_findings(administrator, [tied.subjects["finding_id"]]),
        lambda: links.of_document(administrator, tied.document),
        lambda: links.history(administrator, task_id=tied.subjects["task_id"], ended=False),
        lambda: references.choose(administrator, tied.document),
        lambda: references.find(administrator, tied.document, "dieu-52"),
    ):
        with pytest.raises(Denied):
            act()
