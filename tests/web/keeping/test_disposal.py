"""Pages of lists whose period has ended and of packages for the archive: the buttons do what they say, and messages say why not."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from flask import Flask

from docmgr import db, worker
from docmgr.policy import Actor
from docmgr.services.cases import contents
from legaltext import dates
from tests.filling.keeping.disposing import ended, package, rows, the_list
from tests.filling.registers import case, hide, inside, opened, paper
from tests.support.browsers import Client

TODAY = f"{dates.today():%d/%m/%Y}"


def followed(client: Client, address: str, **form: Any) -> str:
    """The page after a form was sent."""
    answer = client.submit(address, form)
    assert answer.status_code == 302, (address, answer.status_code, answer.text)
    page = client.get(answer.headers["Location"])
    assert page.status_code == 200
    return str(page.text)


def test_a_list_from_making_to_destruction(app: Flask, auth: Any, clerk: Actor, people: Any) -> None:
    client, leader, auditor = auth("clerk"), auth("leader"), auth("auditor")
    first, shared = paper("Về việc A", number="1/QĐ-X"), paper("Về việc B", number="2/QĐ-X")
    one, other = ended(clerk, "1/X", (first, shared)), ended(clerk, "2/X")
    contents.add(clerk, opened(clerk, "9/X"), [shared])
    assert "Chưa có danh mục nào" in client.get("/disposal").text and "/disposal" in client.get("/cases").text
    wrong = client.submit("/disposal/new", {"title": "", "ended_by": "32/01/2025"})
    assert wrong.status_code == 400 and "Ngày không đúng" in wrong.text
    assert "Đã lập danh mục" in followed(client, "/disposal/new", title="Danh mục 2025", ended_by=TODAY)
    (number,) = {int(part.split('"')[0]) for part in client.get("/disposal").text.split('href="/disposal/')[1:] if part[0].isdigit()}
    a, b = (row.id for row in rows(number))
    page = client.get(f"/disposal/{number}").text
    assert "Còn nằm trong hồ sơ 9/X" in page and f'name="proposal-{a}"' in page and "Trình lãnh đạo" in page
    sent = {"title": "Danh mục A", f"proposal-{a}": "destroy", f"proposal-{b}": "keep", f"until-{b}": "1", f"note-{b}": "Còn dùng", "revision": "1"}
    wrong = client.submit(f"/disposal/{number}/edit", sent)
    assert wrong.status_code == 400 and "Hãy ghi giữ lại đến năm nào" in wrong.text and 'value="Còn dùng"' in wrong.text and f'href="#row-{b}"' in wrong.text
    sent[f"until-{b}"] = str(dates.today().year + 2)
    assert "Đã lưu." in followed(client, f"/disposal/{number}/edit", **sent)
    stale = client.submit(f"/disposal/{number}/edit", sent)
    assert stale.status_code == 409 and "Người khác vừa sửa" in stale.text
    assert "Đã trình danh mục" in followed(client, f"/disposal/{number}/propose", revision="2")
    assert "chờ quyết định" in leader.get("/disposal").text and "chờ quyết định" not in client.get("/disposal").text
    assert client.submit(f"/disposal/{number}/decide", {"rest": "yes"}).status_code == 404
    back = followed(leader, f"/disposal/{number}/return", reason="Xem lại", revision="3")
    assert "Đã trả lại" in back and "Xem lại" in client.get(f"/disposal/{number}").text
    followed(client, f"/disposal/{number}/propose", revision="4")
    assert f'name="agreed-{a}"' in leader.get(f"/disposal/{number}").text and f'name="agreed-{a}"' not in auditor.get(f"/disposal/{number}").text
    sent = {"decision_number": "9/QĐ", "decision_on": TODAY, f"agreed-{a}": "no", "rest": "yes", "revision": "5"}
    wrong = leader.submit(f"/disposal/{number}/decide", sent)
    assert wrong.status_code == 400 and "lý do không đồng ý về hồ sơ 1/X" in wrong.text and 'value="9/QĐ"' in wrong.text
    assert "Đã ghi quyết định" in followed(leader, f"/disposal/{number}/decide", **{**sent, f"agreed-{a}": "yes"})
    assert the_list(number).state == "decided" and case(other).keep_until == dates.today().year + 2
    page = client.get(f"/disposal/{number}").text
    assert "Hủy các hồ sơ đã được đồng ý" in page and "Hủy các hồ sơ đã được đồng ý" not in leader.get(f"/disposal/{number}").text
    assert leader.submit(f"/disposal/{number}/start", {}).status_code == 404
    assert "Đang hủy" in followed(client, f"/disposal/{number}/start", revision="6")
    worker.run_until_idle(app.extensions["docmgr"])
    page = auditor.get(f"/disposal/{number}").text
    assert "Đã hủy: 1 văn bản, bỏ ra 1" in page and "9/QĐ" in page and inside(one) == []
    page = client.get(f"/cases/{one}").text
    assert "Văn bản đã hủy cùng hồ sơ" in page and "1/QĐ-X" in page and "2/QĐ-X" not in page.split("events-head")[0] and "Mở lại hồ sơ" not in page
    assert client.get(f"/documents/{first}").status_code == 404 and client.get(f"/documents/{shared}").status_code == 200
    assert "1/X" in client.get("/cases?state=destroyed").text and "đến hết năm" in client.get(f"/cases/{other}").text
    for form in ("docx", "pdf", "xlsx"):
        assert auditor.submit(f"/disposal/{number}/export", {"form": form}).status_code == 200
    assert "DOCX, PDF" in followed(client, f"/disposal/{number}/export", form="exe")
    assert client.get("/disposal?page=9").status_code == 302 and client.get("/disposal/999999").status_code == 404
    assert auth("administrator").get("/disposal").status_code == 404 and auditor.get("/disposal/new").status_code == 404
    assert "Chuyển lưu trữ" not in page and "chờ quyết định" not in leader.get("/disposal").text


def test_a_draft_is_removed_and_its_case_files_are_free(auth: Any, clerk: Actor) -> None:
    client, one = auth("clerk"), ended(clerk)
    followed(client, "/disposal/new", title="A", ended_by=TODAY)
    assert client.submit("/disposal/new", {"title": "B", "ended_by": TODAY}).status_code == 400
    assert "Đã bỏ danh mục" in followed(client, "/disposal/1/delete", revision="1")
    assert "Đã lập danh mục" in followed(client, "/disposal/new", title="B", ended_by=TODAY) and rows(2)[0].case_id == one
    assert "Người khác vừa sửa" in followed(client, "/disposal/2/delete", revision="9")


def test_a_package_from_asking_to_the_archive(app: Flask, auth: Any, clerk: Actor) -> None:
    client, staff, auditor = auth("clerk"), auth("staff"), auth("auditor")
    secret = paper("Kỷ luật ông Bí Mật", number="7/QĐ-MAT")
    one = ended(clerk, "1/X", (secret,))
    assert "Chưa có gói nào" in client.get("/handovers").text and f'value="{one}" checked' in client.get("/handovers/new").text
    wrong = client.submit("/handovers/new", {"title": "Đợt 1"})
    assert wrong.status_code == 400 and "ít nhất một hồ sơ" in wrong.text and 'value="Đợt 1"' in wrong.text
    assert "gói đang được lập" in followed(client, "/handovers/new", title="Đợt 1", case=one)
    assert "Gói không còn trong kho" in followed(client, "/handovers/1/download")
    worker.run_until_idle(app.extensions["docmgr"])
    db.release()
    page = client.get("/handovers/1").text
    assert "Tải gói (ZIP)" in page and package(1).sha256 and str(package(1).sha256) in page
    made = client.submit("/handovers/1/download", {})
    assert made.mimetype == "application/zip" and int(made.headers["Content-Length"]) == len(made.get_data())
    assert "muc-luc-nop-luu.docx" in zipfile.ZipFile(io.BytesIO(made.get_data())).namelist()
    hide(secret)
    assert "không được đọc" in followed(client, "/handovers/1/download") and auditor.submit("/handovers/1/download", {}).status_code == 200
    wrong = client.submit("/handovers/1/record", {"handed_on": "x", "receiver": "Bà Lưu", "revision": package(1).revision})
    assert wrong.status_code == 400 and "Ngày không đúng" in wrong.text and "Bà Lưu" in wrong.text
    wrong = client.submit("/handovers/1/record", {"handed_on": TODAY, "revision": package(1).revision})
    assert wrong.status_code == 400 and "Hãy ghi người nhận" in wrong.text and package(1).state == "made"
    assert staff.submit("/handovers/1/record", {"receiver": "x", "revision": package(1).revision}).status_code == 404
    assert "Đã ghi các hồ sơ" in followed(client, "/handovers/1/record", handed_on=TODAY, receiver="Bà Lưu", revision=package(1).revision)
    assert case(one).archived_on == dates.today() and "Bà Lưu" in auditor.get("/handovers").text
    assert "không lập lại" in followed(client, "/handovers/1/again", revision=package(1).revision)
    assert client.get("/handovers/9").status_code == auth("administrator").get("/handovers").status_code == 404
    assert "Không có hồ sơ nào đã đóng" in client.get("/handovers/new").text and client.get("/handovers?page=5").status_code == 302
