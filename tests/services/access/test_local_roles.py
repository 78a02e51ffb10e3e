"""Each local role on a folder or document, asked as a person, a unit and a group: what it allows, and that nothing else is seen."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import select

from docmgr import db, policy
from docmgr.models import Document, User
from docmgr.policy import COMMAND_LINE, DELIVERED, LOCAL_RIGHTS, LOCAL_ROLES, OWNER, Actor, Denied
from docmgr.services.access import guard, local_rights, rule
from docmgr.services.errors import Conflict, Invalid, NotFound
from docmgr.services.folders import abilities, local_roles, names, sharing, tree
from docmgr.services.folders.sharing import SharedThing
from docmgr.services.listing import in_folder
from docmgr.services.people import groups
from docmgr.services.people import people as accounts
from tests.filling.filing import file_document, load, person, seen
from tests.support.acting import actor_of

STATES = {"published": "read", "draft": "draft", "withdrawn": "draft"}
# What the rights allow on a document, and on a folder.
ON_DOCUMENT = {"edit": "document:edit", "approve": "document:publish", "share": "document:share", "delete": "document:delete"}


@pytest.fixture
def place(people: dict[str, User]) -> tuple[int, dict[str, int]]:
    """A folder that inherits nothing, with a document of nobody in each state."""
    folder = tree.by_path(COMMAND_LINE, "Kín/Trong", create=True).id
    sharing.set_inherit(COMMAND_LINE, SharedThing(folder_id=tree.by_path(COMMAND_LINE, "Kín").id), inherit=False)
    return folder, {workflow: file_document(folder, f"{n}/QĐ-X", workflow=workflow) for n, workflow in enumerate(STATES, 1)}


@pytest.fixture
def asked(people: dict[str, User]) -> dict[str, tuple[Actor, str]]:
    """The same person asked as a person, a unit and a group: (actor, key)."""
    actor = actor_of(people["staff"])
    group = groups.create(COMMAND_LINE, "Nhóm thử")
    return {
        "person": (actor, f"user:{actor.user_id}"),
        "unit": (actor, f"unit:{actor.unit_id}"),
        "group": (replace(actor, groups=frozenset({group})), f"group:{group}"),
    }


@contextmanager
def given(subject: SharedThing, key: str, role: str) -> Iterator[None]:
    made = sharing.grant(COMMAND_LINE, subject, key, role)
    db.release()
    yield
    sharing.undo(COMMAND_LINE, made or 0)
    db.release()


def allowed(ask: Callable[[], object]) -> bool:
    try:
        ask()
    except (NotFound, Denied):
        return False
    return True


def may_on(actor: Actor, document_id: int, action: str) -> bool:
    with db.read() as session:
        return allowed(lambda: guard.editable(session, actor, document_id, action))


def all_seen(actor: Actor, folder: int, papers: dict[str, int]) -> set[str]:
    """Everything of the place that the actor sees in any way."""
    with db.read() as session:
        found = {"folder"} if rule.may_read_folder(session, actor, folder) or names.names(session, actor, [folder]) else set()
        found |= {"shared folder"} if allowed(lambda: sharing.shared(session, actor, SharedThing(folder_id=folder))) else set()
        found |= {f"add {right}" for right in abilities.ACTIONS if abilities.holds(session, actor, folder, right)}
    found |= {"contents"} if allowed(lambda: in_folder.contents(actor, folder)) else set()
    found |= {"tree"} if folder in {node.id for node in tree.tree(actor)} else set()
    for state, number in papers.items():
        found |= {state} if allowed(lambda number=number: guard.get(actor, number)) or number in seen(actor) else set()
        found |= {f"{action} {state}" for action in ON_DOCUMENT.values() if may_on(actor, number, action)}
    return found


def wanted(role: str, papers: dict[str, int], *, of_folder: bool) -> set[str]:
    held = DELIVERED[role]
    found = {state for state, right in STATES.items() if right in held}
    found |= {f"{action} {state}" for state in papers for right, action in ON_DOCUMENT.items() if right in held}
    if not of_folder:
        return found
    found |= {"folder", "contents", "tree"} | ({"shared folder"} if "share" in held else set())
    return found | {f"add {right}" for right in abilities.ACTIONS if right in held}


@pytest.mark.parametrize("as_what", ["person", "unit", "group"])
def test_each_role_allows_what_it_holds_and_nothing_else(place, asked, as_what: str) -> None:
    folder, papers = place
    actor, key = asked[as_what]
    assert all_seen(actor, folder, papers) == set()
    for role in LOCAL_ROLES:
        with given(SharedThing(folder_id=folder), key, role):
            assert all_seen(actor, folder, papers) == wanted(role, papers, of_folder=True), role
            # Reading is all that an auditor does, whatever is given.
            auditor = replace(actor, roles=frozenset({"auditor"}))
            assert not any(" " in one for one in all_seen(auditor, folder, papers)), role
        # One way of asking is enough for the other states.
        for state, number in papers.items() if as_what == "group" else [("draft", papers["draft"])]:
            with given(SharedThing(document_id=number), key, role):
                only = {one for one in wanted(role, {state: number}, of_folder=False) if one.rpartition(" ")[2] == state}
                assert all_seen(actor, folder, papers) == only, (role, state)
    assert all_seen(actor, folder, papers) == set()


def test_the_condition_and_the_answer_for_one_document_agree(place, asked, people: dict[str, User]) -> None:
    folder, papers = place
    actor, key = asked["group"]
    apart = file_document(folder, "8/QĐ-X", inherit=False)
    mine = file_document(folder, "9/QĐ-X", workflow="draft", created_by=actor.user_id, inherit=False)
    # No draft any more, so who uploaded it has no role of their own.
    file_document(folder, "10/QĐ-X", created_by=actor.user_id, inherit=False)
    outer = SharedThing(folder_id=tree.by_path(COMMAND_LINE, "Kín").id)
    pairs = itertools.product([outer, SharedThing(folder_id=folder), SharedThing(document_id=apart)], LOCAL_ROLES)
    for subject, role in pairs:
        with given(subject, key, role), db.read() as session:
            for one in (actor, replace(actor, groups=frozenset()), COMMAND_LINE, Actor(None, "Khách")):
                rows = session.scalars(select(Document)).all()
                answers = {row.id: local_rights.on_document(session, one, row) for row in rows}
                for right in LOCAL_RIGHTS:
                    found = set(session.scalars(select(Document.id).where(local_rights.holds(one, right))))
                    assert found == {number for number, held in answers.items() if right in held}, (subject, role, right)
                if one is actor:
                    assert answers[mine] == DELIVERED[OWNER] and len(papers) == 3


def test_who_uploaded_a_draft_edits_it_and_no_other(place, asked) -> None:
    folder, papers = place
    actor, key = asked["person"]
    mine = file_document(folder, "9/QĐ-X", workflow="draft", created_by=actor.user_id)
    with given(SharedThing(folder_id=folder), key, "contributor"):
        can = {action for action in ON_DOCUMENT.values() if may_on(actor, mine, action)}
        assert can == {"document:edit", "document:publish", "document:delete"}
        assert not any(may_on(actor, number, action) for number in papers.values() for action in ON_DOCUMENT.values())
        local_roles.save(COMMAND_LINE, {**DELIVERED, OWNER: DELIVERED[OWNER] - {"approve", "delete"}}, revision=None)
        assert {action for action in ON_DOCUMENT.values() if may_on(actor, mine, action)} == {"document:edit"}


def test_changing_a_role_counts_at_once_everywhere(place, asked) -> None:
    folder, papers = place
    actor, key = asked["group"]
    apart = file_document(folder, "8/QĐ-X", inherit=False, workflow="draft")
    sharing.grant(COMMAND_LINE, SharedThing(folder_id=folder), key, "reader")
    sharing.grant(COMMAND_LINE, SharedThing(document_id=apart), key, "reader")
    assert seen(actor) == {papers["published"]}
    before = load(apart).revision
    changed = local_roles.save(COMMAND_LINE, {**DELIVERED, "reader": {"draft"}}, revision=None)
    assert changed >= 3 and load(apart).revision == before + 1
    assert seen(actor) == {*papers.values(), apart}
    assert local_roles.save(COMMAND_LINE, {**DELIVERED, "reader": {"draft"}}, revision=None) == 0
    local_roles.save(COMMAND_LINE, DELIVERED, revision=None)
    assert seen(actor) == {papers["published"]}


@pytest.mark.parametrize(
    ("role", "rights"),
    [("reader", {"edit", "draft"}), ("contributor", {"approve", "draft"}), ("editor", {"own"}), (OWNER, {"add"}), ("reviewer", {"delete"})],
)
def test_rights_out_of_bounds_are_refused(people: dict[str, User], role: str, rights: set[str]) -> None:
    with pytest.raises(Invalid):
        local_roles.save(COMMAND_LINE, {**DELIVERED, role: rights}, revision=None)
    with db.read() as session:
        assert local_rights.table(session) == DELIVERED


def test_a_right_that_is_nothing_without_another_says_so(people: dict[str, User]) -> None:
    with pytest.raises(Invalid, match="“Sửa” cần có cả “Đọc cả dự thảo") as error:
        local_roles.save(COMMAND_LINE, {**DELIVERED, "reader": {"edit"}}, revision=None)
    assert error.value.field == "reader-edit"


def test_what_a_role_always_holds_cannot_be_taken(people: dict[str, User]) -> None:
    local_roles.save(COMMAND_LINE, {}, revision=None)
    with db.read() as session:
        assert local_rights.table(session) == {role: always for role, (always, _most) in policy.BOUNDS.items()}
        assert "share" in policy.BOUNDS["manager"][0] and policy.BOUNDS["reader"][0] == {"read"}


def test_only_administrators_set_what_roles_do(people: dict[str, User]) -> None:
    _held, revision = local_roles.listing(actor_of(people["administrator"]))
    for role in ("clerk", "staff", "leader", "auditor"):
        for ask in (local_roles.listing, lambda actor: local_roles.save(actor, DELIVERED, revision=None)):
            with pytest.raises(Denied):
                ask(actor_of(people[role]))
    local_roles.save(COMMAND_LINE, {**DELIVERED, "reader": {"draft"}}, revision=revision)
    with pytest.raises(Conflict):
        local_roles.save(COMMAND_LINE, DELIVERED, revision=revision)


def test_bounds_are_consistent() -> None:
    assert set(policy.BOUNDS) == set(DELIVERED) == {*LOCAL_ROLES, OWNER}
    for role, (always, most) in policy.BOUNDS.items():
        assert always <= DELIVERED[role] <= most <= set(LOCAL_RIGHTS)
        for held in (always, DELIVERED[role]):
            assert all(policy.NEEDS.get(right, right) in held for right in held), role
        assert "read" in always


def test_who_leaves_a_group_is_refused_at_once(place, people: dict[str, User]) -> None:
    folder, papers = place
    admin, member = actor_of(people["administrator"]), person("thanh-vien", "staff")
    group = groups.create(admin, "Tổ rà soát")
    groups.add(admin, group, member.id)
    sharing.grant(COMMAND_LINE, SharedThing(folder_id=folder), f"group:{group}", "reader")

    def acting() -> Actor:
        db.release()
        return people_acting(member.id)

    assert papers["published"] in seen(acting())
    for refused in (lambda: groups.delete(admin, group), lambda: groups.add(admin, group, admin.user_id or 0)):
        with pytest.raises(Invalid):
            refused()
    groups.remove(admin, group, member.id)
    assert seen(acting()) == set()


def people_acting(user_id: int) -> Actor:
    with db.read() as session:
        user = session.get_one(User, user_id)
    return accounts.acting(user)
