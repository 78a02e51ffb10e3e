"""The pages on which tasks come out of a workbook, used with forms and without scripts."""

from __future__ import annotations

import io
import re

from docmgr.services.planning import plans
from tests.filling.planning import World, world
from tests.services.planning.test_work_steps import a_plan
from tests.services.start.test_task_sheets import GOOD, TCCB, workbook
from tests.web.planning.test_plans import Browser, browser

__all__ = ["browser", "world"]


def test_a_clerk_uploads_a_workbook_corrects_its_columns_and_makes_the_tasks(browser: Browser, world: World) -> None:
    plan = a_plan(world)
    clerk = browser("clerk")
    assert f"/plans/{plan}/import" in clerk.get(f"/plans/{plan}").text
    head = ("TT", "Việc cần làm", "Ai làm", "Phối hợp", "Thời gian hoàn thành", "Chu kỳ", "Kỳ đầu tiên", "Kết thúc", "Sản phẩm")

    def upload(data: bytes) -> str:
        sent = {"csrf_token": clerk.csrf_token(), "file": (io.BytesIO(data), "nhiem-vu.xlsx")}
        answer = clerk.post(f"/plans/{plan}/import", data=sent)
        return answer.location or answer.text

    assert "Hãy chọn một tệp XLSX" in upload(b"")
    at = upload(workbook(*GOOD, head=head))
    shown = clerk.get(at).text
    assert "Hãy chọn cột “Nội dung nhiệm vụ”." in shown and "Giao tất cả" not in shown
    mapped = "col_title=1&col_lead=2&col_support=3&col_due_on=4&col_recurs_every=5&col_recurs_from=6"
    shown = clerk.get(f"{at}?{mapped}").text
    assert "Sẽ giao 2 nhiệm vụ." in shown and TCCB in shown and "30/01/2026" in shown
    form = dict(re.findall(r'<input type="hidden" name="(expected|col_\w+)" value="(\d+)"', shown))
    assert browser("leader").submit(at, form).status_code == 404
    stale = clerk.submit(at, {**form, "expected": "1"})
    assert stale.status_code == 409 and "vừa thay đổi" in stale.text
    wrong = clerk.submit(at, {"expected": "2", "col_title": "1", "col_lead": "x"})
    assert wrong.status_code == 400
    assert clerk.submit(at, form).location == f"/plans/{plan}"
    assert "Đã giao 2 nhiệm vụ." in clerk.get(f"/plans/{plan}").text
    assert [task.title for task in plans.get(world.actors["clerk"], plan).tasks] == ["Tổ chức hội nghị", "Báo cáo"]
    assert clerk.get(at).status_code == 404
    faulty = clerk.get(upload(workbook((1, "Việc", "Sở Không Có", "", "30/01/2026")))).text
    assert "Dòng 3, cột Đơn vị chủ trì: không có đơn vị “Sở Không Có”" in faulty and "Giao tất cả" not in faulty
    assert clerk.get("/task-sheets/sample.xlsx").data.startswith(b"PK")


def test_whoever_may_not_add_tasks_gets_no_form(browser: Browser, world: World) -> None:
    plan = a_plan(world)
    for who in ("auditor", "administrator"):
        assert browser(who).get(f"/plans/{plan}/import").status_code == 404 and browser(who).get("/task-sheets/1").status_code == 404
    assert browser("clerk").get("/plans/999/import").status_code == 404
