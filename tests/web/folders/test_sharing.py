"""The page "Chia sẻ"."""

from __future__ import annotations

import re
from html import unescape

import pytest

from docmgr import db
from docmgr.models import Unit, User
from docmgr.policy import Actor
from docmgr.services.folders import sharing, tree
from docmgr.services.folders.sharing import SharedThing
from tests.filling.filing import file_document, seen
from tests.support.acting import actor_of
from tests.support.browsers import Auth, Client


@pytest.fixture
def places(clerk: Actor) -> dict[str, str]:
    """The addresses of a folder and of a document in it."""
    folder = tree.by_path(clerk, "A", create=True).id
    return {"folder": f"/folders/{folder}", "document": f"/documents/{file_document(folder, '1/QĐ-X')}"}


def revoking(browser: Client, page: str) -> list[str]:
    """The addresses that take back the rights on a page "Chia sẻ"; "" where that is refused beforehand."""
    pages = (browser.get(unescape(address)).text for address in re.findall(r'href="([^"]+/sharing/effect\?take=\d+)"', page))
    return ["".join(re.findall(r'action="(/rights/\d+/revoke)"', shown)) for shown in pages]


@pytest.mark.parametrize("kind", ["folder", "document"])
def test_give_and_take_back(auth: Auth, places: dict[str, str], people: dict[str, User], kind: str) -> None:
    browser, here = auth("clerk"), places[kind] + "/sharing"
    page = browser.get(here + "?q=trung hoc").text
    unit = re.search(r'value="(unit:\d+)"', page)
    assert unit is not None
    assert browser.fill(here + "/rights", {"key": unit[1], "right": "edit"}, page=here).headers["Location"] == here
    page = browser.get(here).text
    assert "Phòng Giáo dục Trung học" in page
    take = revoking(browser, page)
    # The person who now has the right may use it, and may revoke it.
    assert auth("staff").get(here).status_code == 200
    assert browser.submit(take[0]).headers["Location"] == here
    assert auth("staff").get(here).status_code == 404
    # One button gives it back, once: when the rights have changed since, it only says so.
    page = browser.get(here).text.partition('class="alert alert-success message"')[2].partition("</form>")[0]
    undo = dict(re.findall(r'name="(key|right|revision|undo)" value="([^"]+)"', page))
    assert auth("leader").submit(here + "/rights", undo).status_code == 404
    assert "Đã hoàn tác" in browser.get(browser.submit(here + "/rights", undo).headers["Location"]).text
    assert auth("staff").get(here).status_code == 200
    assert browser.submit(revoking(browser, browser.get(here).text)[0]).status_code == 302
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
    assert "effect?take=" not in page


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
    page = browser.get(root).text
    numbers = re.findall(r"effect\?take=(\d+)", page)
    before = [browser.get(f"{root}/effect?take={number}", follow_redirects=True).text for number in numbers]
    assert sorted("chính bạn không sửa được nữa" in shown for shown in before) == [False, True]
    for number in numbers:
        browser.submit(f"/rights/{number}/revoke")
    # The right of "Mọi người" was removed; the clerks' own right to edit was not.
    page = browser.get(root).text
    assert "chính bạn không sửa được nữa" in page
    assert page.count("effect?take=") == 1


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


def test_what_a_change_would_do_is_shown_first(auth: Auth, places: dict[str, str], people: dict[str, User]) -> None:
    browser, here = auth("clerk"), places["folder"] + "/sharing"
    staff = actor_of(people["staff"])
    page = browser.get(here + "/effect?inherit=0").text
    losing = page.partition("Mất quyền</h2>")[2].partition("</table>")[0]
    assert people["staff"].full_name in losing and "1 văn bản" in losing and people["auditor"].full_name not in losing
    assert "1 văn bản đổi người đọc hoặc người sửa" in page and len(seen(staff)) == 1
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page.partition('action="')[2]))
    assert browser.post(here + "/inheritance", data=fields).status_code == 302 and seen(staff) == set()
    # A form that was opened before somebody else changed the rights is refused, as on every form.
    assert browser.post(here + "/inheritance", data={**fields, "inherit": "1"}).status_code == 302
    assert seen(staff) == set()
    page = browser.get(f"{here}/effect?key=role:staff&right=read").text
    assert "Cấp quyền Đọc cho: Vai trò Chuyên viên." in page
    assert people["staff"].full_name in page.partition("Được thêm quyền</h2>")[2] and 'name="key" value="role:staff"' in page
    assert 'name="revision" value="7"' in browser.get(f"{here}/effect?inherit=1&revision=7").text
    for wrong in ("", "?key=user:1;drop&right=read", "?key=staff&right=own", "?take=99999"):
        assert browser.get(f"{here}/effect{wrong}").status_code in (302, 404)
    for other in ("staff", "auditor"):
        assert auth(other).get(here + "/effect?inherit=1").status_code == 404


def test_what_a_move_would_do_is_shown_first(auth: Auth, places: dict[str, str], people: dict[str, User], clerk: Actor) -> None:
    browser, closed = auth("clerk"), tree.by_path(clerk, "Kín", create=True).id
    sharing.set_inherit(clerk, SharedThing(folder_id=closed), inherit=False)
    folder, paper = places["folder"], places["document"]
    number = paper.rsplit("/", 1)[1]
    pages = [
        browser.get(f"{folder}/move?target={closed}"),
        browser.get(f"{paper}/moving?folder={closed}"),
        browser.submit(f"{folder}/documents/moving", {"id": number, "target": str(closed)}),
    ]
    for page in pages:
        assert people["staff"].full_name in page.text.partition("Mất quyền</h2>")[2]
        assert "Chuyển đến thư mục “Kín”." in unescape(page.text)
    assert len(seen(actor_of(people["staff"]))) == 1
    address = re.search(r'action="([^"]+/documents)"', pages[2].text)
    assert address is not None
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', pages[2].text.partition(address[0])[2]))
    assert browser.post(address[1], data=fields).status_code == 302
    assert seen(actor_of(people["staff"])) == set()
    assert auth("staff").get(f"{paper}/moving?folder={closed}").status_code == 404
    assert browser.submit(f"{folder}/documents/moving", {"target": str(closed)}).status_code == 302


def test_who_reads_a_document_is_a_page(auth: Auth, places: dict[str, str], people: dict[str, User]) -> None:
    page = auth("clerk").get(places["document"] + "/readers").text
    rows = {name: row for row in page.split("<tr>") for name in re.findall(r'<th scope="row">([^<]+)</th>', row)}
    assert "Đọc và sửa" in rows[people["clerk"].full_name] and "Vai trò Văn thư" in rows[people["clerk"].full_name]
    assert "Mọi người trong cơ quan" in rows[people["staff"].full_name]
    for other in ("staff", "auditor", "administrator"):
        assert auth(other).get(places["document"] + "/readers").status_code == 404
