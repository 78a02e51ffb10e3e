"""Each fault of the search server stands on the health page with what to do, and the pages go on."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from docmgr.context import Context
from docmgr.models import User
from docmgr.services.indexing import sync
from indexer import opensearch_engine
from indexer.backend import SearchBackend
from indexer.opensearch.backend import OpenSearchEngine
from tests.engines import opensearch
from tests.filling.papers import decision
from tests.support.acting import actor_of, upload, work
from tests.support.browsers import Auth

READ_ONLY = b'{"error": {"type": "cluster_block_exception", "reason": "index [x] blocked by: [FORBIDDEN/12/index read-only / allow delete (api)]"}, "status": 403}'


@contextlib.contextmanager
def _answering(status: int, kind: str, body: bytes) -> Iterator[str]:
    """The address of a server that answers everything in the same way."""

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = _answer

        def log_message(self, *_args: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def _pages(auth: Auth, backend: SearchBackend) -> tuple[str, str]:
    """The health page of an administrator, and the page of search of a clerk, on the site with this backend."""
    site = auth.app.extensions["docmgr"]
    own = site.backend
    # The site never changes otherwise.
    object.__setattr__(site, "backend", backend)
    shown, found = auth("administrator").get("/health"), auth("clerk").get("/search?q=hội nghị")
    object.__setattr__(site, "backend", own)
    assert (shown.status_code, found.status_code) == (200, 200)
    return shown.get_data(as_text=True), found.get_data(as_text=True)


@pytest.mark.parametrize(
    ("status", "kind", "body", "words"),
    [
        (401, "application/json", b'{"error": {"type": "security_exception"}, "status": 401}', "từ chối tên hoặc mật khẩu"),
        (200, "text/html", b"<html>", "không phải của OpenSearch"), (503, "application/json", b'{"error": {"type": "x"}, "status": 503}', "quá tải"),
        (403, "application/json", READ_ONLY, "hãy thêm chỗ trống"), (500, "application/json", b'{"error": {"type": "x"}, "status": 500}', "không phải của OpenSearch"),
    ],
)  # fmt: skip
def test_what_a_server_refuses_is_told(auth: Auth, status: int, kind: str, body: bytes, words: str) -> None:
    with _answering(status, kind, body) as url:
        health, search = _pages(auth, opensearch_engine(url))
    assert words in health and "Có việc cần quản trị xem lại" in health and "chưa tìm được" in search


def test_a_server_that_does_not_answer_is_told(auth: Auth) -> None:
    health, search = _pages(auth, opensearch_engine("http://127.0.0.1:9"))
    assert "DOCMGR_SEARCH_URL" in health and "Máy chủ tìm kiếm không trả lời, chưa tìm được gì" in search


def _block(backend: OpenSearchEngine) -> None:
    backend.client.server.indices.put_settings(index=backend.client.name, body={"index.blocks.read_only_allow_delete": True})


def _second(backend: OpenSearchEngine) -> None:
    backend.client.server.indices.create(index=f"{backend.client.name}-index-second", body={"aliases": {backend.client.name: {}}})


def _other_format(backend: OpenSearchEngine) -> None:
    backend.client.server.indices.put_mapping(index=backend.indexes.used().name, body={"_meta": {"format": "0"}})
    backend.indexes._known = None


@pytest.mark.slow
@pytest.mark.parametrize(
    ("spoil", "words", "mend"),
    [(_block, "bỏ chặn ghi", False), (_second, "2 chỉ mục", True), (_other_format, "phiên bản khác", True)],
)
def test_what_is_wrong_with_the_index_is_told_and_mended(
    site: Context, people: dict[str, User], auth: Auth, spoil: Callable[[OpenSearchEngine], None], words: str, mend: bool
) -> None:
    backend = opensearch.backend()
    with replace(site, backend=backend).bound():
        paper = upload(actor_of(people["clerk"]), decision(body=("Điều 1. Hội nghị", "Hội nghị mỗi năm một lần.")))
        work(replace(site, backend=backend))
        spoil(backend)
        health, search = _pages(auth, backend)
        # A full disk keeps the answers, and nothing else.
        assert words in health and "Có việc cần quản trị xem lại" in health and (f"/documents/{paper}" in search) is not mend
        if mend:
            sync.rebuild()
            health, search = _pages(auth, backend)
            assert words not in health and f"/documents/{paper}" in search
        else:
            backend.client.server.indices.put_settings(index=backend.client.name, body={"index.blocks.read_only_allow_delete": None})
    backend.discard()
