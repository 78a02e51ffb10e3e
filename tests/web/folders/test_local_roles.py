"""The pages of local roles and groups, and of what a person may read; and that only buttons are offered that do not refuse."""

from __future__ import annotations

import re

import pytest

from docmgr import db
from docmgr.models import User
from docmgr.policy import COMMAND_LINE, DELIVERED, LOCAL_ROLES
from docmgr.services.access import local_rights
from docmgr.services.folders import sharing, tree
from docmgr.services.folders.sharing import SharedThing
from tests.filling.filing import file_document, person, seen
from tests.support.acting import actor_of
from tests.support.browsers import Auth

# What leads to each act on a folder, and on a document, by the right that it needs.
ON_FOLDER = {"add": "/documents/new?folder={}\"", "share": "/folders/{}/sharing\"", "edit": "/folders/{}/edit\""}
ON_DOCUMENT = {"edit": "/documents/{}/facts\"", "approve": "name=\"workflow\" value=\"published\"", "share": "/documents/{}/sharing\"", "delete": "/documents/{}/delete\""}


def test_only_buttons_are_offered_that_do_not_refuse(auth: Auth, people: dict[str, User]) -> None:
    folder = tree.by_path(COMMAND_LINE, "Kín", create=True).id
    paper = file_document(folder, "1/QĐ-X", workflow="withdrawn")
    browser, key = auth("leader"), f"user:{people['leader'].id}"
    for role in LOCAL_ROLES:
        made = sharing.grant(COMMAND_LINE, SharedThing(folder_id=folder), key, role)
        page = browser.get(f"/folders/{folder}").text
        assert {right for right, link in ON_FOLDER.items() if link.format(folder) in page} == DELIVERED[role] & set(ON_FOLDER), role
        if "draft" in DELIVERED[role]:
            page = browser.get(f"/documents/{paper}").text
            assert {right for right, link in ON_DOCUMENT.items() if link.format(paper) in page} == DELIVERED[role] & set(ON_DOCUMENT), role
        sharing.undo(COMMAND_LINE, made or 0)


def test_an_administrator_sets_what_a_role_may_do(auth: Auth) -> None:
    browser = auth("administrator")
    page = browser.get("/local-roles").text
    assert not re.search(r'name="reader" value="(read|edit)"', page) and 'name="reader" value="draft"' in page
    ticked = {role: sorted(held) for role, held in DELIVERED.items()}
    assert browser.fill("/local-roles", {**ticked, "editor": ["add", "approve"]}, page="/local-roles").status_code == 302
    with db.read() as session:
        table = local_rights.table(session)
    assert table == {**DELIVERED, "editor": frozenset({"read", "draft", "edit", "add", "approve"})}
    answer = browser.fill("/local-roles", {**ticked, "reader": ["delete"]}, page="/local-roles")
    assert answer.status_code == 400 and "cần có cả" in answer.text
    stale = browser.submit("/local-roles", {**ticked, "revision": "1"})
    assert stale.status_code == 409 and "Người khác vừa sửa" in stale.text
    for role in ("clerk", "auditor"):
        assert auth(role).get("/local-roles").status_code == auth(role).get("/groups").status_code == 404


def test_a_group_is_kept_and_holds_rights(auth: Auth, people: dict[str, User]) -> None:
    browser, member = auth("administrator"), people["leader"]
    here = browser.submit("/groups", {"name": "Tổ rà soát"}).headers["Location"]
    assert f'action="{here}/members/{member.id}/add"' in browser.get(f"{here}?q=lanh dao").text
    assert browser.submit(f"{here}/members/{member.id}/add").status_code == 302
    assert member.full_name in browser.get(here).text
    assert "Đã có nhóm" in browser.submit("/groups", {"name": "Tổ rà soát"}).text
    folder = tree.by_path(COMMAND_LINE, "Kín", create=True).id
    sharing.set_inherit(COMMAND_LINE, SharedThing(folder_id=folder), inherit=False)
    paper = file_document(folder, "1/QĐ-X")
    sharing.grant(COMMAND_LINE, SharedThing(folder_id=folder), f"group:{here.rsplit('/', 1)[1]}", "reader")
    assert auth("leader").get(f"/documents/{paper}").status_code == 200
    assert "Nhóm này còn quyền" in browser.submit(f"{here}/delete", follow_redirects=True).text
    browser.submit(f"{here}/members/{member.id}/remove")
    assert auth("leader").get(f"/documents/{paper}").status_code == 404
    own = browser.submit(f"{here}/members/{people['administrator'].id}/add", follow_redirects=True).text
    assert "Không ai tự đưa mình" in own


@pytest.mark.parametrize("role", ["administrator", "auditor", "clerk"])
def test_what_a_person_may_read(auth: Auth, people: dict[str, User], role: str) -> None:
    paper = file_document(tree.root_id(), "1/QĐ-X")
    file_document(tree.root_id(), "2/QĐ-X", workflow="draft")
    assert seen(actor_of(people["staff"])) == {paper}
    found = auth(role).get("/sees?q=chuyen vien")
    page = auth(role).get(f"/sees/{people['staff'].id}?q=QĐ")
    if role == "clerk":
        assert found.status_code == page.status_code == 404
        return
    assert f'href="/sees/{people["staff"].id}"' in found.text
    assert ("1/QĐ-X" in page.text) is (role == "auditor") and "2/QĐ-X" not in page.text
    assert "Vai trò của người này không đọc" in auth(role).get(f"/sees/{person('q', 'administrator').id}").text
    assert auth(role).get("/sees/9999").status_code == 404
