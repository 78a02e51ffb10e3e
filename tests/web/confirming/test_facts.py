"""Confirming facts: proposed values, what Enter does, the warning of a number in use, and an edit made meanwhile."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from flask import Flask

from tests.filling.desk import actions, hand_in, revision, stored, work
from tests.filling.papers import decision, pdf
from tests.filling.recognition import blank
from tests.reading.messages import locked, mail

# Pages that contain images and no text.
SCAN = pdf(12).replace(b" Tj", b"   ")
EVIL = '"><script>alert(1)</script>'


def confirm(client: Any, number: int, /, **values: str) -> Any:
    """Send the form with the button "Lưu và xác nhận"."""
    form = {"revision": revision(client, number), "confirm": "1", **values}
    return client.submit(f"/documents/{number}/facts", form)


def value(page: str, field: str) -> str:
    found = re.search(rf'name="{field}"[^>]* value="([^"]*)"', page)
    assert found is not None, field
    return found[1]


def test_the_form_offers_what_was_read_with_its_words(app: Flask, auth: Any) -> None:
    clerk = auth("clerk")
    number = stored(app, clerk, decision())
    page = clerk.get(f"/documents/{number}/facts").text
    assert value(page, "number") == "12/QĐ-SGDĐT"
    assert value(page, "issued_on") == "05/02/2024"
    assert '<mark data-fields="number" title="Số, ký hiệu">Số: 12/QĐ-SGDĐT</mark>' in page
    assert '<mark data-fields="issued_on place"' in page
    assert "<q>Số: 12/QĐ-SGDĐT</q>" in page
    assert actions(number)[-1] == "document:view"


def test_confirming_publishes_and_leads_to_the_next(app: Flask, auth: Any) -> None:
    clerk = auth("clerk")
    rows = hand_in(clerk, {"a.docx": decision(), "b.docx": decision(number="13")})
    work(app)
    one, two = (row["document"] for row in rows)
    answer = confirm(clerk, one, subject="Ban hành Quy chế dân chủ")
    assert answer.location == f"/documents/{two}/facts"
    assert "Đây là văn bản tiếp theo" in clerk.get(answer.location).text
    last = confirm(clerk, two)
    assert last.location == f"/documents/{two}"
    assert auth("staff").get(f"/documents/{one}").status_code == 200
    page = clerk.get(f"/documents/{one}").text
    assert "Ban hành Quy chế dân chủ" in page and "Đã công bố" in page
    assert [a for a in actions(one) if a in ("document:confirm", "document:publish")] == [
        "document:confirm",
        "document:publish",
    ]


def test_not_yet_published_when_the_clerk_says_so(app: Flask, auth: Any) -> None:
    clerk = auth("clerk")
    number = stored(app, clerk, decision())
    confirm(clerk, number, unpublished="1")
    assert auth("staff").get(f"/documents/{number}").status_code == 404
    assert "document:publish" not in actions(number)


def test_what_nobody_could_look_into_is_not_published_by_one_key(app: Flask, auth: Any) -> None:
    clerk = auth("clerk")
    closed = locked({"kín.docx": decision()}, ["kín.docx"])
    for data, held in ((mail(attachments=[("hồ sơ.zip", closed)]), True), (mail(subject="Lịch họp"), False)):
        number = stored(app, clerk, data.as_bytes(), "thư.eml", **({"publish": "1"} if held else {}))
        page = clerk.get(f"/documents/{number}/facts").text
        assert ("1 tệp bên trong (hồ sơ.zip)" in page) == held
        assert bool(re.search(r'name="unpublished" value="1" id="unpublished" checked', page)) == held


def test_saving_without_confirming_stays_on_the_form(app: Flask, auth: Any) -> None:
    clerk = auth("clerk")
    number = stored(app, clerk, decision())
    answer = confirm(clerk, number, confirm="0", signer="Người Khác")
    assert answer.location == f"/documents/{number}/facts"
    page = clerk.get(answer.location).text
    assert value(page, "signer") == "Người Khác"
    assert "document:publish" not in actions(number) and "document:confirm" not in actions(number)


def test_a_taken_number_warns_before_anything_is_saved(app: Flask, auth: Any) -> None:
    clerk = auth("clerk")
    one = stored(app, clerk, decision())
    confirm(clerk, one)
    two = stored(app, clerk, decision(subject="Về việc khác"), "b.docx")
    answer = confirm(clerk, two, signer="Người Gõ Tay")
    assert answer.status_code == 409
    assert f'href="/documents/{one}"' in answer.text and "văn bản riêng" in answer.text
    assert value(answer.text, "signer") == "Người Gõ Tay"
    assert "document:confirm" not in actions(two)
    again = confirm(clerk, two, signer="Người Gõ Tay", same="separate")
    assert again.status_code == 302
    assert "Người Gõ Tay" in clerk.get(f"/documents/{two}").text


def test_an_edit_in_between_shows_both_and_loses_nothing(app: Flask, auth: Any) -> None:
    clerk = auth("clerk")
    number = stored(app, clerk, decision())
    stale = revision(clerk, number)
    confirm(clerk, number, subject="Lời của người thứ nhất")
    # A browser sends days as the page shows them, and lines that end with CR LF.
    form = {"revision": stale, "confirm": "1", "subject": "Lời của người thứ hai", "signer": "Ai Đó",
            "issued_on": "05/02/2024", "recipients": "Như Điều 3\r\nLưu: VT", "effective_from": "06/02/2024"}  # fmt: skip
    confirm(clerk, number, recipients="Như Điều 3\nLưu: VT", effective_from="07/02/2024")
    answer = clerk.submit(f"/documents/{number}/facts", form)
    assert answer.status_code == 409
    assert "<ins>07/02/2024</ins>" in answer.text
    assert "<ins>2024" not in answer.text and "<ins>05/02/2024" not in answer.text and "<ins>Như" not in answer.text
    assert "Lời của người thứ hai</textarea>" in answer.text
    assert "<ins>Lời của người thứ nhất</ins>" in answer.text
    assert value(answer.text, "signer") == "Ai Đó"
    assert value(answer.text, "revision") != stale
    assert "Lời của người thứ nhất" in clerk.get(f"/documents/{number}").text


def test_a_fault_is_named_at_its_field_and_what_was_typed_stays(app: Flask, auth: Any) -> None:
    clerk = auth("clerk")
    number = stored(app, clerk, decision())
    answer = confirm(clerk, number, issued_on="31/02/2024", subject=f"x {EVIL}")
    assert answer.status_code == 400
    assert 'href="#fact-issued_on"' in answer.text and 'aria-invalid="true"' in answer.text
    assert "<script>alert" not in answer.text and "&lt;script&gt;alert(1)" in answer.text
    long = confirm(clerk, number, subject="a" * 2001)
    assert long.status_code == 400 and "dài quá 2000 ký tự" in long.text


def test_a_new_version_does_not_overwrite_what_was_confirmed(app: Flask, auth: Any) -> None:
    clerk = auth("clerk")
    number = stored(app, clerk, decision())
    confirm(clerk, number, subject="Trích yếu do văn thư gõ")
    newer = {"file": (io.BytesIO(decision(subject="Về việc máy đọc lại")), "c.docx")}
    clerk.submit(f"/documents/{number}/versions/new", newer)
    work(app)
    assert "Trích yếu do văn thư gõ" in clerk.get(f"/documents/{number}/facts").text


def test_what_the_clerk_sends_beyond_the_form_changes_nothing(app: Flask, auth: Any) -> None:
    clerk = auth("clerk")
    number = stored(app, clerk, decision())
    confirm(
        clerk,
        number,
        created_by="1",
        access_list_id="1",
        workflow="withdrawn",
        state="withheld",
        number_key="X",
    )
    page = clerk.get(f"/documents/{number}")
    assert page.status_code == 200 and "Đã công bố" in page.text


def test_a_pdf_can_be_compared_as_pictures(app: Flask, auth: Any) -> None:
    clerk = auth("clerk")
    number = stored(app, clerk, pdf(), "a.pdf")
    assert 'class="page-image"' in clerk.get(f"/documents/{number}/facts").text
    assert actions(number).count("file:preview") == 1
    page = clerk.get(f"/documents/{number}/facts?view=text").text
    assert 'class="page-image"' not in page and "Xem ảnh trang" in page


def test_who_may_only_read_finds_no_form(app: Flask, auth: Any) -> None:
    number = stored(app, auth("clerk"), decision(), publish="1")
    for role in ("staff", "auditor", "administrator"):
        assert auth(role).get(f"/documents/{number}/facts").status_code == 404
        assert auth(role).submit(f"/documents/{number}/facts", {"revision": "2"}).status_code == 404


BLANK = {"type": "", "number": "", "issued_on": "", "subject": ""}


def test_a_document_without_any_name_is_not_confirmed_by_one_enter(app: Flask, auth: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    blank(monkeypatch)
    clerk = auth("clerk")
    number = stored(app, clerk, SCAN, "a.pdf")
    clerk.get(f"/documents/{number}/facts")
    for _ in range(2):
        answer = confirm(clerk, number, **BLANK)
        assert answer.status_code == 409
        assert "Văn bản chưa có thông tin nào" in answer.text
        assert 'name="despite_blank" value="1">Vẫn lưu và xác nhận</button>' in answer.text
    assert "document:confirm" not in actions(number) and "document:publish" not in actions(number)
    assert confirm(clerk, number, confirm="0", **BLANK).status_code == 302
    again = confirm(clerk, number, despite_blank="1", **BLANK)
    assert again.status_code == 302
    assert "document:publish" in actions(number)


def test_one_name_is_enough_to_confirm(app: Flask, auth: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    blank(monkeypatch)
    clerk = auth("clerk")
    number = stored(app, clerk, SCAN, "a.pdf")
    assert confirm(clerk, number, **{**BLANK, "subject": "Về việc thi đua"}).status_code == 302
    assert re.search(r'id="fact-type"[^>]* autofocus', clerk.get(f"/documents/{number}/facts").text)


def test_a_scan_is_shown_as_pictures_beside_the_form_and_among_its_files(app: Flask, auth: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    blank(monkeypatch)
    clerk = auth("clerk")
    number = stored(app, clerk, SCAN, "a.pdf")
    page = clerk.get(f"/documents/{number}/facts").text
    assert page.count('class="page-image"') == 1 and "trang 1/12" in page
    assert "Xem chữ đã đọc" not in page
    assert "/pages/12.png" in clerk.get(f"/documents/{number}/facts?page=12").text
    assert clerk.get(f"/documents/{number}?tab=files").text.count('class="page-image"') == 10
