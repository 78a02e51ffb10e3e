"""A power cut at any moment of a commit, a merge or a rebuild leaves either the generation before it or the one after
it.

A `Disk` object stands for the disk: it keeps only what was synced. Before and after every sync, three kinds of power
cuts are tried. In the first, names are as last synced. In the second, all current names are there, because a file
system may write names early. In the third, the newest manifest or pointer already has its name, but its segments are
there only if their names were synced. The contents of files are always those that were synced; a file that was not
synced is empty.
"""

import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from indexer import Index
from tests.indexer.regulations import entry, fill

Names = dict[str, int]
CUTS: tuple[Callable[[str], bool], ...] = (
    lambda name: False,
    lambda name: True,
    lambda name: name.endswith(".toc") or name == "current",
)


class Disk:
    """The part of a folder tree that would exist after a power cut."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.contents: dict[int, bytes] = {}
        self.names: dict[int, Names] = {root.stat().st_ino: {}}

    def synced(self, handle: int) -> None:
        """Record a sync of a file or a folder."""
        state, path = os.fstat(handle), Path(os.readlink(f"/proc/self/fd/{handle}"))
        if stat.S_ISDIR(state.st_mode):
            self.names[state.st_ino] = {name.name: name.stat().st_ino for name in path.iterdir()}
        else:
            self.contents[state.st_ino] = path.read_bytes()

    def survive(self, target: Path, early: Callable[[str], bool]) -> None:
        """Write what is left to `target`. `early` says for a name that is not synced yet whether it is there too."""
        self._lay_out(self.root, self.root.stat().st_ino, target, early)

    def _lay_out(self, folder: Path, inode: int, target: Path, early: Callable[[str], bool]) -> None:
        target.mkdir(mode=0o700)
        names = dict(self.names.get(inode, {}))
        if folder.is_dir():
            names |= {path.name: path.stat().st_ino for path in folder.iterdir() if early(path.name)}
        for name, own in names.items():
            if own in self.names or (folder / name).is_dir():
                self._lay_out(folder / name, own, target / name, early)
            else:
                (target / name).write_bytes(self.contents.get(own, b""))


def _cuts(
    store: Index, change: Callable[[], object], monkeypatch: pytest.MonkeyPatch, scratch: Path
) -> list[dict[int, tuple[int, int]]]:
    """The versions of the documents after a power cut at each sync of a change. Every index must be sound and accept
    one more commit."""
    disk, left, fsync = Disk(store.path), [], os.fsync

    def look() -> None:
        for early in CUTS:
            target = scratch / "cut"
            disk.survive(target, early)
            survivor = Index(target)
            left.append(survivor.versions())
            assert survivor.check() == []
            fill(survivor, [entry(999, "ghi tiếp")])
            assert survivor.check() == [] and 999 in survivor.versions()
            shutil.rmtree(target)

    def recording(handle: int) -> None:
        fsync(handle)
        monkeypatch.setattr(os, "fsync", fsync)
        look()
        disk.synced(handle)
        look()
        monkeypatch.setattr(os, "fsync", recording)

    for folder, _, files in os.walk(store.path, topdown=False):
        for path in (*(Path(folder, name) for name in files), Path(folder)):
            handle = os.open(path, os.O_RDONLY)
            disk.synced(handle)
            os.close(handle)
    look()
    monkeypatch.setattr(os, "fsync", recording)
    change()
    monkeypatch.setattr(os, "fsync", fsync)
    look()
    return left


def test_a_commit_happens_or_not(regulations: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = regulations.versions()
    for number in range(8):
        changed = [entry(1, f"thay {number}", version=number + 2), entry(50 + number, "mới")]
        seen = _cuts(regulations, lambda: fill(regulations, changed), monkeypatch, tmp_path)
        after = regulations.versions()
        assert seen[0] == before and seen[-1] == after != before
        assert all(left in (before, after) for left in seen) and len(seen) >= 10
        before = after


def test_joining_segments_changes_nothing(
    store: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        fill(store, [entry(number, f"văn bản {number}")])
    before = store.versions()
    seen = _cuts(store, store.tidy, monkeypatch, tmp_path)
    assert all(left == before for left in seen) and int(store.describe()["segments"]) < 5


def test_a_rebuild_switches_or_not(
    regulations: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rebuild() -> None:
        with regulations.rebuild() as rebuilding:
            rebuilding.write([(number, [entry(number, "mới", version=9)]) for number in range(5)])
            rebuilding.write([(7, [entry(7, "mới", version=9)])])

    before = regulations.versions()
    seen = _cuts(regulations, rebuild, monkeypatch, tmp_path)
    after = regulations.versions()
    assert after != before and all(left in (before, after) for left in seen)
    assert seen[-1] == after
