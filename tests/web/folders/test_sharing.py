"""The page "Chia sẻ"."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from sqlalchemy import update

from docmgr import db
from docmgr.models import Document, Unit, User
from docmgr.policy import COMMAND_LINE, Actor
from docmgr.services.access import applying, lists
from docmgr.services.folders import applied, sharing, tree
from docmgr.services.folders.sharing import SharedThing
from tests.filling.filing import file_document, seen
from tests.support.acting import actor_of
from tests.support.browsers import Auth, Client


@pytest.fixture
def places(clerk: Actor) -> dict[str, str]:
    """The addresses of a folder and of a document in it."""
    folder = tree.by_path(clerk, "A", create=True).id
    return {"folder": f"/folders/{folder}", "document": f"/documents/{file_document(folder, '1/QĐ-X')}"}


def previewed(browser: Client, address: str) -> dict[str, Any]:
    """The hidden fields of the page that shows what a change would do; repeated ones are lists."""
    page = browser.get(address).text
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'name="(give|take|inherit|revision)" value="([^"]*)"', page):
        found.setdefault(name, []).append(unescape(value))
    return {name: values if len(values) > 1 else values[0] for name, values in found.items()}


@pytest.mark.parametrize("kind", ["folder", "document"])
def test_give_take_back_and_undo(auth: Auth, places: dict[str, str], people: dict[str, User], kind: str) -> None:
    browser, here = auth("clerk"), places[kind] + "/sharing"
    page = browser.get(here + "?q=trung hoc").text
    unit = re.search(r'value="editor (unit:\d+)" aria-label="Phòng Giáo dục Trung học: Người sửa">', page)
    assert unit is not None
    effect = f"{here}/effect?shown={unit[1]}&held=editor {unit[1]}&held=contributor {unit[1]}"
    fields = previewed(browser, effect)
    assert fields["give"] == [f"contributor {unit[1]}", f"editor {unit[1]}"] and "take" not in fields
    assert browser.submit(here + "/rights", fields).headers["Location"] == here
    page = browser.get(here).text
    for role in ("contributor", "editor"):
        assert re.search(rf'value="{role} {unit[1]}"[^>]* checked', page)
    # The person who now has the role may use it. A row that was shown without ticks is taken back.
    assert auth("staff").get(here).status_code == 200
    fields = previewed(browser, f"{here}/effect?shown={unit[1]}&held=contributor {unit[1]}&shown=staff")
    assert fields["take"] == f"editor {unit[1]}" and "give" not in fields
    browser.submit(here + "/rights", fields)
    assert auth("staff").get(here).status_code == 404
    # One button gives it back, once, and only to those who may share.
    address = re.search(r'action="(/rights/\d+/undo)"', browser.get(here).text)
    assert address is not None
    assert auth("leader").submit(address[1]).status_code == 404
    assert "Đã hoàn tác" in browser.get(browser.submit(address[1]).headers["Location"]).text
    assert auth("staff").get(here).status_code == 200
    assert browser.submit(address[1]).status_code == 404


@pytest.mark.parametrize("kind", ["folder", "document"])
def test_stop_and_continue(auth: Auth, places: dict[str, str], people: dict[str, User], kind: str) -> None:
    browser, here = auth("clerk"), places[kind] + "/sharing"
    staff = actor_of(people["staff"])
    before = seen(staff)
    browser.fill(here + "/rights", {"inherit": "0"}, page=here)
    assert seen(staff) == set() != before
    assert "Kế thừa trở lại" in browser.get(here).text
    assert "Văn thư thử" in browser.get(here).text
    browser.fill(here + "/rights", {"inherit": "1"}, page=here)
    assert seen(staff) == before


def test_inherited_roles_link_to_their_folder(auth: Auth, places: dict[str, str]) -> None:
    page = auth("clerk").get(places["document"] + "/sharing").text
    assert f'<a href="/folders/{tree.root_id()}/sharing"' in page
    assert "Vai trò Văn thư" in page
    assert not re.search(r'name="held"[^>]* checked', page)


@pytest.mark.parametrize("role", ["staff", "leader", "auditor", "administrator"])
@pytest.mark.parametrize("kind", ["folder", "document"])
def test_others_do_not_find_the_page(auth: Auth, places: dict[str, str], role: str, kind: str) -> None:
    browser, here = auth(role), places[kind] + "/sharing"
    assert browser.get(here).status_code == 404
    assert browser.get(here + "/effect?inherit=0").status_code == 404
    assert browser.submit(here + "/rights", {"give": "editor role:staff"}).status_code == 404
    assert browser.submit(here + "/rights", {"inherit": "0"}).status_code == 404
    with db.read() as session:
        assert tree.may_edit(session, actor_of(auth.people["clerk"]), tree.root_id())
    assert browser.submit("/rights/1/undo").status_code == browser.submit("/rights/9999/undo").status_code == 404


def test_mistakes_are_said(auth: Auth, places: dict[str, str]) -> None:
    browser, here = auth("clerk"), places["folder"] + "/sharing"

    def told(page: str, fields: dict[str, Any]) -> str:
        return browser.get(browser.fill(page + "/rights", fields, page=page).headers["Location"]).text

    assert "Hãy chọn một người" in told(here, {"give": "reader user:9999"})
    for nothing in ("own staff", "reader", "reader x;y", ""):
        assert "không có gì thay đổi" in told(here, {"give": nothing})
    assert "chưa đổi ô nào" in browser.get(here + "/effect?shown=role:staff", follow_redirects=True).text
    root = f"/folders/{tree.root_id()}/sharing"
    refused = browser.get(f"{root}/effect?shown=role:clerk", follow_redirects=True).text
    assert "chính bạn không sửa được nữa" in refused
    # Nothing is half done: the reader's role is not taken either.
    page = told(root, {"take": ["editor role:clerk", "reader staff"]})
    assert "chính bạn không sửa được nữa" in page and re.search(r'value="reader staff"[^>]* checked', page)


def test_names_are_text(auth: Auth, places: dict[str, str], clerk: Actor) -> None:
    with db.write() as session:
        unit = Unit(name='<img src=x onerror=alert(1)> 100%(x)s "')
        session.add(unit)
        session.flush()
        key = f"unit:{unit.id}"
    folder = SharedThing(folder_id=int(places["folder"].rsplit("/", 1)[1]))
    sharing.grant(clerk, folder, key, "reader")
    for address in ("folder", "document"):
        page = auth("clerk").get(places[address] + "/sharing?q=<b>img").text
        assert "<img src=x" not in page
        assert "100%(x)s" in page
        assert "<b>img" not in page


def test_nothing_found_leads_on(auth: Auth, places: dict[str, str]) -> None:
    page = auth("clerk").get(places["folder"] + "/sharing?q=khongcoai").text
    assert f'href="{places["folder"]}/sharing"' in page
    assert "Không có người, đơn vị" in page


def test_what_a_change_would_do_is_shown_first(auth: Auth, places: dict[str, str], people: dict[str, User]) -> None:
    browser, here = auth("clerk"), places["folder"] + "/sharing"
    staff = actor_of(people["staff"])
    page = browser.get(here + "/effect?inherit=0").text
    losing = page.partition("Mất quyền</h2>")[2].partition("</table>")[0]
    assert people["staff"].full_name in losing and "1 văn bản" in losing and people["auditor"].full_name not in losing
    assert "1 văn bản có người được thêm hoặc mất quyền" in page and len(seen(staff)) == 1
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page.partition('action="')[2]))
    assert browser.post(here + "/rights", data=fields).status_code == 302 and seen(staff) == set()
    # A form that was opened before somebody else changed the rights is refused, as on every form.
    assert browser.post(here + "/rights", data={**fields, "inherit": "1"}).status_code == 409
    assert seen(staff) == set()
    page = browser.get(f"{here}/effect?shown=role:staff&held=reader role:staff").text
    assert "Cho vai trò Người xem: Vai trò Chuyên viên." in page
    assert people["staff"].full_name in page.partition("Được thêm quyền</h2>")[2] and 'name="give" value="reader role:staff"' in page
    assert 'name="revision" value="7"' in browser.get(f"{here}/effect?inherit=1&revision=7").text
    for wrong in ("", "?held=reader user:1;drop", "?held=own staff", "?shown=user:9999"):
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


def test_a_change_for_thousands_shows_its_progress(auth: Auth, clerk: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "AT_ONCE", 3)
    monkeypatch.setattr(applied, "LARGE", 3)
    monkeypatch.setattr(applying, "LOT", 4)
    folder, target = (tree.create(clerk, tree.root_id(), name).id for name in ("A", "B"))
    for number in range(6):
        file_document(folder, f"{number}/QĐ-X", indexed_revision=1)
    with db.write() as session:
        session.execute(update(Document).values(indexed_access_list_id=Document.access_list_id))
    sharing.set_inherit(COMMAND_LINE, SharedThing(folder_id=target), inherit=False)
    sharing.grant(COMMAND_LINE, SharedThing(folder_id=target), f"user:{clerk.user_id}", "manager")
    browser, manager = auth("clerk"), auth("administrator")
    moved = browser.fill(f"/folders/{folder}/move", {"target": str(target)}, page=f"/folders/{folder}/edit")
    assert moved.headers["Location"].endswith(f"/folders/{folder}/edit")
    pages = ((browser, f"/folders/{folder}/edit"), (browser, f"/folders/{folder}/sharing"), (manager, "/local-roles"))
    for done in (0, 4):
        for one, address in pages:
            assert f"Đã áp dụng cho {done} trong 6 văn bản. Người mất quyền đã bị chặn ngay" in one.get(address).text
        applying.work()
    for one, address in pages:
        page = one.get(address).text
        assert "Chỉ mục tìm kiếm: 0 / 6 văn bản." in page and '<progress class="rights-progress" max="6" value="0"' in page
    assert auth("staff").get(f"/folders/{folder}").status_code == 404
