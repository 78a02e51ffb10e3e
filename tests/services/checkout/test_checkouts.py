"""Documents that a person has taken to edit them: nobody else changes them, whatever the change; reading goes on."""

from __future__ import annotations

import ast
import datetime as dt
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from docmgr import db, policy
from docmgr.models import Checkout, User
from docmgr.policy import COMMAND_LINE, Actor, Denied
from docmgr.services.access import checkouts, guard
from docmgr.services.access.checkouts import CheckedOut
from docmgr.services.checkout import taking
from docmgr.services.documents import bin as recycle_bin
from docmgr.services.documents import facts, lifecycle, upload
from docmgr.services.documents.confirming import renditions
from docmgr.services.errors import Conflict, Invalid, NotFound
from docmgr.services.folders import sharing, tree
from docmgr.services.folders.sharing import SharedThing
from docmgr.services.listing import in_folder
from docmgr.services.notifications import listing, making
from docmgr.services.notifications import words as notice_words
from docmgr.services.registers import arrivals, issue
from docmgr.services.relations import relations
from docmgr.services.relations import restoring as relations_restoring
from docmgr.services.start import agency
from docmgr.services.terms import of_documents as terms
from docmgr.services.texts import conversion, kept, restoring
from docmgr.services.trail import words
from docmgr.services.workflow import assigning, choosing, moving, starting, turn
from docmgr.services.workflow.assigning import Receivers
from tests.filling.filing import actions, file_document, load, with_versions
from tests.filling.registers import flow_of, key, workflow
from tests.support.acting import actor_of
from tests.support.racing import events

ROOT = Path(__file__).parents[3] / "docmgr"


@pytest.fixture
def leader(people: dict[str, User]) -> Actor:
    """The leader as an actor."""
    return actor_of(people["leader"])


@pytest.fixture
def holder(staff: Actor) -> Actor:
    """The staff member, who may edit the root folder and so all documents of these tests."""
    sharing.grant(COMMAND_LINE, SharedThing(folder_id=tree.root_id()), key(staff), "editor")
    return staff


@pytest.fixture
def document(clerk: Actor, holder: Actor) -> int:
    """A draft with two versions, which the staff member has taken."""
    made = with_versions(clerk, 2)
    lifecycle.set_workflow(clerk, made, "draft")
    taking.take(holder, made, "Sửa Điều 3")
    return made


def expire(document_id: int) -> None:
    """Let the time of whoever has the document be over."""
    with db.write() as session:
        row = session.get_one(Checkout, document_id)
        row.until = db.now() - dt.timedelta(seconds=1)


def until(document_id: int) -> dt.datetime:
    """Until when the document is taken."""
    db.release()
    with db.read() as session:
        return session.get_one(Checkout, document_id).until


def _version(actor: Actor, number: int) -> object:
    return upload.add_version(actor, number, io.BytesIO(b"noi dung moi"), "moi.txt", None)


def _joined(actor: Actor, number: int) -> object:
    return renditions.join(actor, number, file_document(tree.root_id(), "77/QD-X"), renditions.VERSION)


def _received_by_join(actor: Actor, number: int) -> object:
    return renditions.join(actor, file_document(tree.root_id(), "78/QD-X", workflow="draft"), number, renditions.RENDITION)


# Function of the services in which a document is locked for a person's change → the change. A list below says which are no
# such change.
EDITS: dict[str, Callable[[Actor, int], object]] = {
    "documents/upload.add_version": _version,
    "documents/confirming/renditions.add_file": lambda a, n: renditions.add_file(a, n, io.BytesIO(b"ban quet"), "quet.txt"),
    "documents/confirming/renditions.join": _joined,
    "documents/facts.save": lambda a, n: facts.save(a, n, {"subject": "Khác"}, revision=None, confirm=False, publish=False),
    "documents/lifecycle.set_workflow": lambda a, n: lifecycle.set_workflow(a, n, "published"),
    "documents/lifecycle.move": lambda a, n: lifecycle.move(a, [n], tree.create(a, tree.root_id(), f"Nơi khác {a.via}").id),
    "documents/lifecycle.delete": lambda a, n: lifecycle.delete(a, [n]),
    "registers/arrivals.receive": lambda a, n: arrivals.receive(a, n),
    "registers/issue.issue_number": lambda a, n: issue.issue_number(a, n),
    "registers/issue.record_number": lambda a, n: issue.record_number(a, n),
    "registers/issue.issue_copy": lambda a, n: issue.issue_copy(a, n, "SY"),
    "relations/relations.add": lambda a, n: relations.add(a, n, "guides", file_document(tree.root_id(), "79/QD-X")),
    "terms/of_documents.change": lambda a, n: terms.add(a, [n], tags="gấp"),
    "texts/conversion.set_as_written": lambda a, n: conversion.set_as_written(a, n, 1, True),
    "texts/kept.decide": lambda a, n: kept.decide(a, n, 1, "keep"),
    "texts/restoring.as_newest": lambda a, n: restoring.as_newest(a, n, 1),
    "workflow/starting.start": lambda a, n: starting.start(a, n, workflow("outgoing")),
    "checkout/taking.take": lambda a, n: taking.take(a, n),
}
# The rest has tests of its own below, or stands behind one of the changes above.
OTHERS = {
    "access/guard.for_change", "access/guard.for_step",
    "checkout/taking.withdraw",  # takes it away
    "relations/relations.end", "relations/restoring.restore", "workflow/starting.stop", "workflow/flows.hold",
    "workflow/turn._started",  # the worker, which waits
    "bulk/changing.publish", "bulk/undoing._undo_one", "bulk/states._form_back", "bulk/many_facts._hold", "bulk/form_facts.save",  # stand before those above
    "scans/turns.turn",  # needs pictures; the same lock
    "receipts/asking.ask", "share_links/making.of_document", "openness/recording._document", "consulting/opening.create", "consulting/opening.for_change",  # change nothing of the document, and are allowed
}  # fmt: skip
# Who locks a document for what is no change of it by a person: the worker, the recycle bin, legal holds, rights, giving back.
NO_EDITS = {
    "checkout/taking.give_back", "documents/attachments/publishing._publish_around", "documents/attachments/publishing.locked",
    "documents/confirming/second_files._save", "documents/ingest._failed", "documents/ingest.save", "documents/withholding._withhold_one",
    "documents/withholding._withhold_renditions", "keeping/holds._locked_document", "keeping/purge.gathered", "scans/recognise._failed", "cases/contents.add", "comments/rights.held",
    "disposal/deciding.decide", "conferences/tied.add", "conferences/tied.remove", "consulting/answering._asked",
}  # fmt: skip


def _functions(*called: str) -> set[str]:
    """The functions of the services, as room/module.function, that call one of these."""
    found = set()
    for path in sorted((ROOT / "services").rglob("*.py")):
        tree_ = ast.parse(path.read_text())
        for function in (node for node in tree_.body if isinstance(node, ast.FunctionDef)):
            if any(isinstance(node, ast.Call) and ast.unparse(node.func) in called for node in ast.walk(function)):
                found.add(f"{path.relative_to(ROOT / 'services').with_suffix('')}.{function.name}")
    return found


def test_every_change_of_a_document_is_known_here() -> None:
    locking = _functions("guard.for_change", "guard.for_step")
    assert locking - {*EDITS, *OTHERS} == set() and set(EDITS) <= locking and len(locking) >= 20


def test_nothing_else_locks_a_document_for_a_change() -> None:
    direct = set()
    for path in sorted((ROOT / "services").rglob("*.py")):
        for function in (node for node in ast.parse(path.read_text()).body if isinstance(node, ast.FunctionDef)):
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and ast.unparse(node).startswith(("forms.locked(session, Document", "forms.for_change(session, Document,")):
                    direct.add(f"{path.relative_to(ROOT / 'services').with_suffix('')}.{function.name}")
    assert _functions("guard.locked", "publishing.locked") == NO_EDITS
    assert direct == {"access/guard.for_change", "access/guard.for_step", "access/guard.locked", "documents/bin.restore_document", "folders/sharing._for_change"}


def test_nobody_else_changes_it_and_the_message_names_the_holder(clerk: Actor, document: int) -> None:
    before = _state(document)
    for name, edit in EDITS.items():
        with pytest.raises(CheckedOut, match=r"đang được Chuyên viên thử giữ để sửa từ .*, đến .* nếu không dùng"):
            edit(clerk, document)
        assert _state(document) == before, name
        # A program that may do everything is no exception.
        with pytest.raises((CheckedOut, Denied)):
            edit(COMMAND_LINE, document)


def _state(document_id: int) -> tuple[object, ...]:
    row = load(document_id)
    return row.revision, row.current_no, row.workflow, row.deleted_at, row.folder_id


def test_what_is_joined_to_it_waits_too(clerk: Actor, document: int) -> None:
    with pytest.raises(CheckedOut):
        _received_by_join(clerk, document)


def test_relations_and_steps(clerk: Actor, holder: Actor, leader: Actor, document: int) -> None:
    made = relations.add(holder, document, "guides", file_document(tree.root_id(), "80/QD-X"))
    starting.start(holder, document, workflow("outgoing"))
    for change in (
        lambda: relations.end(clerk, made),
        lambda: starting.stop(clerk, document, "Thôi", revision=None),
        lambda: moving.move(clerk, document, "submit", moving.StepInput(to=Receivers(key(leader))), revision=None),
        lambda: assigning.hand_over(clerk, document, Receivers(key(leader)), revision=None),
    ):
        with pytest.raises(CheckedOut):
            change()
    source, _, mark = relations.end(holder, made)
    with pytest.raises(CheckedOut):
        relations_restoring.restore(clerk, made, mark)
    assert relations_restoring.restore(holder, made, mark) == source
    moving.move(holder, document, "submit", moving.StepInput(to=Receivers(key(leader))), revision=None)
    # Of many, the others are moved.
    refused = moving.move_many(leader, [moving.Chosen(document, 2)], "approve").refused
    assert "giữ để sửa" in str(refused[0][1].told())


def test_its_folder_is_not_deleted(clerk: Actor, holder: Actor) -> None:
    folder = tree.create(clerk, tree.root_id(), "Đang làm").id
    paper = file_document(folder, "9/QĐ-X")
    taking.take(holder, paper)
    with pytest.raises(CheckedOut):
        recycle_bin.delete_folder(clerk, folder)
    assert load(paper).deleted_at is None
    # Who has it may delete it, and has given it back then.
    batch = lifecycle.delete(holder, [paper])
    recycle_bin.restore(clerk, batch)
    taking.take(clerk, paper)


def test_reading_indexing_and_rights_go_on(clerk: Actor, document: int, leader: Actor) -> None:
    with db.write() as session:
        assert guard.locked(session, document).id == document
    sharing.grant(clerk, SharedThing(document_id=document), key(leader), "reader")
    assert guard.get(clerk, document).id == document
    note = taking.of_document(clerk, document)
    assert note.note is not None and note.note.reason == "Sửa Điều 3" and not note.mine and note.may_withdraw
    rows = in_folder.contents(clerk, tree.root_id()).rows
    assert [row.checkout.holder for row in rows if row.checkout] == [note.note.holder]
    # Who may not read the document hears nothing.
    with pytest.raises(NotFound):
        taking.of_document(Actor(99, "Ai đó", roles=frozenset({"staff"})), document)


def test_saving_prolongs_it_and_time_ends_it(clerk: Actor, holder: Actor, document: int) -> None:
    with db.write() as session:
        session.get_one(Checkout, document).until = db.now() + dt.timedelta(minutes=5)
    facts.save(holder, document, {"subject": "Mới"}, revision=None, confirm=False, publish=False)
    assert until(document) > db.now() + dt.timedelta(hours=7)
    expire(document)
    facts.save(clerk, document, {"subject": "Khác"}, revision=None, confirm=False, publish=False)
    assert taking.of_document(clerk, document).note is None
    with pytest.raises(Conflict):
        taking.give_back(holder, document)
    taking.take(clerk, document)
    with pytest.raises(CheckedOut):
        taking.take(holder, document)
    expire(document)
    taking.take(holder, document)
    assert taking.of_document(holder, document).mine


def test_an_administrator_sets_the_hours(people: dict[str, User], clerk: Actor, holder: Actor, document: int) -> None:
    admin = actor_of(people["administrator"])
    for wrong in (0, -1, checkouts.MOST_HOURS + 1):
        with pytest.raises(Invalid) as refused:
            agency.edit(admin, name="", checkout_hours=wrong, revision=None)
        assert refused.value.field == "checkout_hours"
    agency.edit(admin, name="", checkout_hours=1, revision=agency.load(admin).revision)
    assert agency.load(admin).checkout_hours == taking.hours(clerk) == 1
    taking.give_back(holder, document)
    taking.take(holder, document)
    assert until(document) < db.now() + dt.timedelta(hours=1, seconds=1)
    # A longer time that was promised is not cut.
    with db.write() as session:
        session.get_one(Checkout, document).until = db.now() + dt.timedelta(hours=5)
    lifecycle.set_workflow(holder, document, "published")
    assert until(document) > db.now() + dt.timedelta(hours=4)


def test_giving_back(clerk: Actor, holder: Actor, document: int) -> None:
    with pytest.raises(Conflict, match="không giữ văn bản này"):
        taking.give_back(clerk, document)
    upload.add_version(holder, document, io.BytesIO(b"ban 3"), "ba.txt", None)
    assert taking.of_document(holder, document).mine
    upload.add_version(holder, document, io.BytesIO(b"ban 4"), "bon.txt", None, give_back=True)
    assert taking.of_document(holder, document).note is None
    assert actions(document)[-2:] == ["version:add", "checkout:return"]
    _version(clerk, document)


def test_taking_away(clerk: Actor, holder: Actor, leader: Actor, people: dict[str, User], document: int) -> None:
    mark = taking.of_document(clerk, document).mark
    # Neither a leader nor an administrator without the right to edit, nor without a reason.
    with pytest.raises(Denied):
        taking.withdraw(leader, document, "Gấp", mark=mark)
    with pytest.raises(NotFound):
        taking.withdraw(actor_of(people["administrator"]), document, "Gấp", mark=mark)
    with pytest.raises(Invalid, match="lý do"):
        taking.withdraw(clerk, document, " ", mark=mark)
    taking.withdraw(clerk, document, "Cần phát hành ngay", mark=mark)
    event = events("checkout:withdraw")[-1]
    assert event.details["reason"] == "Cần phát hành ngay" and event.details["held_by"] and event.document_id == document
    assert "Người giữ" in words.one_line(event)
    # A later taking is not ended by an old page.
    taking.take(holder, document)
    with pytest.raises(Conflict):
        taking.withdraw(clerk, document, "Lần nữa", mark=mark)
    assert taking.of_document(holder, document).mine


def test_an_administrator_who_may_edit_takes_it_away(people: dict[str, User], clerk: Actor, document: int) -> None:
    admin = actor_of(people["administrator"])
    sharing.grant(clerk, SharedThing(document_id=document), key(admin), "editor")
    taking.withdraw(admin, document, "Gấp", mark=taking.of_document(clerk, document).mark)
    assert taking.of_document(clerk, document).note is None


def test_the_holder_is_told(clerk: Actor, holder: Actor, document: int) -> None:
    making.make()
    taking.withdraw(clerk, document, "Gấp", mark=taking.of_document(clerk, document).mark)
    making.make()
    db.release()
    row = listing.page(holder).rows[0]
    assert (row.reason, notice_words.said(row), row.subject_id) == ("withdrawn", "Thu hồi giữ để sửa", document)
    assert not listing.page(clerk).rows


def test_a_program_takes_nothing_and_an_auditor_neither(people: dict[str, User], document: int, clerk: Actor) -> None:
    other = file_document(tree.root_id(), "81/QD-X")
    for actor in (COMMAND_LINE, actor_of(people["auditor"])):
        with pytest.raises(Denied):
            taking.take(actor, other)
    with pytest.raises(NotFound):
        taking.take(Actor(99, "Ai đó", roles=frozenset({"staff"})), other)
    assert policy.may(clerk, "checkout:withdraw")


def test_a_rule_is_not_kept_up_by_what_is_taken(clerk: Actor, holder: Actor, document: int, monkeypatch: pytest.MonkeyPatch) -> None:
    choosing.add_rule(clerk, workflow("outgoing"), "Quyết định", None)
    free = file_document(tree.root_id(), "82/QD-X", workflow="draft")
    for number in (document, free):
        facts.save(holder, number, {"subject": "Mới"}, revision=None, confirm=True, publish=False)
    # As many as one turn starts.
    monkeypatch.setattr(turn, "AT_ONCE", 1)
    assert turn.start_chosen() == 1 and flow_of(free).document_id == free


def test_a_rule_waits_until_it_is_given_back(clerk: Actor, holder: Actor, document: int) -> None:
    choosing.add_rule(clerk, workflow("outgoing"), "Quyết định", None)
    taken, free = document, file_document(tree.root_id(), "82/QD-X", workflow="draft")
    for number in (taken, free):
        facts.save(holder, number, {"subject": "Mới"}, revision=None, confirm=True, publish=False)
    assert turn.start_chosen() == 1 and flow_of(free).document_id == free
    taking.give_back(holder, taken)
    assert turn.start_chosen() == 1 and flow_of(taken).document_id == taken
