"""A small IMAP server (RFC 3501, RFC 6851) for tests: one account, its folders in memory, and bad manners on demand."""

from __future__ import annotations

import base64
import datetime as dt
import ipaddress
import re
import socketserver
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "vanthu", 'mật khẩu "27"'


@dataclass
class Message:
    """A message of a folder, with its number and flags."""

    uid: int
    data: bytes
    flags: set[str] = field(default_factory=set)


@dataclass
class Post:
    """What the server holds, and how it behaves. `bad` changes its answer to a command: it gets the connection's
    `send`, and returns False when the server should answer as usual. `commands` is what clients sent."""

    folders: dict[str, list[Message]] = field(default_factory=lambda: {"INBOX": []})
    capabilities: str = "IMAP4rev1 AUTH=PLAIN MOVE"
    password: str = PASSWORD
    validity: int = 7
    next_uid: int = 1
    bad: dict[str, Callable[[Callable[[bytes], None], str], bool]] = field(default_factory=dict)
    commands: list[str] = field(default_factory=list)
    creates: bool = True

    def add(self, data: bytes, folder: str = "INBOX") -> int:
        """Put a message into a folder, and return its number."""
        self.folders[folder].append(Message(self.next_uid, data))
        self.next_uid += 1
        return self.next_uid - 1


class _Handler(socketserver.StreamRequestHandler):
    post: Post

    def send(self, data: bytes) -> None:
        """Send bytes as they are."""
        self.wfile.write(data)
        self.wfile.flush()

    def handle(self) -> None:
        """Serve one connection."""
        self.folder = ""
        try:
            if not self._bad("GREETING", ""):
                self.send(b"* OK ready\r\n")
            while line := self.rfile.readline(70_000).decode("utf-8").strip():
                tag, _, rest = line.partition(" ")
                if not self._answer(tag, rest):
                    return
        except (OSError, ValueError):
            return

    def _bad(self, command: str, tag: str) -> bool:
        return command in self.post.bad and self.post.bad[command](self.send, tag)

    def _answer(self, tag: str, rest: str) -> bool:
        command = rest.upper().split(" ")[0]
        words = rest
        if command == "UID":
            command, words = rest.split(" ")[1].upper(), rest.split(" ", 1)[1]
        self.post.commands.append(rest if command != "LOGIN" else "LOGIN")
        if self._bad(command, tag):
            return True
        done = getattr(self, f"_{command.lower()}")(words)
        self.send(f"{tag} {done}\r\n".encode())
        return command != "LOGOUT"

    def _capability(self, _: str) -> str:
        self.send(f"* CAPABILITY {self.post.capabilities}\r\n".encode())
        return "OK done"

    def _login(self, words: str) -> str:
        given = re.findall(r'"((?:[^"\\]|\\.)*)"|(\S+)', words.split(" ", 1)[1])
        user, password = (re.sub(r"\\(.)", r"\1", quoted) or plain for quoted, plain in given)
        return "OK in" if (user, password) == (USER, self.post.password) else "NO [AUTHENTICATIONFAILED] wrong"

    def _authenticate(self, _: str) -> str:
        self.send(b"+ \r\n")
        given = base64.b64decode(self.rfile.readline().strip()).decode().split("\0")
        return "OK in" if given[1:] == [USER, self.post.password] else "NO wrong"

    def _select(self, words: str) -> str:
        name = words.split(" ", 1)[1].strip('"')
        if name not in self.post.folders:
            return "NO no such mailbox"
        self.folder = name
        self.send(f"* {len(self._held)} EXISTS\r\n* OK [UIDVALIDITY {self.post.validity}] ok\r\n".encode())
        return "OK [READ-WRITE] open"

    @property
    def _held(self) -> list[Message]:
        return self.post.folders[self.folder]

    def _search(self, words: str) -> str:
        low = int(re.findall(r"(\d+):\*", words)[0])
        last = self._held[-1].uid if self._held else 0
        found = [m.uid for m in self._held if m.uid >= low or m.uid == last]
        self.send(f"* SEARCH {' '.join(map(str, found))}\r\n".encode())
        return "OK done"

    def _one(self, words: str) -> Message | None:
        return next((m for m in self._held if m.uid == int(words.split(" ")[1])), None)

    def _fetch(self, words: str) -> str:
        if message := self._one(words):
            if "RFC822.SIZE" in words:
                self.send(f"* 1 FETCH (UID {message.uid} RFC822.SIZE {len(message.data)})\r\n".encode())
            else:
                self.send(f"* 1 FETCH (UID {message.uid} BODY[] {{{len(message.data)}}}\r\n".encode() + message.data + b")\r\n")
        return "OK done"

    def _store(self, words: str) -> str:
        if message := self._one(words):
            message.flags |= set(re.findall(r"\\\w+", words))
        return "OK done"

    def _move(self, words: str) -> str:
        name = words.split(" ", 2)[2].strip('"')
        if name not in self.post.folders:
            return "NO [TRYCREATE] no such folder"
        if message := self._one(words):
            self._held.remove(message)
            self.post.folders[name].append(message)
        return "OK done"

    def _create(self, words: str) -> str:
        if not self.post.creates:
            return "NO not here"
        self.post.folders.setdefault(words.split(" ", 1)[1].strip('"'), [])
        return "OK done"

    def _logout(self, _: str) -> str:
        self.send(b"* BYE\r\n")
        return "OK done"


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = allow_reuse_address = True
    block_on_close = False


@contextmanager
def serving(post: Post, trusted: ssl.SSLContext | None = None) -> Iterator[int]:
    """A running server, with TLS when there is a context for it; gives its port on 127.0.0.1."""
    handler = type("Handler", (_Handler,), {"post": post})
    with _Server(("127.0.0.1", 0), handler) as server:
        if trusted is not None:
            server.socket = trusted.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield int(server.server_address[1])
        finally:
            server.shutdown()
            thread.join()


def certificate(folder: Path, host: str = "127.0.0.1") -> ssl.SSLContext:
    """A server's context with a certificate of its own for the host; `folder`/cert.pem is what a client must trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host))]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "key.pem").write_bytes(private)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context


def dripping(send: Callable[[bytes], None], _tag: str) -> bool:
    """Send a byte now and then, and never end the line."""
    for _ in range(400):
        send(b"*")
        time.sleep(0.05)
    return True


def endless(send: Callable[[bytes], None], _tag: str) -> bool:
    """Send lines that nobody asked for, and never the end."""
    while True:
        send(b"* OK " + b"x" * 60_000 + b"\r\n")
