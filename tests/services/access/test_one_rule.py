"""Who sees a folder, and for whom a document exists, are each decided in one place of the code."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

import pytest
from sqlalchemy import select

from docmgr import db
from docmgr.models import Document, Folder
from docmgr.services.access import by_number, guard, rule
from docmgr.services.documents import page
from docmgr.services.errors import NotFound
from docmgr.services.folders import names, tree
from docmgr.services.listing import in_folder
from tests.filling.planning import World, world

__all__ = ["world"]

ROOT = Path(__file__).resolve().parents[3] / "docmgr"


def holding(words: str) -> set[str]:
    """The files of the product, without the demonstration's data, that contain these words."""
    files = [path for path in ROOT.rglob("*.py") if "demo" not in path.parts and "migrations" not in path.parts]
    assert len(files) > 200
    return {path.relative_to(ROOT).as_posix() for path in files if words in path.read_text(encoding="utf-8")}


def test_the_key_that_sees_every_folder_is_named_once() -> None:
    assert holding('"role:auditor"') == {"policy.py"}
    assert holding("SEES_ALL") == {"policy.py", "services/access/rule.py"}


def test_the_one_document_or_not_found_is_asked_for_in_the_guard() -> None:
    assert holding("Document.id == document_id, rule.visible(") == {"services/access/guard.py"}


def test_page_number_and_guard_agree_on_what_is_there(world: World) -> None:
    """An open document, a closed one, one in the bin, and ids that no document has or can have."""
    there, closed, gone = (world.document(f"{n}/KH-UBND", "Kế hoạch", closed=n == 2) for n in (1, 2, 3))
    with db.write() as session:
        session.get_one(Document, gone).deleted_at = db.now()
    for role, seen in (("staff", {there}), ("auditor", {there, closed})):
        for document_id in (there, closed, gone, 10**6, 0, -1, 2**31, 10**12):
            for ask in (guard.get, page.frame, lambda actor, number: by_number.resolve(actor, f"{number}")):
                with nullcontext() if document_id in seen else pytest.raises(NotFound):
                    ask(world.actors[role], document_id)


@pytest.mark.parametrize("role", ["clerk", "staff", "leader", "auditor"])
def test_tree_names_contents_and_guard_show_the_same_folders(world: World, role: str) -> None:
    actor = world.actors[role]
    with db.write() as session:
        # The second folder inherits no rights and has none of its own.
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
