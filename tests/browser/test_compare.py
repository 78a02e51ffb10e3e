"""Two versions side by side on a wide screen and below each other on a phone; the older one is restored without scripts."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import FINDABLE_MS, Visit, hand_in
from tests.filling.papers import BODY, decision

CHANGED = tuple(line.replace("mỗi năm một lần", "mỗi năm hai lần") for line in BODY)


def test_side_by_side_below_each_other_and_restored(visit: Visit, tmp_path: Path) -> None:
    old, new = tmp_path / "so-sanh-cu.docx", tmp_path / "so-sanh-moi.docx"
    old.write_bytes(decision(number="931"))
    new.write_bytes(decision(number="931", body=CHANGED))
    page = visit.page("clerk")
    (row,) = hand_in(page, old)
    address = str(row.locator("[data-link]").get_attribute("href"))
    page.context.close()
    # Without scripts no page loads itself again while the new version is read.
    page = visit.page("clerk", script=False)
    page.goto(f"{address}/versions/new")
    page.locator("main input[type=file]").set_input_files(new)
    page.get_by_role("button", name="Thêm phiên bản", exact=True).click()
    for _ in range(FINDABLE_MS // 500):
        page.goto(f"{address}/compare?a=1&b=2")
        if page.locator(".cmp-counts").count():
            break
        page.wait_for_timeout(500)
    expect(page.locator(".cmp-counts")).to_contain_text("3 điều: 1 sửa")
    removed, added = page.locator("del"), page.locator("ins")
    expect(removed).to_contain_text("một")
    expect(added).to_contain_text("hai")
    for phone in (False, True):
        page.set_viewport_size({"width": 390 if phone else 1280, "height": 844})
        left, right = removed.bounding_box(), added.bounding_box()
        assert left and right and ((left["y"] < right["y"]) if phone else (left["x"] < right["x"] and left["y"] == right["y"]))
        # A phone without scripts reports no widths; the boxes tell.
        assert right["x"] + right["width"] <= (390 if phone else 1280)
        if folder := os.environ.get("DOCMGR_PICTURES"):
            page.screenshot(path=f"{folder}/compare-versions-{phone}.png", full_page=True)
    fold = page.locator(".cmp-fold").first
    fold.locator("summary").click()
    expect(fold.locator(".cmp-words").first).to_be_visible()
    page.goto(f"{address}?v=1")
    page.get_by_role("button", name="Khôi phục làm bản mới nhất").click()
    expect(page.get_by_text("Đã khôi phục phiên bản 1 thành phiên bản mới nhất, số 3.")).to_be_visible()
    expect(page.locator("article")).to_contain_text("mỗi năm một lần")
