"""Chia sẻ: where rights come from, giving, revoking and stopping inheritance, and nobody locks themselves out."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, update

from docmgr import db
from docmgr.models import Document, Job, Unit, User
from docmgr.policy import Actor
from docmgr.services.access import guard
from docmgr.services.documents import lifecycle
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.folders import applied, holders, share_table, sharing, tree
from docmgr.services.folders.sharing import SharedThing
from docmgr.services.message import told
from tests.filling.filing import actions, file_document, load, own_grants, person, seen, table
from tests.support.acting import actor_of


@pytest.fixture
def folder(clerk: Actor) -> SharedThing:
    return SharedThing(folder_id=tree.by_path(clerk, "A/B", create=True).id)


def grant_id(subject: SharedThing, key: str, role: str = "reader") -> int:
    return next(row.id for row in own_grants(subject) if (row.key, row.role) == (key, role))


def test_the_page_says_where_each_right_comes_from(clerk: Actor, folder: SharedThing) -> None:
    sharing.grant(clerk, SharedThing(folder_id=tree.by_path(clerk, "A").id), f"unit:{clerk.unit_id}", "editor")
    sharing.grant(clerk, folder, f"user:{clerk.user_id}", "reader")
    paper = SharedThing(document_id=file_document(folder.folder_id or 0, "1/QĐ-X"))
    root = [("reader", "Mọi người trong cơ quan", "Văn bản"), ("editor", "Vai trò Văn thư", "Văn bản")]
    assert table(clerk, folder) == ([("reader", clerk.label)], [("editor", "Văn phòng Sở", "A"), *root])
    assert table(clerk, paper) == ([], [("reader", clerk.label, "B"), ("editor", "Văn phòng Sở", "A"), *root])
    sharing.set_inherit(clerk, folder, inherit=False)
    assert sorted(table(clerk, paper)[1]) == [("manager", clerk.label, "B"), ("reader", clerk.label, "B")]


def test_a_right_counts_from_the_next_look_and_is_indexed(clerk: Actor, folder: SharedThing) -> None:
    outsider = actor_of(person("ngoai", "leader"))
    sharing.set_inherit(clerk, folder, inherit=False)
    paper = file_document(folder.folder_id or 0, "1/QĐ-X")
    assert paper not in seen(outsider)
    before = load(paper).revision
    sharing.grant(clerk, folder, f"user:{outsider.user_id}", "reader")
    assert paper in seen(outsider)
    assert load(paper).revision == before + 1
    with db.read() as session:
        assert session.scalar(select(func.count()).where(Job.document_id == paper)) == 1
    sharing.revoke(clerk, grant_id(folder, f"user:{outsider.user_id}"))
    assert paper not in seen(outsider)
    assert actions()[-3:] == ["folder:share"] * 3


def test_a_right_on_a_document_is_its_own(clerk: Actor, folder: SharedThing) -> None:
    unit_reader = actor_of(person("don-vi", "staff", unit_id=_unit("Phòng Mới")))
    sharing.set_inherit(clerk, folder, inherit=False)
    one, other = (file_document(folder.folder_id or 0, f"{n}/QĐ-X") for n in (1, 2))
    sharing.grant(clerk, SharedThing(document_id=one), f"unit:{unit_reader.unit_id}", "reader")
    assert seen(unit_reader) == {one}
    assert actions(one) == ["document:share"]
    assert actions(other) == []


def test_every_change_of_a_documents_rights_is_told_to_the_index(clerk: Actor) -> None:
    paper = file_document(tree.root_id(), "1/QĐ-X")
    subject = SharedThing(document_id=paper)

    def told() -> tuple[int, int]:
        """Its revision, and the number of waiting index jobs."""
        revision = load(paper).revision
        with db.read() as session:
            return revision, session.scalar(select(func.count()).where(Job.document_id == paper, Job.kind == "index"))

    revision, waiting = told()
    acts = (
        lambda: sharing.grant(clerk, subject, "role:leader", "reader"),
        lambda: sharing.revoke(clerk, grant_id(subject, "role:leader")),
        lambda: sharing.set_inherit(clerk, subject, inherit=False),
    )
    for number, act in enumerate(acts, 1):
        act()
        assert told() == (revision + number, waiting + number)
    # Setting the present value again is no change.
    sharing.set_inherit(clerk, subject, inherit=False)
    assert told() == (revision + 3, waiting + 3)


def _unit(name: str) -> int:
    with db.write() as session:
        unit = Unit(name=name)
        session.add(unit)
        session.flush()
        return unit.id


def test_reading_rights_wait_for_publication(clerk: Actor, staff: Actor) -> None:
    paper = SharedThing(document_id=file_document(tree.root_id(), "1/QĐ-X", workflow="draft"))
    sharing.grant(clerk, paper, f"user:{staff.user_id}", "reader")
    assert seen(staff) == set()
    assert "Dự thảo" in share_table.page(clerk, paper).effect.told()
    lifecycle.set_workflow(clerk, paper.document_id or 0, "published")
    assert seen(staff) == {paper.document_id}


def test_stopping_gives_the_actor_a_right_of_their_own(clerk: Actor, folder: SharedThing) -> None:
    sharing.set_inherit(clerk, folder, inherit=False)
    assert table(clerk, folder) == ([("manager", clerk.label)], [])
    sharing.set_inherit(clerk, folder, inherit=True)
    sharing.set_inherit(clerk, folder, inherit=False)
    assert table(clerk, folder) == ([("manager", clerk.label)], [])


def test_stopping_on_a_draft_outlives_the_draft(clerk: Actor) -> None:
    paper = SharedThing(document_id=file_document(tree.root_id(), workflow="draft", created_by=clerk.user_id))
    sharing.set_inherit(clerk, paper, inherit=False)
    lifecycle.set_workflow(clerk, paper.document_id or 0, "published")
    assert guard.may_edit(clerk, paper.document_id or 0)


def test_nobody_takes_the_right_to_edit_from_themselves(clerk: Actor, folder: SharedThing) -> None:
    with pytest.raises(Invalid):
        sharing.revoke(clerk, grant_id(SharedThing(folder_id=tree.root_id()), "role:clerk", "editor"))
    sharing.set_inherit(clerk, folder, inherit=False)
    mine = grant_id(folder, f"user:{clerk.user_id}", "manager")
    with pytest.raises(Invalid):
        sharing.revoke(clerk, mine)
    db.release()
    assert table(clerk, folder) == ([("manager", clerk.label)], [])
    other = actor_of(person("vanthu2", "clerk"))
    sharing.grant(clerk, folder, f"user:{other.user_id}", "editor")
    sharing.revoke(other, mine)
    with pytest.raises(NotFound):
        share_table.page(clerk, folder)


def test_only_editors_see_or_change_rights(clerk: Actor, folder: SharedThing, people: dict[str, User]) -> None:
    paper = SharedThing(document_id=file_document(folder.folder_id or 0, "1/QĐ-X"))
    made = sharing.grant(clerk, folder, f"user:{people['auditor'].id}", "editor")
    given = grant_id(folder, f"user:{people['auditor'].id}", "editor")
    for role in ("staff", "auditor", "administrator"):
        actor = actor_of(people[role])
        for subject in (folder, paper, SharedThing(folder_id=9999), SharedThing(document_id=9999), SharedThing()):
            for attempt in (
                lambda: share_table.page(actor, subject),
                lambda: sharing.grant(actor, subject, "staff", "editor"),
                lambda: sharing.set_inherit(actor, subject, inherit=False),
                lambda: sharing.revoke(actor, given),
                lambda: sharing.changed_thing(actor, made or 0),
                lambda: sharing.undo(actor, made or 0),
            ):
                with pytest.raises(NotFound):
                    attempt()
    assert grant_id(folder, f"user:{people['auditor'].id}", "editor") == given


@pytest.mark.parametrize(
    "key",
    ["", "public", "user:0", "user:99999", "unit:99999", "role:king", "user:1 ", "unit:1;x", "everything", "user:-1"],
)
def test_a_key_must_name_somebody(clerk: Actor, folder: SharedThing, key: str) -> None:
    with pytest.raises(Invalid):
        sharing.grant(clerk, folder, key, "reader")
    with pytest.raises(Invalid):
        sharing.grant(clerk, folder, "staff", "own")


def test_giving_twice_changes_nothing(clerk: Actor, folder: SharedThing) -> None:
    for _ in range(2):
        sharing.grant(clerk, folder, "role:leader", "editor")
    assert actions().count("folder:share") == 1


def test_the_root_inherits_nothing(clerk: Actor) -> None:
    with pytest.raises(Invalid):
        sharing.set_inherit(clerk, SharedThing(folder_id=tree.root_id()), inherit=False)


def test_people_and_units_are_found_without_marks(clerk: Actor, folder: SharedThing) -> None:
    gone = person("da-nghi", "staff")
    with db.write() as session:
        row = session.get(User, gone.id)
        assert row is not None
        row.disabled_at = db.now()

    def found(query: str) -> list[str]:
        with db.read() as session:
            return [told(holder.label) for holder in holders.search(session, query)]

    assert "Phòng Giáo dục Trung học" in found("giao duc trung")
    assert found("chuyen vien thu") == ["Chuyên viên thử · Phòng Giáo dục Trung học"]
    assert found("da-nghi") == []
    assert found("không có ai") == []
    assert "Mọi người trong cơ quan" in found("")


def test_a_source_the_actor_may_not_see_has_no_name(clerk: Actor) -> None:
    other = actor_of(person("vanthu2", "leader"))
    folder = SharedThing(folder_id=tree.by_path(clerk, "Nhân sự", create=True).id)
    sharing.set_inherit(clerk, folder, inherit=False)
    paper = SharedThing(document_id=file_document(folder.folder_id or 0, "1/QĐ-X"))
    sharing.grant(clerk, paper, f"user:{other.user_id}", "editor")
    assert table(other, paper)[1] == [("manager", clerk.label, None)]
    page = share_table.page(other, paper)
    assert page.parent == share_table.UNSEEN_FOLDER


def test_the_page_says_how_far_the_index_has_followed(clerk: Actor, folder: SharedThing) -> None:
    inner = tree.create(clerk, folder.folder_id or 0, "Trong").id
    apart = tree.create(clerk, folder.folder_id or 0, "Tách").id
    sharing.set_inherit(clerk, SharedThing(folder_id=apart), inherit=False)
    papers = [file_document(where, f"{n}/QĐ-X") for n, where in enumerate((folder.folder_id or 0, inner, inner, apart))]
    file_document(inner, "8/QĐ-X", inherit=False)
    file_document(inner, "9/QĐ-X", deleted_at=db.now())

    def index(ids: list[int]) -> None:
        with db.write() as session:
            session.execute(update(Document).where(Document.id.in_(ids)).values(indexed_revision=1, indexed_access_list_id=Document.access_list_id))

    index(papers)
    assert share_table.page(clerk, folder).progress is None
    sharing.grant(clerk, folder, "role:leader", "editor")
    assert share_table.page(clerk, folder).progress == applied.RightsProgress(3, 3, 0)
    index(papers[1:2])
    assert share_table.page(clerk, folder).progress == applied.RightsProgress(3, 3, 1)
    assert share_table.page(clerk, SharedThing(document_id=papers[0])).progress is None
    index(papers)
    assert share_table.page(clerk, folder).progress is None
