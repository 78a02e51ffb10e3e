"""The order of folders in their parent: for the tree, the page of the folder and selects, and nothing of hidden folders."""

from __future__ import annotations

import pytest

from docmgr.models import User
from docmgr.policy import COMMAND_LINE, Actor, Denied
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.folders import ordering, sharing, tree
from docmgr.services.folders.sharing import SharedThing
from docmgr.services.listing import in_folder
from tests.filling.filing import actions
from tests.support.acting import actor_of


@pytest.fixture
def folders(clerk: Actor) -> dict[str, int]:
    return {name: tree.create(clerk, tree.root_id(), name).id for name in ("A", "B", "C", "D")}


def names(actor: Actor) -> str:
    found = "".join(name for _, name in ordering.children(actor, tree.root_id()))
    assert found == "".join(one.name for one in in_folder.contents(actor, tree.root_id()).subfolders)
    assert found == "".join(node.name for node in tree.tree(actor) if node.depth == 1)
    return found


def test_folders_go_up_and_down_and_back_to_their_names(clerk: Actor, folders: dict[str, int]) -> None:
    root, before = tree.root_id(), len(actions())
    ordering.shift(clerk, root, folders["C"], "up")
    ordering.shift(clerk, root, folders["A"], "down")
    assert names(clerk) == "CABD"
    # The ends, and what is no way.
    ordering.shift(clerk, root, folders["C"], "up")
    ordering.shift(clerk, root, folders["D"], "down")
    with pytest.raises(Invalid):
        ordering.shift(clerk, root, folders["D"], "name")
    assert names(clerk) == "CABD" and actions()[before:] == ["folder:order"] * 2
    # A new folder comes behind those in order; one that was moved away and back has lost its place.
    tree.create(clerk, root, "AA")
    assert names(clerk) == "CABDAA"
    tree.move(clerk, folders["C"], folders["D"])
    tree.move(clerk, folders["C"], root)
    assert names(clerk) == "ABDAAC"
    ordering.by_name(clerk, root)
    assert names(clerk) == "AAABCD" and actions()[-1] == "folder:order"
    ordering.by_name(clerk, root)
    assert actions().count("folder:order") == 3


def test_hidden_folders_keep_their_places_and_are_told_by_nothing(clerk: Actor, folders: dict[str, int], people: dict[str, User]) -> None:
    root = tree.root_id()
    sharing.set_inherit(COMMAND_LINE, SharedThing(folder_id=folders["B"]), inherit=False)
    assert names(clerk) == "ACD"
    ordering.shift(clerk, root, folders["C"], "up")
    assert names(clerk) == "CAD" and names(COMMAND_LINE) == "CBAD"
    for child in (folders["B"], root, 9999):
        with pytest.raises(NotFound):
            ordering.shift(clerk, root, child, "up")
    for wrong in (lambda who: ordering.shift(who, root, folders["A"], "up"), lambda who: ordering.by_name(who, root)):
        with pytest.raises(Denied):
            wrong(actor_of(people["staff"]))
        with pytest.raises(NotFound):
            wrong(actor_of(people["administrator"]))
    assert names(COMMAND_LINE) == "CBAD"
