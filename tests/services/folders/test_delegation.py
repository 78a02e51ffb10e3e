"""Nobody gives away more than they hold: roles that are given, what leaves a folder, what a folder publishes, and what comes
back from the bin."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from docmgr.policy import COMMAND_LINE, DELIVERED, LOCAL_ROLES, Actor
from docmgr.services.documents import bin, lifecycle
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.folders import effects, local_roles, sharing, tree
from docmgr.services.folders.sharing import SharedThing
from tests.filling.filing import file_document, giving, load, own_grants, person, taking
from tests.support.acting import actor_of


@pytest.fixture
def folder(clerk: Actor) -> SharedThing:
    return SharedThing(folder_id=tree.by_path(clerk, "A/B", create=True).id)


def limit(**taken: Iterable[str]) -> None:
    """Take these rights from the local roles."""
    local_roles.save(COMMAND_LINE, DELIVERED | {role: DELIVERED[role] - set(rights) for role, rights in taken.items()}, revision=None)


def holder(subject: SharedThing, role: str) -> Actor:
    """Somebody with this local role on the thing, and no other but to read."""
    actor = actor_of(person(f"co-{role}", "staff"))
    sharing.grant(COMMAND_LINE, subject, f"user:{actor.user_id}", role)
    return actor


def test_nobody_gives_a_role_that_holds_more(folder: SharedThing) -> None:
    limit(manager={"approve", "delete"})
    manager, other = holder(folder, "manager"), f"user:{person('khac', 'staff').id}"
    for role in LOCAL_ROLES:
        wanted = giving(other, role)
        if role in ("editor", "reviewer"):
            for ask in (sharing.change, effects.of_sharing):
                with pytest.raises(Invalid, match="Công bố"):
                    ask(manager, folder, wanted)
        else:
            effects.of_sharing(manager, folder, wanted)
            assert sharing.change(manager, folder, wanted) is not None
    assert [row.role for row in own_grants(folder) if row.key == other] == ["reader", "contributor", "manager"]
    # What is there already gives nothing, and taking back is no giving.
    sharing.grant(COMMAND_LINE, folder, other, "editor")
    assert sharing.change(manager, folder, giving(other, "editor")) is None
    assert sharing.change(manager, folder, taking(other, "editor")) is not None


def test_nothing_is_added_to_a_document(folder: SharedThing) -> None:
    limit(editor={"add"})
    editor, paper = holder(folder, "editor"), SharedThing(document_id=file_document(folder.folder_id or 0))
    assert sharing.grant(editor, paper, "role:leader", "manager") is not None
    with pytest.raises(Invalid, match="Thêm văn bản"):
        sharing.grant(editor, folder, "role:leader", "manager")


def test_who_undoes_their_own_change_gives_nothing_new(folder: SharedThing) -> None:
    limit(manager={"delete"})
    manager, other = holder(folder, "manager"), f"user:{person('khac', 'staff').id}"
    sharing.grant(COMMAND_LINE, folder, other, "editor")
    undone = sharing.change(manager, folder, taking(other, "editor"))
    assert undone is not None
    sharing.undo(manager, undone)
    theirs = sharing.change(COMMAND_LINE, folder, taking(other, "editor"))
    assert theirs is not None
    with pytest.raises(Invalid, match="Xóa"):
        sharing.undo(manager, theirs)
    assert (other, "editor") not in {(row.key, row.role) for row in own_grants(folder)}


def test_who_stops_the_inheritance_keeps_what_they_have(folder: SharedThing) -> None:
    limit(editor={"delete"})
    above = SharedThing(folder_id=tree.by_path(COMMAND_LINE, "A").id)
    editor = holder(above, "editor")
    sharing.set_inherit(editor, folder, inherit=False)
    assert [(row.key, row.role) for row in own_grants(folder)] == [(f"user:{editor.user_id}", "editor")]
    # Above are managers, who hold more.
    sharing.grant(COMMAND_LINE, above, "role:leader", "manager")
    with pytest.raises(Invalid, match="Người quản lý"):
        sharing.set_inherit(editor, folder, inherit=True)
    sharing.set_inherit(COMMAND_LINE, folder, inherit=True)


def test_what_leaves_a_folder_needs_the_right_to_delete_there(folder: SharedThing) -> None:
    limit(manager={"delete"})
    folder_id, root = folder.folder_id or 0, tree.root_id()
    paper = file_document(folder_id)
    manager = holder(folder, "manager")
    target = tree.by_path(COMMAND_LINE, "C", create=True).id
    inner = tree.create(COMMAND_LINE, folder_id, "Trong").id
    sharing.grant(COMMAND_LINE, SharedThing(folder_id=target), f"user:{manager.user_id}", "editor")
    for refused in (
        lambda: lifecycle.move(manager, [paper], target), lambda: effects.of_moving_documents(manager, [paper], target),
        lambda: tree.move(manager, inner, target), lambda: effects.of_moving_folder(manager, inner, target),
    ):  # fmt: skip
        with pytest.raises(Invalid, match="quyền Xóa"):
            refused()
    assert load(paper).folder_id == folder_id
    # Where it is already it may stay, and who may delete moves both.
    assert lifecycle.move(manager, [paper], folder_id) == {}
    effects.of_moving_documents(manager, [paper], folder_id)
    sharing.grant(COMMAND_LINE, folder, f"user:{manager.user_id}", "editor")
    tree.move(manager, inner, target)
    assert lifecycle.move(manager, [paper], target) == {paper: folder_id}
    assert root not in (load(paper).folder_id, target)


def test_only_who_publishes_lets_a_folder_publish(folder: SharedThing) -> None:
    limit(manager={"approve"})
    manager, folder_id = holder(folder, "manager"), folder.folder_id or 0

    def set_to(actor: Actor, publish: bool, name: str = "B") -> None:
        tree.edit(actor, folder_id, name=name, publish_on_arrival=publish, revision=None)

    with pytest.raises(Invalid, match="Công bố"):
        set_to(manager, True)
    set_to(COMMAND_LINE, True)
    set_to(manager, True, "Tên khác")
    set_to(manager, False)
    with pytest.raises(Invalid, match="Công bố"):
        set_to(manager, True)


def test_who_restores_needs_the_right_to_delete(folder: SharedThing) -> None:
    limit(manager={"delete"})
    folder_id = folder.folder_id or 0
    manager, editor = holder(folder, "manager"), holder(folder, "editor")
    alone, inner = file_document(folder_id), tree.create(COMMAND_LINE, folder_id, "Trong").id
    file_document(inner)
    single, batch = lifecycle.delete(COMMAND_LINE, [alone]), bin.delete_folder(COMMAND_LINE, inner)
    empty = bin.delete_folder(COMMAND_LINE, tree.create(COMMAND_LINE, folder_id, "Rỗng").id)
    assert bin.contents(manager).items == ()
    for refused in (
        lambda: bin.restore_document(manager, alone), lambda: bin.restore(manager, single),
        lambda: bin.restore(manager, batch), lambda: bin.restore_folder(manager, inner), lambda: bin.restore(manager, empty),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            refused()
    assert bin.restore(editor, empty).count == 1
    assert {one.id for one in bin.contents(editor).items} == {alone, inner}
    bin.restore_document(editor, alone)
    assert bin.restore(editor, batch).count == 2
