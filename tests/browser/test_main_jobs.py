"""The three main jobs in a real browser: upload documents, find an article, follow the trail; also without scripts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit, faults_of, row
from tests.filling.papers import decision, pdf

WAIT_MS = 30_000


@pytest.fixture(scope="session")
def papers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Files to upload, by a word for each."""
    folder = tmp_path_factory.mktemp("papers")
    made = {
        "decision": ("quyet-dinh-12.docx", decision()),
        "long": (
            "quyet-dinh-13.docx",
            decision(number="13", subject="Về việc thi đua, khen thưởng " + "rất dài " * 60),
        ),
        "pdf": ("thong-bao.pdf", pdf(3)),
        "picture": ("anh.gif", b"GIF89a\1\0\1\0"),
        "plain": ("quyet-dinh-14.docx", decision(number="14", subject="Về việc tuyển sinh đầu cấp")),
    }
    for name, data in made.values():
        (folder / name).write_bytes(data)
    return {word: folder / name for word, (name, _) in made.items()}


@pytest.fixture(scope="session")
def handed_in(chromium, live, papers: dict[str, Path]) -> dict[str, str]:  # type: ignore[no-untyped-def]
    """Three documents that the clerk has uploaded through the page; their addresses."""
    visit = Visit(chromium, live)
    page = visit.page("clerk")
    page.goto("/documents/new")
    page.set_input_files("#files", [str(papers[word]) for word in ("decision", "long", "pdf", "picture")])
    expect(row(page, "anh.gif")).to_contain_text("không phải là văn bản")
    for name in ("quyet-dinh-12.docx", "quyet-dinh-13.docx", "thong-bao.pdf"):
        expect(row(page, name)).to_contain_text("Đã tìm kiếm được", timeout=WAIT_MS)
    addresses = {
        word: str(row(page, papers[word].name).locator("[data-link]").get_attribute("href"))
        for word in ("decision", "long", "pdf")
    }
    page.context.close()
    assert visit.faults == []
    return addresses


def test_a_clerk_hands_in_confirms_and_is_led_to_the_next(visit: Visit, handed_in: dict[str, str]) -> None:
    page = visit.page("clerk")
    page.goto(f"{handed_in['decision']}/facts?view=text")
    expect(page.locator("#fact-number")).to_have_value("12/QĐ-SGDĐT")
    page.focus("#fact-number")
    expect(page.locator("mark.current")).to_have_text("Số: 12/QĐ-SGDĐT")
    page.press("#fact-number", "Enter")
    expect(page.get_by_text("Đây là văn bản tiếp theo.")).to_be_visible()
    page.goto(handed_in["decision"])
    expect(page.locator(".document-line")).to_contain_text("Đã công bố")


def test_the_same_file_again_leads_to_the_document(
    visit: Visit, handed_in: dict[str, str], papers: dict[str, Path]
) -> None:
    page = visit.page("clerk")
    page.goto("/documents/new")
    page.set_input_files("#files", str(papers["decision"]))
    expect(row(page, "quyet-dinh-12.docx")).to_contain_text("Đã có trong kho")
    expect(row(page, "quyet-dinh-12.docx").locator("[data-link]")).to_have_attribute(
        "href", handed_in["decision"]
    )


def test_a_search_by_keyboard_opens_at_the_clause(visit: Visit, handed_in: dict[str, str]) -> None:
    page = visit.page("clerk")
    page.goto("/search")
    page.keyboard.press("/")
    page.keyboard.type("hoi nghi can bo cong chuc moi nam mot lan")
    page.keyboard.press("Enter")
    page.locator(".hit-provision").first.click()
    page.wait_for_url(re.compile(r"/documents/\d+\?q=.*#dieu-1.khoan-2$"))
    expect(page.locator("#dieu-1\\.khoan-2")).to_be_in_viewport()
    expect(page.locator("#dieu-1\\.khoan-2 mark").first).to_have_text(re.compile("Hội nghị"))


def test_a_filter_and_the_order_apply_at_once(visit: Visit, handed_in: dict[str, str]) -> None:
    page = visit.page("clerk")
    page.goto("/search?q=dân+chủ")
    page.locator(".facets a", has_text="2024").click()
    page.wait_for_url(re.compile("year=2024"))
    page.select_option("#sort", "date")
    page.wait_for_url(re.compile("sort=date"))
    assert "year=2024" in page.url
    expect(page.locator(".search-options .day-button").first).to_be_visible()
    expect(page.get_by_role("button", name="Áp dụng")).to_be_hidden()


def test_an_auditor_walks_the_trail_of_a_document(visit: Visit, handed_in: dict[str, str]) -> None:
    page = visit.page("auditor")
    page.goto(f"{handed_in['pdf']}?tab=files")
    picture = page.locator(".page-image").first
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("image => image.naturalWidth") == 1100
    page.locator(".document-tabs a", has_text="Nhật ký").click()
    for words in ("Tải lên", "Đã đọc tệp", "mở tệp"):
        expect(page.locator(".trail-list").get_by_text(words).first).to_be_visible()
    page.goto(f"{handed_in['pdf']}/trail")
    expect(page.get_by_role("listitem").filter(has_text="Tải lên").last).to_be_visible()
    page.get_by_role("link", name="Từng lần").click()
    expect(page.get_by_role("listitem").filter(has_text="Xem trước tệp").first).to_be_visible()


def test_upload_and_search_without_script(visit: Visit, papers: dict[str, Path]) -> None:
    page = visit.page("clerk", script=False)
    page.goto("/documents/new")
    page.set_input_files("#files", str(papers["plain"]))
    page.get_by_role("button", name="Tải lên").click()
    expect(row(page, "quyet-dinh-14.docx")).to_be_visible()
    for _ in range(60):
        page.get_by_role("link", name="Làm mới").click()
        if row(page, "Đã tìm kiếm được").count():
            break
        page.wait_for_timeout(500)
    page.fill("#search-box", "tuyển sinh đầu cấp")
    page.press("#search-box", "Enter")
    page.locator(".hit-title a").first.click()
    expect(page.locator("h1")).to_have_text("Về việc tuyển sinh đầu cấp")
    expect(page.locator("mark").first).to_be_visible()


PAGES = {
    "upload": "/documents/new",
    "search start": "/search",
    "search": "/search?q=dân+chủ",
    "nothing found": '/search?q="zzqx dân chủ"&year=2024',
    "text": "{decision}?q=dân+chủ",
    "long": "{long}",
    "files": "{pdf}?tab=files",
    "relations": "{decision}?tab=relations",
    "tasks": "{decision}?tab=tasks",
    "inspections": "{decision}?tab=inspections",
    "trail tab": "{decision}?tab=trail",
    "trail": "{decision}/trail",
    "confirm": "{long}/facts",
    "move": "{decision}/move",
    "new version": "{decision}/versions/new",
    "relation": "{decision}/relations/new?q=thi+đua",
    "home": "/",
    "folder": "/documents",
    "plans": "/plans",
    "inspection list": "/inspections",
}


@pytest.mark.parametrize("phone", [False, True], ids=["wide", "phone"])
def test_main_pages_fit_and_are_accessible(visit: Visit, handed_in: dict[str, str], phone: bool) -> None:
    page = visit.page("clerk", phone=phone)
    faults = []
    for name, address in PAGES.items():
        page.goto(address.format(**handed_in))
        faults += [f"{name}: {fault}" for fault in faults_of(page)]
    assert faults == []


def test_print_shows_the_text_and_no_menus(visit: Visit, handed_in: dict[str, str]) -> None:
    page = visit.page("clerk")
    page.goto(handed_in["decision"])
    page.emulate_media(media="print")
    expect(page.locator("#dieu-1")).to_be_visible()
    for hidden in (".frame", ".document-actions", ".document-tabs", ".document-outline"):
        expect(page.locator(hidden)).to_be_hidden()


@pytest.mark.parametrize("width", [1280, 1024, 768])
def test_the_search_box_leaves_room_for_a_long_name(visit: Visit, width: int) -> None:
    page = visit.page("clerk")
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/")
    page.locator(".frame-menu summary span").evaluate(
        "span => span.textContent = 'Nguyễn Hoàng Phương Anh Thư ' + span.textContent"
    )
    box = page.locator(".frame-search").bounding_box()
    tool = page.locator(".frame-tools > *").first.bounding_box()
    assert box and tool and box["x"] + box["width"] <= tool["x"]


def test_the_main_entries_are_folded_on_a_phone_only(visit: Visit) -> None:
    phone, wide = visit.page("clerk", phone=True), visit.page("clerk")
    for page in (phone, wide):
        page.goto("/")
    expect(wide.locator(".frame-nav")).to_be_visible()
    expect(phone.locator(".frame-nav")).to_be_hidden()
    phone.locator(".frame-fold summary").click()
    phone.locator(".frame-nav a", has_text="Kế hoạch").click()
    phone.wait_for_url(re.compile("/plans"))


def test_acts_on_an_article_open_without_script(visit: Visit, handed_in: dict[str, str]) -> None:
    page = visit.page("clerk", script=False)
    page.goto(handed_in["decision"])
    article = page.locator("#dieu-2")
    article.locator(".acts summary").click()
    article.get_by_role("link", name="Gắn vào việc").click()
    page.wait_for_url(re.compile(r"/links/new\?document=\d+&anchor=dieu-2$"))
    expect(page.get_by_role("heading", name="Gắn văn bản này với việc nào?")).to_be_visible()


def test_fields_for_days_stand_below_their_labels(visit: Visit, handed_in: dict[str, str]) -> None:
    page = visit.page("clerk")
    page.goto(f"{handed_in['long']}/facts")
    label = page.locator("label[for=fact-issued_on]").bounding_box()
    field = page.locator("#fact-issued_on").bounding_box()
    assert label and field and label["y"] + label["height"] <= field["y"]
