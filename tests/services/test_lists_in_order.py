"""Lists are sorted by Vietnamese letters, and their filters match with and without diacritics, in every list."""

from __future__ import annotations

import random

import pytest

from docmgr import db
from docmgr.models import Assignment, Document, Folder, Inspection, Plan, SavedSearch, Task, Unit, User
from docmgr.policy import COMMAND_LINE, Actor
from docmgr.services.folders import holders, tree
from docmgr.services.links import pick
from docmgr.services.listing import in_folder
from docmgr.services.people import people as people_
from docmgr.services.people import units
from docmgr.services.planning import coverage, lists, plans
from docmgr.services.planning.wanted.filters import TaskFilter
from docmgr.services.search import pick as search_pick
from docmgr.services.search import saved
from docmgr.services.trail import history, log
from tests.filling.filing import file_document
from tests.support.acting import actor_of

# The order of a Vietnamese dictionary; by code points "Ăn" and "Đảng" would come after "Z".
NAMES = ["2 Án", "an", "Án", "Anh", "Ăn", "Âm", "Dân", "Dẫn", "Đảng", "Em", "Ê", "Ơn", "Ủy", "Ưu", "Y", "Z"]


@pytest.fixture
def clerk(site, people: dict[str, User]) -> Actor:
    return actor_of(people["clerk"])


def _shuffled() -> list[str]:
    return random.Random(7).sample(NAMES, len(NAMES))


def _ours(found: list[str]) -> list[str]:
    return [name for name in found if name in NAMES]


def _fill(root: int, owner: int) -> None:
    with db.write() as session:
        plan = Plan(title="Kế hoạch", year=2020)
        session.add(plan)
        for n, name in enumerate(_shuffled()):
            session.add_all([
                Unit(name=name), User(username=f"u{n}", full_name=name, password_hash="-"), Folder(name=name, parent_id=root),
                Plan(title=name, year=2024), SavedSearch(owner_id=owner, name=name, parts={"q": ["x"]}),
            ])  # fmt: skip
            session.add(Task(plan=plan, title=name, position=n, due_rule="continuous", state="open"))


def test_every_list_has_the_order_of_the_dictionary(clerk: Actor, people: dict[str, User]) -> None:
    root = tree.root_id()
    _fill(root, people["clerk"].id)
    for name in _shuffled():
        file_document(root, subject=name, type=name)
    with db.read() as session:
        holders_found = holders.search(session, "")
    choices = history.choices(COMMAND_LINE)
    found = {
        "units": [unit.name for unit, _ in units.everything(COMMAND_LINE)],
        "unit options": [name for _, name in units.options(clerk)],
        "people": [user.full_name for user in people_.everybody(COMMAND_LINE)],
        "people's options": [name.rpartition(" (")[0] for _, name in people_.options(clerk)],
        "trail's people": [name for _, name in choices.people],
        "trail's units": [name for _, name in choices.units],
        "folders": [node.name for node in tree.tree(clerk)],
        "subfolders": [one.name for one in in_folder.contents(clerk, root).subfolders],
        "plans": [plan.title for plan in plans.listing(clerk, 2024)],
        "saved": [row.name for row in saved.everything(clerk)],
        "subjects": [row.document.subject for row in in_folder.contents(clerk, root, sort="subject").rows],
        "types": [row.document.type for row in in_folder.contents(clerk, root, sort="type").rows],
        "holders": [one.label for one in holders_found if one.kind == "unit"],
    }
    for list_, names in found.items():
        ours = _ours([name for name in names if name])
        assert ours == NAMES[: len(ours)] and len(ours) > 10, list_
    down = [row.document.subject for row in in_folder.contents(clerk, root, sort="subject", direction="desc").rows]
    assert down == NAMES[::-1]


def test_units_of_a_task_and_of_a_plan_are_in_order(clerk: Actor) -> None:
    with db.write() as session:
        made = [Unit(name=name) for name in _shuffled()]
        plan = Plan(title="Kế hoạch", year=2024)
        task = Task(plan=plan, title="Việc", position=0, due_rule="continuous", state="open")
        task.assignments = [Assignment(unit=unit, role="support") for unit in made]
        leads = [Task(plan=plan, title=unit.name, position=1, due_rule="continuous", state="open") for unit in made]
        for one, unit in zip(leads, made, strict=True):
            one.assignments = [Assignment(unit=unit, role="lead")]
        session.add_all([plan, task, *leads])
        session.flush()
        assert [name for _, name in lists.units_of(task)[1]] == NAMES
        plan_id = plan.id
    assert _ours([one.unit or "" for one in coverage.coverage(clerk, plan_id).units]) == NAMES


@pytest.mark.parametrize("asked", ["đề án", "ĐỀ ÁN", "de an", "Đề án"])
def test_filters_find_words_whatever_their_case_and_marks(clerk: Actor, asked: str) -> None:
    root = tree.root_id()
    made = {text: file_document(root, number=f"{n}/QĐ-SGDĐT", subject=text) for n, text in enumerate(("ĐỀ ÁN dân chủ", "Kế hoạch"), 1)}
    wanted = made["ĐỀ ÁN dân chủ"]
    with db.write() as session:
        plan = Plan(title="Đề án năm", year=2024)
        session.add(Task(plan=plan, title="Lập Đề Án", position=0, due_rule="continuous", state="open"))
        session.add(Task(plan=Plan(title="Khác", year=2024), title="Việc khác", position=0, due_rule="continuous", state="open"))
        session.add(Inspection(title="Kiểm tra đề án"))
        log.document_event(session, clerk, "document:edit", session.get_one(Document, wanted))
    assert [ref.id for ref in search_pick.documents(clerk, asked)] == [wanted]
    assert [row.label for row in pick.tasks(clerk, asked)] == ["Lập Đề Án"]
    assert "Kiểm tra đề án" in {row.label for row in pick.subjects(clerk, asked, ("inspection",))}
    auditor = Actor(99, "Thanh tra", roles=frozenset({"auditor"}))
    events, total = history.find(auditor, history.Filter(about=asked))
    assert (total, {event.document_id for event in events}) == (1, {wanted})
    assert [row.title for row in lists.find(clerk, TaskFilter(text=asked))[0]] == ["Lập Đề Án"]
