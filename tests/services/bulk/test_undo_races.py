"""On PostgreSQL at once: a move of a folder and a saved form of facts are undone twice, while both change again."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from docmgr import db
from docmgr.context import Context
from docmgr.models import Document, Folder
from docmgr.policy import COMMAND_LINE, Actor
from docmgr.services.access import rule
from docmgr.services.bulk import changing, form_facts, undoing
from docmgr.services.documents import facts
from docmgr.services.folders import tree
from tests.conftest import SERVER
from tests.filling.filing import actions, file_document, load
from tests.hard.test_folder_races import at_once

pytestmark = pytest.mark.skipif(not SERVER, reason="races need PostgreSQL (DOCMGR_TEST_DATABASE_URL)")


def test_a_folder_goes_back_once_while_it_is_moved_and_its_place_is_taken(site: Context, clerk: Actor) -> None:
    root = tree.root_id()
    home, other = tree.create(clerk, root, "A").id, tree.create(clerk, root, "B").id
    for number in range(4):
        name = f"Trong {number}"
        inner = tree.create(clerk, home, name).id
        file_document(inner, f"{number}/QĐ-X")
        made = changing.move_folder(clerk, inner, other).id or 0
        said = at_once(
            site, lambda made=made: undoing.undo(clerk, made), lambda made=made: undoing.undo(clerk, made),
            lambda inner=inner: tree.move(clerk, inner, root), lambda name=name: tree.create(clerk, home, name),
        )  # fmt: skip
        assert set(said) <= {"done", "NotFound", "Invalid"}
        with db.read() as session:
            names = list(session.scalars(select(Folder.name).where(Folder.parent_id == home)))
        assert len(names) == len(set(names))
        with db.write() as session:
            assert not [row.id for row in session.scalars(select(Document)) if rule.assign_list(session, row)]


def test_of_two_undos_of_a_form_one_puts_back_and_a_later_save_stays(site: Context, clerk: Actor) -> None:
    for number in range(4):
        paper = file_document(tree.root_id(), f"{number}/QĐ-Y")
        made = form_facts.save(clerk, paper, {"subject": "Mới"}, None, revision=load(paper).revision, confirm=True, publish=False).id or 0
        before = len(actions())
        said = at_once(
            site, lambda made=made: undoing.undo(clerk, made), lambda made=made: undoing.undo(clerk, made),
            lambda paper=paper: facts.save(COMMAND_LINE, paper, {"subject": "Sau"}, revision=None, confirm=False, publish=False),
        )  # fmt: skip
        assert said[2] == "done" and set(said[:2]) <= {"done", "NotFound"} and load(paper).subject == "Sau"
        assert len(actions()) - before in (1, 2)
