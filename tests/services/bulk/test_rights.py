"""A local role on many documents: what is told is what happens, only where one may share, and back again."""

from __future__ import annotations

import pytest

from docmgr.models import User
from docmgr.policy import COMMAND_LINE, Actor, Denied
from docmgr.services.bulk import rights, undoing
from docmgr.services.documents import lifecycle
from docmgr.services.errors import Invalid
from docmgr.services.folders import sharing, tree
from docmgr.services.folders.sharing import SharedThing
from tests.filling.filing import actions, file_document, own_grants, seen
from tests.filling.registers import hide, key
from tests.support.acting import actor_of


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three documents are given in two units of work."""
    monkeypatch.setattr(rights, "LOT", 2)


def test_who_gains_is_told_given_and_taken_back(clerk: Actor, people: dict[str, User], count_queries) -> None:
    staff, folder = actor_of(people["staff"]), tree.create(clerk, tree.root_id(), "Kín").id
    sharing.set_inherit(clerk, SharedThing(folder_id=folder), inherit=False)
    papers = [file_document(folder, f"{number}/QĐ-X") for number in (1, 2)] + [file_document(folder, "3/QĐ-X", workflow="draft")]
    open_ = file_document(tree.root_id(), "4/QĐ-X")
    numbers = []
    for some in (papers[:1], [*papers, open_]):
        with count_queries() as counted:
            effect, picks = rights.plan(clerk, some, key(staff), "editor")
        numbers.append(counted.number)
    assert abs(numbers[0] - numbers[1]) <= 1 and len(picks) == 4 and effect.documents == 4
    (person,) = effect.people
    # The fourth is read by everybody.
    assert person.name == staff.label and (person.gained["read"], person.gained["edit"]) == (3, 4) and not person.lost
    before = len(actions())
    given = rights.give(clerk, picks, key(staff), "editor")
    assert given.made.documents == 4 and given.refused == () and actions()[before:] == ["document:share"] * 4
    assert set(papers) <= seen(staff)
    # Given again is nothing.
    _, again = rights.plan(clerk, papers, key(staff), "editor")
    assert rights.give(clerk, again, key(staff), "editor").made.documents == 0
    sharing.grant(COMMAND_LINE, SharedThing(document_id=papers[0]), "staff", "reader")
    assert [(one.id, one.documents) for one in undoing.recent(clerk)] == [(given.made.id, 4)]
    undone = undoing.undo(clerk, given.made.id or 0)
    assert undone.done == 3 and [label for label, _ in undone.refused] == ["Quyết định 1/QĐ-X"]
    assert not set(papers[1:]) & seen(staff) and papers[0] in seen(staff)


def test_only_where_one_may_share_and_nothing_hidden_is_told(clerk: Actor, people: dict[str, User]) -> None:
    leader, root = actor_of(people["leader"]), tree.root_id()
    mine, theirs, hidden = (file_document(root, f"{number}/QĐ-X") for number in (1, 2, 3))
    sharing.grant(clerk, SharedThing(document_id=mine), key(leader), "manager")
    # Who uploaded a draft edits it and does not share it.
    own = file_document(root, "4/QĐ-X", workflow="draft", created_by=leader.user_id)
    hide(hidden)
    effect, picks = rights.plan(leader, [mine, theirs, hidden, own, 9999], "staff", "editor")
    assert [one.document_id for one in picks] == [mine] and [said.values[0][1] for said in effect.changes[1:]] == ["Quyết định 2/QĐ-X", "Quyết định 4/QĐ-X"]
    stale = [*picks, rights.Chosen(theirs, 1), rights.Chosen(hidden, 1)]
    lifecycle.set_workflow(clerk, mine, "withdrawn")
    given = rights.give(leader, stale, "staff", "editor")
    assert given.made.documents == 0 and [label for label, _ in given.refused] == ["Quyết định 1/QĐ-X", f"#{theirs}", f"#{hidden}"]
    assert own_grants(SharedThing(document_id=hidden)) == own_grants(SharedThing(document_id=theirs)) == []
    for who, holder, role, error in ((clerk, "user:9999", "reader", Invalid), (clerk, "staff", "owner", Invalid), (actor_of(people["auditor"]), "staff", "reader", Denied)):
        with pytest.raises(error):
            rights.plan(who, [mine], holder, role)
        with pytest.raises(error):
            rights.give(who, picks, holder, role)


def test_taking_back_is_told_done_and_given_again(clerk: Actor, people: dict[str, User], count_queries) -> None:
    staff, leader, root = actor_of(people["staff"]), actor_of(people["leader"]), tree.root_id()
    papers = [file_document(root, f"{number}/QĐ-X", workflow="draft") for number in (1, 2, 3)]
    for one in papers[:2]:
        sharing.grant(clerk, SharedThing(document_id=one), key(staff), "editor")
    sharing.grant(clerk, SharedThing(document_id=papers[0]), key(staff), "reviewer")
    sharing.grant(clerk, SharedThing(document_id=papers[1]), key(leader), "manager")
    hidden = file_document(root, "4/QĐ-X")
    sharing.grant(clerk, SharedThing(document_id=hidden), key(staff), "editor")
    hide(hidden)
    assert [(one.key, one.role, one.documents) for one in rights.given(leader, [*papers, hidden])] == [(key(staff), "editor", 1), (key(leader), "manager", 1)]
    numbers = []
    for some in (papers[:1], papers):
        with count_queries() as counted:
            effect, picks = rights.plan(clerk, some, key(staff), "editor", take=True)
        numbers.append(counted.number)
    assert abs(numbers[0] - numbers[1]) <= 1 and [one.document_id for one in picks] == papers[:2]
    assert [said.values[0][1] for said in effect.changes[1:]] == ["Quyết định 3/QĐ-X"]
    (person,) = effect.people
    # They still read the first, by the other role.
    assert (person.lost["read"], person.lost["edit"]) == (1, 2) and not person.gained
    # Who holds no more than the manager's role keeps it, and is told before.
    own, none = rights.plan(leader, [*papers, hidden], key(leader), "manager", take=True)
    assert none == () and sharing.LOCKED_OUT in [said.values[1][1] for said in own.changes[1:]]
    assert rights.take_back(leader, [rights.Chosen(papers[1], None)], key(leader), "manager").refused == (("Quyết định 2/QĐ-X", sharing.LOCKED_OUT),)
    theirs = file_document(root, "5/QĐ-X")
    sharing.grant(clerk, SharedThing(document_id=theirs), key(staff), "editor")
    other, mine = rights.plan(leader, [papers[1], theirs], key(staff), "editor", take=True)
    assert [one.document_id for one in mine] == papers[1:2] and [said.values[1][1].msgid for said in other.changes[1:]] == ["bạn không được đổi quyền ở đó."]
    lifecycle.set_workflow(clerk, papers[0], "withdrawn")
    assert [label for label, _ in rights.take_back(clerk, picks, key(staff), "editor").refused] == ["Quyết định 1/QĐ-X"]
    _, picks = rights.plan(clerk, papers, key(staff), "editor", take=True)
    taken = rights.take_back(clerk, picks, key(staff), "editor")
    assert taken.made.documents == 1 and seen(staff) & set(papers) == {papers[0]}
    assert undoing.undo(clerk, taken.made.id or 0).done == 1 and {one.role for one in own_grants(SharedThing(document_id=papers[0]))} == {"editor", "reviewer"}
