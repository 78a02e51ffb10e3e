"""/readyz: the database, the store and the search engine answer, or it says which does not."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import Any

import pytest

from docmgr import create_app
from docmgr.services.upkeep import readiness
from indexer import IndexDamaged
from tests.support.acting import work
from tests.support.browsers import Client


def _asked(client: Client) -> tuple[int, list[str]]:
    answer = client.get("/readyz")
    told = answer.get_json()
    # Strangers learn the names of parts and nothing else.
    assert told.keys() == {"ready", "problems"} and told["ready"] == (answer.status_code == 200)
    return answer.status_code, told["problems"]


@pytest.fixture
def ready(site: Any, client: Client) -> Client:
    """A visitor of a site that has an index."""
    work(site)
    assert _asked(client) == (200, [])
    return client


def test_a_site_without_an_index_is_not_ready(client: Client, site: Any) -> None:
    assert _asked(client) == (503, ["search"])
    work(site)
    assert _asked(client) == (200, [])


def test_each_part_that_does_not_answer_is_named(ready: Client, site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def damaged(_self: object) -> None:
        raise IndexDamaged("the words of a damaged index")

    with monkeypatch.context() as patch:
        patch.setattr(type(site.backend), "require_usable", damaged)
        assert _asked(ready) == (503, ["search"])
        patch.setattr(type(site.storage), "writable", lambda _self: False)
        assert _asked(ready) == (503, ["store", "search"])
    assert _asked(ready) == (200, [])


def test_an_error_that_nobody_expects_is_no_answer(ready: Client, site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_self: object) -> bool:
        raise RuntimeError("the key of the store")

    monkeypatch.setattr(type(site.storage), "writable", broken)
    assert _asked(ready) == (503, ["store"])


def test_the_database_is_away(settings: Any) -> None:
    away = create_app(replace(settings, database_url="postgresql+psycopg://docmgr:secret@127.0.0.1:1/none"))
    answer = away.test_client().get("/readyz")
    assert answer.status_code == 503 and answer.get_json()["problems"][0] == "database"
    assert "secret" not in answer.text and "127.0.0.1" not in answer.text
    away.extensions["docmgr"].close()


def test_what_hangs_is_waited_for_together_and_asked_once(ready: Client, site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    release, asked = threading.Event(), []

    def hang(_self: object) -> bool:
        asked.append(1)
        return release.wait(20)

    monkeypatch.setattr(type(site.storage), "writable", hang)
    monkeypatch.setattr(type(site.backend), "require_usable", hang)
    for _ in range(2):
        began = time.monotonic()
        assert _asked(ready) == (503, ["store", "search"])
        assert time.monotonic() - began < readiness.ANSWER_SECONDS + 1.5
    assert len(asked) == 2
    release.set()
    deadline = time.monotonic() + 10
    while _asked(ready) != (200, []):
        assert time.monotonic() < deadline
