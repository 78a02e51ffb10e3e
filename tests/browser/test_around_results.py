"""Pages around the results in a real browser: save a search, export it, ask why; pages fit the screen and are
accessible."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Live, Visit, faults_of, hand_in
from tests.filling.papers import decision

QUESTION = "/search?q=năng+khiếu&type=Quyết+định"
PAGES = {
    "saved": "/saved",
    "save": "/saved/new?q=năng+khiếu&type=Quyết+định&at=2024-03-01&sort=date",
    "nothing to save": "/saved/new",
    "export": "/search/export?q=năng+khiếu&type=Quyết+định",
    "why": '/search/why?q=năng+khiếu+"hội+nghị+khoa+học"&document=91/QĐ-SGDĐT&type=Luật',
    "why without a document": "/search/why?q=năng+khiếu",
}


@pytest.fixture(scope="session")
def admissions(chromium, live: Live, tmp_path_factory: pytest.TempPathFactory) -> None:  # type: ignore[no-untyped-def]
    """A decision about admissions, uploaded and published by the clerk."""
    path: Path = tmp_path_factory.mktemp("admissions") / "quyet-dinh-91.docx"
    path.write_bytes(decision(number="91", subject="Về việc năng khiếu lớp mười năm học mới"))
    visit = Visit(chromium, live)
    page = visit.page("clerk")
    (row,) = hand_in(page, path)
    row.locator("[data-link]").click()
    page.get_by_role("button", name="Công bố").click()
    expect(page.locator(".document-line")).to_contain_text("Đã công bố")
    page.context.close()
    assert visit.faults == []


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_search_is_kept_run_removed_and_brought_back(visit: Visit, admissions: None, script: bool) -> None:
    page = visit.page("clerk", script=script)
    name = f"Năng khiếu {script}"
    page.goto(QUESTION)
    page.get_by_role("link", name="Lưu tìm kiếm").click()
    page.fill("#name", name)
    page.get_by_role("button", name="Lưu", exact=True).click()
    page.get_by_role("link", name=name, exact=True).click()
    expect(page.locator("#search-box")).to_have_value("năng khiếu")
    expect(page.locator(".hit")).to_have_count(1)
    page.goto("/saved")
    page.get_by_role("button", name=f"Xóa “{name}”").click()
    expect(page.get_by_role("link", name=name, exact=True)).to_have_count(0)
    page.get_by_role("button", name="Hoàn tác").click()
    expect(page.get_by_role("link", name=name, exact=True)).to_be_visible()


@pytest.mark.parametrize(("form", "begins"), [("PDF", b"%PDF-"), ("DOCX", b"PK")])
def test_the_result_list_is_saved_as_a_file(visit: Visit, admissions: None, form: str, begins: bytes) -> None:
    page = visit.page("clerk", script=False)
    page.goto(QUESTION)
    page.locator(".search-tools").get_by_role("link", name=form).click()
    expect(page.get_by_text("Tệp sẽ có 1 văn bản.")).to_be_visible()
    page.get_by_label("Người ký").check()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Xuất tệp").click()
    assert waiting.value.suggested_filename.endswith(form.lower())
    assert Path(waiting.value.path()).read_bytes().startswith(begins)


def test_from_nothing_found_to_the_reason(visit: Visit, admissions: None) -> None:
    page = visit.page("clerk")
    page.goto("/search?q=năng+khiếu&type=Luật")
    expect(page.locator(".nothing-found")).to_be_visible()
    page.get_by_role("link", name="Vì sao không thấy một văn bản?").click()
    page.fill("#document", "91/QĐ-SGDĐT")
    page.get_by_role("button", name="Xem lý do").click()
    expect(page.get_by_text("Văn bản không qua được bộ lọc “Loại văn bản: Luật”.")).to_be_visible()


def test_the_box_goes_on_with_what_is_typed(visit: Visit, admissions: None) -> None:
    page = visit.page("clerk")
    page.goto("/plans")
    box = page.locator("#search-box")
    page.keyboard.press("/")
    page.keyboard.type("nang khie")
    options = page.get_by_role("option")
    expect(options.first).to_contain_text("Quyết định 91/QĐ-SGDĐT")
    expect(box).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowUp")
    chosen = options.last
    expect(chosen).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", str(chosen.get_attribute("id")))
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_have_count(0)
    expect(box).to_have_value("nang khie")
    page.keyboard.type("u")
    expect(options.first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/documents/*")
    expect(page.locator("h1")).to_have_text("Về việc năng khiếu lớp mười năm học mới")


def test_a_chosen_word_is_asked_and_enter_alone_asks_what_was_typed(visit: Visit, admissions: None) -> None:
    page = visit.page("clerk")
    page.goto("/search")
    page.fill("#search-box", "hội ngh")
    option = page.get_by_role("option").filter(has_text="hội nghị").last
    chosen = option.inner_text().strip()
    option.click()
    page.wait_for_url(lambda url: parse_qs(urlsplit(url).query).get("q") == [chosen])
    page.fill("#search-box", "năng khiế")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=n%C4%83ng+khi%E1%BA%BF")


@pytest.mark.parametrize("phone", [False, True], ids=["wide", "phone"])
def test_the_pages_fit_and_are_accessible(visit: Visit, admissions: None, phone: bool) -> None:
    page = visit.page("clerk", phone=phone)
    faults = []
    for name, address in PAGES.items():
        page.goto(address)
        if name == "saved":
            page.fill("#search-box", "nang khie")
            expect(page.get_by_role("option").first).to_be_visible()
        faults += [f"{name}: {fault}" for fault in faults_of(page)]
    assert faults == []
