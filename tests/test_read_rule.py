"""One read rule in three forms: Python, SQL and the index agree on random folders, rights, states and people.

The expected answer is computed here again in very simple code from what people were given, without code of the
product.
"""

from __future__ import annotations

import datetime as dt
import itertools
import random
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from docmgr import db, policy
from docmgr.context import Context
from docmgr.models import (
    AccessKey,
    Document,
    DocumentFlow,
    FlowAssignment,
    Folder,
    Grant,
    Unit,
    User,
    UserRole,
)
from docmgr.policy import COMMAND_LINE, Actor
from docmgr.services.access import inheritance, rule
from docmgr.services.documents import lifecycle
from docmgr.services.folders import sharing, tree
from docmgr.services.folders.sharing import SharedThing
from docmgr.services.indexing import access
from docmgr.services.workflow import assigning, starting
from docmgr.services.workflow.assigning import Receivers
from indexer import Entry, Request
from indexer import search as search_index
from tests.filling.filing import own_grants
from tests.filling.registers import workflow
from tests.support.racing import count

VISITOR = Actor(user_id=None, label="Khách")
WORKFLOWS = ("draft", "published", "withdrawn")
ROLES = ("reader", "editor", "contributor", "reviewer", "manager")
# Those that read drafts and what was withdrawn, as the product is delivered.
READ_DRAFTS = {"editor", "reviewer", "manager"}
world_numbers = itertools.count(1)


@dataclass
class PlannedFolder:
    parent: int
    inherit: bool
    rights: list[tuple[str, int]]


@dataclass
class PlannedDocument:
    folder: int
    inherit: bool
    workflow: str
    uploader: int | None
    deleted: bool
    rights: list[tuple[str, int]]


@dataclass
class Plan:
    """Folders (the parent of the first one is the root, of others an earlier one), documents, later changes."""

    folders: list[PlannedFolder]
    documents: list[PlannedDocument]
    changes: list[tuple[str, int, int, str]]


rights = st.lists(st.tuples(st.sampled_from(ROLES), st.integers(0, 99)), max_size=3)
numbers = st.integers(0, 99)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    planned = [
        PlannedFolder(draw(st.integers(-1, n - 1)), draw(st.booleans()), draw(rights))
        for n in range(draw(st.integers(1, 4)))
    ]
    papers = [
        PlannedDocument(
            draw(st.integers(0, len(planned) - 1)),
            draw(st.sampled_from([True, True, False])),
            draw(st.sampled_from(WORKFLOWS)),
            draw(st.sampled_from([None, 0, 1, 2])),
            draw(st.sampled_from([False, False, False, True])),
            draw(rights),
        )
        for _ in range(draw(st.integers(1, 5)))
    ]
    kinds = st.sampled_from(["grant", "grant document", "revoke", "inherit", "inherit document", "move", "workflow", "delete", "assign"])
    changes = draw(st.lists(st.tuples(kinds, numbers, numbers, st.sampled_from(ROLES)), max_size=4))
    return Plan(planned, papers, changes)


@dataclass
class World:
    """The things created from a plan: ids, and the word that finds its documents in the index."""

    word: str
    people: list[Actor]
    keys: list[str]
    folders: list[int] = field(default_factory=list)
    documents: list[int] = field(default_factory=list)


@pytest.fixture
def cast(site: Context) -> tuple[list[Actor], list[str]]:
    """People of every kind, the keys that rights are given to, and an empty index."""
    tree.ensure_root()
    site.backend.index.create()
    with db.write() as session:
        units = [Unit(name=f"Đơn vị {n}") for n in (1, 2)]
        users = [User(username=f"u{n}", full_name=f"Người {n}", password_hash="-", roles=[UserRole(role="staff")]) for n in (1, 2, 3)]
        session.add_all([*units, *users])
        session.flush()
        u, n = [user.id for user in users], [unit.id for unit in units]
    people = [
        Actor(u[0], "1", unit_id=n[0], roles=frozenset({"staff"})),
        Actor(u[1], "2", unit_id=n[1], roles=frozenset({"leader", "staff"})),
        Actor(u[2], "3", roles=frozenset({"clerk"})),
        Actor(u[0] + 1000, "4", unit_id=n[0], roles=frozenset({"auditor"})),
        Actor(u[0] + 1001, "5", roles=frozenset({"administrator"})),
        Actor(u[0] + 1002, "6", unit_id=n[1], roles=frozenset()),
        VISITOR,
        COMMAND_LINE,
        Actor(u[0] + 1003, "7", roles=frozenset({"staff"}), stands_for=frozenset({u[0]})),
    ]
    keys = ["public", "staff", *(f"user:{i}" for i in u), *(f"unit:{i}" for i in n), "role:leader", "role:clerk"]
    return people, keys


def build(plan: Plan, people: list[Actor], keys: list[str]) -> World:
    world = World(f"thegioi{next(world_numbers)}", people, keys)
    with db.write() as session:
        for planned in plan.folders:
            parent = world.folders[planned.parent] if planned.parent >= 0 else tree.root_id()
            folder = Folder(name="x", parent_id=parent, inherit=planned.inherit)
            session.add(folder)
            session.flush()
            world.folders.append(folder.id)
            give(session, planned.rights, keys, folder_id=folder.id)
        any_list = rule.list_for(session, frozenset(), frozenset())
        for paper in plan.documents:
            document = Document(
                folder_id=world.folders[paper.folder],
                inherit=paper.inherit,
                workflow=paper.workflow,
                state="findable",
                created_by=people[paper.uploader].user_id if paper.uploader is not None else None,
                deleted_at=db.now() if paper.deleted else None,
                access_list_id=any_list,
            )
            session.add(document)
            session.flush()
            world.documents.append(document.id)
            give(session, paper.rights, keys, document_id=document.id)
            rule.assign_list(session, document)
    return world


def give(session, planned: list[tuple[str, int]], keys: list[str], **on: int) -> None:
    for right, key in {(right, keys[number % len(keys)]) for right, number in planned}:
        session.add(Grant(role=right, key=key, **on))
    session.flush()


def change(world: World, kind: str, one: int, two: int, right: str) -> None:
    """One change by the services, as people make it."""
    folder = SharedThing(folder_id=world.folders[one % len(world.folders)])
    paper = SharedThing(document_id=world.documents[one % len(world.documents)])
    if load(paper.document_id).deleted_at is not None and kind in {"grant document", "inherit document", "workflow", "delete", "assign"}:
        return
    key = [key for key in world.keys if key != "public"][two % (len(world.keys) - 1)]
    if kind == "grant":
        sharing.grant(COMMAND_LINE, folder, key, right)
    elif kind == "grant document":
        sharing.grant(COMMAND_LINE, paper, key, right)
    elif kind == "revoke":
        own = own_grants(folder)
        if own:
            sharing.revoke(COMMAND_LINE, own[two % len(own)].id)
    elif kind == "inherit":
        sharing.set_inherit(COMMAND_LINE, folder, inherit=two % 2 == 0)
    elif kind == "inherit document":
        sharing.set_inherit(COMMAND_LINE, paper, inherit=two % 2 == 0)
    elif kind == "move":
        move(world, folder.folder_id or 0, world.folders[two % len(world.folders)])
    elif kind == "workflow":
        lifecycle.set_workflow(COMMAND_LINE, paper.document_id or 0, WORKFLOWS[two % 3])
    elif kind == "assign":
        assign(paper.document_id or 0, [key for key in world.keys if key.startswith(("user:", "unit:"))][two % 5])
    else:
        lifecycle.delete(COMMAND_LINE, [paper.document_id or 0])


def move(world: World, folder_id: int, target: int) -> None:
    with db.write() as session:
        if folder_id in {above.id for above in tree.path(session, target)}:
            return
        # All folders have the same name here, and moving refuses a second one in a place.
        session.get_one(Folder, folder_id).name = f"x{folder_id}"
    tree.move(COMMAND_LINE, folder_id, target)


def assign(document_id: int, key: str) -> None:
    if count(DocumentFlow, DocumentFlow.document_id == document_id) == 0:
        starting.start(COMMAND_LINE, document_id, workflow("incoming"))
    assigning.hand_over(COMMAND_LINE, document_id, Receivers(key), revision=None)


def load(document_id: int | None) -> Document:
    db.release()
    with db.read() as session:
        return session.get_one(Document, document_id)


def expected(actor: Actor, document: Document) -> bool:
    """Whether this person may read this document, directly from the rule."""
    if document.deleted_at is not None:
        return False
    if actor.everything:
        return True
    names = set()
    if actor.user_id is not None:
        names |= {"staff", f"user:{actor.user_id}", f"unit:{actor.unit_id}"} | {f"role:{r}" for r in actor.roles}
    may_read = reads_drafts = False
    with db.read() as session:
        given = list(session.scalars(select(Grant).where(Grant.document_id == document.id)))
        open_ = FlowAssignment.document_id == document.id, FlowAssignment.ended_at.is_(None)
        desks = {f"user:{absent}" for absent in actor.stands_for}
        if (names | desks) & set(session.scalars(select(FlowAssignment.key).where(*open_))):
            return True
        place, goes_on = document.folder_id, document.inherit
        while goes_on:
            given += session.scalars(select(Grant).where(Grant.folder_id == place))
            folder = session.get_one(Folder, place)
            goes_on = folder.inherit and folder.parent_id is not None
            place = folder.parent_id or 0
    for one in given:
        if one.key in names:
            may_read = True
            reads_drafts = reads_drafts or one.role in READ_DRAFTS
    if "auditor" in actor.roles and actor.user_id is not None:
        return True
    if document.workflow == "published":
        return may_read
    if document.workflow == "draft" and actor.user_id is not None and document.created_by == actor.user_id:
        return True
    return reads_drafts


def by_python(actor: Actor, document: Document) -> bool:
    with db.read() as session:
        query = select(AccessKey.key).where(AccessKey.list_id == document.access_list_id, AccessKey.right == "read")
        return document.deleted_at is None and policy.meets(actor, session.scalars(query))


def by_sql(actor: Actor, ids: list[int]) -> set[int]:
    with db.read() as session:
        return set(session.scalars(select(Document.id).where(Document.id.in_(ids), rule.visible(actor))))


def by_index(site: Context, actor: Actor, world: World) -> set[int]:
    with db.read() as session:
        held = access.index_access(session, actor)
    found = search_index(site.backend.index, Request(world.word, limit=50), held)
    assert found.total == len(found.hits)
    assert all(sum(value.count for value in facet) in {0, found.total} for facet in found.facets.values())
    return {hit.document for hit in found.hits}


def write_index(site: Context, world: World) -> None:
    # Hypothesis gives `random` the same seed in every example, and Whoosh names its segments with it.
    state = random.getstate()
    random.seed()
    with db.write() as session, site.backend.index.write_batch() as batch:
        for number in world.documents:
            document = session.get_one(Document, number)
            entry = Entry(
                document.id, document.revision, document.access_list_id, "", "", "", world.word, world.word,
                issued_on=dt.date(2024, 2, 5),
            )  # fmt: skip
            batch.replace(document.id, [entry])
            document.indexed_revision = document.revision
            document.indexed_access_list_id = document.access_list_id
    random.setstate(state)


def compare(site: Context, world: World, *, indexed: bool) -> None:
    papers = [load(number) for number in world.documents]
    for actor in world.people:
        answer = {paper.id for paper in papers if expected(actor, paper)}
        assert {paper.id for paper in papers if by_python(actor, paper)} == answer, actor
        assert by_sql(actor, world.documents) == answer, actor
        found = by_index(site, actor, world)
        # What the index does not know yet may be missing, but what may not be read never appears.
        assert found == answer if indexed else found <= answer, actor


@given(plan=plans())
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_python_sql_and_index_agree(plan: Plan, site: Context, cast: tuple[list[Actor], list[str]]) -> None:
    world = build(plan, *cast)
    write_index(site, world)
    compare(site, world, indexed=True)
    for kind, one, two, right in plan.changes:
        change(world, kind, one, two, right)
        compare(site, world, indexed=False)
    write_index(site, world)
    compare(site, world, indexed=True)
    with db.write() as session:
        # No work was left by a change.
        assert all(inheritance.refresh(session, folder) == 0 for folder in world.folders)


def test_every_local_role_is_drawn() -> None:
    assert set(ROLES) == policy.LOCAL_ROLES.keys()


def test_the_rule_of_the_test_is_not_always_the_same(site: Context, cast: tuple[list[Actor], list[str]]) -> None:
    """The comparison is meaningful: in this one world, each kind of person may read different documents."""
    paper = [PlannedDocument(0, True, w, 0, False, []) for w in WORKFLOWS]
    hidden = PlannedDocument(0, False, "published", None, False, [("reader", 6)])
    world = build(Plan([PlannedFolder(-1, True, [])], [*paper, hidden], []), *cast)
    a, b, c, d = world.documents
    reads = [{load(n).id for n in world.documents if expected(actor, load(n))} for actor in world.people]
    assert reads == [{a, b}, {b, d}, {a, b, c}, {a, b, c, d}, {b}, {b, d}, set(), {a, b, c, d}, {b}]
