"""A small mail server for tests: it keeps what it is given, or misbehaves as it is told."""

from __future__ import annotations

import email
import email.policy
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage

# How the server behaves: "good", "later" (452 for every address), an address (452 for this one), "hang" (no answer to RCPT), "drip" (a
# greeting without end).
GOOD = "good"


class MailServer(socketserver.ThreadingTCPServer):
    """Listens on a free port of this machine. `mails` are the messages that it took, with the address in `taken_for`;
    it refuses the addresses in `refused` for good."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.behaviour, self.mails, self.taken_for, self.ended = GOOD, list[EmailMessage](), list[str](), threading.Event()
        self.connections, self.refused = 0, set[str]()

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class _Talk(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self.server.connections += 1
        if self.server.behaviour == "drip":
            while not self.server.ended.wait(0.05):
                self.wfile.write(b"220-x\r\n")
            return
        self._say("220 ready")
        to = ""
        while line := self.rfile.readline().decode("ascii", "replace").strip():
            command = line[:4].upper()
            if command == "RCPT":
                to = line.partition("<")[2].partition(">")[0]
                if self.server.behaviour == "hang":
                    self.server.ended.wait(60)
                    return
                self._say("550 no such address" if to in self.server.refused else "452 full" if self.server.behaviour in ("later", to) else "250 ok")
            elif command == "DATA":
                self._say("354 go on")
                self._take(to)
                self._say("250 taken")
            elif command == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 ok")

    def _take(self, to: str) -> None:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        message = email.message_from_bytes(b"".join(lines), policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        self.server.mails.append(message)
        self.server.taken_for.append(to)

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@contextmanager
def serving() -> Iterator[MailServer]:
    """A mail server until the block ends."""
    with MailServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.ended.set()
            server.shutdown()
            thread.join()
