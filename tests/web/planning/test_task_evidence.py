"""A file as evidence of a task without occurrences: who files it, where it goes, and what is refused before it is stored."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest

from docmgr import db
from docmgr.models import Document, Link, Task
from docmgr.services.folders import sharing, tree
from docmgr.services.folders.sharing import SharedThing
from docmgr.services.planning import tasks
from docmgr.web.kit import many
from tests.filling.planning import World, world
from tests.services.planning.occurrences.test_recurring import HALVES, occurrences, recurring
from tests.support.racing import count
from tests.web.kit.test_many import offered
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


def test_a_long_list_of_folders_is_searched_and_what_was_typed_beside_it_stays(browser: Browser, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    task, staff = a_task(world), browser("staff")
    period = occurrences(recurring(world, HALVES))[0].id
    paper = str(world.document("12/BC-THPT", "Báo cáo sáu tháng"))
    one, two, _three = (folder_of(world, f"Báo cáo {name}") for name in ("năm", "quý", "tháng"))
    short = staff.get(f"/tasks/{task}").text
    assert len(offered(short, "folder")) == 3 and "folder_q" not in short
    monkeypatch.setattr(many, "MOST", 2)
    papers = count(Document)
    typed = {"folder": str(one), "folder_q": "bao cao quy", "searched": "folder", "find": "folder", "dated_on": "28/06/2026", "proof_note": "Bản ký"}
    for address in (f"/tasks/{task}", f"/occurrences/{period}"):
        assert [*offered(staff.get(address).text, "folder").values()] == [True]
        found = staff.post(f"{address}/evidence", data={"csrf_token": staff.csrf_token(), "document_q": "12/BC-THPT", "document_id": paper, **typed, "file": (io.BytesIO(b"x"), "x.txt")})
        assert found.status_code == 200 and count(Document) == papers and not count(Link)
        assert [(words.rpartition(" / ")[2], chosen) for words, chosen in offered(found.text, "folder").items()] == [("Báo cáo năm", True), ("Báo cáo quý", False)]
        assert 'value="28/06/2026"' in found.text and 'value="Bản ký"' in found.text
        # Publishing was not ticked.
        assert 'name="publish" value="1">' in found.text and 'name="publish" value="1" checked>' in staff.get(address).text
    assert re.search(rf'name="document_id" value="{paper}"[^>]* checked', found.text) and 'type="hidden" name="document_q" value="12/BC-THPT"' in found.text
    assert offered(staff.submit(f"/tasks/{task}/evidence", {"folder": "", "folder_q": "rieng", "find": "folder"}).text, "folder") == {}
    refused = staff.post(f"/tasks/{task}/evidence", data={"csrf_token": staff.csrf_token(), **typed, "find": "", "folder": "", "file": (io.BytesIO(b"x"), "x.txt")})
    assert refused.status_code == 400 and count(Document) == papers
    assert send(staff, task, folder=str(two)).status_code == 302
    with db.read() as session:
        assert session.get_one(Document, session.query(Link).one().document_id).folder_id == two
