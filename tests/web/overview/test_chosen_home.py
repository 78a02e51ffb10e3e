"""The chosen home page: its blocks, the form that chooses them, stars, and how many questions the page asks the database."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event

from docmgr import db
from docmgr.context import Context
from docmgr.models import Assignment, Plan, Task
from docmgr.policy import ROLES
from docmgr.services.notifications import following
from docmgr.services.overview import blocks, favourites
from docmgr.services.overview.blocks import BLOCKS
from docmgr.services.search import saved
from docmgr.services.trail import readings
from legaltext import dates
from tests.filling.planning import World, world

__all__ = ["world"]
Browser = Callable[[str], Any]


@pytest.fixture
def browser(auth: Any, world: World) -> Browser:
    """A signed-in browser of one of the agency's people."""
    return lambda name: auth.client(world.users[name])


def fill(world: World, numbers: range) -> None:
    """A thing of every kind that the home page lists for each of the numbers."""
    staff = world.actors["staff"]
    for number in numbers:
        document = world.document(f"{number}/KH", f"Kế hoạch {number}")
        readings.opened(staff, document)
        following.follow(staff, "document", document)
        favourites.add(staff, "document", document)
        saved.create(staff, f"Tìm {number}", {"q": [f"dân chủ {number}"]})
        with db.write() as session:
            task = Task(title=f"Việc {number}", plan=Plan(title="Kế hoạch năm", year=2024), due_on=dates.today() + dt.timedelta(days=1))
            task.assignments.append(Assignment(unit_id=staff.unit_id, role="lead"))
            session.add(task)


def test_every_block_shows_what_it_has(browser: Browser, world: World) -> None:
    fill(world, range(1))
    staff = world.actors["staff"]
    keys = [key for key, block in BLOCKS.items() if block.role in (None, "staff")]
    blocks.choose(staff, reversed(keys), revision=0)
    page = browser("staff").get("/").text
    at = [page.index(f'id="{"role" if BLOCKS[key].role else "block"}-{key}"') for key in reversed(keys)]
    assert at == sorted(at)
    for key, words in {"due": "Việc 0", "waiting": "Việc 0", "followed": "Kế hoạch 0/KH", "favourites": "Kế hoạch 0/KH", "recent": "Kế hoạch 0/KH", "saved": "Tìm 0"}.items():
        assert words in page.split(f'id="block-{key}"')[1].split("</div>")[0], key
    assert "không có văn bản nào mới cho đơn vị bạn" in page


def test_the_number_of_queries_does_not_depend_on_how_many_things_there_are(browser: Browser, world: World, site: Context) -> None:
    staff = world.actors["staff"]
    blocks.choose(staff, [key for key, block in BLOCKS.items() if block.role in (None, "staff")], revision=0)
    client, asked = browser("staff"), list[str]()

    def hear(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        asked.append(statement)

    numbers = []
    event.listen(site.database.engine, "before_cursor_execute", hear)
    try:
        for numbers_of_things in (range(2), range(2, 9)):
            fill(world, numbers_of_things)
            client.get("/")
            asked.clear()
            assert client.get("/").status_code == 200
            numbers.append(len(asked))
    finally:
        event.remove(site.database.engine, "before_cursor_execute", hear)
    assert numbers[0] == numbers[1]


@pytest.mark.parametrize("role", ROLES)
def test_every_role_sees_all_of_its_blocks(browser: Browser, world: World, role: str) -> None:
    found = blocks.load(world.actors[role])
    blocks.choose(world.actors[role], [*found.others, *found.shown], revision=0)
    page = browser(role).get("/").text
    assert len(re.findall(r'id="(?:block|role)-', page)) == len(found.shown) + len(found.others)


def test_blocks_are_chosen_and_moved_by_buttons(browser: Browser, world: World) -> None:
    staff = browser("staff")
    page = staff.get("/home/blocks").text
    order = re.findall(r'name="order" value="([^"]*)"', page)
    sent = {"revision": "0", "order": order, "show": ["due", "staff", "saved"]}
    answer = staff.submit("/home/blocks", {**sent, "down": "due"})
    assert answer.location == "/home/blocks#block-due"
    assert blocks.load(world.actors["staff"]).shown == ("staff", "due", "saved")
    stale = staff.submit("/home/blocks", {**sent, "show": []})
    assert stale.status_code == 409 and "Người khác vừa sửa" in stale.text
    page = staff.get("/home/blocks").text
    assert re.findall(r'name="(up|down)" value="([^"]*)"', page) == [("down", "staff"), ("up", "due"), ("down", "due"), ("up", "saved")]
    order = re.findall(r'name="order" value="([^"]*)"', page)
    for button, key in (("up", "staff"), ("up", "saved"), ("down", "saved"), ("up", "waiting")):
        number = re.search(r'name="revision" value="(\d+)"', staff.get("/home/blocks").text)
        assert number and staff.submit("/home/blocks", {"revision": number[1], "order": order, "show": ["staff", "due", "saved"], button: key}).status_code == 302
    assert blocks.load(world.actors["staff"]).shown == ("staff", "due", "saved")
    staff.submit("/home/blocks", {"default": "1"})
    assert blocks.load(world.actors["staff"]).revision == 0
    blocks.choose(world.actors["staff"], [], revision=0)
    assert "Chưa chọn mục nào cho trang này." in staff.get("/").text


def test_a_star_is_set_and_taken_away_on_the_page(browser: Browser, world: World) -> None:
    document = world.document("1/KH", "Kế hoạch")
    hidden = world.document("2/KH", "Kín", closed=True)
    staff = browser("staff")
    for kind, number, address in (("document", document, f"/documents/{document}"), ("folder", world.folder_id, f"/folders/{world.folder_id}")):
        assert "Gắn sao" in staff.get(address).text
        assert staff.submit("/favourites", {"kind": kind, "subject": str(number), "on": "1"}).location == address
        assert "Bỏ sao" in staff.get(address).text
    assert [one.kind for one in favourites.everything(world.actors["staff"])] == ["folder", "document"]
    staff.submit("/favourites", {"kind": "document", "subject": str(document), "on": "0"})
    assert [one.kind for one in favourites.everything(world.actors["staff"])] == ["folder"]
    for sent in ({"kind": "document", "subject": str(hidden)}, {"kind": "plan", "subject": "1"}, {"kind": "document"}):
        assert staff.submit("/favourites", {**sent, "on": "1"}).status_code == 404
