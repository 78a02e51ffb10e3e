"""A copy of a folder has the folders inside that the person sees, no documents, and the rights of where it is."""

from __future__ import annotations

import pytest

from docmgr.models import User
from docmgr.policy import COMMAND_LINE, Actor, Denied
from docmgr.services.documents import bin
from docmgr.services.errors import Conflict, Invalid, NotFound
from docmgr.services.folders import copying, ordering, sharing, tree
from docmgr.services.folders.sharing import SharedThing
from tests.filling.filing import actions, file_document, own_grants, seen
from tests.support.acting import actor_of


def below(actor: Actor, folder_id: int) -> list[str]:
    return [node.trail.partition(" / ")[2] for node in tree.tree(actor) if node.trail.startswith(f"Văn bản / {_name(actor, folder_id)} /")]


def _name(actor: Actor, folder_id: int) -> str:
    return next(node.name for node in tree.tree(actor) if node.id == folder_id)


def test_the_structure_is_copied_without_documents_and_what_is_hidden(clerk: Actor, people: dict[str, User]) -> None:
    root = tree.root_id()
    source, hidden = tree.by_path(clerk, "2024", create=True).id, tree.by_path(clerk, "2024/Kín/Trong", create=True)
    closed = tree.by_path(clerk, "2024/Kín").id
    for name in ("Đến", "Đi/Mật", "Đi/Thường"):
        tree.by_path(clerk, f"2024/{name}", create=True)
    file_document(source, "1/QĐ-X")
    sharing.grant(clerk, SharedThing(folder_id=source), "role:leader", "editor")
    ordering.shift(clerk, source, tree.by_path(clerk, "2024/Đi").id, "up")
    sharing.set_inherit(COMMAND_LINE, SharedThing(folder_id=closed), inherit=False)
    before = (len(actions()), seen(COMMAND_LINE))
    made = copying.copy(clerk, source, root, " 2025 ")
    assert below(clerk, made) == below(COMMAND_LINE, made) == ["2025 / Đi", "2025 / Đi / Mật", "2025 / Đi / Thường", "2025 / Đến"]
    assert actions()[before[0] :] == ["folder:create"] * 5 and seen(COMMAND_LINE) == before[1] and own_grants(SharedThing(folder_id=made)) == []
    # Into itself ends, too.
    inner = copying.copy(clerk, source, source, "Bản")
    assert len([one for one in tree.tree(clerk) if one.parent_id == inner]) == 2 and hidden.id


def test_a_copy_is_refused_as_a_new_folder_is(clerk: Actor, people: dict[str, User], monkeypatch: pytest.MonkeyPatch) -> None:
    root, gone = tree.root_id(), tree.create(clerk, tree.root_id(), "Bỏ").id
    source = tree.by_path(clerk, "A/B", create=True).parent_id or 0
    bin.delete_folder(clerk, gone)
    before = len(actions())
    monkeypatch.setattr(copying, "MOST", 1)
    for who, folder, target, name, error in (
        (clerk, source, root, "C", Invalid), (clerk, gone, root, "C", NotFound), (clerk, source, 9999, "C", Invalid), (actor_of(people["administrator"]), source, root, "C", NotFound),
    ):  # fmt: skip
        with pytest.raises(error):
            copying.copy(who, folder, target, name)
    monkeypatch.setattr(copying, "MOST", 2)
    for who, target, name, error in ((clerk, root, "A", Invalid), (clerk, root, " ", Invalid), (clerk, gone, "C", Conflict), (clerk, 9999, "C", NotFound), (actor_of(people["staff"]), root, "C", Denied)):
        with pytest.raises(error):
            copying.copy(who, source, target, name)
    assert len(actions()) == before


def test_folders_of_one_name_side_by_side_are_copied_as_they_are(clerk: Actor) -> None:
    root = tree.root_id()
    source = tree.create(clerk, root, "A").id
    first = tree.create(clerk, source, "B").id
    sharing.set_inherit(COMMAND_LINE, SharedThing(folder_id=first), inherit=False)
    second = tree.create(clerk, source, "B").id
    sharing.set_inherit(COMMAND_LINE, SharedThing(folder_id=first), inherit=True)
    for number, name in ((first, "Một"), (second, "Hai")):
        tree.create(clerk, number, name)
    made = copying.copy(clerk, source, root, "C")
    assert sorted(below(clerk, made)) == ["C / B", "C / B", "C / B / Hai", "C / B / Một"]
    with pytest.raises(Invalid):
        copying.copy(clerk, source, root, "C")
