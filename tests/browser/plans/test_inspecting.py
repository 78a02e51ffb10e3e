"""The lines of an inspection in a browser: what is typed survives a lost connection, and of two people the second sees both."""

from __future__ import annotations

import io
import os
import re
import time
from pathlib import Path

from PIL import Image
from playwright.sync_api import FilePayload, Locator, Page, Route, expect

from docmgr import context
from docmgr.policy import COMMAND_LINE
from docmgr.services.inspection import inspections
from docmgr.services.inspection.checklists import lines
from docmgr.services.inspection.inspections import InspectionInput
from docmgr.services.people import units
from docmgr.settings import from_environment
from tests.browser.conftest import Visit

KEPT = "Object.keys(localStorage).filter((key) => key.startsWith('docmgr-draft:')).length"
SAVE = re.compile(r"/checks/\d+$")
SHOOT = re.compile(r"/checks/\d+/photos$")
SHOTS = """() => new Promise((done) => { const asked = indexedDB.open("docmgr-photos", 1);
  asked.onsuccess = () => { const all = asked.result.transaction("photos").objectStore("photos").count(); all.onsuccess = () => done(all.result); }; })"""


def inspection(home: Path) -> int:
    """An inspection of another unit than that of the site's people, with a line."""
    site = context.build(from_environment({**os.environ, "DOCMGR_HOME": str(home), "DOCMGR_DATABASE_URL": ""}))
    with site.bound():
        unit = units.create(COMMAND_LINE, name="Trường được kiểm tra", abbreviation="TKT")
        number = inspections.create(COMMAND_LINE, InspectionInput("Kiểm tra quy chế", unit.id))
        lines.add(COMMAND_LINE, number, "Có quy chế dân chủ")
    site.close()
    return number


def line(page: Page, note: str) -> Locator:
    """Type a note into the only line, which failed; returns its form."""
    form = page.locator("form[data-check]")
    form.get_by_text("Chưa đạt", exact=True).click()
    form.get_by_label("Ghi chú").fill(note)
    return form


def says(form: Locator, words: str) -> None:
    expect(form.locator("[data-check-state]")).to_contain_text(words)


def refuse(route: Route) -> None:
    route.abort()


def away(route: Route) -> None:
    """Answer as the site does while its database is away."""
    route.fulfill(status=503, content_type="application/json", body='{"error": "Tạm ngừng", "reason": "Cơ sở dữ liệu không trả lời."}')


def too_large(route: Route) -> None:
    """Answer as a proxy does that takes nothing so large."""
    route.fulfill(status=413, content_type="text/html", body="<h1>refused</h1>")


def photos_survive(page: Page) -> None:
    """Choose photos without a connection, leave the page and come back: they are kept, sent once, and one that is no picture says why."""
    shots = page.locator("form[data-photo]")
    told = page.locator("[data-photo-list] li")
    page.route(SHOOT, refuse)
    page.get_by_text("Thêm ảnh").click()
    shots.get_by_label("Ảnh của nội dung").set_input_files([picture("mot.png", 90), picture("hai.png", 180), {"name": "ba.png", "mimeType": "image/png", "buffer": b"no picture"}])
    expect(told).to_have_count(3)
    expect(told.first).to_contain_text("mot.png: Chưa gửi: giữ ở máy này")
    page.reload()
    expect(told).to_have_count(3)
    assert page.evaluate(SHOTS) == 3
    page.unroute(SHOOT)
    for answer, words in ((away, "mot.png: Chưa gửi: giữ ở máy này"), (too_large, "mot.png: Ảnh lớn hơn 15 MB")):
        page.route(SHOOT, answer)
        with page.expect_response(SHOOT):
            page.context.set_offline(True)
            page.context.set_offline(False)
        expect(told.first).to_contain_text(words)
        if answer is too_large:
            expect(told.last).to_contain_text("Ảnh lớn hơn 15 MB")
        page.unroute(SHOOT)
    assert page.evaluate(SHOTS) == 3
    sent_once_each(page)
    for name in ("mot.png", "hai.png"):
        expect(page.locator("[data-photo-list]")).to_contain_text(f"{name}: Đã lưu ảnh.")
    last = told.filter(has_text="ba.png")
    expect(last).to_contain_text("Chỉ nhận ảnh JPEG hoặc PNG")
    assert page.evaluate(SHOTS) == 1
    expect(last.get_by_role("button", name="Gửi lại")).to_be_focused()
    last.get_by_role("button", name="Bỏ ảnh này").press("Enter")
    expect(told).to_have_count(2)
    expect(shots.get_by_label("Ảnh của nội dung")).to_be_focused()
    page.reload()
    expect(page.get_by_role("link", name="Ảnh, minh chứng")).to_contain_text("(2)")
    assert page.evaluate(SHOTS) == 0


def sent_once_each(page: Page) -> None:
    """All three are asked for again, by hand and by the connection that is back: one is under way at a time, since a second refusal
    would bring back what the person dropped after the first."""
    held: list[Route] = []
    page.route(SHOOT, lambda route: held.append(route))
    for name in ("mot.png", "hai.png", "ba.png"):
        told = page.locator("[data-photo-list] li").filter(has_text=name)
        told.get_by_role("button", name="Gửi lại").press("Enter")
        expect(told).to_be_focused()
    page.context.set_offline(True)
    page.context.set_offline(False)
    for number in range(1, 4):
        until = time.monotonic() + 15
        while len(held) < number and time.monotonic() < until:
            page.wait_for_timeout(50)
        page.wait_for_timeout(300)
        assert len(held) == number
        held[-1].continue_()
    page.unroute(SHOOT)


def photos_without_room(page: Page) -> None:
    """A browser without room says so, and the photo is sent at once."""
    shots = page.locator("form[data-photo]")
    told = page.locator("[data-photo-list] li")
    page.evaluate("() => { IDBObjectStore.prototype.put = () => { throw new DOMException('', 'QuotaExceededError'); }; }")
    page.get_by_text("Thêm ảnh").click()
    shots.get_by_label("Ảnh của nội dung").set_input_files([picture("bon.png", 30)])
    expect(told).to_contain_text("bon.png: Đã lưu ảnh.")
    page.route(SHOOT, refuse)
    shots.get_by_label("Ảnh của nội dung").set_input_files([picture("nam.png", 40)])
    expect(told.last).to_contain_text("trình duyệt không còn chỗ")
    page.unroute(SHOOT)


def picture(name: str, shade: int) -> FilePayload:
    out = io.BytesIO()
    Image.new("L", (8, 8), shade).save(out, "PNG")
    return {"name": name, "mimeType": "image/png", "buffer": out.getvalue()}


def test_a_line_survives_a_lost_connection_and_two_people(visit: Visit) -> None:
    address = f"/inspections/{inspection(visit.live.home)}/checks"
    page, second = visit.page("staff", phone=True), visit.page("clerk")
    for one in (page, second):
        one.goto(address)
    page.route(SAVE, refuse)
    form = line(page, "Thiếu biên bản")
    says(form, "Chưa ghi")
    form.get_by_role("button", name="Ghi kết quả").click()
    says(form, "sẽ gửi lại khi có mạng")

    page.reload()
    expect(form.get_by_label("Ghi chú")).to_have_value("Thiếu biên bản")
    expect(form.get_by_role("radio", name="Chưa đạt", exact=True)).to_be_checked()
    page.unroute(SAVE)
    page.route(SAVE, away)
    form.get_by_role("button", name="Ghi kết quả").click()
    says(form, "sẽ gửi lại khi có mạng")
    page.unroute(SAVE)
    page.context.set_offline(True)
    page.context.set_offline(False)
    says(form, "Đã ghi.")
    assert page.evaluate(KEPT) == 0
    page.reload()
    expect(form.get_by_label("Ghi chú")).to_have_value("Thiếu biên bản")
    expect(form.locator("[data-check-state]")).to_be_hidden()
    photos_survive(page)
    photos_without_room(page)

    other = line(second, "Có biên bản nhưng muộn")
    other.get_by_role("button", name="Ghi kết quả").click()
    says(other, "Người khác vừa ghi nội dung này")
    other.get_by_role("link", name="Người khác vừa ghi nội dung này").click()
    expect(second.locator("main")).to_contain_text("Thiếu biên bản")
    expect(second.get_by_label("Ghi chú", exact=True)).to_have_value("Có biên bản nhưng muộn")
    second.get_by_role("button", name="Ghi kết quả").click()
    second.wait_for_url(lambda opened: address in opened)
    expect(other.get_by_label("Ghi chú")).to_have_value("Có biên bản nhưng muộn")
    expect(other.locator("[data-check-state]")).to_be_hidden()
    assert second.evaluate(KEPT) == 0
    # The browser tells of the requests that were refused.
    visit.faults[:] = [fault for fault in visit.faults if "Failed to load resource" not in fault]
