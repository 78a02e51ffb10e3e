"""Restoring from the recycle bin: where things land, who can read them there, what the trail records."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from docmgr import db
from docmgr.models import AccessKey, Document, Folder, Grant, Job, TrailEvent, Unit, User
from docmgr.policy import Actor
from docmgr.services.bulk import changing
from docmgr.services.documents import bin, lifecycle
from docmgr.services.documents.landing import Landing
from docmgr.services.errors import Conflict, Invalid, NotFound
from docmgr.services.folders import sharing, tree
from docmgr.services.folders.sharing import SharedThing
from docmgr.services.message import Message
from docmgr.services.trail import history, words
from docmgr.services.trail.history import Filter
from docmgr.services.trail.veil import HIDDEN_FOLDER, HIDDEN_HOLDERS
from tests.filling.filing import actions, file_document, load, person, seen
from tests.support.acting import actor_of


@pytest.fixture
def insider(people: dict[str, User]) -> Actor:
    """A person of the only unit that may edit the closed folder."""
    with db.write() as session:
        unit = Unit(name="Phòng Kín")
        session.add(unit)
        session.flush()
    return actor_of(person("trong-phong", "staff", unit_id=unit.id))


@pytest.fixture
def closed(clerk: Actor, insider: Actor) -> int:
    """A folder that only one unit may read and edit."""
    folder_id = tree.create(clerk, tree.root_id(), "Kín").id
    sharing.grant(clerk, SharedThing(folder_id=folder_id), f"unit:{insider.unit_id}", "editor")
    with db.write() as session:
        session.get_one(Folder, folder_id).inherit = False
    return folder_id


def grants(**of: int) -> list[tuple[str, str]]:
    db.release()
    with db.read() as session:
        return sorted((g.role, g.key) for g in session.scalars(select(Grant).filter_by(**of)))


def last_event(action: str) -> TrailEvent:
    db.release()
    with db.read() as session:
        return session.scalars(
            select(TrailEvent).where(TrailEvent.action == action).order_by(TrailEvent.seq.desc())
        ).first()


@pytest.mark.parametrize("workflow", ["draft", "published", "withdrawn"])
def test_a_document_whose_folder_is_gone_lands_in_the_root_with_its_rights(
    clerk: Actor, staff: Actor, insider: Actor, closed: int, workflow: str
) -> None:
    paper = file_document(closed, "1/QĐ-X", workflow=workflow)
    before = load(paper).access_list_id
    lifecycle.delete(insider, [paper])
    bin.delete_folder(insider, closed)
    landed = bin.restore_document(insider, paper)

    document = load(paper)
    assert (document.folder_id, document.inherit, document.deleted_at) == (tree.root_id(), False, None)
    assert document.access_list_id == before
    assert grants(document_id=paper) == [("editor", f"unit:{insider.unit_id}")]
    assert paper in seen(insider) and paper not in seen(staff) and paper not in seen(clerk)
    assert landed == Landing("Văn bản", True, (AUDITORS, "Phòng Kín"))


def test_it_is_indexed_anew(insider: Actor, closed: int) -> None:
    paper = file_document(closed, "1/QĐ-X")
    lifecycle.delete(insider, [paper])
    before = load(paper).revision
    bin.restore_document(insider, paper)
    assert load(paper).revision == before + 1
    with db.read() as session:
        assert session.scalar(select(func.count()).where(Job.document_id == paper, Job.kind == "index")) == 2


def test_rights_of_its_own_are_kept_and_not_given_twice(insider: Actor, clerk: Actor, closed: int) -> None:
    paper = file_document(closed, "1/QĐ-X")
    for key, right in (("role:leader", "reader"), (f"unit:{insider.unit_id}", "editor")):
        sharing.grant(insider, SharedThing(document_id=paper), key, right)
    before = grants(document_id=paper)
    lifecycle.delete(insider, [paper])
    bin.delete_folder(insider, closed)
    bin.restore_document(insider, paper)
    assert grants(document_id=paper) == before


def test_rights_from_further_up_come_along_to_read_and_to_edit(
    clerk: Actor, staff: Actor, closed: int, insider: Actor
) -> None:
    sharing.grant(insider, SharedThing(folder_id=closed), "role:leader", "reader")
    inner = tree.create(insider, closed, "Trong").id
    sharing.grant(insider, SharedThing(folder_id=inner), f"user:{staff.user_id}", "reader")
    paper = file_document(inner, "1/QĐ-X")
    lifecycle.delete(insider, [paper])
    bin.delete_folder(insider, closed)
    bin.restore_document(insider, paper)
    assert grants(document_id=paper) == [
        ("editor", f"unit:{insider.unit_id}"), ("reader", "role:leader"), ("reader", f"user:{staff.user_id}")
    ]  # fmt: skip


def test_a_folder_whose_parent_is_gone_lands_in_the_root_with_its_rights(
    clerk: Actor, staff: Actor, insider: Actor, closed: int
) -> None:
    inner = tree.create(insider, closed, "Trong").id
    deep = tree.create(insider, inner, "Sâu").id
    paper = file_document(deep, "1/QĐ-X")
    bin.delete_folder(insider, inner)
    bin.delete_folder(insider, closed)
    back = bin.restore_folder(insider, inner)
    assert back.count == 3
    assert back.landings == (Landing("Văn bản", True, (AUDITORS, "Phòng Kín")),)
    with db.read() as session:
        assert [(f.parent_id, f.inherit) for f in (session.get_one(Folder, n) for n in (inner, deep))] == [
            (tree.root_id(), False), (inner, True)
        ]  # fmt: skip
    assert grants(folder_id=inner) == [("editor", f"unit:{insider.unit_id}")]
    assert paper in seen(insider) and paper not in seen(staff) and paper not in seen(clerk)
    assert [node.name for node in tree.tree(staff)] == ["Văn bản"]


def test_what_lies_in_its_place_again_follows_it(clerk: Actor, staff: Actor) -> None:
    """Rights given meanwhile on a folder that still exists apply to what is restored into it."""
    folder_id = tree.create(clerk, tree.root_id(), "A").id
    paper = file_document(folder_id, "1/QĐ-X")
    lifecycle.delete(clerk, [paper])
    sharing.set_inherit(clerk, SharedThing(folder_id=folder_id), inherit=False)
    landed = bin.restore_document(clerk, paper)
    assert (landed.moved, landed.folder) == (False, "A")
    assert load(paper).inherit and paper not in seen(staff)
    sharing.grant(clerk, SharedThing(folder_id=folder_id), "staff", "reader")
    assert paper in seen(staff)


def test_a_document_stays_in_the_root_when_its_folder_comes_back(
    insider: Actor, staff: Actor, closed: int
) -> None:
    paper = file_document(closed, "1/QĐ-X")
    lifecycle.delete(insider, [paper])
    batch = bin.delete_folder(insider, closed)
    bin.restore_document(insider, paper)
    bin.restore(insider, batch)
    assert load(paper).folder_id == tree.root_id()
    lifecycle.move(insider, [paper], closed)
    assert (load(paper).folder_id, load(paper).inherit) == (closed, False)
    assert paper in seen(insider) and paper not in seen(staff)


def test_one_act_taken_back_says_where_each_thing_lies(insider: Actor, clerk: Actor, closed: int) -> None:
    papers = [file_document(closed, f"{n}/QĐ-X") for n in (1, 2)]
    batch = lifecycle.delete(insider, papers)
    bin.delete_folder(insider, closed)
    back = bin.restore(insider, batch)
    assert (back.count, [one.moved for one in back.landings]) == (2, [True, True])
    batch = bin.delete_folder(clerk, tree.create(clerk, tree.root_id(), "B").id)
    assert [(one.folder, one.moved) for one in bin.restore(clerk, batch).landings] == [("Văn bản", False)]
    # A document that inherits its rights lands with the folder.
    inside = tree.create(clerk, tree.root_id(), "C").id
    file_document(inside, "3/QĐ-X")
    assert len(bin.restore(clerk, bin.delete_folder(clerk, inside)).landings) == 1


def test_the_trail_says_where_it_went_and_who_may_read_it(
    insider: Actor, closed: int, people: dict[str, User]
) -> None:
    paper = file_document(closed, "1/QĐ-X")
    inner = tree.create(insider, closed, "Trong").id
    lifecycle.delete(insider, [paper])
    bin.delete_folder(insider, inner)
    bin.delete_folder(insider, closed)
    bin.restore_document(insider, paper)
    bin.restore_folder(insider, inner)
    said = (
        "Từ: Kín; Đến: Văn bản; Người đọc được: Vai trò Thanh tra, kiểm toán; Phòng Kín; Kế thừa quyền: Không"
    )
    assert words.one_line(last_event("document:restore")) == said
    assert words.one_line(last_event("folder:restore")) == said
    # Who may read it is shown to those who may share it; where it was, to those who may see that folder.
    reader = actor_of(people["staff"])
    sharing.grant(insider, SharedThing(document_id=paper), f"user:{reader.user_id}", "reader")
    events, _total = history.of_document(reader, paper, Filter(action="document:restore"))
    assert words.one_line(events[0]) == (
        f"Từ: {HIDDEN_FOLDER.told()}; Đến: Văn bản; Người đọc được: {HIDDEN_HOLDERS.told()}; Kế thừa quyền: Không"
    )
    assert events[0].details["from_id"] is None
    events, _total = history.of_document(insider, paper, Filter(action="document:restore"))
    assert words.one_line(events[0]) == said


def test_a_folder_that_is_not_seen_is_not_named_when_something_lands_there(
    clerk: Actor, staff: Actor
) -> None:
    folder_id = tree.create(clerk, tree.root_id(), "Kín").id
    paper = file_document(folder_id, "1/QĐ-X")
    sharing.grant(clerk, SharedThing(document_id=paper), f"user:{staff.user_id}", "editor")
    sharing.set_inherit(clerk, SharedThing(folder_id=folder_id), inherit=False)
    lifecycle.delete(staff, [paper])
    (item,) = bin.contents(staff).items
    assert (item.id, item.folder) == (paper, None)
    assert bin.contents(clerk).items[0].folder == "Kín"
    landed = bin.restore_document(staff, paper)
    assert (landed.folder, landed.moved) == (None, False)


def test_the_place_of_a_folder_in_the_bin_is_named_to_whoever_may_see_it(clerk: Actor, staff: Actor) -> None:
    outer = tree.create(clerk, tree.root_id(), "Kín").id
    inner = tree.create(clerk, outer, "Mở").id
    sharing.set_inherit(clerk, SharedThing(folder_id=outer), inherit=False)
    sharing.grant(clerk, SharedThing(folder_id=inner), f"user:{staff.user_id}", "editor")
    bin.delete_folder(staff, inner)
    assert [(item.label, item.folder) for item in bin.contents(staff).items] == [("Mở", None)]
    assert [(item.label, item.folder) for item in bin.contents(clerk).items] == [("Mở", "Kín")]


def test_nothing_is_taken_into_a_folder_in_the_bin(clerk: Actor, staff: Actor) -> None:
    gone = tree.create(clerk, tree.root_id(), "A").id
    other = tree.create(clerk, tree.root_id(), "B").id
    paper = file_document(other, "1/QĐ-X")
    bin.delete_folder(clerk, gone)
    for attempt in (
        lambda: lifecycle.move(clerk, [paper], gone),
        lambda: tree.create(clerk, gone, "C"),
        lambda: tree.move(clerk, other, gone),
    ):
        with pytest.raises(Conflict, match="thùng rác"):
            attempt()
    assert load(paper).folder_id == other
    # Someone who may not edit it learns nothing about it.
    sharing.grant(clerk, SharedThing(document_id=paper), f"user:{staff.user_id}", "editor")
    for number in (gone, 10_000):
        with pytest.raises(NotFound):
            lifecycle.move(staff, [paper], number)


def test_many_are_moved_deleted_and_published_in_one_order(clerk: Actor) -> None:
    root, other = tree.root_id(), tree.create(clerk, tree.root_id(), "A").id
    papers = [file_document(root, f"{n}/QĐ-X", workflow="draft") for n in (1, 2, 3)]
    for act in (
        lambda: lifecycle.move(clerk, reversed(papers), other),
        lambda: changing.publish(clerk, reversed(papers)),
        lambda: lifecycle.delete(clerk, reversed(papers)),
    ):
        with db.read() as session:
            last = session.scalar(select(func.max(TrailEvent.seq)))
        act()
        with db.read() as session:
            query = select(TrailEvent.document_id).where(TrailEvent.seq > last).order_by(TrailEvent.seq)
            assert list(session.scalars(query)) == papers


def test_the_list_of_a_restored_document_holds_no_key_more(insider: Actor, closed: int) -> None:
    paper = file_document(closed, "1/QĐ-X")
    lifecycle.delete(insider, [paper])
    bin.delete_folder(insider, closed)
    bin.restore_document(insider, paper)
    with db.read() as session:
        list_id = session.get_one(Document, paper).access_list_id
        rows = {
            (key.right, key.key)
            for key in session.scalars(select(AccessKey).where(AccessKey.list_id == list_id))
        }
    unit = f"unit:{insider.unit_id}"
    assert rows == {("edit", unit), ("read", unit), ("read", "role:auditor")}
    assert actions(paper) == ["document:delete", "document:restore"]


def test_nobody_else_brings_back_what_they_may_not_edit(insider: Actor, clerk: Actor, closed: int) -> None:
    """They can restore neither the folder, empty or not, nor its contents, by id or by the act that deleted it."""
    paper = file_document(closed, "1/QĐ-X")
    single = lifecycle.delete(insider, [paper])
    batch = bin.delete_folder(insider, closed)
    for attempt in (
        lambda: bin.restore_folder(clerk, closed),
        lambda: bin.restore(clerk, batch),
        lambda: bin.restore(clerk, single),
        lambda: bin.restore_document(clerk, paper),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert bin.contents(clerk).items == ()
    assert bin.restore(insider, batch).count == 1


AUDITORS = Message("Vai trò %(role)s", role=Message("Thanh tra, kiểm toán"))
NEUTRAL = "Chưa xóa được thư mục này"


def test_a_folder_that_looks_empty_does_not_say_what_it_holds(clerk: Actor, people: dict[str, User]) -> None:
    leader = actor_of(people["leader"])
    folder_id = tree.create(clerk, tree.root_id(), "A").id
    sharing.grant(clerk, SharedThing(folder_id=folder_id), f"user:{leader.user_id}", "editor")
    hidden = file_document(folder_id, "1/MAT")
    sharing.set_inherit(clerk, SharedThing(document_id=hidden), inherit=False)
    assert _refusal(leader, folder_id).startswith(NEUTRAL)
    sharing.grant(clerk, SharedThing(document_id=hidden), f"user:{leader.user_id}", "reader")
    assert _refusal(leader, folder_id) == bin.NOT_ALL_YOURS.told()


def test_nor_does_one_with_a_hidden_folder_inside(clerk: Actor, people: dict[str, User]) -> None:
    leader = actor_of(people["leader"])
    folder_id = tree.create(clerk, tree.root_id(), "A").id
    inner = tree.create(clerk, folder_id, "Kín").id
    sharing.grant(clerk, SharedThing(folder_id=folder_id), f"user:{leader.user_id}", "editor")
    sharing.set_inherit(clerk, SharedThing(folder_id=inner), inherit=False)
    assert _refusal(leader, folder_id).startswith(NEUTRAL)
    sharing.grant(clerk, SharedThing(folder_id=inner), f"user:{leader.user_id}", "reader")
    assert _refusal(leader, folder_id) == bin.NOT_ALL_YOURS.told()


def _refusal(actor: Actor, folder_id: int) -> str:
    with pytest.raises(Invalid) as refused:
        bin.delete_folder(actor, folder_id)
    return str(refused.value)
