"""Pages of checklists, lines, photos, findings, answers, teams and the plan of a year."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import event

from docmgr.context import Context
from docmgr.services.inspection import findings, inspections, planned
from docmgr.services.inspection.checklists import lines, recording, templates
from docmgr.services.inspection.findings import RecommendationInput
from docmgr.services.inspection.inspections import InspectionInput
from docmgr.services.inspection.planned import PlannedInput
from docmgr.services.planning import plans, tasks
from docmgr.services.planning.plans import PlanInput
from docmgr.services.planning.tasks import TaskInput
from legaltext import dates
from tests.filling.planning import LAW_WORDS, World, world

__all__ = ["world"]
Browser = Callable[[str], Any]
JSON = {"Accept": "application/json"}


@pytest.fixture
def browser(auth: Any, world: World) -> Browser:
    """A signed-in browser of one of the agency's people."""
    return lambda name: auth.client(world.users[name])


@pytest.fixture
def inspection_id(world: World) -> int:
    """An inspection of the unit of `other_staff` with two lines."""
    number = inspections.create(world.actors["clerk"], InspectionInput("Kiểm tra quy chế", world.units["gdtrh"], started_on=dates.today()))
    checklist = templates.create(world.actors["clerk"], "Công khai")
    templates.add_text(world.actors["clerk"], checklist, "Có quy chế\nNiêm yết đủ ngày")
    lines.take(world.actors["staff"], number, checklist)
    return number


def first(world: World, inspection_id: int) -> lines.CheckRow:
    return lines.load(world.actors["clerk"], inspection_id).rows[0]


def test_from_a_checklist_to_a_finding(browser: Browser, world: World) -> None:
    clerk = browser("clerk")
    law = world.document("10/2022/QH15", "Luật", LAW_WORDS)
    plan = plans.create(world.actors["clerk"], PlanInput("Kế hoạch", 2024))
    task = tasks.create(world.actors["clerk"], plan, TaskInput("Niêm yết công khai", world.units["gdtrh"], due_rule="continuous"))
    page = clerk.submit("/checklists", {"title": "Công khai ở cơ sở"}).location
    number = page.rsplit("/", 1)[-1]
    clerk.submit(f"{page}/lines", {"text": "Có quy chế"})
    assert "10/2022/QH15" in clerk.get(f"{page}?document_q=10/2022").text
    assert 'value="dieu-63"' in clerk.get(f"{page}?document={law}").text
    clerk.submit(f"{page}/lines", {"document": law, "anchor": ["dieu-63", "dieu-52"]})
    assert f'name="task" value="{task}"' in clerk.get(f"{page}?plan={plan}").text
    clerk.submit(f"{page}/lines", {"task": task})
    assert "4 nội dung" in clerk.get(page).text
    inspection = inspections.create(world.actors["clerk"], InspectionInput("Kiểm tra", world.units["gdtrh"]))
    checks = f"/inspections/{inspection}/checks"
    clerk.submit(f"{checks}/take", {"checklist_id": number})
    clerk.submit(f"{checks}/add", {"text": "Nội dung riêng"})
    rows = lines.load(world.actors["clerk"], inspection).rows
    saved = clerk.submit(f"/checks/{rows[1].id}", {"result": "failed", "note": "Muộn 10 ngày", "revision": 1})
    assert saved.location.endswith(f"{checks}#check-{rows[1].id}")
    assert "Đã ghi 1 trên 5 nội dung." in clerk.get(checks).text
    assert "Nội dung riêng" not in clerk.get(f"{checks}?result=failed").text
    form = clerk.submit(f"/checks/{rows[1].id}/finding", {}).location
    assert "Muộn 10 ngày" in clerk.get(form).text
    finding = clerk.get(form.replace("/edit", "")).text
    assert "Định kỳ 06 tháng kiểm tra" in finding
    assert "Chưa thay đổi từ ngày kiểm tra" in finding
    assert "Xem phát hiện" in clerk.get(checks).text


def test_the_second_inspector_sees_both(browser: Browser, world: World, inspection_id: int) -> None:
    check = first(world, inspection_id)
    browser("staff").submit(f"/checks/{check.id}", {"result": "passed", "note": "Đủ hồ sơ", "revision": 1})
    second = browser("clerk").submit(f"/checks/{check.id}", {"result": "failed", "note": "Thiếu biên bản", "revision": 1})
    assert second.status_code == 409
    assert "Đủ hồ sơ" in second.text
    assert "Thiếu biên bản" in second.text
    again = browser("clerk").submit(f"/checks/{check.id}", {"result": "failed", "note": "Thiếu biên bản", "revision": 2})
    assert again.status_code == 302


def test_the_script_gets_a_revision_or_why_not(browser: Browser, world: World, inspection_id: int) -> None:
    check, staff = first(world, inspection_id), browser("staff")
    form = {"result": "passed", "note": "", "revision": 1}
    assert staff.submit(f"/checks/{check.id}", form, headers=JSON).json == {"revision": 2}
    refused = staff.submit(f"/checks/{check.id}", {**form, "result": "failed"}, headers=JSON)
    assert (refused.status_code, refused.json["conflict"]) == (409, f"/checks/{check.id}")
    wrong = staff.submit(f"/checks/{check.id}", {**form, "result": "x", "revision": 2}, headers=JSON)
    assert (wrong.status_code, "conflict" in wrong.json) == (400, False)


def test_the_inspected_unit_reads_and_does_not_record(browser: Browser, world: World, inspection_id: int) -> None:
    check, inspected = first(world, inspection_id), browser("other_staff")
    page = inspected.get(f"/inspections/{inspection_id}/checks").text
    assert "Có quy chế" in page
    assert "data-check=" not in page
    assert inspected.submit(f"/checks/{check.id}", {"result": "passed", "revision": 1}).status_code == 404
    assert inspected.get(f"/inspections/{inspection_id}/team").status_code == 404


def test_a_photo_is_shown_and_taken_away(browser: Browser, world: World, inspection_id: int) -> None:
    check, staff, out = first(world, inspection_id), browser("staff"), io.BytesIO()
    Image.new("RGB", (30, 20)).save(out, "PNG")
    staff.submit(f"/checks/{check.id}/photos", {"photo": (io.BytesIO(out.getvalue()), "anh.png")})
    photo = first(world, inspection_id).photos[0]
    sent = browser("auditor").get(f"/check-photos/{photo.id}")
    assert (sent.headers["Content-Type"], sent.data[:2]) == ("image/jpeg", b"\xff\xd8")
    assert f"/check-photos/{photo.id}" in staff.get(f"/checks/{check.id}").text
    staff.submit(f"/checks/{check.id}/photos", {"photo": (io.BytesIO(b"<svg/>"), "anh.svg")})
    assert "Chỉ nhận ảnh JPEG hoặc PNG." in staff.get(f"/checks/{check.id}").text
    # Sent again by a script after a lost answer, it is the same photo; other files are refused with the reason.
    again = staff.post(f"/checks/{check.id}/photos", data={"csrf_token": staff.csrf_token(), "photo": (io.BytesIO(out.getvalue()), "anh.png")}, headers={"Accept": "application/json"})
    assert again.get_json() == {"id": photo.id} and len(first(world, inspection_id).photos) == 1
    no = staff.post(f"/checks/{check.id}/photos", data={"csrf_token": staff.csrf_token(), "photo": (io.BytesIO(b"x"), "a.png")}, headers={"Accept": "application/json"})
    assert no.status_code == 400 and "JPEG" in no.get_json()["why"]
    staff.submit(f"/check-photos/{photo.id}/remove", {})
    assert first(world, inspection_id).photos == ()


def test_evidence_of_a_line(browser: Browser, world: World, inspection_id: int) -> None:
    check, staff = first(world, inspection_id), browser("staff")
    document = world.document("5/QĐ-X", "Quy chế dân chủ")
    assert "Quy chế dân chủ" in staff.get(f"/checks/{check.id}?document_q=5/QĐ-X").text
    staff.submit(f"/checks/{check.id}/evidence", {"document_id": document, "proof_note": "Bản gốc"})
    assert "Bản gốc" in staff.get(f"/checks/{check.id}").text
    refused = staff.submit(f"/checks/{check.id}/evidence", {"document_id": document, "proof_note": "Lần nữa"})
    assert refused.status_code == 400
    assert "Lần nữa" in refused.text


def test_an_answer_is_given_back_and_sent_again(browser: Browser, world: World, inspection_id: int) -> None:
    item = findings.recommend(world.actors["clerk"], inspection_id, RecommendationInput("Ban hành quy chế", world.units["gdtrh"]))
    page, unit, staff = f"/recommendations/{item}", browser("other_staff"), browser("staff")
    assert "Xác nhận đã nhận" in unit.get(page).text
    unit.submit(f"{page}/receive", {"revision": 1})
    unit.submit(f"{page}/answer", {"answer": "Đã ban hành", "answered_on": "", "revision": 2})
    document = world.document("7/QĐ-X", "Quy chế mới")
    assert "Quy chế mới" in unit.get(f"{page}?document_q=7/QĐ-X").text
    unit.submit(f"{page}/papers", {"document_id": document, "proof_note": ""})
    assert "7/QĐ-X" in staff.get(page).text
    staff.submit(f"{page}/judge", {"verdict": "returned", "verdict_note": "Thiếu phụ lục", "revision": 3})
    assert "Thiếu phụ lục" in unit.get(page).text
    assert "Trả lời bị trả lại" in unit.get(f"/inspections/{inspection_id}").text
    stale = staff.submit(f"{page}/judge", {"verdict": "returned", "verdict_note": "Lý do khác", "revision": 3})
    assert stale.status_code == 409
    assert "Lý do khác" in stale.text
    unit.submit(f"{page}/answer", {"answer": "Đã bổ sung", "answered_on": "", "revision": 4})
    staff.submit(f"{page}/judge", {"verdict": "accepted", "revision": 5})
    staff.submit(f"{page}/judge", {"verdict": "closed", "revision": 6})
    assert "Đã thực hiện xong" in staff.get(f"/inspections/{inspection_id}").text


def test_the_plan_of_a_year_leads_to_inspections(browser: Browser, world: World) -> None:
    clerk = browser("clerk")
    assert "Chưa có kế hoạch kiểm tra" in clerk.get("/inspections/plan?year=2024").text
    typed = {"subject": "Thực hiện dân chủ", "year": "2024", "month": "15", "unit_ids": [world.units["gdtrh"]]}
    refused = clerk.submit("/inspections/plan/new", typed)
    assert refused.status_code == 400
    assert "Thực hiện dân chủ" in refused.text
    made = clerk.submit("/inspections/plan/new", {**typed, "month": "5"})
    page = clerk.get(made.location).text
    assert "Chưa tiến hành: <strong>1</strong>" in page
    number = page.split("/inspections/plan/")[-1].split("/")[0]
    inspection = clerk.submit(f"/inspections/plan/{number}/start", {"unit_id": world.units["gdtrh"]}).location
    assert "05/2024" in clerk.get(inspection).text
    assert "Đang tiến hành: <strong>1</strong>" in clerk.get("/inspections/plan?year=2024").text
    edited = clerk.submit(f"/inspections/plan/{number}", {**typed, "month": "6", "revision": 0})
    assert edited.status_code == 409


def test_a_team_is_found_by_name(browser: Browser, world: World, inspection_id: int) -> None:
    clerk, page = browser("clerk"), f"/inspections/{inspection_id}/team"
    assert f'name="user_id" value="{world.users["staff"].id}"' in clerk.get(f"{page}?q=staff").text
    assert f'value="{world.users["other_staff"].id}"' not in clerk.get(f"{page}?q=staff").text
    clerk.submit(page, {"user_id": world.users["staff"].id, "head": "1"})
    assert "Staff (Trưởng đoàn)" in clerk.get(f"/inspections/{inspection_id}").text
    clerk.submit(page, {"user_id": world.users["staff"].id, "remove": "1"})
    assert "Chưa chọn ai" in clerk.get(page).text


def test_a_unit_checks_itself(browser: Browser, world: World, inspection_id: int) -> None:
    unit = browser("other_staff")
    page = unit.submit("/checklists/1/own", {}).location
    number = int(page.split("/")[2])
    unit.submit(f"/inspections/{number}/send", {})
    assert "Còn 2 nội dung chưa kiểm tra." in unit.get(page).text
    for row in lines.load(world.actors["other_staff"], number).rows:
        unit.submit(f"/checks/{row.id}", {"result": "passed", "revision": 1})
    unit.submit(f"/inspections/{number}/send", {})
    assert "đã gửi kết quả" in unit.get(page).text


def queries(client: Any, site: Context, address: str) -> int:
    heard: list[str] = []

    def hear(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        heard.append(statement)

    client.get(address)
    event.listen(site.database.engine, "before_cursor_execute", hear)
    try:
        assert client.get(address).status_code == 200
    finally:
        event.remove(site.database.engine, "before_cursor_execute", hear)
    return len(heard)


def test_pages_ask_as_many_queries_for_many_lines_as_for_few(browser: Browser, world: World, site: Context, inspection_id: int) -> None:
    clerk, year = browser("clerk"), dates.today().year
    addresses = (f"/inspections/{inspection_id}/checks", "/checklists/1", "/checklists", f"/inspections/compare?year={year}", f"/inspections/plan?year={year}")
    staff = world.actors["staff"]

    def more(count: int, unit: str) -> None:
        templates.add_text(world.actors["clerk"], 1, "a\n" * count)
        lines.take(staff, inspection_id, 1)
        for row in lines.load(staff, inspection_id).rows[:count]:
            recording.save(staff, row.id, result="failed", note="x", revision=row.revision)
            recording.make_finding(staff, row.id)
        planned.create(world.actors["clerk"], PlannedInput("Nội dung", year, unit_ids=(world.units[unit], world.units["tccb"])))
        inspections.create(staff, InspectionInput("Khác", world.units[unit], started_on=dates.today()))

    more(2, "thanh-tra")
    few = [queries(clerk, site, address) for address in addresses]
    more(20, "gdtrh")
    assert [queries(clerk, site, address) for address in addresses] == few
