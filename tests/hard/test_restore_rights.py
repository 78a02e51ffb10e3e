"""Deleting and restoring, in any order and by anybody, never change who may read or edit a document.

The expected rights are computed here again from the grants alone, without code of the product.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from docmgr import db
from docmgr.models import Document, Folder, Grant, Unit, User
from docmgr.policy import COMMAND_LINE, WORKFLOWS, Actor, Denied
from docmgr.services.access import rule
from docmgr.services.documents import bin, lifecycle
from docmgr.services.errors import Conflict, Invalid, NotFound
from docmgr.services.folders import sharing, tree
from docmgr.services.folders.sharing import SharedThing

REFUSED = (NotFound, Denied, Invalid, Conflict)
# After these acts, every document can be read and edited by exactly the same people as before.
KEEPING = (
    "delete document",
    "delete folder",
    "restore document",
    "restore folder",
    "restore batch",
    "move back",
)
CHANGING = ("grant", "inherit", "move folder", "workflow")
# What people often do next. Drawn blindly, a document never was moved back in 500 examples: four acts lead there.
NEXT = {"delete folder": "restore document", "restore document": "restore folder", "restore folder": "move back"}
Held = tuple[frozenset[str], frozenset[str]]

FOLDERS, DOCUMENTS, STEPS = 4, 3, 14


@dataclass
class World:
    """Folders and documents of one example, the original place of each document, and what was deleted in one act."""

    people: list[Actor]
    keys: list[str]
    folders: list[int] = field(default_factory=list)
    documents: dict[int, int] = field(default_factory=dict)
    batches: list[str] = field(default_factory=list)


@pytest.fixture
def cast(site) -> tuple[list[Actor], list[str]]:
    tree.ensure_root()
    with db.write() as session:
        units = [Unit(name=f"Đơn vị {n}") for n in (1, 2)]
        users = [User(username=f"u{n}", full_name=f"Người {n}", password_hash="-") for n in range(4)]
        session.add_all([*units, *users])
        session.flush()
        u, n = [user.id for user in users], [unit.id for unit in units]
    roles = ("clerk", "clerk", "staff", "leader")
    people = [Actor(u[i], f"{i}", unit_id=n[i % 2], roles=frozenset({roles[i]})) for i in range(4)]
    return people, ["staff", "role:leader", *(f"user:{i}" for i in u), *(f"unit:{i}" for i in n)]


def build(cast: tuple[list[Actor], list[str]], dice: random.Random) -> World:
    world = World(*cast)
    with db.write() as session:
        for _ in range(FOLDERS):
            above = dice.choice([tree.root_id(), *world.folders])
            folder = Folder(name="x", parent_id=above, inherit=dice.random() < 0.6)
            session.add(folder)
            session.flush()
            world.folders.append(folder.id)
            _give(session, world, dice, folder_id=folder.id)
        nobody = rule.list_for(session, frozenset(), frozenset())
        for _ in range(DOCUMENTS):
            paper = Document(
                folder_id=dice.choice(world.folders), inherit=dice.random() < 0.7, workflow=dice.choice(sorted(WORKFLOWS)),
                state="findable", created_by=dice.choice(world.people).user_id, access_list_id=nobody,
            )  # fmt: skip
            session.add(paper)
            session.flush()
            _give(session, world, dice, document_id=paper.id)
            rule.assign_list(session, paper)
            world.documents[paper.id] = paper.folder_id
    return world


def _give(session: Session, world: World, dice: random.Random, **on: int) -> None:
    given_rights = {
        (dice.choice(("reader", "editor")), dice.choice(world.keys)) for _ in range(dice.randint(0, 2))
    }
    session.add_all(Grant(role=right, key=key, **on) for right, key in given_rights)
    session.flush()


def held(session: Session, document: Document) -> Held:
    """The keys that may read once it is published, and the keys that may edit: its own, and those of the folders
    above."""
    given_rights = list(session.scalars(select(Grant).where(Grant.document_id == document.id)))
    place, goes_on = document.folder_id, document.inherit
    while goes_on:
        given_rights += session.scalars(select(Grant).where(Grant.folder_id == place))
        folder = session.get_one(Folder, place)
        goes_on, place = folder.inherit and folder.parent_id is not None, folder.parent_id or 0
    return frozenset(one.key for one in given_rights), frozenset(
        one.key for one in given_rights if one.role == "editor"
    )


def all_held(world: World) -> dict[int, tuple[Held, int]]:
    """The rights on each document, and its access list."""
    db.release()
    with db.read() as session:
        rows = [session.get_one(Document, number) for number in world.documents]
        return {row.id: (held(session, row), row.access_list_id) for row in rows}


def next_kind(done: str, dice: random.Random) -> str:
    """What is tried after `done`, the last act that was not refused."""
    if done in NEXT and dice.random() < 0.5:
        return NEXT[done]
    return dice.choice([*KEEPING, *KEEPING, *CHANGING])


def act(world: World, kind: str, dice: random.Random) -> None:
    """One act by the services, as people do it. Raises what these raise."""
    # The command line takes part, so that enough of the acts succeed.
    actor = dice.choice([*world.people, COMMAND_LINE, COMMAND_LINE, COMMAND_LINE])
    folder_id, paper = dice.choice(world.folders), dice.choice(sorted(world.documents))
    if dice.random() < 0.7:
        folder_id, paper = _fitting(world, kind, dice, folder_id, paper)
    if kind == "delete document":
        world.batches.append(lifecycle.delete(actor, [paper]))
    elif kind == "delete folder":
        world.batches.append(bin.delete_folder(actor, folder_id))
    elif kind == "restore document":
        bin.restore_document(actor, paper)
    elif kind == "restore folder":
        bin.restore_folder(actor, folder_id)
    elif kind == "restore batch":
        bin.restore(actor, dice.choice([*world.batches, "0" * 32]))
    elif kind == "move back":
        _move_back(actor, paper, world.documents[paper])
    elif kind == "grant":
        sharing.grant(
            actor, SharedThing(folder_id=folder_id), dice.choice(world.keys), dice.choice(("reader", "editor"))
        )
    elif kind == "inherit":
        sharing.set_inherit(actor, SharedThing(folder_id=folder_id), inherit=dice.random() < 0.5)
    elif kind == "workflow":
        lifecycle.set_workflow(actor, paper, dice.choice(sorted(WORKFLOWS)))
    else:
        with db.write() as session:
            # All have the same name, and moving refuses a second one in a place.
            session.get_one(Folder, folder_id).name = f"x{folder_id}"
        tree.move(actor, folder_id, dice.choice(world.folders))


def _fitting(world: World, kind: str, dice: random.Random, folder_id: int, paper: int) -> tuple[int, int]:
    """A folder and a document that the act can be done to, where there are such; else those that were drawn."""
    with db.read() as session:
        binned = [one for one in world.folders if session.get_one(Folder, one).deleted_at is not None]
        papers = [session.get_one(Document, number) for number in world.documents]
    gone = [one.id for one in papers if one.deleted_at is not None]
    away = [one.id for one in papers if one.deleted_at is None and one.folder_id != world.documents[one.id]]
    if kind == "restore folder" and binned:
        return dice.choice(binned), paper
    wanted = {"restore document": gone, "move back": away}.get(kind)
    return folder_id, dice.choice(wanted) if wanted else paper


def _move_back(actor: Actor, paper: int, home: int) -> None:
    """Move a document that landed in the root with its rights back to its folder; no other document has moved."""
    with db.read() as session:
        if session.get_one(Document, paper).folder_id == home:
            raise NotFound
    lifecycle.move(actor, [paper], home)


def test_restoring_never_changes_who_reads(cast: tuple[list[Actor], list[str]], full_size: bool) -> None:
    came_about: Counter[str] = Counter()

    @settings(max_examples=500 if full_size else 16, deadline=None, derandomize=not full_size)
    @given(seed=st.integers(0, 2**32))
    def run(seed: int) -> None:
        dice = random.Random(seed)
        world = build(cast, dice)
        done = ""
        for _ in range(STEPS):
            kind, before = next_kind(done, dice), all_held(world)
            try:
                act(world, kind, dice)
            except REFUSED:
                assert all_held(world) == before, kind
                continue
            done = kind
            came_about[kind] += 1
            if kind in KEEPING:
                assert all_held(world) == before, kind

    run()
    # A few examples do not produce every case.
    wanted = (*KEEPING, *CHANGING) if full_size else ("delete folder", "restore document", "restore batch")
    assert all(came_about[kind] for kind in wanted), came_about
