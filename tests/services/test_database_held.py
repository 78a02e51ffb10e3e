"""A database that accepts no writes for a while: reading goes on, saving waits briefly and then reports it."""

from __future__ import annotations

import contextlib
import datetime as dt
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import create_engine, text, update

from docmgr import create_app, db
from docmgr.models import Document, SignInSession, TrailEvent
from docmgr.services import outage
from docmgr.services.trail import readings
from docmgr.services.upkeep import pulse
from tests.filling.papers import decision
from tests.support.acting import actor_of, upload, work
from tests.support.browsers import Auth, Client

WORDS = "Những lời chỉ có trong văn bản này"


@contextlib.contextmanager
def held(url: str) -> Iterator[None]:
    """Another process prevents writes to the database."""
    engine = create_engine(url)
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.connection.driver_connection.isolation_level = None
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.execute(
                text("LOCK TABLE trail_event, sign_in_session, folder, document IN SHARE MODE")
            )
        try:
            yield
        finally:
            connection.exec_driver_sql("ROLLBACK")
    engine.dispose()


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages give up sooner, to save time in tests."""
    monkeypatch.setattr(db, "PAGE_PATIENCE_SECONDS", 0.6)
    # Each opening is a reading of its own, also by who has just been there.
    monkeypatch.setattr(readings, "TABS", dt.timedelta(0))


@pytest.fixture
def document(site, people) -> int:
    """A readable document with WORDS in its text."""
    made = upload(actor_of(people["clerk"]), decision(body=("Điều 1. Phạm vi", WORDS)))
    work(site)
    db.release()
    return made


def _events() -> int:
    db.release()
    with db.read() as session:
        return session.query(TrailEvent).count()


def test_a_document_whose_reading_cannot_be_recorded_is_not_shown(
    auth: Auth, document: int, database_url: str
) -> None:
    browser = auth("clerk")
    assert WORDS in browser.get(f"/documents/{document}").get_data(as_text=True)
    before = _events()
    with held(database_url):
        answer = browser.get(f"/documents/{document}")
        page = answer.get_data(as_text=True)
        assert (answer.status_code, WORDS in page) == (503, False)
        assert "chưa ghi được nhật ký nên chưa mở văn bản" in page and "đang bận" in page
        assert int(answer.headers["Retry-After"]) > 0
        asked = browser.get("/search?q=lời+chỉ+có+trong")
        assert asked.status_code == 503 and WORDS not in asked.get_data(as_text=True)
        told = browser.get(f"/documents/{document}", headers={"Accept": "application/json"})
        assert told.status_code == 503 and "nhật ký" in told.get_json()["reason"]
    assert _events() == before
    assert browser.get(f"/documents/{document}").status_code == 200


def test_pages_that_only_look_go_on_though_a_session_is_to_be_touched(
    auth: Auth, document: int, database_url: str
) -> None:
    browser = auth("clerk")
    with db.write() as session:
        session.execute(update(SignInSession).values(last_seen_at=db.now() - dt.timedelta(minutes=5)))
    with held(database_url):
        for address in ("/", "/folders/1", "/plans", "/login"):
            assert browser.get(address).status_code in (200, 302), address


def test_what_was_typed_comes_back_and_can_be_sent_again(
    auth: Auth, document: int, database_url: str
) -> None:
    browser = auth("clerk")
    name = 'Thư mục "mới" <& thử>\nhai dòng'
    with held(database_url):
        answer = browser.submit("/folders/1/folders", {"name": name})
        page = answer.get_data(as_text=True)
        assert answer.status_code == 503 and "Chưa có gì được lưu" in page and "Gửi lại" in page
        assert "Thư mục &#34;mới&#34; &lt;&amp; thử&gt;" in page and 'name="csrf_token"' in page
        told = browser.submit("/folders/1/folders", {"name": "a"}, headers={"Accept": "application/json"})
        assert told.status_code == 503 and "Chưa có gì được lưu" in told.get_json()["reason"]
        # Who sends a file by a program has it still.
        assert "phải chọn lại" in page and "phải chọn lại" not in told.get_json()["reason"]


def test_passwords_are_not_sent_back(client, people, document: int, database_url: str) -> None:
    with held(database_url):
        answer = client.submit("/login", {"username": "clerk", "password": "Bí mật 1234567"})
    assert answer.status_code == 503 and "Bí mật" not in answer.get_data(as_text=True)
    assert "Chưa có gì được lưu" in answer.get_data(as_text=True)


def test_after_one_wait_in_vain_others_wait_hardly(
    auth: Auth, document: int, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "PAGE_PATIENCE_SECONDS", 6.0)
    browser = auth("clerk")
    with held(database_url):
        began = time.monotonic()
        assert browser.get(f"/documents/{document}").status_code == 503
        first = time.monotonic() - began
        assert first > 4.5
        began = time.monotonic()
        assert browser.get(f"/documents/{document}").status_code == 503
        assert time.monotonic() - began < 4.5
    assert browser.get(f"/documents/{document}").status_code == 200
    # The longer wait is back after something was saved.
    with held(database_url):
        began = time.monotonic()
        browser.get(f"/documents/{document}")
        assert time.monotonic() - began > 4.5


def test_the_pulse_itself_costs_pages_no_patience(client, site, document: int, database_url: str) -> None:
    with held(database_url):
        client.get("/healthz")
    assert not site.database.worn


def test_services_outside_of_pages_keep_waiting(site, document: int, database_url: str) -> None:
    """The worker and the command line wait as long as before."""
    if not database_url.startswith("sqlite"):
        pytest.skip("the server lets them wait without end")
    with site.bound(patience=0.1), db.write() as session:
        assert session.execute(text("PRAGMA busy_timeout")).scalar() == 100
    with db.write() as session:
        assert session.execute(text("PRAGMA busy_timeout")).scalar() == 1000 * db.BUSY_TIMEOUT_SECONDS


def test_the_pulse_says_what_is_wrong_within_a_second(
    auth: Auth, client, document: int, database_url: str
) -> None:
    browser = auth("clerk")
    assert client.get("/healthz").get_json() == {"ok": True, "problems": []}
    with held(database_url):
        began = time.monotonic()
        # A long transaction is no outage until a page has waited in vain.
        answer = client.get("/healthz")
        assert answer.status_code == 200 and answer.get_json() == {"ok": True, "problems": ["writing"]}
        assert time.monotonic() - began < 2
        assert browser.get(f"/documents/{document}").status_code == 503
        answer = client.get("/healthz")
        assert answer.status_code == 503 and answer.get_json() == {"ok": False, "problems": ["writing"]}
    assert client.get("/healthz").get_json() == {"ok": True, "problems": []}


def test_the_pulse_waits_for_no_database_that_hangs(client, monkeypatch: pytest.MonkeyPatch) -> None:
    release = []

    def hang(_site: object) -> list[str]:
        deadline = time.monotonic() + 8
        while not release and time.monotonic() < deadline:
            time.sleep(0.05)
        return []

    monkeypatch.setattr(pulse, "_ask", hang)
    for _ in range(3):
        began = time.monotonic()
        assert client.get("/healthz").get_json()["problems"] == ["database"]
        assert time.monotonic() - began < 3
    release.append(True)
    deadline = time.monotonic() + 20
    while client.get("/healthz").status_code != 200:
        assert time.monotonic() < deadline


def test_the_pulse_tells_of_a_disk_and_a_store_that_take_nothing(
    client, site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(site.storage), "writable", lambda _self: False)
    monkeypatch.setattr(pulse.shutil, "disk_usage", lambda _path: type("Usage", (), {"free": -1}))
    answer = client.get("/healthz")
    assert answer.status_code == 200 and answer.get_json()["problems"] == ["disk_low", "uploads_read_only"]


def test_a_database_that_is_not_there(settings) -> None:
    """Nothing listens there: pages that do not need the database work, the others report it at once."""
    gone = replace(settings, database_url="postgresql+psycopg://docmgr@127.0.0.1:1/none")
    app = create_app(gone)
    app.test_client_class = Client
    visitor = app.test_client()
    assert visitor.get("/login").status_code == 200
    pulse_told = visitor.get("/healthz")
    assert (pulse_told.status_code, pulse_told.get_json()["problems"]) == (503, ["database"])
    with visitor.session_transaction() as session:
        session["_user_id"] = "anybody"
    for answer in (visitor.get("/folders/1"), visitor.submit("/login", {"username": "a", "password": "b"})):
        assert answer.status_code == 503 and "không trả lời" in answer.get_data(as_text=True)
    app.extensions["docmgr"].close()


def test_a_fault_of_the_program_is_no_outage(auth: Auth, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(*_arguments: object) -> None:
        with db.write() as session:
            session.add(Document(folder_id=None, workflow="draft"))
            session.flush()

    app.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setattr("docmgr.web.overview.home.index.__wrapped__", wrong, raising=False)
    app.view_functions["home.index"] = _marked(app.view_functions["home.index"], wrong)
    answer = auth("clerk").get("/")
    assert answer.status_code == 500 and "Lỗi đã được ghi lại" in answer.get_data(as_text=True)


def _marked(view, instead):
    def call() -> None:
        instead()

    call.docmgr_rule = view.docmgr_rule
    return call


def test_causes_are_told_apart() -> None:
    from sqlalchemy.exc import OperationalError, PendingRollbackError, TimeoutError

    told = [
        ("database is locked", outage.BUSY),
        ("canceling statement due to lock timeout", outage.BUSY),
        ("database or disk is full", outage.FULL),
        ("attempt to write a readonly database", outage.READ_ONLY),
        ("no such table: x", None),
    ]
    for words, cause in told:
        assert outage.cause(OperationalError("x", {}, Exception(words))) == cause
    assert outage.cause(TimeoutError("QueuePool limit")) == outage.BUSY
    assert outage.cause(ValueError("locked")) is None
    # Asked again after the connection had broken in the midst of a request; and a flush that was refused before.
    assert outage.cause(PendingRollbackError("Can't reconnect until invalid transaction is rolled back.")) == outage.OTHER_CAUSE
    assert outage.cause(PendingRollbackError("This Session's transaction has been rolled back due to a previous exception during flush.")) is None
    assert PendingRollbackError in outage.ERRORS


def test_a_connection_that_broke_after_the_page_was_read_spoils_nothing(site) -> None:
    if site.database.engine.dialect.name != "postgresql":
        pytest.skip("there is no server")
    other = create_engine(site.database.url)

    def read_and_lose() -> None:
        with db.read() as session:
            number = session.scalar(text("SELECT pg_backend_pid()"))
        with other.connect() as connection:
            assert connection.scalar(text("SELECT pg_terminate_backend(:n, 5000)"), {"n": number})

    with site.bound():
        read_and_lose()
        db.release()
        read_and_lose()
    with site.bound(), db.read() as session:
        assert session.scalar(text("SELECT 1")) == 1
    other.dispose()
