"""The page "Chia sẻ"."""

from __future__ import annotations

import re

import pytest

from docmgr import db
from docmgr.models import Unit, User
from docmgr.policy import Actor
from docmgr.services.folders import sharing, tree
from docmgr.services.folders.sharing import SharedThing
from tests.filling.filing import file_document, seen
from tests.support.acting import actor_of
from tests.support.browsers import Auth


@pytest.fixture
def places(clerk: Actor) -> dict[str, str]:
    """The addresses of a folder and of a document in it."""
    folder = tree.by_path(clerk, "A", create=True).id
    return {"folder": f"/folders/{folder}", "document": f"/documents/{file_document(folder, '1/QĐ-X')}"}


@pytest.mark.parametrize("kind", ["folder", "document"])
def test_give_and_take_back(auth: Auth, places: dict[str, str], people: dict[str, User], kind: str) -> None:
    browser, here = auth("clerk"), places[kind] + "/sharing"
    page = browser.get(here + "?q=trung hoc").text
    unit = re.search(r'value="(unit:\d+)"', page)
    assert unit is not None
    assert browser.fill(here + "/rights", {"key": unit[1], "right": "edit"}, page=here).headers["Location"] == here
    page = browser.get(here).text
    assert "Phòng Giáo dục Trung học" in page
    take = re.search(r'action="(/rights/\d+/revoke)"', page)
    assert take is not None
    # The person who now has the right may use it, and may revoke it.
    assert auth("staff").get(here).status_code == 200
    assert browser.submit(take[1]).headers["Location"] == here
    assert auth("staff").get(here).status_code == 404
    # One button gives it back, once: when the rights have changed since, it only says so.
    page = browser.get(here).text.partition('class="alert alert-success message"')[2].partition("</form>")[0]
    undo = dict(re.findall(r'name="(key|right|revision|undo)" value="([^"]+)"', page))
    assert auth("leader").submit(here + "/rights", undo).status_code == 404
    assert "Đã hoàn tác" in browser.get(browser.submit(here + "/rights", undo).headers["Location"]).text
    assert auth("staff").get(here).status_code == 200
    assert browser.submit(re.search(r"/rights/\d+/revoke", browser.get(here).text)[0]).status_code == 302  # type: ignore[index]
    assert browser.submit(here + "/rights", undo).status_code == 409
    assert auth("staff").get(here).status_code == 404


@pytest.mark.parametrize("kind", ["folder", "document"])
def test_stop_and_continue(auth: Auth, places: dict[str, str], people: dict[str, User], kind: str) -> None:
    browser, here = auth("clerk"), places[kind] + "/sharing"
    staff = actor_of(people["staff"])
    before = seen(staff)
    browser.fill(here + "/inheritance", {"inherit": "0"}, page=here)
    assert seen(staff) == set() != before
    assert "Kế thừa trở lại" in browser.get(here).text
    assert "Văn thư thử" in browser.get(here).text
    browser.fill(here + "/inheritance", {"inherit": "1"}, page=here)
    assert seen(staff) == before


def test_inherited_rights_link_to_their_folder(auth: Auth, places: dict[str, str]) -> None:
    page = auth("clerk").get(places["document"] + "/sharing").text
    assert f'<a href="/folders/{tree.root_id()}/sharing">' in page
    assert "Vai trò Văn thư" in page
    assert "/revoke" not in page


@pytest.mark.parametrize("role", ["staff", "leader", "auditor", "administrator"])
@pytest.mark.parametrize("kind", ["folder", "document"])
def test_others_do_not_find_the_page(auth: Auth, places: dict[str, str], role: str, kind: str) -> None:
    browser, here = auth(role), places[kind] + "/sharing"
    assert browser.get(here).status_code == 404
    assert browser.submit(here + "/rights", {"key": "role:staff", "right": "edit"}).status_code == 404
    assert browser.submit(here + "/inheritance", {"inherit": "0"}).status_code == 404
    with db.read() as session:
        assert tree.may_edit(session, actor_of(auth.people["clerk"]), tree.root_id())
    assert browser.submit("/rights/1/revoke").status_code == browser.submit("/rights/9999/revoke").status_code == 404


def test_mistakes_are_said(auth: Auth, places: dict[str, str]) -> None:
    browser, here = auth("clerk"), places["folder"] + "/sharing"
    for form in ({"right": "read"}, {"key": "user:9999", "right": "read"}, {"key": "staff", "right": "own"}):
        answer = browser.fill(here + "/rights", form, page=here)
        assert answer.status_code == 400
        assert 'role="alert"' in answer.text
    root = f"/folders/{tree.root_id()}/sharing"
    take = re.findall(r'action="(/rights/\d+/revoke)"', browser.get(root).text)
    assert len(take) == 2
    for address in take:
        browser.submit(address)
    # The right of "Mọi người" was removed; the clerks' own right to edit was not.
    page = browser.get(root).text
    assert "chính bạn không sửa được nữa" in page
    assert len(re.findall(r'action="(/rights/\d+/revoke)"', page)) == 1


def test_names_are_text(auth: Auth, places: dict[str, str], clerk: Actor) -> None:
    with db.write() as session:
        unit = Unit(name='<img src=x onerror=alert(1)> 100%(x)s "')
        session.add(unit)
        session.flush()
        key = f"unit:{unit.id}"
    folder = SharedThing(folder_id=int(places["folder"].rsplit("/", 1)[1]))
    sharing.grant(clerk, folder, key, "read")
    for address in ("folder", "document"):
        page = auth("clerk").get(places[address] + "/sharing?q=<b>img").text
        assert "<img src=x" not in page
        assert "100%(x)s" in page
        assert "<b>img" not in page


def test_nothing_found_leads_on(auth: Auth, places: dict[str, str]) -> None:
    page = auth("clerk").get(places["folder"] + "/sharing?q=khongcoai").text
    assert f'href="{places["folder"]}/sharing"' in page
    assert "Không có người" in page
