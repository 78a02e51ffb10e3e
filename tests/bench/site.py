"""The site as people use it: the real processes over the imported corpus, pages through HTTP.

This module sets the site up (with its own data folder and port) and decides which requests are sent.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import Any

from tests.bench.measure import ROUNDS, memory, slowest, spread, timed
from tests.support import hostile

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 120.0
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class SiteFailed(Exception):
    """The site did not start, or gave a wrong answer."""


@dataclass
class Browser:
    """A signed-in visitor with one persistent connection."""

    port: int
    cookies: dict[str, str]
    connection: http.client.HTTPConnection

    def ask(self, address: str, form: dict[str, str] | None = None) -> tuple[int, bytes]:
        """(status, body) of GET, or of POST with a form."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = urllib.parse.urlencode(form) if form is not None else None
        if body is not None:
            headers |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "Origin": f"http://127.0.0.1:{self.port}",
            }
        self.connection.request("GET" if body is None else "POST", address, body, headers)
        answer = self.connection.getresponse()
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, answer.read()

    def search(self, query: str) -> tuple[int, bytes]:
        """The page of results of a query."""
        typed = urllib.parse.quote(query.encode("utf-8", "replace"))
        return self.ask(f"/search?q={typed}")


@dataclass(frozen=True)
class Site:
    """A running site, and the name and password of a person on it."""

    home: Path
    port: int
    supervisor: int
    name: str
    password: str

    def browser(self) -> Browser:
        """Sign in. Raises SiteFailed."""
        browser = Browser(self.port, {}, http.client.HTTPConnection("127.0.0.1", self.port, timeout=60))
        _, page = browser.ask("/login")
        token = _TOKEN.search(page.decode())
        form = {"username": self.name, "password": self.password, "csrf_token": token[1] if token else ""}
        status, _ = browser.ask("/login", form)
        if status != 302 or browser.ask("/search?q=a")[0] != 200:
            raise SiteFailed(f"signing in: {status}")
        return browser

    def processes(self, words: str) -> list[int]:
        """The ids of the processes below the supervisor whose command line contains `words`."""
        below, found = {self.supervisor}, []
        for path in sorted(Path("/proc").glob("[0-9]*/stat"), key=lambda path: int(path.parent.name)):
            with contextlib.suppress(OSError):
                if int(path.read_text().rpartition(")")[2].split()[1]) in below:
                    below.add(int(path.parent.name))
                    if words in (path.parent / "cmdline").read_bytes().replace(b"\0", b" ").decode():
                        found.append(int(path.parent.name))
        return found


def environment(home: Path, port: int = 0) -> dict[str, str]:
    """The environment variables of a site in `home`."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("DOCMGR_")}
    return {**own, "DOCMGR_HOME": str(home), "PORT": str(port), "WEB_CONCURRENCY": "1"}


def fill(home: Path, data: Path) -> str:
    """Import the corpus into a data folder; returns the output of the import. Raises CalledProcessError."""
    command = [sys.executable, "tests/tools/phapdien.py", "--data", str(data)]
    return subprocess.run(
        command, cwd=ROOT, env=environment(home), stdout=subprocess.PIPE, text=True, check=True
    ).stdout.strip()


@contextlib.contextmanager
def running(home: Path) -> Iterator[Site]:
    """Web and worker on a data folder, with a new clerk. Raises SiteFailed."""
    name, password = f"do-{secrets.token_hex(4)}", secrets.token_urlsafe(18)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = home / "bench.log"
    with log.open("wb") as out:
        command = [sys.executable, "-m", "docmgr.run"]
        process = subprocess.Popen(command, cwd=ROOT, env=environment(home, port), stdout=out, stderr=out)
    try:
        _wait(process, port, log)
        add = [
            sys.executable,
            "-m",
            "flask",
            "--app",
            "docmgr",
            "users",
            "add",
            name,
            "--role",
            "clerk",
            "--password-stdin",
        ]
        subprocess.run(
            add, cwd=ROOT, env=environment(home), input=password, text=True, check=True, capture_output=True
        )
        yield Site(home, port, process.pid, name, password)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while "http://127.0.0.1" not in log.read_text(encoding="utf-8"):
        if process.poll() is not None or time.monotonic() > deadline:
            raise SiteFailed(
                f"the site on port {port} did not start: {log.read_text(encoding='utf-8')[-2000:]}"
            )
        time.sleep(0.1)


def measure(home: Path, questions: Sequence[str], attacks: int, seed: int) -> dict[str, Any]:
    """The page of results of every query, in rounds of which the best counts, as for the engines; then hostile queries;
    and the memory of the web process before and after."""
    with running(home) as site:
        browser = site.browser()
        statuses: list[int] = []

        def ask(query: str) -> None:
            statuses.append(browser.search(query)[0])

        timed(ask, questions)
        rounds = [spread(timed(ask, questions)) for _ in range(ROUNDS)]
        figures: dict[str, Any] = {"page": min(rounds, key=itemgetter("p50")), "rounds": rounds}
        figures["memory"] = _web_memory(site)
        asked = hostile.queries(seed, attacks)
        taken = timed(ask, asked)
        figures["hostile"] = spread(taken)
        # The query is repeated once: a slow query is slow again, a busy machine usually is not.
        figures["slowest"] = [
            (round(taken[place], 1), ascii(asked[place])[:100], round(timed(ask, [asked[place]])[0], 1))
            for place in slowest(taken)
        ]
        figures["growth_mb"] = _web_memory(site)["private"] - figures["memory"]["private"]
        figures["statuses"] = {str(status): statuses.count(status) for status in sorted(set(statuses))}
    return figures


def _web_memory(site: Site) -> dict[str, float]:
    """The memory of the largest web process (the first of them only forks the others)."""
    return max((memory(process) for process in site.processes("gunicorn")), key=lambda held: held["private"])


def main() -> int:
    """Fill a data folder and leave it: `python -m tests.bench.site HOME DATA`."""
    home = Path(sys.argv[1])
    home.mkdir(parents=True, exist_ok=True)
    print(json.dumps({"import": fill(home, Path(sys.argv[2]))}, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
