"""What must stay in sight: the focus of the keyboard, the place an address names, the document's name above its text; and
the list of keys."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit, fits, hand_in
from tests.filling.papers import decision

# For the element with the focus: its name, and whether something that is no part of it lies over its middle or its upper
# edge. Elements of several lines are taken by their first line, also a high field: WCAG 2.2, 2.4.11, allows that a part is covered.
COVERED = """() => {
  const here = document.activeElement;
  if (!here || here === document.body) return null;
  const box = [...here.getClientRects()][0] ?? here.getBoundingClientRect();
  const name = `${here.tagName} ${here.id} ${(here.textContent || here.name || "").trim().slice(0, 40)}`;
  const [x, width] = [Math.max(box.left, 0), Math.min(box.right, innerWidth)];
  const points = [[(x + width) / 2, box.top + 2], [(x + width) / 2, Math.min((box.top + box.bottom) / 2, box.top + 24)]];
  const seen = points.every(([left, top]) => {
    const top_most = document.elementFromPoint(left, top);
    return top_most && (here.contains(top_most) || top_most.contains(here) || top_most.closest("label")?.control === here);
  });
  return [name, seen];
}"""
MOST_STOPS = 90


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, chromium, live) -> str:  # type: ignore[no-untyped-def]
    """The address of a document with a long text."""
    folder = tmp_path_factory.mktemp("papers")
    body = tuple(f"Điều {n}. Thời hạn thứ {n}\n1. Người đứng đầu công khai.\n2. Hội nghị được tổ chức." for n in range(1, 30))
    paper = folder / "dài.docx"
    paper.write_bytes(decision(number="77", body=tuple(line for one in body for line in one.split("\n"))))
    visit = Visit(chromium, live)
    page = visit.page("clerk")
    (row,) = hand_in(page, paper)
    href = str(row.locator("[data-link]").get_attribute("href"))
    page.context.close()
    return href


def covered(page: Page, key: str, most: int = MOST_STOPS) -> list[str]:
    """Press `key` until the focus leaves the page, at most `most` times; the elements that had the focus and were covered."""
    found = []
    for _ in range(most):
        page.keyboard.press(key)
        here = page.evaluate(COVERED)
        if here is None:
            break
        if not here[1]:
            found.append(here[0])
    return found


@pytest.mark.parametrize("phone", [False, True])
def test_the_focus_is_never_behind_a_bar(visit: Visit, address: str, phone: bool) -> None:
    page = visit.page("clerk", phone=phone)
    for path in (address, f"{address}/facts", "/documents/waiting", "/documents/recent", "/documents/new", "/"):
        page.goto(path)
        assert covered(page, "Tab") == [], path
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        assert covered(page, "Shift+Tab") == [], path


def test_the_edge_of_a_field_comes_into_sight_too(visit: Visit, address: str) -> None:
    page = visit.page("clerk", phone=True)
    page.goto("/documents/waiting")
    page.evaluate("document.body.style.paddingBottom = '2000px'")
    # The text of the field is in sight and its upper edge is not.
    page.evaluate("""() => {
      const [field, next] = document.querySelectorAll("[data-cell]");
      scrollTo(0, scrollY + field.getBoundingClientRect().top + 6);
      next.focus({preventScroll: true});
    }""")
    assert covered(page, "Shift+Tab", 1) == []


@pytest.mark.parametrize("phone", [False, True])
@pytest.mark.parametrize("script", [False, True])
def test_an_article_opens_below_the_name_of_its_document(visit: Visit, address: str, phone: bool, script: bool) -> None:
    page = visit.page("clerk", phone=phone, script=script)
    for anchor in ("dieu-20", "dieu-20.khoan-2"):
        page.goto(f"{address}?q=hội+nghị#{anchor}")
        bar = page.locator(".document-bar")
        for part in (bar.get_by_text("77/QĐ-SGDĐT"), bar.locator(".status"), bar.locator(".document-bar-subject"), page.locator("#inside")):
            expect(part).to_be_visible()
            expect(part).to_be_in_viewport()
        below, above = page.locator(f"[id='{anchor}']").bounding_box(), bar.bounding_box()
        assert below is not None and above is not None and below["y"] >= above["y"] + above["height"] and above["y"] == 0
        assert above["height"] <= 90
    assert Axe().run(page).response["violations"] == [] if script else True
    page.get_by_role("button", name="Mọi văn bản").click()
    assert "/search?" in page.url and page.input_value("#search-box") == "hội nghị"


def test_the_menu_of_a_document_stays_within_a_phone(visit: Visit, address: str) -> None:
    page = visit.page("clerk", phone=True)
    page.goto(address)
    page.get_by_text("Thao tác khác").click()
    expect(page.get_by_role("link", name="Chuyển thư mục")).to_be_in_viewport()
    assert fits(page)


def test_the_keys_are_a_dialog_and_a_page(visit: Visit, address: str) -> None:
    page = visit.page("staff")
    page.goto("/plans")
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Phím tắt")
    expect(dialog).to_contain_text("Ctrl+Enter")
    assert Axe().run(page).response["violations"] == []
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.fill("#search-box", "?")
    page.press("#search-box", "?")
    expect(dialog).to_be_hidden()
    plain = visit.page("staff", script=False)
    plain.goto("/plans")
    plain.locator(".frame-menu summary").click()
    plain.get_by_role("link", name="Phím tắt").click()
    expect(plain.get_by_role("heading", name="Phím tắt")).to_be_visible()
