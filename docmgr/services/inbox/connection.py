"""A connection to an IMAP server that is not trusted: everything it sends is limited in size and time.

It connects to the host and port of the settings and nowhere else."""

from __future__ import annotations

import contextlib
import imaplib
import re
import socket
import ssl
import threading
from collections.abc import Iterator
from typing import Any, cast

from docmgr.inbox_settings import Mailbox
from docmgr.services.inbox.state import Trouble

# Seconds to wait for the server's next bytes, and for everything that is done on one connection.
SILENT_SECONDS, WHOLE_SECONDS = 20.0, 120.0
# How much one connection may receive besides messages.
TALK_BYTES = 8 * 1024 * 1024
PASSWORD_BYTES = 4096
FAULTS = (imaplib.IMAP4.error, OSError, ValueError)
SIZE = re.compile(rb"RFC822\.SIZE (\d{1,12})")


class _Limited:
    """Counts what a server sends, and ends the connection when it is too much or takes too long."""

    left = TALK_BYTES
    timer: threading.Timer | None = None
    handle: socket.socket

    def _create_socket(self, timeout: float | None) -> socket.socket:
        plain = imaplib.IMAP4._create_socket(cast(Any, self), timeout)  # type: ignore[attr-defined]
        # A second handle of the connection, since TLS takes the first one over.
        self.handle = plain.dup()
        self.timer = threading.Timer(WHOLE_SECONDS, _cut, (self.handle,))
        self.timer.daemon = True
        self.timer.start()
        return self._wrapped(plain)

    def _wrapped(self, plain: socket.socket) -> socket.socket:
        return plain

    def release(self) -> None:
        """Forget the time limit, because the connection has ended."""
        if self.timer is not None:
            self.timer.cancel()
            self.handle.close()

    def read(self, size: int) -> bytes:
        """Read a piece of this size, which the server has announced."""
        self._spend(size)
        return super().read(size)  # type: ignore[misc, no-any-return]

    def readline(self) -> bytes:
        """Read one line."""
        line = super().readline()  # type: ignore[misc]
        self._spend(len(line))
        return line  # type: ignore[no-any-return]

    def _spend(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise imaplib.IMAP4.abort("more than was asked for")


class _Plain(_Limited, imaplib.IMAP4):
    pass


class _Encrypted(_Limited, imaplib.IMAP4_SSL):
    def _wrapped(self, plain: socket.socket) -> socket.socket:
        return cast(ssl.SSLContext, self.ssl_context).wrap_socket(plain, server_hostname=self.host)


class Connection:
    """An open mailbox. The methods raise Trouble "imap_answer" when the server refuses, breaks the protocol, sends too
    much or is too slow. `uid_validity` is the number of the mailbox's numbering."""

    def __init__(self, server: _Plain | _Encrypted) -> None:
        self.server = server
        self.uid_validity = 0
        self.moves = "MOVE" in server.capabilities

    def uids(self, after: int) -> list[int]:
        """List the numbers of the messages above `after`, ascending."""
        numbers = b" ".join(one for one in self._ask("SEARCH", "UID", f"{after + 1}:*") if one)
        # The server answers n:* with the last message even when its number is lower.
        return sorted({int(one) for one in numbers.split() if one.isdigit() and after < int(one) < 2**32})

    def size(self, uid: int) -> int | None:
        """How many bytes the message has, as the server says; None when it is gone."""
        found = SIZE.search(_joined(self._ask("FETCH", str(uid), "(RFC822.SIZE)")))
        return int(found[1]) if found else None

    def message(self, uid: int, most: int) -> bytes | None:
        """Fetch a message of at most `most` bytes without marking it as read; None when it is gone. Raises Trouble as
        well when it is longer."""
        self.server.left = TALK_BYTES + most
        parts = [part[1] for part in self._ask("FETCH", str(uid), "(BODY.PEEK[])") if isinstance(part, tuple)]
        self.server.left = TALK_BYTES
        return max(parts, key=len) if parts else None

    def mark(self, uid: int, *flags: str) -> None:
        """Add flags such as "\\\\Seen" to a message."""
        self._ask("STORE", str(uid), "+FLAGS.SILENT", f"({' '.join(flags)})")

    def move(self, uid: int, folder: str) -> bool:
        """Move a message to another folder, which is created when it is missing. Returns False when the server cannot
        move messages or refuses."""
        if not self.moves:
            return False
        with _told():
            for attempt in range(2):
                if self.server.uid("MOVE", str(uid), quoted(folder))[0] == "OK":
                    return True
                if attempt == 0:
                    self.server.create(quoted(folder))
        self.moves = False
        return False

    def _ask(self, command: str, *words: str) -> list[Any]:
        with _told():
            status, data = self.server.uid(command, *words)
        if status != "OK":
            raise Trouble("imap_answer", _text(data))
        return [part for part in data if part is not None]


@contextlib.contextmanager
def opened(mailbox: Mailbox) -> Iterator[Connection]:
    """Connect, sign in and open the mailbox for the block. Raises Trouble when that fails: for the password file, the
    network, the certificate, the password and the mailbox. The connection is cut after WHOLE_SECONDS."""
    password = _password(mailbox)
    server = _connected(mailbox)
    try:
        _sign_in(server, mailbox.user, password)
        with _told():
            connection = Connection(_with_capabilities(server))
            status, data = server.select(quoted(mailbox.name))
            if status != "OK":
                raise Trouble("imap_mailbox", _text(data))
            answer = server.response("UIDVALIDITY")[1]
            connection.uid_validity = int(answer[0]) if answer and answer[0] else 0
        yield connection
    finally:
        with contextlib.suppress(*FAULTS):
            server.logout()
        server.release()


def _password(mailbox: Mailbox) -> str:
    try:
        with mailbox.password_file.open("rb") as file:
            password = file.readline(PASSWORD_BYTES).decode().strip("\r\n")
    except (OSError, ValueError) as fault:
        raise Trouble("imap_password", getattr(fault, "strerror", None)) from None
    if not password or not password.isprintable():
        raise Trouble("imap_password")
    return password


def _connected(mailbox: Mailbox) -> _Plain | _Encrypted:
    try:
        if not mailbox.tls:
            return _Plain(mailbox.host, mailbox.port, timeout=SILENT_SECONDS)
        trusted = ssl.create_default_context()
        return _Encrypted(mailbox.host, mailbox.port, ssl_context=trusted, timeout=SILENT_SECONDS)
    except ssl.SSLCertVerificationError as fault:
        raise Trouble("imap_certificate", fault.verify_message) from None
    except imaplib.IMAP4.error as fault:
        raise Trouble("imap_answer", str(fault)) from None
    except (OSError, ValueError) as fault:
        raise Trouble("imap_unreachable", str(fault)) from None


def _sign_in(server: imaplib.IMAP4, user: str, password: str) -> None:
    try:
        if password.isascii():
            server.login(user, password)
        else:
            server.authenticate("PLAIN", lambda _: f"\0{user}\0{password}".encode())
    except imaplib.IMAP4.abort as fault:
        raise Trouble("imap_answer", str(fault)) from None
    except imaplib.IMAP4.error:
        # The server's words are left out: they could repeat the password.
        raise Trouble("imap_login") from None
    except (OSError, ValueError) as fault:
        raise Trouble("imap_unreachable", str(fault)) from None


def _with_capabilities(server: _Plain | _Encrypted) -> _Plain | _Encrypted:
    """Take over what the server can do for somebody who has signed in, which may be more than before."""
    told = server.capability()[1]
    if told and told[0]:
        server.capabilities = tuple(told[0].decode("ascii", "replace").upper().split())
    return server


@contextlib.contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except FAULTS as fault:
        raise Trouble("imap_answer", str(fault)) from None


def _cut(connected: socket.socket) -> None:
    # Whoever is just reading from the connection meets its end.
    with contextlib.suppress(OSError):
        connected.shutdown(socket.SHUT_RDWR)
    connected.close()


def quoted(text: str) -> str:
    """Write a name as an IMAP string in quotes."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _joined(data: list[Any]) -> bytes:
    return b" ".join(b" ".join(part) if isinstance(part, tuple) else part for part in data)


def _text(data: Any) -> str | None:
    return _joined([part for part in data or [] if part]).decode("utf-8", "replace") or None
