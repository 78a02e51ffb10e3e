"""/metrics: figures for who has the token, and the id of a request in its answer and in the log."""

from __future__ import annotations

import dataclasses
import json
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from docmgr import create_app
from docmgr.machines import logs
from docmgr.services import figures
from docmgr.services.upkeep import readiness
from docmgr.variables.machines import MachineSettings, read
from tests.filling.papers import decision
from tests.support.acting import actor_of, upload, work
from tests.support.browsers import Client

TOKEN = "a-token-of-this-test"
SAMPLE = re.compile(r'[a-z_]+(\{[a-z]+="[^"\n]*"(,[a-z]+="[^"\n]*")*\})? [0-9.e+-]+')


@pytest.fixture
def watched(settings: Any, site: Any) -> Iterator[Flask]:
    """The same site with a token and a log as JSON."""
    app = create_app(dataclasses.replace(settings, machines=MachineSettings(TOKEN, json_log=True)))
    app.test_client_class = Client
    yield app
    app.extensions["docmgr"].close()
    logging.getLogger("docmgr.web.kit.observed").setLevel(logging.NOTSET)


def told(app: Flask, token: str = TOKEN) -> dict[str, float]:
    """The figures by name and labels, after a check of each line."""
    answer = app.test_client().get("/metrics", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200 and answer.content_type.startswith("text/plain; version=0.0.4")
    lines = [line for line in answer.text.splitlines() if not line.startswith("# ")]
    assert all(SAMPLE.fullmatch(line) for line in lines), lines
    names = re.findall(r"^# TYPE (\S+)", answer.text, re.M)
    assert len(names) == len(set(names))
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def test_figures_are_for_who_has_the_token(watched: Flask, client: Client, auth: Any) -> None:
    visitor = watched.test_client()
    for header in ({}, {"Authorization": "Bearer x"}, {"Authorization": TOKEN}, {"Authorization": f"Basic {TOKEN}"}, {"Authorization": "Bearer ổ"}):
        answer = visitor.get("/metrics", headers=header)
        assert (answer.status_code, answer.data) == (401, b"")
    # Where no token is set, there is no such page, also for administrators and with an empty token.
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404
    assert auth("administrator").get("/metrics").status_code == 404


def test_requests_of_all_processes_are_counted_together(watched: Flask, settings: Any) -> None:
    other = create_app(watched.extensions["docmgr"].settings)
    for app in (watched, watched, other):
        app.test_client().get("/login")
    watched.test_client().get("/no-such-page?q=secret")
    figures.store(other.extensions["docmgr"])
    found = told(watched)
    assert found['docmgr_requests_total{route="sessions.new",method="GET",status="200"}'] == 3
    assert found['docmgr_requests_total{route="none",method="GET",status="302"}'] == 1
    assert found['docmgr_request_seconds_count{route="sessions.new"}'] == found['docmgr_request_seconds_bucket{route="sessions.new",le="+Inf"}'] == 3
    ends = [value for name, value in found.items() if name.startswith('docmgr_request_seconds_bucket{route="sessions.new"')]
    assert len(ends) == 9 and ends == sorted(ends)
    assert not any("secret" in name or "no-such" in name for name in found)
    other.extensions["docmgr"].close()


def test_nothing_is_counted_where_nobody_watches(client: Client, site: Any) -> None:
    client.get("/login")
    with site.bound():
        figures.count({("docmgr_readings_total", ""): 1.0})
    assert "figures" not in site.database.kept


def test_the_queue_and_the_readings(watched: Flask, people: Any, site: Any) -> None:
    with watched.extensions["docmgr"].bound():
        upload(actor_of(people["clerk"]), decision())
        found = told(watched)
        assert found['docmgr_jobs{kind="read"}'] == 1 and found['docmgr_jobs{kind="index"}'] == found['docmgr_jobs_failing{kind="read"}'] == 0
        assert 0 <= found['docmgr_jobs_oldest_seconds{kind="read"}'] < 300
        assert found['docmgr_part_up{part="search"}'] == 0 and "docmgr_index_updated_timestamp_seconds" not in found
        work(watched.extensions["docmgr"])
        found = told(watched)
        assert found['docmgr_jobs{kind="read"}'] == 0 and found['docmgr_readings_total{outcome="text",reason=""}'] == 1
        assert found['docmgr_part_up{part="search"}'] == 1 and found["docmgr_index_updated_timestamp_seconds"] > 1e9
        assert found['docmgr_part_seconds{part="database"}'] < 1


def test_without_the_database_its_figures_are_missing(watched: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(readiness._ASKED, "database", lambda _site: False)
    found = told(watched)
    assert found['docmgr_part_up{part="database"}'] == 0 and found['docmgr_part_up{part="store"}'] == 1
    assert not any(name.startswith(("docmgr_jobs", "docmgr.web.kit.observed")) for name in found)


def test_counts_wait_for_a_database_that_is_away(settings: Any) -> None:
    away = create_app(dataclasses.replace(settings, database_url="sqlite:////no/such/folder/a.sqlite", machines=MachineSettings(TOKEN)))
    away.test_client().get("/healthz")
    gone = away.extensions["docmgr"]
    figures.store(gone)
    assert sum(value for (name, _), value in gone.database.kept["figures"].take().items() if name == "docmgr_requests_total") == 1
    gone.close()


def test_labels_cannot_break_a_line() -> None:
    assert figures.labels(reason='a"b\\c\nd', code=7) == 'reason="a\\"b\\\\c\\nd",code="7"'


def test_an_id_is_taken_from_a_trusted_proxy_only(client: Client, settings: Any) -> None:
    given = {"X-Request-ID": "from-the-balancer.1"}
    first, second = client.get("/login", headers=given), client.get("/login")
    assert re.fullmatch("[0-9a-f]{24}", first.headers["X-Request-ID"]) and first.headers["X-Request-ID"] != second.headers["X-Request-ID"]
    behind = create_app(dataclasses.replace(settings, public_url="https://vanban.example"))
    assert behind.test_client().get("/login", headers=given).headers["X-Request-ID"] == given["X-Request-ID"]
    for bad in ("short", "x" * 65, "with space in it", 'quote"in-it-here', "chữ-có-dấu-ở-đây"):
        told = behind.test_client().get("/login", headers={"X-Request-ID": bad.encode().decode("latin-1")})
        assert re.fullmatch("[0-9a-f]{24}", told.headers["X-Request-ID"]), bad
    behind.extensions["docmgr"].close()


def test_error_pages_name_the_request(client: Client, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise RuntimeError("fault")

    broken.docmgr_rule = app.view_functions["sessions.new"].docmgr_rule  # type: ignore[attr-defined]
    app.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setitem(app.view_functions, "sessions.new", broken)
    answer = client.get("/login")
    assert answer.status_code == 500 and f"<code>{answer.headers['X-Request-ID']}</code>" in answer.text
    # Pages that are the same for what is missing and what is forbidden carry no id.
    assert "Mã yêu cầu" not in client.get("/cong-khai").text


def test_the_log_has_one_line_of_json_for_each_request(watched: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "docmgr.web.kit.observed"):
        answer = watched.test_client().get("/shared/a-key-of-a-link?q=words+of+somebody")
    (record,) = [one for one in caplog.records if one.name == "docmgr.web.kit.observed"]
    line = logs.JsonFormatter().format(record)
    found = json.loads(line)
    assert (found["request"], found["status"], found["method"]) == (answer.headers["X-Request-ID"], answer.status_code, "GET")
    assert found["route"] and found["seconds"] >= 0 and "a-key-of" not in line and "somebody" not in line


def test_no_message_begins_a_line_of_its_own() -> None:
    try:
        raise ValueError("one\ntwo\u2028three")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "", 0, "a\r\n{\"level\": \"forged\"}\u2028b", None, __import__("sys").exc_info())
    line = logs.JsonFormatter().format(record)
    assert line.isascii() and "\n" not in line and "\r" not in line
    assert json.loads(line)["level"] == "error" and "ValueError" in json.loads(line)["error"]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"DOCMGR_METRICS_TOKEN": "short"}, "ít nhất 16"),
        ({"DOCMGR_METRICS_TOKEN": "hai mươi chữ có dấu cách"}, "ASCII"),
        ({"DOCMGR_LOG": "xml"}, "text hoặc json"),
        ({"DOCMGR_DATABASE_DIRECT_URL": "sqlite:///a:secret"}, "postgresql://"),
    ],
)
def test_bad_settings_are_told_without_what_is_secret(given: dict[str, str], words: str) -> None:
    with pytest.raises(ValueError, match=words) as told:
        read(given)
    assert "secret" not in str(told.value) and "short" not in str(told.value) and "dấu cách\"" not in str(told.value)


def test_settings_are_read() -> None:
    assert read({}) == MachineSettings() and TOKEN not in repr(read({"DOCMGR_METRICS_TOKEN": TOKEN}))
    assert read({"DOCMGR_METRICS_TOKEN": TOKEN, "DOCMGR_LOG": "json"}) == MachineSettings(TOKEN, True)


def test_a_long_label_is_cut_and_one_failure_does_not_end_the_storing(watched: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    site = watched.extensions["docmgr"]
    given = figures.labels(reason="x" * 300, outcome='"' * 300)
    assert len(given) <= 200 and SAMPLE.fullmatch(f"a{{{given}}} 1".replace('\\"', "'"))
    failed: list[int] = []

    def store(place: Any) -> None:
        failed.append(1)
        if len(failed) == 1:
            raise ValueError
        raise SystemExit

    monkeypatch.setattr(figures, "STORE_SECONDS", 0.01)
    monkeypatch.setattr(figures, "store", store)
    with pytest.raises(SystemExit):
        figures._keep(site)
    assert len(failed) == 2
