"""A change of rights for thousands of documents: who lost the right is refused from the first moment, the worker assigns the lists in
lots, and what is changed, undone or moved meanwhile ends in the right lists."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from sqlalchemy import func, select, update

from docmgr import db, policy
from docmgr.context import Context
from docmgr.models import Document, Folder, PendingAccess, User
from docmgr.policy import COMMAND_LINE, DELIVERED, Actor
from docmgr.services.access import applying, counting, guard, inheritance, lists, rule
from docmgr.services.documents import lifecycle
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.folders import applied, local_roles, readers, sees, sharing, tree
from docmgr.services.folders.sharing import SharedThing
from docmgr.services.indexing import access
from docmgr.services.keeping import purge
from docmgr.services.message import Message
from tests.conftest import SERVER
from tests.filling.filing import file_document, person, seen
from tests.hard.test_folder_races import at_once
from tests.support.acting import actor_of

FOLDERS = ("A", "A/B", "A/B/C", "D")


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three documents are many, and the worker takes two at a time."""
    monkeypatch.setattr(lists, "AT_ONCE", 3)
    monkeypatch.setattr(applying, "LOT", 2)


@pytest.fixture
def folder(clerk: Actor) -> SharedThing:
    """A folder with seven documents that the index knows: published ones, a draft, one in the bin, and one with a role of its own."""
    thing = SharedThing(folder_id=tree.by_path(clerk, "A", create=True).id)
    papers = [file_document(thing.folder_id or 0, f"{n}/QĐ-X") for n in range(4)]
    papers += [file_document(thing.folder_id or 0, "5/QĐ-X", workflow="draft", created_by=clerk.user_id)]
    papers += [file_document(thing.folder_id or 0, f"{n}/QĐ-X", **more) for n, more in ((6, {"deleted_at": db.now()}), (7, {}))]
    sharing.grant(COMMAND_LINE, SharedThing(document_id=papers[-1]), "role:leader", "reader")
    index()
    return thing


def index() -> None:
    """Note that the index has followed."""
    with db.write() as session:
        session.execute(update(Document).values(indexed_revision=Document.revision, indexed_access_list_id=Document.access_list_id))


def finish() -> int:
    """Let the worker do all that is pending; returns how many lots it took."""
    return sum(1 for _ in iter(applying.work, 0))


def lists_are_right() -> bool:
    with db.write() as session:
        wrong = [row.id for row in session.scalars(select(Document).where(Document.purged_at.is_(None))) if rule.assign_list(session, row)]
        return wrong == [] and session.scalar(select(func.count()).select_from(PendingAccess)) == 0


def findable(actor: Actor) -> set[int]:
    """The documents that the search would find for the actor."""
    with db.read() as session:
        allowed = access.index_access(session, actor)
        rows = session.execute(select(Document.id, Document.indexed_access_list_id).where(Document.indexed_revision.is_not(None)))
        return {row.id for row in rows if row.indexed_access_list_id in (allowed.lists or ()) and row.id not in allowed.without}


def test_who_lost_the_right_is_refused_before_the_worker_came(clerk: Actor, folder: SharedThing, people: dict[str, User]) -> None:
    staff = actor_of(people["staff"])
    before = seen(staff)
    assert len(before) == 5 and findable(staff) == before
    sharing.set_inherit(clerk, folder, inherit=False)
    # No document has its new list.
    with db.read() as session:
        assert session.scalar(select(func.count()).where(Document.indexed_access_list_id != Document.access_list_id)) == 0
    assert seen(staff) == set() == findable(staff)
    with db.read() as session:
        inside = Document.folder_id == folder.folder_id
        assert counting.by(session, staff, Document.workflow, inside) == {} and counting.by(session, clerk, Document.workflow, inside) == {"published": 5, "draft": 1}
    paper = min(before)
    with pytest.raises(NotFound):
        guard.get(staff, paper)
    with db.read() as session:
        document = guard.readable(session, clerk, paper)
        assert guard.readers_among(session, document, [staff, clerk]) == {clerk.user_id}
    assert [one.name for one in readers.of_document(clerk, paper)[2] if one.name in (staff.label, clerk.label)] == [clerk.label]
    assert before <= seen(clerk) and guard.get_editable(clerk, paper).id == paper


def test_code_that_looks_at_keys_looks_at_both_lists_at_once(clerk: Actor, folder: SharedThing, people: dict[str, User]) -> None:
    staff = actor_of(people["staff"])
    sharing.set_inherit(clerk, folder, inherit=False)
    with db.read() as session:
        document = guard.readable(session, clerk, min(seen(clerk)))
        session.expunge(document)
    # The worker finishes after somebody has loaded the document, with its old list.
    finish()
    with db.read() as session:
        assert guard.readers_among(session, document, [staff, clerk]) == {clerk.user_id}


def test_who_is_left_to_read_does_not_edit_what_was_taken_back(clerk: Actor, folder: SharedThing, people: dict[str, User]) -> None:
    leader = actor_of(people["leader"])
    key = f"user:{leader.user_id}"
    sharing.grant(COMMAND_LINE, folder, key, "editor")
    finish()
    paper = min(seen(leader))
    sharing.change(COMMAND_LINE, folder, sharing.RightsChange(give=frozenset({(key, "reader")}), take=frozenset({(key, "editor")})))
    db.release()
    with db.read() as session:
        edits = set(session.scalars(select(Document.id).where(rule.editable(leader))))
    assert paper in seen(leader) and edits == set()
    looker = actor_of(person("nhin", "administrator", "auditor"))
    rows = {one.document.id: one.edits for one in sees.of_person(looker, leader.user_id or 0).rows}
    assert rows[paper] is False


def test_progress_is_told_and_work_goes_on_after_a_kill(clerk: Actor, folder: SharedThing, monkeypatch: pytest.MonkeyPatch) -> None:
    sharing.set_inherit(clerk, folder, inherit=False)
    told = []
    with monkeypatch.context() as patch:
        patch.setattr(lists, "_forget", lambda _session: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            applying.work()
    while applying.work():
        db.release()
        with db.read() as session:
            now = applied.of_folder(session, COMMAND_LINE, session.get_one(Folder, folder.folder_id))
            assert now is not None and now.total == 6
            told.append((now.applied, now.indexed))
    assert [one for one, _ in told] == sorted(one for one, _ in told) and len(told) >= 3 and told[-1] == (6, 0)
    assert applied.of_all(COMMAND_LINE) is not None
    index()
    db.release()
    assert applied.of_all(COMMAND_LINE) is None and lists_are_right()


def test_progress_is_told_of_what_the_index_does_not_have_yet(clerk: Actor, folder: SharedThing) -> None:
    with db.write() as session:
        session.execute(update(Document).values(indexed_revision=None, indexed_access_list_id=None))
    sharing.set_inherit(clerk, folder, inherit=False)
    applying.work()
    told = applied.of_edited(clerk, folder.folder_id or 0)
    # One of the two that are done is in the bin.
    assert told is not None and told.total == 6 and told.applied == told.indexed in (1, 2)
    finish()
    db.release()
    assert applied.of_edited(clerk, folder.folder_id or 0) is None


def test_folders_with_few_documents_share_a_unit_of_work(clerk: Actor, folder: SharedThing, monkeypatch: pytest.MonkeyPatch) -> None:
    below = [tree.by_path(COMMAND_LINE, f"A/{n}", create=True).id for n in range(7)]
    for number, one in enumerate(below):
        file_document(one, f"{number}/QĐ-Y", inherit=number != 3)
    sharing.grant(COMMAND_LINE, SharedThing(folder_id=below[5]), "unit:1", "reader")
    monkeypatch.setattr(applying, "LOT", 4)
    sharing.set_inherit(clerk, folder, inherit=False)
    # The folder itself has seven documents. Six of those below have one that inherits.
    assert [applying.work() for _ in range(5)] == [4, 3, 4, 2, 0]
    sharing.set_inherit(clerk, folder, inherit=True)
    monkeypatch.setattr(applying, "FOLDERS", 3)
    assert [applying.work() for _ in range(5)] == [4, 3, 3, 3, 0]
    assert lists_are_right()


def test_a_second_change_an_undo_and_a_move_meanwhile(clerk: Actor, folder: SharedThing, people: dict[str, User]) -> None:
    staff, leader = actor_of(people["staff"]), actor_of(people["leader"])
    everything = seen(staff)
    made = sharing.set_inherit(clerk, folder, inherit=False)
    applying.work()
    sharing.grant(clerk, folder, f"user:{leader.user_id}", "reader")
    assert seen(staff) == set()
    applying.work()
    arrived = file_document(folder.folder_id or 0, "9/QĐ-X")
    assert arrived in seen(leader) and arrived not in seen(staff)
    gone = min(everything)
    lifecycle.move(COMMAND_LINE, [gone], tree.root_id())
    assert seen(staff) == {gone}
    finish()
    assert lists_are_right() and seen(staff) == {gone} and len(seen(leader)) == 6
    second = sharing.set_inherit(clerk, folder, inherit=True)
    applying.work()
    sharing.undo(clerk, second or 0)
    assert seen(staff) == {gone}
    finish()
    assert lists_are_right() and seen(staff) == {gone} and made is not None


def test_an_undo_lets_people_in_at_once(clerk: Actor, folder: SharedThing, people: dict[str, User]) -> None:
    staff = actor_of(people["staff"])
    before = seen(staff)
    for lots in range(3):
        made = sharing.set_inherit(clerk, folder, inherit=False)
        for _ in range(lots):
            applying.work()
        assert seen(staff) == set()
        sharing.undo(clerk, made or 0)
        # Of four that had their new lists already, the worker makes up the old ones again.
        assert seen(staff) == before if lots < 2 else seen(staff) < before
        assert len(seen(staff)) >= 2 and (finish() == 0) == (lots < 2)
        assert seen(staff) == before and lists_are_right()


def test_a_change_of_the_folder_leaves_what_waits_in_it_for_another(clerk: Actor, folder: SharedThing, people: dict[str, User], monkeypatch: pytest.MonkeyPatch) -> None:
    staff = actor_of(people["staff"])
    monkeypatch.setattr(lists, "AT_ONCE", 0)
    local_roles.save(COMMAND_LINE, DELIVERED | {"reader": {"draft"}}, revision=None)
    paper = file_document(folder.folder_id or 0, "9/QĐ-X", workflow="draft", inherit=False)
    sharing.grant(COMMAND_LINE, SharedThing(document_id=paper), "staff", "reader")
    finish()
    assert paper in seen(staff)
    local_roles.save(COMMAND_LINE, DELIVERED, revision=None)
    for _ in range(2):
        assert paper not in seen(staff)
        with db.write() as session:
            inheritance.lock_tree(session)
            assert inheritance.refresh(session, folder.folder_id or 0) > 0
    assert paper not in seen(staff)
    finish()
    assert paper not in seen(staff) and lists_are_right()


def destroy(document_id: int, due: dict[int, int]) -> None:
    """Destroy a document, and note in `due` the list that it is to keep."""
    with db.write() as session:
        document, joined = purge.gathered(session, document_id)
        with session.begin_nested() as trial:
            rule.assign_list(session, document)
            due[document_id] = document.access_list_id
            trial.rollback()
        purge.erase(session, COMMAND_LINE, document, joined, Message("Hết hạn"))


def some_act(dice: random.Random, folders: list[int], papers: list[int], due: dict[int, int]) -> Iterator[None]:
    """One change by chance, or a lot of the worker. `due` has the lists of the papers that are destroyed."""
    subject, key = SharedThing(folder_id=dice.choice(folders)), dice.choice(["role:leader", "staff", "unit:1", "user:1"])
    acts = {
        "give": lambda: sharing.grant(COMMAND_LINE, subject, key, dice.choice(sorted(policy.LOCAL_ROLES))),
        "inherit": lambda: sharing.set_inherit(COMMAND_LINE, subject, inherit=dice.random() < 0.5),
        "move": lambda: tree.move(COMMAND_LINE, subject.folder_id or 0, dice.choice([tree.root_id(), *folders])),
        "role": lambda: local_roles.save(COMMAND_LINE, DELIVERED | ({"reader": {"draft"}} if dice.random() < 0.5 else {}), revision=None),
        "undo": lambda: sharing.undo(COMMAND_LINE, dice.randrange(1, 30)),
        "destroy": lambda: destroy(dice.choice([one for one in papers if one not in due]), due),
        "work": applying.work,
    }
    acts[dice.choice(["give", "give", "inherit", "move", "role", "undo", "destroy", "work", "work"])]()
    yield


def test_nobody_ever_reads_what_they_should_not_and_the_lists_end_right(clerk: Actor, people: dict[str, User]) -> None:
    dice = random.Random(20_261_202)
    folders = [tree.by_path(COMMAND_LINE, path, create=True).id for path in FOLDERS]
    papers, due = list[int](), dict[int, int]()
    for number in range(16):
        paper = file_document(dice.choice(folders), f"{number}/QĐ-X", workflow=dice.choice(["draft", "published"]), created_by=clerk.user_id, inherit=number % 7 > 0)
        papers.append(paper)
        if number % 5 == 0:
            sharing.grant(COMMAND_LINE, SharedThing(document_id=paper), "role:leader", "editor")
    actors = [clerk, *(actor_of(people[role]) for role in ("staff", "leader"))]
    pending = 0
    for turn in range(40):
        try:
            for _ in some_act(dice, folders, papers, due):
                pass
        except (Invalid, NotFound, sharing.Conflict):
            continue
        db.release()
        now = [seen(actor) for actor in actors]
        with db.write() as session:
            pending += session.scalar(select(func.count()).select_from(PendingAccess)) or 0
            with session.begin_nested() as trial:
                for row in session.scalars(select(Document).where(Document.purged_at.is_(None))):
                    rule.assign_list(session, row)
                session.flush()
                session.execute(PendingAccess.__table__.delete())
                allowed = [set(session.scalars(select(Document.id).where(rule.visible(actor)))) for actor in actors]
                trial.rollback()
        assert all(mine <= may for mine, may in zip(now, allowed, strict=True)), turn
        if turn % 10 == 9:
            finish()
            assert lists_are_right() and [seen(actor) for actor in actors] == allowed
    with db.read() as session:
        kept = select(Document.id, Document.access_list_id).where(Document.purged_at.is_not(None))
        assert {row.id: row.access_list_id for row in session.execute(kept)} == due
    assert pending > 10 and len(due) > 2


@pytest.mark.skipif(not SERVER, reason="races need PostgreSQL (DOCMGR_TEST_DATABASE_URL)")
def test_the_worker_and_people_at_once(site: Context, clerk: Actor, folder: SharedThing) -> None:
    papers = sorted(seen(clerk))
    other = tree.create(clerk, tree.root_id(), "D").id
    for turn in range(6):
        made = sharing.set_inherit(COMMAND_LINE, folder, inherit=turn % 2 > 0)
        acts = (
            finish,
            lambda: sharing.grant(COMMAND_LINE, folder, ("role:leader", "role:staff")[turn % 2], "reader"),
            lambda made=made: sharing.undo(COMMAND_LINE, made or 0),
            lambda: lifecycle.move(COMMAND_LINE, papers[:3], (other, folder.folder_id or 0)[turn % 2]),
            lambda: lifecycle.set_workflow(COMMAND_LINE, papers[4], ("draft", "published")[turn % 2]),
        )
        assert set(at_once(site, *acts)) <= {"done", "Conflict", "NotFound", "Invalid"}
        finish()
        assert lists_are_right()
