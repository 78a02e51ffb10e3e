"""The tree: who sees it, changing it, deleting and restoring all of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from docmgr import db
from docmgr.models import Document, Folder, Grant, Job, User
from docmgr.policy import COMMAND_LINE, Actor, Denied
from docmgr.services.access import inheritance
from docmgr.services.bulk import changing
from docmgr.services.documents import bin, lifecycle
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.folders import names, sharing, tree
from docmgr.services.listing import in_folder
from docmgr.services.trail import readings
from tests.filling.filing import actions, file_document, load, person, seen
from tests.support.acting import actor_of


def make(actor: Actor, names: str) -> int:
    return tree.by_path(actor, names, create=True).id


def close(folder_id: int, clerk: Actor) -> None:
    """Restrict the folder to this clerk (and auditors)."""
    sharing.set_inherit(clerk, sharing.SharedThing(folder_id=folder_id), inherit=False)
    with db.read() as session:
        grants = [g.id for g in session.scalars(select(Grant).where(Grant.folder_id == folder_id)) if "role" in g.key]
    for grant_id in grants:
        sharing.revoke(clerk, grant_id)


def test_the_root_is_made_once_with_its_rights(database: db.Database) -> None:
    assert tree.ensure_root().id == tree.ensure_root().id == tree.root_id()
    with db.read() as session:
        grants = sorted((g.role, g.key) for g in session.scalars(select(Grant)))
        assert session.scalar(select(func.count()).select_from(Folder)) == 1
    assert grants == [("editor", "role:clerk"), ("reader", "staff")]


def test_by_path_makes_what_is_missing_and_finds_it_again(clerk: Actor) -> None:
    made = tree.by_path(clerk, "Chỉ đạo/ Dân chủ  cơ sở /", create=True)
    assert made.name == "Dân chủ cơ sở"
    assert tree.by_path(clerk, "Chỉ đạo/Dân chủ cơ sở").id == made.id
    assert tree.by_path(clerk, "").id == tree.root_id()
    with pytest.raises(NotFound):
        tree.by_path(clerk, "Chỉ đạo/Không có")
    assert actions().count("folder:create") == 3


def test_by_path_knows_a_decomposed_name(clerk: Actor) -> None:
    made = tree.by_path(clerk, "Chi\u0309 đa\u0323o", create=True)
    assert tree.by_path(clerk, "Chỉ đạo", create=True).id == made.id


def test_staff_may_look_but_not_change(clerk: Actor, staff: Actor) -> None:
    target = make(clerk, "A")
    assert [node.name for node in tree.tree(staff)] == ["Văn bản", "A"]
    assert not any(node.may_edit for node in tree.tree(staff))
    for attempt in (
        lambda: tree.create(staff, target, "B"),
        lambda: tree.edit(staff, target, name="B", publish_on_arrival=False, revision=None),
        lambda: tree.move(staff, target, tree.root_id()),
        lambda: bin.delete_folder(staff, target),
    ):
        with pytest.raises(Denied):
            attempt()
    assert [node.name for node in tree.tree(clerk)] == ["Văn bản", "A"]


def test_an_auditor_sees_every_folder_and_changes_none(clerk: Actor, auditor: Actor) -> None:
    target = make(clerk, "Kín")
    close(target, clerk)
    assert [node.name for node in tree.tree(auditor)] == ["Văn bản", "Kín"]
    with pytest.raises(Denied):
        tree.create(auditor, target, "B")


def test_a_closed_folder_is_missing_for_others(clerk: Actor, staff: Actor) -> None:
    target = make(clerk, "Kín/Trong")
    close(tree.by_path(clerk, "Kín").id, clerk)
    assert [node.name for node in tree.tree(staff)] == ["Văn bản"]
    for number in (target, 10_000):
        with pytest.raises(NotFound):
            in_folder.contents(staff, number)
    assert in_folder.contents(staff, tree.root_id()).subfolders == ()


def test_an_open_folder_in_a_closed_one_hangs_from_what_is_seen(clerk: Actor, staff: Actor) -> None:
    inner = make(clerk, "Kín/Mở")
    close(tree.by_path(clerk, "Kín").id, clerk)
    sharing.grant(clerk, sharing.SharedThing(folder_id=inner), "staff", "reader")
    assert [(node.name, node.depth, node.trail) for node in tree.tree(staff)] == [
        ("Văn bản", 0, "Văn bản"),
        ("Mở", 1, "Văn bản / Mở"),
    ]
    with db.read() as session:
        assert [folder.name for folder in tree.path(session, inner, staff)] == ["Văn bản", "Mở"]


def test_a_hidden_name_is_not_given_away(clerk: Actor, people: dict[str, User]) -> None:
    other = actor_of(person("vanthu2", "clerk"))
    close(make(clerk, "Nhân sự"), clerk)
    assert tree.create(other, tree.root_id(), "Nhân sự").name == "Nhân sự"
    with pytest.raises(Invalid, match="đã có"):
        tree.create(other, tree.root_id(), " Nhân  sự ")


@given(st.text(max_size=250))
def test_a_clean_name_is_short_one_line_and_stays_itself(text: str) -> None:
    try:
        name = names.clean_name(text)
    except Invalid:
        return
    assert 0 < len(name) <= names.NAME_LIMIT
    assert "/" not in name
    assert not any(ord(c) < 32 or c in "\u202e\u2028\x7f" for c in name)
    assert names.clean_name(name) == name


def test_editing_records_old_and_new(clerk: Actor) -> None:
    target = make(clerk, "Cũ")
    tree.edit(clerk, target, name="Mới", publish_on_arrival=True, revision=None)
    tree.edit(clerk, target, name="Mới", publish_on_arrival=True, revision=None)
    assert actions().count("folder:edit") == 1
    with pytest.raises(Invalid):
        tree.edit(clerk, target, name=" ", publish_on_arrival=True, revision=None)


def test_a_folder_does_not_move_into_itself(clerk: Actor) -> None:
    outer, inner = make(clerk, "A"), make(clerk, "A/B")
    for target in (outer, inner):
        with pytest.raises(Invalid):
            tree.move(clerk, outer, target)
    with pytest.raises(Invalid):
        tree.move(clerk, tree.root_id(), inner)


def test_moving_changes_rights_of_all_below_at_once(clerk: Actor, staff: Actor) -> None:
    closed, moved = make(clerk, "Kín"), make(clerk, "A")
    deep = make(clerk, "A/B/C")
    paper = file_document(deep, "1/QĐ-X")
    close(closed, clerk)
    assert paper in seen(staff)
    before = load(paper).revision
    tree.move(clerk, moved, closed)
    assert paper not in seen(staff)
    assert load(paper).revision == before + 1
    with db.read() as session:
        assert session.scalar(select(func.count()).where(Job.document_id == paper, Job.kind == "index")) == 1
    tree.move(clerk, moved, tree.root_id())
    assert paper in seen(staff)


def test_delete_takes_everything_and_restore_brings_it_back(clerk: Actor, staff: Actor) -> None:
    outer, inner = make(clerk, "A"), make(clerk, "A/B")
    papers = [file_document(outer, "1/QĐ-X"), file_document(inner, "2/QĐ-X"), file_document(inner, "3/QĐ-X")]
    lifecycle.delete(clerk, [papers[2]])
    batch = bin.delete_folder(clerk, outer)
    assert seen(staff) == set()
    assert [node.name for node in tree.tree(clerk)] == ["Văn bản"]
    # The folder includes what was deleted with it; what was deleted before is a separate item.
    page = bin.contents(clerk)
    assert [(item.kind, item.label, item.inside) for item in page.items] == [
        ("folder", "A", 2),
        ("document", "Quyết định 3/QĐ-X", 0),
    ]
    assert page.items[0].deleted_by == clerk.label
    bin.restore(clerk, batch)
    assert seen(staff) == set(papers[:2])
    assert [node.trail for node in tree.tree(clerk)] == ["Văn bản", "Văn bản / A", "Văn bản / A / B"]
    bin.restore_document(clerk, papers[2])
    assert seen(staff) == set(papers)
    assert load(papers[2]).folder_id == inner


def test_restore_goes_to_the_root_where_the_parent_is_gone(clerk: Actor) -> None:
    outer, inner = make(clerk, "A"), make(clerk, "A/B")
    paper = file_document(inner, "1/QĐ-X")
    bin.delete_folder(clerk, inner)
    bin.delete_folder(clerk, outer)
    bin.restore_folder(clerk, inner)
    assert [node.trail for node in tree.tree(clerk)] == ["Văn bản", "Văn bản / B"]
    assert load(paper).deleted_at is None
    assert load(paper).folder_id == inner


def test_restored_at_the_root_a_folder_keeps_the_rights_that_it_had(clerk: Actor, staff: Actor) -> None:
    closed = make(clerk, "Kín")
    inner = make(clerk, "Kín/B")
    close(closed, clerk)
    paper = file_document(inner, "1/QĐ-X")
    bin.delete_folder(clerk, inner)
    bin.delete_folder(clerk, closed)
    bin.restore_folder(clerk, inner)
    assert (paper in seen(clerk), paper in seen(staff)) == (True, False)
    assert [node.name for node in tree.tree(staff)] == ["Văn bản"]


def test_a_folder_with_something_of_others_is_not_deleted(clerk: Actor, people: dict[str, User]) -> None:
    other = actor_of(person("vanthu2", "clerk"))
    outer, inner = make(clerk, "A"), make(clerk, "A/Kín")
    paper = file_document(inner, "1/QĐ-X")
    close(inner, clerk)
    with pytest.raises(Invalid):
        bin.delete_folder(other, outer)
    assert load(paper).deleted_at is None
    bin.delete_folder(clerk, outer)
    assert load(paper).deleted_at is not None
    assert [item.label for item in bin.contents(other).items] == []
    with pytest.raises(NotFound):
        bin.restore_folder(other, outer)


def test_the_root_is_not_deleted(clerk: Actor) -> None:
    with pytest.raises(Invalid):
        bin.delete_folder(clerk, tree.root_id())


def test_the_bin_is_for_those_who_may_edit(clerk: Actor, staff: Actor, auditor: Actor) -> None:
    paper = file_document(tree.root_id(), "1/QĐ-X")
    lifecycle.delete(clerk, [paper])
    assert [item.id for item in bin.contents(clerk).items] == [paper]
    assert bin.contents(staff).items == ()
    with pytest.raises(NotFound):
        bin.restore_document(staff, paper)
    with pytest.raises(Denied):
        bin.contents(auditor)


def test_contents_sort_by_number_as_people_count(clerk: Actor) -> None:
    root = tree.root_id()
    ids = {n: file_document(root, n, f"Về việc {n}") for n in ("10/QĐ-X", "9/QĐ-X", "100/QĐ-X")}
    bare = file_document(root, None, "Không số")

    def order(**how: str) -> list[int]:
        return [row.document.id for row in in_folder.contents(clerk, root, **how).rows]

    assert order(sort="number") == [ids["9/QĐ-X"], ids["10/QĐ-X"], ids["100/QĐ-X"], bare]
    assert order(sort="number", direction="desc") == [ids["100/QĐ-X"], ids["10/QĐ-X"], ids["9/QĐ-X"], bare]
    lifecycle.set_workflow(clerk, ids["10/QĐ-X"], "withdrawn")
    assert order(sort="changed")[0] == ids["10/QĐ-X"]
    readings.opened(clerk, ids["9/QĐ-X"])
    assert order(sort="changed")[0] == ids["10/QĐ-X"]
    assert order(sort="nonsense") == order(sort="changed")
    for sort in in_folder.SORTS:
        assert sorted(order(sort=sort)) == sorted([*ids.values(), bare])


def test_contents_page_by_page_show_each_document_once(clerk: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(in_folder, "PAGE_SIZE", 3)
    ids = {file_document(tree.root_id(), f"{n}/QĐ-X") for n in range(1, 9)}
    pages = [in_folder.contents(clerk, tree.root_id(), page=n) for n in (1, 2, 3)]
    assert [row.document.id for page in pages for row in page.rows] == sorted(ids, reverse=True)
    assert (pages[0].total, pages[0].pages) == (8, 3)
    assert in_folder.contents(clerk, tree.root_id(), page=99).page == 3


def test_contents_count_only_what_may_be_read(clerk: Actor, staff: Actor) -> None:
    inner = make(clerk, "A")
    file_document(inner, "1/QĐ-X")
    file_document(inner, "2/QĐ-X", workflow="draft")
    file_document(tree.root_id(), "3/QĐ-X", workflow="draft")
    page = in_folder.contents(staff, tree.root_id())
    assert (page.total, page.rows, [f.documents for f in page.subfolders]) == (0, (), [1])
    assert not page.may_edit
    page = in_folder.contents(clerk, tree.root_id())
    assert (page.total, [f.documents for f in page.subfolders]) == (1, [2])


def test_contents_take_a_fixed_number_of_queries(clerk: Actor, count_queries) -> None:
    root = tree.root_id()

    def cost() -> int:
        db.release()
        with count_queries() as counted:
            in_folder.contents(clerk, root)
        return counted.number

    make(clerk, "A")
    file_document(root, "1/QĐ-X")
    few = cost()
    for n in range(20):
        make(clerk, f"T{n}")
        file_document(root, f"{n + 2}/QĐ-X")
    assert cost() == few


def test_publishing_many_is_all_or_none(clerk: Actor) -> None:
    root = tree.root_id()
    good = file_document(root, "1/QĐ-X", workflow="draft")
    bad = file_document(root, "2/QĐ-X", workflow="draft", state="withheld")
    with pytest.raises(Invalid):
        changing.publish(clerk, [good, bad])
    assert load(good).workflow == "draft"
    changing.publish(clerk, [good])
    assert load(good).workflow == "published"


def test_a_change_of_rights_over_many_documents_takes_few_queries(clerk: Actor, count_queries) -> None:
    target = make(clerk, "A")

    def cost() -> int:
        with count_queries() as counted:
            sharing.set_inherit(clerk, sharing.SharedThing(folder_id=target), inherit=False)
        with count_queries() as back:
            sharing.set_inherit(clerk, sharing.SharedThing(folder_id=target), inherit=True)
        return counted.number + back.number

    for n in range(3):
        file_document(target, f"{n}/QĐ-X")
    few = cost()
    with db.write() as session:
        model = session.scalars(select(Document)).first()
        assert model is not None
        session.add_all(
            Document(folder_id=target, workflow="published", access_list_id=model.access_list_id) for _ in range(400)
        )
    # One INSERT of jobs may be split into several.
    assert cost() <= few + 10


def test_refresh_leaves_alone_what_did_not_change(clerk: Actor) -> None:
    paper = file_document(make(clerk, "A"), "1/QĐ-X")
    before = load(paper).revision
    with db.write() as session:
        assert inheritance.refresh(session, tree.root_id()) == 0
    assert load(paper).revision == before


def test_the_command_line_may_do_all(clerk: Actor) -> None:
    close(make(clerk, "Kín"), clerk)
    assert tree.by_path(COMMAND_LINE, "Kín/Trong", create=True).name == "Trong"
