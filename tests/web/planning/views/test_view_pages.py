"""Pages of the views of plans, used with links and forms and without scripts."""

from __future__ import annotations

import html
import io
import itertools
import re
from typing import Any

import openpyxl
from flask import Flask

from docmgr import db
from docmgr.models import TrailEvent
from docmgr.services.links import links
from docmgr.services.planning import lists, tasks
from docmgr.services.planning.tasks import TaskInput
from docmgr.services.planning.wanted.filters import TaskFilter
from tests.bench.sizes import counted
from tests.filling.planning import LAW_WORDS, World, world
from tests.services.planning.views.test_views import TODAY, TOMORROW, YESTERDAY, a_plan
from tests.web.planning.test_plans import Browser, browser

__all__ = ["browser", "world"]


def lists_of(page: str) -> set[str]:
    return {html.unescape(address) for address in re.findall(r'href="(/tasks\?[^"]+)"', page)}


def shown(who: Any, address: str) -> int:
    """How many tasks the list at this address says that it has."""
    answer = who.get(address)
    assert answer.status_code == 200, address
    told = re.search(r'<p role="status">([0-9.]+) nhiệm vụ', answer.text)
    return int(told[1].replace(".", "")) if told else 0


def test_every_number_of_the_bars_leads_to_a_list_as_long(browser: Browser, world: World) -> None:
    plan, _document = a_plan(world)
    clerk = browser("clerk")
    page = clerk.get(f"/plans/{plan}").text
    assert "Tiến độ theo mục của kế hoạch" in page and "II.3. Nâng cao trách nhiệm người đứng đầu" in page
    told = re.findall(r'<a href="(/tasks\?[^"]+)"[^>]*>[^<:]+: ([0-9]+)</a>', page)
    assert len(told) == 7
    for address, many in told:
        assert shown(clerk, html.unescape(address)) == int(many), address
    assert "kinds-legend" in page and all(words in page for words in ("Chờ xác nhận", "Không áp dụng"))


def test_the_timeline_has_marks_and_a_table_that_lead_to_lists(browser: Browser, world: World) -> None:
    plan, _document = a_plan(world)
    clerk = browser("clerk")
    page = clerk.get(f"/plans/{plan}/timeline").text
    assert page.count("<svg") > 1 and "timeline-today" in page and "Mỗi dấu đứng ở ngày đến hạn" in page
    assert f"{YESTERDAY:%d/%m/%Y}: quá hạn 1" in page
    for address in lists_of(page):
        if "since" in address:
            assert shown(clerk, address) > 0, address
    assert "Số việc đến hạn theo tháng" in page


def test_many_marks_are_summed_by_month(browser: Browser, world: World, monkeypatch: Any) -> None:
    plan, _document = a_plan(world)
    monkeypatch.setattr("docmgr.web.planning.timeline.MOST_MARKS", 1)
    page = browser("clerk").get(f"/plans/{plan}/timeline").text
    assert "Mỗi cột là một tháng" in page and 'height="12"' in page


def test_the_calendar_leads_to_the_list_of_each_day(browser: Browser, world: World) -> None:
    a_plan(world)
    clerk = browser("clerk")
    page = clerk.get(f"/tasks/month?month={TOMORROW:%Y-%m}").text
    assert f"Tháng {TOMORROW.month} năm {TOMORROW.year}" in page
    of_day = f"/tasks?since={TOMORROW.isoformat()}&until={TOMORROW.isoformat()}"
    assert of_day in lists_of(page) and shown(clerk, of_day) == 2
    narrowed = clerk.get(f"/tasks/month?month={TOMORROW:%Y-%m}&unit={world.units['thanh-tra']}&who=confirm").text
    assert f"unit={world.units['thanh-tra']}" in narrowed and 'value="confirm" selected' in narrowed
    assert "Tháng 3 năm 2026" in clerk.get("/tasks/month?month=3/2026").text
    # What is wrong or missing gives the present month.
    for wrong in ("", "?month=2026-13", "?month=x", "?month=9999-01", "?month=2026-03-01", "?plan=x&unit=-1&who=x", "?month=٢٠٢٦-03"):
        assert clerk.get(f"/tasks/month{wrong}").status_code == 200
    assert f"Tháng {TODAY.month} năm {TODAY.year}" in clerk.get("/tasks/month?month=2026-13").text


def test_own_work_has_tabs_with_counts(browser: Browser, world: World) -> None:
    a_plan(world)
    staff = browser("staff")
    page = staff.get("/tasks/mine?who=confirm").text
    assert re.search(r'aria-current="true">Chờ tôi xác nhận <span class="count">1</span>', page) and "Từng đơn vị" in page
    # Without a tab, the first that has something.
    assert re.search(r'aria-current="true">Đơn vị tôi thực hiện', staff.get("/tasks/mine").text)
    assert staff.get("/tasks/mine?who=x&page=99").status_code == 302


def test_a_closed_document_leaves_no_trace_in_views(browser: Browser, world: World) -> None:
    plan, document = a_plan(world, closed=True)
    staff = browser("staff")
    for address in (f"/plans/{plan}", f"/plans/{plan}/timeline", f"/plans/{plan}/matrix", "/plans/matrix", f"/tasks?plan={plan}&section=muc-II.3", "/tasks/month", "/tasks/mine"):
        page = staff.get(address)
        assert page.status_code == 200, address
        for secret in ("38/KH-SGDĐT", "Nâng cao trách nhiệm", "Nội dung thực hiện", f"/documents/{document}", "muc-II"):
            assert secret not in page.text.replace("section=muc-II.3", "").replace('value="muc-II.3"', ""), (address, secret)
    readings = [event for event in world.events("document:view") if event.document_id == document]
    assert not readings
    # Who may read it sees its headings, which is a reading.
    for address in (f"/plans/{plan}", f"/plans/{plan}/timeline"):
        assert "Nâng cao trách nhiệm" in browser("auditor").get(address).text
    assert [event.document_id for event in world.events("document:view")] == [document]


def test_a_list_is_sent_as_a_workbook_with_an_event(browser: Browser, world: World) -> None:
    plan, document = a_plan(world)
    staff = browser("staff")
    answer = staff.submit(f"/tasks.xlsx?plan={plan}&section=muc-II.3", {})
    assert answer.status_code == 200 and "danh-sach-nhiem-vu.xlsx" in answer.headers["Content-Disposition"]
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.data)).active.iter_rows(values_only=True))  # type: ignore[union-attr]
    head = next(place for place, row in enumerate(rows) if row[0] == "STT")
    assert [row[1] for row in rows[head + 1 :]] == ["Muộn", "Chưa tới", "Đang làm"] and rows[head + 1][8] == 1
    (event,) = world.events("task:export")
    assert event.details["rows"] == 3
    assert [one.document_id for one in world.events("document:view")] == [document]
    empty = staff.submit(f"/tasks.xlsx?plan={plan}&q=khong-co", {})
    assert empty.status_code == 302 and "Không có nhiệm vụ nào khớp bộ lọc" in staff.get(empty.headers["Location"]).text


def test_a_list_that_is_too_long_is_refused(browser: Browser, world: World, monkeypatch: Any) -> None:
    plan, _document = a_plan(world)
    monkeypatch.setattr("docmgr.services.planning.views.export.MOST_TASKS", 2)
    clerk = browser("clerk")
    refused = clerk.submit(f"/tasks.xlsx?plan={plan}", {})
    assert "nhiều hơn 2 dòng" in clerk.get(refused.headers["Location"]).text
    with db.read() as session:
        assert session.query(TrailEvent).filter_by(action="task:export").count() == 0


def test_views_take_the_same_number_of_queries_however_much_there_is(app: Flask, browser: Browser, world: World) -> None:
    plan, document = a_plan(world)
    clerk = browser("clerk")
    pages = (f"/plans/{plan}", f"/plans/{plan}/timeline", f"/plans/{plan}/matrix", "/plans/matrix?list=never", f"/tasks/month?month={TOMORROW:%Y-%m}", "/tasks/mine")

    def queries() -> list[int]:
        numbers = []
        for address in pages:
            clerk.get(address)
            with counted(app) as sent:
                assert clerk.get(address).status_code == 200
            numbers.append(len(sent))
        return numbers

    def tie() -> None:
        clerk_ = world.actors["clerk"]
        for task in {row.id for row in lists.find(clerk_, TaskFilter(plan_id=plan), per_page=500)[0]}:
            law = world.document(f"{task}/{next(numbers)}/NĐ-CP", "Nghị định", LAW_WORDS)
            links.add(clerk_, document_id=law, role="basis", task_id=task, anchor="dieu-52")

    numbers = itertools.count(2000)
    tie()
    few = queries()
    for place in range(8):
        tasks.create(world.actors["clerk"], plan, TaskInput(f"Thêm {place}", world.units["thanh-tra"], due_rule="fixed", due_on=TOMORROW, document_id=document, anchor="muc-II.3.gach-2"))
    tie()
    assert queries() == few
