"""The locks of every change, checked by the statements sent: also on SQLite, which has no row locks."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from docmgr import db
from docmgr.context import Context
from docmgr.models import (
    Assignment,
    File,
    Finding,
    Inspection,
    Job,
    Plan,
    Recommendation,
    Task,
    User,
    Version,
)
from docmgr.policy import COMMAND_LINE, Actor
from docmgr.reading.types import Reading
from docmgr.services import forms
from docmgr.services.access import inheritance, rule
from docmgr.services.documents import bin, facts, ingest, lifecycle, upload
from docmgr.services.errors import Conflict, NotFound
from docmgr.services.folders import sharing, tree
from docmgr.services.folders.sharing import SharedThing
from docmgr.services.inspection import findings, inspections
from docmgr.services.inspection.findings import FindingInput, RecommendationInput
from docmgr.services.inspection.following import answers
from docmgr.services.inspection.inspections import InspectionInput
from docmgr.services.links import links
from docmgr.services.people import accounts, passwords, sessions, units
from docmgr.services.people import people as persons
from docmgr.services.planning import plans, tasks
from docmgr.services.planning.plans import PlanInput
from docmgr.services.planning.tasks import TaskInput
from docmgr.services.relations import relations
from docmgr.services.search import abbreviations, saved
from tests.filling.filing import file_document, own_grants, person
from tests.support.acting import actor_of
from tests.support.browsers import PASSWORD

Act = Callable[[], Any]
KINDS = {"FOR NO KEY UPDATE": "", "FOR UPDATE": "remove ", "FOR KEY SHARE": "keep "}


@pytest.fixture
def locks(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The tables whose rows were locked, in order; "all of X": one_at_a_time; "rights" and "tree": the lock that keeps
    others from changing them."""
    seen: list[str] = []

    def look(state: Any) -> None:
        if not state.is_select:
            return
        sql = str(state.statement.compile(dialect=postgresql.dialect()))
        kind = next((words for words in KINDS if words in sql), None)
        table = re.search(r"FROM (\w+)", sql)
        if kind and table:
            seen.append(KINDS[kind] + table[1])

    monkeypatch.setattr(
        forms, "one_at_a_time", lambda _session, model, shared=False: seen.append(f"{'keep ' * shared}all of {model.__tablename__}")
    )
    monkeypatch.setattr(rule, "hold_tree", lambda _session: seen.append("rights"))
    monkeypatch.setattr(inheritance, "lock_tree", lambda _session: seen.append("tree"))
    event.listen(Session, "do_orm_execute", look)
    yield seen
    event.remove(Session, "do_orm_execute", look)


Acts = dict[str, tuple[Act, list[str]]]


def document_acts(clerk: Actor) -> Acts:
    """Changes of documents, relations and readings."""
    root = tree.root_id()
    one, two, other, gone = (file_document(root, f"{n}/QĐ-X", "Trích yếu") for n in range(4))
    target, file = tree.create(clerk, root, "Nơi đến").id, io.BytesIO(b"Phien ban hai")
    lifecycle.delete(clerk, [gone])
    relation = relations.add(clerk, one, "cites", two)
    row = ["rights", "document"]

    def read(outcome: str) -> None:
        with db.write() as session:
            version = Version(document_id=gone, no=1 if outcome == "text" else 2)
            session.add(version)
            session.flush()
            session.add(File(version_id=version.id, sha256="ab" * 32, size=1, name="a.txt", kind="txt"))
            job = Job(kind="read", document_id=gone, version_id=version.id)
            ingest.save(session, job, Reading(outcome=outcome, kind="txt"))

    def confirm() -> None:
        facts.save(clerk, one, {"subject": "Khác"}, revision=1, confirm=True, publish=False)

    return {
        "confirm": (confirm, row),
        "publish": (lambda: lifecycle.set_workflow(clerk, two, "draft"), row),
        "move": (
            lambda: lifecycle.move(clerk, [other, two], target),
            ["rights", "rights", "document", "rights"],
        ),
        "version": (lambda: upload.add_version(clerk, one, file, "a.txt", None), row),
        "delete": (lambda: lifecycle.delete(clerk, [other]), row),
        "restore": (lambda: bin.restore_document(clerk, gone), ["tree", "document"]),
        "read": (lambda: read("text"), row),
        "withhold": (lambda: read("withheld"), row),
        "relate": (lambda: relations.add(clerk, one, "replaces", two), row),
        "unrelate": (lambda: relations.end(clerk, relation), ["relation"]),
    }


def people_acts(clerk: Actor) -> Acts:
    """Changes of people and units."""
    unit, free = units.create(COMMAND_LINE, name="Phòng").id, units.create(COMMAND_LINE, name="Trống").id
    who, admin = person("nguoi1", "staff").id, person("quantri2", "administrator").id
    shut = person("nguoi2", "staff").id
    accounts.disable(COMMAND_LINE, shut)
    kept: dict[str, Any] = {"full_name": "M", "unit_id": unit, "roles": ["staff"]}
    new = {**kept, "username": "moi", "password": PASSWORD, "must_change": False}
    everybody, strong = "all of user_account", "Cầu treo qua suối vắng 8"
    renamed: dict[str, Any] = {"name": "Khác", "abbreviation": None, "parent_id": None, "revision": 1}
    return {
        "new person": (lambda: persons.create(COMMAND_LINE, **new), [everybody, "keep unit"]),
        "person": (
            lambda: persons.edit(COMMAND_LINE, who, **kept, revision=1), [everybody, "user_account", "keep unit"],
        ),
        "users set": (
            lambda: persons.place(COMMAND_LINE, "nguoi1", unit="Phòng", roles=["clerk"]),
            ["all of unit", everybody, everybody, "user_account", "keep unit"],
        ),
        "disable": (lambda: accounts.disable(COMMAND_LINE, admin), [everybody, "user_account"]),
        "enable": (lambda: accounts.enable(COMMAND_LINE, shut), ["user_account"]),
        "password": (lambda: accounts.reset_password(COMMAND_LINE, who), ["user_account"]),
        "own password": (lambda: sessions.change_password(clerk, PASSWORD, strong, "127.0.0.1"), ["user_account"]),
        "sign in": (lambda: sessions.sign_in(clerk, "staff", PASSWORD, "127.0.0.1"), ["user_account"]),
        "new unit": (lambda: units.create(COMMAND_LINE, name="Mới"), ["all of unit"]),
        "unit": (lambda: units.edit(COMMAND_LINE, unit, **renamed), ["all of unit", "unit"]),
        "no unit": (lambda: units.delete(COMMAND_LINE, free), ["all of unit", "remove unit"]),
    }  # fmt: skip


def folder_acts(clerk: Actor) -> Acts:
    """Changes of folders and rights."""
    root = tree.root_id()
    folder, target = (tree.create(clerk, root, name).id for name in ("Một", "Hai"))
    unit, paper = units.create(COMMAND_LINE, name="Phòng có quyền").id, file_document(root, "8/QĐ-X")
    here, there = SharedThing(folder_id=folder), SharedThing(document_id=paper)
    sharing.grant(clerk, here, "staff", "editor")
    (right,) = own_grants(here)
    row = ["tree", "folder"]

    def rename() -> None:
        tree.edit(clerk, folder, name="Khác", publish_on_arrival=True, revision=None)

    return {
        "folder": (rename, row),
        "folder move": (lambda: tree.move(clerk, folder, target), row),
        "give": (lambda: sharing.grant(clerk, here, f"unit:{unit}", "reader"), [*row, "keep unit"]),
        "give on a document": (lambda: sharing.grant(clerk, there, "staff", "reader"), ["tree", "document"]),
        "take back": (lambda: sharing.revoke(clerk, right.id), row),
        "inherit": (lambda: sharing.set_inherit(clerk, here, inherit=False), row),
    }


def work_acts(clerk: Actor) -> Acts:
    """Changes of plans, tasks, inspections and links."""
    unit, paper = (
        units.create(COMMAND_LINE, name="Phòng có việc").id,
        file_document(tree.root_id(), "7/QĐ-X"),
    )
    with db.write() as session:
        plan = Plan(title="Kế hoạch", year=2024)
        task = Task(title="Nhiệm vụ", plan=plan, position=1, due_rule="continuous", state="open")
        task.assignments.append(Assignment(unit_id=unit, role="lead"))
        seen = Inspection(title="Kiểm tra", inspected_unit_id=unit, state="planned")
        found, item = (
            Finding(text="Phát hiện", inspection=seen),
            Recommendation(text="Kiến nghị", inspection=seen),
        )
        session.add_all([task, seen, found, item])
    link = links.add(clerk, document_id=paper, role="basis", task_id=task.id)
    new, advice = TaskInput("Mới", unit, due_rule="continuous"), RecommendationInput("Khác")
    looked, kept = InspectionInput("Mới", unit), "keep unit"
    calendar = "keep all of calendar_year"
    return {
        "tie": (lambda: links.add(clerk, document_id=paper, role="result", task_id=task.id), ["task"]),
        "untie": (lambda: links.end(clerk, link), ["link"]),
        "new task": (lambda: tasks.create(clerk, plan.id, new), [calendar, "plan", kept]),
        "task": (lambda: tasks.edit(clerk, task.id, new, revision=1), [calendar, "task", kept]),
        "task state": (lambda: tasks.set_state(clerk, task.id, "done", revision=2), [calendar, "task"]),
        "plan": (lambda: plans.edit(clerk, plan.id, PlanInput("Mới", 2024, unit), revision=1), ["all of plan", "plan", kept]),
        "inspection": (lambda: inspections.edit(clerk, seen.id, looked, revision=1), ["inspection", kept]),
        "new finding": (
            lambda: findings.create(clerk, seen.id, FindingInput("Mới", unit_id=unit)), ["inspection", kept],
        ),
        "finding": (
            lambda: findings.edit(clerk, found.id, FindingInput("Khác"), revision=1), ["finding", "inspection"],
        ),
        "recommendation": (
            lambda: findings.edit_recommendation(clerk, item.id, advice, revision=1), ["inspection", "recommendation"],
        ),
        "answer": (lambda: answers.answer(clerk, item.id, "Đã làm", revision=2), ["inspection", "recommendation"]),
    }  # fmt: skip


def word_acts(clerk: Actor) -> Acts:
    """Changes of saved searches and abbreviations."""
    search, spare = (saved.create(clerk, name, {"q": ["x"]}) for name in ("Tìm", "Bỏ"))
    words = ["all of abbreviation"]

    def rename() -> None:
        saved.edit(clerk, search, name="Khác", shared=True, revision=1)

    return {
        "new search": (lambda: saved.create(clerk, "Mới", {"q": ["x"]}), ["user_account"]),
        "search": (rename, ["user_account", "saved_search"]),
        "no search": (lambda: saved.delete(clerk, spare), ["user_account", "saved_search"]),
        "new abbreviation": (
            lambda: abbreviations.create(COMMAND_LINE, short="QLX", names="quản lý xe"),
            words,
        ),
        "abbreviation": (
            lambda: abbreviations.edit(COMMAND_LINE, "qlx", names="khác đi", revision=None),
            words,
        ),
        "no abbreviation": (lambda: abbreviations.remove(COMMAND_LINE, "ubnd", revision=0), words),
        "abbreviation again": (lambda: abbreviations.restore(COMMAND_LINE, "ubnd", revision=None), words),
    }


@pytest.mark.parametrize("make", [document_acts, people_acts, folder_acts, work_acts, word_acts])
def test_every_change_locks_what_it_changes_before_it_looks(
    site: Context,
    people: dict[str, User],
    locks: list[str],
    monkeypatch: pytest.MonkeyPatch,
    make: Callable[[Actor], Acts],
) -> None:
    monkeypatch.setattr(passwords, "hash_password", lambda password: people["staff"].password_hash)
    for name, (act, wanted) in make(actor_of(people["clerk"])).items():
        locks.clear()
        act()
        # Others may follow: the document of a move, the rights from which a new list is made.
        assert locks[: len(wanted)] == wanted, (name, locks)


@pytest.mark.parametrize("allowed", [True, False])
def test_whoever_may_not_change_a_row_is_not_told_that_it_changed(
    site: Context, people: dict[str, User], allowed: bool
) -> None:
    def check(_row: User) -> None:
        if not allowed:
            raise NotFound

    with db.write() as session, pytest.raises(Conflict if allowed else NotFound):
        forms.for_change(session, User, people["staff"].id, 7, check)
    with db.write() as session, pytest.raises(NotFound):
        forms.for_change(session, User, 999, 7, check)


def test_a_row_that_was_seen_before_is_read_again(site: Context, people: dict[str, User]) -> None:
    """Values that the unit of work read before it waited for the lock are read again."""
    key = people["staff"].id
    with db.write() as session:
        user = session.get_one(User, key)
        user.full_name = "Sửa trong lúc này"
        assert forms.locked(session, User, key).full_name == "Sửa trong lúc này"
        session.connection().exec_driver_sql(
            f"UPDATE user_account SET full_name = 'Từ nơi khác' WHERE id = {key}"
        )
        assert user.full_name == "Sửa trong lúc này"
        assert forms.locked(session, User, key).full_name == "Từ nơi khác"
        assert user.full_name == "Từ nơi khác"
