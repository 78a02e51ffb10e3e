"""A bulk that the server kept waiting writes nothing that was written or removed after it, and of two processes the later one counts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from opensearchpy.exceptions import ConnectionTimeout

from indexer import IndexAway, IndexBusy, IndexUnusable, Request
from indexer.opensearch.backend import OpenSearchEngine
from tests.engines import opensearch
from tests.indexer.regulations import EVERYTHING, entry

pytestmark = pytest.mark.slow
SECONDS = 5.0


def write(backend: OpenSearchEngine, document: int, *texts: str, version: int = 1) -> None:
    with backend.write_batch(SECONDS) as batch:
        batch.replace(document, [entry(document, text, version=version, order=place) for place, text in enumerate(texts)])


def found(backend: OpenSearchEngine, query: str) -> list[int]:
    backend._writer.show()
    return sorted({hit.document for hit in backend.search(Request(query), EVERYTHING).hits})


def late(backend: OpenSearchEngine, monkeypatch: pytest.MonkeyPatch, document: int, *texts: str, version: int = 1) -> list[dict[str, Any]]:
    """Write a document with bulks that are not answered. Returns them; the server has not begun with them."""
    kept: list[dict[str, Any]] = []

    def silent(**given: Any) -> None:
        kept.append(given)
        raise ConnectionTimeout("TIMEOUT", "20", None)

    with monkeypatch.context() as changed:
        changed.setattr(backend.client.server, "bulk", silent)
        with pytest.raises(IndexAway):
            write(backend, document, *texts, version=version)
    assert kept
    return kept


@pytest.mark.parametrize("document", [1, 2])
def test_what_was_removed_meanwhile_stays_away(backend: OpenSearchEngine, monkeypatch: pytest.MonkeyPatch, document: int) -> None:
    waiting = late(backend, monkeypatch, document, "Khen thưởng.", "Khen thưởng nữa.", "Khen thưởng mãi.")
    with backend.write_batch(SECONDS) as batch:
        batch.delete(document)
    for one in waiting:
        backend.client.server.bulk(**one)
    assert found(backend, '"khen thưởng"') == [] and document not in backend.versions()
    # The same revision is shown again, as it is when a document comes back from the bin.
    write(backend, document, "Khen thưởng lại.")
    assert found(backend, '"khen thưởng"') == [document]


def test_what_was_written_meanwhile_stays_and_a_longer_text_leaves_nothing(backend: OpenSearchEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = late(backend, monkeypatch, 2, "Một.", "Hai.", "Ba.")
    write(backend, 2, "Kế hoạch.")
    for one in waiting:
        backend.client.server.bulk(**one)
    assert found(backend, '"hai"') == found(backend, '"ba"') == found(backend, '"một"') == [] and found(backend, '"kế hoạch"') == [2]
    assert backend.count(EVERYTHING).entries == 3


def test_what_another_process_wrote_since_the_batch_began_is_not_replaced(backend: OpenSearchEngine) -> None:
    other = OpenSearchEngine(f"{opensearch.url()}/{backend.client.name}", replicas=0)
    with pytest.raises(IndexBusy, match="Tiến trình khác"), backend.write_batch(SECONDS) as slow:
        slow.replace(1, [entry(1, "Danh sách cũ.")])
        with other.write_batch(SECONDS) as batch:
            batch.replace(1, [replace(entry(1, "Danh sách mới."), access=2)])
    assert backend.versions() == {1: (1, 2)} and found(backend, '"danh sách cũ"') == []
    # An older revision is simply not written: who has a newer one wrote it.
    with backend.write_batch(SECONDS) as slow:
        slow.replace(1, [entry(1, "Danh sách cũ.", version=2)])
        write(other, 1, "Danh sách mới hơn.", version=3)
    assert backend.versions() == {1: (3, 1)}
    write(backend, 1, "Danh sách mới nhất.", version=3)
    assert found(backend, '"mới nhất"') == [1]


def test_what_was_removed_since_the_batch_began_is_not_written(backend: OpenSearchEngine) -> None:
    other = OpenSearchEngine(f"{opensearch.url()}/{backend.client.name}", replicas=0)
    with pytest.raises(IndexBusy), backend.write_batch(SECONDS) as slow:
        slow.replace(1, [entry(1, "Thời hạn lưu trữ hồ sơ mật.")])
        with other.write_batch(SECONDS) as batch:
            batch.delete(1)
    assert backend.versions() == {} and found(backend, "mật") == []


def test_an_older_shorter_text_removes_nothing_of_a_newer_one(backend: OpenSearchEngine) -> None:
    write(backend, 1, "Một.", "Hai.", "Ba.", version=5)
    write(backend, 1, "Bốn.", version=4)
    assert backend.count(EVERYTHING).entries == 3 and found(backend, '"ba"') == [1] and found(backend, '"bốn"') == []


def test_turns_ascend_for_all_and_end_with_their_place(backend: OpenSearchEngine) -> None:
    other = OpenSearchEngine(f"{opensearch.url()}/{backend.client.name}", replicas=0)
    turns = [one.indexes.turn() for one in (backend, other, backend, other)]
    assert turns == sorted(set(turns))
    backend.client.server.indices.delete(index=backend.indexes.notes)
    with pytest.raises(IndexUnusable):
        write(backend, 1, "Kế hoạch.", version=2)
    with backend.rebuild() as target:
        target.write([(1, [entry(1, "Kế hoạch.")])])
    assert backend.indexes.turn() >= turns[0] and found(backend, '"kế hoạch"') == [1]


def test_the_next_rebuild_goes_on_after_a_chunk_that_was_not_answered(backend: OpenSearchEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    real, calls = backend.client.server.bulk, []

    def once(**given: Any) -> Any:
        calls.append(given)
        told = real(**given)
        if len(calls) == 1:
            raise ConnectionTimeout("TIMEOUT", "20", None)
        return told

    monkeypatch.setattr(backend.client.server, "bulk", once)
    with backend.rebuild() as target:
        with pytest.raises(IndexAway):
            target.write([(5, [entry(5, text, order=place) for place, text in enumerate(("Một.", "Hai."))])])
        target.write([(5, [entry(5, "Ba.")])])
    assert backend.count(EVERYTHING).entries == 1 and found(backend, '"hai"') == []
