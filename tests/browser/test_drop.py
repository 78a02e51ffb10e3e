"""Files dropped on pages and pasted from the clipboard: into a folder, as a new version, and what is said before."""

from __future__ import annotations

import base64
import itertools
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import FINDABLE_MS, Visit, hand_in, row
from tests.filling.papers import decision

# An event as a browser makes it when files are dragged from a folder, or pasted.
EVENT = """([kind, files, selector]) => {
  const held = new DataTransfer();
  for (const [name, type, data] of files)
    held.items.add(new File([Uint8Array.from(atob(data), (c) => c.charCodeAt(0))], name, { type }));
  const at = selector ? document.querySelector(selector) : document.body;
  const event = kind === "paste"
    ? new ClipboardEvent("paste", { clipboardData: held, bubbles: true, cancelable: true })
    : new DragEvent(kind, { dataTransfer: held, bubbles: true, cancelable: true });
  return !at.dispatchEvent(event);
}"""
PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")

# No two papers of these tests are the same document.
NUMBERS = itertools.count(601)


def act(page: Page, kind: str, files: dict[str, bytes], selector: str = "") -> bool:
    """Drag, drop or paste files; returns whether the page took the event."""
    types = {"png": "image/png", "gif": "image/gif"}
    given = [[name, types.get(name[-3:], ""), base64.b64encode(data).decode()] for name, data in files.items()]
    return bool(page.evaluate(EVENT, [kind, given, selector]))


def new_folder(page: Page, name: str) -> str:
    """Make a folder on the page of the root folder; returns its address."""
    page.goto("/documents")
    page.locator("details", has=page.locator("input[name=name]")).first.evaluate("node => node.open = true")
    page.locator("form:has(input[name=name]) input[name=name]").first.fill(name)
    page.locator("form:has(input[name=name])").first.locator("button").first.click()
    page.goto("/documents")
    return str(page.get_by_role("link", name=name).first.get_attribute("href"))


def test_files_dropped_on_a_folder_go_into_it(visit: Visit) -> None:
    page = visit.page("clerk")
    address = new_folder(page, "Thả vào đây")
    page.goto(address)
    assert act(page, "dragenter", {"a.docx": b""})
    expect(page.locator("[data-drop]")).to_have_text("Thả để tải vào thư mục “Thả vào đây”")
    files = {"một.docx": decision(number="501"), "hai.docx": decision(number="502"), "ba.gif": b"GIF89a\1\0\1\0"}
    assert act(page, "drop", files)
    page.wait_for_url(re.compile(r"/documents/new\?"))
    for number in ("501", "502"):
        expect(row(page, f"{number}/QĐ-SGDĐT")).to_contain_text("Đã tìm kiếm được", timeout=FINDABLE_MS)
    expect(row(page, "ba.gif")).to_contain_text("không phải là văn bản")
    expect(page.locator("[data-upload-rows] > li")).to_have_count(3)
    page.goto(address)
    expect(page.locator("main")).to_contain_text("501/QĐ-SGDĐT")
    # On a page of no folder the last one is used again.
    page.goto("/")
    act(page, "dragenter", {"a.docx": b""})
    expect(page.locator("[data-drop]")).to_have_text("Thả để tải vào thư mục “Thả vào đây”")
    act(page, "drop", {"bốn.docx": decision(number="503"), "lại.docx": files["một.docx"]})
    page.wait_for_url(re.compile(r"/documents/new\?"))
    expect(page.locator("[data-upload-rows] > li").filter(has_text="Đã có trong kho")).to_have_count(1)


def test_what_was_uploaded_is_there_when_one_comes_back(visit: Visit) -> None:
    page = visit.page("clerk")
    page.goto("/")
    act(page, "drop", {"năm.docx": decision(number="504")})
    page.wait_for_url(re.compile(r"/documents/new\?"))
    page.goto("/documents/new")
    waiting = page.locator("[data-upload-waiting] > li").first
    expect(waiting).to_contain_text("504/QĐ-SGDĐT", timeout=FINDABLE_MS)
    expect(waiting).to_contain_text("cần xác nhận")
    expect(waiting.get_by_role("link", name="Xác nhận")).to_be_visible()


@pytest.fixture
def paper(visit: Visit, tmp_path: Path) -> str:
    """The address of a document."""
    made = tmp_path / "goc.docx"
    made.write_bytes(decision(number=str(next(NUMBERS))))
    (one,) = hand_in(visit.page("clerk"), made)
    return str(one.locator("[data-link]").get_attribute("href"))


def test_a_file_dropped_on_a_document_becomes_a_version_after_one_question(visit: Visit, paper: str) -> None:
    page = visit.page("clerk")
    page.goto(paper)
    act(page, "dragenter", {"b.docx": b""})
    expect(page.locator("[data-drop]")).to_contain_text("Thả để thêm phiên bản mới của “Quyết định")
    act(page, "drop", {"b.docx": decision(number="77", day="09"), "c.docx": b"x"})
    expect(page.get_by_role("dialog")).to_contain_text("chỉ thêm được một tệp")
    page.get_by_role("button", name="Hủy").click()
    act(page, "drop", {"b.docx": decision(number="77", day="09")})
    question = page.get_by_role("dialog")
    expect(question).to_contain_text("Thêm “b.docx” làm phiên bản mới của “Quyết định")
    page.keyboard.press("Escape")
    expect(question).to_be_hidden()
    page.reload()
    expect(page.get_by_label("Phiên bản")).to_have_count(0)
    act(page, "drop", {"b.docx": decision(number="77", day="09")})
    page.keyboard.press("Enter")
    expect(page.get_by_text("Đã thêm phiên bản mới, đang đọc…")).to_be_visible()
    expect(page).to_have_url(re.compile(f"{paper}$"))
    expect(page.get_by_label("Phiên bản").locator("option")).to_have_count(2)
    # What is no document is refused by the page of the form itself.
    act(page, "drop", {"b.gif": b"GIF89a\1\0\1\0"})
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("không phải là văn bản")
    visit.faults[:] = [fault for fault in visit.faults if "400" not in fault]


def test_a_picture_is_pasted_with_a_name_of_its_own(visit: Visit) -> None:
    page = visit.page("clerk")
    page.goto("/")
    assert not act(page, "paste", {"image.png": PNG}, "#search-box")
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert act(page, "paste", {"image.png": PNG})
    expect(page.get_by_role("dialog")).to_contain_text(re.compile(r"Tải “anh-chup-\d{4}-\d\d-\d\d-\d{4}\.png” vào thư mục “"))
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/documents/new\?"))
    expect(page.locator("[data-upload-rows] > li")).to_contain_text("anh-chup-")
    # On the upload page itself it is taken at once, like chosen files.
    page.goto("/documents/new")
    assert act(page, "paste", {"ghi chú.docx": decision(number="505")})
    expect(row(page, "ghi chú.docx")).to_contain_text("Đã tìm kiếm được", timeout=FINDABLE_MS)


def test_a_page_with_a_file_field_gets_the_file_there(visit: Visit, paper: str) -> None:
    page = visit.page("clerk")
    page.goto(f"{paper}/versions/new")
    act(page, "drop", {"bản ký.docx": decision(day="10")})
    expect(page.locator(".file-chosen")).to_have_text("bản ký.docx")


def test_what_was_typed_is_not_lost_without_a_question(visit: Visit, paper: str) -> None:
    page = visit.page("clerk")
    page.goto(f"{paper}/facts")
    field = page.locator("main form input[type=text]").first
    field.fill("Đang nhập dở")
    act(page, "drop", {"g.docx": decision(number="508")})
    expect(page.get_by_role("dialog")).to_contain_text("chưa lưu sẽ mất")
    page.keyboard.press("Escape")
    expect(field).to_have_value("Đang nhập dở")


def test_who_may_not_upload_drops_nothing(visit: Visit) -> None:
    page = visit.page("auditor")
    page.goto("/")
    expect(page.locator("[data-drop]")).to_have_count(0)
    assert not act(page, "drop", {"a.docx": decision()})


def test_a_connection_that_breaks_is_told(visit: Visit) -> None:
    page = visit.page("clerk")
    page.goto("/")
    page.route("**/documents/new", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    act(page, "drop", {"sáu.docx": decision(number="506")})
    page.wait_for_url(re.compile(r"/documents/new\?"))
    expect(row(page, "sáu.docx")).to_contain_text("Chưa gửi được")
    visit.faults[:] = [fault for fault in visit.faults if "ERR_FAILED" not in fault]


def test_a_busy_server_gets_the_file_later(visit: Visit, tmp_path: Path) -> None:
    """It is sent again by itself, and after some times in vain by the button; into the folder that was chosen with it."""
    page, asked = visit.page("clerk"), 0
    folder = new_folder(page, "Chọn trước").rsplit("/", 1)[-1]
    paper = tmp_path / "bảy.docx"
    paper.write_bytes(decision(number="507"))

    def busy(route: Route) -> None:
        nonlocal asked
        if route.request.method != "POST":
            return route.continue_()
        asked += 1
        if asked > 6:
            return route.continue_()
        reason = {"error": "Chưa lưu được", "reason": "Chưa có gì được lưu. Hãy gửi lại sau ít phút. Cơ sở dữ liệu đang bận việc khác."}
        return route.fulfill(status=503, headers={"Retry-After": "1"}, json=reason)

    page.goto("/documents/new")
    page.locator("#folder").select_option(folder)
    page.route("**/documents/new", busy)
    page.set_input_files("#files", str(paper))
    mine = row(page, paper.name)
    expect(mine).to_contain_text("sẽ tự gửi lại")
    page.locator("#folder").select_option(index=0)
    expect(mine).to_contain_text("Cơ sở dữ liệu đang bận")
    assert asked == 5
    mine.get_by_role("button", name="Gửi lại").press("Enter")
    expect(mine).to_be_focused()
    expect(mine).to_contain_text("Đã tìm kiếm được", timeout=FINDABLE_MS)
    assert asked == 7
    expect(mine.get_by_role("button", name="Gửi lại")).to_be_hidden()
    mine.get_by_role("link").first.click()
    expect(page.get_by_role("navigation", name="Vị trí của trang này")).to_contain_text("Chọn trước")


SEARCH = """() => document.querySelector("#folder-field").insertAdjacentHTML("afterbegin",
  '<div class="picker-search"><input name="folder_q" id="folder_q"><button name="find" value="folder" formnovalidate>Tìm</button></div>')"""


def test_a_search_of_the_folders_replaces_only_their_list(visit: Visit, tmp_path: Path) -> None:
    """Files that are on their way stay, Enter in the box searches, and a server that is away is told."""
    page = visit.page("clerk")
    paper = tmp_path / "tám.docx"
    paper.write_bytes(decision(number="508"))
    asked: list[str] = []

    def searched(route: Route) -> None:
        sent = (route.request.post_data_buffer or b"").decode(errors="replace")
        if 'name="find"' not in sent:
            return route.fulfill(status=503, headers={"Retry-After": "600"}, json={"error": "Bận", "reason": "Bận"})
        asked.append(sent)
        if len(asked) == 1:
            return route.abort()
        found = '<div id="folder-field"><input name="folder_q" value="tim"><select name="folder" id="folder"><option value="7" data-draft>Tìm thấy</option></select></div>'
        return route.fulfill(status=200, content_type="text/html; charset=utf-8", body=f"<!doctype html>{found}")

    page.goto("/documents/new")
    page.route("**/documents/new", searched)
    page.set_input_files("#files", str(paper))
    mine = row(page, paper.name)
    expect(mine).to_contain_text("sẽ tự gửi lại")
    page.evaluate(SEARCH)
    page.locator("#folder_q").fill("tim")
    page.locator("#folder_q").press("Enter")
    page.wait_for_function("document.querySelector('#folder_q').validationMessage.startsWith('Chưa gửi được')")
    page.locator("#folder_q").press("Enter")
    expect(page.locator("#folder option")).to_have_text(["Tìm thấy"])
    expect(page.locator("[name=folder_q]")).to_be_focused()
    expect(page.locator("[data-publish]")).to_be_hidden()
    assert len(asked) == 2 and all('name="folder_q"\r\n\r\ntim' in sent and 'name="files"' not in sent for sent in asked)
    expect(mine).to_contain_text("sẽ tự gửi lại")
    visit.faults[:] = [fault for fault in visit.faults if "ERR_FAILED" not in fault]
