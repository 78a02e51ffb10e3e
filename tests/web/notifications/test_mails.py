"""The form for notices by mail, and the links in mails, which need no sign-in and change nothing until a button is pressed."""

from __future__ import annotations

import html
from dataclasses import replace

import pytest
from flask import Flask, url_for

from docmgr import db
from docmgr.mail_settings import SmtpServer
from docmgr.models import MailChoice
from docmgr.services.mailing import choices, letters
from docmgr.settings import Settings
from docmgr.web.notifications.following import PAGES
from tests.support.acting import actor_of
from tests.support.browsers import Auth, Client


@pytest.fixture
def settings(settings: Settings, request: pytest.FixtureRequest) -> Settings:
    """With a mail server, unless the test is about a site without one."""
    server = SmtpServer("127.0.0.1", 25, "smtp", "vanban@so.example")
    return settings if "without_a_mail_server" in request.node.name else replace(settings, mail=server)


def test_a_site_without_a_mail_server_offers_no_mails(app: Flask, auth: Auth) -> None:
    staff = auth("staff")
    assert "Gửi qua thư điện tử" not in staff.get("/notices/settings").text
    assert staff.submit("/notices/mail", {"address": "a@so.example", "mode": "daily"}).status_code == 404
    assert "Gửi thư thông báo" not in auth("administrator").get("/health").text


def test_the_form_keeps_what_was_typed_and_says_what_comes_next(app: Flask, auth: Auth) -> None:
    staff = auth("staff")
    wrong = staff.submit("/notices/mail", {"address": "<b>sai", "mode": "daily"})
    page = html.unescape(wrong.text)
    assert wrong.status_code == 400 and "Địa chỉ thư phải có dạng" in page and 'value="&lt;b&gt;sai"' in wrong.text
    staff.submit("/notices/mail", {"address": "toi@so.example", "mode": "daily"})
    page = staff.get("/notices/settings").text
    assert "Thư xác nhận sẽ được gửi trong ít phút" in page and 'value="daily" checked' in page
    assert "127.0.0.1:25" in auth("administrator").get("/health").text
    staff.submit("/language", {"language": "en"})
    assert "One mail a day" in staff.get("/notices/settings").text


def test_the_links_of_a_mail_work_without_signing_in_and_a_look_changes_nothing(app: Flask, auth: Auth, client: Client) -> None:
    staff = actor_of(auth.people["staff"])
    choices.choose(staff, "toi@so.example", "at_once")
    with db.read() as session:
        row = session.get_one(MailChoice, staff.user_id)
        confirm, stop = choices.confirm_token(row), choices.stop_token(row)
    assert "toi@so.example" in client.get(f"/mail/confirm/{confirm}").text and not choices.load(staff).confirmed
    assert "Đã xác nhận" in client.submit(f"/mail/confirm/{confirm}", {}).text and choices.load(staff).confirmed
    assert "Ngừng gửi" in client.get(f"/mail/stop/{stop}").text and choices.load(staff).mode == "at_once"
    # The link of one purpose does not serve the other.
    for address in (f"/mail/stop/{confirm}", f"/mail/confirm/{stop}", "/mail/stop/x"):
        assert client.get(address).status_code == 404
    assert "Đã ngừng gửi thư" in client.submit(f"/mail/stop/{stop}", {}).text and choices.load(staff).mode == "off"


def test_the_paths_in_mails_are_those_of_the_pages(app: Flask) -> None:
    with app.test_request_context():
        for kind, path in letters.PATHS.items():
            endpoint, name = PAGES[kind]
            assert url_for(endpoint, **{name: 7}) == path.format(7)
