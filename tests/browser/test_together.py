"""What several people do with one document: share it with a preview, lend it by a link, save at the same time, move it by dragging,
take it out of the bin, and be told of what answers a saved search."""

from __future__ import annotations

import itertools
import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import update

from docmgr import context, db
from docmgr.models import Follow
from docmgr.services.notifications import alerts
from docmgr.settings import from_environment
from tests.browser.conftest import FINDABLE_MS, Visit, hand_in
from tests.filling.papers import decision

SECRET, SAVE = "Bến đò cuối làng 57", re.compile("^Lưu")
NUMBERS = itertools.count(801)


def filed(page: Page, folder: Path, subject: str, *, publish: bool = True) -> str:
    """Upload a decision about something and return the address of the document."""
    number = next(NUMBERS)
    path = folder / f"qd-{number}.docx"
    path.write_bytes(decision(str(number), f"Về việc {subject}"))
    (row,) = hand_in(page, path)
    address = f"/documents/{row.get_attribute('data-document')}"
    if publish:
        page.goto(f"{address}/facts")
        with page.expect_navigation():
            page.get_by_role("button", name=SAVE).first.click()
    return address


def asked_long_ago(home: Path) -> None:
    """Let the worker ask each saved search at its next turn, not after minutes."""
    site = context.build(from_environment({**os.environ, "DOCMGR_HOME": str(home), "DOCMGR_DATABASE_URL": ""}))
    with site.bound(), db.write() as session:
        session.execute(update(Follow).values(looked_at=db.now() - 2 * alerts.EVERY))
    site.close()


def test_sharing_is_previewed_made_and_taken_back(visit: Visit, tmp_path: Path) -> None:
    page = visit.page("clerk")
    address = filed(page, tmp_path, "chia sẻ thử trong trình duyệt")
    page.goto(f"{address}/sharing?q=Lãnh đạo thử")
    page.locator('input[value^="editor user:"]').first.check()
    page.get_by_role("button", name="Xem trước khi đổi").click()
    expect(page.locator("h1")).to_have_text("Trước khi đổi quyền")
    expect(page.locator("main")).to_contain_text("Lãnh đạo thử")
    leader = visit.page("leader")
    leader.goto(address)
    expect(leader.get_by_role("link", name="Sửa thông tin")).to_have_count(0)
    page.get_by_role("button", name="Đổi quyền").click()
    expect(page.locator("main")).to_contain_text("Đã đổi quyền.")
    leader.reload()
    expect(leader.get_by_role("link", name="Sửa thông tin").first).to_be_visible()
    page.get_by_role("button", name="Hoàn tác").click()
    expect(page.locator("main")).to_contain_text("Đã hoàn tác")
    leader.reload()
    expect(leader.get_by_role("link", name="Sửa thông tin")).to_have_count(0)


def test_a_link_with_a_password_opens_for_whoever_has_both(visit: Visit, tmp_path: Path) -> None:
    page = visit.page("clerk")
    address = filed(page, tmp_path, "liên kết thử trong trình duyệt")
    page.goto(f"{address}/share-links")
    page.fill("[name=password]", SECRET)
    page.get_by_role("button", name="Tạo liên kết").click()
    link = re.search(r'value="(http[^"]+/shared/[^"]+)"', page.content())
    assert link is not None
    outside = visit.browser.new_context(base_url=visit.live.url, locale="vi-VN")
    visit.open.append(outside)
    stranger = outside.new_page()
    stranger.goto(link[1])
    expect(stranger.locator("main")).not_to_contain_text("liên kết thử")
    # What is between the pages of a browser (origin, cookies) is what this test is about.
    stranger.fill("[type=password]", "sai mật khẩu rồi")
    stranger.press("[type=password]", "Enter")
    expect(stranger.locator("main")).not_to_contain_text("liên kết thử")
    stranger.fill("[type=password]", SECRET)
    stranger.press("[type=password]", "Enter")
    expect(stranger.locator("main")).to_contain_text("liên kết thử trong trình duyệt")
    with stranger.expect_download() as got:
        stranger.get_by_role("link", name=re.compile("Tải")).first.click()
    assert got.value.suggested_filename.endswith(".docx")
    page.goto(f"{address}/share-links")
    page.get_by_role("button", name="Thu hồi").click()
    gone = stranger.goto(link[1])
    assert gone is not None and gone.status == 404


def test_the_second_who_saves_sees_both(visit: Visit, tmp_path: Path) -> None:
    first = visit.page("clerk")
    address = filed(first, tmp_path, "hai người cùng sửa")
    second = visit.page("clerk")
    for page in (first, second):
        page.goto(f"{address}/facts")
    first.fill("[name=subject]", "Chữ của người lưu trước")
    second.fill("[name=subject]", "Chữ của người lưu sau")
    for page in (first, second):
        with page.expect_navigation():
            page.get_by_role("button", name=SAVE).first.click()
    # A browser reports the answer 409 itself.
    visit.faults[:] = [fault for fault in visit.faults if "409" not in fault]
    expect(second.locator("main")).to_contain_text("Chữ của người lưu trước")
    expect(second.locator("[name=subject]")).to_have_value("Chữ của người lưu sau")


def test_a_row_is_dragged_onto_a_folder_and_comes_out_of_the_bin(visit: Visit, tmp_path: Path) -> None:
    page = visit.page("clerk")
    address = filed(page, tmp_path, "kéo sang thư mục khác", publish=False)
    page.goto("/documents")
    page.get_by_text("Thư mục mới").click()
    page.fill("[name=name]", "Nơi kéo đến")
    page.get_by_role("button", name="Tạo thư mục").click()
    page.goto("/documents")
    row = page.locator("tr[data-row]").filter(has=page.locator(f'a[href="{address}"]'))
    row.drag_to(page.locator("[data-tree-folder]").filter(has_text="Nơi kéo đến"))
    expect(page.locator("h1")).to_have_text("Trước khi chuyển")
    page.get_by_role("button", name="Chuyển", exact=True).click()
    expect(page.locator("main")).to_contain_text("Đã chuyển 1 văn bản.")
    page.locator("#folders").get_by_role("link", name="Nơi kéo đến").click()
    boxes = page.locator('tr[data-row] input[name="id"]')
    expect(boxes).to_have_count(1)
    boxes.first.check()
    page.get_by_role("button", name="Xóa", exact=True).click()
    expect(boxes).to_have_count(0)
    page.goto("/bin")
    page.locator("tr").filter(has_text="kéo sang").get_by_role("button").click()
    page.goto(address)
    expect(page.locator("main")).to_contain_text("Nơi kéo đến")


def test_somebody_is_told_of_what_answers_a_saved_search(visit: Visit, tmp_path: Path) -> None:
    staff = visit.page("staff")
    staff.goto("/search?q=cầu+khỉ+tre")
    staff.get_by_role("link", name="Lưu tìm kiếm").click()
    staff.fill("[name=name]", "Cầu khỉ")
    staff.locator("form:has([name=name]) button.btn-primary").first.click()
    staff.goto("/saved")
    staff.get_by_role("button", name=re.compile("Theo dõi|Báo")).first.click()
    filed(visit.page("clerk"), tmp_path, "sửa cầu khỉ tre qua kênh")
    for _ in range(FINDABLE_MS // 1_000):
        asked_long_ago(visit.live.home)
        staff.goto("/notices")
        if staff.get_by_text("Cầu khỉ").count():
            break
        staff.wait_for_timeout(1_000)
    else:
        pytest.fail("no notice of the saved search")
    expect(staff.locator("main")).to_contain_text("cầu khỉ tre")
