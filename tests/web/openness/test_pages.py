"""Publications in browsers: recorded on the page of a document, listed, switched on, and read by everybody."""

from __future__ import annotations

import hashlib
import io
import re

import pytest
from flask import Flask

from docmgr.models import User
from docmgr.services.documents import lifecycle
from docmgr.web.kit.network import network
from docmgr.web.openness import made_public
from docmgr.web.openness.limiter import MOST, REMEMBERED, Limiter
from legaltext import dates
from tests.filling.desk import stored
from tests.filling.keeping.publishing import ago, change, kind, row, rule
from tests.filling.papers import decision
from tests.support.acting import actor_of
from tests.support.browsers import Auth, Client
from tests.support.racing import events


@pytest.fixture
def paper(app: Flask, auth: Auth) -> int:
    """A published decision, read by the worker."""
    number = stored(app, auth("clerk"), decision(), "Ông Bí Mật gửi.docx", publish="1")
    change(number, issued_on=ago(3))
    return number


def filled(**more: object) -> dict[str, object]:
    """The fields of a form of a publication."""
    return {"audience": "public", "form_id": str(kind()), "starts_on": dates.today().isoformat(), "days": "30", "rule_id": "", "unit_id": "", **more}


def test_a_clerk_records_and_everybody_reads(app: Flask, auth: Auth, client: Client, paper: int) -> None:
    clerk, administrator = auth("clerk"), auth("administrator")
    form = clerk.get(f"/documents/{paper}/publications/new").text
    assert 'name="days" value="20"' in form and "Công khai trong cơ quan, đơn vị" in form and "Niêm yết tại trụ sở" in form
    file = (io.BytesIO(b"trang"), "trang.html")
    answer = clerk.submit(f"/documents/{paper}/publications/new", filled(rule_id=str(rule("public")), place="Cổng", proof_file=file, proof_url="https://so.example/vb"))
    assert answer.status_code == 302 and row(1).proof_sha256 == hashlib.sha256(b"trang").hexdigest()
    page = clerk.get(f"/documents/{paper}/publications").text
    assert "Đang công khai" in page and "Cổng" in page and "Trang công khai của cơ quan đang tắt" in page and "https://so.example/vb" in page
    assert client.get("/cong-khai").status_code == 404 and client.get(f"/cong-khai/{paper}").status_code == 404
    assert administrator.submit("/publication-rules/switch", {"on": "1"}).status_code == 302
    listed, shown = client.get("/cong-khai"), client.get(f"/cong-khai/{paper}")
    assert listed.status_code == 200 and "1 văn bản." in listed.text and shown.status_code == 200 and "Điều 1" in shown.text
    for one in (listed, shown):
        # No cookie, no way into the site, no name that people gave.
        assert "Set-Cookie" not in one.headers and "X-Robots-Tag" not in one.headers and one.headers["Content-Security-Policy"].startswith("default-src 'self'")
        links = re.findall(r'(?:href|action)="([^"]+)"', one.text)
        assert all(link.startswith(("/cong-khai", "/static/", "/bootstrap/", "#")) for link in links), links
        assert "Bí Mật" not in one.text and "Văn thư thử" not in one.text and "csrf" not in one.text
    original = client.get(f"/cong-khai/{paper}/versions/1/original")
    assert original.data[:2] == b"PK" and original.headers["Content-Disposition"].startswith("attachment") and "Bi" not in original.headers["Content-Disposition"]
    assert original.headers["Content-Security-Policy"].startswith("sandbox") and "Set-Cookie" not in original.headers
    assert client.get(f"/cong-khai/{paper}/versions/2/original").headers["Location"] == f"/cong-khai/{paper}"
    client.head(f"/cong-khai/{paper}")
    assert "đã được mở 1 lượt" in clerk.get(f"/documents/{paper}/publications").text


def test_search_and_its_pages(auth: Auth, client: Client, paper: int) -> None:
    auth("clerk").submit(f"/documents/{paper}/publications/new", filled())
    auth("administrator").submit("/publication-rules/switch", {"on": "1"})
    found = client.get("/cong-khai?q=quyết+định")
    assert found.status_code == 200 and f"/cong-khai/{paper}" in found.text and "Set-Cookie" not in found.headers
    assert "Không thấy văn bản công khai nào như vậy" in client.get("/cong-khai?q=zzzqqq").text
    assert client.get("/cong-khai?page=99").headers["Location"].endswith("/cong-khai")
    assert '<script>x' not in client.get("/cong-khai?q=<script>x").text
    assert client.get("/cong-khai/999999").status_code == client.get("/cong-khai/0").status_code == 404


def test_what_ends_is_gone_for_everybody(auth: Auth, client: Client, paper: int) -> None:
    clerk = auth("clerk")
    clerk.submit(f"/documents/{paper}/publications/new", filled())
    auth("administrator").submit("/publication-rules/switch", {"on": "1"})
    assert client.get(f"/cong-khai/{paper}").status_code == 200
    refused = clerk.submit(f"/documents/{paper}/publications/1/end", {"ended_on": ago(9).isoformat()})
    assert refused.status_code == 400 and "Ngày kết thúc phải từ ngày bắt đầu" in refused.text
    assert clerk.submit(f"/documents/{paper}/publications/1/end", {"ended_on": ""}).status_code == 302
    for address in (f"/cong-khai/{paper}", f"/cong-khai/{paper}/versions/1/original"):
        answer = client.get(address)
        assert answer.status_code == 404 and "hiện không công khai" in answer.text and "Điều 1" not in answer.text
    assert "Kết thúc sớm" in clerk.get(f"/documents/{paper}/publications").text
    assert clerk.submit(f"/documents/{paper}/publications/1/withdraw", {"reason": ""}).status_code == 302
    assert clerk.submit(f"/documents/{paper}/publications/1/withdraw", {"reason": "Ghi nhầm"}).status_code == 302
    assert "Lý do: Ghi nhầm" in clerk.get(f"/documents/{paper}/publications").text


def test_a_refused_form_keeps_what_was_typed(auth: Auth, paper: int) -> None:
    clerk = auth("clerk")
    answer = clerk.submit(f"/documents/{paper}/publications/new", filled(days="7", rule_id=str(rule("public")), place="Bảng tin", starts_on="32/01/2026", proof_document_id="chữ"))
    assert answer.status_code == 400 and 'value="Bảng tin"' in answer.text and 'value="7"' in answer.text and 'value="chữ"' in answer.text
    answer = clerk.submit(f"/documents/{paper}/publications/new", filled(days="7", rule_id=str(rule("public"))))
    assert answer.status_code == 400 and "ít nhất 30 ngày" in answer.text
    answer = clerk.submit(f"/documents/{paper}/publications/new", filled(proof_document_id=f"http://localhost/documents/{paper}?tab=files"))
    assert answer.status_code == 302 and row(1).proof_document_id == paper
    clerk.submit(f"/documents/{paper}/publications/1", filled(revision="1", place="Một"))
    answer = clerk.submit(f"/documents/{paper}/publications/1", filled(revision="1", place="Hai"))
    assert answer.status_code == 409 and "Một" in answer.text and 'value="Hai"' in answer.text


def test_the_list_is_filtered_and_exported(auth: Auth, people: dict[str, User], paper: int) -> None:
    clerk, auditor = auth("clerk"), auth("auditor")
    clerk.submit(f"/documents/{paper}/publications/new", filled(starts_on=dates.today().isoformat(), rule_id=str(rule("public"))))
    page = auditor.get("/publications?state=running&rule=2&year=" + str(dates.today().year)).text
    assert f"/documents/{paper}/publications" in page and "Đang công khai" in page
    assert "Không có lần công khai nào như vậy" in auditor.get("/publications?state=withdrawn").text
    assert auditor.get("/publications?state=x&year=99999&unit=x&rule=999999").status_code == 200
    sent = auditor.submit("/publications/export", {"state": "running"})
    assert sent.data[:2] == b"PK" and sent.headers["Content-Disposition"].startswith("attachment")
    assert events("publication:export")[-1].details["rows"] == 1
    # Who may not read the document sees neither its name nor that it is there.
    lifecycle.set_workflow(actor_of(people["clerk"]), paper, "draft")
    page = auth("staff").get("/publications").text
    assert f"/documents/{paper}/publications" not in page and "Đang công khai</a>: <strong>0<" in page


def test_rules_in_forms(auth: Auth) -> None:
    administrator = auth("administrator")
    given = {"name": "Niêm yết", "audience": "agency", "start_days": "3", "least_days": "15", "basis": "Quy chế", "valid_from": "01/01/2026", "valid_to": "", "types": "Kế hoạch"}
    assert administrator.submit("/publication-rules/new", given).status_code == 302
    page = auth("staff").get("/publication-rules").text
    assert "Niêm yết" in page and "Kế hoạch" in page and "/publication-rules/3" not in page
    refused = administrator.submit("/publication-rules/3", {**given, "types": "Không có", "revision": "1"})
    assert refused.status_code == 400 and "Không có loại văn bản" in refused.text
    assert administrator.submit("/publication-rules/3", {**given, "least_days": "16", "revision": "1"}).status_code == 302
    assert administrator.submit("/publication-rules/3", {**given, "least_days": "17", "revision": "1"}).status_code == 409
    assert administrator.submit("/publication-forms/new", {"name": "Loa", "in_use": "1"}).status_code == 302
    assert administrator.get("/publication-forms/999").status_code == 404
    assert administrator.submit("/publication-forms/10", {"name": "Loa", "in_use": "", "revision": "1"}).status_code == 302
    assert "Ngừng dùng" in administrator.get("/publication-rules").text


def test_an_address_waits_when_it_asks_too_often(app: Flask, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(MOST, "page", 2)
    monkeypatch.setitem(MOST, "search", 1)
    assert [client.get("/cong-khai").status_code for _ in range(3)] == [404, 404, 429]
    assert [client.get("/cong-khai?q=a").status_code for _ in range(2)] == [404, 429]
    answer = client.get("/cong-khai/1")
    assert answer.status_code == 429 and 1 <= int(answer.headers["Retry-After"]) <= 60 and "Set-Cookie" not in answer.headers
    assert client.get("/cong-khai", environ_base={"REMOTE_ADDR": "10.9.9.9"}).status_code == 404
    assert isinstance(app.extensions[made_public._KEY], Limiter)


def test_the_limit_of_an_address() -> None:
    limiter = Limiter()
    assert [limiter.wait("search", "10.0.0.1", 60.0 + number) for number in range(MOST["search"] + 1)] == [0] * MOST["search"] + [60 - MOST["search"]]
    assert limiter.wait("page", "10.0.0.1", 100.0) == limiter.wait("search", "10.0.0.2", 100.0) == 0
    assert limiter.wait("search", "10.0.0.1", 120.0) == 0
    assert network("2001:db8:1:2:3::4") == network("2001:db8:1:2::9") != network("2001:db8:1:3::9")
    assert network("::ffff:10.0.0.1") == "10.0.0.1" and network("x") == "" and REMEMBERED >= 10_000


def test_what_was_not_published_has_no_unit_and_the_page_says_so(app: Flask, auth: Auth, paper: int) -> None:
    clerk = auth("clerk")
    unit = actor_of(auth.people["clerk"]).unit_id
    counted = clerk.get(f"/publications?unit={unit}").text
    # A zero would say that nothing is missing.
    assert re.search(r"Phải công khai mà chưa công khai</a>: <strong>—</strong>", counted)
    lacking = clerk.get(f"/publications?state=missing&unit={unit}").text
    assert "thì chưa thuộc đơn vị nào" in lacking and 'href="/publications?state=missing"' in lacking and "Không có lần công khai nào như vậy." not in lacking
    assert "—</strong>" not in clerk.get("/publications?state=missing").text
