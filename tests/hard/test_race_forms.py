"""Forms that two people open and save, at the same moment or one after the other: one is saved, the other gets a
conflict."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from docmgr import db
from docmgr.context import Context
from docmgr.models import (
    Abbreviation,
    Assignment,
    Document,
    Finding,
    Folder,
    Inspection,
    Plan,
    Recommendation,
    SavedSearch,
    Task,
    Unit,
    User,
    UserRole,
)
from docmgr.policy import COMMAND_LINE
from docmgr.services.folders import share_table, sharing, tree
from docmgr.services.folders.sharing import SharedThing
from docmgr.services.people import accounts, units
from tests.filling.filing import file_document, own_grants, person
from tests.support.acting import actor_of
from tests.support.browsers import REVISION, Auth, Client
from tests.support.racing import at_once, events


@dataclass(frozen=True)
class Race:
    """A form that two people open and save at the same moment. `fields` is a function that makes each person's input
    from a word."""

    address: str
    fields: Callable[[str], dict[str, Any]]
    model: Any
    column: str
    roles: tuple[str, str]
    key: int
    action: str

    def stored(self) -> tuple[Any, int]:
        """The value of the column in question, and the revision."""
        db.release()
        with db.read() as session:
            row = session.get_one(self.model, self.key)
            return getattr(row, self.column), row.revision


def make_races(auth: Auth) -> dict[str, Race]:
    """A site with one of everything that a form changes."""
    auth.people["administrator2"] = person("quantri2", "administrator")
    unit = units.create(COMMAND_LINE, name="Phòng đua")
    return {**store_races(), **site_races(auth, unit), **work_races(unit)}


def store_races() -> dict[str, Race]:
    """Documents and folders."""
    root, both = tree.root_id(), ("clerk", "clerk")
    paper = file_document(root, "1/QĐ-X", "Trích yếu đầu")
    folder = tree.create(COMMAND_LINE, root, "Thư mục đua")

    def typed(word: str) -> dict[str, Any]:
        return {"type": "Quyết định", "number": "1/QĐ-X", "subject": word, "confirm": "1"}

    def named(word: str) -> dict[str, Any]:
        return {"name": word}

    return {
        "facts": Race(
            f"/documents/{paper}/facts", typed, Document, "subject", both, paper, "document:confirm"
        ),
        "folder": Race(f"/folders/{folder.id}/edit", named, Folder, "name", both, folder.id, "folder:edit"),
    }


def site_races(auth: Auth, unit: Unit) -> dict[str, Race]:
    """Forms of administrators, and saved searches."""
    who, admins = person("duocsua", "staff"), ("administrator", "administrator2")
    with db.write() as session:
        own = Abbreviation(key="dua", short="ĐUA", names=["đi ua"])
        search = SavedSearch(owner_id=auth.people["clerk"].id, name="Tìm", parts={"q": ["x"]})
        session.add_all([own, search])

    def named(word: str) -> dict[str, Any]:
        return {"name": word}

    def person_(word: str) -> dict[str, Any]:
        return {"full_name": word, "roles": ["staff"]}

    def names(word: str) -> dict[str, Any]:
        return {"names": word}

    edit = f"/saved/{search.id}/edit"
    return {
        "person": Race(f"/people/{who.id}", person_, User, "full_name", admins, who.id, "person:edit"),
        "unit": Race(f"/units/{unit.id}", named, Unit, "name", admins, unit.id, "unit:edit"),
        "abbreviation": Race(
            "/abbreviations/dua", names, Abbreviation, "names", admins, own.id, "abbreviation:edit"
        ),
        "saved search": Race(edit, named, SavedSearch, "name", ("clerk", "clerk"), search.id, "search:edit"),
    }


def work_races(unit: Unit) -> dict[str, Race]:
    """Forms of plans, tasks, inspections, findings and recommendations."""
    with db.write() as session:
        plan = Plan(title="Kế hoạch", year=2024)
        task = Task(title="Nhiệm vụ", plan=plan, position=1, due_rule="continuous", state="open")
        task.assignments.append(Assignment(unit_id=unit.id, role="lead"))
        seen = Inspection(title="Kiểm tra", inspected_unit_id=unit.id, state="planned")
        finding = Finding(text="Phát hiện", severity="low", state="open", inspection=seen)
        item = Recommendation(text="Kiến nghị", inspection=seen)
        session.add_all([plan, task, seen, finding, item])

    def race(what: str, row: Any, field: str, word_of: str = "edit", **more: Any) -> Race:
        address = f"/{what}s/{row.id}/{word_of}"
        return Race(
            address,
            lambda word: {field: word, **more},
            type(row),
            field,
            ("clerk", "leader"),
            row.id,
            f"{what}:edit",
        )

    return {
        "plan": race("plan", plan, "title", year="2024"),
        "task": race("task", task, "title", lead_id=unit.id, due_rule="continuous", state="open"),
        "inspection": race("inspection", seen, "title", inspected_unit_id=unit.id, state="planned"),
        "finding": race("finding", finding, "text", severity="low", state="open"),
        "recommendation": race("recommendation", item, "text"),
        "answer": race("recommendation", item, "answer", "answer"),
    }


FORMS = (
    "facts", "person", "unit", "folder", "abbreviation", "saved search", "plan", "task", "inspection", "finding",
    "recommendation", "answer",
)  # fmt: skip


def revision_of(browser: Client, page: str) -> str:
    found = REVISION.search(browser.get(page).text)
    assert found is not None, page
    return found[1]


@pytest.mark.parametrize("name", FORMS)
def test_of_two_who_save_the_same_form_one_is_saved(
    app: Flask, site: Context, auth: Auth, rounds: int, name: str
) -> None:
    race = make_races(auth)[name]
    browsers = [auth(role) for role in race.roles]
    for turn in range(rounds):
        revision = revision_of(browsers[0], race.address)
        assert revision == revision_of(browsers[1], race.address)
        before, told = race.stored(), len(events(race.action))
        words = [f"Lời một {turn} của người thứ nhất", f"Lời hai {turn} của người thứ hai"]
        answers = at_once(
            site,
            [
                lambda browser=browser, word=word: browser.submit(
                    race.address, {"revision": revision, **race.fields(word)}
                )
                for browser, word in zip(browsers, words, strict=True)
            ],
            held=turn % 2 == 0,
        )
        assert sorted(answer.status_code for answer in answers) == [302, 409], (
            turn,
            [a.text for a in answers],
        )
        saved, refused = (0, 1) if answers[0].status_code == 302 else (1, 0)
        value, count_ = race.stored()
        assert value in (words[saved], [words[saved]])
        # Confirming facts also increases a document's revision for the index.
        assert count_ > before[1]
        assert len(events(race.action)) == told + 1
        page = answers[refused].text
        # The form still has the typed values, with the stored ones next to them, and saving again is over the stored
        # state.
        assert words[refused] in page and words[saved] in page
        assert revision_of(browsers[refused], race.address) == REVISION.search(page)[1]


def test_a_stale_form_gives_no_role_back(app: Flask, site: Context, auth: Auth) -> None:
    """In the other order: the form was opened before the role was removed."""
    auth.people["administrator2"] = person("quantri2", "administrator")
    one, two, staff = auth("administrator"), auth("administrator2"), auth.people["staff"]
    one.fill(f"/people/{staff.id}", {"full_name": "X", "roles": ["staff", "auditor"]})
    stale = revision_of(two, f"/people/{staff.id}")
    one.fill(f"/people/{staff.id}", {"full_name": "X", "roles": ["staff"]})
    answer = two.submit(
        f"/people/{staff.id}", {"revision": stale, "full_name": "Tên khác", "roles": ["staff", "auditor"]}
    )
    assert answer.status_code == 409
    with db.read() as session:
        assert set(session.scalars(select(UserRole.role).where(UserRole.user_id == staff.id))) == {"staff"}
    # The typed and ticked values stay, and the stored ones are shown.
    assert 'value="Tên khác"' in answer.text
    assert re.search(r'value="auditor" checked', answer.text)
    assert re.search(r"<dt>Vai trò</dt><dd>Chuyên viên</dd>", answer.text)


@pytest.mark.parametrize("kind", ["folder", "document"])
def test_a_stale_sharing_form_gives_no_right_back(app: Flask, site: Context, auth: Auth, kind: str) -> None:
    clerk, staff = actor_of(auth.people["clerk"]), auth.people["staff"]
    folder = tree.create(clerk, tree.root_id(), "Riêng")
    subject = SharedThing(folder_id=folder.id)
    here = f"/folders/{folder.id}/sharing"
    if kind == "document":
        paper = file_document(folder.id, "2/QĐ-X")
        subject, here = SharedThing(document_id=paper), f"/documents/{paper}/sharing"
    browser = auth("clerk")
    sharing.grant(clerk, subject, f"user:{staff.id}", "editor")
    stale = revision_of(browser, here)
    (right,) = own_grants(subject)
    sharing.revoke(clerk, right.id)
    db.release()
    sent = {"revision": stale, "give": f"editor user:{staff.id}"}
    answer = browser.submit(here + "/rights", sent)
    assert answer.status_code == 409
    assert own_grants(subject) == []
    # The role is still ticked.
    assert re.search(rf'value="editor user:{staff.id}"[^>]* checked', answer.text)
    told = browser.submit(here + "/rights", {"revision": stale, "inherit": "0"})
    assert told.status_code == 409 and "Người khác vừa sửa" in told.text
    db.release()
    assert share_table.page(clerk, subject).inherit
    assert (
        browser.submit(here + "/rights", {**sent, "revision": REVISION.search(answer.text)[1]}).status_code
        == 302
    )
    assert len(own_grants(subject)) == 1


def test_a_stale_page_lets_nobody_in_and_moves_no_folder(app: Flask, site: Context, auth: Auth) -> None:
    auth.people["administrator2"] = person("quantri2", "administrator")
    admin, staff = auth("administrator"), auth.people["staff"]
    accounts.disable(COMMAND_LINE, staff.id)
    stale = revision_of(admin, f"/people/{staff.id}")
    accounts.enable(COMMAND_LINE, staff.id)
    accounts.disable(COMMAND_LINE, staff.id)
    told = admin.submit(f"/people/{staff.id}/enable", {"revision": stale}, follow_redirects=True)
    assert "Người khác vừa sửa" in told.text and "Đã khóa từ" in told.text
    root, clerk = tree.root_id(), auth("clerk")
    moved, one, two = (tree.create(COMMAND_LINE, root, name).id for name in ("Đi", "Một", "Hai"))
    stale = revision_of(clerk, f"/folders/{moved}/edit")
    tree.move(COMMAND_LINE, moved, one)
    answer = clerk.submit(f"/folders/{moved}/move", {"revision": stale, "target": two})
    assert answer.status_code == 409 and 'value="Đi"' in answer.text
    db.release()
    with db.read() as session:
        assert session.get_one(Folder, moved).parent_id == one


def test_a_restored_abbreviation_is_not_what_a_form_was_opened_over(
    app: Flask, site: Context, auth: Auth
) -> None:
    """The row is deleted when the built-in names are restored; a row created later starts with another revision."""
    admin = auth("administrator")
    admin.fill("/abbreviations/ubnd", {"names": "một hai"})
    stale = revision_of(admin, "/abbreviations/ubnd")
    admin.fill("/abbreviations/ubnd/restore", {}, page="/abbreviations/ubnd")
    admin.fill("/abbreviations/ubnd", {"names": "ba bốn"})
    assert admin.submit("/abbreviations/ubnd", {"revision": stale, "names": "một hai"}).status_code == 409
    for act in ("delete", "restore"):
        told = admin.submit(f"/abbreviations/ubnd/{act}", {"revision": stale}, follow_redirects=True).text
        assert "Người khác vừa sửa" in told and "ba bốn" in told
