"""Pages of a cluster, asked one after the other and many at once, beside those of a web machine with the index on its own disk."""

from __future__ import annotations

import io
import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from docmgr.settings import ROOT
from docmgr.storage import Storage
from docmgr.storage.local import LocalStorage
from tests.bench.measure import spread, timed
from tests.cluster import meters, parts
from tests.cluster.cluster import BALANCER, STORE, WEB, Cluster
from tests.cluster.load import Door
from tests.engines import store
from tests.support.running import Browser, token

NAME, PASSWORD = "nguoi-do", "Cầu tre lắc lẻo 51"
# The web machine that has the index on its own disk.
ALONE = "web-alone"
LOCAL = {"DOCMGR_SEARCH_URL": "", "DOCMGR_SEARCH_SHARDS": "", "DOCMGR_SEARCH_REPLICAS": ""}
AT_ONCE, MANY_SECONDS = 6, 15.0
FILE_BYTES, FILE_TIMES = 10 * 1024 * 1024, 40


def signed_in(port: int) -> Browser:
    """A browser of the person who measures."""
    browser = Browser(Door(port))  # type: ignore[arg-type]
    page = browser.get("/login")
    browser.post("/login", {"username": NAME, "password": PASSWORD, "csrf_token": token(page)})
    assert browser.status == 302, browser.status
    return browser


def pages(cluster: Cluster, port: int, questions: Sequence[str], kinds: dict[str, tuple[str, ...]] | None = None) -> dict[str, Any]:
    """The page of results of each question, once to warm up and twice measured, the better of which counts; and the processor seconds
    a question of each kind of process."""
    browser, statuses = signed_in(port), Counter[int]()

    def ask(question: str) -> None:
        browser.get(f"/search?q={quote(question)}")
        statuses[browser.status] += 1

    timed(ask, questions)
    before, busy, began = meters.seconds(cluster, kinds), meters.busy(), time.monotonic()
    rounds = [spread(timed(ask, questions)) for _ in range(2)]
    taken, busy, after = time.monotonic() - began, meters.busy() - busy, meters.seconds(cluster, kinds)
    others = max(0.0, busy - sum(meters.used(before, after, 1).values())) / taken
    cpu = meters.used(before, after, 2 * len(questions))
    return {"page": min(rounds, key=lambda one: one["p50"]), "cpu": cpu, "others": others, "statuses": dict(statuses)}


def many_at_once(cluster: Cluster, questions: Sequence[str]) -> dict[str, Any]:
    """How many questions a second are answered with one web machine, and with two. Search and those who ask share the processors."""
    found: dict[str, Any] = {}
    cluster.kill(WEB[1], 15)
    time.sleep(5)
    found["one"] = _rate(cluster, questions)
    cluster.again(WEB[1])
    time.sleep(5)
    found["two"] = _rate(cluster, questions)
    return found


def _rate(cluster: Cluster, questions: Sequence[str]) -> dict[str, Any]:
    browsers = [signed_in(cluster.book.port(BALANCER)) for _ in range(AT_ONCE)]
    statuses, until = Counter[int](), time.monotonic() + MANY_SECONDS

    def go(number: int, browser: Browser) -> None:
        place = number
        while time.monotonic() < until:
            browser.get(f"/search?q={quote(questions[place % len(questions)])}")
            statuses[browser.status] += 1
            place += AT_ONCE

    threads = [threading.Thread(target=go, args=one) for one in enumerate(browsers)]
    before, began = meters.seconds(cluster), time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken = time.monotonic() - began
    cpu = meters.used(before, meters.seconds(cluster), taken)
    return {"a second": statuses[200] / taken, "statuses": dict(statuses), "processors busy": cpu}


def files(cluster: Cluster) -> dict[str, Any]:
    """Reading a file of 10 MB to its end, from the store of the cluster and from a folder."""
    server = store.Server(cluster.folder / STORE, cluster.book.port(STORE))
    places: dict[str, Storage] = {
        "folder": LocalStorage(cluster.folder / "bench-files"), "store": store.storage(server.address(parts.BUCKET), cluster.folder / "bench-shelf"),
    }  # fmt: skip
    found: dict[str, Any] = {}
    for name, place in places.items():
        kept = place.put(io.BytesIO(os.urandom(FILE_BYTES)), FILE_BYTES).sha256
        found[name] = spread(timed(lambda _, place=place, kept=kept: _read(place, kept), range(FILE_TIMES)))  # type: ignore[misc]
    return found


def _read(place: Storage, name: str) -> None:
    with place.open(name) as stream:
        while stream.read(256 * 1024):
            pass


def beside(cluster: Cluster, questions: Sequence[str]) -> dict[str, Any]:
    """The same pages of a web machine with the index on its own disk, where `index rebuild` made it."""
    env = {**cluster.environment("commands"), **LOCAL, "PORT": str(cluster.book.port(ALONE))}
    command = [sys.executable, "-m", "gunicorn", "-c", "python:docmgr.gunicorn_conf", "docmgr:create_app()"]
    cluster.book.start(ALONE, command, env, ROOT)
    try:
        cluster.book.wait_for(ALONE, lambda: parts.answers(cluster.book.port(ALONE), "/readyz"))
        found = pages(cluster, cluster.book.port(ALONE), questions, {"web": (ALONE,)})
        index = Path(env["DOCMGR_HOME"]) / "index"
        found["index"] = sum(path.stat().st_size for path in index.rglob("*") if path.is_file()) / meters.MB
        return found
    finally:
        cluster.book.end(ALONE, 15)
        cluster.book.forget(ALONE)
