"""Hoàn tác: a change of rights is taken back within a day, exactly, unless the rights have changed since."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import func, select

from docmgr import db
from docmgr.models import SharingChange, User
from docmgr.policy import COMMAND_LINE, Actor
from docmgr.services.documents import lifecycle
from docmgr.services.errors import Conflict, Invalid, NotFound
from docmgr.services.folders import share_table, sharing, tree
from docmgr.services.folders.sharing import RightsChange, SharedThing
from docmgr.services.people import groups
from tests.filling.filing import actions, file_document, giving, load, own_grants, seen, taking
from tests.support.acting import actor_of


@pytest.fixture
def folder(clerk: Actor) -> SharedThing:
    return SharedThing(folder_id=tree.by_path(clerk, "A/B", create=True).id)


def pairs(subject: SharedThing) -> set[tuple[str, str]]:
    return {(row.key, row.role) for row in own_grants(subject)}


def test_one_change_of_many_things_is_taken_back_as_one(clerk: Actor, folder: SharedThing, people: dict[str, User]) -> None:
    leader = f"user:{people['leader'].id}"
    sharing.change(clerk, folder, RightsChange(give=frozenset({("staff", "reader"), (leader, "editor")})))
    before = pairs(folder)
    wanted = RightsChange(give=frozenset({(leader, "reviewer"), (leader, "contributor")}), take=frozenset({("staff", "reader")}), inherit=False)
    made = sharing.change(clerk, folder, wanted)
    assert pairs(folder) == {(leader, "editor"), (leader, "reviewer"), (leader, "contributor"), (f"user:{clerk.user_id}", "manager")}
    page = share_table.page(clerk, folder)
    assert page.undo is not None and page.undo.id == made and not page.inherit
    events = len(actions())
    sharing.undo(clerk, made or 0)
    assert pairs(folder) == before and share_table.page(clerk, folder).inherit
    # Each role is told: one given back, three taken back; the first of them tells the inheritance too.
    assert actions()[events:] == ["folder:share"] * 4
    # The change before it is what is offered next.
    offered = share_table.page(clerk, folder).undo
    assert offered is not None and offered.id != made
    with pytest.raises(NotFound):
        sharing.undo(clerk, made or 0)


def test_only_the_rights_decide_whether_it_still_fits(clerk: Actor, people: dict[str, User]) -> None:
    paper = SharedThing(document_id=file_document(tree.root_id(), "1/QĐ-X"))
    first = sharing.change(clerk, paper, giving("role:leader", "reader"))
    # Publishing again, or any other change of the document, does not matter.
    lifecycle.set_workflow(clerk, paper.document_id or 0, "withdrawn")
    second = sharing.change(clerk, paper, giving("role:leader", "editor"))
    offered = share_table.page(clerk, paper).undo
    assert offered is not None and offered.id == second
    with pytest.raises(Conflict):
        sharing.undo(clerk, first or 0)
    assert pairs(paper) == {("role:leader", "reader"), ("role:leader", "editor")}
    sharing.undo(clerk, second or 0)
    sharing.undo(clerk, first or 0)
    assert pairs(paper) == set()


def test_it_is_for_a_day_and_for_those_who_may_share(clerk: Actor, folder: SharedThing, people: dict[str, User]) -> None:
    made = sharing.change(clerk, folder, giving("role:leader", "reader")) or 0
    for other in (actor_of(people["staff"]), actor_of(people["leader"]), actor_of(people["auditor"])):
        with pytest.raises(NotFound):
            sharing.undo(other, made)
    with db.write() as session:
        session.get_one(SharingChange, made).made_at -= dt.timedelta(days=1)
    assert share_table.page(clerk, folder).undo is None
    with pytest.raises(Conflict):
        sharing.undo(clerk, made)
    # The next change removes what is too old.
    sharing.change(clerk, folder, taking("role:leader", "reader"))
    with db.read() as session:
        assert session.scalar(select(func.count()).select_from(SharingChange)) == 1


def test_who_got_the_right_is_refused_at_once(clerk: Actor, folder: SharedThing, people: dict[str, User]) -> None:
    leader = actor_of(people["leader"])
    sharing.set_inherit(clerk, folder, inherit=False)
    paper = file_document(folder.folder_id or 0, "1/QĐ-X")
    made = sharing.change(clerk, folder, giving("role:leader", "reader"))
    assert paper in seen(leader)
    revision = load(paper).revision
    sharing.undo(clerk, made or 0)
    assert paper not in seen(leader) and load(paper).revision == revision + 1


def test_nobody_is_locked_out_by_it_and_nothing_is_given_to_who_is_gone(clerk: Actor, folder: SharedThing) -> None:
    mine, group = f"user:{clerk.user_id}", groups.create(COMMAND_LINE, "Nhóm")
    sharing.set_inherit(clerk, folder, inherit=False)
    sharing.change(clerk, folder, giving(f"group:{group}", "reader"))
    made = sharing.change(clerk, folder, taking(f"group:{group}", "reader"))
    groups.delete(COMMAND_LINE, group)
    with pytest.raises(Invalid):
        sharing.undo(clerk, made or 0)
    other = sharing.change(COMMAND_LINE, folder, RightsChange(frozenset({(mine, "editor")}), frozenset({(mine, "manager")})))
    assert pairs(folder) == {(mine, "editor")}
    sharing.undo(clerk, other or 0)
    assert pairs(folder) == {(mine, "manager")}


def test_nothing_changed_is_nothing_to_undo(clerk: Actor, folder: SharedThing) -> None:
    assert sharing.change(clerk, folder, RightsChange(inherit=True)) is None
    assert sharing.change(clerk, folder, taking("role:leader", "editor")) is None
