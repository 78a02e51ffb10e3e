"""Files that a dead process left, and effects of a process that commits at the same time."""

import errno
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from indexer import Index, IndexBusy, IndexUnusable
from indexer.index import commit
from indexer.index.folder import IndexFolder, OpenedFolder
from tests.indexer.regulations import ask, entry, fill, found


def folder_of(store: Index) -> Path:
    return store.path / (store.path / "current").read_text().strip()


def bytes_spoilt(file: Path) -> None:
    """Overwrite the end of a file with zeros, as a power cut may do. The length stays the same."""
    file.write_bytes(file.read_bytes()[:8] + bytes(10))


def test_a_pointer_of_zeros_is_unusable_and_rebuilt(regulations: Index) -> None:
    bytes_spoilt(regulations.path / "current")
    store = Index(regulations.path)
    with pytest.raises(IndexUnusable):
        store.snapshot()
    assert store.check() != []
    bytes_spoilt(store.path / "current")
    (store.path / "building").write_bytes(b"index-01\0\0\0\0\0\0\0\0\0\0")
    with store.rebuild() as rebuild:
        rebuild.write([(3, [entry(3, "ba")])])
    assert store.versions() == {3: (1, 1)}


def folders(store: Index) -> list[str]:
    """The kinds of folders in the folder of the index."""
    return sorted(path.name.partition("-")[0] for path in store.path.iterdir() if path.is_dir())


def test_what_a_killed_rebuild_leaves_is_swept(regulations: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    for step in ("_retire", "_sweep"):
        with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
            patched.setattr(Index, step, killed)
            with regulations.rebuild() as rebuild:
                rebuild.write([(3, [entry(3, "ba")])])
    # A folder that was half removed, and one that was created and never filled.
    half, empty = regulations.path / "gone-0123456789ab", regulations.path / "index-0123456789ab"
    half.mkdir()
    empty.mkdir()
    assert len(folders(regulations)) > 2
    while regulations.tidy():
        pass
    assert folders(regulations) == ["index"] and found(ask(regulations, "ba")) == [3]


def test_a_rebuild_under_way_is_not_swept(regulations: Index) -> None:
    with pytest.raises(KeyboardInterrupt), regulations.rebuild() as rebuild:
        rebuild.write([(1, [entry(1, "một")])])
        assert not Index(regulations.path).tidy()
        raise KeyboardInterrupt
    assert not regulations.tidy()
    with regulations.rebuild() as rebuild:
        assert rebuild.done == {1: (1, 1)}


def on_disk(store: Index) -> set[str]:
    return {str(path.relative_to(store.path)) for path in store.path.rglob("*") if path.name != "building"}


def stopped_at_each_sync(
    store: Index, change: Callable[[], object], monkeypatch: pytest.MonkeyPatch
) -> list[set[str]]:
    """Try a change on a disk that is full from the first sync on, then from the second, and so on, until it succeeds.
    Returns the files that each failed attempt left."""
    left: list[set[str]] = []
    fsync = os.fsync
    while True:
        syncs = len(left)

        def full(handle: int) -> None:
            nonlocal syncs
            if not syncs:
                raise OSError(errno.ENOSPC, "No space left on device")
            syncs -= 1
            fsync(handle)

        with monkeypatch.context() as patched:
            patched.setattr(os, "fsync", full)
            try:
                change()
                return left
            except OSError as error:
                assert error.errno == errno.ENOSPC
        assert store.check() == []
        left.append(on_disk(store))


@pytest.mark.parametrize("segments", [2, 5])
def test_a_commit_that_the_disk_stops_leaves_nothing(
    store: Index, monkeypatch: pytest.MonkeyPatch, segments: int
) -> None:
    """With five segments before it, the commit merges them too."""
    for number in range(segments):
        fill(store, [entry(number, f"văn bản {number}")])
    before, versions = on_disk(store), store.versions()
    left = stopped_at_each_sync(store, lambda: fill(store, [entry(9, "mới")]), monkeypatch)
    # The last sync is that of the folder, when the new manifest already has its name.
    assert left[:-1] == [before] * 3 and len(left[-1] - before) == 2
    assert set(store.versions()) == {*versions, 9} and store.check() == []


def test_a_merge_that_the_disk_stops_leaves_nothing(store: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(4):
        fill(store, [entry(number, f"văn bản {number}")])
    before = on_disk(store)
    left = stopped_at_each_sync(store, store.tidy, monkeypatch)
    assert left[:-1] == [before] * 3 and set(store.versions()) == {0, 1, 2, 3}


def test_an_index_that_cannot_be_made_leaves_no_folder(store: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    before, folder = on_disk(store), store.path / "index-0123456789ab"
    left = stopped_at_each_sync(store, lambda: IndexFolder.create(folder), monkeypatch)
    assert left and all(one == before for one in left)


def test_segments_stay_apart_where_the_joined_one_does_not_fit(
    store: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        fill(store, [entry(number, f"văn bản {number}")])
    size = sum(path.stat().st_size for path in folder_of(store).glob("*.arr"))
    with monkeypatch.context() as patched:
        patched.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=2 * size - 1))
        assert not store.tidy() and store.describe()["segments"] == 4
        patched.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=0))
        for number in range(4, 9):
            fill(store, [entry(number, f"văn bản {number}")])
        assert store.describe()["segments"] == 9 and set(store.versions()) == {*range(9)}
    assert store.tidy() and store.describe()["segments"] == 1


def test_tidying_joins_what_it_looked_at(store: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process commits after the segments were read and before some of them are chosen."""
    for number in range(1, 5):
        fill(store, [entry(number, f"văn bản {number}")])
    other, real, done = Index(store.path), commit.sources_of, list[int]()

    def between(*looked_at: Any) -> list[commit.Source]:
        sources = real(*looked_at)
        if not done:
            done.append(9)
            fill(other, [entry(9, "văn bản mới")])
        return sources

    monkeypatch.setattr(commit, "sources_of", between)
    assert store.tidy() and done
    assert set(store.versions()) == {1, 2, 3, 4, 9} and store.check() == []
    assert store.describe()["segments"] == 2


def test_an_index_that_is_replaced_while_it_is_tidied_is_not_damaged(
    store: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process switches to a new index, and removes this one, before its segments are read."""
    for number in range(4):
        fill(store, [entry(number, f"văn bản {number}")])
    real, switched = IndexFolder.opened, list[bool]()

    def opened(shelf: IndexFolder) -> OpenedFolder:
        if not switched:
            switched.append(True)
            with Index(store.path).rebuild() as rebuild:
                rebuild.write([(3, [entry(3, "ba")])])
        return real(shelf)

    monkeypatch.setattr(IndexFolder, "opened", opened)
    with pytest.raises(IndexBusy):
        store.tidy()
    assert store.versions() == {3: (1, 1)} and store.check() == []


def test_two_commits_within_one_tick_of_the_clock_are_told_apart(regulations: Index) -> None:
    """Two changes of a folder may leave the same time on it."""
    reader, later = Index(regulations.path), time.time_ns() + 10_000_000_000
    for number in (20, 21):
        fill(regulations, [entry(number, "văn bản mới")])
        os.utime(folder_of(regulations), ns=(later, later))
        assert number in reader.versions()
