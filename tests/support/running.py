"""A whole site as `make run` starts it: a supervisor with its output in files, and the processes below it."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from docmgr.settings import ROOT
from tests.support.browsers import PASSWORD

PATIENCE = 90
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


def free_port() -> int:
    """A port that is not in use."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def status_line(connection: socket.socket) -> bytes:
    """The first line of an answer, which may come in pieces; what came of it where the other side has closed."""
    received = b""
    while b"\n" not in received and (piece := connection.recv(4096)):
        received += piece
    return received.partition(b"\r\n")[0]


def environment(home: Path, port: int) -> dict[str, str]:
    """Environment variables with which every command finds this site."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("DOCMGR_")}
    # The tests themselves keep all processors busy.
    own["DOCMGR_GIVE_WAY"] = "0"
    return own | {"DOCMGR_HOME": str(home), "PORT": str(port)}


class Running:
    """A supervisor with its output in files, and the processes below it. `code` is the folder of the program."""

    def __init__(self, home: Path, port: int, out: Path | None = None, code: Path = ROOT, **more: str) -> None:
        self.home, self.port, self.code = home, port, code
        self.out = out or home.parent / "output"
        self.environment = environment(home, port) | more
        with self.out.open("wb") as out:
            command = [sys.executable, "-m", "docmgr.run"]
            self.process = subprocess.Popen(command, cwd=code, env=self.environment, stdout=out, stderr=out)

    def said(self, words: str) -> bool:
        """Whether the output contains these words."""
        return words in self.out.read_text(encoding="utf-8")

    def below(self, words: str, parent: int | None = None) -> list[int]:
        """The ids of the supervisor's own children (or those of `parent`) whose command line contains `words`."""
        found = []
        for path in Path("/proc").glob("[0-9]*/stat"):
            try:
                above = int(path.read_text().rpartition(")")[2].split()[1])
                line = (path.parent / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            if above == (parent or self.process.pid) and words in line:
                found.append(int(path.parent.name))
        return found

    def wait_for(self, true: Callable[[], bool], seconds: float = PATIENCE) -> None:
        """Wait until the condition is true. Raises AssertionError with the output when it takes too long."""
        deadline = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < deadline, self.out.read_text(encoding="utf-8")
            time.sleep(0.1)

    def started(self) -> Running:
        """Wait for the line with the address, or for the end of the process."""
        self.wait_for(lambda: self.said(f"http://127.0.0.1:{self.port}") or self.process.poll() is not None)
        return self

    def answers(self, seconds: float = 5.0) -> bool:
        """Whether /healthz answers within this time."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=seconds) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def pulse(self) -> str:
        """The answer of /healthz."""
        connection = self.connect(10)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().read().decode()
        finally:
            connection.close()

    def connect(self, seconds: float = PATIENCE) -> HTTPConnection:
        """A connection of a browser."""
        return HTTPConnection("127.0.0.1", self.port, timeout=seconds)

    def add_person(self, name: str, role: str) -> None:
        """Add a person with PASSWORD who need not change it."""
        command = [
            sys.executable,
            "-m",
            "flask",
            "--app",
            "docmgr",
            "users",
            "add",
            name,
            "--role",
            role,
            "--password-stdin",
        ]
        subprocess.run(
            command, cwd=self.code, env=self.environment, input=PASSWORD.encode(), check=True, capture_output=True
        )

    def sign_in(self, name: str) -> Browser:
        """A browser that is signed in."""
        browser = Browser(self)
        page = browser.get("/login")
        browser.post("/login", {"username": name, "password": PASSWORD, "csrf_token": token(page)})
        return browser

    def stop(self) -> None:
        """Stop whatever still runs."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def token(page: str) -> str:
    """The form token of a page. Raises AssertionError when there is none."""
    found = TOKEN.search(page)
    assert found, page[:500]
    return found[1]


class Browser:
    """A browser that keeps cookies and follows no redirects."""

    def __init__(self, site: Running) -> None:
        self.site, self.status = site, 0
        self.headers: dict[str, str] = {}
        self._kept: dict[str, str] = {}

    @property
    def cookies(self) -> str:
        """The Cookie header that this browser sends."""
        return "; ".join(f"{name}={value}" for name, value in self._kept.items())

    def get(self, address: str, seconds: float = PATIENCE) -> str:
        """The text of a page; `status` is then its status."""
        return self._ask("GET", address, None, {}, seconds)

    def post(self, address: str, fields: dict[str, str], seconds: float = PATIENCE) -> str:
        """Send a form."""
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", address, urlencode(fields).encode(), kind, seconds)

    def upload(self, name: str, content: bytes, seconds: float = PATIENCE) -> str:
        """Send a file as a new document; the answer is JSON."""
        return self.send(token(self.get("/documents/new")), name, content, seconds)

    def send(self, form_token: str, name: str, content: bytes, seconds: float = PATIENCE) -> str:
        """Send a file as a new document, with the token of a form that was opened before; the answer is JSON."""
        body, kind = multipart({"csrf_token": form_token}, name, content)
        return self._ask(
            "POST", "/documents/new", body, {"Content-Type": kind, "Accept": "application/json"}, seconds
        )

    def _ask(
        self, method: str, address: str, body: bytes | None, headers: dict[str, str], seconds: float
    ) -> str:
        connection = self.site.connect(seconds)
        try:
            connection.request(
                method, address, body, headers | ({"Cookie": self.cookies} if self.cookies else {})
            )
            answer = connection.getresponse()
            text = answer.read().decode("utf-8", "replace")
        finally:
            connection.close()
        self.status, self.headers = (
            answer.status,
            {name.lower(): value for name, value in answer.getheaders()},
        )
        for cookie in answer.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self._kept[name] = value
        return text


def multipart(fields: dict[str, str], name: str, content: bytes) -> tuple[bytes, str]:
    """A form with one file in the field `files`: (body, content type)."""
    edge = "----vach-ngan-thu"
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
        for key, value in fields.items()
    ]
    parts.append(f'--{edge}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n')
    return "".join(
        parts
    ).encode() + content + f"\r\n--{edge}--\r\n".encode(), f"multipart/form-data; boundary={edge}"
