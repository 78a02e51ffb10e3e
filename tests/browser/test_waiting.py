"""The table of waiting documents as a clerk uses it: twenty files, one cell edited, all good rows confirmed at once."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import FINDABLE_MS, Visit, fits, row
from tests.filling.papers import decision

SUBJECTS = (
    "Về việc ban hành Quy chế thực hiện dân chủ ở cơ sở",
    "Về việc phê duyệt kế hoạch kiểm tra, đánh giá chất lượng giáo dục các trường trung học phổ thông năm học 2023 - 2024",
)


def waiting(visit: Visit, folder: Path, papers: dict[str, bytes]) -> str:
    """Upload the files into a folder of their own; returns the address of the table of this folder."""
    page = visit.page("clerk")
    page.goto("/documents")
    page.get_by_text("Thư mục mới").click()
    page.get_by_label("Tên thư mục").fill(folder.name)
    page.get_by_role("button", name="Tạo thư mục").click()
    page.wait_for_url("**/folders/*")
    number = page.url.rsplit("/", 1)[-1]
    for name, data in papers.items():
        (folder / name).write_bytes(data)
    page.goto(f"/documents/new?folder={number}")
    page.set_input_files("#files", [str(folder / name) for name in papers])
    for name in papers:
        expect(row(page, name)).to_contain_text("Đã tìm kiếm được", timeout=FINDABLE_MS)
    page.context.close()
    return f"/documents/waiting?folder={number}"


def picture(page: Page, name: str) -> None:
    """A picture for whoever wants to look at the page: DOCMGR_PICTURES names the folder."""
    if folder := os.environ.get("DOCMGR_PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_twenty_documents_in_one_table(visit: Visit, tmp_path: Path) -> None:
    papers = {f"quyet-dinh-{number}.docx": decision(f"3{number:02}", SUBJECTS[number % 2]) for number in range(1, 19)}
    papers |= {"chua-co-so.docx": decision("…", "Về việc cử đi học"), "chua-co-ngay.docx": decision("399", "Về việc nghỉ hè", day="…")}
    table = waiting(visit, tmp_path, papers)
    phone = visit.page("clerk", phone=True)
    phone.goto(table)
    picture(phone, "waiting-phone")
    assert fits(phone)
    cell, file = phone.locator('[data-cell="issuer"]').first.bounding_box(), phone.locator("tbody th").first.bounding_box()
    assert cell and file and cell["y"] > file["y"] and cell["width"] > 250 and file["width"] > 250

    page = visit.page("clerk")
    page.goto("/")
    page.get_by_role("link", name="Xem tất cả dạng bảng").click()
    page.goto(table)
    expect(page.locator("[data-row]")).to_have_count(20)
    picture(page, "waiting-wide")
    assert fits(page)
    number = page.locator('[data-cell="number"]').first.input_value()
    page.locator('[data-cell="subject"]').first.fill("Quy chế dân chủ của trường chuyên")
    page.get_by_role("button", name="Xác nhận các dòng tốt (18)").click()
    expect(page.get_by_text("Đã xác nhận 18 văn bản.")).to_be_visible(timeout=FINDABLE_MS)
    expect(page.locator("[data-row]")).to_have_count(2)
    picture(page, "waiting-left")
    expect(page.locator("[data-row]", has_text="chua-co-so.docx").locator(".is-marked")).to_have_count(1)
    page.goto(f"/search?q={number}")
    expect(page.get_by_text("Quy chế dân chủ của trường chuyên").first).to_be_visible()


def test_keys_move_through_the_cells_and_confirm_a_row(visit: Visit, tmp_path: Path) -> None:
    page = visit.page("clerk")
    page.goto(waiting(visit, tmp_path, {f"phim-{number}.docx": decision(f"4{number}", "Về việc gõ phím") for number in "123"}))

    def focus() -> tuple[int, str]:
        row, cell = page.evaluate(
            "(c => [[...document.querySelectorAll('[data-row]')].indexOf(c.closest('[data-row]')), c.dataset.cell])(document.activeElement)"
        )
        return row, cell

    page.locator('[data-cell="type"]').first.focus()
    page.keyboard.press("Enter")
    assert focus() == (0, "number")
    page.keyboard.press("ArrowDown")
    assert focus() == (1, "number")
    page.keyboard.press("ArrowRight")
    assert focus() == (1, "issuer")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Shift+Enter")
    assert focus() == (0, "number")
    # Inside of a text, an arrow stays in the text.
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    assert focus() == (0, "number")
    for _ in range(5):
        page.keyboard.press("Enter")
    assert focus() == (1, "type")
    name = page.locator("[data-row] .file-name").nth(1).inner_text()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Đã xác nhận 1 văn bản.")).to_be_visible()
    expect(page.locator("[data-row]")).to_have_count(2)
    expect(page.locator("[data-row]", has_text=name)).to_have_count(0)


def test_without_scripts(visit: Visit, tmp_path: Path) -> None:
    papers = {f"khong-script-{number}.docx": decision(f"5{number}", "Về việc không có script") for number in "12"}
    table = waiting(visit, tmp_path, papers)
    page = visit.page("clerk", script=False)
    page.goto(table)
    page.locator('[data-cell="issued_on"]').first.fill("31/02/2024")
    page.get_by_role("checkbox", name="Chưa công bố").check()
    page.get_by_role("checkbox", name="Chưa công bố").press("Enter")
    expect(page.get_by_text("Chưa xác nhận dòng nào.")).to_be_visible()
    page.locator("[name=pick]").nth(0).check()
    page.locator("[name=pick]").nth(1).check()
    page.get_by_role("button", name="Xác nhận các dòng đã chọn").click()
    expect(page.get_by_text("Đã xác nhận 1 văn bản.")).to_be_visible()
    expect(page.get_by_text("1 dòng chưa xác nhận được")).to_be_visible()
    expect(page.locator('[data-cell="issued_on"]').first).to_have_value("31/02/2024")
    picture(page, "waiting-failed")
    # The browser logs the answers 400 and 409, which are meant here.
    visit.faults = [fault for fault in visit.faults if "status of 40" not in fault]
