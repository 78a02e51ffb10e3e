"""Page pictures of office files and scans, as people see them: drawn, selected, turned; on a wide screen and a phone."""

from __future__ import annotations

import itertools
import os
import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit, fits, hand_in
from tests.filling import papers, scans
from tests.support import needs

NUMBERS = itertools.count(701)

RENDERED_S = 240


def picture(page: Page, name: str) -> None:
    """A picture for whoever wants to look at the page: DOCMGR_PICTURES names the folder."""
    if folder := os.environ.get("DOCMGR_PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def files_tab(page: Page, file: Path) -> None:
    """Upload the file and open its tab of files, when its pages are drawn."""
    (row,) = hand_in(page, file)
    page.goto(str(row.locator("[data-link]").get_attribute("href")) + "?tab=files")
    end = time.monotonic() + RENDERED_S
    while not page.locator(".page-image").count():
        assert time.monotonic() < end, page.locator("main").inner_text()
        time.sleep(1)
        page.reload()


def given(folder: Path) -> Path:
    """The file that DOCMGR_FILE names, for whoever wants to look at it, or a DOCX of our own."""
    if name := os.environ.get("DOCMGR_FILE"):
        return Path(name)
    path = folder / "ke-hoach.docx"
    # Another number each time: these tests share a site, which keeps no paper twice.
    path.write_bytes(papers.decision(str(next(NUMBERS))))
    return path


@pytest.mark.parametrize("phone", [False, True])
def test_pages_of_a_word_file(visit: Visit, tmp_path: Path, phone: bool) -> None:
    needs.office("writer")
    page = visit.page("clerk", phone=phone)
    files_tab(page, given(tmp_path))
    first = page.locator(".page-sheet").first
    assert page.evaluate("async () => { const one = document.querySelector('.page-image'); await one.decode(); return one.naturalWidth }") == 1100
    assert fits(page)
    picture(page, f"word-{phone}")
    words = first.locator(".page-words text").first
    box, sheet = words.bounding_box(), first.bounding_box()
    assert box and sheet and sheet["x"] < box["x"] and box["x"] + box["width"] < sheet["x"] + sheet["width"]
    words.select_text()
    assert page.evaluate("getSelection().toString().trim()") == words.text_content()
    picture(page, f"word-selected-{phone}")


def test_a_scan_is_turned(visit: Visit, tmp_path: Path) -> None:
    needs.vietnamese_letters()
    path = tmp_path / "quet.png"
    path.write_bytes(scans.as_picture(scans.page(("Nội dung của trang",)).rotate(90, expand=True)))
    page = visit.page("clerk")
    files_tab(page, path)
    image = page.locator(".page-image").first
    wide = image.evaluate("async one => { await one.decode(); return one.naturalWidth > one.naturalHeight }")
    picture(page, "scan-before")
    page.get_by_role("button", name="Xoay phải Trang 1").click()
    expect(page.get_by_text("Đã xoay trang 1.")).to_be_visible()
    assert wide and image.evaluate("async one => { await one.decode(); return one.naturalWidth < one.naturalHeight }")
    picture(page, "scan-after")
