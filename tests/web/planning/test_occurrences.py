"""Pages of occurrences, used with forms and without scripts."""

from __future__ import annotations

import io
import re
from typing import Any

from docmgr.models import Document
from docmgr.services.folders import sharing, tree
from docmgr.services.folders.sharing import SharedThing
from docmgr.services.planning import board, tasks
from tests.filling.planning import World, world
from tests.services.planning.occurrences.test_recurring import HALVES, occurrences, recurring
from tests.support.racing import count
from tests.web.planning.test_plans import Browser, browser

__all__ = ["browser", "world"]


def test_a_clerk_makes_a_recurring_task_with_the_form_and_sees_how_it_was_counted(browser: Browser, world: World) -> None:
    clerk = browser("clerk")
    task = recurring(world, HALVES)
    form = clerk.get(f"/tasks/{task}/edit").text
    assert 'value="30/06/2026"' in form and 'value="31/12/2026"' in form
    sent = {
        "title": "Báo cáo", "lead_id": str(world.units["tccb"]), "due_rule": "recurring", "state": "open", "recurs_every": "quarter",
        "recurs_from": "28/02/2026", "recurs_until": "",
    }  # fmt: skip
    assert clerk.fill(f"/tasks/{task}/edit", sent).status_code == 302
    page = clerk.get(f"/tasks/{task}").text
    assert "Hằng quý, từ 28/02/2026 đến 31/12/2026" in page and "0/4 kỳ xong" in page and "Quá hạn" in page
    first = clerk.get(f"/occurrences/{occurrences(task)[0].id}").text
    assert "kỳ này rơi vào ngày 28/02/2026" in first and "hạn là ngày làm việc kế tiếp" in first and "Không tính 2 ngày thứ Bảy, Chủ nhật" in first
    wrong = clerk.fill(f"/tasks/{task}/edit", {**sent, "recurs_from": "01/01/2027"})
    assert wrong.status_code == 400 and "hãy nhập ngày kết thúc định kỳ" in wrong.text
    # A task with occurrences follows them, and no task is reported by hand.
    assert re.findall(r'<option value="(\w+)"', form.partition('id="state"')[2].partition("</select>")[0]) == ["open", "cancelled"]
    new = clerk.get(f"/tasks/new?plan={tasks.get(world.actors['clerk'], task).row.plan_id}").text
    assert "waiting" not in new.partition('id="state"')[2].partition("</select>")[0]
    assert len(occurrences(task)) == 4


def test_the_steps_of_an_occurrence_on_its_page(browser: Browser, world: World) -> None:
    task = recurring(world, HALVES)
    one = occurrences(task)[0].id
    at = f"/occurrences/{one}"
    staff, leader = browser("staff"), browser("leader")
    told = staff.submit(f"{at}/report", {"revision": "1"})
    assert told.status_code == 302 and "Hãy gắn minh chứng hoặc ghi kết quả" in staff.get(at).text
    wrong = staff.submit(f"{at}/progress", {"state": "doing", "note": "Đã thu số liệu", "person_id": "abc", "revision": "1"})
    assert wrong.status_code == 400 and occurrences(task)[0].revision == 1
    staff.submit(f"{at}/progress", {"state": "doing", "note": "Đã thu số liệu", "revision": "1"})
    assert "Đã thu số liệu" in staff.get(f"/tasks/{task}").text
    staff.submit(f"{at}/report", {"revision": "2"})
    assert "Chờ xác nhận" in staff.get(f"/tasks?unit={world.units['tccb']}").text
    # Somebody who has not seen the report does not confirm or give back.
    stale = leader.submit(f"{at}/return", {"reason": "Thiếu bảng", "revision": "2"})
    assert stale.status_code == 409 and "Thiếu bảng" in stale.text
    leader.submit(f"{at}/return", {"reason": "Thiếu bảng", "revision": "3"})
    assert "Bị trả lại: Thiếu bảng" in " ".join(staff.get(at).text.split())
    leader.submit(f"{at}/skip", {"reason": "Gộp vào báo cáo năm", "revision": "4"})
    leader.submit(f"{at}/return", {"reason": "Vẫn phải làm", "revision": "5"})
    page = leader.get(at).text
    assert "Xác nhận hoàn thành" not in page
    staff.submit(f"{at}/report", {"revision": "6"})
    leader.submit(f"{at}/confirm", {"revision": "7"})
    assert "Đã xác nhận hoàn thành" in leader.get(at).text
    assert board.get(world.actors["leader"], one).row.state == "done"
    assert "Xác nhận kỳ thực hiện" in leader.get(f"/tasks/{task}").text
    assert "1/2 kỳ xong" in leader.get(f"/plans/{board.get(world.actors['leader'], one).task.plan_id}").text


def test_who_may_not_work_on_an_occurrence_sees_no_buttons_and_is_refused(browser: Browser, world: World) -> None:
    at = f"/occurrences/{occurrences(recurring(world, HALVES))[0].id}"
    for name in ("other_staff", "auditor"):
        who = browser(name)
        page = who.get(at)
        assert page.status_code == 200 and "Lưu tiến độ" not in page.text and "Xác nhận hoàn thành" not in page.text
        for step in ("progress", "report", "confirm", "return", "skip"):
            assert who.submit(f"{at}/{step}", {"revision": "1", "reason": "x", "note": "x"}).status_code == 404
    # Whose unit it is reports, and does not confirm.
    assert browser("staff").submit(f"{at}/confirm", {"revision": "1"}).status_code == 404


def test_a_unit_files_an_uploaded_file_or_a_document_as_evidence_on_its_page(browser: Browser, world: World) -> None:
    task = recurring(world, HALVES)
    at = f"/occurrences/{occurrences(task)[0].id}"
    world.document("12/BC-THPT", "Báo cáo sáu tháng")
    staff = browser("staff")
    found = staff.get(f"{at}?document_q=12/BC-THPT").text
    assert 'name="document_id"' in found and "12/BC-THPT" in found
    paper = re.findall(r'name="document_id" value="(\d+)"', found)[0]
    staff.submit(f"{at}/evidence", {})
    assert "Hãy chọn một tệp hoặc một văn bản" in staff.get(at).text
    wrong = staff.submit(f"{at}/evidence", {"document_id": paper, "dated_on": "31/02/2026", "proof_note": "Bản ký"})
    assert wrong.status_code == 400 and "Bản ký" in wrong.text
    assert staff.submit(f"{at}/evidence", {"document_id": paper, "dated_on": "28/06/2026", "proof_note": "Bản ký"}).status_code == 302
    page = staff.get(at).text
    assert "Chờ xác nhận" in page and "Bản ký" in page and "28/06/2026" in page
    link = re.findall(r"/links/(\d+)/end", page)[0]
    ended = staff.submit(f"/links/{link}/end", {"occurrence": at.rpartition("/")[2]})
    assert ended.location == at
    undo = dict(re.findall(r'name="(mark|subject|occurrence)" value="([^"]*)"', staff.get(at).text.partition("</main>")[0]))
    assert staff.submit(f"/links/{link}/restore", undo).location == at
    leader = browser("leader")
    leader.fill(f"{at}/confirm", {}, page=at)
    refused = staff.submit(f"/links/{link}/end", {"occurrence": at.rpartition("/")[2]})
    assert refused.location == at and "minh chứng của nó không gỡ được" in staff.get(at).text
    other = f"/occurrences/{occurrences(task)[1].id}"
    world_folder = tree.create(world.actors["clerk"], tree.ensure_root().id, "Báo cáo của đơn vị").id
    sharing.grant(world.actors["clerk"], SharedThing(folder_id=world_folder), f"unit:{world.units['tccb']}", "contributor")
    def upload_it(**more: str) -> Any:
        return staff.post(f"{other}/evidence", data={"csrf_token": staff.csrf_token(), "file": (io.BytesIO(b"Bao cao"), "bao-cao.txt"), **more})

    papers = count(Document)
    assert upload_it(proof_note="x" * 2001).status_code == 400 and count(Document) == papers
    answer = upload_it()
    assert answer.location == other
    assert "bao-cao.txt" in staff.get(other).text
