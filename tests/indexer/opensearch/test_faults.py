"""What goes wrong on the machine of OpenSearch is told as what it is, and nothing half done is shown."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from indexer import Access, IndexAway, IndexBusy, IndexDamaged, IndexUnusable, Request, opensearch_engine
from indexer.opensearch.backend import OpenSearchEngine
from indexer.opensearch.client import meaning
from tests.engines import opensearch
from tests.indexer.regulations import EVERYTHING, entry

pytestmark = pytest.mark.slow
SECONDS = 5.0


def found(backend: OpenSearchEngine, query: str) -> list[int]:
    return sorted(hit.document for hit in backend.search(Request(query), EVERYTHING).hits)


def write(backend: OpenSearchEngine, *documents: int, version: int = 2) -> None:
    with backend.write_batch(SECONDS) as batch:
        for document in documents:
            batch.replace(document, [entry(document, f"Kế hoạch khen thưởng {version}.", version=version)])


def block(backend: OpenSearchEngine, on: bool) -> None:
    """What OpenSearch does to every index when a disk is nearly full."""
    settings = {"index.blocks.read_only_allow_delete": True if on else None}
    backend.client.server.indices.put_settings(index=backend.client.name, body=settings)


def test_a_wrong_address_is_told_and_no_rebuild_is_thought_of() -> None:
    away = opensearch_engine("http://127.0.0.1:9/docmgr")
    for ask in (away.require_usable, away.versions, lambda: away.count(EVERYTHING), lambda: away.search(Request("hồ sơ"), EVERYTHING)):
        with pytest.raises(IndexAway, match="DOCMGR_SEARCH_URL"):
            ask()
    assert away.exists() and away.updated_at() is None
    assert "DOCMGR_SEARCH_URL" in (away.health().problem or "")
    with pytest.raises(IndexAway), away.write_batch(SECONDS) as batch:
        batch.delete(1)


def test_a_server_that_is_not_opensearch_is_told() -> None:
    class Other(BaseHTTPRequestHandler):
        """Answers everything with a page."""

        def do_GET(self) -> None:
            """Answer."""
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"<html>")

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Other)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        told = opensearch_engine(f"http://127.0.0.1:{server.server_port}").health().problem
    finally:
        server.shutdown()
        server.server_close()
    assert told and "DOCMGR_SEARCH_URL" in told


def test_a_read_only_index_waits_and_goes_on_answering(backend: OpenSearchEngine) -> None:
    block(backend, True)
    with pytest.raises(IndexBusy, match="ổ đĩa"):
        write(backend, 2)
    assert found(backend, "lưu trữ") == [1] and found(backend, '"khen thưởng"') == []
    assert "chặn ghi" in (backend.health().problem or "")
    block(backend, False)
    write(backend, 2)
    assert found(backend, '"khen thưởng"') == [2] and backend.health().problem is None


def test_another_structure_needs_a_rebuild(backend: OpenSearchEngine) -> None:
    used = backend.indexes.used().name
    backend.client.server.indices.put_mapping(index=used, body={"_meta": {"format": "0"}})
    backend.indexes._known = None
    for ask in (backend.require_usable, lambda: found(backend, "lưu trữ")):
        with pytest.raises(IndexUnusable, match="phiên bản khác"):
            ask()
    with backend.rebuild() as target:
        target.write([(3, [entry(3, "Kế hoạch lưu trữ.")])])
    assert found(backend, "lưu trữ") == [3] and backend.indexes.all() == [backend.indexes.used().name]


def test_an_alias_of_two_indexes_is_damage_that_a_rebuild_mends(backend: OpenSearchEngine) -> None:
    second = f"{backend.client.name}-index-second"
    backend.client.server.indices.create(index=second, body={"aliases": {backend.client.name: {}}})
    with pytest.raises(IndexDamaged, match="2 chỉ mục"):
        backend.require_usable()
    with pytest.raises(IndexDamaged):
        write(backend, 2)
    assert "2 chỉ mục" in (backend.health().problem or "")
    with backend.rebuild() as target:
        target.write([(1, [entry(1, "Thời hạn lưu trữ hồ sơ.")])])
    assert found(backend, "lưu trữ") == [1] and second not in backend.indexes.all()


def test_an_index_of_others_under_the_name_is_told_and_kept() -> None:
    backend = opensearch.backend()
    backend.client.server.indices.create(index=backend.client.name)
    try:
        with pytest.raises(IndexUnusable, match="chỉ mục lạ"):
            backend.require_usable()
        backend.discard()
        assert backend.client.server.indices.exists(index=backend.client.name)
    finally:
        backend.client.server.indices.delete(index=backend.client.name)


def test_half_a_bulk_refused_is_tried_again_as_a_whole(backend: OpenSearchEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    real = backend.client.server.bulk

    def half(index: str, body: str, **params: object) -> dict[str, object]:
        first, *_ = body.strip().split("\n{\"index\"")
        real(index=index, body=first + "\n", **params)
        return {"errors": True, "items": [{"index": {"status": 201}}, {"index": {"status": 429, "error": {"type": "rejected_execution"}}}]}

    monkeypatch.setattr(backend.client.server, "bulk", half)
    with pytest.raises(IndexBusy):
        write(backend, 2, 3)
    assert found(backend, '"khen thưởng"') == []
    monkeypatch.undo()
    write(backend, 2, 3)
    assert found(backend, '"khen thưởng"') == [2, 3]


def test_what_a_failed_batch_left_goes_with_the_next_shorter_text(backend: OpenSearchEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    real = backend.client.server.bulk

    def failing(index: str, body: str, **params: object) -> dict[str, object]:
        real(index=index, body=body, **params)
        return {"errors": True, "items": [{"index": {"status": 429, "error": {"type": "rejected_execution"}}}]}

    monkeypatch.setattr(backend.client.server, "bulk", failing)
    with pytest.raises(IndexBusy), backend.write_batch(SECONDS) as batch:
        batch.replace(1, [entry(1, text, version=2, order=place) for place, text in enumerate(("Một.", "Hai.", "Ba."))])
    monkeypatch.undo()
    with backend.write_batch(SECONDS) as batch:
        batch.replace(1, [entry(1, "Bốn.", version=3)])
    assert backend.count(EVERYTHING).entries == 1 and found(backend, "hai") == []


def test_an_older_revision_never_replaces_a_newer_one(backend: OpenSearchEngine) -> None:
    write(backend, 1, version=7)
    write(backend, 1, version=6)
    assert backend.versions() == {1: (7, 1)} and found(backend, '"khen thưởng 7"') == [1]
    with backend.write_batch(SECONDS) as batch:
        batch.replace(1, [entry(1, text, version=8, order=place) for place, text in enumerate(("Một.", "Hai.", "Ba."))])
    with backend.write_batch(SECONDS) as batch:
        batch.replace(1, [entry(1, "Bốn.", version=8)])
    assert backend.count(EVERYTHING).entries == 1 and found(backend, "hai") == []


def test_what_the_server_says_is_told_as_what_it_is() -> None:
    told = {(403, "security_exception"): IndexAway, (429, "rejected"): IndexBusy, (503, "unavailable"): IndexBusy,
            (403, "cluster_block_exception"): IndexBusy, (400, "mapper_parsing_exception"): IndexDamaged,
            (404, "index_not_found_exception"): IndexUnusable, (500, "anything"): IndexAway}  # fmt: skip
    for (status, said), kind in told.items():
        error = meaning(status, said)
        assert type(error) is kind and str(error)[0].isupper()


def test_rights_bound_what_is_found_beyond_the_candidates(backend: OpenSearchEngine) -> None:
    write(backend, *range(10, 20))
    assert backend.count(Access(frozenset({2}))).documents == 0
    assert backend.count(Access(None, only=frozenset({10, 11}))).documents == 2
    assert backend.count(Access(frozenset({1}), without=frozenset({10}))).documents == 10
