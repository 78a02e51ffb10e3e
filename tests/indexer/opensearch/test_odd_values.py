"""Values and questions that the server refuses stop nothing else, and a silent server holds no page for long."""

from __future__ import annotations

import base64
import socket
import time
from dataclasses import replace

import pytest

from indexer import Access, IndexAway, Request, opensearch_engine
from indexer.opensearch import client as connection
from indexer.opensearch.backend import OpenSearchEngine
from tests.indexer.regulations import EVERYTHING, entry

pytestmark = pytest.mark.slow
SECONDS = 5.0
HIDDEN, PUBLIC = 777, 1


@pytest.mark.parametrize("filters", [{"year": ("99999999999",)}, {"year": ("٢٠٢٠",)}, {"folder": ("99999999999",)}])
def test_values_of_filters_that_no_field_holds_find_nothing(backend: OpenSearchEngine, filters: dict[str, tuple[str, ...]]) -> None:
    assert backend.search(Request("hồ sơ", filters), EVERYTHING).total == 0


def test_more_lists_than_one_condition_takes(backend: OpenSearchEngine) -> None:
    assert backend.count(Access(frozenset(range(70_000)))).documents == 1
    assert backend.count(Access(None, without=frozenset(range(1, 70_000)))).documents == 0


@pytest.mark.parametrize("length", [239, 253, 254, 255, 509, 5_000])
def test_a_word_of_any_length_stops_no_document(backend: OpenSearchEngine, length: int) -> None:
    with backend.write_batch(SECONDS) as batch:
        batch.replace(2, [replace(entry(2, "Kế hoạch " + "x" * length + " khen thưởng."), tags=("y" * 40_000,))])
        batch.replace(3, [entry(3, "Kế hoạch khen thưởng.")])
    assert sorted(hit.document for hit in backend.search(Request("khen thưởng"), EVERYTHING).hits) == [2, 3]


def test_a_document_that_the_server_cannot_take_is_no_damage_of_the_index(backend: OpenSearchEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    told = {"errors": True, "items": [{"index": {"status": 400, "error": {"type": "illegal_argument_exception"}}}]}
    monkeypatch.setattr(backend.client.server, "bulk", lambda **_: told)
    with pytest.raises(ValueError, match="illegal_argument"), backend.write_batch(SECONDS) as batch:
        batch.replace(2, [entry(2, "Kế hoạch.")])


def test_completion_tells_nothing_of_words_that_only_hidden_documents_have(backend: OpenSearchEngine) -> None:
    seen = Access(frozenset({PUBLIC}), public=frozenset({PUBLIC}))
    words = [f"ha{number:03}" for number in range(199)]
    with backend.write_batch(SECONDS) as batch:
        batch.replace(2, [replace(entry(2, " ".join(words)), access=PUBLIC)])
        for number in (3, 5):
            batch.replace(number, [replace(entry(number, "Kiểm tra hoạt động."), access=PUBLIC)])
    before = backend.complete("kiểm tra h", seen, 8)
    with backend.write_batch(SECONDS) as batch:
        batch.replace(4, [replace(entry(4, "Kiểm tra habimat."), access=HIDDEN)])
    assert before.words and backend.complete("kiểm tra h", seen, 8) == before


def test_a_silent_server_is_asked_once_and_then_not_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "_PAGE_SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        asked = connection.Client(f"http://127.0.0.1:{silent.getsockname()[1]}/docmgr")
        taken = []
        for _ in range(3):
            begun = time.monotonic()
            with pytest.raises(IndexAway):
                asked.search({"size": 0})
            taken.append(time.monotonic() - begun)
    assert taken[0] > 0.4 and max(taken[1:]) < 0.3


def test_a_password_is_written_as_in_any_address() -> None:
    server = opensearch_engine("http://ten:p%40ss@127.0.0.1:9/docmgr").client.server
    sent = server.transport.get_connection().headers["authorization"]
    assert base64.b64decode(sent.removeprefix("Basic ")) == b"ten:p@ss"
