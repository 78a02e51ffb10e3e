"""`python -m docmgr.run` from outside: starts, says how to sign in, keeps both processes running, stops cleanly."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from docmgr.settings import ROOT, from_environment
from indexer.query import MAX_CHARACTERS

pytestmark = pytest.mark.slow
PATIENCE = 90


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ({}, "http://127.0.0.1:8000"),
        ({"PORT": "8791"}, "http://127.0.0.1:8791"),
        ({"PORT": "8791", "DOCMGR_PUBLIC_URL": "https://vanban.example/"}, "https://vanban.example"),
    ],
)
def test_addresses_in_files_lead_to_where_the_site_is(tmp_path: Path, given: dict[str, str], address: str) -> None:
    assert from_environment({"DOCMGR_HOME": str(tmp_path), **given}).public_url == address


class Running:
    """A supervisor, its output in files, and what runs below it."""

    def __init__(self, home: Path, port: int) -> None:
        self.home, self.port = home, port
        home.mkdir(exist_ok=True)
        self.out = home / "stdout"
        environment = {k: v for k, v in os.environ.items() if not k.startswith("DOCMGR_")}
        environment |= {"DOCMGR_HOME": str(home), "PORT": str(port)}
        with self.out.open("wb") as out:
            command = [sys.executable, "-m", "docmgr.run"]
            self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=out)

    def said(self, words: str) -> bool:
        return words in self.out.read_text(encoding="utf-8")

    def below(self, words: str) -> list[int]:
        """Process ids of the supervisor's own children whose command line holds `words`."""
        found = []
        for path in Path("/proc").glob("[0-9]*/stat"):
            try:
                parent = int(path.read_text().rpartition(")")[2].split()[1])
                line = (path.parent / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            if parent == self.process.pid and words in line:
                found.append(int(path.parent.name))
        return found

    def wait_for(self, true: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not true():
            assert time.monotonic() < deadline, self.out.read_text(encoding="utf-8")
            time.sleep(0.1)

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


@pytest.fixture
def port() -> int:
    """A port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def start(tmp_path: Path, port: int) -> Iterator[Callable[[], Running]]:
    """Starts the site and waits for the line with its address."""
    started: list[Running] = []

    def run() -> Running:
        running = Running(tmp_path / "home", port)
        started.append(running)
        running.wait_for(lambda: running.said(f"http://127.0.0.1:{port}") or running.process.poll() is not None)
        return running

    yield run
    for running in started:
        if running.process.poll() is None:
            running.process.kill()
            running.process.wait()


def test_first_start_second_start_and_stop(start: Callable[[], Running]) -> None:
    first = start()
    assert first.answers() and first.said("mật khẩu dùng một lần")
    assert (first.home / "secret_key").stat().st_mode & 0o077 == 0
    children = first.below("")
    assert len(children) == 2
    first.process.send_signal(signal.SIGTERM)
    assert first.process.wait(PATIENCE) == 0
    assert not [pid for pid in children if Path(f"/proc/{pid}").exists()] and not first.answers()
    second = start()
    assert second.answers() and not second.said("mật khẩu")
    second.process.send_signal(signal.SIGINT)
    assert second.process.wait(PATIENCE) == 0


def test_a_question_of_512_characters_is_no_address_too_long(start: Callable[[], Running]) -> None:
    """Each letter of "ệ" takes nine places of an address, each rarer sign twelve."""
    running = start()
    assert running.answers()
    for sign in ("ệ", "𝒂"):
        served = http.client.HTTPConnection("127.0.0.1", running.port, timeout=PATIENCE)
        served.request("GET", f"/search?q={urllib.parse.quote(sign * MAX_CHARACTERS)}")
        # To the page for signing in.
        assert served.getresponse().status == 302
        served.close()


def test_what_dies_is_started_again(start: Callable[[], Running]) -> None:
    running = start()
    for words in ("docmgr.worker", "gunicorn"):
        (before,) = running.below(words)
        os.kill(before, signal.SIGKILL)
        running.wait_for(lambda: running.below(words) not in ([], [before]))
    running.wait_for(running.answers)


def test_a_killed_supervisor_leaves_nothing_behind(start: Callable[[], Running]) -> None:
    running = start()
    children = running.below("")
    assert len(children) == 2
    running.process.kill()
    running.process.wait()
    running.wait_for(lambda: not [pid for pid in children if Path(f"/proc/{pid}").exists()])


def test_a_port_in_use_is_said(start: Callable[[], Running], port: int) -> None:
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", port))
        other.listen()
        running = start()
        assert running.process.wait(PATIENCE) == 1 and running.said(f"Cổng {port}")
