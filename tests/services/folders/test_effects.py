"""What a change of rights or a move would do: the same as what it then does, for every person."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from sqlalchemy import select

from docmgr import db, policy
from docmgr.models import Document, Folder, Grant, Unit, User
from docmgr.policy import COMMAND_LINE, Actor
from docmgr.services.access import local_rights, rule
from docmgr.services.documents import lifecycle
from docmgr.services.errors import Invalid, NotFound
from docmgr.services.folders import comparing, effects, readers, sharing, tree
from docmgr.services.folders.effects import Effect
from docmgr.services.folders.sharing import RightsChange, SharedThing
from docmgr.services.message import told
from tests.filling.filing import file_document, giving, person, taking
from tests.support.acting import actor_of

# By person: the documents with each right of comparing.COUNTED, at last the folders to which they add.
Held = dict[str, tuple[set[int], ...]]
Change = tuple[Callable[[], Effect], Callable[[], object]]


def held(actors: dict[str, Actor]) -> Held:
    """The documents on which each person holds each right, and the folders to which they add, by the rules in SQL."""
    db.release()
    with db.read() as session:
        def ids(actor: Actor, right: str) -> set[int]:
            if not policy.may(actor, comparing.COUNTED[right]):
                return set()
            if right == "add":
                return {one for one in session.scalars(select(Folder.id)) if rule.holds(session, actor, one, right)}
            held = {"read": rule.visible(actor), "edit": rule.editable(actor)}.get(right)
            held = rule.visible(actor) & local_rights.holds(actor, right) if held is None else held
            return set(session.scalars(select(Document.id).where(held)))

        return {name: tuple(ids(actor, right) for right in comparing.COUNTED) for name, actor in actors.items()}


def assert_told(effect: Effect, before: Held, after: Held) -> None:
    """Compare what was told with what became of it."""
    wanted, documents, folders = {}, set[int](), set[int]()
    for name in before:
        told = [{right: len(new - old) for right, old, new in zip(comparing.COUNTED, *pair, strict=True) if new - old}
                for pair in ((before[name], after[name]), (after[name], before[name]))]  # fmt: skip
        documents.update(*(old ^ new for old, new in zip(before[name][:-1], after[name][:-1], strict=True)))
        folders |= before[name][-1] ^ after[name][-1]
        if any(told):
            wanted[name] = told
    assert {one.name: [one.gained, one.lost] for one in effect.people} == wanted
    assert (effect.documents, effect.folders) == (len(documents), len(folders))


@pytest.fixture
def folders(clerk: Actor) -> list[int]:
    """Five folders, some within others, with documents in all states and rights here and there."""
    made = [tree.by_path(COMMAND_LINE, path, create=True).id for path in ("A", "A/B", "A/B/C", "D", "D/E")]
    for folder_id in made:
        for workflow in ("draft", "published", "withdrawn"):
            file_document(folder_id, f"{folder_id}-{workflow}", workflow=workflow, created_by=clerk.user_id)
        file_document(folder_id, f"{folder_id}-0", inherit=False)
        file_document(folder_id, f"{folder_id}-x", deleted_at=db.now())
    return made


def some_change(dice: random.Random, folders: list[int], keys: list[str]) -> Change | None:
    """One change by chance: what tells its effect, and what makes it."""
    with db.read() as session:
        papers = list(session.scalars(select(Document.id).where(Document.deleted_at.is_(None))))
        grants = list(session.execute(select(Grant.id, Grant.folder_id, Grant.document_id, Grant.key, Grant.role)))
    subject = SharedThing(folder_id=dice.choice(folders)) if dice.random() < 0.7 else SharedThing(document_id=dice.choice(papers))
    kind = dice.choice(["give", "give", "take", "inherit", "folder", "papers"])
    if kind == "give":
        key, right = dice.choice(keys), dice.choice(sorted(policy.LOCAL_ROLES))
        return lambda: effects.of_sharing(COMMAND_LINE, subject, giving(key, right)), lambda: sharing.grant(COMMAND_LINE, subject, key, right)
    if kind == "take":
        number, folder_id, document_id, key, role = dice.choice(grants)
        on = SharedThing(folder_id, document_id)
        return lambda: effects.of_sharing(COMMAND_LINE, on, taking(key, role)), lambda: sharing.revoke(COMMAND_LINE, number)
    if kind == "inherit":
        inherit = dice.random() < 0.5
        return lambda: effects.of_sharing(COMMAND_LINE, subject, RightsChange(inherit=inherit)), lambda: sharing.set_inherit(COMMAND_LINE, subject, inherit=inherit)
    target = dice.choice(folders)
    if kind == "papers":
        chosen = dice.sample(papers, 4)
        return lambda: effects.of_moving_documents(COMMAND_LINE, chosen, target), lambda: lifecycle.move(COMMAND_LINE, chosen, target)
    moved = dice.choice(folders)
    with db.read() as session:
        if moved in {above.id for above in tree.path(session, target)}:
            return None
    return lambda: effects.of_moving_folder(COMMAND_LINE, moved, target), lambda: tree.move(COMMAND_LINE, moved, target)


def test_what_is_told_comes_true(people: dict[str, User], folders: list[int]) -> None:
    dice = random.Random(2024)
    with db.read() as session:
        units = [f"unit:{number}" for number in session.scalars(select(Unit.id))]
        actors = {user.full_name: actor_of(user) for user in session.scalars(select(User).where(User.disabled_at.is_(None)))}
    keys = ["staff", "role:leader", "role:staff", *units, *(f"user:{user.id}" for user in people.values())]
    changed = 0
    before = held(actors)
    for _ in range(60):
        change = some_change(dice, folders, keys)
        if change is None:
            continue
        effect = change[0]()
        change[1]()
        after = held(actors)
        assert_told(effect, before, after)
        changed += bool(effect.people)
        before = after
    assert changed > 15


def test_telling_changes_nothing_and_is_for_those_who_may_share(clerk: Actor, people: dict[str, User], folders: list[int]) -> None:
    folder, staff = SharedThing(folder_id=folders[0]), actor_of(people["staff"])
    give = giving("role:leader", "editor")
    told_effect = effects.of_sharing(clerk, folder, give)
    assert [one.name for one in told_effect.gaining] == [people["leader"].full_name] and told_effect.losing == ()
    assert effects.of_sharing(clerk, folder, give) == told_effect
    with db.read() as session:
        (paper,) = session.scalars(select(Document.id).where(Document.number == f"{folders[0]}-published"))
    for refused in (
        lambda: effects.of_sharing(staff, folder, give),
        lambda: effects.of_moving_documents(clerk, [paper, 9999], folders[3]),
        lambda: readers.of_document(staff, paper),
    ):
        with pytest.raises(NotFound):
            refused()
    for denied in (lambda: effects.of_moving_documents(staff, [paper], folders[3]), lambda: effects.of_moving_folder(staff, folders[1], folders[3])):
        with pytest.raises((NotFound, policy.Denied)):
            denied()


def test_who_would_lock_oneself_out_is_told(clerk: Actor, folders: list[int]) -> None:
    folder = SharedThing(folder_id=folders[0])
    own = actor_of(person("khac", "clerk"))
    sharing.grant(clerk, folder, f"user:{clerk.user_id}", "editor")
    # Stopping keeps the right of who stops; the other clerk loses it.
    effect = effects.of_sharing(own, folder, RightsChange(inherit=False))
    assert own.label.partition(" (")[0] not in [one.name for one in effect.losing if one.lost["edit"]]
    sharing.set_inherit(clerk, folder, inherit=False)
    with pytest.raises(Invalid):
        effects.of_sharing(clerk, folder, taking(f"user:{clerk.user_id}", "editor"))


def test_who_reads_a_document_and_why(clerk: Actor, people: dict[str, User], folders: list[int]) -> None:
    paper = file_document(folders[0], "7/QĐ-X")
    sharing.set_inherit(clerk, SharedThing(document_id=paper), inherit=False)
    sharing.grant(clerk, SharedThing(document_id=paper), "role:leader", "reader")
    label, state, found = readers.of_document(clerk, paper)
    assert "7/QĐ-X" in label and "Đã công bố" in told(state)
    rows = {one.name: (one.edits, [told(holder) for holder in one.through]) for one in found}
    name = {role: user.full_name for role, user in people.items()}
    assert rows[name["clerk"]] == (True, [name["clerk"]])
    assert rows[name["leader"]] == (False, ["Vai trò Lãnh đạo"])
    assert rows[name["auditor"]] == (False, ["Vai trò Thanh tra, kiểm toán"])
    assert name["staff"] not in rows
    # An administrator is among "everybody", but reads no documents by that role.
    everybody = {one.name for one in readers.of_document(clerk, file_document(folders[0], "8/QĐ-X"))[2]}
    assert name["staff"] in everybody and name["administrator"] not in everybody


def test_a_folder_that_inherits_nothing_keeps_its_rights_where_it_is_moved(clerk: Actor, people: dict[str, User], folders: list[int]) -> None:
    sharing.grant(clerk, SharedThing(folder_id=folders[3]), "role:leader", "editor")
    assert effects.of_moving_folder(clerk, folders[0], folders[3]).people
    sharing.set_inherit(clerk, SharedThing(folder_id=folders[0]), inherit=False)
    assert effects.of_moving_folder(clerk, folders[0], folders[3]).people == ()
