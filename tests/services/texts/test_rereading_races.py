"""A file is read again at the same moment as somebody confirms, refers to a place, uploads a version or deletes."""

from __future__ import annotations

import io
from typing import Any

import pytest
from sqlalchemy import select

from docmgr import db
from docmgr.context import Context
from docmgr.models import Document, DocumentFact, Job, KeptReading, Link, Provision, Task, User, Version
from docmgr.reading.generation import READER_VERSION
from docmgr.reading.types import Fact, Interpretation, Reading
from docmgr.reading.types import Provision as Found
from docmgr.services.documents import facts, ingest, lifecycle, upload
from docmgr.services.errors import Invalid
from docmgr.services.folders import tree
from docmgr.services.links import links
from docmgr.services.planning import plans, tasks
from docmgr.services.planning.plans import PlanInput
from docmgr.services.planning.tasks import TaskInput
from docmgr.services.texts import kept
from tests.filling.filing import file_document
from tests.support.acting import actor_of
from tests.support.racing import at_once, events

WORDS = "Người đứng đầu cơ quan công khai kế hoạch công tác."


@pytest.fixture
def rounds() -> int:
    """How often each race is run."""
    return 4


@pytest.fixture
def clerk(people: dict[str, User]) -> Any:
    return actor_of(people["clerk"])


def read_before(clerk: Any, number: str, anchor: str = "phu-luc.dieu-2") -> tuple[int, int]:
    """A document whose old reading has one provision. Returns (document id, version id)."""
    paper = file_document(tree.root_id(), number, created_by=clerk.user_id)
    with db.write() as session:
        version = Version(document_id=paper, no=1, outcome="text", text=WORDS)
        session.add(version)
        session.flush()
        session.add(Provision(version_id=version.id, position=0, anchor=anchor, kind="dieu", label="Điều 2", text=WORDS))
        return paper, version.id


def read_again(paper: int, version: int, anchor: str = "dieu-2", subject: str = "Máy đọc") -> None:
    """What the worker does when it has read the file again."""
    found = Interpretation(
        text=WORDS, provisions=(Found(anchor, None, "dieu", "Điều 2", "", WORDS, 0, len(WORDS)),),
        facts={"subject": Fact("subject", subject, subject, True)},
    )  # fmt: skip
    with db.write() as session:
        # This is what the worker sees before the others have committed.
        session.scalar(select(Document).where(Document.id == paper))
        session.scalar(select(Version).where(Version.id == version))
        ingest.save(session, Job(kind="reread", document_id=paper, version_id=version), Reading("text", "txt", interpretation=found))


def test_a_confirmed_fact_is_never_overwritten(site: Context, clerk: Any, rounds: int) -> None:
    for turn in range(rounds):
        paper, version = read_before(clerk, f"{turn}/QĐ-A")
        values = {"subject": "Người ghi", "type": "Quyết định"}

        def confirm(paper: int = paper, values: dict[str, str] = values) -> None:
            facts.save(clerk, paper, values, revision=1, confirm=True, publish=False)

        answers = at_once(site, [lambda paper=paper, version=version: read_again(paper, version), confirm], held=turn % 2 == 0)
        with db.read() as session:
            fact = session.get_one(DocumentFact, (paper, "subject"))
            subject = session.get_one(Document, paper).subject
        assert (fact.value, subject) == (("Người ghi",) * 2 if answers[1] is None else ("Máy đọc",) * 2)
        assert answers[0] is None and fact.confirmed == (answers[1] is None)


def test_nobody_refers_to_a_place_that_goes(site: Context, clerk: Any, rounds: int) -> None:
    plan = plans.create(clerk, PlanInput("Kế hoạch", 2024))
    for turn in range(rounds):
        paper, version = read_before(clerk, f"{turn}/QĐ-B")
        bare = tasks.create(clerk, plan, TaskInput("Việc", clerk.unit_id, due_rule="continuous"))

        def tie(paper: int = paper, bare: int = bare) -> None:
            links.add(clerk, document_id=paper, role="basis", task_id=bare, anchor="phu-luc.dieu-2")

        def task(paper: int = paper) -> None:
            given = TaskInput("Việc", clerk.unit_id, due_rule="continuous", document_id=paper, anchor="phu-luc.dieu-2")
            tasks.create(clerk, plan, given)

        answers = at_once(site, [lambda paper=paper, version=version: read_again(paper, version), tie, task], held=turn % 2 == 0)
        assert answers[0] is None
        with db.read() as session:
            anchors = set(session.scalars(select(Provision.anchor).where(Provision.version_id == version)))
            used = set(session.scalars(select(Link.anchor).where(Link.version_id == version)))
            used |= set(session.scalars(select(Task.anchor).where(Task.version_id == version)))
            assert used <= anchors, answers
            was_kept = session.get(KeptReading, version) is not None
        # Who comes before the reading keeps the old one for both; after it, the place is gone for both.
        refused = [isinstance(one, Invalid) for one in answers[1:]]
        assert was_kept == bool(used) and was_kept == (not all(refused))


def test_an_accepted_move_meets_an_edit_of_the_task(site: Context, clerk: Any, rounds: int) -> None:
    plan = plans.create(clerk, PlanInput("Kế hoạch", 2024))
    for turn in range(rounds):
        paper, version = read_before(clerk, f"{turn}/QĐ-C")
        place = {"document_id": paper, "anchor": "phu-luc.dieu-2"}
        task = tasks.create(clerk, plan, TaskInput("Việc", clerk.unit_id, due_rule="continuous", **place))
        read_again(paper, version)
        kept.decide(clerk, paper, 1, "accept", ["phu-luc.dieu-2"])
        with db.read() as session:
            revision = session.get_one(Task, task).revision

        def edit(task: int = task, revision: int = revision, place: dict[str, Any] = place) -> None:
            given = TaskInput("Việc khác", clerk.unit_id, due_rule="continuous", **place)
            tasks.edit(clerk, task, given, revision=revision)

        at_once(site, [lambda paper=paper, version=version: read_again(paper, version), edit], held=turn % 2 == 0)
        with db.read() as session:
            assert session.get_one(Task, task).anchor == "dieu-2"
            assert list(session.scalars(select(Provision.anchor).where(Provision.version_id == version))) == ["dieu-2"]


def test_a_new_version_or_the_bin_comes_meanwhile(site: Context, clerk: Any, rounds: int) -> None:
    for turn in range(rounds):
        paper, version = read_before(clerk, f"{turn}/QĐ-D")
        gone, old = read_before(clerk, f"{turn}/QĐ-E")
        answers = at_once(
            site,
            [
                lambda paper=paper, version=version: read_again(paper, version),
                lambda paper=paper, turn=turn: upload.add_version(clerk, paper, io.BytesIO(f"Bản mới {turn}".encode()), "a.txt", None),
                lambda gone=gone, old=old: read_again(gone, old),
                lambda gone=gone: lifecycle.delete(clerk, [gone]),
            ],
            held=turn % 2 == 0,
        )
        assert answers[0] is None and answers[2] is None
        with db.read() as session:
            document = session.get_one(Document, paper)
            assert (document.current_no, document.state) == (2, "waiting")
            assert session.get_one(Version, version).reader == READER_VERSION
            jobs = list(session.scalars(select(Job.kind).where(Job.document_id == paper, Job.kind == "read")))
            deleted = session.get_one(Document, gone).deleted_at is not None
            anchors = set(session.scalars(select(Provision.anchor).where(Provision.version_id == old)))
        assert jobs == ["read"] and deleted and len(anchors) == 1
    assert len(events("document:delete")) == rounds
