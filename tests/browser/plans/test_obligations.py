"""The obligations of the given plan as a clerk works through them: by keys one by one, and the rest at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import FINDABLE_MS, Visit, fits, row
from tests.browser.test_waiting import picture

SEED = Path(__file__).resolve().parents[3] / "../shared/data/seed/ke-hoach-dan-chu-o-co-so-2024.md"


@pytest.mark.skipif(not SEED.exists(), reason="không có tài liệu dùng chung ../shared/data")
def test_the_given_plan_becomes_tasks(visit: Visit) -> None:
    page = visit.page("clerk")
    page.goto("/documents/new")
    page.set_input_files("#files", str(SEED))
    expect(row(page, SEED.name)).to_contain_text("Đã tìm kiếm được", timeout=FINDABLE_MS)
    row(page, SEED.name).get_by_role("link").first.click()
    page.goto(page.url.replace("/facts", ""))
    page.get_by_role("link", name="Nhiệm vụ đề xuất (35)").first.click()
    address = page.url
    rows = page.locator("[data-obligation]")
    expect(rows).to_have_count(35)
    picture(page, "obligations-wide")
    phone = visit.page("clerk", phone=True)
    phone.goto(address)
    picture(phone, "obligations-phone")
    assert fits(phone)

    # The words of the present one are shown in the text.
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(rows.nth(0)).to_be_focused()
    page.keyboard.press("j")
    expect(page.locator("mark.is-current").first).to_contain_text("quy chế")
    page.keyboard.press("d")
    expect(page.get_by_text("Đã bỏ 1 mục.")).to_be_visible()
    # The next one is the present one, without a mouse.
    expect(page.locator("[data-obligation].is-current")).to_contain_text("Tổ chức tập huấn")
    page.get_by_label("Chủ trì của mục chưa rõ đơn vị").select_option(label="Văn phòng Sở")
    page.locator("[data-obligation].is-current").focus()
    page.keyboard.press("a")
    expect(page.get_by_text("Đã giao 1 nhiệm vụ.")).to_be_visible()

    page.get_by_role("link", name="Chọn tất cả").click()
    page.get_by_label("Chủ trì của mục chưa rõ đơn vị").select_option(label="Văn phòng Sở")
    picture(page, "obligations-chosen")
    page.get_by_role("button", name="Chấp nhận các mục đã chọn").click()
    expect(page.get_by_text("Đã giao 33 nhiệm vụ.")).to_be_visible()
    picture(page, "obligations-done")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Nhiệm vụ đề xuất của một văn bản")
