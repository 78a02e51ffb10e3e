"""Hoàn tác of moves, publications, tags and facts: exactly what was, for a day, for who did it, and not over later changes."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import func, select

from docmgr import db
from docmgr.models import BulkChange, ChangedDocument, ChangedFolder, User
from docmgr.policy import COMMAND_LINE, Actor
from docmgr.services.bulk import changing, states, undoing
from docmgr.services.checkout import taking
from docmgr.services.documents import bin, lifecycle
from docmgr.services.errors import Conflict, NotFound
from docmgr.services.folders import ordering, sharing, tree
from docmgr.services.folders.sharing import SharedThing
from docmgr.services.terms import of_documents as terms
from docmgr.services.terms import vocabulary
from tests.filling.filing import actions, file_document, giving, load, own_grants
from tests.support.acting import actor_of


@pytest.fixture
def papers() -> list[int]:
    return [file_document(tree.root_id(), f"{number}/QĐ-X") for number in (1, 2, 3)]


def rows() -> int:
    with db.read() as session:
        return session.scalar(select(func.count()).select_from(ChangedDocument)) or 0


def test_a_move_goes_back_where_each_came_from(clerk: Actor, papers: list[int]) -> None:
    home, other, target = tree.root_id(), tree.create(clerk, tree.root_id(), "A").id, tree.create(clerk, tree.root_id(), "B").id
    lifecycle.move(clerk, papers[:1], other)
    made = changing.move(clerk, papers, target)
    assert made.documents == 3 and [one.documents for one in undoing.recent(clerk)] == [3]
    before = len(actions())
    assert undoing.undo(clerk, made.id or 0) == undoing.Undone(3, ())
    assert [load(one).folder_id for one in papers] == [other, home, home]
    assert actions()[before:] == ["document:move"] * 3 and rows() == 0 and undoing.recent(clerk) == []
    # Pressed twice.
    with pytest.raises(NotFound):
        undoing.undo(clerk, made.id or 0)
    # Nothing moved is nothing to undo.
    assert changing.move(clerk, papers[1:], home) == changing.Made(0, None)


def test_what_changed_meanwhile_stays_and_is_told(clerk: Actor, papers: list[int], people: dict[str, User]) -> None:
    staff = actor_of(people["staff"])
    here, elsewhere = tree.create(clerk, tree.root_id(), "A").id, tree.create(clerk, tree.root_id(), "B").id
    made = changing.move(clerk, papers, here)
    lifecycle.move(COMMAND_LINE, papers[:1], elsewhere)
    sharing.grant(clerk, SharedThing(document_id=papers[1]), f"user:{staff.user_id}", "editor")
    taking.take(staff, papers[1], None)
    undone = undoing.undo(clerk, made.id or 0)
    assert undone.done == 1 and [label for label, _ in undone.refused] == ["Quyết định 1/QĐ-X", "Quyết định 2/QĐ-X"]
    assert undone.refused[0][1] == undoing.CHANGED and [load(one).folder_id for one in papers] == [elsewhere, here, tree.root_id()]
    # What stayed can be tried again.
    taking.give_back(staff, papers[1])
    again = undoing.undo(clerk, made.id or 0)
    assert again.done == 1 and len(again.refused) == 1 and load(papers[1]).folder_id == tree.root_id()


def test_only_who_did_it_with_the_rights_of_now_and_for_a_day(clerk: Actor, papers: list[int], people: dict[str, User]) -> None:
    target = tree.create(clerk, tree.root_id(), "A").id
    made = changing.move(clerk, papers, target).id or 0
    for other in (actor_of(people["staff"]), actor_of(people["leader"]), COMMAND_LINE):
        with pytest.raises(NotFound):
            undoing.undo(other, made)
        assert undoing.recent(other) == []
    # The folder is closed to the clerk, so one learns nothing of what became of the documents.
    sharing.set_inherit(COMMAND_LINE, SharedThing(folder_id=target), inherit=False)
    undone = undoing.undo(clerk, made)
    assert undone.done == 0 and undone.refused == tuple((f"#{one}", undoing.MISSING) for one in papers)
    sharing.set_inherit(COMMAND_LINE, SharedThing(folder_id=target), inherit=True)
    with db.write() as session:
        session.get_one(BulkChange, made).made_at -= dt.timedelta(days=1)
    with pytest.raises(NotFound):
        undoing.undo(clerk, made)
    # The next change removes what is too old.
    changing.move(clerk, papers[:1], tree.root_id())
    assert rows() == 1


def test_a_folder_that_is_gone_or_closed_takes_nothing_back(clerk: Actor, people: dict[str, User]) -> None:
    binned, closed, target = (tree.create(clerk, tree.root_id(), name).id for name in ("Bỏ", "Kín", "B"))
    one, two = file_document(binned, "1/QĐ-X"), file_document(closed, "2/QĐ-X")
    made = changing.move(clerk, [one, two], target)
    bin.delete_folder(clerk, binned)
    sharing.set_inherit(COMMAND_LINE, SharedThing(folder_id=closed), inherit=False)
    undone = undoing.undo(clerk, made.id or 0)
    assert [why for _, why in undone.refused] == [tree.BINNED, states.NO_FOLDER] and undone.done == 0
    assert load(one).folder_id == load(two).folder_id == target


def test_publishing_and_tags_go_back_too(clerk: Actor, papers: list[int]) -> None:
    lifecycle.set_workflow(clerk, papers[0], "draft")
    lifecycle.set_workflow(clerk, papers[1], "withdrawn")
    made = changing.publish(clerk, papers)
    assert made.documents == 2
    undoing.undo(clerk, made.id or 0)
    assert [load(one).workflow for one in papers] == ["draft", "withdrawn", "published"]
    vocabulary.create(COMMAND_LINE, "field", "Tài chính")
    terms.add(clerk, papers[:2], tags="Gấp, Cũ")
    first = changing.tag(clerk, papers, field_of_work="Tài chính", tags="gấp, Mới")
    taken = changing.tag(clerk, papers, without="CŨ, mới")
    assert (first.documents, taken.documents) == (3, 3) and terms.of_document(clerk, papers[0]).tags == ("Gấp",)
    # In turn, the latest first.
    assert undoing.undo(clerk, first.id or 0).done == 0
    assert undoing.undo(clerk, taken.id or 0).done == undoing.undo(clerk, first.id or 0).done == 3
    assert terms.of_document(clerk, papers[0]) == terms.DocumentTerms(None, ("Cũ", "Gấp")) and terms.of_document(clerk, papers[2]) == terms.NONE
    assert actions()[-1] == "document:tag"


def test_who_may_publish_no_more_does_not_unpublish(clerk: Actor, papers: list[int], people: dict[str, User]) -> None:
    leader = actor_of(people["leader"])
    sharing.change(clerk, SharedThing(document_id=papers[0]), giving(f"user:{leader.user_id}", "reviewer"))
    lifecycle.set_workflow(clerk, papers[0], "draft")
    # Who approves, without the right to edit, publishes and takes that back.
    assert undoing.undo(leader, changing.publish(leader, papers[:1]).id or 0).done == 1 and load(papers[0]).workflow == "draft"
    made = changing.publish(leader, papers[:1])
    sharing.revoke(clerk, next(iter(_grants(papers[0]))))
    assert undoing.undo(leader, made.id or 0).refused == (("Quyết định 1/QĐ-X", undoing.MISSING),) and load(papers[0]).workflow == "published"


def _grants(document_id: int) -> list[int]:
    return [row.id for row in own_grants(SharedThing(document_id=document_id))]


def test_an_all_or_nothing_change_that_fails_leaves_nothing_to_undo(clerk: Actor, papers: list[int], people: dict[str, User]) -> None:
    target = tree.create(clerk, tree.root_id(), "A").id
    for wrong in (lambda: changing.move(clerk, [*papers, 9999], target), lambda: changing.publish(clerk, [*papers, 9999]), lambda: changing.tag(clerk, [*papers, 9999], tags="x")):
        with pytest.raises((NotFound, Conflict)):
            wrong()
    assert rows() == 0 and {load(one).folder_id for one in papers} == {tree.root_id()}


def test_a_folder_goes_back_to_its_place_or_says_why_not(clerk: Actor, people: dict[str, User]) -> None:
    root, staff = tree.root_id(), actor_of(people["staff"])
    one, other, inner = tree.create(clerk, root, "A").id, tree.create(clerk, root, "B").id, tree.create(clerk, root, "C").id
    ordering.shift(clerk, root, inner, "up")
    paper = file_document(inner, "1/QĐ-X")
    order = ordering.children(clerk, root)
    sharing.grant(clerk, SharedThing(folder_id=other), f"user:{staff.user_id}", "manager")
    lists = {load(paper).access_list_id}
    made = changing.move_folder(clerk, inner, other)
    assert made.documents == 0 and [(change.kind, change.documents, change.folders) for change in undoing.recent(clerk)] == [("folder", 0, 1)]
    assert changing.move_folder(clerk, inner, other) == changing.Made(0, None) and changing.move_folder(COMMAND_LINE, inner, other).id is None
    lists.add(load(paper).access_list_id)
    assert len(lists) == 2
    with pytest.raises(NotFound):
        undoing.undo(staff, made.id or 0)
    # Beside one of the same name it does not go.
    twin = tree.create(clerk, root, "C").id
    refused = undoing.undo(clerk, made.id or 0).refused
    assert [(label, why.msgid) for label, why in refused] == [("C", "Nơi cũ nay có thư mục khác cùng tên.")]
    batch = bin.delete_folder(clerk, twin)
    assert batch and undoing.undo(clerk, made.id or 0) == undoing.Undone(0, (), folders=1)
    assert ordering.children(clerk, root) == order and load(paper).access_list_id == min(lists)
    assert actions()[-1] == "folder:move" and undoing.recent(clerk) == []
    with pytest.raises(NotFound):
        undoing.undo(clerk, made.id or 0)
    assert one != other
    # Put in the order of names meanwhile, it goes among them, and not before all the others.
    again = changing.move_folder(clerk, inner, one).id or 0
    ordering.by_name(clerk, root)
    assert undoing.undo(clerk, again).folders == 1
    assert [name for _, name in ordering.children(clerk, root)] == ["A", "B", "C"]


def test_a_folder_that_was_moved_again_or_lost_its_place_stays(clerk: Actor) -> None:
    root = tree.root_id()
    home, other, third = (tree.create(clerk, root, name).id for name in ("A", "B", "C"))
    inner = tree.create(clerk, home, "Trong").id
    made = changing.move_folder(clerk, inner, other).id or 0
    again = changing.move_folder(clerk, inner, third).id or 0
    assert undoing.undo(clerk, made).refused == (("Trong", undoing.CHANGED),)
    assert undoing.undo(clerk, again).folders == 1
    # Its place is closed, inside itself, or in the bin.
    sharing.set_inherit(COMMAND_LINE, SharedThing(folder_id=home), inherit=False)
    assert undoing.undo(clerk, made).refused == (("Trong", undoing.NO_PLACE),)
    sharing.set_inherit(COMMAND_LINE, SharedThing(folder_id=home), inherit=True)
    tree.move(clerk, home, inner)
    assert [why.msgid for _, why in undoing.undo(clerk, made).refused] == ["Không chuyển được thư mục vào chính nó hoặc vào thư mục con của nó."]
    tree.move(clerk, home, root)
    bin.delete_folder(clerk, home)
    assert [why for _, why in undoing.undo(clerk, made).refused] == [tree.BINNED]
    # The folder is closed to the clerk, so its name is not told.
    sharing.set_inherit(COMMAND_LINE, SharedThing(folder_id=inner), inherit=False)
    assert undoing.undo(clerk, made).refused == ((f"#{inner}", undoing.MISSING),)
    with db.write() as session:
        session.get_one(BulkChange, made).made_at -= dt.timedelta(days=1)
    changing.move_folder(clerk, third, other)
    with db.read() as session:
        assert list(session.scalars(select(ChangedFolder.folder_id))) == [third]
