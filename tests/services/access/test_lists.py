"""Access lists of many documents at once: the same as those assigned to each alone, with as many statements for one as for many."""

from __future__ import annotations

import random
from collections import Counter

from sqlalchemy import delete, insert, select

from docmgr import db, policy
from docmgr.models import Document, Grant, Job
from docmgr.policy import COMMAND_LINE, Actor
from docmgr.services.access import inheritance, rule
from docmgr.services.folders import tree
from tests.filling.filing import file_document

KEYS = ("staff", "role:clerk", "role:leader", "user:1", "user:2", "unit:1")
STATES = ("draft", "published", "withdrawn")


def some_rights(dice: random.Random, **on: int) -> list[Grant]:
    pairs = {(dice.choice(sorted(policy.LOCAL_ROLES)), dice.choice(KEYS)) for _ in range(dice.randrange(3))}
    return [Grant(role=role, key=key, **on) for role, key in sorted(pairs)]


def fill(dice: random.Random, people: list[int]) -> list[int]:
    """Folders within each other, with documents in every state; returns the ids of the folders."""
    folders = [tree.by_path(COMMAND_LINE, path, create=True).id for path in ("A", "A/B", "A/B/C", "D")]
    for number in range(40):
        more = {"deleted_at": db.now()} if dice.random() < 0.2 else {}
        paper = file_document(
            dice.choice(folders), f"{number}/QĐ-X", workflow=dice.choice(STATES), created_by=dice.choice([None, *people]), inherit=dice.random() < 0.8, **more,
        )  # fmt: skip
        if dice.random() < 0.3:
            with db.write() as session:
                session.add_all(some_rights(dice, document_id=paper))
                session.flush()
                rule.assign_list(session, session.get_one(Document, paper))
    return folders


def state() -> dict[int, tuple[int, int]]:
    with db.read() as session:
        return {row.id: (row.revision, row.access_list_id) for row in session.execute(select(Document.id, Document.revision, Document.access_list_id))}


def test_lists_of_many_are_those_of_each(clerk: Actor, people: dict[str, object]) -> None:
    dice = random.Random(20_261_201)
    folders = fill(dice, [clerk.user_id or 0, *(one.id for one in people.values())])
    moved = 0
    for turn in range(16):
        before = state()
        with db.write() as session:
            inheritance.lock_tree(session)
            held = session.get_one(Document, min(before))
            touched = dice.choice(folders)
            session.execute(delete(Grant).where(Grant.folder_id == touched))
            session.add_all(some_rights(dice, folder_id=touched))
            # What a role may do changes too: a change for all documents.
            count = inheritance.refresh(session, touched) if turn % 4 else inheritance.refresh_all(session)
            queued = Counter(session.scalars(select(Job.document_id)))
            assert held.access_list_id == session.scalar(select(Document.access_list_id).where(Document.id == held.id))
            session.execute(Job.__table__.delete())
        after = state()
        changed = {number for number in after if after[number][1] != before[number][1]}
        assert count == len(changed) and queued == Counter(changed)
        assert all(after[number][0] == before[number][0] + (number in changed) for number in after)
        moved += count
        with db.write() as session:
            # Each document has the list that it gets alone.
            assert not [row.id for row in session.scalars(select(Document)) if rule.assign_list(session, row)]
    assert moved > 50


def test_thousands_need_as_many_statements_as_one(clerk: Actor, count_queries) -> None:
    folder, said = tree.create(clerk, tree.root_id(), "A").id, []
    model = file_document(folder)
    for key in ("role:leader", "unit:1"):
        with count_queries() as counted, db.write() as session:
            inheritance.lock_tree(session)
            session.add(Grant(folder_id=folder, role="reader", key=key))
            said.append(inheritance.refresh(session, folder))
        said.append(counted.number)
        with db.write() as session:
            row = session.get_one(Document, model)
            rows = [{"folder_id": folder, "workflow": "published", "access_list_id": row.access_list_id, "inherit": True}] * 2_500
            session.execute(insert(Document), rows)
    assert (said[0], said[2]) == (1, 2_501) and said[3] <= said[1]
