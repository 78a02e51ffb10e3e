"""Pages of case files, tags, holds and the bin: the buttons do what they say, and messages say why not."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import Any

from flask import Flask

from docmgr import db, worker
from docmgr.context import Context
from docmgr.policy import Actor
from docmgr.services.cases import contents, files
from docmgr.services.documents import lifecycle
from docmgr.services.keeping import purge
from docmgr.services.terms import of_documents as terms
from docmgr.services.terms import vocabulary
from tests.filling.desk import stored
from tests.filling.filing import load
from tests.filling.papers import decision
from tests.filling.registers import case, hide, inside, opened, paper
from tests.support.acting import actor_of
from tests.support.browsers import Client


def refused(client: Client, address: str, status: int, **form: Any) -> str:
    """The page that shows what was typed again, with this status."""
    answer = client.submit(address, form)
    assert answer.status_code == status, (address, answer.status_code)
    return str(answer.text)


def followed(client: Client, address: str, **form: Any) -> str:
    """The page after a form was sent."""
    answer = client.submit(address, form)
    assert answer.status_code == 302, (address, answer.status_code)
    page = client.get(answer.headers["Location"])
    assert page.status_code == 200
    return str(page.text)


def test_a_case_file_from_opening_to_the_archive(app: Flask, auth: Any, clerk: Actor) -> None:
    client, document = auth("clerk"), paper("Về việc tuyển dụng", number="12/QĐ-SGDĐT")
    wrong = client.submit("/cases/new", {"code": "01/TCCB", "title": "Tuyển dụng", "retention_years": "abc", "handover_months": "12"})
    assert wrong.status_code == 400 and "Hãy nhập một số" in wrong.text and 'value="Tuyển dụng"' in wrong.text
    assert "Đã lập hồ sơ" in followed(client, "/cases/new", code="01/TCCB", title="Tuyển dụng", retention_years="5", handover_months="12", opened_on="01/02/2024")
    one = contents.choices(clerk)[0].id
    page = followed(client, f"/cases/{one}/documents", number="99/QĐ-X")
    assert "Không có văn bản nào mang số này" in page and 'value="99/QĐ-X"' in page
    page = followed(client, f"/cases/{one}/documents", number="12/QĐ-SGDĐT")
    assert "Đã đưa “" in page and "Quyết định · Về việc tuyển dụng" in page and "Đóng hồ sơ" in page
    assert "01/TCCB" in client.get(f"/documents/{document}").text
    page = followed(client, f"/cases/{one}/documents/{document}/remove")
    assert inside(one) == [] and "Hoàn tác" in page
    followed(client, f"/cases/{one}/documents", document=document, take="1")
    assert inside(one) == [document]
    wrong = refused(client, f"/cases/{one}/close", 400, closed_on="32/01/2024", revision=case(one).revision)
    assert "Ngày không đúng" in wrong and "32/01/2024" in wrong
    stale = refused(client, f"/cases/{one}/close", 409, closed_on="01/03/2024", revision="1")
    assert "Người khác vừa sửa" in stale and case(one).closed_on is None
    page = followed(client, f"/cases/{one}/close", closed_on="01/03/2024", revision=case(one).revision)
    assert "Đã đóng hồ sơ" in page and "Bỏ ra" not in page and "Lý do mở lại" in page
    assert "Hồ sơ đã đóng nên không đổi được" in followed(client, f"/cases/{one}/documents", number="#1")
    assert client.get(f"/cases/{one}/edit").status_code == 200
    assert client.submit(f"/cases/{one}/edit", {"code": "x", "title": "y", "permanent": "1", "handover_months": "12", "revision": case(one).revision}).status_code == 400
    assert "1 hồ sơ đến hạn nộp lưu trữ" in client.get("/cases").text and "Tuyển dụng" in client.get("/cases?state=due").text
    assert "Hãy ghi lý do" in followed(client, f"/cases/{one}/reopen", revision=case(one).revision)
    assert "Đã mở lại hồ sơ" in followed(client, f"/cases/{one}/reopen", reason="Thiếu", revision=case(one).revision)
    files.close(clerk, one, case(one).opened_on)
    assert "Đã ghi hồ sơ đã nộp lưu trữ" in followed(client, f"/cases/{one}/archive", archived_on="", revision=case(one).revision)
    assert "Lý do mở lại" not in client.get(f"/cases/{one}").text and client.get("/cases?state=archived&page=9").status_code == 302


def test_many_documents_from_a_folder(app: Flask, auth: Any, clerk: Actor, people: Any) -> None:
    vocabulary.create(actor_of(people["administrator"]), "field", "Tổ chức, cán bộ")
    one, a, b, client = opened(clerk), paper("A"), paper("B"), auth("clerk")
    folder = load(a).folder_id
    act = f"/folders/{folder}/documents"
    assert "Đưa vào hồ sơ" in client.get(f"/folders/{folder}").text
    assert "Hãy chọn hồ sơ" in followed(client, act, act="case", id=[a, b]) and "Hãy chọn lĩnh vực" in followed(client, act, act="tag", id=[a, b])
    assert "Đã đưa 2 văn bản vào hồ sơ." in followed(client, act, act="case", case=one, id=[a, b])
    assert "đã có trong hồ sơ" in followed(client, act, act="case", case=one, id=[a, b])
    page = followed(client, act, act="tag", id=[a, b], tags="thi đua, Quý I", field_of_work="Tổ chức, cán bộ")
    assert "cho 2 văn bản" in page and terms.of_document(clerk, b).tags == ("Quý I", "thi đua")
    assert "Chưa làm gì" in followed(client, act, act="tag", id=[a], tags="x" * 101)
    files.close(clerk, one)
    assert "Chưa làm gì: Hồ sơ đã đóng" in followed(client, act, act="case", case=one, id=[a])
    assert "Hãy chọn hồ sơ" in followed(client, f"/documents/{a}/cases", case="")
    two = opened(clerk, "02/X")
    assert "02/X" in followed(client, f"/documents/{a}/cases", case=two) and inside(two) == [a]


def test_tags_are_typed_with_the_facts_and_filter_the_search(app: Flask, auth: Any, clerk: Actor) -> None:
    client = auth("clerk")
    one, other = stored(app, client, decision(), publish="1"), stored(app, client, decision(number="99", subject="Về việc khác"), "b.docx", publish="1")
    sent = {"revision": load(one).revision, "confirm": "0", "tags": "thi đua,  Khen thưởng", "field_of_work": ""}
    assert client.submit(f"/documents/{one}/facts", {**sent, "tags": "x" * 101}).status_code == 400
    assert client.submit(f"/documents/{one}/facts", {**sent, "field_of_work": "Không có"}).status_code == 400
    assert client.submit(f"/documents/{one}/facts", sent).status_code == 302
    assert 'value="Khen thưởng, thi đua"' in client.get(f"/documents/{one}/facts").text
    terms.add(clerk, [other], tags="thi đua")
    worker.run_until_idle(app.extensions["docmgr"])
    found = client.get("/search?tag=Khen thưởng").text
    assert f"/documents/{one}" in found and f"/documents/{other}" not in found
    both = client.get("/search?tag=thi+đua").text
    assert f"/documents/{one}" in both and f"/documents/{other}" in both and "Bỏ lọc" in client.get("/search?tag=nonsense").text
    assert "/search?tag=thi+%C4%91ua" in client.get(f"/documents/{other}").text
    made = client.submit("/search/export", {"tag": "thi đua", "columns": ["number", "tags"], "form": "csv"})
    assert "Khen thưởng, thi đua" in made.get_data().decode("utf-8-sig")


def test_holds_the_bin_and_what_is_left(site: Context, app: Flask, auth: Any, clerk: Actor) -> None:
    held, gone, client, auditor = paper("Giữ"), paper("Bỏ", number="5/QĐ-X"), auth("clerk"), auth("auditor")
    assert client.get(f"/documents/{held}/hold").status_code == 404
    assert "Hãy ghi lý do" in followed(auditor, f"/documents/{held}/hold", reason=" ")
    assert "Vụ án A" in followed(auditor, f"/documents/{held}/hold", reason="Vụ án A") and "Vụ án A" in client.get(f"/documents/{held}").text
    lifecycle.delete(clerk, [held, gone])
    assert f'href="/documents/{held}/hold"' in auditor.get("/trail").text and "Vụ án A" in auditor.get(f"/documents/{held}/hold").text
    again = refused(auditor, f"/documents/{held}/hold", 400, reason="Lại")
    assert "Đang tạm giữ rồi" in again and "Lại</textarea>" in again
    object.__setattr__(site.settings, "bin_days", 30)
    try:
        page = client.get("/bin").text
        assert "Đang tạm giữ, không được xóa" in page and page.count("Bị xóa hẳn từ") == 1 and "Sau 30 ngày" in page
        assert purge.empty(db.now() + dt.timedelta(days=31)) == 1
    finally:
        object.__setattr__(site.settings, "bin_days", 0)
    db.release()
    page = auditor.get("/tombstones?about=5/QĐ").text
    assert "5/QĐ-X" in page and "Quá 30 ngày trong thùng rác" in page and client.get("/tombstones").status_code == 404
    assert client.get(f"/documents/{gone}").status_code == 404 and "Không có gì bị xóa hẳn" in client.get("/bin").text


def test_who_may_not_read_gets_nothing_of_it(app: Flask, auth: Any, clerk: Actor, people: Any) -> None:
    one, secret, open_one = opened(clerk, person_id=people["staff"].id), paper("Kỷ luật ông Bí Mật", number="7/QĐ-MAT"), paper("Thường")
    contents.add(clerk, one, [secret, open_one])
    hide(secret)
    staff, admin = auth("staff"), auth("administrator")
    texts = [staff.get(address).text for address in ("/cases", f"/cases/{one}", f"/documents/{open_one}/cases")]
    made = staff.submit(f"/cases/{one}/package", {})
    body = zipfile.ZipFile(io.BytesIO(made.get_data()))
    assert made.mimetype == "application/zip" and int(made.headers["Content-Length"]) == len(made.get_data())
    texts += [body.read(name).decode(errors="ignore") for name in body.namelist()]
    assert not any("MAT" in text or "Bí Mật" in text for text in texts) and "(1)" in texts[1]
    for address in (f"/documents/{secret}/cases", f"/documents/{secret}/hold", "/cases/999999", "/terms"):
        assert staff.get(address).status_code == 404
    assert staff.submit(f"/cases/{one}/documents/{secret}/remove", {}).status_code == 404
    assert "Không có văn bản" in followed(staff, f"/cases/{one}/documents", number="7/QĐ-MAT")
    assert [admin.get(address).status_code for address in ("/cases", f"/cases/{one}", "/terms", "/tombstones")] == [404, 404, 200, 404]
    assert "DOCX, PDF" in followed(staff, f"/cases/{one}/export", form="exe")
    assert staff.submit(f"/cases/{one}/export", {"form": "xlsx"}).status_code == 200


def test_the_vocabulary_is_a_page(app: Flask, auth: Any) -> None:
    admin = auth("administrator")
    assert "Đã thêm vào danh mục" in followed(admin, "/terms", kind="tag", name="Thi đua")
    twice = admin.submit("/terms", {"kind": "tag", "name": "THI ĐUA"})
    assert twice.status_code == 400 and "Danh mục đã có “Thi đua”" in twice.text
    (number,) = {int(part.partition('"')[0]) for part in admin.get("/terms").text.split("/terms/")[1:] if part[0].isdigit() and '"' in part[:4]}
    assert "Khen thưởng" in followed(admin, f"/terms/{number}", name="Khen thưởng", revision="1")
    assert admin.submit(f"/terms/{number}", {"name": "x", "revision": "1"}).status_code == 409
    assert "Đã đóng" in followed(admin, f"/terms/{number}/close") and "Đang dùng" in followed(admin, f"/terms/{number}/open")
