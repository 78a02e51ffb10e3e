"""The three main jobs through the balancer: hand in a document, find its clause without diacritics, walk its trail."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit, hand_in
from tests.filling.papers import decision


@pytest.fixture(scope="session")
def address(chromium, live, tmp_path_factory: pytest.TempPathFactory) -> str:  # type: ignore[no-untyped-def]
    """A decision that a clerk handed in on the page, published: its address."""
    paper = tmp_path_factory.mktemp("papers") / "quyet-dinh-77.docx"
    paper.write_bytes(decision(number="77"))
    visit = Visit(chromium, live)
    page = visit.page("clerk")
    (row,) = hand_in(page, paper)
    found = str(row.locator("[data-link]").get_attribute("href"))
    page.goto(f"{found}/facts?view=text")
    expect(page.locator("#fact-number")).to_have_value("77/QĐ-SGDĐT")
    page.press("#fact-number", "Enter")
    page.wait_for_load_state()
    page.context.close()
    assert visit.faults == []
    return found


def test_a_clause_is_found_without_diacritics_and_opens_there(visit: Visit, address: str) -> None:
    page = visit.page("staff")
    page.goto("/search")
    page.fill("[name=q] >> nth=0", "hoi nghi can bo cong chuc moi nam mot lan")
    page.keyboard.press("Enter")
    page.locator(".hit-provision").first.click()
    page.wait_for_url(re.compile(rf"{address}\?q=.*#dieu-1.khoan-2$"))
    expect(page.locator("#dieu-1\\.khoan-2")).to_be_in_viewport()
    expect(page.locator("#dieu-1\\.khoan-2 mark").first).to_have_text(re.compile("Hội nghị"))


def test_the_same_file_again_leads_to_the_document(visit: Visit, address: str, tmp_path: Path) -> None:
    """Its bytes are in the store that all machines share."""
    again = tmp_path / "ban-sao.docx"
    again.write_bytes(decision(number="77"))
    page = visit.page("clerk")
    page.goto("/documents/new")
    page.set_input_files("#files", str(again))
    row = page.locator("[data-upload-rows] > li").filter(has_text="ban-sao.docx")
    expect(row).to_contain_text("Đã có trong kho")
    expect(row.locator("[data-link]")).to_have_attribute("href", address)


def test_an_auditor_walks_the_trail(visit: Visit, address: str) -> None:
    page = visit.page("auditor")
    page.goto(address)
    page.locator(".document-tabs a", has_text="Nhật ký").click()
    for words in ("Tải lên", "Đã đọc tệp"):
        expect(page.locator(".trail-list").get_by_text(words).first).to_be_visible()
    page.goto(f"{address}/trail")
    expect(page.get_by_role("listitem").filter(has_text="Tải lên").last).to_be_visible()
