"""An outgoing document from draft to number and register, and an incoming one from confirming to register."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit, fits, hand_in
from tests.filling.papers import decision


def uploaded(page: Page, path: Path, content: bytes) -> str:
    """Upload a file; returns the address of its document."""
    path.write_bytes(content)
    (row,) = hand_in(page, path)
    return str(row.locator("[data-link]").get_attribute("href"))


def test_from_draft_to_number_and_from_arrival_to_register(visit: Visit, tmp_path: Path) -> None:
    clerk = visit.page("clerk")
    draft = uploaded(clerk, tmp_path / "du-thao.docx", decision(number="     ", day="  ", subject="Về việc giao chỉ tiêu"))
    clerk.goto("/series")
    clerk.get_by_role("link", name="Văn bản đi", exact=True).click()
    clerk.get_by_label("Chữ viết tắt cơ quan").fill("SGDĐT")
    clerk.get_by_role("button", name="Lưu").click()
    clerk.goto(draft)
    clerk.get_by_text("Thao tác khác").click()
    clerk.get_by_role("link", name="Cấp số", exact=True).click()
    # Other tests of this site may have given numbers before.
    expect(clerk.locator(".next-numbers")).to_contain_text(re.compile(r"\b0\d/QĐ-SGDĐT"))
    given = str(clerk.locator(".next-numbers strong").first.text_content()).strip()
    clerk.get_by_role("button", name="Cấp số").click()
    expect(clerk.get_by_role("status").filter(has_text="Đã cấp số")).to_be_visible()
    expect(clerk.locator(".document-number").first).to_contain_text(f"Quyết định {given}")

    came = uploaded(clerk, tmp_path / "den.docx", decision(number="977", subject="Về việc kiểm tra"))
    clerk.goto(f"{came}/facts")
    clerk.get_by_text("Vào sổ văn bản đến").click()
    clerk.get_by_label("Cấp số đến khi lưu và xác nhận").check()
    clerk.get_by_label("Nơi gửi").fill("UBND tỉnh Mẫu")
    clerk.get_by_role("button", name="Lưu và xác nhận").click()
    expect(clerk.locator(".alert-success")).to_contain_text("Đã xác nhận “Quyết định 977/QĐ-SGDĐT”")

    phone = visit.page("clerk", phone=True)
    for page in (clerk, phone):
        page.goto("/registers/outgoing")
        line = page.get_by_role("row").filter(has_text=given)
        expect(line).to_contain_text("Về việc giao chỉ tiêu")
        assert fits(page)
        page.goto("/registers/incoming")
        expect(page.get_by_role("row").filter(has_text="977/QĐ-SGDĐT")).to_contain_text("UBND tỉnh Mẫu")
        assert fits(page)
    with clerk.expect_download() as download:
        clerk.get_by_role("button", name="PDF").click()
    assert download.value.suggested_filename.startswith("so-van-ban-den-")
