"""The clerk's minute: twenty clean files confirmed by the keyboard alone, with every action counted; a doubtful one must
be looked at first; two files with one number are joined; and all of it also without scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import Live, Visit, fits, hand_in, running
from tests.filling import mixed
from tests.filling.papers import decision, pdf

COUNT = 20
DOUBTFUL = """CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM

Số:       /KH-SGDĐT

KẾ HOẠCH

Tổ chức hội nghị cán bộ năm học mới

Nơi nhận:
- Như trên.
"""


class Keys:
    """The keyboard of a clerk, which counts: `actions` are keys that do something, `typed` are characters."""

    def __init__(self, page: Page) -> None:
        self.page, self.actions, self.typed = page, 0, 0

    def press(self, key: str) -> None:
        self.actions += 1
        self.page.keyboard.press(key)

    def write(self, text: str) -> None:
        self.typed += len(text)
        self.page.keyboard.type(text)


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[Live]:
    """A site of its own: documents of other tests would wait for confirmation too."""
    with running(tmp_path_factory.mktemp("minute"), chromium) as site:
        yield site


@pytest.fixture
def clerk(visit: Visit) -> Iterator[Page]:
    """The clerk's page at the size of a usual screen."""
    page = visit.page("clerk")
    page.set_viewport_size({"width": 1280, "height": 800})
    yield page


def handed(page: Page, folder: Path, files: dict[str, bytes]) -> list[str]:
    """Upload files; returns the addresses of their documents."""
    for name, data in files.items():
        (folder / name).write_bytes(data)
    rows = hand_in(page, *(folder / name for name in files))
    return [str(row.locator("[data-link]").get_attribute("href")) for row in rows]


def focused(page: Page) -> Locator:
    return page.locator(":focus")


def test_twenty_clean_files_take_one_key_each(clerk: Page, tmp_path: Path) -> None:
    addresses = handed(clerk, tmp_path, mixed.papers(COUNT))
    clerk.goto(f"{addresses[0]}/facts")
    keys = Keys(clerk)
    seen = set()
    for _ in addresses:
        number = int(clerk.locator("#fact-number").input_value().removesuffix("/QĐ-SGDĐT"))
        seen.add(number)
        expect(clerk.locator("#fact-subject")).to_have_value(mixed.subject(number))
        expect(clerk.locator("#fact-type")).to_be_focused()
        assert all_in_sight(clerk)
        keys.press("Control+Enter")
        expect(clerk.locator(".alert-success")).to_contain_text(f"Đã xác nhận “Quyết định {number}/QĐ-SGDĐT”")
    assert seen == {101 + number for number in range(COUNT)}
    # Nothing else was pressed or typed, and no file was left: the loop would have met an unconfirmed one.
    assert (keys.actions, keys.typed) == (COUNT, 0)
    expect(clerk.get_by_text("Không còn văn bản nào chờ bạn xác nhận.")).to_be_visible()
    for address in addresses:
        clerk.goto(address)
        expect(clerk.locator(".document-line")).to_contain_text("Đã công bố")


def test_a_key_that_is_held_or_pressed_twice_confirms_once(clerk: Page, tmp_path: Path) -> None:
    (address,) = handed(clerk, tmp_path, {"mot.docx": decision(number="951")})
    clerk.goto(f"{address}/facts")
    sent = []
    clerk.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    held = """() => [{}, {repeat: true}, {}].forEach((more) => document.activeElement.dispatchEvent(
        new KeyboardEvent("keydown", {key: "Enter", ctrlKey: true, bubbles: true, cancelable: true, ...more})))"""
    clerk.evaluate(held)
    expect(clerk.locator(".alert-success")).to_contain_text("Đã xác nhận “Quyết định 951/QĐ-SGDĐT”")
    assert len(sent) == 1


def test_enter_leads_through_what_must_be_looked_at(clerk: Page, tmp_path: Path) -> None:
    (address,) = handed(clerk, tmp_path, {"ke-hoach.txt": DOUBTFUL.encode()})
    clerk.goto(f"{address}/facts")
    must = [str(one.get_attribute("data-must")) for one in clerk.locator("[data-must]").all()]
    assert "number" in must and "issuer" in must
    expect(clerk.locator(".fact-number")).to_contain_text("chưa đọc được")
    keys = Keys(clerk)
    # Ctrl+Enter confirms nothing while something was not looked at: it leads there.
    keys.press("Control+Enter")
    expect(focused(clerk)).to_have_id("fact-number")
    expect(clerk.locator("[data-confirm-note]")).to_contain_text("Hãy xem mục này trước khi xác nhận")
    keys.write("9/KH-SGDĐT")
    for field in must[must.index("number") + 1 :]:
        keys.press("Enter")
        expect(focused(clerk)).to_have_id(f"fact-{field}")
    expect(clerk).to_have_url(re.compile(f"{address}/facts$"))
    keys.press("Enter")
    expect(clerk.locator(".alert-success")).to_contain_text("Đã xác nhận “Kế hoạch 9/KH-SGDĐT”")
    assert keys.actions <= len(must) + 2


def all_in_sight(page: Page) -> bool:
    """Whether all fields can be seen without scrolling. The buttons stick to the lower edge; no field is behind them."""
    expect(page.locator(".fact-field")).to_have_count(12)
    floor = page.locator(".confirm-buttons").bounding_box()
    boxes = [field.bounding_box() for field in page.locator(".fact-field").all()]
    assert floor is not None
    return page.evaluate("scrollY") == 0 and all(
        box is not None and box["y"] >= 0 and box["y"] + box["height"] <= floor["y"] + 1 for box in boxes
    )


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (1366, 768)])
def test_all_fields_are_in_sight_beside_the_picture(clerk: Page, tmp_path: Path, width: int, height: int) -> None:
    (address,) = handed(clerk, tmp_path, {f"{width}.pdf": mixed.pdf_paper(width)})
    clerk.set_viewport_size({"width": width, "height": height})
    clerk.goto(f"{address}/facts")
    assert all_in_sight(clerk)
    expect(clerk.locator(".picture img")).to_be_in_viewport()


def test_the_words_of_a_field_are_marked_on_the_picture(clerk: Page, tmp_path: Path) -> None:
    (address,) = handed(clerk, tmp_path, {"anh.pdf": mixed.pdf_paper(501)})
    clerk.goto(f"{address}/facts")
    clerk.focus("#fact-number")
    mark = clerk.locator(".picture rect.current")
    expect(mark).to_have_count(1)
    assert mark.get_attribute("data-field") == "number"
    box, picture = mark.bounding_box(), clerk.locator(".picture img").bounding_box()
    assert box is not None and picture is not None
    # The number stands in the upper left quarter of the page.
    assert picture["x"] < box["x"] < picture["x"] + picture["width"] / 2
    assert picture["y"] < box["y"] < picture["y"] + picture["height"] / 4
    clerk.focus("#fact-signer")
    expect(clerk.locator(".picture rect.current")).to_have_attribute("data-field", "signer")
    expect(clerk.locator(".picture rect.current")).to_be_in_viewport()
    clerk.get_by_label("Phóng to").click()
    expect(clerk.locator(".picture.zoom-150")).to_be_visible()
    clerk.get_by_label("Thu nhỏ").click()
    expect(clerk.locator(".picture.zoom-100")).to_be_visible()
    expect(clerk.get_by_label("Thu nhỏ")).to_be_hidden()


def test_enter_on_an_empty_last_line_leaves_the_recipients(clerk: Page, tmp_path: Path) -> None:
    (address,) = handed(clerk, tmp_path, {"nhan.txt": DOUBTFUL.replace("hội nghị", "toạ đàm").encode()})
    clerk.goto(f"{address}/facts")
    clerk.fill("#fact-recipients", "Như Điều 3")
    clerk.keyboard.press("Enter")
    expect(clerk.locator("#fact-recipients")).to_be_focused()
    expect(clerk.locator("#fact-recipients")).to_have_value("Như Điều 3\n")
    clerk.keyboard.press("Enter")
    expect(clerk.locator("#fact-recipients")).not_to_be_focused()
    clerk.fill("#fact-recipients", "")
    clerk.keyboard.press("Enter")
    expect(clerk.locator("#fact-recipients")).not_to_be_focused()


def test_the_picture_turns_back(clerk: Page, tmp_path: Path) -> None:
    (address,) = handed(clerk, tmp_path, {"hai-trang.pdf": pdf(2)})
    clerk.goto(f"{address}/facts")
    back, on = clerk.get_by_label("Trang trước"), clerk.get_by_label("Trang sau")
    expect(back).to_be_hidden()
    on.click()
    expect(clerk.locator("[data-picture-place]")).to_have_text("trang 2/2")
    expect(on).to_be_hidden()
    back.click()
    expect(clerk.locator("[data-picture-place]")).to_have_text("trang 1/2")
    expect(back).to_be_hidden()


def test_suggestions_are_found_without_diacritics_and_taken_by_keys(clerk: Page, tmp_path: Path) -> None:
    first, second = handed(clerk, tmp_path, {"mot.docx": decision(number="301"), "hai.txt": DOUBTFUL.replace("hội nghị", "đại hội").encode()})
    clerk.goto(f"{first}/facts")
    clerk.locator("#fact-issuer").fill("Trung tâm Khảo thí Mẫu")
    clerk.keyboard.press("Control+Enter")
    expect(clerk.locator(".alert-success")).to_be_visible()
    clerk.goto(f"{second}/facts")
    clerk.focus("#fact-issuer")
    clerk.keyboard.type("khao")
    option = clerk.get_by_role("option", name="Trung tâm Khảo thí Mẫu")
    expect(option).to_be_visible()
    clerk.keyboard.press("ArrowDown")
    clerk.keyboard.press("Enter")
    expect(clerk.locator("#fact-issuer")).to_have_value("Trung tâm Khảo thí Mẫu")
    expect(clerk).to_have_url(re.compile(f"{second}/facts$"))


def test_the_same_number_is_compared_and_joined_by_keys(visit: Visit, clerk: Page, tmp_path: Path) -> None:
    first, second = handed(clerk, tmp_path, {"goc.docx": decision(number="401"), "ky-so.docx": decision(number="401", subject="Về việc sửa lời")})
    clerk.goto(f"{first}/facts")
    clerk.locator("[name=same][value=separate]").check()
    clerk.keyboard.press("Control+Enter")
    expect(clerk.locator(".alert-success")).to_be_visible()
    clerk.goto(f"{second}/facts")
    clerk.keyboard.press("Control+Enter")
    # The question has the focus, and it is asked once.
    expect(clerk.locator("[name=same]").first).to_be_focused()
    expect(clerk.locator(".field-error")).to_have_count(0)
    visit.faults.clear()
    clerk.get_by_text("so sánh", exact=True).press("Enter")
    expect(clerk.locator(".facts-compared .differs")).to_contain_text(["Trích yếu"])
    choice = clerk.get_by_label("bản thể hiện khác")
    choice.focus()
    clerk.keyboard.press("Space")
    clerk.select_option("[name=after]", "stay")
    clerk.locator("[data-main]").press("Enter")
    clerk.wait_for_url(re.compile(f"{first}$"))
    expect(clerk.locator(".alert-success")).to_contain_text("Đã nhập tệp vào")
    clerk.goto(f"{first}?tab=files")
    expect(clerk.locator(".file-list > li")).to_have_count(2)
    expect(clerk.locator(".file-list > li").nth(1)).to_contain_text("ky-so.docx")


def test_without_scripts_one_question_is_asked_and_nothing_is_lost(visit: Visit, clerk: Page, tmp_path: Path) -> None:
    (address,) = handed(clerk, tmp_path, {"ba.txt": DOUBTFUL.replace("hội nghị", "ngày hội").encode()})
    page = visit.page("clerk", script=False)
    page.goto(f"{address}/facts")
    page.fill("#fact-signer", "Người Gõ Tay")
    page.press("#fact-signer", "Enter")
    expect(page.get_by_role("alert")).to_contain_text("Hãy xem lại các mục sau rồi xác nhận: Số, ký hiệu")
    expect(page.locator("#fact-signer")).to_have_value("Người Gõ Tay")
    # The browser reports the answer 409 as an error; it is the question.
    assert [fault for fault in visit.faults if "409" not in fault] == []
    visit.faults.clear()
    page.get_by_role("button", name="Đã xem, lưu và xác nhận").click()
    expect(page.locator(".alert-success")).to_contain_text("Đã xác nhận")


def test_a_phone_shows_the_fields_below_a_folded_picture(visit: Visit, clerk: Page, tmp_path: Path) -> None:
    (address,) = handed(clerk, tmp_path, {"dt.pdf": mixed.pdf_paper(502)})
    page = visit.page("clerk", phone=True)
    page.goto(f"{address}/facts")
    expect(page.locator("#fact-type")).to_be_in_viewport()
    expect(page.locator(".picture")).to_be_hidden()
    expect(page.locator(".confirm-head .keys").last).to_be_hidden()
    assert page.locator(".confirm-buttons").evaluate("bar => getComputedStyle(bar).position") == "static"
    page.locator(".confirm-source > summary").click()
    expect(page.locator(".picture img")).to_be_visible()
    assert fits(page)


def test_enter_in_the_box_of_a_long_list_searches_and_does_not_confirm(clerk: Page, tmp_path: Path) -> None:
    (address,) = handed(clerk, tmp_path, {"tim.docx": decision(number="977")})
    clerk.goto(f"{address}/facts")
    clerk.locator("[data-confirm-form]").evaluate(
        """form => form.insertAdjacentHTML("beforeend", '<div class="picker-search"><input name="unit_id_q"><button name="find" value="unit_id" formnovalidate>Tìm</button></div>')"""
    )
    clerk.locator("[name=unit_id_q]").fill("tim")
    with clerk.expect_request(lambda request: request.method == "POST") as sent:
        clerk.locator("[name=unit_id_q]").press("Enter")
    assert "find=unit_id" in (sent.value.post_data or "") and "confirm=" not in (sent.value.post_data or "")
    clerk.locator("[data-confirm-form][data-changed]").wait_for()
    expect(clerk.get_by_role("button", name="xác nhận, sang tiếp")).to_be_visible()
