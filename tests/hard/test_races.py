"""Two people at the same moment: nothing is lost or done twice, and nobody gets a 500."""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from docmgr import db
from docmgr.context import Context
from docmgr.models import (
    Document,
    DocumentFact,
    Folder,
    Link,
    Plan,
    Relation,
    Task,
    User,
    UserRole,
    Version,
)
from docmgr.policy import COMMAND_LINE
from docmgr.services.documents import facts, lifecycle, upload
from docmgr.services.errors import Conflict, Invalid, NotFound
from docmgr.services.folders import sharing, tree
from docmgr.services.folders.sharing import SharedThing
from docmgr.services.indexing import sync
from docmgr.services.links import links
from docmgr.services.people import accounts, units
from docmgr.services.people import people as persons
from docmgr.services.relations import relations
from docmgr.services.search import saved
from tests.filling.filing import file_document, person
from tests.support.acting import actor_of
from tests.support.racing import Act, at_once, count, events


def test_two_new_versions_get_two_numbers(site: Context, people: dict[str, User], rounds: int) -> None:
    clerk = actor_of(people["clerk"])
    first = upload.upload(clerk, io.BytesIO(b"Van ban mot"), "a.txt")
    assert first.document_id is not None
    paper = first.document_id
    for turn in range(rounds):
        at_once(
            site,
            [
                lambda turn=turn, who=who: upload.add_version(
                    clerk, paper, io.BytesIO(f"Phien ban {turn} {who}".encode()), "a.txt", None
                )
                for who in range(2)
            ],
            held=turn % 2 == 0,
        )
    with db.read() as session:
        numbers = list(
            session.scalars(select(Version.no).where(Version.document_id == paper).order_by(Version.no))
        )
        document = session.get_one(Document, paper)
    assert numbers == list(range(1, 2 * rounds + 2))
    assert (document.current_no, document.revision) == (2 * rounds + 1, 2 * rounds + 1)
    assert len(events("version:add")) == 2 * rounds


def test_steps_of_a_document_follow_one_another(site: Context, people: dict[str, User], rounds: int) -> None:
    """Each event starts from the state in which the one before it ended, and the last one is the stored state."""
    clerk = actor_of(people["clerk"])
    root = tree.root_id()
    places = [tree.create(COMMAND_LINE, root, name).id for name in ("Một", "Hai")]
    paper = file_document(root, "3/QĐ-X", workflow="draft", created_by=clerk.user_id)
    steps = itertools.cycle([("published", "withdrawn"), ("draft", "published"), ("published", "published")])
    for turn, pair in zip(range(rounds), steps, strict=False):
        at_once(
            site, [lambda to=to: lifecycle.set_workflow(clerk, paper, to) for to in pair], held=turn % 2 == 0
        )
        at_once(site, [lambda to=to: lifecycle.move(clerk, [paper], to) for to in places], held=turn % 2 == 0)
    with db.read() as session:
        document = session.get_one(Document, paper)
    for actions, start, end in (
        (("document:publish", "document:withdraw", "document:draft"), "from", "to"),
        (("document:move",), "from_id", "to_id"),
    ):
        chain = events(*actions)
        assert all(one.details[end] == two.details[start] for one, two in itertools.pairwise(chain)), actions
        assert all(one.details[start] != one.details[end] for one in chain)
        assert chain[-1].details[end] == (document.workflow if start == "from" else document.folder_id)
    steps_done = len(events("document:publish", "document:withdraw", "document:draft", "document:move"))
    assert document.revision == 1 + steps_done


def test_documents_moved_crosswise_shut_nobody_out(
    site: Context, people: dict[str, User], rounds: int
) -> None:
    clerk, root = actor_of(people["clerk"]), tree.root_id()
    places = [tree.create(COMMAND_LINE, root, name).id for name in ("Một", "Hai")]
    papers = [file_document(root, f"{n}/QĐ-X") for n in range(6)]
    for turn in range(rounds):
        acts = [
            lambda: lifecycle.move(clerk, papers, places[0]),
            lambda: lifecycle.move(clerk, papers[::-1], places[1]),
        ]
        assert all(isinstance(answer, dict) for answer in at_once(site, acts, held=turn % 2 == 0))
        with db.read() as session:
            assert len(set(session.scalars(select(Document.folder_id).where(Document.id.in_(papers))))) == 1


def test_rights_change_while_the_index_is_written(
    site: Context, people: dict[str, User], rounds: int
) -> None:
    """Both lock many documents; they must not deadlock, which PostgreSQL would end with an error."""
    clerk, root = actor_of(people["clerk"]), tree.root_id()
    folder = tree.create(clerk, root, "Đang đánh chỉ mục").id
    papers = [file_document(folder, f"{n}/QĐ-X", f"Trích yếu {n}") for n in range(30)]

    def turn_inheritance(on: bool) -> bool:
        sharing.set_inherit(clerk, SharedThing(folder_id=folder), inherit=on)
        return True

    def note() -> bool:
        # In the order of its jobs, as the worker does it.
        prepared = [sync._Prepared(number, 1, 1, []) for number in papers[::-1]]
        for _ in range(5):
            sync._announced(prepared)
            with db.write() as session:
                sync._note(session, prepared)
        return True

    for turn in range(rounds):
        answers = at_once(site, [lambda turn=turn: turn_inheritance(turn % 2 == 1), note], held=False)
        assert answers == [True, True]


def test_what_is_tied_twice_at_once_is_tied_once(site: Context, people: dict[str, User], rounds: int) -> None:
    clerk, root = actor_of(people["clerk"]), tree.root_id()
    with db.write() as session:
        task = Task(title="Nhiệm vụ", plan=Plan(title="Kế hoạch", year=2024), position=1)
        session.add(task)
        session.flush()
        task_id = task.id
    target = file_document(root, "0/QĐ-X")
    for turn in range(rounds):
        paper = file_document(root, f"{turn + 1}/QĐ-X")
        ties: dict[str, tuple[Act, Callable[[Any], Any], tuple[Any, ...]]] = {
            "link": (
                lambda paper=paper: links.add(clerk, document_id=paper, role="evidence", task_id=task_id),
                lambda number: links.end(clerk, number),
                (Link, Link.document_id == paper, Link.ended_at.is_(None)),
            ),
            "relation": (
                lambda paper=paper: relations.add(clerk, paper, "based_on", target),
                lambda number: relations.end(clerk, number),
                (Relation, Relation.source_id == paper, Relation.ended_at.is_(None)),
            ),
        }
        for name, (add, end, which) in ties.items():
            answers = at_once(site, [add, add], held=turn % 2 == 0)
            assert sorted(type(one).__name__ for one in answers) == ["Invalid", "int"], (name, answers)
            assert count(*which) == 1
            made = next(one for one in answers if isinstance(one, int))
            answers = at_once(site, [lambda: end(made), lambda: end(made)], held=turn % 2 == 0)
            assert sum(isinstance(one, NotFound) for one in answers) == 1, (name, answers)
    assert len(events("link:add")) == len(events("link:end")) == rounds
    assert len(events("relation:add")) == len(events("relation:end")) == rounds


def test_a_name_is_given_once(
    site: Context, people: dict[str, User], rounds: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(persons.passwords, "hash_password", lambda password: "-")
    clerk, root = actor_of(people["clerk"]), tree.root_id()

    def add(username: str) -> User:
        return persons.create(
            COMMAND_LINE, username=username, full_name="Người", roles=["staff"], unit_id=None,
            password="Cầu treo qua suối vắng 8", must_change=False,
        )  # fmt: skip

    def keep(turn: int) -> int:
        return saved.create(clerk, f"Tìm {turn}", {"q": ["chữ"]})

    for turn in range(rounds):
        one, two = f"Phòng một {turn}", f"Phòng hai {turn}"
        moved = [units.create(COMMAND_LINE, name=name).id for name in (one, two)]
        taken = f"Phòng ba {turn}"
        races: dict[str, list[Act]] = {
            "person": [lambda turn=turn: add(f"nguoi{turn}")] * 2,
            "unit": [lambda turn=turn: units.create(COMMAND_LINE, name=f"Phòng {turn}")] * 2,
            "renamed": [
                lambda key=key: (
                    units.edit(
                        COMMAND_LINE, key, name=taken, abbreviation=None, parent_id=None, revision=None
                    )
                    or True
                )
                for key in moved
            ],
            "folder": [lambda turn=turn: tree.create(clerk, root, f"Hồ sơ {turn}")] * 2,
            "search": [lambda turn=turn: keep(turn)] * 2,
        }
        for name, acts in races.items():
            answers = at_once(site, acts, held=turn % 2 == 0)
            assert sum(isinstance(one, Invalid) for one in answers) == 1, (name, answers)
            assert sum(isinstance(one, Exception) for one in answers) == 1, (name, answers)


def test_what_is_made_where_missing_is_made_once(site: Context, people: dict[str, User], rounds: int) -> None:
    """`import --folder`, uploads into a path, and `--unit`: the second one finds what the first one created."""
    clerk = actor_of(people["clerk"])
    for turn in range(rounds):
        path = f"Năm {turn}/Quý một"
        made = at_once(site, [lambda: tree.by_path(clerk, path, create=True).id] * 3, held=turn % 2 == 0)
        assert len(set(made)) == 1 and isinstance(made[0], int), made
        sent = at_once(
            site,
            [
                lambda turn=turn, who=who: (
                    upload.upload(
                        clerk,
                        io.BytesIO(f"Tep {turn} {who}".encode()),
                        "a.txt",
                        folder_path=f"Năm {turn}/Quý hai",
                    ).outcome
                )
                for who in range(2)
            ],
            held=turn % 2 == 0,
        )
        assert sent == ["stored", "stored"]
        assert count(Folder, Folder.name == f"Năm {turn}") == 1
        named = at_once(
            site, [lambda turn=turn: units.named(COMMAND_LINE, f"Tổ {turn}").id] * 2, held=turn % 2 == 0
        )
        assert len(set(named)) == 1 and isinstance(named[0], int), named
    assert count(Folder, Folder.name == "Quý hai") == rounds


def test_a_unit_that_goes_takes_nobody_along(site: Context, people: dict[str, User], rounds: int) -> None:
    """Removing a unit while somebody is put into it: one of the two is refused, and no row refers to a missing one."""
    staff, root = people["staff"], tree.root_id()
    for turn in range(rounds):
        for way in ("person", "right"):
            unit_id = units.create(COMMAND_LINE, name=f"Phòng {turn} {way}").id
            refer: Act
            if way == "person":
                refer = lambda unit_id=unit_id: persons.edit(  # noqa: E731
                    COMMAND_LINE, staff.id, full_name="X", unit_id=unit_id, roles=["staff"], revision=None
                )
            else:
                refer = lambda unit_id=unit_id: sharing.grant(  # noqa: E731
                    COMMAND_LINE, SharedThing(folder_id=root), f"unit:{unit_id}", "read"
                )
            answers = at_once(
                site, [lambda unit_id=unit_id: units.delete(COMMAND_LINE, unit_id), refer], held=turn % 2 == 0
            )
            assert sum(isinstance(one, Invalid) for one in answers) == 1, (way, answers)
            assert sum(isinstance(one, Exception) for one in answers) == 1, (way, answers)


def test_two_administrators_do_not_take_each_other_away(
    site: Context, people: dict[str, User], rounds: int
) -> None:
    one, two = people["administrator"], person("quantri2", "administrator")
    for turn in range(rounds):
        acts: list[Act] = [
            lambda: accounts.disable(persons.actor_for(one), two.id),
            lambda: persons.edit(
                persons.actor_for(two), one.id, full_name="Q", unit_id=None, roles=["staff"], revision=None
            ),
        ]
        answers = at_once(site, acts, held=turn % 2 == 0)
        assert sum(isinstance(answer, Invalid) for answer in answers) == 1, answers
        able = User.id.in_(select(UserRole.user_id).where(UserRole.role == "administrator"))
        assert count(User, able, User.disabled_at.is_(None)) == 1
        accounts.enable(COMMAND_LINE, two.id)
        persons.edit(
            COMMAND_LINE, one.id, full_name="Q", unit_id=None, roles=["administrator"], revision=None
        )


def test_reading_proposes_nothing_over_what_is_confirmed_meanwhile(
    site: Context, people: dict[str, User], rounds: int
) -> None:
    from docmgr.models import Job
    from docmgr.reading.types import Fact, Interpretation, Reading
    from docmgr.services.documents import ingest

    clerk = actor_of(people["clerk"])
    found = Interpretation(text="Chữ", facts={"subject": Fact("subject", "Máy đọc", "Máy đọc", True)})
    for turn in range(rounds):
        paper = file_document(tree.root_id(), f"{turn}/QĐ-X", created_by=clerk.user_id)
        with db.write() as session:
            version = Version(document_id=paper, no=1)
            session.add(version)
            session.flush()
            version_id = version.id

        def read(version_id: int = version_id, paper: int = paper) -> None:
            with db.write() as session:
                # This is what the worker sees before the clerk's edit has committed.
                session.scalar(select(Document).where(Document.id == paper))
                job = Job(kind="read", document_id=paper, version_id=version_id)
                ingest.save(session, job, Reading(outcome="text", kind="txt", interpretation=found))

        def confirm(paper: int = paper) -> None:
            facts.save(
                clerk,
                paper,
                {"subject": "Người ghi", "type": "Quyết định"},
                revision=1,
                confirm=True,
                publish=False,
            )

        answers = at_once(site, [read, confirm], held=turn % 2 == 0)
        with db.read() as session:
            fact = session.get_one(DocumentFact, (paper, "subject"))
            document = session.get_one(Document, paper)
        if answers[1] is None:
            assert (fact.value, fact.confirmed, document.subject) == ("Người ghi", True, "Người ghi")
        else:
            assert isinstance(answers[1], Conflict)
            assert (fact.value, document.subject) == ("Máy đọc", "Máy đọc")
