"""Signing in and out in a browser."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re

import pytest
from flask import Flask
from sqlalchemy import select

from docmgr import create_app, db
from docmgr.models import SignInAttempt, SignInSession, TrailEvent, User
from docmgr.policy import COMMAND_LINE
from docmgr.services.people import accounts
from docmgr.settings import Settings
from tests.support.browsers import PASSWORD, Auth, Client

NEW = "Cầu treo qua suối vắng 8"


def sign_in(browser: Client, username: str, password: str = PASSWORD, **more: str):
    return browser.submit("/login", {"username": username, "password": password, **more})


def test_sign_in_and_out(client: Client, people: dict[str, User]) -> None:
    answer = sign_in(client, "clerk", next="/account/password")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/account/password")
    assert client.get("/").status_code == 200
    assert client.submit("/logout").headers["Location"] == "/login"
    assert client.get("/").status_code == 302


def test_the_page_asked_for_comes_after_signing_in(client: Client, people: dict[str, User]) -> None:
    location = client.get("/account/password?x=1").headers["Location"]
    page = client.get(location).get_data(as_text=True)
    wanted = re.search(r'name="next" value="([^"]+)"', page.split('action="/login"')[1])
    assert wanted is not None and wanted[1] == "/account/password?x=1"


@pytest.mark.parametrize("typed", ["CLERK", " clerk ", "Clerk"])
def test_sign_in_names_in_capitals_or_with_spaces(
    client: Client, people: dict[str, User], typed: str
) -> None:
    assert sign_in(client, typed).status_code == 302


def test_the_cookie_holds_the_token_and_the_database_only_its_hash(
    client: Client, people: dict[str, User]
) -> None:
    sign_in(client, "clerk")
    with client.session_transaction() as session:
        token = session["_user_id"]
        assert set(session) <= {"_user_id", "csrf_token"}
    with db.read() as session:
        row = session.scalars(select(SignInSession)).one()
    assert token not in row.token_hash and len(row.token_hash) == 64 and len(token) >= 43


def test_an_old_cookie_is_worth_nothing_after_signing_out(app: Flask, auth: Auth) -> None:
    browser, thief = auth("clerk"), app.test_client()
    with browser.session_transaction() as mine, thief.session_transaction() as copy:
        copy.update(mine)
    assert thief.get("/").status_code == 200
    browser.submit("/logout")
    assert thief.get("/").status_code == 302


def test_signing_in_takes_nothing_over_from_before(client: Client, people: dict[str, User]) -> None:
    """Session fixation: what an attacker put into the cookie is removed, the language stays."""
    with client.session_transaction() as session:
        session.update({"_user_id": "planted", "csrf_token": "2" * 40, "planted": "x", "language": "en"})
    sign_in(client, "clerk")
    with client.session_transaction() as session:
        assert session["_user_id"] != "planted"
        assert "planted" not in session and session.get("csrf_token") != "2" * 40
        assert session["language"] == "en"


def test_a_new_password_ends_other_sessions_and_keeps_this_one(auth: Auth, client: Client) -> None:
    here, elsewhere = auth("clerk"), auth("clerk")
    with here.session_transaction() as session:
        before = session["_user_id"]
    answer = here.submit("/account/password", {"old": PASSWORD, "password": NEW, "again": NEW})
    assert answer.status_code == 302
    assert here.get("/").status_code == 200
    assert elsewhere.get("/").status_code == 302
    with here.session_transaction() as session:
        assert session["_user_id"] != before
    assert sign_in(client, "clerk").status_code == 401
    assert sign_in(client, "clerk", NEW).status_code == 302


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"old": "sai", "password": NEW, "again": NEW}, "Mật khẩu đang dùng không đúng"),
        ({"old": PASSWORD, "password": NEW, "again": NEW + "x"}, "không giống nhau"),
        ({"old": PASSWORD, "password": "ngắn", "again": "ngắn"}, "ít nhất 12 ký tự"),
        ({"old": PASSWORD, "password": PASSWORD, "again": PASSWORD}, "phải khác mật khẩu đang dùng"),
        ({}, "Mật khẩu đang dùng không đúng"),
    ],
)
def test_a_new_password_that_is_refused_says_why(auth: Auth, form: dict[str, str], words: str) -> None:
    browser = auth("clerk")
    answer = browser.submit("/account/password", form)
    assert answer.status_code == 400
    assert words in answer.get_data(as_text=True)
    assert browser.get("/").status_code == 200


def test_disabling_ends_sessions_at_once(auth: Auth, people: dict[str, User], client: Client) -> None:
    browser = auth("staff")
    accounts.disable(COMMAND_LINE, people["staff"].id)
    assert browser.get("/").status_code == 302
    answer = sign_in(client, "staff")
    assert answer.status_code == 401
    assert "Tên đăng nhập hoặc mật khẩu không đúng" in answer.get_data(as_text=True)


def test_a_one_time_password_opens_one_page_only(client: Client, people: dict[str, User]) -> None:
    password = accounts.reset_password(COMMAND_LINE, people["clerk"].id)
    sign_in(client, "clerk", password)
    for address in ("/", "/search", "/people", "/no-such-page"):
        assert client.get(address).headers["Location"] == "/account/password", address
    assert client.get("/account/password").status_code == 200
    assert client.get("/static/css/docmgr.css").status_code == 200
    client.submit("/account/password", {"old": password, "password": NEW, "again": NEW})
    assert client.get("/").status_code == 200


def test_whoever_has_a_one_time_password_can_sign_out(client: Client, people: dict[str, User]) -> None:
    sign_in(client, "clerk", accounts.reset_password(COMMAND_LINE, people["clerk"].id))
    assert client.submit("/logout").headers["Location"] == "/login"


@pytest.mark.parametrize(
    ("hours", "step", "open_"), [(7, 7, True), (8.1, 8.1, False), (11, 1, True), (12.5, 1, False)]
)
def test_sessions_run_out(
    auth: Auth, monkeypatch: pytest.MonkeyPatch, hours: float, step: float, open_: bool
) -> None:
    """A session ends after eight hours without use, and after twelve in any case; used every hour it lasts for
    eleven."""
    browser, start = auth("clerk"), db.now()
    passed = step
    while passed < hours:
        monkeypatch.setattr(db, "now", lambda at=start + dt.timedelta(hours=passed): at)
        browser.get("/")
        passed += step
    monkeypatch.setattr(db, "now", lambda: start + dt.timedelta(hours=hours))
    assert (browser.get("/").status_code == 200) is open_


def test_a_clock_set_back_does_not_make_sessions_immortal(
    auth: Auth, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser, start = auth("clerk"), db.now()
    monkeypatch.setattr(db, "now", lambda: start - dt.timedelta(days=3650))
    assert browser.get("/").status_code == 302


def normal(page: str) -> str:
    return re.sub(r'value="[^"]*"', "", page)


def test_known_and_unknown_names_get_the_same_answer(client: Client, people: dict[str, User]) -> None:
    known, unknown = sign_in(client, "clerk", "sai mật khẩu"), sign_in(client, "nobody", "sai mật khẩu")
    assert known.status_code == unknown.status_code == 401
    assert normal(known.get_data(as_text=True)) == normal(unknown.get_data(as_text=True))


def from_address(app: Flask, number: int, password: str, username: str = "clerk"):
    """A sign-in from an unknown browser."""
    form = {"username": username, "password": password}
    return app.test_client().submit("/login", form, environ_base={"REMOTE_ADDR": f"10.0.0.{number}"})


def test_tries_for_an_account_from_many_addresses_wait_longer_and_longer(
    app: Flask, people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    start = db.now()
    monkeypatch.setattr(db, "now", lambda: start)
    assert [from_address(app, number, "sai").status_code for number in range(5)] == [401] * 5
    refused = from_address(app, 77, PASSWORD)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "1")
    assert "Thử lại sau 1 giây" in refused.text and "docmgr-device" not in str(refused.headers)
    monkeypatch.setattr(db, "now", lambda: start + dt.timedelta(seconds=1))
    assert from_address(app, 77, PASSWORD).status_code == 302


def test_known_and_unknown_names_are_told_the_same_wait(
    app: Flask, people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    start = db.now()
    monkeypatch.setattr(db, "now", lambda: start)
    told = []
    for number, username in enumerate(("clerk", "nobody")):
        answers = [from_address(app, number, "sai", username) for _ in range(6)]
        told.append([(one.status_code, normal(one.text), sorted(one.headers.keys())) for one in answers])
    assert told[0] == told[1] and told[0][-1][0] == 429


def test_ten_wrong_tries_at_a_shared_address_do_not_lock_its_victim_out(
    app: Flask, people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    start = db.now()
    monkeypatch.setattr(db, "now", lambda: start)
    victim = app.test_client()
    here = {"REMOTE_ADDR": "10.1.1.1"}
    form = {"username": "clerk", "password": PASSWORD}
    assert victim.submit("/login", form, environ_base=here).status_code == 302
    victim.submit("/logout", environ_base=here)
    for number in range(12):
        monkeypatch.setattr(db, "now", lambda at=start + dt.timedelta(hours=number // 5): at)
        app.test_client().submit("/login", {"username": "clerk", "password": "sai"}, environ_base=here)
    stranger = app.test_client().submit("/login", form, environ_base=here)
    assert stranger.status_code == 429
    assert victim.submit("/login", form, environ_base=here).status_code == 302
    page = victim.get("/").text
    assert "lần đăng nhập không thành công từ lần trước" in page and "10.1.1.1" in page
    assert "lần đăng nhập không thành công" not in victim.get("/").text


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000", "https://vanban.example.gov.vn"])
def test_the_cookie_of_a_known_browser_is_for_this_site_alone(
    settings: Settings, people: dict[str, User], url: str
) -> None:
    app = create_app(dataclasses.replace(settings, public_url=url))
    app.config["WTF_CSRF_ENABLED"] = False
    answer = app.test_client().post("/login", data={"username": "clerk", "password": PASSWORD}, base_url=url)
    assert answer.status_code == 302
    (cookie,) = [one for one in answer.headers.getlist("Set-Cookie") if "-device=" in one]
    assert cookie.startswith("__Host-docmgr-device=" if url.startswith("https") else "docmgr-device=")
    parts = {part.strip() for part in cookie.split(";")[1:]}
    assert {"HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=2592000"} <= parts
    assert ("Secure" in parts) is url.startswith("https") and not any(part.startswith("Domain") for part in parts)
    app.extensions["docmgr"].close()


def test_a_wrong_old_password_is_told_when_to_try_again(
    auth: Auth, people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    start, browser = db.now(), auth("clerk")
    monkeypatch.setattr(db, "now", lambda: start)
    form = {"old": "sai", "password": NEW, "again": NEW}
    answers = [browser.submit("/account/password", form) for _ in range(6)]
    assert [one.status_code for one in answers] == [400] * 5 + [429]
    assert "Thử lại sau 1 giây" in answers[-1].text


def test_good_sign_ins_are_not_counted_against_an_address(client: Client, people: dict[str, User]) -> None:
    for _ in range(12):
        assert sign_in(client, "clerk").status_code == 302
        client.submit("/logout")


def test_the_trail_knows_of_signing_in_out_and_failing(client: Client, people: dict[str, User]) -> None:
    sign_in(client, "clerk", "sai")
    sign_in(client, "mật khẩu gõ nhầm chỗ", "sai")
    sign_in(client, "clerk")
    client.submit("/logout")
    with db.read() as session:
        events = list(session.scalars(select(TrailEvent).order_by(TrailEvent.seq)))
        tries = list(session.scalars(select(SignInAttempt.succeeded).order_by(SignInAttempt.id)))
    done = [
        (event.action, event.actor_label, event.subject_label)
        for event in events
        if "session" in event.action
    ]
    clerk = "Văn thư thử (clerk)"
    assert done == [
        ("session:refuse", "Khách", clerk),
        ("session:refuse", "Khách", "Tên đăng nhập không có"),
        ("session:start", clerk, clerk),
        ("session:end", clerk, clerk),
    ]
    assert tries == [False, False, True]


def test_the_language_stays_and_keeps_the_address(auth: Auth) -> None:
    browser = auth("clerk")
    answer = browser.submit("/language", {"language": "en", "next": "/account/password"})
    assert answer.headers["Location"] == "/account/password"
    assert '<html lang="en"' in browser.get("/").get_data(as_text=True)
    browser.submit("/language", {"language": "xx"})
    assert '<html lang="en"' in browser.get("/").get_data(as_text=True)
    browser.submit("/language", {"language": "vi"})
    assert '<html lang="vi"' in browser.get("/").get_data(as_text=True)
