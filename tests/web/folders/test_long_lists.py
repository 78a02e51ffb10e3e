"""Long lists of folders in the forms that move, copy, upload or choose by folder: they are searched, nothing is lost and nobody is offered more."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from docmgr import db
from docmgr.models import Document, Folder, User, WorkflowRule
from docmgr.policy import COMMAND_LINE, DELIVERED, OWNER, Actor
from docmgr.services.folders import local_roles, sharing, tree
from docmgr.services.folders.sharing import SharedThing
from docmgr.web.kit import many
from tests.filling.desk import own_folder, stored, work
from tests.filling.filing import file_document, load
from tests.filling.papers import decision
from tests.support.browsers import Client
from tests.web.kit.test_many import offered

NOT_CHOSEN = "Hãy bấm “Tìm” rồi chọn một mục"
ONE, TWELVE = {"Trường số 1": True}, {"Trường số 12": True}


@pytest.fixture
def schools(clerk: Actor, people: dict[str, User], monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """More folders than a list shows, and one that the clerk may not see."""
    monkeypatch.setattr(many, "MOST", 8)
    own_folder(people["leader"])
    return [tree.create(clerk, tree.root_id(), f"Trường số {number}").id for number in range(1, 13)]


@pytest.fixture
def browser(auth: Any) -> Client:
    made: Client = auth("clerk")
    return made


def names(page: str, field: str) -> dict[str, bool]:
    """The folders that a field offers, by their own names, with whether each is chosen."""
    return {words.rpartition(" / ")[2]: chosen for words, chosen in offered(page, field).items()}


def count(model: Any) -> int:
    with db.read() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_the_folder_to_which_a_document_is_moved_is_searched(browser: Client, schools: list[int]) -> None:
    document = file_document(schools[0], "1/QĐ")
    here = f"/documents/{document}/move"
    page = browser.get(here).text
    assert names(page, "folder") == ONE and f'formaction="{here}"' in page
    found = browser.get(f"{here}?folder={schools[0]}&folder_q=truong so 12&searched=folder&find=folder&seen={schools[4]}").text
    assert names(found, "folder") == {**ONE, "Trường số 12": False} and f'name="seen" value="{schools[4]}"' in found and "autofocus" in found
    assert names(browser.get(f"{here}?folder={schools[6]}").text, "folder") == {"Trường số 7": True}
    # The folder of somebody else is not offered, and words that were not chosen are not lost.
    assert names(browser.get(f"{here}?folder=&folder_q=rieng").text, "folder") == {}
    back = browser.get(f"/documents/{document}/moving?seen={schools[4]}&folder=&folder_q=so 12&searched=folder")
    told = browser.get(back.location).text
    assert NOT_CHOSEN in told and 'value="so 12"' in told and f'name="seen" value="{schools[4]}"' in told and "Trường số 12" in names(told, "folder")
    assert browser.get(f"/documents/{document}/moving?folder=").location == here
    assert "Trước khi chuyển" in browser.get(f"/documents/{document}/moving?folder={schools[11]}&folder_q=x&searched=folder").text


def test_a_short_list_of_folders_is_shown_whole(browser: Client, schools: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(many, "MOST", 200)
    document = file_document(schools[0], "1/QĐ")
    for address, field in (
        (f"/documents/{document}/move", "folder"), (f"/documents/{document}/duplicate", "folder"), ("/documents/new", "folder"),
        (f"/folders/{schools[0]}/edit", "into"), (f"/folders/{schools[0]}/edit", "target"), ("/workflows", "folder_id"),
    ):  # fmt: skip
        page = browser.get(address).text
        assert len(names(page, field)) >= 12 and f'name="{field}_q"' not in page and "Chọn…" not in page


def test_the_folder_of_a_copy_is_searched_and_nothing_is_copied_meanwhile(app: Flask, browser: Client, schools: list[int]) -> None:
    document = stored(app, browser, decision(), folder=str(schools[0]))
    here, before = f"/documents/{document}/duplicate", count(Document)
    assert names(browser.get(here).text, "folder") == ONE
    found = browser.submit(here, {"folder": schools[2], "folder_q": "SỐ 12", "searched": "folder", "find": "folder"})
    assert found.status_code == 200 and names(found.text, "folder") == {"Trường số 3": True, "Trường số 12": False}
    assert names(browser.submit(here, {"folder_q": "so 12", "find": "folder"}).text, "folder") == TWELVE
    several = browser.submit(here, {"folder_q": "so 1", "find": "folder"}).text
    # What was found first is not chosen unasked.
    assert '<option value="">Chọn…</option>' in several and True not in names(several, "folder").values() and len(names(several, "folder")) == 4
    assert names(browser.submit(here, {"folder_q": "rieng cua", "find": "folder"}).text, "folder") == {}
    refused = browser.submit(here, {"folder_q": "so 12", "searched": "folder", "folder": ""})
    assert refused.status_code == 400 and NOT_CHOSEN in refused.text and count(Document) == before
    done = browser.submit(here, {"folder": schools[11], "folder_q": "so 12", "searched": "folder"})
    assert load(int(done.location.rpartition("/")[2])).folder_id == schools[11]


def test_where_a_folder_is_moved_and_duplicated_is_searched(browser: Client, schools: list[int]) -> None:
    here = f"/folders/{schools[0]}/edit"
    page = browser.get(here).text
    assert names(page, "target") == {} and f'formaction="{here}"' in page
    found = browser.get(f"{here}?revision=7&target={schools[3]}&target_q=so 12&find=target").text
    assert names(found, "target") == {"Trường số 4": True, "Trường số 12": False} and 'name="revision" value="7"' in found
    assert "Trường số 1" not in names(browser.get(f"{here}?target_q=so 1").text, "target")
    told = browser.get(browser.get(f"/folders/{schools[0]}/move?revision=7&target=&target_q=so 12&searched=target").location).text
    assert NOT_CHOSEN in told and 'name="revision" value="7"' in told and "Trường số 12" in names(told, "target")

    before = count(Folder)
    there = f"/folders/{schools[0]}/duplicate"
    searched = browser.submit(there, {"copy_name": "Bản chép", "into": schools[5], "into_q": "so 9", "searched": "into", "find": "into"})
    assert searched.status_code == 200 and 'value="Bản chép"' in searched.text
    assert names(searched.text, "into") == {"Trường số 6": True, "Trường số 9": False}
    refused = browser.submit(there, {"copy_name": "Bản chép", "into": "", "into_q": "so 9", "searched": "into"})
    assert refused.status_code == 400 and NOT_CHOSEN in refused.text and 'value="Bản chép"' in refused.text and count(Folder) == before
    assert names(browser.submit(there, {"into": "", "into_q": "rieng cua", "find": "into"}).text, "into") == {}
    made = browser.submit(there, {"copy_name": "Bản chép", "into": schools[8]})
    with db.read() as session:
        assert session.get_one(Folder, int(made.location.rpartition("/")[2])).parent_id == schools[8]


def test_where_many_documents_are_moved_is_searched_and_they_stay_chosen(browser: Client, schools: list[int]) -> None:
    ids = [file_document(schools[0], f"{number}/QĐ") for number in (1, 2)]
    there, sent = f"/folders/{schools[0]}/documents/moving", {"id": ids, "sort": "number", "act": "move"}
    page = browser.submit(there, sent)
    assert page.status_code == 200 and names(page.text, "target") == {} and NOT_CHOSEN not in page.text
    found = browser.submit(there, {**sent, "target": schools[3], "target_q": "so 12", "searched": "target", "find": "target"})
    assert found.status_code == 200 and names(found.text, "target") == {"Trường số 4": True, "Trường số 12": False}
    assert all(f'name="id" value="{one}"' in found.text for one in ids) and 'name="sort" value="number"' in found.text
    assert names(browser.submit(there, {**sent, "target_q": "rieng", "find": "target"}).text, "target") == {}
    refused = browser.submit(there, {**sent, "target": "", "target_q": "so 12", "searched": "target"})
    assert refused.status_code == 400 and NOT_CHOSEN in refused.text and f'name="id" value="{ids[1]}"' in refused.text
    shown = browser.submit(there, {**sent, "target": schools[11]})
    assert "Trước khi chuyển" in shown.text and {load(one).folder_id for one in ids} == {schools[0]}


def test_the_folder_of_an_upload_is_searched_without_storing_anything(app: Flask, browser: Client, schools: list[int]) -> None:
    # Until another one is chosen it is the folder of one's last upload.
    stored(app, browser, decision(), folder=str(schools[3]))
    page = browser.get("/documents/new").text
    assert names(page, "folder") == {"Trường số 4": True}
    before = count(Document)
    sent = {"folder": schools[4], "folder_q": "so 12", "searched": "folder", "publish": "1"}
    found = browser.submit("/documents/new", {**sent, "find": "folder", "files": (io.BytesIO(decision(number="7")), "b.docx")})
    assert found.status_code == 200 and names(found.text, "folder") == {"Trường số 5": True, "Trường số 12": False} and count(Document) == before
    assert 'value="1" id="publish-now" checked' in found.text and 'formenctype="application/x-www-form-urlencoded"' in found.text
    assert names(browser.submit("/documents/new", {"folder_q": "rieng cua", "find": "folder"}).text, "folder") == {"Trường số 4": True}
    refused = browser.submit("/documents/new", {**sent, "folder": "", "files": (io.BytesIO(decision(number="7")), "b.docx")})
    assert refused.status_code == 400 and NOT_CHOSEN in refused.text and count(Document) == before
    browser.submit("/documents/new", {**sent, "folder": schools[11], "files": (io.BytesIO(decision(number="7")), "b.docx")})
    with db.read() as session:
        assert session.scalars(select(Document.folder_id).order_by(Document.id.desc())).first() == schools[11]


def test_folders_in_which_one_may_not_publish_are_marked_after_a_search(auth: Any, clerk: Actor, schools: list[int]) -> None:
    narrow = {OWNER: DELIVERED[OWNER] - {"approve"}, "editor": DELIVERED["editor"] - {"approve"}}
    local_roles.save(COMMAND_LINE, DELIVERED | narrow, revision=None)
    for number in schools:
        sharing.grant(clerk, SharedThing(folder_id=number), "role:staff", "contributor")
    found = auth("staff").submit("/documents/new", {"folder_q": "so 12", "folder": schools[1], "find": "folder"}).text
    assert f'<option value="{schools[11]}" data-draft>' in found and f'<option value="{schools[1]}" selected data-draft>' in found


def test_the_table_of_waiting_documents_is_filtered_by_a_searched_folder(app: Flask, browser: Client, schools: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    held = [stored(app, browser, decision(number=str(number)), folder=str(schools[number])) for number in (2, 3, 11)]
    work(app)
    assert len(names(browser.get("/documents/waiting").text, "folder")) == len(held)
    monkeypatch.setattr(many, "MOST", 2)
    assert names(browser.get("/documents/waiting").text, "folder") == {}
    found = browser.get(f"/documents/waiting?folder={schools[2]}&folder_q=truong so 12").text
    assert names(found, "folder") == {"Trường số 3": True, "Trường số 12": False} and 'name="find"' not in found.partition("</form>")[0]


def test_the_folder_of_a_rule_is_searched_and_words_alone_make_no_rule_of_all_folders(browser: Client, schools: list[int]) -> None:
    sent = {"type": "Công văn", "workflow_id": "1", "searched": "folder_id", "folder_id_q": "so 12", "folder_id": ""}
    assert names(browser.get("/workflows").text, "folder_id") == {}
    before = count(WorkflowRule)
    found = browser.submit("/workflows/rules", {**sent, "find": "folder_id"})
    assert found.status_code == 200 and names(found.text, "folder_id") == TWELVE and "<option selected>Công văn" in found.text
    refused = browser.submit("/workflows/rules", sent)
    assert refused.status_code == 400 and NOT_CHOSEN in refused.text and count(WorkflowRule) == before
    assert names(browser.submit("/workflows/rules", {**sent, "folder_id_q": "rieng cua", "find": "folder_id"}).text, "folder_id") == {}
    number = browser.get("/workflows").text.partition('name="workflow_id"><option value="')[2].partition('"')[0]
    assert browser.submit("/workflows/rules", {**sent, "workflow_id": number, "folder_id": schools[11]}).status_code == 302
    with db.read() as session:
        assert session.scalars(select(WorkflowRule.folder_id)).all() == [schools[11]]
