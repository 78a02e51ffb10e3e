"""Who sees a folder, and which document is there for whom: each is decided in one place of the code."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from docmgr import db
from docmgr.models import Folder
from docmgr.services.access import rule
from docmgr.services.documents import in_folder
from docmgr.services.folders import names, tree
from tests.filling.planning import World, world

__all__ = ["world"]

ROOT = Path(__file__).resolve().parents[3] / "docmgr"


def holding(words: str) -> set[str]:
    """Files of the product, but for the demonstration's data, in which some words occur."""
    files = [path for path in ROOT.rglob("*.py") if "demo" not in path.parts and "migrations" not in path.parts]
    assert len(files) > 200
    return {path.relative_to(ROOT).as_posix() for path in files if words in path.read_text(encoding="utf-8")}


def test_the_key_that_sees_every_folder_is_named_once() -> None:
    assert holding('"role:auditor"') == {"policy.py"}
    assert holding("SEES_ALL") == {"policy.py", "services/access/rule.py"}


@pytest.mark.parametrize("role", ["clerk", "staff", "leader", "auditor"])
def test_tree_names_contents_and_guard_show_the_same_folders(world: World, role: str) -> None:
    actor = world.actors[role]
    with db.write() as session:
        # The second takes no rights from above and has none of its own.
        held = [Folder(name=f"Thư mục {inherit}", parent_id=world.folder_id, inherit=inherit) for inherit in (True, False)]
        session.add_all(held)
        session.flush()
        inside = [folder.id for folder in held]
    with db.read() as session:
        ids = list(session.scalars(select(Folder.id).where(Folder.deleted_at.is_(None))))
        one_by_one = {number for number in ids if rule.may_read_folder(session, actor, number)}
        named = set(names.names(session, actor, ids))
        rights = {number for number in ids if rule.sees_folder(actor, rule.folder_rights(session, number))}
    drawn = {node.id for node in tree.tree(actor)}
    assert one_by_one == named == rights == drawn
    assert (world.closed_folder_id in drawn) == (role in ("clerk", "auditor"))
    below = {one.id for one in in_folder.contents(actor, world.folder_id).subfolders}
    assert below == drawn & set(inside)
    assert (inside[1] in below) == (role == "auditor")
