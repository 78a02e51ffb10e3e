"""The index on disk: batches that are written whole or not at all, generations, damage, and rebuilding next to the
current index.
"""

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from indexer import Entry, Index, IndexBusy, IndexUnusable
from indexer.index.folder import IndexFolder
from indexer.index.snapshot import Snapshot
from tests.indexer.index.test_index_damage import flip_in
from tests.indexer.regulations import REGULATIONS, ask, entry, fill, found


def folder_of(store: Index) -> Path:
    return store.path / (store.path / "current").read_text().strip()


def test_replace_and_delete(regulations: Index) -> None:
    with regulations.write_batch() as batch:
        batch.replace(1, [entry(1, "nội quy mới", version=2)])
        batch.delete(2)
        batch.delete(99)
    assert found(ask(regulations, '"hội nghị"')) == []
    assert found(ask(regulations, "nội quy mới")) == [1]
    assert regulations.versions() == {1: (2, 1), 3: (1, 1), 4: (1, 1)}
    assert len(regulations.snapshot().documents) == 3


def test_the_last_word_in_a_batch_counts(store: Index) -> None:
    with store.write_batch() as batch:
        batch.replace(1, [entry(1, "bản nháp")])
        batch.delete(1)
        batch.replace(1, [entry(1, "bản cuối", version=3)])
        batch.replace(2, [entry(2, "bỏ")])
        batch.delete(2)
    assert store.versions() == {1: (3, 1)}
    assert found(ask(store, "nháp")) == []


def test_a_failing_entry_leaves_nothing(regulations: Index) -> None:
    before = regulations.versions()
    for broken in (
        entry(6, "sai"),
        entry(5, None),  # type: ignore[arg-type]
        entry(5, "sai", access=2**40),
        entry(5, "sai", number="\ud800"),
    ):
        with pytest.raises((ValueError, TypeError)), regulations.write_batch() as batch:
            batch.replace(1, [entry(1, "thay đổi không được ghi")])
            batch.replace(5, [entry(5, "tốt"), broken])
    with pytest.raises(RuntimeError), regulations.write_batch() as batch:
        batch.replace(1, [entry(1, "thay đổi không được ghi")])
        raise RuntimeError("the caller fails")
    assert regulations.versions() == before
    assert found(ask(regulations, '"không được ghi"')) == []
    fill(regulations, [entry(9, "sau đó vẫn ghi được")])
    assert found(ask(regulations, "vẫn ghi được")) == [9]
    assert regulations.check() == []


def test_a_failure_while_committing_leaves_the_old_generation(
    regulations: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full_disk(*_: object) -> None:
        raise OSError(28, "No space left on device")

    for step in ("commit.write_segment", "folder.write_manifest"):
        with monkeypatch.context() as patched:
            patched.setattr(f"indexer.index.{step}", full_disk)
            with pytest.raises(OSError, match="No space"):
                fill(regulations, [entry(1, "mất"), entry(8, "mất")])
    assert len(regulations.snapshot().documents) == 4 and found(ask(regulations, "mất")) == []
    fill(regulations, [entry(8, "còn")])
    assert len(regulations.snapshot().documents) == 5 and regulations.check() == []


def test_a_busy_index_says_so(regulations: Index) -> None:
    import fcntl

    with (regulations.path / "write.lock").open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with (
            pytest.raises(IndexBusy, match="đang được"),
            regulations.write_batch(timeout_seconds=0.1) as batch,
        ):
            batch.delete(1)
    assert len(regulations.snapshot().documents) == 4


def test_an_open_reader_stays_readable(regulations: Index) -> None:
    from indexer import Access, Request, search

    old = regulations.snapshot()
    for number in range(12):
        fill(regulations, [entry(1, f"thay thế {number}", version=number)])
    while regulations.tidy():
        pass
    assert search(old, Request("hội nghị cán bộ"), Access(None)).total == 1
    assert ask(regulations, '"hội nghị"').hits == ()


def test_the_folder_is_private(store: Index) -> None:
    assert store.path.stat().st_mode & 0o777 == 0o700
    assert folder_of(store).stat().st_mode & 0o777 == 0o700
    store.path.chmod(0o755)
    assert any("mở cho người dùng khác" in problem for problem in store.check())


def test_a_missing_index_is_never_made_silently(tmp_path: Path) -> None:
    missing = Index(tmp_path / "none")
    with pytest.raises(IndexUnusable):
        missing.snapshot()
    with pytest.raises(IndexUnusable), missing.write_batch() as batch:
        missing.path.mkdir()
        batch.delete(1)
    assert missing.check() != []


def test_create_leaves_a_damaged_index_alone(regulations: Index) -> None:
    (regulations.path / "current").unlink()
    again = Index(regulations.path).create()
    with pytest.raises(IndexUnusable):
        len(again.snapshot().documents)


def test_another_format_is_unusable(regulations: Index) -> None:
    settings = folder_of(regulations) / "settings.json"
    settings.write_text(json.dumps({"format": 0}))
    with pytest.raises(IndexUnusable, match="phiên bản khác"):
        len(Index(regulations.path).snapshot().documents)
    settings.write_text("{")
    with pytest.raises(IndexUnusable):
        len(Index(regulations.path).snapshot().documents)


@pytest.mark.parametrize("damage", ["empty", "half", "gone"])
@pytest.mark.parametrize("suffix", [".toc", ".arr", "settings.json"])
def test_damaged_files_are_found_at_opening(regulations: Index, suffix: str, damage: str) -> None:
    victim = next(path for path in folder_of(regulations).iterdir() if path.name.endswith(suffix))
    content = victim.read_bytes()
    if damage == "gone":
        victim.unlink()
    else:
        victim.write_bytes(b"" if damage == "empty" else content[: len(content) // 2])
    with pytest.raises(IndexUnusable):
        len(Index(regulations.path).snapshot().documents)
    assert Index(regulations.path).check() != []


def test_leftovers_of_a_killed_writer_are_swept(regulations: Index) -> None:
    folder = folder_of(regulations)
    orphans = [folder / "_MAIN_99.toc.new", folder / "MAIN_0123456789abcdef.arr"]
    for orphan in orphans:
        orphan.write_bytes(b"half")
    fill(regulations, [entry(7, "tiếp tục")])
    assert not any(orphan.exists() for orphan in orphans)


def test_rebuild_switches_at_its_end(regulations: Index) -> None:
    old = folder_of(regulations)
    with regulations.rebuild() as rebuild:
        assert rebuild.done == {}
        rebuild.write([(3, [one for one in REGULATIONS if one.document == 3])])
        assert found(ask(regulations, "hòa giải")) == [4]
    assert regulations.versions() == {3: (1, 1)}
    assert not old.exists() and found(ask(regulations, "hòa giải")) == []
    assert list(regulations.path.glob("damaged-*")) == []
    assert sorted(path.name[:6] for path in regulations.path.iterdir() if path.is_dir()) == ["index-"]


def test_a_rebuild_knows_what_it_has_written(regulations: Index) -> None:
    with regulations.rebuild() as rebuild:
        rebuild.write([(1, [entry(1, "một", version=3, access=7), entry(1, "hai", version=3, access=7)]), (2, [])])
        assert rebuild.done == {1: (3, 7)}
        rebuild.write([(1, [entry(1, "một", version=4, access=7)]), (4, [entry(4, "bốn")])])
        assert rebuild.done == {1: (4, 7), 4: (1, 1)}
        rebuild.write([(1, [])])
        assert rebuild.done == {4: (1, 1)}
    assert regulations.versions() == {4: (1, 1)}


def test_an_interrupted_rebuild_goes_on(regulations: Index) -> None:
    with pytest.raises(KeyboardInterrupt), regulations.rebuild() as rebuild:
        rebuild.write([(1, [entry(1, "một")]), (2, [entry(2, "hai", version=2)])])
        raise KeyboardInterrupt
    assert len(regulations.snapshot().documents) == 4
    again = Index(regulations.path)
    with again.rebuild() as rebuild:
        assert rebuild.done == {1: (1, 1), 2: (2, 1)}
        rebuild.write([(3, [entry(3, "ba")])])
    assert regulations.versions() == {1: (1, 1), 2: (2, 1), 3: (1, 1)}


def test_a_power_cut_within_the_switch_leaves_the_index_in_use_alone(regulations: Index) -> None:
    (regulations.path / "building").write_text((regulations.path / "current").read_text())
    used = folder_of(regulations)
    with regulations.rebuild() as rebuild:
        assert rebuild.done == {} and used.is_dir()
        rebuild.write([(3, [entry(3, "ba")])])
        assert found(ask(regulations, "hòa giải")) == [4]
    assert regulations.versions() == {3: (1, 1)}


def test_a_reader_meets_the_switch(regulations: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder that the pointer named may be removed before the reader opens it."""
    opened = IndexFolder.snapshot

    def slowly(shelf: IndexFolder) -> Snapshot:
        monkeypatch.undo()
        with regulations.rebuild() as rebuild:
            rebuild.write([(3, [entry(3, "ba")])])
        return opened(shelf)

    monkeypatch.setattr(IndexFolder, "snapshot", slowly)
    assert Index(regulations.path).versions() == {3: (1, 1)}


@pytest.mark.parametrize("marker", ["", "index-missing", "index-0123456789ab", "../elsewhere", "."])
def test_a_marker_to_nowhere_is_no_rebuild_under_way(regulations: Index, marker: str) -> None:
    (regulations.path / "building").write_text(marker)
    with regulations.rebuild() as rebuild:
        assert rebuild.done == {} and len(regulations.snapshot().documents) == 4
        rebuild.write([(3, [entry(3, "ba")])])
    assert regulations.versions() == {3: (1, 1)}


@pytest.mark.parametrize("damage", ["half", "bit"])
def test_a_rebuild_whose_beginning_was_damaged_starts_anew(regulations: Index, damage: str) -> None:
    """With half of the bytes changed, opening fails; with one flipped bit of a weight, only the checksum shows it."""
    with pytest.raises(KeyboardInterrupt), regulations.rebuild() as rebuild:
        rebuild.write([(1, [entry(1, "một hai ba")])])
        raise KeyboardInterrupt
    begun = regulations.path / (regulations.path / "building").read_text()
    victim = max(begun.glob("*.arr"), key=lambda path: path.stat().st_size)
    content = bytearray(victim.read_bytes())
    content[len(content) // 2 :] = bytes(byte ^ 0xFF for byte in content[len(content) // 2 :])
    if damage == "half":
        victim.write_bytes(bytes(content))
    else:
        flip_in(victim, "weights", 0, 0)
    with Index(regulations.path).rebuild() as rebuild:
        assert rebuild.done == {}
        rebuild.write([(3, [entry(3, "ba")])])
    assert regulations.versions() == {3: (1, 1)} and regulations.check() == []


def test_a_damaged_index_is_rebuilt(regulations: Index) -> None:
    for path in folder_of(regulations).iterdir():
        if path.is_file():
            path.write_bytes(b"x")
    store = Index(regulations.path)
    with pytest.raises(IndexUnusable):
        ask(store, "hội nghị")
    with store.rebuild() as rebuild:
        rebuild.write([(1, [one for one in REGULATIONS if one.document == 1])])
    assert found(ask(store, "hội nghị")) == [1]
    assert not folder_of(store).name.startswith("damaged-")


def test_damaged_indexes_are_put_aside_and_few_are_kept(regulations: Index) -> None:
    for _ in range(4):
        damaged = folder_of(regulations).name.removeprefix("index-")
        next(folder_of(regulations).glob("*.toc")).write_bytes(b"x")
        with Index(regulations.path).rebuild() as rebuild:
            rebuild.write([(1, [one for one in REGULATIONS if one.document == 1])])
        assert (regulations.path / f"damaged-{damaged}").is_dir()
    assert len(list(regulations.path.glob("damaged-*"))) == 2
    assert found(ask(regulations, "hội nghị")) == [1] and regulations.check() == []


def test_an_index_of_another_version_is_not_put_aside(regulations: Index) -> None:
    (folder_of(regulations) / "settings.json").write_text(json.dumps({"format": 0}))
    with Index(regulations.path).rebuild() as rebuild:
        rebuild.write([(1, [one for one in REGULATIONS if one.document == 1])])
    assert list(regulations.path.glob("damaged-*")) == []


def test_a_lost_folder_is_rebuilt(tmp_path: Path) -> None:
    store = fill(Index(tmp_path / "index").create(), REGULATIONS)
    shutil.rmtree(store.path)
    with pytest.raises(IndexUnusable):
        len(store.snapshot().documents)
    with store.rebuild() as rebuild:
        rebuild.write([(4, [one for one in REGULATIONS if one.document == 4])])
    assert store.versions() == {4: (1, 1)}


def test_a_pointer_to_nowhere_is_unusable(regulations: Index) -> None:
    for name in ("../../etc", "index-missing", ""):
        (regulations.path / "current").write_text(name)
        with pytest.raises(IndexUnusable):
            len(regulations.snapshot().documents)


def test_entries_of_mixed_versions_are_a_problem(store: Index) -> None:
    entries: list[Entry] = [entry(1, "một", version=1), replace(entry(1, "hai"), version=2)]
    with store.write_batch() as batch:
        batch.replace(1, entries)
    assert store.check() == ["Văn bản 1 có các điều khác phiên bản trong chỉ mục."]


def test_shelf_folders_are_never_reused(tmp_path: Path) -> None:
    IndexFolder.create(tmp_path / "index-a")
    with pytest.raises(FileExistsError):
        IndexFolder.create(tmp_path / "index-a")
    assert os.listdir(tmp_path) == ["index-a"]


def test_damage_met_while_searching_is_told(regulations: Index) -> None:
    victim = next(folder_of(regulations).glob("*.arr"))
    content = victim.read_bytes()
    victim.write_bytes(content[:8192] + b"\xff" * (len(content) - 8192))
    with pytest.raises(IndexUnusable):
        ask(Index(regulations.path), "hội nghị cán bộ")


def test_a_batch_has_a_limit(store: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("indexer.index.batch.BATCH_LIMIT", 3)
    with store.write_batch() as batch:
        batch.replace(1, [entry(1, "a"), entry(1, "b")])
        batch.replace(1, [entry(1, "c"), entry(1, "d"), entry(1, "e")])
        batch.delete(1)
        batch.replace(2, [entry(2, "f"), entry(2, "g"), entry(2, "h")])
        with pytest.raises(ValueError, match="at most"):
            batch.replace(3, [entry(3, "i")])
    assert set(store.versions()) == {2}


def test_threads_read_while_a_writer_commits(regulations: Index) -> None:
    from concurrent.futures import ThreadPoolExecutor

    def read(_: int) -> set[int]:
        return {ask(regulations, query).total for query in ["kế hoạch", "ke hoach"] * 40}

    with ThreadPoolExecutor(4) as pool:
        readers = [pool.submit(read, number) for number in range(4)]
        for number in range(20):
            fill(regulations, [entry(50, f"không liên quan {number}")])
        assert [reader.result() for reader in readers] == [{3}] * 4
