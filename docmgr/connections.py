"""The connections of a web process, with limits on size, speed and time that apply before a thread is used.

Waitress, the HTTP server, receives all requests in one loop. A thread gets a request only when it is
complete, so a slow client uses no thread. This module adds three limits that Waitress lacks: a time limit for
headers, a minimum speed, and a limit on bodies received at once.
"""

from __future__ import annotations

import errno
import logging
import shutil
import socket
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher, WSGITask
from waitress.utilities import BadRequest, Error, RequestEntityTooLarge, RequestHeaderFieldsTooLarge

# The key of the WSGI environment that holds the HTTP status when a request's body was not read.
REFUSED = "docmgr.refused"
# These paths are answered by a thread of their own, because health checks must work when all other threads are busy.
URGENT_PATHS = frozenset({"/healthz", "/readyz"})
TOO_LARGE, STORE_AWAY, BUSY, NO_ROOM = 413, 502, 503, 507

log = logging.getLogger(__name__)


class UriTooLong(Error):  # type: ignore[misc]
    """The request line is longer than `ConnectionLimits.line`. The server answers with status 414."""

    code, reason = 414, "URI Too Long"


class InsufficientStorage(Error):  # type: ignore[misc]
    """The disk has no room for the request body. The server answers with status NO_ROOM (507)."""

    code, reason = NO_ROOM, "Insufficient Storage"


@dataclass(frozen=True)
class ConnectionLimits:
    """The limits of one web process on its connections. Times are in seconds and sizes in bytes."""

    # Time from connecting, or from the first byte of a later request, to the end of the headers.
    header_seconds: float = 20.0
    keepalive_seconds: float = 5.0
    # A body must arrive, and an answer must be taken, with at least this many bytes in each window (1 kB/s). A limit on
    # the total time would forbid large files on slow lines.
    window_seconds: float = 30.0
    window_bytes: int = 30_000
    # The largest body that a visitor may send (a form). Only people who are signed in may send more, and only so many
    # at once.
    small_body: int = 64 * 1024
    large_bodies: int = 64
    # For this long the rest of a refused request is read and discarded, so that the client gets the answer.
    linger_seconds: float = 5.0
    line: int = 8190
    fields: int = 100
    field: int = 8190
    headers: int = 64 * 1024
    connections: int = 1000
    # An answer waits on disk for a slow client, up to a whole file, so that no thread has to wait.
    waiting_bytes: int = 1024 * 1024 * 1024


class HttpRequest(HTTPRequestParser):  # type: ignore[misc]
    """A request that is being received. When its headers are complete, the server decides whether to receive
    its body. `refused` is the HTTP status with which the body was refused; 0 if it was not refused."""

    refused = 0
    large = False

    def __init__(self, adj: Any, channel: Channel | None = None) -> None:
        super().__init__(adj)
        self.channel = channel

    def received(self, data: bytes) -> int:
        """Process the received bytes `data`, and return how many of them belong to this request. A refused
        or invalid request takes them all. Whatever the client sends after that is discarded."""
        began = self.headers_finished
        try:
            consumed: int = super().received(data)
        except OSError as fault:
            if fault.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EROFS):
                raise
            log.error("a body could not be put on disk: %s", fault)
            self._end(InsufficientStorage("The disk does not take the body."))
            consumed = len(data)
        if self.channel is None or self.empty:
            return consumed
        if self.headers_finished and not began and isinstance(self.error, RequestEntityTooLarge | None):
            self._judge(self.channel.server)
        elif self.chunked and self.error is None:
            self._bound_chunk_lines()
        if self.error is not None or self.refused:
            self.channel.discarding = True
            return len(data)
        return consumed

    def _judge(self, server: Server) -> None:
        limits = server.limits
        if len(self.first_line) > limits.line:
            self._end(UriTooLong(f"exceeds {limits.line} bytes"))
        elif len(self.headers) > limits.fields or max(map(len, self.headers.values()), default=0) > limits.field:
            self._end(RequestHeaderFieldsTooLarge("too many or too long fields"))
        elif self.chunked or self.content_length > limits.small_body:
            self.large = True
            if reason := server.refusal(self):
                self._withhold(reason)

    def _withhold(self, reason: int) -> None:
        # The application answers without reading the body, because it knows the person, the page and the language.
        self.refused, self.large, self.completed, self.expect_continue = reason, False, True, False
        self.body_rcv = self.error = None
        self.headers["CONTENT_LENGTH"] = "0"
        self.headers["CONNECTION"] = "close"

    def _bound_chunk_lines(self) -> None:
        body: Any = self.body_rcv
        if len(body.control_line) > self.adj.recv_bytes or len(body.trailer) > self.adj.recv_bytes:
            self._end(BadRequest("Chunk line too long"))

    def _end(self, error: Error) -> None:
        self.error, self.completed, self.expect_continue = error, True, False


class HttpTask(WSGITask):  # type: ignore[misc]
    """The task that calls the application for a request. When the request body was refused,
    `environ[REFUSED]` tells the application the HTTP status of the refusal."""

    def get_environment(self) -> dict[str, Any]:
        """The WSGI environment of the request. If its body was refused, `environ[REFUSED]` is the HTTP
        status."""
        environ: dict[str, Any] = super().get_environment()
        if self.request.refused:
            environ[REFUSED] = self.request.refused
        return environ


class Channel(HTTPChannel):  # type: ignore[misc]
    """One connection of a client. It measures how fast the client sends and receives."""

    task_class = HttpTask
    close_when_flushed: bool = False
    discarding = False
    lingering_until: float | None = None

    def __init__(self, server: Server, sock: socket.socket, addr: Any, adj: Any, map: Any = None) -> None:
        self.parser_class = partial(HttpRequest, channel=self)
        self.began = time.monotonic()
        self.fresh = True
        self.taken = self.sent = 0
        self._phase, self._mark, self._marked_at = "", 0, self.began
        super().__init__(server, sock, addr, adj, map=map)

    def readable(self) -> bool:
        """Whether the server should read from this connection now."""
        return self.lingering_until is not None or super().readable()

    def received(self, data: bytes) -> bool:
        """Pass the received bytes `data` to the current request, and return True. Returns False when they
        are discarded, because the request was refused or the connection is about to close."""
        self.taken += len(data)
        if self.discarding:
            return False
        if self.request is None:
            # Each request is timed for itself.
            self._phase = ""
            if not self.fresh:
                self.began = time.monotonic()
        self.fresh = False
        return bool(super().received(data))

    def send(self, data: bytes, do_close: bool = True) -> int:
        """Send bytes of `data`, and return how many were sent. If the client has disconnected, this is 0.
        `do_close` says whether the connection is closed in this case."""
        count: int = super().send(data, do_close=do_close)
        self.sent += count
        return count

    def handle_write(self) -> None:
        """Send the queued bytes. After a refusal the connection is kept open until the client has had time
        to read the answer."""
        if not (self.discarding and self.close_when_flushed):
            super().handle_write()
            return
        self._flush_exception(self._flush_some)
        if self.will_close:
            self.handle_close()
        elif not self.total_outbufs_len:
            self.close_when_flushed = False
            self.lingering_until = time.monotonic() + self.server.limits.linger_seconds
            try:
                self.socket.shutdown(socket.SHUT_WR)
            except OSError:
                self.handle_close()

    def tend(self, now: float) -> None:
        """Close the connection when its client is too slow or idle for too long. `now` is a time of
        time.monotonic()."""
        if not self._in_time(now):
            # It is closed at once: the loop looks at `will_close` only when the socket is writable, and it never
            # becomes writable when the client takes nothing.
            self.handle_close()

    def _in_time(self, now: float) -> bool:
        limits = self.server.limits
        if self.lingering_until is not None:
            return now < self.lingering_until
        if self.total_outbufs_len:
            return self._moves("out", self.sent, now)
        if not self.requests and self.request is not None and self.request.headers_finished:
            return self._moves("in", self.taken, now)
        self._phase = ""
        if self.requests:
            return True
        if self.request is None and not self.fresh:
            return bool(time.time() - self.last_activity < limits.keepalive_seconds)
        return bool(now - self.began < limits.header_seconds)

    def _moves(self, phase: str, count: int, now: float) -> bool:
        limits = self.server.limits
        enough = True
        if phase == self._phase:
            if now - self._marked_at < limits.window_seconds:
                return True
            enough = count - self._mark >= limits.window_bytes
        self._phase, self._mark, self._marked_at = phase, count, now
        return enough

    @property
    def busy(self) -> bool:
        """Whether a request on this connection is being received, processed or answered."""
        coming = self.request is not None and self.request.headers_finished
        return bool(self.requests or self.total_outbufs_len or coming)

    @property
    def holds_large_body(self) -> bool:
        """Whether a large body is being received on this connection, or waits for a thread."""
        return any(request.large for request in (self.request, *self.requests) if request is not None)


class Server(TcpWSGIServer):  # type: ignore[misc]
    """One listening socket of a web process, with its connections.

    A body is large when its size is unknown or above `limits.small_body`. `signed_in` tells whether a Cookie
    header contains a valid session; without one, a large body is refused. A large body is also refused when
    fewer than `floor_bytes` would stay free on the disk, or `accepting` says that the store takes no files. A body of more than `max_body` bytes is always
    refused.
    """

    channel_class = Channel

    def __init__(
        self,
        application: Any,
        sock: socket.socket,
        dispatcher: ThreadedTaskDispatcher,
        *,
        signed_in: Callable[[str], bool],
        limits: ConnectionLimits = ConnectionLimits(),
        floor_bytes: int = 0,
        max_body: int = 2**40,
        accepting: Callable[[], bool] = lambda: True,
        map: dict[int, Any] | None = None,
    ) -> None:
        self.limits, self.signed_in = limits, signed_in
        self.floor_bytes, self.max_body, self.accepting_files = floor_bytes, max_body, accepting
        self.urgent = ThreadedTaskDispatcher()
        self.urgent.set_thread_count(1)
        info = (sock.family, sock.type, sock.proto, sock.getsockname())
        super().__init__(
            application, map, True, sock, dispatcher=dispatcher, sockinfo=info, bind_socket=False,
            ident=None, server_name="127.0.0.1", clear_untrusted_proxy_headers=False, log_socket_errors=False,
            recv_bytes=32 * 1024, inbuf_overflow=limits.small_body, outbuf_overflow=4 * limits.small_body,
            outbuf_high_watermark=limits.waiting_bytes, connection_limit=limits.connections,
            max_request_header_size=limits.headers, max_request_body_size=max_body + 1, cleanup_interval=1,
            asyncore_use_poll=True,
        )  # fmt: skip

    def add_task(self, channel: Channel) -> None:
        """Give a complete request to a thread. Health checks have a thread of their own, so
        that they are answered when all others are busy."""
        urgent = getattr(channel.requests[0], "path", None) in URGENT_PATHS
        (self.urgent if urgent else self.task_dispatcher).add_task(channel)

    def refusal(self, request: HttpRequest) -> int:
        """Decide whether to refuse the large body of a request. Returns the HTTP status of the refusal
        (TOO_LARGE, STORE_AWAY, BUSY or NO_ROOM), or 0 when the body is accepted."""
        if request.content_length > self.max_body or not self.signed_in(request.headers.get("COOKIE", "")):
            return TOO_LARGE
        if sum(channel.holds_large_body for channel in self.active_channels.values()) > self.limits.large_bodies:
            return BUSY
        if not self.accepting_files():
            return STORE_AWAY
        if shutil.disk_usage(tempfile.gettempdir()).free - request.content_length < self.floor_bytes:
            return NO_ROOM
        return 0

    def maintenance(self, now: float) -> None:
        """Close the connections whose clients are too slow. Waitress calls this once a second; the argument
        `now` is not used."""
        moment = time.monotonic()
        for channel in list(self.active_channels.values()):
            channel.tend(moment)

    def stop_accepting(self) -> None:
        """Close the listening socket; open connections stay open."""
        self.accepting = False
        self.del_channel()
        self.socket.close()

    @property
    def busy(self) -> bool:
        """Whether any connection is receiving, processing or answering a request."""
        return any(channel.busy for channel in self.active_channels.values())
