"""A plan from its upload to the report on it, in one browser: tasks, evidence of a school, half a year later an inspection with its
answer, the report, and the auditor behind them all. The clock stands where the test sets it, so the site runs in this process."""

from __future__ import annotations

import datetime as dt
import io
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import docx
import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from docmgr.models import User
from docmgr.policy import COMMAND_LINE
from docmgr.services.folders import sharing, tree
from docmgr.services.folders.sharing import SharedThing
from docmgr.services.people import units
from docmgr.writing.layout import check
from legaltext import dates
from tests.browser.conftest import WIDE
from tests.filling.desk import work
from tests.filling.filing import person
from tests.filling.papers import decision
from tests.support.browsers import Auth

HEAD = ("UBND TỈNH MẪU\nSỞ GIÁO DỤC VÀ ĐÀO TẠO", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc")
LINES = (
    "KẾ HOẠCH",
    "Thực hiện dân chủ ở cơ sở năm 2024",
    "I. NHIỆM VỤ",
    "1. Văn phòng Sở ban hành quy chế thực hiện dân chủ của cơ quan, hoàn thành trước ngày 31/3/2024.",
    "2. Các đơn vị trực thuộc Sở xây dựng kế hoạch thực hiện dân chủ của đơn vị trước ngày 15/3/2024.",
    "3. Các đơn vị trực thuộc Sở tổ chức hội nghị cán bộ, công chức, viên chức, gửi nghị quyết hội nghị về Sở trước ngày 30/4/2024.",
)
BEGINNING, HALF_A_YEAR_LATER = dt.date(2024, 1, 15), dt.date(2024, 7, 10)


def the_plan() -> bytes:
    """A plan of the department as DOCX."""
    paper = docx.Document()
    table = paper.add_table(rows=2, cols=2)
    for cell, words in zip(table.rows[0].cells, HEAD, strict=True):
        cell.text = words
    table.cell(1, 0).text, table.cell(1, 1).text = "Số: 05/KH-SGDĐT", "Tỉnh Mẫu, ngày 10 tháng 01 năm 2024"
    for line in LINES:
        paper.add_paragraph(line)
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()


class Clock:
    """The day that the site takes for today."""

    today = BEGINNING


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(dates, "today", lambda: clock.today)
    return clock


@pytest.fixture
def url(app: Flask, clock: Clock) -> Iterator[str]:
    """The address of the site, which threads of this process serve."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


class Desk:
    """Signed-in pages of people, one browser each."""

    def __init__(self, auth: Auth, browser: Browser, url: str, folder: Path) -> None:
        self.app, self.auth, self.browser, self.url, self.folder = auth.app, auth, browser, url, folder

    def of(self, person: User) -> Page:
        cookie = self.auth.client(person).get_cookie("docmgr")
        assert cookie is not None
        context = self.browser.new_context(base_url=self.url, viewport=WIDE, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh")  # type: ignore[arg-type]
        context.add_cookies([{"name": "docmgr", "value": cookie.value, "url": self.url}])
        return context.new_page()

    def file(self, name: str, content: bytes) -> str:
        path = self.folder / name
        path.write_bytes(content)
        return str(path)


@pytest.fixture
def desk(auth: Auth, chromium: Browser, url: str, tmp_path: Path) -> Iterator[Desk]:
    yield Desk(auth, chromium, url, tmp_path)
    for opened in chromium.contexts:
        opened.close()


@pytest.fixture
def teacher(people: dict[str, User]) -> User:
    """A member of the staff of a school below the department's office."""
    office = people["clerk"].unit_id
    made = units.create(COMMAND_LINE, name="Trường THPT Mẫu", abbreviation="THPTM", parent_id=office)
    folder = tree.create(COMMAND_LINE, tree.root_id(), "Minh chứng của các trường")
    sharing.grant(COMMAND_LINE, SharedThing(folder_id=folder.id), f"unit:{made.id}", "contributor")
    return person("truong", "staff", unit_id=made.id)


def test_a_plan_goes_the_whole_way(desk: Desk, people: dict[str, User], teacher: User, clock: Clock) -> None:
    clerk, school, leader = desk.of(people["clerk"]), desk.of(teacher), desk.of(people["leader"])
    _upload(desk, clerk)
    _accept(clerk)
    plan = clerk.url
    _prove(desk, school, "kế hoạch thực hiện dân chủ của đơn vị", decision("31", "Ban hành Kế hoạch thực hiện dân chủ của Trường"))
    _prove(desk, school, "gửi nghị quyết hội nghị", decision("32", "Ban hành Nghị quyết hội nghị viên chức của Trường"))
    _confirm(clerk, plan)

    clock.today = HALF_A_YEAR_LATER
    inspection = _inspect(leader)
    _answer(school)
    leader.goto(inspection)
    _report(clerk, plan)
    _audited(desk.of(people["auditor"]))


def _upload(desk: Desk, page: Page) -> None:
    page.goto("/documents/new")
    page.set_input_files("#files", desk.file("ke-hoach.docx", the_plan()))
    expect(page.locator("[data-upload-rows] > li")).to_contain_text("ke-hoach.docx")
    work(desk.app)
    page.locator("[data-upload-rows] > li").get_by_role("link").first.click()
    page.get_by_role("button", name="Công bố").first.click()
    expect(page.get_by_text("Đã công bố").first).to_be_visible()


def _accept(page: Page) -> None:
    page.get_by_role("link", name="Nhiệm vụ đề xuất (3)").first.click()
    page.get_by_role("link", name="Chọn tất cả").click()
    page.get_by_label("Chủ trì của mục chưa rõ đơn vị").select_option(label="Văn phòng Sở")
    page.get_by_label("Mục giao cho nhiều đơn vị").select_option(label="Từng đơn vị trực thuộc Văn phòng Sở")
    page.get_by_role("button", name="Chấp nhận các mục đã chọn").click()
    expect(page.get_by_text("Đã giao 3 nhiệm vụ.")).to_be_visible()
    page.get_by_role("link", name="Mở nhiệm vụ").first.click()
    page.get_by_role("link", name="Thực hiện dân chủ ở cơ sở năm 2024").first.click()


def _prove(desk: Desk, page: Page, words: str, paper: bytes) -> None:
    page.goto("/")
    page.get_by_role("link", name=words).first.click()
    page.set_input_files("#file", desk.file(f"{len(words)}.docx", paper))
    page.get_by_role("button", name="Gắn minh chứng").click()
    expect(page.get_by_text("Đã gắn minh chứng; kỳ này chờ xác nhận.")).to_be_visible()
    work(desk.app)


def _confirm(page: Page, plan: str) -> None:
    for words in ("kế hoạch thực hiện dân chủ của đơn vị", "gửi nghị quyết hội nghị"):
        page.goto(plan)
        page.get_by_role("link", name=words).first.click()
        page.get_by_role("link", name="Trường THPT Mẫu").first.click()
        page.get_by_role("button", name="Xác nhận hoàn thành").click()
        expect(page.get_by_text("Đã xác nhận hoàn thành.")).to_be_visible()


def _inspect(page: Page) -> str:
    page.goto("/inspections/new")
    page.fill("[name=title]", "Kiểm tra thực hiện dân chủ 6 tháng đầu năm 2024")
    page.locator("#inspected_unit_id").select_option(label="Trường THPT Mẫu")
    page.locator("#plan_id").select_option(index=1)
    page.get_by_role("button", name="Lập cuộc kiểm tra").click()
    inspection = page.url
    page.get_by_role("link", name="Phát hiện", exact=True).click()
    page.fill("[name=text]", "Nghị quyết hội nghị chưa được niêm yết tại trường.")
    page.get_by_role("button", name="Lưu phát hiện").click()
    page.get_by_role("link", name="kiến nghị").first.click()
    page.fill("[name=text]", "Niêm yết nghị quyết hội nghị.")
    page.locator("#unit_id").select_option(label="Trường THPT Mẫu")
    page.fill("[name=received_on]", "2024-07-10")
    page.get_by_role("button", name="Lưu kiến nghị").click()
    expect(page.get_by_text("Hạn trả lời 25/07/2024", exact=True)).to_be_visible()
    return inspection


def _answer(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="Chờ tôi xử lý", exact=True).click()
    page.get_by_role("link", name="Niêm yết nghị quyết hội nghị.").first.click()
    page.get_by_role("link", name="Trả lời", exact=True).click()
    page.fill("[name=answer]", "Đã niêm yết ngày 12/7/2024.")
    page.get_by_role("button", name="Lưu trả lời").click()


def _report(page: Page, plan: str) -> None:
    page.goto(plan)
    page.locator("summary", has_text="Báo cáo").click()
    with page.expect_download() as coming:
        page.get_by_role("button", name="Báo cáo 6 tháng (DOCX)").click()
    assert list(check.check(docx.Document(str(coming.value.path())))) == []


def _audited(page: Page) -> None:
    page.goto("/search?q=thuc+hien+dan+chu+o+co+so")
    page.get_by_role("link", name="Thực hiện dân chủ ở cơ sở năm 2024").first.click()
    document = page.url.split("?")[0].split("#")[0]
    page.get_by_role("link", name=re.compile("^Nhiệm vụ")).first.click()
    expect(page.get_by_role("main")).to_contain_text("Xây dựng kế hoạch thực hiện dân chủ của đơn vị")
    page.goto(f"{document}/trail")
    for event in ("Tải lên", "Công bố", "Giao nhiệm vụ", "Báo hoàn thành kỳ thực hiện", "Xác nhận kỳ thực hiện", "Xuất báo cáo kế hoạch"):
        expect(page.locator("main strong", has_text=event).first).to_be_visible()
