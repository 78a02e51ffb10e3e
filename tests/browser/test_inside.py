"""Searching within a document on wide and small screens: from the list of matches into the text, and between
matches."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit, fits, hand_in
from tests.filling.papers import decision

BODY = tuple(f"Điều {number}. Việc thứ {number}\nTrồng rừng ngập mặn đợt {number}." for number in range(1, 8))


@pytest.fixture(scope="session")
def forest(chromium, live, tmp_path_factory: pytest.TempPathFactory) -> str:  # type: ignore[no-untyped-def]
    """The address of a decision about forests."""
    paper: Path = tmp_path_factory.mktemp("forest") / "quyet-dinh-71.docx"
    paper.write_bytes(decision(number="71", subject="Về việc phủ xanh bãi bồi", body=BODY))
    visit = Visit(chromium, live)
    page = visit.page("clerk")
    (row,) = hand_in(page, paper)
    address = str(row.locator("[data-link]").get_attribute("href"))
    page.context.close()
    return address


def test_steps_begin_at_the_provision_arrived_at(visit: Visit, forest: str) -> None:
    page = visit.page("clerk")
    page.goto(f"{forest}?q=rừng+ngập#dieu-4")
    # A long document is not scrolled through on the way.
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    count, current = page.locator("[data-mark-count]"), page.locator("mark.current")
    expect(count).to_have_text("7 vị trí")
    page.get_by_role("button", name="Vị trí sau").click()
    expect(count).to_have_text("4/7")
    expect(page.locator("#dieu-4").locator(current)).to_be_in_viewport()
    page.locator("#found a", has_text="Điều 6").click()
    page.get_by_role("button", name="Vị trí trước").click()
    expect(count).to_have_text("5/7")
    for _ in range(3):
        page.get_by_role("button", name="Vị trí sau").click()
    expect(count).to_have_text("1/7")


@pytest.mark.parametrize("phone", [False, True])
def test_the_list_is_what_a_question_typed_in_the_page_shows(visit: Visit, forest: str, phone: bool) -> None:
    page = visit.page("clerk", phone=phone)
    page.goto(forest)
    page.fill("#inside", "rung ngap man")
    page.press("#inside", "Enter")
    page.wait_for_url(re.compile("#found$"))
    expect(page.locator("#found")).to_be_in_viewport()
    expect(page.locator("#found mark")).to_have_count(7)
    assert fits(page)


def test_the_list_leads_into_the_text_without_script(visit: Visit, forest: str) -> None:
    page = visit.page("clerk", script=False)
    page.goto(f"{forest}?q=rừng+ngập")
    expect(page.locator("[data-mark-count]")).to_have_text("7 vị trí")
    page.locator("#found a", has_text="Điều 5").click()
    expect(page.locator("#dieu-5")).to_be_in_viewport()
