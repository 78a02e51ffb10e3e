"""An outgoing document from draft to number and register, and an incoming one from arrival to answer, each from desk to desk."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import PATIENCE_MS, Visit, fits
from tests.browser.test_registers import uploaded
from tests.filling.papers import decision


def start(page: Page, document: str, workflow: str) -> None:
    """Start the document in the workflow, from its page."""
    page.goto(document)
    page.get_by_text("Thao tác khác").click()
    page.get_by_role("link", name="Bắt đầu quy trình").click()
    page.get_by_label("Quy trình", exact=True).select_option(label=workflow)
    page.get_by_role("button", name="Bắt đầu", exact=True).click()


def give(page: Page, step: str, receiver: str, due: str) -> None:
    """Make a step that names a receiver, from the page of the document's flow."""
    page.locator(".flow-panel").get_by_role("link", name=f"{step}…").click()
    page.get_by_label("Giao cho (chủ trì)").select_option(label=receiver)
    page.get_by_label("Thời hạn").fill(due)
    page.get_by_role("button", name=step, exact=True).click()


def test_an_outgoing_document_from_draft_to_number_and_register(visit: Visit, tmp_path: Path) -> None:
    clerk, leader = visit.page("clerk"), visit.page("leader", phone=True)
    draft = uploaded(clerk, tmp_path / "trinh.docx", decision(number="     ", day="  ", subject="Về việc giao kế hoạch"))
    clerk.goto("/series")
    clerk.get_by_role("link", name="Văn bản đi", exact=True).click()
    clerk.get_by_label("Chữ viết tắt cơ quan").fill("SGDĐT")
    clerk.get_by_role("button", name="Lưu").click()
    start(clerk, draft, "Văn bản đi")
    give(clerk, "Trình duyệt", "Lãnh đạo thử (leader)", "20/12/2030")
    expect(clerk.locator(".flow-panel")).to_contain_text("Đã trình")
    leader.goto("/desk")
    assert fits(leader)
    line = leader.locator(".desk-list > li").filter(has_text="Về việc giao kế hoạch")
    expect(line).to_contain_text("Hạn 20/12/2030")
    line.get_by_role("checkbox").check()
    leader.get_by_label("Bước", exact=True).select_option(label="Duyệt")
    leader.get_by_role("button", name="Chuyển các văn bản đã chọn").click()
    expect(leader.get_by_text("Đã chuyển bước 1 văn bản")).to_be_visible()
    clerk.goto("/desk")
    clerk.get_by_role("link", name="Về việc giao kế hoạch", exact=True).click()
    clerk.locator(".flow-panel").get_by_role("button", name="Cấp số").click()
    expect(clerk.locator(".flow-panel")).to_contain_text("Đã cấp số")
    number = clerk.locator(".document-number").first.inner_text()
    assert number.startswith("Quyết định") and number.endswith("/QĐ-SGDĐT")
    clerk.goto("/registers/outgoing")
    expect(clerk.get_by_role("row").filter(has_text="Về việc giao kế hoạch")).to_contain_text(number.removeprefix("Quyết định "))
    leader.goto("/desk/sent")
    expect(leader.locator(".desk-list")).to_contain_text("Đã cấp số")


def test_an_incoming_document_from_arrival_to_answer(visit: Visit, tmp_path: Path) -> None:
    clerk, staff = visit.page("clerk"), visit.page("staff", phone=True)
    clerk.goto("/workflows")
    clerk.get_by_label("Loại văn bản").select_option("Quyết định")
    clerk.get_by_label("Quy trình", exact=True).select_option(label="Văn bản đến")
    clerk.get_by_role("button", name="Thêm", exact=True).click()
    came = uploaded(clerk, tmp_path / "den.docx", decision(number="978", subject="Về việc đề nghị báo cáo"))
    clerk.goto(f"{came}/facts")
    clerk.get_by_text("Vào sổ văn bản đến").click()
    clerk.get_by_label("Cấp số đến khi lưu và xác nhận").check()
    clerk.get_by_role("button", name="Lưu và xác nhận").click()
    expect(clerk.locator(".alert-success")).to_contain_text("Đã xác nhận")
    # The rule starts it.
    panel = clerk.locator(".flow-panel")

    def started() -> bool:
        clerk.goto(came)
        return panel.count() == 1

    for _turn in range(PATIENCE_MS // 500):
        if started():
            break
        clerk.wait_for_timeout(500)
    give(clerk, "Phân công", "Chuyên viên thử (staff)", "20/12/2030")
    staff.goto("/desk")
    staff.get_by_role("link", name="Quyết định 978/QĐ-SGDĐT", exact=True).click()
    staff.locator(".flow-panel").get_by_role("button", name="Nhận xử lý").click()
    staff.locator(".flow-panel").get_by_role("link", name="Hoàn thành…").click()
    number = staff.get_by_label("Số, ký hiệu văn bản trả lời")
    expect(number).to_be_visible()
    assert fits(staff)
    answer = uploaded(clerk, tmp_path / "tra-loi.docx", decision(number="979", subject="Về việc trả lời"))
    clerk.goto(answer)
    clerk.get_by_role("button", name="Công bố").click()
    number.fill("979/QĐ-SGDĐT")
    staff.get_by_role("button", name="Hoàn thành", exact=True).click()
    expect(staff.locator(".flow-panel")).to_contain_text("Văn bản trả lời: Quyết định 979/QĐ-SGDĐT")
    clerk.goto("/registers/handling")
    expect(clerk.get_by_role("row").filter(has_text="978/QĐ-SGDĐT")).to_contain_text("979/QĐ-SGDĐT")
    # Other tests confirm decisions too.
    clerk.goto("/workflows")
    clerk.get_by_role("button", name="Bỏ dòng 1").click()
