"""A folder that is restored beside another one of its name gets a number behind it."""

from __future__ import annotations

from docmgr.policy import COMMAND_LINE, Actor
from docmgr.services.documents import bin
from docmgr.services.folders import sharing, tree
from docmgr.services.folders.sharing import SharedThing


def _made(clerk: Actor, path: str) -> int:
    return tree.by_path(clerk, path, create=True).id


def test_a_restored_folder_gets_a_number_where_its_name_is_taken(clerk: Actor) -> None:
    outer, inner, twin = _made(clerk, "A"), _made(clerk, "A/B"), _made(clerk, "B")
    hidden = _made(clerk, "B (2)")
    bin.delete_folder(clerk, inner)
    bin.delete_folder(clerk, outer)
    assert [one.renamed for one in bin.restore_folder(clerk, inner).landings] == ["B (3)"]
    assert [node.name for node in tree.tree(clerk)] == ["Văn bản", "B", "B (2)", "B (3)"]
    # Also in its old place, but nothing is told by a name that the person may not see.
    bin.delete_folder(clerk, inner)
    tree.create(clerk, tree.root_id(), "B (3)")
    assert [one.renamed for one in bin.restore_folder(clerk, inner).landings] == ["B (3) (2)"]
    bin.delete_folder(clerk, twin)
    tree.edit(clerk, hidden, name="B", publish_on_arrival=False, revision=None)
    sharing.set_inherit(COMMAND_LINE, SharedThing(folder_id=hidden), inherit=False)
    assert [one.renamed for one in bin.restore_folder(clerk, twin).landings] == [None]
    long = tree.create(clerk, tree.root_id(), "x" * 200).id
    bin.delete_folder(clerk, long)
    tree.create(clerk, tree.root_id(), "x" * 200)
    assert bin.restore_folder(clerk, long).landings[0].renamed == "x" * 196 + " (2)"
