"""A file in an old font, as people see it: found, compared side by side, undone by one click, also without scripts and on
a phone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import FINDABLE_MS, Visit, fits, hand_in
from tests.filling.old_fonts import in_bytes
from tests.filling.papers import BODY

LINES = ("Bộ Tài chính", "Số: 77/2003/TT-BTC", "Thông tư", "Hướng dẫn quản lý hoá đơn bán lẻ", *BODY)


@pytest.fixture(scope="session")
def old_paper(chromium, live, tmp_path_factory: pytest.TempPathFactory) -> str:  # type: ignore[no-untyped-def]
    """The address of a circular in TCVN3."""
    paper: Path = tmp_path_factory.mktemp("old") / "thong-tu-77.txt"
    paper.write_bytes(in_bytes("\n".join(LINES), "tcvn3"))
    visit = Visit(chromium, live)
    page = visit.page("clerk")
    (row,) = hand_in(page, paper)
    address = str(row.locator("[data-link]").get_attribute("href"))
    page.context.close()
    return address


def picture(page: Page, name: str) -> None:
    """A picture for whoever wants to look at the page: DOCMGR_PICTURES names the folder."""
    if folder := os.environ.get("DOCMGR_PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


@pytest.mark.parametrize("phone", [False, True])
def test_before_and_after_fit_the_screen(visit: Visit, old_paper: str, phone: bool) -> None:
    page = visit.page("clerk", phone=phone)
    page.goto(old_paper)
    picture(page, f"document-{phone}")
    assert fits(page)
    page.get_by_role("link", name="Xem trước và sau").click()
    row = page.locator("tr", has_text="Hướng dẫn quản lý hoá đơn")
    expect(row).to_contain_text("ho¸ ®¬n b¸n lÎ")
    before, after = row.locator("td").nth(0).bounding_box(), row.locator("td").nth(1).bounding_box()
    assert before and after and ((before["y"] < after["y"]) if phone else (before["x"] < after["x"] and before["y"] == after["y"]))
    assert fits(page)
    picture(page, f"compare-{phone}")


def test_undone_and_done_again_without_scripts(visit: Visit, old_paper: str) -> None:
    page = visit.page("clerk", script=False)
    page.goto(old_paper)
    page.get_by_role("button", name="Bỏ chuyển mã, đọc như trong tệp").click()
    expect(page.get_by_text("Đang đọc lại tệp như được viết")).to_be_visible()
    _until(page, old_paper, "được để nguyên như trong tệp")
    expect(page.locator("article")).to_contain_text("b¸n lÎ")
    picture(page, "as-written")
    page.get_by_role("button", name="Chuyển mã sang Unicode").click()
    _until(page, old_paper, "Đã chuyển mã từ TCVN3 (ABC) sang Unicode.")
    expect(page.locator("article")).to_contain_text("hoá đơn bán lẻ")


def test_lists_are_filtered_by_the_health_of_texts(visit: Visit, old_paper: str) -> None:
    page = visit.page("clerk")
    offered = page.get_by_role("region", name="Chất lượng chữ").get_by_role("link", name="Chữ đã chuyển mã")
    # A list counts by the index, which follows the reading of the test before.
    _until(page, "/documents", offered)
    offered.click()
    expect(page.locator(f'a[href="{old_paper}"]').first).to_be_visible()
    picture(page, "filter")
    page.goto("/documents?health=doubtful")
    expect(page.locator(f'a[href="{old_paper}"]')).to_have_count(0)


def _until(page: Page, address: str, sign: str | Locator) -> None:
    """Open the page again until it has these words or this element, because the worker has done what was asked."""
    wanted = page.get_by_text(sign) if isinstance(sign, str) else sign
    for _ in range(FINDABLE_MS // 500):
        page.goto(address)
        if wanted.count():
            return
        page.wait_for_timeout(500)
    pytest.fail(f"not there: {sign}")
