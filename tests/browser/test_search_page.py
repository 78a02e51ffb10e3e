"""The page of results by keyboard, its dates and notes, and the page that explains search, on wide and small
screens."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit, faults_of, hand_in
from tests.filling.papers import decision

SUBJECTS = {"61": "Về việc tưới cây sân trường", "62": "Về việc chăm sóc cây xanh sân trường"}


@pytest.fixture(scope="session")
def planted(chromium, live, tmp_path_factory: pytest.TempPathFactory) -> None:  # type: ignore[no-untyped-def]
    """Two decisions about trees, which "sân trường" finds."""
    folder: Path = tmp_path_factory.mktemp("trees")
    for number, subject in SUBJECTS.items():
        (folder / f"quyet-dinh-{number}.docx").write_bytes(decision(number=number, subject=subject))
    visit = Visit(chromium, live)
    page = visit.page("clerk")
    hand_in(page, *sorted(folder.iterdir()))
    page.context.close()
    assert visit.faults == []


def test_from_box_to_hit_by_keyboard(visit: Visit, planted: None) -> None:
    page = visit.page("clerk")
    page.goto("/documents")
    page.keyboard.press("/")
    page.keyboard.type("cây sân trường")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/search"))
    hits = page.locator(".hit-title a")
    expect(hits).to_have_count(2)
    for key, number in (("j", 0), ("j", 1), ("k", 0), ("ArrowDown", 1), ("ArrowDown", 1), ("ArrowUp", 0)):
        page.keyboard.press(key)
        expect(hits.nth(number)).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.locator("#search-box")).to_be_focused()
    # In the search box letters are only letters.
    page.keyboard.press("j")
    expect(page.locator("#search-box")).to_have_value(re.compile("j"))
    page.keyboard.press("Escape")
    page.locator("body").click(position={"x": 2, "y": 2})
    page.keyboard.press("j")
    title = hits.nth(0).text_content()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/documents/\d+"))
    expect(page.locator("h1")).to_have_text(str(title))


def test_days_of_issue_apply_at_once_and_are_dropped_by_a_click(visit: Visit, planted: None) -> None:
    page = visit.page("clerk")
    page.goto("/search?q=cây+sân+trường")
    page.fill("#until", "31/01/2024")
    page.press("#until", "Tab")
    page.wait_for_url(re.compile("until="))
    expect(page.get_by_text("Không thấy văn bản nào")).to_be_visible()
    page.get_by_role("link", name="Ban hành đến 31/01/2024").first.click()
    expect(page.locator(".hit-title")).to_have_count(2)
    assert "until=" not in page.url


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_on_a_phone_hits_come_first_and_a_link_leads_to_the_filters(
    visit: Visit, planted: None, script: bool
) -> None:
    page = visit.page("clerk", phone=True, script=script)
    page.goto("/search?q=cây+sân+trường")
    first, filters = page.locator(".hit").first.bounding_box(), page.locator("#filters").bounding_box()
    assert first and filters and first["y"] < 600 and filters["y"] > first["y"]
    page.get_by_role("link", name="Lọc kết quả").click()
    expect(page.locator("#filters")).to_be_in_viewport()
    page.keyboard.press("Tab")
    expect(page.locator("#filters summary")).to_be_focused()
    expect(page.locator("#filters").get_by_role("link", name="Quyết định")).to_be_visible()


def test_in_a_folder_its_own_box_finds_what_is_there(visit: Visit, planted: None) -> None:
    page = visit.page("clerk", script=False)
    page.goto("/documents")
    page.get_by_text("Thư mục mới").click()
    page.fill("#name", "Vườn trường")
    page.get_by_role("button", name="Tạo thư mục").click()
    page.get_by_role("searchbox", name="Tìm trong thư mục này").fill("cây sân trường")
    page.get_by_role("button", name="Tìm trong thư mục này").click()
    expect(page.get_by_text("Không thấy văn bản nào")).to_be_visible()
    page.get_by_role("link", name="Trong thư mục: Vườn trường").first.click()
    expect(page.locator(".hit")).to_have_count(2)


PAGES = {
    "help": "/search/help",
    "start": "/search",
    "notes": "/search?q=cây+sân+trường+năm:99+(xanh&at=mai",
    "limits": "/search?q=cây&since=01/01/2024&until=31/12/2024",
    "nothing": "/search?q=cây+loại:luật&since=01/01/2024&folder_in=1",
}


@pytest.mark.parametrize("phone", [False, True], ids=["wide", "phone"])
def test_pages_fit_and_are_accessible(visit: Visit, planted: None, phone: bool) -> None:
    page = visit.page("clerk", phone=phone)
    faults = []
    for name, address in PAGES.items():
        page.goto(address)
        faults += [f"{name}: {fault}" for fault in faults_of(page, dark=False)]
    assert faults == []
