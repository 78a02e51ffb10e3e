"""On PostgreSQL at once: what a local role may do changes while roles are given, taken back and undone, and documents move."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from docmgr import db
from docmgr.context import Context
from docmgr.models import Document
from docmgr.policy import COMMAND_LINE, DELIVERED, Actor
from docmgr.services.access import rule
from docmgr.services.documents import lifecycle
from docmgr.services.errors import NotFound
from docmgr.services.folders import local_roles, sharing, tree
from docmgr.services.folders.sharing import SharedThing
from docmgr.services.people import groups
from tests.conftest import SERVER
from tests.filling.filing import file_document, own_grants
from tests.hard.test_folder_races import at_once

pytestmark = pytest.mark.skipif(not SERVER, reason="races need PostgreSQL (DOCMGR_TEST_DATABASE_URL)")
WIDE = {**DELIVERED, "reader": {"draft"}}


def test_a_role_changes_while_roles_are_given(site: Context, clerk: Actor) -> None:
    root = tree.root_id()
    other = tree.create(clerk, root, "A").id
    papers = [file_document(root, f"{n}/QĐ-X", workflow=("draft", "published")[n % 2], inherit=n != 5) for n in range(6)]
    thing, paper = SharedThing(folder_id=other), SharedThing(document_id=papers[5])
    for turn in range(4):
        key = ("role:leader", "role:staff")[turn % 2]
        made = sharing.grant(clerk, thing, key, "contributor")
        acts = (
            lambda turn=turn: local_roles.save(COMMAND_LINE, (WIDE, DELIVERED)[turn % 2], revision=None),
            lambda key=key: sharing.grant(clerk, thing, key, "reader"),
            lambda key=key: sharing.grant(COMMAND_LINE, paper, key, "reader"),
            lambda made=made: sharing.undo(clerk, made or 0),
            lambda turn=turn: lifecycle.move(clerk, papers[:5], (other, root)[turn % 2]),
        )
        assert set(at_once(site, *acts)) <= {"done", "Conflict", "NotFound"}
        with db.write() as session:
            # Each document has the list that follows from all that was stored.
            assert not [row.id for row in session.scalars(select(Document)) if rule.assign_list(session, row)]


def test_of_two_who_save_the_table_one_is_stored(site: Context, clerk: Actor) -> None:
    _held, revision = local_roles.listing(COMMAND_LINE)
    said = at_once(site, *(lambda wanted=wanted: local_roles.save(COMMAND_LINE, wanted, revision=revision) for wanted in (WIDE, {})))
    assert sorted(said) == ["Conflict", "done"]


def test_a_group_is_not_deleted_while_a_role_is_given_to_it(site: Context, clerk: Actor) -> None:
    thing = SharedThing(folder_id=tree.create(clerk, tree.root_id(), "A").id)
    for number in range(4):
        group = groups.create(COMMAND_LINE, f"Nhóm {number}")
        said = at_once(site, lambda group=group: sharing.grant(clerk, thing, f"group:{group}", "reader"), lambda group=group: groups.delete(COMMAND_LINE, group))
        given = f"group:{group}" in {row.key for row in own_grants(thing)}
        assert said == (["done", "Invalid"] if given else ["Invalid", "done"])
        if not given:
            with pytest.raises(NotFound):
                groups.get(COMMAND_LINE, group)
