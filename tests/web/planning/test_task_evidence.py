"""A file as evidence of a task without occurrences: who files it, where it goes, and what is refused before it is stored."""

from __future__ import annotations

import io
import re
from typing import Any

from docmgr import db
from docmgr.models import Document, Link, Task
from docmgr.services.folders import sharing, tree
from docmgr.services.folders.sharing import SharedThing
from docmgr.services.planning import tasks
from tests.filling.planning import World, world
from tests.services.planning.occurrences.test_recurring import HALVES, recurring
from tests.support.racing import count
from tests.web.planning.test_plans import Browser, a_task, browser

__all__ = ["browser", "world"]


def send(who: Any, task: int, **more: Any) -> Any:
    return who.post(f"/tasks/{task}/evidence", data={"csrf_token": who.csrf_token(), "file": (io.BytesIO(b"Bien ban"), "bien-ban.txt"), **more})


def folder_of(world: World, name: str) -> int:
    """A folder to which the leading unit may add."""
    made = tree.create(world.actors["clerk"], tree.ensure_root().id, name).id
    sharing.grant(world.actors["clerk"], SharedThing(folder_id=made), f"unit:{world.units['tccb']}", "contributor")
    return made


def test_people_of_the_unit_file_a_file_in_the_folder_that_they_see_and_choose(browser: Browser, world: World) -> None:
    task, staff = a_task(world), browser("staff")
    without = staff.get(f"/tasks/{task}").text
    assert "Bạn chưa được thêm văn bản vào thư mục nào" in without and 'id="file"' not in without
    assert "chưa được thêm văn bản vào thư mục nào" in staff.get(send(staff, task).location).text and not count(Link)
    one, two = folder_of(world, "Báo cáo năm"), folder_of(world, "Báo cáo quý")
    page = staff.get(f"/tasks/{task}").text
    offered = page.partition('id="folder"')[2].partition("</select>")[0]
    assert re.findall(r'value="(\d+)"', offered) == [str(one), str(two)] and f'value="{one}" selected' in offered
    assert send(staff, task, folder=str(two), dated_on="28/06/2026", proof_note="Bản ký").location == f"/tasks/{task}#links-head"
    page = staff.get(f"/tasks/{task}").text
    assert "bien-ban.txt" in page and "Bản ký" in page and "28/06/2026" in page and "1 minh chứng" in staff.get(f"/tasks?unit={world.units['tccb']}").text
    with db.read() as session:
        link = session.query(Link).one()
        assert (link.role, link.task_id, link.occurrence_id) == ("evidence", task, None)
        assert session.get_one(Document, link.document_id).folder_id == two
    # The folder of the last upload is offered first.
    assert f'value="{two}" selected' in page


def test_what_cannot_be_filed_is_refused_before_the_file_is_stored(browser: Browser, world: World) -> None:
    task, spread = a_task(world), recurring(world, HALVES)
    folder = folder_of(world, "Báo cáo năm")
    staff, other, clerk = browser("staff"), browser("other_staff"), browser("clerk")
    papers = count(Document)
    assert 'id="file"' not in other.get(f"/tasks/{task}").text and send(other, task).status_code == 404
    assert 'id="file"' not in staff.get(f"/tasks/{spread}").text
    assert "thực hiện theo từng kỳ" in staff.get(send(staff, spread).location).text
    assert send(staff, 10_000).status_code == 404
    long = send(staff, task, proof_note="x" * 2001)
    assert long.status_code == 400 and "x" * 2001 in long.text
    wrong = send(staff, task, dated_on="31/02/2026", proof_note="Bản ký")
    assert wrong.status_code == 400 and "Bản ký" in wrong.text
    assert send(staff, task, folder="abc", proof_note="Bản ký").status_code == 400
    gone = send(staff, task, folder="10000", proof_note="Bản ký")
    assert gone.status_code == 409 and "Bản ký" in gone.text and "không còn" in gone.text
    assert "Hãy chọn một tệp" in staff.get(staff.submit(f"/tasks/{task}/evidence", {"folder": str(folder)}).location).text
    tasks.set_state(world.actors["clerk"], task, "cancelled", revision=1)
    assert "không thực hiện" in clerk.get(send(clerk, task).location).text and 'id="file"' not in clerk.get(f"/tasks/{task}").text
    assert count(Document) == papers and not count(Link)


def test_the_file_of_a_document_that_is_stored_already_is_linked_once(browser: Browser, world: World) -> None:
    task, staff = a_task(world), browser("staff")
    folder_of(world, "Báo cáo năm")
    send(staff, task)
    papers = count(Document)
    assert "đã được gắn ở đây" in staff.get(send(staff, task).location).text
    assert count(Document) == papers and count(Link) == 1 and count(Task) == 1
