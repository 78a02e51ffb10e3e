"""What starts and stops the processes of a cluster, without a cluster."""

from __future__ import annotations

import json
import os
import re
import signal
import time
from pathlib import Path

import pytest

from docmgr.settings import from_environment
from tests.cluster import load, parts
from tests.cluster.cluster import ALL, BALANCER, NODES, WEB, WORKERS, Cluster
from tests.cluster.processes import Book, NotStarted

SLEEP = ("sleep", "60")


@pytest.fixture
def book(tmp_path: Path) -> Book:
    """A book without processes."""
    return Book(tmp_path / "cluster")


def test_another_shell_finds_and_ends_a_process(book: Book) -> None:
    book.start("sleeper", SLEEP, os.environ, book.folder)
    other = Book(book.folder)
    assert other.runs("sleeper")
    (pid,) = [known.pid for known in other.known().values()]
    other.start("sleeper", SLEEP, os.environ, book.folder)
    assert [known.pid for known in book.known().values()] == [pid]
    other.end("sleeper", signal.SIGTERM)
    assert not book.runs("sleeper") and not other.runs("sleeper")


def test_a_number_that_another_program_has_now_is_not_signalled(book: Book) -> None:
    book.start("sleeper", SLEEP, os.environ, book.folder)
    held = json.loads(book.file.read_text())
    held["processes"]["other"] = {"pid": held["processes"]["sleeper"]["pid"], "began": "1"}
    book.file.write_text(json.dumps(held))
    book.end("other")
    assert book.runs("sleeper") and not book.runs("other")
    book.end("sleeper")


def test_who_does_not_listen_to_a_signal_is_killed(book: Book) -> None:
    book.start("deaf", ("sh", "-c", "trap '' TERM; echo ready; while :; do sleep 0.1; done"), os.environ, book.folder)
    book.wait_for("deaf", lambda: "ready" in book.log("deaf"))
    began = time.monotonic()
    book.end("deaf", signal.SIGTERM, 0.3)
    assert not book.runs("deaf") and time.monotonic() - began < 5


def test_who_ends_instead_of_answering_is_told_with_its_log(book: Book) -> None:
    book.start("short", ("sh", "-c", "echo why it ended; exit 3"), os.environ, book.folder)
    with pytest.raises(NotStarted, match="short: why it ended"):
        book.wait_for("short", lambda: False)


def test_ports_stay_and_differ_and_only_the_owner_reads_the_secret(book: Book) -> None:
    chosen = [book.port(name) for name in ALL]
    assert len(set(chosen)) == len(ALL) and max(chosen) < 32_768
    assert [Book(book.folder).port(name) for name in ALL] == chosen
    assert len(book.secret()) >= 32 and Book(book.folder).secret() == book.secret()
    assert book.file.stat().st_mode & 0o077 == 0


def test_machines_share_engines_and_secret_and_nothing_on_the_disk(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path / "cluster", {"DOCMGR_AGENCY": "Sở thử"})
    found = [from_environment(Cluster(tmp_path / "cluster").environment(name)) for name in (*WEB, *WORKERS)]
    assert len({one.home for one in found}) == len(found) and not any(one.search_url == "" or one.store is None for one in found)
    same = {(one.database_url, one.search_url, one.store, one.secret_key, one.public_url, one.agency, one.search_replicas) for one in found}
    assert len(same) == 1 and found[0].agency == "Sở thử" and found[0].public_url == cluster.address
    assert found[0].search_url.count("http://") == len(NODES)


def test_the_balancer_is_the_one_of_the_examples_with_ports_of_this_machine(tmp_path: Path) -> None:
    parts.balancer(tmp_path, 20_001, {"web-1": 20_002, "web-2": 20_003})
    made = (tmp_path / "haproxy.cfg").read_text()
    assert "bind 127.0.0.1:20001" in made and "GET /readyz" in made and "X-Forwarded-Proto" not in made
    assert re.findall(r"^    server (\S+) (\S+)", made, re.M) == [("web-1", "127.0.0.1:20002"), ("web-2", "127.0.0.1:20003")] * 3
    with pytest.raises(AssertionError, match="other places"):
        parts.balancer(tmp_path, 20_001, {"web-1": 20_002})


def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts.shutil, "which", lambda _name, path=None: None)
    with pytest.raises(parts.Lacking, match=r"Java.*HAProxy"):
        parts.require()


def test_a_cluster_that_does_not_run_says_so(tmp_path: Path) -> None:
    found = Cluster(tmp_path / "cluster").status()
    assert tuple(found) == ALL and not any(runs for runs, _, _ in found.values()) and found[BALANCER][2] and not found[WORKERS[0]][2]


def test_a_page_with_another_hit_is_wrong() -> None:
    hit = '<li class="hit"><h2>{}</h2></li>'
    page = "<ol>" + hit.format("Hội <mark>nghị</mark>") + hit.format("{}") + "</ol></html>"
    assert load.wrong_page(page.format("cán bộ"), "hội nghị") != "" and load.wrong_page(page.format("nghị&nbsp;quyết"), "hội nghị") == ""
    assert load.wrong_page("<ol>", "hội nghị") == "half a page"
