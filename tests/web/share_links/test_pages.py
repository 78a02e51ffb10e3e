"""Share links in browsers: made, shown once, opened without an account, with a password, and refused."""

from __future__ import annotations

import re
import time

import pytest
from flask import Flask
from sqlalchemy import update

from docmgr import db
from docmgr.models import Document, ShareLink
from docmgr.services.cases import contents
from docmgr.services.people.attempts import ACCOUNT
from docmgr.web.share_links import shared
from tests.filling.desk import stored
from tests.filling.papers import decision
from tests.filling.registers import opened
from tests.support.acting import actor_of
from tests.support.browsers import Auth, Client
from tests.support.racing import events

ADDRESS = re.compile(r'value="http://[^"/]+(/shared/[\w-]{43})"')
PASSWORD = "bưởi chín đầu ngõ nhà ai"


def made(browser: Client, address: str, **form: str) -> str:
    """The address of a new link, from the page that shows it."""
    found = ADDRESS.search(browser.submit(address, {"days": "7", **form}).text)
    assert found is not None
    return found[1]


@pytest.fixture
def paper(app: Flask, auth: Auth) -> int:
    """A published decision, read by the worker."""
    return stored(app, auth("clerk"), decision(), "Ông Bí Mật gửi.docx", publish="1")


def test_a_visitor_reads_and_downloads(app: Flask, auth: Auth, client: Client, paper: int) -> None:
    clerk = auth("clerk")
    address = made(clerk, f"/documents/{paper}/share-links")
    assert address not in clerk.get(f"/documents/{paper}/share-links").text
    answer = client.get(address)
    assert answer.status_code == 200 and "Điều 1" in answer.text and "Phiên bản số 1, mới nhất lúc mở trang này" in answer.text
    assert answer.headers["Referrer-Policy"] == "same-origin" and "noindex" in answer.headers["X-Robots-Tag"] and answer.headers["Cache-Control"] == "no-store"
    assert 'name="robots" content="noindex' in answer.text
    # Nothing leads into the site, and no name that people gave is there.
    links = re.findall(r'(?:href|action)="([^"]+)"', answer.text)
    assert all(link.startswith(("/shared/", "/static/", "/bootstrap/", "#")) for link in links), links
    assert "Bí Mật" not in answer.text and "Văn thư thử" not in answer.text and "search" not in answer.text.replace("search-", "")
    original = client.get(f"{address}/documents/{paper}/versions/1/original")
    assert original.data[:2] == b"PK" and original.headers["Content-Disposition"].startswith("attachment") and original.headers["X-Robots-Tag"]
    assert "Bi" not in original.headers["Content-Disposition"] and ".docx" in original.headers["Content-Disposition"]
    assert original.headers["Content-Security-Policy"].startswith("sandbox")
    client.get(address)
    told = [event.action for event in events("share_link:open", "share_link:view", "share_link:download", "document:view", "file:open")]
    assert told[-3:] == ["share_link:open", "share_link:download", "share_link:view"]
    page = clerk.get(f"/documents/{paper}/share-links").text
    assert 'data-label="Lượt mở">1<' in page and 'data-label="Lượt tải">1<' in page and "Đang dùng được" in page


def test_only_headers_open_nothing(auth: Auth, client: Client, paper: int) -> None:
    address = made(auth("clerk"), f"/documents/{paper}/share-links")
    assert client.head(address).status_code == 200 and client.head("/shared/x").status_code == 404
    assert not events("share_link:open")


def test_refusals_look_the_same(app: Flask, auth: Auth, client: Client, paper: int) -> None:
    clerk, other = auth("clerk"), app.test_client()
    addresses = [made(clerk, f"/documents/{paper}/share-links", **more) for more in ({}, {"password": PASSWORD}, {"most_openings": "1"})]
    assert isinstance(other, Client)
    other.submit(addresses[2])
    with db.write() as session:
        session.execute(update(ShareLink).where(ShareLink.id <= 2).values(withdrawn_at=db.now()))
    pages = set()
    for address in (*addresses, "/shared/x", f"/shared/{'a' * 43}"):
        for answer in (client.get(address), client.submit(address, {"password": PASSWORD})):
            assert answer.status_code == 404 and answer.headers["Referrer-Policy"] == "same-origin" and answer.headers["X-Robots-Tag"]
            pages.add(answer.text)
        for more in (f"/documents/{paper}", f"/documents/{paper}/versions/1/original"):
            answer = client.get(address + more)
            assert answer.status_code == 404
            pages.add(answer.text)
    assert len(pages) == 1 and "Liên kết không mở được" in pages.pop()
    # Without an opening, pages behind the first one lead to it.
    address = made(clerk, f"/documents/{paper}/share-links")
    for more in (f"/documents/{paper}", f"/documents/{paper}/versions/1/original"):
        assert client.get(address + more).headers["Location"] == address
    # The frame of the site is not there for who is signed in either.
    assert "frame-nav" not in clerk.get("/shared/x").text


def test_a_password_is_asked_and_tries_are_limited(app: Flask, auth: Auth, client: Client, paper: int) -> None:
    address = made(auth("clerk"), f"/documents/{paper}/share-links", password=PASSWORD)
    asked = client.get(address).text
    assert "Mật khẩu" in asked and "Điều 1" not in asked and "12" not in re.sub(r"<[^>]*>", "", asked)
    wrong = client.submit(address, {"password": "sai"})
    assert wrong.status_code == 401 and "Mật khẩu không đúng." in wrong.text
    assert client.submit(address, {"password": PASSWORD}).headers["Location"] == address
    assert "Điều 1" in client.get(address).text
    stranger = app.test_client()
    assert isinstance(stranger, Client)
    for _ in range(ACCOUNT.free):
        stranger.submit(address, {"password": "sai"})
    late = stranger.submit(address, {"password": PASSWORD})
    assert late.status_code == 429 and "Thử lại sau" in late.text and int(late.headers["Retry-After"]) > 0
    assert len(events("share_link:open")) == 1 and len(events("share_link:refuse")) == ACCOUNT.free
    # A form that has expired is shown again.
    stale = stranger.post(address, data={"password": PASSWORD})
    assert stale.status_code == 400 and "Trang đã hết hạn" in stale.text and address in stale.text and stale.headers["X-Robots-Tag"]


def test_few_openings_are_used_by_a_button(app: Flask, auth: Auth, client: Client, paper: int) -> None:
    address = made(auth("clerk"), f"/documents/{paper}/share-links", most_openings="1")
    assert "một số lượt" in client.get(address).text and "Điều 1" not in client.get(address).text
    client.submit(address)
    assert "Điều 1" in client.get(address).text and "Điều 1" in client.get(address).text
    other = app.test_client()
    assert other.get(address).status_code == 404 and len(events("share_link:open")) == 1


def test_an_hour_later_it_is_another_opening(auth: Auth, client: Client, paper: int, monkeypatch: pytest.MonkeyPatch) -> None:
    address = made(auth("clerk"), f"/documents/{paper}/share-links")
    client.get(address)
    # What has no number and no subject is not named after its file.
    with db.write() as session:
        session.execute(update(Document).values(number=None, subject=None, file_name="Ông Bí Mật.docx"))
    shown = client.get(address).text
    assert "Bí Mật" not in shown and "Văn bản không số" in shown
    assert "van-ban.docx" in client.get(f"{address}/documents/{paper}/versions/1/original").headers["Content-Disposition"]
    now = time.time()
    monkeypatch.setattr(shared.time, "time", lambda: now + shared.VISIT_SECONDS)
    assert client.get(f"{address}/documents/{paper}").headers["Location"] == address
    client.get(address)
    assert len(events("share_link:open")) == 2


def test_a_visit_ends_with_the_link(auth: Auth, client: Client, paper: int) -> None:
    clerk = auth("clerk")
    address = made(clerk, f"/documents/{paper}/share-links")
    client.get(address)
    clerk.submit("/share-links/1/withdraw", {"of": "thing"})
    for more in ("", f"/documents/{paper}", f"/documents/{paper}/versions/1/original"):
        assert client.get(address + more).status_code == 404
    assert "Đã thu hồi" in clerk.get(f"/documents/{paper}/share-links").text


def test_bad_input_is_told_at_its_field(auth: Auth, paper: int) -> None:
    clerk = auth("clerk")
    for form, said in (
        ({"days": "91"}, "số ngày từ 1 đến 90"), ({"days": "x"}, "Hãy nhập một số"), ({"days": ""}, "số ngày từ 1 đến 90"),
        ({"days": "7", "password": "ngắn"}, "ít nhất 12 ký tự"), ({"days": "7", "most_openings": "0"}, "Số lượt mở"),
    ):  # fmt: skip
        answer = clerk.submit(f"/documents/{paper}/share-links", form)
        assert answer.status_code == 400 and said in answer.text, form
    with db.write() as session:
        session.execute(update(Document).values(workflow="draft"))
    page = clerk.get(f"/documents/{paper}/share-links").text
    assert "Chỉ tạo được liên kết cho văn bản đã công bố" in page and 'name="days"' not in page


def test_a_case_file_is_shared(app: Flask, auth: Auth, client: Client, paper: int) -> None:
    clerk = auth("clerk")
    case = opened(actor_of(auth.people["clerk"]))
    contents.add(actor_of(auth.people["clerk"]), case, [paper])
    assert f"/cases/{case}/share-links" in clerk.get(f"/cases/{case}").text
    address = made(clerk, f"/cases/{case}/share-links")
    listed = client.get(address).text
    assert "1 văn bản được chia sẻ." in listed and f"{address}/documents/{paper}" in listed
    shown = client.get(f"{address}/documents/{paper}").text
    assert "Điều 1" in shown and "Về danh sách của hồ sơ" in shown
    assert client.get(f"{address}/documents/{paper}/versions/1/original").data[:2] == b"PK"
    contents.remove(actor_of(auth.people["clerk"]), case, paper)
    assert client.get(f"{address}/documents/{paper}").status_code == 404
    assert "Hiện không có văn bản nào" in client.get(address).text


def test_an_administrator_sees_all_and_switches_off(auth: Auth, client: Client, paper: int) -> None:
    address, admin = made(auth("clerk"), f"/documents/{paper}/share-links"), auth("administrator")
    assert "/share-links" in admin.get("/agency").text
    page = admin.get("/share-links").text
    assert "văn bản bạn không được đọc" in page and "Văn thư thử" in page and f"/documents/{paper}" not in page
    admin.submit("/share-links/switch", {"on": "0"})
    assert client.get(address).status_code == 404 and "đã tắt liên kết chia sẻ" in auth("clerk").get(f"/documents/{paper}/share-links").text
    admin.submit("/share-links/switch", {"on": "1"})
    assert client.get(address).status_code == 200
    admin.submit("/share-links/1/withdraw")
    assert client.get(address).status_code == 404


def test_the_log_keeps_no_key_of_a_link(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    for address in ("/shared/bi-mat", "/shared/bi-mat/documents/1", "/mail/stop/bi-mat"):
        with app.test_request_context(address):
            app.log_exception((ValueError, ValueError("hỏng"), None))
    assert "bi-mat" not in caplog.text and caplog.text.count("Exception on /") == 3
