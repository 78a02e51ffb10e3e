"""Pages of registers, series and numbers, used with forms and without scripts."""

from __future__ import annotations

import datetime as dt
import html
import re

import pytest

from docmgr import db
from docmgr.models import User
from docmgr.services.registers import arrivals, issue, listing, reserving
from docmgr.services.registers import series as number_series
from docmgr.services.registers.arrivals import ArrivalInput
from docmgr.services.registers.issue import NumberInput
from docmgr.services.trail import words as trail_words
from legaltext import dates
from tests.filling.filing import load
from tests.filling.registers import (
    SECRET,
    delivered,
    entry,
    hide,
    key,
    paper,
    rows,
    running,
    step,
)
from tests.support.acting import actor_of
from tests.support.browsers import Auth
from tests.support.racing import events

TODAY = dates.today()


def shown(page: str) -> str:
    """The words of the main part of a page."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.split("<main")[1])).split())


def test_a_clerk_sets_up_a_series_and_gives_a_number(auth: Auth, people: dict[str, User]) -> None:
    clerk, staff = auth("clerk"), auth("staff")
    document = paper("Ban hành quy chế")
    assert "chưa có chữ viết tắt" in shown(clerk.get(f"/documents/{document}/number").text)
    series = number_series.listing(actor_of(people["clerk"]), ["outgoing"])[0].series.id
    assert clerk.fill(f"/series/{series}", {"name": "Văn bản đi", "organ": "sgd"}).status_code == 400
    assert clerk.fill(f"/series/{series}", {"name": "Văn bản đi", "organ": "SGDĐT"}).location == "/series"
    made = clerk.submit("/series", {"name": "Kế hoạch", "kind": "outgoing", "types": ["Kế hoạch", "Báo cáo"], "organ": "SGDĐT"})
    assert made.status_code == 302 and "Kế hoạch, Báo cáo" in shown(clerk.get("/series").text)
    refused = clerk.submit("/series", {"name": "Nữa", "kind": "outgoing", "types": ["Báo cáo"], "organ": "SGDĐT"})
    assert refused.status_code == 400 and "mỗi loại chỉ thuộc một dãy" in refused.text and 'value="Báo cáo" checked' in refused.text

    assert "01/QĐ-SGDĐT" in clerk.get(f"/documents/{document}/number").text
    wrong = clerk.fill(f"/documents/{document}/number", {"series": series, "day": "31/02/2024"})
    assert wrong.status_code == 400 and "Ngày không đúng" in wrong.text and load(document).number is None
    done = clerk.fill(f"/documents/{document}/number", {"series": series, "day": TODAY.strftime("%d/%m/%Y")})
    assert done.location == f"/documents/{document}"
    assert f"Số 01/QĐ-SGDĐT ngày {TODAY:%d/%m/%Y}" in shown(staff.get(f"/documents/{document}").text)
    assert "Sửa dòng trong sổ" not in staff.get(f"/documents/{document}").text
    assert "đã có trong sổ văn bản đi" in shown(clerk.get(f"/documents/{document}/number").text)
    page = clerk.get("/registers/outgoing").text
    assert f'<a href="/documents/{document}">01/QĐ-SGDĐT</a>' in page and "Văn bản đi: 02" in shown(page)
    for address in ("/registers/outgoing", f"/documents/{document}/number", "/registers/reserve"):
        assert staff.get(address).status_code == 404
    assert auth("administrator").get("/series").status_code == 200


def test_a_line_is_filled_reserved_released_and_cancelled(auth: Auth, people: dict[str, User]) -> None:
    clerk, actor = auth("clerk"), actor_of(people["clerk"])
    series = delivered(actor)
    made = issue.issue_number(actor, paper())
    address = f"/registers/lines/{made}"
    assert clerk.fill(address, {"copies": "nhiều"}).status_code == 400
    assert clerk.fill(address, {"copies": "5", "kept_by": "VT", "note": "g" * 300}).status_code == 302
    assert clerk.submit(address, {"copies": "6", "revision": "1"}).status_code == 409 and entry(made).copies == 5
    kept = clerk.submit("/registers/reserve", {"series": series, "count": "2", "reason": "Chờ <ký>", "holder_id": people["leader"].id})
    assert kept.status_code == 302 and [state for _, state, _ in rows(series)] == ["issued", "reserved", "reserved"]
    assert clerk.submit("/registers/reserve", {"series": series, "count": "1", "reason": ""}).status_code == 400
    words = shown(clerk.get("/registers/outgoing").text)
    assert "Đang giữ giữ cho Lãnh đạo thử; Chờ <ký>; Văn thư thử" in words and "g" * 300 in words
    line = listing.page(actor, listing.RegisterFilter("outgoing", TODAY.year))[0].entry
    db.release()
    empty = clerk.fill(f"/registers/lines/{line.id}/release", {"reason": " "}, page=f"/registers/lines/{line.id}", follow_redirects=True)
    assert "Hãy ghi lý do." in empty.text and entry(line.id).state == "reserved"
    clerk.fill(f"/registers/lines/{line.id}/release", {"reason": "Thôi"}, page=f"/registers/lines/{line.id}")
    clerk.fill(f"{address}/cancel", {"reason": "In nhầm"}, page=address)
    assert [state for _, state, _ in rows(series)] == ["cancelled", "reserved", "released"]
    assert clerk.submit(f"{address}/explain", {"reason": "x", "revision": entry(made).revision}).status_code == 400
    assert entry(made).reason == "In nhầm"
    assert auth("leader").get("/registers/outgoing").status_code == 200 and auth("leader").get(address).status_code == 404


def test_an_arrival_at_confirming_is_given_when_it_is_saved(auth: Auth, people: dict[str, User]) -> None:
    clerk = auth("clerk")
    series = delivered(actor_of(people["clerk"]), "incoming")
    document = paper("Mời họp", number="5/GM-UBND", workflow="draft")
    address = f"/documents/{document}/facts"
    assert "số tiếp theo 01" in clerk.get(address).text and rows(series) == []
    facts = {"type": "Quyết định", "number": "5/GM-UBND", "subject": "Mời họp", "arrival": "1", "sender": "UBND"}
    looked = {"looked": ["type", "number", "subject", "issuer", "issued_on", "place", "signer", "position", "recipients"]}
    late = clerk.fill(address, {**facts, **looked, "confirm": "1", "arrived_on": "05/02/2990"})
    assert late.status_code == 400 and "Ngày này chưa đến" in late.text and 'value="UBND"' in late.text
    assert clerk.fill(address, {**facts, **looked, "confirm": "1", "arrived_on": "hôm qua"}).status_code == 400
    assert clerk.fill(address, {**facts, **looked, "confirm": "1", "arrived_on": "", "due_on": "05/02/2030"}).status_code == 302
    assert rows(series) == [(1, "issued", document)] and load(document).confirmed_at is not None
    assert 'name="arrival"' not in clerk.get(address).text and 'name="arrival"' not in auth("leader").get(address).text
    other = paper("Khác")
    assert clerk.submit(f"/documents/{other}/arrival", {"arrived_on": "", "person_id": people["staff"].id}).status_code == 302
    again = clerk.submit(f"/documents/{other}/arrival", {"arrived_on": ""})
    assert again.status_code == 400 and "đã vào sổ đến: số 02" in again.text
    assert "Chuyên viên thử" in shown(clerk.get("/registers/handling").text)


def test_who_may_not_read_it_sees_number_and_day(auth: Auth, people: dict[str, User]) -> None:
    actor = actor_of(people["clerk"])
    delivered(actor)
    hidden = paper(SECRET, recipients=["Nơi Bí Mật"])
    made = issue.issue_number(actor, hidden)
    issue.issue_number(actor, paper("Thường"))
    hide(hidden)
    clerk = auth("clerk")
    page = clerk.get("/registers/outgoing").text
    assert "Bí Mật" not in page and f"/documents/{hidden}" not in page and f"/registers/lines/{made}" not in page
    assert f"01 {TODAY:%d/%m/%Y} Văn bản ngoài quyền xem" in shown(page) and "2 dòng" in shown(page)
    assert clerk.get(f"/registers/lines/{made}").status_code == 404
    for action in ("cancel", "release", "explain"):
        assert clerk.submit(f"/registers/lines/{made}/{action}", {"reason": "x", "revision": "1"}).status_code == 404
    assert clerk.submit(f"/registers/lines/{made}", {"note": "x", "revision": "1"}).status_code == 404
    assert clerk.submit(f"/documents/{hidden}/copy", {"copy_kind": "SY"}).status_code == 404
    assert SECRET in auth("auditor").get("/registers/outgoing").text
    file = clerk.submit("/registers/export", {"register": "outgoing", "year": TODAY.year, "form": "xlsx"})
    assert file.status_code == 200 and "so-van-ban-di" in file.headers["Content-Disposition"]
    assert clerk.submit("/registers/export", {"register": "x", "form": "exe"}).status_code == 302
    assert entry(made).state == "issued" and auth("staff").submit("/registers/export", {"form": "pdf"}).status_code == 404


def test_years_series_and_pages_are_chosen_in_the_address(auth: Auth, people: dict[str, User], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "PAGE_SIZE", 2)
    actor, clerk = actor_of(people["clerk"]), auth("clerk")
    series = delivered(actor)
    copies = delivered(actor, "copies")
    reserving.reserve(actor, series, "Giữ", count=3)
    old = paper("Năm trước")
    issue.issue_number(actor, old, NumberInput(day=TODAY.replace(year=TODAY.year - 1, day=1)))
    issue.issue_copy(actor, old, "TrS")
    db.release()
    assert "Trang 1/2" in shown(clerk.get("/registers/outgoing").text)
    page = shown(clerk.get(f"/registers/outgoing?series={copies}").text)
    assert "01/TrS-SGDĐT" in page and "Bản trích sao · Quyết định 01/QĐ-SGDĐT · Năm trước" in page and "Đang giữ" not in page
    assert "Năm trước" in shown(clerk.get(f"/registers/outgoing?year={TODAY.year - 1}").text)
    for odd in ("year=99999999999", "year=-3", f"year={TODAY.year + 1}", "year=đ&series=x", "page=99"):
        assert clerk.get(f"/registers/outgoing?{odd}", follow_redirects=True).status_code == 200, odd
    clerk.submit("/language", {"language": "en"})
    english = shown(clerk.get("/registers/outgoing").text)
    assert "Register of outgoing documents" in english and "Reserved" in english and "Next number:" in english
    told = [trail_words.one_line(event) for event in events("register:reserve", "register:copy")]
    assert told[0].startswith("Số: 01; Lý do: Giữ") and "01/TrS-SGDĐT" in told[-1]


def test_the_number_that_a_document_has_goes_into_the_register(auth: Auth, people: dict[str, User]) -> None:
    series = delivered(actor_of(people["clerk"]))
    document = paper("Cũ", number="3/QĐ-SGDĐT", issued_on=TODAY)
    clerk = auth("clerk")
    assert "Ghi số vào sổ" in clerk.get(f"/documents/{document}").text
    record, page = f"/documents/{document}/number/record", f"/documents/{document}/number"
    # Without the revision of the page on which the clerk saw the number nothing is written down.
    assert clerk.submit(record).location == page and rows(series) == []
    assert clerk.fill(record, {}, page=page).location == f"/documents/{document}"
    assert [state for _, state, _ in rows(series)] == ["unused", "unused", "issued"]
    assert shown(clerk.get("/registers/outgoing").text).count("Chưa dùng Văn thư thử") == 2
    refused = clerk.submit(record, {"revision": load(document).revision}, follow_redirects=True)
    assert "đã có trong sổ văn bản đi" in shown(refused.text)


def test_the_slip_of_an_incoming_document_is_a_page_and_files(auth: Auth, people: dict[str, User]) -> None:
    clerk, staff, actor = auth("clerk"), auth("staff"), actor_of(people["clerk"])
    delivered(actor, "incoming")
    document, other = running(actor, "incoming", subject="Mời <họp>"), paper("Không đến")
    arrivals.receive(actor, document)
    step(actor, document, "assign", "Chuẩn bị <b>báo cáo</b>", to=key(actor_of(people["staff"])))
    address = f"/documents/{document}/slip"
    assert f'href="{address}"' in staff.get(f"/documents/{document}").text and f'href="{address}"' in clerk.get("/registers/incoming").text
    assert f'href="{address}"' not in clerk.get("/registers/outgoing").text and "/slip" not in staff.get(f"/documents/{other}").text
    words = shown(staff.get(address).text)
    assert "Số đến 01" in words and "1. Ý kiến của lãnh đạo cơ quan, tổ chức Chủ trì: Chuyên viên thử Chuẩn bị <b>báo cáo</b>" in words
    file = staff.submit(address, {"form": "pdf"})
    assert file.data.startswith(b"%PDF") and f"phieu-giai-quyet-{TODAY.year}-01.pdf" in file.headers["Content-Disposition"]
    assert "chưa có số trong sổ văn bản đến" in staff.get(f"/documents/{other}/slip", follow_redirects=True).text
    hide(document)
    assert staff.get(address).status_code == clerk.submit(address, {"form": "docx"}).status_code == 404


def test_the_list_of_some_days_and_the_report_on_them(auth: Auth, people: dict[str, User]) -> None:
    clerk = actor_of(people["clerk"])
    delivered(clerk, "incoming")
    for number, day in ((1, "2024-01-31"), (2, "2024-02-01"), (3, "2024-02-29"), (4, "2024-03-01")):
        arrivals.receive(clerk, paper(f"Về việc {number}"), ArrivalInput(dt.date.fromisoformat(day)))
    browser = auth("clerk")
    for register in ("incoming", "handling"):
        page = shown(browser.get(f"/registers/{register}?year=2020&since=2024-02-01&until=2024-02-29").text)
        assert [f"Về việc {number}" in page for number in (1, 2, 3, 4)] == [False, True, True, False] and "2 dòng" in page
        assert "Về việc 1" not in browser.get(f"/registers/{register}?since=01/02/2024").text
    assert "Không có văn bản nào đến" in browser.get("/registers/incoming?since=2023-01-01&until=2023-01-31").text
    address = "/registers/incoming?since=2024-02-01&until=2024-02-29"
    sent = browser.submit("/registers/report", {"since": "2024-02-01", "until": "2024-02-29"})
    assert sent.headers["Content-Disposition"] == "attachment; filename=bao-cao-van-ban-den-20240201-20240229.docx"
    assert "Báo cáo văn bản đến từ 01/02/2024 đến 29/02/2024 (DOCX)" in shown(browser.get(address).text)
    for typed, told in (({"since": "2024-02-02", "until": "2024-02-01"}, "từ ngày đầu trở đi"), ({"since": "30/02/2024", "until": ""}, "Ngày không đúng")):
        refused = browser.submit("/registers/report", typed)
        assert refused.status_code == 302 and told in browser.get(refused.location).text
    assert auth("staff").submit("/registers/report", {"since": "2024-02-01", "until": "2024-02-29"}).status_code in (403, 404)
