"""The limits of one web process on its connections, tested with limits of fractions of a second."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from waitress import wasyncore
from waitress.task import ThreadedTaskDispatcher

from docmgr import connections
from docmgr.connections import REFUSED, ConnectionLimits, Server
from docmgr.web.kit import guard
from tests.support.browsers import Auth

QUICK = ConnectionLimits(
    header_seconds=1.5, keepalive_seconds=1.5, window_seconds=1.5, window_bytes=300, small_body=1000, large_bodies=1,
    linger_seconds=1.5,
)  # fmt: skip
PATIENCE = 15


def answer_on(connection: socket.socket) -> bytes:
    """One whole answer: a server may send head and body separately."""
    received = connection.recv(1000)
    while received:
        head, end, body = received.partition(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head.lower())
        if end and length and len(body) >= int(length[1]):
            break
        if not (piece := connection.recv(1000)):
            break
        received += piece
    return received


class Served:
    """A server in this process, with an application that returns what it was given."""

    def __init__(self, limits: ConnectionLimits, **more: Any) -> None:
        self.seen: list[dict[str, Any]] = []
        self.hold = threading.Event()
        listener = socket.create_server(("127.0.0.1", 0))
        self.port = listener.getsockname()[1]
        self.map: dict[int, Any] = {}
        dispatcher = ThreadedTaskDispatcher()
        dispatcher.set_thread_count(1)
        self.server = Server(
            self.application, listener, dispatcher, limits=limits, map=self.map,
            signed_in=lambda cookies: "yes" in cookies, **more,
        )  # fmt: skip
        self.ended = False
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def _run(self) -> None:
        while not self.ended:
            wasyncore.loop(0.05, use_poll=True, map=self.map, count=1)

    def application(self, environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        if environ["PATH_INFO"] == "/hold":
            self.hold.wait(4 * PATIENCE)
        body = environ["wsgi.input"].read()
        self.seen.append(environ | {"body": len(body)})
        answer = b"x" * int(environ["QUERY_STRING"] or 2)
        start("200 OK", [("Content-Length", str(len(answer)))])
        return [answer]

    def connect(self, first: bytes, buffer: int = 0) -> socket.socket:
        one = socket.socket()
        if buffer:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        one.settimeout(PATIENCE)
        one.connect(("127.0.0.1", self.port))
        one.sendall(first)
        return one

    def wait_for(self, true: Callable[[], bool]) -> None:
        """Wait until it is so: what was sent has not yet arrived when sending it is done. Raises AssertionError."""
        deadline = time.monotonic() + PATIENCE
        while not true():
            assert time.monotonic() < deadline
            time.sleep(0.02)

    def large_bodies(self) -> int:
        """How many large bodies are under way."""
        return sum(channel.holds_large_body for channel in list(self.server.active_channels.values()))

    def close(self) -> None:
        self.ended = True
        self.hold.set()
        self.thread.join()
        wasyncore.close_all(self.map)


@pytest.fixture
def serve(request: pytest.FixtureRequest) -> Iterator[Callable[..., Served]]:
    """A function that starts servers, which are stopped after the test."""
    running: list[Served] = []

    def start(limits: ConnectionLimits = QUICK, **more: Any) -> Served:
        running.append(Served(limits, **more))
        return running[-1]

    yield start
    for one in running:
        one.close()


def is_free(port: int) -> bool:
    """Whether another server may have the port."""
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


def drip(one: socket.socket, data: bytes, pause: float, seconds: float) -> bool:
    """Send `data` again and again; returns whether the other side is still there at the end."""
    deadline = time.monotonic() + seconds
    one.settimeout(pause)
    while time.monotonic() < deadline:
        try:
            one.sendall(data)
            if one.recv(100) == b"":
                return False
        except TimeoutError:
            continue
        except OSError:
            return False
    return True


def post(length: int, *lines: str) -> bytes:
    return "\r\n".join(
        ("POST /form HTTP/1.1", "Host: a", f"Content-Length: {length}", *lines, "", "")
    ).encode()


@pytest.mark.parametrize(
    ("first", "drop"),
    [(b"", b""), (b"GET / HTTP/1.1\r\nX-A: ", b"a"), (post(900), b"a"), (post(5000, "Cookie: yes"), b"aa")],
    ids=["idle", "headers", "form", "upload"],
)
def test_who_sends_too_slowly_is_put_out(serve: Callable[..., Served], first: bytes, drop: bytes) -> None:
    served = serve()
    assert not drip(served.connect(first), drop, 0.2, PATIENCE)
    assert served.seen == []


def test_who_sends_fast_enough_may_take_long(serve: Callable[..., Served]) -> None:
    """Five windows, each with enough bytes: a large file over a slow line arrives."""
    served = serve()
    one = served.connect(post(4000, "Cookie: yes"))
    for _ in range(40):
        one.sendall(b"a" * 100)
        time.sleep(0.15)
    assert answer_on(one).startswith(b"HTTP/1.1 200") and served.seen[0]["body"] == 4000


def test_short_requests_on_one_connection_are_each_timed_for_themselves(serve: Callable[..., Served]) -> None:
    # Together they take longer than any one may; a machine that is busy for a second is no slow visitor.
    served = serve(replace(QUICK, header_seconds=3, keepalive_seconds=3, window_seconds=3, window_bytes=100_000))
    one = served.connect(b"")
    for _ in range(4):
        one.sendall(post(4) + b"ab")
        time.sleep(1.1)
        one.sendall(b"cd")
        assert answer_on(one).startswith(b"HTTP/1.1 200")


def test_a_connection_without_a_further_request_is_closed(serve: Callable[..., Served]) -> None:
    one = serve().connect(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    answer = b""
    while piece := one.recv(1000):
        answer += piece
    assert answer.startswith(b"HTTP/1.1 200") and answer.endswith(b"xx")


def test_who_does_not_take_the_answer_is_put_out_and_holds_no_thread(serve: Callable[..., Served]) -> None:
    served = serve()
    one = served.connect(b"GET /?20000000 HTTP/1.1\r\nHost: a\r\n\r\n", buffer=4096)
    # The only thread is free for the next one.
    other = served.connect(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    assert b"200 OK" in answer_on(other)
    served.wait_for(lambda: len(served.server.active_channels) <= 1 and not served.server.busy)
    one.close()


def test_bodies_of_visitors_are_not_read_and_the_application_knows(serve: Callable[..., Served]) -> None:
    served = serve()
    one = served.connect(post(1001, "Expect: 100-continue") + b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    answer = answer_on(one)
    assert answer.startswith(b"HTTP/1.1 200") and b"close" in answer.lower() and b"100 Continue" not in answer
    assert [(e[REFUSED], e["body"], e["CONTENT_LENGTH"]) for e in served.seen] == [(413, 0, "0")]
    # A body within the limit of forms is read.
    assert b"200 OK" in answer_on(served.connect(post(1000) + b"a" * 1000))
    assert REFUSED not in served.seen[1] and served.seen[1]["body"] == 1000


def test_a_chunked_body_is_for_people_who_are_signed_in_too(serve: Callable[..., Served]) -> None:
    served = serve()
    head = b"POST /form HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
    answer_on(served.connect(head + b"\r\n3\r\nabc\r\n0\r\n\r\n"))
    answer_on(served.connect(head + b"Cookie: yes\r\n\r\n3\r\nabc\r\n0\r\n\r\n"))
    assert [(e.get(REFUSED), e["body"]) for e in served.seen] == [(413, 0), (None, 3)]
    # The answer is sent a moment before the request counts as done, and only one large body may come at a time.
    served.wait_for(lambda: served.large_bodies() == 0)
    endless = served.connect(head + b"Cookie: yes\r\n\r\n" + b"1" * 80_000)
    assert b" 400 " in answer_on(endless)


def test_a_body_larger_than_any_request_may_be_is_not_read(serve: Callable[..., Served]) -> None:
    served = serve(max_body=50_000)
    answer_on(served.connect(post(50_001, "Cookie: yes")))
    answer_on(served.connect(post(50_000, "Cookie: yes") + b"a" * 50_000))
    assert [(e.get(REFUSED), e["body"]) for e in served.seen] == [(413, 0), (None, 50_000)]


def test_a_large_body_is_not_read_while_the_store_takes_no_files(serve: Callable[..., Served]) -> None:
    served = serve(accepting=lambda: False)
    answer_on(served.connect(post(40_000, "Cookie: yes")))
    answer_on(served.connect(post(1000) + b"a" * 1000))
    assert [(e.get(REFUSED), e["body"]) for e in served.seen] == [(502, 0), (None, 1000)]


def test_only_so_many_large_bodies_come_at_once(serve: Callable[..., Served]) -> None:
    served = serve()
    first = served.connect(post(5000, "Cookie: yes") + b"a")
    served.wait_for(lambda: served.large_bodies() == 1)
    answer_on(served.connect(post(5000, "Cookie: yes")))
    assert served.seen[0][REFUSED] == 503
    first.sendall(b"a" * 4999)
    assert b"200 OK" in answer_on(first)
    # The answer is sent a moment before the request counts as done.
    served.wait_for(lambda: served.large_bodies() == 0)
    assert b"200 OK" in answer_on(served.connect(post(5000, "Cookie: yes") + b"a" * 5000))
    assert REFUSED not in served.seen[2]


def test_a_body_that_the_disk_has_no_room_for_is_not_read(
    serve: Callable[..., Served], monkeypatch: Any
) -> None:
    served = serve(floor_bytes=100)
    for free, reason in ((5099, 507), (5100, None)):
        monkeypatch.setattr(
            connections.shutil, "disk_usage", lambda _path, free=free: type("Usage", (), {"free": free})
        )
        answer_on(served.connect(post(5000, "Cookie: yes") + b"a" * 5000))
        assert served.seen[-1].get(REFUSED) == reason


def test_a_disk_that_fills_under_a_body_is_told(serve: Callable[..., Served], monkeypatch: Any) -> None:
    def full(*_arguments: object) -> int:
        raise OSError(28, "No space left on device")

    served = serve()
    one = served.connect(post(5000, "Cookie: yes"))
    served.wait_for(lambda: served.large_bodies() == 1)
    monkeypatch.setattr("waitress.receiver.FixedStreamReceiver.received", full)
    one.sendall(b"a" * 100)
    assert b" 507 " in answer_on(one)


def test_the_pulse_is_answered_while_all_threads_wait(serve: Callable[..., Served]) -> None:
    served = serve()
    held = served.connect(b"GET /hold HTTP/1.1\r\nHost: a\r\n\r\n")
    served.wait_for(lambda: served.server.busy)
    assert b"200 OK" in answer_on(served.connect(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"))
    served.hold.set()
    assert b"200 OK" in answer_on(held)


def test_the_port_is_free_while_requests_end(serve: Callable[..., Served]) -> None:
    served = serve()
    held = served.connect(b"GET /hold HTTP/1.1\r\nHost: a\r\n\r\n")
    served.wait_for(lambda: served.server.busy)
    served.server.stop_accepting()
    assert served.server.busy
    # The loop no longer watches it after its next step.
    served.wait_for(lambda: is_free(served.port))
    assert served.server.busy
    served.hold.set()
    assert b"200 OK" in answer_on(held)


def test_a_session_is_told_by_its_signature(app: Flask, auth: Auth) -> None:
    browser = auth("clerk")
    browser.get("/")
    name = app.config["SESSION_COOKIE_NAME"]
    cookie = browser.get_cookie(name)
    assert cookie is not None and guard.carries_session(app, f"a=b; {name}={cookie.value}")
    for forged in ("", f"{name}=", f"{name}={cookie.value[:-1]}", f"other={cookie.value}", "\x00;;=="):
        assert not guard.carries_session(app, forged)
    visitor = app.test_client()
    visitor.get("/login")
    cookie = visitor.get_cookie(name)
    assert cookie is not None and not guard.carries_session(app, f"{name}={cookie.value}")


@pytest.mark.parametrize(("reason", "status"), [(413, 413), (502, 503), (503, 503), (507, 507)])
def test_an_unread_body_is_answered_by_a_page(auth: Auth, reason: int, status: int) -> None:
    unread = {REFUSED: reason}
    answer = auth("clerk").post("/documents/new", environ_overrides=unread)
    assert answer.status_code == status and "<h1>" in answer.get_data(as_text=True)
    assert ("Retry-After" in answer.headers) == (status == 503)
    told = auth("clerk").post(
        "/documents/new", environ_overrides=unread, headers={"Accept": "application/json"}
    )
    assert told.status_code == status and told.get_json()["reason"]


def test_a_visitor_with_an_unread_body_is_led_to_sign_in(app: Flask, people: object) -> None:
    visitor = app.test_client()
    assert visitor.post("/documents/new", environ_overrides={REFUSED: 413}).status_code == 302
    assert visitor.post("/login", environ_overrides={REFUSED: 413}).status_code == 413
