"""Segments are merged in the background: afterwards there are fewer files and the same documents, and nobody waits."""

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from indexer import Batch, Index, IndexBusy, IndexUnusable
from indexer.index.merge_policy import choose_merges, pack_merges
from tests.indexer.regulations import ask, entry, fill, found


def folder_of(store: Index) -> Path:
    return store.path / (store.path / "current").read_text().strip()


def test_many_commits_keep_few_segments_and_all_documents(store: Index) -> None:
    for document in range(1, 60):
        fill(store, [entry(document, f"văn bản thứ {document}", number=f"{document}/QĐ-SGDĐT")])
        if document % 7 == 0:
            with store.write_batch() as batch:
                batch.delete(document - 3)
    while store.tidy():
        pass
    expected = {document for document in range(1, 60) if (document + 3) % 7 or document + 3 >= 60}
    assert set(store.versions()) == expected
    assert int(store.describe()["segments"]) < 12
    assert found(ask(store, "17/qđ"))[0] == 17
    assert ask(store, "văn bản thứ").total == len(expected)
    assert store.check() == []


def test_merges_stay_within_their_limit() -> None:
    assert choose_merges([(1, 1)] * 5, 1000) == []
    assert choose_merges([(10, 10)] * 6, 1000) == [0, 1, 2, 3, 4, 5]
    assert choose_merges([(900, 900)] * 6, 1000) == []
    assert choose_merges([(40_000, 40_000), (10, 30)], 1000) == [1]
    chosen = choose_merges([(size, size) for size in (500, 3, 4, 400, 2, 300, 5, 1)], 1000)
    assert 0 not in chosen
    assert pack_merges([(40, 40), (700, 700), (300, 300), (5, 9)], 400) == [0, 2, 3]
    assert pack_merges([(300, 300), (300, 300)], 400) == []


def test_commits_go_on_while_segments_are_joined(store: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is deleted or replaced during a long merge is also gone from the merged segment."""
    from indexer.index import commit

    for document in range(1, 5):
        fill(store, [entry(document, f"văn bản thứ {document}"), entry(document, "thêm")])
    lay_down = commit.lay_down

    def slowly(*given: Any) -> Any:
        made = lay_down(*given)
        if len(given[1]) == len(given[2]):  # the merge of `tidy` itself
            fill(store, [entry(2, "thay thế"), entry(7, "mới")])
            with store.write_batch() as batch:
                batch.delete(3)
        return made

    monkeypatch.setattr("indexer.index.commit.lay_down", slowly)
    assert store.tidy()
    assert set(store.versions()) == {1, 2, 4, 7} and store.check() == []
    assert found(ask(store, '"thay thế"')) == [2] and store.describe()["entries"] == 6
    assert len(Index(store.path).snapshot().documents) == 4


def test_two_processes_do_not_join_segments_at_once(store: Index) -> None:
    import fcntl

    for document in range(1, 5):
        fill(store, [entry(document, f"văn bản thứ {document}")])
    with (folder_of(store) / "MAIN_MERGELOCK").open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(IndexBusy):
            store.tidy(timeout_seconds=0.1)
        fill(store, [entry(9, "ghi được")])
    assert store.tidy() and len(store.snapshot().documents) == 5


def test_damage_is_not_joined_into_a_new_segment(store: Index) -> None:
    for document in range(1, 5):
        fill(store, [entry(document, f"văn bản thứ {document}")])
    victim = min(folder_of(store).glob("*.arr"))
    content = victim.read_bytes()
    with victim.open("r+b") as file:
        file.seek(len(content) - 64)
        file.write(bytes([content[-64] ^ 1]))
    os.utime(victim, ns=(0, 0))
    with pytest.raises(IndexUnusable):
        store.tidy()


def test_a_crowded_index_joins_larger_segments(store: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("indexer.index.folder.CROWDED", 7)
    for document in range(1, 10):
        with store.write_batch() as batch:
            for number in range(300):
                batch.replace(document * 1000 + number, [entry(document * 1000 + number, "văn bản")])
    assert int(store.describe()["segments"]) < 7
    assert len(store.snapshot().documents) == 2700 and ask(store, "văn bản").total == 2700


def test_a_rebuild_ends_with_all_in_one_segment(store: Index) -> None:
    with store.rebuild() as rebuild:
        for number in (1, 2):
            rebuild.write([(number, [entry(number, f"văn bản {number}")])])
        assert len(rebuild.shelf.snapshot().segments) == 2
    assert store.describe()["segments"] == 1 and store.versions().keys() == {1, 2}


def test_vectors_of_another_model_are_made_anew(store: Index) -> None:
    """Segments written with another model have vectors of another length."""
    from indexer.index import vectors

    batch = Batch()
    batch.replace(1, [entry(1, "văn bản")])
    folder = store._current()
    bare = batch.arrays(folder.model)
    assert bare is not None
    folder.commit([1], replace(bare, vectors=bare.vectors[:, :0]))
    fill(store, [entry(2, "văn bản")])
    fill(store, [entry(3, "văn bản")])
    assert store.tidy()
    held = store.snapshot().segments[0].held
    assert (held.vectors == vectors.vectors(held)).all() and held.vectors.any(1).all()
