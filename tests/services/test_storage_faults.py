"""What an S3 store says and does when it is full, hangs, or has another clock; and what the client sends. A made-up store answers."""

from __future__ import annotations

import contextlib
import hashlib
import http.server
import io
import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from docmgr.context import Context
from docmgr.models import User
from docmgr.services.documents import intake
from docmgr.services.upkeep import health, store_state
from docmgr.settings import SettingsError, from_environment
from docmgr.storage import DiskFull, NotWritable, StoreAway
from docmgr.storage.address import StoreAddress
from docmgr.storage.s3.client import PART_BYTES, S3Client
from tests.engines import store as engine
from tests.support.acting import actor_of
from tests.support.browsers import Auth

ERROR = '<?xml version="1.0"?><Error><Code>{}</Code><Message>said</Message></Error>'
UPLOAD = "<InitiateMultipartUploadResult><Bucket>files</Bucket><Key>x</Key><UploadId>u1</UploadId></InitiateMultipartUploadResult>"


@dataclass
class Made:
    """A store that answers every request in the same way, and what it was asked. "" accepts everything."""

    status: int = 200
    code: str = ""
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    port: int = 0

    def address(self, **more: str) -> StoreAddress:
        """Its address, with other options."""
        return StoreAddress("files", f"http://127.0.0.1:{self.port}", "us-east-1", "id", "hidden-key", **more)  # type: ignore[arg-type]


@contextlib.contextmanager
def answering(made: Made) -> Iterator[Made]:
    """Let the store answer during the block."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            made.asked.append((f"{self.command} {self.path}", {name.lower(): value for name, value in self.headers.items()}))
            body = ERROR.format(made.code) if made.code else UPLOAD if self.path.endswith("?uploads") or "uploads=" in self.path else ""
            self.send_response(made.status)
            for name, value in (("ETag", '"1"'), ("Last-Modified", "Wed, 02 Dec 2026 10:00:00 GMT"), ("Content-Length", str(len(body)))):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(b"" if self.command == "HEAD" else body.encode())

        do_PUT = do_POST = do_GET = do_HEAD = do_DELETE = _answer

        def log_message(self, *_: object) -> None: ...

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        made.port = server.server_port
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield made
        server.shutdown()


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize(
    ("status", "code", "problem", "words"),
    [
        (403, "RequestTimeTooSkewed", "clock", "Đồng hồ"), (403, "SignatureDoesNotMatch", "keys", "AWS_ACCESS_KEY_ID"), (507, "", "full", "hết chỗ"),
        (403, "QuotaExceeded", "full", "hết chỗ"), (400, "AuthorizationHeaderMalformed", "address", "region"), (404, "NoSuchBucket", "bucket", "tạo thùng"),
        (403, "AccessDenied", "read_only", "quyền của khóa"), (503, "SlowDown", "away", "không trả lời"),
    ],
)  # fmt: skip
def test_the_health_page_says_what_is_wrong_and_what_to_do(
    site: Context, people: dict[str, User], tmp_path: Path, status: int, code: str, problem: str, words: str
) -> None:
    with answering(Made(status, code)) as made:
        store = engine.storage(made.address(), tmp_path / "shelf")
        with replace(site, storage=store).bound():
            shown = health.overview(actor_of(people["administrator"]))
            assert store.condition().problem == problem and shown.store_problem == store_state.PROBLEMS[problem] and not shown.good
            assert words in store_state.PROBLEMS[problem].told()
            refused = intake.store(io.BytesIO(b"%PDF-1.4\n"), "a.pdf")
            assert isinstance(refused, intake.Upload) and refused.outcome != "stored" and refused.reason
            assert (refused.reason == intake.NO_SPACE) == (problem == "full")
        assert store.shelf.unfinished(-1) == [] and not store.accepting()


@pytest.mark.usefixtures("patient")
def test_the_page_of_a_full_store(site: Context, auth: Auth, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with answering(Made(507)) as made:
        store = engine.storage(made.address(), tmp_path / "shelf")
        monkeypatch.setattr(type(site.storage), "condition", lambda _self: store.condition())
        page = auth("administrator").get("/health").get_data(as_text=True)
    assert "Kho tệp đã hết chỗ: tăng dung lượng" in page and "hidden-key" not in page


@pytest.mark.usefixtures("patient")
def test_a_store_without_room_keeps_nothing_and_goes_on_when_there_is_some(tmp_path: Path) -> None:
    """A real store on a small disk."""
    folder = tmp_path / "s3"
    folder.mkdir()
    small = ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(folder)]
    if os.geteuid() or shutil.which("mount") is None or subprocess.run(small, capture_output=True).returncode:
        pytest.skip("a small disk needs root")
    try:
        with engine.running(folder) as server:
            server.bucket("files")
            store = engine.storage(server.address("files"), tmp_path / "shelf")
            first = store.put(io.BytesIO(os.urandom(PART_BYTES)), 10**9).sha256
            large = os.urandom(3 * PART_BYTES)
            with pytest.raises((DiskFull, StoreAway, NotWritable)):
                store.put(io.BytesIO(large), 10**9)
            assert [file.sha256 for file in store.list()] == [first] and store.verify(first)
            assert store.shelf.unfinished(-1) == [] and not store.exists(hashlib.sha256(large).hexdigest())
            subprocess.run(["mount", "-o", "remount,size=200m", str(folder)], check=True)
            assert store.verify(store.put(io.BytesIO(large), 10**9).sha256) and store.condition().problem is None
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_store_that_hangs_holds_up_nobody(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = Made(port=silent.getsockname()[1]).address()
        store = engine.storage(address, tmp_path / "shelf")
        began = time.monotonic()
        assert store.accepting() and time.monotonic() - began < 0.5
        assert store.condition().problem == "away" and time.monotonic() - began < 2
        # Nothing but the clients with their seconds ends such a request.
        store.client = S3Client(address, seconds=0.5, retries=0)
        with pytest.raises(StoreAway) as raised:
            store.put(io.BytesIO(b"words"), 10)
        assert raised.value.reason == "away" and time.monotonic() - began < 10 and store.shelf.unfinished(-1) == []


@pytest.mark.parametrize(("size", "first"), [(10, "PUT"), (2 * PART_BYTES, "POST")])
def test_the_store_is_told_to_encrypt(tmp_path: Path, size: int, first: str) -> None:
    """Also where a file goes in parts, which are encrypted as their beginning says."""
    with answering(Made()) as made:
        file = tmp_path / "file"
        file.write_bytes(b"x" * size)
        client = S3Client(made.address(encryption="aws:kms", kms_key="key-1"), retries=0, seconds=5)
        client.head = lambda *_, **__: None  # type: ignore[method-assign,assignment]
        with contextlib.suppress(StoreAway):
            client.create("name", file, size)
        sent = next(headers for asked, headers in made.asked if asked.startswith(first))
        assert sent["x-amz-server-side-encryption"] == "aws:kms" and sent["x-amz-server-side-encryption-aws-kms-key-id"] == "key-1"
        made.asked.clear()
        S3Client(made.address(), retries=0).write("name", b"x")
        assert not any("encryption" in name for _, headers in made.asked for name in headers)


def test_proxies_of_the_environment_are_left_to_other_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    with answering(Made()) as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        elsewhere = replace(proxy.address(), endpoint="http://127.0.0.1:9")
        with pytest.raises(StoreAway):
            S3Client(elsewhere, retries=0).write("name", b"x")
        assert proxy.asked == []
        # However the store is named, it is reached itself.
        for host in ("localhost", "127.0.0.1"):
            with answering(Made()) as made:
                S3Client(replace(elsewhere, endpoint=f"http://{host}:{made.port}"), retries=0).write("name", b"x")
                assert [asked for asked, _ in made.asked] == ["PUT /files/name"] and proxy.asked == []
        S3Client(replace(elsewhere, proxy=f"http://127.0.0.1:{proxy.port}"), retries=0).write("name", b"x")
        assert [asked for asked, _ in proxy.asked] == ["PUT http://127.0.0.1:9/files/name"]


@pytest.mark.parametrize("given", ["socks5://127.0.0.1", "http://", "http://id:hidden@127.0.0.1:3128", "http://127.0.0.1:99999", "127.0.0.1:3128", "http://127.0.0.1/path"])
def test_a_bad_proxy_is_refused_and_never_repeated(tmp_path: Path, given: str) -> None:
    url = f"s3://files?endpoint=https://s3.example&proxy={given}"
    env = {"DOCMGR_HOME": str(tmp_path), "DOCMGR_STORE_URL": url, "AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "key"}
    with pytest.raises(SettingsError, match="proxy phải có dạng") as raised:
        from_environment(env)
    assert "hidden" not in str(raised.value)
    made = from_environment({**env, "DOCMGR_STORE_URL": url.replace(given, "http://proxy:3128")}).store
    assert made is not None and made.proxy == "http://proxy:3128"


def test_parts_of_a_large_file_are_in_their_order(tmp_path: Path) -> None:
    """Seven parts of which three are sent at once; the last one is short."""
    with engine.running(tmp_path / "s3") as server:
        server.bucket("files")
        store = engine.storage(server.address("files"), tmp_path / "shelf")
        content = b"".join(bytes([number]) * PART_BYTES for number in range(6)) + b"end"
        put = store.put(io.BytesIO(content), 10**9)
        assert put.sha256 == hashlib.sha256(content).hexdigest() and store.verify(put.sha256)
        name = f"{put.sha256[:2]}/{put.sha256[2:4]}/{put.sha256}"
        assert (server.root / "data/files" / name).read_bytes() == content
        assert store.range(put.sha256, 6 * PART_BYTES - 2, 5).read() == b"\x05\x05end"
