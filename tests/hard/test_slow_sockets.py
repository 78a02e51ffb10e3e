"""Many connections that send or take almost nothing must not affect other clients.

The site is the real one, started by `make run`: 2 processes with 4 threads each. A thread that a connection occupies
cannot serve a page, so each kind of slowness is tried with more connections than there are threads.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.running import Running, free_port, status_line

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One site for all tests; a clerk can sign in."""
    running = Running(tmp_path_factory.mktemp("slow") / "home", free_port()).started()
    try:
        assert running.answers()
        running.add_person("vanthu", "clerk")
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="module")
def sizes(full_size: bool) -> tuple[int, int, float]:
    """(idle connections, slow ones, seconds that the 95th percentile may take)."""
    return (200, 50, 1.0) if full_size else (30, 16, 5.0)


class Crowd:
    """Connections that stay open and send one byte each from time to time."""

    def __init__(self, site: Running) -> None:
        self.site, self.sockets, self.ended = site, [], threading.Event()

    def add(self, count: int, first: bytes, buffer: int | None = None) -> Crowd:
        """Open `count` connections that send `first` at once."""
        for _ in range(count):
            one = socket.socket()
            if buffer:
                one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
            one.settimeout(10)
            one.connect(("127.0.0.1", self.site.port))
            one.sendall(first)
            self.sockets.append(one)
        return self

    def __enter__(self) -> Crowd:
        self.thread = threading.Thread(target=self._drip)
        self.thread.start()
        # More than the server's time limit for the first request.
        time.sleep(1.0)
        return self

    def _drip(self) -> None:
        while not self.ended.wait(0.5):
            for one in self.sockets:
                with contextlib.suppress(OSError):
                    one.send(b"a")

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        self.thread.join()
        for one in self.sockets:
            one.close()


def p95(site: Running, address: str, cookies: str = "", times: int = 20) -> float:
    """The time in which 95 of 100 requests are answered."""
    taken = []
    for _ in range(times):
        began = time.monotonic()
        connection = site.connect(20)
        connection.request("GET", address, headers={"Cookie": cookies} if cookies else {})
        answer = connection.getresponse()
        answer.read()
        connection.close()
        assert answer.status == 200, (address, answer.status)
        taken.append(time.monotonic() - began)
    return sorted(taken)[int(len(taken) * 0.95) - 1]


HEADER = b"GET /login HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "
FORM = b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 9999\r\n\r\na="


@pytest.mark.parametrize("first", [HEADER, FORM, b"G"], ids=["headers", "form", "one byte"])
def test_visitors_who_drip_hold_nobody_up(site: Running, sizes: tuple[int, int, float], first: bytes) -> None:
    idle, dripping, bound = sizes
    with Crowd(site).add(idle, b"").add(dripping, first):
        assert p95(site, "/healthz") <= bound
        assert p95(site, "/login") <= bound


def test_uploads_that_drip_hold_nobody_up(site: Running, sizes: tuple[int, int, float]) -> None:
    idle, dripping, bound = sizes
    browser = site.sign_in("vanthu")
    head = (
        "POST /documents/new HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: multipart/form-data; boundary=x\r\n"
        f"Content-Length: 50000000\r\nCookie: {browser.cookies}\r\n\r\n--x\r\n"
    )
    with Crowd(site).add(idle, b"").add(dripping, head.encode()):
        assert p95(site, "/healthz") <= bound
        assert p95(site, "/search", browser.cookies) <= bound
        # Other people's uploads succeed meanwhile.
        assert '"stored"' in browser.upload("thu.txt", b"Quyet dinh thu " * 9000, 20)


def test_who_does_not_take_the_answer_holds_nobody_up(site: Running, sizes: tuple[int, int, float]) -> None:
    """Pages and files that are requested but not read: the answers are larger than the kernel's buffer for a
    connection."""
    _idle, dripping, bound = sizes
    browser = site.sign_in("vanthu")
    browser.upload("lon.txt", b"Ke hoach so 12 ve viec lon. " * 700_000, 60)
    site.wait_for(
        lambda: (
            "download" in browser.get("/documents/1?tab=files")
            or "download" in browser.get("/documents/1?tab=files")
        )
    )
    page = browser.get("/documents/1?tab=files")
    address = page.partition('href="/files/')[2].partition('"')[0]
    for more in ("", "Range: bytes=10-\r\n"):
        ask = f"GET /files/{address} HTTP/1.1\r\nHost: 127.0.0.1\r\n{more}Cookie: {browser.cookies}\r\n\r\n"
        with Crowd(site).add(dripping, ask.encode(), buffer=4096):
            assert p95(site, "/healthz") <= bound
            assert p95(site, "/search", browser.cookies) <= bound


def test_a_body_of_a_visitor_is_answered_without_being_read(site: Running) -> None:
    for address, status in (("/documents/new", b" 302 "), ("/login", b" 413 ")):
        with socket.create_connection(("127.0.0.1", site.port), timeout=20) as one:
            head = f"POST {address} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 800000000\r\n\r\n"
            one.sendall(head.encode() + b"x" * 100_000)
            assert status in status_line(one)


def test_a_visitor_who_keeps_sending_reads_the_answer(site: Running) -> None:
    """Closing a connection with unread bytes would reset it and lose the answer."""
    with socket.create_connection(("127.0.0.1", site.port), timeout=20) as one:
        one.sendall(b"POST /documents/new HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 8000000\r\n\r\n")
        for _ in range(80):
            one.sendall(b"x" * 100_000)
            time.sleep(0.005)
        assert b" 302 " in status_line(one)


def test_request_lines_and_headers_have_their_limits(site: Running) -> None:
    for line, status in (
        (b"GET /login?" + b"a" * 8100 + b" HTTP/1.1\r\n", b" 200 "),
        (b"GET /login?" + b"a" * 8300 + b" HTTP/1.1\r\n", b" 414 "),
        (b"GET /login HTTP/1.1\r\nX-Long: " + b"a" * 8300 + b"\r\n", b" 431 "),
        (b"GET /login HTTP/1.1\r\n" + b"".join(b"X-%d: a\r\n" % n for n in range(150)), b" 431 "),
        (b"GET /login HTTP/1.1\r\n" + b"X-Much: " + b"a" * 90_000 + b"\r\n", b" 431 "),
    ):
        with socket.create_connection(("127.0.0.1", site.port), timeout=20) as one:
            with contextlib.suppress(ConnectionError):
                one.sendall(line + b"Host: 127.0.0.1\r\nConnection: close\r\n\r\n")
            assert status in status_line(one), line[:40]


def test_memory_does_not_grow_with_what_is_sent(site: Running, full_size: bool) -> None:
    browser = site.sign_in("vanthu")
    megabytes = 190 if full_size else 60
    (master,) = site.below("gunicorn")
    before = _memory(site, master)
    assert '"stored"' in browser.upload("to.txt", b"Cong van ve viec to " * (megabytes * 50_000), 120)
    assert _memory(site, master) - before < megabytes * 1024 // 2


def _memory(site: Running, master: int) -> int:
    """The highest number of kilobytes that any web process has used."""
    texts = [Path(f"/proc/{pid}/status").read_text() for pid in site.below("", master)]
    return max(int(text.partition("VmHWM:")[2].split()[0]) for text in texts)
