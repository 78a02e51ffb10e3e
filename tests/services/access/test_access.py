"""Access lists: who may read a document in each state, and documents with the same rights share one list."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from docmgr import db
from docmgr.models import AccessKey, AccessList, Document, User
from docmgr.policy import COMMAND_LINE, Actor
from docmgr.services.access import rule
from docmgr.services.documents import lifecycle
from docmgr.services.folders import sharing, tree
from docmgr.services.folders.sharing import SharedThing
from tests.filling.filing import file_document, load, own_grants, seen
from tests.support.acting import actor_of

VISITOR = Actor(user_id=None, label="Khách")


@pytest.mark.parametrize(
    ("workflow", "readers"),
    [
        ("draft", {"clerk", "leader", "auditor"}),
        ("published", {"clerk", "leader", "auditor", "staff", "administrator"}),
        ("withdrawn", {"clerk", "auditor"}),
    ],
)
def test_states_decide_who_reads(people: dict[str, User], workflow: str, readers: set[str]) -> None:
    uploader = people["leader"].id
    paper = file_document(tree.root_id(), workflow=workflow, created_by=uploader)
    assert {role for role, user in people.items() if paper in seen(actor_of(user))} == readers
    assert paper not in seen(VISITOR)
    assert paper in seen(COMMAND_LINE)


@pytest.mark.parametrize(("workflow", "editors"), [("draft", {"clerk", "leader"}), ("published", {"clerk"})])
def test_reading_is_not_editing(people: dict[str, User], workflow: str, editors: set[str]) -> None:
    file_document(tree.root_id(), workflow=workflow, created_by=people["leader"].id)
    with db.read() as session:
        found = {
            role
            for role, user in people.items()
            if session.scalar(select(Document.id).where(rule.editable(actor_of(user))))
        }
    assert found == editors


@pytest.mark.parametrize("key", ["public", "", "staff", "user:None", "user:0"])
def test_a_visitor_holds_no_key_and_reads_nothing(people: dict[str, User], key: str) -> None:
    """Nothing is shown without signing in, so a visitor has no access key."""
    paper = file_document(tree.root_id())
    with db.write() as session:
        document = session.get(Document, paper)
        assert document is not None
        document.access_list_id = rule.list_for(session, frozenset({key}), frozenset({key}))
    assert VISITOR.keys == frozenset() and seen(VISITOR) == set()
    assert (paper in seen(actor_of(people["administrator"]))) is (key == "staff")


def test_public_lists_are_those_that_everybody_reads(people: dict[str, User]) -> None:
    root = tree.root_id()
    states = ("draft", "published", "withdrawn")
    made = {state: file_document(root, workflow=state) for state in states}
    with db.write() as session:
        given = {
            key: rule.list_for(session, frozenset({key, "role:auditor"}), frozenset({"role:clerk"}))
            for key in ("staff", "role:staff", "user:1", f"unit:{people['staff'].unit_id}")
        }
        editing = rule.list_for(session, frozenset({"role:clerk"}), frozenset({"staff"}))
    with db.read() as session:
        public = rule.public_lists(session)
        lists = {state: session.get_one(Document, paper).access_list_id for state, paper in made.items()}
        everybody = [rule.readable_lists(session, actor_of(user)) for user in people.values()]
    assert public == {lists["published"], given["staff"]} and editing not in public
    assert all(read is not None and public <= read for read in everybody)


def test_same_rights_share_one_list(people: dict[str, User]) -> None:
    clerk = actor_of(people["clerk"])
    first, second = file_document(tree.root_id()), file_document(tree.root_id())
    other = file_document(tree.root_id(), workflow="withdrawn")
    assert load(first).access_list_id == load(second).access_list_id != load(other).access_list_id
    # After a right is given and revoked, the list is the same as before.
    before = load(first).access_list_id
    sharing.grant(clerk, SharedThing(document_id=first), "role:leader", "editor")
    assert load(first).access_list_id != before
    sharing.revoke(clerk, own_grants(SharedThing(document_id=first))[0].id)
    assert load(first).access_list_id == before


def test_a_list_holds_exactly_its_keys(database: db.Database) -> None:
    with db.write() as session:
        made = rule.list_for(session, frozenset({"staff", "user:1"}), frozenset({"user:1"}))
        again = rule.list_for(session, frozenset({"user:1", "staff"}), frozenset({"user:1"}))
        turned = rule.list_for(session, frozenset({"staff"}), frozenset({"user:1", "staff"}))
        rows = {(key.right, key.key) for key in session.scalars(select(AccessKey).where(AccessKey.list_id == made))}
        assert session.scalar(select(func.count()).select_from(AccessList)) == 2
    assert made == again != turned
    assert rows == {("read", "staff"), ("read", "user:1"), ("edit", "user:1")}


def test_the_lists_of_an_actor_are_those_of_the_documents_they_read(people: dict[str, User]) -> None:
    clerk = actor_of(people["clerk"])
    for workflow in ("draft", "published", "withdrawn"):
        file_document(tree.root_id(), workflow=workflow)
    hidden = file_document(tree.root_id())
    sharing.set_inherit(clerk, SharedThing(document_id=hidden), inherit=False)
    for user in people.values():
        actor = actor_of(user)
        with db.read() as session:
            lists = rule.readable_lists(session, actor) or frozenset()
            by_list = set(session.scalars(select(Document.id).where(Document.access_list_id.in_(lists))))
        assert by_list == seen(actor)
    with db.read() as session:
        assert rule.readable_lists(session, COMMAND_LINE) is None


def test_the_bin_is_not_visible(people: dict[str, User]) -> None:
    clerk = actor_of(people["clerk"])
    paper = file_document(tree.root_id())
    lifecycle.delete(clerk, [paper])
    assert paper not in seen(clerk)
    assert paper not in seen(COMMAND_LINE)
    with db.read() as session:
        assert session.scalar(select(Document.id).where(rule.readable(clerk))) == paper
